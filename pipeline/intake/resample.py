"""Mono blocks of any rate become one stream at 16 kHz, without a click where blocks meet.

The filter looks ahead: what it holds back belongs to the sound before it and must be flushed before silence
is put in, or the recording ends.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.intake.levels import Mono
from pipeline.model import SAMPLE_RATE_HZ

_NOTHING: Mono = np.zeros(0, dtype=np.float32)


class Resampler:
    """Mono blocks of any rate to SAMPLE_RATE_HZ; a new rate ends the old one cleanly.

    libswresample's default low-pass; its delay is compensated, so the first sample stays the first.
    """

    def __init__(self) -> None:
        self._rate = 0
        self._inner: Any = None

    def resample(self, samples: NDArray[np.float32], rate: int) -> Mono:
        """Resample one block; what the filter holds back comes with a later one."""
        import av

        tail = self.flush() if rate != self._rate else _NOTHING
        if self._inner is None:
            self._rate = rate
            self._inner = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE_HZ)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples)[None, :], format="flt", layout="mono"
        )
        frame.sample_rate = rate
        return np.concatenate([tail, *_arrays(self._inner.resample(frame))])

    def flush(self) -> Mono:
        """Give what the filter holds back and begin anew."""
        inner, self._inner, self._rate = self._inner, None, 0
        return np.concatenate([_NOTHING, *_arrays(inner.resample(None))]) if inner is not None else _NOTHING


def _arrays(frames: list[Any]) -> list[Mono]:
    return [frame.to_ndarray().reshape(-1) for frame in frames if frame is not None]
