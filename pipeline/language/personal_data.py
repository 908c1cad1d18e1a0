"""Text becomes spans of personal data: telephone and registration numbers, addresses, accounts, car plates.

Every run of digits is looked at, however it was written or said (:mod:`pipeline.language.personal_numbers`
says what may stand). Mail addresses, car plates and addresses have shapes of their own. Findings that
overlap are one, of the kind of the surer; so are addresses one after another.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from pipeline.language.personal_numbers import Number, numbers
from pipeline.language.personal_plates import plates
from pipeline.language.personal_rows import ROWS, Row
from pipeline.language.spoken_digits import DIGIT, Reading, reading
from pipeline.model import Span

CONTEXT_CHARACTERS = 30
"""How far before a number the word may stand that says what it is."""


class Finding(NamedTuple):
    """One piece of personal data: its kind, where it stands, and the row of the table that found it."""

    kind: str
    chars: Span
    rule: str


_STOP = "·"
"""Ends what follows a number, so that a context that must stand right before one is not found there."""

_WORTH = re.compile(
    r"\d|@|골[뱅벵]이|[앳엣]\s|\sat\s|번지|번길|통\s[가-힣]{1,2}\s?반|[로길]\s[이삼사오육칠팔구]?[십백]|[점쩜닷]\s"
    rf"|(?<![가-힣])(?:{DIGIT}[\s에]?{DIGIT}|[공영일이삼사오육칠팔구십백천]\s?[공영일이삼사오육칠팔구동호통백십천])"
)
"""What a text without personal data mostly lacks; such a text is not looked at further."""

_PUT_RIGHT = re.compile(
    rf",?\s아니(?:다|지|고|요|야)?,?\s(?:\d+|{DIGIT}|[십백천])+(?:\s?(?:번지|동|호|통|반))*"
)
_ENDED_RIGHT = re.compile(r",?\s아니(?:다|지|고|요|야|라)?,?\s(?:점\s|쩜\s)?(?:닷?컴|넷|케이알|씨오|오알지?)")
_BETWEEN_ADDRESSES = re.compile(
    r"[\s,]{1,2}(?:(?!하고|이랑|말고|또는|그리고|아니)[가-힣]{1,4}(?<![은는이가을를])[\s,]{1,2})?"
)
_NUMBER = rf"(?:\d{{1,4}}|(?:{DIGIT}|[십백천])+)"
_INSIDE = re.compile(
    rf"(?:[\s,]{{1,2}}(?:반지하|지하방?|지층|옥탑방?|상가|[가나다라마A-E]동|(?:지하\s?)?{_NUMBER}\s?[층호](?!선|기|봉)))+"
)
"""Where in a house."""

_REGIONS = re.compile(
    r"(?:(?<![가-힣])(?!다시|혹시|역시|임시|잠시|우리|자리|거리|빨리|미리|멀리|친구|활동|이동|운동|그대로|정도|아무)"
    r"[가-힣]{1,5}(?:특별시|광역시|[도시군구읍동리])\s){1,4}\Z"
)
"""Of a province down to a village, before an address that was found."""


def find(text: str) -> tuple[Finding, ...]:
    """All personal data in an NFC text, in order, without overlaps."""
    if not _WORTH.search(text):
        return ()
    said = list(numbers(text))
    read = reading(text)
    signs = {sign for sign in _SIGNS if sign.search(read.text)}
    found: list[Finding] = []
    for one in chain(
        _shaped("e-mail", read, signs),
        _numbered(said, complete=True),
        (
            Finding("car-plate", plate.chars, f"personal-data/car-plate-{plate.rule}")
            for plate in plates(text)
        ),
        _shaped("address", read, signs),
        _numbered(said, complete=False),
    ):
        _add(found, one)
    return tuple(_merged(text, sorted(found, key=lambda finding: finding.chars.start)))


def _add(found: list[Finding], one: Finding) -> None:
    """Keep a finding, or widen the surer one that it overlaps."""
    for number, other in enumerate(found):
        if one.chars.overlap(other.chars):
            start, end = min(one.chars.start, other.chars.start), max(one.chars.end, other.chars.end)
            found[number] = other._replace(chars=Span(start, end))
            return
    found.append(one)


_SIGNS = tuple({row.sign: None for row in ROWS})


def _numbered(said: Iterable[Number], *, complete: bool) -> Iterator[Finding]:
    for one in said:
        if one.complete == complete:
            yield Finding(one.kind, one.chars, f"personal-data/{one.kind}-{one.rule}")


def _shaped(kind: str, read: Reading, signs: set[re.Pattern[str]]) -> Iterator[Finding]:
    """What has the shape of a row of a kind."""
    for row in [row for row in ROWS if row.kind == kind and row.sign in signs]:
        for match in row.shape.finditer(read.text):
            if _believed(row, match):
                yield Finding(kind, read.chars(_value(match)), f"personal-data/{kind}-{row.rule}")


def _value(match: re.Match[str]) -> Span:
    return Span(*match.span("value" if "value" in match.groupdict() else 0))


def _believed(row: Row, match: re.Match[str]) -> bool:
    chars = _value(match)
    before = match.string[max(0, chars.start - CONTEXT_CHARACTERS) : chars.start]
    after = match.string[chars.end : chars.end + CONTEXT_CHARACTERS * 2 // 3] + _STOP
    if row.unless and (row.unless.search(before) or row.unless.search(after)):
        return False
    return row.context is None or bool(row.context.search(before) or row.context.search(after))


def _merged(text: str, found: Iterable[Finding]) -> Iterator[Finding]:
    """Findings with what belongs to them; those that touch, and addresses one after another, as one."""
    last: Finding | None = None
    for one in (_widened(text, finding) for finding in found):
        if last and (last.chars.end > one.chars.start or _go_on(text, last, one)):
            last = last._replace(chars=Span(last.chars.start, max(last.chars.end, one.chars.end)))
            continue
        if last:
            yield last
        last = one
    if last:
        yield last


def _go_on(text: str, one: Finding, other: Finding) -> bool:
    """Whether an address goes on in the next."""
    between = _BETWEEN_ADDRESSES.fullmatch(text, one.chars.end, other.chars.start)
    return one.kind == other.kind == "address" and (between is not None or one.chars.end == other.chars.start)


def _widened(text: str, one: Finding) -> Finding:
    """With the regions before an address, and what puts a number right after it."""
    start, end = one.chars.start, one.chars.end
    regions = _REGIONS.search(text[max(0, start - CONTEXT_CHARACTERS) : start])
    if regions and one.kind == "address":
        start -= len(regions.group())
    inside = _INSIDE.match(text, end) if one.kind == "address" else None
    end = inside.end() if inside else end
    right = (_ENDED_RIGHT if one.kind == "e-mail" else _PUT_RIGHT).match(text, end)
    if right:
        end = right.end()
    return one._replace(chars=Span(start, end))
