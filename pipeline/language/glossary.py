"""Names and terms become the short text that a recogniser is told before it listens.

What a recogniser is told it also tends to write, over silence most of all: the text is kept short, holds
nothing but names, and the guard knows it.
"""

from collections.abc import Callable, Iterable, Iterator

from pipeline.config import Glossary
from pipeline.model import Consent, Session


def prompt(glossary: Glossary, session: Session, count_tokens: Callable[[str], int], limit: int) -> str:
    """As many words of the session and the glossary as fit, the most relevant first.

    The session's own title, place, and its participants with their bodies come first; then the terms that
    its title names; then the others in the order of the glossary. A word that does not fit is passed over
    for a shorter one after it. Who has withdrawn consent is not named.

    Args:
        glossary: canonical names, most important first.
        session: what is recorded.
        count_tokens: length of a text in the recogniser's tokens (any monotone measure will do).
        limit: the most that the whole text may count.

    Returns:
        Names parted by spaces, such as ``"광명시 공론화위원회"``; empty where nothing fits. The same
        arguments give the same text.
    """
    chosen: list[str] = []
    for name in dict.fromkeys(_relevant(glossary, session)):
        if name and count_tokens(_text([*chosen, name])) <= limit:
            chosen.append(name)
    return _text(chosen)


def _relevant(glossary: Glossary, session: Session) -> Iterator[str]:
    yield session.title.strip()
    yield session.place.strip()
    for participant in session.participants:
        if participant.consent is not Consent.WITHDRAWN:
            yield participant.affiliation.strip()
            yield participant.name.strip()
    names = [term.name for term in glossary.term]
    yield from sorted(names, key=lambda name: not _named_in(name, session.title))


def _named_in(name: str, title: str) -> bool:
    return name.replace(" ", "") in title.replace(" ", "")


def _text(names: Iterable[str]) -> str:
    return " ".join(names)
