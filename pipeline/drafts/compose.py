"""Sessions become a chapter: every sentence somebody's, with its source, or a template's, and nothing else.

What may be printed is settled before (:mod:`pipeline.drafts.passages`); here it is only put in order, under
the headings of the chapter's definition. Pure: equal input, equal chapter.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from pipeline.drafts.agenda import discussion
from pipeline.drafts.blocks import Ids, fact, named, said, short_hash, verify
from pipeline.drafts.chapters import ChapterDefinition, Part
from pipeline.drafts.disclosure import ROLES
from pipeline.drafts.discretion import any_of
from pipeline.drafts.narrative import Restyle, as_said, narrated
from pipeline.drafts.passages import Passage, SessionMaterial
from pipeline.drafts.selection import Point, pick, points
from pipeline.drafts.told import Told, in_order, korean_date, tell, titles, withheld_names
from pipeline.model import Block, BlockKind, Chapter

__all__ = ["SessionMaterial", "compose"]


def compose(
    definition: ChapterDefinition,
    sessions: Sequence[SessionMaterial],
    topics: Sequence[str] = (),
    restyle: Restyle = as_said,
) -> Chapter:
    """Make a chapter of all sessions of its kind.

    Args:
        definition: what the chapter is made of.
        sessions: in any order; those of another kind only say whose names are withheld.
        topics: names of topics in the order in which points are gathered under them.
        restyle: gives sentences of a narrative their endings.

    Raises:
        StageError: a block would hold words without a source, or a withheld name: nothing may be printed.
    """
    withheld = withheld_names(sessions)
    called = zip(sessions, titles(sessions), strict=True)
    own = [each for each in called if each[0].session.kind is definition.kind]
    told = in_order([tell(material, definition, withheld, title) for material, title in own], definition)
    told = [one for one in told if not one.is_silenced]
    blocks = tuple(_Composer(definition, told, topics, restyle).blocks())
    chapter = Chapter(definition.number, definition.title, blocks)
    shown = {person.name for one in told for person in one.people}
    verify(chapter, withheld - shown, shown)
    return chapter


class _Composer:
    """Writes one chapter, part by part."""

    def __init__(
        self, definition: ChapterDefinition, told: Sequence[Told], topics: Sequence[str], restyle: Restyle
    ) -> None:
        self._definition, self._told, self._topics, self._restyle = definition, told, topics, restyle
        self._ids = Ids(definition.number)
        self._courtesies = any_of(definition.discretion.courtesies)
        self._fields = {**_chapter_fields(told), "title": definition.title}

    def blocks(self) -> Iterator[Block]:
        yield Block(self._ids.placed("title"), BlockKind.TITLE, self._definition.title)
        parts: Mapping[str, Callable[[Part], Iterable[Block]]] = {
            "text": lambda _: (),
            "sessions": self._sessions,
            "points": self._points,
        }
        for part in self._definition.part:
            content = list(parts[part.part](part))
            if not content and not (part.part == "text" and self._told):
                continue
            if part.heading:
                yield self._template(BlockKind.HEADING, part.heading, part.name, "heading")
            if part.text:
                yield self._template(BlockKind.INTRO, part.text, part.name)
            yield from content

    def _template(self, kind: BlockKind, text: str, *place: str) -> Block:
        return Block(self._ids.placed(*place), kind, text.format_map(self._fields))

    def _sessions(self, part: Part) -> Iterator[Block]:
        shown: Mapping[str, Callable[[Told], Iterable[Block]]] = {
            "heading": self._heading,
            "facts": self._facts,
            "participants": self._participants,
            "agenda": self._agenda,
            "lead": self._lead,
            "conversation": self._conversation,
            "quotes": self._quotes,
            "discussion": self._discussion,
            "closing": self._closing,
        }
        for told in self._told:
            for name in part.show:
                yield from shown[name](told)

    def _heading(self, told: Told) -> Iterator[Block]:
        text = self._definition.session_heading.format_map(told.fields()).strip() or told.session.title
        yield Block(self._ids.placed("session", told.key), BlockKind.HEADING, text)

    def _facts(self, told: Told) -> Iterator[Block]:
        muted = told.muted
        for number, line in enumerate(self._definition.fact, start=1):
            if value := line.value.format_map(told.fields()).strip():
                place = self._ids.placed("fact", told.key, str(number))
                yield fact(place, BlockKind.FACT, line.name, value, anonymous=told.anonymous, muted=muted)
                muted = False

    def _participants(self, told: Told) -> Iterator[Block]:
        if not told.people:
            return
        columns = self._definition.participants
        yield fact(self._ids.placed("people", told.key), BlockKind.TABLE_HEAD, *columns)
        for number, person in enumerate(told.people, start=1):
            place = self._ids.placed("person", told.key, str(number))
            cells = (person.name, ROLES[person.role], person.affiliation)
            yield fact(place, BlockKind.TABLE_ROW, *cells, anonymous=told.anonymous)

    def _agenda(self, told: Told) -> Iterator[Block]:
        rules = self._definition.agenda
        for number, item in enumerate(discussion(told, rules).items, start=1):
            place = self._ids.spoken("agenda", told.key, item.opener)
            before = rules.fact.format(number=number) + "\t"
            yield named(place, BlockKind.FACT, before, item.opener, item.chars)

    def _lead(self, told: Told) -> Iterator[Block]:
        several = len({passage.voice for passage in told.answerers()}) > 1
        chosen = pick(told, self._definition.lead)
        for voice, group in groupby(chosen, key=lambda passage: passage.voice):
            speaker = self._speaker(told, voice) if several else ""
            yield said(self._ids.placed("lead", told.key), BlockKind.LEAD, list(group), speaker)

    def _quotes(self, told: Told) -> Iterator[Block]:
        for passage in pick(told, self._definition.quotes, pick(told, self._definition.lead)):
            place = self._ids.spoken("quote", told.key, passage)
            yield said(place, BlockKind.QUOTE, [passage], self._speaker(told, passage.voice))

    def _conversation(self, told: Told) -> Iterator[Block]:
        if self._definition.conversation == "narrative":
            return self._narrative(told)
        kinds = {True: BlockKind.QUESTION, False: BlockKind.ANSWER}
        spoken = told.passages if self._definition.conversation == "full" else self._selected(told)
        return self._paragraphs(told, spoken, lambda passage: kinds[told.asks(passage)])

    def _narrative(self, told: Told) -> Iterator[Block]:
        """Selected answers without what was asked; who speaks is said only where several answer."""
        answers = [
            passage
            for passage in self._selected(told)
            if not told.asks(passage) and "question" not in passage.labels
        ]
        several = len({passage.voice for passage in answers}) > 1
        for block in self._paragraphs(told, narrated(answers, self._restyle), lambda _: BlockKind.NARRATIVE):
            yield block if several else replace(block, speaker="")

    def _selected(self, told: Told) -> list[Passage]:
        """Answers that hold a sentence worth it, with the questions they answer."""
        wanted = {*self._definition.lead.labels, *self._definition.quotes.labels}
        worth = {
            passage.turn
            for passage in told.answerers()
            if passage.rank is not None or not passage.labels.isdisjoint(wanted)
        }
        kept = worth | {told.answers[turn] for turn in worth if turn in told.answers}
        return [passage for passage in told.passages if passage.turn in kept]

    def _discussion(self, told: Told) -> Iterator[Block]:
        rules = self._definition.agenda
        parted = discussion(told, rules)
        opening = list(self._speech(told, parted.opening))
        if opening and parted.items and rules.opening_heading:
            yield Block(self._ids.placed("opening", told.key), BlockKind.SUBHEADING, rules.opening_heading)
        yield from opening
        for number, item in enumerate(parted.items, start=1):
            before, _, after = rules.item_heading.format(number=number, item="\0").partition("\0")
            place = self._ids.spoken("item", told.key, item.opener)
            yield named(place, BlockKind.SUBHEADING, before, item.opener, item.chars, after)
            yield from self._speech(told, item.passages)

    def _closing(self, told: Told) -> Iterator[Block]:
        return self._speech(told, discussion(told, self._definition.agenda).closing)

    def _speech(self, told: Told, spoken: Sequence[Passage]) -> Iterator[Block]:
        return self._paragraphs(told, spoken, lambda _: BlockKind.SPEECH)

    def _paragraphs(
        self, told: Told, spoken: Iterable[Passage], kind_of: Callable[[Passage], BlockKind]
    ) -> Iterator[Block]:
        """A block for each paragraph; who speaks is said where somebody else begins."""
        kept = (passage for passage in spoken if not self._courtesies.fullmatch(passage.text))
        previous = None
        for _, group in groupby(kept, key=lambda passage: (passage.turn, passage.paragraph)):
            own = list(group)
            speaking = (own[0].voice, kind_of(own[0]))
            speaker = "" if speaking == previous else self._speaker(told, own[0].voice)
            yield said(self._ids.spoken("said", told.key, own[0]), speaking[1], own, speaker)
            previous = speaking

    def _speaker(self, told: Told, voice: str | None) -> str:
        role = told.cast.roles.get(voice or "")
        return self._definition.speaker.format(
            name=told.cast.name(voice), role=ROLES[role] if role else "", label=told.cast.label(voice)
        )

    def _points(self, part: Part) -> Iterator[Block]:
        layouts = {"table": self._table, "list": self._list, "prose": self._prose}
        for topic, gathered in points(self._told, part, self._definition, self._topics).items():
            place = self._ids.placed(part.name, "t", short_hash(topic))
            yield Block(place, BlockKind.SUBHEADING, topic)
            if part.layout == "table":
                place = self._ids.placed(part.name, "h", short_hash(topic))
                yield fact(place, BlockKind.TABLE_HEAD, *part.columns)
            yield from layouts[part.layout](part, gathered)

    def _table(self, part: Part, gathered: Sequence[Point]) -> Iterator[Block]:
        for told, passage in gathered:
            where = told.where(passage, alone=len(self._told) == 1)
            cells = (told.cast.label(passage.voice), where)
            row = self._ids.spoken(part.name, told.key, passage)
            yield said(row, BlockKind.TABLE_ROW, [passage], cells=cells)

    def _list(self, part: Part, gathered: Sequence[Point]) -> Iterator[Block]:
        for told, passage in gathered:
            place = self._ids.spoken(part.name, told.key, passage)
            yield said(place, BlockKind.POINT, [passage], self._speaker(told, passage.voice))

    def _prose(self, part: Part, gathered: Sequence[Point]) -> Iterator[Block]:
        """A paragraph for all that one person says on the topic."""
        for (key, voice), group in groupby(gathered, key=lambda one: (one.told.key, one.passage.voice)):
            own = list(group)
            place = self._ids.spoken(part.name, key, own[0].passage)
            speaker = self._speaker(own[0].told, voice)
            yield said(place, BlockKind.SPEECH, [one.passage for one in own], speaker)


def _chapter_fields(told: Sequence[Told]) -> dict[str, str]:
    days = sorted(one.session.date for one in told if one.session.date)
    return {
        "count": str(len(told)),
        "first": korean_date(days[0]) if days else "",
        "last": korean_date(days[-1]) if days else "",
    }
