"""Two changed versions of a text are brought together, eojeol by eojeol, over the text both came from.

Where only one side changed something, its change is taken. Where both changed the same place differently,
the editor's words stand and the place is reported as a clash. Nothing an editor inserted is ever left out.
A word with other quotation marks or dashes is the same word: the editor's are kept, and clash with nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from pipeline.model import Span

PARAGRAPH = "\n"
CELL = "\t"
BREAKS = frozenset({PARAGRAPH, CELL})
"""Pieces that part paragraphs and cells: they are merged like words, so splits and joins merge too."""

_PIECE = re.compile(r"[\n\t]|\S+")
_SPACED_BREAK = re.compile(r" ?([\n\t]) ?")
_TYPOGRAPHY = str.maketrans(
    dict.fromkeys("“”„‟", '"') | dict.fromkeys("‘’‚‛", "'") | dict.fromkeys("–—―−", "-")
)
_ENDING = re.compile(r".*[.?!…][”’\"'」』)]*|[\n\t]")


@dataclass(frozen=True, slots=True)
class Piece:
    """An eojeol or a break of a merged text, and which piece of ``base`` and of ``new`` it is.

    An editor's own has neither.
    """

    text: str
    base: int | None = None
    new: int | None = None

    def moved(self, base: int, new: int) -> "Piece":
        """The same piece where its text begins further on."""
        return Piece(
            self.text,
            None if self.base is None else self.base + base,
            None if self.new is None else self.new + new,
        )


@dataclass(frozen=True, slots=True)
class Clash:
    """A place that both changed: ``pieces`` of the merged text hold the editor's words."""

    pieces: Span
    base: tuple[str, ...]
    edited: tuple[str, ...]
    machine: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hunk:
    """``base`` pieces that a side has replaced by its own ``side`` pieces; one of them may be empty."""

    base: Span
    side: Span
    by_editor: bool
    recut: bool = False
    """Whether more or fewer sentences or paragraphs end there now."""

    def meets(self, other: "Hunk") -> bool:
        """Whether both change the same place.

        Replacements also meet where they only touch: two people at neighbouring words may mean one thing.
        What is only inserted harms nothing that it stands beside, unless the sentence that it was written to
        may have gone, or another have come between.
        """
        if self.base.length and other.base.length:
            return self.base.start <= other.base.end and other.base.start <= self.base.end
        if not self.base.length and not other.base.length:
            return self.base == other.base
        point, over = (self.base.start, other) if not self.base.length else (other.base.start, self)
        touches = over.recut and point in {over.base.start, over.base.end}
        return touches or over.base.start < point < over.base.end


def split(text: str) -> list[tuple[str, int]]:
    """The pieces of a text, each with the code point at which it starts."""
    return [(match.group(), match.start()) for match in _PIECE.finditer(text)]


def pieces_of(text: str) -> list[str]:
    """The pieces of a text."""
    return _PIECE.findall(text)


def join(pieces: Sequence[str]) -> str:
    """A text of pieces: one space between words, none beside a break."""
    return _SPACED_BREAK.sub(r"\1", " ".join(pieces))


def plain(text: str) -> str:
    """The text with plain marks: programs put in “ ”, – and … by themselves while somebody types."""
    return re.sub("-+", "-", text.translate(_TYPOGRAPHY).replace("…", "..."))


@dataclass(frozen=True, slots=True)
class Edit:
    """Words that were replaced by others; one of them may be empty."""

    before: str
    after: str


def edits(before: str, after: str) -> tuple[Edit, ...]:
    """What was done to a text, in order: a readable difference."""
    old, new = pieces_of(before), pieces_of(after)
    return tuple(
        Edit(join(old[h.base.start : h.base.end]), join(new[h.side.start : h.side.end]))
        for h in _hunks(old, new, by_editor=True)
    )


def merge(base: str, edited: str, new: str) -> tuple[list[Piece], list[Clash]]:
    """``base`` with the changes of both sides, and the places where they clash.

    ``merge(b, b, n)`` is ``n``, ``merge(b, e, b)`` and ``merge(b, e, e)`` are ``e``. Where all three have the
    same breaks, each cell or paragraph is merged by itself.
    """
    sides = [pieces_of(text) for text in (base, edited, new)]
    breaks = [[i for i, piece in enumerate(side) if piece in BREAKS] for side in sides]
    marks = [[side[i] for i in places] for side, places in zip(sides, breaks, strict=True)]
    if not marks[0] == marks[1] == marks[2]:
        return _merge(*sides)
    merged: list[Piece] = []
    clashes: list[Clash] = []
    starts = [0, 0, 0]
    for ends in zip(*([*places, len(side)] for side, places in zip(sides, breaks, strict=True)), strict=True):
        pieces, found = _merge(*(s[i:j] for s, i, j in zip(sides, starts, ends, strict=True)))
        clashes += [replace(clash, pieces=_moved(clash.pieces, len(merged))) for clash in found]
        merged += [piece.moved(starts[0], starts[2]) for piece in pieces]
        if ends[0] < len(sides[0]):
            merged.append(Piece(sides[0][ends[0]], ends[0], ends[2]))
        starts = [end + 1 for end in ends]
    return merged, clashes


def _merge(base: Sequence[str], edited: Sequence[str], new: Sequence[str]) -> tuple[list[Piece], list[Clash]]:
    before, *after = ([plain(piece) for piece in side] for side in (base, edited, new))
    hunks = [*_hunks(before, after[0], by_editor=True), *_hunks(before, after[1], by_editor=False)]
    merged: list[Piece] = []
    clashes = []
    origin = _Origins(base, edited, new, hunks)
    at = 0
    for cluster in _clusters(sorted(hunks, key=lambda hunk: (hunk.base.start, hunk.base.end))):
        place = Span(min(h.base.start for h in cluster), max(h.base.end for h in cluster))
        merged += origin.kept(Span(at, place.start))
        ours, theirs = origin.edited(place, cluster), origin.machine(place, cluster)
        sides = {hunk.by_editor for hunk in cluster}
        same = [plain(piece.text) for piece in ours] == [plain(piece.text) for piece in theirs]
        if len(sides) > 1 and not same:
            span = Span(len(merged), len(merged) + len(ours))
            said, heard = (tuple(piece.text for piece in pieces) for pieces in (ours, theirs))
            clashes.append(Clash(span, tuple(base[place.start : place.end]), said, heard))
        merged += _dressed(ours, theirs) if same else ours if True in sides else theirs
        at = place.end
    return merged + origin.kept(Span(at, len(base))), clashes


def _dressed(ours: Sequence[Piece], theirs: Sequence[Piece]) -> list[Piece]:
    """The machine's pieces as the editor spells them."""
    return [replace(other, text=mine.text) for mine, other in zip(ours, theirs, strict=True)]


class _Origins:
    """Tells of every piece which one of base and of new it is."""

    def __init__(
        self, base: Sequence[str], edited: Sequence[str], new: Sequence[str], hunks: Sequence[Hunk]
    ) -> None:
        self._base, self._edited, self._new = base, edited, new
        self._in_edited, self._in_new = (
            _counterparts(len(base), [hunk for hunk in hunks if hunk.by_editor is mine])
            for mine in (True, False)
        )

    def kept(self, span: Span) -> list[Piece]:
        """Pieces of base that both sides have left alone."""
        return [Piece(self._spelled(i), i, self._in_new[i]) for i in range(span.start, span.end)]

    def _spelled(self, number: int) -> str:
        """A piece of base as the editor spells it, or the machine where the editor does it like base."""
        before, mine, theirs = self._base[number], self._in_edited[number], self._in_new[number]
        if mine is not None and self._edited[mine] != before:
            return self._edited[mine]
        return before if theirs is None else self._new[theirs]

    def edited(self, place: Span, cluster: Sequence[Hunk]) -> list[Piece]:
        """What the editor has at a place of base."""
        pieces: list[Piece] = []
        at = place.start
        for hunk in cluster:
            if hunk.by_editor:
                pieces += self.kept(Span(at, hunk.base.start))
                pieces += map(Piece, self._edited[hunk.side.start : hunk.side.end])
                at = hunk.base.end
        return pieces + self.kept(Span(at, place.end))

    def machine(self, place: Span, cluster: Sequence[Hunk]) -> list[Piece]:
        """What the machine has at a place of base."""
        pieces: list[Piece] = []
        at = place.start
        for hunk in cluster:
            if not hunk.by_editor:
                pieces += self.kept(Span(at, hunk.base.start))
                pieces += [Piece(self._new[i], None, i) for i in range(hunk.side.start, hunk.side.end)]
                at = hunk.base.end
        return pieces + self.kept(Span(at, place.end))


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def _counterparts(length: int, hunks: Sequence[Hunk]) -> list[int | None]:
    """For every piece of base the piece of a side that it still is, None where it was replaced."""
    found: list[int | None] = []
    shift = 0
    for hunk in hunks:
        found += range(len(found) + shift, hunk.side.start)
        found += [None] * hunk.base.length
        shift = hunk.side.end - hunk.base.end
    return found + list(range(len(found) + shift, length + shift))


def _hunks(base: Sequence[str], side: Sequence[str], by_editor: bool) -> list[Hunk]:
    """What a side changed; a lone eojeol left between two replacements counts as replaced with them."""
    hunks: list[Hunk] = []
    if base == side:
        return hunks
    matcher = SequenceMatcher(None, base, side, autojunk=False)
    for tag, start, end, side_start, side_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        hunk = Hunk(Span(start, end), Span(side_start, side_end), by_editor)
        lone = bool(hunks) and start == hunks[-1].base.end + 1 and base[start - 1] not in BREAKS
        if lone and hunks[-1].base.length and end > start:
            last = hunks.pop()
            hunk = replace(hunk, base=Span(last.base.start, end), side=Span(last.side.start, side_end))
        hunks.append(hunk)
    return [replace(hunk, recut=_recut(base, side, hunk)) for hunk in hunks]


def _recut(base: Sequence[str], side: Sequence[str], hunk: Hunk) -> bool:
    parts = base[hunk.base.start : hunk.base.end], side[hunk.side.start : hunk.side.end]
    before, after = (sum(map(bool, map(_ENDING.fullmatch, part))) for part in parts)
    return before != after


def _clusters(hunks: Sequence[Hunk]) -> list[list[Hunk]]:
    """Hunks in order, those together that meet."""
    clusters: list[list[Hunk]] = []
    for hunk in hunks:
        if clusters and any(hunk.meets(other) for other in clusters[-1]):
            clusters[-1].append(hunk)
        else:
            clusters.append([hunk])
    return clusters
