"""What came of the sessions of a run, and of a worker that did not come back."""

from dataclasses import dataclass, field

from pipeline.batch.rows import Failure
from pipeline.errors import WorkerError


@dataclass(slots=True)
class SessionReport:
    """What a run did for one session."""

    session: str
    done: list[str] = field(default_factory=list)
    """Stages that ran, once for each recording where there are several."""
    current: int = 0
    failures: dict[str, Failure] = field(default_factory=dict)
    blocked: int = 0

    @property
    def outcome(self) -> str:
        """``failed``, ``done`` (something ran) or ``current`` (nothing had to)."""
        return "failed" if self.failures else "done" if self.done else "current"


def death(stage: str, time_limit_s: float, late: bool) -> WorkerError:
    """Describe a worker that died while it did a stage; ``late``: past its time limit."""
    if late:
        return WorkerError(
            f"{stage} was stopped after {time_limit_s:.0f} s, its time limit.",
            "Run again; if it happens again, raise run.time_limit_factor or look at the recording.",
            "time_limit",
        )
    return WorkerError(
        f"The worker process died while it did {stage}.",
        "Run again; if it happens again, the recording or too little memory is the likely cause.",
        "died",
    )
