"""A machine's newer draft and a person's edited one become one draft; no word of the person's is lost.

``base`` is the machine's draft that went into the file which was edited: not the merged result of an earlier
round. Blocks are grouped (:mod:`grouping`), each group is merged eojeol by eojeol (:mod:`reconcile`), the
outcome is put in order (:mod:`ordering`), and editors' comments are hung on it (:mod:`carrying`).
"""

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from pipeline.drafts import ordering
from pipeline.drafts.carrying import Heirs, bare, carry, editors_only, lines
from pipeline.drafts.carrying_formats import delta, formatted, resettled
from pipeline.drafts.formats import carried, composed
from pipeline.drafts.grouping import Group, group
from pipeline.drafts.likeness import bigrams, likeness
from pipeline.drafts.reading import ReadBlock
from pipeline.drafts.reconcile import Conflict, Ids, Outcome, Sides, reconcile, text_of
from pipeline.drafts.speaking import relabelled
from pipeline.drafts.threeway import CELL
from pipeline.model import Block, Chapter

NEWS = 0.8
"""A deleted block is told of where its new text shares less than this part of the bigrams."""


class By(StrEnum):
    """Who made a change."""

    EDITOR = "editor"
    MACHINE = "machine"


class What(StrEnum):
    """What became of a block."""

    CHANGED = "changed"
    ADDED = "added"
    DELETED = "deleted"
    MOVED = "moved"
    SPLIT = "split"
    JOINED = "joined"
    STAYS_DELETED = "stays-deleted"
    """The machine has something quite different where the editor had deleted a block: it stays deleted."""
    COMMENTED = "commented"
    """The editor wrote, changed or took away a comment; ``before`` and ``after`` are its lines."""
    FORMATTED = "formatted"
    """The editor set words otherwise; ``before`` and ``after`` say what was taken away and what is new."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one side did to a block since the base.

    ``before`` and ``after`` are texts, a line feed between blocks, empty where there was or is none;
    :func:`pipeline.drafts.threeway.edits` shows them word by word.
    """

    id: str
    by: By
    what: What
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged chapter, where the two sides clashed, and what each of them had changed."""

    chapter: Chapter
    conflicts: tuple[Conflict, ...]
    changes: tuple[Change, ...]


def merge(
    base: Chapter,
    edited: Sequence[ReadBlock],
    new: Chapter,
    called: Collection[str] = (),
    others: Collection[str] = (),
) -> Merged:
    """What ``new`` would be, had the editor made the same changes to it as to ``base``.

    ``merge(b, b, n)`` is ``n``; ``merge(b, e, b)`` and ``merge(b, e, e)`` are ``e``. Every eojeol that the
    editor added is in the result, and every comment; deleted blocks stay deleted, added ones added, moved
    ones moved.

    Args:
        base: the machine's draft that the edited file was made from.
        edited: what the file holds; an empty paragraph means nothing, any white space is one space.
        new: the machine's draft of today.
        called: what our notes in the file may call recordings, beside their sessions' ids.
        others: ids of new blocks in which another person wrote: where they have changed, they outlive a
            deletion.
    """
    paragraphs = editors_only(base, [_tidied(block) for block in edited], called)
    merged, heirs = _merge(bare(base), paragraphs, bare(new), others)
    blocks = carry(base, paragraphs, new, merged.chapter.blocks, heirs)
    chapter = replace(merged.chapter, blocks=blocks)
    return replace(merged, chapter=chapter, changes=(*merged.changes, *_commented(base, paragraphs)))


def _merge(
    base: Chapter, paragraphs: Sequence[ReadBlock], new: Chapter, others: Collection[str]
) -> tuple[Merged, Heirs]:
    """The merged text, and what became of whose blocks."""
    groups = group(base.blocks, paragraphs, new.blocks)
    ids = Ids([block.id for block in new.blocks])
    outcomes = []
    left = []
    changes: list[Change] = []
    for members in groups:
        sides = Sides(
            tuple(base.blocks[i] for i in members.base),
            tuple(paragraphs[i] for i in members.edited),
            tuple(new.blocks[i] for i in members.new),
        )
        outcome, done = reconcile(sides, ids, others), delta(sides)
        outcomes.append(replace(outcome, blocks=formatted(sides, outcome.blocks, done)))
        left += [done] if done.added and done.text not in text_of(outcome.blocks) else []
        changes += [*_changes(sides, outcome), *_formatted(outcome, *done.told())]
    blocks, moved = _ordered(groups, outcomes)
    changes += [Change(block.id, By.EDITOR, What.MOVED, block.text, block.text) for block in moved]
    if _reads_alike(paragraphs, new.blocks):  # wherever a group of blocks is parted otherwise on each side
        same = {number: block.id for number, block in enumerate(new.blocks)}
        return Merged(_both_formatted(base, paragraphs, new), (), tuple(changes)), Heirs(same, same)
    conflicts = tuple(conflict for outcome in outcomes for conflict in outcome.conflicts)
    labelled = relabelled(resettled(blocks, left), new.blocks, paragraphs)
    merged = replace(new, blocks=labelled)
    return Merged(merged, conflicts, tuple(changes)), _heirs(groups, outcomes)


def _both_formatted(base: Chapter, edited: Sequence[ReadBlock], new: Chapter) -> Chapter:
    """The new chapter, which reads as the edited paragraphs do, with what the editor has set."""
    known = {block.id: block for block in base.blocks}
    sides = (
        Sides(tuple(filter(None, [known.get(block.id)])), (mine,), (block,))
        for mine, block in zip(edited, new.blocks, strict=True)
    )
    blocks = tuple(block for each in sides for block in formatted(each, each.new, delta(each)))
    return replace(new, blocks=blocks)


def _heirs(groups: Sequence[Group], outcomes: Sequence[Outcome]) -> Heirs:
    made = Heirs({}, {})
    for members, outcome in zip(groups, outcomes, strict=True):
        ids = [block.id for block in outcome.blocks]
        for numbers, heirs in ((members.edited, made.edited), (members.new, made.new)):
            heirs.update({number: ids[min(at, len(ids) - 1)] for at, number in enumerate(numbers) if ids})
    return made


def _commented(base: Chapter, edited: Sequence[ReadBlock]) -> Iterator[Change]:
    """What the editor did to comments."""
    before = Counter(each.comment.line for each in lines(base))
    after = Counter(comment.line for block in edited for comment in block.comments)
    where = {comment.line: block.id for block in edited for comment in block.comments}
    where |= {each.comment.line: each.block for each in lines(base)}
    for line in (after - before).elements():
        yield Change(where[line], By.EDITOR, What.COMMENTED, "", line)
    for line in (before - after).elements():
        yield Change(where[line], By.EDITOR, What.COMMENTED, line, "")


def _reads_alike(edited: Sequence[ReadBlock], new: Sequence[Block]) -> bool:
    """Whether editor and machine have come to the same text."""
    return [(b.speaker, b.text, b.cells) for b in edited] == [(b.speaker, b.text, b.cells) for b in new]


def _tidied(block: ReadBlock) -> ReadBlock:
    """NFC, single spaces, and as text of a row its cells."""
    cells = tuple(map(_tidy, block.cells))
    text = CELL.join(cells) if cells else _tidy(block.text)
    before = CELL.join(block.cells) if cells else block.text
    formats = carried(composed(block.formats, before), unicodedata.normalize("NFC", before), text)
    return replace(block, text=text, cells=cells, speaker=_tidy(block.speaker), formats=formats)


def _tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _ordered(groups: Sequence[Group], outcomes: Sequence[Outcome]) -> tuple[list[Block], list[Block]]:
    """All blocks in their order, and those of them that the editor has moved."""
    blocks = [block for outcome in outcomes for block in outcome.blocks]
    edited: list[tuple[int, int]] = []
    machine: list[tuple[int, int]] = []
    before: dict[int, int] = {}
    first = 0
    for members, outcome in zip(groups, outcomes, strict=True):
        items = range(first, first + len(outcome.blocks))
        first = items.stop
        # The machine's blocks have a place in both orders, a merged group's only by its first block.
        both = items if outcome.machine else items[:1]
        if members.edited:
            edited += [
                (members.edited[min(i, len(members.edited) - 1)], item) for i, item in enumerate(items)
            ]
        machine += [(place, item) for place, item in zip(members.new, both, strict=False)]
        if members.base:
            before |= {item: members.base[min(i, len(members.base) - 1)] for i, item in enumerate(both)}
    in_edited = [item for _, item in sorted(edited)]
    moved = ordering.moved([(item, before[item]) for item in in_edited if item in before])
    order = ordering.order(in_edited, [item for _, item in sorted(machine)], moved)
    return [blocks[item] for item in order], [blocks[item] for item in order if item in moved]


def _changes(sides: Sides, outcome: Outcome) -> Iterator[Change]:
    """What each side did to a group, the editor first."""
    before, mine, theirs = text_of(sides.base), text_of(sides.edited), text_of(sides.new)
    name = (*outcome.blocks, *sides.base)[0].id if outcome.blocks or sides.base else ""
    if what := _by_editor(sides):
        yield Change(name, By.EDITOR, what, before, mine)
    if what := _by_machine(sides):
        yield Change(name, By.MACHINE, what, before, theirs)


def _formatted(outcome: Outcome, before: str, after: str) -> Iterator[Change]:
    """What the editor did to the look of a group's words, where some of them are left."""
    if outcome.blocks and (before or after):
        yield Change(outcome.blocks[0].id, By.EDITOR, What.FORMATTED, before, after)


def _by_editor(sides: Sides) -> What | None:
    if not sides.base:
        return What.ADDED if sides.edited else None
    if not sides.edited:
        return What.DELETED
    if len(sides.edited) != len(sides.base):
        return What.SPLIT if len(sides.edited) > len(sides.base) else What.JOINED
    return None if Sides(sides.base, sides.edited, ()).untouched else What.CHANGED


def _by_machine(sides: Sides) -> What | None:
    before, after = text_of(sides.base), text_of(sides.new)
    if not sides.base:
        return What.ADDED if sides.new and not sides.edited else None
    if before == after:
        return None
    if not sides.edited:
        news = sides.new and likeness(bigrams(before), bigrams(after)) < NEWS
        return What.STAYS_DELETED if news else None
    return What.CHANGED if sides.new else What.DELETED
