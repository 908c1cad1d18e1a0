"""One group of blocks, as base, edited and new draft have it, becomes the blocks of the merged draft."""

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import TypeVar

from pipeline.drafts import threeway
from pipeline.drafts.aligning import OWN_ID
from pipeline.drafts.mending import Mended, mend
from pipeline.drafts.reading import ReadBlock
from pipeline.drafts.threeway import BREAKS, CELL, PARAGRAPH, Clash
from pipeline.model import Block, BlockKind, Remark, Span

GONE = "새로 만든 초안에는 이 문단이 없습니다. 계속 둘지 확인해 주십시오."
HEARD = "새로 받아쓴 글은 ‘{}’입니다. 고치신 글을 그대로 두었으니, 들어 보고 맞는 쪽을 남겨 주십시오."
UNHEARD = "새로 받아쓴 글에는 ‘{}’ 자리가 없습니다. 고치신 글을 그대로 두었으니, 들어 보고 확인해 주십시오."
PARTED = "새로 만든 초안에서는 이 자리에서 문단을 달리 나눕니다. 고치신 대로 두었으니 확인해 주십시오."
CALLED = "새로 만든 초안에서는 화자가 ‘{}’입니다. 고치신 화자를 그대로 두었으니 확인해 주십시오."

RULE = "conflict"

ROWS = frozenset({BlockKind.FACT, BlockKind.TABLE_HEAD, BlockKind.TABLE_ROW})

Value = TypeVar("Value", BlockKind, str)

PART_ID = "p-"
"""Begins the id of a part of a block that an editor has parted."""

_ID = re.compile("[a-z0-9-]{1,40}")


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place that editor and machine changed differently; the editor's words stand in block ``id``."""

    id: str
    base: str
    edited: str
    machine: str


@dataclass(frozen=True, slots=True)
class Sides:
    """The blocks of one group as all three have them; each may be empty."""

    base: tuple[Block, ...]
    edited: tuple[ReadBlock, ...]
    new: tuple[Block, ...]

    @property
    def untouched(self) -> bool:
        """Whether the editor left the base as it was, or did just what the machine has done."""
        return _same(self.edited, self.base) or _same(self.edited, self.new)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a group. ``machine`` says that its blocks are just the machine's."""

    blocks: tuple[Block, ...]
    machine: bool
    conflicts: tuple[Conflict, ...] = ()


class Ids:
    """Gives out every id once; ``reserved`` ones belong to blocks of the new draft."""

    def __init__(self, reserved: Sequence[str]) -> None:
        self._taken = set(reserved)

    def take(self, wanted: Sequence[str], text: str, own: bool) -> str:
        """The first wanted id that is still free, else one made of the text.

        That of an editor's ``own`` paragraph tells so (:data:`aligning.OWN_ID`), also in later drafts.
        """
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        first = f"{OWN_ID if own else PART_ID}{digest}"
        made = (f"{first}-{number}" for number in count(2))
        wishes = chain(wanted, [first], made)
        found = next(i for i in wishes if i not in self._taken and _ID.fullmatch(i))
        self._taken.add(found)
        return found


def reconcile(sides: Sides, ids: Ids, others: Collection[str] = ()) -> Outcome:
    """Merge one group: a side that changed nothing yields to the other, two that did are merged by eojeol.

    New blocks of which the ids are among ``others`` hold words of another person, and outlive a deletion.
    """
    if not sides.edited and sides.base and any(block.id in others for block in sides.new):
        return _spared(sides)
    if not sides.edited:
        return Outcome(() if sides.base else sides.new, machine=True)
    if sides.untouched or (not sides.new and _says_the_same(sides)):
        return Outcome(sides.new, machine=True)
    return _merged(sides, ids)


def _spared(sides: Sides) -> Outcome:
    """What the editor deleted and somebody else has changed since: it stays, and both are told."""
    before, now = text_of(sides.base), text_of(sides.new)
    same = before == now and [b.speaker for b in sides.base] == [b.speaker for b in sides.new]
    told = () if same else (Conflict(sides.new[0].id, before, "", now),)
    return Outcome(sides.new if told else (), True, told)


def text_of(blocks: Sequence[Block | ReadBlock]) -> str:
    """The text of blocks, a break between each two."""
    return PARAGRAPH.join(block.text for block in blocks)


def _says_the_same(sides: Sides) -> bool:
    """Whether the editor has only parted paragraphs otherwise, or a program put other quotation marks."""
    mine, before = (threeway.plain(text_of(blocks)).split() for blocks in (sides.edited, sides.base))
    speakers, spoke = ({block.speaker for block in blocks} for blocks in (sides.edited, sides.base))
    return mine == before and speakers <= spoke | {""}


def _same(edited: Sequence[ReadBlock], blocks: Sequence[Block]) -> bool:
    return len(edited) == len(blocks) and all(
        mine.speaker == theirs.speaker
        and _kind(mine, theirs) in {None, theirs.kind}
        and threeway.pieces_of(mine.text) == threeway.pieces_of(theirs.text)
        for mine, theirs in zip(edited, blocks, strict=True)
    )


def _merged(sides: Sides, ids: Ids) -> Outcome:
    """Merge by eojeol. What the machine has dropped stays as the editor has it."""
    machine = sides.new or sides.base
    pieces, clashes = threeway.merge(text_of(sides.base), text_of(sides.edited), text_of(machine))
    paragraphs = list(mend(pieces, sides.base, machine))
    blocks = [_block(number, paragraph, sides, ids) for number, paragraph in enumerate(paragraphs)]
    conflicts = [_mark(clash, blocks, paragraphs) for clash in clashes if blocks]
    if sides.base and not sides.new:
        blocks = [_remarked(block, Span(0, len(block.text)), GONE) for block in blocks]
        conflicts += [Conflict(block.id, text_of(sides.base), block.text, "") for block in blocks]
    for number, (was, mine, theirs) in enumerate(zip(sides.base, sides.edited, sides.new, strict=False)):
        if was.speaker != mine.speaker != theirs.speaker != was.speaker and number < len(blocks):
            whole = Span(0, len(blocks[number].text))
            blocks[number] = _remarked(blocks[number], whole, CALLED.format(theirs.speaker))
            conflicts.append(Conflict(blocks[number].id, was.speaker, mine.speaker, theirs.speaker))
    for speaker in _unnamed(sides, blocks):
        blocks[0] = _remarked(blocks[0], Span(0, len(blocks[0].text)), CALLED.format(speaker))
        conflicts.append(Conflict(blocks[0].id, "", blocks[0].speaker, speaker))
    return Outcome(tuple(blocks), False, tuple(conflicts))


def _unnamed(sides: Sides, blocks: Sequence[Block]) -> list[str]:
    """Speakers whom the machine has come to name, and neither a merged block nor a remark does."""
    before = {block.id: block.speaker for block in sides.base}
    named = {block.speaker for block in blocks}
    told = " ".join(remark.text for block in blocks for remark in block.remarks)
    changed = [block.speaker for block in sides.new if before.get(block.id, block.speaker) != block.speaker]
    return [each for each in dict.fromkeys(changed) if each and each not in named and each not in told]


def _mark(clash: Clash, blocks: list[Block], paragraphs: Sequence[Mended]) -> Conflict:
    """Remark on the editor's words what the machine has in their place."""
    touching = (i for i, p in enumerate(paragraphs) if clash.pieces.start <= p.pieces.end)
    at = next(touching, len(paragraphs) - 1)
    base, edited, machine = (_shown(words) for words in (clash.base, clash.edited, clash.machine))
    text = HEARD.format(machine) if machine else UNHEARD.format(base)
    if BREAKS.issuperset(clash.machine or clash.base):
        text = PARTED
    blocks[at] = _remarked(blocks[at], _chars(clash.pieces, paragraphs[at]), text)
    return Conflict(blocks[at].id, base, edited, machine)


def _chars(pieces: Span, paragraph: Mended) -> Span:
    """Where pieces stand in their paragraph; where nothing is left of them, the word they stood behind."""
    first = min(max(pieces.start - paragraph.pieces.start, 0), len(paragraph.places) - 1)
    last = min(max(pieces.end - paragraph.pieces.start - 1, 0), len(paragraph.places) - 1)
    first, last = min(first, last), max(first, last)
    return Span(paragraph.places[first].start, paragraph.places[last].end)


def _shown(pieces: Sequence[str]) -> str:
    return threeway.join(pieces).replace(PARAGRAPH, " / ").replace(CELL, " | ")


def _remarked(block: Block, chars: Span, text: str) -> Block:
    return replace(block, remarks=(*block.remarks, Remark(chars, RULE, text)))


def _block(number: int, paragraph: Mended, sides: Sides, ids: Ids) -> Block:
    """A merged paragraph as a block; kind and speaker are the editor's where the editor changed them."""
    was = sides.base[number] if number < len(sides.base) else None
    mine = sides.edited[number] if number < len(sides.edited) else None
    theirs = sides.new[number] if number < len(sides.new) else None
    nearest = theirs or was or next(iter((*sides.new[-1:], *sides.base[-1:])), None)
    told = _kind(mine, was or theirs) if mine else None
    kinds = (was.kind if was else None, told, theirs.kind if theirs else None)
    speakers = [block.speaker if block else None for block in (was, mine, theirs)]
    holder = mine or theirs
    cells = tuple(paragraph.text.split(CELL)) if holder and holder.cells else ()
    wanted = [block.id for block in (was, mine) if block]
    return Block(
        theirs.id if theirs else ids.take(wanted, paragraph.text, own=not sides.base),
        _fitting(_choose(*kinds) or (nearest.kind if nearest else None), cells),
        paragraph.text,
        _choose(*speakers) or "",
        cells,
        paragraph.spoken,
        paragraph.remarks,
    )


def _kind(mine: ReadBlock, theirs: Block | None) -> BlockKind | None:
    """The kind that the editor gave a block; not every format tells one kind of row from another."""
    return None if theirs and {mine.kind, theirs.kind} <= ROWS else mine.kind


def _choose(was: Value | None, mine: Value | None, theirs: Value | None) -> Value | None:
    """The editor's value where the editor changed it, else the machine's."""
    if mine is None or mine == was:
        return was if theirs is None else theirs
    return mine


def _fitting(kind: BlockKind | None, cells: tuple[str, ...]) -> BlockKind:
    """A kind that cells, or their absence, allow; what an editor wrote of their own is nobody's speech."""
    if cells:
        return kind if kind in ROWS else BlockKind.TABLE_ROW
    return BlockKind.INTRO if kind is None or kind in ROWS else kind
