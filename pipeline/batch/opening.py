"""Opening a workspace: to look at it, or, one process at a time, to change it."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline import files
from pipeline.batch.ledger import Ledger
from pipeline.config import Configuration, load_configuration
from pipeline.errors import ConflictError, PipelineError
from pipeline.workspace import Workspace

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """A workspace with its configuration read and its ledger open."""

    workspace: Workspace
    config: Configuration
    ledger: Ledger


@contextmanager
def to_read(workspace: Workspace) -> Iterator[Opened]:
    """Open without writing anything, while a run may be going on."""
    opened = _opened(workspace, read_only=True)
    try:
        yield opened
    finally:
        opened.ledger.close()


@contextmanager
def to_write(workspace: Workspace, wait: bool = False, forgetting: bool = False) -> Iterator[Opened]:
    """Open as the only writer.

    Only who goes on ``forgetting`` may open one in which somebody is half forgotten.

    Raises:
        ConflictError: another process holds the workspace and ``wait`` is false, or a forgetting was cut
        short.
    """
    workspace.transcripts.mkdir(parents=True, exist_ok=True)
    lock = FileLock(workspace.lock)
    try:
        lock.acquire(timeout=-1 if wait else 0)
    except Timeout as failure:
        raise ConflictError(
            f"Another baekseo process is working on {workspace.root}{_holder(workspace)}.",
            "Wait for it to end, or run with --wait.",
            "locked",
        ) from failure
    try:
        if workspace.forgetting.exists() and not forgetting:
            raise ConflictError(
                "삭제하던 작업이 중간에 멈추어 있습니다.",
                "먼저 끝내 주십시오: baekseo forget --resume",
                "forgetting",
            )
        opened = _opened(workspace, read_only=False)
        try:
            _clean_up(opened)
            yield opened
        finally:
            opened.ledger.close()
    finally:
        lock.release()


def _opened(workspace: Workspace, read_only: bool) -> Opened:
    config = load_configuration(workspace.config)
    try:
        ledger = Ledger(workspace.ledger, read_only)
    except sqlite3.DatabaseError as failure:
        if read_only:
            raise ConflictError(
                f"The ledger {workspace.ledger} is damaged.", "The next baekseo run rebuilds it.", "ledger"
            ) from failure
        log.warning("the ledger is damaged and is rebuilt; the old one is kept")
        _put_aside(workspace.ledger)
        ledger = Ledger(workspace.ledger)
    return Opened(workspace, config, ledger)


def _put_aside(path: Path) -> None:
    """Keep a damaged ledger under a new name: it may still hold a history worth reading."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    path.rename(aside)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _clean_up(opened: Opened) -> None:
    """After a run that was killed: sweep half-written files, and what it said of itself."""
    opened.workspace.activity.unlink(missing_ok=True)
    if opened.ledger.history.open_run() is None:
        return
    swept = files.sweep(opened.workspace.transcripts)
    opened.ledger.history.close_cut_runs()
    log.info("the last run was cut short; %d temporary files swept", len(swept))


def _holder(workspace: Workspace) -> str:
    try:
        with closing(Ledger(workspace.ledger, read_only=True)) as ledger:
            holder = ledger.history.open_run()
    except (PipelineError, sqlite3.DatabaseError):
        return ""
    if holder is None:
        return ""
    return f" (process {holder[0]}, since {datetime.fromisoformat(holder[1]).astimezone():%Y-%m-%d %H:%M})"
