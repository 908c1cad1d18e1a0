"""What a recogniser takes and gives, whichever engine runs it: short clips in, timed phrases out.

An engine knows nothing of recordings, windows or hallucinations. It turns clips of at most 30 s into phrases
whose times count from the clip's own start, deterministically: the same clips and options give the same
phrases, on a fresh process or on one that has decoded other clips before.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.model import Word

Samples = NDArray[np.float32]
"""Mono sound at SAMPLE_RATE_HZ, shape (samples,), in [-1, 1]."""

MAX_CLIP_S = 30.0
"""Length of Whisper's input (Radford et al. 2022, section 2.2); longer clips are an error."""


Heard = Callable[[int], None]
"""Told, as often as an engine can, how many milliseconds of sound it worked through since the last time."""


def ignore(_: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class DecodeOptions:
    """How one call decodes.

    ``temperature`` 0 is beam search. Above 0 it asks for another hearing, the further from the likeliest text
    the higher it is: ``whisper`` samples, seeded by ``seed``; ``ctranslate2`` searches under penalties.
    """

    language: str = "ko"
    beam_size: int = 5
    temperature: float = 0.0
    prompt: str = ""
    """Told to every clip of the call as preceding context; already cut to the token limit."""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Phrase:
    """One timestamped phrase of a clip; its words carry milliseconds from the start of the clip."""

    words: tuple[Word, ...]
    log_probability: float
    """Mean log probability per token of the decoding that this phrase comes from."""
    no_speech: float
    """Probability, 0 to 1, that the clip holds no speech."""
    compression_ratio: float
    """UTF-8 length of that decoding's text over its zlib length; text that loops compresses well."""


class Engine(Protocol):
    """A loaded model, ready to decode."""

    name: str
    """``ctranslate2`` or ``whisper``."""

    def decode(
        self, clips: Sequence[Samples], options: DecodeOptions, heard: Heard = ignore
    ) -> list[tuple[Phrase, ...]]:
        """Recognise each clip on its own; one tuple of phrases per clip, in order, words always timed."""
        ...

    def count_tokens(self, text: str) -> int:
        """Length of ``text`` in the model's tokens, to keep a prompt inside its limit."""
        ...
