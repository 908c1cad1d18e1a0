"""A session as a chapter tells it: who may be named how, what may be printed, and the facts about it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.drafts.blocks import short_hash
from pipeline.drafts.chapters import ChapterDefinition, Mask
from pipeline.drafts.consents import Consents, consents
from pipeline.drafts.disclosure import ROLES, Cast, cast, disclosed
from pipeline.drafts.lines import clock, one_line
from pipeline.drafts.masking import SHORTEST_NAME, Curtain, curtain
from pipeline.drafts.passages import Passage, SessionMaterial, passages
from pipeline.model import Consent, Role, Session

ASKERS = frozenset({Role.MODERATOR, Role.INTERVIEWER})
WEEKDAYS = "월화수목금토일"


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
    called: str
    """What sources call it; no other session's title is the same."""
    parts: Mapping[str, str]
    """What each recording is called, by its digest."""
    answers: Mapping[int, int]
    """Number of the turn that asked, by the turn that answers."""
    asked: frozenset[int]
    """Turns that were answered."""
    muted: bool
    """Whether voices that nobody has named are left out, because one of them may have withdrawn."""

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
        """Whether nothing is left to tell, because all who answered withdrew."""
        gone = self.muted or bool(self.cast.withdrawn)
        return gone and not self.answerers() and all(person.role in ASKERS for person in self.people)

    def where(self, passage: Passage, alone: bool) -> str:
        """Where a passage is heard: ``제목 2부 mm:ss``, the part where there are several.

        Without the title where the session is ``alone`` in its chapter.
        """
        title = "" if alone else self.called
        part = self.parts[passage.source.recording]
        return " ".join(filter(None, [title, part, clock(passage.source.start_ms)]))

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
        for person in consents(material.session, material.speakers).withholding()
        if len(person.name) >= SHORTEST_NAME
    )


def recording_names(sessions: Sequence[SessionMaterial]) -> dict[str, str]:
    """What notes may call each recording, by digest: the session's title, and the part of several."""
    return {
        digest: " ".join(filter(None, [title, part]))
        for material, title in zip(sessions, titles(sessions), strict=True)
        for digest, part in _parts(material.session).items()
    }


def titles(sessions: Sequence[SessionMaterial]) -> list[str]:
    """What sources may call each session, in the order given.

    Titles are alike, above all once names are masked in them: nobody would know which recording to hear. Such
    ones bear their date, ``시민 면담: ○○○ (2023. 6. 8.)``, and a number where that is the same too.
    """
    shown = [*_shown(sessions)]
    alike = Counter(session.title for session in shown)
    dated = [_dated(session) if alike[session.title] > 1 else session.title for session in shown]
    return [
        f"{title} {dated[:number].count(title)}번째" if dated.count(title) > 1 else title
        for number, title in enumerate(dated, start=1)
    ]


def _dated(session: Session) -> str:
    try:
        day = date.fromisoformat(session.date or "")
    except ValueError:
        return session.title
    return f"{session.title} ({day.year}. {day.month}. {day.day}.)"


def session_names(sessions: Sequence[SessionMaterial]) -> dict[str, str]:
    """Ids of sessions as they may be shown: they come from names of files, which may hold a withheld one."""
    return {material.session.id: shown.id for material, shown in zip(sessions, _shown(sessions), strict=True)}


def _shown(sessions: Sequence[SessionMaterial]) -> Iterator[Session]:
    withheld = withheld_names(sessions)
    for material in sessions:
        known = consents(material.session, material.speakers)
        yield _disclosed(known, _curtain(material, known, (), withheld))


def tell(
    material: SessionMaterial, definition: ChapterDefinition, withheld: frozenset[str], called: str = ""
) -> Told:
    """The session as the chapter tells it; ``withheld`` are names not to be shown anywhere.

    Sources call it by its title, if nothing else is given (:func:`titles`).
    """
    known = consents(material.session, material.speakers)
    voices = dict.fromkeys(turn.turn.voice for turn in material.turns)
    shown = cast(known.session, known.speakers, filter(None, voices))
    screen = _curtain(material, known, definition.mask, withheld)
    session = _disclosed(known, screen)
    answers = {note.turn: int(note.value) for note in material.annotations if note.label == "answer-to"}
    return Told(
        session=session,
        key=short_hash(material.session.id),
        cast=shown,
        people=_people(known, screen),
        passages=passages(material, definition, known, shown, screen),
        called=called or session.title,
        parts=_parts(session),
        answers=answers,
        asked=frozenset(answers.values()),
        muted=any(voice not in known.speakers and known.of(voice) is Consent.WITHDRAWN for voice in voices),
    )


def _disclosed(known: Consents, screen: Curtain) -> Session:
    session = disclosed(known.session)
    name, title, place = (one_line(screen.over(each)) for each in (session.id, session.title, session.place))
    return replace(session, id=name, title=title, place=place)


def _parts(session: Session) -> dict[str, str]:
    """Which part of its session each recording is, by digest; nothing where it is all of it."""
    several = len(session.recordings) > 1
    return {
        recording.digest: f"{number}부" if several else ""
        for number, recording in enumerate(session.recordings, start=1)
    }


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


def _curtain(
    material: SessionMaterial, known: Consents, masks: Sequence[Mask], withheld: frozenset[str]
) -> Curtain:
    near, others = known.withholding(), known.granting()
    called = {
        note.value
        for note in material.annotations
        if note.label == "self-introduction"
        and known.of(material.turns[note.turn].turn.voice) is not Consent.GRANTED
    }
    names = (withheld - {person.name for person in others}) | {person.name for person in near} | called
    shown = {name for person in others for name in (person.name, person.affiliation)}
    return curtain(names, near, shown, masks)


def _people(known: Consents, screen: Curtain) -> tuple[Person, ...]:
    """Those who took part and did not withdraw, in the sidecar's order, then others by voice."""
    roles = {person.name: person.role for person in known.speakers.values()}
    # Numbers of pseudonyms follow the sidecar, then the voices: "~" sorts after every voice.
    seats = {f"~{number}": person for number, person in enumerate(known.session.participants)}
    everybody = cast(known.session, {**known.speakers, **seats}, [*seats, *sorted(known.speakers)])
    made: dict[str, Person] = {}
    for seat, person in [*seats.items(), *sorted(known.speakers.items())]:
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
