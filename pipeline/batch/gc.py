"""What may be deleted: only what can be made again from the recordings, while no run is going on."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from pipeline import files
from pipeline.batch.ledger import Ledger
from pipeline.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Garbage:
    """A file or folder that may go, and why."""

    path: Path
    size: int
    reason: str


def find(workspace: Workspace, ledger: Ledger) -> list[Garbage]:
    """List what may be deleted; results and everything a person wrote are never among it."""
    finished = {row.fingerprint[:32] for row in ledger.artifacts().values()}
    garbage = [
        Garbage(path, _size(path), "decoded sound; made again where it is needed")
        for path in sorted((workspace.cache / "pcm").glob("*.s16"))
    ]
    garbage += [
        Garbage(path, _size(path), "parts of work that is finished")
        for path in sorted((workspace.cache / "blocks").glob("*"))
        if path.name in finished
    ]
    left = files.leavings(workspace.transcripts)
    return garbage + [Garbage(path, _size(path), "left by an interrupted writer") for path in left]


def collect(garbage: list[Garbage]) -> None:
    """Delete it."""
    for item in garbage:
        if item.path.is_dir():
            shutil.rmtree(item.path)
        else:
            item.path.unlink(missing_ok=True)


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())
