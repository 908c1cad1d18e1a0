"""``baekseo evaluate``."""

import json
import unicodedata
from dataclasses import asdict
from pathlib import Path, PurePath
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline.batch import opening, store
from pipeline.batch.inventory import take
from pipeline.cli.options import as_json, in_workspace
from pipeline.cli.run import select
from pipeline.config import Term
from pipeline.errors import ExitCode, InputError, MissingError
from pipeline.evaluate.reference import Reference, load_reference
from pipeline.evaluate.text import TextScores, score_text
from pipeline.evaluate.voices import COLLAR_S, VoiceScores, score_voices
from pipeline.model import Diarization, Session, Transcript, Turn, VoiceTrack
from pipeline.workspace import Workspace


@click.command(short_help="Score a session against a reference that people wrote.")
@click.argument("session")
@click.option(
    "--reference",
    "references",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    required=True,
    help="JSON with file and turns; an .rttm of the same name is read too. Once per recording.",
)
@click.option(
    "--collar",
    default=COLLAR_S,
    show_default=True,
    type=click.FloatRange(0, 5),
    help="Seconds not scored for DER on each side of a boundary of the reference.",
)
@as_json
@in_workspace
def command(
    session: str, references: tuple[Path, ...], collar: float, as_json: bool, workspace: Workspace
) -> int:
    """Score SESSION: text by CER and recall of glossary terms, voices by DER, words by their speaker.

    CER is counted without spaces and punctuation. DER scores overlaps. cpCER is the CER of each speaker's
    words in one piece: wrong text and wrong speakers both count.
    """
    _need_metrics()
    with opening.to_read(workspace) as opened:
        chosen, problems = select(take(workspace, opened.ledger, None), (session,))
        for problem in problems.values():
            raise problem
        terms = opened.config.glossary.term
    results = [
        _score(workspace, one, load_reference(path), terms, collar) for one in chosen for path in references
    ]
    if as_json:
        click.echo(json.dumps(results, ensure_ascii=False, indent=2))
    else:
        for result in results:
            _print(result)
    return ExitCode.OK


def _need_metrics() -> None:
    from importlib.util import find_spec

    if find_spec("pyannote") is None:
        raise MissingError(
            "pyannote.metrics is not installed.", "Install it: pip install 'baekseo[evaluate]'", "library"
        )


def _score(
    workspace: Workspace, session: Session, reference: Reference, terms: tuple[Term, ...], collar: float
) -> dict[str, Any]:
    digest = _recording(session, reference)
    transcript = store.read_artifact(workspace.artifact(session.id, "transcribe", digest), Transcript)
    turns = store.read_artifact(workspace.artifact(session.id, "attribute"), tuple[Turn, ...])
    found = store.read_artifact(workspace.artifact(session.id, "diarize"), Diarization)
    track = next((each for each in found.tracks if each.recording == digest), VoiceTrack(digest, ()))
    ours = [turn for turn in turns if turn.recording == digest]
    text = score_text(reference, transcript, terms)
    voices = score_voices(reference, transcript, ours, track, collar)
    return {"session": session.id, "file": reference.file, "collar_s": collar, **_figures(text, voices)}


def _recording(session: Session, reference: Reference) -> str:
    """The recording that a reference is of: the one of that name, or the only one."""
    wanted = unicodedata.normalize("NFC", reference.file)
    named = [
        each.digest
        for each in session.recordings
        if unicodedata.normalize("NFC", PurePath(each.path).name) == wanted
    ]
    if named or len(session.recordings) == 1:
        return (named or [session.recordings[0].digest])[0]
    raise InputError(
        f"{session.id}에는 {reference.file} 녹음이 없습니다.",
        "기준 글의 file 항목을 확인해 주십시오.",
        "reference",
    )


def _figures(text: TextScores, voices: VoiceScores) -> dict[str, Any]:
    return {
        "cer": {"rate": text.cer.rate, **asdict(text.cer)},
        "cer_with_spaces": {"rate": text.cer_with_spaces.rate, **asdict(text.cer_with_spaces)},
        "terms": {"rate": text.terms.rate, **asdict(text.terms)},
        "der": {"rate": voices.diarization.rate, **asdict(voices.diarization)},
        "voices": {"found": voices.voices, "true": voices.speakers},
        "words": {"accuracy": voices.words.accuracy, **asdict(voices.words)},
        "cp_cer": {"rate": voices.cp_cer.rate, **asdict(voices.cp_cer)},
        "speakers": [
            {
                "speaker": each.speaker,
                "voice": each.voice,
                "accuracy": each.words.accuracy,
                "words": asdict(each.words),
                "cer": each.cer.rate,
            }
            for each in voices.by_speaker
        ],
    }


def _print(result: dict[str, Any]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"[bold]{escape(result['file'])}[/] ({escape(result['session'])})")
    der, terms, words = result["der"], result["terms"], result["words"]
    recall = "no term in the reference" if terms["rate"] is None else f"{terms['found']} of {terms['total']}"
    rows = {
        "CER": f"{result['cer']['rate']:.2%}, with spaces {result['cer_with_spaces']['rate']:.2%}",
        "glossary terms": recall,
        "voices": f"{result['voices']['found']}, truly {result['voices']['true']}",
        "DER": f"{der['rate']:.2%} (missed {der['missed']:.1f} s, false alarm {der['false_alarm']:.1f} s, "
        f"confusion {der['confusion']:.1f} s of {der['total']:.1f} s; collar {result['collar_s']} s)",
        "word speakers": f"{words['accuracy']:.2%} ({words['wrong']} wrong, "
        f"{words['unrecognised']} unrecognised)",
        "cpCER": f"{result['cp_cer']['rate']:.2%}",
    }
    for name, value in rows.items():
        console.print(f"  {name:<15} {value}")
    table = Table("speaker", "voice", "words right", "CER", box=None, header_style="dim")
    for each in result["speakers"]:
        right = f"{each['words']['right']} of {each['words']['right'] + each['words']['wrong']}"
        table.add_row(escape(each["speaker"]), each["voice"] or "-", right, f"{each['cer']:.2%}")
    console.print(table)
