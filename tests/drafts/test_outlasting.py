"""What a draft tells its editors stays until they have dealt with it."""

from dataclasses import replace

from edited_drafts import read

from pipeline.drafts.comments import CHECK
from pipeline.drafts.merge import merge
from pipeline.drafts.outlasting import outlasting
from pipeline.drafts.reconcile import GONE
from pipeline.model import Block, BlockKind, Chapter, Source, Span, Spoken

SOURCE = Source("roundtable", "d" * 64, 5_000, 9_000)


def chapter(text: str, *others: Block) -> Chapter:
    spoken = (Spoken(Span(0, len(text)), SOURCE),)
    return Chapter(5, "좌담회", (Block("s-1", BlockKind.SPEECH, text, "이수현(시민)", (), spoken), *others))


OTHER = Block("s-2", BlockKind.SPEECH, "다음 분 말씀해 주십시오.", "한나래(사회자)")
BASE = chapter("저는 정말 좋았습니다.", OTHER)
HEARD = chapter("저는 제일 좋았습니다.", OTHER)
EDITED = [replace(read(BASE)[0], text="저는 참 좋았습니다."), *read(BASE)[1:]]
CLASHED = merge(BASE, EDITED, HEARD).chapter
WITHOUT = Chapter(5, "좌담회", (OTHER,))
KEPT = merge(BASE, EDITED, WITHOUT).chapter


def rerun(before: Chapter, machine: Chapter, comments: frozenset[str] | None = None) -> Block:
    """The first block after one more rerun that finds nothing new."""
    after = merge(machine, read(before), machine).chapter
    return outlasting(before, after, machine, comments).blocks[0]


def test_a_clash_is_told_until_somebody_has_deleted_the_remark() -> None:
    (remark,) = CLASHED.blocks[0].remarks
    assert rerun(CLASHED, HEARD).remarks == (remark,)
    assert rerun(CLASHED, HEARD, frozenset({f"「참」 {CHECK}{remark.text}"})).remarks == (remark,)
    assert rerun(CLASHED, HEARD, frozenset()).remarks == ()


def test_a_remark_stays_with_its_words() -> None:
    (remark,) = CLASHED.blocks[0].remarks
    longer = replace(CLASHED.blocks[0], text="사실은 저는 참 좋았습니다.", remarks=())
    after = Chapter(5, "좌담회", (longer,))
    (moved,) = outlasting(CLASHED, after, HEARD, None).blocks[0].remarks
    words = CLASHED.blocks[0].text[remark.chars.start : remark.chars.end]
    assert longer.text[moved.chars.start : moved.chars.end] == words


def test_kept_words_that_the_machine_has_no_longer_keep_their_source() -> None:
    kept = rerun(KEPT, WITHOUT)
    assert [remark.text for remark in kept.remarks] == [GONE]
    assert {spoken.source for spoken in kept.spoken} == {SOURCE}


def test_of_words_that_the_machine_has_again_nobody_says_that_they_are_gone() -> None:
    assert rerun(KEPT, BASE).remarks == ()
