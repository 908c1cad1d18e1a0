"""When a file in the drop folder has arrived: bookkeeping over what was seen of it, apart from watching.

A name in the folder says little. A copy over the network grows in chunks with long pauses, a file manager
sets the full size first and the bytes later, a sync tool renames its own file into place, a recorder opens
its file again, and a person replaces a recording by a better one. So a file counts as arrived only when
nothing about it changed for a while and it can be opened. Files that were there
before we came are held to the same.
"""

import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InputError
from pipeline.intake import refusals
from pipeline.intake.source import open_source

PATIENCE = 10
"""After so many quiet periods a file that cannot be opened is taken as it is: the run names the reason."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What one look at a file shows without reading it; times are nanoseconds.

    The time of its last status change sees through copies that keep size and modification time.
    """

    size: int
    mtime_ns: int
    ctime_ns: int


def glance(path: Path) -> Glance | None:
    """Look at a file; None where there is none, or something that is no regular file."""
    try:
        found = path.stat()
    except OSError:
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return Glance(found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def refusal(path: Path) -> InputError | None:
    """Say why a file cannot be opened for reading; None where it can."""
    try:
        with open_source(path):
            return None
    except InputError as failure:
        return failure
    except OSError as failure:
        return refusals.unreadable(failure)


def opens(path: Path) -> bool:
    """Whether a file can be opened for reading; while Windows copies it, it cannot."""
    return refusal(path) is None


@dataclass(slots=True)
class _Seen:
    """A file as it looks since ``since``."""

    glance: Glance | None
    since: float
    ready: bool = False


class Arrivals:
    """Remembers how long each file has looked the same.

    Args:
        quiet_s: how long a file must not have changed, in seconds.
        can_open: asked once a file is quiet, and at every look until it says yes.
    """

    def __init__(self, quiet_s: float, can_open: Callable[[Path], bool] = opens) -> None:
        self._quiet_s = quiet_s
        self._can_open = can_open
        self._seen: dict[Path, _Seen] = {}

    @property
    def patience_s(self) -> float:
        """How long a file is waited for that never changes and cannot be opened, in seconds."""
        return PATIENCE * self._quiet_s

    def look(self, now: float, glances: Mapping[Path, Glance | None]) -> None:
        """Take note of every file there is; one that is not among them is forgotten.

        Args:
            now: seconds on a clock that never goes back.
            glances: what each file looks like now.
        """
        self._seen = {path: self._judge(now, path, found) for path, found in glances.items()}

    def is_ready(self, path: Path) -> bool:
        """Whether the file had arrived at the last look."""
        return path in self._seen and self._seen[path].ready

    def due_s(self, now: float) -> float | None:
        """Seconds until another file can be ready if nothing changes; None where none is waited for."""
        limits = (self._quiet_s, self.patience_s)
        waits = [
            seen.since + limit - now for seen in self._seen.values() if not seen.ready for limit in limits
        ]
        return min((wait for wait in waits if wait > 0), default=None)

    def _judge(self, now: float, path: Path, found: Glance | None) -> _Seen:
        seen = self._seen.get(path)
        if seen is None or seen.glance != found:
            seen = _Seen(found, now)
        if not seen.ready:
            quiet_s = now - seen.since
            arrived = found is not None and quiet_s >= self._quiet_s and self._can_open(path)
            seen.ready = arrived or quiet_s >= self.patience_s
        return seen
