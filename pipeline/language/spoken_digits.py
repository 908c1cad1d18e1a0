"""Digits that were dictated become digits again: "공일공 일이삼사" is 010 1234, "백오 동" is 105 동.

The result is for finding numbers, never for showing: every character of it knows which characters of the text
it stands for. Whether a last 이 is a 2 or a particle ("오육칠팔이 맞아요") cannot be told from the text, nor
whether a pause parts two groups or two digits of one: so there are several readings.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product

from pipeline.language.numerals import PLACES, value
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
}
_DIGIT = "하나|둘|셋|넷|다섯|여섯|일곱|여덟|아홉|제로|[공영령일이삼사오육륙칠팔구]"
_DASH = (
    r"다시|대시|하이픈|[작짝]대기|빼기|마이너스|[번국]?[에의]|국번[에의]|국번?"
    r"|하고요?|이고요?|이요|그\s?다음에?|그러니까|그리고|음|어"
)
"""Said between groups of digits."""

_ONE = rf"(?:{_DIGIT}|\d)"
_NO_WORD = "(?![가-힣](?<![이가은는을를로으에의번예입인고하요만도라랑까부였던지네국]))"
"""Only the beginning of a particle may follow: "번호 이 사업자" ends in no 4."""

_BETWEEN_DIGITS = rf"[\s\-–,.]{{0,3}}(?:(?:{_DASH})[\s,]\s?)?"
_RUN = re.compile(rf"(?<![가-힣])(?:{_DIGIT}|\d)(?:{_BETWEEN_DIGITS}(?:{_DIGIT}|\d)){{5,19}}{_NO_WORD}")
"""Six to twenty digits on end; fewer are words ("이사", "사이")."""

_FEWEST = 2
"""Digits that must have been dictated in a run: "공이 0619 3351"."""

_SINGLY = re.compile(r"(?<!\d)\d\s\d(?!\d)")
_JOINED = re.compile(rf"\d[\s,.]{{0,2}}(?:{_DASH})[\s,]\s?\d")
"""Written digits that were dictated all the same: one by one, or with a word between them."""

_PART = re.compile(rf"(?:{_DASH})(?=[\s,])|{_DIGIT}|,")
_LOOSE = {"grouped": None, "spaced": re.compile(r" (?=\S)"), "joined": re.compile(r"[\s\-–]+")}
"""What else goes in each way to read a run, beside the words for digits."""

_NUMERAL = r"[일이삼사오육칠팔구]?천?[일이삼사오육칠팔구]?백?[일이삼사오육칠팔구]?십?[일이삼사오육칠팔구]?"
_COUNTED = re.compile(
    rf"(?<![가-힣\d])({_NUMERAL}|(?:{_DIGIT}){{2,4}})(?=\s?(?:동[에의]?\s|호|번지|단지|번?길\s|층|통\s|반))"
)
_HOUSE = re.compile(
    rf"(?:(?<=번길\s)|(?<=[로길]\s)(?=\S*[십백]|(?:{_DIGIT}){{3}}))((?:{_DIGIT}){{3}}|{_NUMERAL})"
    r"(?=에|이|예|입|요|으?로\s|인데|거든|[\s,.]|$)"
)
_LOT = re.compile(
    r"(?<=[동리로길산]\s)([공영일이삼사오육칠팔구십백천]+|\d{1,4})\s?(다시\s|의\s)([일이삼사오육칠팔구십백]+|\d{1,4})"
)
_HILL = re.compile(r"(?<=[동리]\s산\s)([일이삼사오육칠팔구십백]+)(?=에|이|예|입|번지|\s번지|[\s,.]|$)")
_BETWEEN = re.compile(rf"(?<=\d\d)\s?(?:{_DASH})\s?(?=\d)")
_FOUR = rf"{_ONE}(?: ?{_ONE}){{3}}"
_THOUSANDS = "[이삼사오육칠팔구]?천(?:[이삼사오육칠팔구]?백)?(?:[이삼사오육칠팔구]?십)?[일이삼사오육칠팔구]?"
_FOUR_OF = rf"{_FOUR}|{_THOUSANDS}"
_DIALLED = re.compile(
    rf"(?<![가-힣\d])(천[오육칠팔]백[일이삼사오육칠팔구십]*|(?:공|영|0)(?:\s?(?:{_DIGIT}|\d)){{1,2}})"
    rf"{_BETWEEN_DIGITS}(?:({_FOUR_OF}){_BETWEEN_DIGITS})?({_FOUR_OF})(?!\d)"
)
"""Telephone numbers in which four digits were said as a number: "공일공 천이백삼십사에 오천육백칠십팔"."""

_COUNTRY = re.compile(r"(?<![가-힣])(?:플러스\s?)?팔이\s?(?:다시\s)?십(?=\s)")
"""Korea's number for calls from abroad, and a mobile telephone's after it."""

_LAST_FOUR = re.compile(
    rf"(?:(?:자리|번호|가운데|중간|뒤|끝|앞|국번)(?:[은는이가만]|로는)?\s(?:\S{{1,5}}\s){{0,2}}?|번호판(?:[은는이가])?\s)({_FOUR}|{_THOUSANDS})(?![공영일삼사오육칠팔구\d])"
    rf"|(?<![가-힣\d])({_FOUR}|{_THOUSANDS})(?=\s?번?(?:\s\S{{1,4}}){{0,2}}\s차|번?으?로\s끝)"
)
_PLATE = re.compile(
    rf"(?<![가-힣\d])({_ONE}(?: ?{_ONE}){{1,2}}|{_NUMERAL})"
    rf"\s?[가-힣](?:,|-|\s?자|\s?(?:다시|[에의])(?=\s))?\s?({_FOUR}|{_THOUSANDS})(?!\d)"
)
_PLATE_OF_DIGITS = re.compile(
    rf"(?<![가-힣\d])({_ONE}(?: ?{_ONE}){{1,2}})\s?([구사오])(?:\s?[에의])?\s"
    rf"({_FOUR})(?!\s?[공영일삼사오육칠팔구\d])"
)
"""A car plate whose letter is also a digit; only where a car is spoken of."""


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


def readings(text: str) -> Iterator[Reading]:
    """The text read with a last 이 as a digit and without, digits in groups, with dashes only, and as one."""
    runs = list(_RUN.finditer(text))
    told = [run for run in runs if _is_dictated(run[0])]
    numbers = _numbers(text, runs, told)
    made: list[dict[Span, str]] = []
    for last_is_digit, way in product((True, False), _LOOSE) if told else [(True, "grouped")]:
        replaced = _outermost(_dictated(text, told, last_is_digit, way) | numbers)
        if replaced not in made:
            made.append(replaced)
            yield _read(text, replaced)


def _is_dictated(run: str) -> bool:
    return len(re.findall(_DIGIT, run)) >= _FEWEST or bool(_SINGLY.search(run) or _JOINED.search(run))


def _dictated(text: str, runs: Iterable[re.Match[str]], last_is_digit: bool, way: str) -> dict[Span, str]:
    """Digits by the characters they stand for, and what a way of reading (one of _LOOSE) leaves out."""
    made: dict[Span, str] = {}
    for run in runs:
        end = run.end() - (not last_is_digit and run[0].endswith("이"))
        dash = "" if way == "joined" else "-"
        for part in _PART.finditer(text, run.start(), end):
            made[Span(*part.span())] = DIGITS.get(part.group(), dash)
        loose = _LOOSE[way]
        if loose:
            made |= {Span(*gap.span()): "" for gap in loose.finditer(text, run.start(), end)}
    return made


def _numbers(text: str, runs: Sequence[re.Match[str]], told: Sequence[re.Match[str]]) -> dict[Span, str]:
    """Digits of numbers that are known by what stands around them: of houses, flats, lots and car plates."""
    made: dict[Span, str] = {}
    for match in (*_COUNTED.finditer(text), *_HOUSE.finditer(text), *_HILL.finditer(text)):
        if match.group(1):
            made[Span(*match.span(1))] = spoken_number(match.group(1))
    for match in _LOT.finditer(text):
        made |= {Span(*match.span(part)): spoken_number(match.group(part)) for part in (1, 3)}
        made[Span(match.end(1), match.start(3))] = "-"
    made |= {Span(*match.span()): "-" for match in _BETWEEN.finditer(text) if not _lies_in(match, told)}
    made |= {Span(*match.span()): "+82-10" for match in _COUNTRY.finditer(text)}
    for match in _PLATE.finditer(text):
        if match.group(1) and not _lies_in(match, runs):
            made |= {Span(*match.span(part)): spoken_number(match.group(part)) for part in (1, 2)}
    for match in _PLATE_OF_DIGITS.finditer(text) if "차" in text else ():
        made |= {Span(*match.span(part)): spoken_number(match.group(part)) for part in (1, 3)}
        made[Span(*match.span(2))] = match.group(2)
    for match in _LAST_FOUR.finditer(text):
        said = Span(*match.span(match.lastindex or 0))
        if any(said.overlap(Span(*run.span())) for run in told):
            continue
        made[said] = spoken_number(text[said.start : said.end])
    return made | _dialled(text)


def _lies_in(match: re.Match[str], runs: Iterable[re.Match[str]]) -> bool:
    """Whether a match runs into digits on end."""
    return any(Span(*match.span()).overlap(Span(*run.span())) for run in runs)


def _dialled(text: str) -> dict[Span, str]:
    """The groups of telephone numbers one of which was said with 천, and dashes between them."""
    made: dict[Span, str] = {}
    for match in _DIALLED.finditer(text):
        groups = [Span(*match.span(part)) for part in (1, 2, 3) if match.group(part)]
        if "천" in match.group():
            made |= {group: spoken_number(text[group.start : group.end]) for group in groups}
            made |= {Span(one.end, other.start): "-" for one, other in pairwise(groups)}
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
    return "".join(DIGITS.get(word, word) for word in re.findall(_ONE, words))


def _read(text: str, replaced: Mapping[Span, str]) -> Reading:
    pieces: list[str] = []
    at = 0
    for span, digits in replaced.items():
        pieces += (text[at : span.start], digits)
        at = span.end
    return Reading("".join([*pieces, text[at:]]), replaced)
