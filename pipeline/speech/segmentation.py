"""Ten seconds of sound become who speaks when: up to three people, at most two of them at once.

The network is PyanNet with a powerset output, as published for segmentation-3.0: A. Plaquet and H. Bredin,
"Powerset multi-class cross entropy loss for neural speaker diarization", Interspeech 2023; its front end is
SincNet (M. Ravanelli and Y. Bengio, 2018). Its people are numbered anew in every clip.
"""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.model import SAMPLE_RATE_HZ
from pipeline.speech.voice_models import SEGMENTATION, Tensors, load

CLIP_MS = 10_000
"""What the network was trained on."""

CLIP_SAMPLES = CLIP_MS * SAMPLE_RATE_HZ // 1000

SPEAKERS: tuple[tuple[int, ...], ...] = ((), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2))
"""Who speaks, for each class that the network knows."""

FRAME_STEP_S = 270 / SAMPLE_RATE_HZ
FIRST_FRAME_S = 991 / 2 / SAMPLE_RATE_HZ
"""Middle of the first frame: what one frame sees is 991 samples long."""

_LAYERS = 4
_HIDDEN = 128
_LOWEST_HZ = 50


class Segmenter:
    """The network, ready to be asked; may be asked by several threads at once."""

    def __init__(self, weights: Tensors) -> None:
        import torch

        self._weights = weights
        self._filters = _sinc_filters(weights)
        self._lstm = torch.nn.LSTM(
            60, _HIDDEN, num_layers=_LAYERS, bidirectional=True, batch_first=True
        ).eval()
        own = {name.removeprefix("lstm."): w for name, w in weights.items() if name.startswith("lstm.")}
        self._lstm.load_state_dict(own)

    def classes(self, clips: NDArray[np.float32]) -> NDArray[np.intp]:
        """The most probable class of every frame.

        Args:
            clips: sound in [-1, 1], shape (clips, CLIP_SAMPLES).

        Returns:
            Indices into SPEAKERS, shape (clips, frames).
        """
        import torch
        from torch.nn import functional

        with torch.inference_mode():
            x, _ = self._lstm(self._front(torch.from_numpy(clips)).transpose(1, 2))
            for layer in ("linear.0", "linear.1"):
                x = functional.leaky_relu(self._linear(x, layer))
            found: NDArray[np.intp] = self._linear(x, "classifier").argmax(dim=2).numpy()
        return found

    def _front(self, clips: Any) -> Any:
        """SincNet: band-pass filters, then two convolutions, each pooled and normalised."""
        from torch.nn import functional

        x = self._norm(clips[:, None, :], "sincnet.wav_norm1d")
        x = functional.conv1d(x, self._filters, stride=10).abs()
        for number in range(3):
            if number:
                name = f"sincnet.conv1d.{number}"
                x = functional.conv1d(x, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])
            x = self._norm(functional.max_pool1d(x, 3, 3), f"sincnet.norm1d.{number}")
            x = functional.leaky_relu(x)
        return x

    def _norm(self, x: Any, name: str) -> Any:
        from torch.nn import functional

        weight, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        return functional.instance_norm(x, weight=weight, bias=bias)

    def _linear(self, x: Any, name: str) -> Any:
        from torch.nn import functional

        return functional.linear(x, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])


@cache
def segmenter() -> Segmenter:
    """The network, loaded once a process.

    Raises:
        MissingError: its weights are not installed, or damaged.
    """
    return Segmenter(load(SEGMENTATION))


def _sinc_filters(weights: Tensors) -> Any:
    """Forty band-pass filters as cosines and forty as sines, shape (80, 1, taps)."""
    import torch

    name = "sincnet.conv1d.0.filterbank"
    low = _LOWEST_HZ + weights[f"{name}.low_hz_"].abs()
    width = _LOWEST_HZ + weights[f"{name}.band_hz_"].abs()
    high = torch.clamp(low + width, max=SAMPLE_RATE_HZ / 2)
    time, taper = weights[f"{name}.n_"], weights[f"{name}.window_"]
    half = time / 2
    cosine = (torch.sin(high @ time) - torch.sin(low @ time)) / half * taper
    sine = (torch.cos(low @ time) - torch.cos(high @ time)) / half * taper
    band = high - low
    even = torch.cat([cosine, 2 * band, cosine.flip(1)], dim=1)
    odd = torch.cat([sine, torch.zeros_like(band), -sine.flip(1)], dim=1)
    return (torch.cat([even, odd]) / (2 * band.repeat(2, 1)))[:, None, :]
