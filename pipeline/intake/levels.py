"""Blocks of samples become figures: how loud, how clipped, whether mixing the channels would silence them.

Level means the level of *speech*, not of the whole: the 95th percentile of 100 ms frames, so that pauses,
however long, do not make a recording look quiet. All figures are gathered in one streamed pass, in constant
memory, from the source before any gain.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipeline.config import MediaSettings
from pipeline.model import SAMPLE_RATE_HZ

Channels = NDArray[np.float32]
"""Shape (channels, samples); full scale is 1.0."""
Mono = NDArray[np.float32]
"""Shape (samples,) at SAMPLE_RATE_HZ; full scale is 1.0."""

FLOOR_DBFS = -120.0
"""Stands for digital silence, whose level has no logarithm."""

SPEECH_PERCENTILE = 95
GATE_DBFS = -90.0
"""Frames below it are digital silence or dither of a 16-bit recorder and count neither way."""

CLIP_RUN = 3
"""Fewer full-scale samples in a row are a peak that just fits, not clipping."""

CANCEL_RATIO = 0.25
"""Channels that have nothing to do with each other mix to a power of sum(p)/n²; with less than a quarter of
that (6 dB below) they are each other's inverse."""

_FRAME = SAMPLE_RATE_HZ // 10
_STEPS_PER_DB = 10
_KNEE = 0.7
_CEILING = 0.98
_REACH = CLIP_RUN - 1
"""How far a run can extend to either side of one of its samples."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a recording becomes one channel: the mean of all (``None``) or one of them, then ``gain_db``."""

    channel: int | None = None
    gain_db: float = 0.0


@dataclass(slots=True)
class Meter:
    """What one pass over a recording measures."""

    peak: float = 0.0
    mixed_energy: float = 0.0
    energy: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    clipped_s: float = 0.0
    _counts: NDArray[np.int64] = field(
        default_factory=lambda: np.zeros(int(-FLOOR_DBFS) * _STEPS_PER_DB + 1, dtype=np.int64)
    )
    _rest: Mono = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    _edge: NDArray[np.bool_] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.bool_))

    def add_source(self, samples: Channels, mixed: NDArray[np.float32], full_scale: float, rate: int) -> None:
        """Measure a block as recorded, beside the plain mean of its channels."""
        top = np.abs(samples).max(axis=1)
        self.peak = max(self.peak, float(top.max()))
        if len(self.energy) < len(samples):
            self.energy = np.pad(self.energy, (0, len(samples) - len(self.energy)))
        self.energy[: len(samples)] += np.einsum("cs,cs->c", samples, samples, dtype=np.float64)
        self.mixed_energy += float(np.einsum("s,s->", mixed, mixed, dtype=np.float64))
        self._count_clipped(samples, top, full_scale, rate)

    def add_mono(self, samples: Mono) -> None:
        """Measure what the recogniser will hear, before gain."""
        samples = np.concatenate([self._rest, samples])
        whole = len(samples) // _FRAME * _FRAME
        self._rest = samples[whole:]
        frames = samples[:whole].reshape(-1, _FRAME)
        power = np.einsum("fs,fs->f", frames, frames, dtype=np.float64) / _FRAME
        level = np.clip(to_db(power), FLOOR_DBFS, 0.0)
        np.add.at(self._counts, np.rint((level - FLOOR_DBFS) * _STEPS_PER_DB).astype(np.int64), 1)

    @property
    def peak_dbfs(self) -> float:
        """Highest sample of any channel, dBFS, one decimal; may pass 0 in float and lossy sources."""
        return round(max(FLOOR_DBFS, float(to_db(np.array(self.peak**2)))), 1)

    @property
    def level_dbfs(self) -> float:
        """Level of speech, dBFS, one decimal; FLOOR_DBFS where nothing passes the gate."""
        counts = self._counts.copy()
        counts[: int((GATE_DBFS - FLOOR_DBFS) * _STEPS_PER_DB)] = 0
        if not counts.any():
            return FLOOR_DBFS
        rank = np.searchsorted(np.cumsum(counts), counts.sum() * SPEECH_PERCENTILE / 100)
        return round(FLOOR_DBFS + int(rank) / _STEPS_PER_DB, 1)

    @property
    def is_silent(self) -> bool:
        """Not one frame above digital silence."""
        return self.peak < 10 ** (GATE_DBFS / 20)

    def plan(self, current: Plan, settings: MediaSettings) -> Plan:
        """How this recording should have been read, given what ``current`` showed.

        Channels that cancel each other: only the loudest is used (an inverted channel holds the same
        sound). A dead channel costs 6 dB and nothing else, so it stays in the mean. Speech below
        ``quiet_dbfs``: raised to ``target_dbfs``, by ``max_gain_db`` at most.
        """
        channel = current.channel
        if (
            channel is None
            and self.mixed_energy < CANCEL_RATIO * self.energy.sum() / max(1, len(self.energy)) ** 2
        ):
            return Plan(int(self.energy.argmax()))
        level = self.level_dbfs
        if not FLOOR_DBFS < level < settings.quiet_dbfs:
            return Plan(channel)
        gain_db = min(settings.target_dbfs - level, settings.max_gain_db)
        return Plan(channel, round(max(0.0, gain_db), 1))

    def _count_clipped(
        self, samples: Channels, top: NDArray[np.float32], full_scale: float, rate: int
    ) -> None:
        if len(self._edge) != len(samples):
            self._edge = np.zeros((len(samples), 2 * _REACH), dtype=np.bool_)
        if top.max() < full_scale and not self._edge.any():
            return
        marks = np.concatenate([self._edge, np.abs(samples) >= full_scale], axis=1)
        self._edge = marks[:, -2 * _REACH :]
        starts = np.logical_and.reduce([marks[:, k : marks.shape[1] - _REACH + k] for k in range(CLIP_RUN)])
        inside = np.zeros(marks.shape, dtype=np.bool_)
        for shift in range(CLIP_RUN):
            inside[:, shift : shift + starts.shape[1]] |= starts
        # The last columns may still turn out to begin a run: they are counted with the next block.
        settled = inside[:, _REACH:-_REACH].any(axis=0)
        self.clipped_s += float(settled.sum()) / rate


def mix(samples: Channels, channel: int | None) -> NDArray[np.float32]:
    """Mean of all channels, or one of them. No surround weights: a recorder's tracks are microphones."""
    if channel is not None and channel < len(samples):
        samples = samples[channel : channel + 1]
    mixed: NDArray[np.float32] = samples.mean(axis=0, dtype=np.float32) if len(samples) > 1 else samples[0]
    return mixed


def amplify(samples: Mono, gain_db: float) -> Mono:
    """Raise by ``gain_db``; above 0.7 of full scale the curve bends (tanh) and ends at 0.98.

    The limiter has no memory: a door slammed in a quiet recording is bent, what follows it is not ducked.
    """
    if gain_db == 0.0:
        return samples
    louder = samples * np.float32(10 ** (gain_db / 20))
    over = np.abs(louder) - _KNEE
    room = _CEILING - _KNEE
    bent = np.copysign(_KNEE + room * np.tanh(over / room), louder)
    return np.where(over > 0, bent, louder).astype(np.float32)


def to_db(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ten times the logarithm of a power, where 1.0 is full scale (a full-scale square wave: 0 dBFS)."""
    return 10.0 * np.log10(np.maximum(power, 10 ** (FLOOR_DBFS / 10)))
