"""Sessions in which every word is somebody's own, through the pipeline's stages in a toy form.

A recording is JSON: turns of a speaker's number and their words. Results have the shapes of the real ones.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import talk
from running import Nobody, drop
from talk import Heard

from pipeline.batch import executors, store
from pipeline.batch.inventory import take
from pipeline.batch.opening import Opened
from pipeline.batch.plan import Planner
from pipeline.batch.publish import publish
from pipeline.batch.runner import Runner
from pipeline.batch.stage import Job, Need, Product, Progress, Scope, Sources, Stage
from pipeline.batch.work import people
from pipeline.batch.work.sound import silence
from pipeline.edits import Anchor, Naming, add_namings
from pipeline.intake.source import file_digest
from pipeline.model import Audio, CleanTurn, Participant, Session, Span, Transcript, Turn
from pipeline.speech.voiceprints import Excerpt, Voiceprints
from pipeline.workspace import Workspace

NAMES = ("한나래", "김하늘", "오하준", "남궁가온")
"""The first one only asks."""
WORD_MS = 10
CALLS = "calls.log"
WHEN = "2023-06-08T10:00:00+09:00"


@dataclass(frozen=True)
class Said:
    """A turn: who speaks, words that nobody else says, and whether the name of the second person follows."""

    speaker: int
    words: tuple[str, ...]
    names: bool = False

    def spoken(self) -> list[str]:
        name = NAMES[1]
        return [f" {word}" for word in self.words] + (
            [f" {name[0]}", name[1:], " 님은"] if self.names else []
        )


@dataclass(frozen=True)
class Talk:
    kind: str
    turns: tuple[Said, ...]
    named: bool = False
    """Whether the recording is called after the second person when it is dropped."""


def word(number: int) -> str:
    """A word that nothing else holds."""
    return "쀍" + "".join("가나다라마바사아자차"[int(digit)] for digit in f"{number:04}")


def lay(space: Workspace, number: int, session: Talk) -> None:
    """Drop a session with its sidecar."""
    folder = "interviews" if session.kind == "interview" else "roundtable"
    turns = [[said.speaker, said.spoken()] for said in session.turns]
    name = f"{NAMES[1]} talk{number}" if session.named else f"talk{number}"
    drop(space, f"{folder}/{name}.m4a", json.dumps({"number": number, "turns": turns}))
    present = sorted({said.speaker for said in session.turns})
    entries = [
        f'[[participant]]\nname = "{NAMES[i]}"\nrole = "{"citizen" if i else "moderator"}"\n' for i in present
    ]
    sidecar = space.audio / folder / f"{name}.toml"
    sidecar.write_text(f"speakers = {len(present)}\n" + "".join(entries), encoding="utf-8")


def call_by_number(space: Workspace) -> None:
    """Take the person's name out of the files' names, as an operator does who is asked to."""
    for path in [*space.audio.glob("*/*.m4a"), *space.audio.glob("*/*.toml")]:
        path.rename(path.with_name(path.name.removeprefix(f"{NAMES[1]} ")))


def name_voices(space: Workspace, session: Session) -> None:
    """Say whose voice each one is."""
    (digest,) = [recording.digest for recording in session.recordings]
    turns = json.loads((space.root / session.recordings[0].path).read_text(encoding="utf-8"))["turns"]
    places: dict[int, list[Anchor]] = {}
    for turn in _timed(turns):
        speaker = int(turn.voice[1:])
        places.setdefault(speaker, []).append(
            Anchor(recording=digest, start_ms=turn.start_ms, end_ms=turn.end_ms)
        )
    namings = [
        Naming(anchors=tuple(anchors), name=NAMES[speaker], at=WHEN)  # type: ignore[arg-type]
        for speaker, anchors in places.items()
    ]
    add_namings(space.edits(session.id), namings)


def redo(opened: Opened, planner: Planner, sessions: list[Session]) -> None:
    with executors.open_pool("serial", 1, opened, print) as pool:
        reports = Runner(planner, opened.ledger, pool, 1, Nobody()).run(sessions, {})
    assert not any(report.failures for report in reports), reports


def run(opened: Opened) -> list[Session]:
    sessions = list(take(opened.workspace, opened.ledger, lambda _: None).sessions)
    redo(opened, Planner(opened.workspace, opened.config, STAGES, opened.ledger), sessions)
    return sessions


def calls(root: Path) -> list[str]:
    path = root / CALLS
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _timed(turns: list[Any]) -> Iterator[Heard]:
    at = 0
    for speaker, words in turns:
        end = at + WORD_MS * len(words)
        yield Heard(f"S{speaker}", at, end, tuple(words), WORD_MS)
        at = end


def _heard(job: Job) -> list[Heard]:
    with (job.workspace.root / CALLS).open("a", encoding="utf-8") as file:
        file.write(f"{job.stage.name}\n")
    path = job.workspace.root / job.session.recordings[0].path
    return list(_timed(json.loads(path.read_text(encoding="utf-8"))["turns"]))


def _digest(job: Job) -> str:
    return job.session.recordings[0].digest


def _read(job: Job, stage: str, kind: Any) -> Any:
    unit = _digest(job) if stage in {"decode", "transcribe", "voiceprint"} else ""
    return store.read_artifact(job.workspace.artifact(job.session.id, stage, unit), kind)


def _decode(job: Job, _: Progress) -> Product:
    length = _heard(job)[-1].end_ms
    path = job.workspace.pcm(job.unit)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\x01" * (32 * length))
    silence(path, [Span(each.start_ms, each.end_ms) for each in job.edits.silences])
    sound = Audio(job.unit, length, "fake", "pcm", 1, 16_000, -1.0, -20.0, 0.0, 0, file_digest(path))
    return Product(store.plain(sound), {"pcm": sound.pcm_sha256})


def _transcribe(job: Job, _: Progress) -> Product:
    heard = _heard(job)
    return Product(store.plain(talk.transcript(job.unit, heard[-1].end_ms, heard)), {})


def _voiceprint(job: Job, _: Progress) -> Product:
    heard = _heard(job)
    excerpts = tuple(Excerpt(turn.start_ms, turn.end_ms, 0) for turn in heard)
    prints = b"".join(bytes([65 + int(turn.voice[1:])]) * 384 for turn in heard)
    made = Voiceprints(job.unit, heard[-1].end_ms, (), excerpts, base64.b64encode(prints).decode())
    return Product(store.plain(made), {})


def _diarize(job: Job, _: Progress) -> Product:
    heard = _heard(job)
    embeddings = {turn.voice: (float(turn.voice[1:]) + 1, 0.625) for turn in heard}
    return Product(store.plain(talk.diarization(_digest(job), heard, embeddings)), {})


def _attribute(job: Job, _: Progress) -> Product:
    return Product([store.plain(turn) for turn in talk.turns(_digest(job), _heard(job))], {})


def _clean(job: Job, _: Progress) -> Product:
    transcript = _read(job, "transcribe", Transcript)
    made = [talk.cleaned(turn, transcript) for turn in _read(job, "attribute", tuple[Turn, ...])]
    return Product([store.plain(turn) for turn in made], {})


def _export(job: Job, _: Progress) -> Product:
    people = _read(job, "speakers", dict[str, Participant])
    turns = _read(job, "clean", tuple[CleanTurn, ...])
    lines = [f"{people[t.turn.voice].name if t.turn.voice in people else '?'}: {t.text}\n" for t in turns]
    laid = publish(job.workspace.session(job.session.id), {"transcript.md": "".join(lines).encode()})
    return Product({"files": laid}, {f"file:{name}": digest for name, digest in laid.items()})


def _nothing(_: Sources) -> dict[str, Any]:
    return {}


def _silences(sources: Sources) -> dict[str, Any]:
    return {"silenced": sources.edits.model_dump(mode="json")["silences"]}


def _names(sources: Sources) -> dict[str, Any]:
    return {"names": [person.name for person in sources.session.participants]}


def _expected(sources: Sources) -> dict[str, Any]:
    return {"expected": sources.session.expected_speakers}


EACH, WHOLE = Scope.RECORDING, Scope.SESSION
STAGES = (
    Stage("decode", 1, EACH, (), _silences, _decode),
    Stage("transcribe", 1, EACH, (Need("decode", "pcm"),), _names, _transcribe),
    Stage("voiceprint", 1, EACH, (Need("decode", "pcm"),), _nothing, _voiceprint),
    Stage("diarize", 1, WHOLE, (Need("voiceprint"),), _expected, _diarize),
    Stage("attribute", 1, WHOLE, (Need("transcribe"), Need("diarize")), _nothing, _attribute),
    Stage("speakers", 1, WHOLE, (Need("diarize"),), people.speakers_options, people.speakers),
    Stage("clean", 1, WHOLE, (Need("transcribe"), Need("attribute")), _nothing, _clean),
    Stage("annotate", 1, WHOLE, (Need("clean"), Need("speakers")), _nothing, lambda *_: Product([], {})),
    Stage("export", 1, WHOLE, (Need("clean"), Need("speakers")), _names, _export),
)
