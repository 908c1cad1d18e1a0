"""Drafts that were laid down are kept for a while: a file may come back that was made from an older one.

Each lies beside the chapter's record under the id that stands in its files. A file of an older draft that was
taken in is kept beside that as well, for the program that made it may have it open still and save it again.
"""

import gzip
import os
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

from pydantic import TypeAdapter

from pipeline.batch import store
from pipeline.drafts.reading import EDITION, ReadBlock
from pipeline.files import shred, write_atomic
from pipeline.model import Block, Chapter
from pipeline.workspace import Workspace

KEPT = 40
"""So many of a chapter: drafted anew and edited every working day, they go back a month."""


ENDING = ".json.gz"
_adapter = cache(TypeAdapter[Chapter])


def name(chapter: Chapter) -> str:
    """The id of a draft: equal ones have the same."""
    return f"{EDITION}{store.digest(store.canonical(store.plain(chapter)))[:12]}"


def keep(workspace: Workspace, chapter: Chapter, of: str = "") -> None:
    """Put a draft by as the newest of its chapter, or what a file held that was made ``of`` a draft."""
    path = _path(workspace, chapter.number, f"{of}.{name(chapter)}" if of else name(chapter))
    if path.exists():
        os.utime(path)
    else:
        _write(path, chapter)
    for old in _kept(workspace, chapter.number)[KEPT:]:
        old.unlink()


def find(workspace: Workspace, today: Chapter, named: str, blocks: Sequence[ReadBlock]) -> Chapter:
    """What a file was made from that tells the id of a draft: the draft, or the file as it came last time.

    It is the latter where much of what was done in that was done in the file too, at the same places: another
    person's file of the same draft may hold some of the same words. In doubt it is the draft: over what came
    from somebody else, the file would take out all that it does not have. Where the draft is too old to be
    kept, it is the oldest that is, without the blocks that the file does not have: nobody can tell whether
    they were there to be deleted.
    """
    known = _kept(workspace, today.number)
    own = _path(workspace, today.number, named)
    draft = today if named == name(today) else _read(own) if own in known else None
    if draft is None:
        return _shared(next(filter(None, map(_read, reversed(known))), today), blocks)
    before, pairs = _pairs(draft.blocks), _pairs(blocks)
    best, likeliest = 0, draft
    for path in known:
        held = _read(path) if path.name.startswith(f"{own.name.removesuffix(ENDING)}.") else None
        if held and (now := _evidence(pairs, before, _pairs(held.blocks))) > best:
            best, likeliest = now, held
    return likeliest


def rewrite(
    workspace: Workspace,
    number: int,
    change: Callable[[Chapter], Chapter],
    replacing: Callable[[Path], AbstractContextManager[None]],
) -> None:
    """Change what every kept draft of a chapter holds; their ids stay, because files in use bear them.

    One that cannot be read is deleted.
    """
    for path in _kept(workspace, number):
        before = _read(path)
        if before is None:
            shred(path)
        elif (after := change(before)) != before:
            with replacing(path):
                _write(path, after)


def _shared(draft: Chapter, blocks: Iterable[ReadBlock]) -> Chapter:
    """A draft without the blocks of which a file does not have the id."""
    there = {name for block in blocks for name in (block.id, *block.joined)}
    return replace(draft, blocks=tuple(block for block in draft.blocks if block.id in there))


def _pairs(blocks: Iterable[Block | ReadBlock]) -> Counter[tuple[str, str]]:
    """Neighbouring words, the beginnings and ends of blocks among them: a word with its place."""
    return Counter(pair for block in blocks for pair in pairwise(["", *block.text.split(), ""]))


def _evidence(
    pairs: Counter[tuple[str, str]], before: Counter[tuple[str, str]], after: Counter[tuple[str, str]]
) -> int:
    """How much speaks for a file that came of ``after`` and not of ``before``; more than 0 is enough.

    A third of what came must still be there: who has the file open may have gone on with the same words.
    """
    came, went = after - before, before - after
    gained, lost = pairs - before, before - pairs
    return 2 * (came & gained).total() - (came - gained).total() - (went - lost).total()


def _kept(workspace: Workspace, number: int) -> list[Path]:
    """Files of a chapter's drafts, the newest first."""
    found = _path(workspace, number, "").parent.glob(f"chapter-{number}-{EDITION}*{ENDING}")
    return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def _read(path: Path) -> Chapter | None:
    try:
        return _adapter(Chapter).validate_json(gzip.decompress(path.read_bytes()))
    except (OSError, EOFError, zlib.error, ValueError):
        return None


def _write(path: Path, chapter: Chapter) -> None:
    write_atomic(path, gzip.compress(store.canonical(store.plain(chapter)), mtime=0))


def _path(workspace: Workspace, number: int, named: str) -> Path:
    return workspace.drafts / ".record" / "editions" / f"chapter-{number}-{named}{ENDING}"
