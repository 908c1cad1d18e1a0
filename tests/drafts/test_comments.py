"""What editors write into comments, in whichever program, is in the next draft and on its paragraph."""

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import docx
import pytest
from edited_drafts import Editor, chapter, read, rerun
from hwpx import HwpxDocument
from hypothesis import given, settings
from hypothesis import strategies as st
from made_chapters import example
from programs import HANCOM, TEXT, WORD, Program, every_program, saved

from pipeline.drafts.carrying import comments_of
from pipeline.drafts.comments import AUTHOR, EDITOR, Comment, comments
from pipeline.drafts.merge import Merged, What, merge
from pipeline.drafts.reading import ReadBlock
from pipeline.model import Chapter

AUTHORS = ("김편집", "이 교정", EDITOR, "박(팀장)")
REMARKS = (
    *("다시 들어 봐야 합니다", "[중요] 빼도 될까요? / 아니면 / 줄일까요", "확인: 날짜", "# *별* <표> |"),
    *("날짜 / 확인: 요일 / 들을 곳: 어디", "이 말 / 「그 말」 확인: 둘"),
)


def commented(random: Random, blocks: Sequence[ReadBlock], times: int) -> list[ReadBlock]:
    """The paragraphs with comments on some, some of them equal."""
    made = list(blocks)
    for _ in range(times if made else 0):
        at = random.randrange(len(made))
        words = made[at].text.split()
        about = random.choice(words) if words else ""
        comment = Comment(random.choice(AUTHORS), random.choice(REMARKS), about)
        made[at] = replace(made[at], comments=(*made[at].comments, comment))
    return made


def said(drafted: Chapter) -> Counter[tuple[str, str]]:
    return Counter((c.author, c.text) for block in drafted.blocks for c in comments_of(block))


def written(blocks: Sequence[ReadBlock]) -> Counter[tuple[str, str]]:
    return Counter((c.author, c.text) for block in blocks for c in block.comments)


def theirs(merged: Merged) -> dict[str, list[tuple[str, str]]]:
    return {
        block.id: [(c.author, c.text) for c in comments_of(block)]
        for block in merged.chapter.blocks
        if comments_of(block)
    }


@settings(max_examples=150)
@given(st.integers(0, 2**32), st.integers(0, 9), st.integers(1, 9))
def test_no_comment_of_an_editor_is_lost(seed: int, edits: int, times: int) -> None:
    random = Random(seed)
    base = chapter(random)
    edited = commented(random, Editor(random).edit(read(base), edits), times)
    merged = merge(base, edited, rerun(random, base))
    kept = " ".join(text for _, text in said(merged.chapter).elements())
    assert said(merged.chapter).total() == written(edited).total()
    assert all(text in kept for _, text in written(edited))
    assert said(merge(base, edited, base).chapter) == written(edited)
    alone = merge(base, edited, base).chapter
    assert merge(base, edited, alone).chapter.blocks == alone.blocks


@every_program
def test_comments_survive_every_format_and_two_reruns(program: Program) -> None:
    for seed in range(25):
        random = Random(seed)
        base = chapter(random, 8)
        edited = commented(random, Editor(random).edit(read(base), 3), 6)
        shown = merge(base, edited, base).chapter
        again = program.save(shown)
        assert merge(shown, again, shown).chapter == shown
        assert said(shown) == written(edited)
        person = [replace(r, comments=comments_of(b)) for r, b in zip(read(shown), shown.blocks, strict=True)]
        assert said(merge(base, person, rerun(random, base)).chapter).total() == said(shown).total()


@every_program
def test_our_own_notes_are_nobodys_comments(program: Program) -> None:
    base = example()
    merged = merge(base, program.save(base), base)
    assert merged.chapter == base
    assert merged.changes == ()


def in_word(author: str = "김편집") -> bytes:
    """A draft with a comment of two lines on the answer, and one on a cell."""
    document = docx.Document(io.BytesIO(WORD.write(example())))
    answer = next(each for each in document.paragraphs if "주민세 마을사업이" in each.text)
    document.add_comment(answer.runs[-1:], "다시 들어 봅시다\n급함", author=author, initials="김")
    cell = document.tables[0].rows[1].cells[1].paragraphs[0]
    document.add_comment(cell.runs, "몇 층?", author="이교정", initials="이")
    return saved(document)


EXPECTED = {"i1-place": [("이교정", "몇 층?")], "a1": [("김편집", "다시 들어 봅시다"), ("김편집", "급함")]}


def test_comments_written_in_word_are_carried_with_their_authors() -> None:
    base = example()
    merged = merge(base, WORD.read(in_word()), base)
    assert theirs(merged) == EXPECTED
    assert [change.after for change in merged.changes if change.what is What.COMMENTED] == [
        "[이교정] 몇 층?",
        "[김편집] 다시 들어 봅시다",
        "[김편집] 급함",
    ]
    later = docx.Document(io.BytesIO(WORD.write(merged.chapter)))
    assert [(c.author, c.text) for c in later.comments if c.author != AUTHOR] == [
        ("이교정", "몇 층?"),
        ("김편집", "다시 들어 봅시다\n급함"),
    ]


def test_a_memo_written_in_hancom_is_carried() -> None:
    document = HwpxDocument.open(io.BytesIO(HANCOM.write(example())))
    document.notes.add_memo("어느 동네인지\n물어볼 것", anchor=document.paragraphs[1])
    base = example()
    merged = merge(base, HANCOM.read(document.to_bytes()), base)
    assert theirs(merged) == {"intro": [(EDITOR, "어느 동네인지"), (EDITOR, "물어볼 것")]}


def test_footnotes_and_comments_typed_in_markdown_are_carried() -> None:
    text = TEXT.write(example()).decode()
    text = text.replace("면담을 싣는다.", "면담을 싣는다.[^가] <!-- 나중에 늘릴 것 -->[^없음]")
    text += "\n[^가]: 두 편이 맞나?\n\n[^나]: 아무 데도 달리지 않은 각주\n"
    merged = merge(example(), TEXT.read(text.encode()), example())
    assert theirs(merged) == {
        "intro": [(EDITOR, "두 편이 맞나?"), (EDITOR, "나중에 늘릴 것"), (EDITOR, "[^없음]")],
        "f2": [(EDITOR, "아무 데도 달리지 않은 각주")],
    }


@pytest.mark.parametrize(
    "typed",
    [
        "들을 곳: 2023-06-15-면담 00:12–00:21 여기 아님",
        "들을 곳: 다른 2023-06-15-면담 00:12–00:21",
        "들었음. 들을 곳: 2023-06-15-면담 00:12–00:21",
        "들을 곳: 2023-06-15-면담 00:12–00:21\n이 대목은 빼 주세요",
    ],
)
@every_program
def test_what_is_typed_into_a_note_of_ours_is_the_editors(program: Program, typed: str) -> None:
    base = example()
    note = tuple(comments(AUTHOR, typed))
    edited = [replace(b, comments=note) if b.id == "a1" else b for b in read(base)]
    merged = merge(base, edited, base)
    ((author, text),) = theirs(merged)["a1"]
    assert (author, text) == (EDITOR, typed.rpartition("\n")[2])
    assert said(merge(merged.chapter, program.save(merged.chapter), base).chapter) == Counter()
    assert said(merge(base, program.save(merged.chapter), base).chapter) == said(merged.chapter)


def test_a_recording_may_have_a_name_of_its_own() -> None:
    base, called = example(), {"ab" * 32: "면담 1"}
    blocks = WORD.read(WORD.write(base, called))
    assert merge(base, blocks, base, called.values()).changes == ()


def test_a_comment_that_was_taken_away_stays_away_and_of_two_one_may_go() -> None:
    base = example()
    twice = [replace(b, comments=(Comment("김", "가"),) * 2) if b.id == "a1" else b for b in read(base)]
    shown = merge(base, twice, base).chapter
    once = [replace(b, comments=(Comment("김", "가"),)) if b.id == "a1" else b for b in read(base)]
    assert said(merge(shown, once, shown).chapter) == Counter({("김", "가"): 1})
    assert said(merge(shown, read(base), shown).chapter) == Counter()


def test_a_comment_whose_paragraph_the_machine_dropped_says_where_it_stood() -> None:
    base = example()
    edited = [replace(b, comments=(Comment("김", "가"),)) if b.id == "p2" else b for b in read(base)]
    new = replace(base, blocks=tuple(block for block in base.blocks if block.id != "p2"))
    told = "가 (없어진 문단 ‘누구나 볼 수 있는 자리에 알린다.’에 달렸던 메모)"
    assert theirs(merge(base, edited, new)) == {"p1": [("김", told)]}


@every_program
def test_where_every_paragraph_is_gone_comments_are_left(program: Program) -> None:
    base = example()
    only = [ReadBlock("", None, "", "", comments=(Comment("김", "다 지웠습니다"),))]
    shown = merge(base, only, base).chapter
    assert said(shown) == Counter({("김", "다 지웠습니다"): 1})
    assert said(merge(shown, program.save(shown), shown).chapter) == said(shown)
    assert merge(base, [], base).chapter.blocks == ()
    empty = replace(base, blocks=())
    every = [replace(block, comments=only[0].comments) for block in read(base)]
    assert said(merge(base, every, empty).chapter).total() == len(every)
