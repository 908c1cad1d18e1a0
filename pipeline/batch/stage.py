"""What a stage is, what it depends on, and the fingerprint that tells whether its result still holds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pipeline.batch.store import Ingredients, canonical, digest
from pipeline.config import Configuration
from pipeline.edits import Edits
from pipeline.model import Session
from pipeline.workspace import Workspace

Progress = Callable[[int], None]
"""Told how many milliseconds of sound are done."""


class Scope(StrEnum):
    """Whether a stage works on each recording by itself, so that a new part leaves the others alone."""

    RECORDING = "recording"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Need:
    """An earlier stage whose result is read, and which facet of it: another facet may change freely."""

    stage: str
    facet: str = "all"


@dataclass(frozen=True, slots=True)
class Input:
    """A stored result that a job reads: its stage, its unit, and the digest that the facet must have."""

    stage: str
    unit: str
    facet: str
    digest: str


@dataclass(frozen=True, slots=True)
class Job:
    """Everything a worker needs to do one piece of work: names, paths and digests, never sound or text."""

    stage: "Stage"
    unit: str
    session: Session
    workspace: Workspace
    config: Configuration
    edits: Edits
    ingredients: Ingredients
    inputs: tuple[Input, ...]
    threads: int
    """CPU threads; 0: the machine's cores divided by the workers on it."""
    time_limit_s: float

    @property
    def fingerprint(self) -> str:
        """Identity of the work: equal fingerprints give equal results."""
        return fingerprint(self.ingredients)


@dataclass(frozen=True, slots=True)
class Product:
    """What a stage's work returns: the artifact's body as plain data, and digests of parts of it.

    A facet ``file:NAME`` is a file that the stage left for people in the session's folder.
    """

    body: Any
    facets: Mapping[str, str]


def _nothing(body: Any) -> dict[str, int]:  # noqa: ARG001 - a stage that measures nothing
    return {}


@dataclass(frozen=True, slots=True)
class Stage:
    """A row of the table in ``stages.py``.

    ``version`` grows when the stage's own code would give another result for the same inputs; ``options``
    names everything else that the result depends on, and nothing more. ``measure`` counts in an artifact's
    body what is often asked for; the ledger keeps it.
    """

    name: str
    version: int
    scope: Scope
    needs: tuple[Need, ...]
    options: Callable[["Sources"], dict[str, Any]]
    work: Callable[[Job, Progress], Product]
    measure: Callable[[Any], dict[str, int]] = _nothing


@dataclass(frozen=True, slots=True)
class Sources:
    """What the options of a stage may be taken from."""

    session: Session
    config: Configuration
    edits: Edits
    """What people decided about the session."""
    revision: Callable[[str], str]
    """Version of a library or digest of a model, remembered for the length of a run."""


@dataclass(frozen=True, slots=True)
class Change:
    """One ingredient that is not what it was; None stands for absent."""

    name: str
    old: Any
    new: Any


def fingerprint(ingredients: Ingredients) -> str:
    """SHA-256 of the canonical JSON of everything that determines a result."""
    return digest(canonical(ingredients))


def changes(old: Ingredients, new: Ingredients) -> tuple[Change, ...]:
    """Say what differs between two lists of ingredients, by name."""
    names = sorted(old.keys() | new.keys())
    return tuple(Change(n, old.get(n), new.get(n)) for n in names if old.get(n) != new.get(n))
