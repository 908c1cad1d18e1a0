"""Sessions keep their names, and the same bytes are one recording."""

import pytest
from running import artifacts, drop, run

from pipeline.batch import opening
from pipeline.batch.inventory import Inventory, take
from pipeline.errors import MediaUnstableError
from pipeline.workspace import Workspace


def look(space: Workspace) -> Inventory:
    with opening.to_write(space) as opened:
        return take(space, opened.ledger, lambda _: None)


def names(space: Workspace) -> list[str]:
    return [session.id for session in look(space).sessions]


def test_names_are_readable(space: Workspace) -> None:
    drop(space, "interviews/여름/2023-06-08_시민면담_김하늘.m4a", "a")
    assert names(space) == ["interview-여름-2023-06-08-시민면담-김하늘"]


def test_dots_in_a_talks_name_are_no_suffix(space: Workspace) -> None:
    drop(space, "roundtable/2023.06.15 좌담회 1부.m4a", "a")
    assert names(space) == ["roundtable-2023-06-15-좌담회"]


def test_equal_stems_get_different_names_that_stay(space: Workspace) -> None:
    drop(space, "interviews/a.wav", "first")
    assert names(space) == ["interview-a"]
    drop(space, "interviews/a.mp3", "second")
    drop(space, "interviews/A.wav", "third")
    # Where case does not tell folders apart, neither may the names.
    assert names(space) == ["interview-A-3", "interview-a", "interview-a-2"]
    assert look(space).sessions[1].recordings[0].path == "audio/interviews/a.wav"


def test_a_moved_recording_keeps_its_name_and_its_results(space: Workspace) -> None:
    path = drop(space, "interviews/a.wav", "text")
    run(space)
    before = artifacts(space)
    (space.audio / "interviews/여름").mkdir()
    path.rename(space.audio / "interviews/여름/새 이름.wav")
    assert names(space) == ["interview-a"]
    run(space)
    assert {k: v for k, v in artifacts(space).items() if "join" not in k} == {
        k: v for k, v in before.items() if "join" not in k
    }


def test_the_same_bytes_twice_are_one_recording(space: Workspace) -> None:
    drop(space, "interviews/원본.wav", "same")
    look(space)
    drop(space, "interviews/가나다 사본.wav", "same")
    found = look(space)
    assert [session.id for session in found.sessions] == ["interview-원본"]
    assert [(d.path, d.session) for d in found.duplicates] == [
        ("audio/interviews/가나다 사본.wav", "interview-원본")
    ]


def test_a_part_that_was_copied_twice_counts_once(space: Workspace) -> None:
    drop(space, "roundtable/좌담회_1부.wav", "same")
    drop(space, "roundtable/좌담회_2부.wav", "same")
    found = look(space)
    assert len(found.sessions[0].recordings) == len(found.duplicates) == 1


def test_a_session_whose_recording_was_taken_away_is_gone_and_keeps_its_results(space: Workspace) -> None:
    path = drop(space, "interviews/a.wav", "text")
    run(space)
    before = artifacts(space)
    path.unlink()
    run(space)
    assert look(space).gone == ("interview-a",)
    assert artifacts(space) == before


def test_a_replaced_recording_is_seen_even_if_size_and_time_are_equal(space: Workspace) -> None:
    drop(space, "interviews/a.wav", "text 1")
    first = look(space).sessions[0].recordings[0].digest
    drop(space, "interviews/a.wav", "text 2")
    assert look(space).sessions[0].recordings[0].digest != first


def test_looking_without_reading_changes_nothing(space: Workspace) -> None:
    drop(space, "interviews/a.wav", "text")
    with opening.to_read(space) as opened:
        assert list(take(space, opened.ledger, None).unread) == ["interview-a"]
    assert not space.ledger.exists()


def test_a_recording_that_may_not_be_read_is_a_problem_of_its_own(
    space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(space, "interviews/닫힌.wav", "text")
    drop(space, "interviews/열린.wav", "other")

    def refuse(path: object) -> str:
        if "닫힌" in str(path):
            raise PermissionError(13, "Permission denied", str(path))
        return "0" * 64

    monkeypatch.setattr("pipeline.batch.inventory.file_digest", refuse)
    found = look(space)
    assert [session.id for session in found.sessions] == ["interview-열린"]
    assert isinstance(found.problems["interview-닫힌"], MediaUnstableError)


def test_what_is_not_wanted_yet_is_not_read_and_what_is_known_stays_known(space: Workspace) -> None:
    drop(space, "interviews/알려진.wav", "old")
    look(space)
    drop(space, "interviews/반쯤.wav", "half")
    read: list[str] = []
    with opening.to_write(space) as opened:
        found = take(space, opened.ledger, lambda path: read.append(path.name), lambda _: False)
    assert not read
    assert [session.id for session in found.sessions] == ["interview-알려진"]
    assert list(found.unread) == ["interview-반쯤"]


def test_a_moved_recording_keeps_its_name_where_the_ledger_was_lost(space: Workspace) -> None:
    drop(space, "interviews/김하늘.wav", "a")
    run(space)
    before = artifacts(space)
    (space.audio / "interviews" / "김하늘.wav").rename(space.audio / "roundtable" / "좌담회.wav")
    look(space)
    space.ledger.unlink()
    assert names(space) == ["interview-김하늘"]
    run(space)
    assert artifacts(space).keys() == before.keys()
