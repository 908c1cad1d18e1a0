"""By what a forgotten recording is known again, so that no run takes it up: keyed hashes, and nothing else.

Neither a digest nor a name stands here; only who holds the recording itself can find it in the list. The list
lies apart from the ledger, which may be deleted at any time.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.batch import store
from pipeline.batch.rows import FileStat
from pipeline.errors import ConflictError, InputError
from pipeline.files import write_atomic
from pipeline.workspace import Workspace

WITHHELD = "동의 철회로 지운 녹음이어서 처리하지 않습니다."
FILE_NAME = "tombstones.json"


class ForgottenError(InputError):
    """A recording that was forgotten and still lies in the drop folder."""


@dataclass(frozen=True, slots=True)
class Tombstones:
    """What was forgotten. ``recordings`` are keyed hashes of digests, ``files`` of places and times."""

    key: str
    recordings: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()

    def covers(self, digest: str) -> bool:
        """Whether a recording was forgotten."""
        return bool(self.recordings) and self._hash(digest) in self.recordings

    def covers_file(self, path: Path, stat: FileStat) -> bool:
        """Whether a file is known, unread, to be a forgotten recording."""
        return bool(self.files) and self._hash(_spot(path, stat)) in self.files

    def bury(self, digests: Iterable[str], paths: Iterable[Path]) -> "Tombstones":
        """With more recordings, and the files that hold them."""
        spots = [_spot(path, FileStat.of(path)) for path in paths if path.exists()]
        return Tombstones(
            self.key,
            self.recordings | {self._hash(digest) for digest in digests},
            self.files | {self._hash(spot) for spot in spots},
        )

    def _hash(self, text: str) -> str:
        return hmac.new(
            bytes.fromhex(self.key), text.encode(errors="surrogateescape"), hashlib.sha256
        ).hexdigest()


def list_of(workspace: Workspace) -> Path:
    """Where the list lies."""
    return workspace.forgotten / FILE_NAME


def load(workspace: Workspace) -> Tombstones:
    """Read what was forgotten; nothing where there is no list.

    Raises:
        ConflictError: the list cannot be understood; without it forgotten recordings would be taken up again.
    """
    path = list_of(workspace)
    try:
        found = json.loads(path.read_bytes())
        return Tombstones(found["key"], frozenset(found["recordings"]), frozenset(found["files"]))
    except FileNotFoundError:
        return Tombstones(secrets.token_hex(32))
    except (OSError, ValueError, KeyError, TypeError) as failure:
        raise ConflictError(
            f"지운 녹음의 목록({path})을 읽을 수 없습니다.",
            "백업에서 되돌려 주십시오. 이 목록이 없으면 지운 녹음을 다시 처리하게 됩니다.",
            "tombstones",
        ) from failure


def save(workspace: Workspace, stones: Tombstones) -> None:
    """Write the list; the caller holds the workspace."""
    body = {"key": stones.key, "recordings": sorted(stones.recordings), "files": sorted(stones.files)}
    write_atomic(list_of(workspace), store.canonical(body), mode=0o600)


def _spot(path: Path, stat: FileStat) -> str:
    return f"{path}\0{stat.size}\0{stat.mtime_ns}\0{stat.ctime_ns}"
