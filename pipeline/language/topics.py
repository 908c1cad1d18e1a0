"""Sentences are given the topics they speak of, by a topic's own terms or by likeness to sentences with them.

A term counts where a morpheme begins with it ("강의" in "강의실", not in "건강의"). A sentence without
any term is compared with each topic's profile, which is the sum of the TF-IDF vectors of the sentences of the
session that have one of its terms. The nearest profile gives the topic if the cosine reaches a threshold.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from pipeline.config import Topic
from pipeline.language.sentences import Sentence

SIMILAR = 0.3
"""Cosine from which a sentence without terms belongs to a topic."""

FEWEST_WORDS = 3
"""A sentence with fewer content words is like everything and nothing."""

FEWEST_SENTENCES = 3
"""A profile of fewer sentences says more about them than about the topic."""


class About(NamedTuple):
    """A sentence's topic and what showed it: ``terms`` or ``similarity``."""

    topic: str
    by: str


def find_topics(
    sentences: Sequence[Sentence], topics: Sequence[Topic], similar: float = SIMILAR
) -> list[tuple[About, ...]]:
    """For each sentence its topics, those with terms in the order of ``topics``.

    ``similar`` is a cosine, 0 to 1; above 1 nothing is given by likeness.
    """
    if not topics:
        return [() for _ in sentences]
    named = list(_by_terms(sentences, topics))
    vectors = _vectors([sentence.content for sentence in sentences])
    profiles = _profiles(named, vectors)
    return [
        tuple(About(topic, "terms") for topic in own) or _nearest(vector, profiles, similar)
        for own, vector in zip(named, vectors, strict=True)
    ]


def _by_terms(sentences: Sequence[Sentence], topics: Sequence[Topic]) -> Iterator[list[str]]:
    owners: dict[str, list[str]] = {}
    for topic in topics:
        for term in topic.terms:
            owners.setdefault(term.replace(" ", ""), []).append(topic.name)
    order = {topic.name: number for number, topic in enumerate(topics)}
    longest = sorted(owners, key=len, reverse=True)
    pattern = re.compile("|".join(r"\s?".join(map(re.escape, term)) for term in longest))
    for sentence in sentences:
        found: set[str] = set()
        for match in pattern.finditer(sentence.text, sentence.chars.start, sentence.chars.end):
            if any(morpheme.chars.start == match.start() for morpheme in sentence.morphemes):
                found.update(owners["".join(match.group().split())])
        yield sorted(found, key=order.__getitem__)


def _vectors(bags: Sequence[Sequence[str]]) -> list[dict[str, float]]:
    """TF-IDF vectors of unit length; empty for too few words."""
    seen = Counter(chain.from_iterable(map(set, bags)))
    rarity = {word: math.log(len(bags) / count) for word, count in seen.items()}
    return [
        _unit({word: bag.count(word) * rarity[word] for word in bag}) if len(set(bag)) >= FEWEST_WORDS else {}
        for bag in bags
    ]


def _profiles(
    named: Sequence[Sequence[str]], vectors: Sequence[Mapping[str, float]]
) -> dict[str, dict[str, float]]:
    sums: dict[str, dict[str, float]] = {}
    counts: Counter[str] = Counter()
    for topics, vector in zip(named, vectors, strict=True):
        for topic in topics if vector else ():
            total = sums.setdefault(topic, {})
            for word, weight in vector.items():
                total[word] = total.get(word, 0.0) + weight
            counts[topic] += 1
    return {topic: _unit(total) for topic, total in sums.items() if counts[topic] >= FEWEST_SENTENCES}


def _nearest(
    vector: Mapping[str, float], profiles: Mapping[str, Mapping[str, float]], similar: float
) -> tuple[About, ...]:
    cosines = {
        topic: sum([weight * profile[word] for word, weight in vector.items() if word in profile])
        for topic, profile in profiles.items()
    }
    best = max(cosines, key=cosines.__getitem__, default=None)
    return (About(best, "similarity"),) if best is not None and cosines[best] >= similar else ()


def _unit(weights: Mapping[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {word: weight / length for word, weight in weights.items()} if length else {}
