"""``baekseo models``."""

import json
from dataclasses import asdict

import click
from rich.console import Console
from rich.table import Table

from pipeline.cli.options import as_json, in_workspace
from pipeline.errors import ExitCode
from pipeline.speech import models
from pipeline.workspace import Workspace


@click.group(short_help="List, check and fetch speech recognition models.", invoke_without_command=True)
@as_json
@in_workspace
@click.pass_context
def command(context: click.Context, as_json: bool, workspace: Workspace) -> int:
    """List the speech recognition models of this machine.

    A model is put by hand into models/NAME of the workspace (a CTranslate2 folder) or models/NAME.pt (an
    openai-whisper checkpoint), and chosen as transcribe.model in config/pipeline.toml.
    """
    context.obj = workspace
    if context.invoked_subcommand is None:
        _list(workspace, as_json)
    return ExitCode.OK


@command.command(short_help="Read every model file and compare it with its hash.")
@as_json
@click.pass_obj
def verify(workspace: Workspace, as_json: bool) -> int:
    """Read every model file and compare it with its hash; ends with 5 if one was altered."""
    verdicts = models.verify(workspace.models)
    if as_json:
        click.echo(json.dumps([asdict(verdict) for verdict in verdicts], default=str, indent=2))
    for verdict in () if as_json else verdicts:
        mark = click.style("ok", fg="green") if verdict.sound else click.style("altered", fg="red")
        click.echo(f"{mark}  {verdict.name}: {verdict.detail}")
    if not verdicts and not as_json:
        click.echo("no model was used yet; the packaged ones are checked at their first use")
    return ExitCode.OK if all(verdict.sound for verdict in verdicts) else ExitCode.MISSING


@command.command(short_help="Make a model ready, downloading it if it is not here.")
@click.argument("name")
@click.option(
    "--engine",
    type=click.Choice(models.ENGINES),
    default="ctranslate2",
    show_default=True,
    help="Who is to read it.",
)
@click.pass_obj
def fetch(workspace: Workspace, name: str, engine: str) -> int:
    """Make the model NAME ready for an engine, downloading it if it is not on this machine.

    This command alone may use the network without network.allow_model_download: you asked for it.
    """
    weights = models.fetch(name, engine, workspace.models)
    click.echo(f"{weights.name} for {weights.engine}: {weights.path} (sha256 {weights.digest})")
    return ExitCode.OK


def _list(workspace: Workspace, as_json: bool) -> None:
    entries = models.catalogue(workspace.models)
    if as_json:
        click.echo(json.dumps([asdict(entry) for entry in entries], indent=2))
        return
    table = Table("model", "engines", "from", "size", "state", "sha256", box=None, header_style="dim")
    for entry in entries:
        size = f"{entry.size / 1e6:.0f} MB"
        engines = ", ".join(entry.engines)
        table.add_row(entry.name, engines, entry.origin, size, entry.state, entry.digest[:12])
    Console().print(table)
