"""The stages that make turns readable, and say what is in them."""

from typing import Any

from pipeline.batch import store
from pipeline.batch.stage import Job, Product, Progress, Sources
from pipeline.batch.work.artifacts import read, transcripts
from pipeline.config import Configuration, with_people
from pipeline.model import CleanTurn, Participant, Session, Turn


def clean_options(sources: Sources) -> dict[str, Any]:
    """The level and its rules, the word lists, terms (without their notes), people, the analyser."""
    return {
        **sources.config.settings.clean.model_dump(mode="json"),
        "terms": _terms(sources),
        "people": store.digest(store.canonical([_people(sources.config), _participants(sources.session)])),
        "tables": sources.revision("cleaning.toml"),
        "library": sources.revision("clean"),
    }


def clean(job: Job, progress: Progress) -> Product:  # noqa: ARG001 - too quick to show
    """Make every turn readable."""
    from pipeline.language.clean import clean as tidy
    from pipeline.language.korean import uncollected
    from pipeline.language.tables import load_tables

    config = job.config
    tables = load_tables(job.workspace.config / "cleaning.toml")
    terms = with_people(config.glossary, _people(config))
    participants = _participants(job.session)
    with uncollected():
        turns = read(job, "attribute", tuple[Turn, ...])
        made = tidy(turns, transcripts(job), terms, config.settings.clean, tables, participants, job.threads)
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
    from pipeline.language.korean import uncollected
    from pipeline.language.label_tables import load_tables

    config = job.config
    with uncollected():  # to read a session took longer than to label it, most of that in the collector
        made = label(
            read(job, "clean", tuple[CleanTurn, ...]),
            read(job, "speakers", dict[str, Participant]),
            config.glossary,
            config.topics,
            load_tables(job.workspace.config / "labels"),
            config.settings.annotate,
        )
        return Product([store.plain(annotation) for annotation in made], {})


def _people(config: Configuration) -> list[str]:
    """Names that the analyser takes into its dictionary: those of ``config/people.toml``."""
    return [person.name for person in config.people.person]


def _participants(session: Session) -> list[str]:
    """Names that are likely to be said, and to be misheard."""
    return [person.name for person in session.participants]


def _terms(sources: Sources) -> list[dict[str, Any]]:
    return [term.model_dump(mode="json", exclude={"note"}) for term in sources.config.glossary.term]
