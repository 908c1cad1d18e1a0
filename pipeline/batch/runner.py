"""Does what is to be done: judges each task in its turn, hands it to a worker, records what came of it.

Only this process writes the ledger, and only after the result's file is safely on disk. One failing session
never stops the others; a worker that dies costs only its own task.
"""

import heapq
import logging
import time
from collections import deque
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import replace

from pipeline import files
from pipeline.batch.activity import Announcer, Listener
from pipeline.batch.awake import AwakeClock
from pipeline.batch.executors import Pool
from pipeline.batch.flights import Flight, blame
from pipeline.batch.ledger import Ledger
from pipeline.batch.outcome import SessionReport, death
from pipeline.batch.patience import Patience
from pipeline.batch.plan import Planner, State, Step
from pipeline.batch.record import Record
from pipeline.batch.rows import Task
from pipeline.batch.stage import Job
from pipeline.batch.stopping import Stopping
from pipeline.batch.worker import Done
from pipeline.errors import PipelineError
from pipeline.model import Session

TICK_S = 0.25
"""How often progress is shown while nothing finishes."""

log = logging.getLogger(__name__)


class Runner:
    """One run over some sessions."""

    def __init__(
        self,
        planner: Planner,
        ledger: Ledger,
        pool: Pool,
        threads: int,
        listener: Listener,
        patience: Patience | None = None,
    ) -> None:
        self._planner = planner
        self._ledger = ledger
        self._pool = pool
        self._threads = threads
        self._patience = Patience() if patience is None else patience
        self._listener = Announcer(planner.workspace, listener)
        self._pending: deque[Session] = deque()
        self._sessions: dict[str, Session] = {}
        self._rank: dict[str, int] = {}
        self._verdicts: dict[str, dict[Task, Step]] = {}
        self._queue: list[tuple[int, int, Task, Step]] = []
        self._suspects: list[Step] = []
        self._flights: dict[Future[Done], Flight] = {}
        self._deaths = 0
        self._clock = AwakeClock()
        self._stopping = Stopping()

    def stop(self) -> None:
        """Ask for an end; made for signal handlers.

        Raises:
            KeyboardInterrupt: it was asked for the second time.
        """
        self._stopping.ask()

    def run(self, sessions: Iterable[Session], problems: dict[str, PipelineError]) -> list[SessionReport]:
        """Bring the sessions up to date; ``problems`` are sessions that could not even be opened.

        Sessions are judged one by one while workers are free, and nothing is kept of one that is done with.

        Raises:
            KeyboardInterrupt: it was stopped.
        """
        self._record = Record(self._planner, self._ledger)
        outcome = "interrupted"
        try:
            self._record.catch_up()
            for name, problem in problems.items():
                self._record.not_opened(name, problem)
            self._pending.extend(sessions)
            while self._pending or self._queue or self._suspects or self._flights or self._patience.holds():
                if not self._stopping.is_asked(idle=not self._flights):
                    self._wake()
                    self._admit()
                    self._submit()
                self._settle()
            reports = self._record.reports()
            outcome = "partial" if any(report.failures for report in reports) else "ok"
        finally:
            self._stopping.close()
            self._pool.stop()
            if outcome == "interrupted" or self._deaths:
                files.sweep(self._planner.workspace.transcripts)
            self._listener.ended()
            self._record.end(outcome)
        return reports

    def _wake(self) -> None:
        """Take up again what has waited long enough after a failure."""
        for step in self._patience.due():
            self._enqueue(step)

    def _admit(self) -> None:
        """Judge the next sessions until there is something to do for every worker."""
        while self._pending and len(self._queue) + len(self._suspects) + len(self._flights) < self._pool.size:
            session = self._pending.popleft()
            self._sessions[session.id] = session
            self._rank[session.id] = len(self._rank)
            self._verdicts[session.id] = {}
            self._record.opened(session.id)
            self._advance(session)

    def _advance(self, session: Session) -> None:
        """Judge what could not be judged before, and queue what turns out to be stale."""
        verdicts = self._verdicts[session.id]
        for task in self._planner.tasks(session):
            if task in verdicts and verdicts[task].state is not State.WAITING:
                continue
            verdicts[task] = self._planner.judge(task, session, verdicts)
            self._take_note(verdicts[task])
        if not any(step.state in (State.STALE, State.WAITING) for step in verdicts.values()):
            self._planner.release(session)
            del self._sessions[session.id], self._verdicts[session.id]

    def _take_note(self, step: Step) -> None:
        match step.state:
            case State.CURRENT:
                self._record.current(step)
            case State.ADOPTABLE:
                self._record.adopted(step)
            case State.FAILED if step.problem:
                self._fail(step, step.problem, 0)
            case State.FAILED if known := self._planner.failure(step.task):
                self._record.left_alone(step, known)
            case State.BLOCKED:
                self._record.blocked(step)
            case State.STALE:
                self._enqueue(step)

    def _enqueue(self, step: Step) -> None:
        """Put a step in line: the earliest session first, and in it the latest stage."""
        rank = self._rank[step.task.session], self._planner.rank(step.task)
        heapq.heappush(self._queue, (*rank, step.task, step))

    def _submit(self) -> None:
        """Fill free workers; a suspect of having killed a worker runs alone."""
        if self._suspects and not self._flights:
            self._launch(self._suspects.pop(), alone=True)
        while self._queue and not self._suspects and len(self._flights) < self._pool.size:
            if any(flight.alone for flight in self._flights.values()):
                return
            self._launch(heapq.heappop(self._queue)[-1], alone=False)

    def _launch(self, step: Step, alone: bool) -> None:
        session = self._sessions[step.task.session]
        audio_ms = self._audio_ms(step.task)
        job = self._job(step, session, audio_ms)
        log.info("%s %s starts: %s", step.task.session, step.task.stage, step.reason)
        started_s, slept_s = self._clock.now_s(), self._clock.slept_s
        try:
            future = self._pool.submit(job)
        except BrokenExecutor:  # a worker died meanwhile; its own job's future says so
            self._suspects.append(step)
            if not self._flights:
                self._pool.rebuild()
            return
        self._flights[future] = Flight(step, job, alone, started_s, slept_s)
        self._listener.started(self._name(step.task), step.reason, audio_ms)

    def _job(self, step: Step, session: Session, audio_ms: int) -> Job:
        settings = self._planner.config.settings.run
        limit = max(settings.time_limit_floor_s, settings.time_limit_factor * audio_ms / 1000)
        return Job(
            stage=self._planner.stages[step.task.stage],
            unit=step.task.unit,
            session=session,
            workspace=self._planner.workspace,
            config=self._planner.config,
            edits=self._planner.edits(session),
            ingredients=step.ingredients,
            inputs=self._planner.inputs(step.task, session, step.ingredients),
            threads=self._threads,
            time_limit_s=limit,
        )

    def _audio_ms(self, task: Task) -> int:
        """Length of the sound a task works on, where decoding has told it."""
        units = [task.unit] if task.unit else [r.digest for r in self._sessions[task.session].recordings]
        verdicts = self._verdicts[task.session]
        steps = [verdicts.get(Task(task.session, "decode", unit)) for unit in units]
        return sum(step.row.measures.get("audio_ms", 0) for step in steps if step and step.row)

    def _settle(self) -> None:
        """Wait a moment for results and record them."""
        if not self._flights:
            if not (self._pending or self._queue or self._suspects):
                time.sleep(min(TICK_S, self._patience.wait_s()))
            return
        with self._clock.waiting():
            finished, _ = wait(self._flights, timeout=TICK_S, return_when=FIRST_COMPLETED)
        for future, flight in self._flights.items():
            self._listener.advanced(self._name(flight.step.task), self._pool.progress_ms(future))
        broken = {future for future in finished if isinstance(future.exception(), BrokenExecutor)}
        for future in finished - broken:
            flight = self._flights.pop(future)
            error = future.exception()
            if error is None:
                self._succeed(flight.step, future.result())
            elif isinstance(error, PipelineError):
                self._miss(flight, error)
            else:
                raise error
            self._advance(self._sessions[flight.step.task.session])
        if broken:
            self._find_culprit()

    def _find_culprit(self) -> None:
        """A worker died and took every job in flight with it: fail those to blame, repeat the others."""
        flights = list(self._flights.values())
        self._flights.clear()
        self._pool.rebuild()
        self._deaths += 1
        guilty, late = blame(flights, self._clock)
        for flight in flights:
            if flight in guilty:
                self._miss(flight, death(flight.step.task.stage, flight.job.time_limit_s, late))
                self._advance(self._sessions[flight.step.task.session])
            else:
                self._suspects.append(flight.step)

    def _succeed(self, step: Step, done: Done) -> None:
        self._verdicts[step.task.session][step.task] = replace(step, state=State.CURRENT, row=done.row)
        self._record.done(step, done, self._audio_ms(step.task))
        self._listener.finished(self._name(step.task), done.elapsed_ms, None)

    def _miss(self, flight: Flight, error: PipelineError) -> None:
        """A job failed: try it again later, if that may help, or record the failure."""
        step, elapsed_ms = flight.step, flight.elapsed_ms(self._clock)
        if self._patience.keep(replace(step, reason=f"again after {error.code}"), error):
            failure = self._record.put_off(step, error, elapsed_ms)
            self._listener.finished(self._name(step.task), elapsed_ms, failure)
        else:
            self._fail(step, error, elapsed_ms)

    def _fail(self, step: Step, error: PipelineError, elapsed_ms: int) -> None:
        failure = self._record.failed(step, error, elapsed_ms)
        self._verdicts[step.task.session][step.task] = replace(step, state=State.FAILED)
        self._listener.finished(self._name(step.task), elapsed_ms, failure)

    def _name(self, task: Task) -> str:
        """Spell a task for a person: ``SESSION STAGE``, and ``2/3`` where it is one recording of several."""
        digests = [recording.digest for recording in self._sessions[task.session].recordings]
        part = f" {digests.index(task.unit) + 1}/{len(digests)}" if task.unit and len(digests) > 1 else ""
        return f"{task.session} {task.stage}{part}"
