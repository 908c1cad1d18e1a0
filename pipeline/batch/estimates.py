"""How long a run will take: past work of each stage per second of sound, times the sound that is waiting."""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.batch.facts import Facts
from pipeline.batch.ledger import Ledger
from pipeline.batch.rows import Task


@dataclass(frozen=True, slots=True)
class Estimate:
    """Seconds of one worker's time by session, and what they do not account for."""

    seconds: dict[str, float]
    guessed: tuple[str, ...]
    """Sessions whose length was guessed from the size of their files."""
    untold: tuple[str, ...]
    """Stages that never ran on this machine: they count nothing."""
    jobs: int

    @property
    def total_s(self) -> float:
        """How long the whole run takes: no less than its longest session, which one worker does in turn."""
        return max(sum(self.seconds.values()) / self.jobs, max(self.seconds.values(), default=0.0))


def rates(ledger: Ledger) -> dict[str, float]:
    """Median seconds of work per second of sound, by stage, of what was done last."""
    found: dict[str, list[float]] = defaultdict(list)
    for stage, elapsed_ms, audio_ms in ledger.history.past_work():
        found[stage].append(elapsed_ms / audio_ms)
    return {stage: statistics.median(each) for stage, each in found.items()}


def estimate(tasks: Iterable[Task], facts: Facts, known: Mapping[str, float], jobs: int) -> Estimate:
    """Estimate the time for tasks; one that waits for another counts too, though it may turn out current."""
    seconds: dict[str, float] = {}
    guessed: dict[str, None] = {}
    untold: dict[str, None] = {}
    for task in tasks:
        length = facts.length(task.session, task.unit)
        if not length.known:
            guessed[task.session] = None
        if task.stage not in known:
            untold[task.stage] = None
        cost = known.get(task.stage, 0.0) * length.ms / 1000
        seconds[task.session] = seconds.get(task.session, 0.0) + cost
    return Estimate(seconds, tuple(guessed), tuple(untold), jobs)
