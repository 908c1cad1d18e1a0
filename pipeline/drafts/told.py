"""A session as a chapter tells it: who may be named how, what may be printed, and the facts about it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.drafts.chapters import ChapterDefinition
from pipeline.drafts.disclosure import ROLES, Cast, cast, disclosed
from pipeline.drafts.lines import clock, one_line
from pipeline.drafts.masking import SHORTEST_NAME, Curtain, curtain
from pipeline.drafts.passages import Passage, SessionMaterial, passages
from pipeline.model import Consent, Participant, Role, Session

ASKERS = frozenset({Role.MODERATOR, Role.INTERVIEWER})
WEEKDAYS = "월화수목금토일"
STRICTNESS = (Consent.GRANTED, Consent.ANONYMOUS, Consent.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as the book shows them."""

    name: str
    role: Role
    affiliation: str
    anonymous: bool = False

    @property
    def label(self) -> str:
        """``김하늘(시민)``."""
        return f"{self.name}({ROLES[self.role]})"

    @property
    def profile(self) -> str:
        """``김하늘(시민, 광명동 마을 도서관)``."""
        return f"{self.name}({', '.join(filter(None, [ROLES[self.role], self.affiliation]))})"


@dataclass(frozen=True, slots=True)
class Told:
    """A session with nothing in it that may not be printed."""

    session: Session
    key: str
    """Stands for the session in ids of blocks."""
    cast: Cast
    people: tuple[Person, ...]
    passages: tuple[Passage, ...]
    answers: Mapping[int, int]
    """Number of the turn that asked, by the turn that answers."""
    asked: frozenset[int]
    """Turns that were answered."""

    def asks(self, passage: Passage) -> bool:
        """Whether who says it leads the conversation; a voice without a name does where it was answered."""
        role = self.cast.roles.get(passage.voice or "")
        return role in ASKERS if role else passage.turn in self.asked

    def answerers(self) -> tuple[Passage, ...]:
        """What those say who do not lead the conversation."""
        return tuple(passage for passage in self.passages if not self.asks(passage))

    @property
    def anonymous(self) -> tuple[str, ...]:
        """Pseudonyms of the session."""
        return tuple(person.name for person in self.people if person.anonymous)

    @property
    def is_silenced(self) -> bool:
        """Whether nobody but the one who asked is left, because others withdrew."""
        return bool(self.cast.withdrawn) and not self.answerers()

    def where(self, passage: Passage) -> str:
        """Where a passage is heard: ``제목 mm:ss``, with the part where there are several."""
        digests = [recording.digest for recording in self.session.recordings]
        part = f"{digests.index(passage.source.recording) + 1}부 " if len(digests) > 1 else ""
        return f"{self.session.title} {part}{clock(passage.source.start_ms)}"

    def fields(self) -> dict[str, str]:
        """What a definition's texts may hold of the session."""
        asked = [person for person in self.people if person.role in ASKERS]
        others = [person for person in self.people if person.role not in ASKERS]
        return {
            "title": self.session.title,
            "date": korean_date(self.session.date) if self.session.date else "",
            "place": self.session.place,
            "people": ", ".join(person.label for person in others),
            "profiles": ", ".join(person.profile for person in others),
            "askers": ", ".join(person.profile for person in asked),
            "count": str(len(self.people)),
        }


def withheld_names(sessions: Iterable[SessionMaterial]) -> frozenset[str]:
    """Names that somebody of the sessions does not allow to be shown."""
    return frozenset(
        person.name
        for material in sessions
        for person in _everybody(material)
        if person.consent is not Consent.GRANTED and len(person.name) >= SHORTEST_NAME
    )


def tell(material: SessionMaterial, definition: ChapterDefinition, withheld: frozenset[str]) -> Told:
    """The session as the chapter tells it; ``withheld`` are names not to be shown anywhere."""
    material = _by_the_strictest_consent(material)
    voices = dict.fromkeys(turn.turn.voice for turn in material.turns if turn.turn.voice)
    shown = cast(material.session, material.speakers, voices)
    screen = _curtain(material, definition, withheld)
    session = disclosed(material.session)
    answers = {note.turn: int(note.value) for note in material.annotations if note.label == "answer-to"}
    return Told(
        session=replace(
            session,
            title=one_line(screen.over(session.title)),
            place=one_line(screen.over(session.place)),
        ),
        key=hashlib.sha256(session.id.encode()).hexdigest()[:6],
        cast=shown,
        people=_people(material, screen),
        passages=passages(material, definition, shown, screen),
        answers=answers,
        asked=frozenset(answers.values()),
    )


def in_order(told: Sequence[Told], definition: ChapterDefinition) -> list[Told]:
    """Sessions in the chapter's order; those without a date come last."""
    by_title = definition.order == "title"
    return sorted(
        told,
        key=lambda one: (
            one.session.title if by_title else one.session.date or "9999",
            one.session.id,
        ),
    )


def korean_date(day: str) -> str:
    """``2023년 6월 8일(목)``; whatever is no date stays as it is."""
    try:
        given = date.fromisoformat(day)
    except ValueError:
        return day
    return f"{given.year}년 {given.month}월 {given.day}일({WEEKDAYS[given.weekday()]})"


def _everybody(material: SessionMaterial) -> list[Participant]:
    return [*material.session.participants, *(who for _, who in sorted(material.speakers.items()))]


def _by_the_strictest_consent(material: SessionMaterial) -> SessionMaterial:
    """Of what sidecar and naming say of one person's consent, what allows least holds for both."""
    strictest: dict[str, Consent] = {}
    for person in _everybody(material):
        known = strictest.get(person.name, Consent.GRANTED)
        strictest[person.name] = max(known, person.consent, key=STRICTNESS.index)

    def strict(person: Participant) -> Participant:
        return replace(person, consent=strictest[person.name])

    session = replace(
        material.session, participants=tuple(strict(person) for person in material.session.participants)
    )
    speakers = {voice: strict(person) for voice, person in material.speakers.items()}
    return replace(material, session=session, speakers=speakers)


def _curtain(material: SessionMaterial, definition: ChapterDefinition, withheld: frozenset[str]) -> Curtain:
    people = _everybody(material)
    near = [person for person in people if person.consent is not Consent.GRANTED]
    voices = {voice for voice, who in material.speakers.items() if who.consent is not Consent.GRANTED}
    called = {
        note.value
        for note in material.annotations
        if note.label == "self-introduction" and material.turns[note.turn].turn.voice in voices
    }
    granted = {person.name for person in people} - {person.name for person in near}
    names = (withheld - granted) | {person.name for person in near} | called
    return curtain(names, near, granted, definition.mask)


def _people(material: SessionMaterial, screen: Curtain) -> tuple[Person, ...]:
    """Those who took part and did not withdraw, in the sidecar's order, then others by voice."""
    roles = {person.name: person.role for person in material.speakers.values()}
    # Numbers of pseudonyms follow the sidecar, then the voices: "~" sorts after every voice.
    seats = {f"~{number}": person for number, person in enumerate(material.session.participants)}
    everybody = cast(material.session, {**material.speakers, **seats}, [*seats, *sorted(material.speakers)])
    made: dict[str, Person] = {}
    for seat, person in [*seats.items(), *sorted(material.speakers.items())]:
        if person.consent is Consent.WITHDRAWN or person.name in made:
            continue
        named = person.consent is Consent.GRANTED
        made[person.name] = Person(
            everybody.names[seat],
            roles.get(person.name, person.role),
            one_line(screen.over(person.affiliation)) if named else "",
            not named,
        )
    return tuple(made.values())
