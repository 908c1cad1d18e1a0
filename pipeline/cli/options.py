"""Options and arguments that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from pipeline import workspace
from pipeline.workspace import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])


class _WorkspaceOption(click.ParamType[Workspace]):
    """Turns the option, or its absence, into a workspace."""

    name = "directory"

    def convert(self, value: Any, param: Any, ctx: Any) -> Workspace:  # noqa: ARG002
        return value if isinstance(value, Workspace) else workspace.find(Path(value))


def in_workspace(command: Command) -> Command:
    """Add ``--workspace`` and pass the workspace itself as ``workspace``."""
    return click.option(
        "-w",
        "--workspace",
        type=_WorkspaceOption(),
        default=workspace.find,
        help=f"Folder to work in; default: ${workspace.ENVIRONMENT}, or the nearest one above here.",
    )(command)


def as_json(command: Command) -> Command:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")(command)


def waiting(command: Command) -> Command:
    """Add ``--wait``."""
    return click.option(
        "--wait", is_flag=True, help="If another process works here, wait for it instead of giving up."
    )(command)
