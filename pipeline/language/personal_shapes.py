"""What personal data looks like: a table of shapes, each with the check or the words by which it is believed.

The shapes are those of digits and Latin letters: what was dictated is read as such before.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

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


def _shape(pattern: str) -> re.Pattern[str]:
    """A pattern in which ALONE keeps off other digits, DASH and GAP may stand between groups of digits."""
    for name, meaning in _PARTS.items():
        pattern = pattern.replace(name, meaning)
    return re.compile(pattern, re.VERBOSE)


_PARTS = {
    "NUMBER_OF_PHONE": r"(?:전화\s?번호|폰\s?번호|휴대\s?전화|연락처)[는은가이]?\s",
    "GROUPS": r"(?:DASH\d{1,7}){1,12}NO_UNIT",
    "ALONE": r"(?<![\d.,\-–])",
    "BIRTH": r"\d{2}\s?\d{2}\s?\d{2}",
    "DASH": r"(?:\s?[\-–.]\s?|\s)",
    "HYPHEN": r"\s?[\-–]\s?",
    "GAP": r"[\s\-–.·,]{0,3}",
    "AREA": r"0(?:2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70|50\d?|80)",
    "NO_UNIT": (
        r"(?!\d|[,.\-–]\d"
        r"|\s?(?:원|명|년|월|만\s?(?:원|\d|[가-힣]{1,2}\s?[원명])|억|천|개|건|호|퍼센트|%|㎡|제곱|킬로|미터|톤|가구"
        r"|세대|권|점(?!\s)|통(?!장)))"
    ),
    "NOT_A_PLACE": (
        r"(?!\d|,\d|[가-힣]|\s번?(?:가|나|다)?길|\s?[\-–]\s?\d|\sUNIT(?![가-힣]{2})|%|\s?번\s?(?:버스|출구|마을|째|이나|정도|의))"
    ),
    "NOT_A_HILL": r"(?!\d|\s?(?:번\s?코스|미터|킬로|개|곳|명|번지))",
    "UNIT": (
        r"(?:정도|퍼센트|군데|년|월|일|명|원|개|건|시|분|차|주|회|만|억|천|배|단계|곳|대|미터|킬로|위|살|세|등|호선)"
    ),
    "_TAIL": (
        r"(?:\s?자(?=[\s\d\-])|\s?(?:다시|[에의])(?=[\s,]))?LOOSE\d(?:\s?\d){3}(?!\s?\d|\s?(?:원|명|년|개|만\s?[원명\d]|억)(?!의|인|나)"
        r"|\s?(?:시간|세대|가구|그루|건|권|매|평|톤|미터|킬로|부(?!터)|장(?!애)|자(?!동|가)|주(?!차|인|민)|동(?!네|생)))"
    ),
    "LOOSE": r"[\s,'\"‘’“”]{0,3}(?:-\s?)?",
    "PLATE": r"[가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주하허호배바사아자육해공국합]",
    "REGION": r"(?:서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충북|충남|전북|전남|경북|경남|제주)",
    "CITY": r"(?:[가-힣]{1,6}(?:특별자치시|특별자치도|시|도)\s+)?(?:[가-힣]{1,6}(?:시|군|구)\s+){0,2}",
    "TOWN": r"(?:[가-힣]{1,5}(?:읍|면)\s+)?",
    "ESTATE": (
        r"[가-힣A-Za-z0-9]{0,12}\s?(?:아파트|빌라|맨[션숀]|오피스텔|타워|빌딩|주택|연립|빌|하이츠|캐슬|푸르지오|마을|래미안|자이|힐스테이트"
        r"|휴먼시아|주공|더샵|아이파크|편한세상|센트럴|파크|타운|하우스|팰리스|빌리지|원룸|고시원|고시텔|기숙사|레지던스|그린빌)"
    ),
    "FLAT": r"(?:\s?,?\s?(?:지하|반지하|지층|[가-하A-Z])?\s?\d{1,4}\s?(?:동|호|층)(?!선|기|봉)){1,3}",
    "ROAD": (
        r"(?<![가-힣])(?!새로|따로|서로|별로|바로|주로|홀로|도로|경로|차로|때로|절대로|스스로|별도로|참고로|최초로"
        r"|[가-힣]*(?:으로|그대로|이대로|제대로|뜻대로|맘대로|멋대로|정대로|획대로|래대로|말대로|실제로|문제로|주제로|대체로))[가-힣]{1,10}\d{0,3}(?:대로|로|길)"
    ),
    "TLD": (
        r"(?:[A-Za-z]{2,}|컴|콤|닷컴|점컴|쩜컴"
        r"|넷|씨\s오|케이\s알|오알지|오알쥐|오\s알|오알|케이알|씨오|시오|고|에이씨|에듀|인포|네트|비즈)"
    ),
    "SPELT": (
        r"(?:[A-Za-z]|에이|비|씨|디|이|에프|지|에이치|아이|제이|케이|엘|엠|엔|오|피|큐|알|에스|티|유|브이|더블유"
        r"|엑스|와이|제트|[공영일이삼사오육칠팔구]|점|닷|쩜|dot|언더바|언더스코어|밑줄|하이픈|대시)"
    ),
    "AT": r"(?:\s?(?:골[뱅벵]이|[앳엣@])(?:\s?마크)?\s?|\sat\s)",
    "MAILER": (
        r"(?:네이버|지\s?메일|다음|한메일|구글|네이트|핫메일|야후|카카오|아웃룩|천리안|하나포스|gmail|naver|daum|hanmail|nate)"
    ),
    "DOT": r"(?:\s?(?:\.|점|쩜|닷)\s?|\sdot\s)",
    "LAST": (
        r"(?<!접수\s번호\s)(?<!추첨\s번호\s)(?<!대기\s번호\s)(?<!예약\s번호\s)"
        r"(?:[뒷끝]\s?(?:자리|번호)|(?:뒤에?|끝|마지막)\s?(?:네|4)\s?자리)(?:\s?번호)?(?:[은는이가만]|로는)?\s(?:\S{1,4}(?<!로)\s){0,2}(?P<value>\d{4})"
        r"(?![\d,])(?!\s?(?:원|명|만|억|건))"
    ),
    "CAR": r"(?:차(?:량)?\s?번호|번호판)",
}

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
_HOME = re.compile(
    r"(?:집|댁)[은이는]?\s?$|\A에?\s?(?:사는|사시는|살|주민|입주민|할머니|할아버지|어르신|아주머니|아저씨|엄마|아빠|세입자)"
)
_RESIDENT = re.compile(r"주민\s?(?:등록)?\s?(?:번호|증)|등록\s?번호|외국인|생년월일|앞\s?자리|민증|신분증")

_AT = re.compile("@")
_SPOKEN_AT = re.compile(r"골[뱅벵]이|[앳엣@]|\sat\s")
_PLUS = re.compile(r"\+82")
_LONG = re.compile(r"\d(?:\D{0,4}\d){5}")
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
        _shape(r"[A-Za-z0-9][\w.+\-]*\s?@\s?[A-Za-z0-9\-]+(?:\s?\.\s?[A-Za-z]{2,})+"),
    ),
    Row(
        "e-mail",
        "spoken",
        _SPOKEN_AT,
        _shape(
            r"(?<![A-Za-z가-힣])(?:[A-Za-z가-힣]{1,8}(?<![은는이가소])\s)?(?:(?:SPELT)+,?\s)*[\w.+\-]+AT"
            r"(?:MAILER(?:DOTTLD|\s컴(?!퓨))+|[A-Za-z0-9가-힣\-]+(?:DOTTLD)+|MAILER)"
        ),
    ),
    Row(
        "resident-number",
        "dashed",
        _LONG,
        _shape(r"ALONEBIRTHHYPHEN[1-8]\d{6}(?!\d)"),
        resident_number_holds,
        _RESIDENT,
    ),
    Row(
        "resident-number",
        "run-together",
        _LONG,
        _shape(r"ALONEBIRTHGAP[1-8]GAP\d{6}(?!\d)"),
        resident_checksum_holds,
        _RESIDENT,
    ),
    Row(
        "resident-number",
        "half",
        _LONG,
        _shape(r"ALONEBIRTHHYPHEN[1-8](?:\d{0,5}[*×●○]+|(?!\d))"),
    ),
    Row(
        "resident-number",
        "birth",
        _LONG,
        _shape(r"ALONE\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)NO_UNIT"),
        None,
        _RESIDENT,
    ),
    Row("resident-number", "back", _LONG, _shape(r"ALONE[1-8]\d{6}(?!\d)NO_UNIT"), None, _RESIDENT),
    Row(
        "business-number",
        "dashed",
        _LONG,
        _shape(r"ALONE\d{3}HYPHEN\d{2}HYPHEN\d{5}(?![\d\-–])"),
        business_number_holds,
        _BUSINESS,
    ),
    Row(
        "business-number", "run-together", _LONG, _shape(r"ALONE\d{3}GAP\d{2}GAP\d{5}(?!\d)"), None, _BUSINESS
    ),
    Row("car-plate", "last-digits", _FOUR, _shape("LAST"), None, _CAR),
    Row("account-number", "last-digits", _FOUR, _shape("LAST"), None, _SAVINGS),
    Row("phone", "last-digits", _FOUR, _shape("LAST")),
    Row("account-number", "of-bank", _LONG, _shape(r"ALONE\d{2,6}GROUPS"), None, _BANK, account_length_holds),
    Row("phone", "mobile", _LONG, _shape(r"ALONE\(?01[016789]\)?GAP\d{3,4}GAP\d{4}(?!\d)")),
    Row("phone", "international", _PLUS, _shape(r"\+82GAP\(?0?\)?GAP\d{1,2}GAP\d{3,4}GAP\d{4}(?!\d)")),
    Row("phone", "area-code", _LONG, _shape(r"ALONE\(?AREA\)?(?:DASH|GAP)\d{3,4}(?:DASH|GAP)\d{4}(?!\d)")),
    Row("phone", "national", _LONG, _shape(r"ALONE1[5-8]\d\dHYPHEN\d{4}(?!\d)")),
    Row(
        "account-number",
        "grouped",
        _LONG,
        _shape(r"ALONE\d{2,6}GROUPS"),
        None,
        _ACCOUNT,
        account_length_holds,
    ),
    Row(
        "account-number",
        "run-together",
        _LONG,
        _shape(r"ALONE\d{9,16}NO_UNIT"),
        None,
        _ACCOUNT,
        account_length_holds,
    ),
    Row(
        "phone",
        "said-to-be",
        _LONG,
        _shape(r"NUMBER_OF_PHONE(?P<value>(?:[가-힣]{1,3}\s)?\d+(?:[\s,\-–]{1,3}\d+)*)"),
        phone_length_holds,
    ),
    Row("phone", "local", _LONG, _shape(r"ALONE(?!(?:19|20)[0-2]\d)\d{3,4}DASH\d{4}NO_UNIT"), None, _PHONE),
    Row("car-plate", "with-region", _FOUR, _shape(r"REGION\s?(?:[가-힣]{2,3}\s)?(?:\d{1,3}\s?)?PLATE_TAIL")),
    Row(
        "car-plate",
        "plate",
        _FOUR,
        _shape(r"(?<![\d가-힣])\d(?:\s?\d){1,2}LOOSEPLATE_TAIL"),
    ),
    Row(
        "car-plate",
        "motorcycle",
        _FOUR,
        _shape(r"(?<![가-힣])[가-힣]{2,3}\s(?:[가-힣]{2,3}\s)?PLATE\s\d{4}(?!\d)"),
        None,
        re.compile(r"오토바이|번호판|차량?\s?번호"),
    ),
    Row(
        "car-plate",
        "said-to-be",
        _FOUR,
        _shape(r"CAR(?:[은는이가])?\s(?:\S{1,6}\s){0,3}(?P<value>\d{4})(?!\d)NO_UNIT"),
    ),
    Row(
        "car-plate",
        "of-owner",
        _FOUR,
        _shape(r"(?<![\d가-힣\-])(?P<value>\d{4})(?=\s?번?\s?차(?:주|량(?!\s?\d)|\s주인|\s좀\s|\s빼))"),
    ),
    Row(
        "address",
        "street",
        _ROAD_NUMBER,
        _shape(
            r"CITY(?:[가-힣]{1,5}(?:읍|면|동)\s+)?ROAD\s?(?:\d+\s?번?\s?(?:가|나|다)?길\s?)?"
            r"\d{1,4}(?:HYPHEN\d{1,4}|의\s?\d{1,3})?(?:번지)?NOT_A_PLACE(?:\s?,?\s?ESTATE)?(?:FLAT)?"
        ),
    ),
    Row(
        "address",
        "street-before-particle",
        _ROAD_NUMBER,
        _shape(
            r"CITY(?:[가-힣]{1,5}(?:읍|면|동)\s+)?ROAD(?:\s?\d+\s?번?\s?(?:가|나|다)?길)?\s"
            r"\d{1,4}(?:HYPHEN\d{1,4}|의\s?\d{1,3})?(?:번지)?(?=에|이|예|로|입|라|거|으|인|였|은|는|도|쪽|까지|부터|(?<=\d\d)가\s|가\s(?:저희|우리|제|저|그))(?!에서\s\d)(?!이상|이하|이내)"
        ),
    ),
    Row(
        "address",
        "lot",
        _LOT,
        _shape(
            r"CITYTOWN[가-힣]{1,5}\d?(?:동|리|가|읍|면)\s?(?:산\s?)?\d{1,4}(?:HYPHEN\d{1,4}|의\s?\d{1,3})?\s?번지(?:FLAT)?"
        ),
    ),
    Row(
        "address",
        "lot-dashed",
        _LOT,
        _shape(
            r"CITYTOWN[가-힣]{1,5}\d?(?:동|리)\s(?:산\s?)?\d{1,4}HYPHEN\d{1,4}(?!\d|\s?(?:번|월|명))(?:FLAT)?"
        ),
    ),
    Row(
        "address",
        "lot-of-hill",
        _LOT,
        _shape(r"CITYTOWN[가-힣]{1,5}\d?(?:동|리)\s산\s?\d{1,4}(?:HYPHEN\d{1,4})?NOT_A_HILL"),
    ),
    Row(
        "address",
        "village",
        _VILLAGE,
        _shape(r"CITY[가-힣]{1,5}\d?(?:동|리)\s\d{1,3}\s?통\s?\d{1,3}\s?반(?=에|이|예|입|으|인|[\s,.]|$)"),
    ),
    Row(
        "address",
        "flat",
        _FLAT_NUMBER,
        _shape(
            r"(?:ESTATE\s?,?\s?)?(?:\d{1,2}\s?단지\s?)?(?<![\d가-힣])(?:\d{1,4}|[가나다라마바사A-F]|에이|비|씨)\s?동[에의]?\s?"
            r"(?:지하|지층|반지하)?\s?\d{1,4}\s?호(?!선|봉|기)"
        ),
    ),
    Row(
        "address",
        "flat-of-house",
        _FLAT_NUMBER,
        _shape(
            r"ESTATE\s?,?\s?(?:\d{1,2}\s?단지\s?)?(?:(?:[가-하A-Z]|에이|비|씨)\s?동\s?)?(?:\d{1,4}\s?동\s?)?(?:(?:지하|반지하|비|B)\s?)?\d{1,4}\s?호(?!선|기)"
        ),
    ),
    Row(
        "address",
        "flat-of-home",
        _FLAT_NUMBER,
        _shape(r"(?<![\d가-힣])\d{3,4}\s?호(?!선|실|봉|기|점|관)"),
        None,
        _HOME,
    ),
)
"""Most telling first: of two findings that overlap, the one of the earlier row stands."""
