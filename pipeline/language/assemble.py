"""What still stands of a turn is put together: text, links, sentences, and the morphemes that stay true."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.language.eojeol import Eojeol, View
from pipeline.language.korean import span_of
from pipeline.model import CleanTurn, Link, Morpheme, Span, Turn


@dataclass(frozen=True, slots=True)
class Draft:
    """A clean turn whose ``stale`` sentences (their numbers) have lost their morphemes with their letters."""

    turn: CleanTurn
    stale: tuple[int, ...]


def assemble(turn: Turn, said: Sequence[Eojeol], view: View, ends: set[int], parts: set[int]) -> Draft:
    """Join the eojeol of a view.

    Args:
        turn: the turn they belong to.
        said: its eojeol as recognised.
        view: what stands and what was left out.
        ends: eojeol of the view with which a sentence ends.
        parts: those of them after which a new paragraph begins.
    """
    places = _places(view)
    text = _text(view, parts)
    sentences, stale, morphemes = _sentences(view.live, places, ends)
    links = _links(said, view, places)
    return Draft(CleanTurn(turn, text, links, sentences, tuple(morphemes)), stale)


def _places(view: View) -> list[int]:
    """Where each eojeol begins in the text; the last item is the text's length."""
    places = list(accumulate([len(eojeol.text) + 1 for eojeol in view.live], initial=0))
    places[-1] = max(0, places[-1] - 1)
    return places


def _text(view: View, parts: set[int]) -> str:
    if not parts:
        return " ".join([eojeol.text for eojeol in view.live])
    last = len(view.live) - 1
    marks = ("\n" if index in parts else " " for index in range(last))
    return "".join(eojeol.text + mark for eojeol, mark in zip(view.live, [*marks, ""], strict=True))


def _links(said: Sequence[Eojeol], view: View, places: list[int]) -> tuple[Link, ...]:
    """One link for each eojeol, in the order of the words; the space after an eojeol belongs to it."""
    pieces: list[tuple[Eojeol, Span | None]] = []
    pieces += zip(view.live, map(span_of, places, places[1:]), strict=True)
    if view.left_out:
        pieces += [(eojeol, None) for eojeol in view.left_out]
        pieces.sort(key=lambda piece: piece[0].words.start)
    links, char, at = [], 0, 0
    for eojeol, chars in pieces:
        first = at
        while at < len(said) and said[at].words.end <= eojeol.words.end:
            at += 1
        before = ""
        if eojeol.changed or not eojeol.text:
            before = " ".join([one.text for one in said[first:at]])
        here = chars or span_of(char, char)
        char = here.end
        links.append(Link(here, eojeol.words, eojeol.reason, before))
    return tuple(links)


def _sentences(
    live: Sequence[Eojeol], places: list[int], ends: set[int]
) -> tuple[tuple[Span, ...], tuple[int, ...], list[Morpheme]]:
    """Sentences, the numbers of those to analyse again, and the morphemes of all others."""
    sentences: list[Span] = []
    stale: list[int] = []
    morphemes: list[Morpheme] = []
    begun, fresh = 0, True
    held: list[Morpheme] = []
    for index, eojeol in enumerate(live):
        moved = _moved(eojeol, places[index]) if fresh else None
        fresh = moved is not None
        held += moved or []
        if index in ends:
            if fresh:
                morphemes += held
            else:
                stale.append(len(sentences))
            sentences.append(Span(begun, places[index] + len(eojeol.text)))
            begun, held, fresh = places[index] + len(eojeol.text) + 1, [], True
    return tuple(sentences), tuple(stale), morphemes


def _moved(eojeol: Eojeol, start: int) -> Sequence[Morpheme] | None:
    """The eojeol's morphemes where it now stands; None where its letters are no longer theirs."""
    move = start - eojeol.start
    if not eojeol.changed:
        return shifted(eojeol.morphemes, move) if move else eojeol.morphemes
    if eojeol.reason != "punctuation":
        return None
    mark = start + len(eojeol.text) - 1
    kept = shifted([one for one in eojeol.morphemes if one.tag != "SP"], move)
    return [*kept, Morpheme(eojeol.text[-1], "SF", Span(mark, mark + 1))]


def shifted(morphemes: Iterable[Morpheme], move: int) -> list[Morpheme]:
    """Morphemes ``move`` characters further on."""
    return [
        Morpheme(one.form, one.tag, span_of(one.chars.start + move, one.chars.end + move), one.known)
        for one in morphemes
    ]
