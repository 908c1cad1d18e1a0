"""Names that nobody may read, and personal data, are found in a draft."""

import re

import pytest

from pipeline.drafts.leaks import leaks, name_pattern
from pipeline.drafts.reading import ReadBlock
from pipeline.model import BlockKind, Span


def paragraph(text: str, speaker: str = "") -> ReadBlock:
    return ReadBlock("s-1", BlockKind.ANSWER, speaker, text)


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("김하늘", "김하늘은 도서관을 운영한다.", ["김하늘"]),
        ("김하늘", "김 하늘 씨가 왔다.", ["김 하늘"]),
        ("김하늘", "하늘 씨가 왔다.", ["하늘 씨"]),
        ("김하늘", "하늘이 맑았다.", []),
        ("이수현", "박이수현 님이 왔다.", []),
        ("남궁민수", "남궁 민수 위원이 왔고 민수 님이 갔다.", ["남궁 민수", "민수 님"]),
        ("허준", "허준이 쓴 책", ["허준"]),
        ("허준", "준 씨앗을 심었다.", []),
    ],
)
def test_a_name_is_found_as_people_write_it(name: str, text: str, found: list[str]) -> None:
    assert [match.group() for match in name_pattern(name).finditer(text)] == found


def test_names_are_found_in_labels_and_in_texts() -> None:
    blocks = [paragraph("저는 오하준입니다.", "익명 1(시민)"), paragraph("네.", "최은영(시민)")]
    found = leaks(blocks, withdrawn=["최은영"], anonymous=["오하준"])
    assert [(leak.block, leak.rule, leak.what, leak.in_label) for leak in found] == [
        (0, "anonymous", "오하준", False),
        (1, "withdrawn", "최은영", True),
    ]
    assert found[0].chars == Span(3, 6)


def test_personal_data_is_asked_of_whoever_knows_it() -> None:
    def numbers(text: str) -> list[tuple[str, Span]]:
        return [("phone", Span(*match.span())) for match in re.finditer(r"\d+-\d+-\d+", text)]

    (leak,) = leaks([paragraph("전화는 02-000-3456입니다.")], personal_data=numbers)
    assert (leak.rule, leak.what, leak.chars) == ("personal", "phone", Span(4, 15))
