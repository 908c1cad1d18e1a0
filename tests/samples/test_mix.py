"""The timeline of a recording, with a voice that says a second of tone for every sentence."""

import numpy as np
import pytest

from samples.make.mix import LEAD_MS, ROOM_DBFS, TAIL_MS, level, place, render, room, sentences
from samples.make.reference import as_rttm
from samples.make.script import Turn
from samples.make.voices import RATE_HZ, repitch, trim

VOICE_OF = {"가람": "man", "나래": "woman"}


def tone(_phonemes="", _voice=None):
    return np.sin(np.arange(RATE_HZ) / 10).astype(np.float32)


def turn(speaker="가람", text="네.", gap_ms=None):
    return Turn(speaker, text, text, (), gap_ms, starts_recording=False)


def placed(*turns, seed=1):
    return place(turns, VOICE_OF, tone, np.random.default_rng(seed))


def dbfs(sound):
    return 10 * np.log10(np.mean(sound.astype(float) ** 2))


def test_the_first_turn_starts_after_the_lead_in():
    assert placed(turn())[0].start_ms == LEAD_MS


def test_a_stated_gap_is_kept_to_the_millisecond():
    first, second = placed(turn(), turn(gap_ms=700))
    assert second.start_ms == first.end_ms + 700


def test_a_negative_gap_overlaps():
    first, second = placed(turn(), turn("나래", gap_ms=-400))
    assert second.start_ms == first.end_ms - 400


def test_a_turn_follows_the_longer_of_two_overlapping_ones():
    long, _aside, after = placed(turn(text="네. 네. 네."), turn("나래", gap_ms=-1500), turn(gap_ms=500))
    assert after.start_ms == long.end_ms + 500


def test_the_same_seed_gives_the_same_times():
    turns = [turn(), turn("나래", "네. 예."), turn()]
    assert [t.end_ms for t in placed(*turns)] == [t.end_ms for t in placed(*turns)]


def test_a_phrase_is_heard_exactly_where_the_reference_says():
    (only,) = placed(turn())
    mix = render([only], np.random.default_rng(1))
    loud = np.flatnonzero(np.abs(mix) > 0.02) / RATE_HZ * 1000
    assert loud[0] == pytest.approx(only.start_ms, abs=5)
    assert loud[-1] == pytest.approx(only.end_ms, abs=5)


def test_the_recording_ends_after_the_tail():
    (only,) = placed(turn())
    assert len(render([only], np.random.default_rng(1))) == (only.end_ms + TAIL_MS) * RATE_HZ // 1000


def test_silence_is_a_quiet_room_and_never_digital_zero():
    noise = room(RATE_HZ, np.random.default_rng(1))
    assert dbfs(noise) == pytest.approx(ROOM_DBFS, abs=0.1)


def test_speech_is_brought_to_one_level():
    assert dbfs(level(tone() * 0.01, -23.0)) == pytest.approx(-23.0, abs=0.2)


def test_sentences_are_cut_at_their_marks_only():
    assert sentences("음, 네. 왜요? 저, 그래서요!") == ["음, 네.", "왜요?", "저, 그래서요!"]


def test_rttm_has_one_line_per_sentence():
    lines = as_rttm("a/b.ogg", placed(turn(text="네. 예."))).splitlines()
    assert [line.split()[:3] for line in lines] == [["SPEAKER", "b", "1"]] * 2


def test_silence_around_words_is_cut():
    quiet = np.zeros(RATE_HZ // 2, np.float32)
    assert len(trim(np.concatenate([quiet, tone(), quiet]))) == RATE_HZ


def test_a_higher_pitch_is_a_shorter_sound():
    assert len(repitch(tone(), 1.25)) == pytest.approx(RATE_HZ / 1.25, abs=50)
