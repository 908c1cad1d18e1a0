"""Stored results without the words of some voices and without a name, everything else exactly where it was.

Words become blanks and keep their times: whatever refers to words by number or to seconds still holds. A name
that others say is masked letter by letter.
"""

import base64
import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from pipeline.batch.forgetting.spoken_names import SpokenName
from pipeline.edits import Anchor
from pipeline.model import Diarization, Span, Transcript, Turn
from pipeline.speech.voiceprints import Voiceprints

BLANK = " "
"""A word that was taken out; its space keeps the words around it apart."""
SHINGLE = 4
"""So many eojeol on end are hardly said twice by chance."""


def silences(diarization: Diarization, turns: Iterable[Turn], voices: Collection[str]) -> list[Anchor]:
    """Where one of the voices is, or may be, heard: a turn without a voice may be anybody's."""
    heard = [
        Anchor(recording=track.recording, start_ms=span.start_ms, end_ms=span.end_ms)
        for track in diarization.tracks
        for span in track.spans
        if span.voice in voices
    ]
    return heard + [
        Anchor(recording=turn.recording, start_ms=turn.start_ms, end_ms=turn.end_ms)
        for turn in turns
        if is_theirs(turn, voices)
    ]


def is_theirs(turn: Turn, voices: Collection[str]) -> bool:
    """Whether a turn is, or may be, one of the voices'."""
    return bool(voices) and (turn.voice is None or turn.voice in voices)


def united(anchors: Iterable[Anchor]) -> list[Anchor]:
    """The same stretches, in order and apart."""
    made: list[Anchor] = []
    for anchor in sorted(anchors, key=lambda each: (each.recording, each.start_ms, each.end_ms)):
        last = made[-1] if made else None
        if last and last.recording == anchor.recording and anchor.start_ms <= last.end_ms:
            made[-1] = last.model_copy(update={"end_ms": max(last.end_ms, anchor.end_ms)})
        else:
            made.append(anchor)
    return made


def hushed(
    transcript: Transcript,
    turns: Sequence[Turn],
    voices: Collection[str],
    silent: Iterable[Anchor],
    name: SpokenName | None,
) -> Transcript:
    """The transcript without what the voices said, and with the name masked wherever somebody says it."""
    own = [turn for turn in turns if turn.recording == transcript.recording and is_theirs(turn, voices)]
    out = {index for turn in own for index in range(turn.words.start, turn.words.end)}
    words = [
        replace(word, text=BLANK, confidence=0.0) if index in out else word
        for index, word in enumerate(transcript.words)
    ]
    for index, text in _masked_words(transcript, name):
        if index not in out:
            words[index] = replace(words[index], text=text)
    spans = [Span(a.start_ms, a.end_ms) for a in silent if a.recording == transcript.recording]
    removed = tuple(
        replace(each, text=masked(each.text, name))
        for each in transcript.removed
        if not any(span.overlap(Span(each.start_ms, each.end_ms)) for span in spans)
    )
    return replace(transcript, words=tuple(words), removed=removed)


def mentions(transcript: Transcript, name: SpokenName | None) -> list[Anchor]:
    """Where the name is said."""
    return [
        Anchor(
            recording=transcript.recording,
            start_ms=transcript.words[index].start_ms,
            end_ms=transcript.words[index].end_ms,
        )
        for index, _ in _masked_words(transcript, name)
    ]


def masked(text: str, name: SpokenName | None) -> str:
    """The text with each letter of the name hidden, so that it keeps its length."""
    return name.masked(text) if name else text


def _masked_words(transcript: Transcript, name: SpokenName | None) -> Iterator[tuple[int, str]]:
    """Words that hold a part of the name, masked; a name may be spread over several."""
    whole = "".join(word.text for word in transcript.words)
    hidden = masked(whole, name)
    at = 0
    for index, word in enumerate(transcript.words):
        text = hidden[at : at + len(word.text)]
        at += len(word.text)
        if text != word.text:
            yield index, text


def without_prints(prints: Voiceprints, silent: Iterable[Anchor]) -> Voiceprints:
    """The voiceprints but for those taken from somewhere silent."""
    spans = [Span(a.start_ms, a.end_ms) for a in silent if a.recording == prints.recording]
    kept = [
        number
        for number, excerpt in enumerate(prints.excerpts)
        if not any(span.overlap(Span(excerpt.start_ms, excerpt.end_ms)) for span in spans)
    ]
    raw = base64.b64decode(prints.prints)
    size = len(raw) // max(1, len(prints.excerpts))
    left = b"".join(raw[number * size : (number + 1) * size] for number in kept)
    excerpts = tuple(prints.excerpts[number] for number in kept)
    return replace(prints, excerpts=excerpts, prints=base64.b64encode(left).decode())


def without_embeddings(diarization: Diarization, voices: Collection[str]) -> Diarization:
    """The voices, of some of them only when they spoke."""
    kept = tuple(
        replace(voice, embedding=()) if voice.label in voices else voice for voice in diarization.voices
    )
    return replace(diarization, voices=kept)


def shingles(text: str) -> set[str]:
    """Short hashes of every few eojeol on end, by which words are known again wherever they stand."""
    eojeol = [word for word in (re.sub(r"\W+", "", each) for each in text.split()) if word]
    runs = [" ".join(eojeol[at : at + SHINGLE]) for at in range(len(eojeol) - SHINGLE + 1)]
    return {hashlib.sha256(run.encode()).hexdigest()[:16] for run in runs}
