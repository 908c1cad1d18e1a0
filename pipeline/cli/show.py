"""``baekseo show``."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import click

from pipeline.batch import opening, store
from pipeline.batch.inventory import take
from pipeline.cli.display import clock
from pipeline.cli.options import as_json, in_workspace
from pipeline.cli.run import select
from pipeline.drafts.disclosure import Cast, cast
from pipeline.errors import ExitCode, InputError, StageError
from pipeline.model import Annotation, CleanTurn, Link, Participant, Session, Span, Transcript
from pipeline.workspace import Workspace

COLOURS = ("cyan", "green", "yellow", "magenta", "blue", "bright_red", "bright_cyan", "bright_green")
"""One per voice, over again where there are more."""


@dataclass(frozen=True, slots=True)
class _Talk:
    """What was stored of a session."""

    session: Session
    turns: Sequence[CleanTurn]
    annotations: Sequence[Annotation]
    transcripts: dict[str, Transcript]
    people: Cast


@click.command(short_help="Show what was said in a session: as recognised, cleaned, or labelled.")
@click.argument("session")
@click.option(
    "--layer",
    type=click.Choice(["clean", "verbatim", "labels", "diff"]),
    default="clean",
    show_default=True,
    help="diff: what cleaning changed, and by which rule; labels: what each sentence was found to be.",
)
@click.option("--voice", "voices", multiple=True, metavar="S1", help="Show the turns of this voice only.")
@as_json
@in_workspace
def command(session: str, layer: str, voices: tuple[str, ...], as_json: bool, workspace: Workspace) -> int:
    """Show the turns of SESSION with the time at which each begins, in one of four layers."""
    with opening.to_read(workspace) as opened:
        chosen, problems = select(take(workspace, opened.ledger, None), (session,))
    for problem in problems.values():
        raise problem
    talk = _talk(workspace, chosen)
    numbers = [n for n, each in enumerate(talk.turns) if not voices or each.turn.voice in voices]
    if as_json:
        click.echo(json.dumps([_plain(talk, number) for number in numbers], ensure_ascii=False, indent=2))
        return ExitCode.OK
    click.echo_via_pager(f"{line}\n" for number in numbers for line in _lines(talk, number, layer))
    return ExitCode.OK


def _talk(workspace: Workspace, chosen: Sequence[Session]) -> _Talk:
    if not chosen:
        raise _not_yet()
    session = chosen[0]

    read = partial(store.read_result, workspace, session.id)
    try:
        turns = read("clean", tuple[CleanTurn, ...])
        voices = dict.fromkeys(each.turn.voice for each in turns if each.turn.voice)
        return _Talk(
            session,
            turns,
            read("annotate", tuple[Annotation, ...]),
            {each.digest: read("transcribe", Transcript, each.digest) for each in session.recordings},
            cast(session, read("speakers", dict[str, Participant]), voices),
        )
    except StageError as failure:
        raise _not_yet() from failure


def _not_yet() -> InputError:
    return InputError("아직 처리하지 않은 녹음입니다.", "먼저 실행해 주십시오: baekseo run", "not_yet")


def _plain(talk: _Talk, number: int) -> dict[str, Any]:
    each = talk.turns[number]
    return {
        "recording": each.turn.recording,
        "start_ms": each.turn.start_ms,
        "end_ms": each.turn.end_ms,
        "voice": each.turn.voice,
        "speaker": talk.people.label(each.turn.voice),
        "verbatim": _verbatim(talk, each),
        "clean": each.text,
        "links": [asdict(link) for link in each.links if link.reason],
        "labels": [asdict(one) for one in talk.annotations if one.turn == number],
    }


def _lines(talk: _Talk, number: int, layer: str) -> Iterator[str]:
    each = talk.turns[number]
    parts = [recording.digest for recording in talk.session.recordings]
    part = f"{parts.index(each.turn.recording) + 1}부 " if len(parts) > 1 else ""
    colour = COLOURS[int((each.turn.voice or "S1")[1:]) % len(COLOURS) - 1]
    speaker = click.style(talk.people.label(each.turn.voice), fg=colour, bold=True)
    yield click.style(f"[{part}{clock(each.turn.start_ms)}] ", dim=True) + speaker
    yield from LAYERS[layer](talk, number)
    yield ""


def _verbatim(talk: _Talk, each: CleanTurn) -> str:
    return talk.transcripts[each.turn.recording].text(each.turn.words)


def _said(talk: _Talk, number: int) -> Iterable[str]:
    return [_verbatim(talk, talk.turns[number])]


def _clean(talk: _Talk, number: int) -> Iterable[str]:
    return talk.turns[number].text.split("\n")


def _diff(talk: _Talk, number: int) -> Iterable[str]:
    each = talk.turns[number]
    return "".join(_change(each, link) for link in each.links).split("\n")


def _change(each: CleanTurn, link: Link) -> str:
    text = each.text[link.chars.start : link.chars.end]
    if not link.reason:
        return text
    written = text.rstrip()
    before = click.style(f"[-{link.before.strip()}-]", fg="red") if link.before else ""
    after = click.style(f"{{+{written}+}}", fg="green") if written and link.before else written
    space = text[len(written) :] or ("" if written else " ")
    return f"{before}{after}{click.style(f'({link.reason})', dim=True)}{space}"


def _labels(talk: _Talk, number: int) -> Iterator[str]:
    """Each sentence with its labels; then what a part of one was labelled."""
    each = talk.turns[number]
    mine = [one for one in talk.annotations if one.turn == number]
    for sentence in each.sentences:
        yield each.text[sentence.start : sentence.end]
        for one in mine:
            if sentence.start <= one.chars.start < sentence.end:
                yield "    " + click.style(_label(each, one, sentence), fg="yellow")


def _label(each: CleanTurn, one: Annotation, sentence: Span) -> str:
    value = f" {one.value}" if one.value else ""
    whole = one.chars.start <= sentence.start and sentence.end <= one.chars.end
    words = "" if whole else f" “{each.text[one.chars.start : one.chars.end]}”"
    return f"{one.label}{value}{words} ({one.rule})"


LAYERS: dict[str, Callable[[_Talk, int], Iterable[str]]] = {
    "verbatim": _said,
    "clean": _clean,
    "diff": _diff,
    "labels": _labels,
}
