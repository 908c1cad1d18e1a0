"""Text becomes car plates: two or three digits, a letter and four digits, written or said, and parts of them.

What stands between them may be a blank, a particle, a name of the dash or hesitation. A letter that also
counts something (부, 조, 주) makes no plate of amounts: their unit follows the second number.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.language.spoken_digits import DIGIT, spoken_number
from pipeline.model import Span

_ONE = rf"(?:{DIGIT}|\d)"
_HUNDREDS = "(?:[일이삼사오육칠팔구]?[백십])+[일이삼사오육칠팔구]?"
_THOUSANDS = rf"[이삼사오육칠팔구]?천(?:[이삼사오육칠팔구]?[백십]|{DIGIT})*"
_NUMBER = rf"{_HUNDREDS}|{_ONE}(?:\s?{_ONE}){{1,2}}"
_TAIL = rf"{_THOUSANDS}|\d,\d{{3}}(?!,)|{_ONE}\s?{_ONE}(?:에\s|\s?){_ONE}\s?{_ONE}"
_LETTERS = "가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주하허호배바사아자육해공국합"
_AS_IN = r"(?:[가-힣]{1,4}\s할\s때\s)?"
"""A letter is told by a word: 마산 할 때 마."""

_LETTER = f"[{_LETTERS}카타파차커처터퍼코초토포쿠추투푸]"
"""On plates, and what these are misheard for; in talk of cars only."""

_SAID_DIGITS = "구사오공육"
_JOIN = (
    r"(?:\s?자(?=[\s\d\-]))?(?:\s?(?:다시|이고요?|고요?|[에의e])(?=[\s,]))?[\s,'\"‘’“”]{0,3}"
    r"(?:(?:음|어|저|그|e|대시|하이픈|(?:그\s?)?다음에?)[\s,]{1,2}){0,2}(?:-\s?)?"
)
_REGION = (
    r"(?:(?:서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충[북남]|전[북남]|경[북남]|제주)"
    r"\s?(?:[가-힣]{2,3}\s)?)"
)
_NO_AMOUNT = (
    rf"(?!\s?\d|(?!이){DIGIT}|\s{DIGIT}{{2}}|\s?억|분(?!\s계)|\s?(?:원|명|년|개|만\s?[원명\d])(?!의|인|나)"
    r"|\s?(?:시간|세대|가구|그루|건|권|매|평|톤|미터|킬로|부(?!터)|장(?!애)|자(?!동|가)|주(?!차|인|민)|동(?!네|생)))"
)

_PLATE = re.compile(
    rf"(?<![\d가-힣])"
    rf"(?:{_REGION}?(?P<number>{_NUMBER})(?:[에의]|\s?(?:다시|대시|하이픈)(?=\s))?[\s,\-'\"‘“]{{0,2}}(?:(?:그\s?)?다음에?\s|음,?\s)?|{_REGION})"
    rf"{_AS_IN}(?P<letter>{_LETTER})(?:,?\s[가-힣]{{1,4}}\s할\s때\s{_LETTER})?{_JOIN}(?P<tail>(?>{_TAIL})){_NO_AMOUNT}"
)
_OF_MOTORCYCLE = re.compile(rf"(?<![가-힣])[가-힣]{{2,3}}\s(?:[가-힣]{{2,3}}\s)?{_LETTER}\s\d{{4}}(?!\d)")
_LETTER_AND_TAIL = re.compile(rf"(?<![\d가-힣\-]){_LETTER}\s\d{{4}}(?=\s?번?\s차(?:주|량|가|를|\s))")
_HALF = re.compile(
    rf"(?<![\d가-힣])(?:{_NUMBER}|\d)\s?{_LETTER}(?:\s{_ONE}{{1,3}}(?!{_ONE}|\s?[대명개월일층번])|(?=이?고\s|까지|로\s시작|\s까지))"
)

_OF_REGION = re.compile(
    rf"(?<![가-힣]){_REGION}(?:{_NUMBER})\s?{_LETTER}{_JOIN}{_ONE}(?:\s?{_ONE}){{1,2}}(?!\s?{_ONE}|\s?[명대개원])"
)

_CAR = re.compile(r"차|오토바이|번호판|트럭|택시|봉고|렌터카|스쿠터")
_PLATED = re.compile(r"번호판|차량?\s?번호|오토바이")
_PLATED_OR_SEEN = re.compile(rf"{_CAR.pattern}|번호|까지|봤|보이|보였")
_NEAR = 30


class Plate(NamedTuple):
    """A car plate, or as much of it as was said."""

    rule: str
    chars: Span


def plates(text: str) -> Iterator[Plate]:
    """All car plates of a text."""
    for match in _PLATE.finditer(text):
        if _holds(text, match):
            yield Plate("plate", Span(*match.span()))
    for rule, shape, words in _OTHERS:
        for match in shape.finditer(text) if words.search(text) else ():
            if words.search(text[max(0, match.start() - _NEAR) : match.end() + _NEAR]):
                yield Plate(rule, Span(*match.span()))


_OTHERS = (
    ("motorcycle", _OF_MOTORCYCLE, _PLATED),
    ("of-owner", _LETTER_AND_TAIL, _CAR),
    ("of-region", _OF_REGION, _PLATED_OR_SEEN),
    ("half", _HALF, _PLATED),
)
"""What is a plate only where a car is spoken of."""


def _holds(text: str, match: re.Match[str]) -> bool:
    """Whether there are as many digits as plates have, and a letter that is neither a digit nor 국번."""
    number, letter, tail = match["number"], match["letter"], match["tail"]
    if (number and not 1 < len(_digits(number)) < 4) or len(_digits(tail)) != 4:
        return False
    if number is None:
        return True
    run_on = letter in _SAID_DIGITS and (
        (text[match.start("letter") - 1] == number[-1] and not number.isdecimal())
        or not re.search(r"[십백\d]", number)
        or (text[match.start("tail") - 1] == letter and not tail[0].isdecimal())
    )
    dialled = letter == "국" or (run_on and re.match("공[일이삼사오육칠]|0", number))
    return not dialled and (_CAR.search(text) is not None or (not run_on and letter in _LETTERS))


def _digits(said: str) -> str:
    """Digits of figures, by whichever way they were said."""
    return spoken_number(re.sub(r"에\s|[\s,]", "", said))
