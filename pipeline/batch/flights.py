"""Jobs in workers' hands, and which of them is to blame when a worker died and took them all with it.

Which of several jobs killed its worker cannot be known, so each is repeated alone; what kills its worker
again is to blame. A worker's own timer counts the time asleep: what it ended for that reason is not.
"""

from collections.abc import Collection
from dataclasses import dataclass

from pipeline.batch.awake import AwakeClock
from pipeline.batch.plan import Step
from pipeline.batch.stage import Job


@dataclass(slots=True)
class Flight:
    """A job in a worker's hands."""

    step: Step
    job: Job
    alone: bool
    """Whether nothing else ran beside it, because it may have killed a worker."""
    started_s: float
    """When, on the clock of who launched it."""
    slept_s: float
    """How long that clock had slept before."""

    def elapsed_ms(self, clock: AwakeClock) -> int:
        """How long it has been under way."""
        return round((clock.now_s() - self.started_s) * 1000)


def blame(flights: Collection[Flight], clock: AwakeClock) -> tuple[list[Flight], bool]:
    """Find those to blame for the death of a worker, perhaps none; and whether they were past their limit."""
    now_s = clock.now_s()
    if late := [flight for flight in flights if now_s - flight.started_s >= flight.job.time_limit_s]:
        return late, True
    return [flight for flight in flights if flight.alone and not _overslept(flight, clock)], False


def _overslept(flight: Flight, clock: AwakeClock) -> bool:
    """Whether it would have been in time but for the time asleep."""
    slept_s = clock.slept_s - flight.slept_s
    return 0 < slept_s >= flight.job.time_limit_s - (clock.now_s() - flight.started_s)
