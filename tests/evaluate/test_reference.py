import json

import pytest

from pipeline.errors import InputError
from pipeline.evaluate.reference import Stretch, load_reference


def saved(tmp_path, content):
    path = tmp_path / "reference.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_turns_are_read_in_order_of_their_start(tmp_path):
    turns = [
        {"speaker": "B", "start": 5.0, "end": 6.0, "text": "둘", "sources": []},
        {"speaker": "A", "start": 0.8, "end": 3.29, "text": "하나"},
    ]
    read = load_reference(saved(tmp_path, {"file": "a.flac", "duration_s": 9, "turns": turns, "overlaps": 0}))
    assert [turn.text for turn in read.turns] == ["하나", "둘"]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("녹음이 아님", "JSON"),
        ("[]", "JSON"),
        ({"file": "a.flac", "duration_s": 9, "turns": []}, "turns"),
        (
            {"file": "a.flac", "duration_s": 9, "turns": [{"speaker": "A", "start": 0, "end": 1}]},
            "turns.0.text",
        ),
        (
            {
                "file": "a.flac",
                "duration_s": 9,
                "turns": [{"speaker": "A", "start": -1, "end": 1, "text": "네"}],
            },
            "start",
        ),
    ],
)
def test_a_bad_reference_is_named_with_the_place_that_is_wrong(tmp_path, content, named):
    with pytest.raises(InputError, match=named) as caught:
        load_reference(saved(tmp_path, content))
    assert "reference.json" in caught.value.message


def test_a_missing_reference_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="열 수 없습니다"):
        load_reference(tmp_path / "absent.json")


TURN = {"speaker": "가", "start": 1, "end": 2.5, "text": "네."}
REFERENCE = {"file": "a.flac", "duration_s": 60, "turns": [TURN]}


def test_speech_is_read_from_the_rttm_of_the_same_name(tmp_path):
    (tmp_path / "reference.rttm").write_text(
        ";; a comment\n"
        "SPEAKER a 1 2.0 0.5 <NA> <NA> 나 <NA> <NA>\n"
        "SPEAKER a 1 0.5 1.0 <NA> <NA> 가 <NA> <NA>\n",
        encoding="utf-8",
    )
    found = load_reference(saved(tmp_path, REFERENCE)).speech
    assert found == (Stretch(speaker="가", start=0.5, end=1.5), Stretch(speaker="나", start=2.0, end=2.5))


def test_without_an_rttm_turns_say_who_spoke_when(tmp_path):
    found = load_reference(saved(tmp_path, REFERENCE)).speech
    assert found == (Stretch(speaker="가", start=1, end=2.5),)


@pytest.mark.parametrize("line", ["SPEAKER a 1 x 0.5 <NA> <NA> 가", "SPEAKER a 1 0.5"])
def test_a_bad_rttm_is_named_with_its_line(tmp_path, line):
    (tmp_path / "reference.rttm").write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match="2번째 줄"):
        load_reference(saved(tmp_path, REFERENCE))
