"""Does what is to be done: judges each task in its turn, hands it to a worker, records what came of it.

Only this process writes the ledger, and only after the result's file is safely on disk. One failing session
never stops the others; a worker that dies costs only its own task.
"""

import heapq
import logging
import time
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass, field, replace
from typing import Protocol

from pipeline import files
from pipeline.batch import store
from pipeline.batch.executors import Pool
from pipeline.batch.ledger import Failure, Ledger, Task
from pipeline.batch.plan import Planner, State, Step
from pipeline.batch.stage import Job
from pipeline.batch.worker import Done
from pipeline.errors import PipelineError, StageError, WorkerError
from pipeline.model import Audio, Session

TICK_S = 0.25
"""How often progress is shown while nothing finishes."""

BLAMELESS = frozenset({"stage.disk_full"})
"""Codes of failures that never lead to quarantine."""

log = logging.getLogger(__name__)


class Listener(Protocol):
    """Shows a person what goes on."""

    def started(self, name: str, reason: str, audio_ms: int) -> None:
        """A worker took a task; ``audio_ms`` is 0 where the length of the sound is not known yet."""

    def advanced(self, name: str, done_ms: int) -> None:
        """A task has got this far."""

    def finished(self, name: str, elapsed_ms: int, failure: Failure | None) -> None:
        """A task ended, perhaps without ever having started."""


@dataclass(slots=True)
class SessionReport:
    """What a run did for one session."""

    session: str
    done: list[str] = field(default_factory=list)
    """Stages that ran, with the recording's digest where there are several."""
    current: int = 0
    failures: dict[str, Failure] = field(default_factory=dict)
    blocked: int = 0

    @property
    def outcome(self) -> str:
        """``failed``, ``done`` (something ran) or ``current`` (nothing had to)."""
        return "failed" if self.failures else "done" if self.done else "current"


@dataclass(slots=True)
class _Flight:
    """A job in a worker's hands."""

    step: Step
    job: Job
    started: float
    alone: bool


class Runner:
    """One run over some sessions."""

    def __init__(
        self, planner: Planner, ledger: Ledger, pool: Pool, threads: int, listener: Listener
    ) -> None:
        self._planner = planner
        self._ledger = ledger
        self._pool = pool
        self._threads = threads
        self._listener = listener
        self._run = 0
        self._sessions: dict[str, Session] = {}
        self._rank: dict[str, int] = {}
        self._verdicts: dict[str, dict[Task, Step]] = {}
        self._reports: dict[str, SessionReport] = {}
        self._queue: list[tuple[int, int, Task, Step]] = []
        self._suspects: list[Step] = []
        self._flights: dict[Future[Done], _Flight] = {}
        self._deaths = 0

    def run(self, sessions: Iterable[Session], problems: dict[str, PipelineError]) -> list[SessionReport]:
        """Bring the sessions up to date; ``problems`` are sessions that could not even be opened."""
        self._run = self._ledger.begin_run()
        outcome = "interrupted"
        try:
            self._note_problems(problems)
            self._plan(sessions)
            while self._queue or self._suspects or self._flights:
                self._submit()
                self._settle()
            failed = any(report.failures for report in self._reports.values())
            outcome = "partial" if failed else "ok"
        finally:
            self._pool.stop()
            if outcome == "interrupted" or self._deaths:
                files.sweep(self._planner.workspace.transcripts)
            self._ledger.end_run(self._run, outcome)
            log.info("run %d ended: %s", self._run, outcome)
        return [self._reports[name] for name in sorted(self._reports)]

    def _note_problems(self, problems: dict[str, PipelineError]) -> None:
        for name, problem in problems.items():
            task = Task(name, "intake")
            failure = Failure.of(problem, "", self._attempts(task, ""))
            self._ledger.fail(task, failure, self._run)
            self._reports[name] = SessionReport(name, failures={"intake": failure})
            log.warning("%s intake: %s", name, failure.code)

    def _plan(self, sessions: Iterable[Session]) -> None:
        for session in sessions:
            self._sessions[session.id] = session
            self._rank[session.id] = len(self._rank)
            self._verdicts[session.id] = {}
            self._reports[session.id] = SessionReport(session.id)
            if self._planner.failure(intake := Task(session.id, "intake")):
                self._ledger.forgive(intake)
            self._advance(session)

    def _advance(self, session: Session) -> None:
        """Judge what could not be judged before, and queue what turns out to be stale."""
        verdicts = self._verdicts[session.id]
        for task in self._planner.tasks(session):
            if task in verdicts and verdicts[task].state is not State.WAITING:
                continue
            verdicts[task] = self._planner.judge(task, session, verdicts)
            self._take_note(verdicts[task])

    def _take_note(self, step: Step) -> None:
        report = self._reports[step.task.session]
        match step.state:
            case State.CURRENT:
                report.current += 1
            case State.ADOPTABLE if step.row:
                self._ledger.commit(step.task, step.row, step.ingredients)
                store.discard_blocks(self._planner.workspace.blocks(step.fingerprint))
                self._ledger.log_task(self._run, _line(step), "adopted", 0)
                report.current += 1
            case State.FAILED if step.problem:
                self._fail(step, step.problem)
            case State.FAILED if known := self._planner.failure(step.task):
                report.failures[step.task.stage] = known
            case State.BLOCKED:
                report.blocked += 1
            case State.STALE:
                # The earliest session first, and in it the latest stage: something is ready early.
                heapq.heappush(
                    self._queue,
                    (self._rank[step.task.session], self._planner.rank(step.task), step.task, step),
                )

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
        started = time.monotonic()
        try:
            future = self._pool.submit(job)
        except BrokenExecutor:  # a worker died meanwhile; its own job's future says so
            self._suspects.append(step)
            if not self._flights:
                self._pool.rebuild()
            return
        self._flights[future] = _Flight(step, job, started, alone)
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
            threads=self._threads,
            time_limit_s=limit,
        )

    def _audio_ms(self, task: Task) -> int:
        """Length of the sound a task works on, where decoding has told it."""
        units = [task.unit] if task.unit else [r.digest for r in self._sessions[task.session].recordings]
        return sum(self._duration_ms(task.session, unit) for unit in units)

    def _duration_ms(self, session: str, unit: str) -> int:
        try:
            path = self._planner.workspace.artifact(session, "decode", unit)
            return store.read_artifact(path, Audio).duration_ms
        except StageError:
            return 0

    def _settle(self) -> None:
        """Wait a moment for results and record them."""
        finished, _ = wait(self._flights, timeout=TICK_S, return_when=FIRST_COMPLETED)
        for future, flight in self._flights.items():
            self._listener.advanced(self._name(flight.step.task), self._pool.progress_ms(future))
        if any(isinstance(future.exception(), BrokenExecutor) for future in finished):
            self._find_culprit()
            return
        for future in finished:
            flight = self._flights.pop(future)
            error = future.exception()
            if error is None:
                self._succeed(flight.step, future.result())
            elif isinstance(error, PipelineError):
                self._fail(flight.step, error, flight)
            else:
                raise error
            self._advance(self._sessions[flight.step.task.session])

    def _find_culprit(self) -> None:
        """A worker died and took every job in flight with it: fail the one to blame, repeat the others.

        Which of several jobs killed its worker cannot be known, so each is repeated alone.
        """
        flights = list(self._flights.values())
        self._flights.clear()
        self._pool.rebuild()
        self._deaths += 1
        late = [flight for flight in flights if time.monotonic() - flight.started >= flight.job.time_limit_s]
        guilty = late or [flight for flight in flights if flight.alone]
        for flight in flights:
            if flight in guilty:
                self._fail(flight.step, _death(flight, bool(late)), flight)
                self._advance(self._sessions[flight.step.task.session])
            else:
                self._suspects.append(flight.step)

    def _succeed(self, step: Step, done: Done) -> None:
        with self._ledger.transaction():
            self._ledger.commit(step.task, done.row, step.ingredients)
            self._ledger.log_task(self._run, _line(step), "done", done.elapsed_ms, self._audio_ms(step.task))
        self._verdicts[step.task.session][step.task] = replace(step, state=State.CURRENT, row=done.row)
        self._reports[step.task.session].done.append(step.task.stage)
        log.info("%s %s done in %d ms", step.task.session, step.task.stage, done.elapsed_ms)
        self._listener.finished(self._name(step.task), done.elapsed_ms, None)

    def _fail(self, step: Step, error: PipelineError, flight: _Flight | None = None) -> None:
        elapsed_ms = round((time.monotonic() - flight.started) * 1000) if flight else 0
        failure = self._failure(step, error)
        with self._ledger.transaction():
            self._ledger.fail(step.task, failure, self._run)
            self._ledger.log_task(self._run, _line(step), "failed", elapsed_ms)
        self._verdicts[step.task.session][step.task] = replace(step, state=State.FAILED)
        self._reports[step.task.session].failures[step.task.stage] = failure
        log.warning("%s %s failed: %s", step.task.session, step.task.stage, failure.code)
        self._listener.finished(self._name(step.task), elapsed_ms, failure)

    def _name(self, task: Task) -> str:
        """Spell a task for a person: ``SESSION STAGE``, and ``2/3`` where it is one recording of several."""
        digests = [recording.digest for recording in self._sessions[task.session].recordings]
        part = f" {digests.index(task.unit) + 1}/{len(digests)}" if task.unit and len(digests) > 1 else ""
        return f"{task.session} {task.stage}{part}"

    def _failure(self, step: Step, error: PipelineError) -> Failure:
        """Describe a failure; one that keeps coming back on equal inputs puts its task in quarantine.

        A full disk says nothing of the recording, and what could not even be judged costs nothing to try.
        """
        attempts = self._attempts(step.task, step.fingerprint)
        blamed = bool(step.recipe) and error.code not in BLAMELESS
        enough = attempts >= self._planner.config.settings.run.quarantine_after
        return Failure.of(error, step.fingerprint, attempts, blamed and enough)

    def _attempts(self, task: Task, fingerprint: str) -> int:
        known = self._planner.failure(task)
        return known.attempts + 1 if known and known.fingerprint == fingerprint else 1


def _line(step: Step) -> tuple[Task, str, str]:
    return step.task, step.fingerprint, step.reason


def _death(flight: _Flight, late: bool) -> WorkerError:
    stage = flight.step.task.stage
    if late:
        return WorkerError(
            f"{stage} was stopped after {flight.job.time_limit_s:.0f} s, its time limit.",
            "Run again; if it happens again, raise run.time_limit_factor or look at the recording.",
            "time_limit",
        )
    return WorkerError(
        f"The worker process died while it did {stage}.",
        "Run again; if it happens again, the recording or too little memory is the likely cause.",
        "died",
    )
