"""Our diarization beside senko's own, called as its makers do: speed and accuracy on the same recordings.

    python benchmarks/diarize.py REFERENCE.json... [--rounds 3] [--threads 1 2]
    python benchmarks/diarize.py --long CLIPS_FOLDER [--minutes 10 180]

A ``.json`` is a reference beside its recording (see ``pipeline.evaluate``). Every run is a process of its
own; both sides hear some seconds first, so that neither loading nor compiling counts, and runs take turns, so
that a busy machine slows both. Diarization error is scored with a collar of 0.25 s on each side, overlaps
included; nobody tells the number of voices. Our time is that of both stages.

``--long`` asks whether memory grows with length, on conversations of ten people put together by chance from
single utterances (a folder of sound files, one per speaker), which are varied in level, speed and timbre and
never repeated whole. Linux only.
"""

import argparse
import json
import os
import platform
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.config import MediaSettings
from pipeline.evaluate.reference import load_reference
from pipeline.evaluate.voices import diarization_errors
from pipeline.intake import media
from pipeline.model import SAMPLE_RATE_HZ, VoiceSpan, VoiceTrack

WARM_UP_S = 12
PEOPLE = 10

Spans = list[tuple[int, int, str]]
"""Start, end (ms) and voice."""


def main() -> None:
    """Compare, or measure memory; or be one of the runs that are measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("references", type=Path, nargs="*")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--long", type=Path)
    parser.add_argument("--minutes", type=int, nargs="+", default=[10, 180])
    parser.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        way, sound, threads = options.run
        print(json.dumps(measure(way, Path(sound), int(threads))))
        return
    print(f"{processor()}, {os.cpu_count()} cores, Python {platform.python_version()}\n", flush=True)
    for path in options.references:
        compare(path, options.rounds, options.threads)
    if options.long:
        lengths(options.long, options.minutes)


def compare(path: Path, rounds: int, threads: list[int]) -> None:
    """Print the rows of one recording: medians of the rounds."""
    reference = load_reference(path)
    true_voices = len({stretch.speaker for stretch in reference.speech})
    print(f"{reference.file}, {reference.duration_s:.0f} s, {true_voices} voices\n")
    print("| way | threads | wall s | processor s | of the audio's length | peak MiB | voices | DER % |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        sound = Path(folder) / "sound.s16"
        recording = path.parent / reference.file
        media.decode(recording, sound, media.file_digest(recording), MediaSettings(), lambda _: None)
        runs: dict[tuple[str, int], list[dict[str, Any]]] = {}
        for _ in range(rounds):
            for count in threads:
                for way in WAYS:
                    runs.setdefault((way, count), []).append(apart(way, sound, count))
    for (way, count), answers in runs.items():
        wall_s, processor_s, peak = (
            median(answer[name] for answer in answers) for name in ("wall_s", "processor_s", "peak_mib")
        )
        spans: Spans = answers[0]["spans"]
        track = VoiceTrack("", tuple(VoiceSpan(*span) for span in spans))
        errors = diarization_errors(reference.speech, track, reference.duration_s)
        voices, share = len({voice for *_, voice in spans}), processor_s / reference.duration_s
        der = 100 * (errors.missed + errors.false_alarm + errors.confusion) / errors.total
        cells = f"{wall_s:.2f} | {processor_s:.2f} | {share:.4f} | {peak:.0f} | {voices} | {der:.2f}"
        print(f"| {way} | {count} | {cells} |", flush=True)
    print(flush=True)


def lengths(folder: Path, minutes: list[int]) -> None:
    """Print the peak memory of our way for conversations of growing length."""
    print("| minutes | peak MiB | of the first | wall s | of the audio's length | voices |")
    print("|---|---|---|---|---|---|", flush=True)
    first = 0.0
    for length in minutes:
        with tempfile.TemporaryDirectory() as place:
            sound = Path(place) / "sound.s16"
            conversation(folder, sound, length * 60)
            answer = apart("ours", sound, 1)
        first = first or answer["peak_mib"]
        voices, peak = len({voice for *_, voice in answer["spans"]}), answer["peak_mib"]
        cells = f"{peak / first:.2f} | {answer['wall_s']:.0f} | {answer['wall_s'] / (length * 60):.4f}"
        print(f"| {length} | {peak:.0f} | {cells} | {voices} |", flush=True)


def apart(way: str, sound: Path, threads: int) -> dict[str, Any]:
    """Measure one run in a process of its own, whose home is a folder that vanishes."""
    command = [sys.executable, __file__, "--run", way, str(sound), str(threads)]
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"HOME": home, "XDG_CACHE_HOME": home, "OMP_NUM_THREADS": str(threads)}
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def measure(way: str, sound: Path, threads: int) -> dict[str, Any]:
    """Diarize in this process."""
    hear = WAYS[way](threads)
    pcm = media.open_pcm(sound)
    hear(pcm[: WARM_UP_S * SAMPLE_RATE_HZ])
    wall_s, processor_s = time.perf_counter(), time.process_time()
    spans = hear(pcm)
    return {
        "wall_s": time.perf_counter() - wall_s,
        "processor_s": time.process_time() - processor_s,
        "peak_mib": peak_mib(),
        "spans": spans,
    }


def ours(threads: int) -> Any:
    """Both of the pipeline's stages."""
    from pipeline.config import DiarizeSettings
    from pipeline.speech.diarize import diarize
    from pipeline.speech.voiceprints import voiceprint

    def hear(pcm: NDArray[np.int16]) -> Spans:
        heard = voiceprint(pcm, "", len(pcm) * 1000 // SAMPLE_RATE_HZ, threads, lambda _: None)
        (track,) = diarize([heard], None, DiarizeSettings()).tracks
        return [(span.start_ms, span.end_ms, span.voice) for span in track.spans]

    return hear


def theirs(threads: int) -> Any:
    """``senko.Diarizer``, told how many threads there are; it would take all cores otherwise."""
    import senko
    import torch

    diarizer = senko.Diarizer(device="cpu", warmup=False, quiet=True)
    diarizer.logical_cores = threads
    torch.set_num_threads(threads)

    def hear(pcm: NDArray[np.int16]) -> Spans:
        found = diarizer.diarize_samples(media.to_float(pcm)) or {"merged_segments": []}
        return [
            (max(0, round(part["start"] * 1000)), round(part["end"] * 1000), str(part["speaker"]))
            for part in found["merged_segments"]
        ]

    return hear


WAYS = {"ours": ours, "senko": theirs}


def conversation(folder: Path, sound: Path, seconds: int) -> None:
    """Write so many seconds of talk between PEOPLE speakers; the same for the same clips."""
    chance, noise = random.Random(5), np.random.default_rng(5)
    files = chance.sample(sorted(path for path in folder.iterdir() if path.is_file()), PEOPLE)
    voices = [voiced(file) for file in files]
    left = seconds * SAMPLE_RATE_HZ
    with sound.open("wb") as out:
        for phrase in turns(voices, chance):
            part = np.concatenate([phrase, np.zeros(int(chance.uniform(0.08, 0.7) * SAMPLE_RATE_HZ))])[:left]
            part += 6 * noise.standard_normal(len(part))
            out.write(np.clip(part, -32768, 32767).astype("<i2").tobytes())
            left -= len(part)
            if not left:
                return


def turns(voices: list[NDArray[np.float64]], chance: random.Random) -> Iterator[NDArray[np.float64]]:
    """Phrases without end: one to four by a speaker, then another one has the word."""
    speaking = -1
    while True:
        speaking = chance.choice([number for number in range(len(voices)) if number != speaking])
        for _ in range(chance.choice([1, 1, 2, 3, 4])):
            yield varied(voices[speaking], chance)


def varied(voice: NDArray[np.float64], chance: random.Random) -> NDArray[np.float64]:
    """A piece of 1.2 to 5 s, up to 4 % faster or slower, up to 5 dB louder or softer, brighter or duller."""
    length = min(len(voice), int(chance.uniform(1.2, 5.0) * SAMPLE_RATE_HZ))
    start = chance.randrange(len(voice) - length + 1)
    times = np.arange(0, length - 1, chance.uniform(0.96, 1.04))
    piece = np.interp(times, np.arange(length), voice[start : start + length])
    piece[1:] += chance.uniform(-0.25, 0.25) * piece[:-1]
    return piece * 10 ** (chance.uniform(-5, 5) / 20) * 1500 / np.sqrt(np.mean(piece**2))


def voiced(file: Path) -> NDArray[np.float64]:
    """An utterance without the silence around it."""
    with tempfile.TemporaryDirectory() as folder:
        sound = Path(folder) / "clip.s16"
        media.decode(file, sound, media.file_digest(file), MediaSettings(), lambda _: None)
        samples = np.array(media.open_pcm(sound), dtype=np.float64)
    loud = np.flatnonzero(np.abs(samples) > np.percentile(np.abs(samples), 95) / 10)
    return samples[loud[0] : loud[-1] + 1]


def processor() -> str:
    """What the machine calls its processor."""
    names = re.findall(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text(encoding="ascii"))
    return names[0] if names else platform.machine()


def peak_mib() -> float:
    """Peak resident memory of this process; ``ru_maxrss`` would begin with the peak of its parent."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024


if __name__ == "__main__":
    main()
