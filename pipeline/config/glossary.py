"""``config/glossary.toml`` and ``config/topics.toml``: the words of a city's white paper."""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import Field

from pipeline.config.toml import Section, load_toml


class Term(Section):
    """A name or term with one right spelling, and the forms in which people or recognisers give it."""

    name: str = Field(min_length=1)
    kind: Literal["organisation", "programme", "place", "law", "person", "term"] = "term"
    variants: tuple[str, ...] = ()
    note: str = ""


class Glossary(Section):
    """``config/glossary.toml``: terms in order of importance, the most important first."""

    term: tuple[Term, ...] = ()


def with_people(glossary: Glossary, names: Iterable[str]) -> Glossary:
    """The glossary with people's names behind its own terms, those that it lacks."""
    known = {term.name for term in glossary.term}
    people = (Term(name=name, kind="person") for name in dict.fromkeys(names) if name not in known)
    return Glossary(term=(*glossary.term, *people))


class Topic(Section):
    """A theme under which what was said is gathered, and the words by which it is known."""

    name: str = Field(min_length=1)
    terms: tuple[str, ...] = Field(min_length=1)


class Topics(Section):
    """``config/topics.toml``: the themes of a white paper."""

    topic: tuple[Topic, ...] = ()


GLOSSARY_TEMPLATE = """\
# Names and terms with one right spelling, the most important first: the recogniser is told as many of them
# as it can take. kind: organisation, programme, place, law, person or term.
#
# [[term]]
# name = "공익활동지원센터"
# kind = "organisation"
# variants = ["공익 활동 지원 센터"]
# note = "2023년 10월 개소"
"""


def load_glossary(path: Path) -> Glossary:
    """Read ``glossary.toml``; a missing file means no terms."""
    return load_toml(path, Glossary) if path.exists() else Glossary()


def load_topics(path: Path) -> Topics:
    """Read ``topics.toml``; a missing file means no topics.

    Raises:
        ConfigError: the file cannot be read or says what a topic cannot be.
    """
    return load_toml(path, Topics) if path.exists() else Topics()
