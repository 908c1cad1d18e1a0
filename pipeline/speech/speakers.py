"""Voices become people: what somebody decided, and what may be proposed to them.

Nothing is named silently. A decision lives in the session's edits, anchored to where the voice was heard when
it was named; it belongs today to the voice that is heard there most.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import prod

from pipeline.config import People
from pipeline.edits import Anchor, Naming
from pipeline.model import Annotation, CleanTurn, Diarization, Participant, Role, Session, Span, Voice

ANCHORS = 20
"""A voice is anchored by its longest stretches; so many find it again after any new diarization."""

WEIGHTS = {"self-introduction": 0.9, "address": 0.6, "asks": 0.5}
"""How far a clue of each kind is trusted; clues for the same name add up as independent evidence. What the
voice library hears is trusted by how alike the voices are."""

LEAST_SCORE = 0.5
"""Below this nothing is proposed."""

I_AM = r"(?:이?라고 (?:합니다|해요)|입니다|이에요|예요|이고요)"
"""What follows one's own name, in the standard spellings that cleaning leaves."""

_HONORED = re.compile(r"^([가-힣]{2,4}) 님$")

ASKING_ROLES = (Role.MODERATOR, Role.INTERVIEWER)


@dataclass(frozen=True, slots=True)
class Clue:
    """A sign of who a voice is; ``weight`` 0 to 1, and where in a recording it can be heard, if at all."""

    voice: str
    name: str
    kind: str
    weight: float
    recording: str = ""
    at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who a voice may be, and why; ``score`` 0 to 1."""

    voice: str
    name: str
    score: float
    clues: tuple[Clue, ...]


def anchors(diarization: Diarization, voice: str) -> tuple[Anchor, ...]:
    """Where a voice is heard longest, in order of time."""
    heard = [
        Anchor(recording=track.recording, start_ms=span.start_ms, end_ms=span.end_ms)
        for track in diarization.tracks
        for span in track.spans
        if span.voice == voice
    ]
    longest = sorted(heard, key=lambda anchor: anchor.start_ms - anchor.end_ms)[:ANCHORS]
    return tuple(anchor for anchor in heard if anchor in longest)


def named(
    session: Session, diarization: Diarization, namings: Iterable[Naming], people: People
) -> dict[str, Participant]:
    """Who each named voice is; a later decision about a voice replaces an earlier one."""
    found: dict[str, Participant] = {}
    for naming in namings:
        voice = _heard_at(diarization, naming.anchors)
        if voice is None:
            continue
        found.pop(voice, None)
        if naming.name:
            found[voice] = participant(session, naming.name, naming.role, people)
    return dict(sorted(found.items()))


def participant(session: Session, name: str, role: Role | None, people: People) -> Participant:
    """What is known of a person: the sidecar's word first, then the people file's; ``role`` over both."""
    person = people.find(name)
    known = next((each for each in session.participants if each.name == name), None)
    if known is None and person is not None:
        known = Participant(person.name, person.role, person.consent, person.affiliation, person.voice)
    known = known or Participant(name)
    return replace(known, role=role or known.role)


def _heard_at(diarization: Diarization, places: Sequence[Anchor]) -> str | None:
    shared: Counter[str] = Counter()
    for track in diarization.tracks:
        here = [Span(place.start_ms, place.end_ms) for place in places if place.recording == track.recording]
        for span in track.spans:
            shared[span.voice] += sum(Span(span.start_ms, span.end_ms).overlap(place) for place in here)
    best = max(shared, key=lambda voice: (shared[voice], voice), default=None)
    return best if best is not None and shared[best] > 0 else None


def clues(
    session: Session, turns: Sequence[CleanTurn], annotations: Iterable[Annotation]
) -> tuple[Clue, ...]:
    """What the conversation itself says of who is who: introductions, addresses, and who asks."""
    found = list(_introductions(session, turns))
    asked: Counter[str] = Counter()
    for each in annotations:
        turn = turns[each.turn].turn
        if each.label == "question" and turn.voice:
            asked[turn.voice] += 1
        speaker = _spoken_of(each, turns)
        name = _known_name(session, each.value)
        known = any((clue.voice, clue.name, clue.kind) == (speaker, name, each.label) for clue in found)
        if speaker and name and not known:
            found.append(Clue(speaker, name, each.label, WEIGHTS[each.label], turn.recording, turn.start_ms))
    asking = [each for each in session.participants if each.role in ASKING_ROLES]
    if len(asking) == 1 and asked:
        voice, count = max(asked.items(), key=lambda item: (item[1], item[0]))
        found.append(Clue(voice, asking[0].name, "asks", WEIGHTS["asks"] * count / asked.total()))
    return tuple(found)


def _spoken_of(annotation: Annotation, turns: Sequence[CleanTurn]) -> str | None:
    """The voice that an introduction or an address is about: the speaker's own, or the next one's."""
    voice = turns[annotation.turn].turn.voice
    if annotation.label == "self-introduction":
        return voice
    if annotation.label != "address":
        return None
    following = (turn.turn.voice for turn in turns[annotation.turn + 1 :])
    return next((other for other in following if other not in (None, voice)), None)


def _introductions(session: Session, turns: Sequence[CleanTurn]) -> Iterator[Clue]:
    """Turns in which somebody says that they are a participant, however the sentence begins."""
    for each in turns:
        for person in session.participants:
            voice = each.turn.voice
            if voice and re.search(rf"{re.escape(person.name)}{I_AM}", each.text):
                weight = WEIGHTS["self-introduction"]
                where = each.turn.recording, each.turn.start_ms
                yield Clue(voice, person.name, "self-introduction", weight, *where)


def _known_name(session: Session, called: str) -> str:
    """The one participant who may be called so, by name or by surname with a title; else as called.

    Behind a whole name ``님`` is no part of it: ``정다운 님`` would be printed as a speaker's name.
    """
    names = [each.name for each in session.participants]
    surname = called.partition(" ")[0]
    fitting = [name for name in names if name in called] or [
        name for name in names if len(surname) < len(name) and name.startswith(surname)
    ]
    return fitting[0] if called and len(fitting) == 1 else _HONORED.sub(r"\1", called)


def propose(voices: Sequence[Voice], found: Iterable[Clue]) -> tuple[Proposal, ...]:
    """The best matching of voices with names, one to one, of what scores at least LEAST_SCORE."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    by_pair: dict[tuple[str, str], list[Clue]] = {}
    for clue in found:
        by_pair.setdefault((clue.voice, clue.name), []).append(clue)
    names = sorted({name for _, name in by_pair})
    labels = [voice.label for voice in voices]
    if not names or not labels:
        return ()
    scores = np.array([[_score(by_pair.get((label, name), ())) for name in names] for label in labels])
    rows, columns = linear_sum_assignment(scores, maximize=True)
    return tuple(
        Proposal(labels[i], names[j], round(float(scores[i, j]), 2), tuple(by_pair[labels[i], names[j]]))
        for i, j in zip(rows.tolist(), columns.tolist(), strict=True)
        if scores[i, j] >= LEAST_SCORE
    )


def _score(found: Sequence[Clue]) -> float:
    """Probability that at least one clue is right; of a kind, only the best and half of a second count."""
    best: dict[str, list[float]] = {}
    for clue in found:
        best.setdefault(clue.kind, []).append(clue.weight)
    kept = [
        w * share
        for ws in best.values()
        for w, share in zip(sorted(ws, reverse=True), (1, 0.5), strict=False)
    ]
    return 1 - prod(1 - weight for weight in kept)
