"""What is known of each session without working on it: for selecting, ordering and estimating."""

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.batch.inventory import Inventory
from pipeline.batch.ledger import Ledger
from pipeline.batch.plan import Planner, standing
from pipeline.batch.rows import Task
from pipeline.batch.selection import Lookup
from pipeline.model import Session

BYTES_PER_S = 16_000
"""MP3 at 128 kbit/s: what a recording is taken for while none of its format was ever decoded here."""
UNCOMPRESSED_BYTES_PER_S = {".wav": 96_000, ".aif": 96_000, ".aiff": 96_000}
"""One channel at 48 kHz with 16 bits."""


@dataclass(frozen=True, slots=True)
class Length:
    """How long a session's sound is; ``known`` is false where it was guessed from the size of files."""

    ms: int
    known: bool


class Facts:
    """Looks up what is known of the sessions of an inventory; nothing is read that was not asked for."""

    def __init__(self, inventory: Inventory, ledger: Ledger, planner: Planner) -> None:
        self._candidates = inventory.candidates
        self._sessions = {session.id: session for session in inventory.sessions}
        self._problems = inventory.problems
        self._planner = planner
        self._measures = ledger.measures()
        self._failures = self._standing_failures(ledger)
        self._rates = _byte_rates(ledger, self._measures)

    def of(self, name: str) -> Lookup:
        """Give the fields of one session, as :data:`pipeline.batch.selection.FIELDS` names them."""
        return lambda field: LOOKUPS[field](self, name)

    def length(self, name: str, unit: str = "") -> Length:
        """How long a session or one of its recordings is; never decoded, by the size of the files."""
        known = self._measures.get(Task(name, "decode", unit), {}).get("audio_ms")
        if known is None and not unit:
            known = self.audio_ms(name)
        if known is not None:
            return Length(known, True)
        return Length(sum(map(self._guess_ms, self._paths(name, unit))), False)

    def audio_ms(self, name: str) -> int | None:
        """Length of all its recordings; None until each was decoded."""
        return self._sum(name, "decode", "audio_ms")

    def ordered(self, sessions: Iterable[Session], order: str) -> list[Session]:
        """Sort by ``shortest``, ``oldest`` (those without a date last) or ``name``."""
        keys: dict[str, Callable[[Session], Any]] = {
            "shortest": lambda session: (self.length(session.id).ms, session.id),
            "oldest": lambda session: (session.date or "9999", session.id),
            "name": lambda session: session.id,
        }
        return sorted(sessions, key=keys[order])

    def _standing_failures(self, ledger: Ledger) -> dict[str, list[bool]]:
        """Whether in quarantine, for each failure of a session; not those of recordings it no longer has."""
        units = {name: {r.digest for r in session.recordings} for name, session in self._sessions.items()}
        found: dict[str, list[bool]] = defaultdict(list)
        for task, failure in ledger.failures().items():
            if not task.unit or task.unit in units.get(task.session, ()):
                found[task.session].append(failure.quarantined)
        return dict(found)

    def _sum(self, name: str, stage: str, measure: str) -> int | None:
        """Sum of a measure over a session's recordings; None where one of them has none yet."""
        session = self._sessions.get(name)
        if session is None:
            return None
        tasks = [Task(name, stage, recording.digest) for recording in session.recordings]
        found = [self._measures.get(task, {}).get(measure) for task in tasks]
        return None if None in found else sum(value for value in found if value is not None)

    def _paths(self, name: str, unit: str) -> Iterable[Path]:
        if not unit:
            return self._candidates[name].paths
        root = self._planner.workspace.root
        return [root / each.path for each in self._sessions[name].recordings if each.digest == unit]

    def _date(self, name: str) -> str | None:
        try:
            return date.fromisoformat(self._candidates[name].date or "").isoformat()
        except ValueError:
            return None

    def _minutes(self, name: str) -> float | None:
        ms = self.audio_ms(name)
        return None if ms is None else ms / 60_000

    def _speakers(self, name: str) -> int | None:
        told_apart = self._measures.get(Task(name, "diarize"), {}).get("voices")
        return self._candidates[name].details.speakers if told_apart is None else told_apart

    def _state(self, name: str) -> str:
        if name in self._problems:
            return "failed"
        if name not in self._sessions:
            return "new"
        return standing(step.state for step in self._planner.plan([self._sessions[name]]))

    def _failed(self, name: str) -> bool:
        return name in self._problems or name in self._failures

    def _guess_ms(self, path: Path) -> int:
        suffix = path.suffix.casefold()
        rate = self._rates.get(suffix) or UNCOMPRESSED_BYTES_PER_S.get(suffix, BYTES_PER_S)
        try:
            return round(path.stat().st_size / rate * 1000)
        except OSError:
            return 0


LOOKUPS: dict[str, Callable[[Facts, str], Any]] = {
    "session": lambda _, name: name,
    "kind": lambda facts, name: facts._candidates[name].kind.value,
    "title": lambda facts, name: facts._candidates[name].title,
    "date": Facts._date,
    "parts": lambda facts, name: len(facts._candidates[name].paths),
    "speakers": Facts._speakers,
    "minutes": Facts._minutes,
    "doubts": lambda facts, name: facts._sum(name, "transcribe", "doubts"),
    "state": Facts._state,
    "failed": Facts._failed,
    "quarantined": lambda facts, name: any(facts._failures.get(name, ())),
}


def _byte_rates(ledger: Ledger, measures: dict[Task, dict[str, int]]) -> dict[str, float]:
    """Median bytes per second of sound, by the suffix of files that were decoded."""
    lengths = {task.unit: found["audio_ms"] for task, found in measures.items() if found.get("audio_ms")}
    rates: dict[str, list[float]] = defaultdict(list)
    for path, (stat, digest) in ledger.file_digests().items():
        if digest in lengths:
            rates[Path(path).suffix.casefold()].append(stat.size * 1000 / lengths[digest])
    return {suffix: statistics.median(found) for suffix, found in rates.items()}
