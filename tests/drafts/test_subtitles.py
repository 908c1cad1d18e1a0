import html
from datetime import timedelta
from itertools import pairwise

import srt as srt_parser
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from pipeline.drafts.disclosure import Cast
from pipeline.drafts.parts import Part
from pipeline.drafts.subtitles import (
    DOUBT_MARK,
    LINGER_MS,
    LONG_PAUSE_MS,
    MAX_CUE_MS,
    MAX_LINE_WIDTH,
    MAX_LINES,
    MIN_CUE_MS,
    READING_WIDTH_PER_S,
    cues,
    srt,
    text_width,
    vtt,
)
from pipeline.model import Audio, Doubt, Kind, Role, Segment, Session, Span, Transcript, Turn, Word

DIGEST = "ab" * 32
MILLISECOND = timedelta(milliseconds=1)
AUDIO = Audio(DIGEST, 3_600_000, "mov", "aac", 1, 44_100, -3.0, -20.0, 0.0, 0, "cd" * 32)
SESSION = Session("2023-06-15-좌담회", Kind.ROUNDTABLE, "좌담회", ())


def part_of(*fields):
    return Part(AUDIO, Transcript(*fields))


def transcript_of(*segments, start_ms=0, each_ms=300, doubts=()):
    """Segments of space-separated words, ``each_ms`` long and without pauses."""
    words, made = [], []
    for text in segments:
        first = len(words)
        for piece in text.split():
            words.append(Word(start_ms, start_ms + each_ms, f" {piece}", 0.9))
            start_ms += each_ms
        made.append(Segment(Span(first, len(words)), doubts))
    return part_of(DIGEST, start_ms + 5000, "ko", "fake", "fake", tuple(words), tuple(made))


def from_words(*words, duration_ms=3_600_000):
    segment = Segment(Span(0, len(words)))
    return part_of(DIGEST, duration_ms, "ko", "fake", "fake", tuple(words), (segment,))


pieces = st.text(st.sampled_from("가나다라마바사한국어AB19.,?!…&<>-·'\"[]{}\\/#:→"), min_size=1, max_size=20)


@st.composite
def transcripts(draw):
    words, segments, at_ms = [], [], 0
    for _ in range(draw(st.integers(0, 6))):
        first = len(words)
        for _ in range(draw(st.integers(0, 12))):
            at_ms += draw(st.sampled_from([0, 0, 0, 50, 400, 999, 1000, 5000]))
            end_ms = at_ms + draw(st.sampled_from([0, 1, 80, 300, 900, 9000]))
            words.append(Word(at_ms, end_ms, draw(st.sampled_from(["", " "])) + draw(pieces), 0.5))
            at_ms = draw(st.sampled_from([at_ms, end_ms]))
        doubts = draw(st.sampled_from([(), (), (Doubt("repetition", 3.0),)]))
        segments.append(Segment(Span(first, len(words)), doubts))
    end_ms = max((word.end_ms for word in words), default=0)
    return part_of(DIGEST, end_ms, "ko", "fake", "fake", tuple(words), tuple(segments))


def shown_text(shown):
    """Every character on the screen but white space and our own mark."""
    return "".join("".join(shown).replace(DOUBT_MARK, "").split())


def said(transcript):
    return "".join(word.text.strip() for word in transcript.transcript.words)


def times(made):
    return [(cue.start_ms, cue.end_ms) for cue in made]


def stamp_ms(stamp):
    return ((stamp.hours * 60 + stamp.minutes) * 60 + stamp.seconds) * 1000 + stamp.milliseconds


@given(transcripts())
def test_every_word_is_shown_once_and_in_order(transcript):
    assert shown_text(line for cue in cues(transcript) for line in cue.lines) == said(transcript)


@given(transcripts())
def test_cues_have_a_duration_and_never_overlap(transcript):
    made = cues(transcript)
    assert all(cue.start_ms < cue.end_ms for cue in made)
    assert all(left.end_ms <= right.start_ms for left, right in pairwise(made))


@given(transcripts())
def test_no_cue_outlasts_the_longest_time(transcript):
    assert all(cue.end_ms - cue.start_ms <= MAX_CUE_MS for cue in cues(transcript))


@given(transcripts())
def test_lines_are_short_unless_one_eojeol_is_longer(transcript):
    for cue in cues(transcript):
        assert 1 <= len(cue.lines) <= MAX_LINES
        assert all(text_width(line) <= MAX_LINE_WIDTH or " " not in line for line in cue.lines)


@given(transcripts())
def test_an_eojeol_is_never_broken(transcript):
    eojeols = []
    for segment in transcript.transcript.segments:
        words = transcript.transcript.words[segment.words.start : segment.words.end]
        eojeols += "".join(word.text for word in words).split()
    shown = " ".join(line for cue in cues(transcript) for line in cue.lines).split()
    assert [eojeol for eojeol in shown if eojeol != DOUBT_MARK] == eojeols


@given(transcripts())
def test_another_parser_reads_the_subrip_file_back(transcript):
    parsed = list(srt_parser.parse(srt(transcript).removeprefix("\ufeff").replace("\r\n", "\n")))
    made = cues(transcript)
    assert [each.index for each in parsed] == list(range(1, len(made) + 1))
    assert [(each.start // MILLISECOND, each.end // MILLISECOND) for each in parsed] == times(made)
    assert [each.content for each in parsed] == ["\n".join(cue.lines).replace("-->", "→") for cue in made]


@given(transcripts())
def test_another_parser_reads_the_webvtt_file_back(transcript):
    parsed = webvtt.from_string(vtt(SESSION, transcript)).captions
    made = cues(transcript)
    assert [html.unescape(each.text) for each in parsed] == ["\n".join(cue.lines) for cue in made]
    assert [each.identifier for each in parsed] == [f"{DIGEST[:12]}-{cue.start_ms}" for cue in made]
    assert [(stamp_ms(each.start_time), stamp_ms(each.end_time)) for each in parsed] == times(made)


def test_a_sentence_that_fits_is_one_line():
    (cue,) = cues(transcript_of("가구는 대형 폐기물로 내세요."))
    assert cue.lines == ("가구는 대형 폐기물로 내세요.",)


def test_a_longer_sentence_takes_two_lines_of_similar_width():
    (cue,) = cues(transcript_of("디지털 시민안전체험관에 가시면 안전체험을 하실 수 있어요."))
    assert cue.lines == ("디지털 시민안전체험관에 가시면", "안전체험을 하실 수 있어요.")


def test_lines_prefer_to_break_after_punctuation():
    (cue,) = cues(transcript_of("아닙니다, 저희 마을에서는 다시 모였습니다."))
    assert cue.lines == ("아닙니다,", "저희 마을에서는 다시 모였습니다.")


def test_a_cue_ends_with_the_sentence_even_if_more_would_fit():
    sentence = "저희 마을에서는 주민총회를 열었습니다."
    made = cues(transcript_of(f"{sentence} 그리고 다음 해에 다시 모여서 마을 의제를 정했습니다."))
    assert made[0].lines[-1].endswith("열었습니다.")


def test_a_cut_inside_a_sentence_falls_on_a_connective_ending():
    made = cues(
        transcript_of("부족한 금액은 저희가 스스로 채워 넣어야 해서 처음에는 정말로 많이 힘들었습니다")
    )
    assert made[0].lines[-1].endswith("해서")


def test_a_breath_is_a_good_place_to_cut():
    before = transcript_of("우리 동네 작은 도서관 앞마당 느티나무 아래").transcript.words
    after = transcript_of("어린이 놀이터 바로 옆에 새로운 쉼터 공간", start_ms=before[-1].end_ms + 400)
    after = after.transcript.words
    made = cues(from_words(*before, *after))
    assert [" ".join(cue.lines)[-2:] for cue in made] == ["아래", "공간"]


def test_a_short_answer_joins_what_follows_rather_than_flash_by():
    made = cues(transcript_of(f"네. {'가' * 15}, {'나' * 15}.", each_ms=600))
    assert [cue.lines for cue in made] == [("네.", "가" * 15 + ","), ("나" * 15 + ".",)]


def test_no_cue_spans_a_long_pause():
    made = cues(from_words(Word(0, 500, " 네.", 0.9), Word(500 + LONG_PAUSE_MS, 2000, " 맞아요.", 0.9)))
    assert [cue.lines for cue in made] == [("네.",), ("맞아요.",)]


def test_pieces_without_a_leading_space_belong_to_one_eojeol():
    (cue,) = cues(
        from_words(Word(0, 200, " 주민", 0.9), Word(200, 400, "총회", 0.9), Word(400, 600, "를", 0.9))
    )
    assert cue.lines == ("주민총회를",)


def test_an_eojeol_wider_than_a_line_stands_alone():
    long = "민관협치활성화를위한시민참여플랫폼운영위원회에서"
    (cue,) = cues(transcript_of(f"그때 {long}"))
    assert cue.lines == ("그때", long)


def test_doubted_words_have_cues_of_their_own_with_a_mark():
    sure = transcript_of("네.").transcript.words
    doubted = Word(300, 600, " 감사합니다.", 0.2)
    doubted = part_of(
        DIGEST,
        9000,
        "ko",
        "fake",
        "fake",
        (*sure, doubted),
        (Segment(Span(0, 1)), Segment(Span(1, 2), (Doubt("never-said", 1.0),))),
    )
    assert [cue.lines for cue in cues(doubted)] == [("네.",), (f"{DOUBT_MARK} 감사합니다.",)]


def test_a_short_cue_stays_long_enough_to_be_read():
    (cue,) = cues(from_words(Word(1000, 1100, " 네.", 0.9)))
    assert (cue.start_ms, cue.end_ms) == (1000, 1000 + MIN_CUE_MS)


def test_fast_speech_stays_as_long_as_its_reader_needs():
    (cue,) = cues(transcript_of("가나다라마바사아자 차카타파하가나다라", each_ms=300))
    assert cue.end_ms == text_width(" ".join(cue.lines)) * 1000 // READING_WIDTH_PER_S


def test_a_cue_does_not_linger_in_a_silence():
    (cue,) = cues(from_words(Word(0, 100, " " + "가" * 30, 0.9)))
    assert cue.end_ms == 100 + LINGER_MS


def test_a_cue_gives_way_to_the_next_words():
    first, second, third = (" " + syllable * 20 for syllable in "가나다")
    made = cues(from_words(Word(0, 100, first, 0.9), Word(100, 200, second, 0.9), Word(300, 400, third, 0.9)))
    assert times(made)[0] == (0, 100)


def test_a_cue_ends_with_the_recording():
    (cue,) = cues(from_words(Word(0, 100, " 네.", 0.9), duration_ms=500))
    assert cue.end_ms == 500


def test_subrip_has_a_mark_carriage_returns_and_a_comma():
    assert srt(from_words(Word(1000, 2500, " 안녕하세요.", 0.9))) == (
        "\ufeff1\r\n00:00:01,000 --> 00:00:02,500\r\n안녕하세요.\r\n\r\n"
    )


def test_webvtt_names_its_source_and_says_that_nobody_checked_it():
    assert vtt(SESSION, from_words(Word(1000, 2500, " 안녕하세요.", 0.9))) == (
        "WEBVTT\n\n"
        f"NOTE\n기계가 받아쓴 자막이며 검토 전입니다.\nsession: 2023-06-15-좌담회\nrecording: {DIGEST}\n\n"
        "abababababab-1000\n00:00:01.000 --> 00:00:02.500\n안녕하세요.\n"
    )


def test_webvtt_escapes_what_would_be_markup():
    transcript = from_words(
        Word(0, 900, " A&B", 0.9), Word(900, 1800, " <i>", 0.9), Word(1800, 2500, " -->", 0.9)
    )
    assert vtt(SESSION, transcript).endswith("A&amp;B &lt;i&gt; --&gt;\n")


def test_an_arrow_cannot_end_a_subrip_cue():
    assert "→" in srt(from_words(Word(0, 900, " -->", 0.9)))


def test_hours_go_past_ninety_nine():
    late_ms = 100 * 3_600_000
    transcript = from_words(Word(late_ms, late_ms + 900, " 네.", 0.9), duration_ms=late_ms + 900)
    assert "100:00:00,000 --> 100:00:00,900" in srt(transcript)


def test_nothing_said_gives_files_without_cues():
    silent = from_words()
    assert srt(silent) == "\ufeff"
    assert list(webvtt.from_string(vtt(SESSION, silent))) == []


def talk(*turns):
    """A part of ``(voice, text)``, one turn after another."""
    whole = transcript_of(*(text for _, text in turns))
    segments = whole.transcript.segments
    made = [
        Turn(DIGEST, 0, 0, voice, segment.words) for (voice, _), segment in zip(turns, segments, strict=True)
    ]
    return Part(AUDIO, whole.transcript, tuple(made))


CAST = Cast({"S1": "한나래", "S2": "A&B"}, {"S1": Role.MODERATOR}, frozenset({"S3"}))


def test_a_cue_never_spans_two_turns():
    made = cues(talk(("S1", "네, 좋습니다"), ("S2", "저도요")))
    assert [(cue.voice, cue.lines) for cue in made] == [("S1", ("네, 좋습니다",)), ("S2", ("저도요",))]


def test_webvtt_names_the_speaker_of_every_cue():
    written = vtt(SESSION, talk(("S1", "네."), ("S2", "저도요."), (None, "뭐라고요?")), CAST)
    spoken = [line for line in written.splitlines() if line.startswith("<v ")]
    assert spoken == ["<v 한나래>네.", "<v A&amp;B>저도요.", "<v 화자 미상>뭐라고요?"]


def test_subrip_names_the_speaker_where_a_turn_begins():
    sentence = "가나다라마바사 아자차카타파하 가나다라마바사 아자차카타파하 가나다라마바사."
    shown = [cue.lines for cue in cues(talk(("S1", f"{sentence} {sentence}")), lambda voice: f"({voice})")]
    assert [lines[0].startswith("(S1)") for lines in shown] == [True] + [False] * (len(shown) - 1)
    assert "\r\n(한나래) 네.\r\n" in srt(talk(("S1", "네.")), CAST)


def test_what_people_said_who_withdrew_is_on_no_screen():
    part = talk(("S1", "네."), ("S3", "저는 빼 주세요."))
    assert "빼" not in srt(part, CAST) + vtt(SESSION, part, CAST)


@given(
    st.lists(
        st.tuples(st.sampled_from(["S1", "S2", None]), st.sampled_from(["네.", "가 나", "다라 마바"])),
        max_size=6,
    )
)
def test_with_turns_too_every_word_is_shown_once_and_in_order(turns):
    part = talk(*turns)
    assert shown_text(line for cue in cues(part) for line in cue.lines) == said(part)
