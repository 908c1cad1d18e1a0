"""The command ``baekseo``: parses, calls, prints. The only place that ends the process.

Commands are loaded when they are called, so that ``baekseo --help`` answers in a blink.
"""

import io
import os
import signal
import sys
from importlib import import_module
from typing import NoReturn

import click

from pipeline import __version__
from pipeline.errors import ExitCode, PipelineError, system_failure

COMMANDS = {
    "init": "Make a new workspace in DIR.",
    "run": "Bring sessions up to date: transcribe what is new, redo what changed.",
    "watch": "Work on recordings as they arrive, until stopped.",
    "status": "Show every session and how far it is.",
    "report": "Show what came of a run.",
    "why": "Say why a stage of a session ran, would run, or would not.",
    "show": "Show what was said in a session: as recognised, cleaned, or labelled.",
    "speakers": "Show who speaks in a session, and say who it is.",
    "voices": "List the remembered voices, or forget one.",
    "consent": "List what each person allows, and change it.",
    "forget": "Delete everything of a person or a session, and prove it.",
    "draft": "Compose the chapters from all sessions, keeping every edit.",
    "import": "Take an edited draft back in.",
    "check": "Hold every quotation of a draft against what was said.",
    "export": "Write a transcript or a chapter to a file or to standard output.",
    "glossary": "Try the glossary on a sentence, or find words it may lack.",
    "evaluate": "Score a session against a reference that people wrote.",
    "doctor": "Check this machine and workspace; say what to mend.",
    "gc": "Free disk space by deleting what can be made again.",
    "models": "List, check and fetch speech recognition models.",
}
"""Every command with its short help, in the order of first use; each lives in a module of its name."""

MODULES = {"import": "take_in"}
"""But for a name that Python reserves."""


class _Commands(click.Group):
    """A group that imports a command only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"pipeline.cli.{MODULES.get(cmd_name, cmd_name)}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with: baekseo init DIR, copy recordings into DIR/audio/interviews, then baekseo run.",
)
@click.version_option(__version__, prog_name="baekseo")
def baekseo() -> None:
    """Recordings of citizens' interviews and round-tables become editable white-paper chapters.

    Everything stays on this machine. Recordings are never changed, and a rerun does only what is needed.
    """


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and end with an exit code of ``docs/errors.md``."""
    sys.exit(_code(arguments))


def _code(arguments: list[str] | None) -> int:
    # A service manager's polite stop is treated like Ctrl-C: workers end, the ledger is closed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # A file's name may hold what the screen, or the encoding of a pipe on Windows, has no letter for.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        return int(baekseo.main(arguments, prog_name="baekseo", standalone_mode=False) or ExitCode.OK)
    except PipelineError as failure:
        return _told(failure)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted; finished work is kept, and the next run goes on from there", err=True)
        return int(ExitCode.INTERRUPTED)
    except click.ClickException as failure:
        failure.show()
        return int(ExitCode.USAGE)
    except BrokenPipeError:  # the reader of a pipe (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(ExitCode.OK)
    except OSError as failure:
        return _told(system_failure("baekseo", failure))


def _told(failure: PipelineError) -> int:
    click.echo(f"error [{failure.code}]: {failure.message}", err=True)
    if failure.hint:
        click.echo(f"  {failure.hint}", err=True)
    return int(failure.exit_code)
