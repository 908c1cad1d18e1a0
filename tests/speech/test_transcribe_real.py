"""The whole way from sound to transcript with the real detector and the real default engine."""

import numpy as np
import pytest
from spoken_sound import RATE, spoken

from pipeline.config import GuardSettings, SpeechSettings, TranscribeSettings
from pipeline.model import Span, Transcript
from pipeline.speech import models
from pipeline.speech import transcribe as stage
from pipeline.speech.engine import Engine
from pipeline.speech.engines import load_engine
from pipeline.speech.transcribe import Block

pytestmark = pytest.mark.model

QUICK = TranscribeSettings(batch_size=1, beam_size=1, temperatures=(0.0,))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return load_engine(models.resolve("base", "ctranslate2", None, False), QUICK, 1)


def transcribe(
    pcm: np.ndarray, engine: Engine, checkpoints: dict[str, Block], prompt: str = ""
) -> Transcript:
    settings = (QUICK, SpeechSettings(), GuardSettings())
    duration_ms = len(pcm) * 1000 // RATE
    return stage.transcribe(
        pcm, "digest", duration_ms, engine, *settings, prompt, checkpoints, lambda _: None
    )


@pytest.fixture(scope="module")
def talk() -> np.ndarray:
    return (spoken(0, 35) * 32767).astype(np.int16)


@pytest.mark.slow
def test_a_resumed_transcript_equals_an_undisturbed_one(engine: Engine, talk: np.ndarray) -> None:
    blocks: dict[str, Block] = {}
    whole = transcribe(talk, engine, blocks)
    first = dict(list(blocks.items())[:1])
    assert (len(blocks) > 1, transcribe(talk, engine, first)) == (True, whole)


@pytest.mark.parametrize("prompt", ["", "광명시 민관협치 공론화위원회 주민세 마을사업 구로차량기지"])
def test_silence_put_to_the_engine_gives_no_words(
    engine: Engine, prompt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "speech_spans", lambda *_: (Span(0, 10_000),))
    assert transcribe(np.zeros(10 * RATE, dtype=np.int16), engine, {}, prompt).words == ()


@pytest.mark.parametrize("hertz", [50, 440, 3000])
def test_a_tone_gives_no_words(engine: Engine, hertz: int) -> None:
    tone = 8000 * np.sin(2 * np.pi * hertz * np.arange(20 * RATE) / RATE)
    assert transcribe(tone.astype(np.int16), engine, {}).words == ()
