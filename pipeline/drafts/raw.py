"""Paragraphs and rows as a file holds them, before it is known what is a label, a mark or a block's text."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain

from pipeline.drafts.comments import PLACED, Comment
from pipeline.drafts.formats import Setting, shifted
from pipeline.model import Cover, Format, FormatKind, Span


@dataclass(frozen=True, slots=True)
class RawParagraph:
    """A paragraph as it stands in a file: label and marks still in the text, tabs and line feeds kept.

    One that ``runs_on`` has lost its end to a tracked change: what follows belongs to it.
    """

    style: str
    text: str
    bookmarks: tuple[str, ...] = ()
    comments: tuple[Comment, ...] = ()
    runs_on: bool = False
    formats: tuple[Format, ...] = ()

    def joined(self, other: "RawParagraph") -> "RawParagraph":
        """This and the next paragraph in one, which looks as the next; an empty one leaves nothing behind."""
        said = since(other.comments, partial(str.__add__, self.text))
        bookmarks = (*self.bookmarks, *other.bookmarks) if self.text else other.bookmarks
        return replace(
            other,
            text=self.text + other.text,
            bookmarks=bookmarks,
            comments=(*self.comments, *said),
            formats=(*self.formats, *shifted(other.formats, len(self.text))),
        )


@dataclass(slots=True)
class OpenParagraph:
    """A paragraph while a file is read; what hangs on some of its characters is known by an id."""

    text: str = ""
    bookmarks: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    formats: list[Format] = field(default_factory=list)
    _begins: dict[str, int] = field(default_factory=dict)
    _ends: dict[str, int] = field(default_factory=dict)

    def write(self, characters: str, settings: Iterable[Setting] = ()) -> None:
        """Add characters that are set alike."""
        start, self.text = len(self.text), self.text + characters
        self.formats += [Format(Span(start, len(self.text)), *setting) for setting in settings]

    def begin(self, name: str) -> None:
        """What bears an id begins here, unless it has begun."""
        self._begins.setdefault(name, len(self.text))

    def end(self, name: str) -> None:
        """What bears an id ends here."""
        self._ends[name] = len(self.text)

    def begun(self) -> list[str]:
        """The ids of all that began here."""
        return [*self._begins]

    def chars(self, name: str) -> Span:
        """On which characters hangs what bears an id; to the paragraph's end if it has not ended."""
        start = self._begins[name]
        return Span(start, max(start, self._ends.get(name, len(self.text))))

    def words(self, name: str) -> str:
        """The same characters."""
        chars = self.chars(name)
        return self.text[chars.start : chars.end]

    def closed(self, style: str, align: str = "") -> RawParagraph:
        """All that was read, in the style of a name, its lines where an editor set them."""
        if align:
            self.formats.append(Format(Span(0, len(self.text)), FormatKind.ALIGN, align))
        return RawParagraph(
            style, self.text, tuple(self.bookmarks), tuple(self.comments), formats=tuple(self.formats)
        )


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row of a table: the paragraphs of each cell, and where an editor merged some, which are covered."""

    cells: tuple[tuple[RawParagraph, ...], ...]
    covers: tuple[Cover, ...] = ()


def inside(cell: Iterable[RawParagraph | RawRow]) -> tuple[RawParagraph, ...]:
    """The paragraphs of a cell, those of tables within it too."""
    rows = ((each,) if isinstance(each, RawParagraph) else chain(*each.cells) for each in joined(cell))
    return tuple(chain.from_iterable(rows))


def joined(raw: Iterable[RawParagraph | RawRow]) -> Iterator[RawParagraph | RawRow]:
    """Paragraphs that run on, joined to the next."""
    waiting: RawParagraph | None = None
    for each in raw:
        found = each
        if waiting and isinstance(found, RawParagraph):
            found = waiting.joined(found)
        elif waiting:
            yield waiting
        waiting = found if isinstance(found, RawParagraph) and found.runs_on else None
        if not waiting:
            yield found
    if waiting:
        yield waiting if waiting.text else replace(waiting, bookmarks=())


def since(found: Iterable[Comment], change: Callable[[str], str]) -> tuple[Comment, ...]:
    """Comments, with what is printed of which is changed what stands before it."""
    return tuple(
        replace(each, about=change(flat(unicodedata.normalize("NFC", each.about))))
        if each.rule in PLACED
        else each
        for each in found
    )


def one(paragraphs: Iterable[RawParagraph]) -> RawParagraph:
    """The paragraphs of a cell as one, a line feed between each two."""
    made = RawParagraph("", "")
    for each in paragraphs:
        if each.text:
            made = (replace(made, text=f"{made.text}\n") if made.text else made).joined(each)
    return made


def flat(text: str) -> str:
    """The text on one line, with as many characters."""
    return re.sub(r"[\t\n]", " ", text)
