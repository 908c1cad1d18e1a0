"""Trying what failed once more in the same run, where it may pass: after a while, then twice as long."""

import heapq
import itertools
import time
from collections import Counter
from collections.abc import Callable

from pipeline.batch.plan import Step
from pipeline.batch.rows import Task
from pipeline.errors import PipelineError

HOPELESS = frozenset({"worker.died", "worker.time_limit"})
"""Codes of failures that one run has only once: a time limit costs too long to reach it twice, and what is
blamed for a dead worker was repeated before it was blamed."""


class Patience:
    """Holds back what is to be tried again until its time has come. Without retries it holds nothing."""

    def __init__(
        self, retries: int = 0, wait_s: float = 0.0, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._retries = retries
        self._wait_s = wait_s
        self._now = now
        self._tries: Counter[Task] = Counter()
        self._later: list[tuple[float, int, Step]] = []
        self._count = itertools.count()

    def holds(self) -> bool:
        """Whether anything is still to be tried again."""
        return bool(self._later)

    def keep(self, step: Step, error: PipelineError) -> bool:
        """Take a failed step to try it again, or refuse: it fails for good, or was tried often enough."""
        task = step.task
        if error.permanent or error.code in HOPELESS or self._tries[task] >= self._retries:
            return False
        due = self._now() + self._wait_s * 2 ** self._tries[task]
        self._tries[task] += 1
        heapq.heappush(self._later, (due, next(self._count), step))
        return True

    def due(self) -> list[Step]:
        """Give back what has waited long enough."""
        found = []
        while self._later and self._later[0][0] <= self._now():
            found.append(heapq.heappop(self._later)[-1])
        return found

    def wait_s(self) -> float:
        """How long until the first of them is due."""
        return max(0.0, self._later[0][0] - self._now()) if self._later else 0.0
