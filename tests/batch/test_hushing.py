"""Words are taken out of stored results, and everything else stays where it was."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.batch import tombstones
from pipeline.batch.forgetting import hushing, traces
from pipeline.batch.forgetting.spoken_names import SpokenName
from pipeline.files import shred
from pipeline.model import Segment, Span, Transcript, Turn, Word
from pipeline.workspace import Workspace

SAID = st.lists(st.tuples(st.sampled_from("PQ"), st.integers(1, 4)), min_size=1, max_size=8)


def talk(said: list[tuple[str, int]]) -> tuple[Transcript, list[Turn]]:
    words: list[Word] = []
    turns = []
    for voice, count in said:
        first = len(words)
        for _ in range(count):
            at = len(words) * 500
            words.append(Word(at, at + 400, f" {voice}말{len(words)}", 0.9))
        turns.append(Turn("r", first * 500, len(words) * 500 - 100, voice, Span(first, len(words))))
    whole = Span(0, len(words))
    return Transcript("r", 60_000, "ko", "fake", "base", tuple(words), (Segment(whole),)), turns


@given(SAID)
def test_nothing_of_a_voice_remains_and_everything_of_the_others_does(said: list[tuple[str, int]]) -> None:
    transcript, turns = talk(said)
    left = hushing.hushed(transcript, turns, ("P",), (), None)
    assert not any("P" in word.text for word in left.words)
    assert [(w.start_ms, w.end_ms) for w in left.words] == [(w.start_ms, w.end_ms) for w in transcript.words]
    pairs = zip(left.words, transcript.words, strict=True)
    assert all(new == old for new, old in pairs if "Q" in old.text)
    assert hushing.hushed(left, turns, ("P",), (), None) == left


def test_a_name_that_others_say_is_masked_wherever_words_cut_it() -> None:
    words = (Word(0, 1, " 김", 1.0), Word(1, 2, "하늘", 1.0), Word(2, 3, " 님은", 1.0))
    transcript = Transcript("r", 3, "ko", "fake", "base", words, (Segment(Span(0, 3)),))
    left = hushing.hushed(transcript, (), (), (), SpokenName("김하늘"))
    assert [word.text for word in left.words] == [" ○", "○○", " 님은"]
    assert [(a.start_ms, a.end_ms) for a in hushing.mentions(transcript, SpokenName("김하늘"))] == [
        (0, 1),
        (1, 2),
    ]


@pytest.mark.parametrize(
    "data",
    [
        "김하늘".encode(),
        unicodedata.normalize("NFD", "김하늘").encode(),
        "김 하늘".encode(),
        b'"\\uae40\\ud558\\ub298"',
        "김하늘".encode("utf-16-le"),
        "이름은 김하늘".encode("cp949"),
        "<w:t>김</w:t><w:t>하늘</w:t>".encode(),
        b"(https://example.org/%EA%B9%80%ED%95%98%EB%8A%98)",
        b'<hp:stringParam name="Path">https://example.org/%ea%b9%80%ed%95%98%eb%8a%98</hp:stringParam>',
    ],
)
def test_a_search_finds_a_name_however_it_is_written(data: bytes) -> None:
    wanted = traces.pattern(["김하늘"])
    assert wanted is not None
    assert traces.holds(data, wanted, is_xml=data.startswith(b"<"))


def test_a_forgotten_recording_is_known_again_without_its_digest(space: Workspace) -> None:
    stones = tombstones.load(space).bury(["ab" * 32], [])
    tombstones.save(space, stones)
    assert tombstones.load(space).covers("ab" * 32)
    assert not tombstones.load(space).covers("cd" * 32)
    assert "ab" * 6 not in (space.forgotten / tombstones.FILE_NAME).read_text(encoding="utf-8")


def test_shredding_deletes_folders_too(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c").write_bytes(b"x" * 10)
    shred(tmp_path / "a")
    shred(tmp_path / "a")
    assert not (tmp_path / "a").exists()
