from dataclasses import replace
from pathlib import Path

import pytest
from said_sessions import ASKER, CITIZEN, DIGEST, session

from pipeline.config import CleanSettings, Glossary
from pipeline.drafts.agenda import discussion
from pipeline.drafts.chapters import Part, Selection, load_chapters
from pipeline.drafts.passages import SessionMaterial
from pipeline.drafts.selection import pick, points
from pipeline.drafts.told import recording_names, tell
from pipeline.language.clean import clean
from pipeline.model import Consent, Kind, Participant, Recording, Role

FOUR, FIVE = load_chapters(Path(__file__).parents[2] / "config" / "chapters")
RULES = Selection(
    count=2, labels=["achievement"], prefer=["바랍니다"], avoid=["^그래서"], fewest_characters=8
)


def told(*said, key=(), kind=Kind.INTERVIEW, definition=FOUR):
    people = {"S1": ASKER, "S2": CITIZEN, "S3": Participant("정다운", Role.CITIZEN)}
    return tell(session(said, people, kind, key=key), definition, frozenset())


def chosen(*said, key=()):
    return [passage.text for passage in pick(told(*said, key=key), RULES)]


def test_wanted_labels_and_wordings_come_first_and_stay_in_speaking_order():
    said = ("S2", "시민이 함께하기를 바랍니다. 길이 안전해졌습니다. #achievement 마을에 살고 있습니다.")
    assert chosen(said, key=["마을에"]) == ["시민이 함께하기를 바랍니다.", "길이 안전해졌습니다."]


def heard_as(name, consent, text="저는 오하중입니다."):
    """The first passage of somebody who was heard to say nearly a name."""
    people = {"S1": ASKER, "S2": Participant(name, Role.CITIZEN, consent)}
    material = session([("S2", text)], people)
    clean = material.turns[0]
    links = tuple(
        replace(link, reason=f"name:{name}?")
        if "오하중" in clean.text[link.chars.start : link.chars.end]
        else link
        for link in clean.links
    )
    material = replace(material, turns=(replace(clean, links=links),))
    return tell(material, FOUR, frozenset()).passages[0]


def test_what_may_be_a_persons_name_is_to_be_checked():
    passage = heard_as("오하준", Consent.GRANTED)
    assert passage.text == "저는 오하중입니다."
    assert [(one.rule, passage.text[one.chars.start : one.chars.end]) for one in passage.remarks] == [
        ("name", "오하중입니다.")
    ]
    assert "오하준" in passage.remarks[0].text


def test_what_may_be_a_withheld_name_is_hidden_and_not_told():
    passage = heard_as("오하준", Consent.ANONYMOUS)
    assert passage.text == "저는 ○○○입니다."
    assert not any("오하준" in one.text or "오하중" in one.text for one in passage.remarks)


@pytest.mark.model
@pytest.mark.parametrize("settings", [{"level": "verbatim"}, {"glossary": False}, {}])
@pytest.mark.parametrize("said", ["저는 오하중입니다.", "저는 오 하중입니다."])
def test_no_setting_of_cleaning_shows_a_withheld_name_that_was_misheard(settings, said):
    people = {"S1": ASKER, "S2": Participant("오하준", Role.CITIZEN, Consent.ANONYMOUS)}
    material = session([("S2", said)], people)
    names = [person.name for person in people.values()]
    cleaned = clean(
        [one.turn for one in material.turns],
        material.transcripts,
        Glossary(),
        CleanSettings(**settings),
        participants=names,
    )
    passage = tell(replace(material, turns=cleaned), FOUR, frozenset()).passages[0]
    assert passage.text == "저는 ○○○입니다."
    assert not any("하중" in one.text or "하준" in one.text for one in passage.remarks)


def test_key_sentences_come_next_the_best_first():
    said = ("S2", "저는 하나를 말합니다. 저는 둘을 말합니다. 저는 셋을 말합니다.")
    assert chosen(said, key=["저는 셋", "저는 하나", "저는 둘"]) == [
        "저는 하나를 말합니다.",
        "저는 셋을 말합니다.",
    ]


def test_what_is_neither_is_not_chosen():
    assert chosen(("S2", "날씨가 좋은 하루였습니다.")) == []


def test_nobody_who_asks_stands_for_a_session():
    assert chosen(("S1", "시민이 함께하기를 바랍니다.")) == []


def test_a_sentence_that_leans_on_the_one_before_is_avoided():
    assert chosen(("S2", "그래서 길이 안전해졌습니다. #achievement")) == []


def test_points_stand_under_the_topic_that_fewest_share_and_those_without_one_last():
    session_ = told(
        (
            "S2",
            "하나를 바꿔 주세요. #proposal #topic=참여 둘을 바꿔 주세요. #proposal #topic=참여 #topic=청년",
        ),
        ("S2", "셋을 바꿔 주세요. #proposal 세 가지를 제안합니다. #proposal"),
    )
    part = next(part for part in FOUR.part if part.part == "points")
    found = points([session_], part, FOUR, ["청년", "참여"])
    assert {topic: [point.passage.text for point in gathered] for topic, gathered in found.items()} == {
        "청년": ["둘을 바꿔 주세요."],
        "참여": ["하나를 바꿔 주세요."],
        "그 밖의 제안": ["셋을 바꿔 주세요."],
    }
    assert list(found) == ["청년", "참여", "그 밖의 제안"]


def test_notes_call_recordings_by_titles_that_name_nobody_who_may_not_be_named():
    people = {"S1": ASKER, "S2": Participant("김하늘", consent=Consent.ANONYMOUS)}
    mine = session((("S2", "반갑습니다."),), people, title="면담: 김하늘")
    assert recording_names([mine]) == {DIGEST: "면담: ○○○"}


def test_recordings_of_sessions_with_one_title_are_told_apart():
    def dated(day: str, *digests: str) -> SessionMaterial:
        mine = session((("S1", "반갑습니다."),), {}, title="면담")
        recordings = tuple(Recording(digest * 32, "a.m4a") for digest in digests)
        return replace(mine, session=replace(mine.session, date=day, recordings=recordings))

    found = [dated("2023-06-08", "aa"), dated("2023-06-09", "bb"), dated("2023-06-09", "cc", "dd")]
    assert [*recording_names(found).values()] == [
        "면담 (2023. 6. 8.)",
        "면담 (2023. 6. 9.) 1번째",
        "면담 (2023. 6. 9.) 2번째 1부",
        "면담 (2023. 6. 9.) 2번째 2부",
    ]
    assert [*recording_names(found[2:]).values()] == ["면담 1부", "면담 2부"]


def test_points_with_a_label_that_another_part_gathers_are_left_to_it():
    part = Part(name="tasks", part="points", labels=("future",), unless=("proposal",))
    said = told(("S2", "센터가 열립니다. #future 센터를 늘려 주세요. #future #proposal"))
    assert [point.passage.text for point in points([said], part, FOUR, [])["그 밖의 제안"]] == [
        "센터가 열립니다."
    ]


def test_a_chosen_sentence_is_not_chosen_again():
    session_ = told(("S2", "시민이 함께하기를 바랍니다. 길이 안전해졌습니다. #achievement"))
    first = pick(session_, RULES.model_copy(update={"count": 1}))
    assert [passage.text for passage in pick(session_, RULES, first)] == ["길이 안전해졌습니다."]


def parted(*said):
    return discussion(told(*said, kind=Kind.ROUNDTABLE, definition=FIVE), FIVE.agenda)


def test_an_item_on_which_nobody_speaks_passes_its_words_to_the_next():
    made = parted(
        ("S1", "다음은 미래에 대한 이야기를 하겠습니다."),
        ("S1", "마지막 주제는 앞으로의 과제입니다."),
        ("S2", "예산을 늘려야 합니다."),
    )
    (item,) = made.items
    assert item.name == "앞으로의 과제"
    assert len(item.passages) == 3


def test_an_item_without_words_for_it_is_named_by_the_question_beside_it():
    made = parted(
        ("S1", "그러면 한계는 무엇이었을까요? #question 두 번째 주제로 넘어가겠습니다."),
        ("S2", "너무 짧았습니다."),
    )
    assert [item.name for item in made.items] == ["그러면 한계는 무엇이었을까요?"]


def test_only_who_leads_the_conversation_opens_an_item():
    made = parted(("S2", "제 주제는 청년 정책입니다."), ("S3", "좋은 생각입니다."))
    assert made.items == ()
    assert len(made.opening) == 2


def test_last_words_before_any_item_close_nothing():
    made = parted(("S1", "마지막으로 소감을 듣기 전에 시작하겠습니다."), ("S2", "네, 시작합시다."))
    assert made.closing == ()
    assert len(made.opening) == 2


def test_the_closing_round_opens_no_item_any_more():
    made = parted(
        ("S1", "첫 번째 주제는 성과입니다."),
        ("S2", "많이 달라졌습니다."),
        ("S1", "마지막으로 한마디씩 부탁드립니다."),
        ("S2", "고맙습니다."),
        ("S1", "다음 주제는 뒤풀이입니다."),
    )
    assert [item.name for item in made.items] == ["성과"]
    assert len(made.closing) == 3
