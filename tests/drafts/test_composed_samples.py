"""The sample sessions as written, cleaned and labelled by the real rules, composed by the city's files."""

import json
from pathlib import Path

import pytest

from pipeline.config import load_configuration
from pipeline.drafts.chapters import load_chapters
from pipeline.drafts.compose import SessionMaterial, compose
from pipeline.language.annotate import annotate
from pipeline.language.clean import clean
from pipeline.language.keyness import key_sentences
from pipeline.language.sentences import sentences_of
from pipeline.model import (
    BlockKind,
    Consent,
    Kind,
    Participant,
    Recording,
    Role,
    Segment,
    Session,
    Span,
    Transcript,
    Turn,
    Word,
)

ROOT = Path(__file__).parents[2]
REFERENCES = ROOT / "samples" / "reference"
PEOPLE = {
    "한나래": Participant("한나래", Role.MODERATOR, affiliation="백서 편집 모임"),
    "김하늘": Participant("김하늘", affiliation="광명동 마을 도서관"),
    "김도현": Participant("김도현", Role.EXPERT, affiliation="협치실행위원회"),
    "이수현": Participant("이수현", affiliation="민주시민교육네트워크"),
    "정다운": Participant("정다운", affiliation="청년숙의예산 참여단"),
    "서유나": Participant("서유나", Role.OFFICIAL, affiliation="협치 담당 부서"),
    "오하준": Participant("오하준", Role.CITIZEN, Consent.ANONYMOUS, "소하동 주민"),
}


@pytest.fixture(scope="module")
def chapters():
    config = load_configuration(ROOT / "config")
    sessions = [
        _material("면담", Kind.INTERVIEW, "2023-06-08_시민면담_김하늘", config=config),
        _material(
            "좌담회",
            Kind.ROUNDTABLE,
            "2023-06-15_민관협치평가좌담회_1부",
            "2023-06-15_민관협치평가좌담회_2부",
            config=config,
        ),
    ]
    topics = [topic.name for topic in config.topics.topic]
    return [
        compose(definition, sessions, topics) for definition in load_chapters(ROOT / "config" / "chapters")
    ]


def _material(title, kind, *files, config):
    turns, transcripts, speakers = [], {}, {}
    for number, file in enumerate(files):
        digest = f"{number}" * 64
        words, segments = [], []
        for told in json.loads((REFERENCES / f"{file}.json").read_text(encoding="utf-8"))["turns"]:
            first = len(words)
            words += _words(told)
            span = Span(first, len(words))
            segments.append(Segment(span))
            voice = next(
                (v for v, who in speakers.items() if who.name == told["speaker"]), f"S{len(speakers) + 1}"
            )
            speakers[voice] = PEOPLE[told["speaker"]]
            turns.append(Turn(digest, words[first].start_ms, words[-1].end_ms, voice, span))
        transcripts[digest] = Transcript(digest, 10**6, "ko", "none", "none", tuple(words), tuple(segments))
    tidy = clean(turns, transcripts, config.glossary, config.settings.clean)
    labels = annotate(tidy, speakers, config.glossary, config.topics)
    answers = [one for one in sentences_of(tidy) if speakers[one.voice].role is not Role.MODERATOR]
    return SessionMaterial(
        Session(title, kind, title, tuple(Recording(digest, "a") for digest in transcripts)),
        speakers,
        tidy,
        labels,
        transcripts,
        tuple((one.turn, one.chars) for one in key_sentences(answers)),
    )


def _words(told):
    eojeols = told["text"].split()
    start_ms, length_ms = round(told["start"] * 1000), round((told["end"] - told["start"]) * 1000)
    return [
        Word(
            start_ms + length_ms * number // len(eojeols),
            start_ms + length_ms * (number + 1) // len(eojeols),
            f" {eojeol}",
            0.9,
        )
        for number, eojeol in enumerate(eojeols)
    ]


def shown(chapter):
    return "\n".join(
        piece
        for block in chapter.blocks
        for piece in (block.text, block.speaker, *(remark.text for remark in block.remarks))
    )


def under(chapter, heading):
    """Texts of points and rows under a heading."""
    told, inside = [], False
    for block in chapter.blocks:
        if block.kind is BlockKind.HEADING:
            inside = block.text == heading
        elif inside and block.spoken:
            told.append(block.cells[0] if block.cells else block.text)
    return told


@pytest.mark.parametrize(
    "secret", ["기록하지", "남기지", "그만두려고", "화가 나서", "000", "3456", "5678", "오하준", "소하동"]
)
def test_what_was_said_in_confidence_is_in_no_chapter(chapters, secret):
    assert all(secret not in shown(chapter) for chapter in chapters)


def test_the_three_proposals_of_the_interview_are_gathered(chapters):
    proposals = under(chapters[0], "시민의 제안")
    assert sum(text.startswith(("첫째", "둘째", "셋째")) for text in proposals) == 3
    assert not any("세 가지를" in text or "연락" in text for text in proposals)


def test_the_round_table_has_the_items_its_moderator_announced(chapters):
    facts = [block.cells for block in chapters[1].blocks if block.kind is BlockKind.FACT]
    assert [value for name, value in facts if name.startswith("논의 주제")] == [
        "지난 4년의 성과",
        "그러면 한계는 무엇이었을까요?",
        "앞으로의 과제와 제안",
    ]


def test_the_present_and_the_future_hold_what_was_said_of_them(chapters):
    assert any("가장 큰 성과라고 봅니다" in text for text in under(chapters[1], "현재: 성과"))
    assert any("같은 사람만 모이게" in text for text in under(chapters[1], "현재: 한계"))
    assert any("공익활동지원센터를 열 예정" in text for text in under(chapters[1], "미래: 과제와 전망"))
    assert any("두 배로 키워" in text or "2배로 키워" in text for text in under(chapters[1], "미래: 제안"))


def test_a_pull_quote_is_what_a_reader_remembers(chapters):
    quotes = [block.text for block in chapters[0].blocks if block.kind is BlockKind.QUOTE]
    assert any("이야기를 함께 듣는 일이라고 생각합니다" in quote for quote in quotes)


def test_the_closing_words_close_the_chapter(chapters):
    assert (
        under(chapters[1], "맺음말")[0]
        == "마지막으로 한마디씩 부탁드립니다. 앞으로 우리 시의 협치는 어떤 모습이면 좋을까요?"
    )
