"""Turns become one recording: phrases spoken, placed in time, levelled and laid over a quiet room.

Everything lies on a grid of whole milliseconds, so the times that come out beside the sound are exact, not
measured afterwards. The one thing to get wrong: a turn may start before the one before it has ended; the next
turn then follows whichever of the two ends last.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from samples.make.g2p import phonemes
from samples.make.script import Turn
from samples.make.voices import RATE_HZ, VOICES, Sound, Voice

Say = Callable[[str, Voice], Sound]
"""Speaks phonemes with a voice; :meth:`samples.make.voices.Speaker.say`, or a fake."""

PER_MS = RATE_HZ // 1000
LEAD_MS = 800
TAIL_MS = 900
GAP_MS = (450, 1050)
"""Range of the pause between turns, in milliseconds; conversation leaves 0.3 to 1.2 s."""
PAUSE_MS = (320, 620)
"""Range of the pause between the sentences of a turn, in milliseconds."""
SPEECH_DBFS = -23.0
ASIDE_DB = -3.0
"""An overlapping remark is this much quieter than a turn of its own."""
ROOM_DBFS = -64.0
"""Level of the room's noise: audible to a meter, not to a listener; silence is never digital zero."""
_CEILING = 0.9
_FADE_MS = 5


@dataclass(frozen=True, slots=True)
class Phrase:
    """One sentence at its place in the recording."""

    start_ms: int
    sound: Sound

    @property
    def end_ms(self) -> int:
        """Where the sentence is over."""
        return self.start_ms + len(self.sound) // PER_MS


@dataclass(frozen=True, slots=True)
class Placed:
    """A turn and where its sentences lie; never empty."""

    turn: Turn
    phrases: tuple[Phrase, ...]

    @property
    def start_ms(self) -> int:
        """Where its first sentence begins."""
        return self.phrases[0].start_ms

    @property
    def end_ms(self) -> int:
        """Where its last sentence is over."""
        return self.phrases[-1].end_ms


def place(turns: Iterable[Turn], voice_of: Mapping[str, str], say: Say, chance: Generator) -> list[Placed]:
    """Speak every turn and give it its time. ``voice_of`` maps a speaker to a name in ``VOICES``."""
    placed: list[Placed] = []
    for turn in turns:
        gap_ms = int(chance.integers(*GAP_MS))
        if turn.gap_ms is not None:
            gap_ms = turn.gap_ms
        over_ms = max((earlier.end_ms for earlier in placed), default=None)
        start_ms = LEAD_MS if over_ms is None else over_ms + gap_ms
        level_dbfs = SPEECH_DBFS + (ASIDE_DB if gap_ms < 0 else 0.0)
        sounds = [
            level(say(phonemes(sentence), VOICES[voice_of[turn.speaker]]), level_dbfs)
            for sentence in sentences(turn.spoken)
        ]
        placed.append(Placed(turn, _lay_out(sounds, start_ms, chance)))
    return placed


def sentences(text: str) -> list[str]:
    """Text cut after each full stop, question mark or exclamation mark."""
    return re.split(r"(?<=[.?!])\s+", text.strip())


def _lay_out(sounds: Iterable[Sound], start_ms: int, chance: Generator) -> tuple[Phrase, ...]:
    phrases: list[Phrase] = []
    for sound in sounds:
        phrases.append(Phrase(start_ms, sound))
        start_ms = phrases[-1].end_ms + int(chance.integers(*PAUSE_MS))
    return tuple(phrases)


def level(sound: Sound, dbfs: float) -> Sound:
    """The sound at a root-mean-square level of ``dbfs``, faded in and out against clicks."""
    root_mean_square = float(np.sqrt(np.mean(sound**2))) or 1.0
    raised = sound * np.float32(10 ** (dbfs / 20) / root_mean_square)
    ramp = np.linspace(0.0, 1.0, _FADE_MS * PER_MS, dtype=np.float32)
    raised[: len(ramp)] *= ramp
    raised[-len(ramp) :] *= ramp[::-1]
    return raised


def render(placed: Iterable[Placed], chance: Generator) -> Sound:
    """Lay all phrases over the room's noise, with TAIL_MS of room after the last."""
    phrases = [phrase for turn in placed for phrase in turn.phrases]
    length = (max(phrase.end_ms for phrase in phrases) + TAIL_MS) * PER_MS
    mix = room(length, chance)
    for phrase in phrases:
        start = phrase.start_ms * PER_MS
        mix[start : start + len(phrase.sound)] += phrase.sound
    peak = float(np.abs(mix).max())
    return mix * np.float32(min(1.0, _CEILING / peak))


def room(length: int, chance: Generator) -> Sound:
    """Noise of ``length`` samples at ROOM_DBFS whose power falls with frequency, as a quiet room's does."""
    spectrum = np.fft.rfft(chance.standard_normal(length))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1.0))
    noise = np.fft.irfft(spectrum, length)
    noise *= 10 ** (ROOM_DBFS / 20) / np.sqrt(np.mean(noise**2))
    return noise.astype(np.float32)
