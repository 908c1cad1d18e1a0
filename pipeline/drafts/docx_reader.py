"""An edited DOCX becomes blocks again, whichever program saved it.

What counts is the text a person sees with all tracked changes accepted: deletions and the instructions of
fields are left out, text boxes follow the paragraph that anchors them, comments go with the paragraph in
which they begin, footnotes with the one that bears their sign. An endnote becomes a footnote.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from pipeline.drafts.cells import across
from pipeline.drafts.comments import comments, footnotes, picture
from pipeline.drafts.docx_formats import Looks, looks
from pipeline.drafts.docx_frame import style_name
from pipeline.drafts.docx_names import VALUE, w
from pipeline.drafts.docx_pictures import drawn, images
from pipeline.drafts.package import Element, Package, nearest, whole_number
from pipeline.drafts.pictures import named
from pipeline.drafts.raw import OpenParagraph, RawParagraph, RawRow, inside
from pipeline.drafts.reading import ReadBlock, assemble
from pipeline.drafts.styles import NAMED
from pipeline.model import Cover

_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"


_PARAGRAPH, _TABLE, _ROW, _CELL, _BOX = w("p"), w("tbl"), w("tr"), w("tc"), w("txbxContent")
_TEXT, _BOOKMARK = w("t"), w("bookmarkStart")
_NOTE_BEGINS, _NOTE_ENDS = w("commentRangeStart"), w("commentRangeEnd")
_NOTED, _NOTE_ID = w("commentReference"), w("id")
_COMMENTS = "word/comments.xml"
_FOOTNOTES = {
    w("footnoteReference"): ("word/footnotes.xml", w("footnote")),
    w("endnoteReference"): ("word/endnotes.xml", w("endnote")),
}
"""Where what a sign stands for is found."""
_SIGNS = {w("tab"): "\t", w("br"): "\n", w("cr"): "\n", w("noBreakHyphen"): "-"}
_UNSEEN = {
    *(w(name) for name in ("del", "moveFrom", "pPr", "rPr", "tblPr", "trPr", "tcPr", "sectPr")),
    f"{{{_COMPATIBILITY}}}Fallback",
}
"""Removed by a tracked change, properties (whose tabs are no characters), and second versions of drawings."""

_REMOVED = tuple("/".join(map(w, ("pPr", "rPr", change))) for change in ("del", "moveFrom"))
"""What tells that a paragraph's end was removed by a tracked change."""
_REMOVED_ROW = f"{w('trPr')}/{w('del')}"

_DRAWING = w("drawing")
_SEEN = {_TEXT, _DRAWING, _BOOKMARK, _NOTE_BEGINS, _NOTE_ENDS, _NOTED, *_FOOTNOTES, *_SIGNS}
"""What a paragraph is read from."""

_LOOK_NAMES = {style_name(look): look.name for look in NAMED.values()}


@dataclass(frozen=True, slots=True)
class _Parts:
    """What paragraphs point to: names of styles, and authors and texts of comments not met so far, by id.

    Texts of footnotes are found by the element that is their sign, and its id.
    """

    styles: dict[str, str]
    comments: dict[str, tuple[str, str]]
    footnotes: dict[tuple[str, str], str]
    pictures: dict[str, str]
    """Names of pictures by the ids of their relations."""
    looks: Looks


def read(data: bytes) -> tuple[ReadBlock, ...]:
    """The blocks of a DOCX file in order.

    Raises:
        InputError: where it is no DOCX, damaged, or made to do harm.
    """
    package = Package(data)
    body = package.xml("word/document.xml").find(w("body"))
    styles = _style_names(package) if "word/styles.xml" in package.names else {}
    said = _comments(package) if _COMMENTS in package.names else {}
    shown = {number: named(package.picture(name)) for number, name in images(package).items()}
    parts = _Parts(styles, said, dict(_footnotes(package)), shown, looks(package))
    return assemble(() if body is None else _whole(body, parts))


def _whole(body: Element, parts: _Parts) -> Iterator[RawParagraph | RawRow]:
    yield from _raw(body, parts)
    left = (comment for said in parts.comments.values() for comment in comments(*said))
    yield RawParagraph("", "", (), tuple(left))


def _comments(package: Package) -> dict[str, tuple[str, str]]:
    return {
        comment.get(_NOTE_ID, ""): (
            comment.get(w("author"), ""),
            _lines(comment),
        )
        for comment in package.xml(_COMMENTS).iter(w("comment"))
    }


def _footnotes(package: Package) -> Iterator[tuple[tuple[str, str], str]]:
    for sign, (name, tag) in _FOOTNOTES.items():
        for note in package.xml(name).iter(tag) if name in package.names else ():
            yield (sign, note.get(_NOTE_ID, "")), _lines(note)


def _lines(note: Element) -> str:
    """The text of a note, a line per paragraph."""
    return "\n".join(
        "".join(_SIGNS.get(each.tag) or each.text or "" for each in nearest(line, {_TEXT, *_SIGNS}, _UNSEEN))
        for line in note.iter(_PARAGRAPH)
    )


def _style_names(package: Package) -> dict[str, str]:
    """The looks' names by the ids that the program which saved the file gave them."""
    names = {}
    for style in package.xml("word/styles.xml").iter(w("style")):
        name = style.find(w("name"))
        shown = "" if name is None else name.get(VALUE, "")
        names[style.get(w("styleId"), "")] = _LOOK_NAMES.get(shown, _LOOK_NAMES.get(shown.lower(), shown))
    return names


def _raw(parent: Element, parts: _Parts) -> Iterator[RawParagraph | RawRow]:
    between: tuple[str, ...] = ()
    for child in parent:
        if child.tag == _BOOKMARK:
            # Some programs lay a bookmark before the paragraph that it begins.
            between = (*between, child.get(w("name"), ""))
        elif child.tag == _PARAGRAPH:
            removed = any(child.find(path) is not None for path in _REMOVED)
            yield replace(_paragraph(child, parts, between), runs_on=removed)
            between = ()
            for box in nearest(child, {_BOX}, _UNSEEN):
                yield from _raw(box, parts)
        elif child.tag == _ROW:
            if child.find(_REMOVED_ROW) is not None:
                continue
            cells = [*nearest(child, {_CELL}, _UNSEEN)]
            texts = [inside(_raw(cell, parts)) for cell in cells]
            covers = [_covers(cell) for cell in cells]
            spread = zip(texts, covers, strict=True)
            # A cell that takes several columns is followed by those that it covers, which are empty.
            filled = chain.from_iterable((text, *((),) * (len(cover) - 1)) for text, cover in spread)
            yield RawRow(tuple(filled), tuple(chain.from_iterable(covers)))
        elif child.tag not in _UNSEEN:
            yield from _raw(child, parts)


def _covers(cell: Element) -> tuple[Cover, ...]:
    """What covers a cell, and each further column that it takes."""
    across_, down = (cell.find(f"{w('tcPr')}/{w(name)}") for name in ("gridSpan", "vMerge"))
    columns = 1 if across_ is None else whole_number(across_, VALUE)
    is_covered = down is not None and down.get(VALUE, "continue") == "continue"
    return (Cover.ABOVE if is_covered else Cover.NO, *across(columns))


def _paragraph(paragraph: Element, parts: _Parts, before: tuple[str, ...]) -> RawParagraph:
    made = OpenParagraph(bookmarks=[*before])
    told = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
    style = "" if told is None else told.get(VALUE, "")
    for each, settings in parts.looks.leaves(paragraph, style, _SEEN, _UNSEEN | {_BOX}):
        number = each.get(_NOTE_ID, "")
        if each.tag == _BOOKMARK:
            made.bookmarks.append(each.get(w("name"), ""))
        elif each.tag == _NOTE_ENDS:
            made.end(number)
        elif each.tag in {_NOTE_BEGINS, _NOTED}:
            made.begin(number)
        elif each.tag == _DRAWING:
            shown = drawn(each, parts.pictures)
            made.comments += (picture(shown.line),) if shown else ()
        elif each.tag in _FOOTNOTES:
            made.comments += footnotes(parts.footnotes.get((each.tag, number), ""), made.text)
        else:
            made.write(_SIGNS.get(each.tag) or each.text or "", settings)
    for number in filter(parts.comments.__contains__, made.begun()):
        made.comments += comments(*parts.comments.pop(number), made.words(number))
    return made.closed(parts.styles.get(style, ""), parts.looks.align(paragraph, style))
