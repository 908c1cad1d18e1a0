"""A round-table's passages by item of its agenda, as whoever moderates it opens them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from pipeline.drafts.chapters import Agenda
from pipeline.drafts.discretion import any_of
from pipeline.drafts.passages import Passage
from pipeline.drafts.told import Told
from pipeline.model import Span


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the agenda: the passage whose ``chars`` name it, and all that is said on it."""

    opener: Passage
    chars: Span
    passages: tuple[Passage, ...]

    @property
    def name(self) -> str:
        """The moderator's own words for it."""
        return self.opener.text[self.chars.start : self.chars.end]


@dataclass(frozen=True, slots=True)
class Discussion:
    """What is said before the first item, on each of them, and in the closing round."""

    opening: tuple[Passage, ...]
    items: tuple[Item, ...]
    closing: tuple[Passage, ...]


@dataclass(slots=True)
class _Stretch:
    """Passages until the next opening; ``name`` is None before the first item and in the closing round."""

    name: tuple[Passage, Span] | None
    closing: bool = False
    passages: list[Passage] = field(default_factory=list)


def discussion(told: Told, rules: Agenda) -> Discussion:
    """Part a session where its moderator opens an item.

    An item on which nobody else says a word is none: its words go to what comes next. Once the closing round
    has begun, no item is opened any more.
    """
    stretches = [_Stretch(None)]
    closing = any_of(rules.closing)
    for _, group in groupby(told.passages, key=lambda passage: passage.turn):
        turn = list(group)
        if told.asks(turn[0]) and not stretches[-1].closing:
            started = [one for one in stretches if one.name]
            if started and any(closing.search(passage.text) for passage in turn):
                stretches.append(_Stretch(None, closing=True))
            elif name := _opened(turn, rules):
                stretches.append(_Stretch(name))
        stretches[-1].passages += turn
    kept = _with_words_of_others(stretches, told)
    return Discussion(
        opening=tuple(kept[0].passages),
        items=tuple(Item(*one.name, tuple(one.passages)) for one in kept if one.name),
        closing=tuple(passage for one in kept if one.closing for passage in one.passages),
    )


def _opened(turn: Sequence[Passage], rules: Agenda) -> tuple[Passage, Span] | None:
    """The item that a moderator's turn opens, if any: where its name stands."""
    for passage in turn:
        for pattern in rules.item:
            if match := any_of((pattern,)).search(passage.text):
                if match.groupdict().get("item"):
                    return passage, Span(*match.span("item"))
                asked = next((one for one in turn if "question" in one.labels), passage)
                return asked, Span(0, len(asked.text))
    return None


def _with_words_of_others(stretches: Iterable[_Stretch], told: Told) -> list[_Stretch]:
    kept: list[_Stretch] = []
    for stretch in stretches:
        last = kept[-1] if kept else None
        if last and last.name and all(told.asks(passage) for passage in last.passages):
            kept.pop()
            stretch.passages[:0] = last.passages
        kept.append(stretch)
    return kept
