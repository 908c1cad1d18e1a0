import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.drafts.chapters import Mask
from pipeline.drafts.masking import Hidden, curtain, masked
from pipeline.model import Consent, Participant, Span

HAJUN = Participant("오하준", consent=Consent.ANONYMOUS, affiliation="소하동 주민회")
NUMBER = Mask(pattern=r"\d[\d -]{5,}\d", beside="전화", what="전화번호")


def over(text, *people, shown=(), masks=()):
    return curtain([person.name for person in people], people, shown, masks).over(text)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("오하준입니다.", "○○○입니다."),
        ("오 하준입니다.", "○○○입니다."),
        ("하준 씨가 말했습니다.", "○○○ 씨가 말했습니다."),
        ("하준 위원 말이 맞습니다.", "○○○ 위원 말이 맞습니다."),
        ("오 선생님은 어떻습니까?", "○○○ 선생님은 어떻습니까?"),
        ("소하동주민회에서 왔습니다.", "○○○에서 왔습니다."),
        ("오 년 동안 했습니다.", "오 년 동안 했습니다."),
        ("나오 선생님이 왔습니다.", "나오 선생님이 왔습니다."),
    ],
)
def test_a_name_is_hidden_however_somebody_is_called_by_it(said, shown):
    assert over(said, HAJUN) == shown


def test_a_surname_that_is_also_a_word_stays_without_an_honorific():
    assert (
        over("이 위원회는 이 위원님 덕입니다.", Participant("이수현")) == "이 위원회는 ○○○ 위원님 덕입니다."
    )


def test_a_name_of_two_syllables_is_not_looked_for_across_spaces():
    assert over("이 수업에서 이수 씨를 봤습니다.", Participant("이수")) == "이 수업에서 ○○○ 씨를 봤습니다."


def test_a_name_that_may_be_shown_stays_whole():
    assert (
        over("한나래와 한나가 왔습니다.", Participant("한나"), shown=["한나래"]) == "한나래와 ○○○가 왔습니다."
    )


def test_a_lone_syllable_is_no_name():
    assert over("김을 매었습니다.", Participant("김")) == "김을 매었습니다."


def test_a_mask_needs_the_word_beside_it():
    masks = [NUMBER]
    assert over("전화는 02 123 4567입니다.", masks=masks) == "전화는 ○○○입니다."
    assert over("예산은 1234 5678 원입니다.", masks=masks) == "예산은 1234 5678 원입니다."


def test_nothing_is_hidden_where_nobody_withholds_anything():
    assert over("아무 말이나 합니다.") == "아무 말이나 합니다."


hidden = st.lists(
    st.builds(
        lambda start, length: Hidden(Span(start, start + length), "이름"),
        st.integers(0, 20),
        st.integers(0, 6),
    )
)


@given(st.text("가나다 ", min_size=26, max_size=26), hidden)
def test_masking_keeps_everything_else_and_says_where_it_masked(text, found):
    new, old, placed = masked(text, found)
    gone = {index for one in found for index in range(one.chars.start, one.chars.end)}
    assert new.replace("○○○", "") == "".join(char for index, char in enumerate(text) if index not in gone)
    assert len(old) == len(placed) == new.count("○○○")
    assert all(new[one.chars.start : one.chars.end] == "○○○" for one in placed)
