"""What happens inside a worker process: one job in, one stored artifact out.

A worker writes the artifact's file and nothing else; the ledger belongs to the parent. It ends itself when
its parent dies or when a job runs past its time limit, even if native code holds the interpreter.
"""

import faulthandler
import logging
import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections.abc import Iterator, MutableSequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.batch import inputs, store
from pipeline.batch.rows import ArtifactRow, FileStat
from pipeline.batch.stage import Job, Progress
from pipeline.errors import PipelineError, StageError, system_failure

LOG_FORMAT = "%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s"

log = logging.getLogger(__name__)
_board: MutableSequence[int] | None = None


class _Away(BaseException):
    """The workspace is gone. No stage may take it for an error of its own."""


@dataclass(frozen=True, slots=True)
class Done:
    """A stored artifact, ready to be committed to the ledger."""

    row: ArtifactRow
    elapsed_ms: int


def start(board: MutableSequence[int] | None, log_file: Path) -> None:
    """Prepare a new worker process: where to show progress, where to log, when to end."""
    global _board  # noqa: PLW0603 - one per process, set once
    _board = board
    logging.raiseExceptions = False  # a full disk is told of elsewhere
    logging.basicConfig(filename=log_file, encoding="utf-8", format=LOG_FORMAT, level=logging.INFO)
    # Ctrl-C goes to the whole process group; what it means is the parent's to decide.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def perform_in_slot(job: Job, slot: int) -> Done:
    """Do one job in a worker process, showing its progress in a slot of the board."""

    def show(done_ms: int) -> None:
        if _board is not None:
            _board[slot] = done_ms

    with ending_after(job.time_limit_s):
        return perform(job, show)


def perform(job: Job, show: Progress, patience_s: float = 0.0) -> Done:
    """Do one job and store its result.

    Args:
        job: what is to be done.
        show: told the milliseconds of sound done.
        patience_s: how long to wait for shared storage to show what the job reads.

    Raises:
        PipelineError: always one of ours; anything else is wrapped, its text left out of the log because it
            may quote a transcript.
    """
    started = time.monotonic()
    try:
        _require_workspace(job)
        inputs.require_inputs(job, patience_s)
        row = _store(job, show)
    except PipelineError:
        raise
    except _Away as failure:
        raise StageError(
            f"The workspace is not there any more: {job.stage.name} could not store its result.",
            "Look at the disk or share that it lies on, then run again; nothing finished is lost.",
            "away",
        ) from failure
    except OSError as failure:
        raise system_failure(job.stage.name, failure) from failure
    except Exception as failure:
        stack = "".join(traceback.format_tb(failure.__traceback__))
        log.error("%s %s: %s\n%s", job.session.id, job.stage.name, type(failure).__name__, stack)
        raise StageError(
            f"{job.stage.name} stopped on an unexpected {type(failure).__name__}.",
            "Please report it with the lines about it in transcripts/.run.log.",
            "bug",
        ) from failure
    return Done(row, round((time.monotonic() - started) * 1000))


def _store(job: Job, show: Progress) -> ArtifactRow:
    def shown(done_ms: int) -> None:
        _require_workspace(job)
        show(done_ms)

    stage = job.stage
    product = stage.work(job, shown)
    _require_workspace(job)
    facets = {"all": store.digest(store.canonical(product.body)), **product.facets}
    head = store.Head(stage.name, job.unit, job.fingerprint, job.ingredients, facets)
    path = job.workspace.artifact(job.session.id, stage.name, job.unit)
    store.write_artifact(path, head, product.body)
    store.discard_blocks(job.workspace.blocks(job.fingerprint))
    stat = FileStat.of(path)
    return ArtifactRow(job.fingerprint, facets, stat.size, stat.mtime_ns, stage.measure(product.body))


def _require_workspace(job: Job) -> None:
    """See that the lock which the parent holds is there.

    Where a share broke off, files would be laid beneath its mount point, where nobody looks for them.
    """
    if not job.workspace.lock.exists():
        raise _Away


@contextmanager
def ending_after(seconds: float) -> Iterator[None]:
    """End this whole process, from outside the interpreter, if the work inside takes longer."""
    faulthandler.dump_traceback_later(seconds, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
