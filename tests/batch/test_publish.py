"""Files for people never overwrite what a person made of them."""

from pathlib import Path

import pytest

from pipeline.batch.publish import publish


def test_our_own_file_is_replaced(tmp_path: Path) -> None:
    publish(tmp_path, {"transcript.md": b"one"})
    publish(tmp_path, {"transcript.md": b"two"})
    assert (tmp_path / "transcript.md").read_bytes() == b"two"


def test_a_persons_file_stays_and_ours_is_laid_beside_it(tmp_path: Path) -> None:
    publish(tmp_path, {"transcript.md": b"one"})
    (tmp_path / "transcript.md").write_bytes(b"one, corrected")
    laid = publish(tmp_path, {"transcript.md": b"two"})
    assert (tmp_path / "transcript.md").read_bytes() == b"one, corrected"
    assert (tmp_path / "transcript.machine.md").read_bytes() == b"two"
    assert list(laid) == ["transcript.machine.md"]


def test_a_persons_copy_under_the_second_name_stays_too(tmp_path: Path) -> None:
    for name in ("transcript.md", "transcript.machine.md"):
        (tmp_path / name).write_bytes(b"a person's")
    publish(tmp_path, {"transcript.md": b"two"})
    assert (tmp_path / "transcript.md").read_bytes() == b"a person's"
    assert (tmp_path / "transcript.machine.md").read_bytes() == b"a person's"
    assert (tmp_path / "transcript.machine-2.md").read_bytes() == b"two"


def test_a_crash_between_two_files_does_not_make_ours_look_like_a_persons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, {"a.md": b"1", "b.md": b"1"})
    with monkeypatch.context() as patch:
        real = Path.replace

        def crash(self: Path, target: Path) -> Path:
            if target.name == "b.md":
                raise KeyboardInterrupt
            return real(self, target)

        patch.setattr(Path, "replace", crash)
        with pytest.raises(KeyboardInterrupt):
            publish(tmp_path, {"a.md": b"2", "b.md": b"2"})
    laid = publish(tmp_path, {"a.md": b"3", "b.md": b"3"})
    assert sorted(laid) == ["a.md", "b.md"]
    assert (tmp_path / "a.md").read_bytes() == (tmp_path / "b.md").read_bytes() == b"3"


def test_an_untouched_file_is_not_written_again(tmp_path: Path) -> None:
    publish(tmp_path, {"a.md": b"1"})
    before = (tmp_path / "a.md").stat().st_mtime_ns
    publish(tmp_path, {"a.md": b"1"})
    assert (tmp_path / "a.md").stat().st_mtime_ns == before
