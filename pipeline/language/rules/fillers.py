"""Words said only to gain time, and a listener's sounds inside another's sentence, are left out.

The same forms carry meaning elsewhere (그 사업, 막 시작한), so a form alone decides nothing: the table says
what shows a meaning, and a form that often has one must also *sound* like a filler.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.config import CleanSettings
from pipeline.language.eojeol import SENTENCE_ENDS, Edit, Eojeol, View
from pipeline.language.rules.desk import Desk
from pipeline.language.tables import Filler


def fillers(view: View, desk: Desk) -> Iterable[Edit]:
    """Leave out fillers; a likely one that does not sound like it stays and is marked ``filler?``."""
    table, live = desk.tables.fillers, view.live
    likely = [index for index, eojeol in enumerate(live) if eojeol.bare in table]
    if len(likely) == len(live):  # a turn of nothing else answers
        return ()
    edits: list[Edit] = []
    for index in reversed(likely):  # who says "그 어" is looking for words: what follows is judged first
        hesitates = bool(edits) and edits[-1].first == index + 1 and not edits[-1].text
        place = _place(live, index, table, hesitates or sounds_idle(live[index], desk.settings))
        edits += place.judged(index)
    return reversed(edits)


Table = Mapping[str, Filler]


def _following(live: list[Eojeol], index: int, table: Table) -> Sequence[Eojeol]:
    """The next two eojeol, the first of them no filler of the surest kind."""
    for place, eojeol in enumerate(live[index + 1 :], index + 1):
        filler = table.get(eojeol.bare)
        if filler is None or filler.needs != "nothing":
            return live[place : place + 2]
    return ()


def _before(live: list[Eojeol], index: int, table: Table) -> Eojeol | None:
    """The eojeol before in the same sentence; None where nothing but fillers, a "네" or a "그런데" stands."""
    for eojeol in reversed(live[:index]):
        ended = eojeol.is_final and eojeol.sentence != live[index].sentence
        if ended or eojeol.text.endswith(SENTENCE_ENDS):
            return None
        filler = table.get(eojeol.bare)
        opens = eojeol.last.tag in {"IC", "MAJ"}
        if not opens and (filler is None or filler.needs == "comma"):
            return eojeol
    return None


def _rest(live: list[Eojeol], index: int) -> Sequence[Eojeol]:
    """The sentence from an eojeol on."""
    for place, (eojeol, following) in enumerate(pairwise(live[index:]), index):
        if eojeol.text.endswith(SENTENCE_ENDS) or eojeol.sentence != following.sentence:
            return live[index : place + 1]
    return live[index:]


def _ends_clause(eojeol: Eojeol, following: Eojeol) -> bool:
    """Whether a connective ends a clause, and not a verb that an auxiliary helps: 하고 있어요."""
    return eojeol.last.tag == "EC" and eojeol.last.form in CONNECTIVES and following.first.tag != "VX"


CONNECTIVES = frozenset(
    {"고", "구", "는데", "은데", "ᆫ데", "니까", "으니까", "며", "으며", "지만", "면서", "으면서", "거든"}
)


def _place(live: list[Eojeol], index: int, table: Table, idle: bool) -> "Place":
    """What stands around a possible filler."""
    return Place(
        table[live[index].bare],
        live[index],
        idle,
        all(eojeol.bare in table for eojeol in live[:index]),
        live[max(0, index - 1) : index],
        _before(live, index, table),
        _following(live, index, table),
        live[index + 1 : index + 4],
        _rest(live, index),
    )


@dataclass(frozen=True, slots=True)
class Place:
    """A possible filler with what stands around it in its sentence."""

    filler: Filler
    eojeol: Eojeol
    idle: bool
    """Whether it sounds like a filler."""
    opens_turn: bool
    """Whether nothing but likely fillers stands before it in its turn."""
    next_before: Sequence[Eojeol]
    """The eojeol just before, whatever it is; empty for the first of a turn."""
    before: Eojeol | None
    next_two: Sequence[Eojeol]
    """What comes after it and after sounds like 음, if anything does."""
    next_three: Sequence[Eojeol]
    """The eojeol just after, whatever they are."""
    rest: Sequence[Eojeol]
    """The sentence from it on."""

    def judged(self, index: int) -> Iterator[Edit]:
        """The edit that leaves it out or marks it, if any."""
        if self.is_sure() or (self.is_heard() and not self.means_something()):
            yield Edit(index, index + 1, "", "filler")
        elif self.is_called_interjection and not self.means_something():
            yield Edit(index, index + 1, self.eojeol.text, "filler?")

    @property
    def ending(self) -> Sequence[Eojeol]:
        """The last two eojeol of the sentence."""
        return self.rest[-2:]

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
        after = " ".join([one.text for one in self.next_two])
        return after.startswith(self.filler.sure_before) and not self._restarts()

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
        text = " ".join([one.text for one in self.ending])
        means = any(part in text for part in filler.real_ending)
        return means and (self.before is None or not self.clause_ends)

    def _opens_with_meaning(self) -> bool:
        if self.before is not None:
            return False
        first = self.idle and self.opens_turn
        return not {"idle": True, "past": self._tells_past(), "first": first}[self.filler.opening]

    def _tells_past(self) -> bool:
        last = self.ending[-1].morphemes if self.ending else ()
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


def sounds_idle(eojeol: Eojeol, settings: CleanSettings) -> bool:
    """Whether a pause after the word or its length say that it only gains time.

    The recogniser is often in doubt about short words: that counts only where the analyser sees no word.
    """
    return (
        eojeol.pause_ms >= settings.pause_ms
        or (eojeol.end_ms - eojeol.start_ms) >= settings.drawl_ms * max(1, len(eojeol.bare))
        or (eojeol.confidence < settings.low_confidence and eojeol.first.tag == "IC")
    )


TELLING = frozenset({"하", "그러", "이러", "라고", "이라고"})
"""With these the speaker tells that somebody said it: 제가 "네" 하고 대답했어요."""


def backchannels(view: View, desk: Desk) -> Iterator[Edit]:
    """Leave out "네" and the like inside a sentence, between two pauses: a listener said it.

    A turn of nothing but such sounds stays: it answers.
    """
    live, forms = view.live, desk.tables.backchannels
    for index in range(1, len(live) - 1):
        eojeol, before = live[index], live[index - 1]
        if eojeol.bare not in forms or before.tail.startswith((".", "?", "!")):
            continue
        ending = before.last.tag
        alone = min(eojeol.lead_ms, eojeol.pause_ms) >= desk.settings.pause_ms
        told = ending in {"JKS", "JX"} and live[index + 1].first.form in TELLING
        if alone and not told and ending[:1] in {"J", "E"} and ending != "EF":
            yield Edit(index, index + 1, "", "backchannel")
