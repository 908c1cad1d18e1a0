"""Counted numbers are written in digits, as public documents do: 삼십 명 -> 30명, 이천이십삼 년 -> 2023년.

Only what must be a number is touched: well-formed numerals of two syllables and more (십, 백 and 천 alone
too), with a unit after them. 한두 명, 수십 명 and digits read one by one stay as they are.
"""

import re
from collections.abc import Iterator

from pipeline.language.eojeol import Edit, Eojeol, View
from pipeline.language.rules.desk import Desk

DIGITS = dict(zip("일이삼사오육칠팔구", range(1, 10), strict=True))
PLACES = {"십": 10, "백": 100, "천": 1000}
MYRIADS = {"만": 10**4, "억": 10**8, "조": 10**12}
NATIVE_TENS = {
    "열": 10,
    "스물": 20,
    "스무": 20,
    "서른": 30,
    "마흔": 40,
    "쉰": 50,
    "예순": 60,
    "일흔": 70,
    "여든": 80,
    "아흔": 90,
}
NATIVE_ONES = {
    "": 0,
    "한": 1,
    "하나": 1,
    "두": 2,
    "둘": 2,
    "세": 3,
    "셋": 3,
    "네": 4,
    "넷": 4,
    "다섯": 5,
    "여섯": 6,
    "일곱": 7,
    "여덟": 8,
    "아홉": 9,
}

SINO = re.compile("[일이삼사오육칠팔구십백천만억조]+")
NATIVE = re.compile(
    f"({'|'.join(NATIVE_TENS)})({'|'.join(sorted(filter(None, NATIVE_ONES), key=len, reverse=True))})?"
)
SECTION = re.compile(
    "(?:[일이삼사오육칠팔구]?천)?(?:[일이삼사오육칠팔구]?백)?(?:[일이삼사오육칠팔구]?십)?[일이삼사오육칠팔구]?"
)
ALONE = {"십", "백", "천"}


def value(numeral: str) -> int | None:
    """The number that a well-formed Sino-Korean or native numeral names; None for anything else."""
    native = NATIVE.fullmatch(numeral)
    if native:
        return NATIVE_TENS[native[1]] + NATIVE_ONES[native[2] or ""]
    if not SINO.fullmatch(numeral):
        return None
    total, rest = 0, numeral
    for name, size in reversed(MYRIADS.items()):
        head, found, tail = rest.partition(name)
        if found:
            section = _section(head) if head else 1
            if section is None:
                return None
            total, rest = total + section * size, tail
    last = _section(rest) if rest else 0
    return None if last is None else total + last


def _section(numeral: str) -> int | None:
    """A numeral below ten thousand."""
    if not SECTION.fullmatch(numeral):
        return None
    total, digit = 0, None
    for character in numeral:
        if character in DIGITS:
            digit = DIGITS[character]
        else:
            total += (1 if digit is None else digit) * PLACES[character]
            digit = None
    return total + (digit or 0)


def written(number: int, unit: str) -> str:
    """A number in the style of public documents: 3,500만, 1,200, and years without a comma."""
    if unit.startswith("년") and 1000 <= number < 3000:
        return str(number)
    parts = []
    for name, size in reversed(MYRIADS.items()):
        section, number = divmod(number, size)
        if section:
            parts.append(f"{section:,}{name}")
    return " ".join([*parts, *([f"{number:,}"] if number or not parts else [])])


def numbers(view: View, desk: Desk) -> Iterator[Edit]:
    """Write counted numbers in digits, joined to the unit after them."""
    live, units = view.live, desk.tables.units
    index = 0
    while index < len(live):
        eojeol = live[index]
        numeral = _numeral(eojeol.text)
        if numeral and not eojeol.changed:
            edit = _edit(live, index, numeral, units)
            if edit:
                yield edit
                index = edit.last
                continue
        index += 1


STARTS = frozenset("일이삼사오육칠팔구십백천만억조열스서마쉰예여아")


def _numeral(text: str) -> str:
    """The numeral with which an eojeol begins; empty where there is none or it is too short to be sure."""
    if text[0] not in STARTS:
        return ""
    found = SINO.match(text) or NATIVE.match(text)
    numeral = found[0] if found else ""
    sure = len(numeral) > 1 or numeral in ALONE or numeral in NATIVE_TENS
    return numeral if sure or text[1:2] == "월" else ""


def _edit(live: list[Eojeol], index: int, numeral: str, units: tuple[str, ...]) -> Edit | None:
    """The longest part of a numeral that is well-formed and has its unit, in the same eojeol or the next."""
    eojeol = live[index]
    for cut in range(len(numeral), 0, -1):
        number = value(numeral[:cut])
        if number is None or not _counts(eojeol, cut):
            continue
        rest = eojeol.text[cut:]
        if rest and _begins_with_unit(rest, units):
            return Edit(index, index + 1, _joined(number, rest), "number")
        if not rest and index + 1 < len(live) and _is_unit(live[index + 1], units):
            return Edit(index, index + 2, _joined(number, live[index + 1].text), "number")
    return None


def _is_unit(eojeol: Eojeol, units: tuple[str, ...]) -> bool:
    counted = eojeol.first.tag in {"NNB", "NNG", "NNP"}
    return counted and not eojeol.changed and _begins_with_unit(eojeol.text, units)


def _joined(number: int, rest: str) -> str:
    digits = written(number, rest)
    return f"{digits} {rest}" if digits[-1] in MYRIADS else digits + rest


def _counts(eojeol: Eojeol, cut: int) -> bool:
    """Whether the analyser, too, takes all of the numeral for a number."""
    end = eojeol.start + cut
    inside = [m for m in eojeol.morphemes if m.chars.start < end]
    return bool(inside) and all(m.tag in {"NR", "MM"} and m.chars.end <= end for m in inside)


def _begins_with_unit(text: str, units: tuple[str, ...]) -> bool:
    found = next((unit for unit in sorted(units, key=len, reverse=True) if text.startswith(unit)), "")
    rest = text[len(found) :].rstrip(".,?!")
    return bool(found) and (not rest or rest.startswith(AFTER_UNITS))


AFTER_UNITS = (
    *(
        "이",
        "가",
        "을",
        "를",
        "은",
        "는",
        "의",
        "에",
        "로",
        "으로",
        "과",
        "와",
        "도",
        "만",
        "씩",
        "쯤",
        "정도",
        "까지",
        "부터",
        "입",
        "예",
        "이",
    ),
    *(
        "밖",
        "이상",
        "이하",
        "마다",
        "짜리",
        "째",
        "동안",
        "간",
        "들",
        "전",
        "후",
        "당",
        "어치",
        "여",
        "요",
        "나",
        "이나",
    ),
)
