"""Clean turns come apart into sentences, each with its own morphemes and the voice that says it."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.model import CleanTurn, Morpheme, Span

CONTENT_TAGS = frozenset({"NNG", "NNP", "XR", "SL"})
"""Morphemes that carry what is talked about; verbs of saying and doing tell no topics apart."""

_EMPTY = """
생각 말씀 이야기 얘기 부분 경우 정도 때문 이번 다음 지금 오늘 그때 사람 처음 이후 당시 하나 모두 우리 여기
거기 저기 마찬가지 나중 이제 감사 안녕 부탁 질문 답변 소개 사실 자체 관련 대부분 가지 저희 여러분 요즘 그동안
"""
EMPTY_WORDS = frozenset(_EMPTY.split())
"""Nouns of every conversation."""


@dataclass(frozen=True)
class Sentence:
    """One sentence of turn number ``turn``; ``chars`` and the morphemes are of the turn's ``text``."""

    turn: int
    voice: str | None
    text: str
    chars: Span
    morphemes: tuple[Morpheme, ...]

    @cached_property
    def content(self) -> tuple[str, ...]:
        """Its content morphemes in order; those of one letter say too little."""
        return tuple(
            [
                morpheme.form
                for morpheme in self.morphemes
                if morpheme.tag in CONTENT_TAGS
                and len(morpheme.form) > 1
                and morpheme.form not in EMPTY_WORDS
            ]
        )


def sentences_of(turns: Sequence[CleanTurn]) -> Iterator[Sentence]:
    """Every sentence in speaking order that has a morpheme."""
    for number, turn in enumerate(turns):
        at, starts = 0, [morpheme.chars.start for morpheme in turn.morphemes]
        for span in turn.sentences:
            start, at = at, bisect_left(starts, span.end, at)
            if at > start:
                yield Sentence(number, turn.turn.voice, turn.text, span, turn.morphemes[start:at])
