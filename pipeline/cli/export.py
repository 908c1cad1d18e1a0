"""``baekseo export``."""

import sys
from pathlib import Path

import click

from pipeline.batch import draft_files, opening, store
from pipeline.batch.documents import dialogue, documents
from pipeline.batch.inventory import take
from pipeline.batch.material import gather
from pipeline.cli.options import in_workspace
from pipeline.cli.run import select
from pipeline.drafts.told import recording_names
from pipeline.errors import ConflictError, ExitCode, InputError, StageError
from pipeline.files import write_atomic
from pipeline.model import Session
from pipeline.workspace import Workspace

FORMATS = ("hwpx", "docx", "md", "txt", "json", "srt", "vtt")


@click.command(short_help="Write a transcript or a chapter to a file or to standard output.")
@click.argument("what", metavar="SESSION|CHAPTER")
@click.option("--format", "ending", type=click.Choice(FORMATS), required=True, help="What to write.")
@click.option("--part", type=click.IntRange(1), default=1, help="Which recording, for srt and vtt.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to; default: standard output.",
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@in_workspace
def command(what: str, ending: str, part: int, output: Path | None, force: bool, workspace: Workspace) -> int:
    """Write the transcript of a SESSION (every format), or a CHAPTER by its number (hwpx, docx, md).

    A chapter comes as last drafted, with every edit that was taken in.
    """
    with opening.to_read(workspace) as opened:
        sessions = take(workspace, opened.ledger, None).sessions
        if what.isdecimal():
            data = _chapter(workspace, int(what), ending, sessions)
        else:
            chosen, problems = select(take(workspace, opened.ledger, None), (what,))
            for problem in problems.values():
                raise problem
            data = _transcript(workspace, chosen, ending, part)
    if output is None:
        sys.stdout.buffer.write(data)
        return ExitCode.OK
    if output.exists() and store.digest(output.read_bytes()) != store.digest(data) and not force:
        raise ConflictError(
            f"{output} is there already.", "Name another file, or replace it with --force.", "export"
        )
    write_atomic(output, data)
    click.echo(str(output))
    return ExitCode.OK


def _chapter(workspace: Workspace, number: int, ending: str, sessions: tuple[Session, ...]) -> bytes:
    known = draft_files.formats()
    if ending not in known:
        raise click.BadParameter(f"a chapter can be {', '.join(known)}", param_hint="--format")
    chapter = draft_files.chapter_of(workspace, number)
    if chapter is None:
        raise InputError(
            f"{number}장의 초안이 아직 없습니다.", "먼저 실행해 주십시오: baekseo draft", "no_draft"
        )
    called = recording_names(gather(workspace, sessions).sessions)
    return draft_files.written(workspace, chapter, called, (ending,))[ending]


def _transcript(workspace: Workspace, chosen: list[Session], ending: str, part: int) -> bytes:
    try:
        made = documents(dialogue(workspace, chosen[0]))
    except (IndexError, StageError) as failure:
        raise InputError(
            "아직 처리하지 않은 녹음입니다.", "먼저 실행해 주십시오: baekseo run", "not_yet"
        ) from failure
    name = next((n for n in (f"transcript.{ending}", f"transcript.{part}.{ending}") if n in made), None)
    if name is None:
        raise click.BadParameter(f"there is no recording {part}", param_hint="--part")
    return made[name]()
