"""A chapter or transcript becomes paragraphs and tables of plain pieces, before any format sets them.

Here it is settled what stands where: the label of who speaks, the paragraphs, and which rows make one table.
What is inside a block is cut by :mod:`pieces`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby

from pipeline.drafts.cells import Cell, merged
from pipeline.drafts.comments import PICTURE
from pipeline.drafts.lines import clock, printable
from pipeline.drafts.pictures import Picture, pictured
from pipeline.drafts.pieces import Passage, Piece, cut, marks_of, notes_of
from pipeline.drafts.styles import LOOKS, Align, Look
from pipeline.drafts.transcript import Paragraph as TranscriptParagraph
from pipeline.drafts.transcript import Style
from pipeline.model import Block, BlockKind, Chapter, FormatKind, Span

FACT_SHARES = (0.18, 0.82)
"""Widths of a fact's name and value."""

SPEAKER_MARK = "○ "
"""Stands before the label of who speaks, as in minutes."""
POINT_MARK = "- "
ATTRIBUTION_MARK = "— "
"""Stands before the label under a pull quote."""


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
        return replace(self, ids=tuple(dict.fromkeys((*self.ids, name))))

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
    """A row of a table; its cells take all of the table's columns."""

    kind: BlockKind
    cells: tuple[Cell, ...]
    ids: tuple[str, ...] = ()

    def look(self, cell: Cell) -> Look:
        """How the paragraph in one of its cells is set."""
        return aligned(LOOKS[self.kind], cell.align)

    def placed(self) -> Iterator[tuple[int, Cell, tuple[str, ...]]]:
        """Every cell with the column it begins in, and the row's ids for the first that will be seen."""
        columns = accumulate((cell.columns for cell in self.cells), initial=0)
        ids = self.ids
        for column, cell in zip(columns, self.cells, strict=False):
            yield column, cell, ids if cell.rows else ()
            ids = () if cell.rows else ids


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of equally many columns; ``shares`` are the widths of the columns and add up to 1."""

    rows: tuple[Row, ...]
    shares: tuple[float, ...]

    def named(self, name: str, place: int) -> "Table":
        """With one more id at its first row or its last one."""
        rows = list(self.rows)
        rows[place] = replace(rows[place], ids=tuple(dict.fromkeys((*rows[place].ids, name))))
        return replace(self, rows=tuple(rows))


Flow = Paragraph | Table | Picture
"""What a document is made of, in order."""


def chapter_flow(
    chapter: Chapter,
    recordings: Mapping[str, str],
    edition: str = "",
    pictures: Collection[str] = (),
) -> tuple[Flow, ...]:
    """The blocks in order; neighbouring rows make one table, pictures stand below their paragraph.

    Args:
        chapter: what to set.
        recordings: what to call a recording, by digest, where its session's id would not do.
        edition: the draft's id, for its first and last block: one is likely to outlive a day's work.
        pictures: names of those that there are; others are left out.
    """
    bare = [_showing(block, pictures) for block in chapter.blocks]
    chapter = replace(chapter, blocks=tuple(bare))
    flow = list(_flow(chapter, recordings))
    texts = [at for at, each in enumerate(flow) if not isinstance(each, Picture)] if edition else []
    for place in (0, -1) if texts else ():
        each = flow[texts[place]]
        flow[texts[place]] = each if isinstance(each, Picture) else each.named(edition, place)
    return tuple(flow)


def aligned(look: Look, align: Align | None) -> Look:
    """A look, with its lines where an editor set them."""
    return replace(look, align=align) if align else look


def alignment(block: Block, among: Span) -> Align | None:
    """Where an editor set the lines of a part of a block."""
    return next(
        (
            Align(each.value)
            for each in block.formats
            if each.kind is FormatKind.ALIGN and each.chars.overlap(among)
        ),
        None,
    )


def set_looks(flow: Iterable[Flow]) -> Iterator[Look]:
    """The look of every paragraph and cell."""
    for each in flow:
        if isinstance(each, Paragraph):
            yield each.look
        elif isinstance(each, Table):
            yield from (row.look(cell) for row in each.rows for cell in row.cells)


def set_pieces(flow: Iterable[Flow]) -> Iterator[tuple[Look, Piece]]:
    """Every piece of text, and the look of what it stands in."""
    for each in flow:
        if isinstance(each, Paragraph):
            yield from ((each.look, piece) for passage in each.labelled() for piece in passage.pieces)
        elif isinstance(each, Table):
            cells = ((row.look(cell), cell) for row in each.rows for cell in row.cells)
            yield from ((look, piece) for look, cell in cells for p in cell.passages for piece in p.pieces)


def _showing(block: Block, pictures: Collection[str]) -> Block:
    """The block without pictures of which nothing is left but the name."""
    gone = [
        remark
        for remark in block.remarks
        if remark.rule == PICTURE and ((told := pictured(remark.text)) is None or told.name not in pictures)
    ]
    return replace(block, remarks=tuple(r for r in block.remarks if r not in gone)) if gone else block


def _flow(chapter: Chapter, recordings: Mapping[str, str]) -> Iterator[Flow]:
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
            for block in blocks:
                yield from pictures_of(block, Span(len(block.text) + 1, len(block.text) + 2))
        else:
            for block in blocks:
                yield _paragraph(block, recordings)
                yield from pictures_of(block)


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


def _table_key(block: Block, heads: int) -> tuple[int, bool, int] | None:
    """What rows of one table have in common: the last head before them, facts or not, and the columns."""
    return (heads, block.kind is BlockKind.FACT, len(block.cells)) if block.cells else None


def _table(blocks: Sequence[Block], recordings: Mapping[str, str], alike: Sequence[tuple[str, ...]]) -> Table:
    """A table; ``alike`` are the cells of every row that its columns have to suit."""
    cells = merged([_cells(block, recordings) for block in blocks], [block.covers for block in blocks])
    rows = tuple(Row(block.kind, row, (block.id,)) for block, row in zip(blocks, cells, strict=True))
    facts = blocks[0].kind is BlockKind.FACT and len(blocks[0].cells) == len(FACT_SHARES)
    return Table(rows, FACT_SHARES if facts else _shares(alike))


def _paragraph(block: Block, recordings: Mapping[str, str]) -> Paragraph:
    speaker = printable(block.speaker)
    # What the same person goes on to say begins where the text behind a label does.
    indent = "\t" if LOOKS[block.kind].hanging else ""
    mark = POINT_MARK if block.kind is BlockKind.POINT else SPEAKER_MARK if speaker else indent
    text = printable(block.text)
    marks, quoted = marks_of(block, text), block.kind is BlockKind.QUOTE
    signs = marks.signs(0) if speaker and not quoted else ()
    if signs:
        marks = replace(marks, footnotes=tuple(each for each in marks.footnotes if each[0] > 0))
    passages = cut(text, Span(0, len(text)), notes_of(block, text, recordings), marks)
    look = aligned(LOOKS[block.kind], alignment(block, Span(0, len(text))))
    return Paragraph(look, passages, (block.id,), mark, speaker, quoted, signs)


def _cells(block: Block, recordings: Mapping[str, str]) -> list[Cell]:
    cells = [printable(cell) for cell in block.cells]
    text = "\t".join(cells)
    starts = accumulate((len(cell) + 1 for cell in cells[:-1]), initial=0)
    notes, marks = notes_of(block, text, recordings), marks_of(block, text)
    return [
        Cell(
            cut(text, Span(start, start + len(cell)), notes, marks),
            tuple(pictures_of(block, Span(start, start + len(cell) + 1))),
            align=alignment(block, Span(start, start + len(cell))),
        )
        for start, cell in zip(starts, cells, strict=True)
    ]


def pictures_of(block: Block, among: Span | None = None) -> Iterator[Picture]:
    """The pictures of a block, or those that stand at characters ``among`` all."""
    for remark in block.remarks:
        shown = pictured(remark.text) if remark.rule == PICTURE else None
        if shown and (among is None or among.start <= remark.chars.end < among.end):
            yield shown


def _shares(rows: Sequence[tuple[str, ...]]) -> tuple[float, ...]:
    """Wider columns for longer texts, within bounds in which the shortest can still be read."""
    weights = [6 + min(max(len(cell) for cell in column), 40) for column in zip(*rows, strict=True)]
    return tuple(weight / sum(weights) for weight in weights)
