"""Who allows what, and what is left of those who are forgotten, through the command line."""

import base64
import io
import json
import os
import shutil
import unicodedata
from pathlib import Path
from urllib.parse import quote

import docx
import pytest
from click.testing import CliRunner
from spoken_session import NAME, lay_down

from pipeline.batch import opening
from pipeline.batch.doctor import examine
from pipeline.batch.forgetting import traces
from pipeline.batch.inventory import take
from pipeline.cli import baekseo
from pipeline.errors import InputError
from pipeline.workspace import Workspace

ROOT = Path(__file__).parent.parent.parent


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


def test_recordings_and_edited_copies_go_only_on_demand(space: Workspace) -> None:
    edited = space.session(NAME) / "transcript.md"
    edited.write_text("김하늘 님의 말을 고쳐 적었다.", encoding="utf-8")
    told = json.loads(call("forget", "김하늘", "--yes", "--json"))["remains"]
    assert told["edited"] == [edited.relative_to(space.root).as_posix()]
    assert told["others"] == []
    told = json.loads(call("forget", "김하늘", "--edited-copies", "--yes", "--json"))["remains"]
    assert told["edited"] == told["others"] == []
    assert not space.session(NAME).exists()


def test_a_recording_goes_with_its_session_where_it_is_asked_for(space: Workspace) -> None:
    beside = space.audio / "interviews" / "talk.m4a.상태.txt"
    beside.write_text("\ufeff백서 자동 처리 상태\r\n", encoding="utf-8")
    told = json.loads(call("forget", NAME, "--recordings", "--yes", "--json"))
    assert told["remains"] == {"sources": [], "edited": [], "others": [], "pictures": []}
    assert not any((space.audio / "interviews").iterdir())


PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGM4YaIBAALHAQ3bxpSxAAAAAElFTkSuQmCC"
)


def test_pictures_beside_their_words_are_listed_for_somebody_to_look_at(space: Workspace) -> None:
    shutil.copytree(ROOT / "config" / "chapters", space.config / "chapters")
    call("draft")
    drafted = space.drafts / "chapter-4.docx"
    edited = docx.Document(str(drafted))
    edited.add_picture(io.BytesIO(PIXEL))
    edited.save(str(drafted))
    told = call("forget", "김하늘", "--yes")
    (picture,) = (space.drafts / "pictures").iterdir()
    assert "편집자가 초안에 넣은 그림입니다. 이 사람이 보이면 초안에서 빼고 파일도 지우십시오: " in told
    assert picture.relative_to(space.root).as_posix() in told


def test_a_link_that_leads_to_the_person_goes_and_its_words_stay(space: Workspace) -> None:
    shutil.copytree(ROOT / "config" / "chapters", space.config / "chapters")
    call("draft")
    drafted = space.drafts / "chapter-4.md"
    text = drafted.read_text(encoding="utf-8")
    leads = f"https://example.org/{quote('김하늘')}"
    drafted.write_text(f"{text}\n[소개 글](<{leads}>)을 덧붙인다.\n", encoding="utf-8")
    told = json.loads(call("forget", "김하늘", "--edited-copies", "--yes", "--json"))["remains"]
    assert told["others"] == []
    assert not any(leads in path.read_text(encoding="utf-8") for path in space.drafts.glob("*.md"))
    assert "소개 글을 덧붙인다." in drafted.read_text(encoding="utf-8")


@pytest.mark.parametrize("told", ["", "date = 2020-01-31\n"])
def test_what_is_kept_too_long_is_told_and_stays(space: Workspace, told: str) -> None:
    sidecar = space.audio / "interviews" / "talk.toml"
    sidecar.write_text(told + sidecar.read_text(encoding="utf-8"), encoding="utf-8")
    os.utime(space.audio / "interviews" / "talk.m4a", (1_580_428_800, 1_580_428_800))  # 2020-01-31
    call("status")
    assert json.loads(call("forget", "--due", "--json")) == []
    space.settings_file.write_text("[retention]\ninterview_days = 30\n", encoding="utf-8")
    with opening.to_write(space) as opened:
        take(space, opened.ledger, lambda _: None)
    (due,) = json.loads(call("forget", "--due", "--json"))
    assert due["session"] == NAME
    assert (due["since"], due["due"]) == ("2020-01-31", "2020-03-01")
    assert due["basis"] == ("date" if told else "file")
    assert f"baekseo forget {NAME}" in call("forget", "--due")
    assert any(finding.subject == "retention" for finding in examine(space))
    assert space.session(NAME).exists()


def test_a_dry_run_changes_nothing(space: Workspace) -> None:
    before = {path: path.read_bytes() for path in space.root.rglob("*") if path.is_file()}
    assert "the whole session" in call("forget", "김하늘", "--dry-run")
    assert all(path.read_bytes() == data for path, data in before.items())


def test_nobody_unknown_is_forgotten() -> None:
    with pytest.raises(InputError, match="그런 사람이나 녹음이 없습니다"):
        call("forget", "아무개", "--yes")


def test_a_name_that_nobody_bears_is_told_and_what_was_written_is_listed() -> None:
    told = call("consent", "--set", "김하눌=withdrawn")
    assert "nobody is called 김하눌 in any session; did you mean 김하늘?" in told
    assert "(everywhere)  김하눌  citizen  withdrawn  people.toml" in told
    told = call("consent", NAME, "--set", "하나래=withdrawn")
    assert "nobody is called 하나래 in any session; did you mean 한나래?" in told


def test_a_name_is_known_however_the_terminal_gives_it() -> None:
    told = call("consent", "--set", unicodedata.normalize("NFD", "김하늘=withdrawn"))
    assert "nobody is called" not in told
    assert f"{NAME}  김하늘  citizen  withdrawn  sidecar" in told


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
