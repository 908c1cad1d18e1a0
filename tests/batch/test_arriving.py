"""Whatever way recordings arrive and however often the watch is killed, the end is that of a single run."""

from pathlib import Path

import pytest
from arriving import chaos


@pytest.mark.slow
def test_killed_watches_end_like_an_undisturbed_run(tmp_path: Path) -> None:
    found, faults = chaos(tmp_path, files=20, kills=3, seed=1)
    assert not faults
    assert found["killed"] + found["stopped"] >= 3
