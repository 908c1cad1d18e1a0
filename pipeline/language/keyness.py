"""A session's key terms and key sentences, chosen from what was said and nothing else.

Sentences and their content words form a graph with two sides. A walk goes from a sentence to one of its
words, in proportion to TF-IDF, and from a word to a sentence that has it, and now and then begins anew at any
sentence (Brin and Page's damping, as in Mihalcea and Tarau's TextRank). Where it is found most often stands
what the rest of the session refers to. Nothing is drawn by lot: equal input, equal result.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.language.sentences import Sentence
from pipeline.model import Span

DAMPING = 0.85
"""How often the walk goes on; Brin and Page's value."""

TOLERANCE = 1e-9
"""The walk has settled when no rank changes by more."""

ROUNDS = 200
"""More than any walk with this damping needs: 0.85 ** 200 is below the tolerance."""

REDUNDANT = 0.5
"""Share of a sentence's words that an already chosen one may have."""

FEWEST_WORDS = 4
"""A key sentence stands alone: with fewer content words it does not."""


class KeyTerm(NamedTuple):
    """A word, its rank (all ranks of a session sum to 1), and in how many sentences it is said."""

    term: str
    score: float
    sentences: int


class KeySentence(NamedTuple):
    """A sentence of turn number ``turn`` and its rank (all ranks of a session sum to 1)."""

    turn: int
    chars: Span
    score: float


class Ranks(NamedTuple):
    """Where the walk is found: sentence by sentence, and word by word."""

    sentences: NDArray[Any]
    words: NDArray[Any]


class _Graph(NamedTuple):
    """An edge per word in a sentence: its two ends, and its weight."""

    bags: list[Counter[str]]
    vocabulary: list[str]
    sentence: NDArray[np.intp]
    word: NDArray[np.intp]
    weight: NDArray[Any]


def key_terms(sentences: Sequence[Sentence], count: int = 20) -> tuple[KeyTerm, ...]:
    """The ``count`` words that hold the session together, best first; a word said once is none."""
    graph = _graph(sentences)
    ranks = _walk(graph).words
    spread = np.bincount(graph.word, minlength=len(graph.vocabulary))
    best = sorted(
        (number for number in range(len(graph.vocabulary)) if spread[number] > 1),
        key=lambda number: (-round(float(ranks[number]), 12), graph.vocabulary[number]),
    )
    return tuple(
        KeyTerm(graph.vocabulary[number], float(ranks[number]), int(spread[number]))
        for number in best[:count]
    )


def key_sentences(sentences: Sequence[Sentence], count: int = 5) -> tuple[KeySentence, ...]:
    """The ``count`` sentences that say most of what is said, best first, none much like another.

    Leave out beforehand what may not be chosen, such as questions and what the moderator says.
    """
    graph = _graph(sentences)
    ranks = _walk(graph).sentences
    chosen: list[int] = []
    for number in sorted(range(len(sentences)), key=lambda i: (-round(float(ranks[i]), 12), i)):
        words = set(graph.bags[number])
        if len(chosen) == count:
            break
        alike = any(len(words & set(graph.bags[other])) > REDUNDANT * len(words) for other in chosen)
        if len(words) >= FEWEST_WORDS and not alike:
            chosen.append(number)
    return tuple(
        KeySentence(sentences[number].turn, sentences[number].chars, float(ranks[number]))
        for number in chosen
    )


def _graph(sentences: Sequence[Sentence]) -> _Graph:
    bags = [Counter(sentence.content) for sentence in sentences]
    spread = Counter(word for bag in bags for word in bag)
    vocabulary = sorted(spread)
    numbers = {word: number for number, word in enumerate(vocabulary)}
    edges = [(i, numbers[word], times) for i, bag in enumerate(bags) for word, times in bag.items()]
    table = np.array(edges, dtype=np.float64).reshape(-1, 3)
    word = table[:, 1].astype(np.intp)
    rarity = np.log1p(len(bags) / np.array([spread[name] for name in vocabulary], dtype=np.float64))
    return _Graph(bags, vocabulary, table[:, 0].astype(np.intp), word, table[:, 2] * rarity[word])


def _walk(graph: _Graph) -> Ranks:
    """Stationary distribution of the walk, after its steps to sentences and to words."""
    rows, columns = len(graph.bags), len(graph.vocabulary)
    if not columns:
        return Ranks(np.zeros(rows), np.zeros(0))
    out = graph.weight / np.bincount(graph.sentence, graph.weight, rows)[graph.sentence]
    back = graph.weight / np.bincount(graph.word, graph.weight, columns)[graph.word]
    anywhere = (np.bincount(graph.sentence, minlength=rows) > 0).astype(np.float64)
    start = anywhere / anywhere.sum()
    ranks: NDArray[Any] = start
    words: NDArray[Any] = np.zeros(columns)
    for _ in range(ROUNDS):
        words = np.bincount(graph.word, out * ranks[graph.sentence], columns)
        new = DAMPING * np.bincount(graph.sentence, back * words[graph.word], rows) + (1 - DAMPING) * start
        settled = float(np.abs(new - ranks).max()) < TOLERANCE
        ranks = new
        if settled:
            break
    return Ranks(ranks, words)
