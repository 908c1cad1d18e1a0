"""Finding names and terms of the glossary in what was recognised: spaced otherwise, or heard wrong.

Every term is compared as it sounds (see :mod:`pipeline.language.hangul`) with the eojeol it could stand in.
To be quick, only places are looked at where two syllables on end sound roughly like two of the term's.
"""

import re
from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from operator import add

from pipeline.config import Glossary, Term
from pipeline.language.eojeol import MARKS, Edit, Eojeol
from pipeline.language.hangul import FIRST, LAST, attach, decompose, sound_distance
from pipeline.model import PERHAPS_NAMED

LIMITS = {2: 0.6, 3: 0.6, 4: 1.2, 5: 1.4, 6: 1.8}
"""How unlike a term of so many syllables may sound; found on the labelled sentences of the tests."""
LONG_LIMIT = 2.2

SUFFIX_TAGS = ("J", "VCP", "XSN", "E")
PARTICLE = re.compile(
    "(은|는|이|가|을|를|의|에|도|만|과|와|로|으로|에서|에게|까지|부터|이나|나|이라는|라는|라고|이라고|이란|란|처럼|보다|에도|에는|에서는|에서도|입니다|이에요|예요|이고|이며|하고|이랑|랑|이요|요)$"
)

VOWELS = {
    **dict.fromkeys("ㅏㅑㅘ", "ㅏ"),
    **dict.fromkeys("ㅐㅔㅒㅖㅙㅚㅞ", "ㅐ"),
    **dict.fromkeys("ㅓㅕㅝ", "ㅓ"),
    **dict.fromkeys("ㅗㅛㅜㅠ", "ㅗ"),
    **dict.fromkeys("ㅣㅟㅢ", "ㅣ"),
    "ㅡ": "ㅡ",
}
CONSONANTS = {
    **dict.fromkeys("ㄱㄲㅋ", "ㄱ"),
    **dict.fromkeys("ㄷㄸㅌ", "ㄷ"),
    **dict.fromkeys("ㄴㄹㅁ", "ㄴ"),
    **dict.fromkeys("ㅂㅃㅍ", "ㅂ"),
    **dict.fromkeys("ㅅㅆ", "ㅅ"),
    **dict.fromkeys("ㅈㅉㅊ", "ㅈ"),
    **dict.fromkeys("ㅇㅎ", "ㅎ"),
}


@dataclass(frozen=True, slots=True)
class Match:
    """Eojeol ``[first, last)`` hold ``heard``, which the glossary writes ``term.name``.

    ``text`` is what they should read, with what follows the term in the last of them. ``cost`` is 0 where
    only the spacing differs or a listed variant was heard, else how unlike the two sound.
    """

    first: int
    last: int
    text: str
    heard: str
    term: Term
    cost: float

    @property
    def respaced(self) -> bool:
        """Whether the letters are right and only their spacing is not."""
        return self.heard.replace(" ", "") == self.term.name.replace(" ", "")

    def edit(self, live: Sequence[Eojeol]) -> Edit:
        """What is to be done: correct spacing or mishearing; a person's name is only marked."""
        if self.term.kind == "person":
            as_heard = " ".join(eojeol.text for eojeol in live[self.first : self.last])
            return Edit(self.first, self.last, as_heard, f"{PERHAPS_NAMED}{self.term.name}?")
        return Edit(self.first, self.last, self.text, "glossary" if self.respaced else "glossary-sound")


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One spelling of a term, without spaces; only its own name is also looked for by sound."""

    letters: str
    term: Term
    own: bool
    slack: int
    """Syllables that may be lost or added."""
    evidence: int
    """Pairs of syllables that must sound roughly right for a closer look."""


class Matcher:
    """The glossary, ready to be looked up."""

    def __init__(self, glossary: Glossary) -> None:
        self._forms = [*_forms(glossary)]
        self._names = sorted({form.letters for form in self._forms}, key=len, reverse=True)
        self._places: dict[str, list[tuple[Form, int]]] = defaultdict(list)
        """By two rough syllables: the forms that hold them, and how far before the two they may begin."""
        for form in self._forms:
            rough = form.letters.translate(_rough_table())
            for offset, pair in enumerate(map("".join, pairwise(rough))):
                slips = range(offset - form.slack, offset + form.slack + 1)
                self._places[pair] += [(form, slip) for slip in slips]

    def begins(self, text: str) -> bool:
        """Whether a term, or a listed variant of one, stands at the beginning of ``text``."""
        return any(text.startswith(name) for name in self._names)

    def find(self, live: Sequence[Eojeol]) -> list[Match]:
        """Terms of the glossary, the longest where several overlap, right ones left out."""
        texts = [eojeol.text for eojeol in live]
        letters = "".join(texts)
        starts = dict(zip(accumulate(map(len, texts), initial=0), range(len(texts)), strict=False))
        options = [
            match
            for form, start in self._candidates(letters, starts)
            for match in _matches(form, start, starts[start], live, letters)
        ]
        chosen: list[Match] = []
        for match in sorted(options, key=lambda one: (-len(one.term.name), one.cost, one.first)):
            if all(match.last <= other.first or other.last <= match.first for other in chosen):
                chosen.append(match)
        return sorted((m for m in chosen if m.heard != m.term.name), key=lambda match: match.first)

    def _candidates(self, letters: str, starts: Container[int]) -> Iterator[tuple[Form, int]]:
        """Forms, and the letter that begins an eojeol where they may begin."""
        rough = letters.translate(_rough_table())
        places, seen = self._places, defaultdict[tuple[Form, int], int](int)
        for place, pair in enumerate(map(add, rough, rough[1:])):
            if pair in places:
                for form, back in places[pair]:
                    if place - back in starts:
                        seen[form, place - back] += 1
        return (found for found, times in seen.items() if times >= found[0].evidence)


def _forms(glossary: Glossary) -> Iterator[Form]:
    for term in glossary.term:
        seen = set()
        for index, spelling in enumerate((term.name, *term.variants)):
            letters = spelling.replace(" ", "")
            if len(letters) > 1 and letters not in seen:
                seen.add(letters)
                own, size = not index, len(letters)
                yield Form(letters, term, own, int(own and size > 5), max(1, (size - 1) // 3))


def _matches(form: Form, start: int, index: int, live: Sequence[Eojeol], letters: str) -> Iterator[Match]:
    """The term at the beginning of eojeol ``index``, which is letter ``start``, if it stands there."""
    exact = letters.startswith(form.letters, start)
    if not (exact or form.own):
        return
    size, slack = len(form.letters), 0 if exact else form.slack
    for length in range(size - slack, size + slack + 1):
        stem = letters[start : start + length]
        if len(stem) < length:
            return
        last, inside = _end(live, index, length)
        rest = live[last].text[inside:]
        if not _may_end(live[last], inside, rest):
            continue
        cost = 0.0 if exact else sound_distance(stem, form.letters, LIMITS.get(size, LONG_LIMIT))
        if cost == float("inf") or (not exact and _is_word(live[index : last + 1], inside, form)):
            continue
        heard = " ".join([*(one.text for one in live[index:last]), live[last].text[:inside]])
        yield Match(
            index, last + 1, _written(form.term.name, rest, live[last], inside), heard, form.term, cost
        )


def _end(live: Sequence[Eojeol], index: int, length: int) -> tuple[int, int]:
    """The eojeol in which a stretch of ``length`` letters from eojeol ``index`` on ends, and where in it."""
    while length > len(live[index].text):
        length -= len(live[index].text)
        index += 1
    return index, length


def _may_end(eojeol: Eojeol, inside: int, rest: str) -> bool:
    """Whether a noun may end so far inside an eojeol: at its end, or before a particle or another noun."""
    bare = rest.rstrip(MARKS)
    if not bare:
        return True
    place = eojeol.start + inside
    for morpheme in eojeol.morphemes:
        if morpheme.chars.start == place:
            return True
    return PARTICLE.fullmatch(bare) is not None


def _is_word(window: Sequence[Eojeol], inside: int, form: Form) -> bool:
    """Whether the stretch is a single word of the dictionary: then somebody may well have said it.

    A person's name that is heard otherwise is mostly another name, so those don't count.
    """
    if len(window) > 1:
        return False
    end = window[0].start + inside
    within = [m for m in window[0].morphemes if m.chars.start < end and m.tag[0] != "J"]
    if len(within) != 1 or not within[0].known or within[0].form == form.term.name:
        return False
    return not (form.term.kind == "person" and within[0].tag == "NNP")


def _written(name: str, rest: str, eojeol: Eojeol, inside: int) -> str:
    bare = rest.rstrip(MARKS)
    if not bare:
        return name + rest
    place = eojeol.start + inside
    tag = next((m.tag for m in eojeol.morphemes if m.chars.start == place), "J")
    follows = tag.startswith(SUFFIX_TAGS) or PARTICLE.fullmatch(bare)
    return (attach(name, bare) if follows else name + bare) + rest[len(bare) :]


def _rough(character: str) -> str:
    """A letter for all syllables that may be taken for one another; finals don't count."""
    onset, nucleus, _ = decompose(character)
    return CONSONANTS[onset] + VOWELS[nucleus]


@cache
def _rough_table() -> dict[int, str]:
    classes: dict[str, str] = {}
    table = {}
    for code in range(FIRST, LAST + 1):
        name = _rough(chr(code))
        table[code] = classes.setdefault(name, chr(0xE000 + len(classes)))
    return table


@lru_cache(maxsize=4)
def load_matcher(glossary: Glossary) -> Matcher:
    """The matcher for a glossary, made once per process."""
    return Matcher(glossary)
