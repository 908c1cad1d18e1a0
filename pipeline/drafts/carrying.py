"""Editors' comments and footnotes go from the file that was edited into the merged draft; no line is lost.

They are merged as what they are, lines by authors, each as often as it occurs: what only one side added or
took away is added or taken away. Then each hangs on the block that its own has become.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from pipeline.drafts import threeway
from pipeline.drafts.comments import CHECK, COMMENT, FOOTNOTE, PICTURE, PLACED, Comment, behind, of_editor
from pipeline.drafts.lines import one_line, printable
from pipeline.drafts.reading import ReadBlock
from pipeline.model import Block, BlockKind, Chapter, Remark, Span

ORPHANS = {
    COMMENT: "{} (없어진 문단 ‘{}’에 달렸던 메모)",
    FOOTNOTE: "{} (없어진 문단 ‘{}’에 달렸던 각주)",
}
TOLD = 30
"""Characters by which an editor knows a paragraph again."""

Line = tuple[str, str, str]
"""A rule, an author and a line of theirs."""


_HOLDER = Block("e-only-comments", BlockKind.INTRO, "본문 없이 메모만 남은 장입니다.")
"""What comments hang on where neither editor nor machine has left a paragraph."""


@dataclass(frozen=True, slots=True)
class Heirs:
    """The id of the merged block that each edited paragraph and each new block has become, by its number."""

    edited: dict[int, str]
    new: dict[int, str]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A comment, the id of the merged block that it hangs on, and the text in which it stood."""

    comment: Comment
    block: str
    text: str

    @property
    def line(self) -> Line:
        return self.comment.rule, self.comment.author, self.comment.text

    @property
    def place(self) -> tuple[Line, str]:
        """The line and where exactly it stands, which means something of what is printed."""
        return self.line, self.comment.about if self.comment.rule in PLACED else ""


def bare(chapter: Chapter) -> Chapter:
    """The chapter without what editors hung on its blocks."""
    blocks = (
        replace(block, remarks=tuple(remark for remark in block.remarks if not remark.author))
        if any(remark.author for remark in block.remarks)
        else block
        for block in chapter.blocks
    )
    return replace(chapter, blocks=tuple(blocks))


def comments_of(block: Block) -> tuple[Comment, ...]:
    """Editors' comments on a block, and their footnotes."""
    return tuple(
        Comment(
            remark.author,
            remark.text,
            _about(block, remark),
            remark.rule,
        )
        for remark in block.remarks
        if remark.author
    )


def _about(block: Block, remark: Remark) -> str:
    """The words that a remark hangs on, or all before its place; below a table one cell more."""
    if remark.rule == PICTURE and remark.chars.end > len(block.text):
        return block.text + threeway.CELL
    return block.text[0 if remark.rule in PLACED else remark.chars.start : remark.chars.end]


def editors_only(base: Chapter, edited: Sequence[ReadBlock], names: Collection[str]) -> tuple[ReadBlock, ...]:
    """The paragraphs with no comments but editors'; those of an empty one hang on the one before it."""
    notes = {
        one_line(CHECK + printable(remark.text))
        for block in base.blocks
        for remark in block.remarks
        if not remark.author
    }
    sessions = {spoken.source.session for block in base.blocks for spoken in block.spoken}
    known = sorted({one_line(printable(name)) for name in (*names, *sessions)} - {""}, key=len, reverse=True)
    made: list[ReadBlock] = []
    waiting: tuple[Comment, ...] = ()
    for block in edited:
        found = (of_editor(each, notes, known) for each in block.comments)
        theirs = tuple(each for each in found if each)
        if block.text.strip():
            made.append(replace(block, comments=(*waiting, *theirs)))
            waiting = ()
        elif made:
            made[-1] = replace(
                made[-1], comments=(*made[-1].comments, *behind(theirs, made[-1].text, made[-1].cells))
            )
        else:
            waiting += theirs
    holder = ReadBlock("", _HOLDER.kind, "", _HOLDER.text, comments=waiting)
    return tuple(made) or ((holder,) if waiting else ())


def carry(
    base: Chapter, edited: Sequence[ReadBlock], new: Chapter, merged: Sequence[Block], heirs: Heirs
) -> tuple[Block, ...]:
    """The merged blocks with the comments and footnotes that they shall bear.

    Where no block is left, one is made for them: they were written by people.
    """
    old = list(lines(base))
    before = Counter(each.line for each in old)
    holders = merged or (_HOLDER,)
    texts = {block.id: block.text for block in holders}
    first = next(iter(texts))
    mine = list(_placed([(b.text, b.comments) for b in edited], heirs.edited, first))
    theirs = list(_placed([(b.text, comments_of(b)) for b in new.blocks], heirs.new, first))
    wanted = _wanted(before, Counter(e.line for e in mine), Counter(e.line for e in theirs))
    moved = {line for line, count in Counter(e.line for e in mine).items() if count != before[line]}
    moved |= {line for line, _ in {each.place for each in mine} - {each.place for each in old}}
    # What the editor did nothing about is where the new draft has it.
    chosen: dict[str, list[Remark]] = {}
    for each in (
        *(each for each in theirs if each.line not in moved),
        *mine,
        *(each for each in theirs if each.line in moved),
    ):
        if wanted[each.line] > 0:
            wanted[each.line] -= 1
            chosen.setdefault(each.block, []).append(_remark(each, texts.get(each.block, "")))
    return tuple(
        replace(block, remarks=(*block.remarks, *chosen[block.id])) if block.id in chosen else block
        for block in (holders if chosen else merged)
    )


def lines(chapter: Chapter) -> Iterator[_Placed]:
    """Editors' comments of a chapter and the blocks they hang on."""
    return _placed(
        [(block.text, comments_of(block)) for block in chapter.blocks],
        {number: block.id for number, block in enumerate(chapter.blocks)},
        "",
    )


def _wanted(before: Counter[Line], mine: Counter[Line], theirs: Counter[Line]) -> Counter[Line]:
    """How often each line shall stand in the result; where both changed that, as often as either has it."""
    made: Counter[Line] = Counter()
    for line in mine | theirs:
        if mine[line] == before[line]:
            made[line] = theirs[line]
        elif theirs[line] == before[line]:
            made[line] = mine[line]
        else:
            made[line] = max(mine[line], theirs[line])
    return made


def _placed(
    blocks: Sequence[tuple[str, Sequence[Comment]]], heirs: Mapping[int, str], first: str
) -> Iterator[_Placed]:
    """Comments in order; those of a block that is gone hang on the one before it and say where they stood."""
    last = first
    for number, (text, found) in enumerate(blocks):
        last = heirs.get(number, last)
        for comment in found:
            if number in heirs:
                yield _Placed(comment, last, text)
            elif comment.rule == PICTURE:
                yield _Placed(replace(comment, about=""), last, "")
            else:
                told = ORPHANS[comment.rule].format(comment.text, one_line(text)[:TOLD])
                yield _Placed(Comment(comment.author, told), last, "")


def _remark(placed: _Placed, text: str) -> Remark:
    comment = placed.comment
    if comment.rule in PLACED:
        at = _after(text, comment.about, placed.text)
        if comment.rule == PICTURE:  # below the paragraph, below the text of a cell, or below the table
            at = len(text) if (ends := text.find(threeway.CELL, at)) < 0 else ends
            at += threeway.CELL in text and comment.about.count(threeway.CELL) > text.count(threeway.CELL)
        end = at
    else:
        at = max(0, text.find(comment.about))
        end = at + len(comment.about) if comment.about in text else at
    return Remark(Span(at, end), comment.rule, comment.text, comment.author)


def _after(text: str, before: str, whole: str) -> int:
    """Where in a text the words end that stood before a place in the ``whole``, those still there."""
    words = threeway.pieces_of(before)
    if text.startswith(known := threeway.join(words)):
        return len(known)
    now = threeway.split(text)
    matcher = SequenceMatcher(None, threeway.pieces_of(whole), [word for word, _ in now], autojunk=False)
    found = [match for match in matcher.get_matching_blocks() if match.size]
    ends = [match.b + min(match.size, len(words) - match.a) for match in found if match.a < len(words)]
    if not ends:
        return 0 if found else len(text)
    last, at = now[ends[-1] - 1]
    return at + len(last)
