"""Names and terms become the short text that a recogniser is told before it listens.

What a recogniser is told it also tends to write, over silence most of all: the text is kept short, and the
guard knows it. It is the same however a session is titled: a new title must not
make recognition run again.
"""

from collections.abc import Iterable, Iterator

from pipeline.config import Glossary
from pipeline.model import Consent, Session

FRAME = "안녕하세요. 오늘은 {names}에 대해 이야기합니다. 네, 말씀해 주십시오."
"""The recogniser goes on in the style of what it is told. After a bare list of names it left out every second
full stop; after whole sentences it found as many terms and kept the punctuation."""


def prompt(glossary: Glossary, session: Session, limit: int) -> str:
    """Sentences with names of the session and the glossary, as many as fit into ``limit`` characters.

    The session's participants and their bodies come first, then the terms in the order of the glossary. A
    name that does not fit is passed over for a shorter one after it. Who has withdrawn consent is not named.
    Empty where not one name fits.
    """
    chosen: list[str] = []
    for name in dict.fromkeys(_relevant(glossary, session)):
        if name and len(_text([*chosen, name])) <= limit:
            chosen.append(name)
    return _text(chosen)


def _relevant(glossary: Glossary, session: Session) -> Iterator[str]:
    for participant in session.participants:
        if participant.consent is not Consent.WITHDRAWN:
            yield participant.affiliation.strip()
            yield participant.name.strip()
    yield from (term.name for term in glossary.term)


def _text(names: Iterable[str]) -> str:
    listed = ", ".join(names)
    return FRAME.format(names=listed) if listed else ""
