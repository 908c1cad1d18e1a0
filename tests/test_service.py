"""The unit that docs/service.md tells people to install is one that systemd takes."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import ExitCode

UNIT = Path(__file__).parent.parent / "docs" / "baekseo.service"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")
def test_the_unit_is_valid(tmp_path: Path) -> None:
    own = UNIT.read_text(encoding="utf-8").replace("/opt/baekseo/.venv/bin/baekseo", sys.executable)
    copy = tmp_path / UNIT.name
    copy.write_text(own, encoding="utf-8")
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(copy)], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_unit_knows_the_exit_codes() -> None:
    lines = UNIT.read_text(encoding="utf-8").splitlines()
    assert f"SuccessExitStatus={ExitCode.INTERRUPTED:d}" in lines
    codes = (ExitCode.USAGE, ExitCode.CONFIG, ExitCode.MISSING)
    assert f"RestartPreventExitStatus={' '.join(f'{code:d}' for code in codes)}" in lines
