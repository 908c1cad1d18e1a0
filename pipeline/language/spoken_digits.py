"""Digits that were dictated become digits again: "공일공 일이삼사" is 010 1234, "백오 동" is 105 동.

The result is for finding numbers, never for showing: every character of it knows which characters of the text
it stands for. Whether a last 이 is a 2 or a particle ("오육칠팔이 맞아요") cannot be told from the text, so
there are two readings.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import product
from typing import NamedTuple

from pipeline.language.numerals import PLACES, value
from pipeline.model import Span

DIGITS = {
    **dict(zip("공영령일이삼사오육륙칠팔구", "0001234566789", strict=True)),
    "하나": "1",
    "둘": "2",
    "셋": "3",
    "넷": "4",
}
_DIGIT = "하나|둘|셋|넷|[공영령일이삼사오육륙칠팔구]"
_DASH = "다시|대시|하이픈|작대기|[번국]?[에의]|국|하고"
"""Said between groups of digits."""

_RUN = re.compile(rf"(?<![가-힣])(?:{_DIGIT}|\d)(?:[\s\-–,]{{0,2}}(?:(?:{_DASH})\s)?(?:{_DIGIT}|\d)){{5,19}}")
"""Six to twenty digits on end; fewer are words ("이사", "사이")."""

_FEWEST = 3
"""Digits that must have been dictated in a run: 2 after the 0 of an area code ("공이 0619 3351")."""

_PART = re.compile(rf"{_DIGIT}|(?:{_DASH})(?=\s)|,")
_GAP = re.compile(rf"(?<=[공영령일이삼사오육륙칠팔구나둘셋넷\d]) (?={_DIGIT}|\d)")

_NUMERAL = r"[일이삼사오육칠팔구]?천?[일이삼사오육칠팔구]?백?[일이삼사오육칠팔구]?십?[일이삼사오육칠팔구]?"
_COUNTED = re.compile(
    rf"(?<![가-힣\d])({_NUMERAL}|(?:{_DIGIT}){{2,4}})(?=\s?(?:동[에의]?\s|호|번지|단지|번?길\s|층))"
)
_HOUSE = re.compile(
    rf"(?:(?<=번길\s)|(?<=[로길]\s)(?=\S*[십백]|(?:{_DIGIT}){{3}}))({_NUMERAL}|(?:{_DIGIT}){{3}})"
    r"(?=에|이|예|입|요|으?로\s|인데|거든|[\s,.]|$)"
)
_LOT = re.compile(
    r"(?<=[동리로길]\s)([일이삼사오육칠팔구십백천]+|\d{1,4})\s?(다시\s|의\s)([일이삼사오육칠팔구십백]+|\d{1,4})"
)
_BETWEEN = re.compile(rf"(?<=\d\d)\s?(?:{_DASH})\s?(?=\d\d)")
_FOUR = rf"(?:{_DIGIT})(?: ?(?:{_DIGIT})){{3}}"
_THOUSANDS = "[이삼사오육칠팔구]?천[일이삼사오육칠팔구십백]*"
_PLATE = re.compile(
    rf"(?<![가-힣\d])({_NUMERAL}|(?:{_DIGIT})(?: ?(?:{_DIGIT})){{1,2}}|\d{{2,3}})"
    rf"\s?[가-힣](?:,|-|\s?자|\s?(?:다시|[에의])(?=\s))?\s?({_FOUR}|{_THOUSANDS}|\d{{4}})(?!\d)"
)


class Reading(NamedTuple):
    """The text with digits, and for each of its characters the characters it stands for."""

    text: str
    origin: tuple[Span, ...]

    def chars(self, found: Span) -> Span:
        """Where something found in the reading stands in the text."""
        return Span(self.origin[found.start].start, self.origin[found.end - 1].end)


def readings(text: str) -> Iterator[Reading]:
    """The text read with a last 이 as a digit and without, digits as grouped and as one number."""
    runs = list(_RUN.finditer(text))
    told = [
        run for run in runs if len(re.findall(_DIGIT, run[0])) >= _FEWEST - run[0].startswith(("공", "영"))
    ]
    numbers = _numbers(text, runs)
    made: list[dict[Span, str]] = []
    for last_is_digit, grouped in product((True, False), (True, False)) if told else [(True, True)]:
        replaced = _outermost(_dictated(text, told, last_is_digit, grouped) | numbers)
        if replaced not in made:
            made.append(replaced)
            yield _read(text, replaced)


def _is_dictated(run: str) -> bool:
    return len(re.findall(_DIGIT, run)) >= _FEWEST - run.startswith(("공", "영"))


def _dictated(
    text: str, runs: Iterable[re.Match[str]], last_is_digit: bool, grouped: bool
) -> dict[Span, str]:
    """Digits by the characters they stand for; spaces between them go where they are not ``grouped``."""
    made: dict[Span, str] = {}
    for run in runs:
        end = run.end() - (not last_is_digit and run[0].endswith("이"))
        for part in _PART.finditer(text, run.start(), end):
            made[Span(*part.span())] = DIGITS.get(part.group(), "-")
        if not grouped:
            made |= {Span(*gap.span()): "" for gap in _GAP.finditer(text, run.start(), end)}
    return made


def _numbers(text: str, runs: Iterable[re.Match[str]]) -> dict[Span, str]:
    """Digits of numbers that are known by what stands around them: of houses, flats, lots and car plates."""
    made: dict[Span, str] = {}
    for match in (*_COUNTED.finditer(text), *_HOUSE.finditer(text)):
        if match.group(1):
            made[Span(*match.span(1))] = spoken_number(match.group(1))
    for match in _LOT.finditer(text):
        made |= {Span(*match.span(part)): spoken_number(match.group(part)) for part in (1, 3)}
        made[Span(match.end(1), match.start(3))] = "-"
    made |= {Span(*match.span()): "-" for match in _BETWEEN.finditer(text)}
    for match in _PLATE.finditer(text):
        whole = Span(*match.span())
        if match.group(1) and not any(whole.overlap(Span(*run.span())) for run in runs):
            made |= {Span(*match.span(part)): spoken_number(match.group(part)) for part in (1, 2)}
    return made


def _outermost(made: dict[Span, str]) -> dict[Span, str]:
    """In order, without what lies in or runs into a replacement that begins before it."""
    kept: dict[Span, str] = {}
    end = 0
    for span in sorted(made, key=lambda one: (one.start, -one.end)):
        if span.start >= end:
            kept[span] = made[span]
            end = span.end
    return kept


def spoken_number(words: str) -> str:
    """Digits of a number said digit by digit or with 십, 백 and 천."""
    if words.isdecimal():
        return words
    if PLACES.keys() & set(words):
        return str(value(words) or "")
    return "".join(DIGITS[word] for word in re.findall(_DIGIT, words))


def _read(text: str, replaced: dict[Span, str]) -> Reading:
    pieces: list[str] = []
    origin: list[Span] = []
    at = 0
    for span in [*replaced, Span(len(text), len(text))]:
        pieces.append(text[at : span.start])
        origin += [Span(i, i + 1) for i in range(at, span.start)]
        digits = replaced.get(span, "")
        pieces.append(digits)
        origin += [span] * len(digits)
        at = span.end
    return Reading("".join(pieces), tuple(origin))
