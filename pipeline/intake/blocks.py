"""A sound track becomes blocks of samples on the player's clock, whatever is broken on the way.

Packets that cannot be decoded are skipped and counted. Time stamps are believed only forwards: where the
track's clock jumps ahead, the block says from which moment it starts, so that silence can fill the gap and
one click still leads to the second where something was said; where the clock runs backwards, sound is kept
as it comes, because nothing that was recorded may be dropped.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pipeline.intake import refusals
from pipeline.intake.container import SAMPLE_RATES_HZ, Track
from pipeline.intake.levels import Channels

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.packet import Packet

GAP_S = 0.1
"""Time stamps jitter by less than this in sound containers; a longer lead is a gap."""
BLIND_GAP_S = 600.0
"""Longest gap believed where the file does not say how long it is."""
BACKWARDS_S = 1.0
"""A clock this far behind the samples is worth a notice."""

_BLOCK_S = 1.0
_PLANES = 8
"""AV_NUM_DATA_POINTERS: PyAV (18.1) counts planes up to a null pointer that a frame with so many lacks, and
reads wild memory. Such frames are made interleaved first, in FFmpeg."""
_LOUDEST = 8.0
"""Floating-point samples beyond +18 dBFS are damage, not sound."""

_INTEGER_FORMATS = {"u8": (128, 1 << 7), "s16": (0, 1 << 15), "s32": (0, 1 << 31), "s64": (0, 1 << 63)}
"""Sample format to (value of silence, value of full scale)."""
_FULL_SCALE = {"u8": 127 / 128}
_FLOAT_FULL_SCALE = 0.999


@dataclass(frozen=True, slots=True)
class Block:
    """About a second of sound in one format. ``starts_s`` is set where a gap precedes it."""

    samples: Channels
    rate: int
    full_scale: float
    """Absolute value from which a sample of this format counts as clipped."""
    starts_s: float | None


@dataclass(slots=True)
class Damage:
    """What went wrong while reading a track; times are milliseconds of the recording."""

    broken: int = 0
    """Packets, or runs of bytes, that could not be decoded."""
    first_ms: int = 0
    inside: int = 0
    """Of these, how many were followed by sound again."""
    gap_ms: int = 0
    first_gap_ms: int = 0
    backwards_ms: int | None = None
    """Where the clock first ran backwards."""
    unsupported: bool = False
    """The decoder met something it was never taught."""

    def note(self, at_s: float) -> None:
        """Count one undecodable packet."""
        if not self.broken:
            self.first_ms = round(at_s * 1000)
        self.broken += 1

    def note_sound(self) -> None:
        """Say that decoding went on after whatever was noted before."""
        self.inside = self.broken


@dataclass(slots=True)
class Clock:
    """Where the next sample belongs, in seconds of the recording."""

    latest_s: float | None
    damage: Damage
    _anchor_s: float = 0.0
    _samples: int = 0
    _rate: int = 1

    @property
    def now_s(self) -> float:
        """Time reached: counted in samples, not in added fractions, so it does not drift."""
        return self._anchor_s + self._samples / self._rate

    def place(self, stamp_s: float | None, rate: int) -> float | None:
        """Move to the next frame's start; returns it if a gap precedes it."""
        now_s = self.now_s
        lead_s = 0.0 if stamp_s is None else stamp_s - now_s
        if rate != self._rate:
            self._anchor(now_s, rate)
        if lead_s < -BACKWARDS_S and self.damage.backwards_ms is None:
            self.damage.backwards_ms = round(now_s * 1000)
        if stamp_s is None or lead_s <= GAP_S:
            return None
        if not self._believes(stamp_s):
            self.damage.backwards_ms = self.damage.backwards_ms or round(now_s * 1000)
            return None
        if not self.damage.gap_ms:
            self.damage.first_gap_ms = round(now_s * 1000)
        self.damage.gap_ms += round(lead_s * 1000)
        self._anchor(stamp_s, rate)
        return stamp_s

    def advance(self, samples: int) -> None:
        """Count a frame's samples."""
        self._samples += samples

    def _believes(self, stamp_s: float) -> bool:
        if self.latest_s is None:
            return stamp_s - self.now_s <= BLIND_GAP_S
        return stamp_s <= self.latest_s + GAP_S

    def _anchor(self, at_s: float, rate: int) -> None:
        self._anchor_s, self._samples, self._rate = at_s, 0, rate


@dataclass(slots=True)
class _Pending:
    """Frames of one format, in order and without a gap, that are not yet a block."""

    rate: int = 0
    format: str = ""
    channels: int = 0
    starts_s: float | None = None
    arrays: list[NDArray[np.generic]] = field(default_factory=list)
    samples: int = 0
    packer: Any = None

    def continues(self, frame: "AudioFrame") -> bool:
        same = (self.rate, self.format, self.channels)
        wanted = (frame.sample_rate, frame.format.name, frame.layout.nb_channels)
        return same == wanted and self.samples < self.rate * _BLOCK_S

    def add(self, frame: "AudioFrame") -> None:
        self.samples += frame.samples
        if frame.format.is_planar and self.channels < _PLANES:
            self.arrays.append(frame.to_ndarray())
            return
        for packed in self._pack(frame) if frame.format.is_planar else [frame]:
            self.arrays.append(packed.to_ndarray().reshape(-1, self.channels).T)

    def _pack(self, frame: "AudioFrame") -> list["AudioFrame"]:
        import av

        if self.packer is None:
            self.packer = av.AudioResampler(format=frame.format.packed.name)
        packed: list[AudioFrame] = self.packer.resample(frame)
        return packed

    def block(self) -> Block:
        samples = np.concatenate(self.arrays, axis=1)
        name = self.format.removesuffix("p")
        full_scale = _FULL_SCALE.get(name, 1 - 2**-15 if name in _INTEGER_FORMATS else _FLOAT_FULL_SCALE)
        return Block(_to_float(samples, name), self.rate, full_scale, self.starts_s)


def read_blocks(track: Track, damage: Damage, clock: Clock) -> Iterator[Block]:
    """Decode ``track`` from where it stands; ``damage`` and ``clock`` tell more with every block.

    Raises:
        MediaError: ``encrypted``.
    """
    pending = _Pending()
    for frame in _frames(track, damage, clock):
        starts_s = clock.place(_stamp_s(frame, track), frame.sample_rate)
        if starts_s is not None or not pending.continues(frame):
            if pending.arrays:
                yield pending.block()
            pending = _Pending(frame.sample_rate, frame.format.name, frame.layout.nb_channels, starts_s)
        pending.add(frame)
        clock.advance(frame.samples)
    if pending.arrays:
        yield pending.block()


def _frames(track: Track, damage: Damage, clock: Clock) -> Iterator["AudioFrame"]:
    import av

    unsupported = (av.error.PatchWelcomeError, av.error.DecoderNotFoundError, av.error.NotImplementedError)
    for packet in _packets(track, damage, clock):
        if packet.has_sidedata("encryption_info"):
            raise refusals.failure("encrypted")
        # The last packet of PCM that ends early is marked corrupt, and all of it is sound.
        sound = not (packet.is_corrupt and not track.codec.startswith("pcm_"))
        frames: list[Any] = []
        try:
            frames = packet.decode()
        except (av.FFmpegError, ValueError) as error:
            sound = False
            damage.unsupported = damage.unsupported or isinstance(error, unsupported)
        if not sound:
            damage.note(clock.now_s)
        elif frames:
            damage.note_sound()
        for frame in frames:
            if frame.sample_rate in SAMPLE_RATES_HZ and 1 <= frame.layout.nb_channels <= track.most_channels:
                if frame.samples:
                    yield frame
            else:
                damage.note(clock.now_s)


def _packets(track: Track, damage: Damage, clock: Clock) -> Iterator["Packet[Any]"]:
    """Demux to the end, going on after an error for as long as that yields anything."""
    import av

    progress = True
    while progress:
        progress = False
        try:
            for packet in track.container.demux(track.stream):
                progress = progress or packet.size > 0
                yield packet
            return
        except OSError as error:
            if not isinstance(error, av.FFmpegError):
                raise
            damage.note(clock.now_s)
        except (av.FFmpegError, ValueError):
            damage.note(clock.now_s)
        except IndexError:
            # PyAV stumbles at the end over tracks that a damaged or spliced file added on the way.
            return


def _stamp_s(frame: "AudioFrame", track: Track) -> float | None:
    if frame.pts is None or frame.time_base is None:
        return None
    return float(frame.pts * frame.time_base) - track.origin_s


def _to_float(samples: NDArray[np.generic], name: str) -> Channels:
    if name in _INTEGER_FORMATS:
        silence, full = _INTEGER_FORMATS[name]
        return (samples.astype(np.float32) - silence) * np.float32(1 / full)
    with np.errstate(over="ignore", invalid="ignore"):
        floats = samples.astype(np.float32)
        if not np.abs(floats).max() <= _LOUDEST:
            floats = np.clip(np.nan_to_num(floats, nan=0.0), -_LOUDEST, _LOUDEST)
    return floats
