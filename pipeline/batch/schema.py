"""A ledger's file becomes an open database of the present schema; an older one is brought up to date.

To look at a ledger never changes its file: one of an older schema is brought up to date in a copy in memory.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from pipeline.errors import ConflictError, disk_full, system_failure

VERSION = 3
BUSY_TIMEOUT_S = 10.0
IN_MEMORY = ":memory:"
BEYOND_US = (
    *(sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY),
    *(sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM),
)
"""Codes of failures for which the file is not to blame."""


class _Connection(sqlite3.Connection):
    """Names what the system refuses; a damaged file stays :class:`sqlite3.DatabaseError`."""

    def execute(self, *arguments: Any) -> sqlite3.Cursor:
        with _named():
            return super().execute(*arguments)

    def executemany(self, *arguments: Any) -> sqlite3.Cursor:
        with _named():
            return super().executemany(*arguments)

    def executescript(self, *arguments: Any) -> sqlite3.Cursor:
        with _named():
            return super().executescript(*arguments)


@contextmanager
def _named() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as failure:
        code = failure.sqlite_errorcode & 0xFF  # the rest of it only says more
        if code == sqlite3.SQLITE_FULL:
            raise disk_full("the ledger") from failure
        if code in BEYOND_US:
            raise system_failure("the ledger", OSError(None, str(failure))) from failure
        raise


def open_database(path: Path, read_only: bool) -> sqlite3.Connection:
    """Open a ledger's database; made where it is missing, in memory where nothing may be written.

    Raises:
        ConflictError: ``newer_ledger``: a newer version of this program wrote it.
        StageError: ``disk_full``, ``io``: the system does not let us.
        sqlite3.DatabaseError: it is damaged.
    """
    is_there = path.exists()
    db = _connect((path.as_uri() + "?mode=ro" if is_there else IN_MEMORY) if read_only else path)
    try:
        if read_only and is_there:
            return _current(db)
        # A power cut may cost the last rows, never the file: their results are found again by their heads.
        db.execute("PRAGMA synchronous = NORMAL")
        _migrate(db)
    except BaseException:
        db.close()
        raise
    return db


def _current(db: sqlite3.Connection) -> sqlite3.Connection:
    """The database itself, or where its schema is old a copy in memory that was brought up to date."""
    _refuse_newer(db)
    if _version(db) == VERSION:
        return db
    copy = _connect(IN_MEMORY)
    db.backup(copy)
    db.close()
    _migrate(copy)
    return copy


def _migrate(db: sqlite3.Connection) -> None:
    """Bring a database to the present schema, all at once or not at all."""
    _refuse_newer(db)
    version = _version(db)
    if version == VERSION:
        return
    if version == 0:
        db.execute("PRAGMA journal_mode = WAL")
    names = [f"schema_{number}" for number in range(version + 1, VERSION + 1)] if version else ["schema"]
    steps = " ".join(_script(f"{name}.sql") for name in names)
    db.executescript(f"BEGIN; {steps} PRAGMA user_version = {VERSION}; COMMIT;")


def _refuse_newer(db: sqlite3.Connection) -> None:
    if (version := _version(db)) > VERSION:
        raise ConflictError(
            f"A newer version wrote the ledger (schema {version}, known here: {VERSION}).",
            "Install that version, or delete transcripts/.ledger.sqlite to have it rebuilt.",
            "newer_ledger",
        )


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _connect(source: str | Path) -> sqlite3.Connection:
    with _named():
        return sqlite3.connect(
            source,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            uri=isinstance(source, str),
            cached_statements=64,
            factory=_Connection,
        )


def _script(name: str) -> str:
    return files("pipeline.batch").joinpath(name).read_text(encoding="utf-8")
