from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import AttributeSettings
from pipeline.model import Diarization, Segment, Span, Transcript, Turn, VoiceSpan, VoiceTrack, Word
from pipeline.speech.attribute import attribute, eojeols


def transcript(*words, recording="d"):
    """Of ``(start_ms, end_ms, text)``; text without a leading space goes on with the eojeol before it."""
    made = tuple(Word(start, end, text, 0.9) for start, end, text in words)
    segments = (Segment(Span(0, len(made))),) if made else ()
    return Transcript(recording, 60_000, "ko", "fake", "base", made, segments)


def voices(*spans, recording="d"):
    return VoiceTrack(recording, tuple(VoiceSpan(*span) for span in spans))


def turns(words, *spans):
    return attribute([transcript(*words)], Diarization("embeddings", (), (voices(*spans),)))


def said(words, *spans):
    """Voice and text of each turn."""
    spoken = transcript(*words)
    return [(turn.voice, spoken.text(turn.words)) for turn in turns(words, *spans)]


TALK = [(0, 400, " 협치를"), (450, 900, " 시작합니다."), (1_500, 1_800, " 네,"), (1_850, 2_400, " 좋습니다.")]


def test_each_word_goes_to_the_voice_it_shares_most_time_with():
    assert said(TALK, (0, 1_000, "S1"), (1_400, 2_500, "S2")) == [
        ("S1", "협치를 시작합니다."),
        ("S2", "네, 좋습니다."),
    ]


def test_a_turn_never_begins_inside_an_eojeol():
    pieces = [(0, 200, " 광"), (200, 400, "명"), (400, 700, "시는")]
    assert said(pieces, (0, 300, "S1"), (300, 700, "S2")) == [("S2", "광명시는")]


def test_a_segment_begins_a_new_eojeol():
    words = (Word(0, 300, " 네", 0.9), Word(300, 600, "그래서", 0.9))
    apart = Transcript("d", 1_000, "ko", "f", "b", words, (Segment(Span(0, 1)), Segment(Span(1, 2))))
    assert [each.text for each in eojeols(apart)] == ["네", "그래서"]


def test_a_boundary_inside_a_phrase_moves_to_the_sentence_end():
    found = turns(TALK, (0, 700, "S1"), (300, 2_500, "S2"))
    assert [turn.words for turn in found] == [Span(0, 2), Span(2, 4)]


def test_a_boundary_far_from_any_stop_stays():
    words = [(500 * i, 500 * i + 480, " 말") for i in range(10)]
    assert said(words, (0, 2_500, "S1"), (2_500, 5_000, "S2")) == [
        ("S1", "말 말 말 말 말"),
        ("S2", "말 말 말 말 말"),
    ]


def test_a_word_that_no_voice_covers_goes_to_the_nearest_and_is_doubtful():
    (turn,) = turns([(1_200, 1_500, " 네.")], (0, 1_000, "S1"))
    assert (turn.voice, turn.doubtful) == ("S1", True)


def test_a_word_far_from_every_voice_goes_to_the_one_before():
    found = said([(0, 900, " 앞."), (5_000, 5_400, " 뒤.")], (0, 1_000, "S1"), (9_000, 9_900, "S2"))
    assert found == [("S1", "앞. 뒤.")]


def test_without_voices_the_speaker_is_unknown():
    assert said(TALK) == [(None, "협치를 시작합니다. 네, 좋습니다.")]


def test_a_flicker_in_the_middle_of_a_sentence_is_taken_back():
    words = [(0, 300, " 우리"), (310, 500, " 마을"), (510, 900, " 사업은.")]
    assert said(words, (0, 305, "S1"), (305, 505, "S2"), (505, 1_000, "S1")) == [("S1", "우리 마을 사업은.")]


@pytest.mark.parametrize("word", ["네", "맞아요,", "예."])
def test_a_backchannel_stays_a_turn_of_its_own(word):
    words = [(0, 300, " 우리"), (510, 700, f" {word}"), (910, 1_300, " 사업은.")]
    found = said(words, (0, 505, "S1"), (505, 705, "S2"), (705, 1_300, "S1"))
    assert found == [("S1", "우리"), ("S2", word), ("S1", "사업은.")]


def test_a_backchannel_can_be_folded_into_the_turn_around_it():
    words = [(0, 300, " 우리"), (510, 700, " 네."), (910, 1_300, " 사업은."), (2_000, 2_400, " 예.")]
    spans = (0, 505, "S1"), (505, 705, "S2"), (705, 1_300, "S1"), (1_900, 2_500, "S2")
    track = Diarization("embeddings", (), (voices(*spans),))
    found = attribute([transcript(*words)], track, AttributeSettings(backchannels="fold"))
    assert [(turn.voice, turn.words, turn.others) for turn in found] == [
        ("S1", Span(0, 3), ("S2",)),
        ("S2", Span(3, 4), ()),
    ]


def test_a_real_answer_is_never_folded():
    words = [(0, 300, " 그렇죠?"), (510, 900, " 아니요."), (1_000, 1_300, " 네.")]
    track = Diarization("embeddings", (), (voices((0, 400, "S1"), (500, 950, "S2"), (980, 1_300, "S1")),))
    found = attribute([transcript(*words)], track, AttributeSettings(backchannels="fold"))
    assert [turn.voice for turn in found] == ["S1", "S2", "S1"]


def test_in_an_overlap_the_speaker_goes_on_to_the_end_of_the_sentence():
    words = [
        (0, 500, " 그래서"),
        (520, 1_000, " 했습니다."),
        (1_020, 1_500, " 잠깐만요."),
        (1_520, 2_000, " 저는"),
    ]
    found = turns(words, (0, 1_500, "S1"), (500, 2_100, "S2"))
    assert [(turn.voice, turn.words, turn.others) for turn in found] == [
        ("S1", Span(0, 2), ("S2",)),
        ("S2", Span(2, 4), ("S1",)),
    ]


def test_recordings_are_attributed_each_by_its_own_track():
    parts = [transcript((0, 400, " 하나."), recording="a"), transcript((0, 400, " 둘."), recording="b")]
    tracks = (voices((0, 500, "S2"), recording="b"), voices((0, 500, "S1"), recording="a"))
    found = attribute(parts, Diarization("embeddings", (), tracks))
    assert [(turn.recording, turn.voice) for turn in found] == [("a", "S1"), ("b", "S2")]


def test_a_transcript_without_words_has_no_turns():
    assert turns([], (0, 1_000, "S1")) == ()


pieces = st.lists(
    st.tuples(st.integers(0, 900), st.integers(1, 900), st.sampled_from([" 가", "나", " 네.", " 예", "요."])),
    max_size=25,
)
spans = st.lists(
    st.tuples(st.integers(0, 9_000), st.integers(1, 4_000), st.sampled_from(["S1", "S2", "S3"])), max_size=8
)


def laid_out(pieces):
    words, at = [], 0
    for gap, length, text in pieces:
        words.append((at + gap, at + gap + length, text))
        at += gap + length
    return words


@given(pieces, spans)
def test_every_word_is_in_exactly_one_turn_and_neighbours_differ(pieces, spans):
    words = laid_out(pieces)
    found: tuple[Turn, ...] = turns(words, *[(start, start + length, v) for start, length, v in spans])
    assert [i for turn in found for i in range(turn.words.start, turn.words.end)] == list(range(len(words)))
    assert all(left.voice != right.voice for left, right in pairwise(found))
    assert all(turn.words.start == 0 or words[turn.words.start][2][0] == " " for turn in found)
    assert all(turn.voice not in turn.others for turn in found)


@given(pieces, spans)
def test_the_order_in_which_voices_are_listed_is_irrelevant(pieces, spans):
    words = laid_out(pieces)
    listed = [(start, start + length, voice) for start, length, voice in spans]
    assert turns(words, *listed) == turns(words, *reversed(listed))
