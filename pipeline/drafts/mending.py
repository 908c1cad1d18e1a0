"""Merged pieces become paragraphs again, with the sources and remarks of the words that are still there."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from pipeline.drafts import threeway
from pipeline.drafts.threeway import PARAGRAPH, Piece
from pipeline.model import Block, Remark, Source, Span, Spoken


@dataclass(frozen=True, slots=True)
class Mended:
    """A paragraph of merged pieces; ``pieces`` are its numbers among all, ``places`` where each stands."""

    text: str
    pieces: Span
    places: tuple[Span, ...]
    spoken: tuple[Spoken, ...]
    remarks: tuple[Remark, ...]


@dataclass(slots=True)
class _Origin:
    """A piece as it stood in a machine's block: where it can be heard, and what is remarked on it."""

    chars: Span
    source: Source | None = None
    remarks: list[Remark] = field(default_factory=list)


def mend(merged: Sequence[Piece], base: Sequence[Block], new: Sequence[Block]) -> Iterator[Mended]:
    """The paragraphs that merged pieces make; one without any piece is left out.

    Only words that a machine's block holds keep their source: what an editor wrote was said by nobody.
    """
    after = _origins(new)
    before = _origins(base) if any(p.new is None and p.base is not None for p in merged) else []
    found = [
        after[p.new] if p.new is not None else before[p.base] if p.base is not None else None for p in merged
    ]
    at = 0
    for is_break, run in groupby(merged, key=lambda piece: piece.text == PARAGRAPH):
        pieces = list(run)
        span = Span(at, at + len(pieces))
        at = span.end
        if not is_break:
            text, places = _laid([piece.text for piece in pieces])
            origins = found[span.start : span.end]
            yield Mended(text, span, places, _spoken(places, origins), _remarks(places, origins))


def _origins(blocks: Sequence[Block]) -> list[_Origin | None]:
    """For every piece of the blocks' joined text where it comes from; None for the breaks between blocks."""
    origins: list[_Origin | None] = []
    for block in blocks:
        if origins:
            origins.append(None)
        origins += _pieces(block)
    return origins


def _pieces(block: Block) -> list[_Origin]:
    """The pieces of one block in order, each with what lies on it."""
    made = [_Origin(Span(at, at + len(piece))) for piece, at in threeway.split(block.text)]
    starts = [piece.chars.start for piece in made]
    for spoken in block.spoken:
        for piece in made[bisect_left(starts, spoken.chars.start) : bisect_left(starts, spoken.chars.end)]:
            piece.source = piece.source or spoken.source
    for remark in block.remarks:
        for piece in made[max(0, bisect_left(starts, remark.chars.start) - 1) :]:
            if piece.chars.start > remark.chars.end:
                break
            if _touches(remark.chars, piece.chars):
                piece.remarks.append(remark)
    return made


def _touches(remark: Span, piece: Span) -> bool:
    """Whether a remark is about a piece; one on no characters is about what it stands at."""
    stands_at = remark.length == 0 and piece.start <= remark.start <= piece.end
    return stands_at or remark.overlap(piece) > 0


def _laid(pieces: Sequence[str]) -> tuple[str, tuple[Span, ...]]:
    """The text of pieces, and where each stands in it."""
    text = threeway.join(pieces)
    return text, tuple(Span(at, at + len(piece)) for piece, at in threeway.split(text))


def _spoken(places: Sequence[Span], origins: Sequence[_Origin | None]) -> tuple[Spoken, ...]:
    """Runs of pieces that were said in one sentence."""
    spoken = []
    sources = (origin and origin.source for origin in origins)
    for source, run in groupby(zip(places, sources, strict=True), key=lambda item: item[1]):
        held = [place for place, _ in run]
        if source:
            spoken.append(Spoken(Span(held[0].start, held[-1].end), source))
    return tuple(spoken)


def _remarks(places: Sequence[Span], origins: Sequence[_Origin | None]) -> tuple[Remark, ...]:
    """The remarks on machine's words that are still there, each once, on what is left of them."""
    left: dict[int, Remark] = {}
    for place, origin in zip(places, origins, strict=True):
        if origin is None:
            continue
        for remark in origin.remarks:
            chars = _on(remark.chars, origin.chars, place)
            known = left.setdefault(id(remark), replace(remark, chars=chars))
            left[id(remark)] = replace(known, chars=Span(known.chars.start, chars.end))
    return tuple(left.values())


def _on(remark: Span, before: Span, now: Span) -> Span:
    """The part of a piece that a remark is about, where the piece stands now."""
    start = now.start + max(0, remark.start - before.start)
    return Span(start, min(now.end, max(start, now.start + remark.end - before.start)))
