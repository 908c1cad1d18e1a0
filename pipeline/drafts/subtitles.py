"""A transcript becomes subtitles: timed cues of at most two short lines, as SubRip or WebVTT.

Cues are cut at eojeol (space-separated word groups) only, where a sentence, a clause or a breath ends if
the space allows it. One cue may start before or end after its words by a little, so a cue's times serve
reading and seeking; what was said when is told by the words of the transcript.

Line length, reading speed and durations follow the Netflix timed text style guides, general and Korean,
part II (same-language subtitles): https://partnerhelp.netflixstudios.com, articles 215758617 and 216001127.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.drafts.disclosure import NOBODY, Cast, disclosed
from pipeline.drafts.parts import Part, without
from pipeline.model import Session, Turn

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


Tag = Callable[[str | None], str]
"""What stands before the first words of a voice."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What stands on the screen from ``start_ms`` until ``end_ms``: one or two lines of one voice."""

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]
    voice: str | None = None


@dataclass(frozen=True, slots=True)
class Eojeol:
    """Words that belong together in writing; ``width`` is in half-width columns."""

    start_ms: int
    end_ms: int
    text: str
    doubted: bool
    turn: Turn | None = None
    mark: str = ""
    """Stands before it on the screen where a cue begins with it."""

    @property
    def width(self) -> int:
        """Columns on the screen."""
        return text_width(self.text)


def srt(part: Part, cast: Cast = NOBODY) -> str:
    r"""Subtitles as SubRip, with CRLF and a byte order mark: encode as UTF-8 and write the bytes unchanged.

    SubRip never named an encoding: Korean players on Windows take a file without the mark for CP949.
    It knows no escapes either, so an arrow ``-->`` in the text, which would end a cue, becomes ``→``; nor
    speakers, whose name stands in parentheses where their turn begins.
    """
    part = without(part, cast.withdrawn)
    blocks = (
        f"{index}\n{_clock(cue.start_ms, ',')} --> {_clock(cue.end_ms, ',')}\n{_plain(cue.lines)}\n\n"
        for index, cue in enumerate(cues(part, lambda voice: f"({cast.name(voice)})"), start=1)
    )
    return "\ufeff" + "".join(blocks).replace("\n", "\r\n")


def vtt(session: Session, part: Part, cast: Cast = NOBODY) -> str:
    """Subtitles as WebVTT (https://www.w3.org/TR/webvtt1/): UTF-8, LF, no byte order mark needed.

    The note says what the file was made from; a cue's identifier is the recording's short digest and the
    cue's first millisecond, so a page can lead from a cue to its sound. A voice span names the speaker.
    """
    part = without(part, cast.withdrawn)
    recording = part.transcript.recording
    shown = _escape(disclosed(session).id)
    header = f"WEBVTT\n\nNOTE\n{REMARK}\nsession: {shown}\nrecording: {recording}\n"
    blocks = (
        f"\n{recording[:12]}-{cue.start_ms}\n"
        f"{_clock(cue.start_ms, '.')} --> {_clock(cue.end_ms, '.')}\n"
        f"{_voice(cue, cast) if part.turns else ''}{_escape(chr(10).join(cue.lines))}\n"
        for cue in cues(part)
    )
    return header + "".join(blocks)


def cues(part: Part, tag: Tag = lambda _: "") -> tuple[Cue, ...]:
    """Cut a transcript into cues that do not overlap, in order, each word in exactly one of them.

    A cue never spans two turns or a silence of LONG_PAUSE_MS between two eojeol, and never lasts over
    MAX_CUE_MS. An eojeol wider than a line stands on a line of its own; it is never broken. ``tag`` gives
    the text that stands before the first words of a voice's turn.
    """
    groups = [group for run in _runs(_eojeols(part, tag)) for group in _cut(run)]
    made: list[Cue] = []
    for index, group in enumerate(groups):
        earliest_ms = made[-1].end_ms if made else 0
        last = index + 1 == len(groups)
        following_ms = part.transcript.duration_ms if last else groups[index + 1][0].start_ms
        made.append(_timed(group, earliest_ms, following_ms))
    return tuple(made)


def text_width(text: str) -> int:
    """Half-width columns of a text: two for what East Asian fonts set in a full square, otherwise one."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _eojeols(part: Part, tag: Tag) -> list[Eojeol]:
    found: list[Eojeol] = []
    previous: Turn | None = None
    for turn, segment in part.spoken():
        apart = True
        doubted = bool(segment.doubts)
        for word in part.transcript.words[segment.words.start : segment.words.end]:
            text = " ".join(word.text.split())
            apart = apart or not text or word.text[0].isspace()
            if text and apart:
                begins = turn is not None and turn is not previous
                mark = " ".join(
                    filter(None, [DOUBT_MARK * doubted, tag(turn.voice) if turn and begins else ""])
                )
                found.append(Eojeol(word.start_ms, word.end_ms, text, doubted, turn, mark))
                previous = turn
            elif text:
                last = found[-1]
                found[-1] = replace(last, end_ms=max(last.end_ms, word.end_ms), text=last.text + text)
            apart = not text or word.text[-1].isspace()
    return found


def _runs(eojeols: Sequence[Eojeol]) -> Iterator[Sequence[Eojeol]]:
    """Stretches inside which a cue may lie: one turn, no long pause, all doubted or none."""
    starts = [
        index
        for index, (left, right) in enumerate(pairwise(eojeols), start=1)
        if right.start_ms - left.end_ms >= LONG_PAUSE_MS
        or (left.doubted, left.turn) != (right.doubted, right.turn)
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
        mark = [text_width(run[start].mark)] if run[start].mark else []
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
    texts = [*filter(None, [group[0].mark]), *(eojeol.text for eojeol in group)]
    reading_ms = text_width(" ".join(texts)) * 1000 // READING_WIDTH_PER_S
    readable_ms = min(start_ms + max(MIN_CUE_MS, reading_ms), spoken_ms + LINGER_MS)
    end_ms = min(max(spoken_ms, readable_ms), following_ms, start_ms + MAX_CUE_MS)
    # Words that the aligner put on one instant still need a cue that a player accepts.
    voice = group[0].turn.voice if group[0].turn else None
    return Cue(start_ms, max(end_ms, start_ms + 1), _lines(texts), voice)


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


def _voice(cue: Cue, cast: Cast) -> str:
    """The tag of a WebVTT voice span; a cue that is one voice's needs no end tag."""
    return f"<v {' '.join(_escape(cast.name(cue.voice)).split())}>"


def _plain(lines: Sequence[str]) -> str:
    return "\n".join(lines).replace("-->", "→")


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
