"""Cells that an editor merged, as a table shows them, and as they are told from a table that was read.

In a chapter every row has a cell for each column, and says which of them are covered: what is merged takes
no cell away, so that a row is still merged with a rerun cell by cell.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.drafts.pictures import Picture
from pipeline.drafts.pieces import Passage
from pipeline.drafts.styles import Align
from pipeline.model import Cover

MOST_COLUMNS, MOST_ROWS = 63, 1_000
"""That a cell takes. The first is Word's limit; a file that tells of more was made to do harm."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Passages of a cell, and pictures below them; how many columns and rows of the table it takes.

    One of no rows belongs to the cell above: it is empty. ``align`` is where an editor set its lines.
    """

    passages: tuple[Passage, ...] = ()
    pictures: tuple[Picture, ...] = ()
    columns: int = 1
    rows: int = 1
    align: Align | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be seen in it, nor hangs on it."""
        return not self.passages and not self.pictures


Shape = tuple[int, int]
"""The column that a cell begins in, and how many it takes."""


def merged(rows: Sequence[Sequence[Cell]], covers: Sequence[Sequence[Cover]]) -> list[tuple[Cell, ...]]:
    """Rows of a table with their covered cells merged into those that cover them.

    Only an empty cell is covered, by one that stands there and is as wide; a row stays that has nothing else.
    """
    made: list[dict[Shape, Cell]] = []
    for cells, told in zip(rows, covers, strict=True):
        row, above = dict(_across(cells, told)), made[-1] if made else {}
        below = {at for at in row.keys() & above.keys() if told and told[at[0]] is Cover.ABOVE}
        covered = {at for at in below if row[at].is_empty}
        made.append(row | {at: replace(row[at], rows=0) for at in covered if len(covered) < len(row)})
    return [tuple(row.values()) for row in _down(made)]


def _across(cells: Sequence[Cell], covers: Sequence[Cover]) -> Iterator[tuple[Shape, Cell]]:
    """Cells of a row, each with the empty ones at its right that it covers."""
    starts = [
        at
        for at, cell in enumerate(cells)
        if not (at and covers and covers[at] is Cover.LEFT and cell.is_empty)
    ]
    for start, end in pairwise([*starts, len(cells)]):
        yield (start, end - start), replace(cells[start], columns=end - start)


def _down(rows: Sequence[Mapping[Shape, Cell]]) -> list[dict[Shape, Cell]]:
    """The rows, with how many rows each cell takes that is not covered itself."""
    made: list[dict[Shape, Cell]] = []
    covered: dict[Shape, int] = {}
    for row in reversed(rows):
        heights = {at: 1 + covered.get(at, 0) for at in row}
        made.append({at: replace(cell, rows=heights[at]) if cell.rows else cell for at, cell in row.items()})
        covered = {at: heights[at] for at, cell in row.items() if not cell.rows}
    return made[::-1]


def across(columns: int) -> tuple[Cover, ...]:
    """What covers the columns behind the first of a cell that takes so many."""
    return (Cover.LEFT,) * (min(columns, MOST_COLUMNS) - 1)
