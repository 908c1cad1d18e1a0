"""A file comes back that was made from an earlier draft than today's: nothing that either has is lost.

Somebody had it open while a rerun, or another person's file, made a new draft. What the draft has gained in
the meantime is not what this person took out: the file is merged over the draft that it was made from. Where
the two meet, the file's words stand, and today's are told in a comment that stays until somebody removes it.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import zip_longest

from pipeline.drafts.comments import COMMENT
from pipeline.drafts.comparing import MASK
from pipeline.drafts.formats import carried
from pipeline.drafts.lines import one_line
from pipeline.drafts.merge import Merged, merge
from pipeline.drafts.reading import ReadBlock
from pipeline.drafts.reconcile import Conflict
from pipeline.model import Block, Chapter, FormatKind, Remark, Span

AUTHOR = "초안 합치기"
"""Whose comments tell what two people's files say differently."""

CHANGED = "이 파일을 고치는 사이 초안이 바뀌었습니다: ‘{}’. 파일의 글을 두었으니 맞는 쪽을 남겨 주십시오."
GONE = "이 파일을 고치는 사이 초안에서는 없어진 글입니다: ‘{}’. 파일의 글을 두었으니 확인해 주십시오."
PARTED = (
    "이 파일을 고치는 사이 초안에서는 여기서 문단을 달리 나누었습니다. 파일대로 두었으니 확인해 주십시오."
)
SPARED = "받은 파일에서는 지운 문단입니다. 그사이 다른 사람이 고쳤기에 남겼으니, 지울지 확인해 주십시오."

PURGED = "purged"
"""Id of an empty block: since the files of that draft were made, something in them was forgotten."""


def as_purged(
    base: Chapter, edited: Sequence[ReadBlock]
) -> tuple[Chapter, tuple[ReadBlock, ...], tuple[Block, ...]]:
    """A draft, and a file made from it, without what was forgotten since; then what tells of that.

    The file holds it still: of a paragraph that went the draft has an empty block, of a name its mask, also
    where a link leads.
    """
    known = {block.id: block for block in base.blocks}
    if PURGED not in known:
        return base, tuple(edited), ()
    gone = tuple(block for block in base.blocks if not block.text)
    left = [each for each in edited if each.id not in {block.id for block in gone}]
    kept = tuple(unlinked(block) for block in base.blocks if block.text)
    blocks = tuple(_masked(each, known[each.id]) if each.id in known else each for each in left)
    return replace(base, blocks=kept), blocks, gone


def unlinked(block: Block) -> Block:
    """The block without links that lead to a mask."""
    return replace(block, formats=tuple(each for each in block.formats if each.value != MASK))


def take_in(
    shown: Chapter,
    machine: Chapter,
    base: Chapter,
    edited: Sequence[ReadBlock],
    called: Collection[str] = (),
) -> Merged:
    """Today's draft with what a person did in their file.

    Args:
        shown: today's draft, with every person's words that were taken in so far.
        machine: what of it the machine has made.
        base: the draft that the file was made from, today's or an earlier one.
        edited: what the file holds.
        called: what our notes in the file may call recordings.
    """
    made = {block.id: (block.speaker, block.text) for block in machine.blocks}
    others = {block.id for block in shown.blocks if (block.speaker, block.text) != made.get(block.id)}
    merged = merge(base, edited, shown, called, others)
    blocks = {block.id: block for block in merged.chapter.blocks}
    for conflict in merged.conflicts:
        blocks[conflict.id] = _told(blocks[conflict.id], conflict)
    return replace(merged, chapter=replace(merged.chapter, blocks=tuple(blocks.values())))


def _told(block: Block, conflict: Conflict) -> Block:
    if not conflict.edited and conflict.machine == block.text:
        text = SPARED
    else:
        text = CHANGED.format(conflict.machine) if conflict.machine else GONE.format(conflict.base)
        text = text if (conflict.machine or conflict.base).strip(" /|") else PARTED
    at = max(0, block.text.find(conflict.edited))
    chars = Span(at, min(len(block.text), at + len(conflict.edited)))
    told = Remark(chars, COMMENT, one_line(text), AUTHOR)
    known = any((each.author, each.text) == (told.author, told.text) for each in block.remarks)
    return block if known else replace(block, remarks=(*block.remarks, told))


def _masked(block: ReadBlock, before: Block) -> ReadBlock:
    cells = block.cells
    if len(cells) == len(before.cells):
        cells = tuple(map(_hidden, cells, before.cells))
    text = "\t".join(cells) if cells else _hidden(block.text, before.text)
    links = tuple(each for each in before.formats if each.value == MASK)
    hidden = [each.chars for each in carried(links, before.text, text)]
    formats = (
        each
        for each in carried(block.formats, block.text, text)
        if each.kind is not FormatKind.LINK or not any(map(each.chars.overlap, hidden))
    )
    speaker = _hidden(block.speaker, before.speaker)
    return replace(block, text=text, cells=cells, speaker=speaker, formats=tuple(formats))


def _hidden(text: str, before: str) -> str:
    """The text with the masks of ``before`` on whatever stands in their place."""
    if MASK not in before:
        return text
    parts = []
    for what, *at in SequenceMatcher(None, before, text, autojunk=False).get_opcodes():
        old, new = before[at[0] : at[1]], text[at[2] : at[3]]
        pairs = zip_longest(old if what == "replace" else "", new, fillvalue="")
        parts.append("".join(MASK if was == MASK else now for was, now in pairs))
    return "".join(parts)
