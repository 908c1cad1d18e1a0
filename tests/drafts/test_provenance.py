"""Which draft a file was made from, told by its words alone."""

from dataclasses import replace

from edited_drafts import read

from pipeline.drafts.provenance import in_common, likeliest
from pipeline.drafts.reading import ReadBlock
from pipeline.model import Block, BlockKind, Chapter, Format, FormatKind, Remark, Span

FIRST = "학교 앞 통학로가 안전해졌습니다."
SECOND = '담당자가 자주 바뀌어서 "협치"가 이어지지 않았습니다.'


def chapter(*texts: str) -> Chapter:
    blocks = (Block(f"s-{i}", BlockKind.SPEECH, text, "한나래(시민)") for i, text in enumerate(texts))
    return Chapter(4, "제목", tuple(blocks))


def pasted(drafted: Chapter) -> list[ReadBlock]:
    """What it is in a new document."""
    return [replace(block, id="") for block in read(drafted)]


DRAFT = chapter(FIRST, SECOND)


def test_a_file_is_of_the_draft_before_others_wrote_in_it() -> None:
    later = chapter(FIRST, f"{SECOND} 그래서 다시 설명했습니다.")
    assert likeliest([DRAFT, later], pasted(chapter(f"정말 {FIRST}", SECOND))) is DRAFT
    assert likeliest([DRAFT, later], pasted(later)) is later


def test_a_file_of_which_nothing_tells_is_of_the_draft_that_it_resembles() -> None:
    turned = chapter(SECOND, FIRST)
    assert likeliest([DRAFT, turned], pasted(turned)) is turned
    unbroken = [replace(block, text=block.text.replace(" ", "\u00a0")) for block in pasted(turned)]
    assert likeliest([DRAFT, turned], unbroken) is turned
    assert likeliest([DRAFT, turned], pasted(DRAFT)) is DRAFT


def test_what_programs_put_in_and_what_was_exchanged_everywhere_tells_nothing() -> None:
    exchanged = [FIRST.replace("통학로가", "등굣길이")] * 5
    curly = SECOND.replace('"협치"가', "“협치”가")
    base, mine = chapter(*([FIRST] * 5), SECOND), chapter(*exchanged, f"{curly} 내 말이다.")
    other = chapter(*exchanged, curly)
    assert likeliest([base, mine], pasted(other)) is base


def test_a_comment_that_a_file_has_not_is_not_taken_for_one_taken_away() -> None:
    remark = Remark(Span(0, 2), "comment", "누구의 말인지 확인 바랍니다.", "이도윤")
    turned = chapter(SECOND, FIRST)
    said = replace(turned, blocks=(turned.blocks[0], replace(turned.blocks[1], remarks=(remark,))))
    assert likeliest([DRAFT, said], pasted(turned)) is DRAFT


def test_who_holds_most_of_what_came_may_have_dropped_the_rest() -> None:
    sentence = "그 뒤로 몇 해가 지나도록 누가 물어도 그 일은 여러모로 {} 안타까웠다고 말합니다."
    written = chapter(FIRST, f"{SECOND} {sentence.format('몹시')}")
    again = chapter(FIRST, f"{SECOND} {sentence.format('참')}")
    assert likeliest([DRAFT, written], pasted(again)) is written


def test_two_people_may_mend_the_same_slips() -> None:
    mended, slips = FIRST.replace("통학로가", "등굣길이"), SECOND.replace("자주", "너무 자주")
    mine, other = chapter(mended, f"{slips} 정말로요."), chapter(mended, slips)
    found = likeliest([DRAFT, mine], pasted(other))
    assert [block.text for block in found.blocks] == [block.text for block in other.blocks]


def test_what_a_draft_has_in_common_with_a_file_is_all_that_the_file_could_take_out() -> None:
    file = [replace(read(DRAFT)[1], text="담당자가 너무 자주 바뀌어서 이어지지 않았습니다.", id="")]
    (block,) = in_common(DRAFT, file).blocks
    assert (block.id, block.text) == ("s-1", "담당자가 자주 바뀌어서 이어지지 않았습니다.")


def test_nor_could_the_file_take_out_formatting() -> None:
    bold = Format(Span(0, 4), FormatKind.BOLD)
    drafted = replace(DRAFT, blocks=(replace(DRAFT.blocks[1], formats=(bold,)),))
    (block,) = in_common(drafted, [replace(read(drafted)[0], id="", formats=())]).blocks
    assert not block.formats
