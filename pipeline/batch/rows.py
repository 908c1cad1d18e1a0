"""What the rows of a ledger say: a task, its result or its failure, a file, a session's name, past runs."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.errors import PipelineError


@dataclass(frozen=True, slots=True, order=True)
class Task:
    """One piece of work: a stage of a session, for one recording (``unit`` is its digest) or for all."""

    session: str
    stage: str
    unit: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Its columns in every table that has a row of it."""
        return self.session, self.stage, self.unit


@dataclass(frozen=True, slots=True)
class ArtifactRow:
    """A stored result as the ledger remembers it; size and mtime tell whether the file was touched since.

    ``measures`` are counts of its content (``audio_ms``, ``doubts``, ...), to be had without reading it.
    """

    fingerprint: str
    facets: dict[str, str]
    size: int
    mtime_ns: int
    measures: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a piece of work has no result.

    ``permanent``: the same fingerprint is not tried again unasked, because it fails the same way, or because
    it has failed so often that it is in quarantine. ``attempts`` count for one fingerprint.
    """

    fingerprint: str
    code: str
    exit_code: int
    message: str
    hint: str
    permanent: bool
    attempts: int
    quarantined: bool = False

    @classmethod
    def of(
        cls, error: PipelineError, fingerprint: str, attempts: int, quarantined: bool = False
    ) -> "Failure":
        """Describe an error that a stage raised."""
        return cls(
            fingerprint,
            error.code,
            int(error.exit_code),
            error.message,
            error.hint,
            error.permanent or quarantined,
            attempts,
            quarantined,
        )


@dataclass(frozen=True, slots=True)
class FileStat:
    """What tells, without reading it, that a file is the one we know.

    The time of its last status change sees through copies that keep size and modification time.
    """

    size: int
    mtime_ns: int
    ctime_ns: int

    @classmethod
    def of(cls, path: Path) -> "FileStat":
        """Look at a file."""
        stat = path.stat()
        return cls(stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)

    @classmethod
    def of_any(cls, path: Path) -> "FileStat | None":
        """Look at a file that may not be there."""
        try:
            return cls.of(path)
        except (FileNotFoundError, NotADirectoryError):
            return None


@dataclass(frozen=True, slots=True)
class KnownSession:
    """A session name that was given to files before."""

    id: str
    key: str
    digests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run of the history; times are ISO 8601, UTC. ``current`` counts sessions with nothing to do."""

    run: int
    started_at: str
    ended_at: str
    """Empty while it goes on, and where it was killed."""
    outcome: str
    """``ok``, ``partial``, ``interrupted`` or ``killed``; empty while it goes on."""
    current: int

    def cut_short(self) -> "PastRun":
        """The same, seen by who knows that nothing goes on: a run without an end was killed."""
        return self if self.outcome else replace(self, outcome="killed")


@dataclass(frozen=True, slots=True)
class PastTask:
    """A line of the history."""

    task: Task
    outcome: str
    elapsed_ms: int
    ended_at: str
    audio_ms: int
