"""Which paragraphs of an edited draft are which blocks of the draft it was made from.

Bookmarks tell most of it. Word processors lose some, leave them behind where a paragraph is split, and drop
one where two are joined; there the words tell: a paragraph belongs where its words are missing.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence

from pipeline.drafts.likeness import Bigrams, Finder, bigrams, likeness, shared
from pipeline.drafts.reading import ReadBlock
from pipeline.model import Block

SAME_TEXT = 0.3
"""Share of the shorter text's bigrams that a bookmark's paragraph must have in common with its block, else
the bookmark may have stayed behind while the text moved on."""

HELD = 0.5
"""Share of a paragraph's bigrams that must be missing elsewhere for it to be a part of there."""

SURE = 0.8
"""Share of the longer text's bigrams with which a paragraph is the block between its neighbours', whatever
else may be like it."""

MIN_SHARED = 2
"""Fewer shared bigrams prove nothing."""

OWN_ID = "e-"
"""Begins the id of a paragraph that an editor wrote: whatever it is like, it is no block of the machine's."""

OWN = 12
"""From so many characters on a text stands in one place only, wherever a bookmark has come to lie."""


def align(base: Sequence[Block], edited: Sequence[ReadBlock]) -> list[tuple[int, int]]:
    """Pairs of a paragraph's and a block's number: the paragraph holds words of the block, or replaces it.

    A split block is in several pairs, and so is a paragraph that joins blocks.
    """
    return sorted(_Alignment(base, edited).pairs)


def pair_equal(
    left: Iterable[tuple[Hashable, int]], right: Iterable[tuple[Hashable, int]]
) -> list[tuple[int, int]]:
    """Numbers of equal keys in pairs, in the order they come; what has no counterpart is left out."""
    waiting: dict[Hashable, deque[int]] = defaultdict(deque)
    for key, number in right:
        waiting[key].append(number)
    return [(number, waiting[key].popleft()) for key, number in left if waiting.get(key)]


class _Alignment:
    """Claims paragraphs for blocks: by bookmark, by equal text, by missing words, and by bookmark alone."""

    def __init__(self, base: Sequence[Block], edited: Sequence[ReadBlock]) -> None:
        self.base, self.edited = base, edited
        self.pairs: list[tuple[int, int]] = []
        self.free_edited = dict.fromkeys(range(len(edited)))
        self.free_base = dict.fromkeys(range(len(base)))
        self._texts = {block.text for block in base if len(block.text) >= OWN}
        self._by_bookmark(SAME_TEXT)
        self._by_text()
        self._by_words()
        self._by_bookmark(0.0)

    def _claim(self, paragraph: int, block: int) -> None:
        self.pairs.append((paragraph, block))
        self.free_edited.pop(paragraph, None)
        self.free_base.pop(block, None)

    def _by_bookmark(self, least: float) -> None:
        """Of several paragraphs with one bookmark the likest has it, the first of equals."""
        places = {self.base[i].id: i for i in self.free_base}
        claims: dict[int, list[tuple[float, int]]] = defaultdict(list)
        for paragraph in range(len(self.edited)):
            item = self.edited[paragraph]
            own = (item.id,) if paragraph in self.free_edited else ()
            joined = item.joined if least else ()
            for block in {places[name] for name in (*own, *joined) if name in places}:
                claims[block].append((self._likeness(paragraph, block), -paragraph))
        for block, found in claims.items():
            best, paragraph = max(found)
            if best >= least:
                self._claim(-paragraph, block)

    def _likeness(self, paragraph: int, block: int) -> float:
        mine, theirs = self.edited[paragraph], self.base[block]
        if mine.text == theirs.text or (mine.cells and theirs.cells):
            return 1.0
        if mine.text in self._texts:  # the bookmark went with one half of what is parted
            return 0.0
        return likeness(bigrams(mine.text), bigrams(theirs.text))

    def _by_text(self) -> None:
        """Equal texts in the order they come, first those of equal kind."""
        keys: tuple[Callable[[Block | ReadBlock], Hashable], ...] = (
            lambda item: (item.kind, item.text),
            lambda item: item.text,
        )
        for key in keys:
            paragraphs = [(key(self.edited[i]), i) for i in self.free_edited]
            for paragraph, block in pair_equal(paragraphs, ((key(self.base[i]), i) for i in self.free_base)):
                self._claim(paragraph, block)

    def _by_words(self) -> None:
        """A paragraph without a place goes where its words are missing, a block where they are too many.

        Of several such places the one between its neighbours' is tried first; where that is SURE, no other.
        A paragraph of an editor's own has none.
        """
        lacking = {i: bigrams(self.base[i].text) for i in self.free_base}
        placeless = [i for i in self.free_edited if not self.edited[i].id.startswith(OWN_ID)]
        surplus = {i: bigrams(self.edited[i].text) for i in placeless}
        for i, j in self.pairs:
            if self.edited[i].text != self.base[j].text:
                mine, theirs = bigrams(self.edited[i].text), bigrams(self.base[j].text)
                lacking[j], surplus[i] = theirs - mine, mine - theirs
        missing = Finder(lacking)
        held = dict(self.pairs)
        for i in placeless:
            between = [j for j in (held.get(i - 1, -2) + 1, held.get(i + 1, 0) - 1) if j in lacking]
            sure = any(_is_sure(surplus[i], lacking[j]) for j in between if j in self.free_base)
            near = between if sure else [*between, *missing.near(surplus[i])]
            while found := _best(near, surplus[i], lacking, self.free_base):
                (j,) = found
                self._claim(i, j)
                held.setdefault(i, j)
                surplus[i], lacking[j] = surplus[i] - lacking[j], lacking[j] - surplus[i]
                near = missing.near(surplus[i])  # the end of one block may have been joined to the next
        known = set(self.pairs)
        for i in [i for i, words in surplus.items() if i not in self.free_edited and words.total() >= OWN]:
            for j in _best(missing.near(surplus[i]), surplus[i], lacking, ()):
                if (i, j) not in known:  # half of a block, joined to what is known by its bookmark
                    self._claim(i, j)
                    surplus[i], lacking[j] = surplus[i] - lacking[j], lacking[j] - surplus[i]
        spare = Finder(surplus)
        for j in list(self.free_base):
            for i in _best(spare.near(lacking[j]), lacking[j], surplus, ()):
                self._claim(i, j)
                surplus[i] = surplus[i] - lacking[j]


def _is_sure(one: Bigrams, other: Bigrams) -> bool:
    return shared(one, other) >= SURE * max(one.total(), other.total(), MIN_SHARED)


def _best(
    near: Iterable[int], words: Bigrams, now: Mapping[int, Bigrams], whole: Collection[int]
) -> list[int]:
    """The number of the text that shares most bigrams, the first of equals, if they are enough; else nothing.

    ``now`` is what is left of the texts; those in ``whole`` are as they were at first.
    """
    scored = [(_shared(words, now[i], either=i in whole), i) for i in dict.fromkeys(near)]
    best, number = max(scored, key=lambda item: item[0], default=(0, 0))
    return [number] if best else []


def _shared(words: Bigrams, missing: Bigrams, either: bool) -> int:
    """How many bigrams are shared, 0 where too few: HELD of ``words``, or of ``either``, must be."""
    common = shared(words, missing)
    size = min(words.total(), missing.total()) if either else words.total()
    return common if common >= max(MIN_SHARED, HELD * size) else 0
