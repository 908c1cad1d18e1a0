"""A session's transcripts become one document for people to read, as Markdown or plain text.

They read lines, each turn of a speaker beginning with ``○ 이름(역할)``; whatever the guard doubts stands in a
line of its own with the reason, and what it took out is listed at the end, so that nothing passes for said
that perhaps was not. Who appears under which name is settled in :mod:`pipeline.drafts.disclosure`.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pipeline.drafts.disclosure import NOBODY, ROLES, Cast, disclosed
from pipeline.drafts.lines import Line, clock, lines, one_line
from pipeline.drafts.parts import Part, without
from pipeline.model import Kind, Participant, Removed, Session, Turn

REMARK = "기계가 받아쓴 원문이며 검토 전입니다. 인용하기 전에 녹음을 들어 확인해 주십시오."
NOTHING_SAID = "인식된 발언이 없습니다."
NOT_GIVEN = "적혀 있지 않음"
WITHDRAWN = "철회한 참여자의 발언은 싣지 않음(누구인지 정하지 않은 목소리가 그 사람일 수 있으면 그 발언도)"

KINDS = {Kind.INTERVIEW: "면담", Kind.ROUNDTABLE: "좌담회"}
DOUBTS = {
    "silence": "말소리가 거의 들리지 않음",
    "compression": "비슷한 말이 지나치게 되풀이됨",
    "log-probability": "인식 확신이 낮음",
    "repetition": "같은 말이 거듭 되풀이됨",
    "density": "시간에 비해 글이 너무 많음",
    "sparse": "들리는 말에 비해 글이 너무 적음",
    "prompt-echo": "용어집의 말이 그대로 나옴",
    "foreign-script": "한국어에 쓰지 않는 문자가 섞임(가나, 한자, 키릴 문자 등)",
    "never-said": "인식기가 지어내는 것으로 알려진 문구",
    "sometimes-said": "인식기가 자주 지어내는 인사말",
    "no-speech": "말이 아닌 소리로 보임",
}
"""What the guard's reasons mean to an editor; a reason without an entry is shown by its code."""


class Style(StrEnum):
    """What a paragraph of the document is; each format sets it in its own way."""

    TITLE = "title"
    HEADING = "heading"
    SUBHEADING = "subheading"
    REMARK = "remark"
    ITEM = "item"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text on one line; who begins to speak in it, and the moment of the recording it belongs to, if any."""

    style: Style
    text: str
    start_ms: int | None = None
    speaker: str = ""


MARKDOWN = {
    Style.TITLE: "# {}",
    Style.HEADING: "## {}",
    Style.SUBHEADING: "### {}",
    Style.REMARK: "> {}",
    Style.ITEM: "- {}",
    Style.BODY: "{}",
}
PLAIN = {
    Style.TITLE: "{}",
    Style.HEADING: "■ {}",
    Style.SUBHEADING: "□ {}",
    Style.REMARK: "※ {}",
    Style.ITEM: "- {}",
    Style.BODY: "{}",
}


def markdown(session: Session, parts: Sequence[Part], cast: Cast = NOBODY) -> str:
    """The document as CommonMark: UTF-8, LF, a blank line between paragraphs. ``parts`` in speaking order."""
    return _set(paragraphs(session, parts, cast), MARKDOWN, _markdown_text)


def text(session: Session, parts: Sequence[Part], cast: Cast = NOBODY) -> str:
    """The document as plain text with CRLF and a byte order mark: encode as UTF-8 and write the bytes.

    Hancom and older Windows programs take a file without the mark for CP949.
    """
    return "\ufeff" + _set(paragraphs(session, parts, cast), PLAIN, _plain_text).replace("\n", "\r\n")


def paragraphs(session: Session, parts: Sequence[Part], cast: Cast) -> list[Paragraph]:
    """The document before any format sets it."""
    session = disclosed(session)
    parts = [without(part, cast.withdrawn) for part in parts]
    made = [Paragraph(Style.TITLE, session.title), Paragraph(Style.REMARK, REMARK), *_facts(session)]
    for number, part in enumerate(parts, start=1):
        made += _part(session, number, part, cast)
    removed = [
        (number, each) for number, part in enumerate(parts, start=1) for each in part.transcript.removed
    ]
    if removed:
        made.append(Paragraph(Style.HEADING, "제외한 자동 인식 문장"))
        made += [_removed(number, each) for number, each in removed]
    return made


def file_name(session: Session, digest: str) -> str:
    """Name of a recording of the session, or the start of its digest where the session lacks it."""
    return next((each.path for each in session.recordings if each.digest == digest), digest[:12])


def _facts(session: Session) -> Iterator[Paragraph]:
    facts = {
        "종류": KINDS[session.kind],
        "일시": _korean_date(session.date) if session.date else NOT_GIVEN,
        "장소": session.place or NOT_GIVEN,
        "참석자": ", ".join(_participants(session.participants)) or NOT_GIVEN,
    }
    return (Paragraph(Style.ITEM, f"{name}: {fact}") for name, fact in facts.items())


def _participants(people: Sequence[Participant]) -> Iterator[str]:
    """Those with a name one by one, then how many there are without."""
    for person in people:
        if person.name:
            yield f"{person.name}({', '.join(filter(None, [ROLES[person.role], person.affiliation]))})"
    for role, count in Counter(person.role for person in people if not person.name).items():
        yield f"익명 참석자({ROLES[role]}) {count}명"


def _part(session: Session, number: int, part: Part, cast: Cast) -> Iterator[Paragraph]:
    name = file_name(session, part.audio.recording)
    yield Paragraph(Style.HEADING, f"{number}부. {name} ({_korean_duration(part.audio.duration_ms)})")
    if part.audio.notices:
        yield Paragraph(Style.SUBHEADING, "녹음 상태")
    for notice in part.audio.notices:
        yield Paragraph(Style.ITEM, notice.message, notice.at_ms)
    spoken = lines(part)
    if part.audio.notices or not spoken:
        yield Paragraph(Style.SUBHEADING, "발언")
    if not spoken:
        yield Paragraph(Style.BODY, NOTHING_SAID)
    if any(turn.voice in cast.withdrawn for turn in part.turns):
        yield Paragraph(Style.REMARK, WITHDRAWN)
    previous: Turn | None = None
    for line in spoken:
        yield Paragraph(
            Style.BODY, _marks(line, cast) + line.text, line.start_ms, _speaker(line, previous, cast)
        )
        previous = line.turn


def _speaker(line: Line, previous: Turn | None, cast: Cast) -> str:
    """Who speaks, where a turn begins."""
    return "" if line.turn is None or line.turn is previous else cast.label(line.turn.voice)


def _marks(line: Line, cast: Cast) -> str:
    """What an editor should check: why the words are doubted, who speaks at the same time, whose they are."""
    marks = [f"? {_reasons(line.doubts)}"] if line.doubts else []
    if line.turn and (others := [cast.name(v) for v in line.turn.others if v not in cast.withdrawn]):
        marks.append(f"{', '.join(others)} 말과 겹침")
    if line.turn and line.turn.doubtful:
        marks.append("? 화자 확인 필요")
    return "".join(f"〔{mark}〕 " for mark in marks)


def _removed(number: int, removed: Removed) -> Paragraph:
    reasons = _reasons(sorted({doubt.reason for doubt in removed.doubts}))
    return Paragraph(Style.ITEM, f"{number}부: “{removed.text.strip()}” ({reasons})", removed.start_ms)


def _reasons(codes: Sequence[str]) -> str:
    return ", ".join(DOUBTS.get(code, code) for code in codes)


def _korean_date(day: str) -> str:
    try:
        given = date.fromisoformat(day)
    except ValueError:
        return day
    return f"{given.year}년 {given.month}월 {given.day}일"


def _korean_duration(duration_ms: int) -> str:
    minutes, seconds = divmod(duration_ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    units = [(hours, "시간"), (minutes, "분"), (seconds, "초")]
    return " ".join(f"{count}{unit}" for count, unit in units if count) or "1초 미만"


def _set(
    document: Sequence[Paragraph], styles: Mapping[Style, str], write: Callable[[Paragraph], str]
) -> str:
    written = ""
    previous = None
    for paragraph in document:
        listed = previous is paragraph.style is Style.ITEM
        written += "" if previous is None else "\n" if listed else "\n\n"
        written += styles[paragraph.style].format(write(paragraph))
        previous = paragraph.style
    return written + "\n"


def _markdown_text(paragraph: Paragraph) -> str:
    speaker = f"**○ {_escaped(paragraph.speaker)}** " if paragraph.speaker else ""
    stamp = "" if paragraph.start_ms is None else f"**[{clock(paragraph.start_ms)}]** "
    return speaker + stamp + _escaped(paragraph.text)


def _escaped(words: str) -> str:
    # Every paragraph starts with our own characters, so only inline marks can still mean something.
    return re.sub(r"([\\`*_\[\]<>&~|#!$])", r"\\\1", one_line(words))


def _plain_text(paragraph: Paragraph) -> str:
    speaker = f"○ {one_line(paragraph.speaker)} " if paragraph.speaker else ""
    stamp = "" if paragraph.start_ms is None else f"[{clock(paragraph.start_ms)}] "
    return speaker + stamp + one_line(paragraph.text)
