"""How long baekseo takes to see that there is nothing to do: run and status over many sessions, and --help.

Fills a workspace with tiny recordings and empty results that hold by their fingerprints, so that the planner
and the ledger are measured, not recognition. Prints medians in seconds.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
REPEATS = 5


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=1000)
    sessions = parser.parse_args().sessions
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder:
        space = _fill(Path(folder), sessions)
        print(f"{'command':<28} {'median s':>9}")
        for label, arguments in {
            "baekseo --help": ["--help"],
            f"baekseo run ({sessions})": ["run", "--workspace", str(space)],
            f"baekseo status ({sessions})": ["status", "--workspace", str(space)],
        }.items():
            print(f"{label:<28} {statistics.median(_seconds(arguments) for _ in range(REPEATS)):>9.2f}")


def _fill(folder: Path, sessions: int) -> Path:
    """Make a workspace in which the real stages find every artifact in place."""
    from pipeline import workspace
    from pipeline.batch import opening, store
    from pipeline.batch.inventory import take
    from pipeline.batch.plan import Planner, State, Step
    from pipeline.batch.rows import ArtifactRow, FileStat
    from pipeline.batch.stages import STAGES

    space = workspace.create(folder / "space")
    for number in range(sessions):
        (space.audio / "interviews" / f"2023-06-08_면담_{number:05}.wav").write_bytes(b"%d" % number)
    with opening.to_write(space) as opened:
        inventory = take(space, opened.ledger, lambda _: None)
        planner = Planner(space, opened.config, STAGES, opened.ledger)
        with opened.ledger.transaction():
            for session in inventory.sessions:
                settled: dict[object, Step] = {}
                for task in planner.tasks(session):
                    recipe = planner.recipe(task, session, settled)  # type: ignore[arg-type]
                    step = Step(task, State.CURRENT, "", recipe=recipe)
                    facets = {"all": store.digest(store.canonical({})), "pcm": "0" * 64}
                    path = space.artifact(task.session, task.stage, task.unit)
                    head = store.Head(task.stage, task.unit, step.fingerprint, step.ingredients, facets)
                    path.parent.mkdir(exist_ok=True)
                    path.write_bytes(store.canonical({"head": store.plain(head), "body": {}}))
                    stat = FileStat.of(path)
                    row = ArtifactRow(step.fingerprint, facets, stat.size, stat.mtime_ns)
                    opened.ledger.commit(task, row, step.ingredients)
                    settled[task] = Step(task, State.CURRENT, "", recipe=recipe, row=row)
    return space.root


def _seconds(arguments: list[str]) -> float:
    command = [sys.executable, "-m", "pipeline", *arguments]
    started = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    if arguments[0] == "run" and b"0 sessions done" not in done.stdout:
        raise SystemExit(f"there was something to do: {done.stdout.decode()}")
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
