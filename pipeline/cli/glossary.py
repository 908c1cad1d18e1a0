"""``baekseo glossary``."""

import json
from dataclasses import asdict

import click

from pipeline.batch import opening, store
from pipeline.batch.inventory import take
from pipeline.cli.options import as_json, in_workspace
from pipeline.config import load_glossary
from pipeline.errors import ExitCode, StageError
from pipeline.language.corrections import correct, suggest
from pipeline.model import CleanTurn
from pipeline.workspace import Workspace

WHY = {
    "spacing": "other spacing: corrected",
    "variant": "listed variant: corrected and marked",
    "sound": "sounds alike: corrected and marked",
    "person": "name of a person: only suggested",
}


@click.group(short_help="Try the glossary on a sentence, or find words it may lack.")
def command() -> None:
    """Try the glossary on a sentence, or find words it may lack; config/glossary.toml holds it."""


@command.command(short_help="Show what the glossary would do to TEXT.")
@click.argument("text")
@as_json
@in_workspace
def test(text: str, as_json: bool, workspace: Workspace) -> int:
    """Show what the glossary would do to TEXT and why, changing nothing."""
    corrected = correct(text, load_glossary(workspace.config / "glossary.toml"))
    if as_json:
        click.echo(json.dumps(asdict(corrected), ensure_ascii=False, indent=2))
        return ExitCode.OK
    click.echo(corrected.text)
    for each in corrected.corrections:
        distance = f", distance {each.distance:.2f}" if each.distance else ""
        click.echo(f"  {each.heard} -> {each.name} ({each.kind}; {WHY[each.why]}{distance})")
    if not corrected.corrections:
        click.echo("  nothing to correct")
    return ExitCode.OK


@command.command("suggest", short_help="List frequent words that no dictionary knows.")
@click.option(
    "--least", default=3, show_default=True, type=click.IntRange(1), help="How often a word must be said."
)
@as_json
@in_workspace
def list_unknown(least: int, as_json: bool, workspace: Workspace) -> int:
    """List words of all sessions that neither the dictionary nor the glossary knows, most frequent first.

    Each comes with sentences it is said in, and with names of the glossary that may be meant.
    """
    with opening.to_read(workspace) as opened:
        sessions = {}
        for session in take(workspace, opened.ledger, None).sessions:
            try:
                path = workspace.artifact(session.id, "clean")
                sessions[session.id] = store.read_artifact(path, tuple[CleanTurn, ...])
            except StageError:
                continue
        found = suggest(sessions, opened.config.glossary, least)
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=2))
        return ExitCode.OK
    for each in found:
        near = f", perhaps {', '.join(each.near)}" if each.near else ""
        click.echo(f"{each.form}: {each.count} times in {len(each.sessions)} sessions{near}")
        for example in each.examples:
            click.echo(f"    {example}")
    if not found:
        click.echo(f"no unknown word is said {least} times; {len(sessions)} sessions were looked through")
    return ExitCode.OK
