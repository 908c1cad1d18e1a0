"""The labelled sentences, both halves apart: the half that rules are written with, and the one set aside."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import labelled_set
import pytest
from labelled_set import HALVES, CleaningSentence, Subset
from spoken_turns import PAUSE_MS, SYLLABLE_MS, spoken, turns_of

from pipeline.config import CleanSettings, load_glossary
from pipeline.language.clean import clean
from pipeline.model import CleanTurn, Word

pytestmark = pytest.mark.model

GLOSSARY = load_glossary(Path(__file__).parents[2] / "config/glossary.toml")
Recorder = Callable[[str, object], None]
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


def count(pairs: Iterable[tuple[set[int], set[int]]]) -> Counts:
    counts = [(len(got & wanted), len(got - wanted), len(wanted - got)) for wanted, got in pairs]
    return Counts(*(sum(column) for column in zip(*counts, strict=True)))


FILLERS = {Subset.DEV: (0.97, 0.75), Subset.HELDOUT: (0.94, 0.72), Subset.BLIND: (0.92, 0.66)}
"""Least precision and recall. The aim is (0.97, 0.75). What was set aside falls short of it: words and a
pause do not always tell a determiner from a filler."""


@pytest.fixture(scope="module", params=list(Subset))
def half(request: pytest.FixtureRequest) -> Subset:
    return Subset(request.param)


@pytest.fixture(scope="module")
def folded(half: Subset) -> dict[str, Counts]:
    """Counts alone: a failing test must not print a sentence of the half that was set aside."""
    sentences = labelled_set.cleaning(half)
    turns, transcripts = turns_of([heard(sentence) for sentence in sentences])
    tidied = clean(turns, transcripts, GLOSSARY, CleanSettings())
    pairs = list(zip(sentences, tidied, strict=True))
    return {
        kind: count((marked(said, kind), left_out(turn, kind)) for said, turn in pairs) for kind in LEFT_OUT
    }


def test_fillers_are_left_out_and_little_else(
    half: Subset, folded: dict[str, Counts], record_property: Recorder
) -> None:
    counts = folded["filler"]
    record_property("fillers", str(counts))
    precision, recall = FILLERS[half]
    assert counts.precision >= precision
    assert counts.recall >= recall


def test_what_was_said_twice_is_folded(folded: dict[str, Counts], record_property: Recorder) -> None:
    counts = folded["repeat"]
    record_property("repeats", str(counts))
    assert counts.precision >= 0.95
    assert counts.recall >= 0.75


@pytest.mark.parametrize("half", HALVES)
def test_names_are_corrected_and_look_alikes_are_not(half: Subset, record_property: Recorder) -> None:
    counts = _corrections(half)
    record_property("glossary", str(counts))
    assert counts.precision >= 0.98
    assert counts.recall >= 0.80


def _corrections(half: Subset) -> Counts:
    sentences = labelled_set.glossary(half)
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
