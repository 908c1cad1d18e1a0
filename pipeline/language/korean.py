"""Korean text becomes morphemes: the one Kiwi analyser, with the glossary as its user dictionary.

Offsets are code points of the text as given. Only NFC text is analysed: of decomposed Hangul Kiwi makes
nothing but proper nouns.
"""

import gc
import os
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pipeline.model import Morpheme, Span

if TYPE_CHECKING:
    from kiwipiepy import Kiwi

UNKNOWN_IDS = 100
"""A word that Kiwi made up has the id of its tag, a number below this one; dictionary words are larger."""


@dataclass(frozen=True, slots=True)
class Parse:
    """One text analysed: its morphemes, and for each of them the number of its sentence."""

    morphemes: list[Morpheme]
    sentences: list[int]


class Korean:
    """Kiwi with a user dictionary; loaded when first asked, which takes 2 to 3 s and 550 MB."""

    def __init__(self, nouns: Iterable[str], threads: int) -> None:
        """Take ``nouns`` as proper nouns with one right spelling; a space inside is allowed.

        On how many ``threads`` Kiwi works changes nothing in the result.
        """
        self._nouns = tuple(dict.fromkeys(nouns))
        self._threads = threads
        self._loaded: Kiwi | None = None

    @property
    def kiwi(self) -> "Kiwi":
        """The analyser itself, for what this class does not offer."""
        if self._loaded is None:
            from kiwipiepy import Kiwi

            self._loaded = Kiwi(num_workers=self._threads)
            for noun in self._nouns:
                self._loaded.add_user_word(noun, "NNP")
        return self._loaded

    def parse(self, texts: Iterable[str]) -> Iterator[Parse]:
        """Morphemes and sentences of each text, in order, lazily: work while Kiwi's threads run ahead.

        With one thread all texts are analysed first. By turns on one core, Kiwi's tables and whoever reads
        the parses would keep driving each other out of its cache, at 7 % of the time of both.
        """
        analysed: Iterable[Any] = self.kiwi.tokenize(map(_nfc, texts))
        for tokens in list(analysed) if self._threads == 1 else analysed:
            yield Parse(_morphemes(tokens), [token.sent_position for token in tokens])

    def analyse(self, texts: Iterable[str]) -> Iterator[tuple[Morpheme, ...]]:
        """Morphemes of each text, in order. Kiwi works ahead on its own threads: give many texts at once."""
        for tokens in self.kiwi.tokenize(map(_nfc, texts)):
            yield tuple(_morphemes(tokens))


def load_korean(nouns: tuple[str, ...] = (), threads: int = 0) -> Korean:
    """The analyser for a dictionary, made once per process; 0 threads mean one for each core."""
    return _made(nouns, threads or os.cpu_count() or 1)


_made = lru_cache(maxsize=2)(Korean)


@contextmanager
def uncollected() -> Iterator[None]:
    """Spare the garbage collector hundreds of thousands of small objects, none of them in a cycle.

    Afterwards they count as old at once: else the next collection would look through every one of them, which
    took a tenth of the time of cleaning and labelling. Garbage among them waits for a full collection.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.freeze()
            gc.unfreeze()
            gc.enable()


def _nfc(text: str) -> str:
    if not unicodedata.is_normalized("NFC", text):
        raise ValueError("text to analyse must be NFC")
    return text


def _morphemes(tokens: Iterable[Any]) -> list[Morpheme]:
    return [
        Morpheme(token.form, token.tag, span_of(token.start, token.end), token.id >= UNKNOWN_IDS)
        for token in tokens
    ]


@lru_cache(maxsize=1 << 16)
def span_of(start: int, end: int) -> Span:
    """A span; equal ones are mostly one object, which costs a quarter of the time and far less memory."""
    return Span(start, end)
