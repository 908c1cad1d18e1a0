"""The networks on real sound: the project's synthetic samples, and real voices where they lie beside it."""

import os
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.config import DiarizeSettings, MediaSettings
from pipeline.evaluate.reference import Reference, load_reference
from pipeline.evaluate.voices import diarization_errors
from pipeline.intake import media
from pipeline.intake.channels import channel_levels
from pipeline.model import SAMPLE_RATE_HZ, Diarization
from pipeline.speech.diarize import diarize
from pipeline.speech.voiceprints import Voiceprints, voiceprint

PROJECT = Path(__file__).parents[2]
SAMPLES = sorted((PROJECT / "samples" / "reference").glob("*.json"))
SPEECH = Path(os.environ.get("BAEKSEO_SPEECH", PROJECT.parent / "shared" / "speech"))
"""Recordings of real voices are no part of the project; each has its reference beside it."""

SETTINGS = DiarizeSettings()

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(len(SAMPLES) < 3, reason="the samples have not been made"),
]


@cache
def reference_of(path: Path) -> Reference:
    return load_reference(path)


@cache
def sound_of(path: Path, folder: Path) -> NDArray[np.int16]:
    """The decoded recording of a reference, which lies beside it or among the samples' audio."""
    name = reference_of(path).file
    (recording,) = [*path.parent.glob(name), *(PROJECT / "samples" / "audio").rglob(Path(name).name)][:1]
    target = folder / f"{path.stem}.s16"
    media.decode(recording, target, media.file_digest(recording), MediaSettings(), lambda _: None)
    return np.array(media.open_pcm(target))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sound")


def heard(pcm: NDArray[np.int16], name: str = "", **more: NDArray[np.uint8]) -> Voiceprints:
    return voiceprint(pcm, name, len(pcm) * 1000 // SAMPLE_RATE_HZ, 1, lambda _: None, **more)


def error_rate(path: Path, result: Diarization, part: int = 0) -> float:
    reference = reference_of(path)
    errors = diarization_errors(reference.speech, result.tracks[part], reference.duration_s)
    return float((errors.missed + errors.false_alarm + errors.confusion) / errors.total)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_voice_of_a_sample_is_found(path: Path, folder: Path) -> None:
    result = diarize([heard(sound_of(path, folder))], None, SETTINGS)
    assert len(result.voices) == len({stretch.speaker for stretch in reference_of(path).speech})
    assert error_rate(path, result) <= 0.03


def test_people_keep_their_labels_from_part_to_part(folder: Path) -> None:
    parts = [path for path in SAMPLES if "좌담회" in path.stem]
    result = diarize([heard(sound_of(path, folder), path.stem) for path in parts], None, SETTINGS)
    speech = [reference_of(path).speech for path in parts]
    assert len(result.voices) == len({stretch.speaker for part in speech for stretch in part})
    of_person: dict[str, set[str]] = {}
    for part, track in zip(speech, result.tracks, strict=True):
        for stretch in part:
            middle = (stretch.start + stretch.end) * 500
            inside = {span.voice for span in track.spans if span.start_ms <= middle < span.end_ms}
            of_person.setdefault(stretch.speaker, set()).update(inside if len(inside) == 1 else ())
    assert all(len(labels) == 1 for labels in of_person.values()), of_person
    assert max(error_rate(path, result, part) for part, path in enumerate(parts)) <= 0.03


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["interview_2spk", "interview_2spk_room", "roundtable_6spk", "roundtable_6spk_room"]
)
def test_real_voices_are_told_apart(name: str, folder: Path) -> None:
    path = SPEECH / f"{name}.json"
    if not path.is_file():
        pytest.skip("no recordings of real voices here")
    result = diarize([heard(sound_of(path, folder))], None, SETTINGS)
    assert len(result.voices) == len({stretch.speaker for stretch in reference_of(path).speech})
    assert error_rate(path, result) <= 0.04


def test_the_same_sound_gives_the_same_voices_with_any_number_of_threads(folder: Path) -> None:
    pcm = sound_of(SAMPLES[0], folder)[: 60 * SAMPLE_RATE_HZ]
    results = [
        diarize([voiceprint(pcm, "", 60_000, threads, lambda _: None)], None, SETTINGS)
        for threads in (1, 2, 1)
    ]
    assert results[0] == results[1] == results[2]


@pytest.mark.parametrize("crosstalk_db", [-90, -20])
def test_two_microphones_are_told_apart_by_channel(crosstalk_db: float, folder: Path) -> None:
    path = SAMPLES[0]
    pcm, reference = sound_of(path, folder), reference_of(path)
    gains = np.full((2, len(pcm)), 10 ** (crosstalk_db / 20))
    people = sorted({stretch.speaker for stretch in reference.speech})
    for stretch in reference.speech:
        start, end = (round(second * SAMPLE_RATE_HZ) for second in (stretch.start - 0.1, stretch.end + 0.1))
        gains[people.index(stretch.speaker), max(0, start) : end] = 1.0
    result = diarize([heard(pcm, channels=levels_of(folder, gains * pcm))], None, SETTINGS)
    assert result.method == "channels"
    assert len(result.voices) == 2
    assert error_rate(path, result) <= 0.03


@pytest.mark.parametrize("right_db", [0.0, -6.0])
def test_a_stereo_recording_of_a_room_is_told_apart_by_sound(right_db: float, folder: Path) -> None:
    pcm = sound_of(SAMPLES[0], folder)[: 60 * SAMPLE_RATE_HZ]
    both = np.stack([pcm, np.roll(pcm, 8) * 10 ** (right_db / 20)])
    both = both + np.random.default_rng(4).standard_normal(both.shape) * 12
    result = diarize([heard(pcm, channels=levels_of(folder, both))], None, SETTINGS)
    assert result.method == "embeddings"


def levels_of(folder: Path, channels: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Levels of sound that went through a stereo file."""
    import av

    path = folder / "channels.wav"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=SAMPLE_RATE_HZ, layout="stereo")
        samples = np.clip(np.rint(channels), -32768, 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(samples.T.reshape(1, -1).copy(), format="s16", layout="stereo")
        frame.sample_rate = SAMPLE_RATE_HZ
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return channel_levels(path, media.file_digest(path), MediaSettings())
