"""A file has arrived when nothing about it changed for a while; the clock is told, nothing sleeps."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.intake.arrivals import PATIENCE, Arrivals, Glance, glance, opens

QUIET_S = 30.0
PATH, OTHER = Path("audio/interviews/면담.m4a"), Path("audio/interviews/다른 면담.m4a")
SMALL, LARGE = Glance(10, 1, 1), Glance(20, 2, 2)

Look = tuple[float, Glance | None]
steps = st.floats(0, 40, allow_nan=False)
looks = st.sampled_from([None, SMALL, LARGE])
histories = st.lists(st.tuples(steps, looks), min_size=1, max_size=12)


def tracker(can_open: Callable[[Path], bool] = lambda _: True) -> Arrivals:
    return Arrivals(QUIET_S, can_open)


def ready_after(history: list[Look], arrivals: Arrivals, path: Path = PATH) -> list[bool]:
    """Look at one file, so many seconds after the look before; whether it was ready each time."""
    now, found = 1000.0, []
    for step, seen in history:
        now += step
        arrivals.look(now, {path: seen})
        found.append(arrivals.is_ready(path))
    return found


def test_a_file_that_rests_has_arrived() -> None:
    assert ready_after([(0, SMALL), (29, SMALL), (1, SMALL)], tracker()) == [False, False, True]


def test_a_file_that_was_there_at_the_start_is_held_to_the_same() -> None:
    assert ready_after([(0, SMALL)], tracker()) == [False]


def test_a_copy_that_grows_in_chunks_has_not_arrived() -> None:
    growing = [(20.0, Glance(size, size, size)) for size in range(10)]
    assert not any(ready_after(growing, tracker()))


@pytest.mark.parametrize("changed", [Glance(11, 1, 1), Glance(10, 2, 1), Glance(10, 1, 2)])
def test_size_and_both_times_must_rest(changed: Glance) -> None:
    assert ready_after([(0, SMALL), (30, changed), (29, changed)], tracker()) == [False, False, False]


def test_a_replaced_file_has_to_arrive_anew() -> None:
    assert ready_after([(0, SMALL), (30, SMALL), (1, LARGE), (30, LARGE)], tracker()) == [
        False,
        True,
        False,
        True,
    ]


def test_a_file_that_cannot_be_opened_is_waited_for() -> None:
    locked = {PATH}
    arrivals = tracker(lambda path: path not in locked)
    assert ready_after([(0, SMALL), (30, SMALL)], arrivals) == [False, False]
    locked.clear()
    arrivals.look(1031, {PATH: SMALL})
    assert arrivals.is_ready(PATH)


def test_a_file_that_never_opens_is_taken_in_the_end_so_that_its_reason_is_named() -> None:
    history: list[Look] = [(QUIET_S, SMALL)] * (PATIENCE + 1)
    assert ready_after(history, tracker(lambda _: False)) == [False] * PATIENCE + [True]


def test_what_is_no_regular_file_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "관.wav")
    assert glance(tmp_path / "관.wav") is None
    assert not any(ready_after([(0, None), (30, None)], tracker(lambda _: pytest.fail("opened"))))


def test_a_quiet_file_is_opened_once_and_not_at_every_look() -> None:
    opened: list[Path] = []
    ready_after([(30, SMALL)] * 5, tracker(lambda path: not opened.append(path)))  # type: ignore[func-returns-value]
    assert opened == [PATH]


def test_the_next_look_is_due_when_the_first_file_can_be_ready() -> None:
    arrivals = tracker()
    arrivals.look(0, {PATH: SMALL})
    assert arrivals.due_s(0) == QUIET_S
    arrivals.look(10, {PATH: SMALL, OTHER: SMALL})
    assert arrivals.due_s(10) == QUIET_S - 10
    arrivals.look(40, {PATH: SMALL, OTHER: SMALL})
    assert arrivals.due_s(40) is None


@given(histories)
def test_ready_means_unchanged_since_a_look_long_enough_ago(history: list[Look]) -> None:
    """The law, said without the bookkeeping: look back over the equal looks that end the history."""
    found = ready_after(history, tracker())
    now, times = 1000.0, []
    for step, _ in history:
        now += step
        times.append(now)
    for end, (_, seen) in enumerate(history):
        start = end
        while start and history[start - 1][1] == seen:
            start -= 1
        needed = QUIET_S if seen else QUIET_S * PATIENCE
        assert found[end] == any(times[k] - times[start] >= needed for k in range(start, end + 1))


@given(histories, histories)
def test_files_do_not_disturb_each_other(one: list[Look], two: list[Look]) -> None:
    alone, together, now = tracker(), tracker(), 1000.0
    for (step, mine), (_, others) in zip(one, two, strict=False):
        now += step
        alone.look(now, {PATH: mine})
        together.look(now, {PATH: mine, OTHER: others})
        assert together.is_ready(PATH) == alone.is_ready(PATH)


@given(histories)
def test_a_file_that_went_away_is_forgotten(history: list[Look]) -> None:
    arrivals = tracker()
    ready_after(history, arrivals)
    arrivals.look(9000, {})
    assert not arrivals.is_ready(PATH)
    arrivals.look(9001, {PATH: SMALL})
    assert not arrivals.is_ready(PATH)


def test_a_glance_tells_size_and_times_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "면담.wav"
    path.write_bytes(b"sound")
    os.utime(path, (1, 1))
    assert glance(path) == Glance(5, 1_000_000_000, path.stat().st_ctime_ns)
    assert glance(tmp_path / "없는.wav") is None
    assert glance(tmp_path) is None


def test_what_may_not_be_read_does_not_open(tmp_path: Path) -> None:
    path = tmp_path / "닫힌.wav"
    path.write_bytes(b"sound")
    assert opens(path)
    path.chmod(stat.S_IWUSR)
    if os.geteuid():  # the system's administrator may read everything
        assert not opens(path)
    assert not opens(tmp_path / "없는.wav")
    assert not opens(tmp_path)
