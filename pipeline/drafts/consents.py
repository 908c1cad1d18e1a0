"""What those who took part in a session allow, also where it is not known which voice is whose.

Somebody who withdrew must not be printed because nobody has named their voice yet: an unnamed voice may be
any participant whose voice is not known, and has the consent of the one who allows least.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pipeline.model import Consent, Participant, Session

STRICTNESS = (Consent.GRANTED, Consent.ANONYMOUS, Consent.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Consents:
    """The people of a session, each with the least that anybody says they allow."""

    session: Session
    speakers: Mapping[str, Participant]

    def of(self, voice: str | None) -> Consent:
        """What may be done with the words of a voice; None is whoever could not be told apart."""
        if voice is not None and voice in self.speakers:
            return self.speakers[voice].consent
        heard = {person.name for person in self.speakers.values()} if voice else set()
        return _strictest(person.consent for person in self.everybody() if person.name not in heard)

    def everybody(self) -> list[Participant]:
        """Those the session names, in its order, then those whose voices are named; some are both."""
        return [*self.session.participants, *(who for _, who in sorted(self.speakers.items()))]

    def withholding(self) -> list[Participant]:
        """Those who may not be named."""
        return [person for person in self.everybody() if person.consent is not Consent.GRANTED]

    def granting(self) -> list[Participant]:
        """Those who may be named."""
        return [person for person in self.everybody() if person.consent is Consent.GRANTED]


def consents(session: Session, speakers: Mapping[str, Participant]) -> Consents:
    """Of what sidecar and naming say of one person's consent, take for both what allows least."""
    said: dict[str, list[Consent]] = {}
    for person in Consents(session, speakers).everybody():
        said.setdefault(person.name, []).append(person.consent)

    def strict(person: Participant) -> Participant:
        return replace(person, consent=_strictest(said[person.name]))

    return Consents(
        replace(session, participants=tuple(strict(person) for person in session.participants)),
        {voice: strict(person) for voice, person in speakers.items()},
    )


def _strictest(given: Iterable[Consent]) -> Consent:
    return max(given, key=STRICTNESS.index, default=Consent.GRANTED)
