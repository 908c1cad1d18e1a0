"""What goes on in a workspace right now, in a small file that the process at work writes every few seconds.

It names tasks and says how far they are; no word of a transcript is in it. It is there while a run goes on.
One that a killed process left is not believed, and the next who opens the workspace for writing deletes it.
"""

import contextlib
import json
import os
import platform
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

import psutil
from pydantic import TypeAdapter, ValidationError

from pipeline.batch.rows import Failure
from pipeline.files import write_atomic
from pipeline.workspace import Workspace

EVERY_S = 2.0
"""How often the file is written at most."""
BELIEVED_S = 60.0
"""So old may the file of a process on another machine be, of which it cannot be seen whether it lives."""


class Listener(Protocol):
    """Shows a person what goes on."""

    def started(self, name: str, reason: str, audio_ms: int) -> None:
        """A worker took a task; ``audio_ms`` is 0 where the length of the sound is not known yet."""

    def advanced(self, name: str, done_ms: int) -> None:
        """A task has got this far."""

    def finished(self, name: str, elapsed_ms: int, failure: Failure | None) -> None:
        """A task ended, perhaps without ever having started."""


@dataclass(frozen=True, slots=True)
class Work:
    """A task in a worker's hands. ``audio_ms`` is 0 where the length of the sound is not known."""

    name: str
    """As a :class:`Listener` is told of it."""
    since: str
    """ISO 8601, UTC."""
    done_ms: int
    audio_ms: int

    @property
    def percent(self) -> int | None:
        """How far it is; None where nobody can say, as in a stage that tells no progress."""
        told = self.done_ms and self.audio_ms
        return min(100, 100 * self.done_ms // self.audio_ms) if told else None

    @property
    def elapsed_ms(self) -> int:
        """How long it has run, as far as the clock of the machine that told it agrees with ours."""
        seconds = (datetime.now(UTC) - datetime.fromisoformat(self.since)).total_seconds()
        return max(0, round(1000 * seconds))


@dataclass(frozen=True, slots=True)
class Activity:
    """A run that goes on. ``born`` is when its process started, in seconds since 1970: numbers are reused."""

    pid: int
    born: float
    host: str
    since: str
    work: tuple[Work, ...]


class Announcer:
    """A listener that writes down what it hears, and passes it on to another one."""

    def __init__(
        self, workspace: Workspace, listener: Listener, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._path = workspace.activity
        self._listener = listener
        self._clock = clock
        self._written = -EVERY_S
        born = psutil.Process().create_time()
        self._activity = Activity(os.getpid(), born, platform.node(), _now(), ())
        self._work: dict[str, Work] = {}

    def started(self, name: str, reason: str, audio_ms: int) -> None:
        """A worker took a task."""
        self._work[name] = Work(name, _now(), 0, audio_ms)
        self._write()
        self._listener.started(name, reason, audio_ms)

    def advanced(self, name: str, done_ms: int) -> None:
        """A task has got this far."""
        self._work[name] = replace(self._work[name], done_ms=done_ms)
        self._write()
        self._listener.advanced(name, done_ms)

    def finished(self, name: str, elapsed_ms: int, failure: Failure | None) -> None:
        """A task ended, perhaps without ever having started."""
        self._work.pop(name, None)
        self._listener.finished(name, elapsed_ms, failure)

    def ended(self) -> None:
        """Nothing goes on any more."""
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _write(self) -> None:
        """Write it down if it is time to; a run does not fail because nobody can be told of it.

        Where the workspace's disk broke off, nothing is laid beneath its mount point.
        """
        if self._clock() - self._written >= EVERY_S and self._path.parent.is_dir():
            self._written = self._clock()
            told = replace(self._activity, work=tuple(self._work.values()))
            with contextlib.suppress(OSError):
                write_atomic(self._path, json.dumps(asdict(told), ensure_ascii=False).encode())


def current(workspace: Workspace) -> Activity | None:
    """What goes on now; None where nothing does."""
    try:
        found = TypeAdapter(Activity).validate_json(workspace.activity.read_bytes())
        age_s = time.time() - workspace.activity.stat().st_mtime
    except (OSError, ValidationError):
        return None
    lives = _lives(found) if found.host == platform.node() else age_s < BELIEVED_S
    return found if lives else None


def _lives(found: Activity) -> bool:
    try:
        return abs(psutil.Process(found.pid).create_time() - found.born) < 1
    except psutil.Error:
        return False


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
