"""Cells that an editor merges, in whichever program, are merged in the next draft, in every format."""

import io
from collections.abc import Callable
from random import Random

import docx
import pytest
from archives import DOCUMENT, SECTION, changed
from edited_drafts import chapter, rerun
from hwpx import HwpxDocument
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import HANCOM, PROGRAMS, WORD, Program, saved

from pipeline.drafts.cells import MOST_COLUMNS, Cell, merged
from pipeline.drafts.merge import merge
from pipeline.drafts.pieces import Passage, Piece
from pipeline.drafts.reading import ReadBlock
from pipeline.model import Block, BlockKind, Chapter, Cover

BASE = chapter(Random(3))
NO, LEFT, ABOVE = Cover.NO, Cover.LEFT, Cover.ABOVE
CELLS = (
    ("구분", "참여", "", ""),
    ("", "", "", "합계"),
    ("시민", "1,204", "2,310", ""),
    ("위원", "12", "14", "26"),
)
COVERS = (
    (NO, NO, LEFT, NO),
    (ABOVE, ABOVE, LEFT, NO),
    (NO, NO, NO, ABOVE),
    (),
)


def in_word() -> tuple[ReadBlock, ...]:
    document = docx.Document(io.BytesIO(WORD.write(BASE)))
    table = document.add_table(4, 4)
    table.cell(0, 1).merge(table.cell(1, 2))
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(1, 3).merge(table.cell(2, 3))
    for row, texts in enumerate(CELLS):
        for column, text in enumerate(texts):
            if text:
                table.cell(row, column).text = text
    return WORD.read(saved(document))


def in_hancom() -> tuple[ReadBlock, ...]:
    document = HwpxDocument.open(io.BytesIO(HANCOM.write(BASE)))
    table = document.add_table(4, 4)
    table.merge_cells(0, 1, 1, 2)
    table.merge_cells(0, 0, 1, 0)
    table.merge_cells(1, 3, 2, 3)
    for row, texts in enumerate(CELLS):
        for column, text in enumerate(texts):
            if text:
                table.set_cell_text(row, column, text)
    return HANCOM.read(document.to_bytes())


def table(drafted: Chapter) -> list[tuple[tuple[str, ...], tuple[Cover, ...]]]:
    return [(block.cells, block.covers) for block in drafted.blocks[-4:]]


@pytest.mark.parametrize("added", [in_word, in_hancom])
def test_they_stay_merged_through_a_rerun_and_in_every_format(
    added: Callable[[], tuple[ReadBlock, ...]],
) -> None:
    shown = merge(BASE, added(), rerun(Random(3), BASE)).chapter
    assert table(shown) == list(zip(CELLS, COVERS, strict=True))
    for program in PROGRAMS.values():
        again = merge(shown, program.save(shown), rerun(Random(5), shown))
        assert table(again.chapter) == table(shown)


def test_other_libraries_see_them_merged() -> None:
    shown = merge(BASE, in_word(), BASE).chapter
    held = docx.Document(io.BytesIO(WORD.write(shown))).tables[-1]
    assert held.cell(0, 1)._tc is held.cell(1, 2)._tc
    assert held.cell(1, 3).text == held.cell(2, 3).text == "합계"
    grid = HwpxDocument.open(io.BytesIO(HANCOM.write(shown))).tables[-1]
    assert grid.cell(1, 2).text == "참여"
    assert grid.cell(2, 3).text == "합계"


def test_an_editor_may_merge_cells_of_ours_and_part_them_again() -> None:
    document = docx.Document(io.BytesIO(WORD.write(BASE)))
    first, second = document.tables[0].rows[0].cells[:2]
    words = second.text
    second.text = ""
    first.merge(second)
    once = merge(BASE, WORD.read(saved(document)), BASE).chapter
    row = once.blocks[-3]
    assert (row.cells[1], row.covers) == ("", (NO, LEFT, NO))
    document = docx.Document(io.BytesIO(WORD.write(once)))
    row_of_word = document.tables[0].rows[0]._tr
    wide = row_of_word.tc_lst[0]
    wide.tcPr.remove(wide.tcPr.gridSpan)
    wide.addnext(docx.oxml.parse_xml(docx.oxml.table.CT_Tc.new().xml))
    docx.table._Cell(row_of_word.tc_lst[1], document.tables[0]).text = words
    parted = merge(once, WORD.read(saved(document)), once).chapter
    assert (parted.blocks[-3].cells, parted.blocks[-3].covers) == (BASE.blocks[-3].cells, ())


@pytest.mark.parametrize(
    ("program", "old", "new", "name"),
    [
        (WORD, '<w:gridSpan w:val="2"/>', '<w:gridSpan w:val="999999999"/>', DOCUMENT),
        (HANCOM, 'colSpan="2" rowSpan="2"', 'colSpan="999999999" rowSpan="999999999"', SECTION),
    ],
    ids=["docx", "hwpx"],
)
def test_a_cell_that_would_be_endless_is_not(program: Program, old: str, new: str, name: str) -> None:
    shown = merge(BASE, in_word(), BASE).chapter
    found = program.read(changed(program.write(shown), old, new, name))
    assert max(len(block.cells) for block in found) <= MOST_COLUMNS + 4
    assert [block.text.split() for block in found] == [block.text.split() for block in shown.blocks]


covers = st.lists(st.lists(st.sampled_from(Cover), min_size=3, max_size=3), min_size=1, max_size=4)


@settings(max_examples=100)
@given(covers, st.data())
def test_whatever_is_said_to_be_covered_no_text_is_and_no_column_is_missing(
    told: list[list[Cover]], data: st.DataObject
) -> None:
    texts = [[data.draw(st.sampled_from(["", "글"])) for _ in row] for row in told]
    blocks = tuple(
        Block(f"r{n}", BlockKind.TABLE_ROW, "\t".join(row), "", tuple(row), covers=tuple(cover))
        for n, (row, cover) in enumerate(zip(texts, told, strict=True))
    )
    for program in PROGRAMS.values():
        found = program.save(Chapter(4, "제목", blocks))
        assert [block.cells for block in found] == [block.cells for block in blocks]
        assert program.save(Chapter(4, "제목", as_blocks(found))) == found
    cells = [[Cell((Passage((Piece(text),)),) if text else ()) for text in row] for row in texts]
    assert all(sum(cell.columns for cell in row) == 3 for row in merged(cells, told))


def as_blocks(found: tuple[ReadBlock, ...]) -> tuple[Block, ...]:
    return tuple(
        Block(each.id, BlockKind.TABLE_ROW, each.text, "", each.cells, covers=each.covers) for each in found
    )
