import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evaluate.reference import Reference, Stretch
from pipeline.evaluate.reference import Turn as TrueTurn
from pipeline.evaluate.text import Score
from pipeline.evaluate.voices import (
    DiarizationErrors,
    WordSpeakers,
    cp_cer,
    diarization_errors,
    score_voices,
)
from pipeline.model import Segment, Span, Transcript, Turn, VoiceSpan, VoiceTrack, Word

SAID = (("가", "오늘은 협치를 이야기합니다"), ("나", "네 좋습니다"), ("가", "그럼 시작하겠습니다"))


def reference(*said):
    turns = tuple(
        TrueTurn(speaker=who, start=10 * i, end=10 * i + 8, text=text) for i, (who, text) in enumerate(said)
    )
    speech = tuple(Stretch(speaker=turn.speaker, start=turn.start, end=turn.end) for turn in turns)
    return Reference(file="a.flac", duration_s=60, turns=turns, speech=speech)


def recognised(*heard):
    """A transcript and its turns, ten seconds each, of voice and text."""
    words, turns = [], []
    for i, (voice, text) in enumerate(heard):
        first = len(words)
        words += [
            Word(10_000 * i + 100 * k, 10_000 * i + 100 * k + 90, f" {w}", 0.9)
            for k, w in enumerate(text.split())
        ]
        turns.append(Turn("d", 10_000 * i, 10_000 * i + 8_000, voice, Span(first, len(words))))
    transcript = Transcript("d", 60_000, "ko", "fake", "base", tuple(words), (Segment(Span(0, len(words))),))
    return transcript, turns


def track(*spans):
    return VoiceTrack("d", tuple(VoiceSpan(*span) for span in spans))


def scores(said, heard):
    transcript, turns = recognised(*heard)
    spans = tuple(VoiceSpan(t.start_ms, t.end_ms, t.voice) for t in turns if t.voice)
    return score_voices(reference(*said), transcript, turns, VoiceTrack("d", spans))


def test_a_perfect_result_has_no_error_whatever_its_voices_are_called():
    found = scores(SAID, [("S2" if who == "가" else "S1", text) for who, text in SAID])
    assert (found.diarization.rate, found.words.accuracy, found.cp_cer.rate) == (0, 1, 0)
    assert [(each.speaker, each.voice) for each in found.by_speaker] == [("가", "S2"), ("나", "S1")]


def test_words_of_the_wrong_voice_are_counted_one_by_one():
    found = scores(SAID, [("S1", SAID[0][1]), ("S2", "네"), ("S1", "좋습니다 그럼 시작하겠습니다")])
    assert found.words == WordSpeakers(right=6, wrong=1, unrecognised=0)


def test_words_that_were_not_recognised_count_against_nobody():
    found = scores(SAID, [("S1", SAID[0][1]), ("S1", SAID[2][1])])
    assert found.words == WordSpeakers(right=5, wrong=0, unrecognised=2)


def test_a_word_of_nobody_is_wrong():
    found = scores(SAID, [("S1", SAID[0][1]), ("S2", SAID[1][1]), (None, SAID[2][1])])
    assert found.words == WordSpeakers(right=5, wrong=2, unrecognised=0)


def test_two_speakers_in_one_voice_leave_the_smaller_one_without():
    found = scores(SAID, [("S1", " ".join(text for _, text in SAID))])
    assert (found.voices, found.speakers) == (1, 2)
    assert [(each.voice, each.words.right) for each in found.by_speaker] == [("S1", 5), (None, 0)]


def test_each_speaker_has_a_cer_of_their_own():
    found = scores(SAID, [("S1", SAID[0][1]), ("S2", "네 졸습니다"), ("S1", SAID[2][1])])
    assert [each.cer.rate for each in found.by_speaker] == [0, pytest.approx(1 / 5)]


@pytest.mark.parametrize(
    ("heard", "score"),
    [
        ([("S1", "가나"), ("S2", "다라")], Score(0, 0, 0, 4)),
        ([("S2", "가나"), ("S1", "다라")], Score(0, 0, 0, 4)),
        ([("S1", "가나다라")], Score(0, 2, 2, 4)),
        ([("S1", "가나"), ("S2", "다라"), ("S3", "마")], Score(0, 0, 1, 4)),
        ([], Score(0, 4, 0, 4)),
    ],
)
def test_cp_cer_takes_the_matching_that_costs_least(heard, score):
    assert cp_cer([("ㄱ", "가나"), ("ㄴ", "다라")], heard) == score


@given(st.lists(st.tuples(st.sampled_from("가나다"), st.text("김이박최 ", max_size=6)), max_size=6))
def test_cp_cer_does_not_depend_on_what_voices_are_called(heard):
    said = [("ㄱ", "김이박"), ("ㄴ", "최김")]
    renamed = [({"가": "Z", "나": "X", "다": "Y"}[voice], text) for voice, text in heard]
    assert cp_cer(said, heard).rate == cp_cer(said, renamed).rate


@pytest.mark.parametrize(
    ("spans", "errors"),
    [
        ([(0, 8_000, "S1"), (10_000, 18_000, "S2")], DiarizationErrors(0, 0, 0, 16)),
        ([(0, 8_000, "S1")], DiarizationErrors(8, 0, 0, 16)),
        ([(0, 8_000, "S1"), (10_000, 18_000, "S2"), (30_000, 33_000, "S1")], DiarizationErrors(0, 3, 0, 16)),
        ([(0, 8_000, "S1"), (10_000, 16_000, "S2"), (16_000, 18_000, "S1")], DiarizationErrors(0, 0, 2, 16)),
        ([(0, 8_000, "S1"), (2_000, 3_000, "S2"), (10_000, 18_000, "S2")], DiarizationErrors(0, 1, 0, 16)),
    ],
)
def test_diarization_errors_are_told_apart(spans, errors):
    speech = [Stretch(speaker="가", start=0, end=8), Stretch(speaker="나", start=10, end=18)]
    found = diarization_errors(speech, track(*spans), 60, collar_s=0)
    assert [found.missed, found.false_alarm, found.confusion, found.total] == pytest.approx(
        [errors.missed, errors.false_alarm, errors.confusion, errors.total]
    )


def test_near_a_boundary_nothing_is_scored():
    speech = [Stretch(speaker="가", start=1, end=8)]
    assert diarization_errors(speech, track((800, 8_200, "S1")), 60, collar_s=0.25).rate == 0
    assert diarization_errors(speech, track((800, 8_200, "S1")), 60, collar_s=0.1).rate > 0


def test_both_voices_of_an_overlap_are_scored():
    speech = [Stretch(speaker="가", start=0, end=8), Stretch(speaker="나", start=6, end=10)]
    found = diarization_errors(speech, track((0, 8_000, "S1"), (8_000, 10_000, "S2")), 60, collar_s=0)
    assert (found.total, found.missed) == pytest.approx((12, 2))
