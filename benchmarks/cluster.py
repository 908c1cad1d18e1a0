"""Work on the sample recordings in processes and on a Dask cluster, and compare every result byte by byte.

Starts a scheduler and workers on the loopback address and runs `baekseo run` over fresh workspaces: in
processes, on the cluster, and on the cluster while one worker is killed in the middle of recognition. Prints
how long each took, which files differ, and which tasks lost a worker. Ends with 1 if a file differs, or if it
was not exactly one task that had to be repeated.
"""

import argparse
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil
from kill_and_resume import pieces_of_samples

from pipeline import workspace
from pipeline.batch import activity
from pipeline.workspace import Workspace

ROOT = Path(__file__).parent.parent
KINDS = ("processes", "dask", "killed")
LOOK_S = 0.5
"""How long to look which worker is busy."""
QUIET = ("--host", "127.0.0.1", "--no-dashboard")


def main() -> int:
    """Run all three and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1, help="of each worker")
    parser.add_argument("--pieces", type=int, default=0, help="take so many pieces of 12 s, not the samples")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        audio = _recordings(folder / "recordings", wanted.pieces)
        spaces = {kind: _fresh(folder / kind, audio, wanted.threads) for kind in KINDS}
        _timed("processes", spaces["processes"], f"--executor=processes --jobs={wanted.workers}")
        address, programs = _start_cluster(folder, wanted.workers)
        try:
            _timed("dask", spaces["dask"], f"--executor=dask:{address}")
            run = _start(spaces["killed"], f"--executor=dask:{address}")
            victim = _kill_a_busy_worker(spaces["killed"], run, programs[1])
            print(f"killed worker process {victim}; the run ended with {run.wait()}", flush=True)
        finally:
            for program in reversed(programs):
                program.terminate()
            for program in programs:
                program.wait(timeout=60)
        return _compare(spaces)


def _recordings(folder: Path, pieces: int) -> Path:
    """A drop folder to copy."""
    if not pieces:
        return ROOT / "samples" / "audio"
    pieces_of_samples(folder / "interviews", pieces)
    (folder / "interviews" / "all.s16").unlink()
    return folder


def _fresh(root: Path, audio: Path, threads: int) -> Workspace:
    space = workspace.create(root, ROOT / "config")
    shutil.copytree(audio, space.audio, dirs_exist_ok=True)
    space.settings_file.write_text(f"[run]\nthreads = {threads}\n", encoding="utf-8")
    return space


def _start_cluster(folder: Path, workers: int) -> tuple[str, list[subprocess.Popen[bytes]]]:
    place = folder / "scheduler.json"
    dask = (sys.executable, "-m")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)}
    with (folder / "cluster.log").open("wb") as log:
        streams = {"stdout": log, "stderr": log, "env": environment}
        scheduler = subprocess.Popen(
            [*dask, "distributed.cli.dask_scheduler", *QUIET, "--port=0", f"--scheduler-file={place}"],
            **streams,
        )
        crew = subprocess.Popen(
            [
                *(*dask, "distributed.cli.dask_worker", *QUIET, f"--scheduler-file={place}"),
                *(f"--nworkers={workers}", "--nthreads=1", "--memory-limit=0"),
            ],
            **streams,
        )
    while not place.exists() or not place.read_text().endswith("}"):
        time.sleep(0.05)
    return json.loads(place.read_text())["address"], [scheduler, crew]


def _start(space: Workspace, *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pipeline", "run", "--workspace", str(space.root)]
    return subprocess.Popen(
        [*command, *" ".join(options).split()], env={**os.environ, "PYTHONPATH": str(ROOT)}
    )


def _timed(name: str, space: Workspace, options: str) -> None:
    began = time.perf_counter()
    code = _start(space, options).wait()
    print(f"{name}: {time.perf_counter() - began:.1f} s, ended with {code}", flush=True)


def _kill_a_busy_worker(space: Workspace, run: subprocess.Popen[bytes], crew: subprocess.Popen[bytes]) -> int:
    """Wait until recognition has come some way, and kill the worker that works most."""
    while not _recognises(space):
        if run.poll() is not None:
            raise SystemExit("The run ended before a worker could be killed.")
        time.sleep(0.05)
    workers = [
        p for p in psutil.Process(crew.pid).children(recursive=True) if "spawn_main" in " ".join(p.cmdline())
    ]
    for worker in workers:
        worker.cpu_percent()
    time.sleep(LOOK_S)
    victim = max(workers, key=lambda worker: worker.cpu_percent())
    os.kill(victim.pid, signal.SIGKILL)
    return victim.pid


def _recognises(space: Workspace) -> bool:
    found = activity.current(space)
    return any(" transcribe" in work.name and work.done_ms for work in found.work) if found else False


def _compare(spaces: dict[str, Workspace]) -> int:
    expected = _results(spaces["processes"])
    different = 0
    for name in ("dask", "killed"):
        found = _results(spaces[name])
        names = sorted(p for p in expected.keys() | found.keys() if expected.get(p) != found.get(p))
        different += len(names)
        print(f"{name}: {len(found)} files, {len(names)} differ from processes' {' '.join(names)}")
    repeated = _repeated(spaces["killed"])
    print(f"tasks that lost their worker: {dict(repeated) or 'none'}")
    with sqlite3.connect(spaces["killed"].ledger) as ledger:
        print(
            "tasks:", dict(ledger.execute("SELECT outcome, count(*) FROM task GROUP BY outcome").fetchall())
        )
    ledger.close()
    return int(bool(different) or sum(repeated.values()) != 1)


def _results(space: Workspace) -> dict[str, bytes]:
    return {
        path.relative_to(space.transcripts).as_posix(): path.read_bytes()
        for path in sorted(space.transcripts.rglob("*"))
        if path.is_file() and path.parent != space.transcripts and ".cache" not in path.parts
    }


def _repeated(space: Workspace) -> Counter[str]:
    """Tasks whose worker was lost, by the log of the run, and how often each was begun again."""
    lines = space.log.read_text(encoding="utf-8").splitlines()
    return Counter(line.rpartition(" was lost with ")[2] for line in lines if " was lost with " in line)


if __name__ == "__main__":
    sys.exit(main())
