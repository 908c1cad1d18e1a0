"""A file of an earlier draft comes back: nothing that it or today's draft has is lost or taken back."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from random import Random

import pytest
from edited_drafts import Editor, chapter, read, rerun, shown
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.drafts import docx_reader, docx_writer, hwpx_reader, hwpx_writer, markdown
from pipeline.drafts.comparing import MASK
from pipeline.drafts.merge import merge
from pipeline.drafts.reading import ReadBlock, editions_of
from pipeline.drafts.returning import AUTHOR, PURGED, as_purged, take_in
from pipeline.model import Block, BlockKind, Chapter, Format, FormatKind, Span

Form = Callable[[Chapter], tuple[ReadBlock, ...]]


class Other(Editor):
    """Somebody whose words are told apart from the first editor's."""

    def own(self) -> str:
        self.count += 1
        return f"나중{self.count}에"


def words(blocks: Iterable[Block], beginning: str) -> Counter[str]:
    """Words that begin so, in what is printed."""
    return Counter(word for block in blocks for word in block.text.split() if word.startswith(beginning))


def told(drafted: Chapter) -> str:
    return " ".join(r.text for block in drafted.blocks for r in block.remarks if r.author == AUTHOR)


def drafts(seed: int, edits: int) -> tuple[Chapter, Chapter, Chapter]:
    """The draft that a file was made from; what the machine made since; and that with another's edits."""
    random = Random(seed)
    base = chapter(random)
    machine = rerun(random, base)
    edited = Editor(random).edit(read(base), edits)
    return base, machine, merge(base, edited, machine).chapter


@settings(max_examples=300)
@given(st.integers(0, 2**32), st.integers(0, 9), st.integers(1, 9))
def test_nobodys_words_are_lost_and_no_clash_is_silent(seed: int, edits: int, later: int) -> None:
    base, machine, today = drafts(seed, edits)
    file = Other(Random(seed + 1)).edit(read(base), later)
    merged = take_in(today, machine, base, file)
    typed = Counter(word for block in file for word in block.text.split() if word.startswith("나중"))
    assert not typed - words(merged.chapter.blocks, "나중")
    missing = words(today.blocks, "편집") - words(merged.chapter.blocks, "편집")
    assert all(word in told(merged.chapter) for word in missing)


@settings(max_examples=150)
@given(st.integers(0, 2**32), st.integers(0, 9))
def test_a_file_in_which_nothing_was_done_changes_nothing(seed: int, edits: int) -> None:
    base, machine, today = drafts(seed, edits)
    assert take_in(today, machine, base, read(base)).chapter == today


@settings(max_examples=150)
@given(st.integers(0, 2**32), st.integers(0, 9))
def test_a_file_of_todays_draft_is_taken_as_it_is(seed: int, edits: int) -> None:
    base = chapter(Random(seed))
    file = Editor(Random(seed + 1)).edit(read(base), edits)
    merged = take_in(base, base, base, file)
    assert (shown(merged.chapter.blocks), merged.conflicts) == (
        shown(merge(base, file, base).chapter.blocks),
        (),
    )


def test_a_paragraph_that_one_deleted_and_another_changed_stays_and_is_told() -> None:
    base = chapter(Random(1))
    first = read(base)
    Editor(Random(1)).type_at_end(first, 4)
    today = merge(base, first, base).chapter
    merged = take_in(today, base, base, [block for block in read(base) if block.id != "s-3"])
    assert shown(merged.chapter.blocks) == shown(today.blocks)
    assert "지운 문단입니다" in told(merged.chapter)


@pytest.mark.parametrize(
    "form",
    [
        lambda drafted: docx_reader.read(docx_writer.write(drafted, None, "draft-0123456789ab")),
        lambda drafted: hwpx_reader.read(hwpx_writer.write(drafted, None, "draft-0123456789ab")),
        lambda drafted: markdown.read(markdown.write(drafted, None, "draft-0123456789ab")),
    ],
    ids=["docx", "hwpx", "markdown"],
)
def test_every_format_tells_which_draft_it_is_while_its_first_or_last_block_stays(form: Form) -> None:
    base = chapter(Random(1))
    blocks = form(base)
    assert [block.id for block in blocks] == [block.id for block in base.blocks]
    told = ("draft-0123456789ab",)
    assert editions_of(blocks) == editions_of(blocks[1:]) == editions_of(blocks[:-1]) == told
    assert editions_of(blocks[1:-1]) == ()
    assert merge(base, blocks, base).chapter == base
    alone = form(replace(base, blocks=base.blocks[:1]))
    assert [block.joined for block in alone] == [told]


def test_a_file_from_before_something_was_forgotten_does_not_bring_it_back() -> None:
    base = chapter(Random(1))
    spoken = [block for block in base.blocks if block.id.startswith("s-")]
    gone, named = spoken[0], spoken[1]
    word = named.text.split()[0]
    purged = replace(
        base,
        blocks=(
            *(
                replace(b, text="", spoken=(), remarks=())
                if b.id == gone.id
                else replace(b, text=b.text.replace(word, MASK * 3, 1))
                if b.id == named.id
                else b
                for b in base.blocks
            ),
            Block(PURGED, named.kind, ""),
        ),
    )
    file = read(base)
    Editor(Random(1)).type_at_end(file, file.index(next(b for b in file if b.id == named.id)))
    left, blocks, told = as_purged(purged, file)
    merged = take_in(left, left, left, blocks).chapter
    assert gone.id not in {block.id for block in merged.blocks}
    assert {block.id for block in told} == {gone.id, PURGED}
    kept = next(block.text for block in merged.blocks if block.id == named.id)
    assert kept.startswith(MASK * 3)
    assert "편집1" in kept


def test_nor_does_a_link_in_it_lead_to_who_was_forgotten() -> None:
    link = Format(Span(0, 4), FormatKind.LINK, "https://example.org/홍길동")
    other = Format(Span(5, 7), FormatKind.LINK, "https://example.org/마을")
    block = Block("s-1", BlockKind.SPEECH, "이 사람 마을 도서관을 열었습니다.", formats=(link, other))
    hidden = replace(block, formats=(replace(link, value=MASK), other))
    purged = Chapter(4, "제목", (hidden, Block(PURGED, BlockKind.INTRO, "")))
    file = [replace(each, text=f"{each.text} 정말로요.") for each in read(Chapter(4, "제목", (block,)))]
    left, blocks, _ = as_purged(purged, file)
    assert [each.formats for each in (*left.blocks, *blocks)] == [(other,), (other,)]
