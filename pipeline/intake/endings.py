"""How long a file should be by its own account, for containers where FFmpeg does not compare.

FFmpeg shortens the declared length of a cut WAV, MP3 or WMA file to what is there, so the loss has to be read
from the bytes. Sizes that mean "unknown" (a recorder that streamed, or lost power) are no promise.
"""

from collections.abc import Callable

from pipeline.intake.source import Source

_UNKNOWN_FROM = 0x7FFF_0000
"""RIFF sizes from here on are placeholders: writers use 0x7FFFFFFF, 0xFFFFFFFF or a little less."""
_SCAN = 1 << 16
_OGG_LAST_PAGE = 0x04
_ASF_FILE_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")


def ends_early(source: Source, container: str) -> bool:
    """Tell whether bytes that the container promises are missing; False where it promises none."""
    promise = _PROMISES.get(container)
    return promise is not None and promise(source) > source.size


def _wav_end(source: Source) -> int:
    """Find the end of the ``data`` chunk of RIFF/WAVE."""
    offset = 12
    while len(header := source.read_at(offset, 8)) == 8:
        size = int.from_bytes(header[4:], "little")
        if header[:4] == b"data":
            return offset + 8 + size if size < _UNKNOWN_FROM else 0
        offset += 8 + size + size % 2
    return 0


def _avi_end(source: Source) -> int:
    size = int.from_bytes(source.read_at(4, 4), "little")
    return 8 + size if size < _UNKNOWN_FROM else 0


def _w64_end(source: Source) -> int:
    """Sony Wave64 states the size of the whole file after its first GUID."""
    return _known(int.from_bytes(source.read_at(16, 8), "little"))


def _caf_end(source: Source) -> int:
    """Find the end of the ``data`` chunk of a Core Audio file; a recorder that streams says -1."""
    offset = 8
    while len(header := source.read_at(offset, 12)) == 12:
        size = int.from_bytes(header[4:], "big")
        if header[:4] == b"data":
            return offset + 12 + _known(size)
        offset += 12 + size
    return 0


def _asf_end(source: Source) -> int:
    """File size in the File Properties Object (ASF specification, section 3.2)."""
    head = source.read_at(0, _SCAN)
    at = head.find(_ASF_FILE_PROPERTIES)
    return _known(int.from_bytes(head[at + 40 : at + 48], "little")) if at >= 0 else 0


def _mp3_end(source: Source) -> int:
    """Byte count of a Xing/Info header, which nearly all VBR encoders write."""
    start = _after_id3(source.read_at(0, 10))
    head = source.read_at(start, _SCAN)
    at = max(head.find(b"Xing"), head.find(b"Info"))
    flags = int.from_bytes(head[at + 4 : at + 8], "big") if at >= 0 else 0
    if not flags & 2:
        return 0
    field = at + 8 + (4 if flags & 1 else 0)
    return start + int.from_bytes(head[field : field + 4], "big")


def _after_id3(head: bytes) -> int:
    """Length of an ID3v2 tag, whose size has seven bits a byte."""
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size


def _ogg_end(source: Source) -> int:
    """End of the last page (RFC 3533, section 6), or one byte more where it is not marked as the last."""
    start = max(0, source.size - 2 * _SCAN)
    tail = source.read_at(start, 2 * _SCAN)
    at = tail.rfind(b"OggS")
    page = tail[at : at + 27] if at >= 0 else b""
    if len(page) < 27:
        return source.size + 1
    lacing = tail[at + 27 : at + 27 + page[26]]
    end = start + at + 27 + page[26] + sum(lacing)
    return end if page[5] & _OGG_LAST_PAGE else max(end, source.size + 1)


def _known(size: int) -> int:
    """A 64-bit size, or 0 for one that no file can have."""
    return size if size < 1 << 48 else 0


_PROMISES: dict[str, Callable[[Source], int]] = {
    "asf": _asf_end,
    "avi": _avi_end,
    "caf": _caf_end,
    "mp3": _mp3_end,
    "ogg": _ogg_end,
    "w64": _w64_end,
    "wav": _wav_end,
}
