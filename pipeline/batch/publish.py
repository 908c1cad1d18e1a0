"""Files for people are laid down without ever overwriting what a person made of them.

A file whose bytes are ones we wrote is ours to replace. Any other file of that name is a person's: it stays,
and ours is laid beside it under another name (``transcript.machine.md``).
"""

import json
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path

from pipeline.batch.store import canonical, digest
from pipeline.files import write_atomic

RECORD = ".laid.json"
"""Digests of everything we ever laid into a folder, written before the files themselves: a crash in between
must not make our own file look like a person's."""


def publish(folder: Path, files: Mapping[str, bytes]) -> dict[str, str]:
    """Lay files, by name, into a folder; returns the digest of each by the name under which it was laid."""
    new = {name: digest(content) for name, content in files.items()}
    ours = laid_before(folder) | set(new.values())
    write_atomic(folder / RECORD, canonical(sorted(ours)))
    laid = {}
    for name, content in files.items():
        target = next(path for path in _places(folder, name) if _is_ours(path, ours))
        if not target.exists() or digest(target.read_bytes()) != new[name]:
            write_atomic(target, content)
        laid[target.name] = new[name]
    return laid


def _places(folder: Path, name: str) -> Iterator[Path]:
    yield folder / name
    stem, _, suffix = name.rpartition(".")
    yield folder / f"{stem}.machine.{suffix}"
    yield from (folder / f"{stem}.machine-{number}.{suffix}" for number in count(2))


def _is_ours(path: Path, ours: set[str]) -> bool:
    return not path.exists() or digest(path.read_bytes()) in ours


def laid_before(folder: Path) -> set[str]:
    """Digests of everything that we ever laid into a folder."""
    try:
        return set(json.loads((folder / RECORD).read_bytes()))
    except (OSError, ValueError):
        return set()
