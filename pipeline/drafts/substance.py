"""What a sentence says, apart from how it says it: its content words, numbers and negations in order.

Particles, endings, politeness and fillers carry none of it. A negation belongs to the word it negates:
``안 갔다`` and ``가지 않았다`` are the same, ``갔다`` is not. A number is its value, however it is spelled.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from pipeline.drafts import numerals
from pipeline.model import Morpheme, Span

CONTENT = frozenset(
    {
        "NNG",
        "NNP",
        "NNB",
        "NP",
        "NR",
        "SN",
        "SL",
        "SH",
        "SW",
        "XR",
        "XPN",
        "MM",
        "MAG",
        "MAJ",
        "VV",
        "VA",
        "IC",
    }
)
"""Sejong tags of morphemes that say something. What auxiliaries say is in MEANT."""

MEANT = {"싶": "싶", "만하": "만하", "어야": "어야", "아야": "어야", "여야": "어야"}
"""Auxiliaries and endings that do change what is said: a wish, worth, a duty."""

NEGATIONS = {"안": "안", "않": "안", "말": "안", "아니": "안", "못": "못", "못하": "못"}

SAME = {
    "거": "것",
    "이거": "이것",
    "그거": "그것",
    "저거": "저것",
    "뭐": "무엇",
    "머": "무엇",
    "저희": "우리",
    "저": "나",
    "제": "나",
    "내": "나",
    "자신": "나",
    "본인": "나",
    "얘기": "이야기",
    "근데": "그런데",
    "그럼": "그러면",
    "%": "퍼센트",
    "쫌": "좀",
    "젤": "제일",
    "첨": "처음",
    "맘": "마음",
    "인제": "이제",
    "애": "아이",
    "땜": "때문",
    "금새": "금세",
    "모자르": "모자라",
}
"""Short and polite forms of the same word."""

LIGHT_TAGS = frozenset({"IC", "MAJ"})
LIGHT = frozenset(
    {"나", "우리", "것", "그", "이", "저", "좀", "막", "이제", "약간", "그냥", "그러니까", "무엇"}
)
"""Words that an editor may leave out or put in, unless they are negated: fillers, pronouns of the speaker."""

LIGHT_VERBS = frozenset({"하"})
"""``이야기를 하다`` is ``이야기하다``."""

NUMERALS = frozenset({"NR", "SN", "MM"})
MONTHS = {"시월": "10", "유월": "6"}

ROLES = {
    **dict.fromkeys(("이", "가", "께서"), "subject"),
    **dict.fromkeys(("을", "를", "ᆯ"), "object"),
}
TELLING = frozenset({"보다", "부터", "까지", "만", "밖에", "마다", "조차", "마저"})
"""Particles that change what is said; others may be slips."""

SYMBOLS = frozenset("%○")
"""Signs that are read like words: per cent, and what was masked."""

NUMBER = "#"


class Asks(Enum):
    """Whether a sentence is a question. A question mark alone is punctuation: it may be corrected."""

    NO = 0
    BY_SIGN = 1
    BY_ENDING = 2


@dataclass(frozen=True, slots=True)
class Unit:
    """A content word as it is compared (``key``) and as it stands (``form``), in the eojeol ``word``.

    ``role`` is what its particle makes of it; a ``predicate`` says something of the words before it.
    """

    key: str
    form: str
    word: str
    role: str = ""
    light: bool = False
    predicate: bool = False

    @property
    def negated(self) -> bool:
        """Whether the word is denied."""
        return ":" in self.key

    @property
    def number(self) -> bool:
        """Whether it is a number."""
        return NUMBER in self.key


@dataclass(frozen=True, slots=True)
class Substance:
    """The units of a text, and of its last predicate the tense and whether it asks."""

    units: tuple[Unit, ...]
    tense: str
    asks: Asks


def substance(text: str, morphemes: Sequence[Morpheme]) -> Substance:
    """What a text says, from its morphemes (Sejong tags, as Kiwi gives them)."""
    reader = _Reader(text, morphemes)
    return Substance(tuple(reader.units), _tense(morphemes), _asks(text, morphemes))


class _Reader:
    """Collects units; ``denied`` is a negation that still waits for its predicate."""

    def __init__(self, text: str, morphemes: Sequence[Morpheme]) -> None:
        self.text = text
        self.units: list[Unit] = []
        self.denied = ""
        self.predicate = -1
        number: list[Morpheme] = []
        for at, morpheme in enumerate(morphemes):
            if _numeral(morpheme, bool(number), morphemes[at + 1 : at + 2]):
                number.append(morpheme)
                continue
            self._count(number)
            number = []
            self._read(morpheme, morphemes[at - 1] if at else None, morphemes[at + 1 : at + 2])
        self._count(number)

    def _count(self, number: Sequence[Morpheme]) -> None:
        if number:
            text = "".join(morpheme.form for morpheme in number)
            amount = numerals.value(text)
            chars = Span(number[0].chars.start, number[-1].chars.end)
            self.units.append(Unit(NUMBER + amount if amount else text, text, self._word(chars)))

    def _read(self, morpheme: Morpheme, before: Morpheme | None, after: Sequence[Morpheme]) -> None:
        form, tag = morpheme.form, _tag(morpheme)
        if form in NEGATIONS and tag in {"MAG", "VX", "VCN"}:
            self._deny(morpheme, before)
        elif form in MONTHS and tag == "NNG":
            word = self._word(morpheme.chars)
            self.units.append(Unit(NUMBER + MONTHS[form], form, word))
            self.units.append(Unit("월", "", word))
        elif (tag in {"VX", "EC"} and form in MEANT) or tag in CONTENT or form[0] in SYMBOLS:
            if before and before.form == "못" and form == "하" and not self.denied:
                return
            if form == "되" and before and _tag(before) == "EC" and before.form in MEANT:
                return  # 닫아야 되다, 닫아야 하다
            if form == "달" and tag == "VV" and after and after[0].form in {"라", "라고", "라는"}:
                morpheme = replace(morpheme, form="주")  # what is asked for, reported: 주십시오, 달라
            self._add(morpheme, tag, predicate=_is_predicate(tag, after))
        elif tag == "EF" and form.rstrip("요").removesuffix("죠").removesuffix("지") in MEANT:  # 있어야죠
            self._mean(MEANT["어야"], morpheme)
        elif tag == "XSN" and form not in {"들", "님"} and self.units:
            last = self.units[-1]
            self.units[-1] = replace(last, key=last.key + form, form=last.form + form)
        elif tag in {"JKS", "JKO", "JKB", "JX"} and self.units and not self.units[-1].role:
            role = ROLES.get(form, "") if tag in {"JKS", "JKO"} else form if form in TELLING else ""
            self.units[-1] = replace(self.units[-1], role=role)

    def _add(self, morpheme: Morpheme, tag: str, predicate: bool) -> None:
        key = MEANT.get(morpheme.form) if tag in {"VX", "EC"} else SAME.get(morpheme.form, morpheme.form)
        key = key or morpheme.form
        words = LIGHT_VERBS if tag == "VV" else frozenset() if tag in {"VA", "NNG", "NNP"} else LIGHT
        light = tag in LIGHT_TAGS or key in words
        if predicate:
            key, light = (f"{self.denied}:{key}", False) if self.denied else (key, light)
            self.denied = ""
            self.predicate = len(self.units)
        word = self._word(morpheme.chars)
        self.units.append(Unit(key, morpheme.form, word, light=light, predicate=predicate))

    def _mean(self, key: str, morpheme: Morpheme) -> None:
        self.units.append(Unit(key, morpheme.form, self._word(morpheme.chars)))

    def _deny(self, morpheme: Morpheme, before: Morpheme | None) -> None:
        """Before a predicate the negation waits for it; behind one, or a noun, it belongs there."""
        kind = NEGATIONS[morpheme.form]
        tag = _tag(morpheme)
        behind = tag != "MAG" or (before is not None and _tag(before) == "EC" and before.form == "지")
        place = len(self.units) - 1 if tag == "VCN" else self.predicate
        if not behind:
            self.denied = kind
        elif 0 <= place < len(self.units):
            unit = self.units[place]
            self.units[place] = replace(unit, key=f"{kind}:{unit.key}", light=False)
        else:
            self.units.append(Unit(f"{kind}:", morpheme.form, self._word(morpheme.chars)))

    def _word(self, chars: Span) -> str:
        """The eojeol around some characters."""
        start = self.text.rfind(" ", 0, chars.start + 1) + 1
        end = self.text.find(" ", chars.end)
        return self.text[start : end if end >= 0 else len(self.text)]


def _tag(morpheme: Morpheme) -> str:
    """The tag without Kiwi's mark of regular and irregular stems."""
    return morpheme.tag.partition("-")[0]


def _numeral(morpheme: Morpheme, inside: bool, after: Sequence[Morpheme] = ()) -> bool:
    """Whether a morpheme is one of a number; ``이`` begins one where the next follows without a space."""
    if _tag(morpheme) not in NUMERALS or not (morpheme.form[0].isdecimal() or numerals.value(morpheme.form)):
        return False
    close = bool(after) and after[0].chars.start == morpheme.chars.end and _numeral(after[0], inside=True)
    return inside or close or morpheme.form not in {"이", "저"}


def _is_predicate(tag: str, after: Sequence[Morpheme]) -> bool:
    return tag in {"VV", "VA"} or bool(after and _tag(after[0]) in {"XSV", "XSA"})


def _tense(morphemes: Sequence[Morpheme]) -> str:
    """``past``, ``future`` or nothing, of what follows the last predicate or noun."""
    last = max((i for i, m in enumerate(morphemes) if _tag(m) in CONTENT - {"NNB"}), default=-1)
    tail = [m.form for m in morphemes[last + 1 :]]
    if any(form in {"었", "았", "였", "었었", "았었", "였었"} or form.startswith("더") for form in tail):
        return "past"
    will = any(form == "겠" or form.startswith(("ᆯ게", "을게")) for form in tail)
    return "future" if will or ("ᆯ" in tail and {"것", "거"} & set(tail)) else ""


def _asks(text: str, morphemes: Sequence[Morpheme]) -> Asks:
    endings = [m.form for m in morphemes if _tag(m) == "EF"]
    if endings and endings[-1].rstrip("요").endswith(("까", "나", "가", "니", "냐")):
        return Asks.BY_ENDING
    return Asks.BY_SIGN if text.rstrip().endswith("?") else Asks.NO
