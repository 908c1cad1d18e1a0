"""A decoder's tokens and their alignment become phrases of timed words, the same way for every engine.

Whisper ends a decoding in one of two ways: with one timestamp, the clip being written down to its end, or
with a phrase begun and not closed, by which it asks to be called again from there (Radford et al. 2022,
section 3.8). Who takes the second for the first loses speech, as faster-whisper's batched pipeline does.
"""

import unicodedata
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, median

from pipeline.model import SAMPLE_RATE_HZ, Word
from pipeline.speech.engine import MAX_CLIP_S, Phrase, Samples

TIMESTAMP_MS = 20
"""Step of Whisper's timestamp tokens and of its alignments."""

MIN_REST_MS = 500
"""Less than this is not decoded again on its own; what was recognised of it stands as it is."""

MAX_PASSES = 4
"""A clip is decoded in at most so many pieces, so that a decoder gone astray comes to an end."""

_PREPENDED = "\"'“¿([{-"
_APPENDED = "\"'.。,，!！?？:：”)]}、"
_SENTENCE_END = tuple(".。!！?？")
_MAX_MEDIAN_MS = 700
_SLACK_MS = 500


@dataclass(frozen=True, slots=True)
class Part:
    """Text tokens between two timestamp tokens; milliseconds from the start of what was decoded."""

    start_ms: int
    end_ms: int
    tokens: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Decoding:
    """What one pass of a decoder gave for one clip."""

    parts: tuple[Part, ...]
    rest_ms: int | None
    """From where on the decoder wants to be called again; None where it is done."""
    log_probability: float
    no_speech: float

    @property
    def tokens(self) -> list[int]:
        """Text tokens of all parts, to be aligned with the sound."""
        return [token for part in self.parts for token in part.tokens]


@dataclass(frozen=True, slots=True)
class Timed:
    """One word as an alignment gives it: its text, how many tokens it took, where it lies."""

    text: str
    tokens: int
    start_ms: int
    end_ms: int
    probability: float


@dataclass(frozen=True, slots=True)
class Piece:
    """The phrases of one pass over one clip, and from where on the clip has to be decoded again."""

    phrases: tuple[Phrase, ...]
    rest_ms: int | None


def length_ms(clip: Samples) -> int:
    """Length of a clip in whole milliseconds, rounded down."""
    return len(clip) * 1000 // SAMPLE_RATE_HZ


def decode_whole(
    clips: Sequence[Samples], decode: Callable[[list[Samples]], list[Piece]]
) -> list[tuple[Phrase, ...]]:
    """Call ``decode`` until every clip is decoded to its end.

    Raises:
        ValueError: a clip longer than MAX_CLIP_S, which no engine could hear whole.
    """
    if any(len(clip) > MAX_CLIP_S * SAMPLE_RATE_HZ for clip in clips):
        raise ValueError(f"a clip is longer than {MAX_CLIP_S:g} s")
    found: list[list[Phrase]] = [[] for _ in clips]
    waiting = [(i, 0) for i, clip in enumerate(clips) if length_ms(clip) > 0]
    for _ in range(MAX_PASSES):
        pieces = decode([clips[i][start * SAMPLE_RATE_HZ // 1000 :] for i, start in waiting])
        for (i, start), piece in zip(waiting, pieces, strict=True):
            found[i] += [_shifted(phrase, start) for phrase in piece.phrases]
        waiting = [
            (i, start + piece.rest_ms)
            for (i, start), piece in zip(waiting, pieces, strict=True)
            if piece.rest_ms is not None
        ]
        if not waiting:
            break
    return [tuple(phrases) for phrases in found]


def _shifted(phrase: Phrase, by_ms: int) -> Phrase:
    words = (replace(w, start_ms=w.start_ms + by_ms, end_ms=w.end_ms + by_ms) for w in phrase.words)
    return replace(phrase, words=tuple(words))


def read_tokens(
    tokens: Sequence[int],
    timestamp_begin: int,
    end_of_text: int,
    clip_ms: int,
    log_probability: float,
    no_speech: float,
) -> Decoding:
    """Split a decoder's output at its timestamps.

    Text after the last closed phrase is left to the next pass, as openai-whisper does; where there is no
    closed phrase, or nothing to speak of is left of the clip, it is kept as a phrase of its own.

    Args:
        tokens: text and timestamp tokens, without the prompt and the end.
        timestamp_begin: the token of 0.00 s; higher ones are later by 20 ms each.
        end_of_text: text tokens are below it.
        clip_ms: length of the clip; times beyond it are cut.
        log_probability: mean per token.
        no_speech: probability, 0 to 1.
    """
    parts: list[Part] = []
    text: list[int] = []
    start, begun = 0, False
    for token in tokens:
        if token < end_of_text:
            text.append(token)
        elif token >= timestamp_begin:
            time = min((token - timestamp_begin) * TIMESTAMP_MS, clip_ms)
            if text:
                parts.append(Part(start, time, tuple(text)))
            start, begun, text = time, not text, []
    unfinished = bool(parts) and (begun or bool(text))
    rest_ms = start if unfinished and start >= MIN_REST_MS and clip_ms - start >= MIN_REST_MS else None
    if text and rest_ms is None:
        parts.append(Part(start, clip_ms, tuple(text)))
    return Decoding(tuple(parts), rest_ms, log_probability, no_speech)


def make_piece(decoding: Decoding, alignment: Sequence[Timed], clip_ms: int) -> Piece:
    """Give the words of a decoding to its parts and bring their times into order.

    Args:
        decoding: what was recognised.
        alignment: words whose tokens, in order, are those of the decoding.
        clip_ms: length of the clip; every word lies inside it.

    Returns:
        Phrases that have words; their words are at least 1 ms long, ordered, apart from one another.
    """
    words = _merged(alignment)
    typical = _median_ms(alignment)
    groups = [
        _trimmed(part, group, typical)
        for part, group in zip(decoding.parts, _by_part(decoding.parts, words), strict=True)
    ]
    if sum(len(group) for group in groups) > clip_ms:
        groups = [[_as_one(groups, clip_ms)]]
    text = "".join(word.text for group in groups for word in group)
    placed = iter(_placed([word for group in groups for word in group], clip_ms))
    phrases = (
        Phrase(
            words=tuple(next(placed) for _ in group),
            log_probability=decoding.log_probability,
            no_speech=decoding.no_speech,
            compression_ratio=compression_ratio(text),
        )
        for group in groups
        if group
    )
    return Piece(tuple(phrases), decoding.rest_ms)


def compression_ratio(text: str) -> float:
    """UTF-8 length of ``text`` over its zlib length (Whisper's measure, ``whisper.utils``); "" gives 0."""
    data = text.strip().encode()
    return len(data) / len(zlib.compress(data))


def _merged(alignment: Sequence[Timed]) -> list[Timed]:
    """Punctuation goes to the word it belongs to, which keeps its own times and probability."""
    words: list[Timed] = []
    for word in alignment:
        last = words[-1] if words else None
        if last and word.text in _APPENDED and not last.text.endswith(" "):
            words[-1] = replace(last, text=last.text + word.text, tokens=last.tokens + word.tokens)
        elif last and last.text.startswith(" ") and last.text.strip() in _PREPENDED:
            words[-1] = replace(word, text=last.text + word.text, tokens=last.tokens + word.tokens)
        else:
            words.append(word)
    return words


def _median_ms(alignment: Sequence[Timed]) -> int:
    lengths = [word.end_ms - word.start_ms for word in alignment if word.end_ms > word.start_ms]
    return min(_MAX_MEDIAN_MS, round(median(lengths))) if lengths else 0


def _by_part(parts: Sequence[Part], words: Sequence[Timed]) -> list[list[Timed]]:
    """Deal out the words by their tokens; a word that reaches over a boundary stays with the earlier part."""
    groups: list[list[Timed]] = []
    waiting = list(reversed(words))
    surplus = 0
    for part in parts:
        group = []
        while waiting and surplus < len(part.tokens):
            surplus += waiting[-1].tokens
            group.append(waiting.pop())
        surplus -= len(part.tokens)
        groups.append([word for word in group if word.text.strip()])
    return groups


def _trimmed(part: Part, words: Sequence[Timed], typical_ms: int) -> list[Timed]:
    """Shorten words that an alignment has stretched over a pause, as openai-whisper's ``timing`` does.

    The first word of a sentence lasts at most twice the clip's median word; a phrase's own timestamps win
    where its first or last word sticks out by more than half a second.
    """
    trimmed: list[Timed] = []
    for word in words:
        opens = not trimmed or trimmed[-1].text.endswith(_SENTENCE_END)
        start = max(word.start_ms, word.end_ms - 2 * typical_ms) if opens else word.start_ms
        trimmed.append(replace(word, start_ms=start))
    if trimmed and trimmed[0].start_ms + _SLACK_MS < part.start_ms < trimmed[0].end_ms:
        trimmed[0] = replace(trimmed[0], start_ms=min(trimmed[0].end_ms - typical_ms, part.start_ms))
    if trimmed and trimmed[-1].start_ms < part.end_ms < trimmed[-1].end_ms - _SLACK_MS:
        trimmed[-1] = replace(trimmed[-1], end_ms=max(trimmed[-1].start_ms + typical_ms, part.end_ms))
    return trimmed


def _as_one(groups: Sequence[Sequence[Timed]], clip_ms: int) -> Timed:
    """More words than the clip has milliseconds, as a decoder gone astray gives them, as a single one."""
    words = [word for group in groups for word in group]
    probability = fmean(word.probability for word in words)
    return Timed("".join(word.text for word in words), len(words), 0, clip_ms, probability)


def _placed(words: Sequence[Timed], clip_ms: int) -> list[Word]:
    """Our words, in order and inside the clip, each as long as one timestamp where there is room."""
    least = max(1, min(TIMESTAMP_MS, clip_ms // max(1, len(words))))
    placed: list[Word] = []
    for i, word in enumerate(words):
        latest = clip_ms - (len(words) - i) * least
        earliest = placed[-1].end_ms if placed else 0
        start = min(max(word.start_ms, earliest), latest)
        end = min(max(word.end_ms, start + least), latest + least)
        text = unicodedata.normalize("NFC", word.text)
        placed.append(Word(start, end, text, round(min(max(word.probability, 0.0), 1.0), 3)))
    return placed
