"""Korean numerals as numbers: 백이십, 서른다섯, 3,500만."""

import re

_ONES = {digit: number for number, digits in enumerate(("영공", *"일이삼사오육칠팔구")) for digit in digits}
_NATIVE = {
    word: number
    for number, words in enumerate(
        ("하나 한", "둘 두", "셋 세 석 서", "넷 네 넉 너", "다섯", "여섯", "일곱", "여덟", "아홉"), start=1
    )
    for word in words.split()
}
_TENS = {
    word: 10 * number
    for number, words in enumerate(
        ("열", "스물 스무", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔"), start=1
    )
    for word in words.split()
}
_PLACES = {"십": 10, "백": 100, "천": 1_000}
_MYRIADS = {"만": 10**4, "억": 10**8, "조": 10**12}

_WORDS = sorted((*_ONES, *_NATIVE, *_TENS, *_PLACES, *_MYRIADS), key=len, reverse=True)
_PART = re.compile(r"\d[\d,]*(?:\.\d+)?|" + "|".join(_WORDS))


def value(text: str) -> str | None:
    """The number that a numeral without spaces stands for, in digits; None where it is none.

    Two digits side by side (``두세``, ``이삼``) are an estimate, not a number.
    """
    parts = _PART.findall(text)
    if not parts or "".join(parts) != text:
        return None
    total = section = 0.0
    digit: float | None = None
    for part in parts:
        if part in _MYRIADS:
            total += (section + (digit or 0) or 1) * _MYRIADS[part]
            section, digit = 0, None
        elif part in _PLACES:
            section += (1 if digit is None else digit) * _PLACES[part]
            digit = None
        elif part in _TENS:
            section += _TENS[part]
        elif digit is not None:
            return None
        else:
            digit = _digit(part)
    return f"{total + section + (digit or 0):.15g}"


def _digit(part: str) -> float:
    if part[0].isdecimal():
        return float(part.replace(",", ""))
    return float(_ONES[part] if part in _ONES else _NATIVE[part])
