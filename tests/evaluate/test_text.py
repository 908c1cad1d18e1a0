import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import Term
from pipeline.evaluate.reference import Reference, Turn
from pipeline.evaluate.text import Score, cer, normalise, score_text, settled_turns, term_recall
from pipeline.model import Segment, Span, Transcript, Word

TERMS = (
    Term(name="민관협치", variants=("민간협치", "민관협치단")),
    Term(name="주민총회"),
    Term(name="공익활동지원센터"),
)
korean = st.text(st.sampled_from("가나다라 마바사.,?"), max_size=30)


def reference(*turns):
    return Reference(
        file="a.flac",
        duration_s=60,
        turns=tuple(
            Turn(speaker="S1", start=index, end=index + 1, text=text, text_spoken=spoken)
            for index, (text, spoken) in enumerate(turns)
        ),
    )


@pytest.mark.parametrize(
    ("given_text", "normal"),
    [
        ("안녕하세요, 여러분!", "안녕하세요여러분"),
        ("“네…” 하고·말했다", "네하고말했다"),
        (" 가\n\t나\u3000다 ", "가나다"),
        (unicodedata.normalize("NFD", "협치"), "협치"),
        ("3개 AI", "3개AI"),
    ],
)
def test_normalising_drops_spaces_and_punctuation(given_text, normal):
    assert normalise(given_text) == normal


def test_normalising_can_keep_single_spaces():
    assert normalise("  네,  그렇습니다 . ", spaces=True) == "네 그렇습니다"


@pytest.mark.parametrize(
    ("said", "heard", "score"),
    [
        ("가나다라", "가나다라", Score(0, 0, 0, 4)),
        ("가나다라", "가너다라", Score(1, 0, 0, 4)),
        ("가나다라", "가다라", Score(0, 1, 0, 4)),
        ("가나다라", "가나나다라", Score(0, 0, 1, 4)),
        ("가나다라", "", Score(0, 4, 0, 4)),
        ("", "가나", Score(0, 0, 2, 0)),
        ("", "", Score(0, 0, 0, 0)),
    ],
)
def test_errors_are_counted_by_kind(said, heard, score):
    assert cer(said, heard) == score


def test_spacing_costs_nothing_unless_spaces_are_scored():
    assert cer("주민 총회를", "주민총회를").rate == 0
    assert cer("주민 총회를", "주민총회를", spaces=True).rate == pytest.approx(1 / 6)


def test_the_rate_of_pure_invention_is_over_one():
    assert cer("", "가나다").rate == 3


@given(korean, korean)
def test_the_rate_is_zero_only_for_equal_normal_text(said, heard):
    assert (cer(said, heard).rate == 0) == (normalise(said) == normalise(heard))


def test_a_number_may_be_written_either_way():
    said = reference(("3개를 샀다.", "세 개를 샀다."), ("7호선을 탔다.", "칠호선을 탔다."))
    assert score_text(said, "세 개를 샀다 7호선을 탔다").cer.rate == 0


def test_the_written_form_stands_where_both_fit_alike():
    assert settled_turns(reference(("3개", "세개")), "네개") == ["3개"]


def test_a_transcript_is_scored_by_the_words_of_its_segments():
    words = (Word(0, 1, " 안녕", 0.9), Word(1, 2, "하세요.", 0.9), Word(2, 3, "네.", 0.9))
    transcript = Transcript("ab", 9, "ko", "fake", "base", words, (Segment(Span(0, 2)), Segment(Span(2, 3))))
    assert score_text(reference(("안녕하세요. 네.", "")), transcript).cer_with_spaces.rate == 0


@pytest.mark.parametrize(
    ("heard", "found"),
    [
        ("민관협치를 위한 주민총회", 2),
        ("민관 협치를 위한 주민 총회", 2),
        ("민간협치를 위한 주민총회", 1),
        ("민관협치단을 위한 주민총회", 1),
        ("비민관협치를 위한 주민총회", 1),
        ("민관협치 민관협치 민관협치", 1),
        ("", 0),
    ],
)
def test_terms_are_found_by_their_canonical_name(heard, found):
    recall = term_recall("민관협치를 위한 주민총회", heard, TERMS)
    assert (recall.found, recall.total) == (found, 2)


def test_recall_without_terms_in_the_reference_is_undefined():
    assert term_recall("아무 말", "민관협치", TERMS).rate is None


def test_recall_without_a_glossary_is_undefined():
    assert term_recall("민관협치", "민관협치", ()).rate is None


def test_a_term_of_nothing_but_punctuation_is_ignored():
    assert term_recall("가 · 나", "가 · 나", [Term(name="·")]).total == 0
