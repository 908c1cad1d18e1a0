"""``baekseo forget``."""

import json
from dataclasses import asdict, fields
from typing import Any

import click

from pipeline.batch import executors, opening, retention
from pipeline.batch.forgetting.carrying_out import begin, carry_out, pending
from pipeline.batch.forgetting.order import Order, find_out
from pipeline.batch.forgetting.proof import Proof, Remains
from pipeline.batch.forgetting.spoken_names import LEAST_SURE
from pipeline.batch.opening import Opened
from pipeline.batch.plan import Planner
from pipeline.batch.run_log import open_log
from pipeline.batch.runner import Runner
from pipeline.batch.stages import STAGES
from pipeline.cli import display
from pipeline.cli.options import as_json, in_workspace, waiting
from pipeline.cli.run import take_inventory
from pipeline.errors import ExitCode
from pipeline.model import Session
from pipeline.workspace import Workspace


@click.command(short_help="Delete everything of a person or a session, and prove it.")
@click.argument("target", metavar="PERSON|SESSION", required=False)
@click.option("--dry-run", is_flag=True, help="Only say what would be deleted.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--recordings", is_flag=True, help="Delete the recordings of forgotten sessions too.")
@click.option("--edited-copies", is_flag=True, help="Delete edited files that still hold something too.")
@click.option("--resume", is_flag=True, help="Finish what was cut short.")
@click.option("--due", is_flag=True, help="Only list sessions kept longer than [retention] allows.")
@as_json
@waiting
@in_workspace
def command(
    target: str | None,
    dry_run: bool,
    yes: bool,
    recordings: bool,
    edited_copies: bool,
    resume: bool,
    due: bool,
    as_json: bool,
    wait: bool,
    workspace: Workspace,
) -> int:
    """Delete everything of a PERSON, wherever they occur, or of a SESSION, and write a proof.

    Of a session in which others speak too, only the person's words go; what others said stays as it is, their
    name is masked wherever others say it. A session in which nobody but who asks would be left goes wholly.
    Recordings and edited copies are listed and stay, unless --recordings or --edited-copies is given;
    recordings that stay are never worked on again. See docs/privacy.md.
    """
    if due:
        return _due(workspace, as_json)
    if not (target or resume):
        raise click.UsageError("name a PERSON or a SESSION, or give --resume or --due")
    if dry_run and target:
        with opening.to_read(workspace) as opened:
            wanted = find_out(opened, target, recordings, edited_copies)
        _show_plan(wanted, as_json)
        return ExitCode.OK
    with opening.to_write(workspace, wait, forgetting=True) as opened:
        open_log(workspace)
        take_inventory(opened, quiet=as_json)
        begun = pending(workspace)
        if begun is not None and not resume:
            raise click.UsageError("a forgetting was cut short; finish it first: baekseo forget --resume")
        if begun is None and not target:
            click.echo("nothing was cut short")
            return ExitCode.OK
        if begun is None:
            wanted = find_out(opened, target or "", recordings, edited_copies)
            if not (yes or as_json):
                _show_plan(wanted, as_json=False)
                click.confirm("되돌릴 수 없습니다. 지울까요?", abort=True)
            begun = begin(opened, wanted, STAGES)
        proof, remains = carry_out(opened, begun, STAGES, _redo)
    _show(workspace, proof, remains, begun.order, as_json)
    return ExitCode.CONFLICT if remains.others else ExitCode.OK


def _redo(opened: Opened, planner: Planner, sessions: list[Session]) -> None:
    if sessions:
        with (
            executors.open_pool("serial", 1, opened, click.echo) as pool,
            display.listener(quiet=True) as listener,
        ):
            Runner(planner, opened.ledger, pool, executors.usable_cores(), listener).run(sessions, {})


def _show_plan(wanted: Order, as_json: bool) -> None:
    if as_json:
        plan: dict[str, Any] = {
            "person": wanted.target if wanted.is_person else None,
            "sessions": list(wanted.whole),
            "redacted": {name: sum(a.end_ms - a.start_ms for a in s) for name, s in wanted.silences.items()},
            "renamed": wanted.renamed,
            "recordings": list(wanted.files),
        }
        click.echo(json.dumps(plan, ensure_ascii=False, indent=2))
        return
    for name in wanted.whole:
        click.echo(f"{name}: the whole session")
    for name, silent in wanted.silences.items():
        seconds = sum(anchor.end_ms - anchor.start_ms for anchor in silent) / 1000
        click.echo(f"{name}: {seconds:.1f} s of speech; what others say stays")
    for old, new in wanted.renamed.items():
        click.echo(f"{old}: renamed to {new}")
    for file in wanted.files:
        click.echo(f"{file}: {'deleted' if wanted.recordings else 'stays, and is never worked on again'}")


def _due(workspace: Workspace, as_json: bool) -> int:
    with opening.to_read(workspace) as opened:
        found = retention.due(opened)
        limited = retention.limited(opened)
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=2))
        return ExitCode.OK
    for each in found:
        click.echo(f"{each.session}: kept since {each.since} ({each.basis}), due {each.due}")
        click.echo(f"  baekseo forget {each.session}")
    if not found:
        unlimited = "nothing is ever due: [retention] in config/pipeline.toml sets no days"
        click.echo("nothing is due" if limited else unlimited)
    return ExitCode.OK


def _show(workspace: Workspace, proof: Proof, remains: Remains, order: Order, as_json: bool) -> None:
    renamed = sorted(order.renamed.values())
    kinds = {each.name: getattr(remains, each.name) for each in fields(remains)}
    left = {kind: [p.relative_to(workspace.root).as_posix() for p in paths] for kind, paths in kinds.items()}
    if as_json:
        document = {
            "proof": proof.id,
            "key": proof.key,
            "files": len(proof.files),
            "renamed": renamed,
            "remains": left,
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    click.echo(f"삭제했습니다. 확인서: {workspace.forgotten / proof.id}.txt")
    click.echo(f"확인 열쇠(따로 보관하십시오. 다시 볼 수 없습니다): {proof.key}")
    for name in renamed:
        click.echo(f"이름이 들어 있던 세션은 이제 이렇게 부릅니다: {name}")
    wording = {
        "sources": "원본 녹음과 안내 파일에 남아 있습니다",
        "edited": "편집본에 남아 있습니다. 확인하고 지우십시오(--edited-copies)",
        "others": "아직 남아 있습니다. 이 사람을 가리키는 것이면 고치거나 지우십시오",
        "pictures": "편집자가 초안에 넣은 그림입니다. 이 사람이 보이면 초안에서 빼고 파일도 지우십시오",
    }
    for kind, names in left.items():
        for name in names:
            click.echo(f"  {wording[kind]}: {name}")
    if left["others"] and order.is_person and len(order.target) < LEAST_SURE:
        click.echo(
            "  두 글자 이름은 다른 낱말일 수 있습니다(이상, 정도). 분명한 곳은 가렸고 나머지만 남겼습니다."
        )
    if not any(names for kind, names in left.items() if kind != "pictures"):
        click.echo("작업 폴더 어디에도 남아 있지 않습니다.")
