from pathlib import Path

import numpy as np
import pytest
from hearing import M4A, WAV, digest_of, hear
from made_media import BY_NAME, Recipe, tone, write, write_tracks

from pipeline.config import MediaSettings
from pipeline.errors import MediaUnstableError
from pipeline.intake.channels import FLOOR_DBFS, FRAMES_PER_S, STEPS_PER_DB, channel_levels

STEREO = BY_NAME["pcm_s24le.wav"]
ODD = Recipe(".wav", "pcm_s16le", "wav", "s16", 11_025, 2)
"""A rate of which 20 ms are no whole number of samples."""


def decibels(path: Path) -> np.ndarray:
    return channel_levels(path, digest_of(path), MediaSettings()) / STEPS_PER_DB + FLOOR_DBFS


def two_sides(rate: int) -> np.ndarray:
    """A second of tone on the left, then one on the right."""
    sound = np.zeros((2, 2 * rate), dtype=np.float32)
    sound[0, :rate] = tone(400, 1, rate, 1)[0]
    sound[1, rate:] = tone(400, 1, rate, 1)[0]
    return sound


@pytest.mark.parametrize("recipe", [STEREO, ODD], ids=lambda recipe: str(recipe.rate))
def test_each_channel_is_loud_where_it_sounds(tmp_path: Path, recipe: Recipe) -> None:
    levels = decibels(write(tmp_path / "a.wav", recipe, two_sides(recipe.rate)))
    assert levels.shape == (2 * FRAMES_PER_S, 2)
    loud = 20 * np.log10(np.sqrt((tone(400, 1, recipe.rate, 1) ** 2).mean()))
    assert np.allclose(levels[1:49, 0], loud, atol=1.0)
    assert np.allclose(levels[51:99, 1], loud, atol=1.0)
    assert (levels[51:99, 0] == FLOOR_DBFS).all()


def test_a_mono_recording_has_one_channel(tmp_path: Path) -> None:
    levels = decibels(write(tmp_path / "a.wav", WAV, tone(400, 1, WAV.rate, 1)))
    assert levels.shape == (FRAMES_PER_S, 1)


def test_levels_are_as_long_as_the_decoded_sound(tmp_path: Path) -> None:
    path = write(tmp_path / "a.m4a", M4A, two_sides(M4A.rate))
    _, pcm = hear(path)
    assert abs(len(decibels(path)) - len(pcm) * FRAMES_PER_S / 16_000) <= 1


def test_a_gap_is_silence_of_its_length(tmp_path: Path) -> None:
    recipe = BY_NAME["flac.mkv"]
    sound = tone(400, 1, recipe.rate, recipe.channels)
    path = write_tracks(tmp_path / "a.mkv", [(recipe, [(0.0, sound), (3.0, sound)])])
    levels = decibels(path)
    assert len(levels) == pytest.approx(4 * FRAMES_PER_S, abs=2)
    assert (levels[60:140] == FLOOR_DBFS).all()
    assert (levels[155:195] > -40).all()


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", WAV, tone(400, 1, WAV.rate, 1))
    with pytest.raises(MediaUnstableError):
        channel_levels(path, "0" * 64, MediaSettings())
