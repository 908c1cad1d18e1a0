"""Runs the fake pipeline over a workspace the way the command line runs the real one."""

import os
import time
from pathlib import Path

import fake_stages

from pipeline.batch import executors, opening
from pipeline.batch.inventory import take
from pipeline.batch.outcome import SessionReport
from pipeline.batch.patience import Patience
from pipeline.batch.plan import Orders, Planner
from pipeline.batch.rows import Failure
from pipeline.batch.runner import Runner
from pipeline.batch.stage import Stage
from pipeline.workspace import Workspace

LONG_AGO = time.time() - 3600


def drop(space: Workspace, name: str, text: str) -> Path:
    """Put a recording (text, for the fakes) into the drop folder, as if it had lain there for an hour."""
    path = space.audio / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


class Nobody:
    """Watches a run and says nothing."""

    def started(self, name: str, reason: str, audio_ms: int) -> None: ...

    def advanced(self, name: str, done_ms: int) -> None: ...

    def finished(self, name: str, elapsed_ms: int, failure: Failure | None) -> None: ...


def run(
    space: Workspace,
    orders: Orders | None = None,
    executor: str = "serial",
    jobs: int = 2,
    retries: int = 0,
    stages: tuple[Stage, ...] = fake_stages.STAGES,
) -> dict[str, SessionReport]:
    """Run everything that is to be done; reports by session."""
    with opening.to_write(space) as opened:
        inventory = take(space, opened.ledger, lambda _: None)
        planner = Planner(space, opened.config, stages, opened.ledger, orders or Orders())
        with executors.open_pool(executor, jobs, opened, print) as pool:
            runner = Runner(planner, opened.ledger, pool, 1, Nobody(), Patience(retries))
            reports = runner.run(inventory.sessions, inventory.problems)
    return {report.session: report for report in reports}


def settings(space: Workspace, text: str) -> None:
    """Replace the workspace's settings."""
    space.settings_file.write_text(text, encoding="utf-8")


def artifacts(space: Workspace) -> dict[str, bytes]:
    """Every file below transcripts/ that must be the same however a run went, by relative path."""
    return {
        path.relative_to(space.transcripts).as_posix(): path.read_bytes()
        for path in sorted(space.transcripts.rglob("*"))
        if path.is_file() and path.parent != space.transcripts and ".cache" not in path.parts
    }
