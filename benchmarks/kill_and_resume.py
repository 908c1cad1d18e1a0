"""Kill runs at seeded random instants with the real models, resume each, and compare with an undisturbed run.

Each round copies the recordings into a fresh workspace, kills `baekseo run` several times with SIGKILL (the
parent alone, or its whole process group, in turn), lets it finish, and compares every result byte by byte.
Prints what was found; ends with 1 if anything differs, is inconsistent, or was left behind.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from pipeline import workspace
from pipeline.batch.doctor import unsound
from pipeline.batch.ledger import Ledger
from pipeline.workspace import Workspace

ROOT = Path(__file__).parent.parent
KILLS_PER_ROUND = 4
PIECE_S = 12


def main() -> int:
    """Run the rounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="that hit a running process")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--recordings", type=int, default=3, help="short recordings per run")
    wanted = parser.parse_args()
    chance = random.Random(wanted.seed)
    with tempfile.TemporaryDirectory() as folder:
        pieces = pieces_of_samples(Path(folder) / "pieces", wanted.recordings)
        undisturbed = _fresh(Path(folder) / "undisturbed", pieces)
        started = time.perf_counter()
        _start(undisturbed).wait()
        length_s = time.perf_counter() - started
        expected = _results(undisturbed)
        print(f"undisturbed: {length_s:.1f} s, {len(expected)} files")
        found: Counter[str] = Counter()
        while found["kills"] < wanted.kills:
            space = _fresh(Path(folder) / f"round-{found['rounds']}", pieces)
            for number in range(KILLS_PER_ROUND):
                found["kills"] += _start_and_kill(space, chance.uniform(0, length_s), group=number % 2 == 1)
            found["rounds"] += 1
            found["failed"] += _start(space).wait() != 0
            found["different"] += _results(space) != expected
            ledger = Ledger(space.ledger, read_only=True)
            faults = unsound(space, ledger)
            ledger.close()
            found["inconsistent"] += bool(faults)
            print(f"{dict(found)} {faults or ''}", flush=True)
            shutil.rmtree(space.root)
    return int(any(found[name] for name in ("failed", "different", "inconsistent")))


def pieces_of_samples(folder: Path, count: int) -> list[Path]:
    """Cut short recordings out of the samples."""
    import wave

    from pipeline.config import MediaSettings
    from pipeline.intake import media

    folder.mkdir(parents=True)
    source = next(iter(sorted((ROOT / "samples/audio/interviews").glob("*.m4a"))))
    media.decode(source, folder / "all.s16", media.file_digest(source), MediaSettings(), lambda _: None)
    pcm = media.open_pcm(folder / "all.s16")
    pieces = []
    for number in range(count):
        path = folder / f"면담 {number}.wav"
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, 16_000, 0, "NONE", ""))
            file.writeframes(pcm[number * PIECE_S * 16_000 :][: PIECE_S * 16_000].tobytes())
        pieces.append(path)
    return pieces


def _fresh(folder: Path, pieces: list[Path]) -> Workspace:
    space = workspace.create(folder, ROOT / "config")
    for piece in pieces:
        shutil.copy2(piece, space.audio / "interviews")
    return space


def _start(space: Workspace) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "pipeline", "run", "--workspace", str(space.root), "--json"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)


def _start_and_kill(space: Workspace, after_s: float, group: bool) -> bool:
    """Kill a run after a while; False where it had ended by itself."""
    process = _start(space)
    try:
        process.wait(timeout=after_s)
        return False
    except subprocess.TimeoutExpired:
        if group:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()
        return True


def _results(space: Workspace) -> dict[str, bytes]:
    return {
        path.relative_to(space.transcripts).as_posix(): path.read_bytes()
        for path in sorted(space.transcripts.glob("*/*"))
        if path.is_file() and path.parent != space.cache
    }


if __name__ == "__main__":
    sys.exit(main())
