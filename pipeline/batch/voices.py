"""Who speaks in a session: the voices that were found, who they are said to be, and who may be proposed."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.batch import store
from pipeline.config import Configuration
from pipeline.edits import Edits, Naming, add_namings, load_edits
from pipeline.errors import InputError, StageError
from pipeline.model import (
    Annotation,
    CleanTurn,
    Consent,
    Diarization,
    Participant,
    Role,
    Session,
    Transcript,
    Turn,
    Voice,
)
from pipeline.speech import speakers
from pipeline.speech.library import enrol, load_library, recognise, save_library
from pipeline.speech.speakers import Clue, Proposal
from pipeline.speech.voice_models import EMBEDDING
from pipeline.workspace import Workspace

TELLING_CHARACTERS = 12
"""A shorter first turn (네, 안녕하세요) says little of who is speaking."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One voice: how long it speaks, something it says and where, who it is said to be, who it may be."""

    voice: Voice
    sample: str
    recording: str
    at_ms: int
    person: Participant | None
    proposal: Proposal | None


def survey(workspace: Workspace, session: Session, config: Configuration) -> list[Heard]:
    """Every voice of a session, in order of first appearance.

    Raises:
        StageError: the session was not diarized yet.
        ConflictError: its edits cannot be understood.
    """
    found = _diarization(workspace, session)
    edits = load_edits(workspace.edits(session.id))
    people = speakers.named(session, found, edits.namings, config.people)
    unnamed = [voice for voice in found.voices if voice.label not in people]
    taken = {person.name for person in people.values()}
    told = [*_clues(workspace, session), *_recognised(workspace, session, config, unnamed)]
    clues = [clue for clue in told if clue.name not in taken]
    proposals = {proposal.voice: proposal for proposal in speakers.propose(unnamed, clues)}
    samples = _samples(workspace, session)
    return [
        Heard(
            voice,
            *samples.get(voice.label, ("", "", 0)),
            people.get(voice.label),
            proposals.get(voice.label),
        )
        for voice in found.voices
    ]


def remember(workspace: Workspace, session: Session, config: Configuration, label: str) -> str:
    """Take a named voice into the voice library and return the name. The caller holds the workspace.

    Raises:
        InputError: nobody has said whose voice it is, they did not agree, or there is too little of it.
    """
    heard = next((each for each in survey(workspace, session, config) if each.voice.label == label), None)
    if heard is None or heard.person is None:
        raise InputError(
            f"누구의 목소리인지 아직 정하지 않았습니다: {label}.",
            f"먼저 정해 주십시오: baekseo speakers {session.id} --set {label}=이름",
            "voice",
        )
    name = heard.person.name
    if not heard.person.voice:
        raise InputError(
            f"{name} 님은 목소리를 기억하는 데 동의하지 않았습니다.",
            "동의를 받았다면 안내 파일이나 config/people.toml에 voice = true를 적어 주십시오.",
            "voice_consent",
        )
    known = load_library(workspace.voices)
    save_library(workspace.voices, enrol(known, EMBEDDING.sha256, name, session.id, heard.voice))
    return name


def _recognised(
    workspace: Workspace, session: Session, config: Configuration, voices: Sequence[Voice]
) -> tuple[Clue, ...]:
    known = load_library(workspace.voices)
    known_people = [speakers.participant(session, name, None, config.people) for name in known.people]
    consenting = {each.name for each in known_people if each.voice and each.consent is not Consent.WITHDRAWN}
    return recognise(known, EMBEDDING.sha256, consenting, session.id, voices)


def name_voices(
    workspace: Workspace, session: Session, names: Sequence[tuple[str, str, Role | None]]
) -> Edits:
    """Add who voices are (label, name, role) to what people decided; an empty name takes it back.

    The caller holds the workspace.

    Raises:
        InputError: no such voice.
        StageError: the session was not diarized yet.
    """
    found = _diarization(workspace, session)
    known = [voice.label for voice in found.voices]
    for label, _, _ in names:
        if label not in known:
            raise InputError(
                f"{session.id}에는 {label} 목소리가 없습니다(있는 목소리: {', '.join(known) or '없음'}).",
                f"목소리 이름을 확인해 주십시오: baekseo speakers {session.id}",
                "voice",
            )
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    return add_namings(
        workspace.edits(session.id),
        [
            Naming(anchors=speakers.anchors(found, label), name=name, role=role, at=now)
            for label, name, role in names
        ],
    )


def _diarization(workspace: Workspace, session: Session) -> Diarization:
    try:
        return store.read_artifact(workspace.artifact(session.id, "diarize"), Diarization)
    except StageError as failure:
        raise InputError(
            f"{session.id}의 목소리를 아직 나누지 않았습니다.",
            f"먼저 실행해 주십시오: baekseo run {session.id}",
            "voices",
        ) from failure


def _clues(workspace: Workspace, session: Session) -> tuple[Clue, ...]:
    """What the conversation tells; nothing before it was annotated."""
    try:
        turns = store.read_artifact(workspace.artifact(session.id, "clean"), tuple[CleanTurn, ...])
        annotations = store.read_artifact(workspace.artifact(session.id, "annotate"), tuple[Annotation, ...])
    except StageError:
        return ()
    return speakers.clues(session, turns, annotations)


def _samples(workspace: Workspace, session: Session) -> dict[str, tuple[str, str, int]]:
    """The first telling words of each voice: text, recording and millisecond."""
    try:
        turns = store.read_artifact(workspace.artifact(session.id, "attribute"), tuple[Turn, ...])
        transcripts = {
            recording.digest: store.read_artifact(
                workspace.artifact(session.id, "transcribe", recording.digest), Transcript
            )
            for recording in session.recordings
        }
    except StageError:
        return {}
    samples: dict[str, tuple[str, str, int]] = {}
    for turn in turns:
        text = transcripts[turn.recording].text(turn.words)
        told = len(samples.get(turn.voice or "", ("",))[0])
        if turn.voice and told < TELLING_CHARACTERS and len(text) > told:
            samples[turn.voice] = (text, turn.recording, turn.start_ms)
    return samples
