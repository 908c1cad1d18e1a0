"""Which characters an editor has set how, and where they are when the text around them changes.

White space is never counted: between two words that are set alike it is set as they are. So the same
formatting is always told by the same spans, whatever a program makes of blanks.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from pipeline.drafts.threeway import split
from pipeline.model import Format, FormatKind, Span

Setting = tuple[FormatKind, str]
"""A kind of formatting and its value."""

Marked = Mapping[Setting, frozenset[int]]
"""Numbers of the characters that are set so."""

NAMES: Mapping[FormatKind, str] = {
    FormatKind.BOLD: "굵게",
    FormatKind.REGULAR: "굵게 해제",
    FormatKind.ITALIC: "기울임",
    FormatKind.UNDERLINE: "밑줄",
    FormatKind.STRIKE: "취소선",
    FormatKind.HIGHLIGHT: "형광펜",
    FormatKind.COLOR: "글자색",
    FormatKind.SUPERSCRIPT: "위 첨자",
    FormatKind.SUBSCRIPT: "아래 첨자",
    FormatKind.LINK: "하이퍼링크",
    FormatKind.ALIGN: "정렬",
}

YELLOW = "FFFF00"
_OF_LINKS = {FormatKind.COLOR, FormatKind.UNDERLINE}
"""What every link is by itself."""

LONGEST = 400
"""Letters of words that are compared with those that replaced them: more than that is another text."""

SAME_WORDS = 0.5
"""Words that were replaced by others as like as this, by :class:`difflib.SequenceMatcher`, were edited."""

MOVED = 2
"""So many words, or more, that are gone in one place and come in another were moved."""

_APART = re.compile(r"[\t\n]|\S")
"""What parts two characters: another one between them, or the border of a cell or paragraph."""
_PART = re.compile(r"[^\t\n]+")
_LEADS_OUT = re.compile(r"(?:https?|ftps?)://\S+|(?:mailto|tel):\S+", re.IGNORECASE)


def target(link: str) -> str:
    """Where a link leads, if that is outside of the file and every format can tell it; else nothing."""
    link = link.strip().replace(" ", "%20").replace("|", "%7C")
    return link if _LEADS_OUT.fullmatch(link) and not re.search(r'[<>"\\\x00-\x1f]', link) else ""


def color(value: str | None) -> str:
    """``RRGGBB`` of a colour as files tell it, or nothing (``auto``, ``none``)."""
    found = re.fullmatch("#?([0-9A-Fa-f]{6})", value or "")
    return found[1].upper() if found else ""


def marked(formats: Iterable[Format], text: str, at: int = 0) -> dict[Setting, set[int]]:
    """The characters of a text that are set so; the text stands ``at`` a place of a longer one."""
    made: dict[Setting, set[int]] = defaultdict(set)
    for each in formats:
        chars = range(max(0, each.chars.start), min(each.chars.end, len(text)))
        made[each.kind, each.value].update(at + n for n in chars if not text[n].isspace())
    return made


def spans(marks: Mapping[Setting, Iterable[int]], text: str) -> tuple[Format, ...]:
    """What is marked in a text as spans, in order: the longest that there are, within a cell or paragraph.

    A link is coloured and underlined by itself, so that neither is told of one.
    """
    inline = {setting: numbers for setting, numbers in marks.items() if setting[0] is not FormatKind.ALIGN}
    links = {number for (kind, _), numbers in marks.items() if kind is FormatKind.LINK for number in numbers}
    found = (
        Format(chars, *setting)
        for setting, numbers in inline.items()
        for chars in _runs(sorted({*numbers} - links if setting[0] in _OF_LINKS else numbers), text)
    )
    every = [*found, *_aligned(marks, text)]
    return tuple(sorted(every, key=lambda each: (each.chars.start, each.chars.end, each.kind, each.value)))


def tidy(formats: Iterable[Format], text: str) -> tuple[Format, ...]:
    """Formats as they are told everywhere."""
    return spans(marked(formats, text), text)


def filled(numbers: Iterable[int], text: str) -> set[int]:
    """All characters of the paragraphs or cells in which some are."""
    held = {*numbers}
    parts = (_dense(text, Span(*part.span())) for part in _PART.finditer(text))
    return {number for part in parts if not held.isdisjoint(part) for number in part}


def composed(formats: Iterable[Format], text: str) -> tuple[Format, ...]:
    """Formats of a text where they are in its NFC."""
    if unicodedata.is_normalized("NFC", text):
        return tuple(formats)

    def place(at: int) -> int:
        return len(unicodedata.normalize("NFC", text[:at]))

    return tuple(
        replace(each, chars=Span(place(each.chars.start), place(each.chars.end))) for each in formats
    )


def shifted(formats: Iterable[Format], by: int) -> tuple[Format, ...]:
    """Formats of a text that stands further on in another."""
    return tuple(replace(each, chars=Span(each.chars.start + by, each.chars.end + by)) for each in formats)


def carried(formats: tuple[Format, ...], before: str, after: str) -> tuple[Format, ...]:
    """Formats of a text on what has become of it."""
    if not formats or before == after:
        return tidy(formats, after)
    return spans(Course(before, after).carried(marked(formats, before)), after)


class Course:
    """Where the characters of a text are in a later version of it.

    What was written inside characters that are set alike is set like them, as in any word processor, and
    so are words that replaced some of them; where all of them went, nothing is.
    """

    def __init__(self, before: str, after: str) -> None:
        self._before, self._after = before, after
        self._source: dict[int, int] = {}
        self._replaced: list[tuple[Span, Span]] = []
        old, new = split(before), split(after)
        gone: list[tuple[str, int]] = []
        come: list[tuple[str, int]] = []
        for tag, start, end, new_start, new_end in _opcodes(old, new):
            was, now = old[start:end], new[new_start:new_end]
            if tag == "equal":
                self._same(_extent(was), _extent(now))
            elif tag != "replace" or not self._edited(_extent(was), _extent(now)):
                gone, come = gone + was, come + now
        for tag, start, end, new_start, _ in _opcodes(gone, come):
            for n in range(end - start if tag == "equal" and end - start >= MOVED else 0):
                self._same(_extent([gone[start + n]]), _extent([come[new_start + n]]))

    def _same(self, old: Span, new: Span) -> None:
        """Words that are there still."""
        self._source.update(zip(_dense(self._after, new), _dense(self._before, old), strict=True))

    def _edited(self, old: Span, new: Span) -> bool:
        """Words in place of others: whether they are as like that they are the same ones."""
        before, after = _dense(self._before, old), _dense(self._after, new)
        letters = "".join(self._before[n] for n in before), "".join(self._after[n] for n in after)
        matcher = SequenceMatcher(None, *letters, autojunk=False)
        self._replaced.append((old, new))
        if max(map(len, letters)) > LONGEST or matcher.ratio() < SAME_WORDS:
            return False
        for match in matcher.get_matching_blocks():
            pairs = ((after[match.b + n], before[match.a + n]) for n in range(match.size))
            self._source.update(pairs)
        return True

    def carried(self, marks: Mapping[Setting, Iterable[int]]) -> dict[Setting, set[int]]:
        """Where the characters are that are marked in the earlier text."""
        return {setting: self._where({*numbers}) for setting, numbers in marks.items() if numbers}

    def _where(self, numbers: set[int]) -> set[int]:
        found = {place for place, source in self._source.items() if source in numbers}
        left = {self._source[place] for place in found}
        for old, new in self._replaced:
            chars, now = _dense(self._before, old), _dense(self._after, new)
            beside = {self._next(old.start - 1, -1), self._next(old.end, 1)}
            if numbers.issuperset(chars) and not (found.isdisjoint(now) and left.isdisjoint(beside)):
                found.update(now)
        return found | set(self._inserted(numbers))

    def _next(self, at: int, step: int) -> int:
        """The number of the next character of the earlier text that is no blank."""
        while 0 <= at < len(self._before) and self._before[at] == " ":
            at += step
        return at

    def _inserted(self, numbers: set[int]) -> Iterator[int]:
        """Characters that are new between two that were next to each other within what is marked."""
        fresh: list[int] = []
        last = -1
        for place in _dense(self._after, Span(0, len(self._after))):
            source = self._source.get(place)
            if source is None:
                fresh.append(place)
                continue
            between = Span(max(0, last), source + 1)
            if fresh and 0 <= last < source and numbers.issuperset(_dense(self._before, between)):
                yield from fresh
            fresh, last = [], source


def _opcodes(
    old: Sequence[tuple[str, int]], new: Sequence[tuple[str, int]]
) -> Sequence[tuple[str, int, int, int, int]]:
    words = [word for word, _ in old], [word for word, _ in new]
    if words[0] == words[1]:
        return [("equal", 0, len(old), 0, len(new))] if old else []
    return SequenceMatcher(None, *words, autojunk=False).get_opcodes()


def _extent(pieces: list[tuple[str, int]]) -> Span:
    word, at = pieces[-1]
    return Span(pieces[0][1], at + len(word))


def _dense(text: str, span: Span) -> list[int]:
    """Numbers of the characters of a stretch that are no white space."""
    return [n for n in range(span.start, span.end) if not text[n].isspace()]


def _aligned(marks: Mapping[Setting, Iterable[int]], text: str) -> Iterator[Format]:
    """How paragraphs or cells are aligned, of which some characters say so; the first one decides."""
    told = {n: value for (kind, value), numbers in marks.items() if kind is FormatKind.ALIGN for n in numbers}
    for part in _PART.finditer(text) if told else ():
        dense = _dense(text, Span(*part.span()))
        value = next((told[number] for number in dense if number in told), None)
        if value is not None:
            yield Format(Span(dense[0], dense[-1] + 1), FormatKind.ALIGN, value)


def _runs(numbers: list[int], text: str) -> Iterator[Span]:
    """Stretches of characters with nothing but blanks between them."""
    start = last = -1
    for number in numbers:
        if last >= 0 and _APART.search(text, last + 1, number):
            yield Span(start, last + 1)
            start = number
        start, last = (number if start < 0 else start), number
    if numbers:
        yield Span(start, last + 1)
