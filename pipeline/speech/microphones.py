"""Levels of a recording's channels become who speaks when, where every person had a microphone.

Only such a recording is taken for one: whoever speaks is far louder in one channel than in any other, and
more than one channel has its turn. A stereo microphone in a room, or one sound in two channels, has not.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.model import Span

FRAME_MS = 20
"""What one level covers; see ``pipeline.intake.channels``, which measures them."""

STEPS_PER_DB = 2
"""Levels are whole half decibels above -127.5 dBFS."""

APART_DB = 9.0
"""Who speaks is louder than the neighbour's microphone by this much. Crosstalk of -20 dB leaves room for a
neighbour twice as loud; the ears of a stereo microphone in a room differ by less."""

APART_SHARE = 0.7
"""Share of the speech of which that must hold: the rest may be overlaps and laughter."""

LEAST_SPEECH_MS = 1_000
LEAST_SHARE = 0.01
"""A channel in which less is said, in all and as a share, is nobody's."""

LIVE_DB = 15.0
"""Between the noise of a microphone and the speech in it lies at least this much."""

BELOW_OWN_DB = 32.0
"""Softer than a microphone's own loud speech by this much is not its owner speaking,"""

ABOVE_NOISE_DB = 8.0
"""nor is what stands out of its own noise by less than this."""

LOUD = 98
"""Percentile of a channel's levels that is its owner's loud speech, even of one who speaks little."""

PAUSE_MS = 600
"""Shorter pauses do not end what somebody says: the same as where voices are told apart by sound."""

BURST_MS = 120


def one_microphone_each(levels: NDArray[np.uint8]) -> bool:
    """Whether each person had a microphone.

    Args:
        levels: shape (frames, channels), see STEPS_PER_DB.
    """
    relative, audible = _relative(levels)
    spoken = relative[audible.any(axis=1)]
    if relative.shape[1] < 2 or not len(spoken):
        return False
    ordered = np.sort(spoken, axis=1)
    apart = ordered[:, -1] - ordered[:, -2] >= APART_DB
    if apart.mean() < APART_SHARE:
        return False
    turns = np.bincount(spoken[apart].argmax(axis=1), minlength=relative.shape[1])
    enough = (turns * FRAME_MS >= LEAST_SPEECH_MS) & (turns >= LEAST_SHARE * turns.sum())
    return int(enough.sum()) >= 2


def speech_per_channel(levels: NDArray[np.uint8], duration_ms: int) -> tuple[tuple[Span, ...], ...]:
    """When the owner of each channel speaks, in milliseconds; nothing for a channel that is nobody's.

    Args:
        levels: of a recording with a microphone per person.
        duration_ms: the recording's length; no span goes beyond.
    """
    relative, audible = _relative(levels)
    spans: list[tuple[Span, ...]] = [() for _ in range(levels.shape[1])]
    for place, channel in enumerate(np.flatnonzero(_live(levels))):
        near = relative[:, place] > relative.max(axis=1) - APART_DB
        spans[channel] = _spans(near & audible[:, place], duration_ms)
    return tuple(spans)


def _relative(levels: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Levels of the live channels in dB below their own loud speech, and which may be speech.

    Microphones are set differently: only a channel's own speech says what is loud in it.
    """
    decibels = levels[:, _live(levels)] / STEPS_PER_DB
    if not decibels.size:
        return decibels, np.zeros(decibels.shape, dtype=np.bool_)
    relative = decibels - np.percentile(decibels, LOUD, axis=0)
    noise = np.percentile(relative, 10, axis=0)
    return relative, relative > np.maximum(noise + ABOVE_NOISE_DB, -BELOW_OWN_DB)


def _live(levels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Channels whose loud frames stand out of their quiet ones."""
    if not len(levels):
        return np.zeros(levels.shape[1], dtype=np.bool_)
    quiet, loud = np.percentile(levels / STEPS_PER_DB, [10, 99], axis=0)
    live: NDArray[np.bool_] = loud - quiet >= LIVE_DB
    return live


def _spans(active: NDArray[np.bool_], duration_ms: int) -> tuple[Span, ...]:
    """Runs of frames, pauses bridged, bursts dropped."""
    edges = np.flatnonzero(np.diff(np.r_[False, active, False]))
    runs = [Span(int(a) * FRAME_MS, min(int(b) * FRAME_MS, duration_ms)) for a, b in edges.reshape(-1, 2)]
    apart = [right.start - left.end > PAUSE_MS for left, right in pairwise(runs)]
    groups: list[Span] = []
    for run, new in zip(runs, [True, *apart], strict=False):
        groups.append(run if new else Span(groups.pop().start, run.end))
    return tuple(group for group in groups if group.length >= BURST_MS)
