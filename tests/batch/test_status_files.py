"""Status files are short, Korean, current, and never in anybody's way."""

import unicodedata
from pathlib import Path

import pytest

from pipeline.batch import status_files
from pipeline.batch.rows import Failure
from pipeline.batch.status_files import BOM, MARK, Status, StatusFiles, place
from pipeline.intake.sessions import discover
from pipeline.workspace import Workspace


@pytest.fixture
def recording(space: Workspace) -> Path:
    path = space.audio / "interviews" / "2023-06-08 시민면담.m4a"
    path.write_bytes(b"sound")
    return path


def failure(message: str, hint: str = "", code: str = "media.empty", permanent: bool = True) -> Failure:
    return Failure("", code, 4, message, hint, permanent, 1)


def told(recording: Path) -> str:
    return place(recording).read_bytes().decode("utf-8")


def test_it_lies_beside_the_recording_and_says_how_far_it_is(recording: Path) -> None:
    StatusFiles(True).show(recording, status_files.working(41))
    assert place(recording) == recording.with_name("2023-06-08 시민면담.m4a.상태.txt")
    first, *_, name, state, end = told(recording).split("\r\n")
    assert (first, name, state, end) == (BOM + MARK, "녹음: 2023-06-08 시민면담.m4a", "상태: 처리 중 41%", "")


@pytest.mark.parametrize(
    ("status", "lines"),
    [
        (status_files.done("transcripts/a"), ["상태: 완료", "결과 위치: transcripts/a"]),
        (status_files.failed([failure("파일이 비어 있습니다.", "다시 복사해 주세요.")]),
         ["상태: 실패", "이유: 파일이 비어 있습니다.", "할 일: 다시 복사해 주세요."]),
        (status_files.failed([failure("같은 까닭.")] * 2), ["상태: 실패", "이유: 같은 까닭."]),
        (status_files.failed([failure("The worker died.", "Run again.", "worker.died", False)]),
         ["상태: 실패", "이유: 처리하던 프로그램이 갑자기 멈추었습니다. (worker.died)",
          "할 일: 계속되면 운영자에게 알려 주십시오.", "잠시 뒤 저절로 다시 시도합니다."]),
    ],
)  # fmt: skip
def test_it_says_where_the_results_lie_or_what_to_do(
    recording: Path, status: Status, lines: list[str]
) -> None:
    StatusFiles(True).show(recording, status)
    assert told(recording).split("\r\n")[3:-1] == lines


def test_a_status_told_already_is_not_written_again(recording: Path) -> None:
    files = StatusFiles(True)
    files.show(recording, status_files.working(1))
    before = place(recording).stat()
    files.show(recording, status_files.working(1))
    assert place(recording).stat() == before
    files.show(recording, status_files.working(2))
    assert "2%" in told(recording)


def test_a_file_that_somebody_else_wrote_stays(recording: Path) -> None:
    for content in (b"", "제가 적은 메모".encode(), MARK.encode()):
        place(recording).write_bytes(content)
        StatusFiles(True).show(recording, status_files.working(1))
        StatusFiles(False).sweep(recording.parent.parent)
        assert place(recording).read_bytes() == content


def test_an_introduction_hides_nothing_that_was_told(recording: Path) -> None:
    files = StatusFiles(True)
    files.introduce(recording)
    assert "접수됨" in told(recording)
    files.show(recording, status_files.done("transcripts/a"))
    files.introduce(recording)
    assert "완료" in told(recording)


def test_switched_off_nothing_is_written_and_what_was_written_is_taken_back(recording: Path) -> None:
    StatusFiles(True).show(recording, status_files.working(1))
    off = StatusFiles(False)
    assert off.sweep(recording.parent.parent, [recording]) == [place(recording)]
    off.show(recording, status_files.working(2))
    assert list(recording.parent.iterdir()) == [recording]


def test_sweeping_leaves_those_of_recordings_that_are_there(recording: Path) -> None:
    gone = recording.with_name("없앤 녹음.wav")
    for path in (recording, gone):
        path.write_bytes(b"sound")
        StatusFiles(True).show(path, status_files.working(1))
    gone.unlink()
    assert StatusFiles(True).sweep(recording.parent.parent, [recording]) == [place(gone)]
    assert place(recording).exists()


def test_what_a_kill_left_half_written_is_swept_and_nothing_like_it(recording: Path) -> None:
    ours = [recording.with_name(f".{number:012x}.tmp-77") for number in (1, 2)]
    ours[0].write_bytes(b"")
    ours[1].write_bytes((status_files.HEAD).encode())
    others = [
        recording.with_name(name) for name in (".a.tmp-77", ".00000000000a.tmp-77", "b.tmp-1", "c.part")
    ]
    for path in others:
        path.write_bytes(b"somebody's" if path.name.startswith(".0") else b"")
    assert sorted(StatusFiles(True).sweep(recording.parent.parent)) == ours
    assert all(path.exists() for path in others)


def test_a_folder_that_cannot_be_written_is_left_in_peace(space: Workspace) -> None:
    blocked = space.audio / "interviews" / "파일"
    blocked.write_text("")
    StatusFiles(True).show(blocked / "녹음.wav", status_files.working(1))
    assert blocked.read_text() == ""


def test_where_none_can_be_written_the_operator_is_told_once(recording: Path) -> None:
    lines: list[str] = []
    files = StatusFiles(True, lines.append)
    place(recording).mkdir()
    for percent in (1, 2):
        files.show(recording, status_files.working(percent))
    assert lines == [f"no status files can be written into {recording.parent}: Is a directory"]
    place(recording).rmdir()
    files.catch_up([recording])
    assert "처리 중 2%" in told(recording)


@pytest.mark.parametrize(
    "name",
    [
        "가" * 83 + ".wav",
        "😀" * 62 + ".wav",
        unicodedata.normalize("NFD", "각" * 27) + ".wav",
        "a" * 251 + ".wav",
    ],
)
def test_the_longest_names_have_one_too(space: Workspace, name: str) -> None:
    recording = space.audio / "interviews" / name
    recording.write_bytes(b"sound")
    StatusFiles(True).show(recording, status_files.working(1))
    assert place(recording).exists()


def test_recordings_whose_names_differ_have_status_files_whose_names_differ() -> None:
    names = ["a.wav", "a.mp3", "A.wav", "가" * 83 + ".wav", "가" * 83 + ".mp3"]
    names += [unicodedata.normalize(form, "각.wav") for form in ("NFC", "NFD")]
    assert len({place(Path(name)) for name in names}) == len(names)


def test_no_status_file_is_taken_for_a_recording(recording: Path, space: Workspace) -> None:
    StatusFiles(True).show(recording, status_files.working(1))
    assert [found.paths for found in discover(space.audio).candidates] == [(recording,)]


def test_it_is_known_by_name_however_hangul_is_spelled() -> None:
    for form in ("NFC", "NFD"):
        assert status_files.is_status_name(unicodedata.normalize(form, "녹음.wav.상태.txt"))
    assert not status_files.is_status_name("상태.txt.wav")


def test_nothing_is_told_beside_a_recording_that_is_gone(recording: Path) -> None:
    recording.unlink()
    StatusFiles(True).show(recording, status_files.working(1))
    assert not place(recording).exists()


def test_what_could_not_be_told_is_told_later(recording: Path) -> None:
    away = recording.rename(recording.with_name("away"))
    files = StatusFiles(True)
    files.show(recording, status_files.working(1))
    files.show(recording, status_files.working(2))
    away.rename(recording)
    files.catch_up([recording])
    assert "2%" in told(recording)
    place(recording).unlink()
    files.catch_up([recording])
    assert not place(recording).exists(), "it was told already"


def test_of_a_recording_that_does_not_come_back_nothing_is_kept(recording: Path) -> None:
    away = recording.rename(recording.with_name("away"))
    files = StatusFiles(True)
    files.show(recording, status_files.working(1))
    files.catch_up([])
    away.rename(recording)
    files.catch_up([recording])
    assert not place(recording).exists()
