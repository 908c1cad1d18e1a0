"""Morpheme patterns are held against sentences and give them labels: spaCy's Matcher over morphemes.

Most sentences never see spaCy. A line of a table (:mod:`pipeline.language.notation`) is tried only if the
morphemes it cannot do without are all in the sentence, and in the right order. A line without gaps is then
decided by looking; for any other spaCy's document of the sentence is made, once, and the line's matcher run
on the stretch that the line can reach.
"""

import re
from collections.abc import Collection, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Literal

from pipeline.language.label_tables import LabelTable, Rule
from pipeline.language.notation import UNNAMED, Variant, commonness, named_forms, parse, reading
from pipeline.model import Morpheme, Role, Span

if TYPE_CHECKING:
    from spacy.matcher import Matcher
    from spacy.tokens import Doc
    from spacy.vocab import Vocab


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule that fired in a sentence; ``evidence`` is what its line matched."""

    label: str
    rule: str
    evidence: Span
    spans: Literal["sentence", "match"]
    value: str


class Patterns:
    """Tables ready for sentences. Matchers are made when first needed: spaCy is loaded, no model."""

    def __init__(self, tables: Sequence[LabelTable]) -> None:
        """Read every line of the tables."""
        from spacy.vocab import Vocab

        self._vocab = Vocab()
        self._rules = [_Compiled(table, rule, self._vocab) for table in tables for rule in table.rule]
        self._index: dict[str, list[tuple[int, _Line]]] = {}
        for number, rule in enumerate(self._rules):
            for line in rule.lines:
                for form in line.parsed.key:
                    self._index.setdefault(form, []).append((number, line))
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
        words = [form if form in self._known else UNNAMED for form in forms]
        sentence = _Sentence(text, words, morphemes, self._vocab)
        found: dict[tuple[str, Span | None], Firing] = {}
        for number in sorted(candidates):
            rule = self._rules[number]
            if rule.allowed(role) and (rule.label, None) not in found:
                for firing in rule.fire(sentence, candidates[number]):
                    place = firing.evidence if firing.spans == "match" else None
                    found.setdefault((rule.label, place), firing)
                    if place is None:  # the sentence has its label: what else gives it is not looked for
                        break
        return list(found.values())

    def _candidates(self, present: set[str]) -> "dict[int, list[_Line]]":
        """Lines whose indispensable morphemes are all present, by rule."""
        made: dict[int, list[_Line]] = {}
        index = self._index
        for form in present & index.keys():
            for number, line in index[form]:
                if line.completed(present) and line not in (lines := made.setdefault(number, [])):
                    lines.append(line)
        return made


class _Line:
    """A line and its matchers, one for each morpheme that it may start with."""

    def __init__(self, number: int, pattern: str, vocab: "Vocab") -> None:
        self.number = number
        self.parsed = parse(pattern)
        self._key, *self._others = sorted(self.parsed.needs, key=commonness)
        self._starts: dict[str, list[str]] = {}
        for form, tag in sorted(self.parsed.starts):
            self._starts.setdefault(form, []).append(tag)
        self._vocab = vocab
        self._matchers: dict[tuple[str, str], tuple[Matcher, list[Variant]]] = {}

    def possible(self, present: Set[str]) -> bool:
        """Whether everything it needs is among the forms of a sentence."""
        return not self._key.isdisjoint(present) and self.completed(present)

    def completed(self, present: Set[str]) -> bool:
        """Whether the rest of what it needs is among the forms of a sentence that has a form of its key."""
        for need in self._others:  # noqa: SIM110 (a loop: it runs for every line that shares a form)
            if need.isdisjoint(present):
                return False
        return True

    def matches(self, sentence: "_Sentence") -> Iterator[tuple[Span, Span | None]]:
        """Tokens of each match, and those of its value."""
        for form, tag, place in self._beginnings(sentence):
            end = place + self.parsed.longest if self.parsed.longest else len(sentence.words)
            if not self._opens(sentence, place):
                continue
            if self.parsed.is_fixed:
                yield Span(place, end), self._bracketed(place, self.parsed.value)
                continue
            if not self._in_order(sentence, place, end):
                continue
            matcher, variants = self._matcher((form, tag))
            found = matcher(sentence.doc[place:end], with_alignments=bool(self.parsed.value))
            for name, first, last, *alignment in found:
                if first == 0:
                    value = variants[int(self._vocab.strings[name])].value
                    inside = [i for i, token in enumerate(*alignment or [()]) if token in value]
                    yield Span(place, place + last), self._bracketed(place, inside)

    @staticmethod
    def _bracketed(place: int, inside: Collection[int]) -> Span | None:
        return Span(place + min(inside), place + max(inside) + 1) if inside else None

    def _beginnings(self, sentence: "_Sentence") -> Iterator[tuple[str, str, int]]:
        """Form, tag and token of every morpheme with which the line may start."""
        for form, tags in self._starts.items():
            places = range(len(sentence.tags)) if form == UNNAMED else sentence.where.get(form, ())
            for place in places:
                if sentence.tags[place] in tags:
                    yield form, sentence.tags[place], place

    def _opens(self, sentence: "_Sentence", place: int) -> bool:
        """Whether what must follow the line's first morpheme at once does so."""
        for at, (forms, tags) in enumerate(self.parsed.opening, place + 1):
            if at == len(sentence.words) or sentence.tags[at] not in tags:
                return False
            if forms and sentence.words[at] not in forms:
                return False
        return True

    def _in_order(self, sentence: "_Sentence", place: int, end: int) -> bool:
        """Whether what the line needs stands in order between two tokens: cheaper than to match in vain."""
        at, where = place - 1, sentence.where
        for need in self.parsed.needs:
            nearest = end
            for form in need & where.keys():
                for one in where[form]:
                    if at < one < nearest:
                        nearest = one
                        break
            if nearest == end:
                return False
            at = nearest
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
        self.lines = [_Line(number, pattern, vocab) for number, pattern in enumerate(rule.match)]
        stops = (*rule.unless, *table.unless)
        self._stops = [_Line(number, pattern, vocab) for number, pattern in enumerate(stops)]
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
        in_turn = sorted(lines, key=lambda line: line.number)
        allowed = False
        for tokens, bracketed in chain.from_iterable(line.matches(sentence) for line in in_turn):
            if not allowed and self._stopped(sentence):
                return
            allowed = True
            value, evidence = self._rule.value, sentence.chars(tokens)
            if bracketed:
                place = sentence.chars(bracketed)
                named = re.fullmatch(self._rule.value_like or ".*", sentence.text[place.start : place.end])
                if not named:
                    continue
                value, evidence = (value, place) if value else (named[named.re.groups], evidence)
            yield Firing(self.label, f"{self.label}/{self._rule.name}", evidence, self._rule.spans, value)

    def _stopped(self, sentence: "_Sentence") -> bool:
        present = sentence.where.keys()
        return any(stop.possible(present) and any(stop.matches(sentence)) for stop in self._stops)


class _Sentence:
    """A sentence as tokens, where they stand in it, and the way back to characters.

    A token per morpheme between two edges, closing marks after the second. spaCy's document of them is made
    when a matcher first asks for it. Forms that no pattern names are all written :data:`UNNAMED`, so the
    vocabulary cannot grow.
    """

    def __init__(
        self, text: str, words: Sequence[str], morphemes: Sequence[Morpheme], vocab: "Vocab"
    ) -> None:
        end = _closing(morphemes)
        tags = [m.tag.partition("-")[0] for m in morphemes]
        self.text, self._morphemes, self._vocab, self._end = text, morphemes, vocab, end
        self.words = ["^", *words[:end], "$", *words[end:]]
        self.tags = ["EDGE", *tags[:end], "EDGE", *tags[end:]]
        self.where: dict[str, list[int]] = {}
        """Tokens of each form that a pattern names."""
        for place, word in enumerate(self.words):
            if word != UNNAMED:
                self.where.setdefault(word, []).append(place)

    @cached_property
    def doc(self) -> "Doc":
        """The document that matchers read."""
        from spacy.tokens import Doc

        return Doc(self._vocab, words=self.words, tags=self.tags)

    @cached_property
    def _spans(self) -> list[Span]:
        """Characters of each token; an edge has none."""
        end, spans = self._end, [m.chars for m in self._morphemes]
        before = Span(spans[0].start, spans[0].start)
        after = Span(spans[end - 1].end, spans[end - 1].end) if end else before
        return [before, *spans[:end], after, *spans[end:]]

    def chars(self, tokens: Span) -> Span:
        """Characters of a range of tokens."""
        return Span(self._spans[tokens.start].start, self._spans[tokens.end - 1].end)


def _joined(morphemes: Sequence[Morpheme]) -> Sequence[Morpheme]:
    """An ending and the 요 behind it as one, as Kiwi mostly gives them: 더라고 요 -> 더라고요."""
    if "요" not in [morpheme.form for morpheme in morphemes]:
        return morphemes
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
