"""How the Korean rules do on the labelled sentences: counts for each part, never a sentence.

The sentences that were set aside must not be read, and a failing test prints what it compares: so what is
compared is a count.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import labelled_set
from labelled_set import CleaningSentence, LabelledSentence, PersonalSentence, Subset
from spoken_turns import PAUSE_MS, SYLLABLE_MS, spoken, turns_of
from turns import clean_turns

from pipeline.config import CleanSettings, Glossary, load_glossary
from pipeline.language.annotate import annotate
from pipeline.language.clean import clean
from pipeline.language.personal_data import find
from pipeline.model import CleanTurn, Participant, Span, Word

GLOSSARY = load_glossary(Path(__file__).parents[2] / "config/glossary.toml")
LEFT_OUT = {"filler": {"filler", "backchannel"}, "repeat": {"repeat", "repair", "cut-off"}}


class Counts(NamedTuple):
    """How many were found rightly, found wrongly, and missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.right / (2 * self.right + self.wrong + self.missed)


def total(counts: Iterable[Counts]) -> Counts:
    """The sum of counts."""
    return Counts(*(sum(column) for column in zip(*counts, strict=True)))


def compared(got: set[int] | frozenset[str], wanted: set[int] | frozenset[str]) -> Counts:
    """What was found against what is there."""
    return Counts(len(got & wanted), len(got - wanted), len(wanted - got))


@cache
def tidied(subset: Subset) -> tuple[tuple[CleaningSentence, CleanTurn], ...]:
    """The sentences to clean of a part, with what cleaning makes of them."""
    sentences = labelled_set.cleaning(subset)
    turns, transcripts = turns_of([heard(sentence) for sentence in sentences])
    return tuple(zip(sentences, clean(turns, transcripts, GLOSSARY, CleanSettings()), strict=True))


def folded(subset: Subset, kind: str) -> Counts:
    """Words left out as a ``kind`` (filler, repeat)."""
    return total(compared(left_out(turn, kind), marked(said, kind)) for said, turn in tidied(subset))


def heard(sentence: CleaningSentence) -> tuple[Word, ...]:
    """The words of a sentence, with its pauses."""
    words: list[Word] = []
    now_ms = at = 0
    for text in sentence.text.split(" "):
        end_ms = now_ms + SYLLABLE_MS * len(text)
        words.append(Word(now_ms, end_ms, f" {text}" if words else text, 0.9))
        bare, at = at + len(text.rstrip(".,?!")), at + len(text) + 1
        now_ms = end_ms + PAUSE_MS * any(bare <= pause < at for pause in sentence.pauses)
    return tuple(words)


def marked(sentence: CleaningSentence, kind: str) -> set[int]:
    """Numbers of the words that are marked as a kind."""
    starts = [0, *(at + 1 for at, letter in enumerate(sentence.text) if letter == " ")]
    spans = [mark.chars for mark in sentence.marks if mark.kind == kind]
    return {number for number, start in enumerate(starts) if any(s.start <= start < s.end for s in spans)}


def left_out(turn: CleanTurn, kind: str) -> set[int]:
    """Numbers of the words that were left out as a kind."""
    gone = [link.words for link in turn.links if link.reason in LEFT_OUT[kind] and not link.chars.length]
    return {word for words in gone for word in range(words.start, words.end)}


def corrections(subset: Subset) -> Counts:
    """Names of the glossary put right."""
    sentences = labelled_set.glossary(subset)
    turns, transcripts = turns_of([spoken(one.text) for one in sentences])
    right = wrong = missed = 0
    for sentence, turn in zip(sentences, clean(turns, transcripts, GLOSSARY, CleanSettings()), strict=True):
        links = [link for link in turn.links if "glossary" in link.reason]
        texts = [turn.text[link.chars.start : link.chars.end] for link in links]
        found = sum(any(one.canonical in text for text in texts) for one in sentence.corrections)
        right += found
        wrong += len(links) - found
        missed += len(sentence.corrections) - found
    return Counts(right, wrong, missed)


@cache
def annotated(subset: Subset) -> tuple[tuple[LabelledSentence, frozenset[str]], ...]:
    """The sentences to label of a part, each a turn of its own, with the labels they are given."""
    sentences = labelled_set.labels(subset)
    people = {f"S{number}": Participant("", sentence.role) for number, sentence in enumerate(sentences)}
    said = clean_turns([(f"S{number}", sentence.text) for number, sentence in enumerate(sentences)])
    turns = [replace(turn, sentences=(Span(0, len(turn.text)),)) for turn in said]
    by_turn: dict[int, set[str]] = {}
    for one in annotate(turns, people, Glossary()):
        by_turn.setdefault(one.turn, set()).add(one.label)
    return tuple((sentence, frozenset(by_turn.get(number, ()))) for number, sentence in enumerate(sentences))


def labels(subset: Subset, *wanted: str) -> Counts:
    """Labels of the kinds ``wanted``."""
    return total(
        compared(got & frozenset(wanted), sentence.labels & frozenset(wanted))
        for sentence, got in annotated(subset)
    )


def personal(subset: Subset) -> Counts:
    """Personal data: found is what is covered whole and called by its kind; wrong, what touches none."""
    return total(personal_counts(sentence) for sentence in labelled_set.personal(subset))


def personal_counts(sentence: PersonalSentence) -> Counts:
    """The personal data of one sentence."""
    got = find(sentence.text)
    right = sum(
        any(one.kind == span.kind and one.chars.overlap(span.chars) == span.chars.length for one in got)
        for span in sentence.spans
    )
    wrong = sum(not any(one.chars.overlap(span.chars) for span in sentence.spans) for one in got)
    return Counts(right, wrong, len(sentence.spans) - right)
