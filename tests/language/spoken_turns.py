"""Turns made of plain text for the tests of the Korean rules: a slash after a word is a pause of 400 ms."""

from collections.abc import Sequence

from pipeline.config import CleanSettings, Glossary
from pipeline.language.clean import clean
from pipeline.model import CleanTurn, Segment, Span, Transcript, Turn, Word

PAUSE_MS = 400
SYLLABLE_MS = 150
NO_TERMS = Glossary()


def spoken(text: str, confidence: float = 0.9) -> tuple[Word, ...]:
    """Words of a text, one an eojeol, each with its leading space but the first."""
    words = []
    now_ms = 0
    for index, word in enumerate(text.split()):
        said = word.removesuffix("/")
        end_ms = now_ms + SYLLABLE_MS * len(said)
        words.append(Word(now_ms, end_ms, f" {said}" if index else said, confidence))
        now_ms = end_ms + PAUSE_MS * word.endswith("/")
    return tuple(words)


def turns_of(talks: Sequence[tuple[Word, ...]]) -> tuple[list[Turn], dict[str, Transcript]]:
    """One recording and one turn for each."""
    turns, transcripts = [], {}
    for number, words in enumerate(talks):
        name, span = str(number), Span(0, len(words))
        end_ms = words[-1].end_ms if words else 0
        transcripts[name] = Transcript(name, end_ms, "ko", "fake", "fake", words, (Segment(span),))
        turns.append(Turn(name, 0, end_ms, "S1", span))
    return turns, transcripts


def cleaned(
    texts: Sequence[str], glossary: Glossary = NO_TERMS, settings: CleanSettings | None = None
) -> tuple[CleanTurn, ...]:
    """Texts as turns, cleaned."""
    turns, transcripts = turns_of([spoken(text) for text in texts])
    return clean(turns, transcripts, glossary, settings or CleanSettings())


def differences(turn: CleanTurn) -> list[tuple[str, str, str]]:
    """Reason, what was said, and what is written, of every difference."""
    return [
        (link.reason, link.before, turn.text[link.chars.start : link.chars.end].rstrip())
        for link in turn.links
        if link.before
    ]
