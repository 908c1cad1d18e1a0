"""Clean turns become passages: sentences as they may be printed, each with its second of audio.

Here, and nowhere later, is decided what of somebody's words reaches a draft: sentences left out are gone,
names and personal data are masked, and every doubt about a sentence has become a remark for the editor.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.drafts.chapters import ChapterDefinition
from pipeline.drafts.consents import Consents
from pipeline.drafts.disclosure import Cast
from pipeline.drafts.discretion import QUESTIONS, Place, any_of, left_out
from pipeline.drafts.masking import KINDS, Curtain, Hidden, masked
from pipeline.drafts.transcript import DOUBTS
from pipeline.model import (
    PERHAPS_NAMED,
    Annotation,
    CleanTurn,
    Consent,
    Link,
    Participant,
    Remark,
    Session,
    Source,
    Span,
    Transcript,
    Turn,
)

LOW_CONFIDENCE = 0.5
"""Mean token probability below which an editor should listen to a word."""

TERMS = "glossary"
"""Links whose reason begins so put a term of the glossary for what was recognised."""

LOW = "인식 확신이 낮은 말입니다. 녹음을 들어 확인해 주십시오."
GLOSSARY = "용어집에 따라 고쳤습니다. 인식된 말: “{before}”"
PERSON = "이름을 확인해 주십시오. “{name}”일 수 있습니다."
DOUBT = "실제 발언이 아닐 수 있습니다({reasons}). 녹음을 들어 확인해 주십시오."
OVERLAP = "{names}의 말과 겹친 대목입니다. 녹음을 들어 확인해 주십시오."
SPEAKER = "누구의 말인지 확실하지 않습니다. 녹음을 들어 확인해 주십시오."
MASKED = "가림: {what}"
GAP = "이 물음 바로 뒤의 발언은 삭제되었습니다. 이어지는 말이 답처럼 읽히지 않는지 확인해 주십시오."
WITHOUT_NAME = "이름을 싣지 말라는 말이 있는 발언입니다. 이 참여자의 동의(consent)를 확인해 주십시오."


@dataclass(frozen=True, slots=True)
class SessionMaterial:
    """What is known of a session when chapters are made of it."""

    session: Session
    speakers: Mapping[str, Participant]
    """Who a voice is; voices that nobody has named are missing."""
    turns: tuple[CleanTurn, ...]
    annotations: tuple[Annotation, ...]
    transcripts: Mapping[str, Transcript]
    """By the digest of their recordings."""
    key_sentences: tuple[tuple[int, Span], ...] = ()
    """Sentences that say most of what is said, best first: number of the turn, characters of its text."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence as it may be printed. ``remarks`` count characters of ``text``."""

    turn: int
    paragraph: int
    text: str
    voice: str | None
    source: Source
    labels: frozenset[str]
    topics: tuple[str, ...]
    remarks: tuple[Remark, ...]
    rank: int | None
    """Its place among the session's key sentences, 0 the best; None for all others."""

    @property
    def sure(self) -> bool:
        """Whether it may stand alone: an editor has nothing to check."""
        return not self.remarks


def passages(
    material: SessionMaterial,
    definition: ChapterDefinition,
    consents: Consents,
    cast: Cast,
    curtain: Curtain,
) -> tuple[Passage, ...]:
    """The sentences of a session that may be printed, in speaking order."""
    out = left_out(material.turns, material.annotations, consents, definition.discretion)
    reader = _Reader(material, definition, cast, curtain, out)
    return tuple(passage for number in range(len(material.turns)) for passage in reader.turn(number))


class _Reader:
    """Reads one session; what is looked up for every sentence is laid out once."""

    def __init__(
        self,
        material: SessionMaterial,
        definition: ChapterDefinition,
        cast: Cast,
        curtain: Curtain,
        out: frozenset[Place],
    ) -> None:
        self._material, self._cast, self._curtain, self._out = material, cast, curtain, out
        self._nameless = any_of(definition.discretion.namelessness)
        self._ranks = {(turn, chars.start): n for n, (turn, chars) in enumerate(material.key_sentences)}
        self._labels: dict[tuple[int, int], list[Annotation]] = {}
        self._personal: dict[int, list[Hidden]] = {}
        for note in material.annotations:
            self._labels.setdefault((note.turn, note.chars.start), []).append(note)
            if note.label == "personal-data":
                what = KINDS.get(note.value, "개인정보")
                self._personal.setdefault(note.turn, []).append(Hidden(note.chars, what))
        self._doubted = {
            digest: [segment for segment in transcript.segments if segment.doubts]
            for digest, transcript in material.transcripts.items()
        }

    def turn(self, number: int) -> Iterator[Passage]:
        """The passages of a turn."""
        clean = self._material.turns[number]
        links = [link for link in clean.links if link.chars.length]
        starts = [link.chars.start for link in links]
        told = self._of_turn(clean)
        for place, chars in enumerate(clean.sentences):
            if (number, place) in self._out or not chars.length:
                continue
            first = max(0, bisect_right(starts, chars.start) - 1)
            own = _overlapping(links, first, chars)
            yield self._passage(number, clean, chars, own, told)

    def _passage(
        self,
        number: int,
        clean: CleanTurn,
        chars: Span,
        links: Sequence[Link],
        told: Sequence[tuple[str, str]],
    ) -> Passage:
        said = clean.text[chars.start : chars.end].replace("\n", " ").replace("\t", " ")
        personal = [Hidden(_cut(one.chars, chars), one.what) for one in self._personal.get(number, ())]
        notes = [one for one in self._labels.get((number, chars.start), ()) if one.chars == chars]
        text, old, new = masked(
            said, [*personal, *self._curtain.find(said), *self._misheard(number, chars, links)]
        )
        whole = [(rule, Span(0, len(said)), words) for rule, words in told]
        if self._is_followed_by_nothing(number) and any(one.label in QUESTIONS for one in notes):
            whole.append(("masked", Span(0, len(said)), GAP))
        found = [*self._doubts(clean.turn, chars, links), *whole, *self._words(clean, chars, links)]
        remarks = [
            Remark(moved, rule, words)
            for rule, span, words in found
            if (moved := _moved(span, old, new)) is not None
        ]
        remarks += [Remark(one.chars, "masked", MASKED.format(what=one.what)) for one in new]
        return Passage(
            turn=number,
            paragraph=clean.text.count("\n", 0, chars.start),
            text=text,
            voice=clean.turn.voice,
            source=self._source(clean.turn, links),
            labels=frozenset(one.label for one in notes),
            topics=tuple(one.value for one in notes if one.label == "topic"),
            remarks=tuple(merged(remarks)),
            rank=self._ranks.get((number, chars.start)),
        )

    def _is_followed_by_nothing(self, number: int) -> bool:
        """Whether what was said after a turn was deleted: whoever is forgotten leaves empty turns."""
        return any(not after.text for after in self._material.turns[number + 1 : number + 2])

    def _source(self, turn: Turn, links: Sequence[Link]) -> Source:
        words = self._material.transcripts[turn.recording].words
        spans = [link.words for link in links if link.words.length]
        start = min((words[span.start].start_ms for span in spans), default=turn.start_ms)
        ends = (word.end_ms for span in spans for word in words[span.start : span.end])
        return Source(self._material.session.id, turn.recording, start, max(ends, default=turn.end_ms))

    def _of_turn(self, clean: CleanTurn) -> list[tuple[str, str]]:
        """What is to be said of every sentence of a turn."""
        turn = clean.turn
        told = []
        if others := [self._cast.name(one) for one in turn.others if one not in self._cast.withdrawn]:
            told.append(("overlap", OVERLAP.format(names=", ".join(others))))
        if turn.doubtful or turn.voice is None:
            told.append(("speaker", SPEAKER))
        person = self._material.speakers.get(turn.voice or "")
        if person and person.consent is Consent.GRANTED and self._nameless.search(clean.text):
            told.append(("speaker", WITHOUT_NAME))
        return told

    def _doubts(self, turn: Turn, chars: Span, links: Sequence[Link]) -> Iterator[tuple[str, Span, str]]:
        spans = [link.words for link in links if link.words.length]
        if not spans:
            return
        words = Span(spans[0].start, spans[-1].end)
        reasons = sorted(
            {
                doubt.reason
                for segment in self._doubted[turn.recording]
                if segment.words.overlap(words)
                for doubt in segment.doubts
            }
        )
        if reasons:
            told = ", ".join(DOUBTS.get(reason, reason) for reason in reasons)
            yield "doubt", Span(0, chars.length), DOUBT.format(reasons=told)

    def _words(self, clean: CleanTurn, chars: Span, links: Sequence[Link]) -> Iterator[tuple[str, Span, str]]:
        """Remarks on single words: misheard, put right by the glossary, or perhaps somebody's name."""
        words = self._material.transcripts[clean.turn.recording].words
        said = clean.text[chars.start : chars.end]
        for link in links:
            spoken = words[link.words.start : link.words.end]
            unsure = min((word.confidence for word in spoken), default=1.0) < LOW_CONFIDENCE
            after = clean.text[link.chars.start : link.chars.end]
            corrected = link.reason.startswith(TERMS) and _letters(link.before) != _letters(after)
            person = _suggested(link)
            if unsure or corrected or person:
                span = _cut(link.chars, chars)
                span = Span(span.start, span.start + len(said[span.start : span.end].rstrip()))
            if unsure:
                yield "low-confidence", span, LOW
            if corrected:
                yield "glossary", span, GLOSSARY.format(before=self._curtain.over(link.before))
            if person and not self._curtain.find(person):
                yield "name", span, PERSON.format(name=person)

    def _misheard(self, number: int, chars: Span, links: Sequence[Link]) -> Iterator[Hidden]:
        """What may be a withheld name that was heard otherwise; the particle behind it can be read on."""
        for link in links:
            if (name := _suggested(link)) and (hidden := self._curtain.find(name)):
                heard = self._material.turns[number].text[link.chars.start : link.chars.end]
                letters = [place for place, letter in enumerate(heard, start=1) if letter.isalnum()]
                end = link.chars.start + letters[min(len(name), len(letters)) - 1]
                yield Hidden(_cut(Span(link.chars.start, end), chars), hidden[0].what)


def _suggested(link: Link) -> str:
    """The person who may be meant by what a link stands for; empty where nobody is."""
    parts = [part for part in link.reason.split("+") if part.startswith(PERHAPS_NAMED)]
    return parts[0].removeprefix(PERHAPS_NAMED).removesuffix("?") if parts else ""


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def merged(remarks: Iterable[Remark]) -> list[Remark]:
    """Remarks in order of place, neighbours that say the same made one."""
    made: list[Remark] = []
    last: dict[tuple[str, str], int] = {}
    for remark in sorted(remarks, key=lambda one: (one.chars.start, one.chars.end, one.rule, one.text)):
        place = last.get((remark.rule, remark.text))
        # A space may stand between two words, or two sentences, of which the same is said.
        if place is not None and remark.chars.start <= made[place].chars.end + 1:
            end = max(made[place].chars.end, remark.chars.end)
            made[place] = replace(made[place], chars=Span(made[place].chars.start, end))
        else:
            last[remark.rule, remark.text] = len(made)
            made.append(remark)
    return made


def _overlapping(links: Sequence[Link], first: int, chars: Span) -> list[Link]:
    after = first
    while after < len(links) and links[after].chars.start < chars.end:
        after += 1
    return [link for link in links[first:after] if link.chars.overlap(chars)]


def _cut(span: Span, chars: Span) -> Span:
    """The part of ``span`` inside ``chars``, counted from the start of ``chars``."""
    start = max(span.start, chars.start)
    return Span(start - chars.start, max(start, min(span.end, chars.end)) - chars.start)


def _moved(span: Span, old: Sequence[Hidden], new: Sequence[Hidden]) -> Span | None:
    """Where characters are after masking; None where all of them are masked."""
    if any(one.chars.start <= span.start and span.end <= one.chars.end for one in old):
        return None

    def at(place: int, end: bool) -> int:
        shift = 0
        for before, after in zip(old, new, strict=True):
            if place >= before.chars.end:
                shift = after.chars.end - before.chars.end
            elif place > before.chars.start:
                return after.chars.end if end else after.chars.start
        return place + shift

    return Span(at(span.start, False), at(span.end, True))
