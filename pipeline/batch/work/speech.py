"""The stages that find out what was said, and which voice said it."""

from functools import cache
from typing import TYPE_CHECKING, Any

from pipeline.batch import store
from pipeline.batch.stage import Job, Product, Progress, Sources
from pipeline.batch.work.artifacts import read, read_each, transcripts
from pipeline.batch.work.sound import sound, source
from pipeline.model import Audio, Diarization

if TYPE_CHECKING:
    from pipeline.config import TranscribeSettings
    from pipeline.speech.engine import Engine
    from pipeline.speech.models import Weights

NOT_DECISIVE = {"device", "prompt_characters"}
"""Fields of the transcribe settings that are no ingredient: another device gives the same words but for
rounding, and an archive is not redone because a graphics card came; the prompt is there as its text."""


def transcribe_options(sources: Sources) -> dict[str, Any]:
    """Everything that changes a word: settings, prompt, weights, libraries."""
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


def transcribe(job: Job, progress: Progress) -> Product:
    """Recognise a recording; finished blocks of an earlier attempt are taken over."""
    from pipeline.speech import models
    from pipeline.speech.transcribe import Block
    from pipeline.speech.transcribe import transcribe as recognise

    audio = read(job, "decode", Audio, job.unit)
    language = {"language": job.ingredients["option.language"]}
    settings = job.config.settings.transcribe.model_copy(update=language)
    weights = models.resolve(
        settings.model,
        settings.engine,
        job.workspace.models,
        job.config.settings.network.allow_model_download,
    )
    transcript = recognise(
        sound(job, audio),
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


def voiceprint_options(sources: Sources) -> dict[str, Any]:
    """The networks and the library that runs them."""
    from pipeline.speech import voice_models

    return {**voice_models.digests(), "library": sources.revision("voiceprint")}


def voiceprint(job: Job, progress: Progress) -> Product:
    """Take voiceprints of a recording, and see whether each person had a microphone."""
    from pipeline.intake.channels import channel_levels
    from pipeline.speech import voiceprints

    audio = read(job, "decode", Audio, job.unit)
    levels = None
    if audio.channels > 1:
        levels = channel_levels(source(job), audio.recording, job.config.settings.media)
    prints = voiceprints.voiceprint(
        sound(job, audio), audio.recording, audio.duration_ms, job.threads, progress, levels
    )
    return Product(store.plain(prints), {})


def diarize_options(sources: Sources) -> dict[str, Any]:
    """Similarities and limits, and how many voices are expected."""
    settings = sources.config.settings.diarize.model_dump(mode="json")
    return {**settings, "expected": sources.session.expected_speakers, "library": sources.revision("diarize")}


def diarize(job: Job, progress: Progress) -> Product:  # noqa: ARG001 - too quick to show
    """Tell the voices of the whole session apart."""
    from pipeline.speech.diarize import diarize as tell_apart
    from pipeline.speech.voiceprints import Voiceprints

    prints = read_each(job, "voiceprint", Voiceprints)
    found = tell_apart(prints, job.session.expected_speakers, job.config.settings.diarize)
    return Product(store.plain(found), {})


def attribute_options(sources: Sources) -> dict[str, Any]:
    """What becomes of backchannels."""
    return sources.config.settings.attribute.model_dump(mode="json")


def attribute(job: Job, progress: Progress) -> Product:  # noqa: ARG001 - too quick to show
    """Give every word to a turn."""
    from pipeline.speech.attribute import attribute as give

    settings = job.config.settings.attribute
    turns = give(list(transcripts(job).values()), read(job, "diarize", Diarization), settings)
    return Product([store.plain(turn) for turn in turns], {})
