"""Tables of morpheme patterns, read from TOML, become labels on sentences: spaCy's Matcher over morphemes.

A line of a table says what must stand in a sentence (:mod:`pipeline.language.notation`). A sentence is first
held against the morphemes that a line cannot do without; only where all are present is a document made and a
matcher run, so that most sentences cost a few set operations.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from pipeline.config import Section, load_toml
from pipeline.errors import ConfigError
from pipeline.language.notation import Variant, named_forms, parse, reading
from pipeline.model import Morpheme, Role, Span

if TYPE_CHECKING:
    from spacy.matcher import Matcher
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
    """A label, what always stops it, and its rules, the most telling first."""

    label: str = Field(min_length=1)
    unless: tuple[str, ...] = ()
    not_by: tuple[Role, ...] = ()
    rule: tuple[Rule, ...] = ()


class LabelFile(LabelTable):
    """One TOML file: a table whose lines may name word lists (``@good/VA``) instead of writing them out."""

    words: dict[str, str] = Field({}, description="Word lists by name, each separated by blanks.")

    def table(self) -> LabelTable:
        """The table with every list written out.

        Raises:
            KeyError: a line names a list that is not there.
        """
        return LabelTable.model_validate(self._spelled(self.model_dump(exclude={"words"})))

    def _spelled(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._spelled(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self._spelled(one) for one in value]
        if not isinstance(value, str):
            return value
        return re.sub(r"@([a-z_]+)", lambda name: "|".join(self.words[name[1]].split()), value)


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
            table = _checked(load_toml(path, LabelFile), path)
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


def _checked(file: LabelFile, path: Path) -> LabelTable:
    """The file's table, every line of which can be read."""
    hint = "Write it as 형태/TAG, such as 면/EC 좋/VA 겠/EP; a list as @name/TAG."
    try:
        table = file.table()
    except KeyError as failure:
        raise ConfigError(f"{path}: no words are listed as {failure}.", hint) from failure
    for pattern in (*table.unless, *(line for rule in table.rule for line in (*rule.match, *rule.unless))):
        try:
            parse(pattern)
        except ValueError as failure:
            raise ConfigError(f"{path}: pattern {pattern!r}: {failure}.", hint) from failure
    return table


class Patterns:
    """Tables ready for sentences. Matchers are made when first needed: spaCy is loaded, no model."""

    def __init__(self, tables: Sequence[LabelTable]) -> None:
        """Read every line of the tables."""
        from spacy.vocab import Vocab

        self._vocab = Vocab()
        self._rules = [_Compiled(table, rule, self._vocab) for table in tables for rule in table.rule]
        self._index: dict[str, list[tuple[_Line, int]]] = {}
        for number, rule in enumerate(self._rules):
            for line in rule.lines:
                for form in line.parsed.key:
                    self._index.setdefault(form, []).append((line, number))
        self._known: frozenset[str] = frozenset().union(*(rule.forms for rule in self._rules))

    def find(self, text: str, morphemes: Sequence[Morpheme], role: Role | None = None) -> list[Firing]:
        """Every label that a sentence calls for; of the rules that give it one label, the first.

        ``morphemes`` are the sentence's, their characters those of ``text``; ``role`` is the speaker's, None
        where it is not known. Labels laid on a match are all given.
        """
        morphemes = _joined(morphemes)
        forms = [reading(m.form, m.tag) for m in morphemes]
        candidates = self._candidates({*forms, "^", "$"})
        if not candidates:
            return []
        words = [form if form in self._known else "*" for form in forms]
        sentence = _Sentence(text, words, morphemes, self._vocab)
        found: dict[tuple[str, Span | None], Firing] = {}
        for number in sorted(candidates):
            rule = self._rules[number]
            if rule.allowed(role) and (rule.label, None) not in found:
                for firing in rule.fire(sentence, candidates[number]):
                    place = firing.evidence if firing.spans == "match" else None
                    found.setdefault((rule.label, place), firing)
        return list(found.values())

    def _candidates(self, present: set[str]) -> "dict[int, list[_Line]]":
        """Lines whose indispensable morphemes are all present, by rule."""
        made: dict[int, list[_Line]] = {}
        for form in present & self._index.keys():
            for line, number in self._index[form]:
                if line.possible(present) and line not in made.get(number, ()):
                    made.setdefault(number, []).append(line)
        return made


class _Line:
    """A line and its matchers, one for each morpheme that it may start with."""

    def __init__(self, pattern: str, vocab: "Vocab") -> None:
        self.parsed = parse(pattern)
        self._vocab = vocab
        self._matchers: dict[tuple[str, str], tuple[Matcher, list[Variant]]] = {}

    def possible(self, present: Set[str]) -> bool:
        """Whether everything it needs is among the forms of a sentence."""
        for need in self.parsed.needs:  # noqa: SIM110 (a loop: it runs for every line that shares a form)
            if need.isdisjoint(present):
                return False
        return True

    def matches(self, sentence: "_Sentence") -> Iterator[tuple[Span, Span | None]]:
        """Tokens of each match, and those of its value."""
        for start in self.parsed.starts & sentence.places.keys():
            matcher, variants = self._matcher(start)
            for place in sentence.places[start]:
                end = place + self.parsed.longest if self.parsed.longest else len(sentence.doc)
                if not self._in_order(sentence, place, end):
                    continue
                found = matcher(sentence.doc[place:end], with_alignments=bool(self.parsed.value))
                for name, first, last, *alignment in found:
                    if first == 0:
                        value = variants[int(self._vocab.strings[name])].value
                        inside = [place + i for i, token in enumerate(*alignment or [()]) if token in value]
                        bracketed = Span(inside[0], inside[-1] + 1) if inside else None
                        yield Span(place, place + last), bracketed

    def _in_order(self, sentence: "_Sentence", place: int, end: int) -> bool:
        """Whether what the line needs stands in order between two tokens: cheaper than to match in vain."""
        at = place - 1
        for need in self.parsed.needs:
            later = [one for form in need for one in sentence.where.get(form, ()) if at < one < end]
            if not later:
                return False
            at = min(later)
        return True

    def _matcher(self, start: tuple[str, str]) -> "tuple[Matcher, list[Variant]]":
        if start not in self._matchers:
            from spacy.matcher import Matcher

            variants, matcher = list(self.parsed.variants(start)), Matcher(self._vocab)
            for number, variant in enumerate(variants):
                matcher.add(str(number), [variant.tokens])
            self._matchers[start] = matcher, variants
        return self._matchers[start]


class _Compiled:
    """One rule, what stops it, and who may set it off."""

    def __init__(self, table: LabelTable, rule: Rule, vocab: "Vocab") -> None:
        self.label, self._rule = table.label, rule
        self.lines = [_Line(pattern, vocab) for pattern in rule.match]
        self._stops = [_Line(pattern, vocab) for pattern in (*rule.unless, *table.unless)]
        self._not_by = {*table.not_by, *rule.not_by}

    @property
    def forms(self) -> frozenset[str]:
        """Every form that it knows by name."""
        return frozenset().union(*(named_forms(line.parsed) for line in (*self.lines, *self._stops)))

    def allowed(self, role: Role | None) -> bool:
        """Whether it may fire in this mouth."""
        return role is None or (role not in self._not_by and (not self._rule.by or role in self._rule.by))

    def fire(self, sentence: "_Sentence", lines: Sequence[_Line]) -> Iterator[Firing]:
        """What ``lines`` of the rule find, unless something stops it."""
        matches = [match for line in lines for match in line.matches(sentence)]
        if not matches or any(
            stop.possible(sentence.where.keys()) and any(stop.matches(sentence)) for stop in self._stops
        ):
            return
        for tokens, bracketed in matches:
            value, evidence = self._rule.value, sentence.chars(tokens)
            if bracketed:
                place = sentence.chars(bracketed)
                named = re.fullmatch(self._rule.value_like or ".*", sentence.text[place.start : place.end])
                if not named:
                    continue
                value, evidence = (value, place) if value else (named[named.re.groups], evidence)
            yield Firing(self.label, f"{self.label}/{self._rule.name}", evidence, self._rule.spans, value)


class _Sentence:
    """A sentence as a document, where its morphemes stand in it, and the way back to characters.

    A token per morpheme between two edges, closing marks after the second. Forms that no pattern names are
    all written ``*``, so the vocabulary cannot grow.
    """

    def __init__(
        self, text: str, words: Sequence[str], morphemes: Sequence[Morpheme], vocab: "Vocab"
    ) -> None:
        from spacy.tokens import Doc

        end, spans = _closing(morphemes), [m.chars for m in morphemes]
        tags = [m.tag.partition("-")[0] for m in morphemes]
        words = ["^", *words[:end], "$", *words[end:]]
        tags = ["EDGE", *tags[:end], "EDGE", *tags[end:]]
        before = Span(spans[0].start, spans[0].start)
        after = Span(spans[end - 1].end, spans[end - 1].end) if end else before
        self.text = text
        self.doc: Doc = Doc(vocab, words=words, tags=tags)
        self.where: dict[str, list[int]] = {}
        """Tokens of each form."""
        self.places: dict[tuple[str, str], list[int]] = {}
        for place, (word, tag) in enumerate(zip(words, tags, strict=True)):
            self.where.setdefault(word, []).append(place)
            self.places.setdefault((word, tag), []).append(place)
            if word != "*":
                self.places.setdefault(("*", tag), []).append(place)
        self._spans = [before, *spans[:end], after, *spans[end:]]

    def chars(self, tokens: Span) -> Span:
        """Characters of a range of tokens."""
        return Span(self._spans[tokens.start].start, self._spans[tokens.end - 1].end)


def _joined(morphemes: Sequence[Morpheme]) -> list[Morpheme]:
    """An ending and the 요 behind it as one, as Kiwi mostly gives them: 더라고 요 -> 더라고요."""
    made: list[Morpheme] = []
    for morpheme in morphemes:
        if morpheme.form == "요" and made and made[-1].tag == "EF":
            ending = made[-1]
            made[-1] = Morpheme(ending.form + "요", "EF", Span(ending.chars.start, morpheme.chars.end))
        else:
            made.append(morpheme)
    return made


def _closing(morphemes: Sequence[Morpheme]) -> int:
    """Where a sentence's closing marks begin, as a number of morphemes."""
    end = len(morphemes)
    while end and morphemes[end - 1].tag in {"SF", "SE", "SSC", "SP"}:
        end -= 1
    return end


@lru_cache(maxsize=4)
def compile_tables(tables: tuple[LabelTable, ...]) -> Patterns:
    """The compiled form of tables, made once per process."""
    return Patterns(tables)
