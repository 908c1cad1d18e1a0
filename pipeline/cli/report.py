"""``baekseo report``."""

import json
from dataclasses import asdict
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.table import Table

from pipeline.batch import activity, opening
from pipeline.batch.report import RunReport, report
from pipeline.cli import display
from pipeline.cli.display import clock
from pipeline.cli.options import as_json, in_workspace
from pipeline.errors import ExitCode
from pipeline.workspace import Workspace

CUT_SHORT = frozenset({"interrupted", "killed"})


@click.command(short_help="Show what came of a run.")
@click.argument("run", type=click.IntRange(min=1), required=False)
@as_json
@in_workspace
def command(run: int | None, as_json: bool, workspace: Workspace) -> int:
    """Show what came of RUN, or of the last one: what was done, what failed and why, and the time it took.

    flagged: sessions with passages that may not have been said; look at them first. quarantined: failed so
    often on the same inputs that they are left alone; baekseo run --failed tries them again.
    """
    with opening.to_read(workspace) as opened:
        past = opened.ledger.history.past_run(run)
        if past is None:
            last = opened.ledger.history.past_run()
            raise click.UsageError(
                f"no run {run}; the last one is {last.run}" if last else "no run yet; next: baekseo run"
            )
        found = report(opened.ledger, past if activity.current(workspace) else past.cut_short())
    if as_json:
        click.echo(json.dumps(as_data(found), ensure_ascii=False, indent=2))
        return ExitCode.OK
    click.echo(f"run {found.run}, {display.moment(found.started_at)}: {found.outcome}")
    show_troubles(found)
    show(found)
    return ExitCode.OK


def as_data(found: RunReport) -> dict[str, Any]:
    """Give a report as JSON can hold it."""
    return asdict(found) | {"audio_hours_per_hour": found.audio_hours_per_hour}


def show_troubles(found: RunReport, err: bool = False) -> None:
    """Print a line for everything that failed."""
    for trouble in found.troubles:
        what = "failed; mended since"
        if failure := trouble.failure:
            quarantine = ", in quarantine" if failure.quarantined else ""
            what = f"[{failure.code}{quarantine}]: {failure.message} {failure.hint}"
        click.echo(f"{trouble.session} {trouble.stage} {what}", err=err)


def show(found: RunReport) -> None:
    """Print the counts, and the time of each stage where anything was done."""
    if found.stages:
        _show_stages(found)
    if found.flagged:
        passages = (f"{name} ({doubts})" for name, doubts in sorted(found.flagged.items()))
        click.echo(f"flagged, with passages that may not have been said: {', '.join(passages)}")
    if found.quarantined:
        click.echo(f"in quarantine: {', '.join(found.quarantined)}; to try again: baekseo run --failed")
    what = "done" if found.is_whole else "worked on"
    click.echo(
        f"{len(found.done)} sessions {what}, {found.current} already up to date, {len(found.failed)} failed"
    )
    if found.outcome in CUT_SHORT:
        click.echo("cut short; baekseo run goes on from there")


def _show_stages(found: RunReport) -> None:
    table = Table(box=box.SIMPLE, show_footer=True)
    audio_s = found.audio_hours * 3600
    speed = f"{found.audio_hours_per_hour:.1f} h of sound per hour" if audio_s and found.is_whole else ""
    table.add_column("stage", footer="run")
    table.add_column("done", justify="right")
    table.add_column("failed", justify="right")
    table.add_column("time", justify="right", footer=clock(round(found.seconds * 1000)))
    table.add_column("sound", justify="right", footer=clock(round(audio_s * 1000)) if audio_s else "")
    table.add_column("time / sound", justify="right", footer=speed)
    for stage in found.stages:
        table.add_row(
            stage.stage,
            str(stage.done),
            str(stage.failed or ""),
            f"{stage.seconds:.1f} s",
            clock(round(stage.audio_s * 1000)) if stage.audio_s else "",
            f"{stage.seconds / stage.audio_s:.3f}" if stage.audio_s else "",
        )
    Console().print(table)
