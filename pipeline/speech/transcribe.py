"""A recording's sound becomes its transcript: speech, windows of it, an engine's words, the guard's verdicts.

Work goes in blocks of windows, and a block's result depends on nothing outside it: kept in ``checkpoints``,
it lets a killed run go on where it stopped and end with the same bytes. Only one block's sound is ever held
as floats, however long the recording.
"""

from collections.abc import Callable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from pipeline.config import GuardSettings, SpeechSettings, TranscribeSettings
from pipeline.model import Doubt, Removed, Segment, Span, Transcript, Word
from pipeline.speech.engine import Engine
from pipeline.speech.guard import Verdict, cut_loops, decide, removed_phrase
from pipeline.speech.hearing import MAX_WINDOW_MS, Hearing, Listener
from pipeline.speech.vad import let_go, speech_probability, speech_spans
from pipeline.speech.windows import Window, pack

MAX_PROMPT_TOKENS = 223
"""Half of Whisper's text context, less the token that starts it (``whisper.decoding``)."""


@dataclass(frozen=True, slots=True)
class Block:
    """What came of one group of windows. ``segments`` index the block's own words."""

    words: tuple[Word, ...]
    segments: tuple[Segment, ...]
    removed: tuple[Removed, ...]


def transcribe(  # noqa: PLR0913, PLR0917 -- a stage: each argument is an input or a setting of its own
    pcm: NDArray[np.int16],
    recording: str,
    duration_ms: int,
    engine: Engine,
    settings: TranscribeSettings,
    speech: SpeechSettings,
    guard: GuardSettings,
    prompt: str,
    checkpoints: MutableMapping[str, Block],
    progress: Callable[[int], None],
) -> Transcript:
    """Recognise one recording.

    Args:
        pcm: mono sound at SAMPLE_RATE_HZ, shape (samples,); may be a memory map.
        recording: digest of the recording, for the transcript to name.
        duration_ms: its length; no time in the transcript lies beyond it.
        engine: decodes clips; must be deterministic.
        settings: how to decode.
        speech: what counts as speech.
        guard: what is doubted.
        prompt: told to every window, the most relevant first; cut to what the model can take.
        checkpoints: blocks already done, by key; each further block is stored before the next is begun.
            Only blocks of the same sound, engine, settings and prompt may be in it.
        progress: told how many milliseconds of the recording are done.

    Returns:
        Words ordered by start, each inside the recording and longer than 0 ms; segments that cover them; what
        the guard took out; where speech was found. All of them empty where nobody speaks.
    """
    probability = speech_probability(pcm)
    spans = speech_spans(probability, duration_ms, speech)
    pace = _Pace(progress)
    listener = Listener(pcm, probability, engine, settings, guard, _told(prompt, engine), pace.heard)
    blocks = []
    for windows in _groups(pack(spans, probability, MAX_WINDOW_MS), settings.batch_size):
        key = f"{windows[0].covers.start:09d}-{windows[-1].covers.end:09d}"
        if key not in checkpoints:
            pace.begin(windows)
            checkpoints[key] = make_block(listener.hear(windows), guard)
            let_go(pcm)
        blocks.append(checkpoints[key])
        progress(windows[-1].covers.end)
    progress(duration_ms)
    words, segments, removed = _joined(blocks)
    return Transcript(
        recording=recording,
        duration_ms=duration_ms,
        language=settings.language,
        engine=engine.name,
        model=settings.model,
        words=words,
        segments=segments,
        removed=removed,
        speech=spans,
    )


class _Pace:
    """How far a recording is done while a block of windows is heard; hearing again adds nothing."""

    def __init__(self, progress: Callable[[int], None]) -> None:
        self._progress = progress

    def begin(self, windows: Sequence[Window]) -> None:
        """Start on a block."""
        self._place = Span(windows[0].covers.start, windows[-1].covers.end)
        self._whole_ms = sum(window.length_ms for window in windows)
        self._heard_ms = 0

    def heard(self, ms: int) -> None:
        """So much more of the block's speech was worked through."""
        self._heard_ms += ms
        done = min(1.0, self._heard_ms / max(1, self._whole_ms))
        self._progress(self._place.start + round(done * self._place.length))


def _told(prompt: str, engine: Engine) -> str:
    """The prompt without the words at its end that are too many: engines would cut at its beginning."""
    while prompt and engine.count_tokens(prompt) > MAX_PROMPT_TOKENS:
        prompt = prompt.rpartition(" ")[0]
    return prompt


def make_block(hearings: Sequence[Hearing], settings: GuardSettings) -> Block:
    """Apply the last verdicts: what nobody said is removed, and of a loop all but its first time."""
    removed: list[Removed] = []
    kept: list[tuple[Word, tuple[int, int], tuple[Doubt, ...]]] = []
    for window, hearing in enumerate(hearings):
        spoken = []
        for number, (phrase, doubts) in enumerate(hearing.phrases):
            if decide(doubts, may_retry=False) is Verdict.REMOVE:
                removed.append(removed_phrase(phrase, doubts))
            else:
                spoken += [(word, (window, number), doubts) for word in phrase.words]
        words, loops = cut_loops([word for word, _, _ in spoken], settings.removed_surplus)
        removed += loops
        kept += [(word, *spoken[i][1:]) for i, word in words.items()]
    kept.sort(key=lambda item: item[0].start_ms)
    words_in_order = tuple(_apart([word for word, _, _ in kept]))
    segments = []
    for (_, doubts), run in groupby(enumerate(kept), key=lambda item: item[1][1:]):
        indices = [i for i, _ in run]
        segments.append(Segment(Span(indices[0], indices[-1] + 1), doubts))
    return Block(
        words_in_order, tuple(segments), tuple(sorted(removed, key=lambda r: (r.start_ms, r.end_ms)))
    )


def _apart(words: Sequence[Word]) -> Iterator[Word]:
    """Words ordered by start, each ended where the next one starts; none shorter than 1 ms."""
    limits = [word.start_ms for word in words[1:]] + [word.end_ms for word in words[-1:]]
    for word, limit in zip(words, limits, strict=True):
        yield replace(word, end_ms=max(min(word.end_ms, limit), word.start_ms + 1))


def _groups(windows: Sequence[Window], size: int) -> Iterator[Sequence[Window]]:
    for start in range(0, len(windows), size):
        yield windows[start : start + size]


def _joined(
    blocks: Sequence[Block],
) -> tuple[tuple[Word, ...], tuple[Segment, ...], tuple[Removed, ...]]:
    """The blocks' words, segments and removed phrases in one piece; segments index all words."""
    words: list[Word] = []
    segments: list[Segment] = []
    for block in blocks:
        shift = len(words)
        for segment in block.segments:
            span = Span(segment.words.start + shift, segment.words.end + shift)
            segments.append(replace(segment, words=span))
        words += block.words
    return tuple(words), tuple(segments), tuple(item for block in blocks for item in block.removed)
