import unicodedata
from collections.abc import MutableMapping
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from fake_engine import FakeEngine, loudness, say, sound, words_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.config import GuardSettings, SpeechSettings, TranscribeSettings
from pipeline.model import SAMPLE_RATE_HZ, Span, Transcript, Word
from pipeline.speech import transcribe as stage
from pipeline.speech.engine import DecodeOptions, Engine, Phrase, Samples
from pipeline.speech.transcribe import Block
from pipeline.speech.vad import FRAME_MS

EXACT = SpeechSettings(min_speech_ms=0, min_silence_ms=0, pad_ms=0)
SLOW = GuardSettings(least_characters_per_second=0)
"""The engine of these tests says a word a second."""

TALK = [*range(1, 21), 0, 0, *range(21, 41), 0, *range(41, 61), 0, *range(61, 81)]
"""Eighty words in four stretches of speech, which make four windows."""


@pytest.fixture(autouse=True)
def _loudness_is_speech(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "speech_probability", loudness)


def transcribe(pcm: np.ndarray, engine: Engine, prompt: str = "", **changes: Any) -> Transcript:
    checkpoints: MutableMapping[str, Block] = changes.pop("checkpoints", {})
    progress = changes.pop("progress", lambda _: None)
    return stage.transcribe(
        pcm,
        "digest",
        len(pcm) * 1000 // SAMPLE_RATE_HZ,
        engine,
        TranscribeSettings(batch_size=changes.pop("batch_size", 1), **changes),
        EXACT,
        SLOW,
        prompt,
        checkpoints,
        progress,
    )


def spoken(transcript: Transcript) -> list[str]:
    return [word.text.strip() for word in transcript.words]


def test_every_word_comes_out_at_the_time_it_was_said() -> None:
    transcript = transcribe(sound(*TALK), FakeEngine())
    starts = {f"{level}번": at * 1000 for at, level in enumerate(TALK) if level}
    assert {word.text.strip() for word in transcript.words} == set(starts)
    assert all(abs(word.start_ms - starts[word.text.strip()]) < FRAME_MS for word in transcript.words)


def test_silence_reaches_no_engine() -> None:
    engine = FakeEngine()
    transcript = transcribe(sound(0, 0, 0), engine)
    assert (transcript.words, transcript.segments, engine.calls) == ((), (), [])


def test_an_empty_recording_is_an_empty_transcript() -> None:
    assert transcribe(np.zeros(0, dtype=np.int16), FakeEngine()).duration_ms == 0


def test_a_fifth_of_a_second_is_recognised() -> None:
    blip = sound(7)[: SAMPLE_RATE_HZ // 5]
    engine = FakeEngine(lambda *_: say([Word(0, 900, " 네", 0.9)]))
    assert transcribe(blip, engine).words == (Word(0, 200, " 네", 0.9),)


def test_the_transcript_says_where_it_comes_from() -> None:
    transcript = transcribe(sound(1, 0), FakeEngine(), model="large-v3", language="en")
    assert (transcript.recording, transcript.engine, transcript.model, transcript.language) == (
        "digest",
        "ctranslate2",
        "large-v3",
        "en",
    )


def test_speech_spans_are_kept() -> None:
    assert transcribe(sound(1, 1, 0, 1), FakeEngine()).speech == (Span(0, 2_016), Span(3_008, 4_000))


def test_segments_are_the_phrases() -> None:
    def hear(clip: Samples, _: DecodeOptions) -> tuple[Phrase, ...]:
        words = words_of(clip)
        return say(words[:5]) + say(words[5:])

    segments = transcribe(sound(*range(1, 11), 0), FakeEngine(hear)).segments
    assert [segment.words for segment in segments] == [Span(0, 5), Span(5, 10)]


def test_the_prompt_reaches_every_window() -> None:
    engine = FakeEngine()
    transcribe(sound(*TALK), engine, prompt="광명시")
    assert [options.prompt for _, options in engine.calls] == ["광명시"] * 4


def test_a_prompt_too_long_for_the_model_loses_its_last_names() -> None:
    engine = FakeEngine()
    transcribe(sound(1), engine, prompt=" ".join(f"이름{number:03}" for number in range(100)))
    told = engine.calls[0][1].prompt
    assert told.startswith("이름000 이름001")
    assert len(told) <= stage.MAX_PROMPT_TOKENS < len(f"{told} 이름000")


def test_words_are_nfc() -> None:
    nfd = unicodedata.normalize("NFD", " 광명")
    engine = FakeEngine(lambda *_: say([Word(0, 900, nfd, 0.9)]))
    assert transcribe(sound(1), engine).words[0].text == " 광명"


class KilledError(Exception):
    """Stands in for a kill between two blocks."""


class Failing(dict[str, Block]):
    """Checkpoints of a run that dies when it stores one block too many."""

    def __init__(self, left: int) -> None:
        super().__init__()
        self._left = left

    def __setitem__(self, key: str, block: Block) -> None:
        if not self._left:
            raise KilledError
        self._left -= 1
        super().__setitem__(key, block)


@pytest.mark.parametrize("done", [0, 1, 3])
def test_a_killed_run_goes_on_where_it_stopped(done: int) -> None:
    checkpoints = Failing(done)
    with pytest.raises(KilledError):
        transcribe(sound(*TALK), FakeEngine(), checkpoints=checkpoints)
    engine = FakeEngine()
    resumed = transcribe(sound(*TALK), engine, checkpoints=dict(checkpoints))
    assert (resumed, len(engine.calls)) == (transcribe(sound(*TALK), FakeEngine()), 4 - done)


@pytest.mark.parametrize("batch_size", [2, 3, 8])
def test_the_size_of_blocks_leaves_the_result_alone(batch_size: int) -> None:
    alone = transcribe(sound(*TALK), FakeEngine(), batch_size=1)
    assert transcribe(sound(*TALK), FakeEngine(), batch_size=batch_size) == alone


def test_progress_rises_to_the_length_of_the_recording() -> None:
    told: list[int] = []
    transcribe(sound(*TALK, 0), FakeEngine(), progress=told.append)
    assert (told == sorted(told), told[-1]) == (True, 85_000)


def test_progress_moves_with_every_clip_inside_a_block() -> None:
    told: list[int] = []
    transcribe(sound(*TALK, 0), FakeEngine(), progress=told.append, batch_size=8)
    assert {21_000, 42_000, 63_000, 84_000} <= {round(ms, -3) for ms in told}


def test_hearing_a_block_again_does_not_run_ahead_of_it() -> None:
    told: list[int] = []
    silent = FakeEngine(lambda clip, options: () if options.prompt else say(words_of(clip)))
    transcribe(sound(*TALK), silent, progress=told.append, batch_size=1, prompt="광명시")
    assert told == sorted(told)


def test_speech_that_got_no_words_is_heard_again() -> None:
    def hear(clip: Samples, options: DecodeOptions) -> tuple[Phrase, ...]:
        return say(words_of(clip)[:10] if options.prompt else words_of(clip))

    transcript = transcribe(sound(*TALK), FakeEngine(hear), prompt="광명시")
    assert spoken(transcript) == [f"{level}번" for level in TALK if level]


def test_speech_that_never_gets_words_is_given_up() -> None:
    engine = FakeEngine(lambda *_: ())
    transcript = transcribe(sound(*range(1, 21)), engine, batch_size=8)
    assert (transcript.words, len(engine.calls)) == ((), 3)


def test_a_doubtful_window_is_heard_again_unprompted_and_in_halves() -> None:
    def hear(clip: Samples, options: DecodeOptions) -> tuple[Phrase, ...]:
        return say(words_of(clip), log_probability=-2.0 if options.prompt else -0.3)

    engine = FakeEngine(hear)
    transcript = transcribe(sound(*range(1, 21)), engine, prompt="광명시", batch_size=8)
    clips, options = engine.calls[1]
    assert (len(clips), options.prompt, transcript.segments[0].doubts) == (2, "", ())


def test_the_hearing_with_most_undoubted_speech_stands() -> None:
    def hear(clip: Samples, options: DecodeOptions) -> tuple[Phrase, ...]:
        words = [Word(w.start_ms, w.end_ms, f"{w.text}{options.temperature}", 0.9) for w in words_of(clip)]
        clear = 8 if options.temperature == 0.4 else 2
        return say(words[:clear]) + say(words[clear:], log_probability=-2.0)

    transcript = transcribe(sound(*range(1, 11)), FakeEngine(hear))
    assert all(text.endswith("0.4") for text in spoken(transcript))


def test_what_stays_doubtful_is_kept_with_its_doubts() -> None:
    engine = FakeEngine(lambda clip, _: say(words_of(clip), log_probability=-2.0))
    (segment,) = transcribe(sound(*range(1, 11)), engine).segments
    assert [doubt.reason for doubt in segment.doubts] == ["log-probability"]


def test_a_doubtful_window_is_tried_no_more_often_than_there_are_attempts() -> None:
    engine = FakeEngine(lambda clip, _: say(words_of(clip), log_probability=-2.0))
    transcribe(sound(*range(1, 11)), engine, temperatures=(0.0, 0.4), batch_size=8)
    assert [options.temperature for _, options in engine.calls] == [0.0, 0.0, 0.4]


def test_an_invention_over_silence_is_listed_as_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "speech_spans", lambda *_: (Span(0, 4_000),))
    engine = FakeEngine(lambda *_: say([Word(1_000, 3_000, " 시청해 주셔서 감사합니다.", 0.5)]))
    transcript = transcribe(sound(0, 0, 0, 0), engine)
    assert (transcript.words, [item.text for item in transcript.removed]) == (
        (),
        ["시청해 주셔서 감사합니다."],
    )


def test_a_loop_keeps_its_first_time_and_lists_the_rest() -> None:
    loop = [Word(i * 300, i * 300 + 300, " 자,", 0.9) for i in range(60)]
    transcript = transcribe(sound(*range(1, 19)), FakeEngine(lambda *_: say(loop)))
    assert (spoken(transcript), transcript.removed[0].text.count("자")) == (["자,"], 59)


@st.composite
def untidy(draw: st.DrawFn) -> list[Word]:
    """Words as a decoder gone astray may give them: out of the clip, on top of one another, of no length."""
    times = draw(st.lists(st.tuples(st.integers(0, 9_000), st.integers(0, 4_000)), max_size=12))
    return [Word(start, start + length, f" {i}가", 0.5) for i, (start, length) in enumerate(sorted(times))]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 3), max_size=12), untidy())
def test_whatever_the_engine_gives_the_transcript_is_sound(levels: list[int], words: list[Word]) -> None:
    transcript = transcribe(sound(*levels), FakeEngine(lambda *_: say(words)))
    assert all(0 <= word.start_ms < word.end_ms <= transcript.duration_ms for word in transcript.words)
    assert all(left.start_ms <= right.start_ms for left, right in pairwise(transcript.words))
    covered = [i for segment in transcript.segments for i in range(segment.words.start, segment.words.end)]
    assert covered == list(range(len(transcript.words)))
