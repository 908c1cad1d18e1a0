from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import Glossary, Term, load_glossary
from pipeline.language.glossary import FRAME, prompt
from pipeline.model import Consent, Kind, Participant, Session

GLOSSARY = Glossary(
    term=(Term(name="민관협치"), Term(name="주민세 마을사업"), Term(name="구로차량기지"), Term(name="협치"))
)
PLAIN = Session("s", Kind.INTERVIEW, "", ())


def session(title: str = "", place: str = "", *participants: Participant) -> Session:
    return Session("s", Kind.ROUNDTABLE, title, (), place=place, participants=participants)


def told(names: str) -> str:
    return FRAME.format(names=names)


ROOM = len(told(""))
"""Characters that the sentences take without any name."""


def test_terms_come_in_the_order_of_the_glossary() -> None:
    assert prompt(GLOSSARY, PLAIN, 200) == told("민관협치, 주민세 마을사업, 구로차량기지, 협치")


def test_the_people_of_the_session_come_before_the_glossary() -> None:
    people = session("", "", Participant("김하늘", affiliation="마을도서관"))
    assert prompt(GLOSSARY, people, ROOM + 20) == told("마을도서관, 김하늘, 민관협치, 협치")


def test_a_new_title_changes_nothing() -> None:
    assert prompt(GLOSSARY, session("구로차량기지 이야기"), 99) == prompt(GLOSSARY, session("좌담회"), 99)


def test_who_has_withdrawn_is_not_named() -> None:
    gone = Participant("이바람", consent=Consent.WITHDRAWN, affiliation="산들마을모임")
    assert prompt(Glossary(), session("", "", gone), 200) == ""


def test_a_name_is_told_once() -> None:
    assert prompt(GLOSSARY, session("", "", Participant("민관협치")), ROOM + 5) == told("민관협치")


def test_a_name_too_long_gives_way_to_a_shorter_one() -> None:
    assert prompt(GLOSSARY, PLAIN, ROOM + 8) == told("민관협치, 협치")


@pytest.mark.parametrize("limit", [0, ROOM])
def test_no_room_for_a_name_is_no_prompt(limit: int) -> None:
    assert prompt(GLOSSARY, PLAIN, limit) == ""


@given(st.lists(st.text(min_size=1, max_size=12)), st.integers(0, 90))
def test_the_limit_is_never_passed(names: list[str], limit: int) -> None:
    glossary = Glossary(term=tuple(Term(name=name) for name in names))
    assert len(prompt(glossary, PLAIN, limit)) <= limit


@pytest.fixture
def seeded() -> Glossary:
    return load_glossary(Path(__file__).parents[2] / "config" / "glossary.toml")


def test_the_seeded_glossary_names_each_term_once(seeded: Glossary) -> None:
    names = [term.name for term in seeded.term]
    assert len(names) == len(set(names))


def test_no_variant_of_the_seeded_glossary_stands_for_two_terms(seeded: Glossary) -> None:
    spellings = [spelling for term in seeded.term for spelling in {term.name, *term.variants}]
    assert len(spellings) == len(set(spellings))
