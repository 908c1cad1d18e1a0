"""What the system tells of changes in the drop folder, on any system; it may tell nothing at all."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.batch import status_files

CHANGE_WAIT_MS = 1000
"""How long one call waits for a change; a change that is told makes us look at once."""
SETTLE_S = 0.2
"""Changes come in swarms."""


class Changes:
    """Waits for changes below a folder, as long as the system can tell of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._told: Iterator[Any] = iter(())
        self._place = (0, 0)

    def wait(self, seconds: float) -> None:
        """Wait for a change, at most so many seconds."""
        end = time.monotonic() + seconds
        try:
            self._listen()
            while not next(self._told):
                if time.monotonic() >= end:
                    return
            time.sleep(SETTLE_S)
        except (OSError, RuntimeError):  # the folder is not there, or the system watches too many already
            self._place = (0, 0)
            time.sleep(max(0.0, end - time.monotonic()))

    def _listen(self) -> None:
        """Listen to the folder that is there now: a share that comes back is another one."""
        from watchfiles import watch

        found = self._folder.stat()
        if self._place != (found.st_dev, found.st_ino):
            self._place = (found.st_dev, found.st_ino)
            self._told = watch(
                self._folder,
                watch_filter=lambda _, path: not status_files.is_own_name(Path(path).name),
                rust_timeout=CHANGE_WAIT_MS,
                yield_on_timeout=True,
            )
