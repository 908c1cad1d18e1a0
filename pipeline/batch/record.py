"""What came of each step of a run is written down: in the ledger, in the sessions' reports, in the log."""

import logging

from pipeline.batch import store
from pipeline.batch.ledger import Ledger
from pipeline.batch.outcome import SessionReport
from pipeline.batch.plan import Planner, Step
from pipeline.batch.rows import Failure, Task
from pipeline.batch.worker import Done
from pipeline.errors import PipelineError

BLAMELESS = frozenset({"stage.away", "stage.disk_full"})
"""Codes of failures that never lead to quarantine."""

WHOLE = frozenset({"ok", "partial"})
"""Outcomes of runs that entered every result of theirs."""

log = logging.getLogger(__name__)


class Record:
    """The record of one run. It is only written once the result's file is safely on disk."""

    def __init__(self, planner: Planner, ledger: Ledger) -> None:
        self._planner = planner
        self._ledger = ledger
        last = ledger.history.past_run()
        self._may_lack = last is None or last.outcome not in WHOLE
        self._run = ledger.history.begin_run()
        self._reports: dict[str, SessionReport] = {}

    def end(self, outcome: str) -> None:
        """Close it."""
        current = sum(report.outcome == "current" for report in self._reports.values())
        self._ledger.history.end_run(self._run, outcome, current)
        log.info("run %d ended: %s", self._run, outcome)

    def reports(self) -> list[SessionReport]:
        """What came of each session so far, by name."""
        return [self._reports[name] for name in sorted(self._reports)]

    def catch_up(self) -> None:
        """After a run that was cut short, or without the ledger of earlier ones, enter what lies on disk.

        What is needed today would be found in its turn. What was made of a recording that was replaced
        meanwhile is asked for by nobody: it is kept, and known, like that of every replaced recording.
        """
        if not self._may_lack:
            return
        with self._ledger.transaction():
            for step in self._planner.left():
                if step.row:
                    self._ledger.enter(step.task, step.row, step.ingredients)
                    log.info("%s %s was found on disk", step.task.session, step.task.stage)

    def opened(self, session: str) -> None:
        """A session could be opened, whatever was so before."""
        self._reports[session] = SessionReport(session)
        if self._planner.failure(intake := Task(session, "intake")):
            self._ledger.forgive(intake)

    def not_opened(self, session: str, problem: PipelineError) -> None:
        """A session could not even be opened."""
        task = Task(session, "intake")
        failure = Failure.of(problem, "", self._attempts(task, ""))
        with self._ledger.transaction():
            self._ledger.fail(task, failure, self._run)
            self._ledger.history.log_task(self._run, (task, "", "could not be opened"), "failed", 0)
        self._reports[session] = SessionReport(session, failures={"intake": failure})
        log.warning("%s intake: %s", session, failure.code)

    def current(self, step: Step) -> None:
        """A result holds."""
        self._reports[step.task.session].current += 1

    def adopted(self, step: Step) -> None:
        """A sound result was found that no row told of."""
        if step.row:
            self._ledger.commit(step.task, step.row, step.ingredients)
        store.discard_blocks(self._planner.workspace.blocks(step.fingerprint))
        self._log_task(step, "adopted")
        self.current(step)

    def left_alone(self, step: Step, known: Failure) -> None:
        """What failed for good was not tried again."""
        self._reports[step.task.session].failures[step.task.stage] = known
        self._log_task(step, "left alone")

    def blocked(self, step: Step) -> None:
        """What it needs has failed."""
        self._reports[step.task.session].blocked += 1

    def done(self, step: Step, done: Done, audio_ms: int) -> None:
        """A worker stored a result."""
        with self._ledger.transaction():
            self._ledger.commit(step.task, done.row, step.ingredients)
            self._log_task(step, "done", done.elapsed_ms, audio_ms)
        self._reports[step.task.session].done.append(step.task.stage)
        log.info("%s %s done in %d ms", step.task.session, step.task.stage, done.elapsed_ms)

    def put_off(self, step: Step, error: PipelineError, elapsed_ms: int) -> Failure:
        """It failed and will be tried again; gives the failure as if it had been the last one."""
        self._log_task(step, "to be tried again", elapsed_ms)
        log.warning("%s %s is tried again: %s", step.task.session, step.task.stage, error.code)
        return Failure.of(error, step.fingerprint, 0)

    def failed(self, step: Step, error: PipelineError, elapsed_ms: int) -> Failure:
        """It failed; what keeps coming back on equal inputs is put in quarantine.

        A full disk says nothing of the recording, and what could not even be judged costs nothing to try.
        """
        attempts = self._attempts(step.task, step.fingerprint)
        blamed = bool(step.recipe) and error.code not in BLAMELESS
        enough = attempts >= self._planner.config.settings.run.quarantine_after
        failure = Failure.of(error, step.fingerprint, attempts, blamed and enough)
        with self._ledger.transaction():
            self._ledger.fail(step.task, failure, self._run)
            self._log_task(step, "failed", elapsed_ms)
        self._reports[step.task.session].failures[step.task.stage] = failure
        log.warning("%s %s failed: %s", step.task.session, step.task.stage, failure.code)
        return failure

    def _attempts(self, task: Task, fingerprint: str) -> int:
        known = self._planner.failure(task)
        return known.attempts + 1 if known and known.fingerprint == fingerprint else 1

    def _log_task(self, step: Step, outcome: str, elapsed_ms: int = 0, audio_ms: int = 0) -> None:
        line = step.task, step.fingerprint, step.reason
        self._ledger.history.log_task(self._run, line, outcome, elapsed_ms, audio_ms)
