"""Pictures that editors put into a draft: known by their bytes, carried from draft to draft as they are.

A picture stands below its paragraph, or in its cell below the text. In a chapter it is a line of text, its
name and its size; the bytes lie beside the drafts.
"""

import hashlib
import re
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pipeline.drafts.styles import TEXT_WIDTH_MM

TYPES = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "bmp": "image/bmp"}
"""Kinds of pictures that every format can hold, by the endings of their names."""

FOLDER = "pictures"
"""Beside the drafts, where the pictures lie."""

HEIGHT_MM = 240
"""A higher one would not fit on a page."""

_STARTS = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif", b"BM": "bmp"}
_LINE = re.compile(rf"([0-9a-f]{{16}}\.(?:{'|'.join(TYPES)})) (\d{{1,4}})×(\d{{1,4}}) mm")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by name, and the size at which it is shown."""

    name: str
    width_mm: int
    height_mm: int

    @property
    def line(self) -> str:
        """How it stands in a chapter."""
        return f"{self.name} {self.width_mm}×{self.height_mm} mm"

    def fitted(self) -> "Picture":
        """Small enough for a page, in its proportions."""
        scale = min(1.0, TEXT_WIDTH_MM / max(1, self.width_mm), HEIGHT_MM / max(1, self.height_mm))
        width_mm, height_mm = (max(1, int(side * scale)) for side in (self.width_mm, self.height_mm))
        return Picture(self.name, width_mm, height_mm)


def pictured(line: str) -> Picture | None:
    """The picture that a line of a chapter tells; None where it tells none."""
    found = _LINE.fullmatch(line)
    return Picture(found[1], int(found[2]), int(found[3])) if found else None


def named(data: bytes) -> str:
    """The name of a picture: equal bytes have the same; empty for what is of no kind that is carried."""
    ending = next((kind for start, kind in _STARTS.items() if data.startswith(start)), "")
    return f"{hashlib.sha256(data).hexdigest()[:16]}.{ending}" if ending else ""


def by_name(parts: Iterable[bytes]) -> dict[str, bytes]:
    """Pictures by their names, of a file's parts."""
    return {name: data for data in parts if (name := named(data))}


def pixels(data: bytes) -> tuple[int, int]:
    """Width and height of a picture of a known kind as its head tells them; 0 where it does not."""
    try:
        return _PIXELS[named(data).rpartition(".")[2]](data)
    except (struct.error, KeyError):
        return 0, 0


def _of_jpeg(data: bytes) -> tuple[int, int]:
    """Segments are passed over until the one that begins a frame (ITU-T T.81, B.2.2)."""
    at = 2
    while True:
        marker, length = struct.unpack_from(">HH", data, at)
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + max(2, length)


_FRAMES = {0xFFC0 + n for n in range(16)} - {0xFFC4, 0xFFC8, 0xFFCC}
_PIXELS: Mapping[str, Callable[[bytes], tuple[int, int]]] = {
    "png": lambda data: struct.unpack_from(">II", data, 16),
    "gif": lambda data: struct.unpack_from("<HH", data, 6),
    "bmp": lambda data: struct.unpack_from("<ii", data, 18),
    "jpg": _of_jpeg,
}
