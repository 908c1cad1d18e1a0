"""Words of a turn become eojeol with their morphemes and timing: the view on which the cleaning rules work.

A rule never changes the view. It names edits, and :meth:`View.apply` makes them, remembering for each eojeol
which words it stands for and which rules touched it.
"""

import unicodedata
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from pipeline.language.korean import Parse, span_of
from pipeline.model import Morpheme, Span, Word

MARKS = ".,?!…·;:\"'“”‘’()"
SENTENCE_ENDS = (".", "?", "!", "…")


@dataclass(slots=True)
class Eojeol:
    """A space-separated group of words as it now reads.

    ``pause_ms`` is the silence until the next word of the turn, 0 after the last; ``lead_ms`` the one before.
    ``morphemes`` are those of the eojeol as recognised; ``start`` is its place in the verbatim text.
    """

    text: str
    words: Span
    start: int = 0
    start_ms: int = 0
    end_ms: int = 0
    pause_ms: int = 0
    lead_ms: int = 0
    confidence: float = 1.0
    sentence: int = 0
    morphemes: Sequence[Morpheme] = ()
    reason: str = ""
    changed: bool = False
    """Whether the text is no longer that of ``morphemes``."""
    bare: str = field(init=False)
    """The text without punctuation around it."""

    def __post_init__(self) -> None:
        self.bare = self.text.strip(MARKS)

    @property
    def tail(self) -> str:
        """The punctuation that follows the text."""
        return "" if self.text == self.bare else self.text[len(self.text.rstrip(MARKS)) :]

    @property
    def first(self) -> Morpheme:
        """The first morpheme that is no punctuation; one of no form and no tag where there is none."""
        for morpheme in self.morphemes:
            if morpheme.tag[0] != "S" or morpheme.tag in LETTERS:
                return morpheme
        return NOTHING

    @property
    def last(self) -> Morpheme:
        """The last morpheme that is no punctuation; one of no form and no tag where there is none."""
        for morpheme in reversed(self.morphemes):
            if morpheme.tag[0] != "S" or morpheme.tag in LETTERS:
                return morpheme
        return NOTHING

    @property
    def is_final(self) -> bool:
        """Whether it ends as sentences do: with a final ending, perhaps with 요 after it."""
        last = self.last
        return last.tag == "EF" or (last.tag == "JX" and last.form == "요")

    @property
    def tags(self) -> tuple[str, ...]:
        """Tags of all morphemes but punctuation."""
        return tuple([m.tag for m in self.morphemes if m.tag[0] != "S" or m.tag in LETTERS])


NOTHING = Morpheme("", "", Span(0, 0))

LETTERS = frozenset({"SL", "SH", "SN"})
"""Tags of Latin letters, Chinese characters and digits, which are words although their names start with S."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Eojeol ``[first, last)`` of the view become ``text``; empty text leaves them out.

    Text that stays as it is makes a mark: the eojeol gets the reason, which then ends with a question mark.
    """

    first: int
    last: int
    text: str
    reason: str


@dataclass(slots=True)
class View:
    """A turn under way: what still stands, and what was left out."""

    live: list[Eojeol]
    left_out: list[Eojeol] = field(default_factory=list)

    def apply(self, edits: Iterable[Edit]) -> None:
        """Make edits, given in order; one that overlaps an earlier one is passed over."""
        done, kept = 0, []
        for edit in edits:
            if edit.first < done:
                continue
            kept += self.live[done : edit.first]
            group = self.live[edit.first : edit.last]
            done = edit.last
            if edit.text:
                kept.append(_merged(group, edit))
                inside = kept[-1].words
                self.left_out = [gone for gone in self.left_out if not inside.overlap(gone.words)]
            else:
                self.left_out += [replace(gone, text="", reason=edit.reason) for gone in group]
        if done:
            self.live = kept + self.live[done:]


def _merged(group: Sequence[Eojeol], edit: Edit) -> Eojeol:
    head, end = group[0], group[-1]
    reasons = [*dict.fromkeys([r for one in group for r in one.reason.split("+") if r] + [edit.reason])]
    same = len(group) == 1 and head.text == edit.text
    return replace(
        head,
        text=edit.text,
        words=Span(head.words.start, end.words.end),
        end_ms=end.end_ms,
        pause_ms=end.pause_ms,
        confidence=min(one.confidence for one in group),
        sentence=end.sentence,
        morphemes=head.morphemes if len(group) == 1 else [m for one in group for m in one.morphemes],
        reason="+".join(reasons),
        changed=head.changed if same else True,
    )


def gather(words: Sequence[Word], span: Span, breaks: Container[int] = ()) -> list[Eojeol]:
    """The eojeol of ``words[span]``: each begins at a word with a leading space, or where a phrase begins.

    A word with white space inside stays one eojeol, so that every eojeol is a whole number of words; a blank
    word joins the one before. ``breaks`` are the words with which the recogniser's phrases begin.
    """
    made: list[Eojeol] = []
    place = 0
    for start, end in pairwise([*_starts(words, span, breaks), span.end]):
        first, last = words[start], words[end - 1]
        whole = first.text if end - start == 1 else "".join([word.text for word in words[start:end]])
        text = unicodedata.normalize("NFC", " ".join(whole.split()))
        sure = first.confidence if first is last else min(word.confidence for word in words[start:end])
        lead_ms = 0
        if made:
            lead_ms = made[-1].pause_ms = max(0, first.start_ms - made[-1].end_ms)
        made.append(Eojeol(text, span_of(start, end), place, first.start_ms, last.end_ms, 0, lead_ms, sure))
        place += len(text) + 1
    return made


def _starts(words: Sequence[Word], span: Span, breaks: Container[int]) -> list[int]:
    """The words with which an eojeol begins."""
    starts, apart = [], True
    for index in range(span.start, span.end):
        text = words[index].text
        apart = apart or text[:1].isspace() or index in breaks
        if apart and (text.strip() or index == span.start):
            starts.append(index)
            apart = False
        apart = apart or text[-1:].isspace()
    return starts


def hand_out(said: list[Eojeol], parse: Parse) -> None:
    """Give each eojeol its morphemes (by where they begin) and the number of its sentence."""
    at, total = 0, len(parse.morphemes)
    sentence = 0
    for eojeol in said:
        end, first = eojeol.start + len(eojeol.text), at
        while at < total and parse.morphemes[at].chars.start < end:
            sentence = parse.sentences[at]
            at += 1
        eojeol.morphemes = parse.morphemes[first:at]
        eojeol.sentence = sentence
