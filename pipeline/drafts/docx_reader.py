"""An edited DOCX becomes blocks again, whichever program saved it.

What counts is the text a person sees with all tracked changes accepted: deletions and the instructions of
fields are left out, text boxes follow the paragraph that anchors them, comments go with the paragraph in
which they begin, footnotes with the one that bears their sign. An endnote becomes a footnote.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.drafts.comments import Comment, comments, footnotes, picture
from pipeline.drafts.docx_frame import MAIN, style_name
from pipeline.drafts.docx_pictures import drawn, images
from pipeline.drafts.package import Element, Package, nearest
from pipeline.drafts.pictures import named
from pipeline.drafts.reading import RawParagraph, RawRow, ReadBlock, assemble, inside
from pipeline.drafts.styles import NAMED

_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def _w(name: str) -> str:
    return f"{{{MAIN}}}{name}"


_PARAGRAPH, _TABLE, _ROW, _CELL, _BOX = _w("p"), _w("tbl"), _w("tr"), _w("tc"), _w("txbxContent")
_TEXT, _BOOKMARK, _VALUE = _w("t"), _w("bookmarkStart"), _w("val")
_NOTE_BEGINS, _NOTE_ENDS = _w("commentRangeStart"), _w("commentRangeEnd")
_NOTED, _NOTE_ID = _w("commentReference"), _w("id")
_COMMENTS = "word/comments.xml"
_FOOTNOTES = {
    _w("footnoteReference"): ("word/footnotes.xml", _w("footnote")),
    _w("endnoteReference"): ("word/endnotes.xml", _w("endnote")),
}
"""Where what a sign stands for is found."""
_SIGNS = {_w("tab"): "\t", _w("br"): "\n", _w("cr"): "\n", _w("noBreakHyphen"): "-"}
_UNSEEN = {
    *(_w(name) for name in ("del", "moveFrom", "pPr", "rPr", "tblPr", "trPr", "tcPr", "sectPr")),
    f"{{{_COMPATIBILITY}}}Fallback",
}
"""Removed by a tracked change, properties (whose tabs are no characters), and second versions of drawings."""

_REMOVED = tuple("/".join(map(_w, ("pPr", "rPr", change))) for change in ("del", "moveFrom"))
"""What tells that a paragraph's end was removed by a tracked change."""
_REMOVED_ROW = f"{_w('trPr')}/{_w('del')}"

_DRAWING = _w("drawing")
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


def read(data: bytes) -> tuple[ReadBlock, ...]:
    """The blocks of a DOCX file in order.

    Raises:
        InputError: where it is no DOCX, damaged, or made to do harm.
    """
    package = Package(data)
    body = package.xml("word/document.xml").find(_w("body"))
    styles = _style_names(package) if "word/styles.xml" in package.names else {}
    said = _comments(package) if _COMMENTS in package.names else {}
    shown = {number: named(package.picture(name)) for number, name in images(package).items()}
    parts = _Parts(styles, said, dict(_footnotes(package)), shown)
    return assemble(() if body is None else _whole(body, parts))


def _whole(body: Element, parts: _Parts) -> Iterator[RawParagraph | RawRow]:
    yield from _raw(body, parts)
    left = (comment for said in parts.comments.values() for comment in comments(*said))
    yield RawParagraph("", "", (), tuple(left))


def _comments(package: Package) -> dict[str, tuple[str, str]]:
    return {
        comment.get(_NOTE_ID, ""): (
            comment.get(_w("author"), ""),
            _lines(comment),
        )
        for comment in package.xml(_COMMENTS).iter(_w("comment"))
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
    for style in package.xml("word/styles.xml").iter(_w("style")):
        name = style.find(_w("name"))
        shown = "" if name is None else name.get(_VALUE, "")
        names[style.get(_w("styleId"), "")] = _LOOK_NAMES.get(shown, _LOOK_NAMES.get(shown.lower(), shown))
    return names


def _raw(parent: Element, parts: _Parts) -> Iterator[RawParagraph | RawRow]:
    between: tuple[str, ...] = ()
    for child in parent:
        if child.tag == _BOOKMARK:
            # Some programs lay a bookmark before the paragraph that it begins.
            between = (*between, child.get(_w("name"), ""))
        elif child.tag == _PARAGRAPH:
            removed = any(child.find(path) is not None for path in _REMOVED)
            yield replace(_paragraph(child, parts, between), runs_on=removed)
            between = ()
            for box in nearest(child, {_BOX}, _UNSEEN):
                yield from _raw(box, parts)
        elif child.tag == _ROW:
            if child.find(_REMOVED_ROW) is not None:
                continue
            cells = nearest(child, {_CELL}, _UNSEEN)
            yield RawRow(tuple(inside(_raw(cell, parts)) for cell in cells))
        elif child.tag not in _UNSEEN:
            yield from _raw(child, parts)


def _paragraph(paragraph: Element, parts: _Parts, before: tuple[str, ...]) -> RawParagraph:
    text, bookmarks = "", [*before]
    begins: dict[str, int] = {}
    ends: dict[str, int] = {}
    said: list[Comment] = []
    for each in nearest(paragraph, _SEEN, _UNSEEN | {_BOX}):
        if each.tag == _BOOKMARK:
            bookmarks.append(each.get(_w("name"), ""))
        elif each.tag == _NOTE_ENDS:
            ends[each.get(_NOTE_ID, "")] = len(text)
        elif each.tag in {_NOTE_BEGINS, _NOTED}:
            begins.setdefault(each.get(_NOTE_ID, ""), len(text))
        elif each.tag == _DRAWING:
            shown = drawn(each, parts.pictures)
            said += (picture(shown.line),) if shown else ()
        elif each.tag in _FOOTNOTES:
            said += footnotes(parts.footnotes.get((each.tag, each.get(_NOTE_ID, "")), ""), text)
        else:
            text += _SIGNS.get(each.tag) or each.text or ""
    for number, start in begins.items():
        if number in parts.comments:
            said += comments(*parts.comments.pop(number), text[start : ends.get(number, len(text))])
    style = paragraph.find(f"{_w('pPr')}/{_w('pStyle')}")
    name = "" if style is None else parts.styles.get(style.get(_VALUE, ""), "")
    return RawParagraph(name, text, tuple(bookmarks), tuple(said))
