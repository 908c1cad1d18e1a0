"""A session's transcripts become one document for people to read, as Markdown or plain text.

They read lines (consecutive segments up to a pause, each with the second at which it starts); whatever
the guard doubts stands in a line of its own with the reason, and what it took out is listed at the end, so
that nothing passes for said that perhaps was not. Names of participants who did not consent to be named
never appear, not even from a title or a file name; what was *said* is verbatim and may still hold a name.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import PurePath

from pipeline.model import Audio, Consent, Kind, Participant, Removed, Role, Segment, Session, Transcript

PARAGRAPH_PAUSE_MS = 2_000
"""A silence that starts a new line."""
PARAGRAPH_CHARACTERS = 200
"""A line of this length ends with its sentence: about 30 s of speech, easy to find again by ear."""
LONGEST_PARAGRAPH_CHARACTERS = 600
"""A line of this length ends wherever a segment does: recognised text may lack any punctuation."""
SENTENCE_ENDS = (".", "?", "!", "…")

REMARK = "기계가 받아쓴 원문이며 검토 전입니다. 인용하기 전에 녹음을 들어 확인해 주십시오."
NOTHING_SAID = "인식된 발언이 없습니다."
NOT_GIVEN = "적혀 있지 않음"
WITHHELD = "○○○"

KINDS = {Kind.INTERVIEW: "면담", Kind.ROUNDTABLE: "좌담회"}
ROLES = {
    Role.MODERATOR: "사회자",
    Role.INTERVIEWER: "면담자",
    Role.CITIZEN: "시민",
    Role.EXPERT: "전문가",
    Role.OFFICIAL: "공무원",
}
DOUBTS = {
    "silence": "말소리가 거의 들리지 않음",
    "compression": "비슷한 말이 지나치게 되풀이됨",
    "log-probability": "인식 확신이 낮음",
    "repetition": "같은 말이 거듭 되풀이됨",
    "density": "시간에 비해 글이 너무 많음",
    "prompt-echo": "용어집의 말이 그대로 나옴",
    "never-said": "인식기가 지어내는 것으로 알려진 문구",
    "sometimes-said": "인식기가 자주 지어내는 인사말",
    "no-speech": "말이 아닌 소리로 보임",
}
"""What the guard's reasons mean to an editor; a reason without an entry is shown by its code."""


@dataclass(frozen=True, slots=True)
class Part:
    """One recording of a session: what decoding found, and what was recognised in it."""

    audio: Audio
    transcript: Transcript


@dataclass(frozen=True, slots=True)
class Line:
    """A passage that is read in one go: no long pause, and doubted for the same reasons throughout."""

    start_ms: int
    end_ms: int
    text: str
    doubts: tuple[str, ...]
    """Reasons of the guard, each once, in order of their code."""


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
    """Text on one line, and the moment of the recording that it belongs to, if any."""

    style: Style
    text: str
    start_ms: int | None = None


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


def markdown(session: Session, parts: Sequence[Part]) -> str:
    """The document as CommonMark: UTF-8, LF, a blank line between paragraphs. ``parts`` in speaking order."""
    return _set(paragraphs(session, parts), MARKDOWN, _markdown_text)


def text(session: Session, parts: Sequence[Part]) -> str:
    """The document as plain text with CRLF and a byte order mark: encode as UTF-8 and write the bytes.

    Hancom and older Windows programs take a file without the mark for CP949.
    """
    return "\ufeff" + _set(paragraphs(session, parts), PLAIN, _plain_text).replace("\n", "\r\n")


def paragraphs(session: Session, parts: Sequence[Part]) -> list[Paragraph]:
    """The document before any format sets it."""
    session = disclosed(session)
    made = [Paragraph(Style.TITLE, session.title), Paragraph(Style.REMARK, REMARK), *_facts(session)]
    for number, part in enumerate(parts, start=1):
        made += _part(session, number, part)
    removed = [
        (number, each) for number, part in enumerate(parts, start=1) for each in part.transcript.removed
    ]
    if removed:
        made.append(Paragraph(Style.HEADING, "제외한 자동 인식 문장"))
        made += [_removed(number, each) for number, each in removed]
    return made


def disclosed(session: Session) -> Session:
    """What may be shown of a session: without those who withdrew, and without names that are withheld.

    An anonymous participant keeps the role alone. Withheld names are also taken out of the title, the place
    and the file names (NFC, without their folders); ``id`` stays: files are found by it.
    """
    withheld = [person.name for person in session.participants if person.consent is not Consent.GRANTED]

    def clean(words: str) -> str:
        words = unicodedata.normalize("NFC", words)
        # A lone syllable is no full name, and would be struck out of every other word.
        for name in sorted((name for name in withheld if len(name) > 1), key=len, reverse=True):
            words = words.replace(name, WITHHELD)
        return words

    return replace(
        session,
        title=clean(session.title),
        place=clean(session.place),
        recordings=tuple(
            replace(recording, path=clean(PurePath(recording.path).name)) for recording in session.recordings
        ),
        participants=tuple(
            person if person.consent is Consent.GRANTED else replace(person, name="", affiliation="")
            for person in session.participants
            if person.consent is not Consent.WITHDRAWN
        ),
    )


def file_name(session: Session, digest: str) -> str:
    """Name of a recording of the session, or the start of its digest where the session lacks it."""
    return next((each.path for each in session.recordings if each.digest == digest), digest[:12])


def lines(transcript: Transcript) -> tuple[Line, ...]:
    """Merge segments into lines: every word is in exactly one, in order."""
    made: list[Line] = []
    for segment in transcript.segments:
        line = _line(transcript, segment)
        if not line.text:
            continue
        if made and _continues(made[-1], line):
            made[-1] = _joined(made[-1], line)
        else:
            made.append(line)
    return tuple(made)


def clock(time_ms: int) -> str:
    """A moment as a listener looks it up: ``mm:ss``, or ``h:mm:ss`` from the first hour on."""
    minutes, seconds = divmod(time_ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def _line(transcript: Transcript, segment: Segment) -> Line:
    words = transcript.words[segment.words.start : segment.words.end]
    return Line(
        start_ms=words[0].start_ms if words else 0,
        end_ms=max((word.end_ms for word in words), default=0),
        text=_one_line(transcript.text(segment.words)),
        doubts=tuple(sorted({doubt.reason for doubt in segment.doubts})),
    )


def _continues(line: Line, following: Line) -> bool:
    ended = len(line.text) >= PARAGRAPH_CHARACTERS and line.text.endswith(SENTENCE_ENDS)
    return (
        line.doubts == following.doubts
        and following.start_ms - line.end_ms < PARAGRAPH_PAUSE_MS
        and not ended
        and len(line.text) < LONGEST_PARAGRAPH_CHARACTERS
    )


def _joined(line: Line, following: Line) -> Line:
    end_ms = max(line.end_ms, following.end_ms)
    return Line(line.start_ms, end_ms, f"{line.text} {following.text}", line.doubts)


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


def _part(session: Session, number: int, part: Part) -> Iterator[Paragraph]:
    name = file_name(session, part.audio.recording)
    yield Paragraph(Style.HEADING, f"{number}부. {name} ({_korean_duration(part.audio.duration_ms)})")
    if part.audio.notices:
        yield Paragraph(Style.SUBHEADING, "녹음 상태")
    for notice in part.audio.notices:
        yield Paragraph(Style.ITEM, notice.message, notice.at_ms)
    spoken = lines(part.transcript)
    if part.audio.notices or not spoken:
        yield Paragraph(Style.SUBHEADING, "발언")
    if not spoken:
        yield Paragraph(Style.BODY, NOTHING_SAID)
    for line in spoken:
        mark = f"〔? {_reasons(line.doubts)}〕 " if line.doubts else ""
        yield Paragraph(Style.BODY, mark + line.text, line.start_ms)


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
    stamp = "" if paragraph.start_ms is None else f"**[{clock(paragraph.start_ms)}]** "
    # Every paragraph starts with our own characters, so only inline marks can still mean something.
    return stamp + re.sub(r"([\\`*_\[\]<>&~|#!$])", r"\\\1", _one_line(paragraph.text))


def _plain_text(paragraph: Paragraph) -> str:
    stamp = "" if paragraph.start_ms is None else f"[{clock(paragraph.start_ms)}] "
    return stamp + _one_line(paragraph.text)


def _one_line(words: str) -> str:
    return " ".join(words.split())
