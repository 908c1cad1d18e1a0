"""What Korean says twice on purpose, and the signs that tell it from a search for words.

Each one (한 명 한 명, 동마다 동마다), again and again (묻고 묻고), more of it (넓은 넓은), what others say
(협치 협치 하지만), and whatever stands in quotation marks or is a whole sentence.
"""

import re
from collections.abc import Sequence

from pipeline.language.eojeol import Eojeol
from pipeline.language.rules.desk import Desk

ENDS = (".", "?", "!", "…")
QUOTES = frozenset("\"'“”‘’")

MORE_OF_IT = {"JX": ("만", "까지", "라도", "이라도"), "JKB": ("로", "으로")}
"""Particles, by their tag, with which a word is said twice on purpose: 끝까지 끝까지, 위로 위로."""

TELLS = frozenset({"하", "그러", "거리"})
"""Before these somebody is quoted, or does something again and again: 협치 협치 하지만, 가자 가자 하셔서."""

SAYINGS = frozenset({"노래", "소리", "타령", "말", "얘기", "이야기"})
"""Nouns for what somebody says all the time: 손잡이 손잡이 노래를 부르다."""

POINTS = frozenset({"이", "그", "저"})
"""Determiners that count nothing."""

ONE_EACH = re.compile(r"(한(?:마디|걸음|발|사람|분|명|번|장|줄|땀|푼|집|글자|해))\b")
"""한 written together with what it counts."""

JOINED_TELLS = ("하지", "하더", "하길", "하면서", "거리")
"""Such a word joined to a noun: 협치 협치하지 말고."""

DOUBLED = re.compile(r"(.+)\1")
"""줄줄이, 하나하나: what is doubled in itself is doubled again on purpose."""

EACH = ("마다", "씩", "별", "대로", "끼리")
"""After a doubled noun these mean every single one."""


def is_sentence(stretch: Sequence[Eojeol]) -> bool:
    """Whether a sentence ends with an eojeol of a stretch."""
    return any(eojeol.text != eojeol.bare and eojeol.tail.startswith(ENDS) for eojeol in stretch)


def is_quoted(stretch: Sequence[Eojeol]) -> bool:
    """Whether a quotation mark stands in a stretch."""
    return any(eojeol.text != eojeol.bare and not QUOTES.isdisjoint(eojeol.text) for eojeol in stretch)


def counts(stretch: Sequence[Eojeol]) -> bool:
    """한 명 한 명, 한 번만 한 번만: a numeral with its unit, doubled to mean each or to plead."""
    first, last = stretch[0].first, stretch[-1].last
    if len(stretch) != 2 or first.form in POINTS:
        return False
    return first.tag in {"NR", "SN", "MM"} and (last.tag[:1] != "J" or last.form == "만")


def is_kept(stretch: Sequence[Eojeol], desk: Desk) -> bool:
    """Whether a longer stretch is made of words that are doubled, or is one written apart: 그 때 그 때."""
    kept = desk.tables.keep_repeated
    return all(eojeol.bare in kept for eojeol in stretch) or "".join([e.bare for e in stretch]) in kept


def is_told(last: Eojeol, after: Eojeol | None) -> bool:
    """Whether somebody is said to say both, or one not to be the other (축제가 축제가 아니라)."""
    if after is None or last.last.tag[:1] not in {"N", "E", "I", "X", "J"}:
        return False
    if last.last.tag[0] == "J":
        return last.last.tag == "JKS" and after.first.form == "아니"
    said = after.first.form in SAYINGS and last.last.tag[0] in "NE"
    return said or (after.first.form in TELLS and after.first.tag != "VX")


def again_and_again(eojeol: Eojeol, after: Eojeol | None, parted: bool, desk: Desk) -> bool:
    """Whether a verb is said twice because it is done twice; "만들고/ 만들고 나서" does it once."""
    last = eojeol.last
    if last.tag != "EC" or last.form not in desk.tables.doubled_endings:
        return False
    helped = after is not None and after.first.tag == "VX" and after.first.form not in TELLS
    return not (parted and helped)


def is_more(eojeol: Eojeol, after: Eojeol | None) -> bool:
    """Whether a word said twice without a pause means more of it: 넓은 넓은, 끝까지 끝까지."""
    last = eojeol.last
    if last.tag == "ETM":
        return eojeol.first.tag == "VA"
    if last.tag not in {"NNG", "NNP"}:
        return last.form in MORE_OF_IT.get(last.tag, ())
    heaped = after is not None and after.bare in {"또", eojeol.bare + "만"}  # 안전 안전 또 안전
    return heaped or "," in eojeol.tail or len(eojeol.bare) == 1 or not last.known


def is_each(bare: str, desk: Desk) -> bool:
    """Whether a word is one of those that are doubled, or are so by what they end or begin with."""
    listed = bare in desk.tables.keep_repeated or bare.endswith(EACH)
    return listed or DOUBLED.match(bare) is not None or ONE_EACH.match(bare) is not None


def is_listed(one: Eojeol, other: Eojeol, parted: bool) -> bool:
    """Whether commas make a list of two nouns: "주민, 주민자치회, 통장"."""
    return "," in one.tail and one.last.tag[:1] == "N" and ("," in other.tail or not parted)
