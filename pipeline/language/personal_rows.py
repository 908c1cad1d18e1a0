"""What personal data looks like: shapes, each with the check or the words by which it is believed."""

import re
from collections.abc import Callable
from typing import NamedTuple

from pipeline.language.personal_shapes import shape
from pipeline.language.registration_numbers import (
    account_length_holds,
    business_number_holds,
    phone_length_holds,
    resident_checksum_holds,
    resident_number_holds,
)


class Row(NamedTuple):
    """A shape of personal data, believed if its digits pass ``check`` or ``context`` stands beside it.

    A row with neither is believed by its shape. ``sign`` is in whatever has the shape, and quickly found.
    What is personal is the group ``value`` of the shape, or all of it.
    """

    kind: str
    rule: str
    sign: re.Pattern[str]
    shape: re.Pattern[str]
    check: Callable[[str], bool] | None = None
    context: re.Pattern[str] | None = None
    length: Callable[[str], bool] | None = None
    """Whether there are as many digits as there must be, where the shape does not say."""


_PHONE = re.compile(r"전화|연락|핸드폰|휴대폰|팩스|문의|문자|번호|폰|내선|직통|콜센터")
_BANKS = "신한|국민|하나|우리|기업|씨티|제일"
"""Banks by names that are common words; they count only next to the number."""
_ACCOUNT = re.compile(
    r"계좌|통장|입금|송금|이체|예금주|은행|농협|신협|수협|우체국|새마을금고|뱅크|카뱅|토스"
    rf"|(?:{_BANKS})[에로]?\s?$|\A[\s,]{{0,2}}(?:{_BANKS})(?=이|예|입|요|인|으|\s|[.,])"
)
_BANK = re.compile(
    r"(?:은행|농협|신협|수협|우체국|금고|뱅크|카뱅|토스|신한|국민|하나|우리|기업)\s?(?:계좌|통장)?\s?(?:번호)?[는은이가에로]?\s?$"
)
_BUSINESS = re.compile(
    r"사업자|고유\s?번호|계산서|영수증|등록증|상호|업체|회사|조합|가게|상점|등록\s?번호|법인"
)
_SAVINGS = re.compile(r"계좌|통장|카드|은행")
_CAR = re.compile(r"차|번호판|오토바이|주차")
_DIALLED = re.compile(r"전화|폰|연락처|국번|번호|01[016789]")
"""Beside a part of a telephone number: 가운데가 1234."""
_HOME = re.compile(
    r"(?:집|댁)[은이는]?\s?$|\A에?\s?(?:사는|사시는|살|주민|입주민|할머니|할아버지|어르신|아주머니|아저씨|엄마|아빠|세입자)"
)
_RESIDENT = re.compile(
    r"주민\s?(?:등록)?\s?(?:번호|증)|등록\s?번호|외국인|생년월일|[앞뒷]\s?자리|민증|신분증"
)

_AT = re.compile("@")
_SPOKEN_AT = re.compile(r"골[뱅벵]이|[앳엣@]|\sat\s")
_PLUS = re.compile(r"\+82")
_LONG = re.compile(r"\d(?:\D{0,4}\d){5}")
_FIVE = re.compile(r"\d{5}")
_FOUR = re.compile(r"\d(?:\s?\d){3}")
_ROAD_NUMBER = re.compile(r"[로길]\s?\d")
_LOT = re.compile(r"번지|[동리]\s(?:산\s?)?\d")
_VILLAGE = re.compile(r"\d\s?통")
_FLAT_NUMBER = re.compile(r"\d\s?호")

ROWS: tuple[Row, ...] = (
    Row(
        "e-mail",
        "written",
        _AT,
        shape(
            r"(?:\w{1,12}\s(?:점|쩜|닷|언더바|밑줄|하이픈)\s)*\w[\w.+\-]*\s?@\s?[A-Za-z0-9\-]+(?:\s?\.\s?[A-Za-z]{2,})+"
        ),
    ),
    Row(
        "e-mail",
        "spoken",
        _SPOKEN_AT,
        shape(
            r"(?<![A-Za-z가-힣])(?:[A-Za-z가-힣]{1,8}(?<![은는이가소])\s)?(?:(?:SPELT)+,?\s)*[\w.+\-]+AT"
            r"(?:MAILER(?:DOTTLD|\s컴(?!퓨))+|[A-Za-z0-9가-힣\-]+(?:DOTTLD)+|MAILER)"
        ),
    ),
    Row(
        "resident-number",
        "dashed",
        _LONG,
        shape(r"ALONEBIRTHHYPHEN[1-8]\d{6}(?!\d)"),
        resident_number_holds,
        _RESIDENT,
    ),
    Row(
        "resident-number",
        "run-together",
        _LONG,
        shape(r"ALONEBIRTHGAP[1-8]GAP\d{6}(?!\d)"),
        resident_checksum_holds,
        _RESIDENT,
    ),
    Row(
        "resident-number",
        "half",
        _LONG,
        shape(r"ALONEBIRTHHYPHEN[1-8](?:\d{0,5}[*×●○]+|(?!\d))"),
    ),
    Row(
        "resident-number",
        "birth",
        _LONG,
        shape(r"ALONE\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)NO_UNIT"),
        None,
        _RESIDENT,
    ),
    Row("resident-number", "back", _LONG, shape(r"ALONE[1-8]\d{6}(?!\d)NO_UNIT"), None, _RESIDENT),
    Row(
        "business-number",
        "dashed",
        _LONG,
        shape(r"ALONE\d{3}HYPHEN\d{2}HYPHEN\d{5}(?![\d\-–])"),
        business_number_holds,
        _BUSINESS,
    ),
    Row(
        "business-number", "run-together", _LONG, shape(r"ALONE\d{3}GAP\d{2}GAP\d{5}(?!\d)"), None, _BUSINESS
    ),
    Row(
        "account-number",
        "of-bank",
        _LONG,
        shape(r"ALONE(?:\d{9,16}NO_UNIT|\d{2,6}GROUPS)"),
        None,
        _BANK,
        account_length_holds,
    ),
    Row("phone", "mobile", _LONG, shape(r"ALONE\(?01[016789]\)?GAP\d{3,4}GAP\d{4}(?!\d)")),
    Row("phone", "international", _PLUS, shape(r"\+82GAP\(?0?\)?GAP\d{1,2}GAP\d{3,4}GAP\d{4}(?!\d)")),
    Row("phone", "area-code", _LONG, shape(r"ALONE\(?AREA\)?(?:DASH|GAP)\d{3,4}(?:DASH|GAP)\d{4}(?!\d)")),
    Row("phone", "national", _LONG, shape(r"ALONE(?<!\d\s)(?<![\-–]\s)1[5-8]\d\dHYPHEN\d{4}(?!\d|HYPHEN\d)")),
    Row(
        "account-number",
        "grouped",
        _LONG,
        shape(r"ALONE(?:\d{9,16}NO_UNIT|\d{2,6}GROUPS)"),
        None,
        _ACCOUNT,
        account_length_holds,
    ),
    Row(
        "phone",
        "said-to-be",
        _LONG,
        shape(r"NUMBER_OF_PHONE(?P<value>(?:[가-힣]{1,3}\s)?\d+(?:[\s,\-–]{1,3}\d+)*)"),
        phone_length_holds,
    ),
    Row("phone", "local", _LONG, shape(r"ALONE(?!(?:19|20)[0-2]\d)\d{3,4}DASH\d{4}NO_UNIT"), None, _PHONE),
    Row("car-plate", "with-region", _FOUR, shape(r"REGION\s?(?:[가-힣]{2,3}\s)?(?:\d{1,3}\s?)?PLATE_TAIL")),
    Row(
        "car-plate",
        "plate",
        _FOUR,
        shape(r"(?<![\d가-힣])\d(?:\s?\d){1,2}[에의]?LOOSEPLATE_TAIL"),
    ),
    Row(
        "car-plate",
        "motorcycle",
        _FOUR,
        shape(r"(?<![가-힣])[가-힣]{2,3}\s(?:[가-힣]{2,3}\s)?PLATE\s\d{4}(?!\d)"),
        None,
        re.compile(r"오토바이|번호판|차량?\s?번호"),
    ),
    Row(
        "car-plate",
        "said-to-be",
        _FOUR,
        shape(r"CAR(?:[은는이가])?\s(?:\S{1,6}\s){0,3}(?P<value>\d{4})(?!\d|\s?대)NO_UNIT"),
    ),
    Row(
        "car-plate",
        "of-owner",
        _FOUR,
        shape(
            r"(?<![\d가-힣\-])(?P<value>(?:PLATE\s)?(?!(?:19|20)\d\d\s)\d{4})"
            r"(?=\s?번?(?:\s\S{1,4}){0,2}\s차(?:주|량(?!\s?\d)|가|를|\s주인|\s좀\s|\s빼)|\s?번?인?\s(?:트럭|승용차|오토바이|택시))"
        ),
    ),
    Row(
        "address",
        "street",
        _ROAD_NUMBER,
        shape(
            r"CITY(?:[가-힣]{1,5}(?:읍|면|동)\s+)?ROAD\s?(?:\d+\s?번?\s?(?:가|나|다)?길\s?)?"
            r"\d{1,4}(?:HYPHEN\d{1,4}|의\s?\d{1,3})?(?:번지)?NOT_A_PLACE(?:\s?,?\s?ESTATE)?(?:FLAT)?"
        ),
    ),
    Row(
        "address",
        "street-before-particle",
        _ROAD_NUMBER,
        shape(
            r"CITY(?:[가-힣]{1,5}(?:읍|면|동)\s+)?ROAD(?:\s?\d+\s?번?\s?(?:가|나|다)?길)?\s"
            r"\d{1,4}(?:HYPHEN\d{1,4}|의\s?\d{1,3})?(?:번지)?(?=에|이|예|로|입|라|거|으|인|였|은|는|도|쪽|까지|부터|(?<=\d\d)가\s|가\s(?:저희|우리|제|저|그))(?!에서\s\d)(?!이상|이하|이내)"
        ),
    ),
    Row(
        "address",
        "lot",
        _LOT,
        shape(
            r"CITYTOWN[가-힣]{1,5}\d?(?:동|리|가|읍|면)\s?(?:산\s?)?\d{1,4}(?:HYPHEN\d{1,4}|의\s?\d{1,3})?\s?번지(?:FLAT)?"
        ),
    ),
    Row(
        "address",
        "lot-dashed",
        _LOT,
        shape(
            r"CITYTOWN[가-힣]{1,5}\d?(?:동|리)\s(?:산\s?)?\d{1,4}HYPHEN\d{1,4}(?!\d|\s?(?:번|월|명))(?:FLAT)?"
        ),
    ),
    Row(
        "address",
        "lot-of-hill",
        _LOT,
        shape(r"CITYTOWN[가-힣]{1,5}\d?(?:동|리)\s산\s?\d{1,4}(?:HYPHEN\d{1,4})?NOT_A_HILL"),
    ),
    Row(
        "address",
        "village",
        _VILLAGE,
        shape(r"CITY[가-힣]{1,5}\d?(?:동|리)\s\d{1,3}\s?통\s?\d{1,3}\s?반(?=에|이|예|입|으|인|[\s,.]|$)"),
    ),
    Row(
        "address",
        "flat",
        _FLAT_NUMBER,
        shape(
            r"(?:ESTATE\s?,?\s?)?(?:\d{1,2}\s?단지\s?)?(?<![\d가-힣])(?:\d{1,4}|[가나다라마바사A-F]|에이|비|씨)\s?동(?:[에의]|이고요?)?\s?"
            r"(?:호수[는은가]?\s)?(?:지하|지층|반지하)?\s?\d{1,4}\s?호(?!선|봉|기)"
        ),
    ),
    Row(
        "address",
        "flat-of-house",
        _FLAT_NUMBER,
        shape(
            r"ESTATE\s?,?\s?(?:\d{1,2}\s?단지\s?)?(?:(?:[가-하A-Z]|에이|비|씨)\s?동\s?)?(?:\d{1,4}\s?동\s?)?(?:(?:지하|반지하|비|B)\s?)?\d{1,4}\s?호(?!선|기)"
        ),
    ),
    Row(
        "address",
        "flat-of-home",
        _FLAT_NUMBER,
        shape(r"(?<![\d가-힣])\d{3,4}\s?호(?!선|실|봉|기|점|관)"),
        None,
        _HOME,
    ),
    Row("car-plate", "last-digits", _FOUR, shape(r"SERIALLASTIS(?P<value>\d{4})(?!\d)NO_UNIT"), None, _CAR),
    Row(
        "account-number",
        "last-digits",
        _FOUR,
        shape(r"SERIALLASTIS(?P<value>\d{4})(?!\d)NO_UNIT"),
        None,
        _SAVINGS,
    ),
    Row("phone", "last-digits", _FOUR, shape(r"SERIALLASTIS(?P<value>\d{4})(?!\d)NO_UNIT")),
    Row(
        "business-number",
        "last-digits",
        _FIVE,
        shape(r"자리IS(?P<value>\d{5})(?!\d)NO_UNIT"),
        None,
        _BUSINESS,
    ),
    Row("phone", "part", _FOUR, shape(r"SERIALPARTIS(?P<value>\d{3,4})(?!\d)NO_UNIT"), None, _DIALLED),
    Row("phone", "ends-with", _FOUR, shape(r"(?<![\d\-])\d{4}(?=번?으?로\s끝)"), None, _DIALLED),
)
"""Most telling first: of two findings that overlap, the one of the earlier row stands."""
