"""How much two texts have in common, and which of many texts may have most in common with one."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from functools import cached_property
from operator import add

_MARKS = re.compile(r"(?!(?<=\d)\.(?=\d))[\W_]")

Bigrams = Counter[str]

COMMON = 60
"""A bigram in more texts than this points nowhere."""

RARE = 24
"""How many of a text's rarest bigrams are looked up."""

CANDIDATES = 8
"""How many of the texts found by them are worth comparing."""


def letters(text: str) -> str:
    """Letters and digits only, in lower case: of spacing and punctuation only a decimal point tells."""
    return _MARKS.sub("", text).lower()


def bigrams(text: str) -> Bigrams:
    """Pairs of neighbouring characters, white space left out; a lone one stands for itself."""
    dense = "".join(text.split())
    return Counter(map(add, dense, dense[1:])) if len(dense) > 1 else Counter(dense)


def shared(one: Bigrams, other: Bigrams) -> int:
    """How many bigrams both have; faster than counting them into a third counter."""
    return sum(min(one[bigram], other[bigram]) for bigram in one.keys() & other.keys())


def likeness(one: Bigrams, other: Bigrams) -> float:
    """Share of the smaller one's bigrams that both have, 0 to 1; 1 where one is empty."""
    return shared(one, other) / min(one.total(), other.total()) if one and other else 1.0


class Finder:
    """Finds the few of many texts that may share most bigrams with a given one, by its rarest bigrams.

    The texts are those there are when it is made; they are looked through when it is first asked.
    """

    def __init__(self, texts: Mapping[int, Bigrams]) -> None:
        self._texts = dict(texts)

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = defaultdict(list)
        for number, words in self._texts.items():
            for bigram in words:
                places[bigram].append(number)
        return places

    def near(self, words: Bigrams, among: Collection[int] | None = None) -> list[int]:
        """Numbers of texts, the most promising first; the rarest bigram counts however common it is."""
        postings = sorted((self._places[bigram] for bigram in words if bigram in self._places), key=len)
        telling = [numbers for numbers in postings[:RARE] if len(numbers) <= COMMON] or postings[:1]
        votes = Counter(i for numbers in telling for i in numbers if among is None or i in among)
        return [number for number, _ in votes.most_common(CANDIDATES)]
