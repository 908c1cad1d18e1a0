"""Words and voices become turns: who said which words, decided eojeol by eojeol.

Neither side is exact: a recogniser's word times stray by a fifth of a second, a diarizer's boundaries by as
much. So an eojeol goes to the voice it shares most time with, and then a boundary that would cut a phrase
moves to the nearest pause or sentence end. What was only inferred is marked, what was said at the same time
by others is named.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from pipeline.config import AttributeSettings
from pipeline.model import Diarization, Span, Transcript, Turn, VoiceSpan, Word

GAP_MS = 500
"""An eojeol that no voice covers goes to the nearest voice within this; further off, to the one before it."""

FLIP_MS = 300
"""A shorter interruption in the middle of a sentence is an error of the clocks, not a speaker."""

SNAP_MS = 700
"""How far a boundary may move to a place where a speaker would stop."""

PAUSE_MS = 200
"""A silence between eojeol at which a speaker may have changed."""

SHARED = 0.5
"""Share of an eojeol during which another voice speaks from which on it counts as overlapped."""

KEEP = AttributeSettings()

SENTENCE_ENDS = (".", "?", "!", "…")

BACKCHANNELS = frozenset(
    ("네", "예", "음", "응", "어", "아", "네네", "예예", "그렇죠", "그렇지요", "맞아요", "맞습니다", "그럼요")
)
"""What listeners say into another's turn: it stays a turn of its own, however short."""


@dataclass(frozen=True, slots=True)
class Eojeol:
    """Words written together; ``words`` indexes the transcript, times are the first and last word's."""

    words: Span
    start_ms: int
    end_ms: int
    text: str

    @property
    def ends_sentence(self) -> bool:
        """Whether a sentence ends with it."""
        return self.text.endswith(SENTENCE_ENDS)

    @property
    def is_backchannel(self) -> bool:
        """Whether a listener may have said it into another's turn."""
        return self.text.rstrip(".,?!…") in BACKCHANNELS


@dataclass(frozen=True, slots=True)
class Said:
    """An eojeol and who said it. ``candidates`` are the voices heard during it, the longest first."""

    eojeol: Eojeol
    voice: str | None
    candidates: tuple[str, ...]
    inferred: bool = False


def attribute(
    transcripts: Sequence[Transcript], diarization: Diarization, settings: AttributeSettings = KEEP
) -> tuple[Turn, ...]:
    """Give every word of a session's recordings, in their order, to a turn.

    A backchannel that is folded belongs to the turn around it, which then has the listener among ``others``.

    Returns:
        Turns in speaking order. Each word is in exactly one; no turn begins inside an eojeol; turns that
        follow one another in a recording have different voices. The voice is None where no voice was found.
    """
    spans = {track.recording: track.spans for track in diarization.tracks}
    return tuple(
        turn
        for transcript in transcripts
        for turn in _turns(
            transcript.recording, _said(transcript, spans.get(transcript.recording, ()), settings)
        )
    )


def eojeols(transcript: Transcript) -> list[Eojeol]:
    """Group words into eojeol; a segment always begins a new one."""
    found: list[Eojeol] = []
    for segment in transcript.segments:
        for index in range(segment.words.start, segment.words.end):
            word = transcript.words[index]
            joined = found and index > segment.words.start and not word.text[:1].isspace()
            found[-1:] = [_extended(found[-1], word)] if joined else [*found[-1:], _started(word, index)]
    return found


def _started(word: Word, index: int) -> Eojeol:
    return Eojeol(Span(index, index + 1), word.start_ms, word.end_ms, word.text.strip())


def _extended(eojeol: Eojeol, word: Word) -> Eojeol:
    span = Span(eojeol.words.start, eojeol.words.end + 1)
    return Eojeol(span, eojeol.start_ms, max(eojeol.end_ms, word.end_ms), eojeol.text + word.text.strip())


def _said(transcript: Transcript, spans: Sequence[VoiceSpan], settings: AttributeSettings) -> list[Said]:
    said = _snap(_smooth(_settle(list(_heard(eojeols(transcript), spans)))))
    return _fold(said) if settings.backchannels == "fold" else said


def _fold(said: Sequence[Said]) -> list[Said]:
    """Give what a listener put into another's turn to that turn; who said it stays among the candidates."""
    runs = [list(run) for _, run in groupby(said, key=lambda each: each.voice)]
    for before, run, after in zip(runs, runs[1:], runs[2:], strict=False):
        around, listener = before[-1].voice, run[0].voice
        if around == after[0].voice and around and listener and all(s.eojeol.is_backchannel for s in run):
            run[:] = [replace(each, voice=around, candidates=(around, listener)) for each in run]
    return [each for run in runs for each in run]


def _heard(sequence: Sequence[Eojeol], spans: Sequence[VoiceSpan]) -> Iterator[Said]:
    """Each eojeol with the voices heard during it, or near it where there are none."""
    ordered = sorted(spans, key=lambda span: span.start_ms)
    longest_ms = max((span.end_ms - span.start_ms for span in ordered), default=0)
    first = 0
    for eojeol in sequence:
        while first < len(ordered) and ordered[first].start_ms < eojeol.start_ms - longest_ms - GAP_MS:
            first += 1
        near = [span for span in _until(ordered, first, eojeol.end_ms + GAP_MS) if span.end_ms > 0]
        shared = _shared(eojeol, near)
        voices = tuple(sorted(shared, key=lambda voice: (-shared[voice], voice)))
        if voices:
            length = max(1, eojeol.end_ms - eojeol.start_ms)
            heard = tuple(v for v in voices if v == voices[0] or shared[v] >= SHARED * length)
            yield Said(eojeol, heard[0], heard)
        else:
            yield Said(eojeol, _nearest(eojeol, near), (), inferred=True)


def _until(ordered: Sequence[VoiceSpan], first: int, end_ms: int) -> Iterator[VoiceSpan]:
    for span in ordered[first:]:
        if span.start_ms > end_ms:
            return
        yield span


def _shared(eojeol: Eojeol, spans: Sequence[VoiceSpan]) -> Mapping[str, int]:
    """Milliseconds of the eojeol during which each voice speaks."""
    place = Span(eojeol.start_ms, max(eojeol.end_ms, eojeol.start_ms + 1))
    shared: dict[str, int] = {}
    for span in spans:
        if common := place.overlap(Span(span.start_ms, span.end_ms)):
            shared[span.voice] = shared.get(span.voice, 0) + common
    return shared


def _nearest(eojeol: Eojeol, spans: Sequence[VoiceSpan]) -> str | None:
    gaps = [(max(span.start_ms - eojeol.end_ms, eojeol.start_ms - span.end_ms), span.voice) for span in spans]
    gap, voice = min(gaps, default=(GAP_MS + 1, None))
    return voice if gap <= GAP_MS else None


def _settle(said: list[Said]) -> list[Said]:
    """Decide what was heard from several, and what from none.

    In an overlap the one who was speaking goes on to the end of the sentence; whoever is heard on after the
    overlap has what follows. What no voice is near to goes to the voice before it, or else after it.
    """
    previous: Said | None = None
    for index, each in enumerate(said):
        voice = each.voice
        if len(each.candidates) > 1:
            held = previous.voice if previous and not previous.eojeol.ends_sentence else None
            ahead = next((other.voice for other in said[index + 1 :] if len(other.candidates) == 1), None)
            voice = next((v for v in (held, ahead) if v in each.candidates), voice)
        elif voice is None and previous:
            voice = previous.voice
        said[index] = previous = replace(each, voice=voice)
    first = next((each.voice for each in said if each.voice is not None), None)
    return [replace(each, voice=first) if each.voice is None else each for each in said]


def _smooth(said: Sequence[Said]) -> list[Said]:
    """Take back interruptions too short to be anybody's, except at a sentence's end and backchannels."""
    runs = [list(run) for _, run in groupby(said, key=lambda each: each.voice)]
    for before, run, after in zip(runs, runs[1:], runs[2:], strict=False):
        length_ms = run[-1].eojeol.end_ms - run[0].eojeol.start_ms
        mid_sentence = not before[-1].eojeol.ends_sentence and not run[-1].eojeol.ends_sentence
        apart = all(each.eojeol.is_backchannel for each in run)
        if before[-1].voice == after[0].voice and length_ms < FLIP_MS and mid_sentence and not apart:
            run[:] = [replace(each, voice=before[-1].voice, inferred=True) for each in run]
    return [each for run in runs for each in run]


def _snap(said: Sequence[Said]) -> list[Said]:
    """Move each change of voice that cuts a phrase to the nearest place where a speaker would stop."""
    snapped = list(said)
    changes = [i for i, (a, b) in enumerate(pairwise(said), start=1) if a.voice != b.voice]
    limits = [0, *changes, len(said)]
    for lower, change, upper in zip(limits, limits[1:], limits[2:], strict=False):
        stop = _stop(snapped, lower, change, upper)
        first, last, source = (stop, change, change) if stop < change else (change, stop, change - 1)
        for index in range(first, last):
            snapped[index] = replace(snapped[index], voice=snapped[source].voice, inferred=True)
    return snapped


def _stop(said: Sequence[Said], lower: int, change: int, upper: int) -> int:
    """Index near ``change``, strictly between the neighbouring changes, before which speech may stop."""
    if _is_stop(said, change):
        return change
    at_ms = said[change].eojeol.start_ms
    near = [
        (abs(said[index].eojeol.start_ms - at_ms), index)
        for index in range(lower + 1, upper)
        if abs(said[index].eojeol.start_ms - at_ms) <= SNAP_MS and _is_stop(said, index)
    ]
    return min(near, default=(0, change))[1]


def _is_stop(said: Sequence[Said], index: int) -> bool:
    left, right = said[index - 1].eojeol, said[index].eojeol
    return left.ends_sentence or right.start_ms - left.end_ms >= PAUSE_MS


def _turns(recording: str, said: Sequence[Said]) -> Iterator[Turn]:
    for voice, group in groupby(said, key=lambda each: each.voice):
        run = list(group)
        others = sorted({v for each in run for v in each.candidates if len(each.candidates) > 1} - {voice})
        yield Turn(
            recording=recording,
            start_ms=run[0].eojeol.start_ms,
            end_ms=max(each.eojeol.end_ms for each in run),
            voice=voice,
            words=Span(run[0].eojeol.words.start, run[-1].eojeol.words.end),
            others=tuple(v for v in others if v is not None),
            doubtful=sum(each.inferred for each in run) * 2 > len(run),
        )
