"""The watch over the fake pipeline: what arrives is worked on once, and no trouble on the way ends it.

Time is a number that waiting moves on; what happens in the drop folder meanwhile is told to the clock.
"""

import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections import namedtuple
from pathlib import Path

import fake_stages
import pytest
from arriving import command
from desk import QUIET_S, Desk
from running import drop

from pipeline.batch import opening, tombstones
from pipeline.batch.changes import Changes
from pipeline.batch.runner import SessionReport
from pipeline.batch.sole import sole_watch
from pipeline.batch.status_files import place
from pipeline.batch.watch import Arrival
from pipeline.batch.watch_run import SESSIONS_PER_WORKER
from pipeline.errors import ConflictError, ExitCode, InputError, StageError
from pipeline.intake.source import file_digest
from pipeline.workspace import Workspace


def append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def told(recording: Path) -> str:
    """What the status file beside a recording says."""
    return "\n".join(place(recording).read_text(encoding="utf-8-sig").splitlines()[3:])


def reads(space: Workspace, session: str) -> int:
    return [call.split()[:2] for call in fake_stages.calls(space.root)].count([session, "read"])


@pytest.fixture
def desk(space: Workspace) -> Desk:
    return Desk(space)


def test_what_was_there_at_the_start_is_worked_on_once_it_has_rested(desk: Desk, space: Workspace) -> None:
    path = drop(space, "interviews/면담.wav", "text")
    assert desk.once() == {"interview-면담": "done"}
    assert desk.now == pytest.approx(QUIET_S)
    assert told(path) == "상태: 완료\n결과 위치: transcripts/interview-면담"
    assert desk.lines == [
        "interviews/면담.wav: arrived",
        "interview-면담: started",
        "interview-면담: done: transcripts/interview-면담",
    ]


def test_nothing_to_do_ends_at_once(desk: Desk) -> None:
    assert desk.once() == {}
    assert desk.now == 0


def test_a_slow_copy_is_worked_on_when_it_is_whole(desk: Desk, space: Workspace) -> None:
    path = drop(space, "interviews/느린.wav", "a")
    for chunk in range(1, 6):
        desk.at(20.0 * chunk, lambda: append(path, "b"))
    desk.live(200)
    assert reads(space, "interview-느린") == 1
    assert (space.transcripts / "interview-느린" / "joined.txt").read_text() == "ABBBBB"


def test_half_a_copy_is_not_read_for_the_sake_of_another(
    desk: Desk, space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def note(path: Path) -> str:
        read.append(path.name)
        return file_digest(path)

    monkeypatch.setattr("pipeline.batch.inventory.file_digest", note)
    drop(space, "interviews/다 된.wav", "text")
    desk.at(20, lambda: drop(space, "interviews/반쯤.wav", "half"))
    desk.live(QUIET_S + 5)
    assert read == ["다 된.wav"]
    desk.live(20)
    assert read == ["다 된.wav", "반쯤.wav"]


def test_until_then_staff_are_told_to_leave_it_alone(desk: Desk, space: Workspace) -> None:
    path = drop(space, "interviews/느린.wav", "a")
    desk.live(QUIET_S - 1)
    assert told(path).startswith("상태: 접수됨")
    assert not fake_stages.calls(space.root)


def test_parts_wait_for_each_other(desk: Desk, space: Workspace) -> None:
    drop(space, "roundtable/좌담회_1부.wav", "one ")
    desk.at(20, lambda: drop(space, "roundtable/좌담회_2부.wav", "two"))
    desk.live(49)
    assert not fake_stages.calls(space.root)
    desk.live(10)
    assert (space.transcripts / "roundtable-좌담회" / "joined.txt").read_text() == "ONE TWO"


def test_a_finished_session_is_not_looked_at_again(desk: Desk, space: Workspace) -> None:
    drop(space, "interviews/면담.wav", "text")
    desk.live(500)
    assert desk.lines.count("interview-면담: started") == 1
    assert len(fake_stages.calls(space.root)) == 3


def test_a_replaced_file_is_a_new_version_and_says_so(desk: Desk, space: Workspace) -> None:
    path = drop(space, "interviews/면담.wav", "old")
    desk.live(40)
    drop(space, "interviews/면담.wav", "newer")
    desk.live(10)
    assert "파일이 바뀌었습니다" in told(path)
    desk.live(40)
    assert "이전과 내용이 다른 파일이어서 새로 처리했습니다." in told(path)
    assert (space.transcripts / "interview-면담" / "joined.txt").read_text() == "NEWER"


def test_the_same_content_under_another_name_is_recognised(desk: Desk, space: Workspace) -> None:
    drop(space, "interviews/원본.wav", "text")
    desk.live(40)
    copy = drop(space, "interviews/가나다 사본.wav", "text")
    desk.live(40)
    assert "내용이 같은 파일" in told(copy)
    assert "transcripts/interview-원본" in told(copy)
    assert len(fake_stages.calls(space.root)) == 3


def test_a_copy_is_a_recording_once_the_other_is_replaced_or_gone(desk: Desk, space: Workspace) -> None:
    path = drop(space, "interviews/원본.wav", "text")
    drop(space, "interviews/사본/하나.wav", "text")
    desk.live(40)
    drop(space, "interviews/원본.wav", "other")
    desk.live(40)
    assert (space.transcripts / "interview-사본-하나" / "joined.txt").read_text() == "TEXT"
    copy = drop(space, "interviews/사본/둘.wav", "other")
    desk.live(40)
    assert "내용이 같은 파일" in told(copy)
    path.unlink()
    desk.live(10)
    assert told(copy).startswith("상태: 완료\n결과 위치")


def test_one_failing_session_stops_no_other(desk: Desk, space: Workspace) -> None:
    bad = drop(space, "interviews/가.wav", "BROKEN")
    good = drop(space, "interviews/나.wav", "text")
    assert desk.once() == {"interview-가": "failed", "interview-나": "done"}
    assert told(bad) == "상태: 실패\n이유: 읽을 수 없습니다.\n할 일: 다시 녹음해 주십시오."
    assert told(good).startswith("상태: 완료")


def test_what_fails_for_good_is_not_tried_again_until_it_changes(desk: Desk, space: Workspace) -> None:
    drop(space, "interviews/가.wav", "BROKEN")
    desk.live(5000)
    assert reads(space, "interview-가") == 1
    drop(space, "interviews/가.wav", "mended")
    desk.live(40)
    assert reads(space, "interview-가") == 2


def test_what_may_pass_is_tried_again_after_a_while(desk: Desk, space: Workspace) -> None:
    drop(space, "interviews/가.wav", "BUG")
    desk.live(60 * 29)
    assert reads(space, "interview-가") == 1
    desk.live(60 * 3)
    assert reads(space, "interview-가") == 2


def test_a_sidecar_that_is_mended_makes_the_session_due(desk: Desk, space: Workspace) -> None:
    path = drop(space, "interviews/가.wav", "text")
    sidecar = drop(space, "interviews/가.toml", "titel = '면담'")
    desk.live(40)
    assert told(path).startswith("상태: 실패")
    sidecar.write_text("title = '면담'", encoding="utf-8")
    desk.live(10)
    assert told(path).startswith("상태: 완료")


def test_a_file_that_is_none_is_named_with_its_reason(desk: Desk, space: Workspace) -> None:
    pipe = space.audio / "interviews" / "관.wav"
    os.mkfifo(pipe)
    assert desk.once() == {"interviews/관.wav": "failed"}
    assert "폴더이거나 장치" in told(pipe)


def test_files_that_are_no_recordings_are_named_once_and_ours_never(desk: Desk, space: Workspace) -> None:
    drop(space, "interviews/면담.wav", "text")
    drop(space, "interviews/메모.docx", "text")
    drop(space, "interviews/.syncthing.녹음.wav.tmp", "half")
    drop(space, "interviews/받는 중.wav.crdownload", "half")
    desk.live(200)
    assert [line for line in desk.lines if "건너뜁니다" in line] == [
        "interviews/메모.docx: 녹음 파일이 아니어서 건너뜁니다."
    ]
    assert len(list((space.audio / "interviews").glob("*.상태.txt"))) == 1


def test_staff_are_told_of_what_they_dropped_into_the_wrong_place(desk: Desk, space: Workspace) -> None:
    misplaced = drop(space, "면담.wav", "text")
    desk.live(40)
    assert told(misplaced) == (
        "상태: 처리하지 않음\n"
        "이유: 정해진 폴더 밖에 있어 처리하지 않습니다.\n"
        "할 일: 면담은 interviews, 좌담회는 roundtable 폴더로 옮겨 주십시오."
    )
    moved = misplaced.rename(space.audio / "interviews" / "면담.wav")
    desk.live(100)
    assert not place(misplaced).exists()
    assert told(moved).startswith("상태: 완료")


def test_a_recording_that_never_rests_is_left_in_the_end(desk: Desk, space: Workspace) -> None:
    drop(space, "interviews/다 된.wav", "text")
    live = drop(space, "interviews/녹음 중.wav", "a")

    def grow() -> None:
        append(live, "a")
        desk.at(desk.now + 10, grow)

    desk.at(10, grow)
    assert desk.once() == {"interview-다-된": "done"}
    assert told(live).startswith("상태: 접수됨")


def test_a_vanished_drop_folder_is_waited_for(desk: Desk, space: Workspace) -> None:
    path = drop(space, "interviews/면담.wav", "text")
    desk.live(40)
    away = space.audio.rename(space.root / "away")
    space.audio.mkdir()  # an empty mount point
    desk.live(300)
    assert [line for line in desk.lines if "input.no_folder" in line] == [desk.lines[-1]]
    space.audio.rmdir()
    away.rename(space.audio)
    drop(space, "interviews/새.wav", "more")
    desk.live(100)
    assert reads(space, "interview-새") == 1
    assert told(path).startswith("상태: 완료")
    assert len(fake_stages.calls(space.root)) == 6


def test_what_could_not_be_told_while_the_share_was_gone_is_told_when_it_is_back(
    desk: Desk, space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(space, "interviews/면담.wav", "text")
    away = space.root / "away"

    def break_off(*_: object) -> None:
        if fake_stages.calls(space.root) and not away.exists():
            space.audio.rename(away)

    monkeypatch.setattr("pipeline.batch.hindrances.require_room", break_off)
    desk.live(100)
    assert desk.lines[-1].startswith("waiting [input.no_folder]")
    assert len(fake_stages.calls(space.root)) == 3
    away.rename(space.audio)
    away.mkdir()
    assert told(path).startswith("상태: 처리 중")
    desk.live(100)
    assert told(path).startswith("상태: 완료")
    assert len(fake_stages.calls(space.root)) == 3


def test_empty_folders_beneath_a_share_are_no_drop_folder(
    desk: Desk, space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(space, "interviews/면담.wav", "text")
    desk.live(40)
    away = space.audio.rename(space.root / "away")
    for name in ("interviews", "roundtable"):
        (space.audio / name).mkdir(parents=True)
    with monkeypatch.context() as patched:
        patched.setattr("pipeline.batch.hindrances.devices", lambda _: frozenset([-1]))
        desk.live(100)
    assert "input.no_folder" in desk.lines[-1]
    shutil.rmtree(space.audio)
    away.rename(space.audio)
    desk.live(100)
    assert desk.watch.due() == []
    assert len(fake_stages.calls(space.root)) == 3


def test_what_failed_when_the_share_broke_off_is_tried_again_when_it_is_back(
    desk: Desk, space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(space, "interviews/면담.wav", "text")
    away = space.root / "away"
    desk.live(QUIET_S - 1)
    work = desk.watch.work

    def break_off(due: list[Arrival]) -> list[SessionReport]:
        monkeypatch.undo()
        space.audio.rename(away)
        (space.audio / "interviews").mkdir(parents=True)
        return work(due)

    monkeypatch.setattr(desk.watch, "work", break_off)
    desk.live(10)
    assert not list((space.audio / "interviews").iterdir())
    shutil.rmtree(space.audio)
    desk.live(100)
    away.rename(space.audio)
    desk.live(100)
    assert told(path).startswith("상태: 완료")


def test_a_folder_that_was_emptied_is_no_trouble(desk: Desk, space: Workspace) -> None:
    path = drop(space, "interviews/면담.wav", "text")
    desk.live(40)
    path.unlink()
    desk.live(100)
    assert not [line for line in desk.lines if "waiting" in line]


def test_what_failed_and_came_back_is_tried_again_at_once(desk: Desk, space: Workspace) -> None:
    path = drop(space, "interviews/벌레.wav", "BUG")
    desk.live(40)
    away = path.rename(space.root / "away.wav")
    desk.live(10)
    away.rename(path)
    desk.live(40)
    assert reads(space, "interview-벌레") == 2


def test_what_failed_and_is_gone_wakes_nobody(desk: Desk, space: Workspace) -> None:
    path = drop(space, "interviews/벌레.wav", "BUG")
    desk.live(40)
    path.unlink()
    desk.live(3600)
    assert desk.watch._wait_s() == 60


def test_without_a_drop_folder_a_single_round_ends_with_the_reason(desk: Desk, space: Workspace) -> None:
    space.audio.rename(space.root / "away")
    with pytest.raises(InputError, match="보이지 않습니다"):
        desk.once()


def test_a_full_disk_is_waited_out(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "free")
    free = [1e9]
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(free[0]))
    desk = Desk(space, spare_gb=2.0)
    path = drop(space, "interviews/면담.wav", "text")
    desk.live(100)
    assert told(path).startswith("상태: 기다리는 중\n디스크에 남은 공간이 2 GB보다 적어")
    assert len([line for line in desk.lines if "stage.disk_full" in line]) == 1
    with pytest.raises(StageError):
        desk.once()
    free[0] = 3e9
    desk.live(10)
    assert told(path).startswith("상태: 완료")


def test_a_second_watch_says_who_holds_the_workspace(desk: Desk, space: Workspace) -> None:
    drop(space, "interviews/면담.wav", "text")
    with opening.to_write(space) as opened:
        opened.ledger.history.begin_run()
        desk.live(100)
        with pytest.raises(ConflictError, match=f"process {os.getpid()}"):
            desk.once()
    assert len([line for line in desk.lines if "conflict.locked" in line]) == 1
    desk.live(2)
    assert reads(space, "interview-면담") == 1


def test_a_wrong_setting_is_told_and_waited_out(desk: Desk, space: Workspace) -> None:
    drop(space, "interviews/면담.wav", "text")
    before = space.settings_file.read_text(encoding="utf-8")
    space.settings_file.write_text("[media]\nmax_hour = 3\n", encoding="utf-8")
    desk.live(100)
    assert any("[config" in line for line in desk.lines)
    space.settings_file.write_text(before, encoding="utf-8")
    desk.live(10)
    assert reads(space, "interview-면담") == 1


def test_a_large_archive_is_taken_in_several_runs(desk: Desk, space: Workspace) -> None:
    for number in range(10):
        drop(space, f"interviews/{number}.wav", f"text {number}")
    desk.live(QUIET_S)
    desk.watch.step()
    assert len(fake_stages.calls(space.root)) == 3 * SESSIONS_PER_WORKER
    desk.live(10)
    assert len(fake_stages.calls(space.root)) == 30
    assert sum(": done: " in line for line in desk.lines) == 10


def test_a_recording_taken_away_takes_its_status_file_with_it(desk: Desk, space: Workspace) -> None:
    path = drop(space, "interviews/면담.wav", "text")
    desk.live(40)
    path.unlink()
    desk.live(10)
    assert not place(path).exists()


def test_switched_off_there_are_no_status_files_and_old_ones_go(space: Workspace) -> None:
    path = drop(space, "interviews/면담.wav", "text")
    Desk(space).once()
    assert place(path).exists()
    Desk(space, status_files=False).once()
    assert list(path.parent.iterdir()) == [path]


def test_a_stopped_watch_says_so_and_goes_on_when_started_again(
    desk: Desk, space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(space, "interviews/면담.wav", "text")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("pipeline.batch.runner.Runner._submit", stop)
        with pytest.raises(KeyboardInterrupt):
            desk.once()
    assert told(path).startswith("상태: 멈춤")
    assert Desk(space).once() == {"interview-면담": "done"}
    assert told(path).startswith("상태: 완료")


def test_a_change_ends_the_waiting(tmp_path: Path) -> None:
    changes = Changes(tmp_path)
    changes.wait(0.01)
    (tmp_path / "새 녹음.wav").write_bytes(b"sound")
    started = time.monotonic()
    changes.wait(60)
    assert time.monotonic() - started < 60


def test_a_folder_that_comes_back_is_watched_again(tmp_path: Path) -> None:
    folder = tmp_path / "audio"
    folder.mkdir()
    changes = Changes(folder)
    changes.wait(0.01)
    folder.rename(tmp_path / "away")
    changes.wait(0.01)
    folder.mkdir()
    changes.wait(0.01)
    (folder / "새 녹음.wav").write_bytes(b"sound")
    started = time.monotonic()
    changes.wait(60)
    assert time.monotonic() - started < 60


def test_where_nothing_can_be_watched_the_time_is_waited(tmp_path: Path) -> None:
    Changes(tmp_path / "없는 폴더").wait(0.01)


def test_the_command_takes_what_is_there_and_ends_like_a_run(space: Workspace) -> None:
    drop(space, "interviews/가.wav", "BROKEN")
    drop(space, "interviews/나.wav", "text")
    ended = subprocess.run(
        command(space, "--once", "--poll", "--quiet-for", "0.2", "--jobs", "1"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == ExitCode.PARTIAL
    assert "interview-나: done: transcripts/interview-나" in ended.stdout


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("text", ["SLOW", ""], ids=["working", "idle"])
def test_a_stopped_watch_ends_at_once(space: Workspace, stop: signal.Signals, text: str) -> None:
    path = drop(space, "interviews/면담.wav", text or "text")
    process = subprocess.Popen(
        command(space, "--quiet-for", "0.2", "--jobs", "1"), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    overdue = threading.Timer(60, process.kill)
    overdue.start()
    expected = "started" if text else "done"
    while not re.search(expected, line := process.stdout.readline()):
        assert line, "the watch ended by itself"
    overdue.cancel()
    process.send_signal(stop)
    process.communicate(timeout=10)
    assert process.returncode == ExitCode.INTERRUPTED
    assert told(path).startswith("상태: 멈춤" if text else "상태: 완료")


def test_a_second_watch_names_the_first_and_ends(space: Workspace) -> None:
    with sole_watch(space):
        second = subprocess.run(command(space, "--once"), capture_output=True, text=True, check=False)
    assert second.returncode == ExitCode.CONFLICT
    assert f"process {os.getpid()}" in second.stderr
    with sole_watch(space):
        assert (space.transcripts / ".watch.pid").exists()
    assert not (space.transcripts / ".watch.pid").exists()


def test_what_people_decide_about_a_session_makes_it_due(desk: Desk, space: Workspace) -> None:
    drop(space, "interviews/면담.wav", "text")
    desk.live(40)
    assert not desk.watch.due()
    space.edits("interview-면담").write_text("{}", encoding="utf-8")
    desk.watch.look()
    assert [arrival.candidate.title for arrival in desk.watch.due()] == ["면담"]


def forget(space: Workspace, path: Path) -> None:
    tombstones.save(space, tombstones.load(space).bury([file_digest(path)], []))


def test_what_was_forgotten_is_told_as_that_and_not_worked_on(desk: Desk, space: Workspace) -> None:
    path = drop(space, "interviews/면담.wav", "text")
    forget(space, path)
    assert desk.once() == {}
    assert told(path).startswith("상태: 처리하지 않음\n동의 철회로 지운 녹음이어서 처리하지 않습니다.")
    assert not fake_stages.calls(space.root)
    assert len([line for line in desk.lines if "input.forgotten" in line]) == 1
    assert Desk(space).once() == {}
    assert told(path).startswith("상태: 처리하지 않음")


def test_what_is_forgotten_while_the_watch_runs_is_told_as_that(desk: Desk, space: Workspace) -> None:
    path = drop(space, "interviews/면담.wav", "text")
    other = drop(space, "interviews/다른.wav", "more")
    desk.live(40)
    place(path).unlink()
    with opening.to_write(space) as opened:
        opened.ledger.erase(["interview-면담"], [file_digest(path)], [])
        forget(space, path)
    desk.live(200)
    assert told(path).startswith("상태: 처리하지 않음")
    assert told(other).startswith("상태: 완료")
    assert len(fake_stages.calls(space.root)) == 6
    assert not desk.watch.due()
