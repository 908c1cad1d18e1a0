"""``baekseo draft``."""

import json
from collections import Counter
from typing import Any

import click

from pipeline.batch import draft_files, drafting, opening
from pipeline.batch.checking import names_left
from pipeline.batch.drafting import Drafted
from pipeline.batch.inventory import take
from pipeline.batch.material import Material, gather
from pipeline.cli.options import as_json, in_workspace, waiting
from pipeline.drafts.chapters import ChapterDefinition
from pipeline.drafts.reading import printed
from pipeline.drafts.reconcile import Conflict
from pipeline.drafts.uncarried import TRACKED
from pipeline.errors import ExitCode, InputError
from pipeline.workspace import Workspace


@click.command(short_help="Compose the chapters from all sessions, keeping every edit.")
@click.argument("chapters", nargs=-1, type=int, metavar="[CHAPTER]...")
@click.option(
    "--force", is_flag=True, help="Compose again even where nothing changed, or where sessions are missing."
)
@as_json
@waiting
@in_workspace
def command(chapters: tuple[int, ...], force: bool, as_json: bool, wait: bool, workspace: Workspace) -> int:
    """Compose the CHAPTERs (all, if none is named) into drafts/chapter-N.hwpx, .docx and .md.

    Files that a person changed are read first and merged: what was written stays, what was deleted stays
    deleted, and the edited file is kept in drafts/edited. Where person and machine changed the same words,
    the person's stand and the machine's go into a comment. Sessions come as the last baekseo run left them;
    where one that was in a chapter is not there any more, nothing is written.
    """
    with opening.to_write(workspace, wait) as opened:
        material = gather(workspace, take(workspace, opened.ledger, None).sessions)
        definitions = chosen(workspace, chapters)
        if not force:
            _refuse_to_drop(workspace, definitions, material)
        done = [
            drafting.draft(workspace, opened.config, definition, material, force)
            for definition in definitions
        ]
    if as_json:
        click.echo(json.dumps([plain(each, material) for each in done], ensure_ascii=False, indent=2))
    else:
        for each in done:
            show(each, material)
        if material.left_out:
            click.echo(f"not in it, run them first: {', '.join(material.left_out)}")
    return ExitCode.OK


def _refuse_to_drop(workspace: Workspace, definitions: list[ChapterDefinition], material: Material) -> None:
    """A recording may be out of sight for a while, as on a disk that is not mounted."""
    there = {each.session.id for each in material.sessions}
    drafted = {name for each in definitions for name in draft_files.composed_of(workspace, each.number)}
    if missing := sorted(drafted - there):
        raise InputError(
            f"전에 실린 녹음 가운데 보이지 않거나 처리가 끝나지 않은 것이 있습니다: {', '.join(missing)}",
            "먼저 실행해 주십시오: baekseo run. 빼고 만들려면 baekseo draft --force로 실행하십시오.",
            "missing_session",
        )


def chosen(workspace: Workspace, numbers: tuple[int, ...]) -> list[ChapterDefinition]:
    """The definitions of the chapters named; of all, if none is.

    Raises:
        InputError: the workspace defines no chapter, or not that one.
    """
    known = drafting.definitions(workspace)
    if not known:
        raise InputError(
            "정의된 장이 없습니다.",
            f"{workspace.config / 'chapters'}에 chapter-N.toml을 넣어 주십시오.",
            "no_chapter",
        )
    for number in numbers:
        if number not in [definition.number for definition in known]:
            listed = ", ".join(str(definition.number) for definition in known)
            raise InputError(f"{number}장은 정의되어 있지 않습니다.", f"정의된 장: {listed}", "no_chapter")
    return [definition for definition in known if not numbers or definition.number in numbers]


def plain(done: Drafted, material: Material) -> dict[str, Any]:
    """What came of a chapter, for a script."""
    return {
        "chapter": done.number,
        "title": done.title,
        "outcome": "drafted" if done.reason else "current",
        "reason": done.reason,
        "files": [str(path) for path in done.files],
        "kept": [str(path) for path in done.kept],
        "left_out": done.left_out,
        "edits": len(done.edits),
        "left_behind": dict(done.left_behind),
        "withheld": done.withheld,
        "names_left": _names_left(done, material),
        "clashes": [{"id": each.id, "edited": each.edited, "draft": each.machine} for each in done.clashes],
        "conflicts": [
            {"id": each.id, "edited": each.edited, "machine": each.machine} for each in done.conflicts
        ],
    }


def show(done: Drafted, material: Material) -> None:
    """What came of a chapter, for a person."""
    state = f"drafted ({done.reason})" if done.reason else "up to date"
    click.echo(f"chapter {done.number}, {done.title}: {state}")
    for path in done.files:
        click.echo(f"  {path}")
    if done.edits:
        click.echo(f"  {len(done.edits)} edits taken in; as they were: {', '.join(map(str, done.kept))}")
    tell_left_behind(done)
    tell_withheld(done)
    for clash in done.clashes:
        what = "edited" if clash.edited else "deleted"
        click.echo(f"  {clash.id} was {what}, and the draft has changed there since: a comment tells both")
    for conflict in done.conflicts:
        click.echo(f"  {_clash(conflict)}")
    if left := _names_left(done, material):
        counted = ", ".join(f"{name} {count}곳" for name, count in left.items())
        told = f"  실을 수 없는 이름이 남아 있습니다: {counted}. 사람이 쓰거나 고친 글이라 그대로 두었습니다."
        click.secho(f"{told} 찾아서 고쳐 주십시오: baekseo check {done.files[-1]}", fg="red")


def _names_left(done: Drafted, material: Material) -> dict[str, int]:
    """How often the chapter names whom, of those who withdrew or are anonymous: only people write that."""
    blocks = printed(draft_files.read_file(done.files[-1])) if done.files else ()
    return dict(Counter(leak.what for leak in names_left(blocks, material)))


def _clash(conflict: Conflict) -> str:
    if conflict.machine or not conflict.base:
        return f"both changed {conflict.id}: yours stands, the machine's is in a comment"
    return (
        f"{conflict.id} was edited, and may no longer be printed or was not heard again: it stays, look at it"
    )


def tell_left_behind(done: Drafted) -> None:
    """Say what of an edited file only that file holds."""
    left = dict(done.left_behind)
    if left.pop(TRACKED, 0):
        click.echo(f"  {TRACKED}: 고치신 대로 합쳤습니다. 새 초안에는 변경 표시가 없습니다.")
    if left:
        counted = ", ".join(f"{what} {count}" for what, count in left.items())
        where = f"({', '.join(map(str, done.kept))})" if done.kept else ""
        told = f"  새 초안으로 옮기지 못하는 것: {counted}. 고치신 파일에 그대로 있습니다{where}."
        click.secho(f"{told} 새 초안에 다시 넣어 주십시오.", fg="yellow")


def tell_withheld(done: Drafted) -> None:
    """Say that an edited file holds what somebody said who was forgotten."""
    if done.withheld:
        where = f" 그 파일의 사본도 지워 주십시오: {', '.join(map(str, done.kept))}" if done.kept else ""
        told = f"  고치신 파일에 동의 철회로 삭제한 발언이 {done.withheld}문장 있어 싣지 않았습니다."
        click.secho(f"{told} 빠진 자리에는 메모가 있습니다.{where}", fg="yellow")
