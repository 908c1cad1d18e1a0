"""Text becomes runs of digits: figures that follow one another, written or said, with whatever parts them.

"공일공에 일이삼사, 아니 일이삼오 다시 오육칠팔" is one run of four groups. Nothing is rewritten: each group
knows where it stands. What a run is (a telephone number, a budget) is not decided here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice, pairwise, product

from pipeline.language.spoken_digits import DIGIT, spoken_number
from pipeline.model import Span

_DIGIT = "[일이삼사오육칠팔구]"
_PLACED = rf"(?:{_DIGIT}?만\s?(?={_DIGIT}?천))?(?:{_DIGIT}?[천백십])+{DIGIT}*"
_ATOM = re.compile(rf"\d+|{_PLACED}|{DIGIT}+")
"""Figures on end: written, said as a number, or said one by one."""

_PARTICLE = r"다시|대시|하이픈|국번?에|국번?|번?에|에요|의|이?고요?|하고요?|이?요|[은는]요?|e|자"
"""Said right after a group, before the next."""

_WORD = (
    r"다시|[대데]시|하이[픈폰]|[작짝]대기|빼기|마이너스|(?:그\s?)?다음에?|그리고|그러니까|그니까|국번?에?|음+|어+|아|저|그|또|에|의|e"
    r"|이?고요?|하고|아니(?:지|다|요|야|고|에요)?|(?:[그거저]\s?)?[뭐머](?:냐|지|더라|꼬|라|였지)?|뭐라더라|잠깐만|가만|보자|그게|띄[우]?고|쉬고|[작짝]대기"
)
"""Said between two groups: names of the dash, hesitation, and what puts right the group before."""

_MARKS = r"[\s,.\-–·()/~]{0,3}"
_ASIDE = r",\s[가-힣]{1,3}(?:\s[가-힣]{1,3})?,\s"
"""Any few words between two commas: ", 거 뭐더라, "."""

_JOIN = re.compile(
    rf"(?:{_PARTICLE})?(?:{_ASIDE}|{_MARKS}(?:(?<![가-힣])(?:{_WORD})(?:{_MARKS}(?<=[\s,]))){{0,2}}{_MARKS})"
)
_ENDING = re.compile(
    r"(?![A-Za-z가-힣](?<![이가은는을를로으에의번예입인고하요만도라랑까부였던지네국맞거여래랬랍구유한데더처뿐밖자니며면죠랄란께냐야e]))"
)
"""Only the beginning of a particle may follow: "번호 이 사업자" ends in no 4."""

_ENDING_OF_ONE = re.compile("(?![A-Za-z가-힣](?<![이예요번로으고입]))")
"""After a single digit fewer may: "이공오 사는" ends in no 4."""

_DECIMAL = r"(?<![\d.\-])(?<!\d\s)(?:0|[1-9]\d*)\.\d{1,3}(?![\d.\-]|\s\d(?!\d))"
_AMOUNT = re.compile(rf"(?<![\d-])\d{{1,3}}(?:,\d{{3}})+(?!\d)|{_DECIMAL}")
_SAID_AS_PARTICLE = re.compile(r"(?=[고요에예라었였인입다네거죠지니면여던래랬랍든야\s,.?]|$)")

_READINGS = 32
"""Readings looked at; more come only of five doubtful groups on end."""

_COPULA = re.compile("[요고라네인던었면거여]|에요")
_OPEN = ("이이", "사이", "오이", "구이", "하나이", "제로이")
"""After an open syllable the particle is 가 and the copula 예요, so that 이 is rather a 2."""


@dataclass(frozen=True, slots=True)
class Group:
    """Figures on end: their ``digits``, and where they stand."""

    digits: str
    chars: Span
    said: str

    @property
    def written(self) -> bool:
        """Whether it stands in Arabic figures."""
        return self.said.isdecimal()

    @property
    def spelt_alone(self) -> bool:
        """Whether it is one digit, said."""
        return len(self.said) == 1 and not self.written

    @property
    def as_number(self) -> bool:
        """Whether it was said with 십, 백 or 천."""
        return not {"십", "백", "천"}.isdisjoint(self.said)


@dataclass(frozen=True)
class Run:
    """Groups that follow one another in a text."""

    text: str
    groups: tuple[Group, ...]

    @property
    def chars(self) -> Span:
        """From the first digit to the last."""
        return Span(self.groups[0].chars.start, self.groups[-1].chars.end)

    @cached_property
    def digits(self) -> str:
        """All digits in a row."""
        return "".join(group.digits for group in self.groups)

    @cached_property
    def breaks(self) -> frozenset[int]:
        """After how many digits a group ends."""
        made, at = list[int](), 0
        for group in self.groups:
            at += len(group.digits)
            made.append(at)
        return frozenset(made)

    @property
    def dictated(self) -> bool:
        """Whether some of it was said digit by digit."""
        return any(not group.written and not group.as_number for group in self.groups)

    @property
    def spelt(self) -> bool:
        """Whether all of it was said digit by digit."""
        return not any(group.written or group.as_number for group in self.groups)

    @property
    def hyphenated(self) -> bool:
        """Whether it is written in three groups or more with a dash between them."""
        return len(self.groups) > 2 and all(re.fullmatch(r"\s?[\-–]\s?", join) for join in self.joins)

    @property
    def listed(self) -> bool:
        """Whether it lists amounts: said with 십, of one or two figures each, or with commas between."""
        several = len(self.groups) > 2
        return several and (
            sum(group.as_number for group in self.groups) > 1
            or all(len(group.digits) < 3 and group.written for group in self.groups)
            or (
                all(group.written and group.digits[0] != "0" for group in self.groups)
                and set(self.joins) == {", "}
            )
        )

    @cached_property
    def joins(self) -> tuple[str, ...]:
        """What stands between its groups."""
        return tuple(self.text[one.chars.end : other.chars.start] for one, other in pairwise(self.groups))

    def part(self, first: int, end: int) -> "Run":
        """Some of its groups."""
        return Run(self.text, self.groups[first:end])


def runs(text: str) -> Iterator[Run]:
    """All runs of a text, in order."""
    amounts = [Span(*match.span()) for match in _AMOUNT.finditer(text)]
    groups: list[Group] = []
    for match in _ATOM.finditer(text):
        chars = Span(*match.span())
        if groups and not _joined(text, groups[-1].chars.end, chars):
            if _in_word(text, match) or chars.start == groups[-1].chars.end:
                continue  # a beginning of a word, or of a particle: "010이고"
            yield from _whole(text, groups)
            groups = []
        digits = spoken_number(match.group())
        if not digits or any(chars.overlap(amount) for amount in amounts):
            yield from _whole(text, groups)
            groups = []
        elif groups or not _in_word(text, match):
            groups.append(Group(digits, chars, match.group()))
    yield from _whole(text, groups)


def _joined(text: str, end: int, chars: Span) -> bool:
    """Whether figures follow on those that end at ``end``."""
    if end == chars.start:
        return chars.length > 1 or text[end].isdecimal() or text[end : end + 2][-1:].isdecimal()
    return bool(_JOIN.fullmatch(text, end, chars.start))


def _in_word(text: str, match: re.Match[str]) -> bool:
    before = text[match.start() - 1 : match.start()]
    if before in "-–":
        return bool(before) and match.group().isdecimal()
    return before.isalpha() and (not match.group().isdecimal() or before.isascii())


def _whole(text: str, groups: Sequence[Group]) -> Iterator[Run]:
    """A run without the groups at its end that are beginnings of words."""
    end = len(groups)
    while end and not _ends_well(text, groups[end - 1]):
        end -= 1
    if end:
        yield Run(text, tuple(groups[:end]))


def _ends_well(text: str, group: Group) -> bool:
    """Whether a group is no beginning of a word; four digits said one by one begin none."""
    if len(group.digits) > 3 and not group.as_number:
        return True
    return bool((_ENDING_OF_ONE if group.spelt_alone else _ENDING).match(text, group.chars.end))


def readings_of(run: Run) -> Iterator[Run]:
    """A run as it may be meant, likeliest first.

    A 이 at the end of a group is a 2 or a particle.
    """
    for groups in islice(product(*(_ends(run.text, group) for group in run.groups)), _READINGS):
        yield replace(run, groups=groups)


def shortened(run: Run) -> Iterator[Run]:
    """A run without what may be no group of it: a last digit that is a word, a group put right."""
    if len(run.groups) > 1 and len(run.groups[-1].digits) == 1:
        yield from readings_of(run.part(0, len(run.groups) - 1))
    if len(run.groups) > 2 and any("," in join or "아니" in join for join in run.joins):
        for number in range(1, len(run.groups)):
            yield from readings_of(replace(run, groups=run.groups[:number] + run.groups[number + 1 :]))


def _ends(text: str, group: Group) -> tuple[Group, ...]:
    """A group with its last 이, and without; first what its last but one sound speaks for."""
    end = group.chars.end
    if len(group.said) < 2 or not group.said.endswith("이") or not _SAID_AS_PARTICLE.match(text, end):
        return (group,)
    without = Group(spoken_number(group.said[:-1]), Span(group.chars.start, end - 1), group.said[:-1])
    if not without.digits:
        return (group,)
    if _COPULA.match(text, end) and not group.as_number and not group.said.endswith(_OPEN):
        return without, group
    return group, without
