from pathlib import Path

import pytest
from said_sessions import ASKER, CITIZEN, allows, session

from pipeline.drafts.chapters import Discretion, load_chapters
from pipeline.drafts.consents import consents
from pipeline.drafts.discretion import left_out
from pipeline.model import Consent

RULES = load_chapters(Path(__file__).parents[2] / "config" / "chapters")[0].discretion


def kept(*said, speakers=None):
    material = session(said, speakers)
    known = consents(material.session, material.speakers)
    out = left_out(material.turns, material.annotations, known, RULES)
    return [
        turn.text[chars.start : chars.end]
        for number, turn in enumerate(material.turns)
        for place, chars in enumerate(turn.sentences)
        if (number, place) not in out
    ]


@pytest.mark.parametrize(
    "request_",
    [
        "아, 이건 기록하지 말아 주세요.",
        "이건 기록하지 마라 주세요.",
        "이건 기록에서 빼 주세요.",
        "이 얘기는 좀 빼 주세요.",
        "이건 책에는 싣지 마세요.",
        "이건 오프 더 레코드입니다.",
        "비공개로 해 주세요.",
        "녹음을 잠깐 꺼 주세요.",
    ],
)
def test_a_request_leaves_out_what_follows_it_in_the_turn(request_):
    assert kept(("S2", f"회의를 열었습니다. {request_} 사실은 다투었습니다.")) == ["회의를 열었습니다."]


@pytest.mark.parametrize(
    "sentence",
    [
        "일회용품을 쓰지 말아 주세요.",
        "어려운 절차는 빼 주세요.",
        "회의를 기록하지 말라는 지시가 있었습니다.",
        "회의 기록을 남기지 않은 것이 문제였습니다.",
        "우리 동네 이름이 널리 알려지지 않았습니다.",
        "비공개 회의가 많았습니다.",
        "지금 있는 규제를 빼 주세요.",
    ],
)
def test_a_sentence_that_only_sounds_like_a_request_stays(sentence):
    assert kept(("S2", f"{sentence} 그래서 제안합니다.")) == [sentence, "그래서 제안합니다."]


def test_a_request_that_ends_its_turn_speaks_of_all_of_it():
    assert kept(("S1", "어땠습니까?"), ("S2", "사실은 다투었습니다. 방금 말은 빼 주세요.")) == ["어땠습니까?"]


def test_a_request_that_is_all_of_its_turn_covers_the_next_turn_of_its_voice():
    said = (
        ("S2", "이건 기록하지 말아 주세요."),
        ("S1", "네."),
        ("S2", "사실은 다투었습니다."),
        ("S2", "또 만납시다."),
    )
    assert kept(*said) == ["네.", "또 만납시다."]


def test_a_promise_after_a_request_takes_nothing_more():
    said = (
        ("S2", "회의를 열었습니다. 이건 기록하지 말아 주세요. 사실은 다투었습니다."),
        ("S1", "그 말씀은 기록에 남기지 않겠습니다. 다음 질문입니다."),
    )
    assert kept(*said) == ["회의를 열었습니다.", "다음 질문입니다."]


def test_a_promise_without_an_understood_request_takes_the_turn_before_it():
    said = (
        ("S2", "이건 기노카지 말아. 사실은 다투었습니다."),
        ("S1", "네, 기록에 남기지 않겠습니다. 다음입니다."),
    )
    assert kept(*said) == ["다음입니다."]


def test_a_promise_is_no_request_though_it_sounds_like_one():
    rules = Discretion(request=("기록",), promise=("않겠",))
    material = session(
        (("S2", "회의를 열었습니다. 기록하지 마세요."), ("S1", "기록하지 않겠습니다. 다음입니다."))
    )
    out = left_out(material.turns, material.annotations, consents(material.session, material.speakers), rules)
    assert out == {(0, 0), (0, 1), (1, 0)}


def test_what_nobody_can_be_told_to_have_said_is_left_out_where_somebody_withdrew():
    speakers = {"S1": ASKER, "S2": allows(CITIZEN, Consent.WITHDRAWN)}
    assert kept(("S1", "시작합니다."), ("", "저는 반대합니다."), speakers=speakers) == ["시작합니다."]
    assert kept(("S1", "시작합니다."), ("", "저는 반대합니다.")) == ["시작합니다.", "저는 반대합니다."]


def test_those_who_withdrew_and_the_questions_to_them_are_left_out():
    speakers = {"S1": ASKER, "S2": allows(CITIZEN, Consent.WITHDRAWN)}
    said = (("S1", "시작하겠습니다. 어땠습니까? #question"), ("S2", "좋았습니다. #answer-to=0"))
    assert kept(*said, speakers=speakers) == ["시작하겠습니다."]


def test_a_question_with_one_answer_left_stays():
    speakers = {"S1": ASKER, "S2": allows(CITIZEN, Consent.WITHDRAWN)}
    said = (
        ("S1", "어땠습니까? #question"),
        ("S2", "좋았습니다. #answer-to=0"),
        ("S3", "저도요. #answer-to=0"),
    )
    assert kept(*said, speakers=speakers) == ["어땠습니까?", "저도요."]


def test_anonymous_people_may_still_introduce_what_they_do():
    speakers = {"S1": ASKER, "S2": allows(CITIZEN, Consent.ANONYMOUS)}
    said = (("S1", "그 사업을 소개해 주세요. #address"), ("S2", "골목을 바꾸는 사업입니다. #answer-to=0"))
    assert kept(*said, speakers=speakers)[1:] == ["골목을 바꾸는 사업입니다."]


def test_an_introduction_stays_where_the_name_may_be_shown():
    said = (("S1", "먼저 소개를 부탁드립니다. #address"), ("S2", "저는 김하늘입니다. #answer-to=0"))
    assert kept(*said) == ["먼저 소개를 부탁드립니다.", "저는 김하늘입니다."]
