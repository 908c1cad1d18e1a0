"""Merging two changed versions of one text by eojeol."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.drafts import threeway
from pipeline.drafts.threeway import Edit

texts = st.lists(st.sampled_from(["가", "나", "다", "라", "\n", "\t"]), max_size=9).map(threeway.join)


def merged(base: str, edited: str, new: str) -> str:
    return threeway.join([piece.text for piece in threeway.merge(base, edited, new)[0]])


@settings(max_examples=500)
@given(texts, texts)
def test_a_side_that_changed_nothing_yields(base: str, other: str) -> None:
    assert merged(base, other, base) == merged(base, base, other) == merged(base, other, other) == other


@settings(max_examples=500)
@given(texts, texts, texts)
def test_pieces_tell_what_they_are_in_base_and_new(base: str, edited: str, new: str) -> None:
    before, after = threeway.pieces_of(base), threeway.pieces_of(new)
    for piece in threeway.merge(base, edited, new)[0]:
        assert piece.base is None or before[piece.base] == piece.text
        assert piece.new is None or after[piece.new] == piece.text


@pytest.mark.parametrize(
    ("base", "edited", "new", "result", "clashes"),
    [
        ("저희 시가 달라요.", "저희 시는 달라요.", "저희 시가 바뀌었어요.", "저희 시는 달라요.", 1),
        ("저희 시가 참 많이 달라졌어요.", "우리 시가 참 많이 달라졌어요.", "저희 시가 참 많이 바뀌었어요.",
         "우리 시가 참 많이 바뀌었어요.", 0),
        ("삼십 명이 왔다.", "오십 명이 왔다.", "사십 명이 왔다.", "오십 명이 왔다.", 1),
        ("함께 갑니다.", "모두 함께 갑니다.", "함께 갔습니다.", "모두 함께 갔습니다.", 0),
        ("큰 집 앞", "집 앞", "작은 집 앞", "집 앞", 1),
        ("찬성합니다. 예산이 문제예요.", "찬성합니다. 다만 예산이 문제예요.", "찬성합니다.",
         "찬성합니다. 다만 예산이 문제예요.", 1),
        ("찬성합니다. 예산이 문제예요.", "찬성합니다. (웃음) 예산이 문제예요.", "예산이 문제예요.",
         "찬성합니다. (웃음) 예산이 문제예요.", 1),
        ("찬성합니다. 예산이 문제예요.", "찬성합니다. (웃음) 예산이 문제예요.",
         "찬성해요. 그러나 모릅니다. 예산이 문제예요.", "찬성합니다. (웃음) 예산이 문제예요.", 1),
        ("찬성합니다. 예산이 문제예요.", "찬성합니다. (웃음) 예산이 문제예요.",
         "찬성해요. 예산이 문제예요.", "찬성해요. (웃음) 예산이 문제예요.", 0),
        ('"협치"는 - 솔직히 - 어렵다...', "“협치”는 – 솔직히 – 어렵다…", '"협치"는 - 참 솔직히 - 어렵다...',
         "“협치”는 – 참 솔직히 – 어렵다…", 0),
        ("하나 둘 셋 넷", "하나\n둘 셋 넷", "하나 둘 셋 다섯", "하나\n둘 셋 다섯", 0),
        ("이름\t2명\t광명", "이름\t3명\t광명", "성명\t2명\t광명시", "성명\t3명\t광명시", 0),
    ],
)  # fmt: skip
def test_both_changes_are_taken_unless_they_meet(
    base: str, edited: str, new: str, result: str, clashes: int
) -> None:
    assert merged(base, edited, new) == result
    assert len(threeway.merge(base, edited, new)[1]) == clashes


def test_a_difference_is_shown_word_by_word() -> None:
    assert threeway.edits("세 명이 왔다 갔다.", "네 명이 왔다 갔다. 끝") == (Edit("세", "네"), Edit("", "끝"))
