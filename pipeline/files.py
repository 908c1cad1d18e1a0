"""Files written all or nothing: a kill at any instant leaves the old content or the new."""

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

TEMPORARY = ".tmp-"
"""Marks a file that is being written; whoever holds the workspace's lock may sweep the others' leavings."""


def write_atomic(path: Path, data: bytes, mode: int = 0o666) -> None:
    """Write through a temporary file in the same folder; on failure nothing is left behind.

    ``mode`` is who may read and write it, less what the user's umask takes away.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary(path)
    try:
        with open(temporary, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def shred(path: Path) -> None:
    """Overwrite a file with zeros, then delete it; a folder with all in it.

    Where a disk writes elsewhere what is written again (SSD, copy-on-write, snapshots), old bytes may last.
    """
    if path.is_dir() and not path.is_symlink():
        for inner in path.iterdir():
            shred(inner)
        path.rmdir()
    elif path.is_file() and not path.is_symlink():
        # Under another name first: half overwritten, it must not be taken for a file that a person changed.
        doomed = path.replace(_temporary(path))
        with contextlib.suppress(OSError), doomed.open("r+b") as file:
            _zero(file, doomed.stat().st_size)
        doomed.unlink()
    elif path.exists() or path.is_symlink():
        path.unlink()


@contextlib.contextmanager
def overwriting(path: Path) -> Iterator[None]:
    """Overwrite and delete what a file held before, once the body has replaced it.

    What it held keeps a second name until then, among the leavings of interrupted writers. Where the file
    system knows no second names it is only replaced.
    """
    short = hashlib.sha256(os.fsencode(path.name)).hexdigest()[:12]
    old = path.with_name(f".{short}{TEMPORARY}{os.getpid()}0")
    old.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        os.link(path, old)
    yield
    if old.exists() and not (path.exists() and path.samefile(old)):
        shred(old)
    old.unlink(missing_ok=True)


def _temporary(path: Path) -> Path:
    """A name beside ``path`` that marks a leaving; short, whatever the file is called."""
    short = hashlib.sha256(os.fsencode(path.name)).hexdigest()[:12]
    return path.with_name(f".{short}{TEMPORARY}{unique()}")


def _zero(file: BinaryIO, size: int) -> None:
    block = bytes(1 << 20)
    for start in range(0, size, len(block)):
        file.write(block[: size - start])
    file.flush()
    os.fsync(file.fileno())


def unique() -> int:
    """A number for the name of a temporary file. Process ids repeat on other machines of a shared folder."""
    return secrets.randbits(63)


def sync_folder(folder: Path) -> None:
    """Make a rename durable; a system that cannot sync folders (Windows) keeps its own promise."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sweep(folder: Path) -> list[Path]:
    """Delete what interrupted writers left below ``folder``; only for the holder of the lock."""
    found = leavings(folder)
    for path in found:
        path.unlink(missing_ok=True)
    return found


def leavings(folder: Path) -> list[Path]:
    """Find files below ``folder`` that were still being written: half an artifact, half a decoding."""
    patterns = (f".*{TEMPORARY}*", "*.part")
    return sorted(path for pattern in patterns for path in folder.rglob(pattern) if path.is_file())
