"""The watch's drafts: made when a run ends, never thinner than before, never under an editor's hands."""

import os
import shutil
from pathlib import Path

import pytest
from spoken_session import lay_down

from pipeline.batch import opening, recompose
from pipeline.batch.material import Material, gather
from pipeline.batch.recompose import OPEN_S, Drafts, Unnamed
from pipeline.model import Session
from pipeline.workspace import Workspace

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture
def session(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A session that was run; what the drop folder shows of it is up to the test."""
    shutil.copytree(CONFIG / "chapters", space.config / "chapters")
    made = lay_down(space)
    show(monkeypatch, made)
    return made


def show(monkeypatch: pytest.MonkeyPatch, *sessions: Session) -> None:
    def only(workspace: Workspace, _: object) -> Material:
        return gather(workspace, sessions)

    monkeypatch.setattr(recompose, "gather", only)


def made(space: Workspace) -> Drafts:
    with opening.to_write(space) as opened:
        return recompose.recompose(opened)


def laid(space: Workspace) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in space.drafts.glob("chapter-*.*")}


def test_staff_are_told_where_the_drafts_lie(space: Workspace, session: Session) -> None:
    drafts = made(space)
    assert len(laid(space)) == 6
    assert all(f"drafts/{name}" in drafts.told(session.id)[0] for name in laid(space))
    assert not made(space).lines


def test_a_session_that_cannot_be_seen_is_not_taken_out(
    space: Workspace, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(space)
    before = laid(space)
    show(monkeypatch)
    drafts = made(space)
    assert laid(space) == before
    assert session.id in drafts.lines[0]
    assert "그대로 두었습니다" in drafts.told(session.id)[0]


@pytest.mark.parametrize("mark", [".~lock.chapter-4.docx#", "~$apter-4.docx"])
def test_a_draft_that_is_open_is_left_alone(space: Workspace, session: Session, mark: str) -> None:
    made(space)
    (space.drafts / mark).touch()
    assert made(space).told(session.id) == ("초안: chapter-4.docx 파일을 닫으면 새로 만듭니다.",)
    long_ago = (space.drafts / mark).stat().st_mtime - OPEN_S - 1
    os.utime(space.drafts / mark, (long_ago, long_ago))
    assert not made(space).waiting


@pytest.mark.usefixtures("session")
def test_no_failure_of_composing_leaves_it(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("비밀")

    monkeypatch.setattr("pipeline.batch.drafting.draft", broken)
    assert made(space).lines == ("drafts wait: unexpected ZeroDivisionError",)


def test_without_chapters_nothing_is_said(space: Workspace) -> None:
    assert made(space).told("a") == ()


def test_who_speaks_is_asked_for_while_it_is_not_known() -> None:
    drafts = Drafts(("drafts/chapter-4.docx",), {"a": Unnamed(2, withheld=True), "b": Unnamed(1, False)})
    assert "2개의 말은 싣지 않았습니다" in drafts.told("a")[1]
    assert drafts.told("b")[1].endswith("baekseo speakers b")
    assert len(drafts.told("c")) == 1
