"""Fixtures that every test may use."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from pipeline import workspace
from pipeline.workspace import Workspace

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture
def space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """An empty workspace with default settings, and the current folder in it."""
    made = workspace.create(tmp_path / "space")
    monkeypatch.delenv(workspace.ENVIRONMENT, raising=False)
    monkeypatch.chdir(made.root)
    return made
