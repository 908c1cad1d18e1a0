"""Sound becomes Mel filter bank energies as Kaldi computes them, which speaker networks are trained on.

80 bands from 20 Hz to 8 kHz, 25 ms windows every 10 ms, Povey's window, pre-emphasis 0.97, no dither
(kaldi-asr.org, ``feature-fbank``); sound in [-1, 1], as in 3D-Speaker's training.
"""

import math
from functools import cache
from typing import Any

import numpy as np

from pipeline.model import SAMPLE_RATE_HZ

BANDS = 80
STEP_SAMPLES = 160
WINDOW_SAMPLES = 400

_FFT = 512
_LOWEST_HZ = 20.0
_PREEMPHASIS = 0.97
_FLOOR = float(np.finfo(np.float32).eps)


def filter_bank(sound: Any) -> Any:
    """Logarithmic energies of a tensor of samples, shape (1 + (samples - 400) // 160, BANDS)."""
    import torch

    frames = sound.unfold(0, WINDOW_SAMPLES, STEP_SAMPLES)
    frames = frames - frames.mean(dim=1, keepdim=True)
    first = frames[:, :1] * (1 - _PREEMPHASIS)
    frames = torch.cat([first, frames[:, 1:] - _PREEMPHASIS * frames[:, :-1]], dim=1)
    taper, bands = _tables()
    spectrum = torch.fft.rfft(frames * taper, _FFT)
    power = spectrum.real.square() + spectrum.imag.square()
    return torch.log(torch.clamp(power @ bands, min=_FLOOR))


@cache
def _tables() -> tuple[Any, Any]:
    """Povey's window, shape (400,), and the triangular bands, shape (257, 80)."""
    import torch

    taper = torch.hann_window(WINDOW_SAMPLES, periodic=False) ** 0.85
    edges = np.linspace(_mel(_LOWEST_HZ), _mel(SAMPLE_RATE_HZ / 2), BANDS + 2)
    bins = np.array([_mel(k * SAMPLE_RATE_HZ / _FFT) for k in range(_FFT // 2 + 1)])[:, None]
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    bands = np.minimum((bins - low) / (middle - low), (high - bins) / (high - middle)).clip(min=0)
    return taper, torch.from_numpy(bands.astype(np.float32))


def _mel(frequency_hz: float) -> float:
    return 1127 * math.log1p(frequency_hz / 700)
