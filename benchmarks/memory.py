"""Does peak memory of transcription grow with a recording's length? Measured on a looped recording.

    python benchmarks/memory.py RECORDING [--minutes 10 180] [--engine fake]

Linux only. Each length runs in a process of its own. The fake engine says a word for each half second, so
that hours of sound take seconds; a real one adds its model and its batch, which are the same for every
length.
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.config import GuardSettings, MediaSettings, SpeechSettings, TranscribeSettings
from pipeline.intake import media
from pipeline.model import SAMPLE_RATE_HZ, Word
from pipeline.speech.engine import DecodeOptions, Engine, Heard, Phrase, Samples, ignore
from pipeline.speech.engines import load_engine
from pipeline.speech.models import resolve
from pipeline.speech.transcribe import Block, transcribe


class Fake:
    """An engine that says one word for each half second."""

    name = "fake"

    def decode(
        self, clips: Sequence[Samples], options: DecodeOptions, heard: Heard = ignore
    ) -> list[tuple[Phrase, ...]]:
        """Words of as many milliseconds as the clip has; ``options`` change nothing, nobody is told."""
        del options, heard
        return [self._phrases(len(clip) * 1000 // SAMPLE_RATE_HZ) for clip in clips]

    def count_tokens(self, text: str) -> int:
        """Any measure will do."""
        return len(text)

    def _phrases(self, length_ms: int) -> tuple[Phrase, ...]:
        starts = range(0, length_ms - 500, 500)
        words = tuple(Word(at, at + 500, f" 낱말{at}", 0.9) for at in starts)
        return (Phrase(words, -0.3, 0.01, 1.2),) if words else ()


def main() -> None:
    """Measure each length in a process of its own and print the ratio to the first."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recording", type=Path)
    parser.add_argument("--minutes", type=int, nargs="+", default=[10, 180])
    parser.add_argument("--engine", default="fake", choices=["fake", "ctranslate2", "whisper"])
    parser.add_argument("--sound", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.sound:
        print(json.dumps(measure(options.sound, options.engine)))
        return
    print("| minutes | peak MiB | of the first | words |\n|---|---|---|---|", flush=True)
    first = 0.0
    for minutes in options.minutes:
        with tempfile.TemporaryDirectory() as folder:
            sound = Path(folder) / "sound.s16"
            loop(options.recording, sound, minutes)
            command = [sys.executable, __file__, str(options.recording), "--sound", str(sound)]
            command += ["--engine", options.engine]
            answer = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        first = first or answer["peak_mib"]
        ratio = answer["peak_mib"] / first
        print(f"| {minutes} | {answer['peak_mib']:.0f} | {ratio:.2f} | {answer['words']} |", flush=True)


def loop(recording: Path, sound: Path, minutes: int) -> None:
    """Write the recording's samples again and again until so many minutes are full."""
    with tempfile.TemporaryDirectory() as folder:
        once = Path(folder) / "once.s16"
        digest = hashlib.sha256(recording.read_bytes()).hexdigest()
        media.decode(recording, once, digest, MediaSettings(), lambda _: None)
        samples = once.read_bytes()
    left = minutes * 60 * SAMPLE_RATE_HZ * 2
    with sound.open("wb") as file:
        while left > 0:
            left -= file.write(samples[:left])


def measure(sound: Path, engine_name: str) -> dict[str, float]:
    """Transcribe in this process; its peak memory in MiB, the shared pages of the sound included."""
    settings = TranscribeSettings()
    engine: Engine = Fake()
    if engine_name != "fake":
        engine = load_engine(resolve("base", engine_name, None, allow_download=False), settings, threads=1)
    pcm = np.memmap(sound, dtype=np.int16, mode="r")
    blocks: dict[str, Block] = {}
    transcript = transcribe(
        pcm,
        "",
        len(pcm) * 1000 // SAMPLE_RATE_HZ,
        engine,
        settings,
        SpeechSettings(),
        GuardSettings(),
        "",
        blocks,
        lambda _: None,
    )
    return {"peak_mib": peak_mib(), "words": len(transcript.words)}


def peak_mib() -> float:
    """Peak resident memory of this process.

    ``ru_maxrss`` will not do: a child begins with the peak of the process that started it.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024


if __name__ == "__main__":
    main()
