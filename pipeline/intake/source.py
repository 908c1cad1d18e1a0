"""A path becomes an open file whose bytes are known to be the ones promised, and to stay so while we read.

Everything that reads a recording reads through the one descriptor opened here: a name is never handed to
FFmpeg, for which ``concat:a|b``, ``http:...`` or ``-`` would mean something other than a file.
"""

import errno
import hashlib
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.intake import refusals

_HASH_BLOCK = 1 << 20
_OPEN_FLAGS = (
    os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)
"""Without O_NONBLOCK, opening a FIFO that somebody put in place of a file would wait for ever."""


class Source:
    """An open regular file. Satisfies what PyAV asks of a file: ``name``, ``read``, ``seek``, ``tell``."""

    name = "recording"
    """What FFmpeg is told: no suffix, so that content alone decides the format."""

    def __init__(self, path: Path, file: io.FileIO) -> None:
        self.path = path
        self._file = file
        self._identity = _identity(os.fstat(file.fileno()))
        self.size = self._identity[0]

    def read(self, count: int) -> bytes:
        """Read up to ``count`` bytes."""
        return self._file.read(count) or b""

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move as :meth:`io.IOBase.seek` does, but answer a place that cannot be with ``-EINVAL``.

        A damaged header sends FFmpeg there, and an exception would look like a broken disk.
        """
        try:
            return self._file.seek(offset, whence)
        except (OSError, OverflowError):
            return -errno.EINVAL

    def tell(self) -> int:
        """Offset of the next byte read."""
        return self._file.tell()

    def read_at(self, offset: int, count: int) -> bytes:
        """Read up to ``count`` bytes from ``offset`` without disturbing where others read."""
        before = self.tell()
        self.seek(offset)
        found = self.read(count)
        self.seek(before)
        return found

    def digest(self) -> str:
        """SHA-256 of the whole file, lower-case hex."""
        self.seek(0)
        running = hashlib.sha256()
        while block := self.read(_HASH_BLOCK):
            running.update(block)
        self.seek(0)
        return running.hexdigest()

    def check_unchanged(self) -> None:
        """Raise ``media.changed`` unless the path still names this very file with the same size and time."""
        try:
            now = self.path.stat()
        except FileNotFoundError:
            raise refusals.failure("changed") from None
        except OSError as error:
            raise refusals.unreadable(error) from error
        if _identity(now) != self._identity or _identity(os.fstat(self._file.fileno())) != self._identity:
            raise refusals.failure("changed")


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """Open a regular file for reading.

    Raises:
        MediaUnstableError: ``missing``, ``unreadable``.
        MediaError: ``not_a_file`` for folders, FIFOs, sockets and devices (symbolic links are followed).
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise refusals.failure("not_a_file")
        descriptor = os.open(path, _OPEN_FLAGS)
    except OSError as error:
        raise refusals.unreadable(error) from error
    with io.FileIO(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise refusals.failure("not_a_file")
        yield Source(path, file)


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, lower-case hex, read in blocks.

    Raises:
        MediaUnstableError: ``missing``, ``unreadable``.
        MediaError: ``not_a_file``.
    """
    with open_source(path) as source:
        try:
            return source.digest()
        except OSError as error:
            raise refusals.unreadable(error) from error


def _identity(found: os.stat_result) -> tuple[int, int, int, int]:
    return found.st_size, found.st_mtime_ns, found.st_ino, found.st_dev
