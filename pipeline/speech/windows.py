"""Spans of speech are packed into windows that a recogniser can take, and its times are led back again.

A window's clip is its spans' samples in one piece, the silences between them cut out: a time in the clip is
no time in the recording until :meth:`Window.locate` says so, and no word may stretch over what was cut out.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from pipeline.model import SAMPLE_RATE_HZ, Span
from pipeline.speech.engine import Samples
from pipeline.speech.vad import FRAME_MS

_SAMPLES_PER_MS = SAMPLE_RATE_HZ // 1000


@dataclass(frozen=True, slots=True)
class Window:
    """What the recogniser hears at once: ``spans`` of a recording in milliseconds, ordered and disjoint."""

    spans: tuple[Span, ...]

    @property
    def length_ms(self) -> int:
        """Length of the clip, silences not counted."""
        return sum(span.length for span in self.spans)

    @property
    def covers(self) -> Span:
        """From the first span's start to the last one's end, in the recording."""
        return Span(self.spans[0].start, self.spans[-1].end)

    def clip(self, pcm: NDArray[np.int16]) -> Samples:
        """The window's sound; only these samples of a memory map are read."""
        pieces = [pcm[span.start * _SAMPLES_PER_MS : span.end * _SAMPLES_PER_MS] for span in self.spans]
        return np.concatenate(pieces).astype(np.float32) / np.float32(32768)

    def locate(self, heard: Span) -> Span:
        """Where in the recording something heard in the clip lies, both in milliseconds.

        A start at a cut belongs to the speech after it, an end to the speech before it. What crosses a cut
        is laid into the one span that holds most of it (the first of equals), so the result never covers
        removed silence; it is at least 1 ms long and keeps the order of what is heard.
        """
        ends = list(accumulate(span.length for span in self.spans))
        first = min(bisect_right(ends, heard.start), len(ends) - 1)
        last = min(bisect_right(ends, max(heard.start, heard.end - 1)), len(ends) - 1)
        pieces = [Span(ends[i] - self.spans[i].length, ends[i]) for i in range(first, last + 1)]
        most = max(range(len(pieces)), key=lambda i: pieces[i].overlap(heard))
        piece, span = pieces[most], self.spans[first + most]
        start = min(max(heard.start, piece.start), piece.end - 1) - piece.start
        end = max(min(heard.end, piece.end) - piece.start, start + 1)
        return Span(span.start + start, span.start + end)


PAUSE_WORTH = 200
"""What a second of pause between two windows is worth, in squared seconds of uneven length."""

LONG_PAUSE_MS = 1_500
"""A pause longer than this parts two thoughts no better."""


def pack(spans: Sequence[Span], probability: NDArray[np.float32], max_ms: int) -> tuple[Window, ...]:
    """The fewest windows of at most ``max_ms`` that hold all ``spans`` in order, parted at long pauses.

    Among divisions into equally many windows, the one with the least sum of squared lengths less the worth
    of the pauses between them: a greedy packing parts sentences, and leaves a last window with too little
    to understand. A span longer than ``max_ms`` is cut first.
    """
    pieces = [piece for span in spans for piece in split(span, probability, max_ms)]
    best = [(0, 0.0, 0)]
    for end in range(1, len(pieces) + 1):
        pause_ms = pieces[end].start - pieces[end - 1].end if end < len(pieces) else 0
        worth = PAUSE_WORTH * min(pause_ms, LONG_PAUSE_MS) / 1000
        length_ms, options = 0, []
        for start in range(end - 1, -1, -1):
            length_ms += pieces[start].length
            if length_ms > max_ms:
                break
            count, cost, _ = best[start]
            options.append((count + 1, cost + (length_ms / 1000) ** 2 - worth, start))
        best.append(min(options))
    windows, end = [], len(pieces)
    while end:
        start = best[end][2]
        windows.append(Window(tuple(pieces[start:end])))
        end = start
    return tuple(reversed(windows))


def split(span: Span, probability: NDArray[np.float32], max_ms: int) -> list[Span]:
    """``span`` in pieces of at most ``max_ms``, each cut where its second half sounds least like speech."""
    pieces = []
    while span.length > max_ms:
        cut = quietest(Span(span.start + max_ms // 2, span.start + max_ms), probability)
        pieces.append(Span(span.start, cut))
        span = Span(cut, span.end)
    return [*pieces, span]


def halves(window: Window, probability: NDArray[np.float32]) -> tuple[Window, ...]:
    """``window`` in two, parted at the pause nearest its middle, or where a lone span is quietest.

    What is too short to part comes back whole.
    """
    spans = window.spans
    if len(spans) > 1:
        middles = [abs(2 * done - window.length_ms) for done in accumulate(s.length for s in spans[:-1])]
        cut = middles.index(min(middles)) + 1
        return Window(spans[:cut]), Window(spans[cut:])
    span = spans[0]
    third = span.length // 3
    at = quietest(Span(span.start + third, span.end - third), probability)
    if not span.start < at < span.end:
        return (window,)
    return Window((Span(span.start, at),)), Window((Span(at, span.end),))


def quietest(span: Span, probability: NDArray[np.float32]) -> int:
    """The millisecond inside ``span`` at which a frame with the least probability of speech begins."""
    first, last = -(-span.start // FRAME_MS), span.end // FRAME_MS
    frames = probability[first : last + 1]
    if not frames.size:
        return (span.start + span.end) // 2
    return int(first + int(frames.argmin())) * FRAME_MS
