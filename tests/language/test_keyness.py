"""Key terms and sentences are what the rest of a session refers to, and are always the same."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.language.keyness import REDUNDANT, key_sentences, key_terms
from pipeline.language.sentences import Sentence
from pipeline.model import Morpheme, Span

WORDS = ["예산", "통학로", "청년", "도서관", "버스", "환경", "조례", "교육", "축제", "텃밭"]


def said(number: int, words: list[str]) -> Sentence:
    """A sentence of nouns only, turn ``number``."""
    text = " ".join(words)
    morphemes = tuple(Morpheme(word, "NNG", Span(0, len(word))) for word in words)
    return Sentence(number, "S1", text, Span(0, len(text)), morphemes)


def sentences(*bags: str) -> list[Sentence]:
    return [said(number, bag.split()) for number, bag in enumerate(bags)]


SESSION = sentences(
    "통학로 예산 조례 청년",
    "통학로 예산 버스 교육",
    "통학로 예산 도서관 환경",
    "축제 텃밭 공연 무대",
    "통학로 예산",
)


def test_the_words_that_hold_a_session_together_come_first() -> None:
    assert [term.term for term in key_terms(SESSION, 2)] == ["예산", "통학로"]


def test_a_word_said_once_is_no_key_term() -> None:
    assert all(term.sentences > 1 for term in key_terms(SESSION))


def test_a_sentence_that_shares_nothing_is_no_key_sentence_before_those_that_do() -> None:
    assert key_sentences(SESSION, 1)[0].turn in {0, 1, 2}


def test_a_sentence_much_like_a_chosen_one_is_passed_over() -> None:
    doubled = [*SESSION, said(9, "통학로 예산 조례 청년".split())]  # noqa: SIM905
    chosen = [one.turn for one in key_sentences(doubled, 10)]
    assert not {0, 9} <= set(chosen)


@pytest.mark.parametrize("nothing", [[], sentences("네"), [said(0, [])]])
def test_a_session_without_content_has_neither(nothing: list[Sentence]) -> None:
    assert (key_terms(nothing), key_sentences(nothing)) == ((), ())


@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=7), max_size=12))
def test_choices_are_ranked_few_distinct_and_repeatable(bags: list[list[str]]) -> None:
    session = [said(number, bag) for number, bag in enumerate(bags)]
    chosen = key_sentences(session, 3)
    assert chosen == key_sentences(session, 3)
    assert len(chosen) <= 3
    assert all(left.score >= right.score - 1e-9 for left, right in pairwise(chosen))
    words = {one.turn: set(bags[one.turn]) for one in chosen}
    for number, one in enumerate(chosen):
        for other in chosen[:number]:
            assert len(words[one.turn] & words[other.turn]) <= REDUNDANT * len(words[one.turn])
