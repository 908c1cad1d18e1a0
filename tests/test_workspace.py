"""Which workspace a command means, and what may be reached from it."""

from pathlib import Path

import pytest

from pipeline import workspace
from pipeline.errors import ConfigError, InputError
from pipeline.workspace import Workspace


def test_the_nearest_workspace_above_is_meant(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(space.audio / "interviews")
    assert workspace.find() == space


def test_the_environment_names_a_workspace(
    space: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(workspace.ENVIRONMENT, str(space.root))
    assert workspace.find() == space


def test_the_option_wins_over_the_environment(
    space: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = workspace.create(tmp_path / "other")
    monkeypatch.setenv(workspace.ENVIRONMENT, str(space.root))
    assert workspace.find(other.root) == other


def test_a_folder_that_is_no_workspace_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="baekseo init"):
        workspace.find(tmp_path)


def test_making_a_workspace_again_changes_nothing(space: Workspace) -> None:
    space.settings_file.write_text("[run]\njobs = 1\n")
    workspace.create(space.root)
    assert space.settings_file.read_text() == "[run]\njobs = 1\n"


def test_a_workspace_can_be_made_with_anothers_configuration(tmp_path: Path) -> None:
    config = Path(__file__).parent.parent / "config"
    made = workspace.create(tmp_path / "new", config)
    files = {path.relative_to(config) for path in config.rglob("*.toml")}
    assert {path.relative_to(made.config) for path in made.config.rglob("*.toml")} == files
    assert all((made.config / file).read_bytes() == (config / file).read_bytes() for file in files)


def test_a_workspace_cannot_be_made_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError):
        workspace.create(tmp_path / "file" / "space")


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "audio/../../x"])
def test_paths_that_lead_out_are_refused(space: Workspace, path: str) -> None:
    with pytest.raises(InputError, match="작업 폴더 밖"):
        space.inside(path)


def test_links_that_lead_out_are_refused(space: Workspace) -> None:
    (space.audio / "link").symlink_to("/etc")
    with pytest.raises(InputError):
        space.inside("audio/link/passwd")
