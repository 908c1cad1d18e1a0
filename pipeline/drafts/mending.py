"""Merged pieces become paragraphs again, with the sources and remarks of the words that are still there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class _Origin:
    """A piece as it stood in a machine's block."""

    block: Block
    chars: Span

    @property
    def source(self) -> Source | None:
        """Where it can be heard."""
        spoken = (s for s in self.block.spoken if s.chars.start <= self.chars.start < s.chars.end)
        return next((s.source for s in spoken), None)


def mend(merged: Sequence[Piece], base: Sequence[Block], new: Sequence[Block]) -> Iterator[Mended]:
    """The paragraphs that merged pieces make; one without any piece is left out.

    Only words that a machine's block holds keep their source: what an editor wrote was said by nobody.
    """
    before, after = _origins(base), _origins(new)
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
        origins += [_Origin(block, Span(at, at + len(piece))) for piece, at in threeway.split(block.text)]
    return origins


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
        for remark in origin.block.remarks if origin else ():
            chars = _on(remark.chars, origin.chars, place) if origin else None
            if chars:
                known = left.setdefault(id(remark), replace(remark, chars=chars))
                left[id(remark)] = replace(known, chars=Span(known.chars.start, chars.end))
    return tuple(left.values())


def _on(remark: Span, before: Span, now: Span) -> Span | None:
    """The part of a piece that a remark is about, where the piece stands now."""
    if not (remark.overlap(before) or (remark.length == 0 and before.start <= remark.start <= before.end)):
        return None
    start = now.start + max(0, remark.start - before.start)
    return Span(start, min(now.end, max(start, now.start + remark.end - before.start)))
