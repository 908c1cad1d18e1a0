"""Text becomes entities: the glossary's and participants' names, laws, dates and numbers.

A name counts only where morphemes begin and end with it: "광명시" is not in "광명시민". Of two entities that
overlap the longer stands.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.config import Glossary
from pipeline.model import Morpheme, Participant, Span


class Entity(NamedTuple):
    """A name, date or number: its kind, where it stands, and what found it."""

    kind: str
    chars: Span
    rule: str


_UNITS = (
    "억\\s?원|만\\s?원|천\\s?원|백만\\s?원|원|명|분|개소|개월|개동|개|곳|건|회|차례|번째|번|배|퍼센트|%|프로|가구|세대|동|살|세|시간|일간|주간|주년"
    "|킬로미터|킬로|미터|톤|권|대|점|위|팀|표|평|제곱미터|㎡|km|m"
)
_NUMERIC = (
    (
        "law",
        "article",
        re.compile(r"(?:「[^」]{2,40}」\s?)?제\s?\d+조(?:의\s?\d+)?(?:\s?제?\s?\d+항)?(?:\s?제?\s?\d+호)?"),
    ),
    ("law", "bracketed", re.compile(r"「[^」]{2,40}」")),
    (
        "date",
        "date",
        re.compile(
            r"(?<!\d)(?:\d{4}년(?:\s?\d{1,2}월)?(?:\s?\d{1,2}일)?|\d{1,2}월\s?\d{1,2}일|\d{1,2}월(?!급))(?![가-힣]*세)"
        ),
    ),
    (
        "number",
        "with-unit",
        re.compile(rf"(?<![\d.,\-])\d[\d,.]*\s?(?:천|만|억|조)?\s?(?:\d[\d,]*\s?만?)?\s?(?:{_UNITS})"),
    ),
)


class Names:
    """The names that a session knows beforehand."""

    def __init__(self, glossary: Glossary, people: Iterable[Participant]) -> None:
        """Take the glossary's terms, and participants with their bodies."""
        self._kinds: dict[str, tuple[str, str]] = {}
        for person in people:
            self._add(person.affiliation, "organisation", "participant")
            self._add(person.name, "person", "participant")
        for term in glossary.term:
            self._add(term.name, term.kind, "glossary")
        longest = sorted(self._kinds, key=len, reverse=True)
        self._pattern = re.compile("|".join(r"\s?".join(map(re.escape, name)) for name in longest))

    def _add(self, name: str, kind: str, source: str) -> None:
        if name.strip():
            self._kinds["".join(name.split())] = kind, source

    def find(self, text: str, morphemes: Sequence[Morpheme]) -> tuple[Entity, ...]:
        """Entities of an NFC text in order, without overlaps; ``morphemes`` are those of ``text``."""
        kept: list[Entity] = []
        found = [*self._named(text, morphemes), *_written(text)]
        for entity in sorted(found, key=lambda one: (-one.chars.length, one.chars.start)):
            if not any(entity.chars.overlap(other.chars) for other in kept):
                kept.append(entity)
        return tuple(sorted(kept, key=lambda one: one.chars.start))

    def _named(self, text: str, morphemes: Sequence[Morpheme]) -> Iterator[Entity]:
        matches = list(self._pattern.finditer(text)) if self._kinds else []
        starts = {morpheme.chars.start for morpheme in morphemes} if matches else set()
        ends = {morpheme.chars.end for morpheme in morphemes} if matches else set()
        for match in matches:
            if match.start() in starts and match.end() in ends:
                kind, source = self._kinds["".join(match.group().split())]
                yield Entity(kind, Span(*match.span()), f"entity/{source}")


def _written(text: str) -> Iterator[Entity]:
    if not re.search(r"[\d「]", text):
        return
    for kind, rule, shape in _NUMERIC:
        for match in shape.finditer(text):
            yield Entity(kind, Span(*match.span()), f"entity/{rule}")
