"""What a file name says: the date, the title and the part of a longer talk.

Staff and recorders name files in a few ways: ``2023-06-15_좌담회_1부.m4a``, ``230615 김하늘.mp3``,
``REC0001.WAV``. Only explicit part markers count: ``면담 1`` and ``면담 2`` are two interviews, ``면담_1부``
and ``면담_2부`` are one.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

MAX_SLUG = 60
"""Code points of a slug: three bytes each in UTF-8 stay far below a file system's 255."""

_DATES = (
    re.compile(r"(?<!\d)(?P<y>\d{4})\s*년\s*(?P<m>\d{1,2})\s*월\s*(?P<d>\d{1,2})\s*일"),
    re.compile(r"(?<!\d)(?P<y>\d{4})(?P<s>[-._])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>\d{2})(?P<m>\d{2})(?P<d>\d{2})(?!\d)"),
)
_PARTS = (
    re.compile(r"(?:^|[\s_(\[-])제?\s*(?P<n>\d{1,3})\s*(?:부|편)(?:$|[\s_)\]-])"),
    re.compile(r"(?:^|[\s_(\[-])(?:part|pt|파트)[\s._-]*(?P<n>\d{1,3})(?:$|[\s_)\]-])", re.IGNORECASE),
)
_SEQUENCE = re.compile(
    r"(?:rec|record(?:ing)?|voice|track|audio|zoom|ds|dm|녹음|음성)?[\s._-]*(?:파일)?[\s._-]*\d*",
    re.IGNORECASE,
)
_EDGES = " _-.,()[]"


@dataclass(frozen=True, slots=True)
class NameParts:
    """A file name taken apart.

    ``base`` is the name without its part marker, which all parts of a talk share; ``title`` is empty where
    the name holds nothing but a date, a part marker or a recorder's running number.
    """

    base: str
    title: str
    date: str | None = None
    part: int | None = None


def parse(stem: str) -> NameParts:
    """Take a file name without its suffix apart; text that is no date or part stays in the title."""
    text = unicodedata.normalize("NFC", stem)
    part, base = _cut_part(text)
    day, rest = _cut_date(base)
    title = re.sub(r"[\s_]+", " ", rest).strip(_EDGES)
    return NameParts(base.strip(_EDGES), "" if _SEQUENCE.fullmatch(title) else title, day, part)


def slug(text: str) -> str:
    """Make a readable name that every file system takes: letters, digits and hyphens, at most MAX_SLUG."""
    normal = unicodedata.normalize("NFC", text)
    return re.sub(r"[\W_]+", "-", normal).strip("-")[:MAX_SLUG].rstrip("-")


def natural_key(name: str) -> tuple[tuple[int, int | str], ...]:
    """Sort key by which ``9`` comes before ``10``."""
    pieces = re.split(r"(\d+)", unicodedata.normalize("NFC", name).casefold())
    return tuple((0, int(piece)) if piece.isdecimal() else (1, piece) for piece in pieces if piece)


def _cut_date(text: str) -> tuple[str | None, str]:
    for pattern in _DATES:
        if match := pattern.search(text):
            year, month, day = (int(match[name]) for name in "ymd")
            try:
                found = date(year + 2000 if year < 100 else year, month, day)
            except ValueError:
                continue
            return found.isoformat(), f"{text[: match.start()]} {text[match.end() :]}"
    return None, text


def _cut_part(text: str) -> tuple[int | None, str]:
    for pattern in _PARTS:
        if match := pattern.search(text):
            return int(match["n"]), f"{text[: match.start()]} {text[match.end() :]}"
    return None, text
