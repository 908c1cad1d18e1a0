"""The voice library: voices of people who agreed that theirs is remembered, to be proposed in later sessions.

A voice identifies a person like a fingerprint does. Nothing enters without consent, nothing is proposed once
it is withdrawn, the file is for its owner's eyes only, and whoever is to be forgotten is gone from it.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import ConflictError, InputError
from pipeline.files import write_atomic
from pipeline.model import Voice
from pipeline.speech.speakers import Clue

LEAST_SPEECH_MS = 10_000
"""With less speech two voiceprints of one person lie too far apart (see docs/voices.md)."""

MIDPOINT = 0.68
SLOPE = 40.0
"""Logistic calibration of the cosine: docs/voices.md says on what it was fitted, and how it was lowered."""

LEAST_MARGIN = 0.08
"""Where the second best person is nearer than this, neither is proposed."""

KEPT = 5
"""Voiceprints kept of a person, the longest: rooms and microphones differ."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Voiceprint(_Record):
    """How a person sounded in one session: a unit vector, and how much speech it was taken from."""

    session: str
    speech_ms: int
    embedding: tuple[float, ...]


class Library(_Record):
    """Remembered voices by name. ``model`` is the digest of the network that made the vectors."""

    model: str = ""
    people: dict[str, tuple[Voiceprint, ...]] = {}


def load_library(path: Path) -> Library:
    """Read the library; empty where there is no file.

    Raises:
        ConflictError: the file cannot be understood.
    """
    try:
        return Library.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return Library()
    except (OSError, ValidationError) as failure:
        raise ConflictError(
            f"The voice library {path} cannot be read.", "Restore it, or delete it to start anew.", "voices"
        ) from failure


def save_library(path: Path, library: Library) -> None:
    """Write the library, readable by its owner only; an empty one is deleted."""
    if library.people:
        write_atomic(path, f"{library.model_dump_json()}\n".encode(), mode=0o600)
    else:
        path.unlink(missing_ok=True)


def enrol(library: Library, model: str, name: str, session: str, voice: Voice) -> Library:
    """Remember a voice; a voice of the same session replaces what was remembered of it.

    Prints of another network can't be compared and are left out.

    Raises:
        InputError: there is too little speech, or no voiceprint of it.
    """
    if voice.speech_ms < LEAST_SPEECH_MS or not voice.embedding:
        raise InputError(
            f"{name} 님의 목소리가 너무 짧아({voice.speech_ms / 1000:.0f}초) 기억할 수 없습니다.",
            f"{LEAST_SPEECH_MS // 1000}초 이상 말한 녹음에서 다시 해 주십시오.",
            "voice_short",
        )
    people = dict(library.people) if library.model == model else {}
    others = [each for each in people.get(name, ()) if each.session != session]
    prints = [*others, Voiceprint(session=session, speech_ms=voice.speech_ms, embedding=voice.embedding)]
    people[name] = tuple(sorted(prints, key=lambda each: (-each.speech_ms, each.session))[:KEPT])
    return Library(model=model, people=people)


def forget(library: Library, name: str) -> Library:
    """The library without a person."""
    return Library(model=library.model, people={n: p for n, p in library.people.items() if n != name})


def recognise(
    library: Library, model: str, consenting: Collection[str], session: str, voices: Iterable[Voice]
) -> tuple[Clue, ...]:
    """Which remembered people the voices of a session sound like.

    Args:
        library: who is remembered.
        model: digest of the network that made the voices' embeddings; nothing is proposed for another.
        consenting: people who still agree; others are passed over.
        session: what was remembered from this session itself proves nothing and is passed over.
        voices: those to be named.
    """
    if library.model != model:
        return ()
    known = {
        name: [each for each in prints if each.session != session]
        for name, prints in library.people.items()
        if name in consenting
    }
    return tuple(clue for voice in voices for clue in _alike(voice, known))


def _alike(voice: Voice, known: dict[str, list[Voiceprint]]) -> Iterator[Clue]:
    if voice.speech_ms < LEAST_SPEECH_MS or not voice.embedding:
        return
    near = sorted(
        (
            (max(_cosine(voice.embedding, each.embedding) for each in prints), name)
            for name, prints in known.items()
            if prints
        ),
        reverse=True,
    )
    if near and (len(near) == 1 or near[0][0] - near[1][0] >= LEAST_MARGIN):
        yield Clue(voice.label, near[0][1], "voice", round(calibrated(near[0][0]), 2))


def calibrated(cosine: float) -> float:
    """Probability, 0 to 1, that two voiceprints of at least LEAST_SPEECH_MS are one person's."""
    return 1 / (1 + math.exp(-SLOPE * (cosine - MIDPOINT)))


def _cosine(left: Sequence[float], right: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(left, right, strict=True))
