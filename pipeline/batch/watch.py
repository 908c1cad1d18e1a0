"""The watch: recordings that arrive in the drop folder are worked on, with nobody at a keyboard.

Looking through the folder every so often is the truth; what the system tells of changes only makes us look
sooner, because such messages get lost. The workspace is locked for the length of a run and no longer, so
that every other command can be used in between. Recordings are read and never touched.
"""

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from pipeline.batch import hindrances, opening, status_files, tombstones, watch_run
from pipeline.batch.notify import Notifier
from pipeline.batch.outcome import SessionReport
from pipeline.batch.recompose import Drafts, recompose
from pipeline.batch.status_files import StatusFiles
from pipeline.batch.watch_run import Audience, Crew, Taken
from pipeline.config import WatchSettings
from pipeline.errors import InputError, PipelineError, StageError
from pipeline.intake.arrivals import Arrivals, Glance, glance
from pipeline.intake.ignored import Reason
from pipeline.intake.sessions import Candidate, Discovery
from pipeline.workspace import Workspace

SHORTEST_WAIT_S = 0.2


@dataclass(frozen=True, slots=True)
class Arrival:
    """A candidate as it looked at the last look; ``version`` is all that a change of it must show in."""

    candidate: Candidate
    version: tuple[Any, ...]
    ready: bool


class Watch:
    """Looks, decides what is due, and has it done.

    Args:
        workspace: where recordings arrive.
        crew: who works on them.
        settings: when.
        tell: told, in a line, what arrived, what runs and what came of it.
        wait: waits for so many seconds, or less where something changed.
        clock: seconds that never go back.
        notifier: sends messages to people who are elsewhere.
    """

    def __init__(
        self,
        workspace: Workspace,
        crew: Crew,
        settings: WatchSettings,
        tell: Callable[[str], None],
        wait: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        notifier: Notifier | None = None,
    ) -> None:
        self._workspace = workspace
        self._crew = crew
        self._settings = settings
        self._tell = tell
        self._wait = wait
        self._clock = clock
        self._notifier = notifier or Notifier()
        self._arrivals = Arrivals(settings.quiet_s)
        self._status = StatusFiles(settings.status_files, tell)
        self._seen: dict[str, Arrival] = {}
        self._worked: dict[str, tuple[Any, ...]] = {}
        self._taken: dict[str, Taken] = {}
        self._retries: dict[str, float] = {}
        self._drafts_due = float("inf")
        self._copies: set[str] = set()
        self._ignored: dict[Path, Reason] = {}
        self._paths: set[Path] | None = None
        self._devices: frozenset[int] = frozenset()
        self._forgotten: Glance | None = None
        self._trouble = ("", "")
        self._told_drafts = ""
        self._looked = 0.0

    def once(self) -> list[SessionReport]:
        """Wait until what lies in the drop folder has arrived, work on it, and report.

        A file that never comes to rest is waited for as long as one that cannot be opened, and then left.

        Raises:
            PipelineError: the drop folder is not there, the disk is full, another process works here.
        """
        reports: dict[str, SessionReport] = {}
        deadline = self._clock() + self._arrivals.patience_s
        while True:
            self.look()
            if self._clock() < deadline and not all(arrival.ready for arrival in self._seen.values()):
                self._wait(self._wait_s())
            elif due := self.due(again=False):
                reports |= {report.session: report for report in self.work(due)}
            else:
                return [reports[name] for name in sorted(reports)]

    def forever(self) -> NoReturn:
        """Take up whatever arrives; troubles are told and waited out."""
        while True:
            if not self.step():
                self._wait(self._wait_s())

    def step(self) -> bool:
        """Look, and work on what is due; false where nothing was due or something is in the way."""
        try:
            self.look()
            due = self.due()
            if due:
                self.work(due)
            elif self._drafts_due <= self._clock():
                self.draft()
            self._trouble = ("", "")
            return bool(due)
        except PipelineError as trouble:
            self._complain(f"waiting [{trouble.code}]: {trouble}", trouble.code)
        except (OSError, sqlite3.OperationalError) as trouble:
            self._complain(f"waiting: {trouble}", StageError.area)
        return False

    def look(self) -> None:
        """See what lies in the drop folder now.

        Raises:
            InputError: there is no drop folder, as where a network share is not connected.
        """
        try:
            discovery = hindrances.look_through(self._workspace.audio, self._devices)
        except InputError:
            self._retries = dict.fromkeys(self._retries, self._clock())  # that may be why it failed
            raise
        if discovery.candidates:
            self._devices = hindrances.devices(self._workspace.audio)
        glances = {path: glance(path) for found in discovery.candidates for path in found.paths}
        self._looked = self._clock()
        self._arrivals.look(self._looked, glances)
        self._look_at_forgotten()
        self._take_stock(discovery.candidates, glances)
        self._name_ignored(discovery)
        self._tidy(glances.keys() | {path for path, reason in self._ignored.items() if reason.remedy})

    def _take_stock(self, candidates: Iterable[Candidate], glances: Mapping[Path, Glance | None]) -> None:
        """Note how every candidate looks; one that is gone is looked at anew should it come back."""
        before, self._seen = self._seen, {}
        for found in candidates:
            looks = tuple((path, glances[path]) for path in found.paths)
            told = (found.details, found.title, found.date, str(found.problem or ""))
            ready = all(self._arrivals.is_ready(path) for path in found.paths)
            self._seen[found.key] = Arrival(found, (looks, *told, self._decided(found.key)), ready)
            self._introduce(self._seen[found.key], before.get(found.key))
        for key in before.keys() - self._seen.keys():
            self._worked.pop(key, None)
            self._retries.pop(key, None)

    def _tidy(self, shown: set[Path]) -> None:
        """Tell what could not be told before, and take back what was told of files that are gone."""
        self._status.catch_up(shown)
        if self._paths is None or self._paths - shown:
            self._status.sweep(self._workspace.audio, shown)
            for key in self._copies:  # what it was a copy of may be gone
                self._worked.pop(key, None)
        self._paths = shown

    def due(self, again: bool = True) -> list[Arrival]:
        """What has arrived and is not done as it is now; ``again``: or failed long enough ago."""
        now = self._clock()
        failed = {key for key, at in self._retries.items() if again and at <= now}
        return [
            arrival
            for key, arrival in self._seen.items()
            if arrival.ready and (self._worked.get(key) != arrival.version or key in failed)
        ]

    def work(self, due: list[Arrival]) -> list[SessionReport]:
        """Run what is due, or as much of it as one run takes.

        Copies go with every run: when the recording they equal is replaced, they are recordings themselves.
        """
        self._require_room(due)
        copies = [self._seen[key] for key in sorted(self._copies & self._seen.keys())]
        arrived = {arrival.candidate.key: arrival for arrival in (*copies, *due) if arrival.ready}
        audience = Audience(self._status, self._tell, self._pulse)
        with opening.to_write(self._workspace) as opened:
            self._look_at_forgotten()
            candidates = [arrival.candidate for arrival in arrived.values()]
            taken = watch_run.perform(opened, self._crew, candidates, audience)
            drafts = recompose(opened) if self._settings.drafts else Drafts()
            # A run that meets a forgotten recording at another place notes that in the list.
            self._forgotten = glance(tombstones.list_of(self._workspace))
        for entry in taken:
            self._note(entry, arrived[entry.candidate.key].version)
        self._tell_drafts(drafts)
        self._notifier.run_ended(taken, drafts)
        return [entry.report for entry in taken if entry.report]

    def draft(self) -> None:
        """Compose the chapters that had to wait."""
        with opening.to_write(self._workspace) as opened:
            drafts = recompose(opened)
        self._tell_drafts(drafts)
        self._notifier.run_ended((), drafts)

    def _tell_drafts(self, drafts: Drafts) -> None:
        """Tell beside every finished recording how the drafts stand; those that wait are tried again."""
        for line in drafts.lines:
            if line != self._told_drafts:
                self._tell(line)
        self._told_drafts = drafts.lines[-1] if drafts.waiting else ""
        self._drafts_due = self._clock() + self._settings.rescan_s if drafts.waiting else float("inf")
        for key, taken in self._taken.items():
            if key in self._seen and self._seen[key].version == self._worked.get(key):
                for path, status in taken.statuses(drafts).items():
                    self._status.show(path, status)

    def _note(self, taken: Taken, version: tuple[Any, ...]) -> None:
        """Remember and tell what came of a candidate as it was when the run began."""
        key = taken.candidate.key
        if taken.report or key not in self._copies:
            for line in taken.lines():
                self._tell(line)
        (self._copies.add if taken.copies else self._copies.discard)(key)
        self._worked[key], self._taken[key] = version, taken
        self._retries.pop(key, None)
        if taken.may_pass:
            self._retries[key] = self._clock() + 60 * self._settings.retry_minutes

    def _introduce(self, arrival: Arrival, before: Arrival | None) -> None:
        """Tell of files that are new, and of those that are not what they were."""
        old = dict(before.version[0]) if before else {}
        for path, found in arrival.version[0]:
            if path not in old:
                self._tell(f"{path.relative_to(self._workspace.audio).as_posix()}: arrived")
                self._status.introduce(path)
            elif old[path] != found and arrival.candidate.key in self._worked:
                self._status.show(path, status_files.CHANGED)

    def _decided(self, key: str) -> Glance | None:
        """How the file looks in which people decide about a session: a voice that gets a name is a change."""
        taken = self._taken.get(key)
        return glance(self._workspace.edits(taken.report.session)) if taken and taken.report else None

    def _look_at_forgotten(self) -> None:
        """When somebody is forgotten, no recording is as it was."""
        found = glance(tombstones.list_of(self._workspace))
        if found != self._forgotten:
            self._worked.clear()
        self._forgotten = found

    def _name_ignored(self, discovery: Discovery) -> None:
        """Tell once of each file that is no recording, and staff of what they can do about it."""
        found = {ignored.path: ignored.reason for ignored in discovery.ignored}
        for path, reason in found.items():
            if self._ignored.get(path) != reason:
                self._tell(f"{path.relative_to(self._workspace.audio).as_posix()}: {reason}")
                if reason.remedy:
                    self._status.show(path, status_files.ignored(reason))
        self._ignored = found

    def _pulse(self) -> None:
        """Look around in the middle of a run, so that new files are answered; troubles can wait.

        Raises:
            StageError: the disk fills up; work that is not at its end goes on when there is room.
        """
        hindrances.require_room(self._workspace.transcripts, hindrances.MID_RUN * self._settings.spare_gb)
        if self._clock() - self._looked >= self._settings.rescan_s:
            with contextlib.suppress(PipelineError, OSError):
                self.look()

    def _complain(self, trouble: str, code: str) -> None:
        """Tell a trouble once, however long it lasts."""
        known, self._trouble = self._trouble, (code, trouble)
        if trouble != known[1]:
            self._tell(trouble)
        if code != known[0]:
            self._notifier.waits(code)

    def _wait_s(self) -> float:
        """Seconds until there may be something to do, if nobody tells us sooner."""
        now = self._clock()
        arrival_s = self._arrivals.due_s(now)
        # What was due and could not be done, because something is in the way, waits for the next look.
        later = (at - now for at in (*self._retries.values(), self._drafts_due) if at > now)
        waits = [self._settings.rescan_s, *later, *([] if arrival_s is None else [arrival_s])]
        return max(SHORTEST_WAIT_S, min(waits))

    def _require_room(self, due: list[Arrival]) -> None:
        try:
            hindrances.require_room(self._workspace.transcripts, self._settings.spare_gb)
        except StageError as trouble:
            for path in (path for arrival in due for path in arrival.candidate.paths):
                self._status.show(path, status_files.paused(trouble))
            raise
