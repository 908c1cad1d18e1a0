"""``baekseo status``."""

import json
from collections import Counter
from dataclasses import asdict, dataclass

import click

from pipeline.batch import opening
from pipeline.batch.inventory import Inventory, take
from pipeline.batch.ledger import Failure
from pipeline.batch.plan import Planner, standing
from pipeline.batch.stages import STAGES
from pipeline.cli.options import as_json, in_workspace
from pipeline.drafts.subtitles import text_width
from pipeline.errors import ExitCode
from pipeline.workspace import Workspace

COLOURS = {"done": "green", "failed": "red", "to do": "yellow", "new": "yellow", "gone": "bright_black"}


@dataclass(frozen=True, slots=True)
class _Line:
    """One session: where it stands, and for each stage what is to be said of it."""

    session: str
    state: str
    stages: dict[str, str]
    note: str = ""


@click.command(short_help="Show every session and how far it is.")
@as_json
@in_workspace
def command(as_json: bool, workspace: Workspace) -> int:
    """Show every session and how far it is, without reading recordings or changing anything.

    done: up to date; to do: a run would work on it; new: recordings not read yet; failed: see the note;
    gone: results are kept, the recordings are no longer in the drop folder.
    """
    with opening.to_read(workspace) as opened:
        inventory = take(workspace, opened.ledger, None)
        planner = Planner(workspace, opened.config, STAGES, opened.ledger)
        lines = _lines(inventory, planner)
    if as_json:
        document = {
            "workspace": str(workspace.root),
            "sessions": [asdict(line) for line in lines],
            "duplicates": [asdict(duplicate) for duplicate in inventory.duplicates],
            "ignored": [{"path": str(entry.path), "reason": entry.reason} for entry in inventory.ignored],
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        _print(lines, workspace)
    return ExitCode.OK


def _lines(inventory: Inventory, planner: Planner) -> list[_Line]:
    lines = [_Line(name, "failed", {}, error.message) for name, error in inventory.problems.items()]
    lines += [_Line(name, "new", {}) for name in inventory.unread]
    lines += [_Line(name, "gone", {}) for name in inventory.gone]
    for session in inventory.sessions:
        steps = list(planner.plan([session]))
        stages = {step.task.stage: step.state.value for step in steps}
        failures = [failure for step in steps if (failure := planner.failure(step.task))]
        lines.append(_Line(session.id, standing(s.state for s in steps), stages, _note(failures)))
    return sorted(lines, key=lambda line: line.session)


def _note(failures: list[Failure]) -> str:
    if not failures:
        return ""
    first = next((failure for failure in failures if failure.quarantined), failures[0])
    quarantine = f"in quarantine after {first.attempts} attempts: " if first.quarantined else ""
    return quarantine + first.message


def _print(lines: list[_Line], workspace: Workspace) -> None:
    width = max((text_width(line.session) for line in lines), default=0)
    for line in lines:
        waiting = [stage for stage, state in line.stages.items() if state not in ("current", "adoptable")]
        note = line.note or (", ".join(waiting) if line.state == "to do" else "")
        padding = " " * (width - text_width(line.session))
        state = click.style(f"{line.state:<6}", fg=COLOURS[line.state])
        click.echo(f"{line.session}{padding}  {state}  {note}".rstrip())
    counts = Counter(line.state for line in lines)
    click.echo(
        ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "no recordings yet"
    )
    if not lines:
        click.echo(f"next: copy recordings into {workspace.audio / 'interviews'}")
    elif counts["new"] or counts["to do"]:
        click.echo("next: baekseo run")
