"""An engine that hears what the test's sound says: each second of a clip is a word naming its loudness."""

from collections.abc import Callable, Sequence

import numpy as np

from pipeline.model import SAMPLE_RATE_HZ, Word
from pipeline.speech.engine import DecodeOptions, Heard, Phrase, Samples, ignore
from pipeline.speech.vad import FRAME_SAMPLES

Hear = Callable[[Samples, DecodeOptions], tuple[Phrase, ...]]


def sound(*levels: int) -> np.ndarray:
    """One second at each level; level 0 is silence."""
    return np.repeat(np.array(levels, dtype=np.int16), SAMPLE_RATE_HZ)


def loudness(pcm: np.ndarray) -> np.ndarray:
    """Stands in for the detector: a frame holds speech where its first sample is not silent."""
    return np.where(pcm[::FRAME_SAMPLES] > 0, 0.9, 0.02).astype(np.float32)


def words_of(clip: Samples) -> list[Word]:
    """One word for each second of a clip."""
    levels = np.rint(clip[SAMPLE_RATE_HZ // 2 :: SAMPLE_RATE_HZ] * 32768).astype(int)
    return [Word(i * 1000, i * 1000 + 900, f" {level}번", 0.9) for i, level in enumerate(levels)]


def say(words: Sequence[Word], log_probability: float = -0.3, no_speech: float = 0.01) -> tuple[Phrase, ...]:
    """The words as the one phrase of a clip; no phrase where there are none."""
    return (Phrase(tuple(words), log_probability, no_speech, 1.2),) if words else ()


class FakeEngine:
    """Decodes by ``hear`` and remembers what it was asked."""

    name = "ctranslate2"

    def __init__(self, hear: Hear = lambda clip, _: say(words_of(clip))) -> None:
        self._hear = hear
        self.calls: list[tuple[list[int], DecodeOptions]] = []

    def decode(
        self, clips: Sequence[Samples], options: DecodeOptions, heard: Heard = ignore
    ) -> list[tuple[Phrase, ...]]:
        self.calls.append(([len(clip) // SAMPLE_RATE_HZ for clip in clips], options))
        for clip in clips:
            heard(len(clip) * 1000 // SAMPLE_RATE_HZ)
        return [self._hear(clip, options) for clip in clips]

    def count_tokens(self, text: str) -> int:
        return len(text)
