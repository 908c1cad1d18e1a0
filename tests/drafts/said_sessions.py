"""Sessions as chapters take them, made of what is said and nothing else."""

import re
from collections.abc import Mapping, Sequence

from pipeline.drafts.passages import SessionMaterial
from pipeline.model import (
    Annotation,
    CleanTurn,
    Consent,
    Doubt,
    Kind,
    Link,
    Participant,
    Recording,
    Role,
    Segment,
    Session,
    Span,
    Transcript,
    Turn,
    Word,
)

DIGEST = "ab" * 32
WORD_MS = 400
ASKER = Participant("한나래", Role.INTERVIEWER)
CITIZEN = Participant("김하늘", Role.CITIZEN, affiliation="마을 도서관")
LABELS = re.compile(r"\s*#(\S+)")

Said = Sequence[tuple[str, str]]
"""Voice and sentences; behind a sentence its labels, ``#topic=청년`` with a value."""


def session(
    said: Said,
    speakers: Mapping[str, Participant] | None = None,
    kind: Kind = Kind.INTERVIEW,
    title: str = "시민 면담",
    key: Sequence[str] = (),
    digest: str = DIGEST,
    **facts: str,
) -> SessionMaterial:
    """A session of one recording: a word of 400 ms per eojeol, a label for each ``#``.

    ``(30)`` behind an eojeol is its confidence in percent, ``~`` before a sentence makes it doubted. ``key``
    are starts of key sentences, best first.
    """
    speakers = {"S1": ASKER, "S2": CITIZEN} if speakers is None else speakers
    turns, annotations, words, segments = [], [], [], []
    for voice, text in said:
        first = len(words)
        clean = _turn(len(turns), text, words, segments, annotations)
        at = Turn(digest, words[first].start_ms, words[-1].end_ms, voice or None, Span(first, len(words)))
        turns.append(CleanTurn(at, clean[0], clean[1], clean[2], ()))
    found = [next(place for place in _places(turns) if place[2].startswith(start)) for start in key]
    return SessionMaterial(
        session=Session(
            f"{kind}-{title}",
            kind,
            title,
            (Recording(digest, "a.m4a"),),
            participants=tuple(speakers.values()),
            **facts,
        ),
        speakers=speakers,
        turns=tuple(turns),
        annotations=tuple(annotations),
        transcripts={
            digest: Transcript(
                digest, len(words) * WORD_MS, "ko", "fake", "fake", tuple(words), tuple(segments)
            )
        },
        key_sentences=tuple((turn, chars) for turn, chars, _ in found),
    )


def allows(person: Participant, consent: Consent) -> Participant:
    """The person with another consent."""
    return Participant(person.name, person.role, consent, person.affiliation)


def _turn(number, text, words, segments, annotations):
    clean, links, sentences = "", [], []
    for marked in re.findall(r"~?[^.?!]+[.?!](?:\s*#\S+)*", text):
        labels = LABELS.findall(marked)
        plain = LABELS.sub("", marked).strip()
        clean += " " if clean else ""
        start, first = len(clean), len(words)
        for eojeol in plain.removeprefix("~").split():
            shown, _, confidence = eojeol.partition("(")
            shown += confidence.partition(")")[2]
            clean += " " if len(clean) > start else ""
            at_ms = len(words) * WORD_MS
            certainty = int(confidence.partition(")")[0] or 90) / 100
            links.append(Link(Span(len(clean), len(clean) + len(shown)), Span(len(words), len(words) + 1)))
            clean += shown
            words.append(Word(at_ms, at_ms + WORD_MS, f" {shown}", certainty))
        doubts = (Doubt("repetition", 3.0),) if plain.startswith("~") else ()
        segments.append(Segment(Span(first, len(words)), doubts))
        chars = Span(start, len(clean))
        sentences.append(chars)
        annotations += [_annotation(number, chars, len(clean), label) for label in labels]
    return clean, tuple(_covering(links, len(clean))), tuple(sentences)


def _annotation(turn, chars, length, label):
    name, _, value = label.partition("=")
    if name == "answer-to":
        chars = Span(0, length)
    if name == "personal-data":
        value, _, size = value.partition(":")
        chars = Span(chars.end - 1 - int(size), chars.end - 1)
    return Annotation(turn, name, chars, value, "test")


def _covering(links, length):
    """Every link with the space behind it."""
    ends = [link.chars.start for link in links[1:]] + [length]
    return (Link(Span(link.chars.start, end), link.words) for link, end in zip(links, ends, strict=True))


def _places(turns):
    for number, turn in enumerate(turns):
        for chars in turn.sentences:
            yield number, chars, turn.text[chars.start : chars.end]
