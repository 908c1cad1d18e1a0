"""What is to be forgotten: which sessions whole, and where in others somebody, or their name, is heard."""

import re
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from pipeline.batch import people_files, store
from pipeline.batch.forgetting import hushing, traces
from pipeline.batch.forgetting.renaming import new_names
from pipeline.batch.forgetting.spoken_names import LEAST_SURE, SpokenName
from pipeline.batch.inventory import take
from pipeline.batch.opening import Opened
from pipeline.edits import Anchor, load_edits
from pipeline.errors import InputError, StageError
from pipeline.model import CleanTurn, Diarization, Participant, Session, Transcript, Turn
from pipeline.speech import speakers
from pipeline.speech.speakers import ASKING_ROLES
from pipeline.workspace import Workspace


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
    """Sessions to be forgotten, with the digests of their recordings, also of those that were replaced."""
    replaced: tuple[str, ...] = ()
    """Recordings that others took the place of, in sessions that stay and are changed: nobody knows any more
    whose words are in their results, so all of those go."""
    files: tuple[str, ...] = ()
    """Their recordings and sidecars, relative to the workspace."""
    voices: dict[str, tuple[str, ...]] = {}
    """Voices to be forgotten of sessions that stay."""
    silences: dict[str, tuple[Anchor, ...]] = {}
    """Where, in sessions that stay, nothing may be heard again."""
    renamed: dict[str, str] = {}
    """Sessions that stay and whose names held the person's, with the names that they get."""
    pictures: tuple[str, ...] = ()
    """Of editors, in chapters in which the person speaks or is spoken of; relative to the workspace."""
    phrases: tuple[str, ...] = ()
    """Short hashes by which their words are known in drafts."""

    def words(self) -> list[str]:
        """What a search must not find afterwards."""
        names = [self.target] if self.is_person else []
        digests = [digest[:12] for digests in self.whole.values() for digest in digests]
        return [*names, *self.whole, *digests]

    def digests(self) -> list[str]:
        """The recordings of which no result may be left, and which are never worked on again."""
        return [*(digest for each in self.whole.values() for digest in each), *self.replaced]

    def with_new_names(self) -> "Order":
        """The order once the sessions are renamed."""
        names = self.renamed
        voices = {names.get(session, session): own for session, own in self.voices.items()}
        silences = {names.get(session, session): silent for session, silent in self.silences.items()}
        return self.model_copy(update={"voices": voices, "silences": silences})

    def spellings(self) -> list[str]:
        """The same words in every way that files spell them."""
        return [each for word in self.words() for each in traces.spellings(word)]

    def name(self) -> SpokenName | None:
        """Finds the person where somebody speaks of them."""
        return SpokenName(self.target) if self.is_person else None


def find_out(opened: Opened, target: str, recordings: bool = False, edited_copies: bool = False) -> Order:
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
        return _with_whole(opened, found, sessions, {target: known[target]})
    return _with_person(opened, found, sessions)


def replaced(opened: Opened, session: str, sessions: Iterable[Session]) -> set[str]:
    """Recordings of which a session keeps results, and which none of all ``sessions`` has any more.

    Nor may any other session have had it that cannot be opened just now: it may have come from this one.
    """
    heads = map(store.read_head, opened.workspace.session(session).glob("*.*.json"))
    today = {recording.digest for each in sessions for recording in each.recordings}
    others = {digest for each in opened.ledger.sessions() if each.id != session for digest in each.digests}
    return {head.unit for head in heads if head and head.unit} - today - others


def _with_whole(
    opened: Opened, found: Order, sessions: Collection[Session], whole: dict[str, tuple[str, ...]]
) -> Order:
    """The order with sessions to be forgotten, and where their recordings lie."""
    workspace = opened.workspace
    whole = {
        name: (*digests, *sorted(replaced(opened, name, sessions) - set(digests)))
        for name, digests in whole.items()
    }
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


def _with_person(opened: Opened, found: Order, sessions: Collection[Session]) -> Order:
    name = found.target
    search = _Search(opened, name, found.name())
    for session in sessions:
        search.look_into(session)
    if search.unknown:
        told = f"{name} 님의 목소리를 정하지 않은 녹음이 있습니다: {', '.join(search.unknown)}."
        hint = f"먼저 목소리를 정해 주십시오: baekseo speakers {search.unknown[0]} --set S1={name}"
        raise InputError(told, hint, "forget_voice")
    if not (search.whole or search.voices or traces.search(opened.workspace, [name])):
        raise InputError(
            f"{name}: 그런 사람이나 녹음이 없습니다.",
            "이름을 확인해 주십시오: baekseo consent",
            "forget_nobody",
        )
    staying = [session for session in sessions if session.id not in search.whole]
    full = traces.pattern([name]) if len(name) >= LEAST_SURE else None
    _refuse_named_files(name, staying, full)
    update = {
        "voices": search.voices,
        "renamed": new_names(opened, (session.id for session in staying), full),
        "silences": search.silences,
        "phrases": tuple(sorted(_hashes(search.theirs, search.others))),
    }
    return _with_whole(opened, found.model_copy(update=update), sessions, search.whole)


def _refuse_named_files(name: str, sessions: Iterable[Session], full: re.Pattern[str] | None) -> None:
    """Recordings are the organisation's own: their names are not ours to change, and would come back."""
    paths = [recording.path for session in sessions for recording in session.recordings]
    if named := [path for path in paths if full and full.search(traces.nfc(path))]:
        raise InputError(
            f"다른 사람의 말도 담긴 녹음의 파일 이름에 {name} 님의 이름이 있습니다: {', '.join(named)}.",
            "녹음과 안내 파일의 이름을 바꾼 뒤 다시 하십시오. 바꾸어도 다시 받아쓰지 않습니다.",
            "forget_named",
        )


@dataclass(slots=True)
class _Search:
    """Looks for a person in one session after the other."""

    opened: Opened
    name: str
    said: SpokenName | None
    """Finds the name where somebody says it."""
    whole: dict[str, tuple[str, ...]] = field(default_factory=dict)
    voices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    silences: dict[str, tuple[Anchor, ...]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    """Sessions in which nobody has said which voice is theirs."""
    theirs: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    def look_into(self, session: Session) -> None:
        """Note what of a session is the person's."""
        people = _people(self.opened, session)
        own = tuple(voice for voice, person in people.items() if person.name == self.name)
        if not own and any(person.name == self.name for person in session.participants):
            self.unknown.append(session.id)
        elif own and _nothing_left(people, own):
            self.whole[session.id] = tuple(recording.digest for recording in session.recordings)
        else:
            self._note_part(session, own)

    def _note_part(self, session: Session, own: tuple[str, ...]) -> None:
        workspace = self.opened.workspace
        if silent := _silences(workspace, session, own, self.said):
            self.silences[session.id] = tuple(silent)
        if own:
            self.voices[session.id] = own
            said, by_others = _said(workspace, session.id, own)
            self.theirs += said
            self.others += by_others


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
    workspace: Workspace, session: Session, own: tuple[str, ...], name: SpokenName | None
) -> list[Anchor]:
    """Where some voices are heard, or the name is said."""
    silent: list[Anchor] = []
    for recording in session.recordings:
        with suppress(StageError):  # not recognised yet: nothing is known that could be forgotten
            heard = store.read_artifact(
                workspace.artifact(session.id, "transcribe", recording.digest), Transcript
            )
            silent += hushing.mentions(heard, name)
    if own:
        with suppress(StageError):
            voices = store.read_artifact(workspace.artifact(session.id, "diarize"), Diarization)
            turns = store.read_artifact(workspace.artifact(session.id, "attribute"), tuple[Turn, ...])
            silent += hushing.silences(voices, turns, own)
    return hushing.united(silent)


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
