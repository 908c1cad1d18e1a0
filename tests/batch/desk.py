"""A watch over the fake pipeline in whose world time passes by waiting only."""

from collections.abc import Callable

import fake_stages

from pipeline.batch.notify import Notifier
from pipeline.batch.watch import Watch
from pipeline.batch.watch_run import Crew
from pipeline.config import WatchSettings
from pipeline.workspace import Workspace

QUIET_S = 30.0


class Desk:
    """A watch whose time passes by waiting only."""

    def __init__(self, space: Workspace, notifier: Notifier | None = None, **settings: float | bool) -> None:
        self.now = 0.0
        self.lines: list[str] = []
        self.later: list[tuple[float, Callable[[], object]]] = []
        chosen = WatchSettings(quiet_s=QUIET_S, rescan_s=60, spare_gb=0).model_copy(update=settings)
        crew = Crew(fake_stages.STAGES, executor="serial")
        self.watch = Watch(space, crew, chosen, self.lines.append, self.wait, lambda: self.now, notifier)

    def wait(self, seconds: float) -> None:
        """Let time pass, up to the next thing that happens."""
        until = min([self.now + seconds, *(at for at, _ in self.later)])
        self.now = max(self.now, until)
        for entry in [entry for entry in self.later if entry[0] <= self.now]:
            self.later.remove(entry)
            entry[1]()

    def at(self, now: float, happens: Callable[[], object]) -> None:
        self.later.append((now, happens))

    def once(self) -> dict[str, str]:
        return {report.session: report.outcome for report in self.watch.once()}

    def live(self, seconds: float) -> None:
        """Do what the endless loop does, for so long."""
        end = self.now + seconds
        while self.now < end:
            if not self.watch.step():
                self.wait(1)
