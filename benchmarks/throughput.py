"""How much faster two worker processes are than one, and what the scheduler itself costs.

Cuts short recordings out of the samples and runs the whole pipeline over them in a fresh workspace, with one
worker and with two by turns, so that a busy machine slows both. ``--fake`` puts a stage of a fixed amount of
computing in place of the models: then the scheduler is measured, not memory bandwidth. Overhead is processor
time of the parent, which judges, dispatches and records, as a share of the workers' own. Run from the
project's folder::

    python benchmarks/throughput.py [--fake] [--rounds 5] [--clips 16] [--seconds 20]
"""

import argparse
import hashlib
import os
import platform
import resource
import shutil
import statistics
import tempfile
import time
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import workspace
from pipeline.batch import executors, opening
from pipeline.batch.inventory import take
from pipeline.batch.plan import Planner
from pipeline.batch.runner import Runner
from pipeline.batch.stage import Job, Product, Progress, Scope, Sources, Stage
from pipeline.batch.stages import STAGES
from pipeline.cli import display
from pipeline.config import MediaSettings
from pipeline.intake import media
from pipeline.model import SAMPLE_RATE_HZ

ROOT = Path(__file__).parent.parent
FAKE_WORK = 1_500_000
"""Rounds of hashing: half a second of computing or more, as short a stage as there is."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One run, in seconds; ``parent_s`` and ``workers_s`` are processor time."""

    wall_s: float
    parent_s: float
    workers_s: float


def _no_options(_: Sources) -> dict[str, Any]:
    return {}


def _compute(job: Job, progress: Progress) -> Product:
    found = job.unit.encode()
    for _ in range(FAKE_WORK):
        found = hashlib.sha256(found).digest()
    progress(0)
    return Product({"found": found.hex()}, {})


FAKE_STAGES = (Stage("compute", 1, Scope.RECORDING, (), _no_options, _compute),)


def main() -> None:
    """Measure by turns and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fake", action="store_true", help="compute instead of recognising speech")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clips", type=int, default=16)
    parser.add_argument("--seconds", type=int, default=20, help="length of a clip")
    parser.add_argument("--threads", type=int, default=1, help="of each worker")
    wanted = parser.parse_args()
    stages = FAKE_STAGES if wanted.fake else STAGES
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{wanted.clips} clips of {wanted.seconds} s, {wanted.threads} thread(s) per worker")
    ratios = []
    shares = []
    with tempfile.TemporaryDirectory() as folder:
        clips = cut(Path(folder) / "clips", wanted.clips, wanted.seconds)
        for number in range(wanted.rounds):
            one, two = (
                measure(Path(folder) / f"{number}-{jobs}", clips, stages, jobs, wanted.threads)
                for jobs in (1, 2)
            )
            ratios.append(one.wall_s / two.wall_s)
            shares.append(100 * two.parent_s / two.workers_s)
            print(
                f"one worker {one.wall_s:.1f} s, two {two.wall_s:.1f} s: {ratios[-1]:.2f} x;"
                f" parent {two.parent_s:.2f} s of {two.workers_s:.1f} s: {shares[-1]:.2f} %",
                flush=True,
            )
    print(f"median: {statistics.median(ratios):.2f} x, overhead {statistics.median(shares):.2f} %")


def cut(folder: Path, count: int, seconds: int) -> list[Path]:
    """Cut clips out of the samples, one after the other and round again, no two with the same bytes."""
    folder.mkdir()
    samples = sorted(p for p in (ROOT / "samples/audio").rglob("*") if p.suffix in (".m4a", ".ogg"))
    sounds = []
    for number, sample in enumerate(samples):
        cache = folder / f"{number}.s16"
        media.decode(sample, cache, media.file_digest(sample), MediaSettings(), lambda _: None)
        sounds.append(media.open_pcm(cache))
    clips = []
    length = seconds * SAMPLE_RATE_HZ
    for number in range(count):
        pcm = sounds[number % len(sounds)]
        # Steps are no multiple of the length: going round again gives other bytes.
        start = (number // len(sounds) * (length * 7 // 8)) % max(1, len(pcm) - length)
        path = folder / f"면담 {number:03}.wav"
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, SAMPLE_RATE_HZ, 0, "NONE", ""))
            file.writeframes(pcm[start : start + length].tobytes())
        clips.append(path)
    return clips


def measure(folder: Path, clips: list[Path], stages: tuple[Stage, ...], jobs: int, threads: int) -> Measured:
    """Run over the clips once in a new workspace."""
    space = workspace.create(folder, ROOT / "config")
    for clip in clips:
        shutil.copy2(clip, space.audio / "interviews")
    with opening.to_write(space) as opened:
        inventory = take(space, opened.ledger, lambda _: None)
        if len(inventory.sessions) != len(clips):
            raise SystemExit("two clips hold the same bytes")
        parent_s, workers_s, started = time.process_time(), _children_s(), time.perf_counter()
        planner = Planner(space, opened.config, stages, opened.ledger)
        with (
            executors.open_pool("processes", jobs, opened, print) as pool,
            display.listener(quiet=True) as listener,
        ):
            reports = Runner(planner, opened.ledger, pool, threads, listener).run(inventory.sessions, {})
        wall_s = time.perf_counter() - started
    failures = [failure for report in reports for failure in report.failures.values()]
    if failures:
        raise SystemExit(f"failed: {failures[0].message}")
    return Measured(wall_s, time.process_time() - parent_s, _children_s() - workers_s)


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
