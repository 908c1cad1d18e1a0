"""What addresses and mail addresses look like: shapes, some with the words by which they are believed."""

import re
from typing import NamedTuple

from pipeline.language.personal_shapes import shape


class Row(NamedTuple):
    """A shape of personal data, believed if its ``context``, if any, stands beside it, and not ``unless``.

    ``sign`` is in whatever has the shape, and quickly found. What is personal is the group ``value`` of the
    shape, or all of it.
    """

    kind: str
    rule: str
    sign: re.Pattern[str]
    shape: re.Pattern[str]
    context: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None


_ROOM = re.compile(
    r"센터|강의|회의|교실|교무|사무실|동아리|창고|도서관|학습원|본관|별관|시청|구청|청사|상담|모[여이입일]|병원|병실|입원|호텔|모텔|수업|교육|담당|호실|접수처|평생|학교|예약|층\s?$"
)
"""Beside the number of a public room, which a flat's looks like."""

_NOT_HOME = re.compile(
    rf"{_ROOM.pattern}|안건|의안|제안|접수|과제|공고|조례|법|고시(?!원|텔)|공문|번호|태풍|제\s?$"
)
_LIVES = re.compile(r"주소|집|댁|살(?![표림리])|사는|사시|사세|이사|택배|우편|등기|땅|밭|농막")
_AT_HOME = re.compile(
    rf"{_LIVES.pattern}|고시원|고시텔|원룸|씁니다|호수|벨|위층|아래층|층간|할머니|할아버지|어르신|아주머니|아저씨|엄마|아빠|새댁"
    r"|총각|청년|입주|세입|동[은이]?\s(?:\S{1,6}\s)?$|\d\s?호(?:였나|인가)?\s(?:(?:말고|아니고|아니라|아니)\s)?$|문\s?앞|\A(?:였나|이었나|인가)"
)
_BLOCK = re.compile(r"호수|주소|동[은이]\s|\d\s?호")
_MAIL = re.compile(r"메일|골[뱅벵배병]이|아이디")
_HOST = re.compile(r"골[뱅벵배병]이|(?:닷|점|쩜|\.)\s?(?:컴|com|넷|net|org|오알|씨오)")

_AT = re.compile("@")
_NAME = re.compile("아이디|앞")
_SPOKEN_AT = re.compile(r"골[뱅벵배병]이|[앳엣@]|\sat\s")
_ROAD_NUMBER = re.compile(r"[로길]\s?\d")
_LOT = re.compile(r"번지|[동리]\s(?:산\s?)?\d")
_HOST_DOT = re.compile(r"\w\.[A-Za-z]|[점쩜닷]")
_VILLAGE = re.compile(r"\d\s?통")
_BLOCK_NUMBER = re.compile(r"\d\s?동")
_ESTATE_NUMBER = re.compile(r"[가-힣]\s?\d{3}")
_FLAT_NUMBER = re.compile(r"\d\s?호")

ROWS: tuple[Row, ...] = (
    Row(
        "e-mail",
        "written",
        _AT,
        shape(r"JOINED\w[\w.+\-]*\s?@\s?[A-Za-z0-9\-]+(?:\s?\.\s?[A-Za-z]{2,})+"),
    ),
    Row(
        "e-mail",
        "spoken",
        _SPOKEN_AT,
        shape(
            r"(?<![A-Za-z가-힣])JOINED(?:\w{1,12}라고\s(?=(?:쓰|치|하|적)고))?(?:(?!메일|이메일|주소|그냥|제\s|저희|우리)[A-Za-z0-9가-힣]{1,8}(?<![은는이가소을를요고의로도면서데럼])\s){0,3}(?:(?:(?:SPELT)+|아니|그\s?다음에?),?\s){0,16}[\w.+\-]+AT"
            r"(?:MAILER(?:DOTTLD|\s컴(?!퓨))+|HOST(?:DOTHOST){0,2}?(?:DOTTLD)+|HOST\s(?:컴|넷)(?!퓨)|MAILER)"
        ),
    ),
    Row(
        "e-mail",
        "name",
        _NAME,
        shape(
            r"(?:아이디|(?<![가-힣])앞에?)[은는이가]?\s(?P<value>(?:(?:SPELT)+\s){0,8}(?:SPELT|\w)+?)(?=이?고|이?에요|예요|입|[\s,.]|$)"
        ),
        _HOST,
    ),
    Row(
        "e-mail",
        "host",
        _HOST_DOT,
        shape(r"(?<![A-Za-z가-힣])HOST(?:DOTTLD)+(?![가-힣](?<![이입인예으로고]))"),
        _MAIL,
    ),
    Row(
        "address",
        "street",
        _ROAD_NUMBER,
        shape(
            r"CITY(?:[가-힣]{1,5}(?:읍|면|동)\s+)?ROAD\s?(?:\d+\s?번?\s?(?:가|나|다|안)?길\s?|\d{1,2}가\s)?"
            r"\d{1,4}(?:HYPHEN\d{1,4}|의\s?\d{1,3})?(?:번지)?NOT_A_PLACE(?:\s?,?\s?ESTATE)?(?:FLAT)?"
        ),
    ),
    Row(
        "address",
        "street-before-particle",
        _ROAD_NUMBER,
        shape(
            r"CITY(?:[가-힣]{1,5}(?:읍|면|동)\s+)?ROAD(?:\s?\d+\s?번?\s?(?:가|나|다|안)?길)?\s(?:지하\s)?"
            r"\d{1,4}(?:HYPHEN\d{1,4}|의\s?\d{1,3})?(?:번지)?(?=에|이|예|로|입|라|거|으|인|였|은|는|도|을|를|과\s|와\s|랑|하고|요|쪽|까지|부터|(?<=\d\d)가\s|가\s(?:저희|우리|제|저|그))(?!에서\s\d)(?!이상|이하|이내)"
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
        "lot-of-village",
        _LOT,
        shape(
            r"CITY(?:[가-힣]{1,5}(?:읍|면)\s+)[가-힣]{1,5}리\s\d{1,4}(?=에|이|예|로|입|[\s,.]|$)NOT_A_HILL"
        ),
    ),
    Row(
        "address",
        "lot-of-home",
        _LOT,
        shape(r"CITYTOWN[가-힣]{1,5}(?<!우)(?<!거)(?:동|리)\s\d{2,4}(?=에\s|이[에고라요]|예|로\s|입)"),
        _LIVES,
        _ROOM,
    ),
    Row("address", "lot-number", _LOT, shape(r"(?<![\d\-])\d{1,4}HYPHEN\d{1,3}\s?번지(?!수)")),
    Row("address", "lot-number", _LOT, shape(r"(?<![\d\-])\d{1,4}\s?번지(?![수\d])"), _LIVES),
    Row(
        "address",
        "village",
        _VILLAGE,
        shape(
            r"CITY[가-힣]{1,5}\d?(?:동|리)\s\d{1,3}\s?통\s?\d{1,3}\s?반(?:\s\d{1,3}\s?호|(?=에|이|예|입|으|인|사|[\s,.]|$))"
        ),
    ),
    Row(
        "address",
        "flat",
        _FLAT_NUMBER,
        shape(
            r"(?:ESTATE\s?,?\s?|NAME_OF_ESTATE\s)?(?:\d{1,2}\s?단지\s?)?(?<![\d가-힣])BLOCK\s?동(?:[에의]|이고요?)?[\s,]{0,2}"
            r"(?:\d{1,2}\s?층[\s,]{0,2})?(?:호수[는은가]?\s)?(?:(?:지하|지층|반지하|비|B)\s?)?\d{1,4}\s?호(?!선|봉|기)"
        ),
    ),
    Row(
        "address",
        "flat-of-house",
        _FLAT_NUMBER,
        shape(
            r"ESTATE\s?,?\s?(?:\d{1,2}\s?단지\s?)?(?:BLOCK\s?동\s?)?(?:(?:지하|지층|반지하|비|B)\s?)?\d{1,4}\s?호(?!선|기)"
        ),
    ),
    Row(
        "address",
        "flat-underground",
        _FLAT_NUMBER,
        shape(r"(?<![가-힣])(?:(?:지하|지층|반지하)\s|[비B]\s?0)\d{1,3}\s?호(?!선|실|기)"),
        None,
        _ROOM,
    ),
    Row(
        "address",
        "flat-dashed",
        _FLAT_NUMBER,
        shape(r"(?<![\d\-])\d{2,4}HYPHEN\d{3,4}\s?호"),
        None,
        _NOT_HOME,
    ),
    Row(
        "address",
        "flat-of-home",
        _FLAT_NUMBER,
        shape(r"(?<![\d가-힣])\d{3,4}\s?호(?!선|실|봉|기|점|관|차)"),
        _AT_HOME,
        _NOT_HOME,
    ),
    Row(
        "address",
        "estate",
        _BLOCK_NUMBER,
        shape(r"(?:ESTATE\s)?(?<![\d가-힣])\d{1,2}\s?단지\s?\d{3,4}\s?동(?!\s?(?:앞|옆|뒤|사이|대표))"),
        _LIVES,
        _ROOM,
    ),
    Row(
        "address",
        "house-of-estate",
        _ESTATE_NUMBER,
        shape(r"ESTATE\s?\d{3,4}(?=에\s|이[에고라요]|예|로\s|입)"),
        _LIVES,
        _ROOM,
    ),
    Row(
        "address",
        "block",
        _BLOCK_NUMBER,
        shape(r"(?<![\d가-힣])\d{2,4}\s?동(?=이고|이에|이요|입|인데|인지)"),
        _BLOCK,
        _ROOM,
    ),
)
"""Most telling first: of two findings that overlap, the one of the earlier row stands."""
