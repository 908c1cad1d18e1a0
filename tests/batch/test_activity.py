"""What is told of a run that goes on: how far it is, while it lives and no longer."""

import os
import subprocess
import sys
from pathlib import Path

import fake_stages
import pytest
from running import Nobody, drop, run

from pipeline import files
from pipeline.batch import activity, executors, opening
from pipeline.batch.activity import EVERY_S, Announcer
from pipeline.batch.inventory import take
from pipeline.batch.plan import Planner
from pipeline.batch.runner import Runner
from pipeline.workspace import Workspace


class Onlooker(Nobody):
    """Looks, whenever something starts, at what another process would see."""

    def __init__(self, space: Workspace) -> None:
        self.space = space
        self.seen: list[str] = []

    def started(self, name: str, reason: str, audio_ms: int) -> None:  # noqa: ARG002
        found = activity.current(self.space)
        self.seen += [work.name for work in found.work] if found else ["nothing"]


def announcer(space: Workspace, times: list[float]) -> Announcer:
    """One whose clock shows these times, and the last of them ever after."""
    return Announcer(space, Nobody(), lambda: times.pop(0) if len(times) > 1 else times[0])


def test_a_run_is_seen_while_it_goes_on_and_not_afterwards(space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    onlooker = Onlooker(space)
    with opening.to_write(space) as opened:
        sessions = take(space, opened.ledger, lambda _: None).sessions
        planner = Planner(space, opened.config, fake_stages.STAGES, opened.ledger)
        Runner(planner, opened.ledger, executors.Serial(), 1, onlooker).run(sessions, {})
    assert onlooker.seen[0] == "interview-하나 read"
    assert activity.current(space) is None
    assert not space.activity.exists()


def test_progress_is_told_in_percent_and_not_at_every_step(space: Workspace) -> None:
    told = announcer(space, [0, 0, 0.1, EVERY_S + 0.1])
    told.started("interview-하나 transcribe", "new", 10_000)
    told.advanced("interview-하나 transcribe", 1_000)
    before = activity.current(space)
    told.advanced("interview-하나 transcribe", 4_150)
    after = activity.current(space)
    assert before is not None
    assert after is not None
    assert [work.percent for work in (*before.work, *after.work)] == [None, 41]


def test_nobody_can_say_how_far_work_of_unknown_length_is(space: Workspace) -> None:
    announcer(space, [0]).started("interview-하나 decode", "new", 0)
    found = activity.current(space)
    assert found is not None
    assert found.work[0].percent is None


def test_a_file_of_a_killed_process_is_not_believed_and_goes_with_the_next_opening(space: Workspace) -> None:
    script = (
        "import os, sys; sys.path.insert(0, sys.argv[2]); from running import Nobody; "
        "from pathlib import Path; from pipeline.batch.activity import Announcer; "
        "from pipeline.workspace import Workspace;"
        "Announcer(Workspace(Path(sys.argv[1])), Nobody()).started('김하늘 decode', 'new', 0); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", script, str(space.root), str(Path(__file__).parent)], check=False)
    assert "김하늘" in space.activity.read_text(encoding="utf-8")
    assert activity.current(space) is None
    with opening.to_write(space):
        assert not space.activity.exists()


def test_a_process_of_the_same_number_is_not_the_one_that_wrote(space: Workspace) -> None:
    announcer(space, [0]).started("interview-하나 decode", "new", 0)
    text = space.activity.read_text(encoding="utf-8")
    born = text.partition('"born": ')[2].partition(",")[0]
    space.activity.write_text(text.replace(born, "1000.0"), encoding="utf-8")
    assert activity.current(space) is None


def test_a_process_on_another_machine_is_believed_for_a_while(
    space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    announcer(space, [0]).started("interview-하나 decode", "new", 0)
    monkeypatch.setattr(activity.platform, "node", lambda: "another")
    assert activity.current(space) is not None
    os.utime(space.activity, (0, 0))
    assert activity.current(space) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": "x"}'])
def test_what_is_no_activity_says_that_nothing_goes_on(space: Workspace, text: str) -> None:
    files.write_atomic(space.activity, text.encode())
    assert activity.current(space) is None


def test_a_run_goes_on_where_nobody_can_be_told(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(activity, "write_atomic", full)
    drop(space, "interviews/하나.wav", "one")
    assert run(space)["interview-하나"].outcome == "done"
