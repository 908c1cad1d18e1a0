"""What was forgotten does not come back with an old file, wherever in it it stands; and cannot be read."""

from dataclasses import replace
from random import Random

import pytest

from pipeline.batch import sieve
from pipeline.batch.forgetting.hushing import shingles
from pipeline.batch.sieve import SPARSE, WITHHELD, Table
from pipeline.drafts.reading import ReadBlock
from pipeline.errors import ConflictError
from pipeline.model import BlockKind, Format, FormatKind, Span
from pipeline.workspace import Workspace

THEIRS = (
    "저는 그때 위원회에 처음 들어가서 아무것도 모르고 회의에 앉아 있었습니다. "
    "예산을 누가 어떻게 정하는지 아무도 말해 주지 않았습니다."
)
OTHERS = "담당자가 자주 바뀌어서 저희는 매번 처음부터 다시 설명을 해야만 했습니다."
OWN = "편집자는 이 대목에서 위원회의 구성을 짧게 풀어 쓰고 뒤의 표와 이었다."


def paragraph(text: str, kind: BlockKind | None = None) -> ReadBlock:
    return ReadBlock("", kind, "", text)


def sifted(space: Workspace, *blocks: ReadBlock, known: tuple[str, ...] = (OTHERS,)) -> tuple[list[str], int]:
    left, count = sieve.sift(space, blocks, known)
    return [block.text for block in left], count


@pytest.fixture
def forgotten(space: Workspace) -> Workspace:
    sieve.remember(space, shingles(THEIRS))
    return space


def test_a_forgotten_paragraph_stays_out_whole_parted_or_changed(forgotten: Workspace) -> None:
    first, second = THEIRS.split(". ")
    changed = first.replace("저는", "그분은")
    blocks = [paragraph(each) for each in (OTHERS, THEIRS, f"{first}.", OWN, second, changed)]
    assert sifted(forgotten, *blocks) == ([OTHERS, OWN], 5)


def test_what_an_editor_wrote_beside_it_stays_and_the_place_is_told(forgotten: Workspace) -> None:
    blocks, _ = sieve.sift(forgotten, [paragraph(f"{OWN} {THEIRS}"), paragraph(THEIRS), paragraph(OWN)], ())
    assert [block.text for block in blocks] == [OWN, OWN]
    assert [[comment.text for comment in block.comments] for block in blocks] == [[WITHHELD], []]


def test_what_is_left_stays_formatted(forgotten: Workspace) -> None:
    bold = Format(Span(len(THEIRS) + 1, len(THEIRS) + 4), FormatKind.BOLD)
    ((block,), _) = sieve.sift(forgotten, [replace(paragraph(f"{THEIRS} {OWN}"), formats=(bold,))], ())
    assert block.formats == (replace(bold, chars=Span(0, 3)),)


def test_cells_are_sifted_one_by_one(forgotten: Workspace) -> None:
    row = replace(paragraph("", BlockKind.TABLE_ROW), cells=(THEIRS, "이수현"), text=f"{THEIRS}\t이수현")
    blocks, count = sieve.sift(forgotten, [row], ())
    assert ([block.cells for block in blocks], count) == ([("", "이수현")], 2)


def test_what_others_say_in_the_draft_of_today_is_theirs(forgotten: Workspace) -> None:
    assert sifted(forgotten, paragraph(THEIRS), known=(THEIRS,)) == ([THEIRS], 0)


def test_without_anybody_forgotten_nothing_is_sifted(space: Workspace) -> None:
    assert sifted(space, paragraph(THEIRS)) == ([THEIRS], 0)


def test_forgetting_again_adds_nothing_and_two_people_two_tables(forgotten: Workspace) -> None:
    sieve.remember(forgotten, shingles(THEIRS))
    assert len(sieve.load(forgotten)) == 1
    sieve.remember(forgotten, shingles(OTHERS))
    assert len(sieve.load(forgotten)) == 2


def test_of_words_that_nobody_said_every_ninth_run_passes_and_no_sentence() -> None:
    random = Random(1)
    runs = {f"{random.random()}" for _ in range(4_000)}
    table = Table.of(runs)
    guesses = [f"{random.random()}" for _ in range(20_000)]
    passed = sum(table.bits[table.place(each) // 8] >> table.place(each) % 8 & 1 for each in guesses)
    assert 1 / (SPARSE + 2) < passed / len(guesses) < 1 / SPARSE
    assert table.knows(runs, 1.0)
    assert sum(table.knows(guesses[at : at + 10], 0.5) for at in range(0, 20_000, 10)) <= 4


def test_a_damaged_table_stops_the_import(forgotten: Workspace) -> None:
    (forgotten.forgotten / sieve.FILE_NAME).write_text("{", encoding="utf-8")
    with pytest.raises(ConflictError, match="삭제한 발언"):
        sifted(forgotten, paragraph(THEIRS))
