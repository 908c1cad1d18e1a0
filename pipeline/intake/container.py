"""An open file becomes the one sound track we will hear, or a refusal that says why there is none.

FFmpeg believes that nearly everything is media: text, subtitles, play lists that name other files or hosts.
So only the formats listed here are tried, nothing may open a second file, and what a header claims is
checked against the limits before anything is decoded.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from pipeline.config import MediaSettings
from pipeline.errors import InputError
from pipeline.intake import refusals
from pipeline.intake.source import Source

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer

DEMUXERS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,dss,dts,eac3,flac,flv,gsm,loas,matroska,mov,mp3,mpc,mpc8,mpeg,mpegts,"
    "mxf,ogg,oma,qcp,rm,tak,tta,voc,w64,wav,wtv,wv,xwma"
)
"""FFmpeg's names of containers that hold their own sound. None of them follows references to other files."""

SAMPLE_RATES_HZ = range(2_000, 768_001)
"""From the poorest telephone codec to the fastest converter sold; outside it the header is damaged."""

_DECLARES_LENGTH = {"aiff", "ape", "asf", "au", "avi", "caf", "flac", "flv", "tak", "tta", "w64", "wav", "wv"}
_DECLARES_LENGTH |= {"matroska,webm", "mov,mp4,m4a,3gp,3g2,mj2"}
"""Containers whose header states the length. FFmpeg estimates it for the rest, often wrongly."""

_MEDIA_MAGIC: dict[int, tuple[bytes, ...]] = {
    0: (
        b"RIFF",
        b"OggS",
        b"fLaC",
        b"ID3",
        b"\x1aE\xdf\xa3",
        b"#!AMR",
        b"caff",
        b"FORM",
        b"wvpk",
        b".snd",
        b"0&\xb2u",
    ),
    4: (b"ftyp", b"moov"),
}
"""Beginnings that only a recording has, by offset: such a file is damaged, not something else."""

_PROTECTED_ENTRIES = frozenset({"enca", "drms", "aavd"})
"""ISO BMFF sample entries of encrypted sound: CENC (ISO/IEC 23001-7), FairPlay, Audible."""

_PROTECTED_METADATA = frozenset({"ASF_Protection_Type", "enc_key_id"})
"""Where FFmpeg notes the DRM of Windows Media and of Matroska."""

_COMMENTARY = ("dub", "comment", "karaoke", "hearing_impaired", "visual_impaired")


@dataclass(frozen=True, slots=True)
class Track:
    """The sound track to read. Times are seconds from the earliest start of any track of the file.

    ``declared_end_s`` is where the header says the sound ends, ``None`` where it does not say.
    """

    container: "InputContainer"
    stream: "AudioStream"
    format: str
    codec: str
    origin_s: float
    declared_end_s: float | None
    latest_s: float | None
    """No time stamp after this one is believed."""
    most_channels: int
    """A frame with more is damage."""
    number: int
    """Which of the file's sound tracks, from 1."""
    count: int


@contextmanager
def open_track(source: Source, settings: MediaSettings) -> Iterator[Track]:
    """Open the best sound track: no commentary, then the default one, then most channels, then the first.

    Raises:
        MediaError: ``empty``, ``not_media``, ``damaged``, ``no_audio``, ``encrypted``, ``unsupported``,
            ``too_long``, ``too_many_channels``.
    """
    if source.size == 0:
        raise refusals.failure("empty")
    # An archive that stores recordings uncompressed would be heard as one long recording.
    if kind := refusals.other_kind(source.read_at(0, 512)):
        raise refusals.not_media(kind)
    from av.stream import Discard

    with _open(source) as container:
        sound, number, count = _choose(container, source)
        track = _describe(container, sound, settings, number, count)
        _check_limits(track, settings)
        for other in container.streams:
            if other.index != sound.index:
                other.discard = Discard.all
        yield track


def _open(source: Source) -> "InputContainer":
    import av

    av.logging.set_level(None)
    limits = {
        "format_whitelist": DEMUXERS,
        "protocol_whitelist": "none",
        "codec_whitelist": _sound_codecs(),
        "max_streams": "64",
    }
    source.seek(0)
    try:
        container: InputContainer = av.open(
            source, mode="r", container_options=limits, metadata_errors="replace", buffer_size=1 << 17
        )
    except (av.FFmpegError, ValueError) as error:
        raise _open_failure(source) from error
    return container


def _open_failure(source: Source) -> InputError:
    head = source.read_at(0, 16)
    known = any(head.startswith(magic, offset) for offset, magic in _MEDIA_MAGIC.items())
    return refusals.failure("damaged") if known else refusals.not_media()


@cache
def _sound_codecs() -> str:
    """Every sound decoder there is. Pictures are never decoded, not even to find out their size."""
    from av.codec import Codec, codecs_available
    from av.codec.codec import UnknownCodecError

    names = []
    for name in sorted(codecs_available):
        try:
            if Codec(name, "r").type == "audio":
                names.append(name)
        except UnknownCodecError:
            continue
    return ",".join(names)


def _choose(container: "InputContainer", source: Source) -> tuple["AudioStream", int, int]:
    sounds: list[Any] = [stream for stream in container.streams if stream.type == "audio"]
    if not sounds:
        raise refusals.failure("no_audio" if len(container.streams) else "damaged")
    free = [stream for stream in sounds if not _is_protected(stream)]
    if not free or _PROTECTED_METADATA & container.metadata.keys():
        raise refusals.failure("encrypted")
    known = [stream for stream in free if stream.codec_context is not None]
    if not known:
        raise refusals.failure("unsupported", f"({_entry(free[0]) or source.name})")
    best = max(known, key=_preference)
    return best, sounds.index(best) + 1, len(sounds)


def _preference(stream: "AudioStream") -> tuple[bool, bool, int, int]:
    kinds = stream.disposition
    spoken_over = any(kinds & getattr(type(kinds), name) for name in _COMMENTARY)
    return not spoken_over, bool(kinds & type(kinds).default), stream.codec_context.channels, -stream.index


def _is_protected(stream: "AudioStream") -> bool:
    return _entry(stream) in _PROTECTED_ENTRIES or bool(_PROTECTED_METADATA & stream.metadata.keys())


def _entry(stream: "AudioStream") -> str:
    """Four-character code, empty where it has none that can be read as text."""
    try:
        return stream.codec_tag.strip("\0")
    except (AttributeError, UnicodeDecodeError):
        return ""


def _describe(
    container: "InputContainer", stream: "AudioStream", settings: MediaSettings, number: int, count: int
) -> Track:
    origin_s = (container.start_time or 0) / 1_000_000
    whole_s = None if container.duration is None else container.duration / 1_000_000
    ends = [end for end in (whole_s, _stream_end_s(stream, origin_s)) if end is not None]
    return Track(
        container,
        stream,
        container.format.name,
        stream.codec_context.codec.canonical_name,
        origin_s,
        _declared_end_s(container, stream, origin_s, whole_s),
        max(ends, default=None),
        settings.max_channels,
        number,
        count,
    )


def _declared_end_s(
    container: "InputContainer", stream: "AudioStream", origin_s: float, whole_s: float | None
) -> float | None:
    if container.format.name not in _DECLARES_LENGTH:
        return None
    own = _stream_end_s(stream, origin_s)
    only_sound = all(other.type == "audio" for other in container.streams)
    return own if own is not None else whole_s if only_sound else None


def _stream_end_s(stream: "AudioStream", origin_s: float) -> float | None:
    if stream.duration is not None and stream.time_base is not None:
        return float(((stream.start_time or 0) + stream.duration) * stream.time_base) - origin_s
    try:
        hours, minutes, seconds = stream.metadata["DURATION"].split(":")
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    except (KeyError, ValueError):
        return None


def _check_limits(track: Track, settings: MediaSettings) -> None:
    codec = track.stream.codec_context
    if not 1 <= codec.channels <= settings.max_channels:
        claimed = f"{codec.channels}개" if codec.channels else "0개 또는 512개 이상"
        raise refusals.failure("too_many_channels", claimed, str(settings.max_channels))
    if codec.sample_rate not in SAMPLE_RATES_HZ:
        raise refusals.failure("damaged")
    declared_s = track.declared_end_s
    if declared_s is not None and declared_s > settings.max_hours * 3600:
        detail = f": 파일에 {refusals.spoken_time(round(declared_s * 1000))}로 적혀 있습니다"
        raise refusals.failure("too_long", detail, spoken_limit(settings))


def spoken_limit(settings: MediaSettings) -> str:
    """The longest recording allowed, for a message."""
    return f"{settings.max_hours:g}시간"
