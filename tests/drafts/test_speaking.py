"""After a merge nobody's words are read as another's."""

from dataclasses import replace

from edited_drafts import read

from pipeline.drafts.merge import merge
from pipeline.drafts.speaking import speakers
from pipeline.model import Block, BlockKind, Chapter

MODERATOR, EXPERT, CITIZEN = "한나래(사회자)", "김도현(전문가)", "이수현(시민)"


def chapter(*told: tuple[str, str, str]) -> Chapter:
    return Chapter(5, "좌담회", tuple(Block(name, BlockKind.SPEECH, text, who) for name, who, text in told))


ASKS = ("s-1", MODERATOR, "먼저 말씀해 주십시오.")
ANSWERS = ("s-2", EXPERT, "저는 협의회가 성과라고 봅니다.")
GOES_ON = ("s-3", "", "이수현 선생님은 어떻게 보셨습니까?")
LAST = ("s-4", CITIZEN, "저는 좋았습니다.")
DRAFT = chapter(ASKS, ANSWERS, ("s-3", MODERATOR, GOES_ON[2]), LAST)


def test_whoever_goes_on_after_words_that_an_editor_kept_is_named_again() -> None:
    edited = list(read(DRAFT))
    edited[1] = replace(edited[1], text="저는 시정협치협의회가 성과라고 봅니다.")
    merged = merge(DRAFT, edited, chapter(ASKS, GOES_ON, LAST)).chapter
    assert speakers(merged.blocks) == [MODERATOR, EXPERT, MODERATOR, CITIZEN]


def test_no_label_comes_where_the_words_before_are_the_same_persons() -> None:
    without = chapter(ASKS, GOES_ON, LAST)
    edited = list(read(without))
    edited[0] = replace(edited[0], text="먼저 짧게 말씀해 주십시오.")
    merged = merge(without, edited, without).chapter
    assert [block.speaker for block in merged.blocks] == [MODERATOR, "", CITIZEN]


def test_what_an_editor_left_without_a_label_stays_so() -> None:
    edited = list(read(DRAFT))
    edited[2] = replace(edited[2], speaker="")
    assert [block.speaker for block in merge(DRAFT, edited, DRAFT).chapter.blocks][2] == ""
    first = edited[2:]
    assert merge(DRAFT, first, DRAFT).chapter.blocks[0].speaker == ""


def test_a_heading_ends_what_somebody_said() -> None:
    heading = Block("h", BlockKind.HEADING, "맺음말")
    blocks = (*chapter(ASKS).blocks, heading, *chapter(GOES_ON).blocks)
    assert speakers(blocks) == [MODERATOR, "", ""]
