"""Messages to people elsewhere: what they say, what they never say, and that none of them hinders work."""

import json
import logging
import socket
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import fake_stages
import pytest
from click.testing import CliRunner
from desk import Desk
from pydantic import SecretStr
from running import drop, settings

from pipeline.batch import opening
from pipeline.batch.notify import Notifier, open_notifier
from pipeline.batch.recompose import Drafts, Unnamed
from pipeline.cli.watch import command
from pipeline.config import NotifySettings, load_settings
from pipeline.errors import ConfigError, MissingError
from pipeline.workspace import Workspace

SECRET = "s3cret-token"  # noqa: S105 - of nobody


def desk_that_tells(
    space: Workspace,
    on: tuple[str, ...] = ("done", "failed", "waiting"),
    file_names: bool = False,
    **settings: float,
) -> tuple[Desk, list[str]]:
    """A watch, and the messages it sends."""
    told: list[str] = []
    return Desk(space, Notifier(told.append, on, file_names), **settings), told


def test_a_run_is_one_message_with_counts_and_no_names(space: Workspace) -> None:
    desk, told = desk_that_tells(space)
    drop(space, "interviews/김하늘.wav", "text")
    drop(space, "interviews/이바다.wav", "more")
    drop(space, "roundtable/좌담회.wav", "BROKEN")
    desk.once()
    assert told == ["완료: 면담 2건\n실패: 좌담회 1건"]


def test_names_of_files_are_told_where_asked_for(space: Workspace) -> None:
    desk, told = desk_that_tells(space, file_names=True)
    drop(space, "interviews/김하늘.wav", "text")
    desk.once()
    assert told == ["완료: 면담 1건\n- 김하늘.wav"]


def test_only_what_is_wanted_is_told(space: Workspace) -> None:
    desk, told = desk_that_tells(space, on=("failed",))
    drop(space, "interviews/김하늘.wav", "text")
    desk.once()
    assert told == []


def test_a_failure_that_keeps_coming_is_told_once(space: Workspace) -> None:
    desk, told = desk_that_tells(space)
    drop(space, "interviews/벌레.wav", "BUG")
    desk.live(3 * 1800)
    assert len(fake_stages.calls(space.root)) > 1
    assert told == ["실패: 면담 1건"]


def test_a_trouble_is_told_once_and_a_short_one_never(space: Workspace) -> None:
    desk, told = desk_that_tells(space)
    drop(space, "interviews/면담.wav", "text")
    with opening.to_write(space):
        desk.live(100)
    assert told == []
    space.audio.rename(space.root / "away")
    desk.live(300)
    assert len(told) == 1
    assert told[0].startswith("기다리는 중: 녹음 폴더가 보이지 않습니다.")


def test_a_disk_that_fills_up_in_the_middle_of_a_run_is_one_message(
    space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, told = desk_that_tells(space, spare_gb=2.0)
    free = iter([3e9])
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=next(free, 0.5e9)))
    drop(space, "interviews/면담.wav", "text")
    desk.live(300)
    assert len([line for line in desk.lines if "stage.disk_full" in line]) == 2
    assert told == ["기다리는 중: 디스크에 남은 공간이 부족합니다. 필요 없는 파일을 지워 주십시오."]


def test_what_waits_for_a_person_is_told(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, told = desk_that_tells(space)
    waiting = Drafts(waiting="파일을 닫으면 만듭니다.", lines=("drafts wait",))
    drafts = Drafts(("drafts/chapter-4.docx",), {"interview-면담": Unnamed(2, False)})
    monkeypatch.setattr("pipeline.batch.watch.recompose", lambda _: drafts)
    drop(space, "interviews/면담.wav", "text")
    desk.once()
    monkeypatch.setattr("pipeline.batch.watch.recompose", lambda _: waiting)
    desk.watch.draft()
    desk.watch.draft()
    assert told == [
        "완료: 면담 1건\n할 일: 목소리 2개가 누구인지 정해야 합니다 (baekseo speakers).",
        "기다리는 중: 초안. 파일을 닫으면 만듭니다.",
    ]


def test_messages_go_out_while_the_workspace_is_free(space: Workspace) -> None:
    free: list[bool] = []

    def send(_: str) -> None:
        with opening.to_write(space):
            free.append(True)

    desk = Desk(space, Notifier(send, ("done",)))
    drop(space, "interviews/면담.wav", "text")
    desk.once()
    assert free == [True]


@pytest.fixture
def received() -> Iterator[tuple[int, list[dict[str, str]]]]:
    """A webhook on this machine: its port, and what was posted."""
    bodies: list[dict[str, str]] = []

    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Webhook) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port, bodies
        server.shutdown()


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_one_address_out_of_reach_hinders_no_other_and_is_not_named(
    received: tuple[int, list[dict[str, str]]], caplog: pytest.LogCaptureFixture
) -> None:
    port, bodies = received
    urls = tuple(
        SecretStr(f"json://user:{SECRET}@127.0.0.1:{each}/{SECRET}") for each in (closed_port(), port)
    )
    with caplog.at_level(logging.DEBUG):
        open_notifier(NotifySettings(urls=urls)).waits("stage.disk_full")
    assert [body["message"] for body in bodies] == [
        "기다리는 중: 디스크에 남은 공간이 부족합니다. 필요 없는 파일을 지워 주십시오."
    ]
    assert "a notification to address 1 of 2 did not go out" in caplog.text
    assert SECRET not in caplog.text


def test_without_the_library_the_watch_does_not_start(
    space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(space, f'[notify]\nurls = ["json://{SECRET}@127.0.0.1"]\n')
    monkeypatch.setitem(sys.modules, "apprise", None)
    ended = CliRunner().invoke(command, ["--once", "--workspace", str(space.root)])
    assert isinstance(ended.exception, MissingError)
    assert "pip install 'baekseo[notify]'" in str(ended.exception)


@pytest.mark.parametrize(
    "urls", [f'"json://{SECRET}"', f'["nonsense-{SECRET}"]', f'[["json://{SECRET}"]]', f'{{a = "{SECRET}"}}']
)
def test_a_wrong_address_is_refused_and_not_shown(
    space: Workspace, urls: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings(space, f"[notify]\nurls = {urls}\n")
    with caplog.at_level(logging.DEBUG), pytest.raises(ConfigError, match=r"notify\.urls") as refused:
        open_notifier(load_settings(space.settings_file).notify)
    assert SECRET not in str(refused.value) + caplog.text


def test_an_address_is_in_no_representation(space: Workspace) -> None:
    settings(space, f'[notify]\nurls = ["json://{SECRET}"]\n')
    found = load_settings(space.settings_file)
    assert SECRET not in repr(found) + str(found.notify.urls) + found.model_dump_json()
