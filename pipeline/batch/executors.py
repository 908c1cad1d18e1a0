"""Where jobs run: in this process (tests, debugging), in spawned worker processes, or on a Dask cluster.

Each gives ``concurrent.futures`` futures. From processes progress comes back through shared memory without
locks, so a killed worker can neither block the others nor leave anything behind.
"""

import contextlib
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, MutableSequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import psutil

from pipeline.batch import worker
from pipeline.batch.opening import Opened
from pipeline.batch.stage import Job
from pipeline.batch.worker import Done

MOST_WORKERS = 61 if sys.platform == "win32" else sys.maxsize
"""Windows lets one process wait for no more (:class:`concurrent.futures.ProcessPoolExecutor`)."""
MEMORY_PER_WORKER = 2_200_000_000
"""Bytes a worker needs that does every stage in turn (2.02 GB measured with the base model, batches of 8)."""


class Pool(Protocol):
    """Workers that take one job each."""

    @property
    def size(self) -> int:
        """How many jobs it takes at a time, at least one; workers of a cluster come and go."""
        ...

    @property
    def threads(self) -> int:
        """CPU threads of a job where none are configured; 0: whoever takes the job decides."""
        ...

    def submit(self, job: Job) -> "Future[Done]":
        """Start a job; at most ``size`` at a time."""
        ...

    def progress_ms(self, future: "Future[Done]") -> int:
        """How much sound a running job has done."""
        ...

    def rebuild(self) -> None:
        """Replace all workers after one of them died."""
        ...

    def stop(self) -> None:
        """End every worker now, whatever it is doing; again does no harm."""
        ...


def open_pool(
    kind: str, jobs: int, opened: Opened, tell: Callable[[str], None]
) -> AbstractContextManager[Pool]:
    """Have a pool for a while; whatever comes of it, its workers end with it.

    Args:
        kind: ``serial``, ``processes``, or ``dask:`` and the address of a scheduler.
        jobs: the most workers; 0: as cores and memory allow, or all of a cluster.
        opened: the workspace.
        tell: told in one line what an operator should know of a cluster's workers.

    Raises:
        ConfigError: the cluster may not be talked to: unencrypted, or without certificates.
        WorkerError: the cluster cannot be reached, or none of its workers may do our work.
        MissingError: the extra ``cluster`` is not installed.
    """
    if kind == "serial":
        return _stopped_after(Serial())
    if kind == "processes":
        return _stopped_after(Processes(_processes(jobs), opened.workspace.log))
    from pipeline.batch.cluster.pool import open_cluster

    return open_cluster(kind.removeprefix("dask:"), jobs, opened, tell)


@contextmanager
def _stopped_after(pool: Pool) -> Iterator[Pool]:
    try:
        yield pool
    finally:
        pool.stop()


def count_workers(kind: str, jobs: int, allow_plain: bool = False) -> int:
    """Count the workers that :func:`open_pool` would have; those of a cluster are not asked who is fit.

    Raises:
        ConfigError: the cluster may not be talked to.
        WorkerError: the cluster cannot be reached.
        MissingError: the extra ``cluster`` is not installed.
    """
    if kind == "serial":
        return 1
    if kind == "processes":
        return _processes(jobs)
    from pipeline.batch.cluster.connection import count_workers as count

    there = max(1, count(kind.removeprefix("dask:"), allow_plain))
    return min(jobs, there) if jobs else there


def _processes(jobs: int) -> int:
    return min(jobs or affordable_workers(), MOST_WORKERS)


def affordable_workers() -> int:
    """Count workers for this machine: one per usable core, as long as memory lasts; at least one."""
    memory = psutil.virtual_memory().available // MEMORY_PER_WORKER
    return max(1, min(usable_cores(), memory, MOST_WORKERS))


def usable_cores() -> int:
    """Count the cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Serial:
    """Runs each job at once, in this process."""

    size = 1

    @property
    def threads(self) -> int:
        """All cores."""
        return usable_cores()

    def submit(self, job: Job) -> "Future[Done]":
        """Run the job before returning."""
        future: Future[Done] = Future()
        try:
            future.set_result(worker.perform(job, lambda _: None))
        except Exception as failure:
            future.set_exception(failure)
        return future

    def progress_ms(self, future: "Future[Done]") -> int:  # noqa: ARG002
        """Nothing is seen of a job before it ends."""
        return 0

    def rebuild(self) -> None:
        """Nothing to replace."""

    def stop(self) -> None:
        """Nothing to end."""


class Processes:
    """Spawned worker processes; each loads a model once."""

    def __init__(self, size: int, log_file: Path) -> None:
        self.size = size
        self._log_file = log_file
        self._context = multiprocessing.get_context("spawn")
        self._board: MutableSequence[int] = self._context.RawArray("q", size)
        self._slots: dict[Future[Done], int] = {}
        self._executor: Executor | None = None

    @property
    def threads(self) -> int:
        """The cores, divided."""
        return max(1, usable_cores() // self.size)

    def submit(self, job: Job) -> "Future[Done]":
        """Hand the job to a worker; the first call starts them."""
        if self._executor is None:
            self._executor = ProcessPoolExecutor(
                self.size, self._context, initializer=worker.start, initargs=(self._board, self._log_file)
            )
        slot = next(number for number in range(self.size) if number not in self._slots.values())
        self._board[slot] = 0
        future = self._executor.submit(worker.perform_in_slot, job, slot)
        self._slots[future] = slot
        future.add_done_callback(lambda done: self._slots.pop(done, None))
        return future

    def progress_ms(self, future: "Future[Done]") -> int:
        """Read what the worker last showed; 0 once the job has ended."""
        slot = self._slots.get(future)
        return 0 if slot is None else self._board[slot]

    def rebuild(self) -> None:
        """End what is left of the workers; the next job starts new ones."""
        self.stop()
        self._slots.clear()

    def stop(self) -> None:
        """Kill the workers. Results are written all or nothing, so no care is needed."""
        if self._executor is None:
            return
        processes = list((getattr(self._executor, "_processes", None) or {}).values())
        for process in processes:
            process.kill()
        with contextlib.suppress(Exception):
            self._executor.shutdown(wait=True, cancel_futures=True)
        self._executor = None
