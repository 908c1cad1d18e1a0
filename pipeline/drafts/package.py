"""DOCX and HWPX are XML in a ZIP: equal content is written as equal bytes, and nothing read can do harm.

A file from outside may be damaged, of another kind, or made to fill the memory; each is refused with what the
editor can do. Sizes are counted while unpacking, never believed from the archive's own index.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from xml.etree import ElementTree

from pipeline.drafts.reading import refusal
from pipeline.errors import InputError

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a ZIP can hold: says that no time is meant."""
MADE_AT = "1980-01-01T00:00:00Z"
"""The same in documents' properties and notes."""

LARGEST_FILE = 128 * 2**20
LARGEST_PART = 256 * 2**20
"""Unpacked bytes: a chapter of 8,000 short blocks, forty hours, takes a twelfth."""
LARGEST_RATIO = 400
"""Unpacked to packed; XML that repeats itself, as notes do, comes to 50."""
MOST_ENTRIES = 5_000

_OLD_FORMAT = b"\xd0\xcf\x11\xe0"
_SAVE_AGAIN = "한글이나 워드에서 열어 다른 이름으로 다시 저장한 뒤 그 파일을 사용해 주십시오."

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

Element = ElementTree.Element


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """An archive of the parts, in their order and without any time; what is given as text is XML."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            # Hancom tells HWPX by this entry, first and stored.
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            entry.create_system = 3
            archive.writestr(entry, _DECLARATION + content if isinstance(content, str) else content)
    return made.getvalue()


class Package:
    """An archive from outside, of which single parts are asked for.

    Raises:
        InputError: where it is no ZIP, is encrypted, damaged, or larger than any draft.
    """

    def __init__(self, data: bytes) -> None:
        if len(data) > LARGEST_FILE:
            raise refusal(
                "파일이 너무 큽니다.", "초안 파일이 맞는지 확인하고, 넣은 그림이 있으면 빼 주십시오."
            )
        if data.startswith(_OLD_FORMAT):
            raise refusal(
                "옛 형식(.doc, .hwp)이거나 암호가 걸린 파일입니다.",
                "암호를 풀고 .docx 또는 .hwpx로 다시 저장해 주십시오.",
            )
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise refusal("초안 파일(.docx, .hwpx)이 아니거나 손상되었습니다.", _SAVE_AGAIN) from error
        self.names = tuple(self._archive.namelist())
        if len(self.names) > MOST_ENTRIES:
            raise refusal("파일의 구조가 초안과 다릅니다.", _SAVE_AGAIN)

    def xml(self, name: str) -> Element:
        """A part as a tree; document types, and so entities, are refused."""
        try:
            return ElementTree.fromstring(self.part(name), _parser())  # noqa: S314 - no document types
        except (ElementTree.ParseError, RecursionError) as error:
            raise refusal(f"파일 안의 문서({name})를 읽을 수 없습니다.", _SAVE_AGAIN) from error

    def part(self, name: str) -> bytes:
        """A part as it is."""
        try:
            entry = self._archive.getinfo(name)
            limit = min(LARGEST_PART, max(entry.compress_size, 2**14) * LARGEST_RATIO)
            with self._archive.open(entry) as part:
                content = part.read(limit + 1)
        except KeyError as error:
            raise refusal("초안 파일에 있어야 할 내용이 없습니다.", _SAVE_AGAIN) from error
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
            raise refusal("파일이 손상되었거나 암호가 걸려 있습니다.", _SAVE_AGAIN) from error
        if len(content) > limit:
            raise refusal("파일을 풀면 지나치게 커집니다.", _SAVE_AGAIN)
        return content

    def picture(self, name: str) -> bytes:
        """A part as it is, or nothing where it cannot be read: no picture keeps the text from being read.

        A blank page as a bitmap unpacks to a thousand times its size.
        """
        try:
            return self.part(name)
        except InputError:
            return b""


class _NoDocumentType(ElementTree.TreeBuilder):
    """Neither format has document types; entities that swell or fetch files are declared in one."""

    def doctype(self, _name: str, _public: str | None, _system: str | None) -> None:
        raise refusal("파일에 허용되지 않는 선언이 들어 있습니다.", _SAVE_AGAIN)


def _parser() -> ElementTree.XMLParser:
    return ElementTree.XMLParser(target=_NoDocumentType())  # noqa: S314 - see above


def nearest(parent: Element, wanted: Collection[str], closed: Collection[str]) -> Iterator[Element]:
    """The wanted elements below a parent, in order, not looking inside them nor inside the closed ones."""
    for child in parent:
        if child.tag in wanted:
            yield child
        elif child.tag not in closed:
            yield from nearest(child, wanted, closed)


def whole_number(element: Element, name: str) -> int:
    """A whole number among the attributes of an element; 0 where there is none."""
    found = re.fullmatch(r"-?\d{1,18}", element.get(name, ""))
    return int(found[0]) if found else 0


def escaped(text: str) -> str:
    """Text as XML holds it, in an element or between quotation marks."""
    return re.sub(r'[&<>"]', lambda found: _ENTITIES[found[0]], text)


_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
