"""Numerals as they are said become numbers, and numbers become what public documents write (3,500만)."""

import re

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

MONTHS = {"유월": "6월", "시월": "10월"}
"""Said without the last sound of their number."""

SINO = re.compile("[일이삼사오육칠팔구십백천만억조]+")
_TENS = "|".join(NATIVE_TENS)
_ONES = "|".join(sorted(filter(None, NATIVE_ONES), key=len, reverse=True))
NATIVE = re.compile(f"({_TENS})?({_ONES})|({_TENS})")
SECTION = re.compile(
    "(?:[일이삼사오육칠팔구]?천)?(?:[일이삼사오육칠팔구]?백)?(?:[일이삼사오육칠팔구]?십)?[일이삼사오육칠팔구]?"
)
MIXED = re.compile(f"([일이삼사오육칠팔구십백천만]*[백천])((?:{_TENS})(?:{_ONES})?)")
"""백스물다섯: hundreds are Sino-Korean, what follows may be native."""
NUMERAL = re.compile(f"{MIXED.pattern}|{SINO.pattern}|{NATIVE.pattern}")


def value(numeral: str) -> int | None:
    """The number that a well-formed Sino-Korean or native numeral names; None for anything else."""
    native = NATIVE.fullmatch(numeral)
    if native:
        return NATIVE_TENS.get(native[1] or native[3], 0) + NATIVE_ONES[native[2] or ""]
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
