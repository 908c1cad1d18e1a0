"""What happens inside a worker of a Dask cluster: it shows that it is fit, then does one job after another.

Everything here runs on the worker's machine, in a process that the cluster started, perhaps under another
path to the workspace. Dask only brings jobs and takes answers; sound and results go through shared storage.
"""

import hashlib
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline import files, workspace
from pipeline.batch import fitness, inputs, worker
from pipeline.batch.executors import usable_cores
from pipeline.batch.stage import Job
from pipeline.batch.worker import Done
from pipeline.config import Settings
from pipeline.workspace import Workspace

SHOW_EVERY_S = 0.5
TOKEN_PATIENCE_S = 10.0
"""A token is a new file: a folder that was not looked at before is not remembered wrongly for long."""

_one_at_a_time = threading.Lock()
"""Even with several threads a worker does one of our jobs at a time: models and time limit are its own."""


class Moved(Exception):  # noqa: N818 - no error of the job: it has to be placed again
    """The job came to another process than the one it was meant for."""


class Abandoned(BaseException):
    """Nobody waits for the job any more. No stage may take it for an error of its own."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker says of itself. ``root`` is where it looked for the workspace."""

    process: str
    cores: int
    facts: fitness.Facts
    root: str
    token: str
    """SHA-256 of the token as read; empty where it was not there."""
    reply: str
    """Name of the file that it wrote beside the token; empty where it could not."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Which process a job is meant for, and under what topic the parent listens."""

    key: str
    process: str
    topic: str


def introduce(root: Path, settings: Settings, token: str) -> Answer:
    """Look for the workspace by its token, write beside it, and state what decides results here."""
    from distributed import get_worker

    space = _workspace(root)
    seen = _read(space.transcripts / token, TOKEN_PATIENCE_S)
    reply = f"{token}{files.unique()}" if seen else ""
    try:
        if reply:
            files.write_atomic(space.transcripts / reply, seen.encode())
    except OSError:
        reply = ""
    return Answer(
        process=get_worker().id,
        cores=usable_cores(),
        facts=fitness.facts(space, settings),
        root=str(space.root),
        token=seen,
        reply=reply,
    )


def perform(job: Job, ticket: Ticket) -> Done | None:
    """Do a job, unless it was meant for another process; None where nobody waits for it any more.

    Raises:
        PipelineError: see :func:`pipeline.batch.worker.perform`.
        Moved: this is not the process that was asked.
    """
    from distributed import get_worker

    channel = _Channel(get_worker(), ticket)
    if channel.worker.id != ticket.process:
        raise Moved
    job = replace(job, workspace=_workspace(job.workspace.root))
    try:
        with _one_at_a_time, _forwarded_log(channel), worker.ending_after(job.time_limit_s):
            channel.show(0)
            inputs.await_recordings(job, inputs.LAG_S)
            inputs.require_options(job, inputs.LAG_S)
            return worker.perform(job, channel.show, inputs.LAG_S)
    except Abandoned:
        return None
    finally:
        channel.send({"ended": True})


class _Channel:
    """The way back to the parent while a job runs."""

    def __init__(self, dask_worker: Any, ticket: Ticket) -> None:
        self.worker = dask_worker
        self._ticket = ticket
        self._shown = 0.0

    def send(self, message: dict[str, Any]) -> None:
        """Tell the parent something; lost if it is gone."""
        self.worker.log_event(self._ticket.topic, {"key": self._ticket.key, **message})

    def show(self, done_ms: int) -> None:
        """Show progress, now and then.

        Raises:
            Abandoned: the parent took the job back, or died, or the scheduler did.
        """
        if not _is_wanted():
            raise Abandoned
        now = time.monotonic()
        if now - self._shown >= SHOW_EVERY_S:
            self._shown = now
            self.send({"done_ms": done_ms})


def _is_wanted() -> bool:
    """Whether somebody still waits for what this thread does."""
    from distributed import get_worker

    dask_worker = get_worker()
    task = dask_worker.state.tasks.get(dask_worker.get_current_task())
    return task is not None and task.state == "executing" and dask_worker.status.name != "closing"


class _Forward(logging.Handler):
    """Hands log records to the parent: only one process writes the log of a shared folder."""

    def __init__(self, channel: _Channel) -> None:
        super().__init__(logging.INFO)
        self._channel = channel

    def emit(self, record: logging.LogRecord) -> None:
        self._channel.send({"log": [record.name, record.levelno, self.format(record)]})


@contextmanager
def _forwarded_log(channel: _Channel) -> Iterator[None]:
    ours = logging.getLogger("pipeline")
    handler = _Forward(channel)
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    try:
        yield
    finally:
        ours.removeHandler(handler)


def _workspace(root: Path) -> Workspace:
    """The workspace under the path it has on this machine."""
    return Workspace(Path(os.environ.get(workspace.ENVIRONMENT) or root))


def _read(path: Path, patience_s: float) -> str:
    """Digest of a file's bytes; empty if it does not come into sight."""
    end = time.monotonic() + patience_s
    while True:
        try:
            return hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError:
            if time.monotonic() >= end or not path.parent.parent.is_dir() or not _is_wanted():
                return ""
        time.sleep(inputs.PAUSE_S)
