"""``baekseo voices``."""

import json

import click

from pipeline.batch import opening
from pipeline.cli.options import as_json, in_workspace, waiting
from pipeline.errors import ExitCode
from pipeline.speech.library import forget, load_library, save_library
from pipeline.workspace import Workspace


@click.command(short_help="List the remembered voices, or forget one.")
@click.option("--forget", "forgotten", multiple=True, metavar="NAME", help="Delete a person's voice.")
@as_json
@waiting
@in_workspace
def command(forgotten: tuple[str, ...], as_json: bool, wait: bool, workspace: Workspace) -> int:
    """List the people whose voices are remembered, to be proposed in later sessions.

    Voices enter only by baekseo speakers SESSION --remember S1, of people who agreed to it.
    """
    if forgotten:
        with opening.to_write(workspace, wait):
            _forget(workspace, forgotten)
    library = load_library(workspace.voices)
    if as_json:
        people = {name: [each.session for each in prints] for name, prints in library.people.items()}
        click.echo(json.dumps(people, ensure_ascii=False, indent=2))
        return ExitCode.OK
    for name, prints in sorted(library.people.items()):
        heard = ", ".join(f"{each.session} ({each.speech_ms // 1000} s)" for each in prints)
        click.echo(f"{name}: {heard}")
    if not library.people:
        click.echo("no voice is remembered")
    return ExitCode.OK


def _forget(workspace: Workspace, names: tuple[str, ...]) -> None:
    library = load_library(workspace.voices)
    for name in names:
        if name not in library.people:
            raise click.BadParameter(f"no voice of {name} is remembered", param_hint="--forget")
        library = forget(library, name)
    save_library(workspace.voices, library)
