"""What a draft tells its editors outlives the reruns that come before they have looked at it.

A rerun tells only what it finds itself. What earlier ones told stays on its block until a file comes back in
which somebody has deleted it; and where the machine has no longer what a person keeps, it is still told where
those words are heard.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace

from pipeline.drafts.comments import CHECK
from pipeline.drafts.lines import one_line, printable
from pipeline.drafts.reconcile import GONE, RULE
from pipeline.model import Block, Chapter, Remark, Span


def outlasting(
    before: Chapter, after: Chapter, machine: Chapter, comments: Collection[str] | None
) -> Chapter:
    """A merged chapter with what still holds of the draft before it.

    Args:
        before: the draft, with what was taken in.
        after: what a rerun has made of it.
        machine: the machine's own chapter of today.
        comments: what stands in comments of the files that were taken in, None where there were none.
    """
    known = {block.id: block for block in before.blocks}
    made = {block.id for block in machine.blocks}
    blocks = (
        _kept(block, known[block.id], block.id in made, comments) if block.id in known else block
        for block in after.blocks
    )
    return replace(after, blocks=tuple(blocks))


def _kept(block: Block, was: Block, made: bool, comments: Collection[str] | None) -> Block:
    """The block with what was told of it; ``made`` says that the machine has it today."""
    told = [remark for remark in _standing(was, comments) if not (made and remark.text == GONE)]
    fresh = {remark.text for remark in block.remarks}
    remarks = (replace(each, chars=_chars(each, was, block)) for each in told if each.text not in fresh)
    spoken = block.spoken if made or block.spoken or block.text != was.text else was.spoken
    return replace(block, spoken=spoken, remarks=(*block.remarks, *remarks))


def _standing(was: Block, comments: Collection[str] | None) -> Iterator[Remark]:
    """Where two sides clashed, unless somebody has deleted the remark that tells it."""
    for remark in was.remarks:
        note = one_line(CHECK + printable(remark.text))
        if remark.rule == RULE and (comments is None or any(note in comment for comment in comments)):
            yield remark


def _chars(remark: Remark, was: Block, block: Block) -> Span:
    """Where the words stand now; the whole block where they are no longer there."""
    words = was.text[remark.chars.start : remark.chars.end]
    same = block.text.startswith(was.text[: remark.chars.end])
    at = remark.chars.start if same else block.text.find(words)
    return Span(at, at + len(words)) if at >= 0 else Span(0, len(block.text))
