"""A recording of any kind becomes headerless 16 kHz mono 16-bit PCM in a file, and what is known of it.

The file, not an array, is the result: three hours are 345 MB on disk and nothing in memory. Sample *n* of it
is what a player plays at *n* / 16 000 s. Zero is the earliest start of any track of the file (as ffplay, mpv
and Firefox count), gaps are silence.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from pipeline.config import MediaSettings
from pipeline.errors import InputError, MediaError, system_failure
from pipeline.files import sync_folder, unique
from pipeline.intake import refusals
from pipeline.intake.blocks import Block, Clock, Damage, read_blocks
from pipeline.intake.container import Track, open_track, spoken_limit
from pipeline.intake.endings import ends_early
from pipeline.intake.levels import Meter, Mono, Plan, amplify, mix
from pipeline.intake.resample import Resampler
from pipeline.intake.source import Source, file_digest, open_source
from pipeline.model import SAMPLE_RATE_HZ, Audio, Notice

__all__ = ["decode", "file_digest", "open_pcm", "to_float"]

SHORTFALL_S = 0.5
"""A track that ends this much before its header says so was cut; less is rounding and encoder padding."""

CLIPPED_NOTICE_MS = 100
"""Less clipping than this in a whole recording changes no word."""

GAP_NOTICE_MS = 1000

_PASSES = 3
"""Read as it is; again with another channel; again with gain. Nearly every recording needs one."""

Progress = Callable[[int], None]


def decode(
    source: Path, destination: Path, recording_digest: str, settings: MediaSettings, progress: Progress
) -> Audio:
    """Decode the best sound track of ``source`` to PCM at ``destination``.

    ``destination`` appears complete or not at all; while it is written, a file that ends in ``.part`` lies
    beside it, of this call alone: two stages of a recording may both find its cache emptied. The same
    bytes and settings give the same PCM.

    Args:
        source: any file; a name means a file, never a protocol.
        destination: a path in an existing folder.
        recording_digest: SHA-256 (hex) that the file must have.
        settings: limits and loudness.
        progress: told the milliseconds decoded, about once a second of sound; starts again from 0 where a
            recording has to be read twice (too quiet, or channels that cancel).

    Raises:
        MediaError: ``empty``, ``not_a_file``, ``not_media``, ``damaged``, ``no_audio``, ``encrypted``,
            ``unsupported``, ``too_long``, ``too_many_channels``: the same bytes will fail again.
        MediaUnstableError: ``missing``, ``unreadable``, ``changed``: try again later.
        StageError: ``disk_full``, ``io``: ``destination`` cannot be written.
    """
    with open_source(source) as opened, _atomic(destination) as part, _steady(opened, recording_digest):
        reading = _read(opened, part, settings, progress)
        return _audio(reading, recording_digest, _notices(reading, ends_early(opened, reading.container)))


def open_pcm(path: Path) -> NDArray[np.int16]:
    """Map a PCM file read-only: shape (samples,), int16, little-endian; an empty file is an empty array."""
    if path.stat().st_size == 0:
        return np.zeros(0, dtype="<i2")
    return np.memmap(path, dtype="<i2", mode="r")


def to_float(pcm: NDArray[np.int16]) -> NDArray[np.float32]:
    """Scale PCM to float32 in [-1, 1)."""
    return pcm.astype(np.float32) * np.float32(1 / 32768)


@dataclass(slots=True)
class _Reading:
    """One pass over a recording: what it was, what it measured, what it wrote."""

    container: str
    codec: str
    tracks: int
    track: int
    declared_end_s: float | None
    plan: Plan
    channels: int = 0
    sample_rate_hz: int = 0
    end_s: float = 0.0
    samples: int = 0
    pcm_sha256: str = ""
    damage: Damage = field(default_factory=Damage)
    meter: Meter = field(default_factory=Meter)


def _read(source: Source, part: BinaryIO, settings: MediaSettings, progress: Progress) -> _Reading:
    """Read until the way it was read is the way its own measurements ask for."""
    plan = Plan()
    for _ in range(_PASSES):
        with open_track(source, settings) as track:
            reading = _read_once(track, part, settings, plan, progress)
        plan = reading.meter.plan(reading.plan, settings)
        if plan == reading.plan:
            break
    return reading


def _read_once(
    track: Track, part: BinaryIO, settings: MediaSettings, plan: Plan, progress: Progress
) -> _Reading:
    reading = _Reading(track.format, track.codec, track.count, track.number, track.declared_end_s, plan)
    clock = Clock(track.latest_s, reading.damage)
    sink = _Sink(part, settings, plan, reading.meter)
    for block in read_blocks(track, reading.damage, clock):
        reading.channels = reading.channels or len(block.samples)
        reading.sample_rate_hz = reading.sample_rate_hz or block.rate
        sink.take(block)
        progress(round(clock.now_s * 1000))
    sink.finish()
    reading.end_s, reading.samples, reading.pcm_sha256 = clock.now_s, sink.written, sink.hash.hexdigest()
    if not reading.samples:
        raise _nothing_heard(reading)
    return reading


def _nothing_heard(reading: _Reading) -> InputError:
    if reading.damage.unsupported:
        return refusals.failure("unsupported", f"({reading.codec})")
    lost = reading.damage.broken or (reading.declared_end_s or 0.0) > SHORTFALL_S
    return refusals.failure("damaged" if lost else "empty")


class _Sink:
    """Blocks in, PCM out: mixed, resampled, measured, raised, written."""

    def __init__(self, part: BinaryIO, settings: MediaSettings, plan: Plan, meter: Meter) -> None:
        part.seek(0)
        part.truncate()
        self.hash = hashlib.sha256()
        self.written = 0
        self._part = part
        self._plan = plan
        self._meter = meter
        self._resampler = Resampler()
        self._most = round(settings.max_hours * 3600 * SAMPLE_RATE_HZ)
        self._limit = spoken_limit(settings)

    def take(self, block: Block) -> None:
        """Write a block, after silence up to where it starts."""
        if block.starts_s is not None:
            self._write(self._resampler.flush())
            self._fill(round(block.starts_s * SAMPLE_RATE_HZ) - self.written)
        plain = mix(block.samples, None)
        self._meter.add_source(block.samples, plain, block.full_scale, block.rate)
        chosen = plain if self._plan.channel is None else mix(block.samples, self._plan.channel)
        self._write(self._resampler.resample(chosen, block.rate))

    def finish(self) -> None:
        """Write what the resampler still holds."""
        self._write(self._resampler.flush())

    def _fill(self, samples: int) -> None:
        silence = np.zeros(SAMPLE_RATE_HZ, dtype=np.float32)
        for start in range(0, samples, SAMPLE_RATE_HZ):
            self._write(silence[: samples - start])

    def _write(self, samples: Mono) -> None:
        if self.written + len(samples) > self._most:
            raise refusals.failure("too_long", limit=self._limit)
        self._meter.add_mono(samples)
        raised = amplify(samples, self._plan.gain_db)
        pcm = np.clip(np.rint(raised * 32768), -32768, 32767).astype("<i2").tobytes()
        self.hash.update(pcm)
        self.written += len(samples)
        with _writing():
            self._part.write(pcm)


def _audio(reading: _Reading, recording_digest: str, notices: tuple[Notice, ...]) -> Audio:
    return Audio(
        recording=recording_digest,
        duration_ms=reading.samples * 1000 // SAMPLE_RATE_HZ,
        container=reading.container,
        codec=reading.codec,
        channels=reading.channels,
        sample_rate_hz=reading.sample_rate_hz,
        peak_dbfs=reading.meter.peak_dbfs,
        level_dbfs=reading.meter.level_dbfs,
        gain_db=reading.plan.gain_db,
        clipped_ms=round(reading.meter.clipped_s * 1000),
        pcm_sha256=reading.pcm_sha256,
        notices=notices,
    )


def _notices(reading: _Reading, cut: bool) -> tuple[Notice, ...]:
    damage, meter, plan = reading.damage, reading.meter, reading.plan
    end_ms, clipped_ms = round(reading.end_s * 1000), round(meter.clipped_s * 1000)
    short = reading.declared_end_s is not None and reading.declared_end_s - reading.end_s > SHORTFALL_S
    found: list[tuple[bool, Callable[[], Notice]]] = [
        (reading.tracks > 1, lambda: refusals.tracks(reading.tracks, reading.track)),
        (cut or short or damage.broken > damage.inside, lambda: refusals.truncated(end_ms)),
        (damage.inside > 0, lambda: refusals.corrupt(damage.inside, damage.first_ms)),
        (damage.gap_ms >= GAP_NOTICE_MS, lambda: refusals.gap(damage.gap_ms, damage.first_gap_ms)),
        (damage.backwards_ms is not None, lambda: refusals.timestamps(damage.backwards_ms or 0)),
        (plan.channel is not None, lambda: refusals.cancelled(plan.channel or 0)),
        (meter.is_silent, refusals.silent),
        (plan.gain_db > 0, lambda: refusals.raised(meter.level_dbfs, plan.gain_db)),
        (clipped_ms >= CLIPPED_NOTICE_MS, lambda: refusals.clipped(clipped_ms)),
    ]
    return tuple(make() for holds, make in found if holds)


@contextmanager
def _steady(source: Source, recording_digest: str) -> Iterator[None]:
    """Hold the work between two looks at the file; what fails because the file changed says so."""
    try:
        if source.digest() != recording_digest:
            raise refusals.failure("changed")
        yield
    except MediaError:
        source.check_unchanged()
        raise
    except OSError as error:
        raise refusals.unreadable(error) from error
    source.check_unchanged()


@contextmanager
def _atomic(destination: Path) -> Iterator[BinaryIO]:
    """Give a file that takes the destination's name when all went well, and vanishes otherwise."""
    part = destination.with_name(f"{destination.name}.{unique()}.part")
    with _writing():
        file = part.open("wb")
    try:
        with file:
            yield file
            with _writing():
                file.flush()
                os.fsync(file.fileno())
        with _writing():
            part.replace(destination)
            sync_folder(destination.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextmanager
def _writing() -> Iterator[None]:
    """Tell a full disk from an unreadable recording."""
    try:
        yield
    except OSError as error:
        raise system_failure("decode", error) from error
