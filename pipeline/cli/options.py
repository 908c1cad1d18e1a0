"""Options and arguments that several commands share."""

import re
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from pipeline import workspace
from pipeline.batch.selection import FIELDS, Condition, SelectionError, condition
from pipeline.config import EXECUTOR
from pipeline.model import Kind
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


class _ExecutorType(click.ParamType[str]):
    """Where jobs run, as ``run.executor`` says it."""

    name = "executor"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        if not re.match(EXECUTOR, value):
            self.fail(f"{value!r} is not serial, processes or dask:tls://HOST:PORT", param, ctx)
        return str(value)


def on_executor(command: Command) -> Command:
    """Add ``--executor``."""
    return click.option(
        "--executor",
        type=_ExecutorType(),
        metavar="KIND",
        help="serial, processes or dask:tls://HOST:PORT (a Dask cluster); default: run.executor.",
    )(command)


def waiting(command: Command) -> Command:
    """Add ``--wait``."""
    return click.option(
        "--wait", is_flag=True, help="If another process works here, wait for it instead of giving up."
    )(command)


class _Condition(click.ParamType[Condition]):
    """Reads a condition on sessions."""

    name = "expr"

    def convert(self, value: Any, param: Any, ctx: Any) -> Condition:
        if isinstance(value, Condition):
            return value
        try:
            return condition(value)
        except SelectionError as failure:
            self.fail(str(failure), param, ctx)


class _Day(click.DateTime):
    """Reads a day, and says how one is written."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is no day; write it like 2023-06-01", param, ctx)


SELECTING = (
    click.option(
        "--kind", "kinds", type=click.Choice([k.value for k in Kind]), multiple=True, help="Only this kind."
    ),
    click.option("--since", type=_Day(["%Y-%m-%d"]), metavar="DATE", help="Only from this day on."),
    click.option(
        "--where",
        "wheres",
        type=_Condition(),
        multiple=True,
        metavar="EXPR",
        help=f"Only where this holds, such as 'speakers > 4 and minutes < 60'. Fields: {', '.join(FIELDS)}.",
    ),
    click.option("--failed", is_flag=True, help="Only what failed; what failed for good is tried again too."),
    click.option("--stale", is_flag=True, help="Only what has something to do."),
)


def selecting(command: Command) -> Command:
    """Add options that choose sessions, all to be fulfilled; passes ``conditions``, and ``failed`` itself."""

    @wraps(command)
    def choosing(
        *, kinds: tuple[str, ...], since: Any, wheres: tuple[Condition, ...], stale: bool, **others: Any
    ) -> Any:
        texts = [
            f"kind in {list(kinds)!r}" if kinds else "",
            f"date >= '{since.date().isoformat()}'" if since else "",
            "failed" if others["failed"] else "",
            "state in ['to do', 'new']" if stale else "",
        ]
        conditions = [*wheres, *(condition(text) for text in texts if text)]
        return command(conditions=conditions, **others)

    for option in reversed(SELECTING):
        option(choosing)
    return choosing  # type: ignore[return-value]
