"""A run is asked to end gently, and made to end at once by whoever asks again."""

from types import SimpleNamespace

import pytest

from pipeline.batch import stopping
from pipeline.batch.stopping import GRACE_S, Stopping


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(stopping, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


def test_nobody_asked() -> None:
    assert not Stopping().is_asked(idle=True)


def test_what_runs_has_time_to_end(clock: SimpleNamespace) -> None:
    run = Stopping()
    run.ask()
    clock.now += GRACE_S - 0.1
    assert run.is_asked(idle=False)
    clock.now += 0.1
    with pytest.raises(KeyboardInterrupt):
        run.is_asked(idle=False)


def test_it_ends_as_soon_as_nothing_runs(clock: SimpleNamespace) -> None:
    run = Stopping()
    run.ask()
    assert run.is_asked(idle=False)
    clock.now += 0.1
    with pytest.raises(KeyboardInterrupt):
        run.is_asked(idle=True)


def test_the_second_request_ends_it_at_once_and_a_third_does_not_disturb_that() -> None:
    run = Stopping()
    run.ask()
    with pytest.raises(KeyboardInterrupt):
        run.ask()
    run.ask()


def test_a_run_at_its_end_is_not_cut_short() -> None:
    run = Stopping()
    run.close()
    run.ask()
