from hypothesis import given
from hypothesis import strategies as st
from said_sessions import DIGEST, session
from test_compose import FOUR

from pipeline.drafts import markdown
from pipeline.drafts.compose import compose
from pipeline.drafts.narrative import narrated
from pipeline.drafts.passages import Passage
from pipeline.drafts.quotes import claims
from pipeline.model import BlockKind, Remark, Source, Span

NARRATIVE = FOUR.model_copy(update={"conversation": "narrative"})
TALK = (
    ("S1", "가장 큰 성과는 무엇이에요? #question"),
    ("S2", "통학로가 안전해졌어요. 이웃도 늘었어요. #achievement #answer-to=0"),
    ("S1", "어려움은 없었어요? #question"),
    ("S2", "그건 잘 모르겠어요. #answer-to=2"),
)


def formal(sentences):
    return [text.replace("어요.", "습니다.") if text.endswith("어요.") else None for text in sentences]


def passage(text, *remarks, turn=0):
    return Passage(turn, 0, text, "S2", Source("s", "ab", 0, 1), frozenset(), (), tuple(remarks), None)


def narrative(said=TALK, restyle=formal):
    blocks = compose(NARRATIVE, [session(said)], (), restyle).blocks
    return [block for block in blocks if block.kind is BlockKind.NARRATIVE]


def test_selected_answers_are_told_without_the_questions() -> None:
    blocks = narrative()
    assert [block.text for block in blocks] == ["통학로가 안전해졌습니다. 이웃도 늘었습니다."]
    assert blocks[0].speaker == ""


def test_every_sentence_of_a_narrative_has_its_source() -> None:
    assert len(narrative()[0].spoken) == 2


def test_the_editor_is_told_what_was_said() -> None:
    told = [remark.text for remark in narrative()[0].remarks if remark.rule == "style"]
    assert told == [
        "말끝을 글말로 고쳤습니다. 원문: “안전해졌어요.”",
        "말끝을 글말로 고쳤습니다. 원문: “늘었어요.”",
    ]


def test_a_sentence_of_unsure_ending_stays() -> None:
    assert narrative(restyle=lambda sentences: [None] * len(sentences))[0].text.endswith("늘었어요.")


def test_a_quotation_keeps_its_endings() -> None:
    said = [passage("아이가 “고마워요. "), passage("정말 좋았어요.”"), passage("저도 좋았어요.")]
    assert [one.text for one in narrated(said, formal)] == [said[0].text, said[1].text, "저도 좋았습니다."]


def test_an_open_quotation_ends_with_its_turn() -> None:
    said = [passage("누가 “싫어요."), passage("그때 놀랐어요.", turn=2)]
    assert [one.text for one in narrated(said, formal)] == ["누가 “싫어요.", "그때 놀랐습니다."]


def test_other_answers_are_the_same_in_all_conversations() -> None:
    ids = {block.id for block in compose(FOUR, [session(TALK)]).blocks}
    assert {block.id for block in narrative()} <= ids


@given(st.integers(0, 13), st.integers(0, 13))
def test_remarks_stay_inside_the_sentence(start: int, end: int) -> None:
    text = "저도 아주 좋았어요."
    span = Span(min(start, end, len(text)), min(max(start, end), len(text)))
    (made,) = narrated([passage(text, Remark(span, "glossary", "x"))], formal)
    moved = made.remarks[0].chars
    assert 0 <= moved.start <= moved.end <= len(made.text)
    if span.end <= 6:
        assert moved == span


def test_a_narrative_is_checked_in_markdown_too() -> None:
    chapter = compose(NARRATIVE, [session(TALK)], (), formal)
    read = markdown.read(markdown.write(chapter, {DIGEST: "시민 면담"}))
    assert "통학로가 안전해졌습니다." in [claim.text for claim in claims(read, ["김하늘(시민)"])]
