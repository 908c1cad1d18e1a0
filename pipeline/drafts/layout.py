"""A chapter or transcript becomes paragraphs and tables of plain pieces, before any format sets them.

Here it is settled what stands where: the label of who speaks, which passages are highlighted, and which notes
hang on which words. Notes never overlap, because Hancom's memos must not; where two would, they become one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise

from pipeline.drafts.comments import CHECK, FOOTNOTE, HEARD, Comment
from pipeline.drafts.lines import clock, printable
from pipeline.drafts.styles import LOOKS, Look
from pipeline.drafts.transcript import Paragraph as TranscriptParagraph
from pipeline.drafts.transcript import Style
from pipeline.model import Block, BlockKind, Chapter, Source, Span

LOW_CONFIDENCE = "low-confidence"
JOIN_GAP_MS = 10_000
"""Passages of one recording closer than this are listened to in one go."""

FACT_SHARES = (0.18, 0.82)
"""Widths of a fact's name and value."""

SPEAKER_MARK = "○ "
"""Stands before the label of who speaks, as in minutes."""
POINT_MARK = "- "
ATTRIBUTION_MARK = "— "
"""Stands before the label under a pull quote."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters set alike. A tab and a line feed are ours: they part a label from the text.

    ``strong`` is a label, ``light`` an attribution, which must not compete with what it is of. With a
    ``footnote``, which is an editor's, there are no characters: its sign stands here.
    """

    text: str
    strong: bool = False
    doubted: bool = False
    light: bool = False
    footnote: str = ""


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
class _Marks:
    """What is shown among characters of a block: doubted ones, and footnotes by where their signs stand."""

    doubts: tuple[Span, ...]
    footnotes: tuple[tuple[int, str], ...]

    def signs(self, at: int) -> tuple[Piece, ...]:
        """The footnotes at a place."""
        return tuple(Piece("", footnote=text) for place, text in self.footnotes if place == at)


@dataclass(frozen=True, slots=True)
class _Note:
    """What hangs on characters of a block."""

    chars: Span
    text: str = ""
    comments: tuple[Comment, ...] = ()

    def joined(self, other: "_Note") -> "_Note":
        """Both in one, on all their characters."""
        chars = Span(self.chars.start, max(self.chars.end, other.chars.end))
        text = "\n".join(filter(None, (self.text, other.text)))
        return _Note(chars, text, (*self.comments, *other.comments))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text that flows; ``ids`` are the block's, and perhaps the draft's, none where nothing is read back.

    ``signs`` are the footnotes on the label of who speaks.
    """

    look: Look
    passages: tuple[Passage, ...]
    ids: tuple[str, ...] = ()
    mark: str = ""
    speaker: str = ""
    quoted: bool = False
    """Whether the label stands below the text, not before it."""
    signs: tuple[Piece, ...] = ()

    def named(self, name: str, _: int) -> "Paragraph":
        """With one more id."""
        return replace(self, ids=(*self.ids, name))

    def labelled(self) -> tuple[Passage, ...]:
        """The passages with the mark and the label of who speaks around them."""
        if self.quoted and self.speaker:
            attribution = Piece(ATTRIBUTION_MARK + self.speaker, light=True)
            return (*self.passages, Passage((Piece("\n"), attribution)))
        if self.speaker:
            label = Piece(self.mark + self.speaker, True)
            return (Passage((label, *self.signs, Piece("\t"))), *self.passages)
        return (Passage((Piece(self.mark),)), *self.passages) if self.mark else self.passages


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: one tuple of passages per cell."""

    kind: BlockKind
    cells: tuple[tuple[Passage, ...], ...]
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of equally many cells; ``shares`` are the widths of the columns and add up to 1."""

    rows: tuple[Row, ...]
    shares: tuple[float, ...]

    def named(self, name: str, place: int) -> "Table":
        """With one more id at its first row or its last one."""
        rows = list(self.rows)
        rows[place] = replace(rows[place], ids=(*rows[place].ids, name))
        return replace(self, rows=tuple(rows))


def chapter_flow(
    chapter: Chapter, recordings: Mapping[str, str], edition: str = ""
) -> tuple[Paragraph | Table, ...]:
    """The blocks in order; neighbouring rows make one table.

    Args:
        chapter: what to set.
        recordings: what to call a recording, by digest, where its session's id would not do.
        edition: the draft's id, for its first and last block: one is likely to outlive a day's work.
    """
    flow = list(_flow(chapter, recordings))
    if edition and flow:
        flow[0], flow[-1] = flow[0].named(edition, 0), flow[-1].named(edition, -1)
    return tuple(flow)


def _flow(chapter: Chapter, recordings: Mapping[str, str]) -> Iterator[Paragraph | Table]:
    heads = accumulate(block.kind is BlockKind.TABLE_HEAD for block in chapter.blocks)
    numbered = zip(chapter.blocks, heads, strict=True)
    grouped = groupby(numbered, key=lambda each: _table_key(*each))
    parts = [(key is not None, [block for block, _ in group]) for key, group in grouped]
    alike: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for is_table, blocks in parts:
        if is_table:
            alike.setdefault(_head(blocks), []).extend(block.cells for block in blocks)
    for is_table, blocks in parts:
        if is_table:
            yield _table(blocks, recordings, alike[_head(blocks)])
        else:
            yield from (_paragraph(block, recordings) for block in blocks)


def _head(blocks: Sequence[Block]) -> tuple[str, ...]:
    """What tables have in common that are set with equal columns: their head; one without stands alone."""
    return blocks[0].cells if blocks[0].kind is BlockKind.TABLE_HEAD else (blocks[0].id,)


def transcript_flow(document: Iterable[TranscriptParagraph]) -> Iterator[Paragraph]:
    """The paragraphs of a transcript, each with the moment it begins at."""
    for each in document:
        stamp = "" if each.start_ms is None else f"[{clock(each.start_ms)}] "
        pieces = (Piece(stamp, strong=True), Piece(printable(each.text)))
        marks = {Style.ITEM: POINT_MARK, Style.BODY: SPEAKER_MARK if each.speaker else ""}
        yield Paragraph(
            LOOKS[each.style],
            (Passage(tuple(piece for piece in pieces if piece.text)),),
            mark=marks.get(each.style, ""),
            speaker=printable(each.speaker),
        )


def heard(block: Block, recordings: Mapping[str, str]) -> tuple[str, ...]:
    """Where the block's words can be heard: ``2023-06-15-좌담회 03:12–04:01``, one text per passage."""
    return tuple(
        f"{recordings.get(source.recording, source.session)} {clock(source.start_ms)}–{clock(source.end_ms)}"
        for source in _joined([spoken.source for spoken in block.spoken])
    )


def _table_key(block: Block, heads: int) -> tuple[int, bool, int] | None:
    """What rows of one table have in common: the last head before them, facts or not, and the columns."""
    return (heads, block.kind is BlockKind.FACT, len(block.cells)) if block.cells else None


def _table(blocks: Sequence[Block], recordings: Mapping[str, str], alike: Sequence[tuple[str, ...]]) -> Table:
    """A table; ``alike`` are the cells of every row that its columns have to suit."""
    rows = tuple(Row(block.kind, _cells(block, recordings), (block.id,)) for block in blocks)
    facts = blocks[0].kind is BlockKind.FACT and len(blocks[0].cells) == len(FACT_SHARES)
    return Table(rows, FACT_SHARES if facts else _shares(alike))


def _paragraph(block: Block, recordings: Mapping[str, str]) -> Paragraph:
    speaker = printable(block.speaker)
    # What the same person goes on to say begins where the text behind a label does.
    indent = "\t" if LOOKS[block.kind].hanging else ""
    mark = POINT_MARK if block.kind is BlockKind.POINT else SPEAKER_MARK if speaker else indent
    text = printable(block.text)
    marks, quoted = _marks(block, text), block.kind is BlockKind.QUOTE
    signs = marks.signs(0) if speaker and not quoted else ()
    if signs:
        marks = replace(marks, footnotes=tuple(each for each in marks.footnotes if each[0] > 0))
    passages = _passages(text, Span(0, len(text)), _notes(block, text, recordings), marks)
    return Paragraph(LOOKS[block.kind], passages, (block.id,), mark, speaker, quoted, signs)


def _cells(block: Block, recordings: Mapping[str, str]) -> tuple[tuple[Passage, ...], ...]:
    cells = [printable(cell) for cell in block.cells]
    text = "\t".join(cells)
    starts = accumulate((len(cell) + 1 for cell in cells[:-1]), initial=0)
    notes, marks = _notes(block, text, recordings), _marks(block, text)
    return tuple(
        _passages(text, Span(start, start + len(cell)), notes, marks)
        for start, cell in zip(starts, cells, strict=True)
    )


def _shares(rows: Sequence[tuple[str, ...]]) -> tuple[float, ...]:
    """Wider columns for longer texts, within bounds in which the shortest can still be read."""
    weights = [6 + min(max(len(cell) for cell in column), 40) for column in zip(*rows, strict=True)]
    return tuple(weight / sum(weights) for weight in weights)


def _passages(text: str, part: Span, notes: Sequence[_Note], marks: _Marks) -> tuple[Passage, ...]:
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


def _pieces(text: str, span: Span, marks: _Marks) -> tuple[Piece, ...]:
    """Characters, cut where they are set otherwise; a footnote's sign stands behind those it ends."""
    edges = {edge for doubt in marks.doubts for edge in (doubt.start, doubt.end)}
    edges |= {place for place, _ in marks.footnotes}
    made: list[Piece] = []
    inside = {edge for edge in edges if span.start < edge < span.end}
    for start, end in pairwise(sorted({span.start, span.end} | inside)):
        doubted = any(doubt.start <= start and end <= doubt.end for doubt in marks.doubts)
        made += [Piece(text[start:end], doubted=doubted), *marks.signs(end)]
    return tuple(made)


def _marks(block: Block, text: str) -> _Marks:
    return _Marks(
        tuple(remark.chars for remark in block.remarks if remark.rule == LOW_CONFIDENCE),
        tuple(
            (min(remark.chars.end, len(text)), printable(remark.text))
            for remark in block.remarks
            if remark.rule == FOOTNOTE
        ),
    )


def _notes(block: Block, text: str, recordings: Mapping[str, str]) -> list[_Note]:
    """What hangs on which characters, in order; where two overlap, one note holds both."""
    wanted = [
        _Note(_wide(remark.chars, text), CHECK + printable(remark.text))
        for remark in block.remarks
        if remark.rule != LOW_CONFIDENCE and not remark.author
    ]
    if block.spoken:
        begins = block.spoken[0].chars.start
        told = HEARD + printable(", ".join(heard(block, recordings)))
        wanted.insert(0, _Note(_wide(Span(begins, begins), text), told))
    made: list[_Note] = []
    for note in sorted([*wanted, *_comments(block, text)], key=lambda each: each.chars.start):
        if made and note.chars.start < max(made[-1].chars.end, made[-1].chars.start + 1):
            made[-1] = made[-1].joined(note)
        else:
            made.append(note)
    return made


def _comments(block: Block, text: str) -> Iterator[_Note]:
    """Editors' comments, those of one author together where the first of them stands."""
    authored = [each for each in block.remarks if each.author and each.rule != FOOTNOTE]
    for author in dict.fromkeys(remark.author for remark in authored):
        own = [remark for remark in authored if remark.author == author]
        said = tuple(Comment(printable(author), printable(remark.text)) for remark in own)
        yield _Note(_wide(own[0].chars, text), comments=said)


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
