"""The order of a merged draft: the editor's where the editor moved something, else the machine's."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Sequence


def order(edited: Sequence[int], machine: Sequence[int], moved: Collection[int]) -> list[int]:
    """All items of both orders, each once.

    Items in both that the editor did not move keep the machine's order. Whatever else the editor has stands
    behind what it stands behind in the edited draft; what only the machine has stands behind what it stands
    behind in the machine's, after what the editor wrote there.
    """
    frame = set(edited) & set(machine) - set(moved)
    followers: dict[int | None, list[int]] = defaultdict(list)
    # The last one put down is taken up first, so the editor's come after the machine's here.
    for items, own in ((machine, set(machine) - set(edited)), (edited, set(edited) - frame)):
        for before, item in zip([None, *items], items, strict=False):
            if item in own:
                followers[before].append(item)
    waiting = [item for item in reversed(machine) if item in frame] + followers[None]
    result = []
    while waiting:
        item = waiting.pop()
        result.append(item)
        waiting += followers[item]
    return result


def moved(places: Sequence[tuple[int, int]]) -> set[int]:
    """The fewest items that must have been moved, of pairs of an item and its old place, in today's order.

    The rest is a longest run of items whose places before do not fall.
    """
    tails: list[int] = []
    ends: list[int] = []
    previous: list[int | None] = []
    for number, (_, place) in enumerate(places):
        at = bisect_right(tails, place)
        tails[at : at + 1] = [place]
        ends[at : at + 1] = [number]
        previous.append(ends[at - 1] if at else None)
    stayed = set()
    last = ends[-1] if ends else None
    while last is not None:
        stayed.add(last)
        last = previous[last]
    return {item for number, (item, _) in enumerate(places) if number not in stayed}
