"""A job on its way over a cluster: in line, placed on a worker, or done and waiting to be seen here."""

import time
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any

from pipeline.batch import store
from pipeline.batch.cluster.crew import Member
from pipeline.batch.rows import FileStat
from pipeline.batch.stage import Job
from pipeline.batch.worker import Done

LATENESS_S = 1.0
"""A worker's clock starts this much before ours at most, as seen through the network."""


@dataclass(slots=True, eq=False)
class Flight:
    """A job, and what is known of its present attempt."""

    job: Job
    result: "Future[Done]"
    losses: int = 0
    """Workers that were lost with it."""
    member: Member | None = None
    task: Any = None
    """Dask's future of the present attempt."""
    began: float | None = None
    """When its worker was first heard of."""
    done_ms: int = 0
    ended: bool = False

    @property
    def name(self) -> str:
        """For the log."""
        return f"{self.job.session.id} {self.job.stage.name}"

    def board(self, member: Member) -> None:
        """Begin an attempt."""
        self.member, self.began, self.done_ms, self.ended = member, None, 0, False

    def hear(self, message: dict[str, Any]) -> None:
        """Take what its worker tells."""
        self.ended = message.get("ended", False)
        if "done_ms" in message:
            self.began = self.began or time.monotonic()
            self.done_ms = message["done_ms"]

    def is_late(self) -> bool:
        """Whether its worker, which is gone, was past the job's time limit."""
        limit_s = self.job.time_limit_s - LATENESS_S
        return self.began is not None and time.monotonic() - self.began >= limit_s

    def seen_here(self, done: Done) -> Done | None:
        """The result as this machine sees its file; None as long as it does not see just that one."""
        path = self.job.workspace.artifact(self.job.session.id, self.job.stage.name, self.job.unit)
        head = store.read_head(path)
        if head is None or (head.fingerprint, head.facets) != (done.row.fingerprint, done.row.facets):
            return None
        stat = FileStat.of(path)
        return replace(done, row=replace(done.row, size=stat.size, mtime_ns=stat.mtime_ns))
