"""Our transcription beside faster-whisper's own batched pipeline called directly: speed and accuracy.

Same weights, int8, beam 5, batches of 8, one thread, word timestamps, phrases with timestamps, no prompt;
each with its own voice activity detection. The runs take turns, so that a busy machine slows both; processor
time is given beside wall time. Both profit from ``pipeline.speech.allocator``, which our engine sets for the
whole process: called alone, faster-whisper takes longer than here. Run from the project's folder::

    python benchmarks/transcribe.py RECORDING.json... [--rounds 3]

A ``.json`` is a reference beside its recording (see ``pipeline.evaluate.reference``).
"""

import argparse
import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from pipeline.config import GuardSettings, MediaSettings, SpeechSettings, TranscribeSettings
from pipeline.evaluate.reference import Reference, load_reference
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
    options = parser.parse_args()
    weights = resolve("base", "ctranslate2", None, allow_download=False)
    ways = {"ours": ours(weights), "faster-whisper batched": theirs(weights)}
    print("| recording | way | wall s | processor s | share of the audio's length | CER % |")
    print("|---|---|---|---|---|---|", flush=True)
    for path in options.references:
        reference = load_reference(path)
        pcm = decode(path.parent / reference.file)
        for line in compare(reference, pcm, ways, options.rounds):
            print(line, flush=True)


def compare(
    reference: Reference, pcm: NDArray[np.int16], ways: dict[str, Recognise], rounds: int
) -> list[str]:
    """The rows of the table for one recording."""
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    texts = {}
    for _ in range(rounds):
        for name, recognise in ways.items():
            wall_s, processor_s = time.perf_counter(), time.process_time()
            texts[name] = recognise(pcm)
            spent[name].append((time.perf_counter() - wall_s, time.process_time() - processor_s))
    rows = []
    for name, figures in spent.items():
        wall_s, processor_s = (median(column) for column in zip(*figures, strict=True))
        rate = score_text(reference, texts[name]).cer.rate
        share = processor_s * SAMPLE_RATE_HZ / len(pcm)
        cells = f"{wall_s:.1f} | {processor_s:.1f} | {share:.3f} | {rate * 100:.2f}"
        rows.append(f"| {reference.file} | {name} | {cells} |")
    return rows


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
