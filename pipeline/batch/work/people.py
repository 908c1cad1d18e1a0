"""The stage that says who the voices are, by what people decided."""

from typing import Any

from pipeline.batch import store
from pipeline.batch.stage import Job, Product, Progress, Sources
from pipeline.batch.work.artifacts import read
from pipeline.model import Diarization


def speakers_options(sources: Sources) -> dict[str, Any]:
    """The decisions as one digest, their anchors are many; of the people file only whom they name."""
    namings = sources.edits.namings
    named = {naming.name for naming in namings}
    people = [
        person.model_dump(mode="json") for person in sources.config.people.person if person.name in named
    ]
    decided = store.canonical([naming.model_dump(mode="json") for naming in namings])
    return {
        "namings": store.digest(decided),
        "people": people,
        "participants": [store.plain(each) for each in sources.session.participants],
    }


def speakers(job: Job, progress: Progress) -> Product:  # noqa: ARG001 - too quick to show
    """Say who each voice is, where somebody decided it."""
    from pipeline.speech.speakers import named

    found = named(job.session, read(job, "diarize", Diarization), job.edits.namings, job.config.people)
    return Product({voice: store.plain(person) for voice, person in found.items()}, {})
