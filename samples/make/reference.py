"""What was put into a recording, written beside it: turns as JSON, spans of speech as RTTM, and the sidecar.

JSON has one entry per turn, in the order in which turns begin, times in seconds. RTTM (NIST RT-09) has one
line per sentence, because the pause between two sentences of a turn is not speech.
"""

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

from samples.make.encode import COMMENT
from samples.make.mix import Placed
from samples.make.script import Script

_TOLD = ("name", "role", "consent", "affiliation")
"""What a sidecar tells of a participant."""


def as_json(recording: str, script: Script, placed: Sequence[Placed], duration_ms: int) -> str:
    """The reference of one recording, as text of a JSON file."""
    ordered = sorted(placed, key=lambda item: item.start_ms)
    reference = {
        "file": PurePosixPath(recording).name,
        "language": script.language,
        "duration_s": duration_ms / 1000,
        "description": COMMENT,
        "speakers": sorted({item.turn.speaker for item in ordered}),
        "voices": {person.name: person.voice for person in script.people},
        "overlaps": sum(b.start_ms < a.end_ms for a, b in pairwise(ordered)),
        "turns": [_turn(item) for item in ordered],
    }
    return json.dumps(reference, ensure_ascii=False, indent=1) + "\n"


def _turn(item: Placed) -> dict[str, Any]:
    return {
        "speaker": item.turn.speaker,
        "start": item.start_ms / 1000,
        "end": item.end_ms / 1000,
        "text": item.turn.text,
        "text_spoken": item.turn.spoken,
        "tags": list(item.turn.tags),
    }


def as_rttm(recording: str, placed: Sequence[Placed]) -> str:
    """The spans of speech of one recording, as text of an RTTM file."""
    name = PurePosixPath(recording).stem
    spans = sorted(
        (phrase.start_ms, phrase.end_ms, item.turn.speaker) for item in placed for phrase in item.phrases
    )
    return "".join(
        f"SPEAKER {name} 1 {start / 1000:.3f} {(end - start) / 1000:.3f} <NA> <NA> {speaker} <NA> <NA>\n"
        for start, end, speaker in spans
    )


def as_sidecar(script: Script) -> str:
    """What staff would have written beside the recording, as text of a TOML file."""
    lines = [
        f"# {COMMENT}",
        f"title = {_quote(script.title)}",
        f"date = {script.date.isoformat()}",
        f"place = {_quote(script.place)}",
        f"speakers = {len(script.people)}",
        f"language = {_quote(script.language)}",
    ]
    for person in script.people:
        lines += ["", "[[participant]]"]
        lines += [f"{key} = {_quote(getattr(person, key))}" for key in _TOLD]
    return "\n".join(lines) + "\n"


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
