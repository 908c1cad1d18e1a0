"""The one thread that deals with a cluster, so that nothing about it has to be locked."""

import logging
import queue
import threading
import time
from collections.abc import Callable

LOOK_EVERY_S = 1.0

log = logging.getLogger(__name__)


class Foreman:
    """Does what he is told, one thing after another, and looks around every second in between.

    Args:
        look: called every :data:`LOOK_EVERY_S` seconds.
        after: called after each thing he did.
        fail: called once where something goes wrong that nobody expected; he does nothing more then.
    """

    def __init__(self, look: Callable[[], None], after: Callable[[], None], fail: Callable[[], None]) -> None:
        self._look = look
        self._after = after
        self._fail = fail
        self._inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._looked = 0.0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="foreman", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def tell(self, what: Callable[[], None]) -> None:
        """Have something done, by him and not by who asks."""
        self._inbox.put(what)

    def stop(self, patience_s: float) -> bool:
        """Wait for him to put down his work; false where he was told to already."""
        if self._stopped.is_set():
            return False
        self._stopped.set()
        self.tell(lambda: None)
        self._thread.join(patience_s)
        return True

    def _work(self) -> None:
        while not self._stopped.is_set():
            try:
                self._next()()
                self._after()
            except Exception:
                log.exception("the work on the cluster cannot go on")
                self._fail()
                return

    def _next(self) -> Callable[[], None]:
        due_s = max(0.0, self._looked + LOOK_EVERY_S - time.monotonic())
        try:
            return self._inbox.get(timeout=due_s)
        except queue.Empty:
            self._looked = time.monotonic()
            return self._look
