"""A chapter as Markdown, and an edited one as blocks again.

Text is CommonMark, tables and footnotes are GitHub's. Every block ends with its id in a comment that no
program shows; a footnote tells where its words are heard and what to check, and another what an editor said
of it. A footnote of an editor's that is to be printed has its sign in the text, and a label of its own
(``[^각주-1]``). A person may wrap lines as they like, and may write paragraphs without an id, footnotes of
any label, and comments.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.drafts.cells import Cell
from pipeline.drafts.formats import shifted
from pipeline.drafts.layout import (
    POINT_MARK,
    SPEAKER_MARK,
    Flow,
    Paragraph,
    Row,
    Table,
    chapter_flow,
)
from pipeline.drafts.markdown_inline import Inline, escaped, inline, written
from pipeline.drafts.markdown_notes import FOOTNOTE, NotesFound, NotesLaid
from pipeline.drafts.package import LARGEST_FILE
from pipeline.drafts.pictures import FOLDER, Picture
from pipeline.drafts.pieces import Piece
from pipeline.drafts.raw import RawParagraph, RawRow
from pipeline.drafts.reading import ReadBlock, assemble, bookmark, refusal
from pipeline.drafts.styles import LOOKS, NAMED, Align
from pipeline.model import BlockKind, Chapter, Cover, Format, FormatKind, Span

PREFIXES = {
    BlockKind.TITLE: "# ",
    BlockKind.HEADING: "## ",
    BlockKind.SUBHEADING: "### ",
    BlockKind.QUOTE: "> ",
    BlockKind.POINT: POINT_MARK,
}
"""What a paragraph begins with, and is known by; other kinds are plain paragraphs."""

COVERED = {Cover.LEFT: "왼쪽 칸과 합친 칸", Cover.ABOVE: "위 칸과 합친 칸"}
"""What a comment says in an empty cell that an editor merged with another, which Markdown cannot."""
ALIGNED = {
    Align.LEFT: "왼쪽 정렬",
    Align.CENTER: "가운데 정렬",
    Align.RIGHT: "오른쪽 정렬",
    Align.BOTH: "양쪽 정렬",
}
"""What a comment says where an editor set lines elsewhere, which Markdown cannot."""
_OURS = {*COVERED.values(), *ALIGNED.values()}
_COVERED_LEFT = (f"<!-- {COVERED[Cover.LEFT]} -->",)

ENCODINGS = ("utf-8-sig", "cp949")
"""What programs save text as; older Windows programs know only the second."""

_BY_LOOK = {LOOKS[kind].name: prefix for kind, prefix in PREFIXES.items()}
_STYLES = {prefix: LOOKS[kind].name for kind, prefix in PREFIXES.items()}
_PREFIX = re.compile(r"(?:(#{1,6})|(>)|([-*+]))(?:[ \t]+|(?<=>)|$)")
_LIST_START = re.compile(r"(\d*)([-+.)])(?=\s|$)")
_LABEL = re.compile(r"\*\*((?:\\.|[^*\\])+)\*\*[ \t]*")
_CELL_BORDER = re.compile(r"(?<!\\)(?:\\\\)*\|")
_DELIMITER = re.compile(r"[|:\-\s]*-[|:\-\s]*")


def write(
    chapter: Chapter,
    recordings: Mapping[str, str] | None = None,
    edition: str = "",
    pictures: Mapping[str, bytes] | None = None,
) -> bytes:
    """The chapter as Markdown, UTF-8 with LF; equal chapters give equal bytes.

    Args:
        chapter: what to write.
        recordings: what footnotes call a recording, by digest, instead of its session's id.
        edition: the draft's id, by which it is known again when it comes back.
        pictures: those of the chapter, by name; one that is missing is left out.
    """
    notes = NotesLaid()
    flow = chapter_flow(chapter, recordings or {}, edition, pictures or {})
    blocks = [_set(each, notes) for each in flow]
    return ("\n\n".join(blocks + notes.lines) + "\n").encode()


def read(data: bytes) -> tuple[ReadBlock, ...]:
    """The blocks of a Markdown file in order.

    Raises:
        InputError: where it is no text, or longer than any draft.
    """
    if len(data) > LARGEST_FILE:
        raise refusal("파일이 너무 큽니다.", "초안 파일이 맞는지 확인해 주십시오.")
    return assemble(_raw(_decoded(data)))


def _set(each: Flow, notes: NotesLaid) -> str:
    if isinstance(each, Picture):
        return _shown(each)
    return _table(each, notes) if isinstance(each, Table) else _paragraph(each, notes)


def _shown(picture: Picture) -> str:
    return f'![그림]({FOLDER}/{picture.name} "{picture.width_mm}×{picture.height_mm} mm")'


def _paragraph(paragraph: Paragraph, notes: NotesLaid) -> str:
    prefix = _BY_LOOK.get(paragraph.look.name, "")
    unmarked = replace(paragraph, mark=paragraph.mark.removeprefix(prefix).strip("\t"))
    text = _text((piece for passage in unmarked.labelled() for piece in passage.pieces), notes)
    # At its beginning, a text must not be taken for a list.
    text = _LIST_START.sub(r"\1\\\2", text, count=1) if _LIST_START.match(text) else text
    text = text.replace("\n", f"\\\n{prefix}")
    aligned = None if paragraph.look == NAMED[paragraph.look.name] else paragraph.look.align
    return f"{prefix}{text}{_told(aligned)}{notes.marks(paragraph.passages)}{_ids_of(paragraph)}"


def _table(table: Table, notes: NotesLaid) -> str:
    head, *rows = table.rows
    columns = len(table.shares)
    if head.kind is not BlockKind.TABLE_HEAD:
        head, rows = Row(BlockKind.TABLE_HEAD, (Cell(),) * columns), [head, *rows]
    delimiter = "|" + " --- |" * columns
    return "\n".join([_row(head, notes), delimiter, *(_row(row, notes) for row in rows)])


def _row(row: Row, notes: NotesLaid) -> str:
    cells = [each for cell in row.cells for each in (_cell(cell, notes), *_COVERED_LEFT * (cell.columns - 1))]
    passages = [passage for cell in row.cells for passage in cell.passages]
    return f"| {' | '.join(cells)}{notes.marks(passages)}{_ids_of(row)} |"


def _cell(cell: Cell, notes: NotesLaid) -> str:
    if not cell.rows:
        return f"<!-- {COVERED[Cover.ABOVE]} -->"
    pieces = (piece for passage in cell.passages for piece in passage.pieces)
    return _text(pieces, notes) + "".join(map(_shown, cell.pictures)) + _told(cell.align)


def _ids_of(each: Paragraph | Row) -> str:
    return "".join(f" <!-- {name} -->" for name in each.ids)


def _told(align: Align | None) -> str:
    return f" <!-- {ALIGNED[align]} -->" if align else ""


def _text(pieces: Iterable[Piece], notes: NotesLaid) -> str:
    held = [*pieces]
    return written(held, [_written(piece, notes) for piece in held])


def _written(piece: Piece, notes: NotesLaid) -> str:
    if piece.footnote:
        return notes.sign(piece.footnote)
    if piece.text == "\t":
        return " "
    text = escaped(piece.text)
    text = f"<mark>{text}</mark>" if piece.doubted else text
    return f"**{text}**" if piece.strong else text


def _decoded(data: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise refusal("글로 된 파일이 아닙니다.", "초안 파일(.md)을 UTF-8로 다시 저장해 주십시오.")


def _raw(text: str) -> Iterator[RawParagraph | RawRow]:
    groups = list(_groups(text.split("\n")))
    noted = NotesFound((" ".join(lines) for lines in groups if FOOTNOTE.match(lines[0])), _OURS)
    for lines in groups:
        if FOOTNOTE.match(lines[0]):
            continue
        if lines[0].startswith("|"):
            yield from _read_rows(lines, noted)
        else:
            yield _read_paragraph(lines, noted)
    yield RawParagraph("", "", (), tuple(noted.rest()))


def _groups(lines: Iterable[str]) -> Iterator[list[str]]:
    """Lines that belong together: up to a blank one, to the id of a block, or to what begins another."""
    group: list[str] = []
    for line in (line.strip(" \t") for line in lines):
        if group and (not line or _begins(line, group)):
            yield group
            group = []
        if line:
            group.append(line)
        if line.endswith("-->") and not line.startswith("|"):
            yield group
            group = []
    if group:
        yield group


def _begins(line: str, group: Sequence[str]) -> bool:
    """Whether a line begins another block than the lines before it."""
    if line.startswith("|") or group[0].startswith("|"):
        return line.startswith("|") != group[0].startswith("|")
    quoted = line.startswith(">") and group[0].startswith(">")
    heading = group[0].startswith("#")
    return heading or bool(FOOTNOTE.match(line)) or (bool(_PREFIX.match(line)) and not quoted)


def _read_paragraph(lines: Sequence[str], noted: NotesFound) -> RawParagraph:
    found = _PREFIX.match(lines[0])
    prefix = "" if found is None else f"{found[1] or found[2] or '-'} "
    bare = [line[found.end() :] if found and _same(line, found) else line for line in lines]
    text = "".join(_continued(line) for line in bare[:-1]) + bare[-1]
    before, spoken = _labelled(text, POINT_MARK if prefix == POINT_MARK else "")
    read = inline(spoken)
    return RawParagraph(
        _STYLES.get(prefix, ""),
        before + read.text,
        _ids(read),
        tuple(noted.of(read, before)),
        formats=(*shifted(read.formats, len(before)), *_alignment(read, len(before))),
    )


def _labelled(text: str, mark: str) -> tuple[str, str]:
    """What stands before what is said, as other formats have it, and the rest of a text.

    In bold type it is a label only where it begins like one, or in a list.
    """
    label = _LABEL.match(text)
    if not label or not (mark or label[1].startswith(SPEAKER_MARK)):
        return mark, text
    return f"{mark}{inline(label[1]).text}\t", text[label.end() :]


def _same(line: str, prefix: re.Match[str]) -> bool:
    """Whether a line begins as the first one of its paragraph does; only quotations repeat their sign."""
    own = _PREFIX.match(line)
    return own is not None and own[0] == prefix[0]


def _continued(line: str) -> str:
    """A line that another one follows: a backslash at its end keeps the break."""
    return f"{line[:-1]}\n" if line.endswith("\\") else f"{line} "


def _read_rows(lines: Sequence[str], noted: NotesFound) -> Iterator[RawRow]:
    headed = len(lines) > 1 and bool(_DELIMITER.fullmatch(lines[1]))
    facts = headed and not lines[0].strip("| \t")
    body = LOOKS[BlockKind.FACT if facts else BlockKind.TABLE_ROW].name
    for number, line in enumerate(lines):
        if headed and number == 1:
            continue
        style = LOOKS[BlockKind.TABLE_HEAD].name if headed and number == 0 else body
        cells = [inline(cell) for cell in _cells(line)]
        yield RawRow(
            tuple(
                (
                    RawParagraph(
                        style,
                        cell.text,
                        _ids(cell),
                        tuple(noted.of(cell)),
                        formats=(*cell.formats, *_alignment(cell)),
                    ),
                )
                for cell in cells
            ),
            tuple(map(_cover, cells)),
        )


def _alignment(read: Inline, before: int = 0) -> Iterator[Format]:
    """Where a comment says that lines stand."""
    told = {aside.told.strip() for aside in read.asides if aside.kind == "comment"}
    chars = Span(before, before + len(read.text))
    yield from (Format(chars, FormatKind.ALIGN, align) for align, name in ALIGNED.items() if name in told)


def _cover(cell: Inline) -> Cover:
    told = {aside.told.strip() for aside in cell.asides if aside.kind == "comment"}
    return next((cover for cover, name in COVERED.items() if name in told), Cover.NO)


def _cells(line: str) -> list[str]:
    borders = [found.end() for found in _CELL_BORDER.finditer(line)]
    if not borders or borders[-1] < len(line):
        borders.append(len(line) + 1)
    return [line[start : end - 1] for start, end in pairwise(borders)]


def _ids(read: Inline) -> tuple[str, ...]:
    return tuple(bookmark(aside.told) for aside in read.asides if aside.kind == "id")
