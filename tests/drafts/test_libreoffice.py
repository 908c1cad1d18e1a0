"""What LibreOffice saves of a draft, and of what editors hung on it, is what we wrote."""

import io
import shutil
from collections.abc import Mapping

import docx
import pytest
import test_comments
import test_footnotes
import test_formats
import test_merged_cells
import test_pictures
from archives import part
from made_chapters import example
from programs import WORD, by_libreoffice

from pipeline.drafts import docx_pictures
from pipeline.drafts.merge import merge
from pipeline.model import Chapter

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed"),
]


def chapters() -> dict[str, Chapter]:
    """A draft with each of the things that an editor may leave in it."""
    base, table = example(), test_merged_cells.BASE
    formatted = test_formats.in_word(test_formats.aligned_in_word(WORD.write(base)))
    return {
        "plain": base,
        "comments": merge(base, WORD.read(test_comments.in_word()), base).chapter,
        "footnotes": test_footnotes.footnoted(),
        "formats": merge(base, WORD.read(formatted), base).chapter,
        "merged-cells": merge(table, test_merged_cells.in_word(), table).chapter,
        "pictures": test_pictures.illustrated(),
    }


NAMES = ("plain", "comments", "footnotes", "formats", "merged-cells", "pictures")


@pytest.fixture(scope="module")
def written() -> Mapping[str, Chapter]:
    return chapters()


@pytest.fixture(scope="module")
def saved(written: Mapping[str, Chapter], tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    files = {name: WORD.write(each, pictures=test_pictures.HELD) for name, each in written.items()}
    return by_libreoffice(files, tmp_path_factory.mktemp("libreoffice"))


@pytest.mark.parametrize("name", NAMES)
def test_it_is_read_as_it_was_written(
    name: str, written: Mapping[str, Chapter], saved: Mapping[str, bytes]
) -> None:
    base, found = written[name], WORD.read(saved[name])
    assert [(block.id, block.kind) for block in found] == [(block.id, block.kind) for block in base.blocks]
    merged = merge(base, found, base)
    assert merged.chapter == base
    assert merged.changes == ()


def test_our_notes_are_its_comments(saved: Mapping[str, bytes]) -> None:
    ours = docx.Document(io.BytesIO(WORD.write(example()))).comments
    theirs = docx.Document(io.BytesIO(saved["plain"])).comments
    assert [each.text for each in theirs] == [each.text for each in ours]


def test_pictures_keep_their_bytes(saved: Mapping[str, bytes]) -> None:
    assert docx_pictures.pictures(saved["pictures"]) == test_pictures.HELD


def test_cells_are_merged_there_too(saved: Mapping[str, bytes]) -> None:
    assert part(saved["merged-cells"], "word/document.xml").count("<w:vMerge") >= 4
