"""The log of runs stays small, and loses nothing on the way."""

import logging
from collections.abc import Iterator

import pytest
from desk import Desk
from running import drop

from pipeline.batch import run_log
from pipeline.workspace import Workspace


@pytest.fixture
def logged(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """A workspace whose log is open, and full after a few lines."""
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    monkeypatch.setattr(run_log, "FULL_BYTES", 20)
    run_log.open_log(space)
    yield space
    root.handlers[0].close()


def names(space: Workspace) -> list[str]:
    return sorted(path.name for path in space.transcripts.glob(".run.log*"))


def test_a_full_log_is_put_aside_and_the_oldest_goes(logged: Workspace) -> None:
    for number in range(run_log.OLD_LOGS + 3):
        logging.getLogger("test").info("line %d", number)
        run_log.roll()
    assert names(logged) == [".run.log", *(f".run.log.{number}" for number in range(1, run_log.OLD_LOGS + 1))]
    assert logged.log.read_text() == ""
    assert "line 7" in (logged.transcripts / ".run.log.1").read_text()


def test_a_log_with_room_goes_on(logged: Workspace) -> None:
    run_log.roll()
    logging.getLogger("test").info("line")
    assert names(logged) == [".run.log"]


def test_a_log_that_cannot_be_renamed_goes_on(logged: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(*_: object) -> None:
        raise PermissionError

    logging.getLogger("test").info("a first line")
    monkeypatch.setattr("os.rename", held)
    run_log.roll()
    run_log.roll()
    logging.getLogger("test").info("a second line")
    assert [line.split()[-2] for line in logged.log.read_text().splitlines()] == ["first", "second"]


def test_every_run_of_a_watch_begins_with_a_look_at_the_log(logged: Workspace) -> None:
    logging.getLogger("test").info("before the run")
    drop(logged, "interviews/면담.wav", "text")
    Desk(logged).once()
    assert "before the run" in (logged.transcripts / ".run.log.1").read_text()
    assert "interview-면담 read done" in logged.log.read_text(encoding="utf-8")
