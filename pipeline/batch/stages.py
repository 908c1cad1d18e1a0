"""The whole pipeline in one place: what each stage needs, what its result depends on, what does its work.

A stage's result must depend on nothing but its options, its inputs and its version. How many workers
or threads run it, and on which device, is no option of it.
"""

import logging
from functools import cache
from typing import TYPE_CHECKING, Any

from pipeline.batch import store
from pipeline.batch.stage import Job, Need, Product, Progress, Scope, Sources, Stage
from pipeline.errors import StageError
from pipeline.model import Audio, Transcript

if TYPE_CHECKING:
    from numpy import int16
    from numpy.typing import NDArray

    from pipeline.config import TranscribeSettings
    from pipeline.speech.engine import Engine
    from pipeline.speech.models import Weights

log = logging.getLogger(__name__)

NOT_DECISIVE = {"device", "prompt_characters"}
"""Fields of the transcribe settings that are no ingredient: another device gives the same words but for
rounding, and an archive is not redone because a graphics card came; the prompt is there as its text."""


def _decode_options(sources: Sources) -> dict[str, Any]:
    return {**sources.config.settings.media.model_dump(mode="json"), "library": sources.revision("decode")}


def _decode(job: Job, progress: Progress) -> Product:
    audio = _decoded(job, progress)
    return Product(store.plain(audio), {"pcm": audio.pcm_sha256})


def _decoded(job: Job, progress: Progress) -> Audio:
    from pipeline.intake import media

    recording = next(r for r in job.session.recordings if r.digest == job.unit)
    target = job.workspace.pcm(job.unit)
    target.parent.mkdir(parents=True, exist_ok=True)
    source = job.workspace.inside(recording.path)
    return media.decode(source, target, job.unit, job.config.settings.media, progress)


def _sound(job: Job, audio: Audio) -> "NDArray[int16]":
    """The decoded sound of the job's recording; decoded again where the cache was emptied or altered."""
    from pipeline.intake import media

    path = job.workspace.pcm(job.unit)
    if not path.exists() or media.file_digest(path) != audio.pcm_sha256:
        log.info("%s: decoding again, the cache does not hold it", job.session.id)
        if _decoded(job, lambda _: None).pcm_sha256 != audio.pcm_sha256:
            raise StageError(
                f"{job.session.id}: decoding gave other sound than before.",
                "Run again with --from decode.",
                "nondeterministic",
            )
    return media.open_pcm(path)


def _transcribe_options(sources: Sources) -> dict[str, Any]:
    from pipeline.language import glossary

    settings = sources.config.settings
    wanted = settings.transcribe
    return {
        **wanted.model_dump(mode="json", exclude=NOT_DECISIVE),
        "language": sources.session.language or wanted.language,
        "prompt": glossary.prompt(sources.config.glossary, sources.session, wanted.prompt_characters),
        "weights": sources.revision("weights"),
        "library": sources.revision(wanted.engine),
        **{f"speech.{name}": value for name, value in settings.speech.model_dump(mode="json").items()},
        **{f"guard.{name}": value for name, value in settings.guard.model_dump(mode="json").items()},
    }


def _transcribe(job: Job, progress: Progress) -> Product:
    from pipeline.speech import models
    from pipeline.speech.transcribe import Block, transcribe

    audio = store.read_artifact(job.workspace.artifact(job.session.id, "decode", job.unit), Audio)
    language = {"language": job.ingredients["option.language"]}
    settings = job.config.settings.transcribe.model_copy(update=language)
    weights = models.resolve(
        settings.model,
        settings.engine,
        job.workspace.models,
        job.config.settings.network.allow_model_download,
    )
    transcript = transcribe(
        _sound(job, audio),
        audio.recording,
        audio.duration_ms,
        _engine(weights, settings, job.threads),
        settings,
        job.config.settings.speech,
        job.config.settings.guard,
        job.ingredients["option.prompt"],
        store.Blocks(job.workspace.blocks(job.fingerprint), Block),
        progress,
    )
    return Product(store.plain(transcript), {})


@cache
def _engine(weights: "Weights", settings: "TranscribeSettings", threads: int) -> "Engine":
    """Load a model once per worker."""
    from pipeline.speech.engines import load_engine

    return load_engine(weights, settings, threads)


def _export_options(sources: Sources) -> dict[str, Any]:
    """All that the files say of the session itself; how many voices to expect is not among it."""
    session = store.plain(sources.session)
    return {
        name: session[name] for name in ("id", "kind", "title", "date", "place", "participants", "recordings")
    }


def _export(job: Job, progress: Progress) -> Product:  # noqa: ARG001 - too quick to show
    from pipeline.batch.publish import publish
    from pipeline.drafts import interchange, subtitles
    from pipeline.drafts.parts import Part
    from pipeline.drafts.transcript import markdown, text

    workspace, session = job.workspace, job.session
    parts = [
        Part(
            store.read_artifact(workspace.artifact(session.id, "decode", recording.digest), Audio),
            store.read_artifact(workspace.artifact(session.id, "transcribe", recording.digest), Transcript),
        )
        for recording in session.recordings
    ]
    files = {
        "transcript.md": markdown(session, parts),
        "transcript.txt": text(session, parts),
        "transcript.json": interchange.json_document(session, parts),
    }
    for number, part in enumerate(parts, start=1):
        name = f"transcript.{number}" if len(parts) > 1 else "transcript"
        files[f"{name}.srt"] = subtitles.srt(part)
        files[f"{name}.vtt"] = subtitles.vtt(session, part)
    contents = {name: content.encode() for name, content in files.items()}
    laid = publish(workspace.session(session.id), contents)
    return Product({"files": laid}, {f"file:{name}": digest for name, digest in laid.items()})


STAGES = (
    Stage("decode", 1, Scope.RECORDING, (), _decode_options, _decode),
    Stage("transcribe", 1, Scope.RECORDING, (Need("decode", "pcm"),), _transcribe_options, _transcribe),
    Stage("export", 1, Scope.SESSION, (Need("decode"), Need("transcribe")), _export_options, _export),
)
