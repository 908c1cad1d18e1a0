"""House numbers that were said become digits: "백오 동 천이백삼 호" is read as 105 동 1203 호.

The result is for finding addresses, never for showing: every character of it knows which characters of the
text it stands for.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from pipeline.language.numerals import NATIVE, PLACES, value
from pipeline.model import Span

DIGITS = {
    **dict(zip("공영령일이삼사오육륙칠팔구", "0001234566789", strict=True)),
    "하나": "1",
    "둘": "2",
    "셋": "3",
    "넷": "4",
    "다섯": "5",
    "여섯": "6",
    "일곱": "7",
    "여덟": "8",
    "아홉": "9",
    "제로": "0",
    "빵": "0",
}
DIGIT = "(?:하나|둘|셋|넷|다섯|여섯|일곱|여덟|아홉|제로|[공영령빵일이삼사오육륙칠팔구])"
_DASH = "다시|대시|하이픈|[작짝]대기|빼기|마이너스|[에의]"
"""Said between the numbers of a lot and of a part of it."""

_NUMERAL = r"[일이삼사오육칠팔구]?천?[일이삼사오육칠팔구]?백?[일이삼사오육칠팔구]?십?[일이삼사오육칠팔구]?"
_ONE = rf"(?:{DIGIT}|\d)"
_SAID = r"[공영일이삼사오육칠팔구십백천]+"
_END = r"(?=에|이|예|입|요|고|라|으?로\s|인데|거든|을|를|과|와|하고|랑|[\s,.]|$)"
_COUNTED = re.compile(
    rf"(?<![가-힣\d\-])({_NUMERAL}|{DIGIT}{{2,4}}|\d(?:\s\d){{1,3}})(?=\s?(?:동[에의]?(?:\s|\d|이|은)|호|번지|단지|번?길\s|층|통\s|반))"
)
"""Before what is counted by houses."""

_NATIVE = re.compile(
    rf"(?<![가-힣\d])({NATIVE.pattern})(?=\s(?:통|번?길)\s)|(?<=번길\s)({NATIVE.pattern})(?=\s|인|이|에|예|[,.]|$)"
)
_HOUSE = re.compile(
    rf"(?:(?<=번길\s)|(?<=[로길]\s)(?=\S*[십백]|{DIGIT}{{3}}))({DIGIT}{{3}}|{_NUMERAL}){_END}"
)
_LOT = re.compile(rf"(?<=[동리로길산]\s)({_SAID}|\d{{1,4}})\s?(?:{_DASH})\s({_SAID}|\d{{1,4}})")
_LOT_NUMBER = re.compile(
    rf"(?<![가-힣\d])({_SAID}|\d{{1,4}})\s?(?:{_DASH})\s({_SAID}|\d{{1,4}})(?=\s?(?:번지|호))"
)
_HILL = re.compile(rf"(?<=[동리]\s산\s)({_SAID})(?={_END}|\s번지)")
_BETWEEN = re.compile(rf"(?<=\d\d)\s?(?:{_DASH})\s?(?=\d)")
_COPULA = re.compile("[요고라네인던었거여]|에요|거든")
"""After which a last 이 is no 2."""


@dataclass(frozen=True)
class Reading:
    """The text with digits; ``replaced`` are the characters of the text that became others, in order."""

    text: str
    replaced: Mapping[Span, str]

    @cached_property
    def origin(self) -> tuple[Span, ...]:
        """For each character of the reading the characters it stands for."""
        made: list[Span] = []
        at = 0
        for span, digits in self.replaced.items():
            made += map(Span, range(at, span.start), range(at + 1, span.start + 1))
            made += [span] * len(digits)
            at = span.end
        rest = range(at, at + len(self.text) - len(made))
        return (*made, *(Span(place, place + 1) for place in rest))

    def chars(self, found: Span) -> Span:
        """Where something found in the reading stands in the text."""
        return Span(self.origin[found.start].start, self.origin[found.end - 1].end)


def reading(text: str) -> Reading:
    """The text with house numbers in digits."""
    made: dict[Span, str] = {Span(*match.span()): "-" for match in _BETWEEN.finditer(text)}
    for shape in (_COUNTED, _NATIVE, _HOUSE, _HILL):
        for match in shape.finditer(text):
            _add(made, text, match.span(1) if match.group(1) else match.span())
    for shape in (_LOT, _LOT_NUMBER):
        for match in shape.finditer(text):
            _add(made, text, match.span(1))
            _add(made, text, match.span(2))
            made[Span(match.end(1), match.start(2))] = "-"
    return _read(text, _outermost(made))


def _add(made: dict[Span, str], text: str, chars: tuple[int, int]) -> None:
    """What a number said means, without the 이 of a copula."""
    start, end = chars
    if end - start > 1 and text[end - 1] == "이" and _COPULA.match(text, end):
        end -= 1
    if end > start:
        made[Span(start, end)] = spoken_number(text[start:end])


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
    """Digits of a number said digit by digit, with 십, 백 and 천, or partly so: 사천공칠 is 4007."""
    words = words.replace(" ", "")
    if words.isdecimal():
        return words
    if PLACES.keys() & set(words) or (NATIVE.fullmatch(words) and words not in DIGITS):
        number = value(words)
        return _padded(words) if number is None else str(number)
    return "".join(DIGITS.get(word, word) for word in re.findall(_ONE, words))


def _padded(words: str) -> str:
    """A number whose last figures were said one by one."""
    placed = re.match(r"(?:[일이삼사오육칠팔구]?[천백십])*", words)
    whole = spoken_number(placed.group()) if placed and placed.group() != words else ""
    rest = "".join(DIGITS.get(word, "") for word in re.findall(_ONE, words[placed.end() :])) if placed else ""
    return whole[: -len(rest)] + rest if 0 < len(rest) < len(whole) else whole + rest


def _read(text: str, replaced: Mapping[Span, str]) -> Reading:
    pieces: list[str] = []
    at = 0
    for span, digits in replaced.items():
        pieces += (text[at : span.start], digits)
        at = span.end
    return Reading("".join([*pieces, text[at:]]), replaced)
