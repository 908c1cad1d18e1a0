"""A pool of workers on a Dask cluster that others run: several machines, one shared workspace.

Each job is placed on one worker that is free, by this process and not by Dask: so it is known which job a
lost worker had, and no other is touched. Everything here but listening is done by one thread, the foreman's.
"""

import logging
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from pipeline import files
from pipeline.batch import inputs
from pipeline.batch.cluster.connection import CONNECT_S, connect, require_private
from pipeline.batch.cluster.crew import GPU, GPU_STAGES, Crew
from pipeline.batch.cluster.flight import Flight
from pipeline.batch.cluster.foreman import Foreman
from pipeline.batch.cluster.worker import Moved, Ticket, perform
from pipeline.batch.opening import Opened
from pipeline.batch.outcome import death
from pipeline.batch.stage import Job
from pipeline.batch.worker import Done
from pipeline.errors import PipelineError, StageError, WorkerError

STARVE_S = 300.0
"""How long jobs wait when every worker is gone: machines restart."""
LET_GO_S = 5.0
"""How long the workers have to put down what they do when a run is stopped."""
MOST_LOSSES = 2
"""A job that lost so many workers is to blame for it."""
log = logging.getLogger(__name__)


@contextmanager
def open_cluster(address: str, most: int, opened: Opened, tell: Callable[[str], None]) -> Iterator["Cluster"]:
    """Join a cluster, wait for the first of its workers that may do our work, and leave it in the end.

    Args:
        address: of the scheduler, ``tcp://HOST:PORT`` or ``tls://HOST:PORT``.
        most: the most workers used at a time; 0: all.
        opened: the workspace, as the workers see it too.
        tell: told of every worker that is refused, and why.

    Raises:
        MissingError: ``cluster``: the library is not installed.
        ConfigError: ``plain_cluster``, ``certificates``.
        WorkerError: ``unreachable``, ``no_workers``, ``refused``.
    """
    require_private(address, opened.config.settings.network.allow_plain_cluster)
    with closing(connect(address, CONNECT_S)) as client:
        pool = Cluster(client, address, most, opened, tell)
        try:
            pool.await_worker()
            yield pool
        finally:
            pool.stop()


class Cluster:
    """The workers of a cluster, as far as they are fit."""

    threads = 0
    """A worker's machine has cores of its own to divide."""

    def __init__(
        self, client: Any, address: str, most: int, opened: Opened, tell: Callable[[str], None]
    ) -> None:
        self._client = client
        self._address = address
        self._most = most
        self._space = opened.workspace
        self._foreman = Foreman(self._look, self._place_all, self._give_up)
        self._crew = Crew(client, address, opened, tell, lambda _: self._foreman.tell(self._crew.judge))
        self._line: deque[Flight] = deque()
        self._placed: dict[str, Flight] = {}
        self._unseen: list[tuple[Flight, Done, float]] = []
        self._flights: dict[Future[Done], Flight] = {}
        self._broken: WorkerError | None = None
        self._losses = 0
        self._fed = 0.0
        self._topic = f"baekseo-{uuid.uuid4().hex}"
        self._client.subscribe_topic(self._topic, self._hear)
        self._foreman.start()

    @property
    def size(self) -> int:
        """The workers that may work now; one where there is none, whose job waits."""
        fit = len(self._crew.fit)
        return max(1, min(fit, self._most) if self._most else fit)

    def await_worker(self) -> None:
        """Wait for the first fit worker.

        Raises:
            WorkerError: there is none, or the scheduler is gone.
        """
        while not self._crew.is_there():
            if self._broken:
                raise self._broken
            time.sleep(0.05)

    def submit(self, job: Job) -> "Future[Done]":
        """Put a job in line.

        Raises:
            WorkerError: ``unreachable``: the scheduler is gone.
        """
        if self._broken:
            raise self._broken
        flight = Flight(job, Future())
        self._flights[flight.result] = flight
        self._foreman.tell(partial(self._line.append, flight))
        return flight.result

    def progress_ms(self, future: "Future[Done]") -> int:
        """What the worker last told; 0 once the job has ended."""
        flight = self._flights.get(future)
        return flight.done_ms if flight else 0

    def rebuild(self) -> None:
        """Nothing to do: a lost worker takes no other job with it, and its nanny starts it again."""

    def stop(self) -> None:
        """Take back every job, wait a moment for workers to put it down, and leave the cluster."""
        if not self._foreman.stop(LET_GO_S):
            return
        for flight in self._placed.values():
            flight.task.cancel()
        end = time.monotonic() + LET_GO_S
        while self._client.status == "running" and time.monotonic() < end:
            if all(flight.ended or flight.began is None for flight in self._placed.values()):
                break
            time.sleep(0.05)
        self._crew.close()
        self._client.close(timeout=LET_GO_S)
        if self._losses:
            files.sweep(self._space.transcripts)

    def _place_all(self) -> None:
        """Give what is in line to free workers."""
        if self._client.status == "running":
            for flight in list(self._line):
                self._place(flight)

    def _look(self) -> None:
        """See which workers came or went, and what has come into sight."""
        if self._client.status == "closed":
            self._give_up()
            return
        try:
            found = self._client.scheduler_info(n_workers=-1)["workers"]
        except (OSError, KeyError):  # the connection broke; the client is trying again
            return
        for member in self._crew.update(found):
            for flight in [f for f in self._placed.values() if f.member is member]:
                self._lose(flight)
        unseen, self._unseen = self._unseen, []
        for flight, done, end in unseen:
            self._confirm(flight, done, end)
        self._starve()

    def _starve(self) -> None:
        """Fail what waits where nobody has been there to do it for long."""
        if self._crew.fit or not self._line:
            self._fed = time.monotonic()
        elif time.monotonic() - self._fed >= STARVE_S:
            while self._line:
                self._fail(self._line.popleft(), self._crew.lack())

    def _place(self, flight: Flight) -> None:
        """Give a job that is in line to a free worker, if there is one."""
        busy = {other.member.address for other in self._placed.values() if other.member}
        stage = flight.job.stage.name
        member = self._crew.choose(stage, busy)
        if member is None or member.answer is None or len(busy) >= self.size:
            return
        self._line.remove(flight)
        ticket = Ticket(f"baekseo-{stage}-{uuid.uuid4().hex}", member.answer.process, self._topic)
        flight.board(member)
        self._placed[ticket.key] = flight
        flight.task = self._client.submit(
            perform,
            replace(flight.job, threads=flight.job.threads or self._crew.threads(member)),
            ticket,
            key=ticket.key,
            workers=[member.address],
            resources={GPU: 1} if member.gpu and stage in GPU_STAGES else None,
            pure=False,
        )
        flight.task.add_done_callback(
            lambda task: self._foreman.tell(partial(self._answer, ticket.key, flight, task))
        )

    def _answer(self, key: str, flight: Flight, task: Any) -> None:
        """Take what came of an attempt, unless it was given up before."""
        if self._placed.get(key) is not flight:
            return
        if task.status == "cancelled":  # the connection broke: nobody's fault, and nobody listens any more
            self._client.subscribe_topic(self._topic, self._hear)
            self._put_back(key)
            return
        error = task.exception() if task.status == "error" else None
        if error is None:
            self._take(key, flight, task)
        elif isinstance(error, PipelineError):
            del self._placed[key]
            self._fail(flight, error)
        elif isinstance(error, Moved) or type(error).__name__ == "KilledWorker":
            self._lose(flight)
        else:
            log.warning("%s: %r", key, error)
            failure = WorkerError(
                f"The cluster answered {flight.job.stage.name} with an unexpected {type(error).__name__}.",
                "Look into transcripts/.run.log, and run again.",
                "cluster",
            )
            del self._placed[key]
            self._fail(flight, failure)

    def _take(self, key: str, flight: Flight, task: Any) -> None:
        try:
            done = task.result(timeout=CONNECT_S)
        except Exception as failure:  # its worker died with the answer in its hands
            log.warning("an answer was lost: %s", type(failure).__name__)
            self._lose(flight)
            return
        if done is None:
            self._put_back(key)
            return
        del self._placed[key]
        self._confirm(flight, done, time.monotonic() + inputs.LAG_S)

    def _confirm(self, flight: Flight, done: Done, end: float) -> None:
        """Pass a result on once its file is seen here as well, as this machine sees it."""
        if seen := flight.seen_here(done):
            self._flights.pop(flight.result, None)
            flight.result.set_result(seen)
        elif time.monotonic() < end:
            self._unseen.append((flight, done, end))
        else:
            failure = StageError(
                f"The result of {flight.job.stage.name} was written by a worker and is not seen here.",
                "Look at the shared storage (docs/cluster.md), then run again.",
                "unseen",
            )
            self._fail(flight, failure)

    def _lose(self, flight: Flight) -> None:
        """Its worker is gone: repeat the job on another, unless it is to blame."""
        key = next(key for key, other in self._placed.items() if other is flight)
        log.warning("worker %s was lost with %s", flight.member.name if flight.member else "", flight.name)
        self._losses += 1
        flight.losses += 1
        late = flight.is_late()
        if late or flight.losses >= MOST_LOSSES:
            self._placed.pop(key).task.cancel()
            self._fail(flight, death(flight.job.stage.name, flight.job.time_limit_s, late))
        else:
            self._put_back(key)

    def _put_back(self, key: str) -> None:
        flight = self._placed.pop(key)
        flight.task.cancel()
        flight.task = flight.member = None
        self._line.appendleft(flight)

    def _fail(self, flight: Flight, error: PipelineError) -> None:
        self._flights.pop(flight.result, None)
        flight.result.set_exception(error)

    def _give_up(self) -> None:
        """The scheduler is gone: whatever was on its way has failed, and nothing more is taken."""
        self._broken = WorkerError(
            f"The connection to the Dask scheduler at {self._address} is lost.",
            "Start it again and run again; nothing finished is lost.",
            "unreachable",
        )
        self._placed.clear()
        for flight in list(self._flights.values()):
            self._fail(flight, self._broken)

    def _hear(self, event: tuple[float, dict[str, Any]]) -> None:
        """Take what a worker tells while it works."""
        message = event[1]
        if "log" in message:
            name, level, text = message["log"]
            logging.getLogger(name).log(level, "[%s] %s", message["worker"], text)
        flight = self._placed.get(message["key"])
        if flight:
            flight.hear(message)
