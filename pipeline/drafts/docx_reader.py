"""An edited DOCX becomes blocks again, whichever program saved it.

What counts is the text a person sees with all tracked changes accepted: deletions, comments, footnotes and
the instructions of fields are left out, and text boxes follow the paragraph that anchors them.
"""

from collections.abc import Iterator

from pipeline.drafts.docx_frame import MAIN, style_name
from pipeline.drafts.package import Element, Package, nearest
from pipeline.drafts.reading import RawParagraph, RawRow, ReadBlock, assemble, inside
from pipeline.drafts.styles import NAMED

_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def _w(name: str) -> str:
    return f"{{{MAIN}}}{name}"


_PARAGRAPH, _TABLE, _ROW, _CELL, _BOX = _w("p"), _w("tbl"), _w("tr"), _w("tc"), _w("txbxContent")
_TEXT, _BOOKMARK, _VALUE = _w("t"), _w("bookmarkStart"), _w("val")
_SIGNS = {_w("tab"): "\t", _w("br"): "\n", _w("cr"): "\n", _w("noBreakHyphen"): "-"}
_UNSEEN = {
    *(_w(name) for name in ("del", "moveFrom", "pPr", "rPr", "tblPr", "trPr", "tcPr", "sectPr")),
    f"{{{_COMPATIBILITY}}}Fallback",
}
"""Removed by a tracked change, properties (whose tabs are no characters), and second versions of drawings."""

_REMOVED = "/".join(_w(name) for name in ("pPr", "rPr", "del"))
"""A paragraph whose end was removed by a tracked change."""

_LOOK_NAMES = {style_name(look): look.name for look in NAMED.values()}


def read(data: bytes) -> tuple[ReadBlock, ...]:
    """The blocks of a DOCX file in order.

    Raises:
        InputError: where it is no DOCX, damaged, or made to do harm.
    """
    package = Package(data)
    body = package.xml("word/document.xml").find(_w("body"))
    styles = _style_names(package) if "word/styles.xml" in package.names else {}
    return assemble(() if body is None else _raw(body, styles))


def _style_names(package: Package) -> dict[str, str]:
    """The looks' names by the ids that the program which saved the file gave them."""
    names = {}
    for style in package.xml("word/styles.xml").iter(_w("style")):
        name = style.find(_w("name"))
        shown = "" if name is None else name.get(_VALUE, "")
        names[style.get(_w("styleId"), "")] = _LOOK_NAMES.get(shown, _LOOK_NAMES.get(shown.lower(), shown))
    return names


def _raw(parent: Element, styles: dict[str, str]) -> Iterator[RawParagraph | RawRow]:
    between: tuple[str, ...] = ()
    for child in parent:
        if child.tag == _BOOKMARK:
            # Some programs lay a bookmark before the paragraph that it begins.
            between = (*between, child.get(_w("name"), ""))
        elif child.tag == _PARAGRAPH:
            paragraph = _paragraph(child, styles, between)
            if paragraph.text or child.find(_REMOVED) is None:
                yield paragraph
            between = ()
            for box in nearest(child, {_BOX}, _UNSEEN):
                yield from _raw(box, styles)
        elif child.tag == _ROW:
            cells = nearest(child, {_CELL}, _UNSEEN)
            yield RawRow(tuple(inside(_raw(cell, styles)) for cell in cells))
        elif child.tag not in _UNSEEN:
            yield from _raw(child, styles)


def _paragraph(paragraph: Element, styles: dict[str, str], before: tuple[str, ...]) -> RawParagraph:
    text, bookmarks = "", [*before]
    for each in nearest(paragraph, {_TEXT, _BOOKMARK, *_SIGNS}, _UNSEEN | {_BOX}):
        if each.tag == _BOOKMARK:
            bookmarks.append(each.get(_w("name"), ""))
        else:
            text += _SIGNS.get(each.tag) or each.text or ""
    style = paragraph.find(f"{_w('pPr')}/{_w('pStyle')}")
    name = "" if style is None else styles.get(style.get(_VALUE, ""), "")
    return RawParagraph(name, text, tuple(bookmarks))
