"""What was said twice in searching for words is folded into the last time it was said.

A word that is doubled on purpose stays (see :mod:`pipeline.language.rules.doubling`), and where only a sound
could tell, nothing is folded.
"""

from collections.abc import Iterator

from pipeline.language.eojeol import Edit, Eojeol, View
from pipeline.language.rules.desk import Desk
from pipeline.language.rules.doubling import (
    again_and_again,
    counts,
    is_each,
    is_kept,
    is_more,
    is_quoted,
    is_sentence,
    is_told,
)

LONGEST = 4
"""Eojeol in a stretch that is said twice."""


def repeats(view: View, desk: Desk) -> Iterator[Edit]:
    """Fold a stretch of one to four eojeol that is said again at once, perhaps with a filler between."""
    live = view.live
    bare = [eojeol.bare for eojeol in live]
    index = 0
    while index < len(bare) - 1:
        if bare[index] not in bare[index + 1 : index + 2 + LONGEST]:
            index += 1
            continue
        size, bridge = _size(bare, index), 0
        if not size:
            size, bridge = _bridged(live, bare, index, desk), 1
        if size and _is_search(live, index, size, bridge, desk):
            yield Edit(index, index + size, "", "repeat")
            if bridge:
                yield Edit(index + size, index + size + 1, "", "filler")
            index += size + bridge
        else:
            index += 1


def _size(bare: list[str], index: int) -> int:
    """How many eojeol from ``index`` on are said again at once, 0 for none; the longest stretch counts."""
    first = bare[index]
    for size in range(min(LONGEST, (len(bare) - index) // 2), 0, -1):
        if first and bare[index + size] == first:
            stretch = bare[index : index + size]
            if bare[index + size : index + 2 * size] == stretch:
                return size
    return 0


def _bridged(live: list[Eojeol], bare: list[str], index: int, desk: Desk) -> int:
    """How many eojeol are said again after one that may be a filler and is no determiner; 0 for none.

    Between equal words it is one whatever it sounds like: "그 위원회가 그러니까 그 위원회가".
    """
    if not desk.settings.fillers:
        return 0
    for size in range(LONGEST, 0, -1):
        middle, again = index + size, index + size + 1
        if bare[again : again + size] == bare[index:middle]:
            filler = desk.tables.fillers.get(bare[middle])
            inflects = size > 1 or live[index].last.tag[:1] in {"J", "E"}
            if filler and not filler.determines and inflects and not is_quoted(live[middle : again + 1]):
                return size
    return 0


def _is_search(live: list[Eojeol], index: int, size: int, bridge: int, desk: Desk) -> bool:
    """Whether the first of two equal stretches was a search for words.

    Args:
        live: the eojeol of the turn.
        index: where the first stretch begins.
        size: eojeol in a stretch.
        bridge: eojeol between the two.
        desk: tables and settings.
    """
    second = index + size + bridge
    stretch, again = live[index : index + size], live[second : second + size]
    if is_sentence(stretch) or is_quoted([*stretch, *again]):
        return False
    after = live[second + size] if second + size < len(live) else None
    parted = bridge > 0 or desk.parted(stretch[-1], again[0])
    if is_told(stretch[-1], after):
        return False
    if size == 1:
        named = len(stretch[0].bare) == 1 and index > 0 and live[index - 1].last.tag == "MM"
        return not named and _one_is_search(stretch[0], after, parted, desk)
    meant = is_kept(stretch, desk) or counts(stretch) or again_and_again(stretch[-1], after, parted, desk)
    return not (meant or stretch[-1].bare == "더" or stretch[-1].last.tag == "EF")


def _one_is_search(eojeol: Eojeol, after: Eojeol | None, parted: bool, desk: Desk) -> bool:
    bare, last = eojeol.bare, eojeol.last
    if is_each(bare, desk):
        return False
    if last.tag == "NR":  # "이 이 층 건물": this one of two storeys
        counted = after is not None and after.bare.startswith(desk.tables.units)
        return counted and len(bare) > 1
    if bare in desk.tables.fold_repeated:
        return True
    if bare in desk.tables.fold_parted or last.tag in {"MAG", "XR"}:
        return parted and (bare in desk.tables.fold_parted or bare.endswith("히"))
    if last.tag in {"IC", "EF", "SN"} or again_and_again(eojeol, after, parted, desk):
        return False
    return parted or not is_more(eojeol, after)
