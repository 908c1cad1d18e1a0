"""Both engines, on the same weights, keep the same promises: the same tests run over each."""

import socket
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
from spoken_sound import RATE, spoken

from pipeline.config import TranscribeSettings
from pipeline.model import Word
from pipeline.speech import models
from pipeline.speech.engine import DecodeOptions, Engine, Phrase, Samples
from pipeline.speech.engines import load_engine

pytestmark = pytest.mark.model

QUICK = DecodeOptions(beam_size=2)
RETRY = DecodeOptions(beam_size=2, temperature=0.4, seed=3)


@pytest.fixture(scope="module", params=models.ENGINES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def engine(name: str) -> Engine:
    return load_engine(models.resolve("base", name, None, False), TranscribeSettings(), 1)


@cache
def clip(start_s: float = 0) -> Samples:
    return spoken(start_s, 5)


@pytest.fixture(scope="module")
def alone(engine: Engine) -> tuple[Phrase, ...]:
    (phrases,) = engine.decode([clip()], QUICK)
    return phrases


def words(phrases: tuple[Phrase, ...]) -> list[Word]:
    return [word for phrase in phrases for word in phrase.words]


def test_an_engine_says_which_it_is(engine: Engine, name: str) -> None:
    assert engine.name == name


def test_speech_becomes_words(alone: tuple[Phrase, ...]) -> None:
    assert words(alone)


def test_words_are_in_order_and_inside_the_clip(alone: tuple[Phrase, ...]) -> None:
    times = [time for word in words(alone) for time in (word.start_ms, word.end_ms)]
    assert times == sorted(times)
    assert times[0] >= 0
    assert times[-1] <= 5000
    assert all(word.start_ms < word.end_ms for word in words(alone))


def test_confidence_is_a_probability(alone: tuple[Phrase, ...]) -> None:
    assert all(0 < word.confidence <= 1 for word in words(alone))


def test_signals_for_the_guard_have_their_ranges(alone: tuple[Phrase, ...]) -> None:
    assert all(p.log_probability < 0 <= p.no_speech <= 1 and p.compression_ratio > 0 for p in alone)


def test_a_clip_is_heard_alike_alone_and_among_others(engine: Engine, alone: tuple[Phrase, ...]) -> None:
    short = clip(10)[: 2 * RATE]
    _, *among = engine.decode([clip(5), clip(), short], QUICK)
    assert among == [alone, *engine.decode([short], QUICK)]


def test_every_clip_hears_the_prompt(engine: Engine) -> None:
    prompted = DecodeOptions(beam_size=1, prompt="광명시, 시민원탁회의, 공익활동지원센터")
    first, second = engine.decode([clip(), clip()], prompted)
    (unprompted,) = engine.decode([clip()], DecodeOptions(beam_size=1))
    assert first == second
    assert first != unprompted


def test_a_retry_does_not_depend_on_what_was_decoded_before(engine: Engine) -> None:
    first = engine.decode([clip()], RETRY)
    engine.decode([clip(5)], RETRY)
    assert engine.decode([clip()], RETRY) == first


def test_no_clips_give_no_results(engine: Engine) -> None:
    assert engine.decode([], QUICK) == []


def test_a_clip_of_nothing_has_a_result_too(engine: Engine) -> None:
    assert engine.decode([np.zeros(0, np.float32)], QUICK) == [()]


@pytest.mark.parametrize("samples", [16, RATE // 10])
def test_a_very_short_clip_is_heard(engine: Engine, samples: int) -> None:
    assert len(engine.decode([clip()[:samples]], QUICK)) == 1


def test_a_clip_longer_than_whisper_hears_is_refused(engine: Engine) -> None:
    with pytest.raises(ValueError, match="longer than 30 s"):
        engine.decode([np.zeros(30 * RATE + 1, np.float32)], QUICK)


def test_tokens_are_counted_as_they_are_put_before_a_clip(engine: Engine) -> None:
    assert engine.count_tokens("광명시") == engine.count_tokens(" 광명시 ") > 1


def test_nothing_is_printed(engine: Engine, capfd: pytest.CaptureFixture[str]) -> None:
    engine.decode([clip()[:RATE]], QUICK)
    assert capfd.readouterr() == ("", "")


def test_loading_and_decoding_call_nobody(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object) -> NoReturn:
        raise AssertionError("an engine tried to use the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    loaded = load_engine(models.resolve("base", name, None, False), TranscribeSettings(), 1)
    assert len(loaded.decode([clip()[:RATE]], QUICK)) == 1


def test_a_fresh_process_hears_the_same(name: str, alone: tuple[Phrase, ...]) -> None:
    code = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from test_engines import QUICK, TranscribeSettings, clip, load_engine, models
engine = load_engine(models.resolve("base", {name!r}, None, False), TranscribeSettings(), 1)
print(engine.decode([clip()], QUICK))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == (repr([alone]), "")
