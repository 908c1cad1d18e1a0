"""What is stored of sessions, without what is to be forgotten: changed where it lies, or deleted."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline import files
from pipeline.batch import store
from pipeline.batch.forgetting import hushing, traces
from pipeline.batch.forgetting.order import Order
from pipeline.batch.plan import Planner, State, Step
from pipeline.batch.publish import RECORD, laid_before
from pipeline.batch.rows import ArtifactRow, FileStat, Task
from pipeline.batch.work.sound import decode_but, silence
from pipeline.drafts.disclosure import WITHHELD
from pipeline.edits import Anchor
from pipeline.files import shred
from pipeline.model import Audio, Diarization, Session, Span, Transcript, Turn
from pipeline.speech.voiceprints import Voiceprints
from pipeline.workspace import Workspace

KEPT = ("decode", "transcribe", "voiceprint", "diarize", "attribute")
"""Stages whose results are changed where they lie; those of all others are made again in seconds."""

Place = tuple[str, str]
"""A stage, and the digest of the recording it worked on, empty where it worked on all."""


def touched(workspace: Workspace, wanted: Order, sessions: Iterable[Session]) -> list[Session]:
    """Sessions that stay, and of which something is to be changed."""
    return [
        session
        for session in sessions
        if wanted.silences.get(session.id)
        or wanted.voices.get(session.id)
        or (wanted.is_person and any(holds(path, wanted) for path in _files(workspace, session.id)))
    ]


def holding(planner: Planner, session: Session) -> tuple[Place, ...]:
    """Which results of a session hold as things stand; they must hold again once they are changed."""
    good = {State.CURRENT, State.ADOPTABLE}
    steps = [step for step in planner.plan([session]) if step.task.stage in KEPT]
    return tuple((step.task.stage, step.task.unit) for step in steps if step.state in good)


def going(workspace: Workspace, session: str) -> list[Path]:
    """The files that are changed or deleted of a session that stays."""
    kept = [path for path in _files(workspace, session) if (head := _head(path)) and head.stage in KEPT]
    return kept + _made_again(workspace, session)


def hush(planner: Planner, session: Session, wanted: Order, holding: Sequence[Place]) -> None:
    """Change what is stored of a session that stays; what is made of it is deleted, to be made again.

    Args:
        planner: of the configuration and the decisions without the person.
        session: which.
        wanted: what is to be forgotten.
        holding: results that held before anything was changed: their others' words are not recognised again.
    """
    settled: dict[Task, Step] = {}
    for task in planner.tasks(session):
        path = planner.workspace.artifact(task.session, task.stage, task.unit)
        if task.stage not in KEPT or (head := store.read_head(path)) is None:
            continue
        body = _hushed(planner, session, task, wanted)
        ingredients = head.ingredients
        needed = planner.needs(task, session)
        if (task.stage, task.unit) in holding and all(need in settled for need in needed):
            ingredients = json.loads(planner.recipe(task, session, settled))
        new = _with_body(head, _scrubbed(ingredients, wanted), body)
        with files.overwriting(path):
            store.write_artifact(path, new, body)
        settled[task] = _settled(path, task, new)
    for path in (*_made_again(planner.workspace, session.id), *_of_replaced(planner.workspace, session)):
        shred(path)


def deleted(workspace: Workspace, session: str, edited_copies: bool) -> list[Path]:
    """The files that go of a session that is forgotten: all but those that a person edited.

    The record by which edited files are told apart comes last: killed in between, they are told apart still.
    """
    folder = workspace.session(session)
    laid = laid_before(folder)
    return sorted(
        (
            path
            for path in _files(workspace, session)
            if edited_copies
            or not path.name.startswith("transcript.")
            or store.digest(path.read_bytes()) in laid
        ),
        key=lambda path: (path.name == RECORD, path),
    )


def delete(workspace: Workspace, session: str, edited_copies: bool) -> None:
    """Delete all results of a session but for files that a person edited."""
    for path in deleted(workspace, session, edited_copies):
        shred(path)
    folder = workspace.session(session)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def delete_blocks(planner: Planner, others: Iterable[Session], wanted: Order) -> None:
    """Delete unfinished work, but for that of sessions which have nothing to do with it."""
    folder = planner.workspace.cache / "blocks"
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    if not found:
        return
    known = {planner.workspace.blocks(step.fingerprint) for step in planner.plan(others) if step.fingerprint}
    for path in found:
        if path not in known or any(holds(each, wanted) for each in path.glob("*")):
            shred(path)


def holds(path: Path, wanted: Order) -> bool:
    """Whether a file holds one of the words that a search must not find."""
    found = traces.pattern(wanted.words())
    return found is not None and bool(traces.inside(path.name, path.read_bytes(), found))


def _hushed(planner: Planner, session: Session, task: Task, wanted: Order) -> Any:
    """What a stage has stored, without what is to be forgotten."""
    workspace = planner.workspace
    path = workspace.artifact(task.session, task.stage, task.unit)
    silent = wanted.silences.get(session.id, ())
    voices = wanted.voices.get(session.id, ())
    match task.stage:
        case "decode":
            return store.plain(_silenced(planner, session, store.read_artifact(path, Audio), silent))
        case "transcribe":
            attributed = workspace.artifact(session.id, "attribute")
            turns = store.read_artifact(attributed, tuple[Turn, ...]) if voices else ()
            transcript = store.read_artifact(path, Transcript)
            return store.plain(hushing.hushed(transcript, turns, voices, silent, wanted.name()))
        case "voiceprint":
            return store.plain(hushing.without_prints(store.read_artifact(path, Voiceprints), silent))
        case "diarize":
            return store.plain(hushing.without_embeddings(store.read_artifact(path, Diarization), voices))
    return json.loads(path.read_bytes())["body"]


def _silenced(planner: Planner, session: Session, audio: Audio, silent: Iterable[Anchor]) -> Audio:
    """What is known of decoded sound once it is silent; where the cache lacks it, it is decoded again.

    Raises:
        InputError: the cache lacks it and the recording cannot be read.
    """
    workspace = planner.workspace
    path = workspace.pcm(audio.recording)
    spans = [Span(a.start_ms, a.end_ms) for a in silent if a.recording == audio.recording]
    if not spans:
        return audio
    if path.exists():
        return replace(audio, pcm_sha256=silence(path, spans))
    file = next(workspace.inside(r.path) for r in session.recordings if r.digest == audio.recording)
    return decode_but(spans, file, path, audio.recording, planner.config.settings.media, lambda _: None)


def _scrubbed(ingredients: store.Ingredients, wanted: Order) -> store.Ingredients:
    """Ingredients of a result that was out of date, without the name."""
    if not wanted.is_person:
        return ingredients
    told = store.canonical(ingredients).decode()
    found: store.Ingredients = json.loads(told.replace(wanted.target, WITHHELD))
    return found


def _with_body(head: store.Head, ingredients: store.Ingredients, body: Any) -> store.Head:
    facets = {**head.facets, "all": store.digest(store.canonical(body))}
    if head.stage == "decode":
        facets["pcm"] = body["pcm_sha256"]
    return store.Head(head.stage, head.unit, store.digest(store.canonical(ingredients)), ingredients, facets)


def _settled(path: Path, task: Task, head: store.Head) -> Step:
    stat = FileStat.of(path)
    row = ArtifactRow(head.fingerprint, head.facets, stat.size, stat.mtime_ns)
    return Step(task, State.CURRENT, "hushed", row=row)


def _made_again(workspace: Workspace, session: str) -> list[Path]:
    """Results of the other stages, and the files that they have laid down for people."""
    laid = laid_before(workspace.session(session))
    return [
        path
        for path in _files(workspace, session)
        if store.digest(path.read_bytes()) in laid or ((head := _head(path)) and head.stage not in KEPT)
    ]


def _of_replaced(workspace: Workspace, session: Session) -> list[Path]:
    """Results of recordings that others took the place of: nobody knows any more whose words are in them."""
    today = {recording.digest for recording in session.recordings}
    found = ((path, _head(path)) for path in _files(workspace, session.id))
    return [path for path, head in found if head and head.unit and head.unit not in today]


def _files(workspace: Workspace, session: str) -> list[Path]:
    return sorted(path for path in workspace.session(session).glob("*") if path.is_file())


def _head(path: Path) -> store.Head | None:
    head = store.read_head(path) if path.suffix == ".json" else None
    return head if head and head.stage == path.name.partition(".")[0] else None
