"""The hand-written labelled sentences of ``labelled/`` as types: what the Korean rules are judged by.

The files carry their marks inside the sentence, as a person writes them; here they become plain text and
spans of code points of that text. ``labelled/README.md`` describes the notation. ``heldout`` and ``test``
are for figures only: who writes rules does not read them.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pipeline.model import Role, Span

FOLDER = Path(__file__).parent / "labelled"

LABELS = frozenset(
    {
        "question",
        "proposal",
        "achievement",
        "limit",
        "future",
        "present",
        "self-introduction",
        "address",
    }
)
PERSONAL_KINDS = frozenset(
    {
        "phone",
        "resident-number",
        "business-number",
        "e-mail",
        "address",
        "account-number",
        "car-plate",
    }
)

CLEANING = re.compile(r"\{(?P<filler>[^{}<>/]+)\}|<(?P<repeat>[^{}<>/]+)>|(?P<pause>/)")
PERSONAL = re.compile(r"\[(?P<value>[^\[\]|]+)\|(?P<kind>[^\[\]|]+)\]")
"""How a stretch is marked in a sentence to clean, and in one with personal data."""


class Subset(StrEnum):
    """Which sentences: those that rules are written with (DEV, PRACTICE), or those they never saw."""

    DEV = "dev"
    HELDOUT = "heldout"
    PRACTICE = "practice"
    TEST = "test"


SUBSETS = {
    "cleaning": tuple(Subset),
    "glossary": (Subset.DEV, Subset.HELDOUT),
    "labels": tuple(Subset),
    "personal": tuple(Subset),
}
"""The parts that each kind of sentence has."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch that level ``light`` takes out: ``kind`` is ``filler`` or ``repeat``."""

    kind: str
    chars: Span


@dataclass(frozen=True, slots=True)
class CleaningSentence:
    """``text`` as recognised, ``clean`` as printed; an audible pause follows each offset of ``pauses``."""

    text: str
    marks: tuple[Mark, ...]
    pauses: tuple[int, ...]
    clean: str
    note: str


@dataclass(frozen=True, slots=True)
class Correction:
    """``chars`` of the sentence should have been recognised as ``canonical``."""

    chars: Span
    canonical: str


@dataclass(frozen=True, slots=True)
class GlossarySentence:
    """A sentence with what is wrong in it, and the sentence put right, particles included."""

    text: str
    corrections: tuple[Correction, ...]
    correct: str


@dataclass(frozen=True, slots=True)
class LabelledSentence:
    """A sentence, who says it, and its labels; ``near`` are labels it looks like and does not have."""

    text: str
    role: Role
    labels: frozenset[str]
    near: frozenset[str]


@dataclass(frozen=True, slots=True)
class PersonalSpan:
    """Personal data of a ``kind`` of PERSONAL_KINDS."""

    chars: Span
    kind: str


@dataclass(frozen=True, slots=True)
class PersonalSentence:
    """A sentence with the personal data in it; often none."""

    text: str
    spans: tuple[PersonalSpan, ...]


def cleaning(subset: Subset) -> list[CleaningSentence]:
    """Sentences with fillers and repeats marked."""
    return [
        parse_cleaning(row["marked"], row["clean"], row.get("note", "")) for row in _rows("cleaning", subset)
    ]


def glossary(subset: Subset) -> list[GlossarySentence]:
    """Sentences with misrecognised names, and innocent ones that look alike."""
    return [parse_glossary(**row) for row in _rows("glossary", subset)]


def labels(subset: Subset) -> list[LabelledSentence]:
    """Sentences with the labels of what they say."""
    return [parse_labels(**row) for row in _rows("labels", subset)]


def personal(subset: Subset) -> list[PersonalSentence]:
    """Sentences with invented personal data, and with innocent numbers."""
    return [parse_personal(row["marked"]) for row in _rows("personal", subset)]


def parse_cleaning(marked: str, clean: str, note: str = "") -> CleaningSentence:
    """Take the marks out of a sentence; ValueError where they do not pair or a pause follows no word."""
    text, found = _unmarked(marked, CLEANING, ("filler", "repeat"))
    if set(text) & set("{}<>"):
        raise ValueError("stray mark")
    marks = [Mark(one.lastgroup or "", span) for span, one in found if span.length]
    pauses = [span.start for span, one in found if one["pause"]]
    if any(at == 0 or text[at - 1].isspace() for at in pauses):
        raise ValueError("a pause follows a word directly")
    return CleaningSentence(text, tuple(marks), tuple(pauses), clean, note)


def parse_glossary(text: str, canonical: list[list[str]], correct: str) -> GlossarySentence:
    """Find the heard forms, in order; ValueError where one does not stand in the text after the last."""
    corrections = []
    at = 0
    for heard, name in canonical:
        start = text.index(heard, at)
        at = start + len(heard)
        corrections.append(Correction(Span(start, at), name))
    return GlossarySentence(text, tuple(corrections), correct)


def parse_labels(text: str, role: str, labels: list[str], near: list[str] | None = None) -> LabelledSentence:
    """Check role and labels; ValueError for one that is not known."""
    unknown = {*labels, *(near or ())} - LABELS
    if unknown:
        raise ValueError(f"unknown labels: {sorted(unknown)}")
    return LabelledSentence(text, Role(role), frozenset(labels), frozenset(near or ()))


def parse_personal(marked: str) -> PersonalSentence:
    """Take ``[value|kind]`` apart; ValueError for an unknown kind or a stray bracket."""
    text, found = _unmarked(marked, PERSONAL, ("value",))
    if set(text) & set("[]|"):
        raise ValueError("stray bracket")
    unknown = {one["kind"] for _, one in found} - PERSONAL_KINDS
    if unknown:
        raise ValueError(f"unknown kind: {sorted(unknown)}")
    return PersonalSentence(text, tuple(PersonalSpan(span, one["kind"]) for span, one in found))


def _unmarked(
    marked: str, mark: re.Pattern[str], kept: tuple[str, ...]
) -> tuple[str, list[tuple[Span, re.Match[str]]]]:
    """The sentence with nothing of each mark but its ``kept`` groups, and where these now stand."""
    text, found, last = "", [], 0
    for match in mark.finditer(marked):
        text += marked[last : match.start()]
        inside = "".join(match[group] or "" for group in kept)
        found.append((Span(len(text), len(text) + len(inside)), match))
        text += inside
        last = match.end()
    return text + marked[last:], found


def _rows(name: str, subset: Subset) -> Iterator[dict[str, Any]]:
    for line in (FOLDER / f"{name}.{subset}.jsonl").read_text(encoding="utf-8").splitlines():
        if unicodedata.normalize("NFC", line) != line:
            raise ValueError(f"{name}.{subset}: a line is not NFC")
        yield json.loads(line)
