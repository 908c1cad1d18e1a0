import pytest

from pipeline.language import style
from pipeline.language.korean import load_korean

pytestmark = pytest.mark.model


def restyle(sentence, register, korean):
    return style.restyle([sentence], register, korean)[0]


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
        ("위험한 길을 같이 걸어 보았어요.", "위험한 길을 같이 걸어 봤습니다.", "위험한 길을 같이 걸어 봤다."),
        ("일이 잘 돼요.", "일이 잘 됩니다.", "일이 잘 된다."),
        ("그 뜻을 잘 몰라요.", "그 뜻을 잘 모릅니다.", "그 뜻을 잘 모른다."),
        ("서로 도와요.", "서로 돕습니다.", "서로 돕는다."),
        ("기록을 써요.", "기록을 씁니다.", "기록을 쓴다."),
        ("사정이 그래요.", "사정이 그렇습니다.", "사정이 그렇다."),
        ("물이 흘러요.", "물이 흐릅니다.", "물이 흐른다."),
        ("집을 지어요.", "집을 짓습니다.", "집을 짓는다."),
        ("하늘이 파래요.", "하늘이 파랗습니다.", "하늘이 파랗다."),
        ("아이들이 놀아요.", "아이들이 놉니다.", "아이들이 논다."),
        ("날씨가 추워요.", "날씨가 춥습니다.", "날씨가 춥다."),
        ("그 일이 쉬웠어요.", "그 일이 쉬웠습니다.", "그 일이 쉬웠다."),
        ("앞으로도 참여하고 싶어요.", "앞으로도 참여하고 싶습니다.", "앞으로도 참여하고 싶다."),
        ("시간이 걸릴 것 같아요.", "시간이 걸릴 것 같습니다.", "시간이 걸릴 것 같다."),
        ("저희도 잘 지내고 있어요.", "저희도 잘 지내고 있습니다.", "저희도 잘 지내고 있다."),
        ("선생님께서 오셨어요.", "선생님께서 오셨습니다.", "선생님께서 오셨다."),
        ("주민이 직접 정해야 해요.", "주민이 직접 정해야 합니다.", "주민이 직접 정해야 한다."),
        ("그렇게 시작하게 됐어요.", "그렇게 시작하게 됐습니다.", "그렇게 시작하게 됐다."),
        ("참여하지 못했어요.", "참여하지 못했습니다.", "참여하지 못했다."),
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
        "제가 처음이었거든요.",
        "회의가 많았고요.",
        "예산이 모자란데요.",
        "왜 안 되는지 몰라요?",
        "함께해 주십시오.",
        "같이 가시죠.",
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


def test_a_term_of_several_words_loses_none_of_them() -> None:
    korean = load_korean(("통학로 안전 개선",))
    said = "가장 큰 성과는 통학로 안전 개선이에요."
    assert style.restyle([said], "합니다체", korean) == ["가장 큰 성과는 통학로 안전 개선입니다."]
