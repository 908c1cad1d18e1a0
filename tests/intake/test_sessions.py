"""Files in the drop folder are grouped into sessions, and nothing is skipped in silence."""

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from pipeline.intake.ignored import (
    BROKEN_NAME,
    CLOSED,
    LEADS_OUT,
    LINKED,
    MISPLACED,
    NOT_SOUND,
    ORPHAN,
    PACKED,
    SHORTCUT,
)
from pipeline.intake.sessions import Discovery, discover
from pipeline.model import Kind


def lay(audio: Path, *names: str) -> Discovery:
    """Make empty files and look."""
    for name in names:
        path = audio / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return discover(audio)


def groups(found: Discovery) -> dict[str, list[str]]:
    return {candidate.key: [path.name for path in candidate.paths] for candidate in found.candidates}


def test_the_folder_gives_the_kind(tmp_path: Path) -> None:
    found = lay(tmp_path, "interviews/a.wav", "roundtable/b.wav")
    assert [candidate.kind for candidate in found.candidates] == [Kind.INTERVIEW, Kind.ROUNDTABLE]


def test_each_recording_is_a_session(tmp_path: Path) -> None:
    found = lay(tmp_path, "interviews/면담 1.wav", "interviews/면담 2.wav")
    assert groups(found) == {
        "interviews/면담 1.wav": ["면담 1.wav"],
        "interviews/면담 2.wav": ["면담 2.wav"],
    }


def test_equal_stems_of_different_type_are_two_sessions(tmp_path: Path) -> None:
    assert len(lay(tmp_path, "interviews/a.wav", "interviews/a.mp3").candidates) == 2


def test_part_markers_make_one_session_in_order(tmp_path: Path) -> None:
    found = lay(tmp_path, *(f"roundtable/좌담회_{number}부.m4a" for number in (10, 2, 1)))
    assert groups(found) == {"roundtable/좌담회": ["좌담회_1부.m4a", "좌담회_2부.m4a", "좌담회_10부.m4a"]}


def test_a_folder_of_a_recorders_numbered_files_is_one_session(tmp_path: Path) -> None:
    found = lay(
        tmp_path, "interviews/2023-06-08 김하늘/REC0002.WAV", "interviews/2023-06-08 김하늘/REC0001.WAV"
    )
    (only,) = found.candidates
    assert [path.name for path in only.paths] == ["REC0001.WAV", "REC0002.WAV"]
    assert (only.title, only.date) == ("김하늘", "2023-06-08")


def test_numbered_files_beside_each_other_at_the_top_are_sessions_of_their_own(tmp_path: Path) -> None:
    assert len(lay(tmp_path, "interviews/REC0001.WAV", "interviews/REC0002.WAV").candidates) == 2


def test_a_folder_with_a_session_file_is_one_session(tmp_path: Path) -> None:
    lay(tmp_path, "interviews/여름/앞.wav", "interviews/여름/뒤.wav")
    (tmp_path / "interviews/여름/session.toml").write_text(
        'title = "여름 면담"\nparts = ["앞.wav", "뒤.wav"]'
    )
    (only,) = discover(tmp_path).candidates
    assert (only.title, [path.name for path in only.paths]) == ("여름 면담", ["앞.wav", "뒤.wav"])


def test_a_sidecar_lists_its_parts(tmp_path: Path) -> None:
    lay(tmp_path, "roundtable/아침.wav", "roundtable/낮.wav", "roundtable/다른 모임.wav")
    (tmp_path / "roundtable/하루.toml").write_text('parts = ["아침.wav", "낮.wav"]')
    assert groups(discover(tmp_path)) == {
        "roundtable/하루": ["아침.wav", "낮.wav"],
        "roundtable/다른 모임.wav": ["다른 모임.wav"],
    }


def test_a_sidecar_wins_over_the_file_name(tmp_path: Path) -> None:
    lay(tmp_path, "interviews/2023-06-08_김하늘.wav")
    (tmp_path / "interviews/2023-06-08_김하늘.toml").write_text('title = "협치와 나"\ndate = 2023-06-09')
    (only,) = discover(tmp_path).candidates
    assert (only.title, only.date) == ("협치와 나", "2023-06-09")


def test_one_sidecar_serves_all_parts(tmp_path: Path) -> None:
    lay(tmp_path, "roundtable/좌담회_1부.m4a", "roundtable/좌담회_2부.m4a")
    (tmp_path / "roundtable/좌담회.toml").write_text("speakers = 6")
    found = discover(tmp_path)
    assert found.candidates[0].details.speakers == 6
    assert not found.ignored


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("titel = 'x'", "sidecar.invalid"),
        ("= ", "sidecar.invalid"),
        ("parts = ['없음.wav']", "sidecar.missing_part"),
    ],
)
def test_a_wrong_sidecar_stops_its_own_session_only(tmp_path: Path, text: str, code: str) -> None:
    lay(tmp_path, "interviews/나쁜.wav", "interviews/좋은.wav")
    (tmp_path / "interviews/나쁜.toml").write_text(text)
    problems = {c.paths[0].name: c.problem.code if c.problem else None for c in discover(tmp_path).candidates}
    assert problems == {"나쁜.wav": code, "좋은.wav": None}


def test_decomposed_names_find_their_sidecar(tmp_path: Path) -> None:
    lay(tmp_path, unicodedata.normalize("NFD", "interviews/김하늘.wav"))
    (tmp_path / unicodedata.normalize("NFC", "interviews/김하늘.toml")).write_text('place = "시청"')
    assert discover(tmp_path).candidates[0].details.place == "시청"


def test_names_that_look_equal_stay_two_files(tmp_path: Path) -> None:
    names = [unicodedata.normalize(form, "interviews/김하늘.wav") for form in ("NFC", "NFD")]
    found = lay(tmp_path, *names)
    if len({path.name for path in (tmp_path / "interviews").iterdir()}) < 2:
        pytest.skip("this file system holds the two spellings for one name")
    assert [candidate.key for candidate in found.candidates] == [
        "interviews/김하늘.wav",
        "interviews/김하늘.wav~2",
    ]


def test_what_is_no_recording_is_named_with_the_reason(tmp_path: Path) -> None:
    found = lay(
        tmp_path,
        *("interviews/동의서.pdf", "interviews/녹음.ZIP", "interviews/녹음.lnk", "interviews/없는녹음.toml"),
        *("밖.wav", "메모.txt", "2023년/6월/면담.m4a", "interview/오타.m4a", ".stfolder/숨김.m4a"),
    )
    assert {entry.path.name: entry.reason for entry in found.ignored} == {
        "동의서.pdf": NOT_SOUND,
        "녹음.ZIP": PACKED,
        "녹음.lnk": SHORTCUT,
        "없는녹음.toml": ORPHAN,
        "밖.wav": MISPLACED,
        "메모.txt": NOT_SOUND,
        "면담.m4a": MISPLACED,
        "오타.m4a": MISPLACED,
    }
    assert not found.candidates
    assert not NOT_SOUND.remedy
    assert str(ORPHAN) == f"{ORPHAN.told} {ORPHAN.remedy}"


def test_a_linked_folder_is_not_followed_and_named(tmp_path: Path) -> None:
    lay(tmp_path, "interviews/진짜/면담.wav")
    (tmp_path / "interviews/연결").symlink_to(tmp_path / "interviews/진짜")
    found = discover(tmp_path)
    assert [candidate.key for candidate in found.candidates] == ["interviews/진짜/면담.wav"]
    assert [(entry.path.name, entry.reason) for entry in found.ignored] == [("연결", LINKED)]


@pytest.mark.skipif(os.name == "nt", reason="Windows knows names only as text")
def test_names_of_an_old_archive_are_named_and_hide_no_other(tmp_path: Path) -> None:
    lay(tmp_path, "interviews/면담.wav")
    broken = os.fsdecode("면담".encode("cp949"))
    lay(tmp_path, f"interviews/{broken}.wav", f"interviews/{broken}.toml", f"roundtable/{broken}/1부.wav")
    found = discover(tmp_path)
    assert [candidate.key for candidate in found.candidates] == ["interviews/면담.wav"]
    assert [entry.reason for entry in found.ignored] == [BROKEN_NAME] * 3


def test_a_folder_that_may_not_be_opened_hides_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(tmp_path, "interviews/닫힌/면담.wav", "interviews/열린/면담.wav", "밖/닫힌/면담.wav")
    listed = Path.iterdir

    def closed(path: Path) -> Iterator[Path]:
        if path.name == "닫힌":
            raise PermissionError
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", closed)  # the tests may run as a user whom nothing is closed to
    found = discover(tmp_path)
    assert [candidate.key for candidate in found.candidates] == ["interviews/열린/면담.wav"]
    assert {entry.path.parent.name: entry.reason for entry in found.ignored} == {
        "interviews": CLOSED,
        "밖": CLOSED,
    }


@pytest.mark.parametrize("name", [".a.wav", "~$a.wav", "a.wav.part", "a.crdownload", "Thumbs.db", "._a.wav"])
def test_droppings_of_other_programs_are_not_seen(tmp_path: Path, name: str) -> None:
    assert lay(tmp_path, f"interviews/{name}") == Discovery((), ())


def test_an_unknown_suffix_is_tried_as_sound(tmp_path: Path) -> None:
    assert len(lay(tmp_path, "interviews/녹음.xyz", "interviews/녹음").candidates) == 2


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    outside = tmp_path / "secret.wav"
    outside.touch()
    audio = tmp_path / "audio"
    (audio / "interviews").mkdir(parents=True)
    (audio / "interviews/link.wav").symlink_to(outside)
    found = discover(audio)
    assert not found.candidates
    assert found.ignored[0].reason == LEADS_OUT


def test_an_empty_or_missing_drop_folder_is_no_error(tmp_path: Path) -> None:
    assert discover(tmp_path / "none") == Discovery((), ())


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_status_files_are_not_even_named(tmp_path: Path, form: Literal["NFC", "NFD"]) -> None:
    (tmp_path / "interviews").mkdir()
    for name in ("면담.wav", "면담.wav.상태.txt"):
        (tmp_path / "interviews" / unicodedata.normalize(form, name)).write_text("")
    found = discover(tmp_path)
    assert len(found.candidates) == 1
    assert not found.ignored
