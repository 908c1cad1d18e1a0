"""What editors write into footnotes is in the next draft, behind the words that it was written to."""

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from archives import added, changed, part
from edited_drafts import Editor, chapter, read, rerun
from hwpx import HwpxDocument
from hypothesis import given, settings
from hypothesis import strategies as st
from made_chapters import example
from programs import HANCOM, TEXT, WORD, Program, every_program

from pipeline.drafts.carrying import comments_of
from pipeline.drafts.comments import COMMENT, FOOTNOTE, footnotes
from pipeline.drafts.docx_names import MAIN
from pipeline.drafts.merge import What, merge
from pipeline.drafts.reading import ReadBlock
from pipeline.model import Block, BlockKind, Chapter, Remark, Span

TEXTS = (
    "이것 / 확인: 저것",
    "광명시 조례 제1234호.",
    "[중요] 들을 곳: 아님",
    "확인: 날짜",
    "# *별* <표> | & “끝”",
    "1) 첫째",
)
KINDS = (BlockKind.INTRO, BlockKind.ANSWER, BlockKind.QUOTE, BlockKind.POINT, BlockKind.HEADING)


def noted(random: Random, blocks: Sequence[ReadBlock], times: int) -> list[ReadBlock]:
    """The paragraphs with footnotes behind some of their words, some of them equal."""
    made = list(blocks)
    for _ in range(times if made else 0):
        at = random.randrange(len(made))
        words = made[at].text.split(" ")
        before = " ".join(words[: random.randint(1, len(words))])
        made[at] = replace(made[at], comments=(*made[at].comments, *footnotes(random.choice(TEXTS), before)))
    return made


def said(drafted: Chapter) -> Counter[str]:
    return Counter(each.text for block in drafted.blocks for each in comments_of(block))


def written(blocks: Sequence[ReadBlock]) -> Counter[str]:
    return Counter(each.text for block in blocks for each in block.comments)


def places(blocks: Sequence[Block]) -> dict[str, list[tuple[str, str]]]:
    """Of every block with footnotes the words before each, and what it says."""
    found = {b.id: [(b.text[: r.chars.end], r.text) for r in b.remarks if r.rule == FOOTNOTE] for b in blocks}
    return {name: notes for name, notes in found.items() if notes}


def footnoted() -> Chapter:
    """Footnotes in the middle, on a label, at an end, two at one place, in cells and on an empty one."""
    notes = {
        "a1": [(0, "시민 기획단"), (7, "2019년부터"), (12, "가"), (12, "나"), (54, "끝")],
        "p2": [(3, "누구나")],
        "quote1": [(2, "이웃")],
        "intro": [(4, "이 장")],
        "tr1": [(0, "처음"), (12, "공간"), (25, "제안한 사람"), (33, "시각")],
        "tr2": [(16, "누구"), (22, "빈칸")],
        "i1-place": [(11, "시청")],
    }
    blocks = (
        replace(
            block,
            remarks=(
                *block.remarks,
                *(
                    Remark(Span(at, at), FOOTNOTE, text, "편집자")
                    for at, text in notes.get(block.id, ())
                    if at <= len(block.text)
                ),
            ),
        )
        for block in example().blocks
    )
    return replace(example(), blocks=tuple(blocks))


@settings(max_examples=150)
@given(st.integers(0, 2**32), st.integers(0, 9), st.integers(1, 9))
def test_no_footnote_of_an_editor_is_lost(seed: int, edits: int, times: int) -> None:
    random = Random(seed)
    base = chapter(random)
    edited = noted(random, Editor(random).edit(read(base), edits), times)
    merged = merge(base, edited, rerun(random, base))
    kept = " ".join(said(merged.chapter).elements())
    assert said(merged.chapter).total() == written(edited).total()
    assert all(text in kept for text in written(edited))
    alone = merge(base, edited, base).chapter
    assert said(alone) == written(edited)
    assert merge(base, edited, alone).chapter.blocks == alone.blocks


@every_program
def test_every_format_gives_each_footnote_back_where_it_stood(program: Program) -> None:
    base = footnoted()
    merged = merge(example(), program.save(base), example())
    assert places(merged.chapter.blocks) == places(base.blocks)
    assert merge(base, program.save(base), base).chapter == base


@every_program
def test_footnotes_survive_every_format_and_two_reruns(program: Program) -> None:
    for seed in range(25):
        random = Random(seed)
        base = chapter(random, 8)
        edited = noted(random, Editor(random).edit(read(base), 3), 6)
        shown = merge(base, edited, base).chapter
        again = program.save(shown)
        assert merge(shown, again, shown).chapter == shown
        person = [replace(r, comments=comments_of(b)) for r, b in zip(read(shown), shown.blocks, strict=True)]
        assert said(merge(base, person, rerun(random, base)).chapter).total() == said(shown).total()


@every_program
@settings(max_examples=60)
@given(st.data())
def test_a_sign_between_any_two_characters_neither_adds_nor_takes_a_blank(
    program: Program, data: st.DataObject
) -> None:
    text = "우리 마을 이야기, 함께 씁니다."
    at = data.draw(st.integers(0, len(text)))
    note = Remark(Span(at, at), FOOTNOTE, "조례", "편집자")
    block = Block("b", data.draw(st.sampled_from(KINDS)), text, remarks=(note,))
    (found,) = program.save(Chapter(4, "제목", (block,)))
    assert found.text == text
    assert [(each.about, each.text) for each in found.comments] == [(text[:at], "조례")]


@pytest.mark.parametrize(
    ("typed", "text", "before"),
    [
        ("우리 [^a]마을", "우리 마을", "우리 "),
        ("우리[^a] 마을", "우리 마을", "우리"),
        ("우리 [^a] 마을", "우리 마을", "우리 "),
        ("우리[^a]마을", "우리마을", "우리"),
        ("우리 마을 [^a]", "우리 마을", "우리 마을"),
        ("[^a] 우리 마을", "우리 마을", ""),
    ],
)
def test_a_sign_typed_in_an_editor_of_text_leaves_the_words_apart(typed: str, text: str, before: str) -> None:
    (found,) = TEXT.read(f"{typed}\n\n[^a]: 조례\n".encode())
    assert (found.text, found.comments[0].about) == (text, before)


def test_a_footnote_stays_behind_its_words_when_others_change() -> None:
    base = example()
    before = "처음에는 주민세 마을사업이"
    edited = [replace(b, comments=footnotes("조례", before)) if b.id == "a1" else b for b in read(base)]
    new = replace(
        base,
        blocks=tuple(
            replace(b, text=f"네. {b.text.replace('몰랐어요', '몰랐지요')}", spoken=(), remarks=())
            if b.id == "a1"
            else b
            for b in base.blocks
        ),
    )
    assert places(merge(base, edited, new).chapter.blocks) == {"a1": [(f"네. {before}", "조례")]}


def test_a_footnote_does_not_jump_to_a_later_place_with_the_same_words() -> None:
    block = Block("b", BlockKind.SPEECH, "주민이 모였습니다. 회의를 했습니다. 주민이 결정했습니다.", "한나래")
    base = Chapter(4, "제목", (block,))
    edited = [replace(b, comments=footnotes("누구", "주민이")) for b in read(base)]
    new = replace(base, blocks=(replace(block, text=f"시민이{block.text.removeprefix('주민이')}"),))
    assert places(merge(base, edited, new).chapter.blocks) == {"b": [("", "누구")]}


def test_an_editor_may_move_a_footnote_and_take_it_away() -> None:
    base = footnoted()
    shown = [replace(r, comments=comments_of(b)) for r, b in zip(read(base), base.blocks, strict=True)]
    moved = [replace(b, comments=footnotes("누구나", b.text)) if b.id == "p2" else b for b in shown]
    assert places(merge(base, moved, base).chapter.blocks)["p2"] == [(moved[14].text, "누구나")]
    gone = [replace(b, comments=()) if b.id == "p2" else b for b in shown]
    merged = merge(base, gone, base)
    assert "p2" not in places(merged.chapter.blocks)
    assert [(c.what, c.before) for c in merged.changes] == [(What.COMMENTED, "[각주] 누구나")]


def test_a_footnote_whose_paragraph_the_machine_dropped_becomes_a_comment_that_says_where_it_stood() -> None:
    base = example()
    edited = [replace(b, comments=footnotes("가", "누구나")) if b.id == "p2" else b for b in read(base)]
    new = replace(base, blocks=tuple(block for block in base.blocks if block.id != "p2"))
    (block,) = (b for b in merge(base, edited, new).chapter.blocks if comments_of(b))
    told = "가 (없어진 문단 ‘누구나 볼 수 있는 자리에 알린다.’에 달렸던 각주)"
    assert (block.id, [(c.rule, c.text) for c in comments_of(block)]) == ("p1", [(COMMENT, told)])


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_footnotes_and_endnotes_written_in_word_are_carried(kind: str) -> None:
    data = WORD.write(example())
    lines = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in ("둘째", "줄"))
    note = f'<w:{kind} w:id="90">{lines}</w:{kind}>'
    if kind == "footnote":
        data = changed(data, "</w:footnotes>", f"{note}</w:footnotes>", "word/footnotes.xml")
    else:
        data = added(data, "word/endnotes.xml", f'<w:endnotes xmlns:w="{MAIN}">{note}</w:endnotes>')
    sign = f'두 사람</w:t></w:r><w:r><w:{kind}Reference w:id="90"/></w:r><w:r><w:t xml:space="preserve">과'
    merged = merge(example(), WORD.read(changed(data, "두 사람과", sign, "word/document.xml")), example())
    assert places(merged.chapter.blocks) == {"intro": [("이 장은 시민 두 사람", "둘째 줄")]}


@pytest.mark.parametrize("add", ["add_footnote", "add_endnote"])
def test_a_footnote_written_in_hancom_is_carried(add: str) -> None:
    document = HwpxDocument.open(io.BytesIO(HANCOM.write(example())))
    getattr(document.notes, add)("출처를 밝힘", document.paragraphs[1])
    merged = merge(example(), HANCOM.read(document.to_bytes()), example())
    text = "이 장은 시민 두 사람과 나눈 면담을 싣는다."
    assert places(merged.chapter.blocks) == {"intro": [(text, "출처를 밝힘")]}


def test_a_footnote_in_words_removed_by_a_tracked_change_is_gone_with_them() -> None:
    data = WORD.write(footnoted())
    sign = part(data, "word/document.xml")
    at = sign.index("<w:footnoteReference")
    start, end = sign.rindex("<w:r>", 0, at), sign.index("</w:r>", at) + len("</w:r>")
    run = sign[start:end]
    found = WORD.read(changed(data, run, f"<w:del>{run}</w:del>", "word/document.xml"))
    left = [each.text for block in found for each in block.comments if each.rule == FOOTNOTE]
    whole = [text for notes in places(footnoted().blocks).values() for _, text in notes]
    assert Counter(whole) - Counter(left) == Counter({"이 장": 1})
