"""One line of a label table becomes a pattern over morphemes.

========================  ==========================================================================
``좋/VA``                 a morpheme and its Sejong tag, in the spelling of :func:`reading`
``확대|강화/NNG``         any of several; tags may be listed too: ``것|거/NNB|NP``
``*/NNP``                 any morpheme with the tag; ``N V P E J`` are classes (:data:`TAG_CLASSES`)
``도/JX?``                may be missing
``…`` and ``…6``          up to three, up to six morphemes of any kind; from seven on, any number
``^`` and ``$``           the sentence begins, ends (before its closing mark)
``<*/NNP>``               what stands in angle brackets becomes the label's value
``@good/VA``              any word of the list ``good`` under the file's ``[words]``
========================  ==========================================================================
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, product, takewhile
from typing import Any, NamedTuple

TAG_CLASSES = {
    "N": ("NNG", "NNP", "NNB", "NP", "NR", "SN", "XSN", "XR", "SL"),
    "V": ("VV", "VA", "VX", "VCP", "VCN", "XSV", "XSA"),
    "P": ("VV", "XSV"),
    "E": ("EP", "EC", "EF", "ETM", "ETN"),
    "J": ("JKS", "JKC", "JKG", "JKO", "JKB", "JKV", "JKQ", "JX", "JC"),
}
"""Short names for tags: nouns, predicates, verbs of doing, endings, particles."""

UNNAMED = "*"
"""Stands for any form."""

GAP = 3
"""Morphemes that ``…`` may skip."""

LONGEST_COUNTED = 6
"""A longer gap means: anywhere later in the sentence."""

_TOKEN = re.compile(r"(?P<open><?)(?P<form>[^/]+)/(?P<tag>[A-Z|]+)(?P<optional>\??)(?P<close>>?)")
_COMMON = """
$ ^ . 가 었 는 를 하 ㅂ니다 어요 이 어 에 ㄴ 것 고 시 들 있 어서 ㄹ 저 로 도 그 에서 되 분 보 게 주 지 면 만
는데 다 어야 겠 기 오 예요 ? 니까 없 말 요 나 우리 말씀 의 수 죠 때 한 두 안 님 않 드리 못 던 처음 사람 이제
"""
_RANKS = {form: rank for rank, form in enumerate(_COMMON.split())}
"""Forms by how many sentences of the labelled set's open half have them, the most common first."""


@dataclass(frozen=True)
class Line:
    """A parsed pattern: spaCy's token specifications, and what must be in a sentence for it to match."""

    tokens: tuple[dict[str, Any], ...]
    needs: tuple[frozenset[str], ...]
    """For each indispensable morpheme, the forms it may have."""
    value: frozenset[int]
    """Which tokens are the value."""

    @cached_property
    def key(self) -> frozenset[str]:
        """Forms of the need that the fewest sentences will meet."""
        return min(self.needs, key=commonness)

    @cached_property
    def starts(self) -> frozenset[tuple[str, str]]:
        """Form and tag of every morpheme that may come first; the form is ``*`` where any will do."""
        first = self.tokens[0]
        return frozenset(product(_either(first.get("ORTH", "*")), _either(first["TAG"])))

    @cached_property
    def opening(self) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
        """Forms and tags of the morphemes that must follow the first at once; no form means any."""
        fixed = takewhile(lambda token: not token.keys() & {"OP", "GAP"}, self.tokens[1:])
        return tuple((frozenset(_either(one.get("ORTH"))), frozenset(_either(one["TAG"]))) for one in fixed)

    @cached_property
    def is_fixed(self) -> bool:
        """Whether it is nothing but its first morpheme and its opening."""
        return len(self.opening) + 1 == len(self.tokens)

    @cached_property
    def longest(self) -> int | None:
        """The most morphemes it can match; None where a gap has no end."""
        gaps = [token.get("GAP", 1) for token in self.tokens]
        return None if max(gaps) > LONGEST_COUNTED else sum(gaps)

    def variants(self, start: tuple[str, str]) -> "Iterator[Variant]":
        """What the matcher is given for one of ``starts``: a pattern for each length of the gaps.

        spaCy's own bounded repetition (``{0,3}``) tries every way of skipping and is exponential.
        """
        form, tag = start
        first = {"TAG": tag} if form == "*" else {"ORTH": form, "TAG": tag}
        for tail in product(*map(_gaps, self.tokens[1:])):
            owners = [0, *(number for number, part in enumerate(tail, 1) for _ in part)]
            value = frozenset(place for place, owner in enumerate(owners) if owner in self.value)
            yield Variant([first, *chain.from_iterable(tail)], value)


class Variant(NamedTuple):
    """One of spaCy's patterns, and which of its tokens are the label's value."""

    tokens: list[dict[str, Any]]
    value: frozenset[int]


def commonness(forms: frozenset[str]) -> int:
    """How many sentences will have one of some forms, as a number that grows with it and is 0 at most."""
    return -min(_RANKS.get(form, len(_RANKS)) for form in forms)


def named_forms(line: Line) -> frozenset[str]:
    """Every form that a line asks for by name."""
    return frozenset(chain.from_iterable(_either(token.get("ORTH")) for token in line.tokens))


def _either(attribute: Any) -> list[str]:
    """The values that a token's attribute may have."""
    if isinstance(attribute, str):
        return [attribute]
    return list(attribute["IN"]) if attribute else []


def _gaps(token: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """The ways in which a token may be filled, a gap by each number of morphemes."""
    longest = token.get("GAP")
    if longest is None:
        return [[token]]
    if longest > LONGEST_COUNTED:
        return [[{"OP": "*"}]]
    return [[{}] * length for length in range(longest + 1)]


def parse(pattern: str) -> Line:
    """Read a line of morphemes.

    Raises:
        ValueError: it does not follow the notation.
    """
    tokens: list[dict[str, Any]] = []
    needs: list[frozenset[str]] = []
    value: set[int] = set()
    inside = False
    for part in pattern.split():
        if part[0] == "…":
            tokens.append({"GAP": int(part[1:] or GAP)})
            continue
        if part in {"^", "$"}:
            tokens.append({"ORTH": part, "TAG": "EDGE"})
            continue
        match = _TOKEN.fullmatch(part)
        if not match:
            raise ValueError(f"{part!r} is not a morpheme with a tag")
        inside = inside or bool(match["open"])
        if inside:
            value.add(len(tokens))
        inside = inside and not match["close"]
        tags = [tag for name in match["tag"].split("|") for tag in TAG_CLASSES.get(name, (name,))]
        forms = frozenset(reading(form, tag) for form in match["form"].split("|") for tag in tags) - {"*"}
        if forms and not match["optional"]:
            needs.append(forms)
        tokens.append(_specification(sorted(forms), tags, bool(match["optional"])))
    if not tokens or tokens[0].keys() & {"OP", "GAP"}:
        raise ValueError("a line begins with a morpheme that must be there")
    if not needs:
        raise ValueError("a line needs a morpheme that must be there, by name")
    return Line(tuple(tokens), tuple(needs), frozenset(value))


def _specification(forms: list[str], tags: list[str], optional: bool) -> dict[str, Any]:
    made: dict[str, Any] = {"TAG": tags[0] if len(tags) == 1 else {"IN": tags}}
    if forms:
        made["ORTH"] = forms[0] if len(forms) == 1 else {"IN": forms}
    if optional:
        made["OP"] = "?"
    return made


_FINALS = {"ᆫ": "ㄴ", "ᆯ": "ㄹ", "ᆷ": "ㅁ", "ᆸ": "ㅂ"}
_AFTER_CONSONANT = {"은": "ㄴ", "을": "ㄹ", "음": "ㅁ", "읍": "ㅂ", "습": "ㅂ"}
_SAME = {
    ("은", "JX"): "는",
    ("ㄴ", "JX"): "는",
    ("이", "JKS"): "가",
    ("이", "JKC"): "가",
    ("을", "JKO"): "를",
    ("ㄹ", "JKO"): "를",
    ("과", "JKB"): "와",
    ("과", "JC"): "와",
    ("으로", "JKB"): "로",
    ("이나", "JX"): "나",
    ("지요", "EF"): "죠",
    ("구요", "EF"): "고요",
    ("에요", "EF"): "예요",
    ("이에요", "EF"): "예요",
    ("거", "NNB"): "것",
    ("께", "NNB"): "것",
}
"""Forms that differ by sound or spelling only."""


@lru_cache(maxsize=100_000)
def reading(form: str, tag: str) -> str:
    """The form under which patterns know a morpheme, whatever sound stands before it.

    Endings drop 으 and begin with a plain consonant letter (으면 -> 면, 을까 -> ㄹ까, 습니다 -> ㅂ니다);
    particles have the form after a vowel (은 -> 는, 으로 -> 로).
    """
    form = _FINALS.get(form[0], form[0]) + form[1:]
    if tag[0] == "E":
        if form[0] in _AFTER_CONSONANT and form != "은커녕":
            form = _AFTER_CONSONANT[form[0]] + form[1:]
        elif form[0] == "으" and len(form) > 1:
            form = form[1:]
        elif form[0] in "아았":
            form = {"아": "어", "았": "었"}[form[0]] + form[1:]
    return _SAME.get((form, tag), form)
