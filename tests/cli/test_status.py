"""``baekseo status`` for monitoring and for onlookers: figures that are right, lines that tell changes."""

import json
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import fake_stages
import pytest
from click.testing import CliRunner, Result
from prometheus_client.parser import text_string_to_metric_families
from rich.console import Console
from running import Nobody, drop, run

from pipeline import workspace
from pipeline.batch import opening
from pipeline.batch.activity import Announcer
from pipeline.batch.ledger import Ledger
from pipeline.batch.overview import Overview, survey
from pipeline.cli import exposition, follow, status
from pipeline.workspace import Workspace


@pytest.fixture(autouse=True)
def _fake_stages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status, "STAGES", fake_stages.STAGES)


def told(*arguments: str) -> Result:
    return CliRunner().invoke(status.command, arguments)


def look(space: Workspace) -> Overview:
    with opening.to_read(space) as opened:
        return survey(opened, fake_stages.STAGES)


def busy(space: Workspace) -> None:
    """One session done, one failed, one new, and a task that runs."""
    drop(space, "interviews/정상.wav", "fine")
    drop(space, "interviews/고장.wav", "BROKEN")
    run(space)
    drop(space, "interviews/새것.wav", "new")
    Announcer(space, Nobody()).started("interview-새것 transcribe 1/2", "new", 60_000)


def test_json_has_what_monitoring_asks_for(space: Workspace) -> None:
    busy(space)
    document = json.loads(told("--json").output)
    assert document["counts"] == {"done": 1, "to do": 0, "new": 1, "failed": 1, "gone": 0}
    assert document["queue"] == 1
    assert document["last_run"]["outcome"] == "partial"
    assert document["last_run"]["started_at"] < document["last_run"]["ended_at"]
    assert document["disk_free_bytes"] > 0
    assert document["running"]["work"][0]["name"] == "interview-새것 transcribe 1/2"
    (failure,) = document["failures"]
    assert (failure["session"], failure["stage"], failure["code"]) == (
        "interview-고장",
        "read",
        "media.damaged",
    )
    assert failure["at"] >= document["last_run"]["started_at"]


def test_the_oldest_recording_without_a_transcript_is_named_by_its_arrival(space: Workspace) -> None:
    assert look(space).oldest_waiting == ""
    new = drop(space, "interviews/새것.wav", "new")
    # Its own time of change is an hour ago: what counts is when it came here.
    arrived = datetime.fromtimestamp(new.stat().st_ctime, UTC)
    assert look(space).oldest_waiting == arrived.isoformat(timespec="seconds")
    run(space)
    assert look(space).oldest_waiting == ""


def test_a_done_session_that_is_to_be_redone_waits_for_no_first_transcript(space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    run(space)
    space.settings_file.write_text("[transcribe]\nbeam_size = 3\n", encoding="utf-8")
    found = look(space)
    assert (found.queue, found.oldest_waiting) == (1, "")


def test_sound_that_is_done_is_summed_from_what_the_ledger_measured(space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    run(space)
    ledger = Ledger(space.ledger)
    ledger._db.execute("""UPDATE artifact SET measures = '{"audio_ms": 5400000}' WHERE stage = 'read'""")
    ledger.close()
    assert json.loads(told("--json").output)["audio_hours_done"] == 1.5


def test_a_run_that_was_killed_is_told_as_killed(space: Workspace) -> None:
    drop(space, "interviews/하나.wav", "one")
    run(space)
    ledger = Ledger(space.ledger)
    ledger.history.begin_run()
    ledger.close()
    killed = look(space).last_run
    assert killed is not None
    assert killed.outcome == "killed"
    Announcer(space, Nobody()).started("interview-하나 read", "new", 0)
    going_on = look(space).last_run
    assert going_on is not None
    assert going_on.outcome == ""


def samples(text: str) -> dict[str, float]:
    return {
        " ".join(
            [sample.name, *(v for k, v in sorted(sample.labels.items()) if k != "workspace")]
        ): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics_are_what_a_parser_of_prometheus_reads(space: Workspace) -> None:
    busy(space)
    found = samples(told("--prometheus").output)
    assert found["baekseo_sessions failed"] == 1
    assert found["baekseo_sessions to do"] == 0
    assert found["baekseo_queue_sessions"] == 1
    assert found["baekseo_failures media.damaged"] == 1
    assert found["baekseo_run_active"] == found["baekseo_running_tasks"] == 1
    assert found["baekseo_last_run_outcome partial"] == 1
    assert found["baekseo_last_run_outcome killed"] == 0
    assert found["baekseo_oldest_waiting_timestamp_seconds"] > 1_000_000_000
    assert found["baekseo_disk_free_bytes"] > 0


def test_an_empty_workspace_has_metrics_too(space: Workspace) -> None:
    families = list(text_string_to_metric_families(exposition.text(look(space))))
    assert all(family.type == "gauge" and family.documentation for family in families)
    assert not {"baekseo_oldest_waiting_timestamp_seconds", "baekseo_last_run_outcome"} & {
        sample.name for family in families for sample in family.samples
    }


@pytest.mark.skipif(os.name == "nt", reason="such a name cannot be there")
def test_any_name_of_a_workspace_is_escaped(tmp_path: Path) -> None:
    made = workspace.create(tmp_path / 'a "b" \\n\nc 한글')
    metrics = told("--prometheus", "--workspace", str(made.root)).output
    labels = {
        sample.labels["workspace"]
        for each in text_string_to_metric_families(metrics)
        for sample in each.samples
    }
    assert labels == {str(made.root)}


@pytest.mark.usefixtures("space")
def test_only_one_form_at_a_time() -> None:
    refused = told("--json", "--prometheus")
    assert refused.exit_code == 2
    assert "choose one" in refused.output


def during(monkeypatch: pytest.MonkeyPatch, *happenings: Callable[[], object]) -> None:
    """Let something happen after each look; after the last, Ctrl-C."""
    left = list(happenings)

    def sleep(_seconds: float) -> None:
        if not left:
            raise KeyboardInterrupt
        left.pop(0)()

    monkeypatch.setattr(follow, "sleep", sleep)
    monkeypatch.setattr(follow, "REFRESH_S", 0)
    monkeypatch.setattr(follow, "REST", 0)


def test_without_a_terminal_only_changes_are_told(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(space, "interviews/정상.wav", "fine")
    run(space)
    during(
        monkeypatch,
        lambda: busy(space),
        lambda: None,
        lambda: run(space),
    )
    result = told("--follow")
    lines = [line.partition(" ")[2] for line in result.output.splitlines()]
    assert result.exit_code == 0
    assert lines[0] == "1 done; 0 in the queue"
    assert lines.count("interview-새것 transcribe 1/2: runs") == 1
    assert lines.count("interview-새것: new") == 1
    assert any(line.startswith("interview-고장: failed 읽을 수 없습니다.") for line in lines)
    assert "interview-새것: done" in lines
    assert lines[-1] == "2 done, 1 failed; 0 in the queue"


def test_a_trouble_on_the_way_is_told_and_passes(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    good = space.settings_file.read_text(encoding="utf-8")
    during(
        monkeypatch,
        lambda: space.settings_file.write_text("[transcribe", encoding="utf-8"),
        lambda: space.settings_file.write_text(good, encoding="utf-8"),
    )
    result = told("--follow")
    assert result.exit_code == 0
    assert "cannot look: " in result.output
    assert result.output.splitlines()[-1].endswith("can look again")


def test_a_terminal_shows_what_runs_what_waits_and_what_failed(space: Workspace) -> None:
    busy(space)
    for number in range(7):
        drop(space, f"interviews/{number}.wav", str(number))
    console = Console(width=120, record=True, file=open(os.devnull, "w"))  # noqa: SIM115, PTH123
    console.print(follow.view(look(space), "the ledger is busy"))
    shown = console.export_text()
    console.file.close()
    assert "interview-새것 transcribe 1/2" in shown
    assert "0 %" not in shown
    assert re.search(r"transcribe 1/2 +0:0\d", shown), "how long it has run, where nobody says how far it is"
    assert "1 done, 8 new, 1 failed; 8 in the queue" in shown
    assert "interview-4 and 2 more" in shown
    assert "interview-고장 read: 읽을 수 없습니다." in shown
    assert "cannot look: the ledger is busy" in shown
    assert "last run: partial" in shown
