"""Forgets a session, or a person wherever they occur, so that a search finds nothing of them.

What is asked for is written down first and struck out last: a process killed in between is made up for by
baekseo forget --resume, and nothing else may work in the workspace before. What others said stays as it was;
it is not recognised again. Recordings and edited copies are people's own: listed, and deleted only on demand.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from pipeline.batch import drafting, hushing, people_files, store, tombstones, traces
from pipeline.batch.drafting import chapter_of, definitions
from pipeline.batch.inventory import take
from pipeline.batch.ledger import ArtifactRow, FileStat, Task
from pipeline.batch.material import gather
from pipeline.batch.opening import Opened
from pipeline.batch.plan import Planner, State, Step
from pipeline.batch.proof import Proof, Remains, look_for_remains
from pipeline.batch.publish import laid_before
from pipeline.batch.stage import Stage
from pipeline.batch.status_files import place
from pipeline.batch.work.sound import decode_but, silence
from pipeline.config import load_configuration
from pipeline.drafts.disclosure import WITHHELD
from pipeline.drafts.leaks import name_pattern
from pipeline.drafts.masking import CALLED_BY_TITLE
from pipeline.drafts.told import recording_names
from pipeline.edits import Anchor, load_edits, save_edits
from pipeline.errors import InputError, StageError
from pipeline.files import shred, write_atomic
from pipeline.model import (
    Audio,
    Block,
    Chapter,
    CleanTurn,
    Diarization,
    Participant,
    Session,
    Span,
    Transcript,
    Turn,
)
from pipeline.speech import speakers
from pipeline.speech.library import Library, load_library, save_library
from pipeline.speech.speakers import ASKING_ROLES
from pipeline.speech.voiceprints import Voiceprints
from pipeline.workspace import Workspace

KEPT = ("decode", "transcribe", "voiceprint", "diarize", "attribute")
"""Stages whose results are changed where they lie; those of all others are made again in seconds."""

Redo = Callable[[Opened, Planner, list[Session]], None]
"""Runs what is stale of some sessions."""


class Order(BaseModel):
    """Everything that is needed to forget, also once half of it is gone already."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: str
    is_person: bool
    recordings: bool = False
    """Delete the recordings of sessions that are forgotten, with their sidecars."""
    edited_copies: bool = False
    """Delete edited files that still hold something."""
    whole: dict[str, tuple[str, ...]] = {}
    """Sessions to be forgotten, with the digests of their recordings."""
    files: tuple[str, ...] = ()
    """Their recordings and sidecars, relative to the workspace."""
    voices: dict[str, tuple[str, ...]] = {}
    """Voices to be forgotten of sessions that stay."""
    silences: dict[str, tuple[Anchor, ...]] = {}
    """Where, in sessions that stay, nothing may be heard again."""
    phrases: tuple[str, ...] = ()
    """Short hashes by which their words are known in drafts."""

    def words(self) -> list[str]:
        """What a search must not find afterwards."""
        names = [self.target] if self.is_person else []
        digests = [digest[:12] for digests in self.whole.values() for digest in digests]
        return [*names, *self.whole, *digests]

    def name(self) -> re.Pattern[str] | None:
        """Finds the person where somebody speaks of them."""
        return spoken_name(self.target) if self.is_person else None


def spoken_name(name: str) -> re.Pattern[str]:
    """Finds a name in what is said; one of two syllables, which may be a common word, only before a title."""
    if len(name) > 2:
        found = traces.pattern([name])
        assert found is not None  # noqa: S101 - a name of three letters is searched for
        return re.compile(f"{found.pattern}|{name_pattern(name).pattern}")
    return re.compile(rf"(?<![가-힣]){re.escape(name)}{CALLED_BY_TITLE}")


def order(opened: Opened, target: str, recordings: bool = False, edited_copies: bool = False) -> Order:
    """Find out what is to be forgotten.

    Raises:
        InputError: nobody and nothing of that name is known, or nobody has said which voice is the person's.
    """
    target = traces.nfc(target.strip())
    inventory = take(opened.workspace, opened.ledger, None)
    sessions = inventory.sessions
    known = {each.id: each.digests for each in opened.ledger.sessions()}
    closed = sorted({*inventory.unread, *inventory.problems, *inventory.gone})
    if target not in known and closed:
        raise InputError(
            f"이 녹음을 열 수 없어 무엇이 남는지 알 수 없습니다: {', '.join(closed)}.",
            "녹음을 되돌리거나 안내 파일을 고친 뒤(baekseo status), 또는 그 녹음을 지운 뒤 다시 하십시오.",
            "forget_closed",
        )
    found = Order(
        target=target, is_person=target not in known, recordings=recordings, edited_copies=edited_copies
    )
    if not found.is_person:
        return _with_whole(opened.workspace, found, sessions, {target: known[target]})
    return _with_person(opened, found, sessions)


def pending(workspace: Workspace) -> Order | None:
    """What was begun and not finished."""
    try:
        return Order.model_validate_json(workspace.forgetting.read_bytes())
    except FileNotFoundError:
        return None


def carry_out(opened: Opened, wanted: Order, stages: tuple[Stage, ...], redo: Redo) -> tuple[Proof, Remains]:
    """Forget; the caller holds the workspace. Doing it again does no harm.

    Args:
        opened: the workspace.
        wanted: from :func:`order` or :func:`pending`.
        stages: the pipeline's.
        redo: runs what has become stale of the sessions that stay.
    """
    workspace = opened.workspace
    sessions = [s for s in take(workspace, opened.ledger, None).sessions if s.id not in wanted.whole]
    if pending(workspace) is None:
        drafting.take_in_edits(workspace, opened.config, gather(workspace, sessions + _whole(opened, wanted)))
        write_atomic(workspace.forgetting, wanted.model_dump_json().encode(), mode=0o600)
    proof = Proof.begun(wanted.target, wanted.is_person, wanted.whole)
    _bury(workspace, wanted)
    _purge_drafts(opened, wanted, sessions)
    before = _steps(opened, stages, sessions)
    _forget_decisions(workspace, wanted, sessions)
    opened = Opened(workspace, load_configuration(workspace.config), opened.ledger)
    sessions = [s for s in take(workspace, opened.ledger, None).sessions if s.id not in wanted.whole]
    planner = Planner(workspace, opened.config, stages, opened.ledger)
    touched = [s for s in sessions if _hush(planner, s, wanted, before, proof)]
    for name in wanted.whole:
        proof.shredded(_delete_session(workspace, name, wanted))
    _delete_recordings(workspace, wanted, proof)
    opened.ledger.erase(wanted.whole, [d for ds in wanted.whole.values() for d in ds], wanted.words())
    redo(opened, Planner(workspace, opened.config, stages, opened.ledger), touched)
    _recompose(opened)
    _clean_log(workspace, wanted)
    remains = look_for_remains(workspace, wanted.words(), wanted.phrases)
    if wanted.edited_copies:
        proof.shredded(_shred_all(remains.edited))
        remains = look_for_remains(workspace, wanted.words(), wanted.phrases)
    proof.save(workspace, remains, len(wanted.whole))
    shred(workspace.forgetting)
    return proof, remains


def _with_whole(
    workspace: Workspace, found: Order, sessions: Iterable[Session], whole: dict[str, tuple[str, ...]]
) -> Order:
    """The order with sessions to be forgotten, and where their recordings lie."""
    paths: list[Path] = []
    for session in sessions:
        if session.id in whole:
            sidecar = people_files.sidecar_of(session, workspace)
            own = [workspace.root / recording.path for recording in session.recordings]
            paths += [path for path in (*own, sidecar) if path.is_file()]
    phrases = [text for name in whole for text in _said(workspace, name, None)[0]]
    files = tuple(path.relative_to(workspace.root).as_posix() for path in paths)
    known = _hashes(phrases, ()) | set(found.phrases)
    return found.model_copy(update={"whole": whole, "files": files, "phrases": tuple(sorted(known))})


def _with_person(opened: Opened, found: Order, sessions: Iterable[Session]) -> Order:
    workspace, name = opened.workspace, found.target
    voices: dict[str, tuple[str, ...]] = {}
    silences: dict[str, tuple[Anchor, ...]] = {}
    whole: dict[str, tuple[str, ...]] = {}
    unknown = []
    theirs: list[str] = []
    others: list[str] = []
    digests = {each.id: each.digests for each in opened.ledger.sessions()}
    for session in sessions:
        people = _people(opened, session)
        own = tuple(voice for voice, person in people.items() if person.name == name)
        takes_part = any(person.name == name for person in session.participants)
        if takes_part and not own:
            unknown.append(session.id)
        elif own and _nothing_left(people, own):
            whole[session.id] = digests[session.id]
        else:
            silences[session.id] = tuple(_silences(workspace, session, own, found.name()))
            if own:
                voices[session.id] = own
                said, by_others = _said(workspace, session.id, own)
                theirs += said
                others += by_others
    if unknown:
        raise InputError(
            f"{name} 님의 목소리를 정하지 않은 녹음이 있습니다: {', '.join(unknown)}.",
            f"{name} 님의 목소리를 정하지 않은 녹음: {', '.join(unknown)}.",
            "forget_voice",
        )
    update = {
        "voices": voices,
        "silences": {key: value for key, value in silences.items() if value},
        "phrases": tuple(sorted(_hashes(theirs, others))),
    }
    made = _with_whole(workspace, found.model_copy(update=update), sessions, whole)
    if not (whole or voices or traces.search(workspace, [name])):
        raise InputError(
            f"{name}: 그런 사람이나 녹음이 없습니다.",
            "이름을 확인해 주십시오: baekseo consent",
            "forget_nobody",
        )
    return made


def _nothing_left(people: dict[str, Participant], own: tuple[str, ...]) -> bool:
    """Whether, without the person, only those are left who ask."""
    return all(person.role in ASKING_ROLES for voice, person in people.items() if voice not in own)


def _people(opened: Opened, session: Session) -> dict[str, Participant]:
    try:
        found = store.read_artifact(opened.workspace.artifact(session.id, "diarize"), Diarization)
    except StageError:
        return {}
    namings = load_edits(opened.workspace.edits(session.id)).namings
    return speakers.named(session, found, namings, opened.config.people)


def _silences(
    workspace: Workspace, session: Session, own: tuple[str, ...], name: re.Pattern[str] | None
) -> list[Anchor]:
    try:
        turns = store.read_artifact(workspace.artifact(session.id, "attribute"), tuple[Turn, ...])
        voices = store.read_artifact(workspace.artifact(session.id, "diarize"), Diarization)
        heard = [
            store.read_artifact(workspace.artifact(session.id, "transcribe", r.digest), Transcript)
            for r in session.recordings
        ]
    except StageError:
        return []
    said = [anchor for transcript in heard for anchor in hushing.mentions(transcript, name)]
    return hushing.united([*hushing.silences(voices, turns, own), *said])


def _said(workspace: Workspace, session: str, own: tuple[str, ...] | None) -> tuple[list[str], list[str]]:
    """Clean text of some voices' turns (of all where None), and of the others'."""
    try:
        turns = store.read_artifact(workspace.artifact(session, "clean"), tuple[CleanTurn, ...])
    except StageError:
        return [], []
    mine = [turn.text for turn in turns if own is None or hushing.is_theirs(turn.turn, own)]
    return mine, [turn.text for turn in turns if own is not None and not hushing.is_theirs(turn.turn, own)]


def _hashes(texts: Iterable[str], others: Iterable[str]) -> set[str]:
    found = {each for text in texts for each in hushing.shingles(text)}
    return found - {each for text in others for each in hushing.shingles(text)}


def _whole(opened: Opened, wanted: Order) -> list[Session]:
    return [s for s in take(opened.workspace, opened.ledger, None).sessions if s.id in wanted.whole]


def _steps(opened: Opened, stages: tuple[Stage, ...], sessions: list[Session]) -> dict[Task, Step]:
    """How every result stands before anything is changed."""
    planner = Planner(opened.workspace, opened.config, stages, opened.ledger)
    return {step.task: step for step in planner.plan(sessions)}


def _bury(workspace: Workspace, wanted: Order) -> None:
    """See to it that the recordings of forgotten sessions are not taken up again."""
    stones = tombstones.load(workspace)
    paths = [workspace.root / name for name in wanted.files]
    digests = [digest for each in wanted.whole.values() for digest in each]
    if digests:
        tombstones.save(workspace, stones.bury(digests, paths))


def _purge_drafts(opened: Opened, wanted: Order, sessions: list[Session]) -> None:
    """Take their blocks out of the chapters, edited or not; edited files are kept by as they were."""
    called = recording_names(gather(opened.workspace, sessions).sessions)
    name = wanted.name()

    def change(machine: Chapter, shown: Chapter) -> tuple[Chapter, Chapter]:
        ids = {block.id for block in machine.blocks if _is_theirs(block, wanted)}
        return _purged(machine, wanted, ids, name), _purged(shown, wanted, ids, name)

    stale = {f"session.{each}" for each in (*wanted.whole, *wanted.silences, *(s.id for s in sessions))}
    drafting.rewrite(opened.workspace, change, stale.__contains__, called)


def _purged(chapter: Chapter, wanted: Order, ids: set[str], name: re.Pattern[str] | None) -> Chapter:
    kept = [b for b in chapter.blocks if b.id not in ids and not _is_theirs(b, wanted)]
    if name is None:
        return replace(chapter, blocks=tuple(kept))
    full = traces.pattern([wanted.target])

    def masked(text: str) -> str:
        hidden = hushing.masked(text, name)
        return hushing.masked(hidden, full)

    return replace(
        chapter,
        blocks=tuple(
            replace(
                block,
                text=masked(block.text),
                speaker=masked(block.speaker),
                cells=tuple(map(masked, block.cells)),
                remarks=tuple(replace(each, text=masked(each.text)) for each in block.remarks),
            )
            for block in kept
        ),
    )


def _is_theirs(block: Block, wanted: Order) -> bool:
    """Whether a block holds words that are to be forgotten, or facts of a session that is."""
    keys = [hashlib.sha256(name.encode()).hexdigest()[:6] for name in wanted.whole]
    if any(key in block.id.split("-") for key in keys):
        return True
    for spoken in block.spoken:
        source = spoken.source
        if source.session in wanted.whole:
            return True
        own = Span(source.start_ms, source.end_ms)
        silent = [a for a in wanted.silences.get(source.session, ()) if a.recording == source.recording]
        if 2 * sum(own.overlap(Span(a.start_ms, a.end_ms)) for a in silent) > own.length:
            return True
    return not hushing.shingles(block.text).isdisjoint(wanted.phrases)


def _forget_decisions(workspace: Workspace, wanted: Order, sessions: list[Session]) -> None:
    """Take the person out of what people decided and wrote, and out of the remembered voices."""
    if wanted.is_person:
        people_files.forget(workspace, wanted.target)
        for session in sessions:
            path = workspace.edits(session.id)
            edits = load_edits(path)
            kept = tuple(naming for naming in edits.namings if naming.name != wanted.target)
            silent = tuple(hushing.united([*edits.silences, *wanted.silences.get(session.id, ())]))
            if (kept, silent) != (edits.namings, edits.silences):
                save_edits(path, edits.model_copy(update={"namings": kept, "silences": silent}))
    library = load_library(workspace.voices)
    people = {
        name: tuple(each for each in prints if each.session not in wanted.whole)
        for name, prints in library.people.items()
        if not (wanted.is_person and name == wanted.target)
    }
    left = Library(model=library.model, people={name: prints for name, prints in people.items() if prints})
    if left != library:
        shred(workspace.voices)
        save_library(workspace.voices, left)


def _hush(planner: Planner, session: Session, wanted: Order, before: dict[Task, Step], proof: Proof) -> bool:
    """Change what is stored of a session that stays; gives whether something of it is to be made again."""
    workspace = planner.workspace
    folder = workspace.session(session.id)
    held = wanted.silences.get(session.id) or wanted.voices.get(session.id)
    if not held and not (wanted.is_person and any(_holds(path, wanted) for path in _ours(folder))):
        return False
    settled: dict[Task, Step] = {}
    for task in planner.tasks(session):
        path = workspace.artifact(task.session, task.stage, task.unit)
        head = store.read_head(path)
        if head is None or task.stage not in KEPT:
            continue
        body = _hushed_body(planner, session, task, wanted)
        facets = {**head.facets, "all": store.digest(store.canonical(body))}
        if task.stage == "decode":
            facets["pcm"] = body["pcm_sha256"]
        ingredients = head.ingredients
        old = before.get(task)
        if (
            old
            and old.state in {State.CURRENT, State.ADOPTABLE}
            and _all_settled(planner, task, session, settled)
        ):
            ingredients = json.loads(planner.recipe(task, session, settled))
        ingredients = _scrubbed(ingredients, wanted)
        made_of = store.digest(store.canonical(ingredients))
        new = store.Head(head.stage, head.unit, made_of, ingredients, facets)
        proof.shredded([store.digest(path.read_bytes())])
        store.write_artifact(path, new, body)
        settled[task] = _settled(path, task, new)
    laid = laid_before(folder)
    for path in _ours(folder):
        stage = path.name.partition(".")[0]
        if path.parent == folder and (store.digest(path.read_bytes()) in laid or _is_redone(path, stage)):
            proof.shredded(_shred_all([path]))
    return True


def _settled(path: Path, task: Task, head: store.Head) -> Step:
    stat = FileStat.of(path)
    row = ArtifactRow(head.fingerprint, head.facets, stat.size, stat.mtime_ns)
    return Step(task, State.CURRENT, "hushed", row=row)


def _all_settled(planner: Planner, task: Task, session: Session, settled: dict[Task, Step]) -> bool:
    return all(need in settled for need in planner.needs(task, session))


def _hushed_body(planner: Planner, session: Session, task: Task, wanted: Order) -> Any:
    """What a stage has stored, without what is to be forgotten."""
    workspace, stage = planner.workspace, task.stage
    path = workspace.artifact(task.session, stage, task.unit)
    silent = wanted.silences.get(session.id, ())
    voices = wanted.voices.get(session.id, ())
    if stage == "decode":
        return store.plain(_hushed_sound(planner, session, store.read_artifact(path, Audio), silent))
    if stage == "transcribe":
        turns = store.read_artifact(workspace.artifact(session.id, "attribute"), tuple[Turn, ...])
        transcript = store.read_artifact(path, Transcript)
        return store.plain(hushing.hushed(transcript, turns, voices, silent, wanted.name()))
    if stage == "voiceprint":
        return store.plain(hushing.without_prints(store.read_artifact(path, Voiceprints), silent))
    if stage == "diarize":
        return store.plain(hushing.without_embeddings(store.read_artifact(path, Diarization), voices))
    return json.loads(path.read_bytes())["body"]


def _hushed_sound(planner: Planner, session: Session, audio: Audio, silent: Iterable[Anchor]) -> Audio:
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


def _ours(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.is_file()) if folder.is_dir() else []


def _is_redone(path: Path, stage: str) -> bool:
    head = store.read_head(path) if path.suffix == ".json" else None
    return head is not None and head.stage == stage and stage not in KEPT


def _holds(path: Path, wanted: Order) -> bool:
    found = traces.pattern(wanted.words())
    return found is not None and bool(traces.inside(path.name, path.read_bytes(), found))


def _delete_session(workspace: Workspace, name: str, wanted: Order) -> list[str]:
    """Delete all results of a session but for files that a person edited."""
    folder = workspace.session(name)
    laid = laid_before(folder)
    gone = []
    for path in _ours(folder):
        is_edited = path.name.startswith("transcript.") and store.digest(path.read_bytes()) not in laid
        if not is_edited or wanted.edited_copies:
            gone += _shred_all([path])
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
    for digest in wanted.whole[name]:
        shred(workspace.pcm(digest))
    return gone


def _delete_recordings(workspace: Workspace, wanted: Order, proof: Proof) -> None:
    """Delete unfinished work, status files, and, where it was asked for, the recordings themselves."""
    shred(workspace.cache / "blocks")
    for name in wanted.files:
        path = workspace.root / name
        shred(place(path))
        if wanted.recordings:
            proof.shredded(_shred_all([path]))


def _shred_all(paths: Iterable[Path]) -> list[str]:
    """Shred files; gives the digests of what was in them."""
    gone = []
    for path in paths:
        if path.is_file():
            gone.append(store.digest(path.read_bytes()))
            shred(path)
    return gone


def _recompose(opened: Opened) -> None:
    """Compose the chapters that were drafted from what is left."""
    workspace = opened.workspace
    material = gather(workspace, take(workspace, opened.ledger, None).sessions)
    for definition in definitions(workspace):
        if chapter_of(workspace, definition.number) is not None:
            drafting.draft(workspace, opened.config, definition, material)


def _clean_log(workspace: Workspace, wanted: Order) -> None:
    """Take their lines out of the logs, in place: a watch may hold the file open."""
    found = traces.pattern(wanted.words())
    for path in sorted(workspace.transcripts.glob(".run.log*")):
        if found is None or not traces.inside(path.name, path.read_bytes(), found):
            continue
        if path.suffix in {".gz", ".xz", ".bz2"}:
            shred(path)
            continue
        with path.open("r+b") as file:
            lines = file.read().splitlines(keepends=True)
            kept = b"".join(line for line in lines if not traces.holds(line, found))
            file.seek(0)
            file.write(kept + bytes(sum(map(len, lines)) - len(kept)))
            file.flush()
            file.truncate(len(kept))
