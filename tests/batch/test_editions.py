"""Which draft a file was made from, when others have been laid down since."""

import os

from pipeline.batch import editions
from pipeline.drafts.reading import ReadBlock
from pipeline.drafts.returning import take_in
from pipeline.model import Block, BlockKind, Chapter
from pipeline.workspace import Workspace

TEXTS = ("우리 마을은 오래된 동네입니다.", "시장이 하나 있습니다.", "학교가 두 곳 있습니다.")


def chapter(*texts: str) -> Chapter:
    blocks = (Block(f"b-{i}", BlockKind.SPEECH, text, "한나래(시민)") for i, text in enumerate(texts))
    return Chapter(4, "제목", tuple(blocks))


def file(*texts: str) -> tuple[ReadBlock, ...]:
    return tuple(ReadBlock(f"b-{i}", BlockKind.SPEECH, "한나래(시민)", text) for i, text in enumerate(texts))


def taken_in(space: Workspace, draft: Chapter, *texts: str) -> Chapter:
    """Today's draft after one person's file of a draft; the file is kept beside that, as a run does."""
    made = take_in(draft, draft, draft, file(*texts)).chapter
    editions.keep(space, made)
    editions.keep(space, made, editions.name(draft))
    return made


def test_another_persons_file_of_the_same_draft_is_not_merged_over_the_first_ones(space: Workspace) -> None:
    draft = chapter(*TEXTS)
    editions.keep(space, draft)
    first = f"{TEXTS[0]} 그래서 주민들이 서로 잘 압니다."
    today = taken_in(space, draft, first, *TEXTS[1:])
    second = file(*TEXTS[:2], f"{TEXTS[2]} 주민들이 자주 갑니다.")
    base = editions.find(space, today, [editions.name(draft)], second)
    assert base == draft
    assert [block.text for block in take_in(today, draft, base, second).chapter.blocks] == [
        first,
        TEXTS[1],
        f"{TEXTS[2]} 주민들이 자주 갑니다.",
    ]


def test_a_file_that_is_saved_again_is_merged_over_what_it_was(space: Workspace) -> None:
    draft = chapter(*TEXTS)
    editions.keep(space, draft)
    written = f"{TEXTS[0]} 그래서 주민들이 서로 잘 압니다."
    today = taken_in(space, draft, written, *TEXTS[1:])
    again = file(f"{written} 정말입니다.", *TEXTS[1:])
    assert editions.find(space, today, [editions.name(draft)], again) == today


def test_a_file_too_old_to_tell_takes_no_block_out_that_came_after_it(space: Workspace) -> None:
    drafts = [
        chapter(*TEXTS, *(f"{n}번째 말입니다." for n in range(more))) for more in range(editions.KEPT + 5)
    ]
    for age, draft in enumerate(drafts):
        editions.keep(space, draft)
        for path in space.drafts.rglob("*.gz"):
            if path.stat().st_mtime > age + 1:
                os.utime(path, (age, age))
    today = drafts[-1]
    edited = file("우리 마을은 참 오래된 동네입니다.", *TEXTS[1:])
    base = editions.find(space, today, [editions.name(drafts[0])], edited)
    made = take_in(today, today, base, edited).chapter
    assert [block.text for block in made.blocks] == [
        "우리 마을은 참 오래된 동네입니다.",
        *(block.text for block in today.blocks[1:]),
    ]
