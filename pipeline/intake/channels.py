"""A recording's channels become their levels over time: enough to see whether each person had a microphone.

The decoded sound is mono. A recording of several channels is read once more for this, which costs about as
much as decoding it did and leaves nothing on disk.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.config import MediaSettings
from pipeline.intake import refusals
from pipeline.intake.blocks import Block, Clock, Damage, read_blocks
from pipeline.intake.container import open_track
from pipeline.intake.source import open_source

FRAMES_PER_S = 50
FLOOR_DBFS = -127.5
STEPS_PER_DB = 2
"""A level is a byte: whole half decibels above FLOOR_DBFS, which stands for silence."""

Levels = NDArray[np.uint8]
"""Shape (frames, channels)."""


def channel_levels(source: Path, recording_digest: str, settings: MediaSettings) -> Levels:
    """Measure every channel of the sound track that ``decode`` chose, on the same clock.

    Args:
        source: the recording.
        recording_digest: SHA-256 (hex) that the file must have.
        settings: limits.

    Returns:
        Mean level of each channel in each 20 ms, see STEPS_PER_DB; silence where the recording has gaps.

    Raises:
        MediaError, MediaUnstableError: as ``decode``.
    """
    damage, ruler = Damage(), _Ruler()
    with open_source(source) as opened:
        try:
            if opened.digest() != recording_digest:
                raise refusals.failure("changed")
            with open_track(opened, settings) as track:
                for block in read_blocks(track, damage, Clock(track.latest_s, damage)):
                    ruler.take(block)
        except OSError as error:
            raise refusals.unreadable(error) from error
    return ruler.levels()


class _Ruler:
    """Blocks in, levels out. A frame that two blocks share is put together at the end."""

    def __init__(self) -> None:
        self._parts: list[tuple[int, NDArray[np.float32], NDArray[np.intp]]] = []
        """First frame; energy, shape (frames, channels); samples in each frame."""
        self._start, self._samples, self._rate = 0, 0, FRAMES_PER_S
        """Frame and samples since the clock was last set, and at which rate."""

    def take(self, block: Block) -> None:
        """Measure a block, after silence up to where it starts."""
        count = block.samples.shape[1]
        if block.starts_s is not None or block.rate != self._rate:
            elapsed = self._start + self._samples * FRAMES_PER_S // self._rate
            self._start = max(elapsed, round((block.starts_s or 0.0) * FRAMES_PER_S))
            self._samples, self._rate = 0, block.rate
        frames = np.arange(self._samples, self._samples + count) * FRAMES_PER_S // block.rate
        firsts = np.flatnonzero(np.diff(frames, prepend=-1))
        energy = np.add.reduceat(np.square(block.samples), firsts, axis=1).T
        self._parts.append((self._start + int(frames[0]), energy, np.diff(firsts, append=count)))
        self._samples += count

    def levels(self) -> Levels:
        """All frames; a channel that is missing for a while is silent."""
        length = max((first + len(counts) for first, _, counts in self._parts), default=0)
        widest = max((energy.shape[1] for _, energy, _ in self._parts), default=1)
        power, samples = np.zeros((length, widest), dtype=np.float32), np.zeros((length, 1), dtype=np.intp)
        for first, energy, counts in self._parts:
            power[first : first + len(counts), : energy.shape[1]] += energy
            samples[first : first + len(counts), 0] += counts
        power /= np.maximum(samples, 1)
        decibels = 10 * np.log10(np.maximum(power, 10 ** (FLOOR_DBFS / 10)))
        return np.clip(np.rint((decibels - FLOOR_DBFS) * STEPS_PER_DB), 0, 255).astype(np.uint8)
