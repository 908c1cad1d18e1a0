"""A ledger's file becomes an open database of the present schema; an older one is brought up to date.

To look at a ledger never changes its file: one of an older schema is brought up to date in a copy in memory.
"""

import sqlite3
from importlib.resources import files
from pathlib import Path

from pipeline.errors import ConflictError

VERSION = 3
BUSY_TIMEOUT_S = 10.0
IN_MEMORY = ":memory:"


def open_database(path: Path, read_only: bool) -> sqlite3.Connection:
    """Open a ledger's database; made where it is missing, in memory where nothing may be written.

    Raises:
        ConflictError: ``newer_ledger``: a newer version of this program wrote it.
        sqlite3.DatabaseError: it is damaged.
    """
    if read_only and path.exists():
        return _to_look_at(path)
    db = _connect(IN_MEMORY if read_only else path)
    # A power cut may cost the last rows, never the file: their results are found again by their heads.
    db.execute("PRAGMA synchronous = NORMAL")
    _migrate(db)
    return db


def _to_look_at(path: Path) -> sqlite3.Connection:
    db = _connect(path.as_uri() + "?mode=ro")
    if 0 < _version(db) < VERSION:
        old, db = db, _connect(IN_MEMORY)
        old.backup(db)
        old.close()
        _migrate(db)
    _refuse_newer(db)
    return db


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
        db.close()
        raise ConflictError(
            f"A newer version wrote the ledger (schema {version}, known here: {VERSION}).",
            "Install that version, or delete transcripts/.ledger.sqlite to have it rebuilt.",
            "newer_ledger",
        )


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


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
