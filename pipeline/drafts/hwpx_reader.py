"""An edited HWPX becomes blocks again, whichever program saved it.

What counts is the text a person sees with all tracked changes accepted: hidden comments and what was deleted
are left out, text boxes follow the paragraph that anchors them, memos and footnotes go with their paragraph.
An endnote becomes a footnote.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from pipeline.drafts.comments import Comment, comments, footnotes, picture
from pipeline.drafts.hwpx_pictures import drawn, images
from pipeline.drafts.package import Element, Package, nearest
from pipeline.drafts.pictures import named
from pipeline.drafts.reading import RawParagraph, RawRow, ReadBlock, assemble, inside, refusal

_HP = "{http://www.hancom.co.kr/hwpml/2011/paragraph}"
_HH = "{http://www.hancom.co.kr/hwpml/2011/head}"

_SECTION = re.compile(r"Contents/section(\d+)\.xml")
_PARAGRAPH, _ROW, _CELL, _TEXT = f"{_HP}p", f"{_HP}tr", f"{_HP}tc", f"{_HP}t"
_BOOKMARK, _LIST = f"{_HP}bookmark", f"{_HP}subList"
_FIELD, _FIELD_END, _PARAMETER = f"{_HP}fieldBegin", f"{_HP}fieldEnd", f"{_HP}stringParam"
_PICTURE = f"{_HP}pic"
_FOOTNOTES = {f"{_HP}footNote", f"{_HP}endNote"}
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
    parts = _Parts(_style_names(package), shown)
    sections = (package.xml(match[0]) for match in sorted(found, key=lambda match: int(match[1])))
    return assemble(chain.from_iterable(_raw(section, parts) for section in sections))


def _style_names(package: Package) -> dict[str, str]:
    header = package.xml("Contents/header.xml")
    return {style.get("id", ""): style.get("name", "") for style in header.iter(f"{_HH}style")}


def _raw(parent: Element, parts: _Parts) -> Iterator[RawParagraph | RawRow]:
    for child in parent:
        if child.tag == _PARAGRAPH:
            paragraph = _paragraph(child, parts)
            holds = list(nearest(child, {_LIST, _ROW}, _UNSEEN))
            # The paragraph that anchors a table usually has no text of its own.
            # A tracked change may have removed the paragraph's end with what stands before it.
            changed = nearest(child, {_DELETED}, _UNSEEN | {_LIST, _ROW})
            if any(each.get("paraend") == "1" for each in changed):
                yield replace(paragraph, runs_on=True)
            elif paragraph.text or paragraph.bookmarks or paragraph.comments or not holds:
                yield paragraph
            for each in holds:
                yield from (_row(each, parts),) if each.tag == _ROW else _raw(each, parts)
        elif child.tag not in _UNSEEN:
            yield from _raw(child, parts)


def _row(row: Element, parts: _Parts) -> RawRow:
    return RawRow(tuple(inside(_raw(cell, parts)) for cell in nearest(row, {_CELL}, _UNSEEN)))


def _paragraph(paragraph: Element, parts: _Parts) -> RawParagraph:
    text, bookmarks, deleted = "", [], False
    memos: dict[str, tuple[Element, int]] = {}
    ends: dict[str, int] = {}
    said: list[Comment] = []
    seen = {_TEXT, _BOOKMARK, _FIELD, _FIELD_END, _PICTURE, *_FOOTNOTES}
    for each in nearest(paragraph, seen, _UNSEEN | {_LIST, _ROW}):
        if each.tag == _BOOKMARK:
            bookmarks.append(each.get("name", ""))
        elif each.tag == _FIELD_END:
            ends[each.get("beginIDRef", "")] = len(text)
        elif each.tag == _FIELD:
            if each.get("type") == "MEMO":
                memos[each.get("id", "")] = each, len(text)
        elif each.tag == _PICTURE:
            shown = None if deleted else drawn(each, parts.pictures)
            said += (picture(shown.line),) if shown else ()
        elif each.tag in _FOOTNOTES:
            said += () if deleted else footnotes(_lines(each), text)
        else:
            for tag, characters in _pieces(each):
                deleted = tag == _DELETED or (deleted and tag != _RESTORED)
                text += "" if deleted else characters
    for number, (memo, start) in memos.items():
        said += comments(*_memo(memo), text[start : ends.get(number, len(text))])
    name = parts.styles.get(paragraph.get("styleIDRef", ""), "")
    return RawParagraph(name, text, tuple(bookmarks), tuple(said))


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


def _pieces(text: Element) -> Iterator[tuple[str, str]]:
    """The characters of a run, each with the element they come from or come after."""
    yield _TEXT, text.text or ""
    for sign in text:
        yield sign.tag, _SIGNS.get(sign.tag, "")
        yield sign.tag, sign.tail or ""
