"""The history in a ledger: which runs there were, and what each did, in the order in which it ended."""

import os
import sqlite3
from datetime import UTC, datetime
from typing import Any

from pipeline import __version__
from pipeline.batch.rows import PastRun, PastTask, Task


class History:
    """Past runs, and the one that goes on. It is lost with the ledger, and no result depends on it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

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

    def close_cut_runs(self) -> None:
        """Note that runs which never ended were killed; only for the holder of the lock."""
        self._db.execute("UPDATE run SET ended_at = ?, outcome = 'killed' WHERE ended_at IS NULL", (_now(),))

    def open_run(self) -> tuple[int, str] | None:
        """Process and start of a run that has not ended: it is going on, or it was killed."""
        row = self._db.execute(
            "SELECT pid, started_at FROM run WHERE ended_at IS NULL ORDER BY id DESC"
        ).fetchone()
        return (int(row[0]), str(row[1])) if row else None

    def past_run(self, run: int | None = None) -> PastRun | None:
        """One run, or the last one; None where there is none."""
        row = self._db.execute(
            "SELECT id, started_at, ifnull(ended_at, ''), ifnull(outcome, ''), current FROM run"
            " WHERE id = ifnull(?, id) ORDER BY id DESC",
            (run,),
        ).fetchone()
        return PastRun(*row) if row else None

    def log_task(
        self, run: int, step: tuple[Task, str, str], outcome: str, elapsed_ms: int, audio_ms: int = 0
    ) -> None:
        """Add a line to the history; ``step`` is the task, its fingerprint and the reason for it."""
        task, fingerprint, reason = step
        self._db.execute(
            "INSERT INTO task VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (run, *task.key, fingerprint, reason, outcome, elapsed_ms, _now(), audio_ms),
        )

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

    def of(self, task: Task) -> list[dict[str, Any]]:
        """What was done for one piece of work, newest first."""
        cursor = self._db.execute(
            "SELECT run, fingerprint, reason, outcome, elapsed_ms, ended_at FROM task"
            " WHERE session = ? AND stage = ? AND unit = ? ORDER BY rowid DESC",
            task.key,
        )
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def first_seen(self, session: str) -> str | None:
        """When work on a session first ended (ISO 8601, UTC)."""
        found = self._db.execute("SELECT min(ended_at) FROM task WHERE session = ?", (session,)).fetchone()[0]
        return str(found) if found else None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
