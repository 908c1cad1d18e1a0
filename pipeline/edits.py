"""What people decided about a session, kept apart from everything that machines make of it.

No run writes this file. A decision is anchored to times of recordings known by their bytes: labels and word
numbers die with the next recognition, the seconds of a recording do not.
"""

import datetime
import json
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import ConflictError
from pipeline.files import write_atomic
from pipeline.model import Role

VERSION = 1


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Anchor(_Record):
    """A stretch of a recording, in milliseconds."""

    recording: str
    start_ms: int = Field(ge=0)
    end_ms: int = Field(ge=0)


class Naming(_Record):
    """Whose voice is heard at the anchors. An empty ``name`` takes back what was decided before."""

    anchors: tuple[Anchor, ...]
    name: str
    role: Role | None = None
    at: datetime.datetime
    """When it was decided."""


class Edits(_Record):
    """Every decision about one session, in the order in which they were made."""

    version: int = VERSION
    namings: tuple[Naming, ...] = ()
    silences: tuple[Anchor, ...] = ()
    """What nobody may hear again, because whoever spoke there is forgotten: times, and no name."""


def load_edits(path: Path) -> Edits:
    """Read the decisions about a session; none where there is no file.

    Raises:
        ConflictError: the file cannot be understood. It is never overwritten then.
    """
    try:
        return Edits.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return Edits()
    except (OSError, ValidationError) as failure:
        raise ConflictError(
            f"사람이 정한 내용이 담긴 파일({path.parent.name}/{path.name})을 읽을 수 없습니다.",
            "백업이 있으면 되돌려 주십시오. 사람이 정한 내용이라 자동으로 고치거나 지우지 않습니다.",
            "edits",
        ) from failure


def add_namings(path: Path, namings: Iterable[Naming]) -> Edits:
    """Add decisions to those already made; the caller holds the workspace.

    Raises:
        ConflictError: the file that is there cannot be understood.
    """
    known = load_edits(path)
    edits = known.model_copy(update={"namings": (*known.namings, *namings)})
    save_edits(path, edits)
    return edits


def save_edits(path: Path, edits: Edits) -> None:
    """Write every decision about a session; the caller holds the workspace."""
    document = json.dumps(edits.model_dump(mode="json"), ensure_ascii=False, indent=1)
    write_atomic(path, f"{document}\n".encode())
