"""Spelling -> sound, by article of the Standard Pronunciation; then sound -> symbols of the voice model."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samples.make.g2p import phonemes, pronounce
from samples.make.hangul import is_syllable, take_apart

SOUNDS = {
    "liaison": {
        "옷이": "오시",
        "밖에": "바께",
        "꽃이": "꼬치",
        "앞으로": "아프로",
        "값을": "갑쓸",
        "없어": "업써",
        "앉아": "안자",
        "읽어": "일거",
        "많아": "마나",
        "싫어": "시러",
        "낳아": "나아",
        "영어": "영어",
    },
    "nasalisation": {
        "국민": "궁민",
        "있는": "인는",
        "합니다": "함니다",
        "앞마당": "암마당",
        "읽는": "잉는",
        "없는": "엄는",
        "협력": "혐녁",
        "독립": "동닙",
        "정류장": "정뉴장",
        "공론화": "공논화",
    },
    "lateralisation": {"신라": "실라", "칼날": "칼랄", "뚫는": "뚤른", "관련": "괄련"},
    "palatalisation": {
        "굳이": "구지",
        "같이": "가치",
        "붙이다": "부치다",
        "닫히다": "다치다",
        "벼훑이": "벼훌치",
    },
    "aspiration": {
        "좋다": "조타",
        "않고": "안코",
        "싫지": "실치",
        "입학": "이팍",
        "못하다": "모타다",
        "앉히다": "안치다",
        "넓히다": "널피다",
        "밝히다": "발키다",
    },
    "tensification": {
        "국밥": "국빱",
        "먹고": "먹꼬",
        "옆집": "엽찝",
        "있습니다": "읻씀니다",
        "앉고": "안꼬",
        "넓게": "널께",
        "핥다": "할따",
        "맑게": "말께",
        "싫소": "실쏘",
        "할 것을": "할 꺼슬",
        "올 수 있는": "올 쑤 인는",
        "활동": "활똥",
        "성과": "성꽈",
    },
    "coda neutralisation": {"부엌": "부억", "꽃": "꼳", "앞": "압", "값": "갑", "삶": "삼", "닭": "닥"},
    "simplified vowels": {"희망": "히망", "가져": "가저", "계획": "게획", "예산": "예산"},
    "particle or noun in 의": {
        "시민의": "시미네",
        "회의": "회의",
        "협의": "혀비",
        "위원회의": "위원회에",
    },
}
PAIRS = [(rule, spelling, sound) for rule, table in SOUNDS.items() for spelling, sound in table.items()]
SYLLABLES = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)


@pytest.mark.parametrize(("rule", "spelling", "sound"), PAIRS)
def test_spelling_is_pronounced_by_rule(rule, spelling, sound):
    assert pronounce(spelling) == sound, rule


@pytest.mark.parametrize(
    ("spelling", "symbols"),
    [
        ("가구", "kaɡu"),
        ("조직", "ʨoʥik"),
        ("차", "tɕha"),
        ("까치", "katɕhi"),
        ("시", "ɕi"),
        ("사람", "saɾam"),
        ("달라", "talla"),
        ("강", "kaŋ"),
        ("옷", "oʔ"),
        ("터", "tʰhɔ"),
        ("저", "ʨʌ"),
        ("귀", "kʋi"),
        ("말씀", "maɾsɯm"),
        ("네, 예.", "ne, je."),
    ],
)
def test_sounds_become_the_voice_models_symbols(spelling, symbols):
    assert phonemes(spelling) == symbols


@pytest.mark.parametrize("unreadable", ["3년", "AI", "(웃음)"])
def test_what_has_no_reading_is_refused(unreadable):
    with pytest.raises(ValueError, match="no reading"):
        phonemes(unreadable)


def test_decomposed_text_sounds_like_composed_text():
    assert phonemes("\u1112\u1167\u11b8\u1105\u1167\u11a8") == phonemes("협력")


@given(SYLLABLES)
def test_a_syllable_survives_being_taken_apart(char):
    assert str(take_apart(char)) == char


@given(st.text(SYLLABLES, min_size=1, max_size=8))
def test_pronunciation_never_adds_or_drops_a_syllable(word):
    sound = pronounce(word)
    assert len(sound) == len(word)
    assert all(map(is_syllable, sound))
