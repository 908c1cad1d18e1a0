"""What was said becomes lines to read: one speaker, no long pause, each with the second it starts at."""

import re
from dataclasses import dataclass, replace

from pipeline.drafts.parts import Part
from pipeline.model import Segment, Transcript, Turn

PARAGRAPH_PAUSE_MS = 2_000
"""A silence that starts a new line."""
PARAGRAPH_CHARACTERS = 200
"""A line of this length ends with its sentence: about 30 s of speech, easy to find again by ear."""
LONGEST_PARAGRAPH_CHARACTERS = 600
"""A line of this length ends wherever a segment does: recognised text may lack any punctuation."""
SENTENCE_ENDS = (".", "?", "!", "…")

_UNWRITABLE = re.compile("[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACES = frozenset("\t\n\r")


@dataclass(frozen=True, slots=True)
class Line:
    """A passage that is read in one go: one turn, no long pause, doubted for the same reasons throughout."""

    start_ms: int
    end_ms: int
    text: str
    doubts: tuple[str, ...]
    """Reasons of the guard, each once, in order of their code."""
    turn: Turn | None = None


def lines(part: Part) -> tuple[Line, ...]:
    """Merge segments into lines: every word is in exactly one, in order."""
    made: list[Line] = []
    for turn, segment in part.spoken():
        line = _line(part.transcript, segment, turn)
        if not line.text:
            continue
        if made and _continues(made[-1], line):
            made[-1] = _joined(made[-1], line)
        else:
            made.append(line)
    return tuple(made)


def one_line(words: str) -> str:
    """The words with single spaces between them."""
    return " ".join(words.split())


def printable(text: str) -> str:
    """The text with as many characters, of which XML can hold every one; tabs and line ends become spaces."""
    return _UNWRITABLE.sub(lambda found: " " if found[0] in _SPACES else "\ufffd", text)


def clock(time_ms: int) -> str:
    """A moment as a listener looks it up: ``mm:ss``, or ``h:mm:ss`` from the first hour on."""
    minutes, seconds = divmod(time_ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def _line(transcript: Transcript, segment: Segment, turn: Turn | None) -> Line:
    words = transcript.words[segment.words.start : segment.words.end]
    return Line(
        start_ms=words[0].start_ms if words else 0,
        end_ms=max((word.end_ms for word in words), default=0),
        text=one_line(transcript.text(segment.words)),
        doubts=tuple(sorted({doubt.reason for doubt in segment.doubts})),
        turn=turn,
    )


def _continues(line: Line, following: Line) -> bool:
    ended = len(line.text) >= PARAGRAPH_CHARACTERS and line.text.endswith(SENTENCE_ENDS)
    return (
        (line.doubts, line.turn) == (following.doubts, following.turn)
        and following.start_ms - line.end_ms < PARAGRAPH_PAUSE_MS
        and not ended
        and len(line.text) < LONGEST_PARAGRAPH_CHARACTERS
    )


def _joined(line: Line, following: Line) -> Line:
    end_ms = max(line.end_ms, following.end_ms)
    return replace(line, end_ms=end_ms, text=f"{line.text} {following.text}")
