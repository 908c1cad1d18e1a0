"""The stage that lays down files for people and for other programs."""

from typing import Any

from pipeline.batch import store
from pipeline.batch.stage import Job, Product, Progress, Sources


def export_options(sources: Sources) -> dict[str, Any]:
    """All that the files say of the session itself, and the libraries that write them.

    How many voices to expect is not among it.
    """
    session = store.plain(sources.session)
    facts = ("id", "kind", "title", "date", "place", "participants", "recordings")
    return {**{name: session[name] for name in facts}, "library": sources.revision("export")}


def export(job: Job, progress: Progress) -> Product:  # noqa: ARG001 - too quick to show
    """Lay down the transcript in every format, under the names that may be shown."""
    from pipeline.batch.documents import dialogue, documents
    from pipeline.batch.publish import publish

    made = documents(dialogue(job.workspace, job.session))
    laid = publish(job.workspace.session(job.session.id), {name: make() for name, make in made.items()})
    return Product({"files": laid}, {f"file:{name}": digest for name, digest in laid.items()})
