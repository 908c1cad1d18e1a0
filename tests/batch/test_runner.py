"""A run does what is to be done, once, and survives what goes wrong."""

import os
import signal
import sqlite3
import subprocess
import threading
import time
from concurrent.futures import Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, nullcontext
from types import SimpleNamespace
from typing import Any

import fake_stages
import pytest
from arriving import command
from running import Nobody, artifacts, drop, run, settings

from pipeline.batch import executors, opening
from pipeline.batch.doctor import unsound
from pipeline.batch.executors import Serial
from pipeline.batch.history import History
from pipeline.batch.inventory import take
from pipeline.batch.patience import Patience
from pipeline.batch.plan import Orders, Planner, State, Step
from pipeline.batch.rows import Task
from pipeline.batch.runner import Runner
from pipeline.batch.stage import Job
from pipeline.batch.worker import Done
from pipeline.errors import ExitCode, StageError
from pipeline.workspace import Workspace


def test_every_recording_becomes_a_result(space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    drop(space, "roundtable/둘.wav", "two")
    reports = run(space)
    assert {name: report.done for name, report in reports.items()} == {
        "interview-하나": ["read", "shout", "join"],
        "roundtable-둘": ["read", "shout", "join"],
    }
    assert (space.session("interview-하나") / "joined.txt").read_text() == "ONE"


def test_a_second_run_does_nothing(space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    run(space)
    before = artifacts(space)
    reports = run(space)
    assert reports["interview-하나"].outcome == "current"
    assert len(fake_stages.calls(space.root)) == 3
    assert artifacts(space) == before


def test_a_changed_option_redoes_its_stage_and_what_follows_only(space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    run(space)
    settings(space, "[transcribe]\nbeam_size = 3\n")
    # The shouted text is the same as before, so what depends on it is not done again.
    assert run(space)["interview-하나"].done == ["shout"]


def test_a_new_title_reruns_only_what_reads_it(space: Workspace) -> None:
    path = drop(space, "interviews/하나.wav", "one")
    run(space)
    path.with_suffix(".toml").write_text('title = "새 제목"', encoding="utf-8")
    assert run(space)["interview-하나"].done == ["join"]


def test_equal_content_of_a_redone_stage_stops_the_rerun(space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one#first take")
    run(space)
    drop(space, "interviews/하나.wav", "one#second take")
    # New bytes are a new recording: it is read and shouted anew, and its text is the same.
    assert run(space)["interview-하나"].done == ["read", "shout", "join"]


def test_a_new_part_leaves_the_others_alone(space: Workspace) -> None:
    drop(space, "roundtable/좌담회_1부.wav", "one ")
    run(space)
    drop(space, "roundtable/좌담회_2부.wav", "two")
    assert run(space)["roundtable-좌담회"].done == ["read", "shout", "join"]
    assert (space.session("roundtable-좌담회") / "joined.txt").read_text() == "ONE TWO"


def test_one_broken_recording_stops_no_other(space: Workspace) -> None:
    drop(space, "interviews/고장.wav", "BROKEN")
    drop(space, "interviews/정상.wav", "fine")
    reports = run(space)
    assert reports["interview-고장"].failures["read"].code == "media.damaged"
    assert reports["interview-고장"].blocked == 2
    assert reports["interview-정상"].outcome == "done"


def test_what_failed_for_good_is_reported_again_and_not_tried_again(space: Workspace) -> None:
    drop(space, "interviews/고장.wav", "BROKEN")
    run(space)
    assert run(space)["interview-고장"].failures["read"].code == "media.damaged"
    assert len(fake_stages.calls(space.root)) == 1


def test_force_tries_again_what_failed_for_good(space: Workspace) -> None:
    drop(space, "interviews/고장.wav", "BROKEN")
    run(space)
    failure = run(space, Orders("read", retry=True))["interview-고장"].failures["read"]
    assert failure.attempts == 2


def test_a_repaired_recording_is_tried_again(space: Workspace) -> None:
    drop(space, "interviews/고장.wav", "BROKEN")
    run(space)
    drop(space, "interviews/고장.wav", "mended")
    assert run(space)["interview-고장"].outcome == "done"
    assert run(space)["interview-고장"].outcome == "current"


def test_an_unexpected_error_is_named_without_its_text(
    space: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    drop(space, "interviews/벌레.wav", "BUG 주민번호")
    failure = run(space)["interview-벌레"].failures["read"]
    assert failure.code == "stage.bug"
    assert "ValueError" in caplog.text
    assert "주민번호" not in failure.message + caplog.text


def test_from_a_stage_redoes_it_and_what_follows(space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    run(space)
    assert run(space, Orders("shout"))["interview-하나"].done == ["shout", "join"]


def test_a_deleted_file_for_people_is_made_again(space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    run(space)
    (space.session("interview-하나") / "joined.txt").unlink()
    assert run(space)["interview-하나"].done == ["join"]


@pytest.mark.parametrize("damage", [b"", b"{}", b'{"head": 1', b'{"body": {"text": "ONE"}, "head": {}}'])
def test_a_damaged_artifact_is_made_again(space: Workspace, damage: bytes) -> None:
    drop(space, "interviews/하나.wav", "one")
    run(space)
    before = artifacts(space)
    path = next(space.session("interview-하나").glob("shout.*.json"))
    path.write_bytes(damage)
    assert run(space)["interview-하나"].done == ["shout"]
    assert artifacts(space) == before


def test_an_altered_body_is_noticed(space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    run(space)
    path = next(space.session("interview-하나").glob("shout.*.json"))
    path.write_bytes(path.read_bytes().replace(b"ONE", b"TWO"))
    assert run(space)["interview-하나"].done == ["shout"]


def test_a_lost_ledger_is_rebuilt_from_the_artifacts(space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    run(space)
    space.ledger.unlink()
    assert run(space)["interview-하나"].outcome == "current"
    assert len(fake_stages.calls(space.root)) == 3


CUT_SHORT = "DELETE FROM artifact; UPDATE run SET ended_at = NULL, outcome = NULL;"


@pytest.mark.parametrize("lost", [True, False])
def test_results_of_a_recording_that_was_replaced_before_they_were_entered_are_kept_and_known(
    space: Workspace, lost: bool
) -> None:
    drop(space, "interviews/하나.wav", "one")
    run(space)
    if lost:
        space.ledger.unlink()
    else:
        with closing(sqlite3.connect(space.ledger)) as ledger:
            ledger.executescript(CUT_SHORT)
    drop(space, "interviews/하나.wav", "two")
    before = artifacts(space)
    assert run(space)["interview-하나"].done == ["read", "shout", "join"]
    assert before.keys() < artifacts(space).keys()
    with opening.to_read(space) as opened:
        assert unsound(space, opened.ledger) == []
    drop(space, "interviews/하나.wav", "one")
    assert run(space)["interview-하나"].done == ["join"]


@pytest.mark.parametrize("moved", [True, False])
def test_a_copy_of_a_result_is_not_entered_in_its_place(space: Workspace, moved: bool) -> None:
    drop(space, "interviews/하나.wav", "one")
    run(space)
    result = space.artifact("interview-하나", "join")
    one = result.read_bytes()
    result.with_name("join.old.json").write_bytes(one)
    if moved:
        result.unlink()
    else:
        drop(space, "interviews/하나.wav", "two")
        run(space)
        drop(space, "interviews/하나.wav", "one")
    with closing(sqlite3.connect(space.ledger)) as ledger:
        ledger.executescript(CUT_SHORT)
    assert run(space)["interview-하나"].done == ["join"]
    assert result.read_bytes() == one


def test_a_damaged_ledger_is_put_aside_and_rebuilt(space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    run(space)
    space.ledger.write_bytes(b"not a database" * 1000)
    assert run(space)["interview-하나"].outcome == "current"
    assert list(space.transcripts.glob(".ledger.sqlite.damaged-*"))


def test_two_processes_give_the_same_bytes_as_none(space: Workspace) -> None:
    for number in range(4):
        drop(space, f"interviews/{number}.wav", f"text {number}")
    run(space)
    before = artifacts(space)
    for path in space.transcripts.glob("interview-*/*"):
        path.unlink()
    run(space, executor="processes")
    assert artifacts(space) == before


def test_there_are_no_more_workers_than_the_system_can_wait_for(
    space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "MOST_WORKERS", 1)  # 61 on Windows
    with opening.to_write(space) as opened, executors.open_pool("processes", 5, opened, print) as pool:
        assert pool.size == 1
    assert executors.affordable_workers() == 1


def test_a_worker_that_dies_costs_only_its_own_task(space: Workspace) -> None:
    drop(space, "interviews/독.wav", "POISON")
    for number in range(3):
        drop(space, f"interviews/{number}.wav", f"text {number}")
    reports = run(space, executor="processes")
    failure = reports["interview-독"].failures["read"]
    assert (failure.code, failure.exit_code) == ("worker.died", ExitCode.WORKER)
    assert [report.outcome for report in reports.values()].count("done") == 3


def test_a_task_past_its_time_limit_is_stopped_and_named(space: Workspace) -> None:
    settings(space, "[run]\ntime_limit_floor_s = 1.0\ntime_limit_factor = 0.001\n")
    drop(space, "interviews/끝없는.wav", "SLOW")
    drop(space, "interviews/정상.wav", "fine")
    reports = run(space, executor="processes")
    assert reports["interview-끝없는"].failures["read"].code == "worker.time_limit"
    assert reports["interview-정상"].outcome == "done"


def test_workers_end_also_where_the_ledger_takes_no_run(
    space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[Serial] = []

    def stop(pool: Serial) -> None:
        stopped.append(pool)

    def full(_: History) -> int:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Serial, "stop", stop)
    monkeypatch.setattr(History, "begin_run", full)
    with pytest.raises(sqlite3.OperationalError):
        run(space)
    assert stopped


class Mortal(Serial):
    """Workers that die of their first jobs, ``asleep_s`` seconds after they took them."""

    def __init__(self, deaths: int, asleep_s: float, monkeypatch: pytest.MonkeyPatch) -> None:
        self.deaths = deaths
        self.asleep_s = asleep_s
        self.now = 0.0
        self.dying: list[Future[Done]] = []
        monkeypatch.setattr("pipeline.batch.executors.open_pool", lambda *_: nullcontext(self))
        monkeypatch.setattr("pipeline.batch.awake.time", SimpleNamespace(monotonic=lambda: self.now))
        monkeypatch.setattr("pipeline.batch.runner.wait", self.wait)

    def submit(self, job: Job) -> "Future[Done]":
        if not self.deaths:
            return super().submit(job)
        self.deaths -= 1
        self.dying.append(Future())
        return self.dying[-1]

    def wait(self, *args: Any, **options: Any) -> Any:
        if self.dying:
            self.now += self.asleep_s
            self.dying.pop().set_exception(BrokenProcessPool())
        return wait(*args, **options)


def test_time_asleep_is_nobodys_fault(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(space, "interviews/하나.wav", "one")
    Mortal(3, 1000.0, monkeypatch)
    assert run(space)["interview-하나"].outcome == "done"


@pytest.mark.parametrize("asleep_s", [0.0, 100.0])
def test_who_dies_for_another_reason_is_to_blame(
    space: Workspace, monkeypatch: pytest.MonkeyPatch, asleep_s: float
) -> None:
    drop(space, "interviews/하나.wav", "one")
    Mortal(2, asleep_s, monkeypatch)
    assert run(space)["interview-하나"].failures["read"].code == "worker.died"


def test_a_run_that_is_stopped_for_longer_than_the_limit_goes_on(space: Workspace) -> None:
    # Long enough for a busy machine to start the worker, which counts too.
    settings(space, "[run]\ntime_limit_floor_s = 6.0\ntime_limit_factor = 0.001\n[watch]\nspare_gb = 0\n")
    drop(space, "interviews/하나.wav", "DOZE")
    process = subprocess.Popen(
        command(space, "--once", "--poll", "--quiet-for", "0", "--jobs", "1"),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    while not fake_stages.calls(space.root) and process.poll() is None:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGSTOP)
    time.sleep(6.5)
    os.killpg(process.pid, signal.SIGCONT)
    assert process.wait(timeout=60) == ExitCode.OK
    assert (space.session("interview-하나") / "joined.txt").read_text() == "DOZE"


def test_nothing_is_laid_beneath_a_share_that_broke_off(space: Workspace) -> None:
    settings(space, "[run]\nretries = 0\n")
    drop(space, "interviews/하나.wav", "TICK one")
    away = space.root.with_name("away")

    def break_off() -> None:
        while not fake_stages.calls(space.root):
            time.sleep(0.02)
        space.transcripts.rename(away)

    breaking = threading.Thread(target=break_off)
    breaking.start()
    failure = run(space, executor="processes", jobs=1)["interview-하나"].failures["read"]
    breaking.join()
    assert failure.code == "stage.away"
    assert not space.transcripts.exists()


def test_every_run_and_task_is_in_the_history(space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    run(space)
    run(space)
    with sqlite3.connect(space.ledger) as ledger:
        assert ledger.execute("SELECT count(*), count(ended_at) FROM run").fetchone() == (2, 2)
        assert ledger.execute("SELECT DISTINCT outcome FROM run").fetchall() == [("ok",)]
        assert ledger.execute("SELECT count(*) FROM task WHERE outcome = 'done'").fetchone() == (3,)
    ledger.close()


def test_what_keeps_failing_on_equal_inputs_is_put_in_quarantine(space: Workspace) -> None:
    settings(space, "[run]\nquarantine_after = 2\n")
    drop(space, "interviews/벌레.wav", "BUG")
    assert not run(space)["interview-벌레"].failures["read"].quarantined
    assert run(space)["interview-벌레"].failures["read"].quarantined
    assert run(space)["interview-벌레"].failures["read"].attempts == 2
    assert len(fake_stages.calls(space.root)) == 2


def test_quarantine_ends_when_the_inputs_change(space: Workspace) -> None:
    settings(space, "[run]\nquarantine_after = 1\n")
    drop(space, "interviews/벌레.wav", "BUG")
    assert run(space)["interview-벌레"].failures["read"].quarantined
    drop(space, "interviews/벌레.wav", "mended")
    assert run(space)["interview-벌레"].outcome == "done"


def test_a_ledger_of_the_first_schema_keeps_its_history_and_finds_its_results(space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    run(space)
    ledger = sqlite3.connect(space.ledger)
    ledger.executescript(
        "ALTER TABLE artifact DROP COLUMN measures; ALTER TABLE failure DROP COLUMN quarantined;"
        "DROP INDEX task_by_run; ALTER TABLE run DROP COLUMN current;"
        "ALTER TABLE task DROP COLUMN audio_ms; PRAGMA user_version = 1;"
    )
    ledger.close()
    assert run(space)["interview-하나"].outcome == "current"
    ledger = sqlite3.connect(space.ledger)
    assert ledger.execute("SELECT count(*) FROM run").fetchone() == (2,)
    ledger.close()


def test_a_failure_that_may_pass_is_tried_again_in_the_same_run(space: Workspace) -> None:
    drop(space, "interviews/가.wav", "FLAKY")
    report = run(space, retries=1)["interview-가"]
    assert (report.outcome, report.done) == ("done", ["read", "shout", "join"])
    with sqlite3.connect(space.ledger) as ledger:
        found = ledger.execute("SELECT reason, outcome FROM task WHERE stage = 'read'").fetchall()
    ledger.close()
    assert found == [("no result yet", "to be tried again"), ("again after stage.stumbled", "done")]


def test_retries_end_and_count_as_one_attempt(space: Workspace) -> None:
    drop(space, "interviews/벌레.wav", "BUG")
    assert run(space, retries=2)["interview-벌레"].failures["read"].attempts == 1
    assert len(fake_stages.calls(space.root)) == 3


def test_what_fails_for_good_is_tried_once(space: Workspace) -> None:
    drop(space, "interviews/고장.wav", "BROKEN")
    run(space, retries=2)
    assert len(fake_stages.calls(space.root)) == 1


def test_what_kills_its_worker_again_and_again_costs_no_other(space: Workspace) -> None:
    drop(space, "interviews/독.wav", "POISON")
    drop(space, "interviews/정상.wav", "fine")
    reports = run(space, executor="processes", retries=1)
    assert reports["interview-독"].failures["read"].code == "worker.died"
    assert [call.split()[0] for call in fake_stages.calls(space.root)].count("interview-독") == 2
    assert reports["interview-정상"].outcome == "done"


def test_waiting_to_try_again_holds_up_nothing_and_doubles() -> None:
    now = 100.0
    patience = Patience(2, 10.0, lambda: now)
    again = Step(Task("a", "read"), State.STALE, "")
    stumbled = StageError("", "", "stumbled")
    for seconds in (10.0, 20.0):
        assert patience.keep(again, stumbled)
        assert (patience.due(), patience.wait_s()) == ([], seconds)
        now += seconds
        assert patience.due() == [again]
    assert not patience.keep(again, stumbled)
    assert not patience.holds()


def test_nothing_is_kept_of_sessions_that_are_done_with(space: Workspace) -> None:
    for number in range(5):
        drop(space, f"interviews/{number}.wav", f"text {number}")
    with opening.to_write(space) as opened:
        inventory = take(space, opened.ledger, lambda _: None)
        planner = Planner(space, opened.config, fake_stages.STAGES, opened.ledger)
        runner = Runner(planner, opened.ledger, executors.Serial(), 1, Nobody())
        kept: list[int] = []
        planner.release = lambda _: kept.append(len(runner._verdicts))  # type: ignore[method-assign]
        runner.run(inventory.sessions, {})
    assert kept == [1] * 5
