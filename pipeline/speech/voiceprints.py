"""A recording's sound becomes what telling voices apart needs: when somebody speaks, and voiceprints of it.

Everything that costs time happens here, once per recording. The sound is heard in blocks, and a block's
result depends on nothing but its own sound and a little around it: memory does not grow with length, blocks
are heard by several threads at once, and their number changes no bit of the result.
"""

import base64
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, groupby

import numpy as np
from numpy.typing import NDArray

from pipeline.model import SAMPLE_RATE_HZ, Span
from pipeline.speech import embedding, segmentation
from pipeline.speech.microphones import one_microphone_each, speech_per_channel
from pipeline.speech.segmentation import CLIP_MS, CLIP_SAMPLES, FIRST_FRAME_S, FRAME_STEP_S, SPEAKERS
from pipeline.speech.vad import let_go

CELL_MS = 5_000
"""Of each clip of 10 s only this much around its middle is believed: at its edges the network guesses."""

CELLS = 4
"""Cells in a block: of more, what is computed in between no longer fits a processor's cache."""

PAUSE_MS = 500
"""Shorter pauses are heard with the speech around them; longer ones only cost time."""

PACK_MS = 2_500

EXCERPT_MS = 1_800
"""Longest excerpt that gets a voiceprint of its own; 1.5 to 2.5 s gave the same counts of voices."""

EXCERPT_STEP_MS = 900

_SAMPLES_PER_MS = SAMPLE_RATE_HZ // 1000


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch in which the same people speak.

    ``people`` are numbers that mean somebody within one cell of CELL_MS only: two for overlapping speech.
    """

    start_ms: int
    end_ms: int
    people: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of the run of one person, number ``run``, from which a voiceprint was taken."""

    start_ms: int
    end_ms: int
    run: int

    @property
    def length_ms(self) -> int:
        """How much sound the voiceprint was taken from."""
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True)
class Voiceprints:
    """All that is needed of one recording to tell its voices apart.

    ``runs`` and ``excerpts`` are ordered by start. ``prints`` holds a unit vector of 192 half-precision
    numbers per excerpt, little-endian, in base64. ``channels`` says when each person speaks in a recording
    with a microphone per person, and is empty for every other.
    """

    recording: str
    duration_ms: int
    runs: tuple[Run, ...]
    excerpts: tuple[Excerpt, ...]
    prints: str
    channels: tuple[tuple[Span, ...], ...] = ()

    @property
    def vectors(self) -> NDArray[np.float32]:
        """The voiceprints, shape (excerpts, 192)."""
        stored = np.frombuffer(base64.b64decode(self.prints), dtype="<f2")
        return stored.reshape(-1, embedding.SIZE).astype(np.float32)

    @property
    def speech(self) -> tuple[Span, ...]:
        """Where anybody speaks: disjoint, in milliseconds."""
        return joined(Span(run.start_ms, run.end_ms) for run in self.runs)

    @property
    def overlaps(self) -> tuple[Span, ...]:
        """Where two people speak at once: disjoint, in milliseconds."""
        return joined(Span(run.start_ms, run.end_ms) for run in self.runs if len(run.people) > 1)


Piece = tuple[list[Run], list[Excerpt], NDArray[np.float32]]
"""A block's runs, its excerpts (numbering the block's own runs) and their voiceprints."""


def voiceprint(
    pcm: NDArray[np.int16],
    recording: str,
    duration_ms: int,
    threads: int,
    progress: Callable[[int], None],
    channels: NDArray[np.uint8] | None = None,
) -> Voiceprints:
    """Hear one recording.

    Args:
        pcm: mono sound at SAMPLE_RATE_HZ, shape (samples,); may be a memory map.
        recording: digest of the recording, for the result to name.
        duration_ms: its length; no time in the result lies beyond it.
        threads: how many blocks are heard at once; changes nothing in the result.
        progress: told how many milliseconds of the recording are done.
        channels: levels of the recording's channels (see ``pipeline.intake.channels``); None for mono.

    Raises:
        MissingError: a network's weights are not installed, or damaged.
    """
    runs: list[Run] = []
    excerpts: list[Excerpt] = []
    prints = [np.zeros((0, embedding.SIZE), dtype=np.float32)]
    blocks = [
        Span(start, min(start + CELLS * CELL_MS, duration_ms))
        for start in range(0, duration_ms, CELLS * CELL_MS)
    ]
    with _listeners(threads) as pool:
        for block, piece in zip(blocks, pool.map(partial(_hear, pcm), blocks), strict=True):
            excerpts += [Excerpt(e.start_ms, e.end_ms, e.run + len(runs)) for e in piece[1]]
            runs += piece[0]
            prints.append(piece[2])
            progress(block.end)
    progress(duration_ms)
    apart = channels is not None and one_microphone_each(channels)
    return Voiceprints(
        recording=recording,
        duration_ms=duration_ms,
        runs=tuple(runs),
        excerpts=tuple(excerpts),
        prints=base64.b64encode(np.concatenate(prints).astype("<f2").tobytes()).decode(),
        channels=speech_per_channel(channels, duration_ms) if channels is not None and apart else (),
    )


@contextmanager
def _listeners(threads: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that each hear a block alone: sharing one block would round differently from one thread."""
    import torch

    # Loaded here, as threads that meet at an empty cache would each load their own.
    segmentation.segmenter()
    embedding.embedder()
    before = torch.get_num_threads()
    try:
        with ThreadPoolExecutor(threads, initializer=partial(torch.set_num_threads, 1)) as pool:
            yield pool
    finally:
        torch.set_num_threads(before)


def _hear(pcm: NDArray[np.int16], block: Span) -> Piece:
    """One block's runs and voiceprints."""
    runs = _runs(pcm, block)
    alone = [number for number, run in enumerate(runs) if len(run.people) == 1]
    excerpts = [excerpt for number in alone for excerpt in cut(runs[number], number)]
    if not excerpts:
        return runs, [], np.zeros((0, embedding.SIZE), dtype=np.float32)
    sound, places = _packed(pcm, runs, excerpts)
    frames = embedding.embedder().frames(sound)
    let_go(pcm)
    return runs, excerpts, embedding.embedder().voiceprints(frames, places)


def _packed(
    pcm: NDArray[np.int16], runs: list[Run], excerpts: list[Excerpt]
) -> tuple[NDArray[np.float32], list[tuple[int, int]]]:
    """The speech of a block without its longer pauses, and which frames of it each excerpt covers.

    The sound is filled up with its own beginning to a multiple of PACK_MS: libraries keep memory for every
    size that they ever met.
    """
    parts = joined((Span(run.start_ms, run.end_ms) for run in runs), PAUSE_MS)
    starts = list(accumulate((_whole_frames(part.length) for part in parts), initial=0))
    sound = np.zeros(starts[-1] * _SAMPLES_PER_MS, dtype=np.float32)
    for part, start in zip(parts, starts, strict=False):
        heard = _sound(pcm, part.start, part.end)
        sound[start * _SAMPLES_PER_MS :][: len(heard)] = heard
    shifts = {part.start: start - part.start for part, start in zip(parts, starts, strict=False)}
    firsts = [part.start for part in parts]
    places = []
    for excerpt in excerpts:
        shift = shifts[firsts[bisect_right(firsts, excerpt.start_ms) - 1]]
        places.append(_frames(excerpt.start_ms + shift, excerpt.end_ms + shift))
    size = -(-starts[-1] // PACK_MS) * PACK_MS * _SAMPLES_PER_MS
    return np.resize(sound, size), places


def _runs(pcm: NDArray[np.int16], block: Span) -> list[Run]:
    """Who speaks when in a block, cell by cell, each in the middle of its clip as far as the sound allows."""
    last = max(0, len(pcm) // _SAMPLES_PER_MS - CLIP_MS)
    cells = range(block.start, block.end, CELL_MS)
    starts = [min(max(0, cell - (CLIP_MS - CELL_MS) // 2), last) for cell in cells]
    clips = np.zeros((len(starts), CLIP_SAMPLES), dtype=np.float32)
    for clip, start_ms in zip(clips, starts, strict=True):
        sound = _sound(pcm, start_ms, start_ms + CLIP_MS)
        clip[: len(sound)] = sound
    classes = segmentation.segmenter().classes(clips)
    runs: list[Run] = []
    for cell, start_ms, found in zip(cells, starts, classes, strict=True):
        runs += cell_runs(found, start_ms, Span(cell, min(cell + CELL_MS, block.end)))
    return runs


def cell_runs(classes: NDArray[np.intp], clip_ms: int, cell: Span) -> list[Run]:
    """The runs of one cell.

    Args:
        classes: per frame of the clip, see :data:`segmentation.SPEAKERS`.
        clip_ms: where the clip starts.
        cell: what is wanted of it, in milliseconds of the recording.
    """
    middles = clip_ms + 1000 * (FIRST_FRAME_S + FRAME_STEP_S * np.arange(len(classes)))
    edges = np.r_[clip_ms, np.rint((middles[1:] + middles[:-1]) / 2).astype(int), clip_ms + CLIP_MS]
    runs: list[Run] = []
    for value, frames in groupby(range(len(classes)), key=lambda frame: int(classes[frame])):
        members = list(frames)
        start_ms, end_ms = max(int(edges[members[0]]), cell.start), min(int(edges[members[-1] + 1]), cell.end)
        if SPEAKERS[value] and start_ms < end_ms:
            people = tuple(3 * (cell.start // CELL_MS) + person for person in SPEAKERS[value])
            runs.append(Run(start_ms, end_ms, people))
    return runs


def cut(run: Run, number: int) -> list[Excerpt]:
    """A run as excerpts of EXCERPT_MS, evenly spread and overlapping by about half; a short run whole."""
    rest_ms = run.end_ms - run.start_ms - EXCERPT_MS
    if rest_ms <= 0:
        return [Excerpt(run.start_ms, run.end_ms, number)]
    steps = -(-rest_ms // EXCERPT_STEP_MS)
    starts = [run.start_ms + rest_ms * step // steps for step in range(steps + 1)]
    return [Excerpt(start, start + EXCERPT_MS, number) for start in starts]


def _frames(start_ms: int, end_ms: int) -> tuple[int, int]:
    """The frames of a stretch, at least two."""
    first = start_ms // embedding.FRAME_MS
    return first, max(round(end_ms / embedding.FRAME_MS), first + 2)


def _whole_frames(length_ms: int) -> int:
    """A length in milliseconds, rounded up to whole frames, at least two."""
    return max(-(-length_ms // embedding.FRAME_MS), 2) * embedding.FRAME_MS


def _sound(pcm: NDArray[np.int16], start_ms: int, end_ms: int) -> NDArray[np.float32]:
    """Samples of a stretch in [-1, 1); fewer where the recording ends."""
    return pcm[start_ms * _SAMPLES_PER_MS : end_ms * _SAMPLES_PER_MS].astype(np.float32) / np.float32(32768)


def joined(spans: Iterable[Span], gap_ms: int = 0) -> tuple[Span, ...]:
    """Spans in order as disjoint ones; gaps of up to ``gap_ms`` are closed."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if found and span.start - found[-1].end <= gap_ms:
            found.append(Span(found[-1].start, max(found.pop().end, span.end)))
        else:
            found.append(span)
    return tuple(found)
