"""Sessions in which every word is somebody's own, through the pipeline's stages in a toy form.

A recording is JSON: turns of a speaker's number and their words. Results have the shapes of the real ones.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from running import Nobody, drop

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
from pipeline.model import (
    Audio,
    CleanTurn,
    Diarization,
    Link,
    Participant,
    Segment,
    Session,
    Span,
    Transcript,
    Turn,
    Voice,
    VoiceSpan,
    VoiceTrack,
    Word,
)
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


def word(number: int) -> str:
    """A word that nothing else holds."""
    return "쀍" + "".join("가나다라마바사아자차"[int(digit)] for digit in f"{number:04}")


def lay(space: Workspace, number: int, talk: Talk) -> None:
    """Drop a session with its sidecar."""
    folder = "interviews" if talk.kind == "interview" else "roundtable"
    turns = [[said.speaker, said.spoken()] for said in talk.turns]
    drop(space, f"{folder}/talk{number}.m4a", json.dumps({"number": number, "turns": turns}))
    present = sorted({said.speaker for said in talk.turns})
    entries = [
        f'[[participant]]\nname = "{NAMES[i]}"\nrole = "{"citizen" if i else "moderator"}"\n' for i in present
    ]
    sidecar = space.audio / folder / f"talk{number}.toml"
    sidecar.write_text(f"speakers = {len(present)}\n" + "".join(entries), encoding="utf-8")


def name_voices(space: Workspace, session: Session) -> None:
    """Say whose voice each one is."""
    (digest,) = [recording.digest for recording in session.recordings]
    talk = json.loads((space.root / session.recordings[0].path).read_text(encoding="utf-8"))["turns"]
    places: dict[int, list[Anchor]] = {}
    for speaker, start, end, _ in _timed(talk):
        places.setdefault(speaker, []).append(Anchor(recording=digest, start_ms=start, end_ms=end))
    namings = [
        Naming(anchors=tuple(anchors), name=NAMES[speaker], at=WHEN)  # type: ignore[arg-type]
        for speaker, anchors in places.items()
    ]
    add_namings(space.edits(session.id), namings)


def redo(opened: Opened, planner: Planner, sessions: list[Session]) -> None:
    pool = executors.open_pool("serial", 1, opened, print)
    reports = Runner(planner, opened.ledger, pool, 1, Nobody()).run(sessions, {})
    assert not any(report.failures for report in reports), reports


def run(opened: Opened) -> list[Session]:
    sessions = list(take(opened.workspace, opened.ledger, lambda _: None).sessions)
    redo(opened, Planner(opened.workspace, opened.config, STAGES, opened.ledger), sessions)
    return sessions


def calls(root: Path) -> list[str]:
    path = root / CALLS
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _timed(turns: list[Any]) -> Iterator[tuple[int, int, int, list[str]]]:
    at = 0
    for speaker, words in turns:
        end = at + WORD_MS * len(words)
        yield speaker, at, end, words
        at = end


def _heard(job: Job) -> list[tuple[int, int, int, list[str]]]:
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
    length = _heard(job)[-1][2]
    path = job.workspace.pcm(job.unit)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\x01" * (32 * length))
    silence(path, [Span(each.start_ms, each.end_ms) for each in job.edits.silences])
    sound = Audio(job.unit, length, "fake", "pcm", 1, 16_000, -1.0, -20.0, 0.0, 0, file_digest(path))
    return Product(store.plain(sound), {"pcm": sound.pcm_sha256})


def _transcribe(job: Job, _: Progress) -> Product:
    words: list[Word] = []
    for _speaker, start, _end, texts in _heard(job):
        words += [
            Word(start + WORD_MS * n, start + WORD_MS * n + 9, text, 0.9) for n, text in enumerate(texts)
        ]
    whole = (Segment(Span(0, len(words))),)
    made = Transcript(job.unit, len(words) * WORD_MS, "ko", "fake", "base", tuple(words), whole)
    return Product(store.plain(made), {})


def _voiceprint(job: Job, _: Progress) -> Product:
    heard = _heard(job)
    excerpts = tuple(Excerpt(start, end, 0) for _, start, end, _ in heard)
    prints = b"".join(bytes([65 + speaker]) * 384 for speaker, *_ in heard)
    made = Voiceprints(job.unit, heard[-1][2], (), excerpts, base64.b64encode(prints).decode())
    return Product(store.plain(made), {})


def _diarize(job: Job, _: Progress) -> Product:
    heard = _heard(job)
    spans = tuple(VoiceSpan(start, end, f"S{speaker}") for speaker, start, end, _ in heard)
    voices = tuple(
        Voice(f"S{n}", 10_000, (float(n + 1), 0.625)) for n in dict.fromkeys(speaker for speaker, *_ in heard)
    )
    made = Diarization("embeddings", voices, (VoiceTrack(_digest(job), spans),))
    return Product(store.plain(made), {})


def _attribute(job: Job, _: Progress) -> Product:
    made, first = [], 0
    for speaker, start, end, words in _heard(job):
        made.append(Turn(_digest(job), start, end, f"S{speaker}", Span(first, first + len(words))))
        first += len(words)
    return Product([store.plain(turn) for turn in made], {})


def _clean(job: Job, _: Progress) -> Product:
    transcript = _read(job, "transcribe", Transcript)
    made = [_cleaned(turn, transcript) for turn in _read(job, "attribute", tuple[Turn, ...])]
    return Product([store.plain(turn) for turn in made], {})


def _cleaned(turn: Turn, transcript: Transcript) -> CleanTurn:
    text, links = "", []
    for index in range(turn.words.start, turn.words.end):
        raw = transcript.words[index].text
        piece = raw if text else raw.lstrip()
        if raw.strip():
            links.append(Link(Span(len(text), len(text) + len(piece)), Span(index, index + 1)))
            text += piece
    return CleanTurn(turn, text, tuple(links), (Span(0, len(text)),) if text else (), ())


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
