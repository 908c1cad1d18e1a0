"""Windows of a recording are put to an engine, and to the guard, until something can be made of them.

A window that comes out doubtful is heard again in other ways, and the best of all hearings stands. The
engine may also fall silent before a window ends (Whisper then expects to be called again from there): the
speech that got no words is gathered into windows of its own and heard once more.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.config import GuardSettings, TranscribeSettings
from pipeline.model import Doubt, Span, Word
from pipeline.speech import guard
from pipeline.speech.engine import DecodeOptions, Engine, Heard, Phrase, ignore
from pipeline.speech.guard import Verdict
from pipeline.speech.vad import FRAME_MS
from pipeline.speech.windows import Window, halves, pack

MAX_WINDOW_MS = 28_000
"""Under Whisper's 30 s, so that speech is followed by silence and written down to its end. Shorter windows
were no more accurate (24 s: 10.3 % CER over four recordings, 28 s: 10.3 %) and took 15 % more time.
"""

AGAIN_MS = (MAX_WINDOW_MS, 10_000)
"""Longest windows in which speech without words is heard again, and what is left of it once more."""

MIN_UNHEARD_MS = 1_000
"""Voiced time without a word from which on it is heard again."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to hear a window: at which temperature, told the prompt or not, in one piece or in two."""

    temperature: float
    prompted: bool
    halved: bool = False


@dataclass(frozen=True, slots=True)
class Hearing:
    """A window's phrases in recording time, each with its doubts."""

    window: Window
    phrases: tuple[tuple[Phrase, tuple[Doubt, ...]], ...] = ()

    @property
    def doubtful(self) -> bool:
        """Whether the guard asks to hear the window again."""
        return any(guard.decide(doubts, may_retry=True) is Verdict.RETRY for _, doubts in self.phrases)

    @property
    def score(self) -> tuple[int, int, float]:
        """The more undoubted speech the better, then the fewer doubts, then the likelier decoding."""
        clear = sum(w.end_ms - w.start_ms for p, doubts in self.phrases if not doubts for w in p.words)
        worst = max((len(doubts) for _, doubts in self.phrases), default=len(guard.SIGNALS))
        return clear, -worst, max((phrase.log_probability for phrase, _ in self.phrases), default=-np.inf)


@dataclass(frozen=True, slots=True)
class Listener:
    """An engine with all it needs to hear windows of one recording."""

    pcm: NDArray[np.int16]
    probability: NDArray[np.float32]
    engine: Engine
    settings: TranscribeSettings
    guard: GuardSettings
    prompt: str
    heard: Heard = ignore

    def hear(self, windows: Sequence[Window]) -> list[Hearing]:
        """The best hearing of each window, then those of the speech that got no words in them."""
        first, *others = self._attempts()
        waiting = heard = self._settle(windows, [first, *others])
        for longest_ms in AGAIN_MS:
            missed = [span for hearing in waiting for span in self._unheard(hearing)]
            packed = pack(missed, self.probability, longest_ms)
            waiting = self._settle(packed, [replace(first, prompted=False), *others])
            heard = heard + waiting
        return heard

    def _settle(self, windows: Sequence[Window], attempts: Sequence[Attempt]) -> list[Hearing]:
        """Each window by the first attempt that raises no doubt, else by the best of all."""
        best = [Hearing(window) for window in windows]
        waiting = list(range(len(windows)))
        for attempt in attempts:
            again = self._attempt([windows[i] for i in waiting], attempt)
            for i, hearing in zip(waiting, again, strict=True):
                best[i] = max(best[i], hearing, key=lambda h: h.score)
            waiting = [i for i in waiting if best[i].doubtful]
        return best

    def _attempts(self) -> list[Attempt]:
        """As configured; then unprompted in halves, out of the same trap; then at each higher temperature."""
        lowest, *higher = self.settings.temperatures
        return [
            Attempt(lowest, prompted=True),
            Attempt(lowest, prompted=False, halved=True),
            *(Attempt(temperature, prompted=False) for temperature in higher),
        ]

    def _attempt(self, windows: Sequence[Window], attempt: Attempt) -> list[Hearing]:
        parts = [halves(w, self.probability) if attempt.halved else (w,) for w in windows]
        prompt = self.prompt if attempt.prompted else ""
        decoded = self._decode([part for group in parts for part in group], attempt.temperature, prompt)
        hearings = []
        for window, group in zip(windows, parts, strict=True):
            phrases = [phrase for _ in group for phrase in next(decoded)]
            evidence = guard.evidence_of(phrases, self.probability, prompt, self.settings.language)
            weighed = tuple((e.phrase, guard.weigh(e, self.guard)) for e in evidence)
            hearings.append(Hearing(window, weighed))
        return hearings

    def _decode(self, windows: Sequence[Window], temperature: float, prompt: str) -> Iterator[list[Phrase]]:
        """The engine's phrases for each window, their words timed in the recording."""
        options = DecodeOptions(self.settings.language, self.settings.beam_size, temperature, prompt)
        for start in range(0, len(windows), self.settings.batch_size):
            batch = windows[start : start + self.settings.batch_size]
            decoded = self.engine.decode([window.clip(self.pcm) for window in batch], options, self.heard)
            for window, phrases in zip(batch, decoded, strict=True):
                yield [_located(phrase, window) for phrase in phrases if phrase.words]

    def _unheard(self, hearing: Hearing) -> list[Span]:
        """The window's speech between words, where at least MIN_UNHEARD_MS of it is voiced."""
        words = sorted((w.start_ms, w.end_ms) for phrase, _ in hearing.phrases for w in phrase.words)
        covers = hearing.window.covers
        starts = [covers.start, *(end for _, end in words)]
        ends = [*(start for start, _ in words), covers.end]
        unheard = []
        for start, end in zip(starts, ends, strict=True):
            gap = Span(start, max(start, end))
            speech = [
                Span(max(s.start, gap.start), min(s.end, gap.end))
                for s in hearing.window.spans
                if s.overlap(gap)
            ]
            if sum(map(self._voiced_ms, speech)) >= MIN_UNHEARD_MS:
                unheard += speech
        return unheard

    def _voiced_ms(self, span: Span) -> int:
        frames = self.probability[span.start // FRAME_MS : -(-span.end // FRAME_MS)]
        return int((frames >= guard.AUDIBLE).sum()) * FRAME_MS


def _located(phrase: Phrase, window: Window) -> Phrase:
    words = []
    for word in phrase.words:
        place = window.locate(Span(word.start_ms, word.end_ms))
        text = unicodedata.normalize("NFC", word.text)
        words.append(Word(place.start, place.end, text, round(word.confidence, 3)))
    return replace(phrase, words=tuple(words))
