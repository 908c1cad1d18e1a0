"""What an edited file holds beside its text, and no newer draft can take over: an editor must be told.

Charts, equations and the like stay in the edited file, which is always kept; here they are counted.
Comments, footnotes, pictures (:mod:`carrying`) and formatting (:mod:`carrying_formats`) go into the newer
draft, but for pictures that are cut, turned, or of a kind that not every format can hold, and for links to
places within the file or on somebody's computer.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from pipeline.drafts import docx_formats, docx_pictures, hwpx_pictures
from pipeline.drafts.docx_names import MAIN, OFFICE, relations
from pipeline.drafts.formats import NAMES, target
from pipeline.drafts.hwpx_formats import link_target
from pipeline.drafts.package import Element, Package
from pipeline.drafts.pictures import FOLDER, named
from pipeline.model import FormatKind

TRACKED = "변경 내용 추적"
"""What was inserted is read as inserted, what was deleted as deleted: only the marks stay behind."""

_HP = "{http://www.hancom.co.kr/hwpml/2011/paragraph}"
_W = f"{{{MAIN}}}"

_DOCX: Mapping[str, str] = {
    f"{_W}pict": "그림",
    f"{_W}object": "개체",
    f"{_W}ins": TRACKED,
    f"{_W}del": TRACKED,
    f"{_W}headerReference": "머리말",
    f"{_W}sym": "기호",
    f"{_W}altChunk": "끼워 넣은 문서",
    "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath": "수식",
}
"""Elements of a DOCX's body, and what they are to an editor."""

_HWPX: Mapping[str, str] = {
    f"{_HP}ole": "개체",
    f"{_HP}chart": "차트",
    f"{_HP}equation": "수식",
    f"{_HP}hiddenComment": "숨은 설명",
    f"{_HP}insertBegin": TRACKED,
    f"{_HP}deleteBegin": TRACKED,
    f"{_HP}header": "머리말",
    f"{_HP}footer": "꼬리말",
    f"{_HP}caption": "캡션",
    f"{_HP}rect": "도형",
    f"{_HP}ellipse": "도형",
    f"{_HP}polygon": "도형",
    f"{_HP}curve": "도형",
    f"{_HP}line": "도형",
    f"{_HP}connectLine": "도형",
}

_LINK = NAMES[FormatKind.LINK]
_LINK_ID, _ANCHOR = f"{{{OFFICE}}}id", f"{_W}anchor"
_ENTRY = "_Toc"
"""How the names of places begin that a table of contents leads to."""

_SECTION = re.compile(r"Contents/section\d+\.xml")


def uncarried(data: bytes, suffix: str) -> dict[str, int]:
    """How many of what, in Korean, stay behind in an edited file of a format (``docx``, ``hwpx`` or ``md``).

    Raises:
        InputError: the file cannot be read as that.
    """
    found = _FORMATS[suffix](data) if suffix in _FORMATS else iter(())
    return dict(sorted(Counter(found).items()))


def _docx(data: bytes) -> Iterator[str]:
    package = Package(data)
    document = package.xml("word/document.xml")
    yield from _named(document, _DOCX)
    outside = relations(package, outside=True)
    links = [
        (outside.get(link.get(_LINK_ID, ""), ""), link.get(_ANCHOR, ""))
        for link in document.iter(f"{_W}hyperlink")
    ]
    links += [link for told in _instructions(document) for link in docx_formats.field_links(told)]
    yield from (_LINK for leads, anchor in links if not (target(leads) or anchor.startswith(_ENTRY)))
    names = {number: named(package.picture(name)) for number, name in docx_pictures.images(package).items()}
    yield from ("그림" for each in document.iter(f"{_W}drawing") if docx_pictures.drawn(each, names) is None)


def _instructions(document: Element) -> Iterator[str]:
    """The instructions of fields, of which a program may part one among runs."""
    yield from (field.get(f"{_W}instr", "") for field in document.iter(f"{_W}fldSimple"))
    yield "".join(each.text or "" for each in document.iter(f"{_W}instrText"))


def _hwpx(data: bytes) -> Iterator[str]:
    package = Package(data)
    names = {number: named(package.picture(name)) for number, name in hwpx_pictures.images(package).items()}
    for name in filter(_SECTION.fullmatch, package.names):
        section = package.xml(name)
        yield from _named(section, _HWPX)
        yield from ("그림" for each in section.iter(f"{_HP}pic") if hwpx_pictures.drawn(each, names) is None)
        fields = (field for field in section.iter(f"{_HP}fieldBegin") if field.get("type") == "HYPERLINK")
        yield from (_LINK for field in fields if not link_target(field))


def _named(tree: Element, names: Mapping[str, str]) -> Iterator[str]:
    return (names[each.tag] for each in tree.iter() if each.tag in names)


def _markdown(data: bytes) -> Iterator[str]:
    return ("그림" for _ in re.finditer(rf"!\[[^\]]*\]\((?!{FOLDER}/)", data.decode(errors="replace")))


_FORMATS: Mapping[str, Callable[[bytes], Iterator[str]]] = {"docx": _docx, "hwpx": _hwpx, "md": _markdown}
