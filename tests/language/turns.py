"""Clean turns for tests, made from text alone."""

from collections.abc import Sequence

from pipeline.language.korean import load_korean
from pipeline.language.nlp import sentence_spans
from pipeline.model import CleanTurn, Span, Turn


def clean_turns(said: Sequence[tuple[str | None, str]]) -> list[CleanTurn]:
    """A turn for each voice and text, its sentences found by their marks and endings."""
    analysed = load_korean().analyse([text for _, text in said])
    return [
        CleanTurn(Turn("r", 0, 1, voice, Span(0, 1)), text, (), sentence_spans(text, morphemes), morphemes)
        for (voice, text), morphemes in zip(said, analysed, strict=True)
    ]
