"""Which of several drafts a file was made from, told by its words where its bookmarks do not tell.

Taking a file for one of a later draft would take out what that has gained; so in doubt it is the earlier one.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import pairwise

from pipeline.drafts import threeway
from pipeline.drafts.aligning import align
from pipeline.drafts.reading import ReadBlock
from pipeline.drafts.threeway import CELL, PARAGRAPH
from pipeline.model import Block, Chapter

Pairs = Counter[tuple[str, str]]

CHANCE = 3
"""So much may speak for a draft because two people wrote the same word or two."""

MANY = 3
"""A word that came to so many places was exchanged everywhere."""


def likeliest(drafts: Iterable[Chapter], blocks: Sequence[ReadBlock]) -> Chapter:
    """The draft of which a file holds most: the first, unless a later one has more for it than against it.

    What speaks for a later one are words that came with it and stand beside the same ones in the file. Such
    words that are not in the file would be lost: only a file that holds clearly more of what came may have
    dropped them. Where nothing tells two apart, it is the one that the file resembles most.
    """
    drafted = iter(drafts)
    likely = next(drafted)
    file, best = _pairs(blocks), _pairs(likely.blocks)
    for draft in drafted:
        pairs = _pairs(draft.blocks)
        kept, lost, stayed = _evidence(file, best, pairs)
        nearer = _likeness(blocks, draft) > _likeness(blocks, likely)
        if 2 * kept - lost - stayed > (CHANCE if lost else -nearer):
            likely, best = draft, pairs
    return likely


def in_common(draft: Chapter, blocks: Sequence[ReadBlock]) -> Chapter:
    """What of a draft a file holds too: merged over that, the file takes nothing out.

    So it is for a file whose draft nobody knows any more. Nobody can tell whether what it lacks was taken out
    by a person, or came to the draft later.
    """
    held: dict[int, list[ReadBlock]] = {}
    for paragraph, number in align(draft.blocks, blocks):
        held.setdefault(number, []).append(blocks[paragraph])
    shared = (_shared(draft.blocks[number], found) for number, found in sorted(held.items()))
    return replace(draft, blocks=tuple(shared))


def _shared(block: Block, found: Sequence[ReadBlock]) -> Block:
    """The block with the words that a file has too, and nothing hung on it by anybody."""
    if len(found) == 1 and len(found[0].cells) == len(block.cells) > 0:
        cells = tuple(_both(*pair) for pair in zip(block.cells, found[0].cells, strict=True))
        return Block(block.id, block.kind, CELL.join(cells), block.speaker, cells)
    if block.cells:
        return Block(block.id, block.kind, block.text, block.speaker, block.cells)
    text = _both(block.text, " ".join(each.text for each in found))
    speaker = block.speaker if found[0].speaker in {"", block.speaker} else ""
    return Block(block.id, block.kind, text, speaker)


def _both(one: str, other: str) -> str:
    words, others = threeway.pieces_of(one), threeway.pieces_of(other)
    matches = SequenceMatcher(None, words, others, autojunk=False).get_matching_blocks()
    return threeway.join([word for match in matches for word in words[match.a : match.a + match.size]])


def _pairs(blocks: Iterable[Block | ReadBlock], spell: Callable[[str], str] = threeway.plain) -> Pairs:
    """Neighbouring words, the beginning of a block and who speaks there among them: a word with its place."""
    words = (
        word
        for block in blocks
        if block.text.strip()
        for word in (f"{PARAGRAPH}{block.speaker}", *spell(block.text).split())
    )
    return Counter(pairwise(words))


def _evidence(file: Pairs, before: Pairs, after: Pairs) -> tuple[int, int, int]:
    """How many words that came with ``after`` a file has at their places; how many not; how many that went.

    Of what it has only new words count that came to few places: the same sentence twice, or one word for
    another everywhere, somebody else or a program may have done too.
    """
    known, words = _words(before), _words(after)
    more, fewer = words - known, known - words
    there = _among((after - before) & (file - before), more)
    stayed = _among((before - after) - (before - file), fewer)
    new = [word for word in there - known.keys() if more[word] < MANY]
    return len(new), len(more) - len(there), len(stayed)


def _among(pairs: Pairs, words: Counter[str]) -> set[str]:
    return {word for pair in pairs for word in pair} & words.keys()


def _words(pairs: Pairs) -> Counter[str]:
    """How often each word stands there, as the second of a pair."""
    found: Counter[str] = Counter()
    for (_, word), times in pairs.items():
        found[word] += times
    return found


def _likeness(blocks: Sequence[ReadBlock], draft: Chapter) -> int:
    """How like a draft a file is, to the last quotation mark and in its order."""
    file, held = (
        _pairs(each, str) + Counter(pairwise(block.text for block in each if block.text.strip()))
        for each in (blocks, draft.blocks)
    )
    return 2 * (file & held).total() - held.total()
