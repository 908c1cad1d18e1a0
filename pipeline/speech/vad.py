"""16-bit sound becomes a probability of speech per 32 ms frame, and those become spans worth recognising.

The detector is Silero VAD, whose weights faster-whisper ships. It is recurrent: its state is carried from
block to block, so that the probabilities are those of one pass over the whole recording, and a three-hour
memory map never becomes an array of floats.
"""

import mmap
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.config import SpeechSettings
from pipeline.model import SAMPLE_RATE_HZ, Span

FRAME_SAMPLES = 512
"""Samples per probability; the only size Silero VAD takes at 16 kHz."""

FRAME_MS = FRAME_SAMPLES * 1000 // SAMPLE_RATE_HZ
"""32 ms, a whole number: frames and milliseconds convert without rounding."""

HYSTERESIS = 0.15
"""Speech ends this far below the probability at which it starts (Silero VAD's own constant)."""

_CONTEXT_SAMPLES = 64
"""Samples of the frame before that the model sees again."""

_BLOCK_FRAMES = 512
"""Frames per call: longer blocks only cost memory (0.60 s of CPU per 10 min at 128, 0.90 s at 10,000)."""


def speech_probability(
    pcm: NDArray[np.int16], progress: Callable[[int], None] = lambda _: None
) -> NDArray[np.float32]:
    """Probability, 0 to 1, that each frame holds speech.

    Args:
        pcm: mono sound at SAMPLE_RATE_HZ, shape (samples,); may be a memory map.
        progress: told after each block how many milliseconds are done.

    Returns:
        One value per FRAME_SAMPLES, shape (ceil(samples / FRAME_SAMPLES),); the last frame is zero-padded.
    """
    session = _session()
    blocks = [np.zeros(0, dtype=np.float32)]
    state = {name: np.zeros((1, 1, 128), dtype=np.float32) for name in ("h", "c")}
    for start in range(0, len(pcm), _BLOCK_FRAMES * FRAME_SAMPLES):
        values, state["h"], state["c"] = session.run(None, {"input": _frames(pcm, start), **state})
        blocks.append(values)
        let_go(pcm)
        progress(min(start + _BLOCK_FRAMES * FRAME_SAMPLES, len(pcm)) * 1000 // SAMPLE_RATE_HZ)
    return np.concatenate(blocks)


def _frames(pcm: NDArray[np.int16], start: int) -> NDArray[np.float32]:
    """One block as overlapping rows, each frame behind the end of the frame before it."""
    sound = pcm[start : start + _BLOCK_FRAMES * FRAME_SAMPLES]
    rows = -(-len(sound) // FRAME_SAMPLES)
    padded = np.zeros(_CONTEXT_SAMPLES + rows * FRAME_SAMPLES, dtype=np.float32)
    padded[_CONTEXT_SAMPLES : _CONTEXT_SAMPLES + len(sound)] = sound
    if start:
        padded[:_CONTEXT_SAMPLES] = pcm[start - _CONTEXT_SAMPLES : start]
    padded /= 32768
    windows = np.lib.stride_tricks.sliding_window_view(padded, _CONTEXT_SAMPLES + FRAME_SAMPLES)
    return np.ascontiguousarray(windows[::FRAME_SAMPLES])


def let_go(pcm: NDArray[np.int16]) -> None:
    """Give back the memory of a memory map's pages that were read; they can be read again.

    Without it a three-hour recording would be resident whole, though only as pages of its file. Does nothing
    to an array, nor where the system knows no such advice (Windows).
    """
    mapped = pcm.base
    if isinstance(mapped, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)


@cache
def _session() -> Any:
    """The detector, loaded once a process; one thread, as its matrices are too small to share."""
    import onnxruntime
    from faster_whisper.utils import get_assets_path

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(
        f"{get_assets_path()}/silero_vad_v6.onnx", options, providers=["CPUExecutionProvider"]
    )


def speech_spans(
    probability: NDArray[np.float32], duration_ms: int, settings: SpeechSettings
) -> tuple[Span, ...]:
    """Stretches of speech in milliseconds: ordered, disjoint, inside ``[0, duration_ms)``.

    Speech starts at ``threshold`` and ends HYSTERESIS below it; pauses shorter than ``min_silence_ms`` are
    bridged, stretches shorter than ``min_speech_ms`` dropped, the others padded by ``pad_ms``, or up to the
    middle of the pause where two paddings would meet.
    """
    bridged: list[Span] = []
    for run in _active_runs(probability, settings.threshold):
        near = bridged and run.start - bridged[-1].end < settings.min_silence_ms
        bridged.append(Span(bridged.pop().start, run.end) if near else run)
    kept = [run for run in bridged if run.length >= settings.min_speech_ms]
    return _padded(kept, duration_ms, settings.pad_ms)


def _active_runs(probability: NDArray[np.float32], threshold: float) -> list[Span]:
    """Frames above the lower threshold in one piece, where at least one of them reaches the upper."""
    active = np.concatenate(([False], probability >= max(threshold - HYSTERESIS, 0.01), [False]))
    edges = np.flatnonzero(active[1:] != active[:-1])
    runs = []
    for low, high in edges.reshape(-1, 2):
        reached = np.flatnonzero(probability[low:high] >= threshold)
        if reached.size:
            runs.append(Span(int(low + reached[0]) * FRAME_MS, int(high) * FRAME_MS))
    return runs


def _padded(runs: list[Span], duration_ms: int, pad_ms: int) -> tuple[Span, ...]:
    """Each run with its padding, cut at the recording's ends and at the middle of a short pause."""
    middles = [(left.end + right.start) // 2 for left, right in pairwise(runs)]
    floors, ceilings = [0, *middles], [*middles, duration_ms]
    padded = [
        Span(max(run.start - pad_ms, floor), min(run.end + pad_ms, ceiling))
        for run, floor, ceiling in zip(runs, floors, ceilings, strict=False)
    ]
    return tuple(span for span in padded if span.length > 0)
