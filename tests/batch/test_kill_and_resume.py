"""A run killed at any instant goes on where it stopped and ends with the same bytes."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import fake_stages
import pytest
from running import artifacts, drop, run

from pipeline import workspace
from pipeline.batch.doctor import unsound
from pipeline.batch.ledger import Ledger
from pipeline.batch.store import digest
from pipeline.errors import ExitCode
from pipeline.workspace import Workspace

SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from running import run
from pipeline.errors import ExitCode
from pipeline.workspace import Workspace
if __name__ == "__main__":
    run(Workspace(Path(sys.argv[1])), executor="processes")
"""
KILLS_PER_RUN = 3
LONGEST_S = 2.5
"""A little longer than the whole run takes, so that kills fall on every part of it."""


def start_and_kill(space: Workspace, after_s: float) -> None:
    """Run in another process and kill that process alone: its workers must end by themselves."""
    command = [sys.executable, "-c", SCRIPT, str(space.root), str(Path(__file__).parent)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(timeout=after_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()


INTERRUPTED = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job of a shell ignores it
sys.path.insert(0, sys.argv[2])
import fake_stages
import pipeline.cli.run
from pipeline import cli
if __name__ == "__main__":
    pipeline.cli.run.STAGES = fake_stages.STAGES
    cli.main(["run", "--workspace", sys.argv[1], "--executor", "processes"])
"""


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_run_stopped_twice_ends_at_once_and_leaves_nothing_behind(
    space: Workspace, stop: signal.Signals
) -> None:
    drop(space, "interviews/끝없는.wav", "SLOW")
    process = start_stoppable(space)
    process.send_signal(stop)
    wait_for(process, "again to stop at once")
    process.send_signal(stop)
    _, err = process.communicate(timeout=8)
    assert process.returncode == ExitCode.INTERRUPTED
    assert "the next run goes on from there" in err
    ledger = Ledger(space.ledger, read_only=True)
    assert not unsound(space, ledger)
    ledger.close()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_run_stopped_once_lets_what_runs_end_and_starts_nothing_new(
    space: Workspace, stop: signal.Signals
) -> None:
    drop(space, "interviews/가.wav", "WAIT")
    process = start_stoppable(space)
    process.send_signal(stop)
    wait_for(process, "again to stop at once")
    (space.root / "go").touch()
    _, err = process.communicate(timeout=30)
    assert process.returncode == ExitCode.INTERRUPTED
    assert "interview-가 read: done" in err
    assert fake_stages.calls(space.root) == [f"interview-가 read {digest(b'WAIT')[:8]}"]
    assert run(space)["interview-가"].done == ["shout", "join"]


def start_stoppable(space: Workspace) -> "subprocess.Popen[str]":
    """Start a run as the command line does, and wait until its first task has started."""
    command = [sys.executable, "-c", INTERRUPTED, str(space.root), str(Path(__file__).parent)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    wait_for(process, "read: no result yet")
    return process


def wait_for(process: "subprocess.Popen[str]", words: str) -> None:
    """Read what a run says until it says this."""
    assert process.stderr is not None
    while words not in process.stderr.readline():
        assert process.poll() is None


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_killed_runs_end_like_undisturbed_ones(tmp_path: Path, seed: int) -> None:
    spaces = [workspace.create(tmp_path / name) for name in ("undisturbed", "killed")]
    for space in spaces:
        for number in range(6):
            drop(space, f"interviews/{number}.wav", f"NAP text {number}")
    undisturbed, killed = spaces
    run(undisturbed)
    chance = random.Random(seed)
    for _ in range(KILLS_PER_RUN):
        start_and_kill(killed, chance.uniform(0, LONGEST_S))
    reports = run(killed)
    assert not any(report.failures for report in reports.values())
    assert artifacts(killed) == artifacts(undisturbed)
    ledger = Ledger(killed.ledger, read_only=True)
    assert not unsound(killed, ledger)
    ledger.close()
