"""Conditions on sessions: what they mean, what is refused, and what happens where something is not known."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.batch.facts import LOOKUPS
from pipeline.batch.selection import FIELDS, SelectionError, choose, condition

TALK: dict[str, Any] = {
    "session": "roundtable-예산",
    "kind": "roundtable",
    "title": "참여예산 좌담회",
    "date": "2023-06-08",
    "parts": 2,
    "speakers": 5,
    "minutes": 61.5,
    "doubts": 0,
    "state": "done",
    "failed": False,
    "quarantined": False,
}


def holds(text: str, **other: Any) -> bool | None:
    return condition(text).holds((TALK | other).get)


@pytest.mark.parametrize(
    "text",
    [
        "speakers > 4",
        "4 < speakers <= 5",
        "speakers == 5 and kind == 'roundtable'",
        "kind in ('interview', 'roundtable')",
        "kind not in ['interview']",
        "'예산' in title",
        "date >= '2023-06-08'",
        "date in ['2023-06-08']",
        "not failed and minutes > 60",
        "failed == False",
        "doubts > -1",
        "speakers < 2 or minutes < 2 or parts == 2",
    ],
)
def test_what_holds(text: str) -> None:
    assert holds(text) is True
    assert holds(f"not ({text})") is False


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("speaker > 4", "did you mean speakers?"),
        ("kind == 'round-table'", "did you mean roundtable?"),
        ("kind in ['interviews']", "did you mean interview?"),
        ("state == 'todo'", "did you mean to do?"),
        ("speakers > '4'", "speakers is a number"),
        ("speakers == True", "speakers is a number"),
        ("date > '2023-6-8'", "date is a date 'YYYY-MM-DD'"),
        ("date > 2023", "date is a date 'YYYY-MM-DD'"),
        ("speakers > title", "cannot be compared"),
        ("speakers", "compare it"),
        ("speakers = 4", "no condition"),
        ("", "no condition"),
        ("speakers is 4", "compare with"),
        ("3 in speakers", "holds nothing"),
        ("speakers + 1 > 4", "neither a field nor a value"),
        ("title.upper() == 'A'", "neither a field nor a value"),
        ("__import__('os').system('true')", "neither a field nor a value"),
        ("[s for s in title] == 'A'", "neither a field nor a value"),
        ("(" * 500 + "failed" + ")" * 500, "no condition"),
    ],
)
def test_what_is_refused(text: str, told: str) -> None:
    with pytest.raises(SelectionError, match=told.replace("?", r"\?")):
        condition(text)


def test_what_is_not_known_is_neither_true_nor_false() -> None:
    assert holds("minutes > 60", minutes=None) is None
    assert holds("not minutes > 60", minutes=None) is None
    assert holds("minutes > 60 or speakers == 5", minutes=None) is True
    assert holds("minutes > 60 and speakers == 4", minutes=None) is False


def test_a_session_of_which_it_cannot_be_told_is_named_with_the_field() -> None:
    sessions = {"a": TALK, "b": TALK | {"date": None}, "c": TALK | {"date": "2020-01-01"}}
    conditions = [condition("date > '2021-01-01'"), condition("speakers > 1")]
    chosen = choose(sessions, lambda name: sessions[name].get, conditions)
    assert (chosen.names, chosen.untold) == (("a",), {"date": ("b",)})


def test_every_field_can_be_looked_up() -> None:
    assert LOOKUPS.keys() == FIELDS.keys() == TALK.keys()


@given(st.text(alphabet="speakrminute 0149<>=!'()[],andotikf.", max_size=40))
def test_any_text_is_a_condition_or_refused(text: str) -> None:
    try:
        found = condition(text)
    except SelectionError:
        return
    assert found.holds(TALK.get) in (True, False)
