"""What people did in a chapter's files becomes part of the chapter: one file after the other."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.batch import draft_files, editions, sieve
from pipeline.batch.draft_files import Record
from pipeline.drafts.carrying import comments_of
from pipeline.drafts.merge import Change, merge
from pipeline.drafts.reading import ReadBlock, editions_of
from pipeline.drafts.reconcile import Conflict
from pipeline.drafts.returning import as_purged, take_in
from pipeline.model import Chapter
from pipeline.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Edits:
    """The chapter as editors left it, what they did, and where two of them did different things.

    ``held`` are chapters that files of a draft, told by its id, held.
    """

    shown: Chapter
    edits: tuple[Change, ...] = ()
    clashes: tuple[Conflict, ...] = ()
    held: tuple[tuple[str, Chapter], ...] = ()
    withheld: int = 0
    """Sentences of whoever was forgotten since."""
    comments: frozenset[str] = frozenset()
    """All that stands in comments of the files, ours too."""


def merged_edits(
    workspace: Workspace, record: Record, edited: Mapping[Path, bytes], called: Collection[str]
) -> Edits:
    """Every edited file merged over the draft it was made from, one after the other."""
    done = Edits(record.shown)
    for path, data in edited.items():
        known = (block.text for each in (record.machine, done.shown) for block in each.blocks)
        blocks, withheld = sieve.sift(workspace, draft_files.read_data(path, data), known)
        comments = {comment.text for block in blocks for comment in block.comments}
        basis = draft_files.basis(workspace, record, blocks)
        edition = next(iter(editions_of(blocks)), editions.name(basis))
        base, blocks, gone = as_purged(basis, blocks)
        merged = take_in(done.shown, record.machine, base, blocks, called)
        edits = [change for change in merged.changes if change.by == "editor"]
        own = merged.chapter if base == done.shown else merge(base, blocks, base, called).chapter
        done = Edits(
            merged.chapter,
            (*done.edits, *edits),
            (*done.clashes, *merged.conflicts),
            (*done.held, (edition, replace(own, blocks=(*own.blocks, *gone)))),
            done.withheld + withheld,
            done.comments | comments,
        )
    return done


def left_behind(edited: Mapping[Path, bytes]) -> dict[str, int]:
    """What edited files hold that the new ones cannot: how many of what, in Korean."""
    from pipeline.drafts.uncarried import uncarried

    counts: Counter[str] = Counter()
    for path, data in edited.items():
        counts.update(uncarried(data, path.suffix.lower().removeprefix(".")))
    return dict(counts)


def as_read(chapter: Chapter) -> tuple[ReadBlock, ...]:
    """A chapter as it would be read back from a file."""
    return tuple(
        ReadBlock(
            block.id,
            block.kind,
            block.speaker,
            block.text,
            block.cells,
            comments=comments_of(block),
            formats=block.formats,
            covers=block.covers,
        )
        for block in chapter.blocks
    )
