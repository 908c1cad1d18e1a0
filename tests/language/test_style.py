import pytest

from pipeline.language.korean import load_korean
from pipeline.language.style import restyle

pytestmark = pytest.mark.model


@pytest.mark.parametrize(
    ("said", "formal", "plain"),
    [
        ("마을이 많이 달라졌어요.", "마을이 많이 달라졌습니다.", "마을이 많이 달라졌다."),
        ("저는 좋다고 생각해요.", "저는 좋다고 생각합니다.", "저는 좋다고 생각한다."),
        ("토요일마다 회의를 열어요.", "토요일마다 회의를 엽니다.", "토요일마다 회의를 연다."),
        ("그 골목은 길이 좁아요.", "그 골목은 길이 좁습니다.", "그 골목은 길이 좁다."),
        ("저는 위원이에요.", "저는 위원입니다.", "저는 위원이다."),
        ("여기가 센터예요.", "여기가 센터입니다.", "여기가 센터다."),
        ("예산이 없어요.", "예산이 없습니다.", "예산이 없다."),
        ("길을 고쳤으면 좋겠어요.", "길을 고쳤으면 좋겠습니다.", "길을 고쳤으면 좋겠다."),
        ("이웃의 소리를 들어요.", "이웃의 소리를 듣습니다.", "이웃의 소리를 듣는다."),
        ("그건 제 일이 아니에요.", "그건 제 일이 아닙니다.", "그건 제 일이 아니다."),
        ("다음 달에 문을 열 거예요.", "다음 달에 문을 열 것입니다.", "다음 달에 문을 열 것이다."),
        ("모두가 함께합니다.", "모두가 함께합니다.", "모두가 함께한다."),
        ("다 같이 해 봤어요", "다 같이 해 봤습니다", "다 같이 해 봤다"),
    ],
)
def test_a_statement_takes_another_ending(said: str, formal: str, plain: str) -> None:
    korean = load_korean(())
    assert restyle(said, "합니다체", korean) == formal
    assert restyle(said, "한다체", korean) == plain


@pytest.mark.parametrize(
    "said",
    [
        "회의는 어디에서 열려요?",
        "누가 그렇게 정했어요.",
        "조금만 도와주세요.",
        "제가 내일 할게요.",
        "다들 알고 있잖아요.",
        "정말 뿌듯하더라고요.",
        "그때는 그랬죠.",
        "좋은 말씀이네요.",
        "민관협치",
        "",
    ],
)
def test_what_has_no_sure_counterpart_is_refused(said: str) -> None:
    assert restyle(said, "합니다체", load_korean(())) is None


def test_the_plain_form_of_a_negated_word_is_refused() -> None:
    assert restyle("고기를 먹지 않아요.", "한다체", load_korean(())) is None


def test_only_the_last_word_changes() -> None:
    said = "작년에 3개 동에서, 그러니까 120명이 모였어요."
    restyled = restyle(said, "합니다체", load_korean(()))
    assert restyled is not None
    assert restyled.split()[:-1] == said.split()[:-1]
