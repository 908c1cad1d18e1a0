"""The command line: every command explains itself, says what it did, and ends with the right code."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from importlib import import_module
from pathlib import Path

import click
import fake_stages
import pytest
from running import drop, settings

from pipeline import cli
from pipeline.batch import opening
from pipeline.batch.rows import Task
from pipeline.errors import ExitCode
from pipeline.workspace import Workspace

DOCS = Path(__file__).parent.parent.parent / "docs"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def baekseo(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line in this process, over the fake stages; gives code, output and errors."""
    for name in ("run", "status", "why"):
        module = import_module(f"pipeline.cli.{name}")
        monkeypatch.setattr(module, "STAGES", fake_stages.STAGES)
        for parameter in module.command.params:
            if parameter.name in ("stage", "redo_from"):
                monkeypatch.setattr(parameter, "type", click.Choice([s.name for s in fake_stages.STAGES]))

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(list(arguments))
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def test_a_name_that_the_output_has_no_letters_for_ends_nothing(space: Workspace) -> None:
    drop(space, "interviews/면담 😀.pdf", "no sound")
    environment = {**os.environ, "PYTHONIOENCODING": "cp949"}  # as of a pipe on Korean Windows
    told = subprocess.run(
        [sys.executable, "-m", "pipeline", "run", "--workspace", str(space.root)],
        env={**environment, "PYTHONPATH": str(DOCS.parent)},
        capture_output=True,
        check=True,
    ).stdout.decode("cp949")
    assert "면담 \\U0001f600.pdf: 녹음 파일이 아니어서" in told


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_has_help_and_its_line_in_the_overview(name: str) -> None:
    command = cli.baekseo.get_command(click.Context(cli.baekseo), name)
    assert command is not None
    assert command.help
    assert command.short_help == cli.COMMANDS[name]
    assert all(not isinstance(p, click.Option) or p.help for p in command.params)


def test_the_command_reference_is_up_to_date() -> None:
    # In a process of its own: click remembers the first look of an option's help.
    script = [sys.executable, "-c", "from make_cli_reference import reference; print(reference(), end='')"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (DOCS, DOCS.parent)))}
    made = subprocess.run(script, env=environment, capture_output=True, encoding="utf-8", check=True).stdout
    assert (DOCS / "cli.md").read_text(encoding="utf-8") == made, "run: make docs"


def test_help_loads_nothing_heavy(baekseo: Run) -> None:
    code, out, _ = baekseo("--help")
    assert code == ExitCode.OK
    assert all(name in out for name in cli.COMMANDS)


def test_an_unknown_command_is_a_usage_error(baekseo: Run) -> None:
    code, _, err = baekseo("transcribe")
    assert code == ExitCode.USAGE
    assert "No such command" in err


def test_outside_a_workspace_the_remedy_is_named(
    baekseo: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BAEKSEO_WORKSPACE", raising=False)
    code, _, err = baekseo("status")
    assert code == ExitCode.CONFIG
    assert "baekseo init DIR" in err


def test_init_makes_a_workspace_that_status_can_read(baekseo: Run, tmp_path: Path) -> None:
    assert baekseo("init", str(tmp_path / "new"))[0] == ExitCode.OK
    code, out, _ = baekseo("status", "--workspace", str(tmp_path / "new"))
    assert code == ExitCode.OK
    assert "no recordings yet" in out


def test_run_says_what_it_did_and_where_the_results_are(baekseo: Run, space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    code, out, err = baekseo("run", "--executor", "serial")
    assert code == ExitCode.OK
    assert "1 sessions done" in out
    assert str(space.transcripts) in out
    assert "interview-하나 read: done" in err


def test_a_run_over_nothing_says_where_recordings_go(baekseo: Run, space: Workspace) -> None:
    code, out, _ = baekseo("run", "--executor", "serial")
    assert code == ExitCode.OK
    assert f"no recordings yet; next: copy recordings into {space.audio / 'interviews'}" in out


def test_a_second_run_says_that_nothing_was_to_do(baekseo: Run, space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    baekseo("run", "--executor", "serial")
    code, out, err = baekseo("run", "--executor", "serial")
    assert (code, err) == (ExitCode.OK, "")
    assert "0 sessions done, 1 already up to date" in out


def test_a_run_in_which_some_fail_ends_with_9(baekseo: Run, space: Workspace) -> None:
    drop(space, "interviews/고장.wav", "BROKEN")
    drop(space, "interviews/정상.wav", "fine")
    code, _, err = baekseo("run", "--executor", "serial")
    assert code == ExitCode.PARTIAL
    assert "읽을 수 없습니다. 다시 녹음해 주십시오." in err


def test_a_run_in_which_all_fail_alike_ends_with_their_code(baekseo: Run, space: Workspace) -> None:
    drop(space, "interviews/고장.wav", "BROKEN")
    assert baekseo("run", "--executor", "serial")[0] == ExitCode.INPUT


def test_a_named_session_is_run_alone(baekseo: Run, space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    drop(space, "interviews/둘.wav", "two")
    baekseo("run", "interview-둘", "--executor", "serial")
    assert {line.split()[0] for line in fake_stages.calls(space.root)} == {"interview-둘"}


def test_a_misspelt_session_is_a_usage_error_with_a_suggestion(baekseo: Run, space: Workspace) -> None:
    drop(space, "interviews/김하늘.wav", "one")
    code, _, err = baekseo("run", "interview-김하눌", "--executor", "serial")
    assert code == ExitCode.USAGE
    assert "did you mean interview-김하늘?" in err


def test_run_as_json_is_json_alone(baekseo: Run, space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    drop(space, "interviews/동의서.pdf", "x")
    _, out, err = baekseo("run", "--executor", "serial", "--json")
    document = json.loads(out)
    assert err == ""
    assert document["sessions"][0]["outcome"] == "done"
    assert document["ignored"][0]["path"].endswith("동의서.pdf")


def test_a_dry_run_changes_nothing(baekseo: Run, space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    code, out, _ = baekseo("run", "--dry-run")
    assert code == ExitCode.OK
    assert "interview-하나  all: new" in out
    assert not any(space.transcripts.iterdir())


def test_a_dry_run_says_what_changed(baekseo: Run, space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    baekseo("run", "--executor", "serial")
    settings(space, "[transcribe]\nbeam_size = 2\n")
    steps = json.loads(baekseo("run", "--dry-run", "--json")[1])["plan"]
    assert [(s["stage"], s["state"], s["reason"]) for s in steps] == [
        ("shout", "stale", "changed: option.beam"),
        ("join", "waiting", "after shout"),
    ]


def test_why_names_the_old_and_the_new_value(baekseo: Run, space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    baekseo("run", "--executor", "serial")
    settings(space, "[transcribe]\nbeam_size = 2\n")
    _, out, _ = baekseo("why", "interview-하나", "shout")
    assert "would run: changed: option.beam" in out
    assert "option.beam: 5 -> 2" in out
    assert "run 1" in out


def test_status_counts_every_state(baekseo: Run, space: Workspace) -> None:
    drop(space, "interviews/고장.wav", "BROKEN")
    drop(space, "interviews/정상.wav", "fine")
    gone = drop(space, "interviews/사라진.wav", "was here")
    baekseo("run", "--executor", "serial")
    gone.unlink()
    drop(space, "interviews/새것.wav", "new")
    document = json.loads(baekseo("status", "--json")[1])
    assert {line["session"]: line["state"] for line in document["sessions"]} == {
        "interview-고장": "failed",
        "interview-정상": "done",
        "interview-사라진": "gone",
        "interview-새것": "new",
    }
    _, out, _ = baekseo("status")
    assert "1 done, 1 failed, 1 gone, 1 new" in out
    assert "읽을 수 없습니다." in out


def test_only_one_process_may_write(baekseo: Run, space: Workspace) -> None:
    from filelock import FileLock

    drop(space, "interviews/하나.wav", "one")
    with FileLock(space.lock):
        code, _, err = baekseo("run", "--executor", "serial")
    assert code == ExitCode.CONFLICT
    assert "--wait" in err


def test_gc_frees_what_can_be_made_again_and_nothing_else(baekseo: Run, space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    baekseo("run", "--executor", "serial")
    sound = space.pcm("a" * 64)
    sound.parent.mkdir(parents=True)
    sound.write_bytes(b"\0" * 1000)
    kept = {path for path in space.root.rglob("*") if path.is_file()} - {sound}
    assert "would free 0.0 MB" in baekseo("gc", "--dry-run")[1]
    assert sound.exists()
    assert baekseo("gc")[0] == ExitCode.OK
    assert not sound.exists()
    assert kept <= {path for path in space.root.rglob("*") if path.is_file()}


def test_doctor_names_a_wrong_configuration(baekseo: Run, space: Workspace) -> None:
    settings(space, "[transcribe]\nbeamsize = 2\n")
    code, out, _ = baekseo("doctor", "--json")
    assert code == ExitCode.MISSING
    found = {finding["subject"]: finding for finding in json.loads(out)}
    assert "beam_size" in found["configuration"]["message"]
    assert found["python"]["level"] == "ok"


def _ran(space: Workspace) -> list[str]:
    """Sessions in the order in which work on them started."""
    return list(dict.fromkeys(line.split()[0] for line in fake_stages.calls(space.root)))


def test_only_what_fulfils_every_condition_is_run(baekseo: Run, space: Workspace) -> None:
    drop(space, "interviews/2024-03-01_면담.wav", "one")
    drop(space, "roundtable/2024-03-01_좌담.wav", "two")
    drop(space, "roundtable/2021-03-01_좌담.wav", "three")
    chosen = ("--kind", "roundtable", "--since", "2024-01-01", "--where", "parts == 1")
    plan = json.loads(baekseo("run", "--dry-run", "--json", *chosen)[1])["plan"]
    code, _, _ = baekseo("run", "--executor", "serial", *chosen)
    assert (code, _ran(space)) == (ExitCode.OK, [plan[0]["session"]])
    assert "2024-03-01" in plan[0]["session"]


def test_a_session_without_a_date_is_left_out_and_named(baekseo: Run, space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    assert "'junk' is no day; write it like 2023-06-01" in baekseo("run", "--since", "junk")[2]
    _, _, err = baekseo("run", "--executor", "serial", "--since", "2024-01-01")
    assert "left out, date not known: interview-하나" in err
    assert _ran(space) == []


def test_an_unknown_field_is_a_usage_error_that_names_the_nearest(baekseo: Run, space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    code, _, err = baekseo("run", "--where", "speeker > 4")
    assert (code, "did you mean speakers?" in err) == (ExitCode.USAGE, True)


def test_failed_takes_what_failed_alone_and_lifts_quarantine(baekseo: Run, space: Workspace) -> None:
    settings(space, "[run]\nquarantine_after = 1\nretries = 0\n")
    drop(space, "interviews/벌레.wav", "BUG")
    drop(space, "interviews/고장.wav", "BROKEN")
    baekseo("run", "--executor", "serial")
    assert "in quarantine after 1 attempts" in baekseo("status")[1]
    assert "run interview-벌레 --failed" in baekseo("why", "interview-벌레", "read")[1]
    drop(space, "interviews/정상.wav", "fine")
    baekseo("run", "--executor", "serial", "--failed")
    assert len(fake_stages.calls(space.root)) == 4
    assert "interview-정상" not in _ran(space)


def test_stale_leaves_out_what_is_up_to_date(baekseo: Run, space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    baekseo("run", "--executor", "serial")
    drop(space, "interviews/둘.wav", "two")
    document = json.loads(baekseo("run", "--executor", "serial", "--stale", "--json")[1])
    assert [report["session"] for report in document["sessions"]] == ["interview-둘"]


@pytest.mark.parametrize(
    ("order", "first"), [((), "짧은"), (("--order", "oldest"), "오래된"), (("--order", "name"), "가")]
)
def test_the_shortest_comes_first_unless_asked(
    baekseo: Run, space: Workspace, order: tuple[str, ...], first: str
) -> None:
    drop(space, "interviews/2023-01-01_짧은.wav", "a")
    drop(space, "interviews/2020-01-01_오래된.wav", "b" * 3000)
    drop(space, "interviews/2022-01-01_가.wav", "c" * 2000)
    baekseo("run", "--executor", "serial", *order)
    assert first in _ran(space)[0] or order == ("--order", "name")
    if order == ("--order", "name"):
        assert _ran(space) == sorted(_ran(space))


def test_report_shows_a_run_again_from_the_ledger(baekseo: Run, space: Workspace) -> None:
    settings(space, "[run]\nquarantine_after = 1\nretries = 0\n")
    drop(space, "interviews/정상.wav", "fine")
    baekseo("run", "--executor", "serial")
    drop(space, "interviews/벌레.wav", "BUG")
    after_run = json.loads(baekseo("run", "--executor", "serial", "--json")[1])["report"]
    assert after_run["outcome"] == "partial"
    assert (after_run["done"], after_run["current"]) == ([], 1)
    assert after_run["failed"] == after_run["quarantined"] == ["interview-벌레"]
    assert [(s["stage"], s["done"], s["failed"]) for s in after_run["stages"]] == [("read", 0, 1)]
    assert json.loads(baekseo("report", "--json")[1]) == after_run
    _, out, _ = baekseo("report", "1")
    assert "1 sessions done, 0 already up to date, 0 failed" in out
    assert "join" in out


def test_where_nothing_is_what_was_asked_for_that_is_said(baekseo: Run, space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    code, out, _ = baekseo("run", "--executor", "serial", "--kind", "roundtable")
    assert (code, out) == (0, "none of 1 sessions is what was asked for; see: baekseo status\n")


def test_a_report_of_a_run_that_was_killed_says_so_and_what_to_do(baekseo: Run, space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    baekseo("run", "--executor", "serial")
    with closing(sqlite3.connect(space.ledger)) as ledger:
        ledger.executescript("UPDATE run SET ended_at = NULL, outcome = NULL")
    _, out, _ = baekseo("report")
    assert re.match(r"run 1, \d{4}-\d\d-\d\d \d\d:\d\d: killed\n", out)
    assert "1 sessions worked on, 0 already up to date, 0 failed\ncut short; baekseo run goes on" in out
    assert "per hour" not in out
    assert json.loads(baekseo("report", "--json")[1])["outcome"] == "killed"


def test_what_was_left_alone_is_reported_again(baekseo: Run, space: Workspace) -> None:
    drop(space, "interviews/고장.wav", "BROKEN")
    baekseo("run", "--executor", "serial")
    baekseo("run", "--executor", "serial")
    _, out, _ = baekseo("report")
    assert "interview-고장 read [media.damaged]: 읽을 수 없습니다." in out


def test_a_report_tells_what_was_mended_since(baekseo: Run, space: Workspace) -> None:
    settings(space, "[run]\nretries = 0\n")
    drop(space, "interviews/가.wav", "FLAKY")
    baekseo("run", "--executor", "serial")
    baekseo("run", "--executor", "serial")
    assert "interview-가 read failed; mended since" in baekseo("report", "1")[1]


def test_a_replaced_recording_is_not_taken_for_failed(baekseo: Run, space: Workspace) -> None:
    drop(space, "interviews/고장.wav", "BROKEN")
    baekseo("run", "--executor", "serial")
    drop(space, "interviews/고장.wav", "mended")
    baekseo("run", "--executor", "serial")
    assert json.loads(baekseo("run", "--failed", "--json")[1])["sessions"] == []


def test_a_report_of_no_run_is_a_usage_error(baekseo: Run, space: Workspace) -> None:
    assert "no run yet" in baekseo("report")[2]
    drop(space, "interviews/하나.wav", "one")
    baekseo("run", "--executor", "serial")
    code, _, err = baekseo("report", "7")
    assert (code, "the last one is 1" in err) == (ExitCode.USAGE, True)


def test_a_dry_run_without_past_runs_says_so(baekseo: Run, space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    assert "no past runs tell how long this takes: read, shout, join" in baekseo("run", "--dry-run")[1]


def test_a_dry_run_estimates_by_past_runs(baekseo: Run, space: Workspace) -> None:
    drop(space, "interviews/하나.mp3", "1" * 16_000_000)
    with opening.to_write(space) as opened:
        for elapsed_ms in (2000, 1000, 9000):
            work = Task("other", "read"), "", ""
            opened.ledger.history.log_task(0, work, "done", elapsed_ms, audio_ms=10_000)
    found = json.loads(baekseo("run", "--dry-run", "--json", "--jobs", "2")[1])["estimate"]
    assert found["seconds"] == {"interview-하나": pytest.approx(200)}
    assert (found["total_s"], found["guessed"]) == (pytest.approx(200), ["interview-하나"])
    assert found["untold"] == ["shout", "join"]
    assert "the rest takes about 3:20 with 2 workers" in baekseo("run", "--dry-run", "--jobs", "2")[1]
