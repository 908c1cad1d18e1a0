"""What chapters are made of: all that the runs have made of the sessions, read and told apart by digests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pipeline.batch import store
from pipeline.drafts.passages import SessionMaterial
from pipeline.errors import StageError
from pipeline.model import Annotation, CleanTurn, Participant, Session, Span, Transcript
from pipeline.speech.speakers import ASKING_ROLES
from pipeline.workspace import Workspace

KEY_SENTENCES = 8
"""Sentences of a session that leads and pull quotes are chosen from first."""

STAGES = ("transcribe", "speakers", "clean", "annotate")
"""Whose results a chapter is made of."""


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that chapters are made of."""

    sessions: tuple[SessionMaterial, ...]
    digests: dict[str, Any]
    """What the results of each session are, by its id."""
    left_out: tuple[str, ...]


def gather(workspace: Workspace, sessions: Sequence[Session]) -> Material:
    """Read what the runs have made of the sessions; those that are not finished are left out."""
    found, digests, missing = [], {}, []
    for session in sessions:
        try:
            found.append(_material(workspace, session))
        except StageError:
            missing.append(session.id)
        else:
            digests[session.id] = _digests(workspace, session)
    return Material(tuple(found), digests, tuple(missing))


def _material(workspace: Workspace, session: Session) -> SessionMaterial:
    read = partial(store.read_result, workspace, session.id)
    speakers = read("speakers", dict[str, Participant])
    turns = read("clean", tuple[CleanTurn, ...])
    return SessionMaterial(
        session=session,
        speakers=speakers,
        turns=turns,
        annotations=read("annotate", tuple[Annotation, ...]),
        transcripts={each.digest: read("transcribe", Transcript, each.digest) for each in session.recordings},
        key_sentences=_key_sentences(turns, speakers),
    )


def _key_sentences(
    turns: Sequence[CleanTurn], speakers: Mapping[str, Participant]
) -> tuple[tuple[int, Span], ...]:
    """What says most of what those who do not ask have said."""
    from pipeline.language.keyness import key_sentences
    from pipeline.language.sentences import sentences_of

    asking = {voice for voice, person in speakers.items() if person.role in ASKING_ROLES}
    answers = [sentence for sentence in sentences_of(turns) if sentence.voice not in asking]
    return tuple((key.turn, key.chars) for key in key_sentences(answers, KEY_SENTENCES))


def _digests(workspace: Workspace, session: Session) -> dict[str, Any]:
    """What a chapter depends on of a session: its facts and the content of its results."""
    facts = store.plain(session)
    places = [
        (stage, unit)
        for stage in STAGES
        for unit in ([r.digest for r in session.recordings] if stage == "transcribe" else [""])
    ]
    heads = {
        f"{stage} {unit[:12]}".strip(): store.read_head(workspace.artifact(session.id, stage, unit))
        for stage, unit in places
    }
    return {"facts": facts, **{name: head.facets["all"] if head else "" for name, head in heads.items()}}
