"""Talk made by code: what each stage would make of it, from who says which words when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.model import (
    CleanTurn,
    Diarization,
    Link,
    Segment,
    Span,
    Transcript,
    Turn,
    Voice,
    VoiceSpan,
    VoiceTrack,
    Word,
)


@dataclass(frozen=True)
class Heard:
    """A turn: a voice, its time, and its words, one every ``word_ms``, each with the space before it."""

    voice: str
    start_ms: int
    end_ms: int
    words: tuple[str, ...]
    word_ms: int

    def timed(self) -> list[Word]:
        starts = range(self.start_ms, self.end_ms, self.word_ms)
        pairs = zip(starts, self.words, strict=False)
        return [Word(at, at + self.word_ms * 4 // 5, text, 0.9) for at, text in pairs]


def spans(heard: Iterable[Heard]) -> list[Span]:
    """Which words of the transcript are each turn's."""
    found: list[Span] = []
    for turn in heard:
        first = found[-1].end if found else 0
        found.append(Span(first, first + len(turn.words)))
    return found


def transcript(digest: str, length_ms: int, heard: Sequence[Heard]) -> Transcript:
    words = tuple(word for turn in heard for word in turn.timed())
    segments = tuple(Segment(span) for span in spans(heard))
    return Transcript(digest, length_ms, "ko", "fake", "base", words, segments)


def diarization(digest: str, heard: Sequence[Heard], embeddings: dict[str, tuple[float, ...]]) -> Diarization:
    voices = tuple(Voice(name, 10_000, embedding) for name, embedding in embeddings.items())
    track = VoiceTrack(digest, tuple(VoiceSpan(turn.start_ms, turn.end_ms, turn.voice) for turn in heard))
    return Diarization("embeddings", voices, (track,))


def turns(digest: str, heard: Sequence[Heard]) -> list[Turn]:
    return [
        Turn(digest, turn.start_ms, turn.end_ms, turn.voice, span)
        for turn, span in zip(heard, spans(heard), strict=True)
    ]


def cleaned(turn: Turn, transcript: Transcript, written: Sequence[str] | None = None) -> CleanTurn:
    """A turn in writing: each word as heard, or as ``written`` has it, where an empty one was a filler.

    A word that was silenced is accounted for by nothing.
    """
    words = transcript.words[turn.words.start : turn.words.end]
    text, links = "", []
    for number, word in enumerate(words):
        if heard := word.text.strip():
            put = written[number] if written else heard
            piece = f"{word.text[: word.text.index(heard)] if text else ''}{put}" if put else ""
            why = ("", "") if put == heard else ("glossary-sound" if put else "filler", heard)
            index = turn.words.start + number
            links.append(Link(Span(len(text), len(text) + len(piece)), Span(index, index + 1), *why))
            text += piece
    return CleanTurn(turn, text, tuple(links), (Span(0, len(text)),) if text else (), ())
