"""Decode in a test, and look at what came out."""

import hashlib
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from made_media import BY_NAME

from pipeline.config import MediaSettings
from pipeline.errors import InputError
from pipeline.intake.media import decode, file_digest, open_pcm, to_float
from pipeline.model import Audio

DEFAULTS = MediaSettings()
WAV = BY_NAME["pcm_s16le.wav"]
M4A = BY_NAME["aac.m4a"]
MP3 = BY_NAME["libmp3lame.mp3"]
MKV = BY_NAME["flac.mkv"]


def hear(path: Path, settings: MediaSettings = DEFAULTS) -> tuple[Audio, np.ndarray]:
    """Decode beside the source; samples as float."""
    pcm = path.parent / "out" / "sound.pcm"
    pcm.parent.mkdir(exist_ok=True)
    audio = decode(path, pcm, file_digest(path), settings, lambda _ms: None)
    assert [left.name for left in pcm.parent.iterdir()] == ["sound.pcm"]
    return audio, to_float(open_pcm(pcm))


def refusal(path: Path, settings: MediaSettings = DEFAULTS) -> InputError:
    """Decode something that must be refused; nothing may be left behind."""
    out = path.parent / "refused"
    out.mkdir(exist_ok=True)
    with pytest.raises(InputError) as caught:
        decode(path, out / "sound.pcm", digest_of(path), settings, lambda _ms: None)
    assert not list(out.iterdir())
    assert caught.value.hint
    return caught.value


def digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def codes(audio: Audio) -> list[str]:
    return [notice.code for notice in audio.notices]


def hertz(samples: np.ndarray) -> float:
    """Strongest frequency."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum)) * 16_000 / len(samples)


def onset_ms(samples: np.ndarray, level: float = 0.05) -> int:
    """Where sound first passes ``level``."""
    return int(np.argmax(np.abs(samples) > level)) // 16


def patched(path: Path, change: Callable[[bytes], bytes]) -> Path:
    path.write_bytes(change(path.read_bytes()))
    return path


def wav_field(path: Path, offset: int, form: str, value: int) -> Path:
    """Overwrite a field of the ``fmt `` chunk, ``offset`` bytes into it."""

    def change(data: bytes) -> bytes:
        at = data.index(b"fmt ") + 8 + offset
        return data[:at] + struct.pack(form, value) + data[at + struct.calcsize(form) :]

    return patched(path, change)


def db(samples: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(samples.astype(np.float64) ** 2)))
