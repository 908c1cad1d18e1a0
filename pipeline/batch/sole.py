"""One watch per workspace, so that two never take turns with the same recordings."""

import contextlib
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from pipeline.errors import ConflictError
from pipeline.files import write_atomic
from pipeline.workspace import Workspace


@contextmanager
def sole_watch(workspace: Workspace) -> Iterator[None]:
    """Be the only watch here. Any other command may still come in between runs.

    Raises:
        ConflictError: another watch looks after this workspace; it is named.
    """
    # The lock's own file is emptied by whoever tries it, so the holder's name lies in another one.
    name = workspace.transcripts / ".watch.pid"
    lock = FileLock(workspace.transcripts / ".watch.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as failure:
        who = ""
        with contextlib.suppress(OSError):
            who = f" ({name.read_text(encoding='utf-8')})"
        raise ConflictError(
            f"Another watch looks after {workspace.root}{who}.",
            "Stop that one first, or leave the work to it.",
            "watched",
        ) from failure
    try:
        with contextlib.suppress(OSError):  # it only tells; where the disk is full the watch waits for room
            write_atomic(name, f"process {os.getpid()} on {platform.node()}".encode())
        yield
    finally:
        name.unlink(missing_ok=True)
        lock.release()
