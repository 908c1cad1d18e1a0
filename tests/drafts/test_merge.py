"""Merging a person's edits with a rerun: the laws, a day's editing by the hundred, and cases one by one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import edited_drafts
import pytest
from edited_drafts import Editor, chapter, read, rerun, shown
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.drafts.merge import By, Merged, What, merge
from pipeline.drafts.reading import ReadBlock
from pipeline.model import Block, BlockKind, Chapter, Source, Span, Spoken

seeds = st.integers(0, 2**32)


def words(blocks: Sequence[Block | ReadBlock]) -> Counter[str]:
    return Counter(word for block in blocks for word in block.text.split())


@settings(max_examples=300)
@given(seeds)
def test_an_untouched_draft_becomes_the_new_one(seed: int) -> None:
    random = Random(seed)
    base = chapter(random)
    new = rerun(random, base)
    merged = merge(base, read(base), new)
    assert merged.chapter == new
    assert not merged.conflicts


@settings(max_examples=300)
@given(seeds, st.integers(0, 12))
def test_without_a_rerun_the_edited_draft_stays(seed: int, times: int) -> None:
    random = Random(seed)
    base = chapter(random)
    edited = Editor(random).edit(read(base), times)
    merged = merge(base, edited, base)
    assert shown(merged.chapter.blocks) == shown(edited)
    assert not merged.conflicts


@settings(max_examples=300)
@given(seeds, st.integers(0, 12))
def test_when_both_did_the_same_it_is_done_once(seed: int, times: int) -> None:
    random = Random(seed)
    base = chapter(random)
    edited = Editor(random).edit(read(base), times)
    new = merge(base, edited, base).chapter
    merged = merge(base, edited, new)
    assert shown(merged.chapter.blocks) == shown(edited)
    assert not merged.conflicts


@settings(max_examples=300)
@given(seeds, st.integers(1, 15))
def test_no_word_of_the_editor_is_lost_nor_any_sound_of_theirs_invented(seed: int, times: int) -> None:
    random = Random(seed)
    base = chapter(random)
    edited = Editor(random).edit(read(base), times)
    merged = merge(base, edited, rerun(random, base))
    blocks = merged.chapter.blocks
    assert words(blocks) >= words(edited) - words(base.blocks)
    assert len({block.id for block in blocks}) == len(blocks)
    for block in blocks:
        for spoken in block.spoken:
            said = block.text[spoken.chars.start : spoken.chars.end]
            assert said == said.strip() != ""
            assert "편집" not in said
        assert all(0 <= r.chars.start <= r.chars.end <= len(block.text) for r in block.remarks)
        assert block.cells == (tuple(block.text.split("\t")) if block.cells else ())
    assert sum(r.rule == "conflict" for b in blocks for r in b.remarks) == len(merged.conflicts)
    assert merge(base, edited, rerun(Random(seed), base)) == merge(base, edited, rerun(Random(seed), base))


@settings(max_examples=200)
@given(seeds, st.integers(1, 15))
def test_words_that_the_editor_kept_go_only_where_the_machine_took_them_out(seed: int, times: int) -> None:
    random = Random(seed)
    base = chapter(random)
    edited = Editor(random).edit(read(base), times)
    new = edited_drafts.reheard(random, base)
    kept = words(edited) - (words(base.blocks) - words(new.blocks))
    assert words(merge(base, edited, new).chapter.blocks) >= kept


def spoken_block(name: str, text: str, at_ms: int = 0, kind: BlockKind = BlockKind.SPEECH) -> Block:
    source = Source("좌담회", "a" * 64, at_ms, at_ms + 5_000)
    return Block(name, kind, text, "김도현(위원)", (), (Spoken(Span(0, len(text)), source),))


def made(*blocks: Block) -> Chapter:
    return Chapter(5, "좌담회", blocks)


ONE = spoken_block("s-1", "저는 공론화위원회가 가장 큰 성과라고 봅니다.", 0)
TWO = spoken_block("s-2", "담당자가 자주 바뀌어서 경험이 이어지지 않았습니다.", 10_000)
THREE = spoken_block("s-3", "회의를 저녁이나 주말에도 열어 주십시오.", 20_000)
BASE = made(ONE, TWO, THREE)


def reheard(block: Block, old: str, new: str) -> Block:
    text = block.text.replace(old, new)
    assert text != block.text
    return replace(block, text=text, spoken=(replace(block.spoken[0], chars=Span(0, len(text))),))


def texts(merged: Merged) -> list[str]:
    return [block.text for block in merged.chapter.blocks]


def edited_text(block: Block, text: str) -> ReadBlock:
    return replace(read(made(block))[0], text=text)


def test_at_a_conflict_the_editor_stands_and_the_machine_is_remarked() -> None:
    _, two, three = read(BASE)
    mine = edited_text(ONE, ONE.text.replace("가장 큰", "제일 큰"))
    merged = merge(BASE, [mine, two, three], made(reheard(ONE, "가장 큰", "아주 좋은"), TWO, THREE))
    assert texts(merged)[0] == mine.text
    (remark,) = merged.chapter.blocks[0].remarks
    assert remark.rule == "conflict"
    assert "‘아주 좋은’" in remark.text
    assert mine.text[remark.chars.start : remark.chars.end] == "제일 큰"
    (conflict,) = merged.conflicts
    assert (conflict.id, conflict.base, conflict.edited, conflict.machine) == (
        "s-1", "가장 큰", "제일 큰", "아주 좋은",
    )  # fmt: skip


def test_what_the_editor_writes_has_no_source_and_the_rest_keeps_its_own() -> None:
    _, two, three = read(BASE)
    mine = edited_text(ONE, "사실 저는 공론화위원회가 가장 큰 성과라고 봅니다.")
    block = merge(BASE, [mine, two, three], BASE).chapter.blocks[0]
    (spoken,) = block.spoken
    assert block.text[spoken.chars.start : spoken.chars.end] == ONE.text
    assert spoken.source == ONE.spoken[0].source


def test_a_split_paragraph_stays_split_and_takes_what_is_heard_better() -> None:
    _, two, three = read(BASE)
    parts = [edited_text(ONE, "저는 공론화위원회가"), ReadBlock("", None, "", "가장 큰 성과라고 봅니다.")]
    merged = merge(BASE, [*parts, two, three], made(reheard(ONE, "봅니다", "생각합니다"), TWO, THREE))
    assert texts(merged)[:2] == ["저는 공론화위원회가", "가장 큰 성과라고 생각합니다."]
    assert [b.kind for b in merged.chapter.blocks[:2]] == [BlockKind.SPEECH] * 2
    assert merged.changes[0].what is What.SPLIT


def test_a_bookmark_that_went_with_the_wrong_half_takes_no_words_along() -> None:
    parts = "학교 앞 통학로가 필요합니다.", "학교 앞 통학로가 생각납니다."
    head, tail = (
        spoken_block(name, text, at)
        for at, (name, text) in enumerate(zip(("s-1", "e-1"), parts, strict=True))
    )
    edited = [replace(read(made(head))[0], id=""), replace(read(made(tail))[0], id="s-1")]
    news = made(reheard(head, "앞", "뒤"), reheard(tail, "앞", "옆"))
    merged = merge(made(head, tail), edited, news)
    assert (merged.chapter, merged.conflicts) == (news, ())


def test_joined_paragraphs_stay_joined_and_take_what_is_heard_better() -> None:
    _, _, three = read(BASE)
    mine = edited_text(ONE, f"{ONE.text} {TWO.text}")
    merged = merge(BASE, [mine, three], made(ONE, reheard(TWO, "자주", "매우 자주"), THREE))
    assert texts(merged) == [
        f"{ONE.text} 담당자가 매우 자주 바뀌어서 경험이 이어지지 않았습니다.",
        THREE.text,
    ]
    assert merged.changes[0].what is What.JOINED


def test_a_deleted_paragraph_stays_deleted_and_real_news_of_it_are_told() -> None:
    one, _, three = read(BASE)
    news = reheard(TWO, "담당자가 자주 바뀌어서 경험이", "예산이 두 배로 늘었는데도 사람이")
    merged = merge(BASE, [one, three], made(ONE, news, THREE))
    assert texts(merged) == [ONE.text, THREE.text]
    assert [(c.by, c.what) for c in merged.changes] == [
        (By.EDITOR, What.DELETED),
        (By.MACHINE, What.STAYS_DELETED),
    ]


def test_a_moved_paragraph_stays_moved_and_is_heard_better() -> None:
    one, two, three = read(BASE)
    merged = merge(BASE, [three, one, two], made(ONE, TWO, reheard(THREE, "열어", "꼭 열어")))
    assert [block.id for block in merged.chapter.blocks] == ["s-3", "s-1", "s-2"]
    assert "꼭 열어" in texts(merged)[0]
    assert [c.id for c in merged.changes if c.what is What.MOVED] == ["s-3"]


def test_a_new_interview_comes_behind_what_it_follows_and_what_was_added_there() -> None:
    added = ReadBlock("", None, "", "편집자가 붙인 맺음말입니다.")
    new = spoken_block("t-1", "다른 면담에서 나온 말입니다.", 0)
    merged = merge(BASE, [*read(BASE), added], made(ONE, TWO, THREE, new))
    assert texts(merged)[2:] == [THREE.text, added.text, new.text]
    assert merged.chapter.blocks[3].kind is BlockKind.INTRO
    assert not merged.chapter.blocks[3].spoken


def test_what_the_machine_drops_goes_unless_the_editor_worked_on_it() -> None:
    one, two, three = read(BASE)
    mine = edited_text(TWO, TWO.text.replace("자주", "너무 자주"))
    assert texts(merge(BASE, [one, two, three], made(ONE, THREE))) == [ONE.text, THREE.text]
    merged = merge(BASE, [one, mine, three], made(ONE, THREE))
    assert texts(merged) == [ONE.text, mine.text, THREE.text]
    assert [conflict.id for conflict in merged.conflicts] == ["s-2"]


def test_quotation_marks_that_a_program_put_keep_nothing_that_the_machine_drops() -> None:
    said = spoken_block("s-2", '"협치"라는 말을 처음 들었습니다.', 10_000)
    one, two, three = read(base := made(ONE, said, THREE))
    curly = replace(two, text=two.text.replace('"협치"', "“협치”"))
    assert texts(merge(base, [one, curly, three], made(ONE, THREE))) == [ONE.text, THREE.text]
    assert texts(merge(base, [one, curly, three], base))[1] == curly.text


def test_a_block_that_begins_a_second_later_is_still_the_edited_one() -> None:
    one, _, three = read(BASE)
    mine = edited_text(TWO, TWO.text.replace("자주", "너무 자주"))
    shifted = replace(
        TWO, id="s-2b", spoken=(replace(TWO.spoken[0], source=Source("좌담회", "a" * 64, 11_000, 15_000)),)
    )
    merged = merge(BASE, [one, mine, three], made(ONE, shifted, THREE))
    assert texts(merged) == [ONE.text, mine.text, THREE.text]
    assert merged.chapter.blocks[1].id == "s-2b"


def test_a_speaker_that_both_renamed_is_the_editors_and_remarked() -> None:
    _, two, three = read(BASE)
    mine = replace(read(made(ONE))[0], speaker="이수현(시민)")
    merged = merge(BASE, [mine, two, three], made(replace(ONE, speaker="정다운(시민)"), TWO, THREE))
    assert merged.chapter.blocks[0].speaker == "이수현(시민)"
    assert "정다운" in merged.chapter.blocks[0].remarks[0].text


def test_bookmarks_that_are_all_lost_are_made_up_for_by_the_words() -> None:
    bare = [replace(block, id="") for block in read(BASE)]
    bare[1] = replace(bare[1], text=bare[1].text.replace("자주", "너무 자주"))
    merged = merge(BASE, bare, made(ONE, reheard(TWO, "않았습니다", "않아요"), THREE))
    assert texts(merged)[1] == "담당자가 너무 자주 바뀌어서 경험이 이어지지 않아요."
    assert [block.id for block in merged.chapter.blocks] == ["s-1", "s-2", "s-3"]


@pytest.mark.parametrize("blanks", [["", "  "], ["\t"]])
def test_empty_paragraphs_mean_nothing(blanks: list[str]) -> None:
    edited = [*read(BASE), *(ReadBlock("", None, "", blank) for blank in blanks)]
    assert merge(BASE, edited, BASE).chapter == BASE


def test_a_row_whose_kind_the_format_does_not_tell_is_untouched() -> None:
    cells = ("제안", "이수현", "01:20")
    row = Block("row-1", BlockKind.TABLE_ROW, "\t".join(cells), "", cells)
    news = replace(row, cells=("제안", "이수현", "01:30"), text="제안\t이수현\t01:30")
    edited = replace(read(made(row))[0], kind=BlockKind.FACT)
    assert merge(made(row), [edited], made(news)).chapter == made(news)


def test_a_cell_and_its_neighbour_changed_by_both_hold_both_changes() -> None:
    cells = ("제안", "이수현", "01:20")
    row = Block("row-1", BlockKind.TABLE_ROW, "\t".join(cells), "", cells)
    news = replace(row, cells=("제안", "이수현", "01:30"), text="제안\t이수현\t01:30")
    edited = replace(read(made(row))[0], cells=("제안", "이수현 님", "01:20"))
    assert merge(made(row), [edited], made(news)).chapter.blocks[0].cells == ("제안", "이수현 님", "01:30")


def test_an_edit_follows_its_words_where_an_earlier_block_of_the_same_seconds_goes() -> None:
    said = ["네 그렇습니다.", "맞는 말씀이에요.", "다음 질문 드리겠습니다."]
    blocks = [
        Block(
            "c5-said-aaaaaa-bbbbbb-0" + (f"-{number}" if number else ""),
            BlockKind.SPEECH,
            text,
            f"화자 {said.index(text)}",
            spoken=(
                Spoken(
                    Span(0, len(text)),
                    Source("s", "bbbbbb", said.index(text) * 900, said.index(text) * 900 + 800),
                ),
            ),
        )
        for number, text in enumerate(said)
    ]
    ids = [block.id for block in blocks]
    base = Chapter(5, "제목", tuple(blocks))
    new = Chapter(5, "제목", tuple(replace(b, id=ids[i]) for i, b in enumerate(blocks[1:])))
    edited = [replace(b, text="맞는 말씀이에요 정말로.") if b.id == ids[1] else b for b in read(base)]
    merged = merge(base, edited, new)
    assert [(block.speaker, block.text) for block in merged.chapter.blocks] == [
        ("화자 1", "맞는 말씀이에요 정말로."),
        ("화자 2", said[2]),
    ]
    assert merged.conflicts == ()


def test_what_another_person_parted_and_the_editor_parted_and_joined_stands_once() -> None:
    first, second = "이 장에는 면담 세 건을 실었습니다.", "모든 발언은 녹음에 남은 말을 다듬은 것입니다."
    whole = Block("intro", BlockKind.INTRO, f"{first} {second}")
    base = made(whole, ONE)
    parted = made(replace(whole, text=first), Block("e-1", BlockKind.INTRO, second), ONE)
    head = edited_text(replace(whole, text=first), first)
    for joined in ((), (ONE.id,)):
        tail = ReadBlock("", None, "", f"{second} {ONE.text}", (), joined)
        assert " ".join(texts(merge(base, [head, tail], parted))) == f"{first} {second} {ONE.text}"


def test_a_sentence_put_where_the_machine_now_parts_the_paragraph_is_told_of_the_paragraph() -> None:
    first, second = "저는 반대했습니다.", "회의가 끝났습니다."
    whole = spoken_block("s-1", f"{first} {second}")
    edited = [edited_text(whole, f"{first} (웃음) {second}")]
    parted = made(spoken_block("s-1", first), spoken_block("s-2", second))
    merged = merge(made(whole), edited, parted)
    assert " ".join(texts(merged)) == edited[0].text
    told = [r.text for b in merged.chapter.blocks for r in b.remarks]
    assert len(merged.conflicts) == len(told) == 1
    assert "문단을 달리 나눕니다" in told[0]


def test_a_name_that_another_person_gave_is_told_where_the_editor_joined_its_paragraph_to_another() -> None:
    heading = Block("h-1", BlockKind.HEADING, "두 번째 면담")
    edited = [replace(read(made(ONE))[0], text=f"{ONE.text} {heading.text}", joined=("h-1",))]
    new = made(heading, replace(ONE, speaker="이수현(시민)"))
    merged = merge(made(heading, ONE), edited, new)
    assert len(merged.chapter.blocks) == 1
    assert "이수현(시민)" in " ".join(remark.text for remark in merged.chapter.blocks[0].remarks)


def test_an_editors_own_paragraph_is_no_block_that_was_deleted_however_like_it() -> None:
    machine = Chapter(
        5,
        "좌담회",
        (
            Block("s-1", BlockKind.SPEECH, "저는 위원으로 활동하고 있는 김도현입니다.", "김도현(전문가)"),
            Block(
                "s-2",
                BlockKind.SPEECH,
                "다시 시작하겠습니다. 정다운 님부터 말씀해 주십시오.",
                "한나래(사회자)",
            ),
        ),
    )
    edited = [read(machine)[0]]
    shown = merge(machine, edited, machine).chapter
    own = replace(edited[0], id="", speaker="", text="고맙습니다. 다음 분 말씀해 주십시오.")
    shown = merge(shown, [*read(shown), own], shown).chapter
    again = merge(machine, read(shown), machine).chapter
    assert [block.id for block in again.blocks] == [block.id for block in shown.blocks]
    assert again.blocks[1].id not in {"s-1", "s-2"}
