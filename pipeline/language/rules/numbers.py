"""Counted numbers are written in digits, as public documents do: 삼십 명 -> 30명, 이천이십삼 년 -> 2023년.

Only what must be a number is touched: well-formed numerals of two syllables and more (십, 백 and 천 alone
too, and digits that mean nothing else), with a unit after them. A number may be said in several words (삼억
오천만 원), with decimals (이십오 점 삼 퍼센트) or after 제- (제이기). 한두 명, 수십 명 and digits read one by
one stay as they are.
"""

from collections.abc import Iterator
from itertools import pairwise

from pipeline.language.eojeol import Edit, Eojeol, View
from pipeline.language.numerals import (
    DIGITS,
    MONTHS,
    MYRIADS,
    NATIVE_ONES,
    NATIVE_TENS,
    NUMERAL,
    PLACES,
    SINO,
    decimal,
    value,
    written,
)
from pipeline.language.rules.desk import Desk

ALONE = {"십", "백", "천"}
DIGIT_ALONE = frozenset("삼사육칠팔구")
"""A digit by itself that is a number before some units; 일, 이 and 오 are other words too often."""
SURE_UNITS = ("명", "년", "개월", "퍼센트", "프로", "회", "건", "층", "주년")


def numbers(view: View, desk: Desk) -> Iterator[Edit]:
    """Write counted numbers in digits, joined to the unit after them."""
    live, units = view.live, tuple(sorted(desk.tables.units, key=len, reverse=True))
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
    if text[0] == "제" and eojeol.tags[:2] == ("XPN", "NR"):
        return _ordinal(live, index)
    if index + 1 < len(live) and live[index + 1].first.tag == "NNB":
        time = _clock(live, index)
        if time:
            return time
    if text[0] not in STARTS:
        return None
    whole = _several(live, index, units) or _decimal(live, index, units)
    if whole:
        return whole
    numeral = _numeral(text)
    return _edit(live, index, numeral, units) if numeral and not _begun_before(live, index) else None


ORDERED = ("기", "차", "회", "조", "항", "호", "장", "대")


def _ordinal(live: list[Eojeol], index: int) -> Edit | None:
    """제이기, 제이 기 -> 제2기."""
    text = live[index].text
    found = SINO.match(text, 1)
    number = value(found[0]) if found else None
    if not found or number is None:
        return None
    last = index + 1
    parted = found.end() == len(text)
    if parted and number == 1 and not _names_first(live[index + 1 : index + 3]):
        return None
    if parted and _together(live[index : index + 2]):
        last = index + 2
    rest = "".join(one.text for one in live[index:last])[found.end() :]
    fits = _begins_with_unit(rest, ORDERED)
    return Edit(index, last, f"제{number:,}{rest}", "number") if fits else None


def _names_first(after: list[Eojeol]) -> bool:
    """Whether 제일 is the first of something, "제일 회 총회", and not "most": "제일 차가 많아요"."""
    return len(after) == 2 and after[0].text in ORDERED and after[1].first.tag.startswith("N")


HOURS = frozenset(
    {*(one for one in NATIVE_ONES if one not in {"", "하나", "둘", "셋", "넷"}), "열", "열한", "열두"}
)
AFTER_TIMES = (*("에", "부터", "까지", "쯤", "경", "정도", "이", "가", "입", "예", "로", "면", "전"),)
"""What may follow an hour: "한 시도 쉬지 않고" is none."""


PASSES = frozenset({"넘", "지나", "다가오", "좋", "편하", "적당", "낫", "알맞"})
"""What an hour does: "다섯 시가 모여" are cities. (되다 has another particle before it.)"""


def _clock(live: list[Eojeol], index: int) -> Edit | None:
    """열두 시 -> 12시, and 삼십 분 after an hour -> 30분; other 분, as in 다섯 분, are persons."""
    said, unit = live[index : index + 2]
    number = value(said.text) if said.text in HOURS or SINO.fullmatch(said.text) else None
    if number is None or unit.changed or not _counts(said, len(said.text)):
        return None
    is_hour = unit.first.form == "시" and said.text in HOURS
    after_hour = index > 0 and live[index - 1].first.form == "시"
    is_minute = unit.first.form == "분" and after_hour and said.text not in HOURS and number < 60
    rest = unit.text[1:].rstrip(".,?!")
    if not (is_hour or is_minute) or (rest and not rest.startswith(AFTER_TIMES)):
        return None
    if (
        is_hour
        and unit.last.tag == "JKS"
        and not any(one.first.form in PASSES for one in live[index + 2 : index + 3])
    ):
        return None
    return Edit(index, index + 2, f"{number}{unit.text}", "number")


def _together(said: list[Eojeol]) -> bool:
    """Whether nothing was changed in some eojeol on end, nor left out between them."""
    unbroken = all(one.words.end == other.words.start for one, other in pairwise(said))
    return unbroken and not any(one.changed for one in said)


def _begun_before(live: list[Eojeol], index: int) -> bool:
    """Whether the word before may be the number's beginning, as in "이 백 미터" or "삼억 어 오천만 원"."""
    before = live[index - 1].text if index else ""
    if _is_full(live, index):
        return False
    larger = before[-1:] in MYRIADS and SINO.fullmatch(before) is not None
    return larger or (before in DIGITS and live[index].text[0] in {*PLACES, *MYRIADS})


SPANS_OF_TIME = ("세", "살", "년", "개월", "주년", "일")


def _is_full(live: list[Eojeol], index: int) -> bool:
    """Whether the 만 before a number means full years, "만 십팔 세", and not ten thousand of them."""
    if not index or live[index - 1].text != "만":
        return False
    found = SINO.match(live[index].text)
    number = value(found[0]) if found else None
    rest = live[index].text[len(found[0]) :] if found else ""
    unit = rest or (live[index + 1].text if index + 1 < len(live) else "")
    return number is not None and number < 1000 and _begins_with_unit(unit, SPANS_OF_TIME)


def _several(live: list[Eojeol], index: int, units: tuple[str, ...]) -> Edit | None:
    """A number in two words, the first of which ends in 만, 억 or 조: 삼억 오천만 원."""
    pair = live[index : index + 2]
    if (
        live[index].text[-1] not in MYRIADS
        or len(pair) < 2
        or not _together(pair)
        or _is_full(live, index + 1)
    ):
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
    return numeral if numeral not in NATIVE_ONES and (sure or text[1:2] == "월") else ""


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
    """Whether a unit stands at the beginning; of ``units`` the longer ones come first."""
    found = next((unit for unit in units if text.startswith(unit)), "")
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
