"""The whole pipeline with the real models: a dropped recording becomes a transcript, offline."""

import hashlib
import json
import shutil
import subprocess
import sys
import wave
from pathlib import Path

import pytest

from pipeline.config import MediaSettings
from pipeline.intake import media
from pipeline.workspace import Workspace

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples" / "audio"
NO_NETWORK = """
import socket, sys
def refuse(*_): raise SystemExit("the network was used")
socket.socket.connect = refuse
socket.getaddrinfo = refuse
from pipeline.cli import main
if __name__ == "__main__":
    main(sys.argv[1:])
"""


@pytest.fixture(scope="module")
def opening_words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first seconds of the sample interview, as a short recording."""
    folder = tmp_path_factory.mktemp("opening")
    source = next(iter(sorted((SAMPLES / "interviews").glob("*.m4a"))))
    media.decode(source, folder / "all.s16", media.file_digest(source), MediaSettings(), lambda _: None)
    path = folder / "2023-06-08_여는 말.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(media.open_pcm(folder / "all.s16")[: 12 * 16_000].tobytes())
    return path


def baekseo(space: Workspace, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, where any use of the network ends it."""
    command = [sys.executable, "-c", NO_NETWORK, *arguments, "--workspace", str(space.root)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.parametrize("engine", ["ctranslate2", "whisper"])
def test_a_dropped_recording_becomes_a_transcript(space: Workspace, opening_words: Path, engine: str) -> None:
    shutil.copy2(opening_words, space.audio / "interviews")
    space.settings_file.write_text(f'[transcribe]\nengine = "{engine}"\n')
    done = baekseo(space, "run", "--executor", "serial")
    assert done.returncode == 0, done.stderr
    folder = space.session("interview-2023-06-08-여는-말")
    assert "합성 음성으로 만든 가상의 면담입니다" in (folder / "transcript.md").read_text(encoding="utf-8")
    (recording,) = json.loads((folder / "transcript.json").read_text(encoding="utf-8"))["recordings"]
    words = [word for segment in recording["segments"] for word in segment["words"]]
    assert all(0 <= w["start_ms"] < w["end_ms"] <= recording["duration_ms"] for w in words)
    written = {path.suffix for path in folder.glob("transcript.*")}
    assert written == {".md", ".txt", ".docx", ".hwpx", ".srt", ".vtt", ".json"}
    assert "○ 화자 1" in (folder / "transcript.txt").read_text(encoding="utf-8")
    shown = baekseo(space, "show", folder.name, "--layer", "labels")
    assert "민관협치" in shown.stdout or "면담입니다" in shown.stdout


@pytest.mark.model
@pytest.mark.slow
def test_a_bad_recording_beside_a_good_one_is_named_and_nothing_is_touched(
    space: Workspace, opening_words: Path
) -> None:
    shutil.copy2(opening_words, space.audio / "interviews")
    (space.audio / "interviews" / "빈 파일.m4a").touch()
    (space.audio / "roundtable" / "글.mp3").write_text("녹음이 아닙니다.", encoding="utf-8")
    before = {path: hashlib.sha256(path.read_bytes()).digest() for path in space.audio.rglob("*.*")}
    done = baekseo(space, "run", "--jobs", "1")
    assert done.returncode == 9
    assert "녹음 파일이 비어 있습니다." in done.stderr
    assert "녹음 파일이 아닙니다" in done.stderr
    assert "1 sessions done, 0 already up to date, 2 failed" in done.stdout
    assert {path: hashlib.sha256(path.read_bytes()).digest() for path in before} == before
    again = baekseo(space, "run", "--jobs", "1")
    assert "0 sessions done, 1 already up to date, 2 failed" in again.stdout
