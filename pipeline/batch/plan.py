"""Which work is to be done and why: each task's ingredients today against those its result was made of.

Nothing here runs a stage or writes the ledger. A task can be judged once everything it needs is settled;
while an earlier stage is still to run the answer is *waiting*, because that stage may give the same content
again.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pipeline.batch import store
from pipeline.batch.ledger import Ledger
from pipeline.batch.revisions import Revisions
from pipeline.batch.rows import ArtifactRow, Failure, FileStat, Task
from pipeline.batch.stage import Change, Input, Need, Scope, Sources, Stage, changes
from pipeline.batch.store import Ingredients
from pipeline.config import Configuration
from pipeline.edits import Edits, load_edits
from pipeline.errors import ConflictError, MissingError, PipelineError
from pipeline.model import Session
from pipeline.workspace import Workspace


class State(StrEnum):
    """What a task's stored result is worth today."""

    CURRENT = "current"
    ADOPTABLE = "adoptable"
    """A sound result lies on disk that the ledger does not know: its writer was stopped too soon."""
    STALE = "stale"
    WAITING = "waiting"
    FAILED = "failed"
    """Failed for good on exactly these inputs: trying again would fail again."""
    BLOCKED = "blocked"
    """Needs something that failed."""


@dataclass(frozen=True, slots=True)
class Step:
    """A task with the verdict on it. ``row`` is what the ledger should hold where a result holds."""

    task: Task
    state: State
    reason: str
    changes: tuple[Change, ...] = ()
    recipe: bytes = b""
    """Canonical JSON of the ingredients; empty while they are not known."""
    row: ArtifactRow | None = None
    problem: PipelineError | None = None
    """Why the task cannot even be judged."""

    @property
    def fingerprint(self) -> str:
        """Identity of the work; empty while the ingredients are not known."""
        return store.digest(self.recipe) if self.recipe else ""

    @property
    def ingredients(self) -> Ingredients:
        """Everything that determines the result, by name."""
        found: Ingredients = json.loads(self.recipe or b"{}")
        return found


def standing(states: Iterable[State]) -> str:
    """Where a session stands: ``failed``, ``done`` or ``to do``."""
    found = set(states)
    if State.FAILED in found:
        return "failed"
    return "done" if found <= {State.CURRENT, State.ADOPTABLE} else "to do"


@dataclass(frozen=True, slots=True)
class Orders:
    """What the operator asked for beyond what is stale."""

    redo_from: str | None = None
    """Redo this stage and all after it, current or not."""
    retry: bool = False
    """Try again what failed for good."""
    fetch: bool = False
    """Let a missing model be downloaded, where the configuration allows it."""


class Planner:
    """Judges tasks of one workspace under one configuration."""

    def __init__(
        self,
        workspace: Workspace,
        config: Configuration,
        stages: tuple[Stage, ...],
        ledger: Ledger,
        orders: Orders = Orders(),
    ) -> None:
        self.workspace = workspace
        self.config = config
        self.stages = {stage.name: stage for stage in stages}
        self.orders = orders
        self._order = {stage.name: number for number, stage in enumerate(stages)}
        self._ledger = ledger
        self._rows: tuple[str, dict[Task, ArtifactRow]] = ("", {})
        self._failures = ledger.failures()
        self._edits: dict[str, Edits] = {}
        may_download = orders.fetch and config.settings.network.allow_model_download
        self._revisions = Revisions(workspace, config.settings.transcribe, may_download)

    def tasks(self, session: Session) -> Iterator[Task]:
        """A session's tasks, each after those it needs."""
        for stage in self.stages.values():
            if stage.scope is Scope.SESSION:
                yield Task(session.id, stage.name)
            else:
                yield from (Task(session.id, stage.name, r.digest) for r in session.recordings)

    def needs(self, task: Task, session: Session) -> list[Task]:
        """The tasks whose results a task reads."""
        return [
            need for wanted in self.stages[task.stage].needs for need in self._needed(wanted, task, session)
        ]

    def inputs(self, task: Task, session: Session, ingredients: Ingredients) -> tuple[Input, ...]:
        """The stored results that a task reads, with the digests that it was planned with."""
        return tuple(
            Input(found.stage, found.unit, need.facet, digest)
            for need in self.stages[task.stage].needs
            for found, digest in zip(
                self._needed(need, task, session), ingredients[_input(need)], strict=True
            )
        )

    def rank(self, task: Task) -> int:
        """Order among the ready tasks of one session: later stages first."""
        return -self._order[task.stage]

    def failure(self, task: Task) -> Failure | None:
        """The last failure of a task that has not succeeded since."""
        return self._failures.get(task)

    def row(self, task: Task) -> ArtifactRow | None:
        """What the ledger holds of a task's result, current or not."""
        if self._rows[0] != task.session:
            self._rows = task.session, self._ledger.artifacts(task.session)
        return self._rows[1].get(task)

    def release(self, session: Session) -> None:
        """Keep nothing in memory of a session that is done with."""
        self._edits.pop(session.id, None)

    def edits(self, session: Session) -> Edits:
        """What people decided about a session, read once.

        Raises:
            ConflictError: it cannot be understood.
        """
        if session.id not in self._edits:
            self._edits[session.id] = load_edits(self.workspace.edits(session.id))
        return self._edits[session.id]

    def plan(self, sessions: Iterable[Session]) -> Iterator[Step]:
        """Judge everything as it stands, running nothing."""
        for session in sessions:
            settled: dict[Task, Step] = {}
            for task in self.tasks(session):
                settled[task] = self.judge(task, session, settled)
                yield settled[task]

    def left(self) -> Iterator[Step]:
        """Sound results that no row tells of, whether or not their recording is still there.

        A copy that lies beside one (``clean.sync-conflict-20230608.json``) is none.
        """
        known = {self.workspace.artifact(*_where(task)) for task in self._ledger.tasks()}
        for path in sorted(self.workspace.transcripts.glob("*/*.json")):
            if path in known or path.name.partition(".")[0] not in self.stages:
                continue
            if (head := store.read_head(path)) is None:
                continue
            task = Task(path.parent.name, head.stage, head.unit)
            if path == self.workspace.artifact(*_where(task)):
                yield self._adopt(task, head, store.canonical(head.ingredients))

    def judge(self, task: Task, session: Session, settled: Mapping[Task, Step]) -> Step:
        """Judge one task, given the verdicts (or results) of those it needs."""
        needed = [settled[need] for need in self.needs(task, session)]
        if broken := next((s for s in needed if s.state in (State.FAILED, State.BLOCKED)), None):
            return Step(task, State.BLOCKED, f"{broken.task.stage} failed")
        if waiting := next((s for s in needed if s.state in (State.STALE, State.WAITING)), None):
            return Step(task, State.WAITING, f"after {waiting.task.stage}")
        try:
            recipe = self.recipe(task, session, settled)
        except (MissingError, ConflictError) as problem:
            return Step(task, State.FAILED, problem.code, problem=problem)
        return self._judge(task, recipe)

    def recipe(self, task: Task, session: Session, settled: Mapping[Task, Step]) -> bytes:
        """Everything that determines a task's result, by name, as canonical JSON."""
        stage = self.stages[task.stage]
        sources = Sources(session, self.config, self.edits(session), self._revisions.of)
        found: dict[str, Any] = {"stage": stage.name, "version": stage.version}
        for name, value in stage.options(sources).items():
            found[f"option.{name}"] = value
        found["recording"] = task.unit or [recording.digest for recording in session.recordings]
        for need in stage.needs:
            digests = [_facet(settled[task], need) for task in self._needed(need, task, session)]
            found[_input(need)] = digests
        return store.canonical(found)

    def _needed(self, need: Need, task: Task, session: Session) -> list[Task]:
        if self.stages[need.stage].scope is Scope.SESSION:
            return [Task(session.id, need.stage)]
        units = [task.unit] if task.unit else [recording.digest for recording in session.recordings]
        return [Task(session.id, need.stage, unit) for unit in units]

    def _judge(self, task: Task, recipe: bytes) -> Step:
        wanted = store.digest(recipe)
        if self._forced(task.stage):
            return Step(task, State.STALE, "asked to redo", recipe=recipe)
        row = self.row(task)
        path = self.workspace.artifact(*_where(task))
        there = FileStat.of_any(path)
        touched = not (row and there and _stat(row) == _stat(there))
        if row and row.fingerprint == wanted and not touched:
            return self._with_files(Step(task, State.CURRENT, "unchanged", recipe=recipe, row=row))
        head = store.read_head(path) if touched and there else None
        if head and head.fingerprint == wanted:
            return self._with_files(self._adopt(task, head, recipe))
        return self._stale(task, recipe, head)

    def _stale(self, task: Task, recipe: bytes, head: store.Head | None) -> Step:
        failure = self._failures.get(task)
        if failure and failure.fingerprint == store.digest(recipe) and not self.orders.retry:
            state = State.FAILED if failure.permanent else State.STALE
            tried = (
                f"in quarantine after {failure.attempts} attempts" if failure.quarantined else "failed before"
            )
            return Step(task, state, f"{tried}: {failure.code}", recipe=recipe)
        old = head.ingredients if head else self._ledger.ingredients(task)
        if old is None:
            return Step(task, State.STALE, "no result yet", recipe=recipe)
        found = changes(old, json.loads(recipe))
        reason = (
            "changed: " + ", ".join(change.name for change in found) if found else "the result is missing"
        )
        return Step(task, State.STALE, reason, found, recipe)

    def _adopt(self, task: Task, head: store.Head, recipe: bytes) -> Step:
        path = self.workspace.artifact(*_where(task))
        stat, stage = FileStat.of(path), self.stages[task.stage]
        # Only a stage of the same version knows what is in it.
        counted = head.ingredients.get("version") == stage.version
        measures = stage.measure(store.read_artifact(path, Any)) if counted else {}
        row = ArtifactRow(head.fingerprint, head.facets, stat.size, stat.mtime_ns, measures)
        return Step(task, State.ADOPTABLE, "found on disk", recipe=recipe, row=row)

    def _with_files(self, step: Step) -> Step:
        """A stage that leaves files for people is stale where one of them is missing."""
        names = (
            [name.removeprefix("file:") for name in step.row.facets if name.startswith("file:")]
            if step.row
            else []
        )
        if not names:
            return step
        folder = self.workspace.session(step.task.session)
        missing = [name for name in names if not (folder / name).exists()]
        if not missing:
            return step
        return Step(step.task, State.STALE, f"missing: {', '.join(missing)}", recipe=step.recipe)

    def _forced(self, stage: str) -> bool:
        return self.orders.redo_from is not None and self._order[stage] >= self._order[self.orders.redo_from]


def _facet(step: Step, need: Need) -> str:
    assert step.row is not None  # noqa: S101 - judged only when every need is settled
    return step.row.facets[need.facet]


def _input(need: Need) -> str:
    return f"input.{need.stage}.{need.facet}"


def _where(task: Task) -> tuple[str, str, str]:
    return task.session, task.stage, task.unit


def _stat(known: ArtifactRow | FileStat) -> tuple[int, int]:
    return known.size, known.mtime_ns
