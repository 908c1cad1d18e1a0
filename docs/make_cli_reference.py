"""Write docs/cli.md from the commands' own help; a test checks that it is up to date."""

from collections.abc import Iterator
from pathlib import Path

import click

from pipeline.cli import baekseo

TARGET = Path(__file__).parent / "cli.md"
WIDTH = 100


def reference() -> str:
    """Everything ``--help`` says, command by command."""
    sections = "\n".join(_sections(baekseo, "baekseo", None))
    return f"# Command line reference\n\nMade from `--help` with `make docs`.\n\n{sections}"


def _sections(command: click.Command, name: str, parent: click.Context | None) -> Iterator[str]:
    look = {**command.context_settings, "max_content_width": WIDTH, "terminal_width": WIDTH}
    context = click.Context(command, info_name=name, parent=parent, **look)
    yield f"## {context.command_path}\n\n```text\n{command.get_help(context).strip()}\n```\n"
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            if found := command.get_command(context, inner):
                yield from _sections(found, inner, context)


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
