"""A block's text cut into pieces that are set alike, with the notes that hang on them.

Notes never overlap, because Hancom's memos must not; where two would, they become one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.drafts.comments import CHECK, FOOTNOTE, HEARD, PLACED, Comment
from pipeline.drafts.formats import Setting
from pipeline.drafts.lines import clock, printable
from pipeline.model import Block, Format, FormatKind, Source, Span

LOW_CONFIDENCE = "low-confidence"
JOIN_GAP_MS = 10_000
"""Passages of one recording closer than this are listened to in one go."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters set alike. A tab and a line feed are ours: they part a label from the text.

    ``strong`` is a label, ``light`` an attribution, which must not compete with what it is of; ``settings``
    are an editor's. With a ``footnote``, which is an editor's, there are no characters: its sign stands here.
    """

    text: str
    strong: bool = False
    doubted: bool = False
    light: bool = False
    footnote: str = ""
    settings: tuple[Setting, ...] = ()

    def value(self, kind: FormatKind) -> str | None:
        """The value of a kind of formatting that an editor has set here, None where it is not set."""
        return next((value for set_, value in self.settings if set_ is kind), None)


@dataclass(frozen=True, slots=True)
class Passage:
    """Pieces on which a note of ours hangs, an empty one is none, and comments of editors.

    Lines of a note are parted by line feeds.
    """

    pieces: tuple[Piece, ...]
    note: str = ""
    comments: tuple[Comment, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """All that hangs on the pieces, for formats that hold it in one: our lines, then editors' by name."""
        return (*filter(None, self.note.split("\n")), *(comment.line for comment in self.comments))


@dataclass(frozen=True, slots=True)
class Marks:
    """What is shown of characters of a block: doubts, formats, and footnotes by where their signs stand."""

    doubts: tuple[Span, ...]
    footnotes: tuple[tuple[int, str], ...]
    formats: tuple[Format, ...] = ()

    def edges(self) -> set[int]:
        """Where characters that are set alike may begin or end."""
        parts = [*self.doubts, *(each.chars for each in self.formats)]
        return {edge for part in parts for edge in (part.start, part.end)} | {at for at, _ in self.footnotes}

    def piece(self, text: str, start: int, end: int) -> Piece:
        """Characters between two neighbouring edges."""
        doubted = any(doubt.start <= start and end <= doubt.end for doubt in self.doubts)
        settings = (
            (each.kind, each.value)
            for each in self.formats
            if each.chars.start <= start and end <= each.chars.end
        )
        return Piece(text[start:end], doubted=doubted, settings=tuple(sorted(settings)))

    def signs(self, at: int) -> tuple[Piece, ...]:
        """The footnotes at a place."""
        return tuple(Piece("", footnote=text) for place, text in self.footnotes if place == at)


@dataclass(frozen=True, slots=True)
class Note:
    """What hangs on characters of a block."""

    chars: Span
    text: str = ""
    comments: tuple[Comment, ...] = ()

    def joined(self, other: "Note") -> "Note":
        """Both in one, on all their characters."""
        chars = Span(self.chars.start, max(self.chars.end, other.chars.end))
        text = "\n".join(filter(None, (self.text, other.text)))
        return Note(chars, text, (*self.comments, *other.comments))


def heard(block: Block, recordings: Mapping[str, str]) -> tuple[str, ...]:
    """Where the block's words can be heard: ``2023-06-15-좌담회 03:12–04:01``, one text per passage."""
    return tuple(
        f"{recordings.get(source.recording, source.session)} {clock(source.start_ms)}–{clock(source.end_ms)}"
        for source in _joined([spoken.source for spoken in block.spoken])
    )


def marks_of(block: Block, text: str) -> Marks:
    """What is to be shown in a block with this text."""
    return Marks(
        tuple(remark.chars for remark in block.remarks if remark.rule == LOW_CONFIDENCE),
        tuple(
            (min(remark.chars.end, len(text)), printable(remark.text))
            for remark in block.remarks
            if remark.rule == FOOTNOTE
        ),
        tuple(each for each in block.formats if each.kind is not FormatKind.ALIGN),
    )


def cut(text: str, part: Span, notes: Sequence[Note], marks: Marks) -> tuple[Passage, ...]:
    """A part of the text cut where notes begin and end; a note belongs to the part in which it begins."""
    made, at = [Passage(marks.signs(part.start))], part.start
    for note in notes:
        if part.start <= note.chars.start <= part.end:
            end = min(note.chars.end, part.end)
            made.append(Passage(_pieces(text, Span(at, note.chars.start), marks)))
            pieces = _pieces(text, Span(note.chars.start, end), marks)
            made.append(Passage(pieces, note.text, note.comments))
            at = end
    made.append(Passage(_pieces(text, Span(at, part.end), marks)))
    return tuple(passage for passage in made if passage.pieces or passage.lines)


def _pieces(text: str, span: Span, marks: Marks) -> tuple[Piece, ...]:
    """Characters, cut where they are set otherwise; a footnote's sign stands behind those it ends."""
    made: list[Piece] = []
    inside = {edge for edge in marks.edges() if span.start < edge < span.end}
    for start, end in pairwise(sorted({span.start, span.end} | inside)):
        made += [marks.piece(text, start, end), *marks.signs(end)]
    return tuple(made)


def notes_of(block: Block, text: str, recordings: Mapping[str, str]) -> list[Note]:
    """What hangs on which characters, in order; where two overlap, one note holds both."""
    wanted = [
        Note(_wide(remark.chars, text), CHECK + printable(remark.text))
        for remark in block.remarks
        if remark.rule != LOW_CONFIDENCE and not remark.author
    ]
    if block.spoken:
        begins = block.spoken[0].chars.start
        told = HEARD + printable(", ".join(heard(block, recordings)))
        wanted.insert(0, Note(_wide(Span(begins, begins), text), told))
    made: list[Note] = []
    for note in sorted([*wanted, *_comments(block, text)], key=lambda each: each.chars.start):
        if made and note.chars.start < max(made[-1].chars.end, made[-1].chars.start + 1):
            made[-1] = made[-1].joined(note)
        else:
            made.append(note)
    return made


def _comments(block: Block, text: str) -> Iterator[Note]:
    """Editors' comments, those of one author together where the first of them stands."""
    authored = [each for each in block.remarks if each.author and each.rule not in PLACED]
    for author in dict.fromkeys(remark.author for remark in authored):
        own = [remark for remark in authored if remark.author == author]
        said = tuple(Comment(printable(author), printable(remark.text)) for remark in own)
        yield Note(_wide(own[0].chars, text), comments=said)


def _wide(span: Span, text: str) -> Span:
    """The span inside the text, or the eojeol at it where it is empty: a note needs words to hang on."""
    start, end = min(span.start, len(text)), min(span.end, len(text))
    eojeols = [Span(*found.span()) for found in re.finditer(r"\S+", text)] if start == end else []
    following = (eojeol for eojeol in eojeols if eojeol.end > start)
    return next(following, eojeols[-1] if eojeols else Span(start, end))


def _joined(sources: Iterable[Source]) -> list[Source]:
    joined: list[Source] = []
    for source in sources:
        last = joined[-1] if joined else None
        if last and _follows(last, source):
            joined[-1] = Source(last.session, last.recording, last.start_ms, max(last.end_ms, source.end_ms))
        else:
            joined.append(source)
    return joined


def _follows(last: Source, source: Source) -> bool:
    same = (last.session, last.recording) == (source.session, source.recording)
    return same and last.start_ms <= source.start_ms <= last.end_ms + JOIN_GAP_MS
