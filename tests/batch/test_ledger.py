"""The ledger is kept or refused as a whole, and what the system refuses is no damage."""

import errno
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import drop, run

from pipeline import cli
from pipeline.batch import opening, schema
from pipeline.batch.ledger import Ledger
from pipeline.batch.rows import KnownSession
from pipeline.errors import ConflictError, ExitCode, StageError, system_failure
from pipeline.workspace import Workspace


def session(number: int) -> KnownSession:
    return KnownSession(f"session-{number}", f"interviews/{number}.wav", ("0" * 64,))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(tmp_path / "ledger.sqlite")
    yield opened
    opened.close()


def let_no_more_in(ledger: Ledger) -> None:
    """Take away the room, as a full disk does."""
    ledger._db.execute("PRAGMA max_page_count = 1")  # SQLite takes what it has for the least


def remember(ledger: Ledger, numbers: range) -> None:
    with ledger.transaction():
        for number in numbers:
            ledger.remember_session(session(number))


def test_a_full_disk_is_named_and_what_was_written_stays(ledger: Ledger) -> None:
    ledger.remember_session(session(0))
    let_no_more_in(ledger)
    with pytest.raises(StageError) as full:
        remember(ledger, range(1, 10_000))
    assert full.value.code == "stage.disk_full"
    assert ledger.sessions() == [session(0)]


def test_after_a_transaction_that_failed_another_one_can_be_made(ledger: Ledger, tmp_path: Path) -> None:
    let_no_more_in(ledger)
    with pytest.raises(StageError):
        remember(ledger, range(10_000))
    ledger._db.execute("PRAGMA max_page_count = 100000")
    remember(ledger, range(1, 2))
    other = Ledger(tmp_path / "ledger.sqlite", read_only=True)
    assert other.sessions() == [session(1)]
    other.close()


def test_a_full_disk_is_not_taken_for_damage(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(space, "interviews/하나.wav", "one")
    run(space)

    def refused(_: sqlite3.Connection) -> None:
        failure = sqlite3.OperationalError("database or disk is full")
        failure.sqlite_errorcode = sqlite3.SQLITE_FULL
        with schema._named():
            raise failure

    with monkeypatch.context() as patch:
        patch.setattr(schema, "_migrate", refused)
        with pytest.raises(StageError), opening.to_write(space):
            pass
    assert not list(space.transcripts.glob(f"{space.ledger.name}.damaged-*"))
    assert run(space)["interview-하나"].outcome == "current"


def test_a_ledger_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    db.close()
    before = path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(ConflictError, match="A newer version"):
            Ledger(path, read_only)
    assert path.read_bytes() == before


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_ends_any_command_with_a_message(
    number: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(number, "No space left on device", "/workspace/transcripts/.watch.pid")

    monkeypatch.setattr(cli.baekseo, "main", refused)
    assert cli._code([]) == ExitCode.STAGE
    assert capsys.readouterr().err.startswith("error [stage.disk_full]: The disk is full")


def test_what_else_the_system_refuses_is_told_with_its_place() -> None:
    failure = system_failure("decode", PermissionError(errno.EACCES, "Permission denied", "/x"))
    assert (failure.code, failure.message) == (
        "stage.io",
        "The system refused decode: Permission denied: /x.",
    )


def test_a_ledger_that_a_kill_left_empty_reads_as_one_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.touch()
    looked = Ledger(path, read_only=True)
    assert looked.sessions() == []
    looked.close()
