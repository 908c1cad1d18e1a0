import numpy as np
import pytest

from pipeline.intake import channels as measured
from pipeline.model import Span
from pipeline.speech.microphones import FRAME_MS, STEPS_PER_DB, one_microphone_each, speech_per_channel

FLOOR_DB = 127.5
NOISE_DBFS = -65.0
SPEECH_DBFS = -22.0

TURNS = [
    (0, 500, 4000),
    (1, 4200, 9000),
    (0, 9200, 15000),
    (2, 15500, 18000),
    (1, 18200, 24000),
    (0, 24100, 30000),
]
"""Who speaks from when until when, in milliseconds."""

PEOPLE = 3
LENGTH_MS = 31_000


def recorded(reaches: np.ndarray, turns: list[tuple[int, int, int]] = TURNS, seed: int = 2) -> np.ndarray:
    """Levels of channels that hear person ``p`` at ``reaches[p, channel]`` dB below full.

    Speech comes in syllables: five times a second it is 20 dB softer for a while.
    """
    rng = np.random.default_rng(seed)
    frames, count = LENGTH_MS // FRAME_MS, reaches.shape[1]
    power = 10 ** ((NOISE_DBFS + rng.normal(0, 1.5, (frames, count))) / 10)
    for person, start, end in turns:
        inside = np.arange(start // FRAME_MS, end // FRAME_MS)
        voice = SPEECH_DBFS + rng.normal(0, 3, len(inside)) - 20 * (inside % 10 >= 8)
        power[inside] += 10 ** ((voice[:, None] + reaches[person]) / 10)
    levels = np.rint((10 * np.log10(power) + FLOOR_DB) * STEPS_PER_DB)
    return np.clip(levels, 0, 255).astype(np.uint8)


def microphones(crosstalk_db: float, gains_db: tuple[float, ...] = (0, 0, 0)) -> np.ndarray:
    """A microphone per person, neighbours softer by ``crosstalk_db``, each set to its own gain."""
    return np.where(np.eye(PEOPLE, dtype=bool), 0.0, crosstalk_db) + np.array(gains_db)


def test_both_sides_of_the_house_measure_alike() -> None:
    assert (FRAME_MS, STEPS_PER_DB) == (1000 // measured.FRAMES_PER_S, measured.STEPS_PER_DB)


@pytest.mark.parametrize("crosstalk_db", [-60, -30, -20, -15])
@pytest.mark.parametrize("gains_db", [(0, 0, 0), (0, -12, 6)])
def test_a_microphone_each_is_recognised(crosstalk_db: float, gains_db: tuple[float, ...]) -> None:
    assert one_microphone_each(recorded(microphones(crosstalk_db, gains_db)))


@pytest.mark.parametrize("crosstalk_db", [-60, -20])
def test_every_person_speaks_when_their_microphone_says_so(crosstalk_db: float) -> None:
    channels = speech_per_channel(recorded(microphones(crosstalk_db)), LENGTH_MS)
    told = sorted((span.start, span.end, person) for person, spans in enumerate(channels) for span in spans)
    assert [person for *_, person in told] == [person for person, *_ in TURNS]
    for (start, end, _), (_, said, ended) in zip(told, TURNS, strict=True):
        assert abs(start - said) <= 60
        assert abs(end - ended) <= 60


def test_two_who_speak_at_once_are_both_heard() -> None:
    turns = [*TURNS, (2, 2000, 3000)]
    channels = speech_per_channel(recorded(microphones(-20), turns), LENGTH_MS)
    assert sum(span.overlap(Span(2000, 3000)) for span in channels[2]) >= 900
    assert sum(span.overlap(Span(2000, 3000)) for span in channels[0]) >= 900


def test_one_sound_in_two_channels_is_no_microphone_each() -> None:
    assert not one_microphone_each(recorded(np.zeros((PEOPLE, 2))))


@pytest.mark.parametrize("side_db", [1, 3, 6])
def test_a_stereo_microphone_in_a_room_is_no_microphone_each(side_db: float) -> None:
    sides = np.array([[0, -side_db], [-side_db, 0], [-1.0, 0]])
    assert not one_microphone_each(recorded(sides))


def test_a_dead_second_channel_is_no_microphone_each() -> None:
    assert not one_microphone_each(recorded(np.array([[0, -90]] * PEOPLE)))


def test_one_person_at_two_distances_is_no_microphone_each() -> None:
    assert not one_microphone_each(recorded(np.array([[0, -20]] * PEOPLE)))


def test_an_unused_microphone_is_nobody() -> None:
    levels = recorded(np.pad(microphones(-30), ((0, 0), (0, 1)), constant_values=-90))
    assert one_microphone_each(levels)
    assert speech_per_channel(levels, LENGTH_MS)[3] == ()


@pytest.mark.parametrize("shape", [(0, 2), (0, 1), (5, 1), (1, 2), (500, 2)])
def test_silence_is_no_microphone_each(shape: tuple[int, int]) -> None:
    assert not one_microphone_each(np.zeros(shape, dtype=np.uint8))
