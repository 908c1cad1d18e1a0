"""``baekseo import``."""

import json
import re
from pathlib import Path

import click

from pipeline.batch import draft_files, drafting, opening
from pipeline.batch.inventory import take
from pipeline.batch.material import gather
from pipeline.cli.draft import chosen, plain, show, tell_left_behind, tell_withheld
from pipeline.cli.options import as_json, in_workspace, waiting
from pipeline.drafts.merge import Change
from pipeline.errors import ExitCode
from pipeline.workspace import Workspace

COLOURS = {"added": "green", "deleted": "red", "changed": "yellow"}


@click.command(short_help="Take an edited draft back in.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--chapter", type=int, help="Which chapter it is; told from the file if not given.")
@click.option("--dry-run", is_flag=True, help="Only show what the editor changed.")
@as_json
@waiting
@in_workspace
def command(
    file: Path, chapter: int | None, dry_run: bool, as_json: bool, wait: bool, workspace: Workspace
) -> int:
    """Merge FILE, an edited draft (.hwpx, .docx or .md), into the drafts of its chapter.

    Every word of the editor's stays; FILE itself is not changed, a copy is kept in drafts/edited. Drafts in
    their own place need no import: baekseo draft sees that they were changed.
    """
    number = chapter or _number(file)
    with opening.to_write(workspace, wait) as opened:
        (definition,) = chosen(workspace, (number,))
        material = gather(workspace, take(workspace, opened.ledger, None).sessions)
        done = drafting.take_in(workspace, definition, material, file, dry_run)
    if as_json:
        click.echo(json.dumps(plain(done, material), ensure_ascii=False, indent=2))
        return ExitCode.OK
    for change in done.edits:
        _print(change)
    if not done.edits:
        click.echo("the editor changed nothing")
    if dry_run:
        tell_left_behind(done)
        tell_withheld(done)
    else:
        show(done, material)
    return ExitCode.OK


def _number(file: Path) -> int:
    """The chapter's number: from the ids of the file's blocks, else from its name."""
    ids = (block.id for block in draft_files.read_file(file))
    told = next((found for each in ids if (found := re.match(r"c(\d+)-", each))), None)
    told = told or re.search(r"chapter-(\d+)", file.name)
    if told is None:
        raise click.UsageError(f"{file.name} does not tell which chapter it is; name it with --chapter")
    return int(told[1])


def _print(change: Change) -> None:
    what = click.style(f"{change.what:<9}", fg=COLOURS.get(change.what))
    click.echo(f"{what} {change.id}")
    if change.before:
        click.echo(click.style(f"  - {change.before}", fg="red"))
    if change.after:
        click.echo(click.style(f"  + {change.after}", fg="green"))
