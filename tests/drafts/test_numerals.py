"""Korean numerals are read as numbers."""

import pytest

from pipeline.drafts.numerals import value


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("120", "120"), ("1,200", "1200"), ("백이십", "120"), ("이천이십", "2020"), ("서른다섯", "35"),
        ("3,500만", "35000000"), ("삼천오백만", "35000000"), ("2억", "200000000"), ("만", "10000"),
        ("일억이천만", "120000000"),
        ("한", "1"), ("스무", "20"), ("3.5", "3.5"), ("십만", "100000"), ("영", "0"),
    ],
)  # fmt: skip
def test_a_numeral_is_its_value_however_it_is_spelled(text: str, number: str) -> None:
    assert value(text) == number


@pytest.mark.parametrize("text", ["", "첫째", "두세", "사람", "백 명", "이삼"])
def test_what_is_no_number_has_no_value(text: str) -> None:
    assert value(text) is None
