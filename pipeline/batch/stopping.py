"""Asking a run to end: gently at first, at once the second time."""

import time

GRACE_S = 10.0
"""How long what is running may take to end after a first request."""


class Stopping:
    """Counts requests; made for signal handlers."""

    def __init__(self) -> None:
        self._requests = 0
        self._end = 0.0

    def ask(self) -> None:
        """Ask for an end: nothing new starts, and what runs gets :data:`GRACE_S`.

        Raises:
            KeyboardInterrupt: it was asked for the second time, and only then.
        """
        self._requests += 1
        if self._requests == 1:
            self._end = time.monotonic() + GRACE_S
        elif self._requests == 2:
            raise KeyboardInterrupt

    def is_asked(self, idle: bool) -> bool:
        """Whether an end was asked for.

        Args:
            idle: whether nothing runs.

        Raises:
            KeyboardInterrupt: nothing runs any more, or it had time enough.
        """
        if self._requests and (idle or time.monotonic() >= self._end):
            raise KeyboardInterrupt
        return bool(self._requests)

    def close(self) -> None:
        """Take no more requests: it ends already, and is not to be cut short at that."""
        self._requests = max(self._requests, 2)
