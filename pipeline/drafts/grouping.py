"""Which blocks of two runs and which paragraphs edited in between are about the same words.

What is in one group is merged together, so that a paragraph that an editor split, or that a better
recogniser begins a second later, still meets its counterpart.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pipeline.drafts.aligning import HELD, OWN, align, pair_equal
from pipeline.drafts.likeness import Finder, bigrams, shared
from pipeline.drafts.reading import ReadBlock
from pipeline.model import Block, BlockKind, Span

HEARD_TOGETHER = 0.5
"""Share of a block's sound that must lie in another one for both to be the same words."""

_BUCKET_MS = 60_000

Member = tuple[Literal["base", "edited", "new"], int]


@dataclass(slots=True)
class Group:
    """Blocks and paragraphs about the same words, by their numbers, ascending."""

    base: list[int] = field(default_factory=list)
    edited: list[int] = field(default_factory=list)
    new: list[int] = field(default_factory=list)


def group(base: Sequence[Block], edited: Sequence[ReadBlock], new: Sequence[Block]) -> list[Group]:
    """Every block of ``base`` and ``new`` and every paragraph of ``edited``, each in exactly one group."""
    kin = _Kin()
    aligned = align(base, edited)
    for paragraph, block in aligned:
        kin.join(("edited", paragraph), ("base", block))
    for before, after in _rerun(base, new):
        kin.join(("base", before), ("new", after))
    holders = Counter(block for _, block in aligned)
    kept = {i for i, block in aligned if holders[block] == 1 and edited[i].text == base[block].text}
    changed = [(i, paragraph) for i, paragraph in enumerate(edited) if i not in kept]
    for paragraph, block in _agreed(base, changed, new):
        kin.join(("edited", paragraph), ("new", block))
    groups: dict[Member, Group] = defaultdict(Group)
    for number in range(len(base)):
        groups[kin.root(("base", number))].base.append(number)
    for number in range(len(edited)):
        groups[kin.root(("edited", number))].edited.append(number)
    for number in range(len(new)):
        groups[kin.root(("new", number))].new.append(number)
    return list(groups.values())


class _Kin:
    """Joins members into families."""

    def __init__(self) -> None:
        self._parent: dict[Member, Member] = {}

    def root(self, member: Member) -> Member:
        """The member that stands for the whole family."""
        while (parent := self._parent.get(member, member)) != member:
            member = parent
        return member

    def join(self, one: Member, other: Member) -> None:
        """Make one family of two."""
        self._parent[self.root(one)] = self.root(other)


def _rerun(base: Sequence[Block], new: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """Pairs of the same block in two runs: by id, else by what is heard in it, else by its text."""
    same = _equal_ids(base, new)
    yield from same
    gone = sorted({*range(len(base))} - {before for before, _ in same})
    come = sorted({*range(len(new))} - {after for _, after in same})
    if not gone and not come:
        return
    after, before = _Sound(new), _Sound(base)
    heard = [(i, place) for i in gone if (place := after.holding(base[i])) is not None]
    heard += [(place, i) for i in come if (place := before.holding(new[i])) is not None]
    yield from heard
    left = {i for i, _ in heard}, {i for _, i in heard}
    alike = pair_equal(
        (((base[i].kind, base[i].text), i) for i in gone if i not in left[0]),
        (((new[i].kind, new[i].text), i) for i in come if i not in left[1]),
    )
    yield from alike
    unknown = {*come} - left[1] - {after for _, after in alike}
    yield from _parted(base, new, same, sorted(i for i in unknown if not new[i].spoken))


def _parted(
    base: Sequence[Block], new: Sequence[Block], same: Sequence[tuple[int, int]], come: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Pairs of a block and a part of it: one in which nothing is heard, with words that are missing there."""
    changed = [(before, after) for before, after in same if base[before].text != new[after].text]
    missing = {before: bigrams(base[before].text) - bigrams(new[after].text) for before, after in changed}
    finder = Finder(missing)
    parts = [(number, bigrams(new[number].text)) for number in come]
    for before, after in changed:
        if not new[after].spoken:
            parts.append((after, bigrams(new[after].text) - bigrams(base[before].text)))
    for number, words in parts:
        found = [(shared(words, missing[before]), before) for before in finder.near(words)]
        most, before = max(found, default=(0, 0))
        if most >= max(OWN, HELD * words.total()):
            yield before, number


def _equal_ids(base: Sequence[Block], new: Sequence[Block]) -> list[tuple[int, int]]:
    places = {block.id: i for i, block in enumerate(new)}
    pairs = [(i, places[block.id]) for i, block in enumerate(base) if block.id in places]
    return [(before, after) for before, after in pairs if _may_be_same(base[before], new[after])]


def _may_be_same(before: Block, after: Block) -> bool:
    """Whether an id stayed with its words: where some are gone, others of that stretch get their number."""
    if before.spoken == after.spoken or not (before.spoken and after.spoken):
        return True
    return _shared(_heard(before), _heard(after)) > 0


def _agreed(
    base: Sequence[Block], changed: Sequence[tuple[int, ReadBlock]], new: Sequence[Block]
) -> Iterator[tuple[int, int]]:
    """Pairs of a paragraph that the editor changed or added and an equal block that the machine brings."""
    texts = {block.id: block.text for block in base}
    places = {block.id: i for i, block in enumerate(new) if block.id not in texts}
    by_id = [(i, places[item.id]) for i, item in changed if item.id in places]
    yield from by_id
    done = {i for i, _ in by_id}, {i for _, i in by_id}
    yield from pair_equal(
        ((item.text, i) for i, item in changed if i not in done[0]),
        ((b.text, i) for i, b in enumerate(new) if i not in done[1] and texts.get(b.id) != b.text),
    )


class _Sound:
    """Finds the block in which most of another block's sound is heard."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._heard = [_heard(block) for block in blocks]
        self._places: dict[tuple[BlockKind, str, int], list[int]] = defaultdict(list)
        for number, (block, sound) in enumerate(zip(blocks, self._heard, strict=True)):
            for key in self._buckets(block.kind, sound):
                self._places[key].append(number)

    def holding(self, block: Block) -> int | None:
        """The number of the block of the same kind that holds HEARD_TOGETHER of the sound, if any."""
        sound = _heard(block)
        total = sum(span.length for spans in sound.values() for span in spans)
        near = {number for key in self._buckets(block.kind, sound) for number in self._places[key]}
        shares = [(_shared(sound, self._heard[number]), -number) for number in near]
        most, number = max(shares, default=(0, 0))
        return -number if most and most >= HEARD_TOGETHER * total else None

    @staticmethod
    def _buckets(kind: BlockKind, sound: Mapping[str, Sequence[Span]]) -> set[tuple[BlockKind, str, int]]:
        return {
            (kind, recording, bucket)
            for recording, spans in sound.items()
            for span in spans
            for bucket in range(span.start // _BUCKET_MS, span.end // _BUCKET_MS + 1)
        }


def _heard(block: Block) -> dict[str, list[Span]]:
    """What is heard in a block: spans in milliseconds per recording, each sentence once."""
    sound: dict[str, dict[Span, None]] = defaultdict(dict)
    for source in (spoken.source for spoken in block.spoken):
        sound[source.recording][Span(source.start_ms, source.end_ms)] = None
    return {recording: list(spans) for recording, spans in sound.items()}


def _shared(one: dict[str, list[Span]], other: dict[str, list[Span]]) -> int:
    return sum(a.overlap(b) for recording in one for a in one[recording] for b in other.get(recording, []))
