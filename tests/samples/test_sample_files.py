"""The finished samples as a reader of the repository finds them; nothing here needs the voices."""

import json
import tomllib
import unicodedata
from itertools import pairwise
from pathlib import Path

import av
import pytest

from samples.make.encode import COMMENT
from samples.make.g2p import phonemes
from samples.make.script import load_script
from samples.make.voices import VOICES

SAMPLES = Path(__file__).parents[2] / "samples"
SCRIPTS = [load_script(path) for path in sorted((SAMPLES / "scripts").glob("*.toml"))]
RECORDINGS = [recording for script in SCRIPTS for recording in script.recordings]
TURNS = [turn for script in SCRIPTS for turn in script.turns]
REQUIRED_TAGS = {
    "disclosure", "introduction", "address", "agenda", "question", "achievement", "limit", "future",
    "proposal", "quote", "glossary", "number", "filler", "repair", "backchannel", "overlap",
    "personal_data", "off_record", "anonymous", "closing",
}  # fmt: skip
MAX_BYTES = 2_000_000
SIDECAR_KEYS = {"title", "date", "place", "speakers", "language", "participant"}


def reference(recording):
    return json.loads(_beside(recording, ".json").read_text("utf-8"))


def rttm(recording):
    rows = [line.split() for line in _beside(recording, ".rttm").read_text("utf-8").splitlines()]
    return [(row[7], float(row[3]), float(row[3]) + float(row[4])) for row in rows]


def lies_in(span, turn):
    speaker, start, end = span
    return speaker == turn["speaker"] and turn["start"] <= start and end <= turn["end"] + 1e-6


def _beside(recording, suffix):
    return SAMPLES / "reference" / (Path(recording).stem + suffix)


def decoded_s(path):
    with av.open(str(path)) as container:
        return sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))


each_recording = pytest.mark.parametrize("recording", RECORDINGS)
each_script = pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.title)


def test_the_audio_folder_holds_what_the_scripts_name_and_nothing_else():
    found = {
        unicodedata.normalize("NFC", path.relative_to(SAMPLES / "audio").as_posix())
        for path in (SAMPLES / "audio").rglob("*")
        if path.is_file()
    }
    assert found == {*RECORDINGS, *(script.sidecar for script in SCRIPTS)}


@each_recording
def test_a_recording_is_small_enough_to_keep(recording):
    assert (SAMPLES / "audio" / recording).stat().st_size < MAX_BYTES


@each_recording
def test_a_recording_decodes_to_the_length_of_its_reference(recording):
    expected_s = reference(recording)["duration_s"]
    assert decoded_s(SAMPLES / "audio" / recording) == pytest.approx(expected_s, abs=0.06)


@each_recording
def test_a_recording_says_in_its_metadata_that_it_is_synthetic(recording):
    with av.open(str(SAMPLES / "audio" / recording)) as container:
        assert COMMENT in {**container.metadata, **container.streams.audio[0].metadata}.values()


@each_recording
def test_turns_are_ordered_and_lie_inside_the_recording(recording):
    spoken = reference(recording)
    starts = [turn["start"] for turn in spoken["turns"]]
    assert starts == sorted(starts)
    assert all(0 <= turn["start"] < turn["end"] <= spoken["duration_s"] for turn in spoken["turns"])


@each_recording
def test_every_recording_has_an_overlap_of_two_voices(recording):
    turns = reference(recording)["turns"]
    crossing = [(a, b) for a, b in pairwise(turns) if b["start"] < a["end"]]
    assert len(crossing) == reference(recording)["overlaps"] >= 1
    assert all(a["speaker"] != b["speaker"] for a, b in crossing)


@each_recording
def test_rttm_covers_every_turn_from_its_start_to_its_end(recording):
    spans = rttm(recording)
    for turn in reference(recording)["turns"]:
        inside = [span for span in spans if lies_in(span, turn)]
        assert inside[0][1] == pytest.approx(turn["start"])
        assert inside[-1][2] == pytest.approx(turn["end"])


@each_recording
def test_rttm_holds_nothing_outside_the_turns(recording):
    turns = reference(recording)["turns"]
    assert all(any(lies_in(span, turn) for turn in turns) for span in rttm(recording))


@each_script
def test_references_hold_the_turns_of_the_script(script):
    for recording, turns in script.takes():
        said = {(turn["speaker"], turn["text"]) for turn in reference(recording)["turns"]}
        assert said == {(turn.speaker, turn.text) for turn in turns}


@each_script
def test_the_sidecar_names_the_people_of_the_script(script):
    sidecar = tomllib.loads((SAMPLES / "audio" / script.sidecar).read_text("utf-8"))
    assert set(sidecar) == SIDECAR_KEYS
    assert [person["name"] for person in sidecar["participant"]] == [person.name for person in script.people]
    assert sidecar["speakers"] == len(script.people)


@each_script
def test_a_session_says_aloud_that_it_is_synthetic(script):
    assert "합성 음성" in script.turns[0].text
    assert "가상" in script.turns[0].text


@each_script
def test_no_two_people_of_a_session_share_a_voice(script):
    voices = [person.voice for person in script.people]
    assert len(set(voices)) == len(voices)
    assert set(voices) <= set(VOICES)


@each_script
def test_every_turn_can_be_read_aloud(script):
    assert all(phonemes(turn.spoken) for turn in script.turns)


def test_the_scripts_show_everything_the_pipeline_must_handle():
    assert {tag for turn in TURNS for tag in turn.tags} == REQUIRED_TAGS


def test_there_are_enough_proposals_for_a_chapter():
    assert sum("proposal" in turn.tags for turn in TURNS) >= 5


def test_one_participant_stays_anonymous():
    assert sum(person.consent == "anonymous" for script in SCRIPTS for person in script.people) == 1
