"""What an edited file holds beside its text, and no newer draft can take over: an editor must be told.

Underlines, charts and the like stay in the edited file, which is always kept; here they are counted.
Comments, footnotes and pictures go into the newer draft (:mod:`carrying`), but for pictures that are cut,
turned, or of a kind that not every format can hold.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from pipeline.drafts import docx_reader, hwpx_reader
from pipeline.drafts.docx_frame import MAIN
from pipeline.drafts.package import Element, Package
from pipeline.drafts.pictures import FOLDER, named

_HP = "{http://www.hancom.co.kr/hwpml/2011/paragraph}"
_W = f"{{{MAIN}}}"

_DOCX: Mapping[str, str] = {
    f"{_W}pict": "그림",
    f"{_W}object": "개체",
    f"{_W}ins": "변경 내용 추적",
    f"{_W}del": "변경 내용 추적",
    f"{_W}hyperlink": "하이퍼링크",
    f"{_W}i": "기울임",
    f"{_W}u": "밑줄",
    f"{_W}strike": "취소선",
    f"{_W}headerReference": "머리말",
}
"""Elements of a DOCX's body, and what they are to an editor. Bold and yellow are ours as well."""

_HWPX: Mapping[str, str] = {
    f"{_HP}ole": "개체",
    f"{_HP}chart": "차트",
    f"{_HP}equation": "수식",
    f"{_HP}hiddenComment": "숨은 설명",
    f"{_HP}insertBegin": "변경 내용 추적",
    f"{_HP}deleteBegin": "변경 내용 추적",
    f"{_HP}header": "머리말",
    f"{_HP}footer": "꼬리말",
}

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
    names = {number: named(package.part(name)) for number, name in docx_reader.images(package).items()}
    yield from ("그림" for each in document.iter(f"{_W}drawing") if docx_reader.drawn(each, names) is None)


def _hwpx(data: bytes) -> Iterator[str]:
    package = Package(data)
    names = {number: named(package.part(name)) for number, name in hwpx_reader.images(package).items()}
    for name in filter(_SECTION.fullmatch, package.names):
        section = package.xml(name)
        yield from _named(section, _HWPX)
        yield from ("그림" for each in section.iter(f"{_HP}pic") if hwpx_reader.drawn(each, names) is None)
        for field in section.iter(f"{_HP}fieldBegin"):
            if field.get("type") == "HYPERLINK":
                yield "하이퍼링크"


def _named(tree: Element, names: Mapping[str, str]) -> Iterator[str]:
    return (names[each.tag] for each in tree.iter() if each.tag in names)


def _markdown(data: bytes) -> Iterator[str]:
    return ("그림" for _ in re.finditer(rf"!\[[^\]]*\]\((?!{FOLDER}/)", data.decode(errors="replace")))


_FORMATS: Mapping[str, Callable[[bytes], Iterator[str]]] = {"docx": _docx, "hwpx": _hwpx, "md": _markdown}
