"""Folders that can be made again: built once, by whoever comes first, and never trusted half-made.

A folder counts as made when the note written into it last still names the size and time of every file in it.
That costs no reading, so it is asked at every start; :func:`altered` reads everything.
"""

import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import MissingError
from pipeline.files import sync_folder

ENVIRONMENT = "BAEKSEO_CACHE"
"""Names another folder than the user's cache."""

NOTE = "made.json"
"""Written into a made folder last: file name -> size, modification time, SHA-256."""

_CHUNK = 1 << 22


def root() -> Path:
    """Where everything made once per user lies; not created by asking."""
    from platformdirs import user_cache_path

    chosen = os.environ.get(ENVIRONMENT)
    return Path(chosen).expanduser().absolute() if chosen else user_cache_path("baekseo", appauthor=False)


def is_made(folder: Path) -> bool:
    """Whether ``folder`` is complete and none of its files was touched since."""
    note = _note(folder)
    return bool(note) and all(_stamp(folder / name) == tuple(stamp[:2]) for name, stamp in note.items())


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of each file of a made folder, as they were when it was made."""
    return {name: str(stamp[2]) for name, stamp in _note(folder).items()}


def altered(folder: Path) -> list[str]:
    """Files of a made folder that no longer hold what they held when it was made; reads all of them."""
    return [
        name
        for name, digest in digests(folder).items()
        if not (folder / name).is_file() or file_digest(folder / name) != digest
    ]


def make(folder: Path, build: Callable[[Path], None]) -> Path:
    """Have ``build`` fill ``folder``, unless it is made already; one process at a time.

    Args:
        folder: below :func:`root`.
        build: writes files, no folders, into the empty folder it is given; may raise.

    Raises:
        MissingError: the cache cannot be written.
    """
    from filelock import FileLock

    if is_made(folder):
        return folder
    with _writable(folder), FileLock(folder.with_name(f"{folder.name}.lock")):
        if not is_made(folder):
            _rebuild(folder, build)
    return folder


def forget(folder: Path) -> None:
    """Have a made folder made again at the next need."""
    (folder / NOTE).unlink(missing_ok=True)


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def remembered_digest(path: Path) -> str:
    """SHA-256 of a large file, read only if its size or time is not the one of the last reading.

    Processes may race for the memory: the last one wins, and what the others learnt is read again.
    """
    if known := known_digest(path):
        return known
    stamp, digest = _stamp(path), file_digest(path)
    alive = {name: entry for name, entry in _read_json(_memory()).items() if Path(name).exists()}
    with _writable(_memory()):
        _replace_json(_memory(), {**alive, str(path.resolve()): [*stamp, digest]})
    return digest


def known_digest(path: Path) -> str:
    """SHA-256 of a file if it was read before and not touched since, else empty."""
    found = _read_json(_memory()).get(str(path.resolve()), [])
    return str(found[2]) if tuple(found[:2]) == _stamp(path) else ""


def _memory() -> Path:
    return root() / "digests.json"


@contextmanager
def _writable(path: Path) -> Iterator[None]:
    """Make the folder that ``path`` shall lie in, and name the remedy where that or the writing fails."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as failure:
        raise MissingError(
            f"{path}: the model cache cannot be written ({failure.strerror}).",
            f"Free some space there, or name another folder in {ENVIRONMENT}.",
            "cache",
        ) from failure


def _rebuild(folder: Path, build: Callable[[Path], None]) -> None:
    for left_over in folder.parent.glob(f".{folder.name}.*"):
        shutil.rmtree(left_over)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as scratch:
        fresh = Path(scratch) / folder.name
        fresh.mkdir()
        build(fresh)
        note = {file.name: [*_stamp(file), file_digest(file)] for file in sorted(fresh.iterdir())}
        for file in fresh.iterdir():
            _sync_file(file)
        _replace_json(fresh / NOTE, note)
        if folder.exists():
            folder.replace(Path(scratch) / "old")
        fresh.replace(folder)
        sync_folder(folder.parent)


def _note(folder: Path) -> dict[str, list[int | str]]:
    return _read_json(folder / NOTE)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return -1, -1
    return found.st_size, found.st_mtime_ns


def _read_json(path: Path) -> dict[str, list[int | str]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    sound = isinstance(found, dict) and all(isinstance(e, list) and len(e) == 3 for e in found.values())
    return found if sound else {}


def _replace_json(path: Path, value: object) -> None:
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as file:
        json.dump(value, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)


def _sync_file(path: Path) -> None:
    # Windows syncs only what may be written; elsewhere a copy of packaged weights may be read-only.
    handle = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
