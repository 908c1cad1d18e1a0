"""Recordings made by code, in every container and codec that this PyAV can write.

Not to be had from its encoders: AMR-WB, WMA Voice/Pro/Lossless, HE-AAC, DSS, QCELP. Those are read by the
same FFmpeg calls and stay untested here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""Shape (channels, samples)."""


@dataclass(frozen=True)
class Recipe:
    """How one kind of file is written."""

    suffix: str
    codec: str
    muxer: str
    format: str
    rate: int = 48_000
    channels: int = 1
    bit_rate: int | None = None
    options: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.codec}{self.suffix}"


RECIPES = (
    Recipe(".wav", "pcm_s16le", "wav", "s16"),
    Recipe(".wav", "pcm_u8", "wav", "u8", 11_025),
    Recipe(".wav", "pcm_s24le", "wav", "s32", 44_100, 2),
    Recipe(".wav", "pcm_f32le", "wav", "flt", 96_000, 2),
    Recipe(".wav", "pcm_f64le", "wav", "dbl", 16_000),
    Recipe(".wav", "pcm_mulaw", "wav", "s16", 8_000),
    Recipe(".wav", "adpcm_ima_wav", "wav", "s16p", 22_050),
    Recipe(".wav", "g722", "wav", "s16", 16_000),
    Recipe(".mp3", "libmp3lame", "mp3", "fltp", 44_100, 2),
    Recipe(".mp3", "libmp3lame", "mp3", "fltp", 16_000, 1, 24_000),
    Recipe(".m4a", "aac", "ipod", "fltp", 44_100, 2),
    Recipe(".aac", "aac", "adts", "fltp"),
    Recipe(".mov", "alac", "mov", "s16p"),
    Recipe(".mp4", "aac", "mp4", "fltp"),
    Recipe(".ogg", "libopus", "ogg", "flt"),
    Recipe(".opus", "libopus", "opus", "flt", 16_000),
    Recipe(".ogg", "vorbis", "ogg", "fltp", 48_000, 2, options={"strict": "experimental"}),
    Recipe(".flac", "flac", "flac", "s16", 44_100, 2),
    Recipe(".wma", "wmav2", "asf", "fltp", 44_100, 1, 64_000),
    Recipe(".wma", "wmav1", "asf", "fltp", 16_000, 1, 32_000),
    Recipe(".amr", "libopencore_amrnb", "amr", "s16", 8_000, 1, 12_200),
    Recipe(".3gp", "libopencore_amrnb", "3gp", "s16", 8_000, 1, 12_200),
    Recipe(".3gp", "aac", "3gp", "fltp", 16_000),
    Recipe(".webm", "libopus", "webm", "flt"),
    Recipe(".mkv", "flac", "matroska", "s16"),
    Recipe(".mka", "ac3", "matroska", "fltp", 48_000, 2),
    Recipe(".avi", "libmp3lame", "avi", "fltp", 44_100, 2),
    Recipe(".ts", "mp2", "mpegts", "s16"),
    Recipe(".aiff", "pcm_s16be", "aiff", "s16"),
    Recipe(".caf", "pcm_s16le", "caf", "s16"),
    Recipe(".au", "pcm_s16be", "au", "s16"),
    Recipe(".w64", "pcm_s16le", "w64", "s16"),
    Recipe(".wv", "wavpack", "wv", "fltp"),
    Recipe(".tta", "tta", "tta", "s16"),
    Recipe(".flv", "aac", "flv", "fltp", 44_100),
)
BY_NAME = {recipe.name: recipe for recipe in reversed(RECIPES)}
"""The first recipe of each name."""

LAYOUTS = {1: "mono", 2: "stereo", 4: "4.0", 6: "5.1"}


def tone(hertz: float, seconds: float, rate: int, channels: int = 1, peak: float = 0.25) -> Samples:
    """A sine, the same in all channels."""
    wave = peak * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)
    return np.tile(wave.astype(np.float32), (channels, 1))


def pattern(rate: int, channels: int = 1) -> Samples:
    """One second of 400 Hz, half a second of nothing, one second of 1000 Hz."""
    pause = np.zeros((channels, rate // 2), dtype=np.float32)
    return np.concatenate([tone(400, 1, rate, channels), pause, tone(1000, 1, rate, channels)], axis=1)


Parts = list[tuple[float, Samples]]
"""Stretches of sound and the second at which each begins."""


def write(path: Path, recipe: Recipe, samples: Samples, start_s: float = 0.0, **options: str) -> Path:
    """Encode ``samples``, whose rate and channels are the recipe's."""
    return write_tracks(path, [(recipe, [(start_s, samples)])], **options)


def write_tracks(
    path: Path,
    tracks: list[tuple[Recipe, Parts]],
    muxer: str = "",
    default: int | None = None,
    pictures_s: float = 0.0,
    **options: str,
) -> Path:
    """Encode sound tracks, one of them perhaps marked as the default, perhaps behind a picture."""
    with av.open(str(path), "w", format=muxer or tracks[0][0].muxer, options=options) as container:
        pictures = _add_picture_track(container) if pictures_s else None
        streams = [_add_track(container, recipe, default) for recipe, _ in tracks]
        if pictures is not None:
            _encode_pictures(container, pictures, pictures_s)
        for stream, (recipe, parts) in zip(streams, tracks, strict=True):
            for start_s, samples in parts:
                for frame in frames(stream, recipe, samples, start_s):
                    container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    return path


@contextmanager
def open_track(path: Path, recipe: Recipe):
    """Open a file of one track for frames to be encoded into."""
    with av.open(str(path), "w", format=recipe.muxer) as container:
        yield container, _add_track(container, recipe, None)


def _add_track(container, recipe: Recipe, default: int | None):
    stream = container.add_stream(recipe.codec, rate=recipe.rate, options=recipe.options)
    stream.layout = LAYOUTS[recipe.channels]
    stream.format = recipe.format
    if recipe.bit_rate:
        stream.bit_rate = recipe.bit_rate
    if default is not None:
        stream.disposition = av.stream.Disposition.default if stream.index == default else 0
    stream.codec_context.open(strict=False)
    return stream


def frames(stream, recipe: Recipe, samples: Samples, start_s: float = 0.0) -> Iterator[av.AudioFrame]:
    """Cut into frames of the encoder's size, in its sample format, stamped from ``start_s``."""
    size = stream.frame_size or 1024
    layout = LAYOUTS[recipe.channels]
    converter = av.AudioResampler(format=recipe.format, layout=layout, rate=recipe.rate)
    for at in range(0, samples.shape[1], size):
        part = np.ascontiguousarray(samples[:, at : at + size])
        frame = av.AudioFrame.from_ndarray(part, format="fltp", layout=layout)
        frame.sample_rate = recipe.rate
        frame.time_base = Fraction(1, recipe.rate)
        frame.pts = round(start_s * recipe.rate) + at
        yield from converter.resample(frame)


def _add_picture_track(container):
    stream = container.add_stream("mpeg4", rate=10)
    stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
    return stream


def _encode_pictures(container, stream, seconds: float) -> None:
    for number in range(round(seconds * 10)):
        picture = av.VideoFrame.from_ndarray(np.full((72, 64), 128, dtype=np.uint8), format="yuv420p")
        picture.pts, picture.time_base = number, Fraction(1, 10)
        container.mux(stream.encode(picture))
    container.mux(stream.encode(None))
