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
from dataclasses import dataclass, replace
from typing import Protocol

from pipeline import files
from pipeline.batch import store
from pipeline.batch.activity import Announcer
from pipeline.batch.executors import Pool
from pipeline.batch.ledger import Failure, Ledger, Task
from pipeline.batch.outcome import SessionReport, death
from pipeline.batch.patience import Again, Patience
from pipeline.batch.plan import Planner, State, Step
from pipeline.batch.stage import Job
from pipeline.batch.worker import Done
from pipeline.errors import PipelineError
from pipeline.model import Session

TICK_S = 0.25
"""How often progress is shown while nothing finishes."""
AWAKE_S = 1.0
"""Where waiting for a tick took longer than this, the machine or this process was asleep meanwhile."""

GRACE_S = 10.0
"""How long what is running may take to end after a first request to stop."""

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
class _Flight:
    """A job in a worker's hands."""

    step: Step
    job: Job
    started: float
    """When, in seconds that this process was awake."""
    alone: bool
    slept_s: float
    """How long this process had slept before."""


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
        self._run = 0
        self._pending: deque[Session] = deque()
        self._sessions: dict[str, Session] = {}
        self._rank: dict[str, int] = {}
        self._verdicts: dict[str, dict[Task, Step]] = {}
        self._reports: dict[str, SessionReport] = {}
        self._queue: list[tuple[int, int, Task, Step]] = []
        self._suspects: list[Step] = []
        self._flights: dict[Future[Done], _Flight] = {}
        self._deaths = 0
        self._slept_s = 0.0
        self._requests = 0
        self._stop_at = 0.0

    def stop(self) -> None:
        """Ask for an end; made for signal handlers.

        First nothing new starts, and what runs gets :data:`GRACE_S` to end. A second time ends it at once.

        Raises:
            KeyboardInterrupt: it was asked for the second time.
        """
        self._requests += 1
        if self._requests == 1:
            self._stop_at = time.monotonic() + GRACE_S
        elif self._requests == 2:
            raise KeyboardInterrupt

    def run(self, sessions: Iterable[Session], problems: dict[str, PipelineError]) -> list[SessionReport]:
        """Bring the sessions up to date; ``problems`` are sessions that could not even be opened.

        Sessions are judged one by one while workers are free, and nothing is kept of one that is done with.

        Raises:
            KeyboardInterrupt: it was stopped.
        """
        self._run = self._ledger.begin_run()
        outcome = "interrupted"
        try:
            self._note_problems(problems)
            self._pending.extend(sessions)
            while self._pending or self._queue or self._suspects or self._flights or self._patience.holds():
                if not self._stopping():
                    self._wake()
                    self._admit()
                    self._submit()
                self._settle()
            failed = any(report.failures for report in self._reports.values())
            outcome = "partial" if failed else "ok"
        finally:
            self._requests = max(self._requests, 2)  # it ends already
            self._pool.stop()
            if outcome == "interrupted" or self._deaths:
                files.sweep(self._planner.workspace.transcripts)
            current = sum(report.outcome == "current" for report in self._reports.values())
            self._ledger.end_run(self._run, outcome, current)
            self._listener.ended()
            log.info("run %d ended: %s", self._run, outcome)
        return [self._reports[name] for name in sorted(self._reports)]

    def _note_problems(self, problems: dict[str, PipelineError]) -> None:
        for name, problem in problems.items():
            task = Task(name, "intake")
            failure = Failure.of(problem, "", self._attempts(task, ""))
            with self._ledger.transaction():
                self._ledger.fail(task, failure, self._run)
                self._ledger.log_task(self._run, (task, "", "could not be opened"), "failed", 0)
            self._reports[name] = SessionReport(name, failures={"intake": failure})
            log.warning("%s intake: %s", name, failure.code)

    def _stopping(self) -> bool:
        """Whether an end was asked for.

        Raises:
            KeyboardInterrupt: nothing runs any more, or it had time enough.
        """
        if self._requests and (not self._flights or time.monotonic() >= self._stop_at):
            raise KeyboardInterrupt
        return bool(self._requests)

    def _wake(self) -> None:
        """Take up again what has waited long enough after a failure."""
        for again in self._patience.due():
            if again.alone:
                self._suspects.append(again.step)
            else:
                self._enqueue(again.step)

    def _admit(self) -> None:
        """Judge the next sessions until there is something to do for every worker."""
        while self._pending and len(self._queue) + len(self._suspects) + len(self._flights) < self._pool.size:
            session = self._pending.popleft()
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
        if not any(step.state in (State.STALE, State.WAITING) for step in verdicts.values()):
            self._planner.release(session)
            del self._sessions[session.id], self._verdicts[session.id]

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
                self._ledger.log_task(self._run, _line(step), "left alone", 0)
            case State.BLOCKED:
                report.blocked += 1
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
        started = self._awake_s()
        try:
            future = self._pool.submit(job)
        except BrokenExecutor:  # a worker died meanwhile; its own job's future says so
            self._suspects.append(step)
            if not self._flights:
                self._pool.rebuild()
            return
        self._flights[future] = _Flight(step, job, started, alone, self._slept_s)
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
        began = time.monotonic()
        finished, _ = wait(self._flights, timeout=TICK_S, return_when=FIRST_COMPLETED)
        self._slept_s += max(0.0, time.monotonic() - began - AWAKE_S)
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
                self._miss(flight, error)
            else:
                raise error
            self._advance(self._sessions[flight.step.task.session])

    def _find_culprit(self) -> None:
        """A worker died and took every job in flight with it: fail the one to blame, repeat the others.

        Which of several jobs killed its worker cannot be known, so each is repeated alone. A worker's own
        timer counts the time asleep: what it ended for that reason is not to blame.
        """
        flights = list(self._flights.values())
        self._flights.clear()
        self._pool.rebuild()
        self._deaths += 1
        now = self._awake_s()
        late = [flight for flight in flights if now - flight.started >= flight.job.time_limit_s]
        guilty = late or [flight for flight in flights if flight.alone and not self._overslept(flight)]
        for flight in flights:
            if flight in guilty:
                self._miss(flight, death(flight.step.task.stage, flight.job.time_limit_s, bool(late)))
                self._advance(self._sessions[flight.step.task.session])
            else:
                self._suspects.append(flight.step)

    def _overslept(self, flight: _Flight) -> bool:
        """Whether it would have been in time but for the time asleep."""
        slept_s = self._slept_s - flight.slept_s
        return 0 < slept_s >= flight.job.time_limit_s - (self._awake_s() - flight.started)

    def _awake_s(self) -> float:
        return time.monotonic() - self._slept_s

    def _succeed(self, step: Step, done: Done) -> None:
        self._verdicts[step.task.session][step.task] = replace(step, state=State.CURRENT, row=done.row)
        with self._ledger.transaction():
            self._ledger.commit(step.task, done.row, step.ingredients)
            self._ledger.log_task(self._run, _line(step), "done", done.elapsed_ms, self._audio_ms(step.task))
        self._reports[step.task.session].done.append(step.task.stage)
        log.info("%s %s done in %d ms", step.task.session, step.task.stage, done.elapsed_ms)
        self._listener.finished(self._name(step.task), done.elapsed_ms, None)

    def _miss(self, flight: _Flight, error: PipelineError) -> None:
        """A job failed: try it again later, if that may help, or record the failure."""
        again = replace(flight.step, reason=f"again after {error.code}")
        if not self._patience.keep(Again(again, flight.alone), error):
            self._fail(flight.step, error, flight)
            return
        elapsed_ms = round((self._awake_s() - flight.started) * 1000)
        self._ledger.log_task(self._run, _line(flight.step), "to be tried again", elapsed_ms)
        log.warning("%s %s is tried again: %s", again.task.session, again.task.stage, error.code)
        self._listener.finished(self._name(again.task), elapsed_ms, Failure.of(error, again.fingerprint, 0))

    def _fail(self, step: Step, error: PipelineError, flight: _Flight | None = None) -> None:
        elapsed_ms = round((self._awake_s() - flight.started) * 1000) if flight else 0
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
