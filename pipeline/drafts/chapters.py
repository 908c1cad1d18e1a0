"""``config/chapters/*.toml``: what a chapter of the white paper is made of.

A definition says which parts follow each other, under which headings, and what goes where; it never says what
anybody said. Texts of ours are templates: ``{title}`` and the like stand for facts of the session.
"""

import re
from collections import Counter
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from pipeline.config import Section, load_toml
from pipeline.errors import ConfigError
from pipeline.model import Kind

CHAPTER_FIELDS = frozenset({"title", "count", "first", "last"})
"""What a chapter's texts may hold: its title, how many sessions, the dates of the first and the last."""
SESSION_FIELDS = frozenset({"title", "date", "place", "people", "profiles", "askers", "count"})
"""What a session's texts may hold.

``people`` are those who answer, ``profiles`` the same with their affiliations, ``askers`` those who lead the
conversation; ``count`` is how many they are together.
"""
SPEAKER_FIELDS = frozenset({"name", "role", "label"})
"""What stands before a speaker's words may hold; ``label`` is ``이름(역할)``."""
ITEM_FIELDS = frozenset({"number", "item"})
"""What the heading of an agenda's item may hold; its line among the facts may hold its number."""


def _holds(known: frozenset[str]) -> AfterValidator:
    def check(template: str) -> str:
        fields = {field for _, field, _, _ in Formatter().parse(template) if field is not None}
        if fields - known:
            wrong = ", ".join(sorted(fields - known))
            raise ValueError(f"unknown field {wrong}; known: {', '.join(sorted(known))}")
        return template

    return AfterValidator(check)


def _is_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as failure:
        raise ValueError(f"no regular expression: {failure}") from failure
    return pattern


Pattern = Annotated[str, AfterValidator(_is_pattern)]
ChapterText = Annotated[str, _holds(CHAPTER_FIELDS)]
SessionText = Annotated[str, _holds(SESSION_FIELDS)]
SpeakerText = Annotated[str, _holds(SPEAKER_FIELDS)]
ItemText = Annotated[str, _holds(ITEM_FIELDS)]
Shown = Literal[
    "heading", "facts", "participants", "agenda", "lead", "conversation", "quotes", "discussion", "closing"
]


class Fact(Section):
    """A line of a session's facts box; left out where its value comes out empty."""

    name: str = Field(min_length=1)
    value: SessionText


class Part(Section):
    """A part of a chapter; ``part`` says of which kind, and with it which of the other keys matter."""

    name: str = Field(pattern=r"^[a-z][a-z0-9]{0,10}$", description="Becomes part of its blocks' ids.")
    part: Literal["text", "sessions", "points"]
    heading: ChapterText = ""
    text: ChapterText = Field("", description="An introduction in our own words.")
    show: tuple[Shown, ...] = Field((), description="sessions: what is shown of each, in this order.")
    labels: tuple[str, ...] = Field((), description="points: sentences with one of these labels...")
    unless: tuple[str, ...] = Field((), description="...and none of these.")
    layout: Literal["table", "list", "prose"] = Field("list", description="points: 표, 개조식 or 줄글.")
    columns: tuple[str, str, str] = ("내용", "발언자", "출처")


class Selection(Section):
    """How sentences are chosen that stand for a session: only ones an editor need not doubt."""

    count: int = Field(2, ge=0, description="How many, at most.")
    labels: tuple[str, ...] = Field((), description="A sentence with one of these labels comes first.")
    prefer: tuple[Pattern, ...] = Field((), description="So does one that such a pattern is found in.")
    avoid: tuple[Pattern, ...] = Field((), description="One that such a pattern is found in is not chosen.")
    fewest_characters: int = Field(20, ge=1, description="A shorter sentence does not stand alone.")
    most_characters: int = Field(100, ge=1, description="A longer one is no gist.")


class Discretion(Section):
    """What is left out of a draft though it was said; patterns are regular expressions, found in a sentence.

    A ``request`` not to record what follows leaves out the rest of its turn; one that ends its turn, the
    whole turn; one that is all of its turn, the next turn of the same voice too. A ``promise`` not to record,
    where no request was understood just before, leaves out the whole turn before it.
    """

    request: tuple[Pattern, ...] = ()
    promise: tuple[Pattern, ...] = ()
    introduction: tuple[Pattern, ...] = Field(
        (), description="Asks people to introduce themselves: answers of anonymous people are left out."
    )
    namelessness: tuple[Pattern, ...] = Field(
        (), description="Asks not to be named: left out; editors are told where consent says otherwise."
    )
    courtesies: tuple[Pattern, ...] = Field((), description="Whole sentences that nobody misses in print.")


class Mask(Section):
    """Characters that are hidden where ``pattern`` is found in a sentence in which ``beside`` is found."""

    pattern: Pattern
    beside: Pattern = ""
    what: str = Field("개인정보", description="What is hidden, for the editor.")


class Agenda(Section):
    """How a moderator opens an item of the agenda, and the closing round.

    An ``item`` pattern may hold a group ``(?P<item>...)``: those words become the item's heading. Without, it
    is a question of the same turn, or the sentence itself.
    """

    item: tuple[Pattern, ...] = ()
    closing: tuple[Pattern, ...] = ()
    opening_heading: str = "여는 말"
    item_heading: ItemText = "논의 {number}. {item}"
    fact: Annotated[str, _holds(frozenset({"number"}))] = Field(
        "논의 주제 {number}", description="Name of the item's line among the facts."
    )


class ChapterDefinition(Section):
    """``config/chapters/chapter-N.toml``."""

    number: int = Field(ge=1, le=99)
    title: str = Field(min_length=1)
    kind: Kind
    order: Literal["date", "title"] = Field("date", description="Order of the sessions.")
    part: tuple[Part, ...] = Field(min_length=1)
    session_heading: SessionText = "{people}"
    fact: tuple[Fact, ...] = ()
    participants: tuple[str, str, str] = ("이름", "역할", "소속")
    conversation: Literal["full", "selected", "narrative"] = Field(
        "full",
        description="selected: only answers with a sentence of the lead's or the quotes' labels; narrative: "
        "these answers without the questions, as a text to read.",
    )
    narrative_style: Literal["합니다체", "한다체"] = Field(
        "합니다체", description="How sentences of a narrative end, where their ending can surely be changed."
    )
    speaker: SpeakerText = "{label}"
    lead: Selection = Selection()
    quotes: Selection = Selection()
    discretion: Discretion = Discretion()
    mask: tuple[Mask, ...] = ()
    agenda: Agenda = Agenda()
    not_points: tuple[Pattern, ...] = Field((), description="Sentences that only announce a point.")
    other_topic: str = Field("그 밖의 의견", description="Heading of points without a topic.")


def load_chapters(folder: Path) -> tuple[ChapterDefinition, ...]:
    """Read every ``*.toml`` of ``config/chapters``, in order of their numbers; none where it is missing.

    Raises:
        ConfigError: a file is wrong, two parts of a chapter have one name, or two chapters one number.
    """
    paths = sorted(folder.glob("*.toml"))
    made = [load_toml(path, ChapterDefinition) for path in paths]
    for path, definition in zip(paths, made, strict=True):
        _refuse_repeated([part.name for part in definition.part], f"{path}: part name")
    _refuse_repeated([str(definition.number) for definition in made], f"{folder}: chapter number")
    return tuple(sorted(made, key=lambda definition: definition.number))


def _refuse_repeated(names: list[str], what: str) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            raise ConfigError(f"{what} {name} is given {times} times.", "Give each another and run again.")
