"""What a person's edited file holds, in order, whatever its format.

A block's id stands in the first of its paragraphs; a paragraph without one is new, copied or split off, and
comes as a block of its own with the id "". Highlights and tables of contents are not text; nor are comments,
which go with their block.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from urllib.parse import unquote

from pipeline.drafts.comments import FOOTNOTE, PICTURE, Comment, behind
from pipeline.drafts.formats import carried, composed, shifted, tidy
from pipeline.drafts.layout import ATTRIBUTION_MARK, POINT_MARK, SPEAKER_MARK
from pipeline.drafts.raw import RawParagraph, RawRow, flat, joined, one, since
from pipeline.drafts.styles import KINDS, is_contents
from pipeline.errors import InputError
from pipeline.model import BlockKind, Cover, Format, FormatKind

EDITION = "draft-"
"""How the id begins that names a whole draft; it stands beside those of its first and its last block."""

_TYPED_LABEL = re.compile(r"○ ?([^\s()]+(?: [^\s()]+)?\([^()]+\))[ \t]+(.*)", re.DOTALL)
"""A label that a person typed without the tab: ``○ 한나래(시민) 말``."""


@dataclass(frozen=True, slots=True)
class ReadBlock:
    """A paragraph or table row as a person left it; ``text`` is NFC and on one line.

    ``joined`` are ids of blocks that the person joined to this one, and the draft's where it stands here.
    ``cells`` are those of a row, ``text`` is then the cells joined by a tab.
    """

    id: str
    kind: BlockKind | None
    speaker: str
    text: str
    cells: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    comments: tuple[Comment, ...] = ()
    formats: tuple[Format, ...] = ()
    covers: tuple[Cover, ...] = ()


def assemble(raw: Iterable[RawParagraph | RawRow]) -> tuple[ReadBlock, ...]:
    """Paragraphs and rows as blocks; what is empty and has no id is only space between others.

    A comment on such space goes with the block before it, or with the first.
    """
    try:
        return tuple(_assembled(raw))
    except RecursionError as error:
        raise refusal("파일의 구조가 지나치게 깊습니다.", "초안 파일이 맞는지 확인해 주십시오.") from error


def editions_of(blocks: Iterable[ReadBlock]) -> tuple[str, ...]:
    """The ids of drafts that a file bears: of the one it was made from, and of what was pasted into it."""
    names = (name for block in blocks for name in block.joined if name.startswith(EDITION))
    return tuple(dict.fromkeys(names))


def printed(blocks: Iterable[ReadBlock]) -> tuple[ReadBlock, ...]:
    """All that is printed, as blocks: behind each its footnotes and where its links lead, with its id.

    Those are nobody's speech, whoever speaks in the block.
    """
    return tuple(
        each
        for block in blocks
        for each in (block, *(ReadBlock(block.id, BlockKind.INTRO, "", text) for text in _beside(block)))
    )


def _beside(block: ReadBlock) -> Iterator[str]:
    yield from (comment.text for comment in block.comments if comment.rule == FOOTNOTE)
    yield from (unquote(each.value) for each in block.formats if each.kind is FormatKind.LINK)


def refusal(message: str, hint: str) -> InputError:
    """Why a file cannot be read as a draft."""
    return InputError(message, hint, "draft")


def bookmark(block_id: str) -> str:
    """A block's id as the name of a bookmark: Word takes letters, digits and underscores, no digit first."""
    name = block_id.replace("-", "_")
    return name if name[:1].isalpha() else f"_{name}"


def block_id(name: str) -> str:
    """The id that a bookmark's name stands for, or nothing for a bookmark that is not ours (``_Toc123``)."""
    return name.removeprefix("_").replace("_", "-") if re.fullmatch(r"[a-z0-9_]+", name) else ""


def _assembled(raw: Iterable[RawParagraph | RawRow]) -> Iterator[ReadBlock]:
    last: ReadBlock | None = None
    waiting: tuple[Comment, ...] = ()
    for block, is_space in _known_once(raw):
        if not is_space:
            if last:
                yield last
            last, waiting = replace(block, comments=(*waiting, *block.comments)), ()
        elif last:
            last = replace(last, comments=(*last.comments, *behind(block.comments, last.text, last.cells)))
        else:
            waiting = (*waiting, *block.comments)
    if last or waiting:
        yield last or ReadBlock("", None, "", "", comments=waiting)


def _known_once(raw: Iterable[RawParagraph | RawRow]) -> Iterator[tuple[ReadBlock, bool]]:
    """Every paragraph and row, each id once, and whether it is only space or a list of contents."""
    known: set[str] = set()
    for each in joined(raw):
        block = _row(each) if isinstance(each, RawRow) else _paragraph(each)
        if block.id in known:
            # Some programs copy a bookmark with its paragraph: the copy is new.
            block = replace(block, id="")
        known |= {block.id, *block.joined} - {""}
        contents = isinstance(each, RawParagraph) and is_contents(each.style)
        yield block, not (block.id or (block.text.strip() and not contents))


def _paragraph(raw: RawParagraph) -> ReadBlock:
    kind = KINDS.get(raw.style)
    whole = unicodedata.normalize("NFC", raw.text)
    speaker, text = _parted(whole, kind)
    first, *joined = _ids(raw.bookmarks)
    label = whole.removesuffix(text) if kind is not BlockKind.QUOTE and whole.endswith(text) else ""
    said = since(raw.comments, lambda before: before[len(label) :])
    said = tuple(replace(each, about=flat(text)) if each.rule == PICTURE else each for each in said)
    return ReadBlock(
        first, kind, flat(speaker), flat(text), (), tuple(joined), said, _formats_in(raw, whole, text)
    )


def _formats_in(raw: RawParagraph, whole: str, text: str) -> tuple[Format, ...]:
    """Formats of a paragraph in its text: most often all but what stands before it."""
    formats = composed(raw.formats, raw.text)
    if whole.endswith(text):
        return tidy(shifted(formats, len(text) - len(whole)), text)
    return tidy(formats, text) if whole.startswith(text) else carried(formats, whole, text)


def _row(raw: RawRow) -> ReadBlock:
    paragraphs = [paragraph for cell in raw.cells for paragraph in cell]
    first, *joined = _ids(name for each in paragraphs for name in each.bookmarks)
    kinds = [KINDS[each.style] for each in paragraphs if each.style in KINDS]
    cells = tuple(unicodedata.normalize("NFC", flat(one(cell).text)) for cell in raw.cells)
    kind = kinds[0] if kinds else BlockKind.TABLE_ROW
    said = chain.from_iterable(_of_cell(cell, cells[:column]) for column, cell in enumerate(raw.cells))
    text = "\t".join(cells)
    covers = tuple(
        Cover.NO if cell.strip() else cover for cell, cover in zip(cells, raw.covers, strict=False)
    )
    return ReadBlock(
        first,
        kind,
        "",
        text,
        cells,
        tuple(joined),
        tuple(said),
        tidy(_formats(raw, cells), text),
        covers if any(covers) else (),
    )


def _formats(raw: RawRow, cells: Sequence[str]) -> Iterator[Format]:
    """Formats of a row in the text of its cells."""
    at = 0
    for cell, text in zip(map(one, raw.cells), cells, strict=True):
        yield from shifted(composed(cell.formats, cell.text), at)
        at += len(text) + 1


def _of_cell(cell: Iterable[RawParagraph], before: Sequence[str]) -> Iterator[Comment]:
    """Comments of a cell; before its footnotes stand the cells before it, and its own paragraphs above."""
    above = "".join(f"{each}\t" for each in before)
    for paragraph in cell:
        yield from since(paragraph.comments, partial(str.__add__, above))
        above += f"{flat(paragraph.text)} " if paragraph.text else ""


def _ids(names: Iterable[str]) -> list[str]:
    """The block's own id, or nothing, then those of blocks joined to it, then the draft's."""
    found = list(dict.fromkeys(found for name in names if (found := block_id(name))))
    editions = [each for each in found if each.startswith(EDITION)]
    return [*([each for each in found if each not in editions] or [""]), *editions]


def _parted(text: str, kind: BlockKind | None) -> tuple[str, str]:
    """Who speaks and what is said; our own marks are taken off."""
    text = text.lstrip("\t ")
    if kind is BlockKind.QUOTE:
        said, attributed, speaker = text.rpartition(f"\n{ATTRIBUTION_MARK}")
        return (speaker, said) if attributed else ("", text)
    if typed := _TYPED_LABEL.fullmatch(text) if "\t" not in text else None:
        return typed[1], typed[2]
    mark = POINT_MARK if kind is BlockKind.POINT else SPEAKER_MARK
    label, labelled, said = text.partition("\t")
    if labelled and label.startswith(mark):
        return label.removeprefix(mark).rstrip(), said
    if labelled and mark in label:
        # Somebody began to write before the label.
        before, _, speaker = label.rpartition(mark)
        return speaker.rstrip(), f"{before.rstrip()} {said}"
    return "", text.removeprefix(POINT_MARK) if kind is BlockKind.POINT else text
