"""An editor's formatting goes from the file that was edited into the merged draft, on the words still there.

What the editor set or unset is told by comparison with the draft that the file was made from, and done to the
merged text. Formatting of others, and of earlier rounds, stays on its words.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import accumulate

from pipeline.drafts.formats import NAMES, YELLOW, Course, Setting, filled, marked, spans
from pipeline.drafts.pieces import LOW_CONFIDENCE
from pipeline.drafts.reading import ReadBlock
from pipeline.drafts.reconcile import Sides, text_of
from pipeline.model import Block, Cover, FormatKind, Span

ONLY_ONE = {
    kind: kind for kind in (FormatKind.LINK, FormatKind.COLOR, FormatKind.HIGHLIGHT, FormatKind.ALIGN)
} | {
    FormatKind.BOLD: FormatKind.REGULAR,
    FormatKind.REGULAR: FormatKind.BOLD,
    FormatKind.SUPERSCRIPT: FormatKind.SUBSCRIPT,
    FormatKind.SUBSCRIPT: FormatKind.SUPERSCRIPT,
}
"""Which kind a kind puts out of the place that it takes: its own with another value, or its contrary."""

PEN = (FormatKind.HIGHLIGHT, YELLOW)

KNOWN = 3
"""Words by which a paragraph is known again wherever they stand."""

TOLD = 30
"""Characters by which an editor knows words again."""

Marks = Mapping[Setting, AbstractSet[int]]


@dataclass(frozen=True, slots=True)
class Delta:
    """What an editor set, and what they took away, in a group's edited text."""

    text: str
    added: Marks
    removed: Marks

    def told(self) -> tuple[str, str]:
        """What was taken away and what was set, as an editor would say it."""
        return _told(self.removed, self.text), _told(self.added, self.text)


def delta(sides: Sides) -> Delta:
    """What the editor did to the formatting of a group of blocks.

    A yellow highlight on nothing but words that had one for low confidence is none of the editor's: some
    programs, and drafts of earlier versions, do not tell the two apart.
    """
    text = text_of(sides.edited)
    if not sides.edited or not _any_set(sides.base, sides.edited):
        return Delta(text, {}, {})
    course = Course(text_of(sides.base), text)
    before, now = course.carried(_marks(sides.base)), _marks(sides.edited)
    added = _less(now, before)
    pens = [{*marked([each], text)[PEN]} for each in spans({PEN: added.get(PEN, ())}, text)]
    doubts = course.carried(_doubts(sides.base)).get(PEN, set()) if pens else set()
    ours = {number for pen in pens if pen <= doubts for number in pen}
    return Delta(text, _less(added, {PEN: ours}), _less(before, now))


def formatted(sides: Sides, blocks: Sequence[Block], done: Delta) -> tuple[Block, ...]:
    """The merged blocks of a group with the formatting and the merged cells that they shall have."""
    machine = sides.new or sides.base
    if not _any_set(sides.base, sides.edited, machine):
        return tuple(blocks)
    text = text_of(blocks)
    made = _done(Course(text_of(machine), text).carried(_marks(machine)), text, done)
    return tuple(
        replace(block, formats=spans(_within(made, place), block.text), covers=_covers(number, block, sides))
        for number, (block, place) in enumerate(zip(blocks, _places(blocks), strict=True))
    )


def resettled(blocks: Sequence[Block], left: Sequence[Delta]) -> tuple[Block, ...]:
    """The merged blocks with formatting of paragraphs that none of them is: where all of their words are now.

    Another person may have joined such a paragraph to one that is about something else.
    """
    made = list(blocks)
    for each in left:
        homes = [number for number, block in enumerate(made) if each.text in block.text]
        if len(homes) == 1 and len(each.text.split()) >= KNOWN:
            block = made[homes[0]]
            marks = _done(_marks([block]), block.text, each)
            made[homes[0]] = replace(block, formats=spans(marks, block.text))
    return tuple(made)


def _done(marks: Marks, text: str, done: Delta) -> Marks:
    """What is marked in a text, after the same was done to it."""
    course = Course(done.text, text)
    made = {key: {*numbers} for key, numbers in marks.items()}
    for key, numbers in _on(text, course.carried(done.removed)):
        made.get(key, set()).difference_update(numbers)
    for (kind, value), numbers in _on(text, course.carried(done.added)):
        for other in [key for key in made if key[0] == ONLY_ONE.get(kind)]:
            made[other] -= numbers
        made.setdefault((kind, value), set()).update(numbers)
    return made


def _on(text: str, marks: Marks) -> Iterator[tuple[Setting, AbstractSet[int]]]:
    """What is done to characters of a text; to whole paragraphs or cells where it can be done to no less."""
    for setting, numbers in marks.items():
        yield setting, filled(numbers, text) if setting[0] is FormatKind.ALIGN else numbers


def _any_set(*sides: Sequence[Block | ReadBlock]) -> bool:
    return any(block.formats or block.covers for side in sides for block in side)


def _marks(blocks: Sequence[Block | ReadBlock]) -> dict[Setting, set[int]]:
    """What is marked in blocks' joined text."""
    made: dict[Setting, set[int]] = {}
    for block, place in zip(blocks, _places(blocks), strict=True):
        for key, numbers in marked(block.formats, block.text).items():
            made.setdefault(key, set()).update(place.start + number for number in numbers)
    return made


def _doubts(blocks: Sequence[Block]) -> dict[Setting, set[int]]:
    """The characters of blocks' joined text that bear our own highlight."""
    found = {
        place.start + number
        for block, place in zip(blocks, _places(blocks), strict=True)
        for remark in block.remarks
        if remark.rule == LOW_CONFIDENCE
        for number in range(remark.chars.start, remark.chars.end)
    }
    return {PEN: found}


def _places(blocks: Sequence[Block | ReadBlock]) -> list[Span]:
    """Where each block stands in their joined text."""
    starts = accumulate((len(block.text) + 1 for block in blocks), initial=0)
    return [Span(start, start + len(block.text)) for start, block in zip(starts, blocks, strict=False)]


def _within(marks: Marks, place: Span) -> Marks:
    """What is marked in a part of a text, counted from its start."""
    return {
        key: {n - place.start for n in numbers if place.start <= n < place.end}
        for key, numbers in marks.items()
    }


def _less(one: Marks, other: Marks) -> dict[Setting, set[int]]:
    return {key: left for key, numbers in one.items() if (left := {*numbers} - {*other.get(key, ())})}


def _covers(number: int, block: Block, sides: Sides) -> tuple[Cover, ...]:
    """Which cells are merged: as the editor left them, where the editor changed that."""
    was, mine, theirs = (
        side[number].covers if number < len(side) else ()
        for side in (sides.base, sides.edited, sides.new or sides.base)
    )
    covers = theirs if mine == was or not sides.edited else mine
    return covers if len(covers) == len(block.cells) else ()


def _told(marks: Marks, text: str) -> str:
    shown = (
        (
            NAMES[each.kind],
            text[each.chars.start : each.chars.end][:TOLD],
            f" {each.value}" if each.value else "",
        )
        for each in spans(marks, text)
    )
    return ", ".join(f"{name} ‘{words}’{value}" for name, words, value in shown)
