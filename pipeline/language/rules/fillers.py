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


def _following(live: list[Eojeol], index: int, table: Table) -> Eojeol | None:
    """The next eojeol that is no filler of the surest kind."""
    for eojeol in live[index + 1 :]:
        filler = table.get(eojeol.bare)
        if filler is None or filler.needs != "nothing":
            return eojeol
    return None


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


def _ending(live: list[Eojeol], index: int) -> Sequence[Eojeol]:
    """The last two eojeol of the sentence."""
    end = len(live) - 1
    for place, (eojeol, following) in enumerate(pairwise(live[index:]), index):
        if eojeol.text.endswith(SENTENCE_ENDS) or eojeol.sentence != following.sentence:
            end = place
            break
    return live[max(index, end - 1) : end + 1]


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
        _ending(live, index),
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
    following: Eojeol | None
    next_three: Sequence[Eojeol]
    ending: Sequence[Eojeol]
    """The last two eojeol of the sentence."""

    def judged(self, index: int) -> Iterator[Edit]:
        """The edit that leaves it out or marks it, if any."""
        if self.is_sure() or (self.is_heard() and not self.means_something()):
            yield Edit(index, index + 1, "", "filler")
        elif self.is_called_interjection and not self.means_something():
            yield Edit(index, index + 1, self.eojeol.text, "filler?")

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
        return self.following is not None and self.following.text.startswith(self.filler.sure_before)

    def is_heard(self) -> bool:
        """Whether the word sounds like a filler, as far as the table asks for that."""
        filler = self.filler
        if self.idle or (filler.needs == "comma" and self.marked):
            return True
        if any(one.bare in filler.idle_after for one in self.next_before):
            return True
        if filler.needs == "nothing":
            return not (filler.comma_is_written and self.marked)
        return self.before is not None and self.before.last.tag.startswith(filler.sure_after)

    def means_something(self) -> bool:
        """Whether what stands around the word shows a meaning."""
        if self._ends_with_meaning() or self._opens_with_meaning():
            return True
        if self.before is not None and self._continues(self.before):
            return True
        if any(one.text.startswith(self.filler.real_within) for one in self.next_three):
            return True
        return self.following is not None and self._means_before(self.following)

    def _ends_with_meaning(self) -> bool:
        """Only not where a story goes on: "하면 이제" says nothing about now, however its sentence ends.

        "했는데 이제 안 합니다" does.
        """
        filler = self.filler
        if self.idle and self.before is not None and self.before.last.form in filler.idle_after_endings:
            return False
        text = " ".join([one.text for one in self.ending])
        return any(part in text for part in filler.real_ending)

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

    def _means_before(self, following: Eojeol) -> bool:
        filler = self.filler
        shown = (following.bare + " ").startswith(filler.real_before)
        if shown or following.bare.endswith(filler.real_before_endings):
            return True
        if following.first.tag[:1] == "V" and following.first.form in filler.real_stems:
            return True
        if not self.idle and self.eojeol.tags[:1] in {("NNG",), ("NNP",)}:
            return True
        if self.marked:  # no determiner or adverb is parted from its word by a comma
            return False
        kinds = _kinds(following)
        if not kinds.isdisjoint(filler.real_tags):
            return True
        opens = self.before is None and not self.is_called_interjection
        return opens and not kinds.isdisjoint(filler.opening_tags)


PAST = frozenset({"었", "았", "였"})
"""Forms of the past tense."""


def _kinds(eojeol: Eojeol) -> frozenset[str]:
    """The tag with which an eojeol begins, and ETM or JKC where it ends so.

    A noun or root that -하다 or -이다 makes a predicate is that.
    """
    tags = [tag.partition("-")[0] for tag in eojeol.tags]
    made = {"XSV": "VV", "XSA": "VA", "VCP": "VA"}.get(tags[1], "") if len(tags) > 1 else ""
    return frozenset({made or tags[0], *{"ETM", "JKC"}.intersection(tags[-1:])}) if tags else frozenset()


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
