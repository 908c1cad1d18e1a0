"""``baekseo consent``."""

import difflib
import json
import unicodedata
from dataclasses import asdict, dataclass, replace

import click

from pipeline.batch import opening, people_files, store
from pipeline.batch.inventory import take
from pipeline.batch.opening import Opened
from pipeline.cli.options import as_json, in_workspace, waiting
from pipeline.cli.run import select
from pipeline.config import load_configuration
from pipeline.errors import ExitCode, StageError
from pipeline.model import Consent, Participant, Session
from pipeline.workspace import Workspace


@dataclass(frozen=True, slots=True)
class _Line:
    """One person in one session; ``session`` is empty for what holds wherever a session says nothing else."""

    session: str
    name: str
    role: str
    consent: str
    source: str
    """Where it is said: ``sidecar``, ``people.toml``, or ``nowhere`` (a name given to a voice)."""


@click.command(short_help="List what each person allows, and change it.")
@click.argument("session", required=False)
@click.option(
    "--set", "changes", multiple=True, metavar="NAME=CONSENT", help="granted, anonymous or withdrawn."
)
@as_json
@waiting
@in_workspace
def command(
    session: str | None, changes: tuple[str, ...], as_json: bool, wait: bool, workspace: Workspace
) -> int:
    """List what each person allows in each session (or in SESSION), and where that is written.

    --set writes it: into the sidecar of SESSION, or, without SESSION, into config/people.toml and every
    sidecar that names the person. Comments and layout of the files stay. Then: baekseo run, baekseo draft.
    Somebody who withdraws is only no longer shown; to delete what they said: baekseo forget NAME.
    """
    wanted = [_change(text) for text in changes]
    if wanted:
        with opening.to_write(workspace, wait) as opened:
            known = {line.name for line in _lines(opened, None) if line.session}
            for name, consent in wanted:
                _set(opened, session, name, consent)
            fresh = load_configuration(workspace.config)
            lines = _lines(replace(opened, config=fresh), session)
        _warn_of_strangers([name for name, _ in wanted], known)
    else:
        with opening.to_read(workspace) as opened:
            lines = _lines(opened, session)
    if as_json:
        click.echo(json.dumps([asdict(line) for line in lines], ensure_ascii=False, indent=2))
        return ExitCode.OK
    for line in lines:
        click.echo(
            f"{line.session or '(everywhere)'}  {line.name}  {line.role}  {line.consent}  {line.source}"
        )
    click.echo("next: baekseo run" if wanted else "" if lines else "nobody is named yet")
    return ExitCode.OK


def _warn_of_strangers(names: list[str], known: set[str]) -> None:
    """A name written otherwise than in the sessions would allow or withdraw nothing."""
    for name in (name for name in names if name not in known):
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.3)
        hint = f"; did you mean {near[0]}?" if near else ""
        click.echo(f"nobody is called {name} in any session{hint}", err=True)


def _change(text: str) -> tuple[str, Consent]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or value.strip() not in list(Consent):
        raise click.BadParameter(f"{text!r} is not NAME={'|'.join(Consent)}", param_hint="--set")
    # A terminal may give it decomposed (NFD); in files it is composed.
    return unicodedata.normalize("NFC", name.strip()), Consent(value.strip())


def _set(opened: Opened, session: str | None, name: str, consent: Consent) -> None:
    workspace = opened.workspace
    if session is not None:
        (chosen,) = _chosen(opened, session)
        path = people_files.sidecar_of(chosen, workspace)
        people_files.set_consent(path, people_files.PARTICIPANT, name, consent)
        return
    people_files.set_consent(workspace.config / "people.toml", "person", name, consent)
    for path in people_files.naming(workspace, name):
        people_files.set_consent(path, people_files.PARTICIPANT, name, consent)


def _chosen(opened: Opened, name: str | None) -> list[Session]:
    chosen, problems = select(take(opened.workspace, opened.ledger, None), (name,) if name else ())
    if name:
        for problem in problems.values():
            raise problem
    if name and not chosen:
        raise click.UsageError(f"{name} was not read yet; next: baekseo run")
    return chosen


def _lines(opened: Opened, name: str | None) -> list[_Line]:
    people = opened.config.people
    lines = [_Line("", p.name, p.role, p.consent, "people.toml") for p in people.person if not name]
    for session in _chosen(opened, name):
        named = {person.name: person for person in (*_named(opened, session), *session.participants)}
        listed = {person.name for person in session.participants}
        for person in named.values():
            known = "people.toml" if people.find(person.name) else "nowhere"
            source = "sidecar" if person.name in listed else known
            lines.append(_Line(session.id, person.name, person.role, person.consent, source))
    return lines


def _named(opened: Opened, session: Session) -> list[Participant]:
    """Those to whom somebody gave a voice."""
    path = opened.workspace.artifact(session.id, "speakers")
    try:
        return list(store.read_artifact(path, dict[str, Participant]).values())
    except StageError:
        return []
