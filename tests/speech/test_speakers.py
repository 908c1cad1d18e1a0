import datetime
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import People, Person
from pipeline.edits import Anchor, Naming
from pipeline.model import (
    Annotation,
    CleanTurn,
    Consent,
    Diarization,
    Kind,
    Participant,
    Role,
    Session,
    Span,
    Turn,
    Voice,
    VoiceSpan,
    VoiceTrack,
)
from pipeline.speech.speakers import Clue, anchors, clues, named, propose

NOW = datetime.datetime(2023, 6, 15, tzinfo=datetime.UTC)
SESSION = Session(
    "s",
    Kind.ROUNDTABLE,
    "좌담회",
    (),
    participants=(
        Participant("한나래", Role.MODERATOR),
        Participant("김도현", Role.EXPERT),
        Participant("이수현"),
    ),
)


def diarization(*spans, recording="d"):
    found = tuple(VoiceSpan(start, end, voice) for start, end, voice in spans)
    return Diarization("embeddings", (), (VoiceTrack(recording, found),))


def naming(name, *places, role=None):
    made = tuple(Anchor(recording="d", start_ms=start, end_ms=end) for start, end in places)
    return Naming(anchors=made, name=name, role=role, at=NOW)


def names(found, *namings):
    return {voice: who.name for voice, who in named(SESSION, found, namings, People()).items()}


TALK = diarization((0, 5_000, "S1"), (5_000, 9_000, "S2"), (9_000, 12_000, "S1"))


def test_a_voice_is_named_by_where_it_was_heard():
    assert names(TALK, naming("김도현", (5_200, 8_800))) == {"S2": "김도현"}


def test_a_name_follows_its_voice_through_a_new_diarization():
    places = [(a.start_ms, a.end_ms) for a in anchors(TALK, "S1")]
    again = diarization((0, 4_800, "S2"), (4_900, 9_100, "S3"), (9_100, 12_000, "S2"), (20_000, 30_000, "S1"))
    assert names(again, naming("한나래", *places)) == {"S2": "한나래"}


def test_a_later_decision_replaces_an_earlier_one():
    assert names(TALK, naming("김도현", (0, 900)), naming("한나래", (0, 900))) == {"S1": "한나래"}


def test_an_empty_name_takes_a_decision_back():
    assert names(TALK, naming("김도현", (0, 900)), naming("", (0, 900))) == {}


def test_a_decision_about_sound_that_is_gone_names_nobody():
    assert names(TALK, naming("김도현", (50_000, 60_000))) == {}


def test_the_sidecar_and_the_people_file_say_what_is_known_of_a_person():
    people = People(person=(Person(name="서유나", role=Role.OFFICIAL, consent=Consent.ANONYMOUS),))
    namings = [naming("김도현", (0, 900)), naming("서유나", (5_000, 6_000))]
    found = named(SESSION, TALK, namings, people)
    assert found == {
        "S1": Participant("김도현", Role.EXPERT),
        "S2": Participant("서유나", Role.OFFICIAL, Consent.ANONYMOUS),
    }


def test_a_role_that_was_decided_wins():
    found = named(SESSION, TALK, [naming("김도현", (0, 900), role=Role.MODERATOR)], People())
    assert found["S1"].role is Role.MODERATOR


def test_anchors_are_the_longest_stretches_of_the_voice():
    many = diarization(*((100 * i, 100 * i + i, "S1") for i in range(40)), (9_000, 9_900, "S2"))
    found = anchors(many, "S1")
    assert [anchor.end_ms - anchor.start_ms for anchor in found] == list(range(20, 40))


def talk(*voices):
    return [
        CleanTurn(Turn("d", 1_000 * i, 1_000 * i + 900, voice, Span(i, i + 1)), "", (), (), ())
        for i, voice in enumerate(voices)
    ]


def label(turn, name, value=""):
    return Annotation(turn, name, Span(0, 1), value, "rule")


def test_who_introduces_themselves_is_proposed_for_their_own_voice():
    (clue,) = clues(SESSION, talk("S1"), [label(0, "self-introduction", "이수현")])
    assert (clue.voice, clue.name, clue.at_ms) == ("S1", "이수현", 0)


def test_who_is_addressed_is_proposed_for_the_next_voice():
    (clue,) = clues(SESSION, talk("S1", None, "S1", "S3"), [label(0, "address", "김도현")])
    assert (clue.voice, clue.name) == ("S3", "김도현")


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ("김 위원님", "김도현"),
        ("이수현 님", "이수현"),
        ("박 선생님", "박 선생님"),
        ("정다운 님", "정다운"),
        ("김도현", "김도현"),
    ],
)
def test_who_is_called_is_found_among_the_participants(called, name):
    (clue,) = clues(SESSION, talk("S1", "S2"), [label(0, "address", called)])
    assert clue.name == name


def test_a_surname_of_two_participants_stands_for_neither():
    two = replace(SESSION, participants=(Participant("김도현"), Participant("김하늘")))
    (clue,) = clues(two, talk("S1", "S2"), [label(0, "address", "김 위원님")])
    assert clue.name == "김 위원님"


def test_a_participant_who_says_their_name_is_proposed_without_any_label():
    turn = replace(talk("S2")[0], text="저는 광명동에서. 대학생이수현입니다.")
    assert [(clue.voice, clue.name) for clue in clues(SESSION, [turn], [])] == [("S2", "이수현")]


def test_an_introduction_that_is_labelled_too_counts_once():
    turn = replace(talk("S2")[0], text="저는 이수현입니다.")
    assert len(clues(SESSION, [turn], [label(0, "self-introduction", "이수현")])) == 1


def test_who_asks_most_is_proposed_as_the_moderator():
    asked = [label(0, "question"), label(2, "question"), label(1, "question")]
    (clue,) = clues(SESSION, talk("S1", "S2", "S1"), asked)
    assert (clue.voice, clue.name, clue.kind) == ("S1", "한나래", "asks")


def test_weak_signs_alone_propose_nothing():
    assert propose([Voice("S1", 1)], [Clue("S1", "한나래", "asks", 0.4)]) == ()


def test_signs_of_different_kinds_add_up():
    (found,) = propose([Voice("S1", 1)], [Clue("S1", "한", "asks", 0.5), Clue("S1", "한", "address", 0.6)])
    assert found.score == 0.8


def test_nobody_is_proposed_twice():
    found = propose(
        [Voice("S1", 1), Voice("S2", 1)], [Clue("S1", "한", "a", 0.9), Clue("S2", "한", "a", 0.6)]
    )
    assert [(each.voice, each.name) for each in found] == [("S1", "한")]


@given(
    st.lists(
        st.builds(
            Clue, st.sampled_from(["S1", "S2"]), st.sampled_from("가나다"), st.just("a"), st.floats(0, 1)
        )
    )
)
def test_proposals_are_one_to_one_and_ranged(found):
    made = propose([Voice("S1", 1), Voice("S2", 1)], found)
    assert len({each.voice for each in made}) == len({each.name for each in made}) == len(made)
    assert all(0.5 <= each.score <= 1 for each in made)
