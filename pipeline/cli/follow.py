"""``baekseo status --follow``: what goes on, kept current in a terminal, else as lines of change."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from time import monotonic, sleep

import click
from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from pipeline.batch import activity
from pipeline.batch.overview import WAITING, Overview, disk_free
from pipeline.cli.display import clock
from pipeline.errors import ExitCode, PipelineError
from pipeline.workspace import Workspace

REFRESH_S = 1.0
REST = 10
"""Judging all sessions may take a tenth of the time; what runs is looked at with every refresh."""
SHOWN = 5
"""So many of the last failures, and of what waits."""
STEP_PERCENT = 10
"""Where lines are printed, progress is told in such steps."""


def follow(look: Callable[[], Overview], workspace: Workspace, live: bool) -> int:
    """Show how a workspace stands until Ctrl-C, which ends it with 0."""
    with contextlib.suppress(KeyboardInterrupt):
        (_live if live else _lines)(_looks(look, workspace))
    return ExitCode.OK


def _looks(look: Callable[[], Overview], workspace: Workspace) -> Iterator[tuple[Overview, str]]:
    """Look again and again; gives what was seen, and what keeps us from seeing more.

    Raises:
        PipelineError: nothing can be seen at the first look.
    """
    found, trouble, due = look(), "", monotonic() + REFRESH_S
    while True:
        yield found, trouble
        sleep(REFRESH_S)
        if (begun := monotonic()) >= due:
            try:
                found, trouble = look(), ""
            except (PipelineError, OSError, sqlite3.OperationalError) as failure:
                trouble = str(failure)
            due = begun + max(REFRESH_S, REST * (monotonic() - begun))
        found = replace(found, activity=activity.current(workspace), disk_free=disk_free(workspace))


def _live(looks: Iterator[tuple[Overview, str]]) -> None:
    with Live(console=Console(), auto_refresh=False, vertical_overflow="crop") as screen:
        for found, trouble in looks:
            screen.update(view(found, trouble), refresh=True)


def view(found: Overview, trouble: str) -> Group:
    """Lay out one look for a terminal."""
    head = Text.assemble((str(found.workspace), "bold"), f"  {datetime.now():%H:%M:%S}")
    parts = [head, Text(_counts(found)), Text(_rest(found), style="dim"), Text("")]
    parts += [Text(f"cannot look: {trouble}", style="red")] if trouble else []
    return Group(*parts, _running(found), *_waiting(found), *_failures(found))


def _running(found: Overview) -> Table | Text:
    if found.activity is None:
        return Text("nothing is running", style="dim")
    table = Table.grid(padding=(0, 2))
    for work in found.activity.work:
        percent = work.percent
        bar = Text("") if percent is None else ProgressBar(100, percent, width=24)
        told = Text("" if percent is None else f"{percent} %", justify="right")
        table.add_row(Text(work.name), bar, told, Text(clock(work.elapsed_ms), style="dim", justify="right"))
    return table


def _waiting(found: Overview) -> Iterator[Text]:
    busy = {work.name.split()[0] for work in found.activity.work} if found.activity else set()
    names = [line.session for line in found.lines if line.state in WAITING and line.session not in busy]
    if names:
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        yield Text(f"\nwaiting: {', '.join(names[:SHOWN])}{more}", style="yellow")


def _failures(found: Overview) -> Iterator[Text]:
    if found.failures:
        yield Text("\nlast failures", style="red")
    for each in found.failures[:SHOWN]:
        yield Text(f"  {_clock(each.at)}  {each.session} {each.stage}: {each.failure.message}")


def _lines(looks: Iterator[tuple[Overview, str]]) -> None:
    told: dict[str, str] = {}
    for found, trouble in looks:
        facts = _facts(found, trouble)
        settled = {line.session for line in found.lines if line.state not in WAITING}
        # What was so before we came is told by the counts.
        unsaid = set() if told else settled | ({"trouble"} if not trouble else set())
        for key, fact in facts.items():
            if told.get(key) != fact and key not in unsaid:
                click.echo(f"{datetime.now():%H:%M:%S} {fact}")
        told = facts


def _facts(found: Overview, trouble: str) -> dict[str, str]:
    """What is told where it changes, each under a name of its own."""
    facts = {line.session: f"{line.session}: {line.state} {line.note}".rstrip() for line in found.lines}
    for work in found.activity.work if found.activity else ():
        percent = (work.percent or 0) // STEP_PERCENT * STEP_PERCENT
        facts[f"work {work.name}"] = f"{work.name}: {percent} %" if percent else f"{work.name}: runs"
    facts["counts"] = _counts(found)
    facts["disk"] = f"disk: {found.disk_free / 1e9:.0f} GB free"
    facts["trouble"] = f"cannot look: {trouble}" if trouble else "can look again"
    return facts


def _counts(found: Overview) -> str:
    counts = ", ".join(f"{count} {state}" for state, count in found.counts.items() if count)
    return f"{counts or 'no recordings yet'}; {found.queue} in the queue"


def _rest(found: Overview) -> str:
    run = found.last_run
    last = f"last run: {run.outcome or 'going on'} {_clock(run.ended_at or run.started_at)}; " if run else ""
    since = f"oldest waiting since {_clock(found.oldest_waiting)}; " if found.oldest_waiting else ""
    return (
        f"{last}{since}{found.audio_ms / 3_600_000:.1f} h of sound done; {found.disk_free / 1e9:.1f} GB free"
    )


def _clock(iso: str) -> str:
    """Spell a time for a person here: local, to the minute."""
    return f"{datetime.fromisoformat(iso).astimezone():%m-%d %H:%M}" if iso else "-"
