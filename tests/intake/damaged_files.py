"""Damaged recordings, and things that only look like recordings, made from a seed.

The same seed and count give the same files for the same FFmpeg, so that a failure can be repeated by name.
"""

import io
import random
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from made_media import RECIPES, pattern, write

Originals = list[tuple[str, bytes]]
"""(suffix, bytes) of sound recordings, one for each recipe."""


@dataclass(frozen=True)
class Damaged:
    """One input: ``name`` says what was done to what."""

    name: str
    data: bytes


def damaged_files(seed: int, count: int) -> Iterator[Damaged]:
    """Yield ``count`` inputs; every kind of damage comes up in turn, on an original drawn by ``seed``."""
    dice = random.Random(seed)
    originals = make_originals()
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        suffix, data = dice.choice(originals)
        ending, damaged = kind(dice, suffix, data, originals)
        yield Damaged(f"{number:04d}-{kind.__name__}{suffix}{ending}", damaged)


def make_originals() -> Originals:
    """Encode a short recording by each recipe."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [
            write(Path(folder) / f"{number}{recipe.suffix}", recipe, pattern(recipe.rate, recipe.channels))
            for number, recipe in enumerate(RECIPES)
        ]
        return [(path.suffix, path.read_bytes()) for path in paths]


def cut_anywhere(dice: random.Random, _suffix: str, data: bytes, _all: Originals) -> tuple[str, bytes]:
    return "", data[: dice.randrange(1, len(data))]


def cut_in_header(dice: random.Random, _suffix: str, data: bytes, _all: Originals) -> tuple[str, bytes]:
    return "", data[: dice.randrange(1, 200)]


def head_lost(dice: random.Random, _suffix: str, data: bytes, _all: Originals) -> tuple[str, bytes]:
    return "", data[dice.randrange(1, len(data)) :]


def bits_flipped(dice: random.Random, _suffix: str, data: bytes, _all: Originals) -> tuple[str, bytes]:
    return "", _flip(dice, data, range(len(data)), dice.choice((1, 10, 100, 1000)))


def header_flipped(dice: random.Random, _suffix: str, data: bytes, _all: Originals) -> tuple[str, bytes]:
    return "", _flip(dice, data, range(min(300, len(data))), dice.choice((1, 3, 10)))


def tail_flipped(dice: random.Random, _suffix: str, data: bytes, _all: Originals) -> tuple[str, bytes]:
    """Where MP4 keeps its index."""
    return "", _flip(dice, data, range(max(0, len(data) - 1000), len(data)), dice.choice((1, 3, 10)))


def zeroed_inside(dice: random.Random, _suffix: str, data: bytes, _all: Originals) -> tuple[str, bytes]:
    at = dice.randrange(len(data))
    length = min(dice.choice((16, 512, 4096, 65_536)), len(data) - at)
    return "", data[:at] + bytes(length) + data[at + length :]


def bytes_missing(dice: random.Random, _suffix: str, data: bytes, _all: Originals) -> tuple[str, bytes]:
    at = dice.randrange(len(data))
    return "", data[:at] + data[at + dice.randrange(1, 5000) :]


def noise_inserted(dice: random.Random, _suffix: str, data: bytes, _all: Originals) -> tuple[str, bytes]:
    at = dice.randrange(len(data))
    return "", data[:at] + dice.randbytes(dice.randrange(1, 5000)) + data[at:]


def huge_number(dice: random.Random, _suffix: str, data: bytes, _all: Originals) -> tuple[str, bytes]:
    """A length, rate or count in the header becomes as large as it can be."""
    at = dice.randrange(min(400, len(data)) - 4)
    return "", data[:at] + dice.choice((b"\xff" * 4, b"\x7f\xff\xff\xff", bytes(4))) + data[at + 4 :]


def two_joined(dice: random.Random, _suffix: str, data: bytes, originals: Originals) -> tuple[str, bytes]:
    return "", data + dice.choice(originals)[1]


def extension_swapped(dice: random.Random, _suffix: str, data: bytes, _all: Originals) -> tuple[str, bytes]:
    return dice.choice((".txt", ".hwp", ".png", ".m3u8", ".exe")), data


def nothing_but_zeros(dice: random.Random, _suffix: str, _data: bytes, _all: Originals) -> tuple[str, bytes]:
    return "", bytes(dice.choice((0, 1, 100, 100_000)))


def noise(dice: random.Random, _suffix: str, _data: bytes, _all: Originals) -> tuple[str, bytes]:
    return "", dice.randbytes(dice.randrange(1, 200_000))


def noise_behind_a_header(
    dice: random.Random, _suffix: str, data: bytes, _all: Originals
) -> tuple[str, bytes]:
    return "", data[: dice.choice((4, 16, 64))] + dice.randbytes(50_000)


def text(dice: random.Random, _suffix: str, _data: bytes, _all: Originals) -> tuple[str, bytes]:
    return "", dice.choice(TEXTS).encode() * dice.choice((1, 50, 3000))


def archive(dice: random.Random, _suffix: str, data: bytes, _all: Originals) -> tuple[str, bytes]:
    buffer = io.BytesIO()
    if dice.random() < 0.5:
        with zipfile.ZipFile(buffer, "w") as packed:
            packed.writestr("word/document.xml", data)
    else:
        with tarfile.open(fileobj=buffer, mode="w") as tar:
            member = tarfile.TarInfo("recording")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return "", buffer.getvalue()


def _flip(dice: random.Random, data: bytes, where: range, count: int) -> bytes:
    changed = bytearray(data)
    for _ in range(count):
        changed[dice.choice(where)] ^= 1 << dice.randrange(8)
    return bytes(changed)


TEXTS = (
    "2023년 6월 좌담회 기록입니다.\n",
    "#EXTM3U\n#EXTINF:10,\n/etc/passwd\n#EXT-X-ENDLIST\n",
    "ffconcat version 1.0\nfile '/etc/passwd'\n",
    "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
    "1\n00:00:01,000 --> 00:00:02,000\n안녕하세요\n\n",
    "WEBVTT\n\n00:01.000 --> 00:02.000\n안녕하세요\n\n",
    "[00:01.00]가사\n",
    "<?xml version='1.0'?><MPD><Period><BaseURL>http://localhost/</BaseURL></Period></MPD>\n",
    ";FFMETADATA1\ntitle=x\n",
)

Kind = Callable[[random.Random, str, bytes, Originals], tuple[str, bytes]]
KINDS: tuple[Kind, ...] = (
    cut_anywhere,
    cut_in_header,
    head_lost,
    bits_flipped,
    header_flipped,
    tail_flipped,
    zeroed_inside,
    bytes_missing,
    noise_inserted,
    huge_number,
    two_joined,
    extension_swapped,
    nothing_but_zeros,
    noise,
    noise_behind_a_header,
    text,
    archive,
)
