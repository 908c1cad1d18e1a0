"""A table that an editor adds, in whichever program, is a table of the next draft, cell for cell."""

import io
from collections.abc import Callable
from random import Random

import docx
import pytest
from edited_drafts import chapter, rerun
from hwpx import HwpxDocument
from programs import HANCOM, PROGRAMS, TEXT, WORD, saved

from pipeline.drafts.merge import merge
from pipeline.drafts.reading import ReadBlock

BASE = chapter(Random(3))
CELLS = (("구분", "2022년", "2023년"), ("참여 시민", "1,204명", "2,310명"), ("마을사업", "", "38건"))


def in_word() -> tuple[ReadBlock, ...]:
    document = docx.Document(io.BytesIO(WORD.write(BASE)))
    table = document.add_table(0, 3)
    for texts in CELLS:
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = text
    return WORD.read(saved(document))


def in_hancom() -> tuple[ReadBlock, ...]:
    document = HwpxDocument.open(io.BytesIO(HANCOM.write(BASE)))
    table = document.add_table(3, 3)
    for row, texts in enumerate(CELLS):
        for column, text in enumerate(texts):
            table.set_cell_text(row, column, text)
    return HANCOM.read(document.to_bytes())


def in_an_editor_of_text() -> tuple[ReadBlock, ...]:
    head, *rows = (f"| {' | '.join(texts)} |" for texts in CELLS)
    typed = "\n".join(["", head, "|---|---|---|", *rows, ""])
    return TEXT.read(TEXT.write(BASE) + typed.encode())


@pytest.mark.parametrize("added", [in_word, in_hancom, in_an_editor_of_text])
def test_it_is_merged_with_a_rerun_and_laid_in_every_format(
    added: Callable[[], tuple[ReadBlock, ...]],
) -> None:
    shown = merge(BASE, added(), rerun(Random(3), BASE)).chapter
    rows = [block.cells for block in shown.blocks[-3:]]
    assert rows == list(CELLS)
    for form in (program.save(shown) for program in PROGRAMS.values()):
        assert [block.cells for block in form[-3:]] == rows
        assert merge(shown, form, shown).chapter == shown
