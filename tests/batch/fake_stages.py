"""A pipeline of three stages that needs no models: it counts, shouts, and joins what recordings hold as text.

What a stage does beyond that is told by the recording's text, so that spawned workers can be made to fail:
``POISON`` kills the worker, ``BROKEN`` cannot be read, ``BUG`` raises what nobody
expected, ``NAP`` takes a moment, ``DOZE`` a second, ``WAIT`` until a file ``go`` is there, ``SLOW`` has no
end, ``FLAKY`` fails the first time, ``HOLD`` has no end the first time and
tells the process that does it, ``TICK`` shows for ever how far it is.
"""

import os
import time
from pathlib import Path
from typing import Any

from pipeline import files
from pipeline.batch import store
from pipeline.batch.stage import Job, Need, Product, Progress, Scope, Sources, Stage
from pipeline.errors import MediaError, StageError

CALLS = "calls.log"
HELD = "held"
"""The file in which the process stands that a recording holds up."""


def _note(job: Job) -> None:
    """Append a line to a file: workers are other processes, and a mock would not see them."""
    with (job.workspace.root / CALLS).open("a", encoding="utf-8") as file:
        file.write(f"{job.session.id} {job.stage.name} {job.unit[:8]}\n")


def _text(job: Job) -> str:
    path = next(r.path for r in job.session.recordings if r.digest == job.unit)
    return (job.workspace.root / path).read_text(encoding="utf-8")


def _linger(text: str, held: Path, progress: Progress) -> None:
    if "HOLD" in text and not held.exists():
        files.write_atomic(held, str(os.getpid()).encode())
        text = "TICK"
    while "TICK" in text:
        progress(1)
        time.sleep(0.05)


def _read_options(sources: Sources) -> dict[str, Any]:
    return {"limit": sources.config.settings.media.max_hours}


def _read(job: Job, progress: Progress) -> Product:
    _note(job)
    text = _text(job)
    if "BROKEN" in text:
        raise MediaError("읽을 수 없습니다.", "다시 녹음해 주십시오.", "damaged")
    if "BUG" in text:
        raise ValueError(text)
    if "POISON" in text:
        os._exit(13)
    if "NAP" in text:
        time.sleep(0.05)
    while "WAIT" in text and not (job.workspace.root / "go").exists():
        time.sleep(0.02)
    if "FLAKY" in text and sum(job.unit[:8] in line for line in calls(job.workspace.root)) == 1:
        raise StageError("It stumbled.", "Run again.", "stumbled")
    if "DOZE" in text:
        time.sleep(1)
    if "SLOW" in text:
        time.sleep(600)
    _linger(text, job.workspace.root / HELD, progress)
    progress(len(text))
    return Product({"text": text.split("#")[0]}, {"length": str(len(text))})


def _shout_options(sources: Sources) -> dict[str, Any]:
    return {"beam": sources.config.settings.transcribe.beam_size}


def _shout(job: Job, progress: Progress) -> Product:
    _note(job)
    progress(0)
    body = store.read_artifact(job.workspace.artifact(job.session.id, "read", job.unit), dict[str, str])
    return Product({"text": body["text"].upper()}, {})


def _join_options(sources: Sources) -> dict[str, Any]:
    return {"title": sources.session.title}


def _join(job: Job, progress: Progress) -> Product:
    _note(job)
    progress(0)
    texts = [
        store.read_artifact(job.workspace.artifact(job.session.id, "shout", r.digest), dict[str, str])["text"]
        for r in job.session.recordings
    ]
    path = job.workspace.session(job.session.id) / "joined.txt"
    files.write_atomic(path, "".join(texts).encode())
    return Product({"text": "".join(texts)}, {"file:joined.txt": store.digest("".join(texts).encode())})


STAGES = (
    Stage("read", 1, Scope.RECORDING, (), _read_options, _read),
    Stage("shout", 1, Scope.RECORDING, (Need("read"),), _shout_options, _shout),
    Stage("join", 1, Scope.SESSION, (Need("shout"),), _join_options, _join),
)


def calls(root: Path) -> list[str]:
    """What ran, in order of starting."""
    path = root / CALLS
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
