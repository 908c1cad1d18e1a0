"""Who allows what, and what is left of those who are forgotten, through the command line."""

import json

import pytest
from click.testing import CliRunner
from spoken_session import NAME, lay_down

from pipeline.batch.forgetting import traces
from pipeline.cli import baekseo
from pipeline.errors import InputError
from pipeline.workspace import Workspace


@pytest.fixture(autouse=True)
def session(space: Workspace) -> None:
    lay_down(space)
    call("speakers", NAME, "--accept", "all")


def call(*arguments: str) -> str:
    return CliRunner().invoke(baekseo, arguments, catch_exceptions=False, standalone_mode=False).output


def test_of_whom_was_asked_alone_the_session_goes_and_only_the_recording_stays(space: Workspace) -> None:
    told = json.loads(call("forget", "김하늘", "--yes", "--json"))
    assert told["remains"]["others"] == []
    assert not space.session(NAME).exists()
    assert traces.search(space, ["김하늘", NAME]) == []
    assert (space.audio / "interviews" / "talk.m4a").exists()


def test_a_forgotten_recording_is_not_taken_up_again(space: Workspace) -> None:
    call("forget", NAME, "--yes")
    assert "처리하지 않습니다" in call("run")
    assert not space.session(NAME).exists()


def test_a_dry_run_changes_nothing(space: Workspace) -> None:
    before = {path: path.read_bytes() for path in space.root.rglob("*") if path.is_file()}
    assert "the whole session" in call("forget", "김하늘", "--dry-run")
    assert all(path.read_bytes() == data for path, data in before.items())


def test_nobody_unknown_is_forgotten() -> None:
    with pytest.raises(InputError, match="그런 사람이나 녹음이 없습니다"):
        call("forget", "아무개", "--yes")


def test_a_consent_is_changed_and_the_rest_of_the_sidecar_stays(space: Workspace) -> None:
    sidecar = space.audio / "interviews" / "talk.toml"
    before = f"# 동의서 3번\n{sidecar.read_text(encoding='utf-8')}"
    sidecar.write_text(before, encoding="utf-8")
    call("consent", NAME, "--set", "한나래=anonymous")
    after = sidecar.read_text(encoding="utf-8")
    assert [line for line in after.splitlines() if line not in before.splitlines()] == [
        'consent = "anonymous"'
    ]
    lines = json.loads(call("consent", NAME, "--json"))
    assert {line["name"]: line["consent"] for line in lines} == {"한나래": "anonymous", "김하늘": "granted"}
