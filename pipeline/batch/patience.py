"""Trying what failed once more in the same run, where it may pass: after a while, then twice as long."""

import heapq
import itertools
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.batch.ledger import Task
from pipeline.batch.plan import Step
from pipeline.errors import PipelineError

HOPELESS = frozenset({"worker.time_limit"})
"""Codes of failures that cost too long to have them twice in one run; the next run tries again."""


@dataclass(frozen=True, slots=True)
class Again:
    """A step to be tried again; ``alone`` where it may have killed its worker."""

    step: Step
    alone: bool


class Patience:
    """Holds back what is to be tried again until its time has come. Without retries it holds nothing."""

    def __init__(
        self, retries: int = 0, wait_s: float = 0.0, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._retries = retries
        self._wait_s = wait_s
        self._now = now
        self._tries: Counter[Task] = Counter()
        self._later: list[tuple[float, int, Again]] = []
        self._count = itertools.count()

    def holds(self) -> bool:
        """Whether anything is still to be tried again."""
        return bool(self._later)

    def keep(self, again: Again, error: PipelineError) -> bool:
        """Take a failed step to try it again, or refuse: it fails for good, or was tried often enough."""
        task = again.step.task
        if error.permanent or error.code in HOPELESS or self._tries[task] >= self._retries:
            return False
        due = self._now() + self._wait_s * 2 ** self._tries[task]
        self._tries[task] += 1
        heapq.heappush(self._later, (due, next(self._count), again))
        return True

    def due(self) -> list[Again]:
        """Give back what has waited long enough."""
        found = []
        while self._later and self._later[0][0] <= self._now():
            found.append(heapq.heappop(self._later)[-1])
        return found

    def wait_s(self) -> float:
        """How long until the first of them is due."""
        return max(0.0, self._later[0][0] - self._now()) if self._later else 0.0
