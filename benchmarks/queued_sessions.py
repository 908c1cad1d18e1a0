"""How long 10,000 queued sessions take to be judged, and whether memory stays flat while they are worked off.

The stages are the real ones, the engines are not: a pool gives back a result for every job at once and stores
none, so that planner, scheduler and ledger are measured. Memory is the process's own, above what it held when
the first result came.
"""

import argparse
import os
import platform
import tempfile
import time
from concurrent.futures import Future
from pathlib import Path

import psutil

from pipeline import workspace
from pipeline.batch import opening
from pipeline.batch.inventory import take
from pipeline.batch.plan import Planner
from pipeline.batch.rows import ArtifactRow, Failure
from pipeline.batch.runner import Runner
from pipeline.batch.stage import Job
from pipeline.batch.stages import STAGES
from pipeline.batch.worker import Done
from pipeline.workspace import Workspace

AUDIO_MS = 60_000


class Instant:
    """Workers that take no time."""

    size = 2

    def submit(self, job: Job) -> "Future[Done]":
        """Give back a result that nobody made."""
        facets = {"all": "0" * 64, "pcm": "0" * 64}
        future: Future[Done] = Future()
        future.set_result(Done(ArtifactRow(job.fingerprint, facets, 0, 0, {"audio_ms": AUDIO_MS}), 1))
        return future

    def progress_ms(self, future: "Future[Done]") -> int:  # noqa: ARG002
        """Nothing is ever under way."""
        return 0

    def rebuild(self) -> None:
        """Nobody dies."""

    def stop(self) -> None:
        """Nothing to end."""


class Scales:
    """Weighs the process at each tenth of the work."""

    def __init__(self, tasks: int) -> None:
        self._tasks = tasks
        self._done = 0
        self._process = psutil.Process()
        self.mib: list[float] = []

    def started(self, name: str, reason: str, audio_ms: int) -> None:
        """Nothing is weighed."""

    def advanced(self, name: str, done_ms: int) -> None:
        """Nothing is weighed."""

    def finished(self, name: str, elapsed_ms: int, failure: Failure | None) -> None:  # noqa: ARG002
        """Weigh now and then."""
        if self._done % (self._tasks // 10) == 0:
            self.mib.append(self._process.memory_info().rss / 2**20)
        self._done += 1


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=10_000)
    sessions = parser.parse_args().sessions
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder:
        measure(workspace.create(Path(folder) / "space"), sessions)


def measure(space: Workspace, count: int) -> None:
    """Fill a workspace, judge everything as a dry run does, then work it off."""
    for number in range(count):
        (space.audio / "interviews" / f"2023-06-08_면담_{number:05}.wav").write_bytes(b"%d" % number)
    with opening.to_write(space) as opened:
        # Files just written are waited for; that is not planning.
        time.sleep(0.1)
        started = time.perf_counter()
        sessions = take(space, opened.ledger, lambda _: None).sessions
        print(f"read and named: {time.perf_counter() - started:.1f} s")
        wall_s, cpu_s = time.perf_counter(), time.process_time()
        steps = sum(1 for _ in Planner(space, opened.config, STAGES, opened.ledger).plan(sessions))
        print(
            f"judged: {steps} steps of {len(sessions)} sessions in {time.perf_counter() - wall_s:.2f} s"
            f" ({time.process_time() - cpu_s:.2f} s of the processor)",
            flush=True,
        )
        scales = Scales(steps)
        planner = Planner(space, opened.config, STAGES, opened.ledger)
        wall_s, cpu_s = time.perf_counter(), time.process_time()
        Runner(planner, opened.ledger, Instant(), 1, scales).run(sessions, {})
        cpu_s = time.process_time() - cpu_s
        print(
            f"worked off in {time.perf_counter() - wall_s:.1f} s"
            f" ({1e6 * cpu_s / steps:.0f} µs of the processor per step)"
        )
    print("MiB at each tenth: " + " ".join(f"{mib:.0f}" for mib in scales.mib))


if __name__ == "__main__":
    main()
