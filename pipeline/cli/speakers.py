"""``baekseo speakers``."""

import json
from dataclasses import asdict
from typing import Any

import click

from pipeline.batch import opening
from pipeline.batch.inventory import take
from pipeline.batch.opening import Opened
from pipeline.batch.voices import Heard, name_voices, remember, survey
from pipeline.cli.display import clock
from pipeline.cli.options import as_json, in_workspace, waiting
from pipeline.cli.run import select
from pipeline.errors import ExitCode, InputError
from pipeline.model import Role, Session
from pipeline.speech.speakers import Clue, Proposal
from pipeline.workspace import Workspace

CLUES = {
    "self-introduction": "introduces themselves",
    "address": "is called by name",
    "asks": "asks most of the questions",
    "voice": "sounds like them",
}
SAMPLE_CHARACTERS = 60

Decision = tuple[str, str, Role | None]


@click.command(short_help="Show who speaks in a session, and say who it is.")
@click.argument("session")
@click.option("--set", "names", multiple=True, metavar="S1=NAME[:ROLE]", help="Say whose voice it is.")
@click.option(
    "--accept", "accepted", multiple=True, metavar="S1|all", help="Take the name proposed for a voice."
)
@click.option("--clear", "cleared", multiple=True, metavar="S1", help="Take back what was said of a voice.")
@click.option(
    "--remember", "remembered", multiple=True, metavar="S1", help="Take a named voice into the voice library."
)
@as_json
@waiting
@in_workspace
def command(
    session: str,
    names: tuple[str, ...],
    accepted: tuple[str, ...],
    cleared: tuple[str, ...],
    remembered: tuple[str, ...],
    as_json: bool,
    wait: bool,
    workspace: Workspace,
) -> int:
    """Show the voices of SESSION: how long each speaks, something it says, and who it may be.

    A name is only proposed, never taken silently. What you say is kept in the session's edits.json, which no
    run writes; it finds its voice again after any new diarization. Roles: moderator, interviewer, citizen,
    expert, official; without one, the sidecar's or config/people.toml's. --accept all takes every proposal.

    A voice is remembered, to be proposed in later sessions, only of people with voice = true in the sidecar
    or in config/people.toml; see baekseo voices.
    """
    decisions = [_decision(text) for text in names] + [(voice, "", None) for voice in cleared]
    if not decisions and not accepted and not remembered:
        with opening.to_read(workspace) as opened:
            heard = survey(workspace, _session(opened, session), opened.config)
    else:
        with opening.to_write(workspace, wait) as opened:
            chosen = _session(opened, session)
            proposed = survey(workspace, chosen, opened.config) if accepted else []
            decisions += [decision for voice in accepted for decision in _accept(voice, proposed)]
            if decisions:
                name_voices(workspace, chosen, decisions)
            for voice in remembered:
                remember(workspace, chosen, opened.config, voice)
            heard = survey(workspace, chosen, opened.config)
    if as_json:
        click.echo(json.dumps([_plain(each) for each in heard], ensure_ascii=False, indent=2))
    else:
        _print(session, heard, bool(decisions))
    return ExitCode.OK


def _session(opened: Opened, name: str) -> Session:
    chosen, problems = select(take(opened.workspace, opened.ledger, None), (name,))
    for problem in problems.values():
        raise problem
    if not chosen:
        raise InputError(
            f"{name}의 녹음을 아직 읽지 않았습니다.", f"먼저 실행해 주십시오: baekseo run {name}", "voices"
        )
    return chosen[0]


def _decision(text: str) -> Decision:
    voice, equals, rest = text.partition("=")
    name, _, role = rest.partition(":")
    if not equals or not voice.strip() or not name.strip():
        raise click.BadParameter(f"{text!r} is not S1=NAME or S1=NAME:ROLE", param_hint="--set")
    if role and role not in list(Role):
        raise click.BadParameter(f"{role!r} is no role; known: {', '.join(Role)}", param_hint="--set")
    return voice.strip(), name.strip(), Role(role) if role else None


def _accept(voice: str, heard: list[Heard]) -> list[Decision]:
    found = [each.proposal for each in heard if each.proposal and voice in (each.voice.label, "all")]
    if not found and voice != "all":
        raise click.BadParameter(f"nobody is proposed for {voice}", param_hint="--accept")
    return [(proposal.voice, proposal.name, None) for proposal in found]


def _plain(heard: Heard) -> dict[str, Any]:
    return {
        "voice": heard.voice.label,
        "speech_ms": heard.voice.speech_ms,
        "sample": {"text": heard.sample, "recording": heard.recording, "at_ms": heard.at_ms},
        "person": asdict(heard.person) if heard.person else None,
        "proposal": asdict(heard.proposal) if heard.proposal else None,
    }


def _print(session: str, heard: list[Heard], decided: bool) -> None:
    if not heard:
        click.echo("no voices: nobody speaks in the recordings")
        return
    for each in heard:
        who = f"{each.person.name} ({each.person.role})" if each.person else "-"
        voice = click.style(each.voice.label, bold=True)
        click.echo(f"{voice}  {clock(each.voice.speech_ms)}  {click.style(who, fg='green')}")
        if each.sample:
            click.echo(f"    [{clock(each.at_ms)}] {_shortened(each.sample)}")
        if each.proposal:
            click.echo(f"    may be {_proposal(each.proposal)}")
    proposed = [each for each in heard if each.proposal]
    if decided:
        click.echo(f"next: baekseo run {session}")
    elif proposed:
        click.echo(f"next: baekseo speakers {session} --accept {proposed[0].voice.label}")
    elif any(each.person is None for each in heard):
        click.echo(f"next: baekseo speakers {session} --set {heard[0].voice.label}=NAME")


def _shortened(text: str) -> str:
    return text if len(text) <= SAMPLE_CHARACTERS else f"{text[:SAMPLE_CHARACTERS]}…"


def _proposal(proposal: Proposal) -> str:
    reasons = ", ".join(_reason(clue) for clue in proposal.clues)
    return f"{proposal.name} {proposal.score:.0%}: {reasons}"


def _reason(clue: Clue) -> str:
    return CLUES[clue.kind] + (f" at {clock(clue.at_ms)}" if clue.at_ms is not None else "")
