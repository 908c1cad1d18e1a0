"""Our transcription beside faster-whisper's own batched pipeline called directly: speed and accuracy.

Same weights, int8, beam 5, batches of 8, one thread, word timestamps, phrases with timestamps, no prompt;
each with its own voice activity detection. Each way has a process of its own, because our engine sets the
allocator of its whole process (``pipeline.speech.allocator``); ``--one-process`` lets the other profit from
that too. The runs take turns, so that a busy machine slows both; processor time is given beside wall time.
Run from the project's folder::

    python benchmarks/transcribe.py RECORDING.json... [--rounds 3] [--one-process]

A ``.json`` is a reference beside its recording (see ``pipeline.evaluate.reference``).
"""

import argparse
import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import cache
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from pipeline.config import GuardSettings, MediaSettings, SpeechSettings, TranscribeSettings
from pipeline.evaluate.reference import load_reference
from pipeline.evaluate.text import score_text, transcript_text
from pipeline.intake import media
from pipeline.model import SAMPLE_RATE_HZ
from pipeline.speech.engines import load_engine
from pipeline.speech.models import Weights, resolve
from pipeline.speech.transcribe import transcribe

SETTINGS = TranscribeSettings(
    engine="ctranslate2", beam_size=5, batch_size=8, compute_type="int8", device="cpu"
)

Recognise = Callable[[NDArray[np.int16]], str]
"""Sound to text."""


def main() -> None:
    """Measure every recording by turns, print medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("references", type=Path, nargs="+")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one-process", action="store_true", help="both ways under our allocator's settings")
    options = parser.parse_args()
    with ExitStack() as stack:
        processes = [
            stack.enter_context(ProcessPoolExecutor(1, get_context("spawn")))
            for _ in range(1 if options.one_process else len(WAYS))
        ]
        places = dict(zip(WAYS, cycle(processes), strict=False))
        print("| recording | way | wall s | processor s | share of the audio's length | CER % |")
        print("|---|---|---|---|---|---|", flush=True)
        for path in options.references:
            for line in compare(path, places, options.rounds):
                print(line, flush=True)


def compare(path: Path, places: dict[str, ProcessPoolExecutor], rounds: int) -> list[str]:
    """The rows of the table for one recording: each way in its own place, by turns."""
    reference = load_reference(path)
    pcm = decode(path.parent / reference.file)
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in places}
    texts = {}
    for _ in range(rounds):
        for name, process in places.items():
            texts[name], *times = process.submit(timed, name, pcm).result()
            spent[name].append((times[0], times[1]))
    rows = []
    for name, figures in spent.items():
        wall_s, processor_s = (median(column) for column in zip(*figures, strict=True))
        rate = score_text(reference, texts[name]).cer.rate
        share = processor_s * SAMPLE_RATE_HZ / len(pcm)
        cells = f"{wall_s:.1f} | {processor_s:.1f} | {share:.3f} | {rate * 100:.2f}"
        rows.append(f"| {reference.file} | {name} | {cells} |")
    return rows


def timed(name: str, pcm: NDArray[np.int16]) -> tuple[str, float, float]:
    """What one way makes of the sound, and the wall and processor time in s, the loading of weights apart."""
    recognise = loaded(name)
    wall_s, processor_s = time.perf_counter(), time.process_time()
    text = recognise(pcm)
    return text, time.perf_counter() - wall_s, time.process_time() - processor_s


@cache
def loaded(name: str) -> Recognise:
    """A way with its weights in memory, once per process."""
    return WAYS[name](resolve("base", "ctranslate2", None, allow_download=False))


def ours(weights: Weights) -> Recognise:
    """The pipeline's own stage."""
    engine = load_engine(weights, SETTINGS, threads=1)

    def recognise(pcm: NDArray[np.int16]) -> str:
        duration_ms = len(pcm) * 1000 // SAMPLE_RATE_HZ
        speech, guard = SpeechSettings(), GuardSettings()
        return transcript_text(
            transcribe(pcm, "", duration_ms, engine, SETTINGS, speech, guard, "", {}, lambda _: None)
        )

    return recognise


def theirs(weights: Weights) -> Recognise:
    """faster-whisper's ``BatchedInferencePipeline`` with its default voice activity detection."""
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    model = WhisperModel(
        str(weights.path), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True
    )
    pipeline = BatchedInferencePipeline(model)

    def recognise(pcm: NDArray[np.int16]) -> str:
        segments, _ = pipeline.transcribe(
            media.to_float(pcm),
            language="ko",
            beam_size=5,
            batch_size=8,
            word_timestamps=True,
            without_timestamps=False,
        )
        return " ".join(segment.text.strip() for segment in segments)

    return recognise


WAYS: dict[str, Callable[[Weights], Recognise]] = {"ours": ours, "faster-whisper batched": theirs}


def decode(path: Path) -> NDArray[np.int16]:
    """A recording's samples."""
    with tempfile.TemporaryDirectory() as folder:
        pcm = Path(folder) / "sound.s16"
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        media.decode(path, pcm, digest, MediaSettings(), lambda _: None)
        return np.array(media.open_pcm(pcm))


if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = "1"
    main()
