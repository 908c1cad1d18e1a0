"""Words said only to gain time, and a listener's sounds inside another's sentence, are left out.

The same forms carry meaning elsewhere (그 사업, 막 시작한), so a form alone decides nothing: the table says
what shows a meaning, and a form that often has one must also *sound* like a filler.
"""

from collections.abc import Iterable, Iterator

from pipeline.config import CleanSettings
from pipeline.language.eojeol import Edit, Eojeol, View
from pipeline.language.rules.desk import Desk
from pipeline.language.rules.places import Place


def fillers(view: View, desk: Desk) -> Iterable[Edit]:
    """Leave out fillers; a likely one that does not sound like it stays and is marked ``filler?``."""
    table, live = desk.tables.fillers, view.live
    likely = [index for index, eojeol in enumerate(live) if eojeol.bare in table]
    if len(likely) == len(live):  # a turn of nothing else answers
        return ()
    edits: list[Edit] = []
    for index in reversed(likely):  # who says "그 어" is looking for words: what follows is judged first
        hesitates = bool(edits) and edits[-1].first == index + 1 and not edits[-1].text
        idle = hesitates or sounds_idle(live[index], desk.settings)
        edits += Place(live, index, table, idle).judged()
    return reversed(edits)


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
