"""One recording of a session as the writers of documents take it: what was recognised, and who said it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from pipeline.model import Audio, Segment, Span, Transcript, Turn


@dataclass(frozen=True, slots=True)
class Part:
    """One recording: what decoding found, what was recognised, and the turns of its speakers, in order."""

    audio: Audio
    transcript: Transcript
    turns: tuple[Turn, ...] = ()

    def spoken(self) -> Iterator[tuple[Turn | None, Segment]]:
        """The segments, cut where the speaker changes, each with its turn; None where there are no turns."""
        if not self.turns:
            yield from ((None, segment) for segment in self.transcript.segments)
            return
        turns = iter(self.turns)
        turn = next(turns)
        for segment in self.transcript.segments:
            start = segment.words.start
            while start < segment.words.end:
                while turn.words.end <= start:
                    turn = next(turns)
                end = min(segment.words.end, turn.words.end)
                yield turn, replace(segment, words=Span(start, end))
                start = end


def without(part: Part, voices: Collection[str]) -> Part:
    """The part with every word of some voices made empty, and what was removed while they spoke left out.

    Times stay, so that all that refers to words still holds.
    """
    silent = [turn for turn in part.turns if turn.voice in voices]
    if not silent:
        return part
    hidden = {index for turn in silent for index in range(turn.words.start, turn.words.end)}
    words = tuple(
        replace(word, text="") if index in hidden else word
        for index, word in enumerate(part.transcript.words)
    )
    removed = tuple(
        each
        for each in part.transcript.removed
        if not any(turn.start_ms < each.end_ms and each.start_ms < turn.end_ms for turn in silent)
    )
    return replace(part, transcript=replace(part.transcript, words=words, removed=removed))
