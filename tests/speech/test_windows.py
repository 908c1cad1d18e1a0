from itertools import pairwise

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.model import Span
from pipeline.speech.vad import FRAME_MS
from pipeline.speech.windows import Window, halves, pack, split

FLAT = np.full(40_000, 0.9, dtype=np.float32)


@st.composite
def speech(draw: st.DrawFn, longest_ms: int = 60_000) -> list[Span]:
    """Spans as a detector gives them: ordered, disjoint, none empty."""
    at, spans = 0, []
    for gap, length in draw(
        st.lists(st.tuples(st.integers(0, 5_000), st.integers(1, longest_ms)), max_size=12)
    ):
        spans.append(Span(at + gap, at + gap + length))
        at = spans[-1].end
    return spans


def merged(spans: list[Span]) -> list[Span]:
    whole: list[Span] = []
    for span in spans:
        touches = whole and whole[-1].end == span.start
        whole.append(Span(whole.pop().start, span.end) if touches else span)
    return whole


@given(speech(), st.integers(1_000, 30_000))
def test_windows_hold_all_speech_in_order_and_nothing_else(spans: list[Span], max_ms: int) -> None:
    packed = [span for window in pack(spans, FLAT, max_ms) for span in window.spans]
    assert merged(packed) == merged(spans)


@given(speech(), st.integers(1_000, 30_000))
def test_no_window_is_longer_than_allowed(spans: list[Span], max_ms: int) -> None:
    assert all(0 < window.length_ms <= max_ms for window in pack(spans, FLAT, max_ms))


@given(speech(longest_ms=9_000))
def test_no_greedy_packing_needs_fewer_windows(spans: list[Span]) -> None:
    greedy, room = 0, 0
    for span in spans:
        if span.length > room:
            greedy, room = greedy + 1, 10_000
        room -= span.length
    assert len(pack(spans, FLAT, 10_000)) <= greedy


def test_windows_part_at_the_longest_pause() -> None:
    spans = [Span(0, 4_000), Span(4_100, 8_000), Span(10_000, 14_000), Span(14_100, 17_000)]
    assert [len(window.spans) for window in pack(spans, FLAT, 12_500)] == [2, 2]


def test_a_long_span_is_cut_where_it_sounds_least_like_speech() -> None:
    probability = FLAT.copy()
    probability[20_000 // FRAME_MS] = 0.1
    assert split(Span(0, 40_000), probability, 30_000) == [Span(0, 20_000), Span(20_000, 40_000)]


def test_a_clip_is_the_spans_without_the_silence_between() -> None:
    pcm = np.arange(0, 160, dtype=np.int16)
    clip = Window((Span(1, 2), Span(8, 10))).clip(pcm)
    assert np.array_equal(clip * 32768, [*range(16, 32), *range(128, 160)])


def test_clips_are_single_precision() -> None:
    assert Window((Span(0, 1),)).clip(np.full(16, -32768, dtype=np.int16)).dtype == np.float32


CUT = Window((Span(1_000, 2_000), Span(5_000, 7_000)))


def test_a_start_at_a_cut_belongs_to_the_speech_after_it() -> None:
    assert CUT.locate(Span(1_000, 1_500)) == Span(5_000, 5_500)


def test_an_end_at_a_cut_belongs_to_the_speech_before_it() -> None:
    assert CUT.locate(Span(400, 1_000)) == Span(1_400, 2_000)


def test_what_crosses_a_cut_lies_where_most_of_it_is() -> None:
    assert CUT.locate(Span(900, 1_300)) == Span(5_000, 5_300)


def test_what_sticks_out_of_the_clip_is_brought_back() -> None:
    assert CUT.locate(Span(2_900, 3_400)) == Span(6_900, 7_000)


@given(speech(longest_ms=5_000), st.lists(st.tuples(st.integers(0, 70_000), st.integers(0, 4_000))))
def test_what_is_heard_lies_in_one_span_and_keeps_its_order(
    spans: list[Span], heard: list[tuple[int, int]]
) -> None:
    assume(spans)
    window = Window(tuple(spans))
    found = [window.locate(Span(start, start + length)) for start, length in sorted(heard)]
    assert all(any(s.start <= place.start < place.end <= s.end for s in spans) for place in found)
    in_turn = []
    for start, length in sorted(heard):
        if not in_turn or start >= in_turn[-1].end:
            in_turn.append(Span(start, start + max(1, length)))
    starts = [window.locate(span).start for span in in_turn]
    assert starts == sorted(starts)


@given(speech(longest_ms=5_000))
def test_halves_hold_the_whole_window(spans: list[Span]) -> None:
    assume(spans)
    parts = halves(Window(tuple(spans)), FLAT)
    assert merged([span for part in parts for span in part.spans]) == merged(spans)


def test_a_window_is_halved_at_the_pause_nearest_its_middle() -> None:
    spans = (Span(0, 2_000), Span(3_000, 6_000), Span(7_000, 8_000), Span(9_000, 15_000))
    assert [part.length_ms for part in halves(Window(spans), FLAT)] == [6_000, 6_000]


def test_a_window_of_one_span_is_halved_where_it_is_quietest() -> None:
    probability = FLAT.copy()
    probability[175] = 0.0
    left, right = halves(Window((Span(0, 9_600),)), probability)
    assert (left.covers.end, right.covers.start) == (175 * FRAME_MS, 175 * FRAME_MS)


def test_windows_follow_one_another_in_time() -> None:
    windows = pack([Span(0, 20_000), Span(21_000, 40_000), Span(41_000, 60_000)], FLAT, 28_000)
    assert all(left.covers.end <= right.covers.start for left, right in pairwise(windows))
