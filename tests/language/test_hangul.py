import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.language.hangul import attach, coda, compose, decompose, distance, sound, sound_distance

SYLLABLES = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)
WORDS = st.text(SYLLABLES, min_size=1, max_size=8)


@given(SYLLABLES)
def test_a_syllable_taken_apart_can_be_put_together(syllable: str) -> None:
    assert compose(decompose(syllable)) == syllable


@given(st.characters(exclude_categories=["Lo", "Cs"]))
def test_other_characters_stay_whole(character: str) -> None:
    assert compose(decompose(character)) == character


@pytest.mark.parametrize(
    ("stem", "ending", "joined"),
    [
        ("협치", "을", "협치를"),
        ("예산", "를", "예산을"),
        ("예산", "는", "예산은"),
        ("센터", "이", "센터가"),
        ("교육", "와의", "교육과의"),
        ("교육", "와", "교육과"),
        ("서울", "으로", "서울로"),
        ("예산", "로", "예산으로"),
        ("센터", "으로서", "센터로서"),
        ("센터", "이나", "센터나"),
        ("예산", "라는", "예산이라는"),
        ("도시", "이라고", "도시라고"),
        ("센터", "이에요", "센터예요"),
        ("예산", "예요", "예산이에요"),
        ("센터", "은요", "센터는요"),
        ("3", "를", "3을"),
        ("2", "을", "2를"),
        ("협치", "에서", "협치에서"),
        ("협치", "입니다", "협치입니다"),
        ("협치", "도", "협치도"),
    ],
)
def test_a_particle_takes_the_form_that_the_sound_before_it_asks_for(
    stem: str, ending: str, joined: str
) -> None:
    assert attach(stem, ending) == joined


def test_after_letters_whose_reading_is_unknown_a_particle_stays_as_it_is() -> None:
    assert coda("IT") is None
    assert attach("IT", "을") == "IT을"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("공익활동", "공이콸동"),
        ("통학로", "통항노"),
        ("협력", "혐녁"),
        ("신라", "실라"),
        ("숙의", "수긔"),
        ("값이", "갑시"),
    ],
)
def test_what_is_pronounced_alike_sounds_alike(one: str, other: str) -> None:
    assert sound_distance(one, other, 1.0) == 0


@pytest.mark.parametrize(
    ("near", "far"),
    [
        (("민관협치", "밍관협치"), ("민관협치", "민간기업")),
        (("협치", "협취"), ("협치", "협의")),
        (("청년숙의예산", "청년수기예산"), ("청년숙의예산", "청년정책예산")),
        (("공론화위원회", "공로나위원회"), ("공론화위원회", "선거관리위원회")),
    ],
)
def test_a_mishearing_is_nearer_than_another_word(near: tuple[str, str], far: tuple[str, str]) -> None:
    assert sound_distance(*near, 3.0) < sound_distance(*far, 3.0)


@given(WORDS, WORDS)
def test_the_distance_of_two_words_is_the_same_both_ways(one: str, other: str) -> None:
    assert distance(sound(one), sound(other), 50) == pytest.approx(distance(sound(other), sound(one), 50))


@given(WORDS)
def test_a_word_is_at_no_distance_from_itself(word: str) -> None:
    assert sound_distance(word, word, 0.0) == 0
