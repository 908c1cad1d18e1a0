"""What came of a run, told from the ledger alone: right after it, or as long as its history is kept."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.batch.ledger import Ledger
from pipeline.batch.rows import Failure, PastRun, PastTask, Task

FAILED = ("failed", "left alone")


@dataclass(frozen=True, slots=True)
class StageTime:
    """All work of one stage in a run. ``seconds`` are of workers, those of failed attempts included."""

    stage: str
    done: int
    failed: int
    seconds: float
    audio_s: float


@dataclass(frozen=True, slots=True)
class Trouble:
    """Work that failed in a run. The failure is None where it was mended since."""

    session: str
    stage: str
    failure: Failure | None


@dataclass(frozen=True, slots=True)
class RunReport:
    """One run. Times are ISO 8601, UTC."""

    run: int
    started_at: str
    ended_at: str
    outcome: str
    """``ok``, ``partial``, ``interrupted``, ``killed``, or ``running``."""
    seconds: float
    done: tuple[str, ...]
    current: int
    """Sessions in which nothing had to be done."""
    failed: tuple[str, ...]
    flagged: dict[str, int]
    """Sessions worked on that hold passages which may not have been said, and how many."""
    quarantined: tuple[str, ...]
    troubles: tuple[Trouble, ...]
    stages: tuple[StageTime, ...]
    audio_hours: float
    """Sound of the sessions in which something was done, as far as it was worked on."""

    @property
    def is_whole(self) -> bool:
        """Whether it came to its end, so that no session was left halfway."""
        return self.outcome in {"ok", "partial"}

    @property
    def audio_hours_per_hour(self) -> float:
        """Hours of sound for each hour of the run."""
        return self.audio_hours * 3600 / self.seconds if self.seconds else 0.0


def report(ledger: Ledger, past: PastRun) -> RunReport:
    """Tell what came of a run."""
    tasks = ledger.history.past_tasks(past.run)
    troubles = _troubles(ledger, tasks)
    failed = {trouble.session for trouble in troubles}
    worked = {each.task.session for each in tasks if each.outcome == "done"}
    return RunReport(
        run=past.run,
        started_at=past.started_at,
        ended_at=past.ended_at,
        outcome=past.outcome or "running",
        seconds=_seconds(past, tasks),
        done=tuple(sorted(worked - failed)),
        current=past.current,
        failed=tuple(sorted(failed)),
        flagged=_flagged(ledger, worked),
        quarantined=tuple(sorted({t.session for t in troubles if t.failure and t.failure.quarantined})),
        troubles=troubles,
        stages=_stages(tasks),
        audio_hours=_audio_ms(tasks) / 3_600_000,
    )


def _troubles(ledger: Ledger, tasks: Sequence[PastTask]) -> tuple[Trouble, ...]:
    failures = ledger.failures()
    failed = [each.task for each in tasks if each.outcome in FAILED]
    return tuple(Trouble(task.session, task.stage, failures.get(task)) for task in failed)


def _flagged(ledger: Ledger, sessions: set[str]) -> dict[str, int]:
    doubts: dict[str, int] = defaultdict(int)
    for task, measures in ledger.measures().items():
        if task.session in sessions and measures.get("doubts"):
            doubts[task.session] += measures["doubts"]
    return dict(doubts)


def _stages(tasks: Sequence[PastTask]) -> tuple[StageTime, ...]:
    found: dict[str, list[PastTask]] = defaultdict(list)
    for each in tasks:
        if each.outcome not in ("adopted", "left alone"):
            found[each.task.stage].append(each)
    return tuple(
        StageTime(
            stage,
            sum(each.outcome == "done" for each in rows),
            sum(each.outcome == "failed" for each in rows),
            sum(each.elapsed_ms for each in rows) / 1000,
            sum(each.audio_ms for each in rows) / 1000,
        )
        for stage, rows in found.items()
    )


def _audio_ms(tasks: Sequence[PastTask]) -> int:
    """Sound that was worked on, each recording counted once however many stages it went through."""
    by_stage: dict[Task, int] = defaultdict(int)
    for each in tasks:
        if each.outcome == "done":
            by_stage[Task(each.task.session, each.task.stage)] += each.audio_ms
    most: dict[str, int] = defaultdict(int)
    for task, ms in by_stage.items():
        most[task.session] = max(most[task.session], ms)
    return sum(most.values())


def _seconds(past: PastRun, tasks: Sequence[PastTask]) -> float:
    """How long it took; of one that never ended, until the last thing that is known of it."""
    end = past.ended_at or max((each.ended_at for each in tasks), default=past.started_at)
    return (datetime.fromisoformat(end) - datetime.fromisoformat(past.started_at)).total_seconds()
