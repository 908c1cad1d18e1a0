"""What is said around a number: words that tell its kind, that it is a part, or that it counts something."""

import re

from pipeline.language.personal_runs import Run

INNOCENT = "innocent"
"""The kind of numbers that are nobody's: of receipts, of bus lines, of laws."""

TALK = {
    "account-number": re.compile(
        r"계좌|통장(?!님|을\s하|\s일|이\s)|입금|송금|이체|예금|은행|농협|신협|수협|우체국|새마을\s?금고|뱅크|카뱅|토스"
        r"|환불|환급|곗돈|회비|부쳐|자부담|카드\s?번호"
        r"|(?:신한|국민|하나|우리|기업|씨티|제일)(?:[에로]?\s?$|(?=이에|이고|이요|예요|입니|요|\s계좌))"
    ),
    "resident-number": re.compile(
        r"주민\s?(?:등록)?\s?(?:번호|증)|외국인\s?(?:등록|번호)|생년월일|년생|생일|출생|민증|신분증"
        r"|[앞뒷]\s?자리|뒤에?\s?일곱\s?자리|앞\s?여섯\s?자리|(?:실명|본인)\s?확인|건강\s?보험"
    ),
    "business-number": re.compile(
        r"사업자|고유\s?번호|계산서|영수증|(?<!차량\s)등록\s?번호|등록증|상호|법인|폐업|휴업|과세자|가게|업체"
    ),
    "car-plate": re.compile(
        r"(?<![가-힣\d])차(?=[\s를는도]|가\s)|차(?:량|주|\s?번호|\s?넘버|\s?[뒤뒷끝]|가\s|를\s|\s빼|\s좀)|번호판|주차"
        r"|(?:소방|화물|승합|승용|자동|구급|용달|경|전기|외제|견인|렌터)[차카]|에스유브이|오토바이|트럭|택시|봉고|용달"
    ),
    "address": re.compile(
        r"경비|초인종|배달|택배|현관|동\s?호수|관리실|인터폰|우편함|문패|아파트|빌라|맨션|주공"
    ),
    "phone": re.compile(
        r"전화|연락|핸드폰|휴대폰|팩스|문자(?!로\s된)|폰|내선|직통|카톡|통화|[걸거]시|거세|걸[어면려]|국번|국에"
        r"|공일공|01[016789]|지역\s?번호|안심\s?번호"
    ),
    INNOCENT: re.compile(
        r"(?:접수|과제|공고|안건|의안|민원|문서|공문|의결|특허|도서|표준|예약|대기|추첨|문항|관리|일련|사업|물품|자산"
        r"|송장|조회|제품|모델|우편|좌석|조례|법률|사건|회원|전표|의원|기호|심의|고시|신청|정류장|참조|추적)\s?번호"
        r"|번호표|바코드|코드|버전|버스|과목|파일|당첨|추첨|구호|조례|법률|혈압|과제\s"
    ),
}
"""Words that say what a number near them is."""

_REACH_BEFORE, _REACH_AFTER = 60, 30
"""Characters before and after a number in which they are looked for."""

_AFTER_COSTS = 6
"""By so many characters a word after a number counts as farther: it says less often what the number is."""

_SENTENCE = re.compile(r"[.?!]\s+")


def talk(run: Run) -> list[str]:
    """The kinds of number spoken of around a run, in its sentence and the one before; nearest first."""
    start, end = run.chars.start, run.chars.end
    before = ". ".join(_SENTENCE.split(run.text[max(0, start - _REACH_BEFORE) : start])[-2:])
    after = _SENTENCE.split(run.text[end : end + _REACH_AFTER])[0]
    inside = "·".join(run.joins)
    near: dict[str, int] = {}
    for kind, words in TALK.items():
        distances = [len(before) - match.end() for match in words.finditer(before)]
        distances += [match.start() + _AFTER_COSTS for match in words.finditer(after)]
        distances += [0] * bool(words.search(inside))
        if distances:
            near[kind] = min(distances)
    return sorted(near, key=lambda kind: near[kind])


NUMBER = re.compile(
    r"번호|불러|받아\s?적|적으|저장|맞나|맞는|맞아|맞죠|맞습|이\s?거|제\s?[것거]|뒷|(?<!그)자리"
)
"""Talk of some number or other."""

BANK = re.compile(
    r"(?:은행|농협|신협|수협|우체국|금고|뱅크|카뱅|토스|신한|국민|하나|우리|기업)"
    r"\s?(?:계좌|통장)?\s?(?:번호)?[는은이가에로]?\s?$"
)
"""Right before an account."""

PART_BEFORE = re.compile(
    r"(?:(?<![가-힣])(?:[앞뒤]|가운데|중간|끝|마지막|국번(?!\s?없)|내선|구내|그\s?다음)|[앞뒷끝]\s?(?:자리|번호)|자리)"
    r"(?:에|자리|번호)?(?:[은는이가만로을를도]|로는|으로)?,?\s(?:[^\s,]{1,5},?\s){0,2}$"
)
PART_AFTER = re.compile(r"번?으?로\s끝")
"""Beside a part of a number."""

_CARS = (
    "(?:택배|화물|승용|승합|용달|외제|소방|렌터)[차카]|트럭|오토바이|택시|에스유브이|봉고|포터|카니발|쏘렌토|소나타|쏘나타"
    "|그랜저|아반떼|모닝|스파크|스타렉스|싼타페|투싼|스포티지"
)
CAR_BEFORE = re.compile(
    r"(?:차(?:량|[가는은,])?\s?(?:번호|넘버|[뒤뒷끝])|번호판|(?<![가-힣])차량|[흰검][은정]?\s?색\s\S{1,6})"
    r"\S{0,4}\s(?:\S{1,6}\s){0,3}$"
    rf"|(?:{_CARS})\s$"
)
CAR_AFTER = re.compile(
    r"\s?번?인?(?:\s\S{1,5}){0,2}\s"
    rf"(?:차(?!례|이|원|라리|츰|근)|{_CARS})"
)
"""Beside the last four digits of a car plate."""

UNIT = re.compile(
    r"\s?(?:원|명|년|월|만(?:\s?(?:원|\d|명)|[일이삼사오육칠팔구])|억|조\s|천\s?(?:원|명|만)|개|건|호|퍼센트|프로|%|㎡|제곱"
    r"|킬로|미터|톤|가구|세대|권|점(?!\s)|통(?!장)|마이크로|밀리|그램|쪽|페이지|주(?!차|인|민)\s|주년|회(?!비)"
    r"|차(?![가-힣]|\s)|시(?:\s|간|에|부)|분(?:[\s,에]|간|이\s|의)|초(?!등)|살|세(?![가-힣])|대(?!표|시|로)|배|위(?!원)"
    r"|단계|곳|군데|평|층|단지|동(?=\s|에|과|이|까)|반(?=\s|[이을])|번지|학년|조(?=[\s0-9])|항|표(?=[,\s로])|면(?=[이을에\s])"
    r"|석(?=[이을에\s])|자리(?=\s)|여\s|가지|자루|마리|그릇|잔|인분|송이|줄|판(?=\s)|도(?=[\s가로까])|그루"
    r"|부(?=[\s,])|장(?=[\s,])|구(?=\s)|번째|번\s?(?:버스|출구|마을|째|이나|정도|문항|코스))"
)
"""After a number that counts, measures or orders something."""

_MONEY = re.compile(r"\s?(?:원|만\s?원|명|퍼센트|%|㎡)")
_DATE = re.compile(r"(?:19|20)\d\d[\-./]\s?\d{1,2}[\-./]\s?\d{1,2}(?!\d)")
_DAY = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_SAYINGS = frozenset(
    {"삼삼오오", "구구팔팔", "육이오", "사일구", "오일팔", "오일육", "팔일오", "삼일", "육일공"}
    | {"일일이", "일일구", "일이구"}
)
"""Digits that are words: days of history, calls for help, in threes and fives."""

YEAR = re.compile(r"(?:19|20)[0-4]\d")
_COUNTING = "12345678910"

_NATIONAL = re.compile(r"1[5-8]\d{6}")
_HELP = re.compile(r"상담|신고|핫라인|위기")
HELPLINES = frozenset({"15770199", "15889191", "15771366", "15771389"})
"""Nationwide: mental health, despair, violence in migrants' families, abuse of the old."""

SHORT_LINE = re.compile(r"1(?:0|1|2)\d|13\d\d")
"""Three or four digits that anybody may call: 112, 120, 1366."""


def explains_itself(run: Run) -> bool:
    """Whether a run is an amount or several, a date, years in a row, somebody who counts, a public line."""
    digits = [group.digits for group in run.groups]
    counts = len(digits) > 2 and all(len(one) < 3 for one in digits) and run.digits in _COUNTING
    years = len(digits) > 1 and all(YEAR.fullmatch(one) for one in digits[:2])
    listed = "," in "".join(run.joins) and all(group.as_number for group in run.groups)
    lines = "," in "".join(run.joins) and all(SHORT_LINE.fullmatch(one) for one in digits)
    words = all(group.said in _SAYINGS or group.said[:-1] in _SAYINGS for group in run.groups)
    written = _MONEY.match(run.text, run.chars.end) or _DATE.match(run.text, run.chars.start)
    return (
        counts
        or years
        or listed
        or lines
        or words
        or bool(_DAY.fullmatch(run.digits))
        or bool(written)
        or _is_helpline(run)
    )


def _is_helpline(run: Run) -> bool:
    before = run.text[max(0, run.chars.start - 12) : run.chars.start]
    return run.digits in HELPLINES or bool(_NATIONAL.fullmatch(run.digits) and _HELP.search(before))
