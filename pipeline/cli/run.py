"""``baekseo run``."""

import difflib
import json
import os
import signal
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import click

from pipeline.batch import executors, opening, run_log
from pipeline.batch.estimates import Estimate, estimate, rates
from pipeline.batch.facts import Facts
from pipeline.batch.inventory import Inventory, take
from pipeline.batch.opening import Opened
from pipeline.batch.outcome import SessionReport
from pipeline.batch.patience import Patience
from pipeline.batch.plan import Orders, Planner, State
from pipeline.batch.report import RunReport, report
from pipeline.batch.rows import Task
from pipeline.batch.runner import Runner
from pipeline.batch.selection import Condition, choose
from pipeline.batch.stages import STAGES
from pipeline.batch.stopping import GRACE_S
from pipeline.cli import display
from pipeline.cli.options import as_json, in_workspace, on_executor, selecting, waiting
from pipeline.cli.report import as_data, show, show_troubles
from pipeline.errors import ExitCode, PipelineError
from pipeline.model import Session
from pipeline.workspace import Workspace

STOPPING = f"\nstopping: what runs gets {GRACE_S:.0f} s to end; again to stop at once\n"


@click.command(short_help="Bring sessions up to date: transcribe what is new, redo what changed.")
@click.argument("names", metavar="[SESSION]...", nargs=-1)
@click.option(
    "--from",
    "redo_from",
    type=click.Choice([stage.name for stage in STAGES]),
    help="Redo this stage and all after it, changed or not.",
)
@selecting
@click.option(
    "--order",
    type=click.Choice(["shortest", "oldest", "name"]),
    default="shortest",
    show_default=True,
    help="Which session comes first.",
)
@click.option("--force", is_flag=True, help="Redo every stage, and retry what failed for good.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done, and why.")
@click.option("--jobs", "-j", type=click.IntRange(min=1), help="Worker processes; default: run.jobs.")
@on_executor
@waiting
@as_json
@in_workspace
def command(
    names: tuple[str, ...],
    redo_from: str | None,
    conditions: list[Condition],
    failed: bool,
    order: str,
    force: bool,
    dry_run: bool,
    jobs: int | None,
    executor: str | None,
    wait: bool,
    as_json: bool,
    workspace: Workspace,
) -> int:
    """Bring sessions up to date: transcribe what is new, redo what changed, leave the rest alone.

    Without SESSION, every recording in the drop folder is looked at. A run that was stopped goes on where it
    was; one failing session never stops the others. Options that choose sessions must all be fulfilled; a
    session of which that is not known (no date, length not known yet) is left out and named.
    """
    orders = Orders(STAGES[0].name if force else redo_from, retry=force or failed, fetch=not dry_run)
    wanted = _Wanted(names, conditions, order)
    if dry_run:
        return _dry_run(workspace, wanted, orders, (executor, jobs), as_json)
    with opening.to_write(workspace, wait) as opened:
        run_log.open_log(workspace)
        run_log.roll()
        inventory = take_inventory(opened, quiet=as_json)
        settings = opened.config.settings.run
        planner = Planner(workspace, opened.config, STAGES, opened.ledger, orders)
        facts = Facts(inventory, opened.ledger, planner)
        sessions, problems, _ = _choose(inventory, facts, wanted)
        crew = executor or settings.executor, jobs or settings.jobs
        with (
            executors.open_pool(*crew, opened, partial(click.echo, err=True)) as pool,
            display.listener(quiet=as_json) as listener,
        ):
            threads = settings.threads or pool.threads
            patience = Patience(settings.retries, settings.retry_wait_s)
            runner = Runner(planner, opened.ledger, pool, threads, listener, patience)
            with _stoppable(runner):
                reports = runner.run(sessions, problems)
        past = opened.ledger.history.past_run()
        summary = report(opened.ledger, past) if past else None
    _print_report(workspace, inventory, reports, summary, as_json)
    return exit_code(reports)


@contextmanager
def _stoppable(runner: Runner) -> Iterator[None]:
    """Let Ctrl-C or SIGTERM end a run gently, and a second one at once."""

    def press(*_: object) -> None:
        runner.stop()
        # Not click.echo: a signal may come in the middle of another write to the same stream.
        os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, STOPPING.encode())

    signals = [each for each in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(each) != signal.SIG_IGN]
    before = {each: signal.signal(each, press) for each in signals}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def take_inventory(opened: Opened, quiet: bool) -> Inventory:
    """Look through the drop folder, showing which new files are being read."""
    with display.reading(quiet) as hashed:
        return take(opened.workspace, opened.ledger, hashed)


def select(inventory: Inventory, names: tuple[str, ...]) -> tuple[list[Session], dict[str, PipelineError]]:
    """Choose sessions by name; none named means all.

    Raises:
        click.UsageError: a name that is no session; the nearest one is suggested.
    """
    sessions = {session.id: session for session in inventory.sessions}
    if not names:
        return list(sessions.values()), inventory.problems
    wanted = [unicodedata.normalize("NFC", name) for name in names]
    known = [*sessions, *inventory.problems, *inventory.unread]
    for name in wanted:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
            hint = f"did you mean {near[0]}?" if near else "see: baekseo status"
            raise click.UsageError(f"no session {name}; {hint}")
    problems = {name: inventory.problems[name] for name in wanted if name in inventory.problems}
    return [sessions[name] for name in wanted if name in sessions], problems


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which sessions the operator asked for, and which comes first."""

    names: tuple[str, ...]
    conditions: Sequence[Condition]
    order: str


def _choose(
    inventory: Inventory, facts: Facts, wanted: _Wanted
) -> tuple[list[Session], dict[str, PipelineError], list[str]]:
    """Sessions in order, those with a problem, and those not read yet; says which are left out."""
    sessions, problems = select(inventory, wanted.names)
    names = {unicodedata.normalize("NFC", name) for name in wanted.names}
    unread = [name for name in inventory.unread if not names or name in names]
    chosen = choose([*(s.id for s in sessions), *problems, *unread], facts.of, wanted.conditions)
    for field, untold in chosen.untold.items():
        click.echo(f"left out, {field} not known: {', '.join(untold)}", err=True)
    kept = set(chosen.names)
    return (
        facts.ordered((s for s in sessions if s.id in kept), wanted.order),
        {name: problem for name, problem in problems.items() if name in kept},
        [name for name in unread if name in kept],
    )


def _dry_run(
    workspace: Workspace,
    wanted: _Wanted,
    orders: Orders,
    crew: tuple[str | None, int | None],
    as_json: bool,
) -> int:
    with opening.to_read(workspace) as opened:
        inventory = take(workspace, opened.ledger, None)
        planner = Planner(workspace, opened.config, STAGES, opened.ledger, orders)
        facts = Facts(inventory, opened.ledger, planner)
        sessions, problems, unread = _choose(inventory, facts, wanted)
        steps = [step for step in planner.plan(sessions) if step.state is not State.CURRENT]
        todo = [step.task for step in steps if step.state in (State.STALE, State.WAITING)]
        todo += [Task(name, stage.name) for name in unread for stage in STAGES]
        settings = opened.config.settings.run
        plain = opened.config.settings.network.allow_plain_cluster
        workers = executors.count_workers(crew[0] or settings.executor, crew[1] or settings.jobs, plain)
        time = estimate(todo, facts, rates(opened.ledger), workers)
    plan: list[dict[str, Any]] = [
        *({"session": name, "stage": "all", "state": "new", "reason": "new recordings"} for name in unread),
        *(
            {"session": name, "stage": "intake", "state": "failed", "reason": e.code}
            for name, e in problems.items()
        ),
        *(
            {"session": s.task.session, "stage": s.task.stage, "state": s.state.value, "reason": s.reason}
            for s in steps
        ),
    ]
    if as_json:
        document = {"plan": plan, "estimate": {**asdict(time), "total_s": time.total_s}}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return ExitCode.OK
    for entry in plan:
        click.echo(f"{entry['session']}  {entry['stage']}: {entry['state']} ({entry['reason']})")
    _print_estimate(time)
    click.echo(f"{len(plan)} steps to look at" if plan else "nothing to do")
    return ExitCode.OK


def _print_estimate(time: Estimate) -> None:
    """Print how long it will take, as far as past runs tell."""
    for name, seconds in time.seconds.items():
        if seconds:
            guessed = ", its length guessed by its size" if name in time.guessed else ""
            click.echo(f"{name}: about {display.clock(round(seconds * 1000))}{guessed}")
    if time.untold:
        click.echo(f"no past runs tell how long this takes: {', '.join(time.untold)}")
    if time.total_s:
        what = "the rest takes" if time.untold else "in all"
        length = display.clock(round(time.total_s * 1000))
        click.echo(f"{what} about {length} with {time.jobs} workers, by past runs")


def _print_report(
    workspace: Workspace,
    inventory: Inventory,
    reports: list[SessionReport],
    summary: RunReport | None,
    as_json: bool,
) -> None:
    if as_json:
        document = {
            "sessions": [{"outcome": each.outcome, **asdict(each)} for each in reports],
            "duplicates": [asdict(duplicate) for duplicate in inventory.duplicates],
            "ignored": [{"path": str(each.path), "reason": str(each.reason)} for each in inventory.ignored],
            "report": as_data(summary) if summary else None,
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    for duplicate in inventory.duplicates:
        click.echo(f"{duplicate.path}: 이미 있는 녹음과 같은 파일입니다 ({duplicate.session}).")
    for ignored in inventory.ignored:
        click.echo(f"{ignored.path.relative_to(workspace.root)}: {ignored.reason}")
    if not inventory.candidates:
        click.echo(f"no recordings yet; next: copy recordings into {workspace.audio / 'interviews'}")
        return
    if not reports:
        click.echo(f"none of {len(inventory.candidates)} sessions is what was asked for; see: baekseo status")
        return
    if summary:
        show_troubles(summary, err=True)
        show(summary)
    if any(each.done for each in reports):
        click.echo(f"results: {workspace.transcripts}")


def exit_code(reports: list[SessionReport]) -> int:
    """0; or, where everything failed for one kind of reason, that reason's code; or 9 for some."""
    failed = [failure for report in reports for failure in report.failures.values()]
    if not failed:
        return ExitCode.OK
    codes = {failure.exit_code for failure in failed}
    everything = all(report.failures for report in reports)
    return codes.pop() if everything and len(codes) == 1 else ExitCode.PARTIAL
