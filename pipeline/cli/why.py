"""``baekseo why``."""

import json
from typing import Any

import click

from pipeline.batch import opening
from pipeline.batch.inventory import take
from pipeline.batch.ledger import Ledger
from pipeline.batch.plan import Planner, State, Step
from pipeline.batch.stages import STAGES
from pipeline.cli import display
from pipeline.cli.options import as_json, in_workspace
from pipeline.cli.run import select
from pipeline.errors import ExitCode
from pipeline.workspace import Workspace

VERDICTS = {
    State.CURRENT: "is up to date",
    State.ADOPTABLE: "is up to date (found on disk)",
    State.STALE: "would run",
    State.WAITING: "waits",
    State.FAILED: "failed and would not be tried again",
    State.BLOCKED: "is blocked",
}


@click.command(short_help="Say why a stage of a session ran, would run, or would not.")
@click.argument("session")
@click.argument("stage", type=click.Choice([stage.name for stage in STAGES]))
@as_json
@in_workspace
def command(session: str, stage: str, as_json: bool, workspace: Workspace) -> int:
    """Say why STAGE of SESSION would run or not: what changed, from what to what, and what past runs did."""
    with opening.to_read(workspace) as opened:
        chosen, problems = select(take(workspace, opened.ledger, None), (session,))
        for problem in problems.values():
            raise problem
        if not chosen:
            click.echo(
                f"{session}: its recordings are new or changed and were not read yet; baekseo run reads them"
            )
            return ExitCode.OK
        planner = Planner(workspace, opened.config, STAGES, opened.ledger)
        answers = [
            _answer(step, planner, opened.ledger) for step in planner.plan(chosen) if step.task.stage == stage
        ]
    if as_json:
        click.echo(json.dumps(answers, ensure_ascii=False, indent=2))
    else:
        for answer in answers:
            _print(answer)
    return ExitCode.OK


def _answer(step: Step, planner: Planner, ledger: Ledger) -> dict[str, Any]:
    failure = planner.failure(step.task)
    return {
        "session": step.task.session,
        "stage": step.task.stage,
        "recording": step.task.unit,
        "state": step.state.value,
        "reason": step.reason,
        "changes": [{"name": c.name, "old": c.old, "new": c.new} for c in step.changes],
        "failure": {
            "code": failure.code,
            "message": failure.message,
            "hint": failure.hint,
            "attempts": failure.attempts,
            "quarantined": failure.quarantined,
        }
        if failure
        else None,
        "ingredients": step.ingredients,
        "history": ledger.history.of(step.task),
    }


def _print(answer: dict[str, Any]) -> None:
    recording = f" (recording {answer['recording'][:12]})" if answer["recording"] else ""
    verdict = VERDICTS[State(answer["state"])]
    click.echo(f"{answer['session']} {answer['stage']}{recording} {verdict}: {answer['reason']}")
    for change in answer["changes"]:
        click.echo(f"  {change['name']}: {_short(change['old'])} -> {_short(change['new'])}")
    if failure := answer["failure"]:
        click.echo(f"  {failure['message']} {failure['hint']}")
        if failure["quarantined"]:
            click.echo(f"  in quarantine; to try again: baekseo run {answer['session']} --failed")
    for entry in answer["history"]:
        when = display.moment(entry["ended_at"])
        click.echo(f"  run {entry['run']}, {when}: {entry['outcome']} ({entry['reason']})")


def _short(value: Any) -> str:
    text = "nothing" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:200]}…"
