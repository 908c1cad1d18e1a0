"""``baekseo gc``."""

import json

import click

from pipeline.batch import gc, opening
from pipeline.cli.options import as_json, in_workspace, waiting
from pipeline.errors import ExitCode
from pipeline.workspace import Workspace


@click.command(short_help="Free disk space by deleting what can be made again.")
@click.option("--dry-run", is_flag=True, help="Only say what would be deleted.")
@waiting
@as_json
@in_workspace
def command(dry_run: bool, wait: bool, as_json: bool, workspace: Workspace) -> int:
    """Free disk space by deleting what can be made again: decoded sound and parts of finished work.

    Recordings, results and whatever a person wrote are never touched.
    """
    with opening.to_write(workspace, wait) as opened:
        garbage = gc.find(workspace, opened.ledger)
        if not dry_run:
            gc.collect(garbage)
    if as_json:
        items = [{"path": str(item.path), "size": item.size, "reason": item.reason} for item in garbage]
        click.echo(json.dumps({"deleted": not dry_run, "items": items}, ensure_ascii=False, indent=2))
        return ExitCode.OK
    for item in garbage:
        click.echo(f"{item.path.relative_to(workspace.root)}  {item.size / 1e6:.1f} MB  {item.reason}")
    total = sum(item.size for item in garbage) / 1e6
    click.echo(f"{'would free' if dry_run else 'freed'} {total:.1f} MB")
    return ExitCode.OK
