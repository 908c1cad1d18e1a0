"""A table that an editor adds, in whichever program, is a table of the next draft, cell for cell."""

import io
from collections.abc import Callable
from random import Random

import docx
import pytest
from edited_drafts import chapter, rerun
from hwpx import HwpxDocument

from pipeline.drafts import docx_reader, docx_writer, hwpx_reader, hwpx_writer, markdown
from pipeline.drafts.merge import merge
from pipeline.drafts.reading import ReadBlock

BASE = chapter(Random(3))
CELLS = (("구분", "2022년", "2023년"), ("참여 시민", "1,204명", "2,310명"), ("마을사업", "", "38건"))


def in_word() -> tuple[ReadBlock, ...]:
    document = docx.Document(io.BytesIO(docx_writer.write(BASE)))
    table = document.add_table(0, 3)
    for texts in CELLS:
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = text
    saved = io.BytesIO()
    document.save(saved)
    return docx_reader.read(saved.getvalue())


def in_hancom() -> tuple[ReadBlock, ...]:
    document = HwpxDocument.open(io.BytesIO(hwpx_writer.write(BASE)))
    table = document.add_table(3, 3)
    for row, texts in enumerate(CELLS):
        for column, text in enumerate(texts):
            table.set_cell_text(row, column, text)
    return hwpx_reader.read(document.to_bytes())


def in_an_editor_of_text() -> tuple[ReadBlock, ...]:
    head, *rows = (f"| {' | '.join(texts)} |" for texts in CELLS)
    typed = "\n".join(["", head, "|---|---|---|", *rows, ""])
    return markdown.read(markdown.write(BASE) + typed.encode())


@pytest.mark.parametrize("added", [in_word, in_hancom, in_an_editor_of_text])
def test_it_is_merged_with_a_rerun_and_laid_in_every_format(
    added: Callable[[], tuple[ReadBlock, ...]],
) -> None:
    shown = merge(BASE, added(), rerun(Random(3), BASE)).chapter
    rows = [block.cells for block in shown.blocks[-3:]]
    assert rows == list(CELLS)
    for form in (
        docx_reader.read(docx_writer.write(shown)),
        hwpx_reader.read(hwpx_writer.write(shown)),
        markdown.read(markdown.write(shown)),
    ):
        assert [block.cells for block in form[-3:]] == rows
        assert merge(shown, form, shown).chapter == shown
