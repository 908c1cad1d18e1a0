"""The stages that make turns readable, and say what is in them."""

from typing import Any

from pipeline.batch import store
from pipeline.batch.stage import Job, Product, Progress, Sources
from pipeline.batch.work.artifacts import read, transcripts
from pipeline.model import CleanTurn, Participant, Turn


def clean_options(sources: Sources) -> dict[str, Any]:
    """The level and its rules, the word lists, the terms (their notes change nothing), the analyser."""
    return {
        **sources.config.settings.clean.model_dump(mode="json"),
        "terms": _terms(sources),
        "tables": sources.revision("cleaning.toml"),
        "library": sources.revision("clean"),
    }


def clean(job: Job, progress: Progress) -> Product:  # noqa: ARG001 - too quick to show
    """Make every turn readable."""
    from pipeline.language.clean import clean as tidy
    from pipeline.language.tables import load_tables

    config = job.config
    tables = load_tables(job.workspace.config / "cleaning.toml")
    turns = read(job, "attribute", tuple[Turn, ...])
    made = tidy(turns, transcripts(job), config.glossary, config.settings.clean, tables)
    return Product([store.plain(turn) for turn in made], {})


def annotate_options(sources: Sources) -> dict[str, Any]:
    """What is labelled, the patterns, the topics, the terms, the libraries."""
    return {
        **sources.config.settings.annotate.model_dump(mode="json"),
        "terms": _terms(sources),
        "topics": [topic.model_dump(mode="json") for topic in sources.config.topics.topic],
        "patterns": sources.revision("labels"),
        "library": sources.revision("annotate"),
    }


def annotate(job: Job, progress: Progress) -> Product:  # noqa: ARG001 - too quick to show
    """Label every turn."""
    from pipeline.language.annotate import annotate as label
    from pipeline.language.label_tables import load_tables

    config = job.config
    made = label(
        read(job, "clean", tuple[CleanTurn, ...]),
        read(job, "speakers", dict[str, Participant]),
        config.glossary,
        config.topics,
        load_tables(job.workspace.config / "labels"),
        config.settings.annotate,
    )
    return Product([store.plain(annotation) for annotation in made], {})


def _terms(sources: Sources) -> list[dict[str, Any]]:
    return [term.model_dump(mode="json", exclude={"note"}) for term in sources.config.glossary.term]
