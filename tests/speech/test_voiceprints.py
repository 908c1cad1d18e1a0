import json
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from spoken_sound import RATE, SAMPLES, spoken

from pipeline.model import Span
from pipeline.speech import embedding, segmentation
from pipeline.speech.embedding import FRAME_MS, SIZE
from pipeline.speech.segmentation import FIRST_FRAME_S, FRAME_STEP_S, SPEAKERS
from pipeline.speech.voiceprints import (
    CELL_MS,
    EXCERPT_MS,
    Run,
    Voiceprints,
    cell_runs,
    cut,
    joined,
    voiceprint,
)

ALONE, BOTH = SPEAKERS.index((1,)), SPEAKERS.index((0, 1))
FRAMES = 589


def hear(sound: np.ndarray, threads: int = 1, **more: object) -> Voiceprints:
    pcm = np.rint(sound * 32767).astype(np.int16)
    return voiceprint(pcm, "digest", len(pcm) * 1000 // RATE, threads, lambda _: None, **more)


def test_frames_of_the_same_people_become_one_run() -> None:
    classes = np.zeros(FRAMES, dtype=np.intp)
    classes[100:200], classes[200:230] = ALONE, BOTH
    first, second = cell_runs(classes, 20_000, Span(20_000, 25_000))
    assert (first.people, second.people) == ((13,), (12, 13))
    assert first.end_ms == second.start_ms
    assert abs(first.start_ms - 21_713) <= 10
    assert abs(second.end_ms - first.end_ms - 506) <= 2


def test_a_cell_holds_only_its_own_part_of_the_clip() -> None:
    runs = cell_runs(np.full(FRAMES, ALONE), 2_500, Span(5_000, 10_000))
    assert runs == [Run(5_000, 10_000, (4,))]


@given(st.integers(1, 60_000), st.integers(0, 10**7))
def test_excerpts_cover_their_run_and_stay_inside(length: int, start: int) -> None:
    excerpts = cut(Run(start, start + length, (0,)), 7)
    assert (excerpts[0].start_ms, excerpts[-1].end_ms) == (start, start + length)
    assert all(e.run == 7 and e.length_ms == min(length, EXCERPT_MS) for e in excerpts)
    assert all(b.start_ms <= a.end_ms for a, b in pairwise(excerpts))


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(1, 20)).map(lambda s: Span(s[0], sum(s)))))
def test_joined_spans_cover_the_same_and_are_disjoint(spans: list[Span]) -> None:
    result = joined(spans)
    assert {t for s in spans for t in range(s.start, s.end)} == {
        t for s in result for t in range(s.start, s.end)
    }
    assert all(a.end < b.start for a, b in pairwise(result))


class Loudness:
    """Stands for both networks: who speaks is told by nothing but sound, a voice by nothing but its level."""

    def classes(self, clips: np.ndarray) -> np.ndarray:
        middles = np.rint((FIRST_FRAME_S + FRAME_STEP_S * np.arange(FRAMES)) * RATE).astype(int)
        return np.where(clips[:, middles] > 0, ALONE, 0)

    def frames(self, sound: np.ndarray) -> np.ndarray:
        return sound.reshape(-1, RATE * FRAME_MS // 1000)[:, :1]

    def voiceprints(self, frames: np.ndarray, excerpts: list[tuple[int, int]]) -> np.ndarray:
        return np.array([np.full(SIZE, np.median(frames[first:last])) for first, last in excerpts])


def test_every_voiceprint_is_taken_where_its_excerpt_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segmentation, "segmenter", Loudness)
    monkeypatch.setattr(embedding, "embedder", Loudness)
    sound = np.zeros(93 * RATE)
    levels = [(1.0, 4.0, 0.1), (4.7, 9.0, 0.2), (12.3, 31.0, 0.3), (33.5, 33.9, 0.4), (58.0, 92.5, 0.5)]
    for start, end, level in levels:
        sound[round(start * RATE) : round(end * RATE)] = level
    heard = hear(sound)
    assert sum(excerpt.length_ms for excerpt in heard.excerpts) > 60_000
    for excerpt, vector in zip(heard.excerpts, heard.vectors, strict=True):
        middle = (excerpt.start_ms + excerpt.end_ms) / 2000
        (level,) = [level for start, end, level in levels if start <= middle < end]
        assert vector[0] == pytest.approx(level, rel=0.01)


@pytest.mark.model
def test_digital_silence_holds_nobody() -> None:
    heard = hear(np.zeros(12 * RATE))
    assert (heard.runs, heard.excerpts, heard.vectors.shape) == ((), (), (0, SIZE))


@pytest.mark.model
@pytest.mark.parametrize("samples", [0, 1, 100, 1600, 3 * RATE])
def test_the_shortest_recordings_are_heard(samples: int) -> None:
    heard = hear(spoken(2.0, 3.0)[:samples])
    assert len(heard.vectors) == len(heard.excerpts)
    assert all(0 <= run.start_ms < run.end_ms <= heard.duration_ms for run in heard.runs)


@pytest.mark.model
def test_the_number_of_threads_changes_nothing() -> None:
    sound = spoken(0.0, 95.0)
    assert hear(sound, threads=1) == hear(sound, threads=2)


@pytest.mark.model
def test_what_is_heard_survives_json() -> None:
    heard = hear(spoken(0.0, 6.0))
    again = json.loads(json.dumps(asdict(heard)))
    assert again["prints"] == heard.prints
    assert np.allclose(np.linalg.norm(heard.vectors, axis=1), 1, atol=1e-3)


@pytest.mark.model
def test_a_memory_map_sounds_like_an_array(tmp_path: Path) -> None:
    pcm = np.rint(spoken(0.0, 12.0) * 32767).astype(np.int16)
    path = tmp_path / "sound.s16"
    pcm.tofile(path)
    mapped = np.memmap(path, dtype=np.int16, mode="r")
    assert voiceprint(mapped, "", 12_000, 1, lambda _: None) == voiceprint(pcm, "", 12_000, 1, lambda _: None)


@pytest.mark.model
def test_progress_reaches_the_end() -> None:
    told: list[int] = []
    pcm = np.zeros(9 * CELL_MS * RATE // 1000, dtype=np.int16)
    voiceprint(pcm, "", 9 * CELL_MS, 1, told.append)
    assert told == sorted(told)
    assert told[-1] == 9 * CELL_MS
    assert len(told) > 2


@pytest.mark.model
@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples have not been made")
def test_speech_is_found_where_it_is() -> None:
    (reference,) = (SAMPLES.parent / "reference").glob("*김하늘.rttm")
    lines = [line.split() for line in reference.read_text(encoding="utf-8").splitlines()]
    told = joined(
        Span(round(float(line[3]) * 1000), round((float(line[3]) + float(line[4])) * 1000)) for line in lines
    )
    heard = hear(spoken(0.0, 60.0)).speech
    minute = [span for span in told if span.end <= 60_000]
    shared = sum(a.overlap(b) for a in minute for b in heard)
    assert shared > 0.95 * sum(span.length for span in minute)
