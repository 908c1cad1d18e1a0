"""A transcript becomes subtitles: timed cues of at most two short lines, as SubRip or WebVTT.

Cues are cut at eojeol (space-separated word groups) only, where a sentence, a clause or a breath ends if
the space allows it. One cue may start before or end after its words by a little, so a cue's times serve
reading and seeking; what was said when is told by the words of the transcript.

Line length, reading speed and durations follow the Netflix timed text style guides, general and Korean,
part II (same-language subtitles): https://partnerhelp.netflixstudios.com, articles 215758617 and 216001127.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.model import Session, Transcript

MAX_LINES = 2
MAX_LINE_WIDTH = 32
"""In half-width columns: 16 Hangul syllables; Latin letters, spaces and punctuation count half of one."""
READING_WIDTH_PER_S = 28
"""Half-width columns that an adult reads in a second: 14 Hangul syllables."""
MIN_CUE_MS = 833
MAX_CUE_MS = 7_000
LINGER_MS = 1_000
"""How long a cue may stay after its last word for the sake of its reader: never far into a silence."""
LONG_PAUSE_MS = 1_000
"""A silence that no cue spans."""
BREATH_MS = 300
"""A pause that is a good place to cut."""

DOUBT_MARK = "〔?〕"
"""Stands before a passage that perhaps nobody said; the transcript gives the reason."""
REMARK = "기계가 받아쓴 자막이며 검토 전입니다."

SENTENCE_ENDS = frozenset(".?!…。？！")
CLAUSE_ENDS = frozenset(",;:、，")
CONNECTIVES = ("고", "서", "며", "면", "데", "니까", "지만", "려고", "도록")
"""Endings that mostly close a clause (-고, -아서, -면, -는데...); a noun that ends alike does no harm."""
CLOSERS = "\"'”’)]」』"

# Relative prices of a cut, found by reading the cues of real conversations: one more cue costs less than
# a cut inside a phrase, so a sentence keeps to itself where it fits.
CUE_COST = 6
CLAUSE_COST = 6
CONNECTIVE_COST = 12
PHRASE_COST = 20
SHORT_COST = 12


@dataclass(frozen=True, slots=True)
class Cue:
    """What stands on the screen from ``start_ms`` until ``end_ms``: one or two lines."""

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Eojeol:
    """Words that belong together in writing; ``width`` is in half-width columns."""

    start_ms: int
    end_ms: int
    text: str
    doubted: bool

    @property
    def width(self) -> int:
        """Columns on the screen."""
        return text_width(self.text)


def srt(transcript: Transcript) -> str:
    r"""Subtitles as SubRip, with CRLF and a byte order mark: encode as UTF-8 and write the bytes unchanged.

    SubRip never named an encoding: Korean players on Windows take a file without the mark for CP949.
    It knows no escapes either, so an arrow ``-->`` in the text, which would end a cue, becomes ``→``.
    """
    blocks = (
        f"{index}\n{_clock(cue.start_ms, ',')} --> {_clock(cue.end_ms, ',')}\n{_plain(cue.lines)}\n\n"
        for index, cue in enumerate(cues(transcript), start=1)
    )
    return "\ufeff" + "".join(blocks).replace("\n", "\r\n")


def vtt(session: Session, transcript: Transcript) -> str:
    """Subtitles as WebVTT (https://www.w3.org/TR/webvtt1/): UTF-8, LF, no byte order mark needed.

    The note says what the file was made from; a cue's identifier is the recording's short digest and the
    cue's first millisecond, so a page can lead from a cue to its sound.
    """
    header = f"WEBVTT\n\nNOTE\n{REMARK}\nsession: {_escape(session.id)}\nrecording: {transcript.recording}\n"
    blocks = (
        f"\n{transcript.recording[:12]}-{cue.start_ms}\n"
        f"{_clock(cue.start_ms, '.')} --> {_clock(cue.end_ms, '.')}\n{_escape(chr(10).join(cue.lines))}\n"
        for cue in cues(transcript)
    )
    return header + "".join(blocks)


def cues(transcript: Transcript) -> tuple[Cue, ...]:
    """Cut a transcript into cues that do not overlap, in order, each word in exactly one of them.

    A cue never spans a silence of LONG_PAUSE_MS between two eojeol and never lasts over MAX_CUE_MS. An
    eojeol wider than a line stands on a line of its own; it is never broken.
    """
    groups = [group for run in _runs(_eojeols(transcript)) for group in _cut(run)]
    made: list[Cue] = []
    for index, group in enumerate(groups):
        earliest_ms = made[-1].end_ms if made else 0
        following_ms = groups[index + 1][0].start_ms if index + 1 < len(groups) else transcript.duration_ms
        made.append(_timed(group, earliest_ms, following_ms))
    return tuple(made)


def text_width(text: str) -> int:
    """Half-width columns of a text: two for what East Asian fonts set in a full square, otherwise one."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _eojeols(transcript: Transcript) -> list[Eojeol]:
    found: list[Eojeol] = []
    for segment in transcript.segments:
        apart = True
        for word in transcript.words[segment.words.start : segment.words.end]:
            text = " ".join(word.text.split())
            apart = apart or not text or word.text[0].isspace()
            if text and apart:
                found.append(Eojeol(word.start_ms, word.end_ms, text, bool(segment.doubts)))
            elif text:
                last = found[-1]
                found[-1] = replace(last, end_ms=max(last.end_ms, word.end_ms), text=last.text + text)
            apart = not text or word.text[-1].isspace()
    return found


def _runs(eojeols: Sequence[Eojeol]) -> Iterator[Sequence[Eojeol]]:
    """Stretches inside which a cue may lie: no long pause, all doubted or none."""
    starts = [
        index
        for index, (left, right) in enumerate(pairwise(eojeols), start=1)
        if right.start_ms - left.end_ms >= LONG_PAUSE_MS or left.doubted != right.doubted
    ]
    bounds = [0, *starts, len(eojeols)]
    return (eojeols[start:end] for start, end in pairwise(bounds) if start < end)


def _cut(run: Sequence[Eojeol]) -> list[Sequence[Eojeol]]:
    """Cut a run into groups at the least total cost (shortest path over the places to cut)."""
    best = [(0, 0)]
    for end in range(1, len(run) + 1):
        best.append(min((best[start][0] + _cost(run, start, end), start) for start in _starts(run, end)))
    groups = []
    end = len(run)
    while end:
        start = best[end][1]
        groups.append(run[start:end])
        end = start
    return groups[::-1]


def _starts(run: Sequence[Eojeol], end: int) -> Iterator[int]:
    """Where a group that stops before ``end`` may start, nearest first; a single eojeol always may."""
    yield end - 1
    widths = [run[end - 1].width]
    for start in range(end - 2, -1, -1):
        widths.insert(0, run[start].width)
        mark = [text_width(DOUBT_MARK)] if run[start].doubted else []
        too_long = run[end - 1].end_ms - run[start].start_ms > MAX_CUE_MS
        if too_long or not _fits(mark + widths):
            return
        yield start


def _fits(widths: Sequence[int]) -> bool:
    lines, column = 1, -1
    for width in widths:
        if column < 0 or column + 1 + width <= MAX_LINE_WIDTH:
            column += 1 + width
        else:
            lines, column = lines + 1, width
    return lines <= MAX_LINES


def _cost(run: Sequence[Eojeol], start: int, end: int) -> int:
    if end == len(run):
        return CUE_COST
    left, right = run[end - 1], run[end]
    short = min(right.start_ms, left.end_ms + LINGER_MS) - run[start].start_ms < MIN_CUE_MS
    return CUE_COST + SHORT_COST * short + _break_cost(left, right)


def _break_cost(left: Eojeol, right: Eojeol) -> int:
    if _ends_with(left.text, SENTENCE_ENDS):
        return 0
    if _ends_with(left.text, CLAUSE_ENDS) or right.start_ms - left.end_ms >= BREATH_MS:
        return CLAUSE_COST
    return CONNECTIVE_COST if left.text.endswith(CONNECTIVES) else PHRASE_COST


def _ends_with(text: str, marks: frozenset[str]) -> bool:
    return text.rstrip(CLOSERS)[-1:] in marks


def _timed(group: Sequence[Eojeol], earliest_ms: int, following_ms: int) -> Cue:
    """Show a group from its first word until it can be read, or until the next one needs the screen."""
    start_ms = max(group[0].start_ms, earliest_ms)
    spoken_ms = max(eojeol.end_ms for eojeol in group)
    texts = [DOUBT_MARK] * group[0].doubted + [eojeol.text for eojeol in group]
    reading_ms = text_width(" ".join(texts)) * 1000 // READING_WIDTH_PER_S
    readable_ms = min(start_ms + max(MIN_CUE_MS, reading_ms), spoken_ms + LINGER_MS)
    end_ms = min(max(spoken_ms, readable_ms), following_ms, start_ms + MAX_CUE_MS)
    # Words that the aligner put on one instant still need a cue that a player accepts.
    return Cue(start_ms, max(end_ms, start_ms + 1), _lines(texts))


def _lines(texts: Sequence[str]) -> tuple[str, ...]:
    """One line if it fits, else two: after punctuation if possible, and as even as possible."""
    whole = " ".join(texts)
    if text_width(whole) <= MAX_LINE_WIDTH or len(texts) == 1:
        return (whole,)
    splits = [(" ".join(texts[:at]), " ".join(texts[at:])) for at in range(1, len(texts))]
    fitting = [
        (upper, lower)
        for at, (upper, lower) in enumerate(splits, start=1)
        if (at == 1 or text_width(upper) <= MAX_LINE_WIDTH)
        and (at == len(splits) or text_width(lower) <= MAX_LINE_WIDTH)
    ]
    return min(fitting, key=_unevenness)


def _unevenness(lines: tuple[str, str]) -> tuple[bool, int]:
    upper, lower = lines
    return not _ends_with(upper, SENTENCE_ENDS | CLAUSE_ENDS), abs(text_width(upper) - text_width(lower))


def _clock(time_ms: int, point: str) -> str:
    seconds, thousandths = divmod(time_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{thousandths:03}"


def _plain(lines: Sequence[str]) -> str:
    return "\n".join(lines).replace("-->", "→")


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
