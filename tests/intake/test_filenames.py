"""File names tell date, title and part."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.intake.filenames import MAX_SLUG, natural_key, parse, slug

NAMES = [
    ("2023-06-15_좌담회_1부", "좌담회", "2023-06-15", 1),
    ("2023.06.15 평가 좌담회 제2부", "평가 좌담회", "2023-06-15", 2),
    ("20230608_시민면담_김하늘", "시민면담 김하늘", "2023-06-08", None),
    ("230615 김하늘", "김하늘", "2023-06-15", None),
    ("2023년 6월 15일 협치 토론회", "협치 토론회", "2023-06-15", None),
    ("면담 1", "면담 1", None, None),
    ("Interview part 3", "Interview", None, 3),
    ("좌담회(2부)", "좌담회", None, 2),
    ("REC0001", "", None, None),
    ("녹음 12", "", None, None),
    ("1부", "", None, 1),
    ("2023-13-45 이상한 날짜", "2023-13-45 이상한 날짜", None, None),
    ("010-1234-5678 통화", "010-1234-5678 통화", None, None),
    ("1부터 시작하는 협치", "1부터 시작하는 협치", None, None),
]


@pytest.mark.parametrize(("stem", "title", "date", "part"), NAMES)
def test_names_are_taken_apart(stem: str, title: str, date: str | None, part: int | None) -> None:
    found = parse(stem)
    assert (found.title, found.date, found.part) == (title, date, part)


@pytest.mark.parametrize("stem", [name[0] for name in NAMES])
def test_decomposed_names_read_like_composed_ones(stem: str) -> None:
    assert parse(unicodedata.normalize("NFD", stem)) == parse(stem)


def test_parts_of_one_talk_share_their_base() -> None:
    assert parse("2023-06-15_좌담회_1부").base == parse("2023-06-15_좌담회_2부").base == "2023-06-15_좌담회"


@given(st.text())
def test_a_slug_is_a_name_that_every_file_system_takes(text: str) -> None:
    made = slug(text)
    assert len(made) <= MAX_SLUG
    assert not set(made) & set('<>:"/\\|?*. \n\t')
    assert slug(made) == made


def test_numbers_sort_by_value() -> None:
    assert sorted(["10부", "9부", "1부"], key=natural_key) == ["1부", "9부", "10부"]


@given(st.lists(st.text(), max_size=6))
def test_any_names_can_be_sorted(names: list[str]) -> None:
    once = sorted(names, key=natural_key)
    assert sorted(once, key=natural_key) == once
