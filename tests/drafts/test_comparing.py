"""Two sentences are compared by what they say, not by how they say it."""

import pytest

from pipeline.drafts.comparing import Matter, compare
from pipeline.drafts.substance import Substance, substance

pytestmark = pytest.mark.model


def say(text: str) -> Substance:
    from pipeline.language.korean import load_korean

    (morphemes,) = load_korean().analyse([text])
    return substance(text, morphemes)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("저는 안 갔어요.", "저는 가지 않았습니다."),
        ("그건 못 해요.", "그것은 하지 못합니다."),
        ("스물두 명이 왔어요.", "22명이 왔습니다."),
        ("음, 그게 이제 문제죠.", "그것이 문제지요."),
        ("참여를 하고 싶어요.", "참여하고 싶습니다."),
        ("제가 곧 연락할게요.", "제가 곧 연락하겠습니다."),
    ],
)
def test_the_same_said_otherwise_is_the_same(said: str, written: str) -> None:
    assert compare(say(said), say(written)).differences == ()


@pytest.mark.parametrize(
    ("said", "written", "matter"),
    [
        ("저는 갔습니다.", "저는 안 갔습니다.", Matter.NEGATION),
        ("참여하지 않았습니다.", "참여했습니다.", Matter.NEGATION),
        ("그것은 성과가 아닙니다.", "그것은 성과입니다.", Matter.NEGATION),
        ("두 명이 왔습니다.", "세 명이 왔습니다.", Matter.NUMBER),
        ("예산을 늘렸습니다.", "예산을 늘리겠습니다.", Matter.TENSE),
        ("예산을 늘립니다.", "예산을 늘렸습니다.", Matter.TENSE),
        ("예산을 늘립니까?", "예산을 늘립니다.", Matter.QUESTION),
        ("시민이 행정을 도왔습니다.", "시민을 행정이 도왔습니다.", Matter.ROLE),
        ("월요일부터 엽니다.", "월요일까지 엽니다.", Matter.ROLE),
        ("문을 열어야 합니다.", "문을 열고 있습니다.", Matter.WORD),
        ("아주 힘들었습니다.", "조금 힘들었습니다.", Matter.WORD),
    ],
)
def test_what_changes_the_meaning_is_named(said: str, written: str, matter: Matter) -> None:
    differences = compare(say(said), say(written)).differences
    assert {difference.matter for difference in differences} == {matter}


def test_an_excerpt_may_leave_out_an_end_but_no_denial() -> None:
    whole = say("저는 그 사업이 성공했다고 생각하지 않습니다.")
    assert compare(whole, say("그 사업이 성공했다"), excerpt=True).differences
    assert not compare(whole, say("생각하지 않습니다"), excerpt=True).differences
    assert compare(say("그 사업이 성공했다고 생각합니다."), say("그 사업이 성공했다")).differences


def test_words_that_stand_beside_are_not_lost() -> None:
    whole = say("골목을 넓혔고 가로등을 달았습니다.")
    assert not compare(whole, say("골목을 넓혔습니다."), beside=say("가로등을 달았습니다.")).differences
    assert compare(whole, say("골목을 넓혔습니다."), beside=say("나무를 심었습니다.")).differences
