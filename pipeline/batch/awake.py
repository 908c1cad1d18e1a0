"""The time that this process was awake: a suspended machine, or a stopped process, does no work."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

AWAKE_S = 1.0
"""Where a short wait took so much longer than it should, the machine or this process was asleep meanwhile."""


class AwakeClock:
    """Counts seconds without those asleep, as far as they fell into one of its waits."""

    def __init__(self) -> None:
        self.slept_s = 0.0
        """How long this process has slept so far."""

    def now_s(self) -> float:
        """Seconds awake, from any beginning."""
        return time.monotonic() - self.slept_s

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Wait inside for a moment, much shorter than :data:`AWAKE_S`; what goes beyond that was sleep."""
        began = time.monotonic()
        yield
        self.slept_s += max(0.0, time.monotonic() - began - AWAKE_S)
