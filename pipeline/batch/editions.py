"""Drafts that were laid down are kept for a while: a file may come back that was made from an older one.

Each lies beside the chapter's record under the id that stands in its files. A file of an older draft that was
taken in is kept beside that as well, for the program that made it may have it open still and save it again.
"""

import gzip
import os
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import cache
from itertools import chain
from pathlib import Path

from pydantic import TypeAdapter

from pipeline.batch import store
from pipeline.drafts.provenance import in_common, likeliest, within
from pipeline.drafts.reading import EDITION, ReadBlock
from pipeline.files import shred, write_atomic
from pipeline.model import Chapter
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


def find(
    workspace: Workspace, today: Chapter, named: Collection[str], blocks: Sequence[ReadBlock]
) -> Chapter:
    """What a file was made from: a draft, or what a file of it held that was taken in (:mod:`provenance`).

    Args:
        workspace: where.
        today: the chapter as last laid down.
        named: ids of drafts that the file bears, mostly one; none where it has lost its bookmarks.
        blocks: what the file holds.
    """
    kept = sorted(_kept(workspace, today.number), key=_is_of_file, reverse=True)[::-1]
    oldest = next(_chapters(kept), today)
    if not named:
        found = likeliest(chain([oldest], _chapters(kept[1:])), blocks)
        return in_common(oldest, blocks) if found is oldest and len(kept) >= KEPT else within(found, blocks)
    own = [path for path in kept if _laid_as(path) in named]
    drafts = [] if name(today) not in named else [today]
    drafts += _chapters(path for path in own if not _is_of_file(path))
    files = _chapters(path for path in own if _is_of_file(path))
    return likeliest(chain(drafts, files), blocks) if drafts else in_common(oldest, blocks)


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


def _kept(workspace: Workspace, number: int) -> list[Path]:
    """Files of a chapter's drafts, the newest first."""
    found = _path(workspace, number, "").parent.glob(f"chapter-{number}-{EDITION}*{ENDING}")
    return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def _laid_as(path: Path) -> str:
    """The id of the draft that lies there, or of which a file does."""
    return path.name[path.name.index(EDITION) :].partition(".")[0]


def _is_of_file(path: Path) -> bool:
    return path.name.removesuffix(ENDING).count(EDITION) > 1


def _chapters(paths: Iterable[Path]) -> Iterator[Chapter]:
    return filter(None, map(_read, paths))


def _read(path: Path) -> Chapter | None:
    try:
        return _adapter(Chapter).validate_json(gzip.decompress(path.read_bytes()))
    except (OSError, EOFError, zlib.error, ValueError):
        return None


def _write(path: Path, chapter: Chapter) -> None:
    write_atomic(path, gzip.compress(store.canonical(store.plain(chapter)), mtime=0))


def _path(workspace: Workspace, number: int, named: str) -> Path:
    return workspace.drafts / ".record" / "editions" / f"chapter-{number}-{named}{ENDING}"
