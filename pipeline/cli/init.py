"""``baekseo init``."""

from pathlib import Path

import click

from pipeline import workspace


@click.command(short_help="Make a new workspace in DIR.")
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--config",
    "config",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Copy the configuration from this folder, such as another workspace's config/.",
)
def command(directory: Path, config: Path | None) -> None:
    """Make a new workspace in DIR: drop folders, and a configuration with every setting explained.

    What is already there is left as it is, so the command can be repeated.
    """
    made = workspace.create(directory, config)
    click.echo(f"workspace: {made.root}")
    click.echo(f"next: copy recordings into {made.audio / 'interviews'} or {made.audio / 'roundtable'},")
    click.echo(f"      then: baekseo run --workspace {made.root}")
