"""An edited HWPX becomes blocks again, whichever program saved it.

What counts is the text a person sees with all tracked changes accepted: hidden comments and what was deleted
are left out, text boxes follow the paragraph that anchors them, memos and footnotes go with their paragraph.
An endnote becomes a footnote.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from pipeline.drafts.cells import MOST_COLUMNS, MOST_ROWS, across
from pipeline.drafts.comments import comments, footnotes, picture
from pipeline.drafts.formats import YELLOW, Setting, color
from pipeline.drafts.hwpx_formats import HH, Looks, link_target, looks
from pipeline.drafts.hwpx_frame import HEADER
from pipeline.drafts.hwpx_pictures import drawn, images
from pipeline.drafts.package import Element, Package, nearest, whole_number
from pipeline.drafts.pictures import named
from pipeline.drafts.raw import OpenParagraph, RawParagraph, RawRow, inside
from pipeline.drafts.reading import ReadBlock, assemble, refusal
from pipeline.model import Cover, Format, FormatKind

_HP = "{http://www.hancom.co.kr/hwpml/2011/paragraph}"

_SECTION = re.compile(r"Contents/section(\d+)\.xml")
_PARAGRAPH, _ROW, _CELL, _TEXT = f"{_HP}p", f"{_HP}tr", f"{_HP}tc", f"{_HP}t"
_BOOKMARK, _LIST = f"{_HP}bookmark", f"{_HP}subList"
_FIELD, _FIELD_END, _PARAMETER = f"{_HP}fieldBegin", f"{_HP}fieldEnd", f"{_HP}stringParam"
_PICTURE, _TABLE, _RUN = f"{_HP}pic", f"{_HP}tbl", f"{_HP}run"
_FOOTNOTES = {f"{_HP}footNote", f"{_HP}endNote"}
_SEEN = {_TEXT, _BOOKMARK, _FIELD, _FIELD_END, _PICTURE, *_FOOTNOTES}
_PEN_DOWN, _PEN_UP = f"{_HP}markpenBegin", f"{_HP}markpenEnd"
_DELETED, _RESTORED = f"{_HP}deleteBegin", f"{_HP}deleteEnd"
_UNSEEN = {
    f"{_HP}{name}"
    for name in (
        *("fieldBegin", "footNote", "endNote", "hiddenComment", "header", "footer", "secPr", "memogroup"),
        *("parameters", "caption", "linesegarray"),
    )
}
"""A memo's text lies inside its ``fieldBegin``; ``memogroup`` is a second copy that some programs write."""
_SIGNS = {
    f"{_HP}tab": "\t",
    f"{_HP}lineBreak": "\n",
    f"{_HP}nbSpace": " ",
    f"{_HP}fwSpace": " ",
    f"{_HP}hyphen": "-",
}


@dataclass(frozen=True, slots=True)
class _Parts:
    """What paragraphs point to: names of styles, and of pictures, by id."""

    styles: dict[str, str]
    pictures: dict[str, str]
    looks: Looks


def read(data: bytes) -> tuple[ReadBlock, ...]:
    """The blocks of an HWPX file in order.

    Raises:
        InputError: where it is no HWPX, damaged, or made to do harm.
    """
    package = Package(data)
    found = [match for name in package.names if (match := _SECTION.fullmatch(name))]
    if not found:
        raise refusal("한글 문서(.hwpx)의 본문을 찾을 수 없습니다.", "한글에서 .hwpx로 다시 저장해 주십시오.")
    shown = {number: named(package.picture(name)) for number, name in images(package).items()}
    header = package.xml(HEADER)
    parts = _Parts(_style_names(header), shown, looks(header))
    sections = (package.xml(match[0]) for match in sorted(found, key=lambda match: int(match[1])))
    return assemble(chain.from_iterable(_raw(section, parts) for section in sections))


def _style_names(header: Element) -> dict[str, str]:
    return {style.get("id", ""): style.get("name", "") for style in header.iter(f"{HH}style")}


def _raw(parent: Element, parts: _Parts) -> Iterator[RawParagraph | RawRow]:
    for child in parent:
        if child.tag == _PARAGRAPH:
            paragraph = _paragraph(child, parts)
            holds = list(nearest(child, {_LIST, _TABLE}, _UNSEEN))
            # The paragraph that anchors a table usually has no text of its own.
            # A tracked change may have removed the paragraph's end with what stands before it.
            changed = nearest(child, {_DELETED}, _UNSEEN | {_LIST, _ROW})
            if any(each.get("paraend") == "1" for each in changed):
                yield replace(paragraph, runs_on=True)
            elif paragraph.text or paragraph.bookmarks or paragraph.comments or not holds:
                yield paragraph
            for each in holds:
                yield from (_rows if each.tag == _TABLE else _raw)(each, parts)
        elif child.tag not in _UNSEEN:
            yield from _raw(child, parts)


def _rows(table: Element, parts: _Parts) -> Iterator[RawRow]:
    """The rows of a table; what a cell of several columns or rows covers is not told by the file."""
    covered: dict[int, dict[int, int]] = defaultdict(dict)
    for number, row in enumerate(nearest(table, {_ROW}, _UNSEEN)):
        found: list[tuple[int, int, Cover, tuple[RawParagraph, ...]]] = []
        found += [(column, columns, Cover.ABOVE, ()) for column, columns in covered.pop(number, {}).items()]
        for place, cell in enumerate(nearest(row, {_CELL}, _UNSEEN)):
            column, columns, rows = _extent(cell, place)
            found.append((column, columns, Cover.NO, inside(_raw(cell, parts))))
            for below in range(number + 1, number + rows):
                covered[below][column] = columns
        found.sort(key=lambda each: each[0])
        cells = ((text, *((),) * (columns - 1)) for _, columns, _, text in found)
        covers = ((cover, *across(columns)) for _, columns, cover, _ in found)
        yield RawRow(tuple(chain.from_iterable(cells)), tuple(chain.from_iterable(covers)))


def _extent(cell: Element, place: int) -> tuple[int, int, int]:
    """The column that a cell begins in, and how many columns and rows it takes."""
    address, span = cell.find(f"{_HP}cellAddr"), cell.find(f"{_HP}cellSpan")
    column = place if address is None else whole_number(address, "colAddr")
    sizes = (1, 1) if span is None else (whole_number(span, each) for each in ("colSpan", "rowSpan"))
    columns, rows = (max(1, size) for size in sizes)
    return column, min(columns, MOST_COLUMNS), min(rows, MOST_ROWS)


def _paragraph(paragraph: Element, parts: _Parts) -> RawParagraph:
    return _Reading(parts, paragraph.get("styleIDRef", "")).read(paragraph)


class _Reading:
    """Reads a paragraph, and knows what was deleted, highlighted, and which fields began."""

    def __init__(self, parts: _Parts, style: str) -> None:
        self._parts, self._style = parts, style
        self._made = OpenParagraph()
        self._fields: dict[str, Element] = {}
        self._deleted = False
        self._pens: list[str] = []

    def read(self, paragraph: Element) -> RawParagraph:
        for run in nearest(paragraph, {_RUN}, _UNSEEN | {_LIST, _ROW}):
            settings = self._parts.looks.settings(run.get("charPrIDRef", ""), self._style)
            for each in nearest(run, _SEEN, _UNSEEN | {_LIST, _ROW}):
                self._take(each, settings)
        for number, field in self._fields.items():
            if field.get("type") == "MEMO":
                self._made.comments += comments(*_memo(field), self._made.words(number))
            elif leads := link_target(field):
                self._made.formats.append(Format(self._made.chars(number), FormatKind.LINK, leads))
        align = self._parts.looks.align(paragraph.get("paraPrIDRef", ""), self._style)
        return self._made.closed(self._parts.styles.get(self._style, ""), align)

    def _take(self, each: Element, settings: Sequence[Setting]) -> None:
        if each.tag == _TEXT:
            self._write(each, settings)
        elif each.tag == _BOOKMARK:
            self._made.bookmarks.append(each.get("name", ""))
        elif each.tag == _FIELD_END:
            self._made.end(each.get("beginIDRef", ""))
        elif each.tag == _FIELD:
            if each.get("type") in {"MEMO", "HYPERLINK"}:
                self._fields[each.get("id", "")] = each
                self._made.begin(each.get("id", ""))
        elif self._deleted:
            return
        elif each.tag in _FOOTNOTES:
            self._made.comments += footnotes(_lines(each), self._made.text)
        elif shown := drawn(each, self._parts.pictures):
            self._made.comments.append(picture(shown.line))

    def _write(self, run: Element, settings: Sequence[Setting]) -> None:
        for sign, characters in _pieces(run):
            self._deleted = sign.tag == _DELETED or (self._deleted and sign.tag != _RESTORED)
            if sign.tag == _PEN_DOWN:
                self._pens.append(color(sign.get("color")) or YELLOW)
            elif sign.tag == _PEN_UP:
                self._pens = self._pens[:-1]
            pens = ((FormatKind.HIGHLIGHT, pen) for pen in self._pens[-1:])
            self._made.write("" if self._deleted else characters, (*settings, *pens))


def _memo(field: Element) -> tuple[str, str]:
    """The author of a memo and its text, a line per paragraph."""
    named = (each.text for each in field.iter(_PARAMETER) if each.get("name") == "Author")
    return next(named, "") or "", _lines(field)


def _lines(note: Element) -> str:
    """The text of a memo or footnote, a line per paragraph."""
    return "\n".join(
        "".join(characters for run in line.iter(_TEXT) for _, characters in _pieces(run))
        for line in note.iter(_PARAGRAPH)
    )


def _pieces(text: Element) -> Iterator[tuple[Element, str]]:
    """The characters of a run, each with the element they come from or come after."""
    yield text, text.text or ""
    for sign in text:
        yield sign, _SIGNS.get(sign.tag, "") + (sign.tail or "")
