"""Recognised phrases are weighed against what was heard: accepted, heard again, doubted, or removed.

A recogniser made to write down silence, music or noise writes something fluent all the same. No single
signal tells an invention from speech ("감사합니다" is said in every meeting), so one signal only raises a
doubt, and a phrase is removed only where no speech was heard *and* it has the look of an invention.
"""

import re
import tomllib
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cache, cached_property
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.config import GuardSettings
from pipeline.model import Doubt, Removed, Word
from pipeline.speech.engine import Phrase
from pipeline.speech.vad import FRAME_MS

AUDIBLE = 0.35
"""Frames below this probability hold no speech: where Silero VAD ends a stretch."""

MIN_VOICED_MS = 3_000
"""A phrase with less speech in it may be one long drawn word."""

MIN_REPEATS = 4
"""A unit said three times over is emphasis ("네 네 네"), not a loop."""

MAX_DIGITS = 15
"""Of the longest number that is said: a budget in hundreds of 조. More of the same on end is a loop."""

_FOREIGN = re.compile(r"[\u0400-\u052f\u0590-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
"""Cyrillic; Hebrew to Lao, with Arabic, Indian and Thai letters; Kana; Han. What a recogniser writes when it
takes Korean for another language. Latin and Greek letters stand in Korean minutes as well (AI, α)."""


class Verdict(StrEnum):
    """What becomes of a phrase."""

    ACCEPT = "accept"
    RETRY = "retry"
    KEEP = "keep-with-doubts"
    REMOVE = "remove"


class Loop(NamedTuple):
    """``times`` the same ``unit`` letters on end, the first of them at letter ``start``."""

    start: int
    unit: int
    times: int

    @property
    def surplus(self) -> int:
        """Letters beyond the first time."""
        return (self.times - 1) * self.unit


@dataclass(frozen=True)
class Evidence:
    """All that is known of one phrase; its words are timed in the recording."""

    phrase: Phrase
    loop: int
    """Surplus letters of the loop that the phrase is part of, perhaps together with its neighbours."""
    probability: NDArray[np.float32]
    """Of speech, per frame of the recording."""
    prompt: str
    """What the recogniser was told before it heard this."""
    language: str = "ko"
    """Of the recording, ISO 639."""

    @cached_property
    def letters(self) -> str:
        """The phrase without spaces and punctuation, in lower case."""
        return letters_of(self.phrase.words)

    @property
    def audible(self) -> float:
        """Share of the words' time in which somebody speaks, 0 to 1."""
        frames = np.concatenate([self.probability[_frames(word)] for word in self.phrase.words])
        return float((frames >= AUDIBLE).mean()) if frames.size else 0.0

    @property
    def compression(self) -> float:
        """Whisper's own measure, of the phrase or of the whole clip, whichever is higher."""
        text = self.letters.encode()
        return max(self.phrase.compression_ratio, len(text) / len(zlib.compress(text)))

    @property
    def density(self) -> float:
        """Letters a second; 0 for phrases too short to time."""
        words = self.phrase.words
        length_ms = words[-1].end_ms - words[0].start_ms
        return len(self.letters) * 1000 / max(length_ms, 1) if len(self.letters) >= 8 else 0.0

    @property
    def sparsity(self) -> float:
        """Letters per second in which somebody speaks, from the first word to the last; infinity if short."""
        words = self.phrase.words
        frames = self.probability[_frames(Word(words[0].start_ms, words[-1].end_ms, "", 1.0))]
        voiced_ms = int((frames >= AUDIBLE).sum()) * FRAME_MS
        return len(self.letters) * 1000 / voiced_ms if voiced_ms >= MIN_VOICED_MS else float("inf")

    @property
    def echo(self) -> int:
        """Length of the longest run of letters that the phrase shares with the prompt."""
        told = letters_of([Word(0, 1, self.prompt, 1.0)])
        return SequenceMatcher(None, told, self.letters, autojunk=False).find_longest_match().size

    @property
    def foreign(self) -> int:
        """Letters of scripts that Korean is not written in; 0 in other languages."""
        return len(_FOREIGN.findall(self.letters)) if self.language == "ko" else 0


class Signal(NamedTuple):
    """One reason to doubt: its name, how it is measured, and from which value on it is raised."""

    reason: str
    measure: Callable[[Evidence], float]
    limit: Callable[[GuardSettings], float]
    above: bool = True


SIGNALS = (
    Signal("silence", lambda e: e.audible, lambda s: s.speech_overlap, above=False),
    Signal("compression", lambda e: e.compression, lambda s: s.compression_ratio),
    Signal("log-probability", lambda e: e.phrase.log_probability, lambda s: s.log_probability, above=False),
    Signal("repetition", lambda e: e.loop, lambda s: s.doubted_surplus),
    Signal("density", lambda e: e.density, lambda s: s.characters_per_second),
    Signal("sparse", lambda e: e.sparsity, lambda s: s.least_characters_per_second, above=False),
    Signal("prompt-echo", lambda e: e.echo, lambda s: s.prompt_echo),
    Signal("foreign-script", lambda e: e.foreign, lambda s: s.foreign_letters),
    Signal("never-said", lambda e: _known(e.letters, "never_said"), lambda _: 1),
    Signal("sometimes-said", lambda e: _known(e.letters, "sometimes_said"), lambda _: 1),
    Signal("no-speech", lambda e: e.phrase.no_speech, lambda s: s.no_speech),
)

HINTS = {"sometimes-said", "no-speech"}
"""Signals that mean nothing alone: two of them, or one beside another signal, make a doubt."""

INVENTED: tuple[frozenset[str], ...] = (
    frozenset({"silence", "never-said"}),
    frozenset({"silence", "sometimes-said"}),
    frozenset({"silence", "repetition"}),
    frozenset({"silence", "compression"}),
    frozenset({"silence", "prompt-echo"}),
    frozenset({"silence", "density"}),
    frozenset({"silence", "log-probability"}),
    frozenset({"silence", "foreign-script"}),
    frozenset({"silence", "no-speech"}),
    frozenset({"no-speech", "never-said"}),
    frozenset({"no-speech", "sometimes-said", "log-probability"}),
)
"""Signals that together mean nobody said it: each row needs the detector or the recogniser to have heard no
speech. The last two are for laughter, singing and the like, which the detector takes for speech."""


def weigh(evidence: Evidence, settings: GuardSettings) -> tuple[Doubt, ...]:
    """Every signal the phrase raises, in the order of SIGNALS; empty where hints stand alone."""
    doubts = []
    for signal in SIGNALS:
        value, limit = signal.measure(evidence), signal.limit(settings)
        if value >= limit if signal.above else value <= limit:
            doubts.append(Doubt(signal.reason, round(float(value), 3)))
    alone = len(doubts) == 1 and doubts[0].reason in HINTS
    return () if alone else tuple(doubts)


def decide(doubts: Sequence[Doubt], may_retry: bool) -> Verdict:
    """The verdict on a phrase.

    ======================  =====================
    what was raised         verdict
    ======================  =====================
    nothing                 accept
    one row of INVENTED     remove
    else, tries are left    retry
    else                    keep with its doubts
    ======================  =====================
    """
    reasons = {doubt.reason for doubt in doubts}
    if not reasons:
        return Verdict.ACCEPT
    if any(row <= reasons for row in INVENTED):
        return Verdict.REMOVE
    return Verdict.RETRY if may_retry else Verdict.KEEP


def evidence_of(
    phrases: Sequence[Phrase], probability: NDArray[np.float32], prompt: str, language: str = "ko"
) -> list[Evidence]:
    """Evidence for each phrase of one clip; a loop that runs through several phrases counts for all."""
    words = [word for phrase in phrases for word in phrase.words]
    owners = [i for i, phrase in enumerate(phrases) for word in phrase.words for _ in letters_of([word])]
    surplus = [0] * len(phrases)
    for loop in find_loops(letters_of(words)):
        for owner in set(owners[loop.start : loop.start + loop.unit * loop.times]):
            surplus[owner] = max(surplus[owner], loop.surplus)
    return [
        Evidence(phrase, extra, probability, prompt, language)
        for phrase, extra in zip(phrases, surplus, strict=True)
    ]


def find_loops(letters: str) -> Iterator[Loop]:
    """Every run of at least MIN_REPEATS equal units, smallest unit first; a few digits alone are a number."""
    for match in re.finditer(rf"(.{{1,30}}?)\1{{{MIN_REPEATS - 1},}}", letters):
        unit = match.group(1)
        if not unit.isdigit() or len(match.group()) > MAX_DIGITS:
            yield Loop(match.start(), len(unit), len(match.group()) // len(unit))


def cut_loops(words: Sequence[Word], surplus: int) -> tuple[dict[int, Word], list[Removed]]:
    """Leave of each loop with at least ``surplus`` surplus letters the first time; remove the rest.

    The words left come under their index in ``words``. A word that holds the end of the first time keeps
    the letters that belong to it, in their share of its time.
    """
    owners = [i for i, word in enumerate(words) for _ in letters_of([word])]
    kept: dict[int, Word] = dict(enumerate(words))
    removed = []
    for loop in find_loops(letters_of(words)):
        if loop.surplus < surplus:
            continue
        end = loop.start + loop.unit
        inside = owners[end : loop.start + loop.unit * loop.times]
        doubt = Doubt("repetition", float(loop.surplus))
        rest = [words[i] for i in sorted(set(inside))]
        if inside[0] == owners[end - 1]:
            first = owners.index(inside[0])
            kept[inside[0]], rest[0] = _cut_word(rest[0], end - first)
        for i in set(inside) - {owners[end - 1]}:
            del kept[i]
        text = "".join(word.text for word in rest).strip()
        removed.append(Removed(rest[0].start_ms, rest[-1].end_ms, text, (doubt,)))
    return kept, removed


def _cut_word(word: Word, letters: int) -> tuple[Word, Word]:
    """The word up to its given number of letters, and what follows."""
    places = [i for i, character in enumerate(word.text) if _is_letter(character)]
    at = places[letters]
    middle = word.start_ms + (word.end_ms - word.start_ms) * letters // len(places)
    middle = min(max(middle, word.start_ms + 1), word.end_ms)
    head = replace(word, text=word.text[:at], end_ms=middle)
    return head, replace(word, text=word.text[at:], start_ms=min(middle, word.end_ms - 1))


def removed_phrase(phrase: Phrase, doubts: tuple[Doubt, ...]) -> Removed:
    """A phrase taken out whole."""
    text = "".join(word.text for word in phrase.words).strip()
    return Removed(phrase.words[0].start_ms, phrase.words[-1].end_ms, text, doubts)


def letters_of(words: Sequence[Word]) -> str:
    """Letters and digits of the words in lower case, one character each."""
    return "".join(character.lower()[0] for word in words for character in word.text if _is_letter(character))


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LN"


def _frames(word: Word) -> slice:
    return slice(word.start_ms // FRAME_MS, -(-word.end_ms // FRAME_MS))


def _known(letters: str, group: str) -> int:
    return int(_inventions()[group].fullmatch(letters) is not None)


@cache
def _inventions() -> dict[str, re.Pattern[str]]:
    table = tomllib.loads(files("pipeline.speech").joinpath("inventions.toml").read_text(encoding="utf-8"))
    return {group: re.compile("|".join(f"(?:{row})" for row in rows)) for group, rows in table.items()}
