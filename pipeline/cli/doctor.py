"""``baekseo doctor``."""

import json
from dataclasses import asdict

import click

from pipeline.batch.doctor import examine
from pipeline.cli.options import as_json, in_workspace
from pipeline.errors import ExitCode
from pipeline.workspace import Workspace

MARKS = {
    "ok": click.style("ok", fg="green"),
    "warning": click.style("warning", fg="yellow"),
    "error": click.style("error", fg="red"),
}


@click.command(short_help="Check this machine and workspace; say what to mend.")
@as_json
@in_workspace
def command(as_json: bool, workspace: Workspace) -> int:
    """Check this machine and workspace: libraries, model, configuration, folders, disk, memory, ledger.

    Ends with 5 if something is missing without which no run can succeed.
    """
    findings = examine(workspace)
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            click.echo(f"{MARKS[finding.level]}  {finding.subject}: {finding.message}")
            if finding.hint:
                click.echo(f"    {finding.hint}")
    failed = any(finding.level == "error" for finding in findings)
    return ExitCode.MISSING if failed else ExitCode.OK
