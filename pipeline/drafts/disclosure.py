"""What may be shown of a session and of those who took part, by what each of them allowed.

Those who withdrew do not appear; anonymous ones keep their role and a number. Their names are not shown
either where a title, a place or a file name holds them; what was *said* is verbatim and may still hold one.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath

from pipeline.drafts.consents import consents
from pipeline.model import Consent, Participant, Role, Session

WITHHELD = "○○○"
UNKNOWN = "화자 미상"

ROLES = {
    Role.MODERATOR: "사회자",
    Role.INTERVIEWER: "면담자",
    Role.CITIZEN: "시민",
    Role.EXPERT: "전문가",
    Role.OFFICIAL: "공무원",
}


@dataclass(frozen=True, slots=True)
class Cast:
    """How each voice of a session is shown; voices of people who withdrew are in ``withdrawn`` only."""

    names: Mapping[str, str]
    """A name, ``익명 1``, or ``화자 1`` where nobody has said who it is."""
    roles: Mapping[str, Role]
    withdrawn: frozenset[str]

    def name(self, voice: str | None) -> str:
        """The name alone, as subtitles show it."""
        return self.names.get(voice, UNKNOWN) if voice else UNKNOWN

    def label(self, voice: str | None) -> str:
        """Name and role as minutes show them: ``한나래(사회자)``."""
        role = self.roles.get(voice) if voice else None
        return f"{self.name(voice)}({ROLES[role]})" if role else self.name(voice)


NOBODY = Cast({}, {}, frozenset())


def cast(session: Session, speakers: Mapping[str, Participant], voices: Iterable[str]) -> Cast:
    """How to show the ``voices`` of a session, of whom ``speakers`` are known.

    A voice that nobody has named counts as withdrawn while it may be somebody's who withdrew.
    """
    known = consents(session, speakers)
    numbers = _anonymous_numbers(known.session, known.speakers)
    names, roles, withdrawn = {}, {}, set()
    for voice in voices:
        person = known.speakers.get(voice)
        if known.of(voice) is Consent.WITHDRAWN:
            withdrawn.add(voice)
        elif person is None:
            names[voice] = f"화자 {voice.removeprefix('S')}"
        else:
            roles[voice] = person.role
            granted = person.consent is Consent.GRANTED
            names[voice] = person.name if granted else f"익명 {numbers[person.name]}"
    return Cast(names, roles, frozenset(withdrawn))


def _anonymous_numbers(session: Session, speakers: Mapping[str, Participant]) -> dict[str, int]:
    """A number for each anonymous person: those of the sidecar in its order, then others by voice."""
    people = [*session.participants, *(speakers[voice] for voice in sorted(speakers))]
    names = dict.fromkeys(person.name for person in people if person.consent is Consent.ANONYMOUS)
    return {name: number for number, name in enumerate(names, start=1)}


def disclosed(session: Session) -> Session:
    """The session without those who withdrew, and without names that are withheld.

    An anonymous participant keeps the role alone. Withheld names are also taken out of the title, the place,
    the id, which comes from a file's name, and the file names (NFC, without their folders).
    """
    withheld = [person.name for person in session.participants if person.consent is not Consent.GRANTED]

    def clean(words: str) -> str:
        words = unicodedata.normalize("NFC", words)
        # A lone syllable is no full name, and would be struck out of every other word.
        for name in sorted((name for name in withheld if len(name) > 1), key=len, reverse=True):
            words = words.replace(name, WITHHELD)
        return words

    return replace(
        session,
        id=clean(session.id),
        title=clean(session.title),
        place=clean(session.place),
        recordings=tuple(
            replace(recording, path=clean(PurePath(recording.path).name)) for recording in session.recordings
        ),
        participants=tuple(
            person if person.consent is Consent.GRANTED else replace(person, name="", affiliation="")
            for person in session.participants
            if person.consent is not Consent.WITHDRAWN
        ),
    )
