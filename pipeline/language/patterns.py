"""Tables of morpheme patterns, read from TOML, become labels on sentences: spaCy's Matcher over morphemes.

A line of a table says what must stand in a sentence (:mod:`pipeline.language.notation`). A sentence is first
held against the morphemes that a line cannot do without; only where all are present is a document made and a
matcher run, so that most sentences cost a few set operations.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from pipeline.config import Section, load_toml
from pipeline.errors import ConfigError
from pipeline.language.notation import Line, Variant, named_forms, parse, reading
from pipeline.model import Morpheme, Role, Span

if TYPE_CHECKING:
    from spacy.matcher import Matcher
    from spacy.tokens import Doc
    from spacy.vocab import Vocab


class Rule(Section):
    """One reason to give a label; ``fires`` and ``silent`` are sentences that the tests hold it to."""

    name: str = Field(min_length=1)
    match: tuple[str, ...] = Field(description="Any of these lines; none switches the rule off.")
    unless: tuple[str, ...] = Field((), description="Any of these lines in the sentence stops the rule.")
    by: tuple[Role, ...] = Field((), description="Only in the mouth of these, or of somebody unknown.")
    not_by: tuple[Role, ...] = Field((), description="Never in the mouth of these.")
    value: str = Field("", description="The label's value, where no part of the line is bracketed.")
    value_like: str = Field("", description="Regular expression for the whole bracketed text.")
    spans: Literal["sentence", "match"] = Field("sentence", description="What the label is laid on.")
    fires: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()


class LabelTable(Section):
    """One TOML file: a label, what always stops it, and its rules, the most telling first."""

    label: str = Field(min_length=1)
    unless: tuple[str, ...] = ()
    not_by: tuple[Role, ...] = ()
    rule: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule that fired in a sentence; ``evidence`` is what its line matched."""

    label: str
    rule: str
    evidence: Span
    spans: Literal["sentence", "match"]
    value: str


def load_tables(folder: Path | None = None) -> tuple[LabelTable, ...]:
    """The label tables of general Korean, with those of a workspace (``config/labels``) laid over them.

    A rule of the same label and name replaces the general one; other rules are added after it.

    Raises:
        ConfigError: a table that cannot be read, or a pattern that is none.
    """
    tables: dict[str, LabelTable] = {}
    general = Path(str(files("pipeline.language").joinpath("labels")))
    for place in (general, folder):
        for path in sorted(place.glob("*.toml")) if place else ():
            table = load_toml(path, LabelTable)
            for pattern in _all_lines(table):
                _checked(pattern, path)
            tables[table.label] = _merged(tables.get(table.label), table)
    return tuple(tables.values())


def _merged(base: LabelTable | None, over: LabelTable) -> LabelTable:
    if base is None:
        return over
    rules = {rule.name: rule for rule in (*base.rule, *over.rule)}
    return LabelTable(
        label=base.label,
        unless=(*base.unless, *over.unless),
        not_by=(*base.not_by, *over.not_by),
        rule=tuple(rules.values()),
    )


def _all_lines(table: LabelTable) -> Iterator[str]:
    yield from table.unless
    for rule in table.rule:
        yield from (*rule.match, *rule.unless)


def _checked(pattern: str, path: Path) -> None:
    try:
        if not parse(pattern).needs:
            raise ValueError("every line needs a morpheme that must be there")
    except ValueError as failure:
        raise ConfigError(
            f"{path}: pattern {pattern!r}: {failure}.", "Write it as 형태/TAG, such as 면/EC 좋/VA 겠/EP."
        ) from failure


class Patterns:
    """Tables ready for sentences. Matchers are made when first needed: spaCy is loaded, no model."""

    def __init__(self, tables: Sequence[LabelTable]) -> None:
        """Read every line of the tables."""
        from spacy.vocab import Vocab

        vocab = Vocab()
        self._rules = [_Compiled(table, rule, vocab) for table in tables for rule in table.rule]
        self._index: dict[str, list[tuple[Line, int]]] = {}
        for number, rule in enumerate(self._rules):
            for line in rule.match.lines:
                for form in line.key:
                    self._index.setdefault(form, []).append((line, number))
        self._make = _DocMaker(vocab, frozenset().union(*(rule.forms for rule in self._rules)))

    def find(self, text: str, morphemes: Sequence[Morpheme], role: Role | None = None) -> list[Firing]:
        """Every label that a sentence calls for; of the rules that give it one label, the first.

        ``morphemes`` are the sentence's, their characters those of ``text``; ``role`` is the speaker's, None
        where it is not known. Labels laid on a match are all given.
        """
        forms = [reading(m.form, m.tag) for m in morphemes]
        numbers = self._candidates(set(forms))
        if not numbers:
            return []
        sentence = _Sentence(text, self._make(forms, morphemes), morphemes)
        found: dict[tuple[str, Span | None], Firing] = {}
        for rule in (self._rules[number] for number in sorted(numbers)):
            if rule.allowed(role) and (rule.label, None) not in found:
                for firing in rule.fire(sentence):
                    place = firing.evidence if firing.spans == "match" else None
                    found.setdefault((rule.label, place), firing)
        return list(found.values())

    def _candidates(self, present: set[str]) -> set[int]:
        return {
            number
            for form in present & self._index.keys()
            for line, number in self._index[form]
            if not any(need.isdisjoint(present) for need in line.needs)
        }


class _Lines:
    """Lines that are matched together."""

    def __init__(self, patterns: Sequence[str], vocab: "Vocab") -> None:
        self.lines = [parse(pattern) for pattern in patterns]
        self._vocab = vocab

    @cached_property
    def variants(self) -> list[Variant]:
        return [variant for line in self.lines for variant in line.variants()]

    @cached_property
    def matcher(self) -> "Matcher":
        from spacy.matcher import Matcher

        made = Matcher(self._vocab)
        for number, variant in enumerate(self.variants):
            made.add(str(number), [variant.tokens])
        return made

    def matches(self, sentence: "_Sentence") -> list[tuple[Span, Span | None]]:
        """Tokens of each match, and those of its value."""
        if not self.lines:
            return []
        valued = any(line.value for line in self.lines)
        found = []
        for name, start, end, *alignment in self.matcher(sentence.doc, with_alignments=valued):
            value = self.variants[int(self._vocab.strings[name])].value
            places = [start + i for i, token in enumerate(alignment[0]) if token in value] if value else []
            found.append((Span(start, end), Span(places[0], places[-1] + 1) if places else None))
        return found


class _Compiled:
    """One rule, what stops it, and who may set it off."""

    def __init__(self, table: LabelTable, rule: Rule, vocab: "Vocab") -> None:
        self.label, self.rule = table.label, rule
        self.match = _Lines(rule.match, vocab)
        self.stops = _Lines((*table.unless, *rule.unless), vocab)
        self.not_by = {*table.not_by, *rule.not_by}

    @property
    def forms(self) -> frozenset[str]:
        return frozenset().union(*map(named_forms, (*self.match.lines, *self.stops.lines)))

    def allowed(self, role: Role | None) -> bool:
        return role is None or (role not in self.not_by and (not self.rule.by or role in self.rule.by))

    def fire(self, sentence: "_Sentence") -> Iterator[Firing]:
        matches = self.match.matches(sentence)
        if not matches or self.stops.matches(sentence):
            return
        for tokens, bracketed in matches:
            value, evidence = self.rule.value, sentence.chars(tokens)
            if bracketed:
                place = sentence.chars(bracketed)
                named = sentence.text[place.start : place.end]
                if self.rule.value_like and not re.fullmatch(self.rule.value_like, named):
                    continue
                value, evidence = (value, place) if value else (named, evidence)
            yield Firing(self.label, f"{self.label}/{self.rule.name}", evidence, self.rule.spans, value)


class _DocMaker:
    """Makes a sentence's document: a token per morpheme between two edges, closing marks after the second.

    Forms that no pattern names are all written alike, so the vocabulary cannot grow.
    """

    def __init__(self, vocab: "Vocab", forms: frozenset[str]) -> None:
        self._vocab, self._forms = vocab, forms

    def __call__(self, forms: Sequence[str], morphemes: Sequence[Morpheme]) -> "Doc":
        from spacy.tokens import Doc

        end = closing(morphemes)
        words = [form if form in self._forms else "*" for form in forms]
        tags = [m.tag.partition("-")[0] for m in morphemes]
        return Doc(
            self._vocab,
            words=["^", *words[:end], "$", *words[end:]],
            tags=["EDGE", *tags[:end], "EDGE", *tags[end:]],
        )


def closing(morphemes: Sequence[Morpheme]) -> int:
    """Where a sentence's closing marks begin, as a number of morphemes."""
    end = len(morphemes)
    while end and morphemes[end - 1].tag in {"SF", "SE", "SSC", "SP"}:
        end -= 1
    return end


class _Sentence:
    """A sentence's document, with the way back from its tokens to characters."""

    def __init__(self, text: str, doc: "Doc", morphemes: Sequence[Morpheme]) -> None:
        self.text, self.doc = text, doc
        end, spans = closing(morphemes), [m.chars for m in morphemes]
        before = Span(spans[0].start, spans[0].start)
        after = Span(spans[end - 1].end, spans[end - 1].end) if end else before
        self._spans = [before, *spans[:end], after, *spans[end:]]

    def chars(self, tokens: Span) -> Span:
        """Characters of a range of tokens."""
        return Span(self._spans[tokens.start].start, self._spans[tokens.end - 1].end)


@lru_cache(maxsize=4)
def compile_tables(tables: tuple[LabelTable, ...]) -> Patterns:
    """The compiled form of tables, made once per process."""
    return Patterns(tables)
