"""A session that every stage has done, laid down without any model: two voices and what they say."""

from pathlib import Path

import talk
from running import drop
from talk import Heard

from pipeline.batch import opening, store
from pipeline.batch.inventory import take
from pipeline.model import Annotation, CleanTurn, Session, Span
from pipeline.workspace import Workspace

NAME = "interview-talk"
SAID = (
    ("S1", "소개를 부탁드립니다."),
    ("S2", "음, 저는 김하늘입니다."),
    ("S1", "어떤 점이 좋으셨나요?"),
    ("S2", "민간협치가 좋았어요."),
)
WRITTEN = (
    ("소개를", "부탁드립니다."),
    ("", "저는", "김하늘입니다."),
    ("어떤", "점이", "좋으셨나요?"),
    ("민관협치가", "좋았어요."),
)
HEARD = [
    Heard(voice, 10_000 * n, 10_000 * n + 5_000, tuple(f" {word}" for word in text.split()), 500)
    for n, (voice, text) in enumerate(SAID)
]
SIDECAR = """
[[participant]]
name = "한나래"
role = "interviewer"
[[participant]]
name = "김하늘"
voice = true
"""


def lay_down(space: Workspace) -> Session:
    """Drop a recording and store what the stages would have made of it."""
    drop(space, "interviews/talk.m4a", "only its bytes count")
    (space.audio / "interviews" / "talk.toml").write_text(SIDECAR, encoding="utf-8")
    with opening.to_write(space) as opened:
        (session,) = take(space, opened.ledger, lambda _: None).sessions
    digest = session.recordings[0].digest
    transcript, turns = talk.transcript(digest, 60_000, HEARD), talk.turns(digest, HEARD)
    _store(space, "transcribe", transcript, digest)
    _store(space, "diarize", talk.diarization(digest, HEARD, {"S1": (1.0, 0.0), "S2": (0.0, 1.0)}))
    _store(space, "attribute", turns)
    _store(space, "speakers", {})
    cleaned = [talk.cleaned(turn, transcript, written) for turn, written in zip(turns, WRITTEN, strict=True)]
    _store(space, "clean", cleaned)
    _store(space, "annotate", _annotations(cleaned))
    return session


def reference(folder: Path, file: str = "talk.m4a") -> Path:
    """What was truly said, as a reference to evaluate against."""
    turns = [
        {"speaker": "가" if voice == "S1" else "나", "start": 10 * n, "end": 10 * n + 5, "text": text}
        for n, (voice, text) in enumerate(SAID)
    ]
    path = folder / "reference.json"
    path.write_bytes(store.canonical({"file": file, "duration_s": 60, "turns": turns}))
    return path


def _annotations(cleaned: list[CleanTurn]) -> list[Annotation]:
    whole = [Span(0, len(turn.text)) for turn in cleaned]
    return [
        Annotation(1, "self-introduction", whole[1], "김하늘", "self-introduction/i-am"),
        Annotation(2, "question", whole[2], "", "question/question-mark"),
        Annotation(3, "achievement", whole[3], "", "achievement/good"),
        Annotation(3, "entity", Span(0, 4), "term", "entity/glossary"),
    ]


def _store(space: Workspace, stage: str, body: object, unit: str = "") -> None:
    plain = [store.plain(each) for each in body] if isinstance(body, list) else store.plain(body)
    facets = {"all": store.digest(store.canonical(plain))}
    head = store.Head(stage, unit, "f" * 64, {}, facets)
    store.write_artifact(space.artifact(NAME, stage, unit), head, plain)
