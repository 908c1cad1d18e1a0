"""What stands around a word that may be a filler, and whether it shows that the word means something."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from pipeline.language.eojeol import SENTENCE_ENDS, Edit, Eojeol
from pipeline.language.tables import Filler


@dataclass(frozen=True)
class Place:
    """A possible filler, number ``index`` of the eojeol ``live`` of a turn; ``idle``: it sounds like one."""

    live: Sequence[Eojeol]
    index: int
    table: Mapping[str, Filler]
    idle: bool

    @property
    def eojeol(self) -> Eojeol:
        """The word itself."""
        return self.live[self.index]

    @cached_property
    def filler(self) -> Filler:
        """What the table says of it."""
        return self.table[self.eojeol.bare]

    def judged(self) -> Iterator[Edit]:
        """The edit that leaves it out or marks it, if any."""
        if self.is_sure() or (self.is_heard() and not self.means_something()):
            yield Edit(self.index, self.index + 1, "", "filler")
        elif self.is_called_interjection and not self.means_something():
            yield Edit(self.index, self.index + 1, self.eojeol.text, "filler?")

    @property
    def next_before(self) -> Sequence[Eojeol]:
        """The eojeol just before, whatever it is; empty for the first of a turn."""
        return self.live[max(0, self.index - 1) : self.index]

    @property
    def next_three(self) -> Sequence[Eojeol]:
        """The eojeol just after, whatever they are."""
        return self.live[self.index + 1 : self.index + 4]

    @cached_property
    def next_two(self) -> Sequence[Eojeol]:
        """What comes after it and after sounds like 음, if anything does."""
        for place, eojeol in enumerate(self.live[self.index + 1 :], self.index + 1):
            filler = self.table.get(eojeol.bare)
            if filler is None or filler.needs != "nothing":
                return self.live[place : place + 2]
        return ()

    @cached_property
    def before(self) -> Eojeol | None:
        """The eojeol before in the sentence; None where nothing but fillers, a "네" or a "그런데" stands."""
        for eojeol in reversed(self.live[: self.index]):
            ended = eojeol.is_final and eojeol.sentence != self.eojeol.sentence
            if ended or eojeol.text.endswith(SENTENCE_ENDS):
                return None
            filler = self.table.get(eojeol.bare)
            opens = eojeol.last.tag in {"IC", "MAJ"}
            if not opens and (filler is None or filler.needs == "comma"):
                return eojeol
        return None

    @cached_property
    def rest(self) -> Sequence[Eojeol]:
        """The sentence from it on."""
        for place, (eojeol, following) in enumerate(pairwise(self.live[self.index :]), self.index):
            if eojeol.text.endswith(SENTENCE_ENDS) or eojeol.sentence != following.sentence:
                return self.live[self.index : place + 1]
        return self.live[self.index :]

    @property
    def opens_turn(self) -> bool:
        """Whether nothing but likely fillers stands before it in its turn."""
        return all(eojeol.bare in self.table for eojeol in self.live[: self.index])

    @property
    def clause_ends(self) -> bool:
        """Whether another clause follows that of the word."""
        return any(_ends_clause(*pair) for pair in pairwise(self.rest))

    @property
    def marked(self) -> bool:
        """Whether the recogniser wrote a comma after it."""
        return self.eojeol.text.endswith((",", "…", "..."))

    @property
    def is_called_interjection(self) -> bool:
        """Whether the analyser takes it for one."""
        return self.eojeol.first.tag == "IC"

    def is_sure(self) -> bool:
        """Whether the words around leave no doubt."""
        if self.idle and self._is_repeated():
            return True
        if self._restarts() or (self.before is not None and self._continues(self.before)):
            return False
        return " ".join([one.text for one in self.next_two]).startswith(self.filler.sure_before)

    def _restarts(self) -> bool:
        """Whether the eojeol before comes again after it: all of "제가 그 제가 그 얘기를" is said twice."""
        return any(one.bare == other.bare for one in self.next_before for other in self.next_three[:1])

    def _is_repeated(self) -> bool:
        """Whether the next eojeol is the word again, perhaps with a particle: 이제/ 이제는."""
        again = self.next_three[:1]
        return any(
            one.first.form == self.eojeol.bare and all(tag.startswith("J") for tag in one.tags[1:])
            for one in again
        )

    def is_heard(self) -> bool:
        """Whether the word sounds like a filler, as far as the table asks for that."""
        filler = self.filler
        if self.idle or (filler.needs == "comma" and self.marked):
            return True
        if any(one.bare in filler.idle_after for one in self.next_before):
            return True
        if filler.needs == "nothing":
            return not (filler.comma_is_written and self.marked)
        if self.before is None:
            return False
        return self.before.last.tag.startswith(filler.sure_after) or self._fits_nothing()

    def _fits_nothing(self) -> bool:
        """Whether it stands before what it never goes with as a word."""
        if not self.next_three or self._restarts():
            return False
        following, later = self.next_three[0], self.next_three[1:2]
        kinds = _kinds(following)
        if self.filler.determines:
            if following.bare == "한" and any(one.first.tag in {"NR", "SN"} for one in later):
                return True  # about so many
            if "MAG" in kinds and any("ETM" in _kinds(one) for one in later):
                return False  # "그 아주 작은 마을": the adverb belongs to what is determined
        return not kinds.isdisjoint(self.filler.unheard_before)

    def means_something(self) -> bool:
        """Whether what stands around the word shows a meaning."""
        if self._ends_with_meaning() or self._opens_with_meaning():
            return True
        if self.before is not None and self._continues(self.before):
            return True
        if self.filler.predicate and self._stands_between_subjects():
            return True
        if any((one.text + " ").startswith(self.filler.real_within) for one in self.next_three):
            return True
        return bool(self.next_two) and self._means_before(self.next_two[0])

    def _ends_with_meaning(self) -> bool:
        """Only not where a story goes on: "하면 이제" says nothing about now, however its sentence ends.

        "했는데 이제 안 합니다" does. Nor do endings of another clause, "이제 교육을 받고 일을 시작해요".
        """
        filler = self.filler
        if self.before is not None and self.before.last.form in filler.idle_after_endings and self.idle:
            return False
        text = " ".join([one.text for one in self.rest[-2:]])
        means = any(part in text for part in filler.real_ending)
        return means and (self.before is None or not self.clause_ends)

    def _opens_with_meaning(self) -> bool:
        if self.before is not None:
            return False
        first = self.idle and self.opens_turn
        return not {"idle": True, "past": self._tells_past(), "first": first}[self.filler.opening]

    def _tells_past(self) -> bool:
        last = self.rest[-1].morphemes
        return any(one.tag == "EP" and one.form in PAST for one in last)

    def _continues(self, before: Eojeol) -> bool:
        filler = self.filler
        return before.last.tag in filler.real_after_tags or before.bare.endswith(filler.real_after)

    def _has_partner(self, following: Eojeol) -> bool:
        """Whether a verb or noun follows with which it means something: 뭐 하세요, 그 회의; not 그 회의실."""
        filler, first = self.filler, following.first
        if first.tag[:1] == "V":
            return first.form in filler.real_stems
        return first.form in filler.real_nouns and not NOUNS.intersection(following.tags[1:2])

    def _stands_between_subjects(self) -> bool:
        """어른들이 그러니까 애들도 배우죠."""
        around = [*self.next_before, *self.next_three[:1]]
        return len(around) == 2 and all(
            one.last.tag == "JKS" or (one.last.tag, one.last.form) == ("JX", "도") for one in around
        )

    def _means_before(self, following: Eojeol) -> bool:
        filler = self.filler
        shown = (following.bare + " ").startswith(filler.real_before)
        if shown or following.bare.endswith(filler.real_before_endings):
            return True
        if self.marked and filler.determines:  # no determiner is parted from its noun by a comma
            return False
        if self._has_partner(following):
            return True
        if not self.idle and self.before is None and self.eojeol.tags[:1] in {("NNG",), ("NNP",)}:
            return True
        kinds = _kinds(following)
        if not kinds.isdisjoint(filler.real_tags):
            return True
        opens = self.before is None and not self.is_called_interjection
        return opens and not kinds.isdisjoint(filler.opening_tags)


def _ends_clause(eojeol: Eojeol, following: Eojeol) -> bool:
    """Whether a connective ends a clause, and not a verb that an auxiliary helps: 하고 있어요."""
    return eojeol.last.tag == "EC" and eojeol.last.form in CONNECTIVES and following.first.tag != "VX"


CONNECTIVES = frozenset(
    {"고", "구", "는데", "은데", "ᆫ데", "니까", "으니까", "며", "으며", "지만", "면서", "으면서", "거든"}
)


NOUNS = frozenset({"NNG", "NNP"})
"""Tags of nouns."""

PAST = frozenset({"었", "았", "였"})
"""Forms of the past tense."""


def _kinds(eojeol: Eojeol) -> frozenset[str]:
    """The tag with which an eojeol begins, ETM or JKC where it ends so, and both its ends: ``NNG+JKS``.

    A noun or root that -하다 or -이다 makes a predicate is that.
    """
    tags = [tag.partition("-")[0] for tag in eojeol.tags]
    if not tags:
        return frozenset()
    made = {"XSV": "VV", "XSA": "VA", "VCP": "VA"}.get(tags[1], "") if len(tags) > 1 else ""
    first, last = made or tags[0], tags[-1]
    return frozenset({first, f"{first}+{last}", *{"ETM", "JKC"}.intersection({last})})
