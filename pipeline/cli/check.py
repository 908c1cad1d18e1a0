"""``baekseo check``."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import click

from pipeline.batch import draft_files, drafting, opening
from pipeline.batch.checking import Checked, check_draft
from pipeline.batch.inventory import take
from pipeline.batch.material import gather
from pipeline.cli.display import clock
from pipeline.cli.options import as_json, in_workspace
from pipeline.drafts.check import FAITHFUL, Finding
from pipeline.drafts.leaks import Leak
from pipeline.drafts.reading import ReadBlock, printed
from pipeline.drafts.told import recording_names, session_names
from pipeline.errors import ExitCode
from pipeline.model import Source
from pipeline.workspace import Workspace

COLOURS = {"altered": "red", "not-found": "red", "wrong-speaker": "red", "edited": "yellow", "exact": "green"}
LEAKS = {
    "withdrawn": "철회한 참여자의 이름",
    "anonymous": "익명 참여자의 이름",
    "personal": "개인 정보",
}


@click.command(short_help="Hold every quotation of a draft against what was said.")
@click.argument("draft", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--all", "everything", is_flag=True, help="Also list what was quoted faithfully.")
@as_json
@in_workspace
def command(draft: Path, everything: bool, as_json: bool, workspace: Workspace) -> int:
    """Hold every quotation and attributed statement of DRAFT (.hwpx, .docx, .md) against what was said.

    exact: word for word; edited: as minutes may be corrected (particles, endings, spelling); altered: a
    word, number or negation is another; not-found: nobody said it; wrong-speaker: somebody else did. Each
    comes with the second to listen to. Names that are withheld and personal data are found too. Ends with 8
    if anything but exact and edited was found.
    """
    blocks = printed(draft_files.read_file(draft))
    with opening.to_read(workspace) as opened:
        material = gather(workspace, take(workspace, opened.ledger, None).sessions)
        checked = check_draft(blocks, material, drafting.definitions(workspace), opened.config)
    if as_json:
        told = _plain(checked, blocks, session_names(material.sessions))
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _print(checked, blocks, recording_names(material.sessions), everything)
    return ExitCode.OK if checked.is_sound else ExitCode.CONFLICT


def _plain(checked: Checked, blocks: tuple[ReadBlock, ...], named: dict[str, str]) -> dict[str, Any]:
    return {
        "sound": checked.is_sound,
        "findings": [
            {
                "block": finding.id,
                "verdict": finding.verdict,
                "text": finding.claim.text,
                "by": finding.claim.by,
                "said": finding.said,
                "speaker": finding.speaker,
                "source": _source(finding.source, named),
                "differences": [
                    {"matter": each.matter, "said": each.said, "written": each.written}
                    for each in finding.differences
                ],
            }
            for finding in checked.findings
        ],
        "leaks": [
            {"block": blocks[leak.block].id, "rule": leak.rule, "what": leak.what} for leak in checked.leaks
        ],
    }


def _source(source: Source | None, named: dict[str, str]) -> dict[str, Any] | None:
    if source is None:
        return None
    return {"session": named[source.session], "recording": source.recording, "start_ms": source.start_ms}


def _print(checked: Checked, blocks: tuple[ReadBlock, ...], called: dict[str, str], everything: bool) -> None:
    for finding in checked.findings:
        if everything or finding.verdict not in FAITHFUL:
            _print_finding(finding, called)
    for leak in checked.leaks:
        click.echo(f"{click.style(LEAKS[leak.rule], fg='red')}: {_context(leak, blocks)}")
    counts = Counter(finding.verdict.value for finding in checked.findings)
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common())
    click.echo(f"{len(checked.findings)} quotations: {told or 'none'}; {len(checked.leaks)} leaks")


def _print_finding(finding: Finding, called: dict[str, str]) -> None:
    verdict = click.style(finding.verdict.value, fg=COLOURS[finding.verdict])
    by = f" {finding.claim.by}:" if finding.claim.by else ""
    click.echo(f"{verdict}{by} {finding.claim.text}")
    if finding.source:
        where = called.get(finding.source.recording, finding.source.session)
        click.echo(f"    {where} {clock(finding.source.start_ms)}, {finding.speaker}: {finding.said}")
    for each in finding.differences:
        click.echo(f"    {each.matter.value}: {each.said or '-'} -> {each.written or '-'}")


def _context(leak: Leak, blocks: tuple[ReadBlock, ...]) -> str:
    text = blocks[leak.block].speaker if leak.in_label else blocks[leak.block].text
    return f"{leak.what} in “{text[max(0, leak.chars.start - 15) : leak.chars.end + 15]}”"
