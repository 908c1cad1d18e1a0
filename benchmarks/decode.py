"""Should recordings be decoded once into a file, or window by window when needed? Speed and memory of both.

    python benchmarks/decode.py [--minutes 60] [--long]

``--long`` adds the peak memory for 180 minutes beside that for 10. Every measurement runs in its own process.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "intake")]

WINDOW_S = 30
KINDS = ("libmp3lame.mp3", "aac.m4a", "pcm_s16le.wav")


def make(path: Path, name: str, minutes: int) -> None:
    """Encode tones whose loudness follows noise, a minute at a time."""
    from made_media import BY_NAME, frames, open_track

    dice = np.random.default_rng(1)
    recipe = BY_NAME[name]
    with open_track(path, recipe) as (container, stream):
        for minute in range(minutes):
            seconds = np.arange(60 * recipe.rate) / recipe.rate
            loudness = np.repeat(dice.uniform(0.02, 0.4, 600), recipe.rate // 10)
            wave = (loudness * np.sin(2 * np.pi * (200 + 10 * minute) * seconds)).astype(np.float32)
            for frame in frames(stream, recipe, np.tile(wave, (recipe.channels, 1)), 60.0 * minute):
                container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def into_file(source: Path, pcm: Path) -> int:
    """Decode the whole recording to PCM; returns how many windows it has."""
    from pipeline.config import MediaSettings
    from pipeline.intake.media import decode, file_digest

    audio = decode(source, pcm, file_digest(source), MediaSettings(), lambda _ms: None)
    return audio.duration_ms // (1000 * WINDOW_S)


def read_file(pcm: Path, order: list[int]) -> None:
    """Read windows of the PCM file as floats."""
    from pipeline.intake.media import open_pcm, to_float

    sound = open_pcm(pcm)
    for number in order:
        to_float(sound[number * WINDOW_S * 16_000 : (number + 1) * WINDOW_S * 16_000])


def seek_and_decode(source: Path, order: list[int]) -> None:
    """Read windows straight from the recording."""
    import av

    with av.open(str(source)) as container:
        stream = container.streams.audio[0]
        for number in order:
            resampler = av.AudioResampler(format="flt", layout="mono", rate=16_000)
            container.seek(round(number * WINDOW_S / stream.time_base), stream=stream)
            for frame in container.decode(stream):
                resampler.resample(frame)
                if float(frame.pts * frame.time_base) >= (number + 1) * WINDOW_S:
                    break


def measure(job: str, source: Path, pcm: Path) -> dict[str, float]:
    """Run one job in this process: seconds and peak memory in MB."""
    windows = pcm.stat().st_size // (2 * 16_000 * WINDOW_S) if pcm.exists() else 0
    in_order = list(range(windows))
    shuffled = random.Random(1).sample(in_order, windows)
    jobs: dict[str, Callable[[], object]] = {
        "decode into a file": lambda: into_file(source, pcm),
        "file, in order": lambda: read_file(pcm, in_order),
        "file, random": lambda: read_file(pcm, shuffled),
        "seek, in order": lambda: seek_and_decode(source, in_order),
        "seek, random": lambda: seek_and_decode(source, shuffled),
    }
    begin = time.perf_counter()
    jobs[job]()
    spent = time.perf_counter() - begin
    return {"seconds": spent, "mb": peak_mb()}


def peak_mb() -> float:
    """Peak resident memory of this program; ``getrusage`` would count the one that started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def measure_apart(job: str, source: Path, pcm: Path) -> dict[str, float]:
    """Run one job in a fresh process."""
    command = [sys.executable, __file__, "--job", job, "--source", str(source), "--pcm", str(pcm)]
    found: dict[str, float] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return found


def compare(folder: Path, minutes: int) -> None:
    """Print the table of file against seeking."""
    print(f"{minutes} min, windows of {WINDOW_S} s     seconds   peak MB")
    for name in KINDS:
        source, pcm = folder / name, folder / "sound.pcm"
        make(source, name, minutes)
        pcm.unlink(missing_ok=True)
        for job in ("decode into a file", "file, in order", "file, random", "seek, in order", "seek, random"):
            found = measure_apart(job, source, pcm)
            print(f"{name:16} {job:20} {found['seconds']:7.2f}   {found['mb']:7.0f}", flush=True)
        source.unlink()


def compare_lengths(folder: Path) -> None:
    """Print peak memory of decoding for a short and a long recording."""
    for minutes in (10, 180):
        source = folder / "long.m4a"
        make(source, "aac.m4a", minutes)
        found = measure_apart("decode into a file", source, folder / "long.pcm")
        print(
            f"aac.m4a {minutes:4} min  decode into a file {found['seconds']:7.2f} s {found['mb']:7.0f} MB",
            flush=True,
        )


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--job", help=argparse.SUPPRESS)
    parser.add_argument("--source", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--pcm", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job:
        print(json.dumps(measure(options.job, options.source, options.pcm)))
        return
    with tempfile.TemporaryDirectory() as name:
        compare(Path(name), options.minutes)
        if options.long:
            compare_lengths(Path(name))


if __name__ == "__main__":
    main()
