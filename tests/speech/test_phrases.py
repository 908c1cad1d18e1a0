"""Tokens and alignments become phrases that keep every word and lie inside their clip."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Word
from pipeline.speech.engine import Phrase
from pipeline.speech.phrases import (
    Decoding,
    Part,
    Piece,
    Timed,
    compression_ratio,
    decode_whole,
    make_piece,
    read_tokens,
)

TEXT_END, BEGIN = 100, 200


def at(seconds: float) -> int:
    return BEGIN + round(seconds / 0.02)


def read(tokens: list[int], clip_ms: int = 10_000) -> Decoding:
    return read_tokens(tokens, BEGIN, TEXT_END, clip_ms, -0.3, 0.1)


def test_each_pair_of_timestamps_holds_a_part() -> None:
    decoding = read([at(0), 1, 2, at(2), at(2.5), 3, at(9)])
    assert decoding.parts == (Part(0, 2000, (1, 2)), Part(2500, 9000, (3,)))


def test_one_timestamp_at_the_end_means_done() -> None:
    assert read([at(0), 1, at(4)]).rest_ms is None


def test_a_phrase_begun_at_the_end_asks_to_be_called_again_from_there() -> None:
    assert read([at(0), 1, at(4), at(4.5)]).rest_ms == 4500


def test_text_without_its_closing_timestamp_is_left_to_the_next_pass() -> None:
    decoding = read([at(0), 1, at(4), at(4), 2, 3])
    assert (decoding.tokens, decoding.rest_ms) == ([1], 4000)


def test_text_is_kept_where_the_rest_is_too_short_to_decode_again() -> None:
    decoding = read([at(0), 1, at(9.8), at(9.8), 2])
    assert (decoding.tokens, decoding.rest_ms) == ([1, 2], None)


def test_text_without_any_timestamp_is_one_part_over_the_clip() -> None:
    assert read([1, 2]).parts == (Part(0, 10_000, (1, 2)),)


def test_a_timestamp_after_the_clip_is_cut_to_its_end() -> None:
    assert read([at(0), 1, at(29)]).parts == (Part(0, 10_000, (1,)),)


def test_nothing_recognised_is_no_phrase() -> None:
    assert make_piece(read([]), [], 10_000) == Piece((), None)


def make(alignment: list[Timed], parts: tuple[Part, ...], clip_ms: int = 10_000) -> list[list[Word]]:
    piece = make_piece(Decoding(parts, None, -0.3, 0.1), alignment, clip_ms)
    return [list(phrase.words) for phrase in piece.phrases]


def test_punctuation_belongs_to_the_word_before_it() -> None:
    alignment = [Timed(" 네", 1, 0, 300, 0.9), Timed(".", 1, 300, 320, 0.5)]
    assert make(alignment, (Part(0, 500, (1, 2)),)) == [[Word(0, 300, " 네.", 0.9)]]


def test_an_opening_quotation_mark_belongs_to_the_word_after_it() -> None:
    alignment = [Timed(' "', 1, 0, 20, 0.5), Timed("네", 1, 20, 300, 0.9)]
    assert make(alignment, (Part(0, 500, (1, 2)),)) == [[Word(20, 300, ' "네', 0.9)]]


def test_words_go_to_the_part_that_holds_their_tokens() -> None:
    alignment = [
        Timed(" 하나", 2, 0, 300, 0.9),
        Timed(" 둘", 1, 300, 600, 0.9),
        Timed(" 셋", 1, 600, 900, 0.9),
    ]
    phrases = make(alignment, (Part(0, 300, (1, 2)), Part(300, 900, (3, 4))))
    assert [[word.text for word in words] for words in phrases] == [[" 하나"], [" 둘", " 셋"]]


def test_the_first_word_does_not_stretch_back_over_the_pause_before_it() -> None:
    alignment = [
        Timed(" 그래서", 1, 0, 4000, 0.9),
        *(Timed(" 네", 1, 4000 + i, 4000 + i + 300, 0.9) for i in (0, 300)),
    ]
    assert make(alignment, (Part(0, 4600, (1, 2, 3)),))[0][0].start_ms == 3400


def test_decomposed_hangul_is_composed() -> None:
    alignment = [Timed(" \u1112\u1161\u11ab", 1, 0, 300, 0.9)]
    assert make(alignment, (Part(0, 300, (1,)),))[0][0].text == " \ud55c"


words_strategy = st.lists(
    st.builds(
        Timed,
        text=st.sampled_from([" 네", " 그", "래", ".", ' "', " "]),
        tokens=st.integers(1, 4),
        start_ms=st.integers(0, 31_000),
        end_ms=st.integers(0, 31_000),
        probability=st.floats(0, 1.001),
    ),
    max_size=40,
)


@given(words_strategy, st.integers(1, 30_000))
def test_words_are_ordered_and_apart_and_inside_the_clip(alignment: list[Timed], clip_ms: int) -> None:
    tokens = tuple(range(sum(word.tokens for word in alignment)))
    half = len(tokens) // 2
    parts = (Part(0, clip_ms // 2, tokens[:half]), Part(clip_ms // 2, clip_ms, tokens[half:]))
    times = [t for words in make(alignment, parts, clip_ms) for w in words for t in (w.start_ms, w.end_ms)]
    assert times == sorted(times)
    assert all(start < end for start, end in zip(times[::2], times[1::2], strict=True))
    assert not times or (times[0] >= 0 and times[-1] <= clip_ms)


@given(words_strategy, st.integers(1, 30_000))
def test_no_text_is_lost(alignment: list[Timed], clip_ms: int) -> None:
    tokens = tuple(range(sum(word.tokens for word in alignment)))
    phrases = make(alignment, (Part(0, clip_ms, tokens),), clip_ms)
    heard = "".join(word.text for words in phrases for word in words)
    assert heard.replace(" ", "") == "".join(word.text for word in alignment).replace(" ", "")


def phrase(start_ms: int) -> Phrase:
    return Phrase((Word(start_ms, start_ms + 100, " 네", 1.0),), -0.1, 0.0, 1.0)


def test_the_rest_of_a_clip_is_decoded_in_the_clips_own_time() -> None:
    clip = np.zeros(160_000, np.float32)
    pieces = iter([Piece((phrase(0),), 4000), Piece((phrase(500),), None)])
    (found,) = decode_whole([clip], lambda _clips: [next(pieces)])
    assert [p.words[0].start_ms for p in found] == [0, 4500]


def test_a_decoder_that_never_ends_is_stopped() -> None:
    clip = np.zeros(480_000, np.float32)
    (found,) = decode_whole([clip], lambda clips: [Piece((phrase(0),), 500) for _ in clips])
    assert len(found) == 4


def test_a_clip_that_no_engine_can_hear_whole_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than 30 s"):
        decode_whole([np.zeros(480_001, np.float32)], lambda _clips: [])


def test_text_that_loops_compresses_well() -> None:
    assert compression_ratio("자, " * 40) > 2.4 > compression_ratio("광명시민과 함께 만드는 인권도시")


def test_no_text_has_no_compression_ratio() -> None:
    assert compression_ratio(" ") == 0
