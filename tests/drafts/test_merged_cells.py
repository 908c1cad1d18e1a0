"""Cells that an editor merges, in whichever program, are merged in the next draft, in every format."""

import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from random import Random

import docx
import pytest
from archives import part
from edited_drafts import chapter, rerun
from hwpx import HwpxDocument
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.drafts import docx_reader, docx_writer, hwpx_reader, hwpx_writer, markdown
from pipeline.drafts.cells import Cell, merged
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
FORMATS: dict[str, Callable[[Chapter], tuple[ReadBlock, ...]]] = {
    "docx": lambda drafted: docx_reader.read(docx_writer.write(drafted)),
    "hwpx": lambda drafted: hwpx_reader.read(hwpx_writer.write(drafted)),
    "markdown": lambda drafted: markdown.read(markdown.write(drafted)),
}


def in_word() -> tuple[ReadBlock, ...]:
    document = docx.Document(io.BytesIO(docx_writer.write(BASE)))
    table = document.add_table(4, 4)
    table.cell(0, 1).merge(table.cell(1, 2))
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(1, 3).merge(table.cell(2, 3))
    for row, texts in enumerate(CELLS):
        for column, text in enumerate(texts):
            if text:
                table.cell(row, column).text = text
    saved = io.BytesIO()
    document.save(saved)
    return docx_reader.read(saved.getvalue())


def in_hancom() -> tuple[ReadBlock, ...]:
    document = HwpxDocument.open(io.BytesIO(hwpx_writer.write(BASE)))
    table = document.add_table(4, 4)
    table.merge_cells(0, 1, 1, 2)
    table.merge_cells(0, 0, 1, 0)
    table.merge_cells(1, 3, 2, 3)
    for row, texts in enumerate(CELLS):
        for column, text in enumerate(texts):
            if text:
                table.set_cell_text(row, column, text)
    return hwpx_reader.read(document.to_bytes())


def table(drafted: Chapter) -> list[tuple[tuple[str, ...], tuple[Cover, ...]]]:
    return [(block.cells, block.covers) for block in drafted.blocks[-4:]]


@pytest.mark.parametrize("added", [in_word, in_hancom])
def test_they_stay_merged_through_a_rerun_and_in_every_format(
    added: Callable[[], tuple[ReadBlock, ...]],
) -> None:
    shown = merge(BASE, added(), rerun(Random(3), BASE)).chapter
    assert table(shown) == list(zip(CELLS, COVERS, strict=True))
    for save in FORMATS.values():
        again = merge(shown, save(shown), rerun(Random(5), shown))
        assert table(again.chapter) == table(shown)


def test_other_libraries_see_them_merged() -> None:
    shown = merge(BASE, in_word(), BASE).chapter
    held = docx.Document(io.BytesIO(docx_writer.write(shown))).tables[-1]
    assert held.cell(0, 1)._tc is held.cell(1, 2)._tc
    assert held.cell(1, 3).text == held.cell(2, 3).text == "합계"
    grid = HwpxDocument.open(io.BytesIO(hwpx_writer.write(shown))).tables[-1]
    assert grid.cell(1, 2).text == "참여"
    assert grid.cell(2, 3).text == "합계"


def test_an_editor_may_merge_cells_of_ours_and_part_them_again() -> None:
    document = docx.Document(io.BytesIO(docx_writer.write(BASE)))
    first, second = document.tables[0].rows[0].cells[:2]
    words = second.text
    second.text = ""
    first.merge(second)
    saved = io.BytesIO()
    document.save(saved)
    once = merge(BASE, docx_reader.read(saved.getvalue()), BASE).chapter
    row = once.blocks[-3]
    assert (row.cells[1], row.covers) == ("", (NO, LEFT, NO))
    document = docx.Document(io.BytesIO(docx_writer.write(once)))
    row_of_word = document.tables[0].rows[0]._tr
    wide = row_of_word.tc_lst[0]
    wide.tcPr.remove(wide.tcPr.gridSpan)
    wide.addnext(docx.oxml.parse_xml(docx.oxml.table.CT_Tc.new().xml))
    docx.table._Cell(row_of_word.tc_lst[1], document.tables[0]).text = words
    saved = io.BytesIO()
    document.save(saved)
    parted = merge(once, docx_reader.read(saved.getvalue()), once).chapter
    assert (parted.blocks[-3].cells, parted.blocks[-3].covers) == (BASE.blocks[-3].cells, ())


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
    for save in FORMATS.values():
        found = save(Chapter(4, "제목", blocks))
        assert [block.cells for block in found] == [block.cells for block in blocks]
        assert save(Chapter(4, "제목", as_blocks(found))) == found
    cells = [[Cell((Passage((Piece(text),)),) if text else ()) for text in row] for row in texts]
    assert all(sum(cell.columns for cell in row) == 3 for row in merged(cells, told))


def as_blocks(found: tuple[ReadBlock, ...]) -> tuple[Block, ...]:
    return tuple(
        Block(each.id, BlockKind.TABLE_ROW, each.text, "", each.cells, covers=each.covers) for each in found
    )


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_they_survive_libreoffice(tmp_path: Path) -> None:
    shown = merge(BASE, in_word(), BASE).chapter
    (tmp_path / "draft.docx").write_bytes(docx_writer.write(shown))
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "docx", "--outdir", str(tmp_path / "saved"), str(tmp_path / "draft.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    saved = (tmp_path / "saved" / "draft.docx").read_bytes()
    assert merge(shown, docx_reader.read(saved), shown).chapter == shown
    assert part(saved, "word/document.xml").count("<w:vMerge") >= 4
