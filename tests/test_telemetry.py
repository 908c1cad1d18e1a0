"""No library tells anybody that it is used here."""

import os
import subprocess
import sys
from pathlib import Path

LOOK = "from pipeline.speech import vad; vad._session()"


def test_onnx_runtime_keeps_no_id_of_the_machine_to_report_with(tmp_path: Path) -> None:
    unset = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-c", LOOK], env={**unset, **home}, check=True)
    assert [path for path in tmp_path.rglob("*") if path.name in {"deviceid", "onnxruntime.db"}] == []
