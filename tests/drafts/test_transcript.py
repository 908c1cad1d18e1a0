import json
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pipeline.drafts.disclosure import Cast, cast
from pipeline.drafts.interchange import json_document
from pipeline.drafts.lines import (
    LONGEST_PARAGRAPH_CHARACTERS,
    PARAGRAPH_CHARACTERS,
    PARAGRAPH_PAUSE_MS,
    clock,
    lines,
)
from pipeline.drafts.parts import Part
from pipeline.drafts.subtitles import vtt
from pipeline.drafts.transcript import (
    DOUBTS,
    markdown,
    text,
)
from pipeline.model import (
    Audio,
    Consent,
    Doubt,
    Kind,
    Notice,
    Participant,
    Recording,
    Removed,
    Role,
    Segment,
    Session,
    Span,
    Transcript,
    Turn,
    Word,
)
from pipeline.speech.guard import SIGNALS

DIGEST = "ab" * 32
SESSION = Session(
    id="2023-06-15-좌담회",
    kind=Kind.ROUNDTABLE,
    title="민관협치 평가 좌담회",
    recordings=(Recording(DIGEST, "audio/roundtable/좌담회_1부.m4a"),),
    date="2023-06-15",
    place="시민회관",
    participants=(
        Participant("김하늘", Role.MODERATOR, affiliation="협치지원센터"),
        Participant("이바다", Role.CITIZEN, Consent.ANONYMOUS, "푸른마을"),
        Participant("박구름", Role.EXPERT, Consent.WITHDRAWN, "구름연구소"),
    ),
)


def part(*phrases, removed=(), notices=(), duration_ms=197_004):
    """A part of phrases ``(start_ms, text)`` or ``(start_ms, text, *reasons)``; a word lasts 100 ms."""
    words, segments = [], []
    for start_ms, phrase, *reasons in phrases:
        first = len(words)
        for index, eojeol in enumerate(phrase.split()):
            at_ms = start_ms + 100 * index
            words.append(Word(at_ms, at_ms + 100, f" {eojeol}", 0.9))
        doubts = tuple(Doubt(reason, 1.5) for reason in reasons)
        segments.append(Segment(Span(first, len(words)), doubts))
    audio = Audio(DIGEST, duration_ms, "mov", "aac", 1, 44_100, -3.0, -20.0, 0.0, 0, "cd" * 32, notices)
    transcript = Transcript(DIGEST, duration_ms, "ko", "fake", "base", tuple(words), tuple(segments), removed)
    return Part(audio, transcript)


def test_the_markdown_document_as_a_whole():
    first = part(
        (800, "안녕하세요. 시작하겠습니다."),
        (65_000, "시청해 주셔서 감사합니다.", "never-said", "silence"),
        removed=(Removed(70_000, 71_000, "구독과 좋아요", (Doubt("never-said", 1.0),)),),
        notices=(Notice("clipped", "소리가 커서 찌그러진 곳이 있습니다.", 12_000),),
    )
    assert markdown(SESSION, [first]) == (
        "# 민관협치 평가 좌담회\n"
        "\n"
        "> 기계가 받아쓴 원문이며 검토 전입니다. 인용하기 전에 녹음을 들어 확인해 주십시오.\n"
        "\n"
        "- 종류: 좌담회\n"
        "- 일시: 2023년 6월 15일\n"
        "- 장소: 시민회관\n"
        "- 참석자: 김하늘(사회자, 협치지원센터), 익명 참석자(시민) 1명\n"
        "\n"
        "## 1부. 좌담회\\_1부.m4a (3분 17초)\n"
        "\n"
        "### 녹음 상태\n"
        "\n"
        "- **[00:12]** 소리가 커서 찌그러진 곳이 있습니다.\n"
        "\n"
        "### 발언\n"
        "\n"
        "**[00:00]** 안녕하세요. 시작하겠습니다.\n"
        "\n"
        "**[01:05]** 〔? 인식기가 지어내는 것으로 알려진 문구, 말소리가 거의 들리지 않음〕 "
        "시청해 주셔서 감사합니다.\n"
        "\n"
        "## 제외한 자동 인식 문장\n"
        "\n"
        "- **[01:10]** 1부: “구독과 좋아요” (인식기가 지어내는 것으로 알려진 문구)\n"
    )


def test_the_plain_text_document_as_a_whole():
    bare = replace(SESSION, title="*별*", date=None, place="", participants=())
    assert text(bare, [part((800, "안녕하세요."))]) == (
        "\ufeff*별*\r\n"
        "\r\n"
        "※ 기계가 받아쓴 원문이며 검토 전입니다. 인용하기 전에 녹음을 들어 확인해 주십시오.\r\n"
        "\r\n"
        "- 종류: 좌담회\r\n"
        "- 일시: 적혀 있지 않음\r\n"
        "- 장소: 적혀 있지 않음\r\n"
        "- 참석자: 적혀 있지 않음\r\n"
        "\r\n"
        "■ 1부. 좌담회_1부.m4a (3분 17초)\r\n"
        "\r\n"
        "[00:00] 안녕하세요.\r\n"
    )


def test_a_recording_without_words_says_so():
    assert "\n인식된 발언이 없습니다.\n" in markdown(SESSION, [part()])


def test_without_removed_text_there_is_no_list_of_it():
    assert "제외한" not in markdown(SESSION, [part((0, "네."))])


def test_every_part_has_a_heading_of_its_own():
    headings = [line for line in markdown(SESSION, [part(), part()]).splitlines() if line.startswith("## ")]
    assert [heading[:6] for heading in headings] == ["## 1부.", "## 2부."]


def test_every_reason_of_the_guard_has_korean_words():
    assert {signal.reason for signal in SIGNALS} == set(DOUBTS)


def test_an_unknown_reason_is_shown_by_its_code():
    assert "〔? sunspots〕" in text(SESSION, [part((0, "네.", "sunspots"))])


def test_a_name_that_is_withheld_appears_in_no_format():
    session = replace(
        SESSION,
        id="roundtable-이바다",
        title="이바다·박구름 좌담회",
        place="박구름 댁",
        recordings=(Recording(DIGEST, "audio/roundtable/이바다/이바다_1부.m4a"),),
    )
    written = "".join(write(session, [part()]) for write in (markdown, text, json_document))
    written += vtt(session, part())
    assert not [name for name in ("이바다", "박구름", "푸른마을", "구름연구소") if name in written]


def test_a_withheld_name_is_found_in_a_decomposed_file_name():
    path = unicodedata.normalize("NFD", "audio/이바다.m4a")
    written = text(replace(SESSION, recordings=(Recording(DIGEST, path),)), [part()])
    assert "■ 1부. ○○○.m4a" in written


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40))
def test_a_title_reads_the_same_in_rendered_markdown(title):
    rendered = MarkdownIt().parse(markdown(replace(SESSION, title=title, participants=()), []))
    assert rendered[0].tag == "h1"
    shown = "".join(child.content for child in rendered[1].children)
    assert shown == " ".join(unicodedata.normalize("NFC", title).split())


@given(
    st.lists(
        st.sampled_from(["가", "*강조*", "_밑줄_", "<b>", "[1]", "#", "1.", "-", "`a`", "&amp;", "~~", "|"])
    )
)
def test_spoken_text_reads_the_same_in_rendered_markdown(eojeols):
    rendered = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = rendered.parse(markdown(SESSION, [part((0, " ".join(["네", *eojeols])))]))
    body = [token for token in tokens if token.type == "inline"][-1]
    assert "".join(child.content for child in body.children) == " ".join(["[00:00] 네", *eojeols])


def test_segments_are_read_in_one_line_up_to_a_pause():
    read = lines(part((0, "처음"), (500, "이어서"), (600 + PARAGRAPH_PAUSE_MS, "나중에")))
    assert [(line.start_ms, line.text) for line in read] == [(0, "처음 이어서"), (2600, "나중에")]


def test_a_doubted_segment_is_a_line_of_its_own():
    read = lines(part((0, "처음"), (100, "의심", "repetition"), (200, "나중")))
    assert [(line.text, line.doubts) for line in read] == [
        ("처음", ()),
        ("의심", ("repetition",)),
        ("나중", ()),
    ]


def test_a_long_line_ends_with_its_sentence():
    sentence = "가" * PARAGRAPH_CHARACTERS
    read = lines(part((0, sentence), (100, "끝."), (200, "새로")))
    assert [line.text for line in read] == [f"{sentence} 끝.", "새로"]


def test_a_line_without_any_sentence_ends_somewhere():
    read = lines(part((0, "가" * LONGEST_PARAGRAPH_CHARACTERS), (100, "나")))
    assert len(read) == 2


@given(
    st.lists(
        st.tuples(
            st.integers(0, 9000), st.sampled_from(["네.", "그게 말이죠", ""]), st.sampled_from(["a", "b"])
        )
    )
)
def test_every_word_is_in_one_line_in_order(phrases):
    given_part = part(*phrases)
    read = " ".join(line.text for line in lines(given_part)).split()
    assert read == [word.text.strip() for word in given_part.transcript.words]


@pytest.mark.parametrize(
    ("time_ms", "shown"),
    [
        (0, "00:00"),
        (59_999, "00:59"),
        (3_599_999, "59:59"),
        (3_600_000, "1:00:00"),
        (360_000_000, "100:00:00"),
    ],
)
def test_a_moment_is_shown_as_a_player_shows_it(time_ms, shown):
    assert clock(time_ms) == shown


def test_the_json_document_has_its_documented_keys():
    document = json.loads(
        json_document(SESSION, [part((800, "네.", "repetition"), removed=(Removed(1, 2, "어", ()),))])
    )
    assert document == {
        "schema": "baekseo.transcript",
        "version": 1,
        "reviewed": False,
        "session": {
            "id": "2023-06-15-좌담회",
            "kind": "roundtable",
            "title": "민관협치 평가 좌담회",
            "date": "2023-06-15",
            "place": "시민회관",
            "participants": [
                {"name": "김하늘", "role": "moderator", "affiliation": "협치지원센터"},
                {"name": None, "role": "citizen", "affiliation": ""},
            ],
        },
        "speakers": [],
        "recordings": [
            {
                "digest": DIGEST,
                "file": "좌담회_1부.m4a",
                "duration_ms": 197_004,
                "language": "ko",
                "engine": "fake",
                "model": "base",
                "notices": [],
                "speech": [],
                "turns": [],
                "segments": [
                    {
                        "start_ms": 800,
                        "end_ms": 900,
                        "text": "네.",
                        "doubts": [{"reason": "repetition", "value": 1.5}],
                        "words": [{"start_ms": 800, "end_ms": 900, "text": " 네.", "confidence": 0.9}],
                    }
                ],
                "removed": [{"start_ms": 1, "end_ms": 2, "text": "어", "doubts": []}],
            }
        ],
    }


def test_the_json_document_is_canonical():
    written = json_document(SESSION, [part((800, "네."))])
    again = json.dumps(json.loads(written), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert written == again + "\n"


CAST = Cast({"S1": "김하늘", "S2": "익명 1"}, {"S1": Role.MODERATOR, "S2": Role.CITIZEN}, frozenset({"S3"}))


def spoken(*said):
    """A part of ``(voice, text)`` or ``(voice, text, fields of the turn)``, ten seconds apart."""
    made = part(*((10_000 * i, text) for i, (_, text, *_) in enumerate(said)))
    turns = [
        Turn(DIGEST, 10_000 * i, 10_000 * i + 5_000, voice, segment.words, **(more[0] if more else {}))
        for i, ((voice, _, *more), segment) in enumerate(zip(said, made.transcript.segments, strict=True))
    ]
    return replace(made, turns=tuple(turns))


def body(written):
    return written.split("■ 1부.")[1].split("\r\n\r\n", 1)[1].split("\r\n\r\n")


def test_a_turn_begins_with_its_speaker_as_minutes_do():
    written = text(SESSION, [spoken(("S1", "말씀해 주십시오."), ("S2", "네."), (None, "저도."))], CAST)
    assert body(written) == [
        "○ 김하늘(사회자) [00:00] 말씀해 주십시오.",
        "○ 익명 1(시민) [00:10] 네.",
        "○ 화자 미상 [00:20] 저도.\r\n",
    ]


def test_a_turn_of_several_lines_names_its_speaker_once():
    whole = spoken(("S1", "처음."), ("S1", "나중."))
    merged = Turn(DIGEST, 0, 15_000, "S1", Span(0, 2))
    assert body(text(SESSION, [replace(whole, turns=(merged,))], CAST)) == [
        "○ 김하늘(사회자) [00:00] 처음.",
        "[00:10] 나중.\r\n",
    ]


def test_overlaps_and_doubtful_speakers_are_marked():
    written = text(
        SESSION, [spoken(("S1", "네.", {"others": ("S2",)}), ("S2", "예.", {"doubtful": True}))], CAST
    )
    assert body(written) == [
        "○ 김하늘(사회자) [00:00] 〔익명 1 말과 겹침〕 네.",
        "○ 익명 1(시민) [00:10] 〔? 화자 확인 필요〕 예.\r\n",
    ]


def test_what_people_said_who_withdrew_is_left_out_and_said_to_be():
    part = spoken(("S1", "네."), ("S3", "비밀입니다."), ("S2", "예.", {"others": ("S3",)}))
    written = [write(SESSION, [part], CAST) for write in (markdown, text, json_document)]
    assert not [one for one in written if "비밀" in one]
    assert "※ 철회한 참여자의 발언은 싣지 않음" in written[1]
    assert "겹침" not in written[1]


def test_the_json_document_says_who_speaks():
    document = json.loads(json_document(SESSION, [spoken(("S1", "네, 그럼요."))], CAST))
    assert document["speakers"] == [
        {"voice": "S1", "name": "김하늘", "role": "moderator"},
        {"voice": "S2", "name": "익명 1", "role": "citizen"},
    ]
    assert document["recordings"][0]["turns"] == [
        {"voice": "S1", "start_ms": 0, "end_ms": 5_000, "words": [0, 2], "others": [], "doubtful": False}
    ]


def test_the_cast_shows_each_voice_by_what_its_person_allowed():
    speakers = {
        "S1": Participant("김하늘", Role.MODERATOR),
        "S2": Participant("이바다", Role.CITIZEN, Consent.ANONYMOUS),
        "S3": Participant("박구름", Role.EXPERT, Consent.WITHDRAWN),
        "S5": Participant("최노을", Role.CITIZEN, Consent.ANONYMOUS),
    }
    shown = cast(SESSION, speakers, ["S1", "S2", "S3", "S4", "S5"])
    assert [shown.label(voice) for voice in ("S1", "S2", "S4", "S5")] == [
        "김하늘(사회자)",
        "익명 1(시민)",
        "화자 4",
        "익명 2(시민)",
    ]
    assert shown.withdrawn == {"S3"}


def test_an_unnamed_voice_that_may_be_one_who_withdrew_is_not_shown():
    shown = cast(SESSION, {"S1": Participant("김하늘", Role.MODERATOR)}, ["S1", "S2"])
    assert (set(shown.names), shown.withdrawn) == ({"S1"}, {"S2"})
