"""One run of the watch: which of the arrived files it takes, how far it is, and what staff are told of it."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.batch import executors, run_log, status_files, tombstones
from pipeline.batch.inventory import take
from pipeline.batch.opening import Opened
from pipeline.batch.outcome import SessionReport
from pipeline.batch.plan import Orders, Planner, State, Step
from pipeline.batch.recompose import PENDING, Drafts
from pipeline.batch.rows import Failure, Task
from pipeline.batch.runner import Runner
from pipeline.batch.stage import Scope, Stage
from pipeline.batch.status_files import Status, StatusFiles
from pipeline.errors import PipelineError
from pipeline.intake import refusals
from pipeline.intake.arrivals import refusal
from pipeline.intake.sessions import Candidate
from pipeline.model import Session

SESSIONS_PER_WORKER = 4
"""A run takes so many sessions at most: enough to keep workers busy, few enough to look around often."""
SHOW_EVERY_S = 5.0
"""How often the percentage in a status file moves."""
SHARES = {"transcribe": 10, "voiceprint": 3}
"""Rough share of a stage in the work on a session, for the percentage; any other stage counts one."""


@dataclass(frozen=True, slots=True)
class Crew:
    """Who does the work: the stages, and how many workers of which kind (None: as configured)."""

    stages: tuple[Stage, ...]
    jobs: int | None = None
    executor: str | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is told. ``pulse`` is called every moment while a run goes on."""

    status: StatusFiles
    tell: Callable[[str], None]
    pulse: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Taken:
    """A candidate that a run took, what came of it, and what is to be told of each of its files."""

    candidate: Candidate
    report: SessionReport | None
    """None where all its files are copies of recordings of other sessions, or it was forgotten."""
    copies: dict[Path, str]
    """Files whose bytes are there already, with the session they belong to."""
    replaced: bool
    """Whether another recording was worked on under this name before."""
    withheld: bool = False
    """Whether it was forgotten: its file is still there and is never worked on again."""

    def statuses(self, drafts: Drafts) -> dict[Path, Status]:
        """What each of its files is told."""
        if self.withheld:
            return dict.fromkeys(self.candidate.paths, status_files.WITHHELD)
        failures = list(self.report.failures.values()) if self.report else []
        whole = status_files.failed(failures)
        if self.report and not failures:
            name = self.report.session
            whole = status_files.done(_folder(name), self.replaced, drafts.told(name))
        return {
            path: status_files.same_as(_folder(self.copies[path])) if path in self.copies else whole
            for path in self.candidate.paths
        }

    @property
    def may_pass(self) -> bool:
        """Whether it failed for a reason that a later attempt may not meet."""
        return self.report is not None and any(not f.permanent for f in self.report.failures.values())

    def lines(self) -> list[str]:
        """What came of it, in lines for the operator; nothing where nothing had to be done."""
        if self.withheld:
            return [f"{self.candidate.key}: forgotten, not worked on [input.forgotten]"]
        if self.report is None:
            return [
                f"{self.candidate.key}: the same as a recording of {', '.join(set(self.copies.values()))}"
            ]
        name = self.report.session
        failures = [
            f"{name}: {stage} failed [{failure.code}]: {failure.message} {failure.hint}"
            for stage, failure in self.report.failures.items()
        ]
        return failures or ([f"{name}: done: {_folder(name)}"] if self.report.done else [])


@dataclass(frozen=True, slots=True)
class _Find:
    """What the inventory made of a candidate: a session, nothing but copies, or a problem."""

    candidate: Candidate
    session: Session | None
    copies: dict[Path, str]
    """Files whose bytes are there already, with the session they belong to."""
    problem: PipelineError | None
    replaced: bool = False
    """Whether another recording was worked on under this name before."""
    withheld: bool = False
    """Whether it was forgotten."""


def perform(opened: Opened, crew: Crew, due: Sequence[Candidate], audience: Audience) -> list[Taken]:
    """Work on what is due, or on as much of it as one run takes; what is not taken is still due.

    Args:
        opened: the workspace, open for writing.
        crew: who works.
        due: candidates whose files have all arrived.
        audience: who is told how far it is.
    """
    run_log.roll()
    settings, workspace = opened.config.settings.run, opened.workspace
    planner = Planner(workspace, opened.config, crew.stages, opened.ledger, Orders(fetch=True))
    finds = _find(opened, planner, due)
    jobs = settings.jobs if crew.jobs is None else crew.jobs
    with executors.open_pool(crew.executor or settings.executor, jobs, opened, audience.tell) as pool:
        threads = settings.threads or pool.threads
        chosen, steps = _choose(finds, planner, SESSIONS_PER_WORKER * pool.size)
        listener = _Listener(chosen, steps, audience)
        try:
            runner = Runner(planner, opened.ledger, pool, threads, listener)
            reports = runner.run([find.session for find in chosen if find.session], {})
        except PipelineError as trouble:
            listener.stopped(status_files.paused(trouble))
            raise
        except BaseException:
            listener.stopped(status_files.STOPPED)
            raise
    by_name = {report.session: report for report in reports}
    return [_taken(find, by_name) for find in chosen]


def _find(opened: Opened, planner: Planner, due: Sequence[Candidate]) -> list[_Find]:
    before = {known.id: known.digests for known in opened.ledger.sessions()}
    arrived = {path for candidate in due for path in candidate.paths}
    inventory = take(
        opened.workspace, opened.ledger, lambda _: None, lambda candidate: arrived >= set(candidate.paths)
    )
    names = {known.key: known.id for known in opened.ledger.sessions()}
    sessions = {session.id: session for session in inventory.sessions}
    root = opened.workspace.root
    owners = {root / copy.path: copy.session for copy in inventory.duplicates}
    forgotten = {ignored.path for ignored in inventory.ignored if ignored.reason.told == tombstones.WITHHELD}
    finds = []
    for candidate in due:
        session = sessions.get(names.get(candidate.key, ""))
        copies = {path: owners[path] for path in candidate.paths if path in owners}
        if session and {root / r.path for r in session.recordings} <= set(candidate.paths):
            replaced = _replaced(planner, session, before.get(session.id, ()))
            finds.append(_Find(candidate, session, copies, None, replaced))
        elif len(copies) == len(candidate.paths):
            finds.append(_Find(candidate, None, copies, None))
        elif forgotten.intersection(candidate.paths):
            finds.append(_Find(candidate, None, {}, None, withheld=True))
        else:
            finds.append(_Find(candidate, None, copies, _problem(candidate)))
    return finds


def _replaced(planner: Planner, session: Session, before: Iterable[str]) -> bool:
    """Whether results were made of a recording that this session no longer has."""
    gone = set(before) - {recording.digest for recording in session.recordings}
    stages = [stage.name for stage in planner.stages.values() if stage.scope is Scope.RECORDING]
    return any(planner.row(Task(session.id, stage, digest)) for digest in gone for stage in stages)


def _problem(candidate: Candidate) -> PipelineError:
    """Why no session could be made of files that are there; that they changed meanwhile if nothing else."""
    refused = (refusal(path) for path in candidate.paths)
    return candidate.problem or next(filter(None, refused), None) or refusals.failure("changed")


def _choose(finds: list[_Find], planner: Planner, limit: int) -> tuple[list[_Find], list[Step]]:
    """Take as many as hold ``limit`` sessions with something to do; also gives all there is to do."""
    chosen: list[_Find] = []
    todo: list[Step] = []
    for find in finds:
        steps = planner.plan([find.session]) if find.session else ()
        missing = [step for step in steps if step.state in (State.STALE, State.WAITING)]
        limit -= bool(missing)
        if limit < 0:
            break
        chosen.append(find)
        todo += missing
    return chosen, todo


def _taken(find: _Find, reports: dict[str, SessionReport]) -> Taken:
    if find.session:
        report: SessionReport | None = reports[find.session.id]
    elif find.problem:
        report = SessionReport(find.candidate.key, failures={"intake": Failure.of(find.problem, "", 1)})
    else:
        report = None
    return Taken(find.candidate, report, find.copies, find.replaced, find.withheld)


def _folder(session: str) -> str:
    return f"transcripts/{session}"


class _Listener:
    """Hears a run go on, and writes the percentages beside the recordings."""

    def __init__(self, chosen: list[_Find], steps: Iterable[Step], audience: Audience) -> None:
        self._finds = {find.session.id: find for find in chosen if find.session}
        self._audience = audience
        self._todo: Counter[str] = Counter()
        self._done: Counter[str] = Counter()
        self._flights: dict[str, float] = {}
        self._lengths: dict[str, int] = {}
        self._shown = 0.0
        for step in steps:
            self._todo[step.task.session] += SHARES.get(step.task.stage, 1)
        for name in self._todo:
            self._show(name, status_files.QUEUED)

    def started(self, name: str, reason: str, audio_ms: int) -> None:  # noqa: ARG002
        """A worker took a task."""
        session, _ = _parts(name)
        if not self._done[session] and session not in self._running():
            self._audience.tell(f"{session}: started")
        self._flights[name] = 0.0
        self._lengths[name] = audio_ms
        self._show(session, status_files.working(self._percent(session)))

    def advanced(self, name: str, done_ms: int) -> None:
        """A task has got this far."""
        if self._lengths.get(name):
            self._flights[name] = min(1.0, done_ms / self._lengths[name])
        if time.monotonic() - self._shown >= SHOW_EVERY_S:
            self._shown = time.monotonic()
            for session in self._running():
                self._show(session, status_files.working(self._percent(session)))
        self._audience.pulse()

    def finished(self, name: str, elapsed_ms: int, failure: Failure | None) -> None:  # noqa: ARG002
        """A task ended; the last one of a session ends the session."""
        self._flights.pop(name, None)
        session, stage = _parts(name)
        if failure:
            self._end(session, [failure])
        else:
            self._done[session] += SHARES.get(stage, 1)
            if self._done[session] == self._todo[session]:
                self._end(session, [])

    def stopped(self, status: Status) -> None:
        """The run was cut short: what is not at its end will go on another time."""
        for session in self._todo:
            self._show(session, status)

    def _end(self, session: str, failures: list[Failure]) -> None:
        self._todo.pop(session, None)
        report = SessionReport(session, failures={failure.code: failure for failure in failures})
        for path, status in _taken(self._finds[session], {session: report}).statuses(PENDING).items():
            self._audience.status.show(path, status)

    def _running(self) -> set[str]:
        return {_parts(name)[0] for name in self._flights}

    def _percent(self, session: str) -> int:
        running = 0.0
        for name, part in self._flights.items():
            owner, stage = _parts(name)
            running += SHARES.get(stage, 1) * part if owner == session else 0
        return int(100 * (self._done[session] + running) / max(1, self._todo[session]))

    def _show(self, session: str, status: Status) -> None:
        """Tell the recordings of a session that is not at its end yet."""
        if session in self._todo:
            for path in self._finds[session].candidate.paths:
                self._audience.status.show(path, status)


def _parts(name: str) -> tuple[str, str]:
    """Session and stage of a task as a :class:`Listener` is told of it."""
    session, stage, *_ = name.split()
    return session, stage
