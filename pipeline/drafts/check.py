"""Every word that a draft puts into somebody's mouth is held against what was said.

A sentence may be edited as minutes are (:mod:`comparing`); whatever else differs is found, with the second at
which to listen.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from pipeline.drafts.comparing import Comparison, Difference, Matter, compare, denial_behind
from pipeline.drafts.likeness import Finder, bigrams, letters
from pipeline.drafts.quotes import CALLED_BY_ROLE, Claim, claims
from pipeline.drafts.reading import ReadBlock
from pipeline.drafts.substance import Substance, substance
from pipeline.model import Morpheme, Source

Analyse = Callable[[Iterable[str]], Iterable[tuple[Morpheme, ...]]]
"""Morphemes of many texts, in order: ``Korean.analyse``."""

RECOGNISABLE = 0.5
"""From this share of shared content words on, a sentence is an altered one; below, nobody said it."""

ALIKE = {"%": "퍼센트", "몇일": "며칠"}
"""Signs and slips, and how they are read."""

ANSWER_MS = 120_000
"""An ellipsis stands for so much of an answer at most."""

LONGEST = 3
"""So many sentences said in a row may have become one."""


class Verdict(StrEnum):
    """What a claim turned out to be, the best first."""

    EXACT = "exact"
    EDITED = "edited"
    WRONG_SPEAKER = "wrong-speaker"
    ALTERED = "altered"
    NOT_FOUND = "not-found"


FAITHFUL = frozenset({Verdict.EXACT, Verdict.EDITED})


@dataclass(frozen=True, slots=True)
class Utterance:
    """A sentence that somebody said: as it was cleaned, as it was recognised, and where it is heard.

    ``speaker`` is the label that drafts give them (``한나래(사회자)``).
    """

    speaker: str
    clean: str
    verbatim: str
    source: Source


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one claim. Where nothing like it was said, ``said`` is empty and ``source`` None.

    ``id`` is the block's, empty for one that a person added; ``speaker`` is who said ``said``.
    """

    id: str
    claim: Claim
    verdict: Verdict
    said: str = ""
    speaker: str = ""
    source: Source | None = None
    differences: tuple[Difference, ...] = ()


def check(
    edited: Sequence[ReadBlock],
    said: Sequence[Utterance],
    analyse: Analyse,
    spellings: Mapping[str, str] | None = None,
) -> tuple[Finding, ...]:
    """A finding for every quotation and attributed statement of a draft, in order.

    Args:
        edited: the draft as read.
        said: all that was said in its sessions, in order.
        analyse: morphemes of texts.
        spellings: variants of the glossary and their canonical form; they may be exchanged.
    """
    names = sorted({name for utterance in said for name in (utterance.speaker, _name(utterance.speaker))})
    record = _Record(said, analyse, spellings or {})
    found = list(claims(edited, names))
    verdicts = record.judge(found)
    return tuple(replace(v, id=edited[c.block].id) for c, v in zip(found, verdicts, strict=True))


def _name(label: str) -> str:
    """The name in a speaker's label, without the role behind it."""
    return label.partition("(")[0].strip()


def _roles(label: str) -> Iterator[str]:
    """What somebody may be called by: all where the label tells no role."""
    role = label.partition("(")[2].rstrip(")")
    return (word for word, meant in CALLED_BY_ROLE.items() if not role or role in meant)


def _fluent(text: str) -> str:
    """A text without eojeol that the next one begins with: ``소상 소상공인은``, ``스무 스무 명이``."""
    words = text.split()
    broken = (
        len(letters(word)) > 1 and letters(after).startswith(letters(word)) for word, after in pairwise(words)
    )
    return " ".join([word for word, cut in zip(words, [*broken, False], strict=False) if not cut])


class _Passage(NamedTuple):
    """Sentences ``[start, end)`` that were said in a row by one person."""

    start: int
    end: int


class _Record:
    """All that was said, made searchable."""

    def __init__(self, said: Sequence[Utterance], analyse: Analyse, spellings: Mapping[str, str]) -> None:
        self._said = said
        self._analyse = analyse
        self._spellings = {variant: name for variant, name in spellings.items() if variant != name}
        variants = sorted(self._spellings, key=len, reverse=True)
        self._variants = re.compile("|".join(map(re.escape, variants)) or r"(?!)")
        self._clean = [self._spelled(utterance.clean) for utterance in said]
        self._verbatim = [self._spelled(utterance.verbatim) for utterance in said]
        self._letters = [
            {letters(clean), letters(raw)} for clean, raw in zip(self._clean, self._verbatim, strict=True)
        ]
        self._whole: dict[str, list[int]] = defaultdict(list)
        for number, texts in enumerate(self._letters):
            for text in texts:
                self._whole[text].append(number)
        self._finder = Finder({i: bigrams(letters(text)) for i, text in enumerate(self._clean)})
        self._by: dict[str, set[int]] = defaultdict(set)
        for number, utterance in enumerate(said):
            for name in (_name(utterance.speaker), *_roles(utterance.speaker)):
                self._by[name].add(number)
        self._known: dict[str, Substance] = {}

    def judge(self, found: Sequence[Claim]) -> list[Finding]:
        """A finding for each claim. All texts are analysed together: the analyser works on many at once."""
        near = [() if self._exact(claim) else self._passages(claim) for claim in found]
        self._learn(
            text
            for claim, passages in zip(found, near, strict=True)
            if passages
            for text in (*self._written(claim), *(t for p in passages for t in self._texts(p)))
        )
        judged: list[Finding] = []
        for claim, passages in zip(found, near, strict=True):
            before = judged[-1] if claim.goes_on else None
            judged.append(_joined(before, self._judged(claim, passages, before)))
        return judged

    def _spelled(self, text: str) -> str:
        for before, after in ALIKE.items():
            text = text.replace(before, after)
        return self._variants.sub(lambda match: self._spellings[match.group()], text)

    def _learn(self, texts: Iterable[str]) -> None:
        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        for text, morphemes in zip(new, self._analyse(new), strict=True):
            self._known[text] = substance(text, morphemes)

    def _is_by(self, claim: Claim, number: int) -> bool:
        return not claim.by or number in self._by.get(_name(claim.by), ())

    def _exact(self, claim: Claim) -> list[int]:
        """Sentences that are letter by letter what the claim says, or hold it where it is an excerpt."""
        text = letters(self._spelled(claim.text))
        if not claim.excerpt:
            return self._whole.get(text, [])
        near = [*self._whole.get(text, []), *self._finder.near(bigrams(text))]
        return [i for i in near if any(text in said for said in self._letters[i])]

    def _passages(self, claim: Claim) -> tuple[_Passage, ...]:
        """Where the claim may have been said: near sentences, and with their neighbours where it is long."""
        text = letters(claim.text)
        words = bigrams(letters(self._spelled(claim.text)))
        own = self._finder.near(words, self._by.get(_name(claim.by), ())) if claim.by else []
        found: dict[_Passage, None] = {}
        for number in dict.fromkeys((*own, *self._finder.near(words))):
            found[_Passage(number, number + 1)] = None
            for length in range(2, LONGEST + 1):
                for start in range(number - length + 1, number + 1):
                    passage = _Passage(start, start + length)
                    if self._in_a_row(passage) and self._length(passage) <= 1.5 * len(text) + 10:
                        found[passage] = None
        return tuple(found)

    def _in_a_row(self, passage: _Passage) -> bool:
        if passage.start < 0 or passage.end > len(self._said):
            return False
        one = self._said[passage.start]
        others = self._said[passage.start + 1 : passage.end]
        return all((u.speaker, u.source.recording) == (one.speaker, one.source.recording) for u in others)

    def _length(self, passage: _Passage) -> int:
        return sum(len(letters(self._clean[i])) for i in range(passage.start, passage.end))

    def _texts(self, passage: _Passage) -> Iterator[str]:
        """The passage as cleaned, as recognised, and each without beginnings that were broken off."""
        texts = [" ".join(said[passage.start : passage.end]) for said in (self._clean, self._verbatim)]
        yield from dict.fromkeys((*texts, *map(_fluent, texts)))

    def _judged(self, claim: Claim, passages: Sequence[_Passage], before: Finding | None) -> Finding:
        """The finding of the claimed speaker's best passage, or of somebody's who said it.

        Of several the one that is nearest behind ``before``.
        """
        if exact := self._exact(claim):
            own = sorted(i for i in exact if self._is_by(claim, i))
            own.sort(key=lambda i: not _goes_on(before, self._said[i].source))
            at = (own or exact)[0]
            verdict = Verdict.EXACT if own else Verdict.WRONG_SPEAKER
            denial = denial_behind(self._clean[at], self._spelled(claim.text)) if claim.excerpt else ""
            if own and denial:
                cut = (Difference(Matter.NEGATION, denial, ""),)
                return self._finding(claim, Verdict.ALTERED, _Passage(at, at + 1), cut)
            return self._finding(claim, verdict, _Passage(at, at + 1))
        rated = [(passage, *self._rated(claim, passage)) for passage in passages]
        ranked = sorted(rated, key=lambda item: (item[2], item[0]))
        own_first = sorted(ranked, key=lambda item: (_RANK[item[1]], not self._is_by(claim, item[0].start)))
        if not own_first:
            return Finding("", claim, Verdict.NOT_FOUND)
        passage, verdict, _, comparison = own_first[0]
        if verdict is Verdict.EDITED and not self._is_by(claim, passage.start):
            verdict = Verdict.WRONG_SPEAKER
        if verdict is Verdict.NOT_FOUND:
            return Finding("", claim, verdict)
        return self._finding(claim, verdict, passage, comparison.differences)

    def _written(self, claim: Claim) -> tuple[str, str]:
        """What the draft has, and what stands around it."""
        return self._spelled(claim.text), self._spelled(claim.beside)

    def _rated(self, claim: Claim, passage: _Passage) -> tuple[Verdict, int, Comparison]:
        """The verdict on a claim if it was said there, and how many words differ."""
        written, beside = (self._known[text] for text in self._written(claim))
        rated = []
        for text in self._texts(passage):
            comparison = compare(self._known[text], written, claim.excerpt, beside)
            words = sum(1 + len(d.said.split()) + len(d.written.split()) for d in comparison.differences)
            verdict = Verdict.ALTERED if comparison.differences else Verdict.EDITED
            if comparison.shared < RECOGNISABLE:
                verdict = Verdict.NOT_FOUND
            rated.append((verdict, words, comparison))
        return min(rated, key=lambda item: (_RANK[item[0]], item[1]))

    def _finding(
        self, claim: Claim, verdict: Verdict, passage: _Passage, differences: tuple[Difference, ...] = ()
    ) -> Finding:
        first, last = self._said[passage.start], self._said[passage.end - 1]
        said = " ".join(utterance.clean for utterance in self._said[passage.start : passage.end])
        source = replace(first.source, end_ms=last.source.end_ms)
        return Finding("", claim, verdict, said, first.speaker, source, differences)


def _joined(before: Finding | None, finding: Finding) -> Finding:
    """A part of a quotation that may not stand behind the one ``before`` it is an alteration."""
    if before is None or finding.source is None or not {before.verdict, finding.verdict} <= FAITHFUL:
        return finding
    if _goes_on(before, finding.source) and before.speaker == finding.speaker:
        return finding
    apart = Difference(Matter.JOINED, before.said, finding.claim.text)
    return replace(finding, verdict=Verdict.ALTERED, differences=(*finding.differences, apart))


def _goes_on(before: Finding | None, source: Source) -> bool:
    """Whether what is heard there was said in one answer with the finding before."""
    if before is None or before.source is None:
        return True
    if before.source.recording != source.recording:
        return False
    return before.source.start_ms <= source.start_ms <= before.source.end_ms + ANSWER_MS


_RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}
