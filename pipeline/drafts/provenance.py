"""Which of several drafts a file was made from, told by its words where its bookmarks do not tell.

Taking a file for one of a later draft would take out what that has gained; so in doubt it is the earlier one.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import pairwise

from pipeline.drafts import threeway
from pipeline.drafts.aligning import align
from pipeline.drafts.carrying import comments_of
from pipeline.drafts.reading import ReadBlock
from pipeline.drafts.threeway import CELL, PARAGRAPH
from pipeline.model import Block, Chapter

Pairs = Counter[tuple[str, str]]

LIKELY, SURE = 2, 8
"""So many neighbours that a file has of what came speak for it against a word that it has not.

Two people mend the same slips alike: where it is likely only, the word is not taken for one taken out.
"""

MANY = 3
"""A word that came to so many places was exchanged everywhere."""


def likeliest(drafts: Iterable[Chapter], blocks: Sequence[ReadBlock]) -> Chapter:
    """The draft of which a file holds most: the first, unless a later one has more for it than against it.

    What speaks for a later one are neighbouring words that came with it and stand in the file. What came and
    is not in the file would be lost: unless the file holds far more of what came, such words are left out of
    the draft that is given. Where nothing tells two apart, it is the one that the file resembles most.
    """
    drafted = iter(drafts)
    likely = next(drafted)
    before: Chapter | None = None
    file, best = _Words(blocks), _Words(likely.blocks)
    known = set(_pairs(best.blocks))
    for draft in drafted:
        now = _Words(draft.blocks)
        kept, lost, stayed = _evidence(file, best, now, known)
        nearer = file.likeness(now) > file.likeness(best)
        if kept - stayed > (LIKELY * lost if lost else -nearer):
            if lost and kept - stayed <= SURE * lost:
                before = before or likely
            known |= _pairs(now.blocks - best.blocks).keys()
            likely, best = draft, now
    return in_common(likely, blocks, before) if before else likely


def in_common(draft: Chapter, blocks: Sequence[ReadBlock], before: Chapter | None = None) -> Chapter:
    """What of a draft a file holds too, or of what came to the draft since ``before`` one.

    Merged over that, the file takes nothing out of which nobody can tell whether a person did it, or it came
    to the draft when the file was open. What was forgotten stays told.
    """
    held: dict[int, list[ReadBlock]] = {}
    for paragraph, number in align(draft.blocks, blocks):
        held.setdefault(number, []).append(blocks[paragraph])
    known = {block.id: block for block in (before.blocks if before else ())}
    shared = (
        _shared(block, held.get(number, ()), known.get(block.id)) if block.text else block
        for number, block in enumerate(draft.blocks)
        if number in held or block.id in known or not block.text
    )
    return replace(draft, blocks=tuple(shared))


def within(draft: Chapter, blocks: Sequence[ReadBlock]) -> Chapter:
    """What of a draft lies between the first and the last block that a file has.

    Somebody may have sent one section in a document of its own: the others are not deleted.
    """
    held = [number for _, number in align(draft.blocks, blocks)]
    reach = range(min(held, default=0), max(held, default=-1) + 1)
    kept = (block for number, block in enumerate(draft.blocks) if number in reach or not block.text)
    return replace(draft, blocks=tuple(kept))


def _shared(block: Block, found: Sequence[ReadBlock], before: Block | None) -> Block:
    """The block with the words that a file has too, or that stood there ``before``."""
    others: list[Block | ReadBlock] = [*([before] if before else []), *found]
    if block.cells:
        rows = [each.cells for each in others if len(each.cells) == len(block.cells)]
        cells = tuple(
            _kept(cell, [row[column] for row in rows]) if rows else cell
            for column, cell in enumerate(block.cells)
        )
        return replace(block, text=CELL.join(cells), cells=cells, spoken=(), remarks=(), formats=())
    was = [before.text] if before else []
    text = _kept(block.text, [*was, " ".join(each.text for each in found)])
    speakers = {each.speaker for each in others} - {""}
    speaker = block.speaker if block.speaker in speakers else ""
    return replace(block, text=text, speaker=speaker, spoken=(), remarks=(), formats=())


def _kept(text: str, others: Sequence[str]) -> str:
    """The words of a text that one of the others has too, in its order."""
    words = threeway.pieces_of(text)
    kept: set[int] = set()
    for other in others:
        matcher = SequenceMatcher(None, words, threeway.pieces_of(other), autojunk=False)
        for match in matcher.get_matching_blocks():
            kept.update(range(match.a, match.a + match.size))
    return threeway.join([words[number] for number in sorted(kept)])


class _Words:
    """A text as it is compared: its blocks, how they follow one another, and what editors hung on it."""

    def __init__(self, blocks: Sequence[Block | ReadBlock]) -> None:
        told = [(block.speaker, " ".join(block.text.split())) for block in blocks if block.text.strip()]
        hung = (comments_of(each) if isinstance(each, Block) else each.comments for each in blocks)
        self.comments = Counter(comment.text for comments in hung for comment in comments)
        self._exact = Counter(told) + Counter(pairwise(told))
        self.blocks = Counter((speaker, threeway.plain(text)) for speaker, text in told)

    def likeness(self, other: "_Words") -> int:
        """How much two texts have in common, to the last quotation mark and in their order.

        Compared only with that to a third one.
        """
        return 2 * (self._exact & other._exact).total() - other._exact.total()


def _pairs(blocks: Counter[tuple[str, str]]) -> Pairs:
    """Neighbouring words, the ends of a block and who speaks there among them: a word with its place."""
    pairs: Pairs = Counter()
    for (speaker, text), times in blocks.items():
        for pair in pairwise((f"{PARAGRAPH}{speaker}", *text.split(), PARAGRAPH)):
            pairs[pair] += times
    return pairs


def _evidence(
    file: _Words, before: _Words, after: _Words, known: Collection[tuple[str, str]]
) -> tuple[int, int, int]:
    """How many neighbours new with ``after`` a file has; how many words that came it has not, or went, has.

    The same sentence once more, or one word for another everywhere, somebody else or a program may have put
    in too: neither counts as new. ``known`` are all neighbours up to then.
    """
    same = file.blocks & before.blocks & after.blocks
    mine, was, now = (_pairs(each.blocks - same) for each in (file, before, after))
    more, fewer = _words(now) - _words(was), _words(was) - _words(now)
    came = (now - was) & (mine - was)
    often = {word for word, times in more.items() if times >= MANY}
    everywhere = often - {word for pair in known for word in pair} if often else often
    new = [pair for pair in came if pair not in known and everywhere.isdisjoint(pair)]
    there, stayed = _among(came, more), _among((was - now) - (was - mine), fewer)
    added = after.comments - before.comments
    missed = (added - file.comments).total()
    return len(new) + added.total() - missed, len(more) - len(there) + missed, len(stayed)


def _among(pairs: Pairs, words: Counter[str]) -> set[str]:
    return {word for pair in pairs for word in pair} & words.keys()


def _words(pairs: Pairs) -> Counter[str]:
    """How often each word stands there, as the second of a pair."""
    found: Counter[str] = Counter()
    for (_, word), times in pairs.items():
        found[word] += times
    return found
