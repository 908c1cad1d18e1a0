"""Sound for tests of the engines: the project's own samples where they lie, else made-up syllables."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
SAMPLES = Path(__file__).parents[2] / "samples" / "audio"
FORMANTS_HZ = ((800, 1200), (500, 1900), (300, 2300), (450, 900), (350, 1000))


def spoken(start_s: float, seconds: float) -> NDArray[np.float32]:
    """A stretch of a sample interview, or of made-up syllables where the samples have not been made."""
    files = sorted(path for path in SAMPLES.rglob("*") if path.suffix in {".m4a", ".ogg"})
    sound = _read(files[0]) if files else syllables(start_s + seconds)
    return sound[round(start_s * RATE) : round((start_s + seconds) * RATE)]


def syllables(seconds: float, seed: int = 7) -> NDArray[np.float32]:
    """Voiced syllables of random vowels, four a second, with pauses: speech without words."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    number = (time * 4).astype(int)
    vowel = rng.integers(len(FORMANTS_HZ), size=number[-1] + 1)[number]
    pitch = 2 * np.pi * np.cumsum(120 + 15 * np.sin(2 * np.pi * 0.7 * time)) / RATE
    sound = np.zeros_like(time)
    for harmonic in range(1, 30):
        distance = np.array(FORMANTS_HZ)[vowel] - 120 * harmonic
        sound += np.sin(harmonic * pitch) * np.exp(-((distance / 150.0) ** 2)).sum(axis=1)
    envelope = np.sin(np.pi * (time * 4 % 1)) * (number % 9 < 7)
    noise = rng.standard_normal(len(time)) * 0.002
    return (0.1 * sound * envelope + noise).astype(np.float32)


def _read(path: Path) -> NDArray[np.float32]:
    import av

    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        frames = [f for frame in container.decode(audio=0) for f in resampler.resample(frame)]
        frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray().ravel() for frame in frames]).astype(np.float32)
