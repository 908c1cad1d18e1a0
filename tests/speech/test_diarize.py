import base64
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import DiarizeSettings
from pipeline.model import Diarization, Span, VoiceSpan
from pipeline.speech.diarize import diarize
from pipeline.speech.embedding import SIZE
from pipeline.speech.voiceprints import Run, Voiceprints, cut

SETTINGS = DiarizeSettings()
VOICES = np.linalg.qr(np.random.default_rng(3).standard_normal((SIZE, SIZE)))[0]


def heard(*stretches: tuple[int, int, str], name: str = "digest", seed: int = 5) -> Voiceprints:
    """What is heard of stretches ``(start, end, who)``; ``who`` are letters, two of them where they overlap.

    The network numbers people anew every 5 s; here it numbers them by their letter.
    """
    rng = np.random.default_rng(seed)
    runs = tuple(
        Run(start, end, tuple(30 * (start // 5000) + ord(letter) - 65 for letter in who))
        for start, end, who in stretches
    )
    excerpts = [e for i, run in enumerate(runs) if len(run.people) == 1 for e in cut(run, i)]
    owners = [ord(stretches[e.run][2]) - 65 for e in excerpts]
    vectors = VOICES[owners] + 0.04 * rng.standard_normal((len(owners), SIZE))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Voiceprints(
        recording=name,
        duration_ms=max((end for _, end, _ in stretches), default=0) + 500,
        runs=runs,
        excerpts=tuple(excerpts),
        prints=base64.b64encode(vectors.astype("<f2").tobytes()).decode(),
    )


def spans(result: Diarization, part: int = 0) -> list[tuple[int, int, str]]:
    return [(s.start_ms, s.end_ms, s.voice) for s in result.tracks[part].spans]


def test_voices_are_numbered_by_first_appearance() -> None:
    result = diarize([heard((0, 3000, "C"), (4000, 9000, "A"), (9500, 12000, "C"))], None, SETTINGS)
    assert spans(result) == [(0, 3000, "S1"), (4000, 9000, "S2"), (9500, 12000, "S1")]
    assert [(v.label, v.speech_ms) for v in result.voices] == [("S1", 5500), ("S2", 5000)]


def test_a_voice_keeps_its_label_from_part_to_part() -> None:
    first = heard((0, 4000, "A"), (4500, 9000, "B"), name="one")
    second = heard((0, 4000, "B"), (4500, 9000, "C"), (9500, 14000, "A"), name="two", seed=6)
    result = diarize([first, second], None, SETTINGS)
    assert [track.recording for track in result.tracks] == ["one", "two"]
    assert [voice for *_, voice in spans(result, 1)] == ["S2", "S3", "S1"]


def test_both_voices_of_an_overlap_are_kept() -> None:
    result = diarize([heard((0, 3000, "A"), (3000, 3600, "AB"), (3600, 7000, "B"))], None, SETTINGS)
    assert spans(result) == [(0, 3600, "S1"), (3000, 7000, "S2")]


def test_an_overlap_that_the_network_cannot_lay_belongs_to_its_neighbours() -> None:
    result = diarize([heard((0, 3000, "A"), (3000, 3600, "XY"), (3600, 7000, "B"))], None, SETTINGS)
    assert spans(result) == [(0, 3600, "S1"), (3000, 7000, "S2")]


def test_a_change_of_voice_that_the_network_missed_is_found_by_voiceprints() -> None:
    whole = heard((0, 9000, "A"), (9000, 18000, "B"))
    missed = Voiceprints(
        recording="digest",
        duration_ms=18500,
        runs=(Run(0, 18000, (0,)),),
        excerpts=tuple(type(e)(e.start_ms, e.end_ms, 0) for e in whole.excerpts),
        prints=whole.prints,
    )
    (first, second) = spans(diarize([missed], None, SETTINGS))
    assert (first[2], second[2]) == ("S1", "S2")
    assert abs(first[1] - 9000) <= 900


def test_short_pauses_are_bridged_and_long_ones_are_not() -> None:
    result = diarize([heard((0, 2000, "A"), (2500, 4000, "A"), (5000, 7000, "A"))], None, SETTINGS)
    assert spans(result) == [(0, 4000, "S1"), (5000, 7000, "S1")]


def test_a_pause_is_bridged_across_a_backchannel() -> None:
    result = diarize(
        [heard((0, 4000, "A"), (4000, 4500, "B"), (4500, 8000, "A"), (8500, 12000, "B"))], None, SETTINGS
    )
    assert spans(result) == [(0, 8000, "S1"), (4000, 4500, "S2"), (8500, 12000, "S2")]


def test_nobody_speaks_in_silence() -> None:
    result = diarize([heard()], 3, SETTINGS)
    assert (result.voices, result.tracks[0].spans) == ((), ())


def test_three_seconds_of_one_person_are_one_voice() -> None:
    result = diarize([heard((200, 1500, "A"), (1600, 2900, "A"))], None, SETTINGS)
    assert spans(result) == [(200, 2900, "S1")]


def test_scraps_of_speech_are_one_voice() -> None:
    assert len(diarize([heard((0, 60, "A"), (900, 1400, "B"))], None, SETTINGS).voices) == 1


def test_the_expected_number_of_voices_is_a_constraint() -> None:
    talk = heard(*((i * 3000, i * 3000 + 2900, "ABC"[i % 3]) for i in range(30)))
    assert len(diarize([talk], 2, SETTINGS).voices) == 2
    assert len(diarize([talk], 3, SETTINGS).voices) == 3


def test_a_voice_has_a_unit_embedding_like_its_own_voiceprints() -> None:
    (voice,) = diarize([heard((0, 9000, "D"))], None, SETTINGS).voices
    assert abs(np.linalg.norm(voice.embedding) - 1) < 1e-3
    assert np.array(voice.embedding) @ VOICES[3] > 0.9


def by_channel(*channels: tuple[Span, ...], name: str = "digest") -> Voiceprints:
    return Voiceprints(name, 20_000, (), (), "", channels)


def test_a_microphone_each_is_a_voice_each() -> None:
    recording = by_channel((Span(5000, 6000),), (), (Span(0, 5200), Span(7000, 8000)))
    result = diarize([recording], None, SETTINGS)
    assert result.method == "channels"
    assert spans(result) == [(0, 5200, "S1"), (5000, 6000, "S2"), (7000, 8000, "S1")]
    assert all(voice.embedding == () for voice in result.voices)


def test_fewer_microphones_than_people_are_shared_and_tell_nothing() -> None:
    recording = by_channel((Span(5000, 6000),), (Span(0, 5200),))
    assert diarize([recording], 3, SETTINGS).method == "embeddings"
    assert diarize([recording], 2, SETTINGS).method == "channels"


def test_a_session_of_both_kinds_of_recordings_is_told_by_voiceprints() -> None:
    both = [by_channel((Span(0, 900),), (Span(900, 1800),), name="one"), heard((0, 4000, "A"), name="two")]
    assert diarize(both, None, SETTINGS).method == "embeddings"


TALK = st.lists(
    st.tuples(st.integers(0, 2500), st.integers(60, 6000), st.sampled_from(["A", "B", "C", "AB"]))
)


@given(st.lists(TALK, max_size=2))
def test_every_diarization_is_well_formed(talks: list[list[tuple[int, int, str]]]) -> None:
    prints = [heard(*_laid(talk), name=str(number)) for number, talk in enumerate(talks)]
    result = diarize(prints, None, SETTINGS)
    told = [span for track in result.tracks for span in track.spans]
    assert [voice.label for voice in result.voices] == [f"S{n + 1}" for n in range(len(result.voices))]
    assert list(dict.fromkeys(span.voice for span in told)) == [voice.label for voice in result.voices]
    for recording, track in zip(prints, result.tracks, strict=True):
        assert all(0 <= s.start_ms < s.end_ms <= recording.duration_ms for s in track.spans)
        assert sorted(track.spans, key=lambda s: (s.start_ms, int(s.voice[1:]))) == list(track.spans)
        assert all(_silent_between(track.spans, voice.label) for voice in result.voices)


def _laid(talk: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    laid, at = [], 0
    for pause, length, who in talk:
        laid.append((at + pause, at + pause + length, who))
        at += pause + length
    return laid


def _silent_between(track: tuple[VoiceSpan, ...], voice: str) -> bool:
    own = [span for span in track if span.voice == voice]
    return all(right.start_ms - left.end_ms > SETTINGS.bridge_ms for left, right in pairwise(own))
