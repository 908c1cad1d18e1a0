"""The SQLite index of a workspace: which results hold, what failed, which run did what.

Only the process that holds the workspace's lock writes it. It may be deleted at any time: results are found
again by their own heads, and only the history of past runs is lost with it.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.batch import schema
from pipeline.batch.history import History
from pipeline.batch.rows import ArtifactRow, Failure, FileStat, KnownSession, Task

BY_SESSION = ("artifact", "failure", "task")
"""Tables whose rows are a session's."""
TEXTS = {
    "file": ("path", "digest"),
    "artifact": ("unit", "ingredients"),
    "failure": ("unit", "message", "hint"),
    "task": ("unit", "reason"),
}
"""Columns in which somebody may be named, or a recording."""


class Ledger:
    """An open ledger. Each method that changes something is one transaction."""

    def __init__(self, path: Path, read_only: bool = False) -> None:
        self._db = schema.open_database(path, read_only)
        self.history = History(self._db)

    def close(self) -> None:
        """Close the database; the write-ahead log is folded in."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes inside, or none; one inside another is part of it."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:  # SQLite may have rolled it back itself, as where the disk is full
                self._db.execute("ROLLBACK")
            raise

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

    def rename(self, names: Mapping[str, str]) -> None:
        """Give sessions other names: from the old to the new one."""
        with self.transaction():
            for old, new in names.items():
                self._db.execute("UPDATE session SET id = ? WHERE id = ?", (new, old))
                for table in BY_SESSION:
                    self._db.execute(f"UPDATE {table} SET session = ? WHERE session = ?", (new, old))  # noqa: S608

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

    def tasks(self) -> list[Task]:
        """The work whose results were committed."""
        return [Task(*row) for row in self._db.execute("SELECT session, stage, unit FROM artifact")]

    def measures(self) -> dict[Task, dict[str, int]]:
        """What was counted in every result that counts something."""
        rows = self._db.execute("SELECT session, stage, unit, measures FROM artifact WHERE measures <> '{}'")
        return {Task(*row[:3]): json.loads(row[3]) for row in rows}

    def ingredients(self, task: Task) -> dict[str, Any] | None:
        """What a committed result was made of; None where there is none."""
        found = self._db.execute(
            "SELECT ingredients FROM artifact WHERE session = ? AND stage = ? AND unit = ?", task.key
        ).fetchone()
        return json.loads(found[0]) if found else None

    def commit(self, task: Task, row: ArtifactRow, ingredients: dict[str, Any]) -> None:
        """Record a result whose file is safely on disk; an earlier failure of the same work is over."""
        self.enter(task, row, ingredients)
        self.forgive(task)

    def enter(self, task: Task, row: ArtifactRow, ingredients: dict[str, Any]) -> None:
        """Record a result that was found on disk, whatever became of the same work since."""
        self._db.execute(
            "INSERT OR REPLACE INTO artifact VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *task.key,
                row.fingerprint,
                json.dumps(ingredients, ensure_ascii=False, sort_keys=True),
                json.dumps(row.facets, sort_keys=True),
                row.size,
                row.mtime_ns,
                json.dumps(row.measures, sort_keys=True),
            ),
        )

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
            (*task.key, *asdict(failure).values(), run),
        )

    def forgive(self, task: Task) -> None:
        """Forget a failure that no longer holds."""
        self._db.execute("DELETE FROM failure WHERE session = ? AND stage = ? AND unit = ?", task.key)

    def failed_at(self) -> dict[Task, str]:
        """When each piece of work failed whose last attempt did; if it never ran, when its run began."""
        rows = self._db.execute(
            "SELECT session, stage, unit, ifnull((SELECT max(ended_at) FROM task WHERE outcome = 'failed'"
            " AND (task.session, task.stage, task.unit) = (failure.session, failure.stage, failure.unit)),"
            " ifnull((SELECT started_at FROM run WHERE id = failure.run), '')) FROM failure"
        )
        return {Task(*row[:3]): str(row[3]) for row in rows}

    def erase(self, sessions: Collection[str], digests: Collection[str], words: Collection[str]) -> None:
        """Take out all rows of some sessions and recordings, and all that hold one of the words.

        What is known of results is found again from their heads. The bytes are gone from the file afterwards.
        """
        self._db.execute("PRAGMA secure_delete = ON")
        self._db.execute("PRAGMA temp_store = MEMORY")
        with self.transaction():
            for session in sessions:
                for table in BY_SESSION:
                    self._db.execute(f"DELETE FROM {table} WHERE session = ?", (session,))  # noqa: S608 - ours
                self._db.execute("DELETE FROM session WHERE id = ?", (session,))
            for word in (*digests, *words):
                for table, columns in TEXTS.items():
                    found = " OR ".join(f"instr({column}, ?)" for column in columns)
                    self._db.execute(f"DELETE FROM {table} WHERE {found}", (word,) * len(columns))  # noqa: S608
        self._db.execute("VACUUM")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def keep_units(self, session: str, digests: Collection[str]) -> None:
        """Take out the rows of a session's recordings but for these."""
        marks = ", ".join("?" * len(digests))
        with self.transaction():
            for table in BY_SESSION:
                query = f"DELETE FROM {table} WHERE session = ? AND unit NOT IN ('', {marks})"  # noqa: S608
                self._db.execute(query, (session, *digests))

    def is_sound(self) -> bool:
        """Whether SQLite finds no damage."""
        return bool(self._db.execute("PRAGMA quick_check").fetchone()[0] == "ok")
