"""A name is masked where it surely is one, and nobody's words are destroyed for a likeness."""

import pytest

from pipeline.batch.forgetting.spoken_names import SpokenName


@pytest.mark.parametrize(
    ("name", "text", "masked"),
    [
        ("김하늘", "김하늘은 김 하늘 님과 하늘 씨", "○○○은 ○ ○○ 님과 ○○ ○"),
        ("허준", "그때 허준이 말했고 허준을 봤어요.", "그때 ○○이 말했고 ○○을 봤어요."),
        ("허준", "허준이가 그랬어요. 허준 위원한테요.", "○○이가 그랬어요. ○○ 위원한테요."),
        ("허준", "허준박물관에 갔습니다.", "허준박물관에 갔습니다."),
        ("정은", "정은이한테 정은아 하고 불렀죠.", "○○이한테 ○○아 하고 불렀죠."),
        ("박진", "박진감 넘치는 박진은", "박진감 넘치는 ○○은"),
        ("김솔", "어제 김솔이 왔고 김솔도", "어제 ○○이 왔고 ○○도"),
        ("정도", "그 정도는 정도 씨가 정도를 지킨다고", "그 정도는 ○○ 씨가 정도를 지킨다고"),
        (
            "정도",
            "열 명 정도 대표와 그 정도 학생이 정도 위원을",
            "열 명 정도 대표와 그 정도 학생이 ○○ 위원을",
        ),
        ("이상", "서른 명 이상 위원이 있고 그 이상 씨가", "서른 명 이상 위원이 있고 그 ○○ 씨가"),
        ("허준", "그 허준 위원이 허 준 씨와 허 준 위원님", "그 ○○ 위원이 ○ ○ 씨와 ○ ○ 위원님"),
        ("이동", "이 동 주민과 이 동 대표가", "이 동 주민과 이 동 대표가"),
        ("안양", "안양은 안양에서 안양한테 졌죠.", "안양은 안양에서 안양한테 졌죠."),
        ("한강", "한강이 넓고 한강을 건너 한강 선생님이", "한강이 넓고 한강을 건너 ○○ 선생님이"),
        ("조국", "조국을 위해 싸웠습니다.", "조국을 위해 싸웠습니다."),
        ("조국", "어제 조국한테 물었습니다.", "어제 ○○한테 물었습니다."),
        ("하나", "하나가 빠졌고 하나한테만", "하나가 빠졌고 하나한테만"),
        ("이수", "과정을 이수하고 이수가 끝나면", "과정을 이수하고 이수가 끝나면"),
    ],
)
def test_what_is_surely_the_person_is_masked_and_nothing_else(name: str, text: str, masked: str) -> None:
    assert SpokenName(name).masked(text) == masked


def test_only_what_is_around_a_name_is_looked_at() -> None:
    text = "네 " * 500 + "허준이 왔어요 " + "네 " * 500
    (span,) = SpokenName("허준").spans(text)
    assert text[span.start : span.end] == "허준"
