import errno
from pathlib import Path

import pytest

from pipeline import files


def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.write_atomic(tmp_path / "a.json", b"old")

    def full(descriptor: int) -> None:  # noqa: ARG001
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.write_atomic(tmp_path / "a.json", b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.json", b"old")]


def test_the_longest_file_name_can_be_written(tmp_path: Path) -> None:
    name = "가" * 84
    files.write_atomic(tmp_path / name, b"x")
    assert (tmp_path / name).read_bytes() == b"x"


def test_sweeping_takes_leavings_only(tmp_path: Path) -> None:
    files.write_atomic(tmp_path / "a" / "kept.json", b"x")
    left = tmp_path / "a" / f".b{files.TEMPORARY}99"
    left.write_bytes(b"half")
    assert files.sweep(tmp_path) == [left]
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["kept.json"]
