"""Run out of disk space at every level of room, then make room and run again: is anything lost?

Each level is a fresh workspace on a file system of a few megabytes, filled up but for so many kilobytes, with
the fake stages of the tests. The run must end with a named error and without a stack trace; once there is
room, another one must give the bytes of an undisturbed run. Linux only: mounting a file system needs root.
Ends with 1 if anything is wrong.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from pipeline import workspace
from pipeline.batch.doctor import unsound
from pipeline.batch.ledger import Ledger
from pipeline.workspace import Workspace

ROOT = Path(__file__).parent.parent
FAKES = ROOT / "tests" / "batch"
SIZE_KB = 12_000
RECORDINGS = 4
WORDS = 20_000
"""Of each recording; what a stage stores of it is about as long: 140 KB."""
RUN = """
import sys
import fake_stages
import pipeline.cli.run
from pipeline import cli
pipeline.cli.run.STAGES = fake_stages.STAGES
cli.main(["run", "--executor", "serial", "--workspace", sys.argv[1]])
"""


def main() -> int:
    """Go through the levels."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=3000, help="room of the last level, in KB")
    parser.add_argument("--step", type=int, default=50, help="in KB")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        disk = Path(name)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_KB}k", "tmpfs", name], check=True)
        try:
            return _levels(disk, range(0, wanted.most, wanted.step))
        finally:
            subprocess.run(["umount", name], check=True)


def _levels(disk: Path, levels: range) -> int:
    undisturbed = _fresh(disk)
    _run(undisturbed)
    expected = _results(undisturbed)
    ends: Counter[str] = Counter()
    faults = []
    for room_kb in levels:
        space = _fresh(disk)
        ballast = _fill(disk, room_kb)
        told = _run(space)
        ends[_end(told)] += 1
        ballast.unlink()
        again = _run(space)
        faults += [f"{room_kb} KB: {fault}" for fault in _faults(space, told, again, expected)]
    print(f"{len(levels)} levels, {dict(ends)}, {len(faults)} faults")
    print(*faults, sep="\n")
    return int(bool(faults))


def _fresh(disk: Path) -> Workspace:
    shutil.rmtree(disk / "space", ignore_errors=True)
    space = workspace.create(disk / "space")
    space.settings_file.write_text("[run]\nretries = 0\n", encoding="utf-8")
    for number in range(RECORDINGS):
        (space.audio / "interviews" / f"{number}.wav").write_text(f"text {number} " * WORDS)
    return space


def _fill(disk: Path, room_kb: int) -> Path:
    """Lay a file that leaves so much room."""
    found = os.statvfs(disk)
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, found.f_bavail * found.f_frsize - 1024 * room_kb))
    return ballast


def _run(space: Workspace) -> subprocess.CompletedProcess[str]:
    paths = f"{ROOT}{os.pathsep}{FAKES}"
    return subprocess.run(
        [sys.executable, "-c", RUN, str(space.root)],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def _end(told: subprocess.CompletedProcess[str]) -> str:
    """How a run ended, for a person."""
    codes = [code for code in ("stage.disk_full", "stage.io") if code in told.stderr]
    return f"exit {told.returncode} {codes[0]}" if codes else f"exit {told.returncode}"


def _faults(
    space: Workspace,
    told: subprocess.CompletedProcess[str],
    again: subprocess.CompletedProcess[str],
    expected: dict[str, bytes],
) -> list[str]:
    ledger = Ledger(space.ledger, read_only=True)
    faults = unsound(space, ledger)
    ledger.close()
    if "Traceback" in told.stderr or (told.returncode and "disk" not in told.stderr):
        faults.append("not told what was wrong")
    if again.returncode or _results(space) != expected:
        faults.append("the rerun gave something else")
    return faults + [f"{path.name} was put aside" for path in space.transcripts.glob("*.damaged-*")]


def _results(space: Workspace) -> dict[str, bytes]:
    return {
        str(path.relative_to(space.transcripts)): path.read_bytes()
        for path in space.transcripts.rglob("*")
        if path.is_file() and path.parent != space.transcripts and ".cache" not in path.parts
    }


if __name__ == "__main__":
    sys.exit(main())
