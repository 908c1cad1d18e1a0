"""Passages and facts become blocks with ids that stay; and no block holds words without a source.

An id names a place of the definition, or the recording and roughly the time at which words begin, so that
another recogniser's slightly other times give the same one.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from pipeline.drafts.discretion import any_of
from pipeline.drafts.passages import Passage, merged
from pipeline.errors import StageError
from pipeline.model import Block, BlockKind, Chapter, Remark, Span, Spoken

BUCKET_MS = 3_000
"""Sentences that begin in the same stretch of this length share an id but for its last number. Another
recogniser's word times differ by a tenth of a second or two, so few of them change stretches."""

OURS = frozenset({BlockKind.TITLE, BlockKind.HEADING, BlockKind.INTRO, BlockKind.TABLE_HEAD})
"""Kinds of blocks that hold nothing but words of the definition, and names that may be shown."""
TEMPLATES = OURS | {BlockKind.SUBHEADING, BlockKind.FACT}
"""Kinds of blocks that may hold words of ours; in others, what nobody said stands in cells of its own."""


ANONYMOUS = "익명 참여자입니다. 사는 곳이나 직책처럼 누구인지 드러내는 대목이 남지 않았는지 확인해 주십시오."
MUTED = "철회한 참여자가 있어, 누구인지 정하지 않은 목소리의 발언은 싣지 않았습니다. 화자를 정해 주십시오."


class Ids:
    """Gives each block of a chapter its id, once."""

    def __init__(self, chapter: int) -> None:
        self._prefix = f"c{chapter}"
        self._used: Counter[str] = Counter()

    def placed(self, *names: str) -> str:
        """The id of something of ours, by its place in the definition."""
        return self._once("-".join([self._prefix, *names]))

    def spoken(self, place: str, session: str, passage: Passage) -> str:
        """The id of words, by where they are heard; ``place`` tells a quote from the conversation."""
        source = passage.source
        stretch = round(source.start_ms / BUCKET_MS)
        return self._once(f"{self._prefix}-{place}-{session}-{source.recording[:6]}-{stretch}")

    def _once(self, name: str) -> str:
        self._used[name] += 1
        return name if self._used[name] == 1 else f"{name}-{self._used[name]}"


def short_hash(name: str) -> str:
    """Six characters that stand for a name in an id."""
    return hashlib.sha256(name.encode()).hexdigest()[:6]


def said(
    block_id: str,
    kind: BlockKind,
    passages: Sequence[Passage],
    speaker: str = "",
    cells: Sequence[str] = (),
) -> Block:
    """A block of sentences with a space between them; ``cells`` are those after them in a table's row."""
    text, spoken, remarks = "", [], []
    for passage in passages:
        text += " " if text else ""
        chars = Span(len(text), len(text) + len(passage.text))
        spoken.append(Spoken(chars, passage.source))
        remarks += [_shifted(remark, len(text)) for remark in passage.remarks]
        text += passage.text
    row = (text, *cells) if cells else ()
    return Block(block_id, kind, "\t".join(row) or text, speaker, row, tuple(spoken), tuple(merged(remarks)))


def named(
    block_id: str, kind: BlockKind, before: str, passage: Passage, chars: Span, after: str = ""
) -> Block:
    """A block of ours around ``chars`` of a passage."""
    shift = len(before) - chars.start
    own = Span(len(before), len(before) + chars.length)
    remarks = [
        replace(
            remark,
            chars=Span(max(own.start, remark.chars.start + shift), min(own.end, remark.chars.end + shift)),
        )
        for remark in passage.remarks
        if remark.chars.overlap(chars)
    ]
    text = before + passage.text[chars.start : chars.end] + after
    cells = tuple(text.split("\t")) if "\t" in text else ()
    return Block(block_id, kind, text, "", cells, (Spoken(own, passage.source),), tuple(remarks))


def fact(
    block_id: str, kind: BlockKind, *cells: str, anonymous: Iterable[str] = (), muted: bool = False
) -> Block:
    """A row of facts of ours.

    Where it holds one of the ``anonymous``, an editor is told to look out; where words of unnamed voices are
    ``muted``, to have them named.
    """
    text = "\t".join(cells)
    found = [(text.find(name), name) for name in anonymous]
    remarks = [Remark(Span(at, at + len(name)), "masked", ANONYMOUS) for at, name in sorted(found) if at >= 0]
    remarks += [Remark(Span(0, len(text)), "masked", MUTED)] if muted else []
    return Block(block_id, kind, text, cells=cells, remarks=tuple(remarks))


def verify(chapter: Chapter, withheld: Collection[str], shown: Collection[str]) -> None:
    """Make sure that every word is somebody's or ours, and that nobody is named against their will.

    Args:
        chapter: as composed.
        withheld: names that may not stand in it.
        shown: names that may, also where a withheld one is part of them.

    Raises:
        StageError: a block breaks the law; that is a fault of the program, and nothing may be printed.
    """
    ids = Counter(block.id for block in chapter.blocks)
    by_right = any_of([re.escape(name) for name in sorted(shown, key=len, reverse=True) if name])
    against = any_of([re.escape(name) for name in sorted(withheld)])
    for block in chapter.blocks:
        if ids[block.id] > 1 or not _is_sourced(block):
            raise StageError(f"Block {block.id} of chapter {chapter.number} has no source.", code="unsourced")
        told = "\n".join([block.text, block.speaker, *(remark.text for remark in block.remarks)])
        if block.kind not in OURS and against.search(by_right.sub("\n", told)):
            raise StageError(f"Block {block.id} of chapter {chapter.number} names somebody.", code="named")


def _is_sourced(block: Block) -> bool:
    if block.kind in TEMPLATES or (block.kind is BlockKind.TABLE_ROW and not block.spoken):
        return True
    speech = block.cells[0] if block.cells else block.text
    at = 0
    for spoken in block.spoken:
        if spoken.chars.start < at or block.text[at : spoken.chars.start].strip():
            return False
        at = spoken.chars.end
    return bool(block.spoken) and at == len(speech)


def _shifted(remark: Remark, by: int) -> Remark:
    return replace(remark, chars=Span(remark.chars.start + by, remark.chars.end + by))
