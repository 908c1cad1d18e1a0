"""Fixtures that every test may use."""

import sys
from pathlib import Path

import pytest

from pipeline import workspace
from pipeline.workspace import Workspace

# Worker processes are spawned: they import fakes by name, as the tests do.
sys.path.insert(0, str(Path(__file__).parent / "batch"))


@pytest.fixture
def space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """An empty workspace with default settings, and the current folder in it."""
    made = workspace.create(tmp_path / "space")
    monkeypatch.delenv(workspace.ENVIRONMENT, raising=False)
    monkeypatch.chdir(made.root)
    return made
