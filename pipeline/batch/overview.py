"""A whole workspace at a glance: how far every session is, what waits, what failed, what goes on."""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pipeline.batch import activity
from pipeline.batch.activity import Activity
from pipeline.batch.inventory import Inventory, take
from pipeline.batch.opening import Opened
from pipeline.batch.plan import Planner, Step, standing
from pipeline.batch.rows import Failure, PastRun, Task
from pipeline.batch.stage import Stage
from pipeline.workspace import Workspace

STATES = ("done", "to do", "new", "failed", "gone")
"""What a session can be: up to date, to be worked on, not read yet, failed for good, without recordings."""
WAITING = frozenset({"to do", "new"})


@dataclass(frozen=True, slots=True)
class Line:
    """One session: where it stands, and for each stage what is to be said of it."""

    session: str
    state: str
    stages: dict[str, str]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """Work of which the last attempt failed. ``at`` is when (ISO 8601, UTC), empty where nobody knows."""

    session: str
    stage: str
    at: str
    failure: Failure


@dataclass(frozen=True, slots=True)
class Overview:
    """What there is to say of a workspace."""

    workspace: Path
    lines: tuple[Line, ...]
    """By session."""
    inventory: Inventory
    failures: tuple[Failed, ...]
    """The newest first."""
    oldest_waiting: str
    """Since when the longest waiting recording without a transcript is there; empty where none waits."""
    audio_ms: int
    """Sound of the sessions that are done."""
    last_run: PastRun | None
    activity: Activity | None
    disk_free: int
    """Bytes."""

    @property
    def counts(self) -> dict[str, int]:
        """Sessions by state; every state is there."""
        return dict.fromkeys(STATES, 0) | Counter(line.state for line in self.lines)

    @property
    def queue(self) -> int:
        """How many sessions a run would work on."""
        return sum(line.state in WAITING for line in self.lines)


@dataclass(slots=True)
class _Sums:
    """What is gathered while the sessions are judged one by one."""

    lines: list[Line] = field(default_factory=list)
    failures: dict[Task, Failure] = field(default_factory=dict)
    audio_ms: int = 0
    waiting: list[Path] = field(default_factory=list)


def survey(opened: Opened, stages: tuple[Stage, ...]) -> Overview:
    """Look at everything, reading no recording and changing nothing."""
    inventory = take(opened.workspace, opened.ledger, None)
    planner = Planner(opened.workspace, opened.config, stages, opened.ledger)
    sums = _Sums()
    _add_unplanned(sums, inventory)
    for session in inventory.sessions:
        paths = [opened.workspace.root / recording.path for recording in session.recordings]
        _add(sums, session.id, list(planner.plan([session])), planner, paths)
    going_on = activity.current(opened.workspace)
    run = opened.ledger.history.past_run()
    return Overview(
        workspace=opened.workspace.root,
        lines=tuple(sorted(sums.lines, key=lambda line: line.session)),
        inventory=inventory,
        failures=tuple(_dated(sums.failures, opened.ledger.failed_at())),
        oldest_waiting=_oldest(sums.waiting),
        audio_ms=sums.audio_ms,
        last_run=run.cut_short() if run and not going_on else run,
        activity=going_on,
        disk_free=disk_free(opened.workspace),
    )


def disk_free(workspace: Workspace) -> int:
    """Bytes that are free where results are written."""
    there = workspace.transcripts if workspace.transcripts.exists() else workspace.root
    return shutil.disk_usage(there).free


def _add_unplanned(sums: _Sums, inventory: Inventory) -> None:
    sums.lines += [Line(name, "failed", {}, error.message) for name, error in inventory.problems.items()]
    sums.lines += [Line(name, "new", {}) for name in inventory.unread]
    sums.lines += [Line(name, "gone", {}) for name in inventory.gone]
    for name, problem in inventory.problems.items():
        sums.failures[Task(name, "intake")] = Failure.of(problem, "", 1)
    sums.waiting += [path for paths in inventory.unread.values() for path in paths]


def _add(sums: _Sums, session: str, steps: list[Step], planner: Planner, paths: list[Path]) -> None:
    failures = {step.task: failure for step in steps if (failure := _failure(step, planner))}
    state = standing(step.state for step in steps)
    note = _note(list(failures.values()))
    sums.lines.append(Line(session, state, {step.task.stage: step.state.value for step in steps}, note))
    sums.failures |= failures
    if state == "done":
        sums.audio_ms += sum(step.row.measures.get("audio_ms", 0) for step in steps if step.row)
    elif state in WAITING and planner.row(steps[-1].task) is None:
        sums.waiting += paths


def _note(failures: list[Failure]) -> str:
    if not failures:
        return ""
    first = next((failure for failure in failures if failure.quarantined), failures[0])
    quarantine = f"in quarantine after {first.attempts} attempts: " if first.quarantined else ""
    return quarantine + first.message


def _failure(step: Step, planner: Planner) -> Failure | None:
    known = planner.failure(step.task)
    return Failure.of(step.problem, "", 1) if step.problem and not known else known


def _dated(failures: dict[Task, Failure], failed_at: dict[Task, str]) -> Iterator[Failed]:
    """The newest first; those of unknown time last, by name."""
    order = sorted(sorted(failures), key=lambda task: failed_at.get(task, ""), reverse=True)
    return (Failed(task.session, task.stage, failed_at.get(task, ""), failures[task]) for task in order)


def _oldest(paths: list[Path]) -> str:
    """When the first of some files came: by its last status change, for a copy may keep its mtime."""
    times = [path.stat().st_ctime for path in paths if path.exists()]
    return datetime.fromtimestamp(min(times), UTC).isoformat(timespec="seconds") if times else ""
