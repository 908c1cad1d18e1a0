"""Who speaks in a paragraph without a label: whoever the paragraphs before it name.

Where merging puts somebody else's words before such a paragraph, or takes away those it went on from, it
would be read as another person's: it gets its label back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.drafts.reading import ReadBlock
from pipeline.model import Block, BlockKind

CONVERSATION = frozenset({BlockKind.QUESTION, BlockKind.ANSWER, BlockKind.SPEECH})
"""Kinds of blocks that go on from one another without a label."""


def speakers(blocks: Iterable[Block | ReadBlock]) -> list[str]:
    """Who is read as the speaker of each block; nobody where no label comes before it in its conversation."""
    found = []
    speaking = ""
    for block in blocks:
        speaking = (block.speaker or speaking) if block.kind in CONVERSATION else ""
        found.append(speaking)
    return found


def relabelled(
    merged: Sequence[Block], new: Sequence[Block], edited: Sequence[ReadBlock]
) -> tuple[Block, ...]:
    """Merged blocks, with a label where one would else be read as said by another than the machine says.

    Args:
        merged: in their order.
        new: the machine's.
        edited: the paragraphs of the file; what an editor left without a label behind just these words stays.
    """
    said = {block.id: speaker for block, speaker in zip(new, speakers(new), strict=True)}
    meant = set(pairwise([None, *map(_told, edited)]))
    made: list[Block] = []
    speaking = ""
    for block in merged:
        own, read = said.get(block.id, ""), block.speaker or speaking
        silent = block.kind in CONVERSATION and not block.speaker
        behind = _told(made[-1]) if made else None
        labelled = silent and own not in {"", read} and (behind, _told(block)) not in meant
        made.append(replace(block, speaker=own) if labelled else block)
        speaking = (own if labelled else read) if block.kind in CONVERSATION else ""
    return tuple(made)


def _told(block: Block | ReadBlock) -> tuple[str, str]:
    return block.speaker, block.text
