from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from said_sessions import ASKER, CITIZEN, DIGEST, WORD_MS, allows, session

from pipeline.drafts.blocks import verify
from pipeline.drafts.chapters import ChapterDefinition, load_chapters
from pipeline.drafts.compose import compose
from pipeline.errors import StageError
from pipeline.model import (
    Block,
    BlockKind,
    Chapter,
    Consent,
    Kind,
    Link,
    Participant,
    Role,
    Source,
    Span,
    Spoken,
)

CHAPTERS = Path(__file__).parents[2] / "config" / "chapters"
FOUR, FIVE = load_chapters(CHAPTERS)
TALK = (
    ("S1", "먼저 소개를 부탁드립니다. #address"),
    ("S2", "저는 마을 도서관을 운영하는 김하늘입니다. #self-introduction=김하늘 #answer-to=0"),
    ("S1", "가장 큰 성과는 무엇입니까? #question"),
    ("S2", "학교 앞 통학로가 안전해진 것이 가장 큰 성과입니다. #achievement #topic=안전 #answer-to=2"),
    ("S1", "제안을 말씀해 주세요. #address"),
    ("S2", "담당자는 적어도 3년 동안 같은 일을 맡게 해 주십시오. #proposal #topic=행정 #answer-to=4"),
)
TABLE = {
    "S1": Participant("한나래", Role.MODERATOR),
    "S2": Participant("김도현", Role.EXPERT, affiliation="협치실행위원회"),
    "S3": Participant("오하준", Role.CITIZEN, Consent.ANONYMOUS, "소하동 통장"),
}
ROUND = (
    ("S1", "지금부터 좌담회를 시작하겠습니다. 첫 번째 주제는 지난 3년의 성과입니다."),
    ("S2", "공론화위원회가 만들어진 것이 큰 성과입니다. #achievement #topic=기반"),
    ("S1", "다음 주제는 한계입니다. 오 선생님은 어떻게 보십니까? #question"),
    ("S3", "모임이 평일 낮에만 열려서 어려웠습니다. #limit #answer-to=2"),
    ("S1", "마지막으로 한마디씩 부탁드립니다. #address"),
    ("S2", "협치는 사람이 먼저입니다. #answer-to=4"),
)


def round_table(said=ROUND, speakers=None):
    return session(said, speakers or TABLE, Kind.ROUNDTABLE, "평가 좌담회")


def texts(chapter, *kinds):
    return [block.text for block in chapter.blocks if block.kind in kinds]


def everything(chapter):
    """All that a reader or an editor can see."""
    return "\n".join(
        piece
        for block in chapter.blocks
        for piece in (block.text, block.speaker, *block.cells, *(remark.text for remark in block.remarks))
    )


def rules(remarks):
    return [remark.rule for remark in remarks]


def test_an_interview_reads_as_heading_facts_lead_conversation_and_quotes():
    chapter = compose(FOUR, [session(TALK, date="2023-06-08", place="작은 도서관")])
    kinds = list(dict.fromkeys(block.kind for block in chapter.blocks))
    assert kinds[:7] == [
        BlockKind.TITLE,
        BlockKind.INTRO,
        BlockKind.HEADING,
        BlockKind.FACT,
        BlockKind.LEAD,
        BlockKind.QUESTION,
        BlockKind.ANSWER,
    ]
    assert texts(chapter, BlockKind.FACT) == [
        "일시\t2023년 6월 8일(목)",
        "장소\t작은 도서관",
        "참여자\t김하늘(시민, 마을 도서관)",
        "면담자\t한나래(면담자)",
    ]


def test_proposals_stand_in_a_table_with_who_and_where():
    chapter = compose(FOUR, [session(TALK)])
    (row,) = (block for block in chapter.blocks if block.kind is BlockKind.TABLE_ROW)
    assert row.cells == (
        "담당자는 적어도 3년 동안 같은 일을 맡게 해 주십시오.",
        "김하늘(시민)",
        "00:09",
    )
    assert row.text == "\t".join(row.cells)
    assert row.spoken[0].chars == Span(0, len(row.cells[0]))


def test_a_source_tells_the_session_where_a_chapter_has_several():
    chapter = compose(FOUR, [session(TALK), session(TALK, title="다른 면담")])
    rows = [block.cells[2] for block in chapter.blocks if block.kind is BlockKind.TABLE_ROW]
    assert sorted(rows) == ["다른 면담 00:09", "시민 면담 00:09"]


def test_a_sentence_is_heard_from_its_first_word_to_its_last():
    chapter = compose(FOUR, [session(TALK)])
    answer = next(block for block in chapter.blocks if block.kind is BlockKind.ANSWER)
    source = answer.spoken[0].source
    assert (source.recording, source.start_ms, source.end_ms) == (DIGEST, 3 * WORD_MS, 8 * WORD_MS)


def test_a_round_table_is_parted_by_the_moderators_own_words():
    chapter = compose(FIVE, [round_table()])
    assert [text for text in texts(chapter, BlockKind.SUBHEADING) if text.startswith("논의")] == [
        "논의 1. 지난 3년의 성과",
        "논의 2. 한계",
    ]
    heading = next(block for block in chapter.blocks if block.text == "논의 2. 한계")
    (spoken,) = heading.spoken
    assert heading.text[spoken.chars.start : spoken.chars.end] == "한계"


def test_the_closing_round_stands_at_the_end():
    chapter = compose(FIVE, [round_table()])
    assert [block.text for block in chapter.blocks[-3:]] == [
        "맺음말",
        "마지막으로 한마디씩 부탁드립니다.",
        "협치는 사람이 먼저입니다.",
    ]


def test_an_anonymous_person_appears_under_a_pseudonym_and_is_not_called_by_name():
    chapter = compose(FIVE, [round_table()])
    shown = everything(chapter)
    assert "오하준" not in shown
    assert "소하동 통장" not in shown
    assert "○○○ 선생님은 어떻게 보십니까?" in shown
    limit = next(block for block in chapter.blocks if block.text == "모임이 평일 낮에만 열려서 어려웠습니다.")
    assert limit.speaker == "익명 1(시민)"


def test_editors_are_told_where_somebody_is_anonymous():
    chapter = compose(FIVE, [round_table()])
    (row,) = (block for block in chapter.blocks if block.cells[:1] == ("익명 1",))
    assert row.cells == ("익명 1", "시민", "")
    assert [(remark.rule, remark.chars) for remark in row.remarks] == [("masked", Span(0, 4))]


def test_how_an_anonymous_person_is_introduced_is_left_out():
    speakers = {"S1": ASKER, "S2": allows(CITIZEN, Consent.ANONYMOUS)}
    said = (TALK[0], ("S2", "저는 소하동에 사는 김하눌입니다. #answer-to=0"), *TALK[2:])
    shown = everything(compose(FOUR, [session(said, speakers)]))
    assert "소하동" not in shown
    assert "소개를 부탁드립니다" not in shown


def test_a_person_who_withdrew_takes_the_whole_interview_along():
    speakers = {"S1": ASKER, "S2": allows(CITIZEN, Consent.WITHDRAWN)}
    chapter = compose(FOUR, [session(TALK, speakers, title="면담: 김하늘")])
    assert [block.kind for block in chapter.blocks] == [BlockKind.TITLE]


def test_a_name_withheld_in_one_session_is_hidden_in_the_others():
    withdrawn = session(TALK, {"S1": ASKER, "S2": allows(CITIZEN, Consent.WITHDRAWN)}, title="하나")
    other = session(
        (("S1", "누구와 함께하셨습니까? #question"), ("S2", "김하늘 관장님과 함께했습니다. #answer-to=0")),
        {"S1": ASKER, "S2": Participant("박민수")},
        title="둘",
    )
    chapter = compose(FOUR, [withdrawn, other])
    assert "○○○ 관장님과 함께했습니다." in texts(chapter, BlockKind.ANSWER)
    assert "김하늘" not in everything(chapter)


def test_voices_nobody_has_named_are_left_out_while_one_of_them_may_have_withdrawn():
    material = round_table(speakers={**TABLE, "S3": allows(TABLE["S3"], Consent.WITHDRAWN)})
    unnamed = replace(material, speakers={voice: TABLE[voice] for voice in ("S1", "S2")})
    chapter = compose(FIVE, [unnamed])
    assert "모임이 평일 낮에만" not in everything(chapter)
    assert "공론화위원회가 만들어진 것이 큰 성과입니다." in everything(chapter)
    facts = next(block for block in chapter.blocks if block.kind is BlockKind.FACT)
    assert "화자를 정해 주십시오" in facts.remarks[0].text


def test_a_body_that_somebody_named_belongs_to_is_not_masked():
    people = {**TABLE, "S3": replace(TABLE["S3"], affiliation="협치실행위원회")}
    chapter = compose(FIVE, [round_table(speakers=people)])
    assert ("김도현", "전문가", "협치실행위원회") in [block.cells for block in chapter.blocks]


def test_the_stricter_of_two_consents_holds():
    material = session(TALK)
    people = (ASKER, allows(CITIZEN, Consent.WITHDRAWN))
    material = replace(material, session=replace(material.session, participants=people))
    assert "김하늘" not in everything(compose(FOUR, [material]))


def test_personal_data_is_masked_whatever_its_length():
    said = (
        ("S1", "어디로 연락하면 됩니까? #question"),
        ("S2", "제 번호는 010-1234-5678. #personal-data=phone:13 #answer-to=0"),
    )
    chapter = compose(FOUR, [session(said)])
    (answer,) = (block for block in chapter.blocks if block.kind is BlockKind.ANSWER)
    assert answer.text == "제 번호는 ○○○."
    assert [(remark.rule, remark.text) for remark in answer.remarks] == [("masked", "가림: 전화번호")]
    assert answer.text[answer.remarks[0].chars.start : answer.remarks[0].chars.end] == "○○○"


def test_what_is_asked_not_to_be_recorded_is_nowhere():
    said = (
        *TALK[:5],
        ("S2", TALK[5][1] + " 이건 기록하지 말아 주세요. 사실 작년에 그만두려고 했습니다. #limit"),
    )
    shown = everything(compose(FOUR, [session(said)]))
    assert "담당자는 적어도" in shown
    assert "기록하지" not in shown
    assert "그만두려고" not in shown


def test_editors_are_told_of_unsure_words_doubted_sentences_and_voices_at_once():
    said = (
        ("S1", "어떠셨습니까? #question"),
        ("S2", "아주(31) 좋았습니다. ~정말 좋았습니다. #answer-to=0"),
    )
    material = session(said)
    first, second = material.turns
    material = replace(
        material, turns=(first, replace(second, turn=replace(second.turn, others=("S1",), doubtful=True)))
    )
    answer = next(block for block in compose(FOUR, [material]).blocks if block.kind is BlockKind.ANSWER)
    found = {remark.rule: answer.text[remark.chars.start : remark.chars.end] for remark in answer.remarks}
    assert found == {
        "low-confidence": "아주",
        "doubt": "정말 좋았습니다.",
        "overlap": "아주 좋았습니다. 정말 좋았습니다.",
        "speaker": "아주 좋았습니다. 정말 좋았습니다.",
    }


def test_a_term_put_right_by_sound_is_told_with_what_was_recognised():
    material = session((("S2", "통학로가 안전해졌습니다."),))
    (turn,) = material.turns
    links = (replace(turn.links[0], reason="glossary-sound", before="동학로가"), *turn.links[1:])
    chapter = compose(FOUR, [replace(material, turns=(replace(turn, links=links),))])
    (remark,) = (one for block in chapter.blocks for one in block.remarks if block.kind is BlockKind.ANSWER)
    assert (remark.rule, remark.chars) == ("glossary", Span(0, 4))
    assert "동학로가" in remark.text


def test_a_term_that_was_only_spaced_differently_needs_no_check():
    material = session((("S2", "마을사업이 늘었습니다."),))
    (turn,) = material.turns
    links = (replace(turn.links[0], reason="glossary", before="마을 사업이"), *turn.links[1:])
    chapter = compose(FOUR, [replace(material, turns=(replace(turn, links=links),))])
    assert [one for block in chapter.blocks for one in block.remarks] == []


def test_nobody_is_told_whose_words_overlap_where_that_person_withdrew():
    material = round_table(speakers={**TABLE, "S3": allows(TABLE["S3"], Consent.WITHDRAWN)})
    turns = [replace(turn, turn=replace(turn.turn, others=("S3",))) for turn in material.turns]
    chapter = compose(FIVE, [replace(material, turns=tuple(turns))])
    assert "overlap" not in [remark.rule for block in chapter.blocks for remark in block.remarks]


def test_a_name_as_an_anonymous_person_was_heard_to_say_it_is_hidden_too():
    speakers = {"S1": ASKER, "S2": allows(CITIZEN, Consent.ANONYMOUS)}
    said = (
        ("S2", "저는 김하눌입니다. #self-introduction=김하눌"),
        ("S1", "김하눌 님은 무엇을 바라십니까? #question"),
        ("S2", "도서관이 늘면 합니다. #answer-to=1"),
    )
    assert "김하눌" not in everything(compose(FOUR, [session(said, speakers)]))


def test_a_title_does_not_name_who_withholds_the_name_elsewhere():
    withdrawn = session(TALK, {"S1": ASKER, "S2": allows(CITIZEN, Consent.WITHDRAWN)}, title="하나")
    other = session(
        TALK[2:4], {"S1": ASKER, "S2": Participant("박민수")}, title="김하늘의 이웃", place="김하늘 집"
    )
    shown = everything(compose(FIVE.model_copy(update={"kind": Kind.INTERVIEW}), [withdrawn, other]))
    assert "○○○의 이웃" in shown
    assert "○○○ 집" in shown


def test_a_round_table_of_unnamed_voices_still_says_who_took_part():
    people = {**TABLE, "S3": allows(TABLE["S3"], Consent.WITHDRAWN)}
    chapter = compose(FIVE, [replace(round_table(speakers=people), speakers={})])
    assert "김도현" in everything(chapter)
    assert not [block for block in chapter.blocks if block.kind is BlockKind.SPEECH]


def test_who_speaks_is_said_where_somebody_else_begins():
    said = (("S2", "하나입니다."), ("S2", "둘입니다."), ("S3", "셋입니다."), ("S2", "넷입니다."))
    chapter = compose(FIVE, [round_table(said)])
    speakers = [block.speaker for block in chapter.blocks if block.kind is BlockKind.SPEECH]
    assert speakers == ["김도현(전문가)", "", "익명 1(시민)", "김도현(전문가)"]


def test_a_lead_says_whose_words_it_holds_where_several_answer():
    people = {"S1": ASKER, "S2": CITIZEN, "S3": Participant("정다운")}
    said = (*TALK[2:4], ("S3", "아이들이 안전해진 것도 정말 큰 성과입니다. #achievement"))
    leads = [block for block in compose(FOUR, [session(said, people)]).blocks if block.kind is BlockKind.LEAD]
    assert [lead.speaker for lead in leads] == ["김하늘", "정다운"]
    (alone,) = (block for block in compose(FOUR, [session(TALK)]).blocks if block.kind is BlockKind.LEAD)
    assert alone.speaker == ""


SOURCE = Source("s", DIGEST, 0, 400)


@pytest.mark.parametrize(
    ("code", "blocks"),
    [
        ("stage.unsourced", [Block("c4-a", BlockKind.ANSWER, "지어낸 말입니다.")]),
        (
            "stage.unsourced",
            [
                Block(
                    "c4-a",
                    BlockKind.ANSWER,
                    "한 말입니다. 안 한 말입니다.",
                    spoken=(Spoken(Span(0, 7), SOURCE),),
                )
            ],
        ),
        (
            "stage.unsourced",
            [Block("c4-a", BlockKind.ANSWER, "지어낸 한 말입니다.", spoken=(Spoken(Span(4, 11), SOURCE),))],
        ),
        ("stage.unsourced", [Block("c4-a", BlockKind.INTRO, "하나"), Block("c4-a", BlockKind.INTRO, "둘")]),
        (
            "stage.named",
            [Block("c4-a", BlockKind.ANSWER, "김하늘입니다.", spoken=(Spoken(Span(0, 7), SOURCE),))],
        ),
        ("stage.named", [Block("c4-a", BlockKind.FACT, "장소\t김하늘 집", cells=("장소", "김하늘 집"))]),
    ],
)
def test_a_chapter_that_breaks_the_law_is_not_handed_out(code, blocks):
    with pytest.raises(StageError) as failure:
        verify(Chapter(4, "면담", tuple(blocks)), {"김하늘"}, {"김하늘이"})
    assert failure.value.code == code


def test_a_name_that_may_be_shown_may_hold_one_that_may_not():
    block = Block("c4-a", BlockKind.FACT, "참여자\t김하늘이", cells=("참여자", "김하늘이"))
    verify(Chapter(4, "면담", (block,)), {"김하늘"}, {"김하늘이"})


def test_what_was_recognised_for_a_term_does_not_name_somebody_either():
    speakers = {"S2": allows(CITIZEN, Consent.ANONYMOUS)}
    material = session((("S2", "공론화위원회가 열렸습니다."),), speakers)
    (turn,) = material.turns
    link = Link(turn.links[0].chars, turn.links[0].words, "glossary-sound", "김하늘가")
    chapter = compose(FOUR, [replace(material, turns=(replace(turn, links=(link, *turn.links[1:])),))])
    assert "glossary" in [remark.rule for block in chapter.blocks for remark in block.remarks]
    assert "김하늘" not in everything(chapter)


def test_a_person_who_asks_not_to_be_named_is_shown_to_the_editor():
    said = (
        ("S1", "소개해 주세요. #address"),
        ("S2", "통장입니다. 제 이름은 책에 나오지 않았으면 합니다. #answer-to=0"),
    )
    chapter = compose(FOUR, [session(said)])
    answer = next(block for block in chapter.blocks if block.kind is BlockKind.ANSWER)
    assert answer.text == "통장입니다."
    assert "동의(consent)" in answer.remarks[0].text


def test_pull_quotes_leave_an_editor_nothing_to_check():
    said = (
        ("S1", "어떻게 보십니까? #question"),
        (
            "S2",
            "협치는(20) 사람이 먼저라고 늘 생각합니다. 시민이 더 많이 함께하기를 바랍니다. #answer-to=0",
        ),
    )
    chapter = compose(FOUR, [session(said, key=["협치는", "시민이"])])
    assert "시민이 더 많이 함께하기를 바랍니다." in texts(chapter, BlockKind.QUOTE, BlockKind.LEAD)
    assert "협치는 사람이 먼저라고 늘 생각합니다." not in texts(chapter, BlockKind.QUOTE, BlockKind.LEAD)


def test_only_answers_worth_it_are_shown_where_a_selection_is_wanted():
    definition = FOUR.model_copy(update={"conversation": "selected"})
    chapter = compose(definition, [session(TALK)])
    assert texts(chapter, BlockKind.QUESTION) == ["가장 큰 성과는 무엇입니까?", "제안을 말씀해 주세요."]


def test_sessions_come_by_date_and_those_without_one_last():
    sessions = [
        session(TALK, {"S1": ASKER, "S2": Participant(name)}, title=name, date=date)
        for name, date in (("박세번", None), ("이둘째", "2023-06-09"), ("최하나", "2023-06-08"))
    ]
    chapter = compose(FOUR, sessions)
    headings = [text for text in texts(chapter, BlockKind.HEADING) if "(시민)" in text]
    assert headings == ["최하나(시민)", "이둘째(시민)", "박세번(시민)"]


def test_ids_stay_when_recognition_changes_a_little():
    material = session(TALK)
    transcript = material.transcripts[DIGEST]
    moved = tuple(
        replace(word, start_ms=word.start_ms + 80, end_ms=word.end_ms + 80, confidence=0.7)
        for word in transcript.words
    )
    turns = [replace(turn, text=turn.text.replace("성과", "결과")) for turn in material.turns]
    other = replace(material, turns=tuple(turns), transcripts={DIGEST: replace(transcript, words=moved)})
    before, after = compose(FOUR, [material]), compose(FOUR, [other])
    assert [block.id for block in before.blocks] == [block.id for block in after.blocks]
    assert before != after


def test_a_chapter_without_sessions_is_its_title():
    assert [block.kind for block in compose(FIVE, []).blocks] == [BlockKind.TITLE]


sentences = st.lists(
    st.lists(
        st.sampled_from(
            ["도서관", "마을", "김하늘", "오하준", "이건", "협치는", "좋습니다", "하준", "선생님"]
        ),
        min_size=1,
        max_size=6,
    )
    .map(" ".join)
    .flatmap(
        lambda words: st.sampled_from(
            [
                "",
                " #proposal",
                " #limit #topic=마을",
                " #achievement",
                " #future",
                " #question",
                " #answer-to=0",
            ]
        ).map(lambda labels: f"{words}.{labels}")
    ),
    min_size=1,
    max_size=4,
).map(" ".join)
voices = st.sampled_from(["S1", "S2", "S3", "S4", ""])
consents = st.tuples(*[st.sampled_from(Consent)] * 3)


@st.composite
def materials(draw, kind):
    granted = draw(consents)
    people = {
        f"S{number}": replace(person, consent=consent)
        for number, (person, consent) in enumerate(
            zip((ASKER, CITIZEN, Participant("오하준")), granted, strict=True), start=1
        )
    }
    said = draw(st.lists(st.tuples(voices, sentences), min_size=1, max_size=8))
    return session(said, people, kind, draw(st.sampled_from(["면담", "김하늘 면담"])))


DEFINITIONS = {Kind.INTERVIEW: FOUR, Kind.ROUNDTABLE: FIVE}
SPEECH = (
    BlockKind.QUESTION,
    BlockKind.ANSWER,
    BlockKind.SPEECH,
    BlockKind.QUOTE,
    BlockKind.LEAD,
    BlockKind.POINT,
)


@given(st.sampled_from(Kind).flatmap(materials))
def test_every_word_is_a_clean_sentence_with_its_second_or_a_templates(material):
    chapter = compose(DEFINITIONS[material.session.kind], [material])
    clean = {turn.text[chars.start : chars.end] for turn in material.turns for chars in turn.sentences}
    for block in chapter.blocks:
        if block.kind in SPEECH or (block.kind is BlockKind.TABLE_ROW and block.spoken):
            said = [block.text[one.chars.start : one.chars.end] for one in block.spoken]
            assert " ".join(said) == (block.cells[0] if block.cells else block.text)
            for one, text in zip(block.spoken, said, strict=True):
                hidden = any(
                    remark.rule == "masked" and one.chars.overlap(remark.chars) for remark in block.remarks
                )
                assert text in clean or (hidden and "○○○" in text)
                assert 0 <= one.source.start_ms < one.source.end_ms
        elif block.kind not in (BlockKind.SUBHEADING, BlockKind.FACT):
            assert not block.spoken


@given(st.sampled_from(Kind).flatmap(materials))
def test_nobody_is_named_against_their_will(material):
    chapter = compose(DEFINITIONS[material.session.kind], [material])
    shown = everything(chapter)
    for voice, person in material.speakers.items():
        if person.consent is not Consent.GRANTED:
            assert person.name not in shown
        if person.consent is Consent.WITHDRAWN:
            own = [turn for turn in material.turns if turn.turn.voice == voice]
            times = {(turn.turn.start_ms, turn.turn.end_ms) for turn in own}
            heard = [one.source for block in chapter.blocks for one in block.spoken]
            assert not any(start <= source.start_ms < end for source in heard for start, end in times)


@given(st.sampled_from(Kind).flatmap(materials))
def test_ids_are_short_and_unique(material):
    chapter = compose(DEFINITIONS[material.session.kind], [material])
    ids = [block.id for block in chapter.blocks]
    assert len(set(ids)) == len(ids)
    assert all(len(one) <= 40 and set(one) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for one in ids)


@given(materials(Kind.INTERVIEW))
def test_remarks_lie_within_their_block(material):
    for block in compose(FOUR, [material]).blocks:
        for remark in block.remarks:
            assert 0 <= remark.chars.start < remark.chars.end <= len(block.text)


@pytest.mark.parametrize("layout", ["table", "list", "prose"])
def test_points_can_be_set_as_a_table_a_list_or_prose(layout):
    parts = tuple(part.model_copy(update={"layout": layout}) for part in FOUR.part)
    definition = ChapterDefinition.model_validate(FOUR.model_copy(update={"part": parts}).model_dump())
    chapter = compose(definition, [session(TALK)])
    assert any("담당자는 적어도" in text for text in texts(chapter, *SPEECH, BlockKind.TABLE_ROW))


def test_an_editor_is_told_where_the_answer_to_a_question_was_deleted():
    whole = round_table((*ROUND[:4], ("S2", "그 점은 저도 어렵습니다. #answer-to=2"), *ROUND[4:5]))
    gone = replace(whole.turns[3], text="", links=(), sentences=(), morphemes=())
    notes = tuple(note for note in whole.annotations if note.turn != 3)
    material = replace(whole, turns=(*whole.turns[:3], gone, *whole.turns[4:]), annotations=notes)
    blocks = compose(FIVE, [material]).blocks
    told = [block.text for block in blocks for each in block.remarks if "삭제되었습니다" in each.text]
    assert told == ["다음 주제는 한계입니다. ○○○ 선생님은 어떻게 보십니까?"]
    assert "삭제되었습니다" not in everything(compose(FIVE, [whole]))
