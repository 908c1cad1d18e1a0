"""Chapters made by code: one that holds every kind of block, one as long as forty hours, and any at all."""

from dataclasses import replace
from unicodedata import normalize

from hypothesis import strategies as st

from pipeline.drafts.disclosure import Cast
from pipeline.drafts.formats import tidy
from pipeline.drafts.parts import Part
from pipeline.drafts.styles import LOOKS, Align
from pipeline.model import (
    Audio,
    Block,
    BlockKind,
    Chapter,
    Consent,
    Format,
    FormatKind,
    Kind,
    Participant,
    Remark,
    Role,
    Segment,
    Session,
    Source,
    Span,
    Spoken,
    Transcript,
    Turn,
    Word,
)

INTERVIEW = "2023-06-15-면담"
RECORDING = "ab" * 32
ROW_KINDS = (BlockKind.FACT, BlockKind.TABLE_HEAD, BlockKind.TABLE_ROW)
SPOKEN_KINDS = (
    *(BlockKind.QUESTION, BlockKind.ANSWER, BlockKind.NARRATIVE, BlockKind.SPEECH),
    *(BlockKind.QUOTE, BlockKind.POINT),
)


def said(text, start_ms, recording=RECORDING, session=INTERVIEW):
    """The text as one spoken sentence."""
    return (Spoken(Span(0, len(text)), Source(session, recording, start_ms, start_ms + 4_000)),)


def paragraph(block_id, kind, text, speaker="", start_ms=None, remarks=()):
    spoken = () if start_ms is None else said(text, start_ms)
    return Block(block_id, kind, text, speaker, (), spoken, remarks)


def row(block_id, kind, *cells, spoken=(), remarks=()):
    return Block(block_id, kind, "\t".join(cells), "", cells, spoken, remarks)


def example():
    """A short chapter with every kind of block, remarks of every rule, and a table after a table."""
    proposal = "작은 모임도 공간을 빌릴 수 있어야 합니다."
    answer = (
        "처음에는 주민세 마을사업이 뭔지도 몰랐어요. "
        "동네 골목에 꽃을 심자고 이웃 다섯이 모인 게 시작이었습니다."
    )
    return Chapter(
        4,
        "시민이 말하는 민관협치",
        (
            paragraph("title", BlockKind.TITLE, "시민이 말하는 민관협치"),
            paragraph("intro", BlockKind.INTRO, "이 장은 시민 두 사람과 나눈 면담을 싣는다."),
            paragraph("i1", BlockKind.HEADING, "한나래 시민을 만나다"),
            row("i1-date", BlockKind.FACT, "일시", "2023년 6월 15일"),
            row("i1-place", BlockKind.FACT, "장소", "시청 2층 작은 회의실"),
            paragraph(
                "i1-lead", BlockKind.LEAD, "동네 골목에 꽃을 심자고 모인 게 시작이었습니다.", start_ms=15_000
            ),
            paragraph("i1-talk", BlockKind.SUBHEADING, "이야기"),
            paragraph("q1", BlockKind.QUESTION, "어떻게 참여하게 되셨습니까?", "이도윤(면담자)", 8_000),
            Block(
                "a1",
                BlockKind.ANSWER,
                answer,
                "한나래(시민)",
                (),
                (
                    Spoken(Span(0, 25), Source(INTERVIEW, RECORDING, 12_000, 15_000)),
                    Spoken(Span(26, len(answer)), Source(INTERVIEW, RECORDING, 15_200, 21_000)),
                ),
                (
                    Remark(Span(5, 13), "glossary", "용어집이 고침: 주민세 마을 사업 → 주민세 마을사업"),
                    Remark(Span(29, 36), "low-confidence", "인식 확신이 낮음"),
                    Remark(Span(40, 46), "overlap", "이도윤의 말과 겹침"),
                ),
            ),
            paragraph(
                "quote1", BlockKind.QUOTE, "이웃 다섯이 모인 게 시작이었습니다.", "한나래(시민)", 17_000
            ),
            paragraph("n1", BlockKind.NARRATIVE, "그때부터 골목이 달라졌습니다.", start_ms=19_000),
            paragraph("s1", BlockKind.SPEECH, "토론을 시작하겠습니다.", "사회자", 3_723_000),
            paragraph("h2", BlockKind.HEADING, "시민의 제안"),
            paragraph(
                "p1", BlockKind.POINT, "회의 결과를 동네 게시판에도 붙여 주세요.", "한나래(시민)", 61_000
            ),
            paragraph("p2", BlockKind.POINT, "누구나 볼 수 있는 자리에 알린다."),
            row("th", BlockKind.TABLE_HEAD, "제안", "누가", "출처"),
            row(
                "tr1",
                BlockKind.TABLE_ROW,
                proposal,
                "한나래(시민)",
                "01:01",
                spoken=said(proposal, 61_000),
                remarks=(
                    Remark(Span(3, 6), "doubt", "말이 아닌 소리로 보임"),
                    Remark(Span(11, 15), "low-confidence", "인식 확신이 낮음"),
                ),
            ),
            row("tr2", BlockKind.TABLE_ROW, "통학로를 넓힌다 & <고친다>", "익명 1", ""),
            row("f2", BlockKind.FACT, "모두", "2건"),
        ),
    )


def long_chapter(blocks):
    """A chapter of that many blocks: questions and answers, now and then a heading, a quote, table rows."""
    kinds = [BlockKind.HEADING, *[BlockKind.QUESTION, BlockKind.ANSWER] * 12, BlockKind.QUOTE]
    kinds += [BlockKind.TABLE_ROW] * 3
    models = {block.kind: block for block in example().blocks}
    made = (
        replace(models[kind], id=f"{kind}-{number}")
        for number, kind in zip(range(blocks), kinds * (blocks // len(kinds) + 1), strict=False)
    )
    return Chapter(4, "시민이 말하는 민관협치", tuple(made))


def interview():
    """A session in which two people say a sentence each, one of them under no name of their own."""
    session = Session(
        INTERVIEW,
        Kind.INTERVIEW,
        "한나래 면담",
        (),
        "2023-06-15",
        "시청",
        (Participant("이도윤", Role.INTERVIEWER), Participant("한나래", Role.CITIZEN, Consent.ANONYMOUS)),
    )
    heard = (Word(0, 900, "무엇이 달라졌습니까?", 0.9), Word(61_000, 62_000, " 골목이 밝아졌어요.", 0.9))
    segments = tuple(Segment(Span(at, at + 1)) for at in range(2))
    turns = tuple(
        Turn(RECORDING, word.start_ms, word.end_ms, f"S{at + 1}", Span(at, at + 1))
        for at, word in enumerate(heard)
    )
    audio = Audio(RECORDING, 63_000, "mov", "aac", 1, 44_100, -3.0, -20.0, 0.0, 0, "cd" * 32)
    transcript = Transcript(RECORDING, 63_000, "ko", "fake", "fake", heard, segments)
    names = Cast({"S1": "이도윤", "S2": "익명 1"}, {"S1": Role.INTERVIEWER, "S2": Role.CITIZEN}, frozenset())
    return session, [Part(audio, transcript, turns)], names


words = st.text(
    st.sampled_from("가나다한글민관협치말씀을AZaz09.,?!…·“”'\"&<>*_`#|[](){}\\/-+=~:^$%@;한\u0301😀"),
    min_size=1,
    max_size=8,
)
lines = st.lists(words, max_size=12).map(lambda found: normalize("NFC", " ".join(found)))
labels = st.sampled_from(["", "한나래(시민)", "사회자", "익명 1(시민)", "화자 미상", "A_B*(공무원)"])
identifiers = st.from_regex(r"[a-z0-9][a-z0-9-]{0,39}", fullmatch=True)


@st.composite
def blocks(draw, block_id):
    """A block of any kind with remarks and sources at any of its characters."""
    kind = draw(st.sampled_from(BlockKind))
    cells = tuple(draw(st.lists(lines, min_size=1, max_size=4))) if kind in ROW_KINDS else ()
    text = "\t".join(cells) if cells else draw(lines)
    speaker = draw(labels) if kind in SPOKEN_KINDS else ""
    return Block(
        block_id,
        kind,
        text,
        speaker,
        cells,
        draw(spoken(text)),
        draw(remarks(text)),
        draw(formats(text, LOOKS[kind])),
    )


@st.composite
def spans(draw, text):
    start = draw(st.integers(0, len(text)))
    return Span(start, draw(st.integers(start, len(text))))


@st.composite
def spoken(draw, text):
    source = st.builds(
        lambda start_ms: Source(INTERVIEW, RECORDING, start_ms, start_ms + 900), st.integers(0, 9_000_000)
    )
    found = draw(st.lists(st.builds(Spoken, spans(text), source), max_size=3))
    return tuple(sorted(found, key=lambda each: each.chars.start))


def remarks(text):
    rules = st.sampled_from(
        ["low-confidence", "glossary", "doubt", "overlap", "speaker", "masked", "conflict"]
    )
    return st.lists(st.builds(Remark, spans(text), rules, lines), max_size=4).map(tuple)


VALUES = {
    FormatKind.LINK: ["https://gm.go.kr/?a=1;2&b=(3)", "mailto:a@b.kr", "http://a.kr/한국/~나%7C*다*"],
    FormatKind.HIGHLIGHT: ["FFFF00", "00FFFF", "ABCDEF"],
    FormatKind.COLOR: ["FF0000", "010203"],
    FormatKind.ALIGN: [*Align],
}


@st.composite
def formats(draw, text, look):
    """What an editor may set of a look: each kind in one or two places; of two scripts only one."""
    kinds = draw(st.lists(st.sampled_from(FormatKind), max_size=4, unique=True))
    unseen = {FormatKind.BOLD if look.bold else FormatKind.REGULAR}
    unseen |= {FormatKind.SUBSCRIPT} if FormatKind.SUPERSCRIPT in kinds else set()
    made = []
    for kind in kinds:
        value = draw(st.sampled_from(VALUES.get(kind, [""])).filter(lambda told: told != look.align))
        places = draw(st.lists(spans(text), min_size=1, max_size=2))
        made += [Format(chars, kind, value) for chars in places if kind not in unseen]
    return tidy(made, text)


@st.composite
def chapters(draw):
    found = draw(st.lists(identifiers, max_size=8, unique=True))
    return Chapter(draw(st.integers(1, 9)), draw(lines), tuple(draw(blocks(each)) for each in found))
