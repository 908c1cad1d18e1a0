from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from pipeline.config import SpeechSettings
from pipeline.model import SAMPLE_RATE_HZ, Span
from pipeline.speech import vad
from pipeline.speech.vad import FRAME_MS, FRAME_SAMPLES, speech_probability, speech_spans

EXACT = SpeechSettings(min_speech_ms=0, min_silence_ms=0, pad_ms=0)


def frames(*runs: tuple[int, float]) -> np.ndarray:
    return np.concatenate([np.full(count, value, dtype=np.float32) for count, value in runs])


def vowels(seconds: float) -> np.ndarray:
    """Pulses through three formants, on and off: enough like a voice to move the detector."""
    time = np.arange(int(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    pitch = 2 * np.pi * np.cumsum(140 + 30 * np.sin(2 * np.pi * 0.7 * time)) / SAMPLE_RATE_HZ
    sound = sum(
        np.sin(k * pitch) * sum(1 / (1 + ((140 * k - f) / 90) ** 2) for f in (700, 1200, 2600))
        for k in range(1, 24)
    )
    return (6000 * sound * (time * 4 % 1 < 0.6)).astype(np.int16)


def test_probabilities_do_not_depend_on_the_size_of_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = vowels(5)
    whole = speech_probability(sound)
    monkeypatch.setattr(vad, "_BLOCK_FRAMES", 7)
    assert np.array_equal(speech_probability(sound), whole)


def test_the_detector_moves_on_a_voice_like_sound() -> None:
    assert np.ptp(speech_probability(vowels(5))) > 0.3


def test_a_memory_map_gives_what_the_array_gives(tmp_path: Path) -> None:
    sound = vowels(2)
    sound.tofile(tmp_path / "sound.pcm")
    mapped = np.memmap(tmp_path / "sound.pcm", dtype=np.int16, mode="r")
    assert np.array_equal(speech_probability(mapped), speech_probability(sound))


@pytest.mark.parametrize("samples", [0, 1, FRAME_SAMPLES, FRAME_SAMPLES + 1])
def test_each_begun_frame_has_a_probability(samples: int) -> None:
    assert len(speech_probability(np.zeros(samples, dtype=np.int16))) == -(-samples // FRAME_SAMPLES)


def test_progress_ends_at_the_length_of_the_sound() -> None:
    told: list[int] = []
    speech_probability(np.zeros(40 * SAMPLE_RATE_HZ, dtype=np.int16), told.append)
    assert (told == sorted(told), told[-1]) == (True, 40_000)


def noise(count: int) -> np.ndarray:
    return np.random.default_rng(1).normal(0, 3000, count)


def tone(count: int) -> np.ndarray:
    return 6000 * np.sin(2 * np.pi * 440 * np.arange(count) / SAMPLE_RATE_HZ)


@pytest.mark.parametrize("make", [np.zeros, noise, tone], ids=["silence", "noise", "tone"])
def test_what_is_no_voice_gives_no_speech(make: Callable[[int], np.ndarray]) -> None:
    sound = make(10 * SAMPLE_RATE_HZ).astype(np.int16)
    assert speech_spans(speech_probability(sound), 10_000, SpeechSettings()) == ()


def test_speech_goes_on_through_a_dip_above_the_lower_threshold() -> None:
    probability = frames((3, 0.0), (4, 0.9), (2, 0.4), (4, 0.9), (3, 0.0))
    assert speech_spans(probability, 16 * FRAME_MS, EXACT) == (Span(3 * FRAME_MS, 13 * FRAME_MS),)


def test_speech_never_starts_below_the_threshold() -> None:
    assert speech_spans(frames((10, 0.45)), 10 * FRAME_MS, EXACT) == ()


def test_a_short_pause_is_bridged() -> None:
    probability = frames((5, 0.9), (3, 0.0), (5, 0.9))
    settings = EXACT.model_copy(update={"min_silence_ms": 100})
    assert speech_spans(probability, 13 * FRAME_MS, settings) == (Span(0, 13 * FRAME_MS),)


def test_a_short_burst_is_dropped() -> None:
    settings = EXACT.model_copy(update={"min_speech_ms": 100})
    assert speech_spans(frames((5, 0.0), (3, 0.9), (5, 0.0)), 13 * FRAME_MS, settings) == ()


def test_paddings_meet_in_the_middle_of_a_pause() -> None:
    probability = frames((5, 0.9), (4, 0.0), (5, 0.9))
    settings = EXACT.model_copy(update={"pad_ms": 1000})
    assert speech_spans(probability, 14 * FRAME_MS, settings) == (
        Span(0, 7 * FRAME_MS),
        Span(7 * FRAME_MS, 14 * FRAME_MS),
    )


@given(
    npst.arrays(np.float32, st.integers(0, 200), elements=st.floats(0, 1, width=32)),
    st.integers(0, 500),
    st.integers(0, 500),
    st.integers(0, 500),
    st.integers(0, FRAME_MS - 1),
)
def test_spans_are_ordered_disjoint_and_inside_the_recording(
    probability: np.ndarray, min_speech_ms: int, min_silence_ms: int, pad_ms: int, missing_ms: int
) -> None:
    settings = SpeechSettings(min_speech_ms=min_speech_ms, min_silence_ms=min_silence_ms, pad_ms=pad_ms)
    duration_ms = max(0, len(probability) * FRAME_MS - missing_ms)
    spans = speech_spans(probability, duration_ms, settings)
    assert all(0 <= span.start < span.end <= duration_ms for span in spans)
    assert all(left.end <= right.start for left, right in pairwise(spans))
