"""Text becomes spans of personal data: telephone and registration numbers, addresses, accounts, car plates.

A number that carries a check digit is believed by its check, or by a word beside it that says what it is (one
digit misheard breaks the check, and the rest is still personal). One that only looks right needs such a word.
Budgets, dates, bus lines and articles of law look like none of them. Dictated digits become digits first.
"""

import re
from typing import NamedTuple

from pipeline.language.personal_rows import ROWS, Row
from pipeline.language.spoken_digits import Reading, readings
from pipeline.model import Span

CONTEXT_CHARACTERS = 30
"""How far before a number the word may stand that says what it is."""


class Finding(NamedTuple):
    """One piece of personal data: its kind, where it stands, and the row of the table that found it."""

    kind: str
    chars: Span
    rule: str


_SIGNS = tuple({row.sign: None for row in ROWS})

_STOP = "·"
"""Ends what follows a number, so that a context that must stand right before one is not found there."""

_WORTH = re.compile(
    r"\d|@|골[뱅벵]이|[앳엣]\s|\sat\s|번지|번길|[로길]\s[이삼사오육칠팔구]?[십백]|[공영일이삼사오육칠팔구백십]\s?[공영일이삼사오육칠팔구동호]"
)
"""What a text without personal data mostly lacks; such a text is not looked at further."""


def find(text: str) -> tuple[Finding, ...]:
    """All personal data in an NFC text, in order, without overlaps."""
    found: list[Finding] = []
    read = list(readings(text)) if _WORTH.search(text) else []
    signed = [{sign for sign in _SIGNS if sign.search(reading.text)} for reading in read]
    seen = set[re.Pattern[str]]().union(*signed)
    for row in [row for row in ROWS if row.sign in seen] if seen else ():
        believed = [
            _value(match, reading)
            for reading, signs in zip(read, signed, strict=True)
            if row.sign in signs
            for match in row.shape.finditer(reading.text)
            if _believed(row, match, reading)
        ]
        for chars in sorted(believed, key=lambda one: (-one.length, one.start)):
            if not any(chars.overlap(other.chars) for other in found):
                found.append(Finding(row.kind, chars, f"personal-data/{row.kind}-{row.rule}"))
    return tuple(sorted(found, key=lambda finding: finding.chars.start))


def _value(match: re.Match[str], reading: Reading) -> Span:
    """Where what a row has found stands in the text."""
    return reading.chars(Span(*match.span("value" if "value" in match.groupdict() else 0)))


def _believed(row: Row, match: re.Match[str], reading: Reading) -> bool:
    digits = re.sub(r"\D", "", match.group())
    if row.length is not None and not row.length(digits):
        return False
    if row.check is not None and row.check(digits):
        return True
    if row.context is not None:
        start, end = match.span("value" if "value" in match.groupdict() else 0)
        before = reading.text[max(0, start - CONTEXT_CHARACTERS) : start]
        after = reading.text[end : end + CONTEXT_CHARACTERS * 2 // 3] + _STOP
        return bool(row.context.search(before) or row.context.search(after))
    return row.check is None
