"""The SQLite index of a workspace: which results hold, what failed, which run did what.

Only the process that holds the workspace's lock writes it. It may be deleted at any time: results are found
again by their own heads, and only the history of past runs is lost with it.
"""

import json
import os
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.errors import ConflictError, PipelineError

SCHEMA_VERSION = 3
BUSY_TIMEOUT_S = 10.0

TEXTS = {
    "file": ("path", "digest"),
    "artifact": ("unit", "ingredients"),
    "failure": ("unit", "message", "hint"),
    "task": ("unit", "reason"),
}
"""Columns in which somebody may be named, or a recording."""


@dataclass(frozen=True, slots=True, order=True)
class Task:
    """One piece of work: a stage of a session, for one recording (``unit`` is its digest) or for all."""

    session: str
    stage: str
    unit: str = ""


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


class Ledger:
    """An open ledger. Each method that changes something is one transaction."""

    def __init__(self, path: Path, read_only: bool = False) -> None:
        self._read_only = read_only
        source = path.as_uri() + "?mode=ro" if read_only and path.exists() else path
        if read_only and not path.exists():
            source = ":memory:"
        self._db = _connect(source)
        # A power cut may cost the last rows, never the file: their results are found again by their heads.
        self._db.execute("PRAGMA synchronous = NORMAL")
        version = self._version()
        if read_only and 0 < version < SCHEMA_VERSION:
            # Looking must not change the file: a copy is brought up to date instead.
            old, self._db = self._db, _connect(":memory:")
            old.backup(self._db)
            old.close()
        if version or source == ":memory:" or not read_only:
            self._migrate()

    def close(self) -> None:
        """Close the database; the write-ahead log is folded in."""
        self._db.close()

    def _version(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    def _migrate(self) -> None:
        version = self._version()
        if version > SCHEMA_VERSION:
            raise ConflictError(
                f"A newer version wrote the ledger (schema {version}, known here: {SCHEMA_VERSION}).",
                "Install that version, or delete transcripts/.ledger.sqlite to have it rebuilt.",
                "newer_ledger",
            )
        if version == SCHEMA_VERSION:
            return
        if version == 0 and not self._read_only:
            self._db.execute("PRAGMA journal_mode = WAL")
        names = ["schema", *(f"schema_{number}" for number in range(version + 1, SCHEMA_VERSION + 1))]
        steps = " ".join(_script(f"{name}.sql") for name in (names[:1] if version == 0 else names[1:]))
        self._db.executescript(f"BEGIN; {steps} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes inside, or none; one inside another is part of it."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def file_digests(self) -> dict[str, tuple[FileStat, str]]:
        """Every remembered digest by path."""
        rows = self._db.execute("SELECT path, size, mtime_ns, ctime_ns, digest FROM file")
        return {path: (FileStat(size, mtime, ctime), digest) for path, size, mtime, ctime, digest in rows}

    def remember_files(self, found: Mapping[str, tuple[FileStat, str]]) -> None:
        """Keep the digests of files that were read, by path."""
        rows = [
            (path, stat.size, stat.mtime_ns, stat.ctime_ns, digest) for path, (stat, digest) in found.items()
        ]
        with self.transaction():
            self._db.executemany("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?)", rows)

    def sessions(self) -> list[KnownSession]:
        """Every session name ever given, by id."""
        rows = self._db.execute("SELECT id, key, digests FROM session ORDER BY id")
        return [KnownSession(name, key, tuple(json.loads(digests))) for name, key, digests in rows]

    def remember_session(self, session: KnownSession) -> None:
        """Give files a name, or note that a session's files have moved or changed."""
        self._db.execute(
            "INSERT OR REPLACE INTO session VALUES (?, ?, ?)",
            (session.id, session.key, json.dumps(session.digests)),
        )

    def artifacts(self, session: str | None = None) -> dict[Task, ArtifactRow]:
        """Every result that was committed, of one session or of all."""
        columns = "session, stage, unit, fingerprint, facets, size, mtime_ns, measures"
        query = f"SELECT {columns} FROM artifact"  # noqa: S608 - ours
        if session is None:
            rows = self._db.execute(query)
        else:
            rows = self._db.execute(query + " WHERE session = ?", (session,))
        return {
            Task(*row[:3]): ArtifactRow(row[3], json.loads(row[4]), row[5], row[6], json.loads(row[7]))
            for row in rows
        }

    def measures(self) -> dict[Task, dict[str, int]]:
        """What was counted in every result that counts something."""
        rows = self._db.execute("SELECT session, stage, unit, measures FROM artifact WHERE measures <> '{}'")
        return {Task(*row[:3]): json.loads(row[3]) for row in rows}

    def ingredients(self, task: Task) -> dict[str, Any] | None:
        """What a committed result was made of; None where there is none."""
        found = self._db.execute(
            "SELECT ingredients FROM artifact WHERE session = ? AND stage = ? AND unit = ?", _key(task)
        ).fetchone()
        return json.loads(found[0]) if found else None

    def commit(self, task: Task, row: ArtifactRow, ingredients: dict[str, Any]) -> None:
        """Record a result whose file is safely on disk; an earlier failure of the same work is over."""
        self._db.execute(
            "INSERT OR REPLACE INTO artifact VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *_key(task),
                row.fingerprint,
                json.dumps(ingredients, ensure_ascii=False, sort_keys=True),
                json.dumps(row.facets, sort_keys=True),
                row.size,
                row.mtime_ns,
                json.dumps(row.measures, sort_keys=True),
            ),
        )
        self.forgive(task)

    def failures(self) -> dict[Task, Failure]:
        """Every piece of work whose last attempt failed."""
        rows = self._db.execute(
            "SELECT session, stage, unit, fingerprint, code, exit_code, message, hint, permanent, attempts,"
            " quarantined FROM failure"
        )
        return {
            Task(*row[:3]): Failure(*row[3:8], bool(row[8]), row[9], bool(row[10]))  # type: ignore[call-arg]
            for row in rows
        }

    def fail(self, task: Task, failure: Failure, run: int) -> None:
        """Record that work failed."""
        self._db.execute(
            "INSERT OR REPLACE INTO failure (session, stage, unit, fingerprint, code, exit_code, message,"
            " hint, permanent, attempts, quarantined, run) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*_key(task), *asdict(failure).values(), run),
        )

    def forgive(self, task: Task) -> None:
        """Forget a failure that no longer holds."""
        self._db.execute("DELETE FROM failure WHERE session = ? AND stage = ? AND unit = ?", _key(task))

    def begin_run(self) -> int:
        """Open a run and return its number."""
        cursor = self._db.execute(
            "INSERT INTO run (version, pid, started_at) VALUES (?, ?, ?)", (__version__, os.getpid(), _now())
        )
        return int(cursor.lastrowid or 0)

    def end_run(self, run: int, outcome: str, current: int) -> None:
        """Close a run, with the number of sessions in which nothing had to be done."""
        self._db.execute(
            "UPDATE run SET ended_at = ?, outcome = ?, current = ? WHERE id = ?",
            (_now(), outcome, current, run),
        )

    def past_run(self, run: int | None = None) -> PastRun | None:
        """One run, or the last one; None where there is none."""
        row = self._db.execute(
            "SELECT id, started_at, ifnull(ended_at, ''), ifnull(outcome, ''), current FROM run"
            " WHERE id = ifnull(?, id) ORDER BY id DESC",
            (run,),
        ).fetchone()
        return PastRun(*row) if row else None

    def past_tasks(self, run: int) -> list[PastTask]:
        """What a run did, in the order in which it ended."""
        rows = self._db.execute(
            "SELECT session, stage, unit, outcome, elapsed_ms, ended_at, audio_ms FROM task WHERE run = ?"
            " ORDER BY rowid",
            (run,),
        )
        return [PastTask(Task(*row[:3]), *row[3:]) for row in rows]

    def past_work(self, limit: int = 5000) -> list[tuple[str, int, int]]:
        """Stage, milliseconds of work and of sound of what was done last, where the sound is known."""
        return self._db.execute(
            "SELECT stage, elapsed_ms, audio_ms FROM task WHERE outcome = 'done' AND audio_ms > 0"
            " ORDER BY rowid DESC LIMIT ?",
            (limit,),
        ).fetchall()

    def open_run(self) -> tuple[int, str] | None:
        """Process and start of a run that has not ended: it is going on, or it was killed."""
        row = self._db.execute(
            "SELECT pid, started_at FROM run WHERE ended_at IS NULL ORDER BY id DESC"
        ).fetchone()
        return (int(row[0]), str(row[1])) if row else None

    def failed_at(self) -> dict[Task, str]:
        """When each piece of work failed whose last attempt did; if it never ran, when its run began."""
        rows = self._db.execute(
            "SELECT session, stage, unit, ifnull((SELECT max(ended_at) FROM task WHERE outcome = 'failed'"
            " AND (task.session, task.stage, task.unit) = (failure.session, failure.stage, failure.unit)),"
            " ifnull((SELECT started_at FROM run WHERE id = failure.run), '')) FROM failure"
        )
        return {Task(*row[:3]): str(row[3]) for row in rows}

    def close_cut_runs(self) -> None:
        """Note that runs which never ended were killed; only for the holder of the lock."""
        self._db.execute("UPDATE run SET ended_at = ?, outcome = 'killed' WHERE ended_at IS NULL", (_now(),))

    def log_task(
        self, run: int, step: tuple[Task, str, str], outcome: str, elapsed_ms: int, audio_ms: int = 0
    ) -> None:
        """Add a line to the history; ``step`` is the task, its fingerprint and the reason for it."""
        task, fingerprint, reason = step
        self._db.execute(
            "INSERT INTO task VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (run, *_key(task), fingerprint, reason, outcome, elapsed_ms, _now(), audio_ms),
        )

    def history(self, task: Task) -> list[dict[str, Any]]:
        """What was done for one piece of work, newest first."""
        cursor = self._db.execute(
            "SELECT run, fingerprint, reason, outcome, elapsed_ms, ended_at FROM task"
            " WHERE session = ? AND stage = ? AND unit = ? ORDER BY rowid DESC",
            _key(task),
        )
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def erase(self, sessions: Collection[str], digests: Collection[str], words: Collection[str]) -> None:
        """Take out all rows of some sessions and recordings, and all that hold one of the words.

        What is known of results is found again from their heads. The bytes are gone from the file afterwards.
        """
        self._db.execute("PRAGMA secure_delete = ON")
        self._db.execute("PRAGMA temp_store = MEMORY")
        with self.transaction():
            for session in sessions:
                for table in ("artifact", "failure", "task"):
                    self._db.execute(f"DELETE FROM {table} WHERE session = ?", (session,))  # noqa: S608 - ours
                self._db.execute("DELETE FROM session WHERE id = ?", (session,))
            for word in (*digests, *words):
                for table, columns in TEXTS.items():
                    found = " OR ".join(f"instr({column}, ?)" for column in columns)
                    self._db.execute(f"DELETE FROM {table} WHERE {found}", (word,) * len(columns))  # noqa: S608
        self._db.execute("VACUUM")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def first_seen(self, session: str) -> str | None:
        """When work on a session first ended (ISO 8601, UTC)."""
        found = self._db.execute("SELECT min(ended_at) FROM task WHERE session = ?", (session,)).fetchone()[0]
        return str(found) if found else None

    def is_sound(self) -> bool:
        """Whether SQLite finds no damage."""
        return bool(self._db.execute("PRAGMA quick_check").fetchone()[0] == "ok")


def _key(task: Task) -> tuple[str, str, str]:
    return task.session, task.stage, task.unit


def _connect(source: str | Path) -> sqlite3.Connection:
    return sqlite3.connect(
        source,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        uri=isinstance(source, str),
        cached_statements=64,
    )


def _script(name: str) -> str:
    return files("pipeline.batch").joinpath(name).read_text(encoding="utf-8")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
