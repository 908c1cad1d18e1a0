"""Counted numbers are written in digits, as public documents do: 삼십 명 -> 30명, 이천이십삼 년 -> 2023년.

Only what must be a number is touched: well-formed numerals of two syllables and more (십, 백 and 천 alone
too, and digits that mean nothing else), with a unit after them. A number may be said in several words (삼억
오천만 원), with decimals (이십오 점 삼 퍼센트) or after 제- (제이기). 한두 명, 수십 명 and digits read one by
one stay as they are.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

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
MIXED = re.compile(f"([일이삼사오육칠팔구십백천만]*[백천])({NATIVE.pattern})")
"""백스물다섯: hundreds are Sino-Korean, what follows may be native."""
NUMERAL = re.compile(f"{MIXED.pattern}|{SINO.pattern}|{NATIVE.pattern}")
ALONE = {"십", "백", "천"}
DIGIT_ALONE = frozenset("삼사육칠팔구")
"""A digit by itself that is a number before some units; 일, 이 and 오 are other words too often."""
SURE_UNITS = ("명", "년", "개월", "퍼센트", "프로", "회", "건", "층", "주년")
MONTHS = {"유월": "6월", "시월": "10월"}
"""Said without the last sound of their number."""


def value(numeral: str) -> int | None:
    """The number that a well-formed Sino-Korean or native numeral names; None for anything else."""
    native = NATIVE.fullmatch(numeral)
    if native:
        return NATIVE_TENS[native[1]] + NATIVE_ONES[native[2] or ""]
    mixed = MIXED.fullmatch(numeral)
    if mixed:
        parts = value(mixed[1]), value(mixed[2])
        return None if parts[0] is None or parts[1] is None else parts[0] + parts[1]
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
        edit = None if live[index].changed else _found(live, index, units)
        if edit:
            yield edit
        index = edit.last if edit else index + 1


def _found(live: list[Eojeol], index: int, units: tuple[str, ...]) -> Edit | None:
    """What the number that begins with an eojeol is to be written as."""
    eojeol = live[index]
    text = eojeol.text
    month = MONTHS.get(text[:2])
    if month and eojeol.first.form == text[:2] and eojeol.tags[1:2] in {(), ("JKB",), ("JX",), ("JKG",)}:
        return Edit(index, index + 1, month + text[2:], "number")
    if eojeol.tags[:2] == ("XPN", "NR") and text[0] == "제":
        return _ordinal(eojeol, index)
    if text[0] not in STARTS:
        return None
    whole = _several(live, index, units) or _decimal(live, index, units)
    if whole:
        return whole
    numeral = _numeral(text)
    return _edit(live, index, numeral, units) if numeral and not _begun_before(live, index) else None


ORDERED = ("기", "차", "회", "조", "항", "호", "장", "대")


def _ordinal(eojeol: Eojeol, index: int) -> Edit | None:
    """제이기 -> 제2기."""
    found = SINO.match(eojeol.text, 1)
    number, rest = (value(found[0]), eojeol.text[found.end() :]) if found else (None, "")
    fits = number is not None and _begins_with_unit(rest, ORDERED)
    return Edit(index, index + 1, f"제{number:,}{rest}", "number") if fits else None


def _together(said: list[Eojeol]) -> bool:
    """Whether nothing was changed in some eojeol on end, nor left out between them."""
    unbroken = all(one.words.end == other.words.start for one, other in pairwise(said))
    return unbroken and not any(one.changed for one in said)


def _begun_before(live: list[Eojeol], index: int) -> bool:
    """Whether the word before may be the number's beginning, as in "이 백 미터" or "삼억 어 오천만 원"."""
    before = live[index - 1].text if index else ""
    larger = before[-1:] in MYRIADS and SINO.fullmatch(before) is not None
    return larger or (before in DIGITS and live[index].text[0] in {*PLACES, *MYRIADS})


def _several(live: list[Eojeol], index: int, units: tuple[str, ...]) -> Edit | None:
    """A number in two words, the first of which ends in 만, 억 or 조: 삼억 오천만 원."""
    if live[index].text[-1] not in MYRIADS or not live[index + 1 :] or not _together(live[index : index + 2]):
        return None
    head, rest = live[index].text, live[index + 1].text
    tail = SINO.match(rest)
    number = value(head + tail[0]) if tail else None
    if not tail or number is None or not _counts(live[index], len(head)):
        return None
    if not _counts(live[index + 1], tail.end()):
        return None
    if len(rest) > tail.end() and _begins_with_unit(rest[tail.end() :], units):
        return Edit(index, index + 2, _joined(number, rest[tail.end() :]), "number")
    three = live[index : index + 3]
    if len(rest) == tail.end() and len(three) == 3 and _together(three) and _is_unit(three[2], units):
        return Edit(index, index + 3, _joined(number, live[index + 2].text), "number")
    return None


DECIMAL = re.compile(
    rf"({SINO.pattern}|영) ?점 ?([영공일이삼사오육칠팔구]+) ?((?:퍼센트|프로|배|점|미터|킬로|톤|평).*)"
)
"""Twenty-five point three percent, in up to four words."""


def decimal(numeral: str) -> tuple[str, str] | None:
    """Whole part and decimals of "이십오 점 삼 퍼센트" in digits, and its unit; None for anything else."""
    found = DECIMAL.fullmatch(numeral)
    whole = 0 if found and found[1] == "영" else value(found[1]) if found else None
    if not found or whole is None:
        return None
    return (
        f"{whole}.{''.join(map(str, map('영일이삼사오육칠팔구'.index, found[2].replace('공', '영'))))}",
        found[3],
    )


def _decimal(live: list[Eojeol], index: int, units: tuple[str, ...]) -> Edit | None:
    """A number with decimals, in up to four words."""
    if "점" not in live[index].text and (index + 1 >= len(live) or live[index + 1].text[0] != "점"):
        return None
    for last in range(index + 1, min(index + 4, len(live)) + 1):
        said = live[index:last]
        read = decimal(" ".join([one.text for one in said])) if _together(said) else None
        if read and _begins_with_unit(read[1], units):
            return Edit(index, last, "".join(read), "number")
    return None


STARTS = frozenset("영일이삼사오육칠팔구십백천만억조열스서마쉰예여아")


def _numeral(text: str) -> str:
    """The numeral with which an eojeol begins; empty where there is none or it is too short to be sure."""
    if text[0] not in STARTS:
        return ""
    found = NUMERAL.match(text)
    numeral = found[0] if found else ""
    sure = len(numeral) > 1 or numeral in ALONE or numeral in NATIVE_TENS or numeral in DIGIT_ALONE
    return numeral if sure or text[1:2] == "월" else ""


def _edit(live: list[Eojeol], index: int, numeral: str, units: tuple[str, ...]) -> Edit | None:
    """The longest part of a numeral that is well-formed and has its unit, in the same eojeol or the next."""
    eojeol = live[index]
    for cut in range(len(numeral), 0, -1):
        number = value(numeral[:cut])
        if number is None or not _counts(eojeol, cut):
            continue
        rest = eojeol.text[cut:]
        if cut == 1 and eojeol.text[0] in DIGIT_ALONE and not _is_sure(live, index):
            continue
        if rest and _begins_with_unit(rest, units):
            return Edit(index, index + 1, _joined(number, rest), "number")
        if not rest and index + 1 < len(live) and _is_unit(live[index + 1], units):
            return Edit(index, index + 2, _joined(number, live[index + 1].text), "number")
    return None


def _is_sure(live: list[Eojeol], index: int) -> bool:
    """Whether a digit by itself stands before a unit that nothing but a number goes with."""
    after = live[index].text[1:] or (live[index + 1].text if index + 1 < len(live) else "")
    return live[index].first.tag == "NR" and after.startswith(("월", *SURE_UNITS))


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
