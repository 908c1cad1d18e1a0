"""The clock of a run leaves out the time asleep, so that nobody is blamed for it."""

from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.batch import awake
from pipeline.batch.awake import AwakeClock
from pipeline.batch.flights import Flight, blame


class Time:
    """A clock that goes when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(awake, "time", SimpleNamespace(monotonic=lambda: self.now))


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


def wait(clock: AwakeClock, time: Time, seconds: float) -> None:
    with clock.waiting():
        time.now += seconds


def launched(clock: AwakeClock, alone: bool = False, limit_s: float = 60.0) -> Flight:
    step: Any = object()
    job: Any = SimpleNamespace(time_limit_s=limit_s)
    return Flight(step, job, alone, clock.now_s(), clock.slept_s)


@pytest.mark.parametrize(("waited_s", "awake_s"), [(0.25, 0.25), (1.0, 1.0), (3600.0, 1.0)])
def test_what_a_short_wait_took_beyond_a_second_was_sleep(
    time: Time, waited_s: float, awake_s: float
) -> None:
    clock = AwakeClock()
    before = clock.now_s()
    wait(clock, time, waited_s)
    assert (clock.now_s() - before, clock.slept_s) == (awake_s, waited_s - awake_s)


def test_work_between_waits_counts(time: Time) -> None:
    clock = AwakeClock()
    before = clock.now_s()
    time.now += 30
    assert clock.now_s() - before == 30


def test_nobody_can_be_blamed_where_several_were_under_way(time: Time) -> None:
    clock = AwakeClock()
    flights = [launched(clock), launched(clock)]
    wait(clock, time, 0.25)
    assert blame(flights, clock) == ([], False)


def test_who_was_alone_is_to_blame(time: Time) -> None:
    clock = AwakeClock()
    flight = launched(clock, alone=True)
    wait(clock, time, 0.25)
    assert blame([flight], clock) == ([flight], False)
    assert flight.elapsed_ms(clock) == 250


def test_who_was_past_the_limit_is_to_blame_whoever_else_was_under_way(time: Time) -> None:
    clock = AwakeClock()
    late = launched(clock)
    time.now += 59
    flights = [late, launched(clock, alone=True)]
    time.now += 1
    assert blame(flights, clock) == ([late], True)


def test_who_slept_through_the_limit_is_not_to_blame(time: Time) -> None:
    clock = AwakeClock()
    flight = launched(clock, alone=True)
    wait(clock, time, 3600)
    assert blame([flight], clock) == ([], False)
