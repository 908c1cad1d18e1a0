"""What a person sees while a run goes on: bars in a terminal, plain lines elsewhere, nothing for a script."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from pipeline.batch.activity import Listener
from pipeline.batch.rows import Failure


def moment(iso: str) -> str:
    """A point in time (ISO 8601) as clocks here show it."""
    return f"{datetime.fromisoformat(iso).astimezone():%Y-%m-%d %H:%M}"


def clock(ms: int) -> str:
    """Spell a length of time: ``4:05`` or ``1:02:03``."""
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def listener(quiet: bool) -> AbstractContextManager[Listener]:
    """Choose how a run is shown."""
    if quiet:
        return _quiet()
    return _bars() if sys.stderr.isatty() else _plain()


@contextmanager
def reading(quiet: bool) -> Iterator[Callable[[Path], None]]:
    """Show which new recordings are read to know them by their bytes."""

    def show(path: Path) -> None:
        if not quiet and sys.stderr.isatty():
            click.echo(f"reading {path.name}", err=True)

    yield show


class _Silent:
    """Shows nothing; the base of those that show something."""

    def started(self, name: str, reason: str, audio_ms: int) -> None:
        """See :class:`Listener`."""

    def advanced(self, name: str, done_ms: int) -> None:
        """See :class:`Listener`."""

    def finished(self, name: str, elapsed_ms: int, failure: Failure | None) -> None:
        """See :class:`Listener`."""


class _Lines(_Silent):
    """A line where something starts and where it ends."""

    def started(self, name: str, reason: str, audio_ms: int) -> None:
        """Name the work, its reason and its length."""
        length = f", {clock(audio_ms)} of sound" if audio_ms else ""
        click.echo(f"{name}: {reason}{length}", err=True)

    def finished(self, name: str, elapsed_ms: int, failure: Failure | None) -> None:
        """Tell how it went."""
        outcome = f"failed [{failure.code}]" if failure else "done"
        click.echo(f"{name}: {outcome} in {elapsed_ms / 1000:.1f} s", err=True)


class _Bars(_Silent):
    """One bar per running task, by seconds of sound; finished tasks leave a line."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._bars: dict[str, TaskID] = {}
        self._lengths: dict[str, int] = {}

    def started(self, name: str, reason: str, audio_ms: int) -> None:  # noqa: ARG002 - no room for it
        """Add a bar; it only spins until the task says how far it is, which not every stage does."""
        self._bars[name] = self._progress.add_task(escape(name), total=None)
        self._lengths[name] = audio_ms

    def advanced(self, name: str, done_ms: int) -> None:
        """Move the bar."""
        if done_ms and self._lengths[name]:
            self._progress.update(self._bars[name], completed=done_ms, total=self._lengths[name])

    def finished(self, name: str, elapsed_ms: int, failure: Failure | None) -> None:
        """Replace the bar by a line."""
        if (bar := self._bars.pop(name, None)) is not None:
            self._progress.remove_task(bar)
        mark = f"[red]failed {failure.code}" if failure else "[green]done"
        self._progress.console.print(
            f"{escape(name)}: {mark}[/] in {elapsed_ms / 1000:.1f} s", highlight=False
        )


@contextmanager
def _quiet() -> Iterator[Listener]:
    yield _Silent()


@contextmanager
def _plain() -> Iterator[Listener]:
    yield _Lines()


@contextmanager
def _bars() -> Iterator[Listener]:
    times = (TimeElapsedColumn(), TimeRemainingColumn())
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), *times)
    with Progress(*columns, console=Console(stderr=True)) as progress:
        yield _Bars(progress)
