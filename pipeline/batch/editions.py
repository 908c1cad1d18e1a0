"""Drafts that were laid down are kept for a while: a file may come back that was made from an older one.

Each lies beside the chapter's record under the id that stands in its files. A file of an older draft that was
taken in is kept beside that as well, for the program that made it may have it open still and save it again.
"""

import gzip
import os
import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from functools import cache
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


def find(workspace: Workspace, today: Chapter, named: str, blocks: Iterable[ReadBlock]) -> Chapter:
    """What a file was made from that tells the id of a draft: the draft, or the file as it came last time.

    It is the latter where more words are in the file that only that has than words that only the draft has:
    another person's file of the same draft has none of them. Where the draft is too old to be kept, it is the
    oldest that is.
    """
    known = _kept(workspace, today.number)
    own = _path(workspace, today.number, named)
    draft = today if named == name(today) else _read(own) if own in known else None
    if draft is None:
        return next(filter(None, map(_read, reversed(known))), today)
    before, words = _words(draft.blocks), _words(blocks)
    best, likeliest = 0, draft
    for path in known:
        held = _read(path) if path.name.startswith(f"{own.name.removesuffix(ENDING)}.") else None
        if held and (now := _evidence(words, before, _words(held.blocks))) > best:
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


def _words(blocks: Iterable[Block | ReadBlock]) -> Counter[str]:
    return Counter(word for block in blocks for word in block.text.split())


def _evidence(words: Counter[str], before: Counter[str], after: Counter[str]) -> int:
    """How many more words of what came are there than words of what went."""
    came, went = after - before, before - after
    return (came & (words - before)).total() - (went - (before - words)).total()


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
