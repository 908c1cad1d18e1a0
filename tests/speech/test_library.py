import math
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConflictError, InputError
from pipeline.model import Voice
from pipeline.speech.library import (
    KEPT,
    Library,
    calibrated,
    enrol,
    forget,
    load_library,
    recognise,
    save_library,
)


def vector(*parts):
    return tuple(part / math.hypot(*parts) for part in parts)


def at(cosine, other=1):
    """A unit vector whose cosine with (1, 0, 0) is given; ``other`` is the axis of the rest."""
    rest = math.sqrt(1 - cosine**2)
    return (cosine, rest, 0.0) if other == 1 else (cosine, 0.0, rest)


KIM = Voice("S1", 60_000, (1.0, 0.0, 0.0))


def library(**people):
    known = Library()
    for name, embedding in people.items():
        known = enrol(known, "m", name, "earlier", Voice("S9", 60_000, embedding))
    return known


def names(known, *voices, consenting=("kim", "lee"), session="now", model="m"):
    return [(c.voice, c.name) for c in recognise(known, model, consenting, session, voices)]


def test_a_remembered_voice_is_recognised_in_another_session():
    assert names(library(kim=at(0.8)), KIM) == [("S1", "kim")]


def test_a_stranger_scores_too_low_to_be_proposed():
    (clue,) = recognise(library(kim=at(0.6)), "m", ["kim"], "now", [KIM])
    assert clue.weight < 0.1


def test_between_two_alike_neither_is_taken():
    assert names(library(kim=at(0.80), lee=at(0.75, other=2)), KIM) == []


def test_without_consent_nobody_is_recognised():
    assert names(library(kim=at(0.9)), KIM, consenting=["lee"]) == []


def test_a_session_does_not_prove_itself():
    assert names(library(kim=at(0.9)), KIM, session="earlier") == []


def test_voices_of_another_network_are_not_compared():
    assert names(library(kim=at(0.9)), KIM, model="other") == []
    again = enrol(library(kim=at(0.9)), "other", "lee", "now", KIM)
    assert set(again.people) == {"lee"}


def test_too_little_speech_is_neither_remembered_nor_recognised():
    short = Voice("S1", 9_999, (1.0, 0.0, 0.0))
    with pytest.raises(InputError, match="짧아"):
        enrol(Library(), "m", "kim", "now", short)
    assert names(library(kim=at(0.9)), short) == []


def test_a_session_enrolled_again_replaces_its_print_and_the_longest_are_kept():
    known = Library()
    for number in (*range(10), 3):
        known = enrol(known, "m", "kim", f"s{number}", Voice("S1", 10_000 + number, (1.0,)))
    assert [each.session for each in known.people["kim"]] == ["s9", "s8", "s7", "s6", "s5"][:KEPT]


def test_who_is_forgotten_is_gone_and_the_last_one_takes_the_file_along(tmp_path):
    path = tmp_path / "voices" / "library.json"
    save_library(path, library(kim=at(0.9), lee=at(0.1)))
    save_library(path, forget(load_library(path), "kim"))
    assert "kim" not in path.read_text(encoding="utf-8")
    save_library(path, forget(load_library(path), "lee"))
    assert not path.exists()
    assert load_library(path) == Library()


def test_the_file_is_for_its_owner_only(tmp_path):
    save_library(tmp_path / "library.json", library(kim=at(0.9)))
    assert stat.S_IMODE((tmp_path / "library.json").stat().st_mode) == 0o600


def test_a_damaged_file_is_not_taken_for_an_empty_one(tmp_path):
    (tmp_path / "library.json").write_text("{", encoding="utf-8")
    with pytest.raises(ConflictError, match="cannot be read"):
        load_library(tmp_path / "library.json")


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_the_more_alike_the_likelier(one, other):
    low, high = sorted((one, other))
    assert 0 <= calibrated(low) <= calibrated(high) <= 1
