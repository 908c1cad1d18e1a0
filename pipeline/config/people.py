"""``config/people.toml``: who takes part."""

from pathlib import Path

from pydantic import Field

from pipeline.config.toml import Section, load_toml
from pipeline.model import Consent, Role


class Person(Section):
    """Somebody who takes part in several sessions, or whose particulars a sidecar need not repeat."""

    name: str = Field(min_length=1)
    role: Role = Role.CITIZEN
    affiliation: str = ""
    consent: Consent = Consent.GRANTED
    voice: bool = False
    """Whether they agreed that their voice is remembered, to be recognised in later sessions."""


class People(Section):
    """``config/people.toml``."""

    person: tuple[Person, ...] = ()

    def find(self, name: str) -> Person | None:
        """The person of that name."""
        return next((person for person in self.person if person.name == name), None)


PEOPLE_TEMPLATE = """\
# People who take part in several sessions. What a sidecar says of a person in its own session wins.
# role: moderator, interviewer, citizen, expert or official. consent: granted, anonymous or withdrawn.
# voice = true: the person agreed in writing that their voice is remembered, to be proposed in later sessions.
#
# [[person]]
# name = "한나래"
# role = "moderator"
# affiliation = "백서 편집 모임"
# consent = "granted"
# voice = false
"""


def load_people(path: Path) -> People:
    """Read ``people.toml``; a missing file means nobody is known."""
    return load_toml(path, People) if path.exists() else People()
