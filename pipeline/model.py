"""The words of the domain as types. Imports nothing of ours, so that everything may import it.

Time is integer milliseconds from the start of one *recording*; spans are half-open; text is NFC. Words
live in a :class:`Transcript` and nowhere else: whatever comes later refers to spans of them.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar, dataclass_transform

Class = TypeVar("Class")


@dataclass_transform(frozen_default=True)
def value(cls: type[Class]) -> type[Class]:
    """A frozen, slotted dataclass of which a session has tens of thousands: only mypy keeps it frozen.

    To be kept so at run time, too, it would take three times as long to make (0.56 instead of 0.17 µs).
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)


SAMPLE_RATE_HZ = 16_000
"""The one rate at which sound is handled after decoding; what Whisper and Silero VAD were trained on."""


class Kind(StrEnum):
    """What was recorded; the folder under ``audio/`` decides."""

    INTERVIEW = "interview"
    ROUNDTABLE = "roundtable"


class Role(StrEnum):
    """What a participant does in the conversation."""

    MODERATOR = "moderator"
    INTERVIEWER = "interviewer"
    CITIZEN = "citizen"
    EXPERT = "expert"
    OFFICIAL = "official"


class Consent(StrEnum):
    """What a participant allows: their name, only a pseudonym, or nothing at all."""

    GRANTED = "granted"
    ANONYMOUS = "anonymous"
    WITHDRAWN = "withdrawn"


@value
class Span:
    """A half-open range ``[start, end)``; the unit is said by the field that holds it."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """How much the span covers."""
        return self.end - self.start

    def overlap(self, other: "Span") -> int:
        """How much of the two spans is shared; 0 where they only touch."""
        return max(0, min(self.end, other.end) - max(self.start, other.start))


@dataclass(frozen=True, slots=True)
class Participant:
    """A person who takes part in a session, as the sidecar names them."""

    name: str
    role: Role = Role.CITIZEN
    consent: Consent = Consent.GRANTED
    affiliation: str = ""
    voice: bool = False
    """Whether they agreed that their voice is remembered, to be recognised in later sessions."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One audio or video file, known by the SHA-256 of its bytes; the path only says where it lies today.

    ``path`` is relative to the workspace and spelled as the file system spells it (perhaps NFD).
    """

    digest: str
    path: str


@dataclass(frozen=True, slots=True)
class Session:
    """One interview or round-table: its recordings in speaking order and what is known about it."""

    id: str
    kind: Kind
    title: str
    recordings: tuple[Recording, ...]
    date: str | None = None
    place: str = ""
    participants: tuple[Participant, ...] = ()
    expected_speakers: int | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a listener should know about a recording that could still be read. ``message`` is Korean."""

    code: str
    message: str
    at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Audio:
    """What decoding found: the recording's own properties and the digest of its 16 kHz mono PCM.

    ``gain_db`` is what was added to a recording that was far too quiet (0.0 for most); ``clipped_ms`` is
    how long the source sat at full scale.
    """

    recording: str
    duration_ms: int
    container: str
    codec: str
    channels: int
    sample_rate_hz: int
    peak_dbfs: float
    level_dbfs: float
    gain_db: float
    clipped_ms: int
    pcm_sha256: str
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """The smallest timed piece of a transcript.

    ``text`` keeps its leading space if it had one, so that joining words gives the text as recognised.
    ``confidence`` is the recogniser's mean token probability, 0 to 1, three decimals.
    """

    start_ms: int
    end_ms: int
    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Doubt:
    """A signal that a passage may not have been said: which one, and the value that raised it."""

    reason: str
    value: float


@dataclass(frozen=True, slots=True)
class Segment:
    """Consecutive words that the recogniser gave as one phrase; ``words`` indexes the transcript's words."""

    words: Span
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Removed:
    """Text the recogniser returned and the guard took out, kept so that a person can put it back."""

    start_ms: int
    end_ms: int
    text: str
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was recognised in one recording. ``segments`` cover all ``words`` in order, without overlap."""

    recording: str
    duration_ms: int
    language: str
    engine: str
    model: str
    words: tuple[Word, ...]
    segments: tuple[Segment, ...]
    removed: tuple[Removed, ...] = ()
    speech: tuple[Span, ...] = ()
    """Where the voice activity detector heard speech, in milliseconds."""

    def text(self, words: Span) -> str:
        """Text of a span of words, as recognised, without the leading space."""
        return "".join(word.text for word in self.words[words.start : words.end]).strip()


@dataclass(frozen=True, slots=True)
class VoiceSpan:
    """Where one voice speaks; spans of different voices may overlap, and both are kept."""

    start_ms: int
    end_ms: int
    voice: str


@dataclass(frozen=True, slots=True)
class Voice:
    """An anonymous speaker of a session, numbered by first appearance: ``S1``, ``S2``, ...

    ``embedding`` is the mean of its windows' speaker embeddings, of unit length; empty for a voice that was
    told apart by its channel or spoke too little. ``speech_ms`` is how long it speaks in all recordings.
    """

    label: str
    speech_ms: int
    embedding: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class VoiceTrack:
    """Who speaks when in one recording; ``spans`` are ordered by start, then voice."""

    recording: str
    spans: tuple[VoiceSpan, ...]


@dataclass(frozen=True, slots=True)
class Diarization:
    """The voices of a session, the same label for the same person in every one of its recordings.

    ``method`` is ``embeddings`` (one microphone, voices told apart by sound) or ``channels`` (a microphone
    per person); a session of both kinds of recordings is ``embeddings``.
    """

    method: str
    voices: tuple[Voice, ...]
    tracks: tuple[VoiceTrack, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """Consecutive words of one recording by one voice; None where nobody can be told.

    ``words`` indexes the recording's transcript. ``others`` are voices that speak at the same time;
    ``doubtful`` says that the voice was inferred from its neighbours, not heard.
    """

    recording: str
    start_ms: int
    end_ms: int
    voice: str | None
    words: Span
    others: tuple[str, ...] = ()
    doubtful: bool = False


@value
class Morpheme:
    """A morpheme as Kiwi gives it, with Sejong ``tag``; ``chars`` are code points of the analysed text.

    Morphemes of a contraction share characters, and some have none. ``known`` is False for a word that
    stands in no dictionary.
    """

    form: str
    tag: str
    chars: Span
    known: bool = True


PERHAPS_NAMED = "name:"
"""Begins the mark of words that may hold a person's name, heard otherwise; the name follows, then ``?``."""


@value
class Link:
    """What became of some words: ``chars`` of the clean text stand for ``words`` of the transcript.

    ``reason`` names the rule that made a difference, empty where there is none; several are joined by ``+``,
    and one that ends in ``?`` only marks what a person should look at (:data:`PERHAPS_NAMED`). ``chars`` is
    empty where words were left out; ``before`` is then, and wherever the text differs, what was recognised.
    """

    chars: Span
    words: Span
    reason: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class CleanTurn:
    """A turn in readable form. A paragraph ends with a line feed; ``sentences`` are spans of ``text``.

    ``links`` are in order, cover every character of ``text`` once and account for every word of the turn.
    ``morphemes`` are those of ``text``.
    """

    turn: Turn
    text: str
    links: tuple[Link, ...]
    sentences: tuple[Span, ...]
    morphemes: tuple[Morpheme, ...]


@dataclass(frozen=True, slots=True)
class Annotation:
    """A stand-off label on ``chars`` of the clean text of turn number ``turn``; may overlap others.

    ``value`` says more where there is more to say (the topic, the kind of entity, the turn that is answered);
    ``rule`` is the pattern that fired.
    """

    turn: int
    label: str
    chars: Span
    value: str
    rule: str


class BlockKind(StrEnum):
    """What a block of a chapter is; each writer has a style for each."""

    TITLE = "title"
    HEADING = "heading"
    SUBHEADING = "subheading"
    INTRO = "intro"
    """Template text: a sentence of ours, never somebody's."""
    FACT = "fact"
    """A line of a facts box: ``cells`` are its name and its value."""
    LEAD = "lead"
    QUESTION = "question"
    ANSWER = "answer"
    NARRATIVE = "narrative"
    """What somebody answered, as a text to read: no label stands before it where only one person answers."""
    SPEECH = "speech"
    """What somebody said in a discussion."""
    QUOTE = "quote"
    """A pull quote."""
    POINT = "point"
    """One achievement, limit, task or proposal in a list."""
    TABLE_HEAD = "table-head"
    TABLE_ROW = "table-row"


@dataclass(frozen=True, slots=True)
class Source:
    """Where words can be heard; milliseconds of one recording of a session."""

    session: str
    recording: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Spoken:
    """Characters of a block that somebody said: one sentence, and where it is heard."""

    chars: Span
    source: Source


@dataclass(frozen=True, slots=True)
class Remark:
    """Something an editor should check at ``chars``: which rule says so, and in Korean what to look at.

    ``rule`` is ``low-confidence``, ``glossary``, ``name``, ``doubt``, ``overlap``, ``speaker``, ``masked``,
    ``style`` or ``conflict``. A remark of low confidence is shown as a highlight, the others as comments.
    One with an ``author`` is an editor's own: its rule is ``comment``, ``footnote`` for what is printed below
    a page, with its sign at the empty span ``chars``, or ``picture`` for one that stands below these words.
    """

    chars: Span
    rule: str
    text: str
    author: str = ""


class FormatKind(StrEnum):
    """What an editor may set characters as."""

    BOLD = "bold"
    REGULAR = "regular"
    """Not bold, in a style that is."""
    ITALIC = "italic"
    UNDERLINE = "underline"
    STRIKE = "strike"
    HIGHLIGHT = "highlight"
    COLOR = "color"
    SUPERSCRIPT = "superscript"
    SUBSCRIPT = "subscript"
    LINK = "link"
    ALIGN = "align"
    """Of a whole paragraph or cell: where its lines stand."""


@dataclass(frozen=True, slots=True)
class Format:
    """An editor's formatting of ``chars``, which neither begin nor end with white space.

    ``value`` is the ``RRGGBB`` of a highlight or colour, where a link leads, or one of
    :class:`pipeline.drafts.styles.Align`; empty for other kinds.
    """

    chars: Span
    kind: FormatKind
    value: str = ""


class Cover(StrEnum):
    """Whether a cell is an editor's merged one's part: then it is empty, and not seen."""

    NO = ""
    LEFT = "left"
    """It is one with the cell to its left."""
    ABOVE = "above"
    """It is one with the cell above it."""


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, quote or table row of a draft.

    ``id`` is made of ``[a-z0-9-]``, at most 40 characters, unique in the chapter, and the same from run to
    run for the same thing (a template's place, or the recording and time at which its words begin).
    ``speaker`` is the label that stands before the text (``한나래(사회자)``). Table rows and facts have
    ``cells``, and as ``text`` the cells joined by a tab, so that ``chars`` mean the same everywhere. What is
    not covered by ``spoken`` is template text or a fact of the session. ``text`` is NFC without line feeds.
    ``formats`` are what editors set otherwise than the block's style does, in order; ``covers`` has an item
    per cell where an editor merged some, else none.
    """

    id: str
    kind: BlockKind
    text: str
    speaker: str = ""
    cells: tuple[str, ...] = ()
    spoken: tuple[Spoken, ...] = ()
    remarks: tuple[Remark, ...] = ()
    formats: tuple[Format, ...] = ()
    covers: tuple[Cover, ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of the white paper as drafted; ``blocks`` in reading order."""

    number: int
    title: str
    blocks: tuple[Block, ...]
