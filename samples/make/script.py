"""A TOML script becomes a typed conversation: who says what, after which pause, and why it is in the sample.

The one thing to get wrong: ``text`` is what a careful typist would write and ``spoken`` what the voice reads
(numbers written out); both go into the reference, only ``spoken`` is ever synthesised.
"""

import datetime
import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Person:
    """A fictional participant, and the name of the voice that plays them."""

    name: str
    role: str
    consent: str
    affiliation: str
    voice: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's turn.

    ``gap_ms`` counts from the end of everything said before: negative overlaps, None lets chance choose.
    ``starts_recording`` is true where the recorder began a new file.
    """

    speaker: str
    text: str
    spoken: str
    tags: tuple[str, ...]
    gap_ms: int | None
    starts_recording: bool


@dataclass(frozen=True, slots=True)
class Script:
    """A session to be made. ``recordings`` and ``sidecar`` are paths below ``samples/audio``."""

    title: str
    date: datetime.date
    place: str
    language: str
    seed: int
    sidecar: str
    recordings: tuple[str, ...]
    people: tuple[Person, ...]
    turns: tuple[Turn, ...]

    def takes(self) -> list[tuple[str, list[Turn]]]:
        """The turns of each recording, in order, with the recording's path."""
        parts: list[list[Turn]] = [[]]
        for turn in self.turns:
            if turn.starts_recording:
                parts.append([])
            parts[-1].append(turn)
        return list(zip(self.recordings, parts, strict=True))


def load_script(path: Path) -> Script:
    """Read a script.

    Raises:
        ValueError: not TOML, or a turn by somebody who is not among the participants.
        TypeError: a key that is missing or unknown.
    """
    table = tomllib.loads(path.read_text("utf-8"))
    people = tuple(Person(**person) for person in table.pop("participant"))
    turns = tuple(_turn(**turn) for turn in table.pop("turn"))
    strangers = {turn.speaker for turn in turns} - {person.name for person in people}
    if strangers:
        raise ValueError(f"{path.name}: turns by people who do not take part: {sorted(strangers)}")
    recordings = tuple(table.pop("recordings"))
    return Script(recordings=recordings, people=people, turns=turns, **table)


def _turn(
    *,
    speaker: str,
    text: str,
    spoken: str = "",
    tags: list[str],
    gap_ms: int | None = None,
    starts_recording: bool = False,
) -> Turn:
    return Turn(speaker, text, spoken or text, tuple(tags), gap_ms, starts_recording)
