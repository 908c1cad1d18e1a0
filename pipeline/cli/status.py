"""``baekseo status``."""

import json
import sys
from dataclasses import asdict
from typing import Any

import click

from pipeline.batch import opening
from pipeline.batch.overview import WAITING, Overview, survey
from pipeline.batch.stages import STAGES
from pipeline.cli import exposition
from pipeline.cli.options import as_json, in_workspace
from pipeline.drafts.subtitles import text_width
from pipeline.errors import ExitCode
from pipeline.workspace import Workspace

COLOURS = {"done": "green", "failed": "red", "to do": "yellow", "new": "yellow", "gone": "bright_black"}


@click.command(short_help="Show every session and how far it is.")
@click.option("--follow", "-f", is_flag=True, help="Keep showing what runs and what waits, until Ctrl-C.")
@as_json
@click.option("--prometheus", is_flag=True, help="Print metrics for the textfile collector of node_exporter.")
@in_workspace
def command(follow: bool, as_json: bool, prometheus: bool, workspace: Workspace) -> int:
    """Show every session and how far it is, without reading recordings or changing anything.

    done: up to date; to do: a run would work on it; new: recordings not read yet; failed: see the note;
    gone: results are kept, the recordings are no longer in the drop folder.

    --follow shows what a run or a watch of any process does here, while it goes on; where the output is no
    terminal, a line for whatever changes.
    """
    if follow + as_json + prometheus > 1:
        raise click.UsageError("choose one of --follow, --json and --prometheus")
    if follow:
        from pipeline.cli import follow as following

        return following.follow(lambda: _survey(workspace), workspace, live=sys.stdout.isatty())
    found = _survey(workspace)
    if prometheus:
        click.echo(exposition.text(found), nl=False)
    elif as_json:
        click.echo(json.dumps(_document(found), ensure_ascii=False, indent=2))
    else:
        _print(found)
    return ExitCode.OK


def _survey(workspace: Workspace) -> Overview:
    with opening.to_read(workspace) as opened:
        return survey(opened, STAGES)


def _document(found: Overview) -> dict[str, Any]:
    return {
        "workspace": str(found.workspace),
        "counts": found.counts,
        "queue": found.queue,
        "oldest_waiting": found.oldest_waiting or None,
        "audio_hours_done": round(found.audio_ms / 3_600_000, 3),
        "disk_free_bytes": found.disk_free,
        "last_run": asdict(found.last_run) if found.last_run else None,
        "running": asdict(found.activity) if found.activity else None,
        "failures": [
            {"session": each.session, "stage": each.stage, "at": each.at or None, **_why(each.failure)}
            for each in found.failures
        ],
        "sessions": [asdict(line) for line in found.lines],
        "duplicates": [asdict(duplicate) for duplicate in found.inventory.duplicates],
        "ignored": [{"path": str(each.path), "reason": str(each.reason)} for each in found.inventory.ignored],
    }


def _why(failure: Any) -> dict[str, Any]:
    told = ("code", "message", "hint", "permanent", "attempts", "quarantined")
    return {name: getattr(failure, name) for name in told}


def _print(found: Overview) -> None:
    width = max((text_width(line.session) for line in found.lines), default=0)
    for line in found.lines:
        waiting = [stage for stage, state in line.stages.items() if state not in ("current", "adoptable")]
        note = line.note or (", ".join(waiting) if line.state == "to do" else "")
        padding = " " * (width - text_width(line.session))
        state = click.style(f"{line.state:<6}", fg=COLOURS[line.state])
        click.echo(f"{line.session}{padding}  {state}  {note}".rstrip())
    counts = ", ".join(f"{count} {state}" for state, count in sorted(found.counts.items()) if count)
    click.echo(counts or "no recordings yet")
    if not found.lines:
        click.echo(f"next: copy recordings into {found.workspace / 'audio' / 'interviews'}")
    elif found.activity:
        click.echo("a run is going on; see: baekseo status --follow")
    elif any(line.state in WAITING for line in found.lines):
        click.echo("next: baekseo run")
