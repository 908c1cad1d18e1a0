"""Words said only to gain time, and a listener's sounds inside another's sentence, are left out.

The same forms carry meaning elsewhere (그 사업, 막 시작한), so a form alone decides nothing: the table says
what shows a meaning, and a form that often has one must also *sound* like a filler.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.config import CleanSettings
from pipeline.language.eojeol import SENTENCE_ENDS, Edit, Eojeol, View
from pipeline.language.rules.desk import Desk
from pipeline.language.tables import Filler


def fillers(view: View, desk: Desk) -> Iterator[Edit]:
    """Leave out fillers; a likely one that does not sound like it stays and is marked ``filler?``."""
    table, live = desk.tables.fillers, view.live
    found = [table.get(eojeol.bare) for eojeol in live]
    if all(found):  # a turn of nothing else answers
        return
    for index, (eojeol, filler) in enumerate(zip(live, found, strict=True)):
        if filler is None:
            continue
        around = live[max(0, index - 1) : index], _before(live, index, table), _following(live, index, table)
        place = Place(filler, eojeol, *around, live[index + 1 : index + 4])
        idle = sounds_idle(eojeol, desk.settings) or _hesitates(live, index, table)
        if not place.is_sure() and place.means_something(idle, _sentence_ending(live, index)):
            continue
        if place.is_sure() or place.is_heard(idle):
            yield Edit(index, index + 1, "", "filler")
        elif eojeol.first.tag == "IC":
            yield Edit(index, index + 1, eojeol.text, "filler?")


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


def _hesitates(live: list[Eojeol], index: int, table: Table) -> bool:
    """Whether another filler follows that sounds like one: who says "그 어" is looking for words."""
    after = table.get(live[index + 1].bare) if index + 1 < len(live) else None
    return after is not None and after.needs == "nothing" and after.opening == "idle"


def _sentence_ending(live: list[Eojeol], index: int) -> str:
    """The last two eojeol of the sentence."""
    end = len(live) - 1
    for place, (eojeol, following) in enumerate(pairwise(live[index:]), index):
        if eojeol.text.endswith(SENTENCE_ENDS) or eojeol.sentence != following.sentence:
            end = place
            break
    return " ".join([eojeol.text for eojeol in live[max(index, end - 1) : end + 1]])


PAST = re.compile(
    "[았었였했갔왔봤줬섰렸겼났됐꼈졌샀탔](어요|습니다|거든요|고요|는데요|죠|지요|는데|구요|어)[.]?$"
)
"""Endings of something told as past."""


@dataclass(frozen=True, slots=True)
class Place:
    """A possible filler with what stands around it in its sentence."""

    filler: Filler
    eojeol: Eojeol
    next_before: Sequence[Eojeol]
    """The eojeol just before, whatever it is; empty for the first of a turn."""
    before: Eojeol | None
    following: Eojeol | None
    next_three: Sequence[Eojeol]

    @property
    def marked(self) -> bool:
        """Whether the recogniser wrote a comma after it."""
        return self.eojeol.text.endswith((",", "…", "..."))

    def is_sure(self) -> bool:
        """Whether the words around leave no doubt."""
        return self.following is not None and self.following.text.startswith(self.filler.sure_before)

    def means_something(self, idle: bool, ending: str) -> bool:
        """Whether what stands around the word shows a meaning.

        Args:
            idle: it sounds like a filler.
            ending: the last two eojeol of its sentence.
        """
        if any(part in ending for part in self.filler.real_ending):
            return True
        if self.before is None and not self._may_open(idle, ending):
            return True
        if self.before is not None and self._continues(self.before):
            return True
        if any(one.text.startswith(self.filler.real_within) for one in self.next_three):
            return True
        return self.following is not None and self._means_before(self.following, idle)

    def _continues(self, before: Eojeol) -> bool:
        filler = self.filler
        return before.last.tag in filler.real_after_tags or before.bare.endswith(filler.real_after)

    def _means_before(self, following: Eojeol, idle: bool) -> bool:
        filler = self.filler
        if (following.bare + " ").startswith(filler.real_before):
            return True
        if not idle and self.eojeol.tags[:1] in {("NNG",), ("NNP",)}:
            return True
        if self.marked:  # no determiner or adverb is parted from its word by a comma
            return False
        tag = _kind(following)
        if tag in filler.real_tags:
            return True
        return self.before is None and tag in filler.opening_tags

    def _may_open(self, idle: bool, ending: str) -> bool:
        past = PAST.search(ending) is not None
        return {"idle": True, "past": past, "first": idle and not self.next_before}[self.filler.opening]

    def is_heard(self, idle: bool) -> bool:
        """Whether the word sounds like a filler, as far as the table asks for that."""
        filler = self.filler
        if idle or (filler.needs == "comma" and self.marked):
            return True
        if any(one.bare in filler.idle_after for one in self.next_before):
            return True
        if filler.needs == "nothing":
            return not (filler.comma_is_written and self.marked)
        return self.before is not None and self.before.last.tag.startswith(filler.sure_after)


def _kind(eojeol: Eojeol) -> str:
    """The tag with which an eojeol begins; a noun or root that -하다 or -이다 makes a predicate is that."""
    tags = [tag.partition("-")[0] for tag in eojeol.tags[:2]]
    made = {"XSV": "VV", "XSA": "VA", "VCP": "VA"}.get(tags[1], "") if len(tags) > 1 else ""
    return made or (tags[0] if tags else "")


def sounds_idle(eojeol: Eojeol, settings: CleanSettings) -> bool:
    """Whether a pause after the word, its length or the recogniser's doubt say that it only gains time."""
    return (
        eojeol.pause_ms >= settings.pause_ms
        or (eojeol.end_ms - eojeol.start_ms) >= settings.drawl_ms * max(1, len(eojeol.bare))
        or eojeol.confidence < settings.low_confidence
    )


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
        if alone and ending[:1] in {"J", "E"} and ending != "EF":
            yield Edit(index, index + 1, "", "backchannel")
