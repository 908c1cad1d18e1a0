"""Results as files: canonical JSON with the reasons for its existence in its head, written all or nothing.

An artifact is ``{"head": {...}, "body": ...}``. The head repeats the fingerprint's ingredients, so that a
file alone can say why it was made and whether it still holds. Nothing in it depends on when, where or how
fast it was made: equal inputs give equal bytes.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from pipeline.errors import StageError
from pipeline.files import write_atomic
from pipeline.workspace import Workspace

Body = TypeVar("Body")
Ingredients = dict[str, Any]

_encoder = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
_adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)


@dataclass(frozen=True, slots=True)
class Head:
    """Why an artifact exists. ``facets`` are digests of the whole body (``all``) and of named parts of it."""

    stage: str
    unit: str
    fingerprint: str
    ingredients: Ingredients
    facets: dict[str, str]


def canonical(value: Any) -> bytes:
    """Encode plain data as JSON with one spelling: sorted keys, no spaces, UTF-8, no NaN."""
    return _encoder.encode(value).encode()


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def plain(value: Any) -> Any:
    """Turn a dataclass into what JSON can hold."""
    return _adapter(type(value)).dump_python(value, mode="json")


def write_artifact(path: Path, head: Head, body: Any) -> None:
    """Store a result; a kill at any instant leaves the old file or the new one."""
    write_atomic(path, canonical({"head": plain(head), "body": body}))


def read_artifact(path: Path, kind: type[Body]) -> Body:
    """Load a stored result.

    Raises:
        StageError: the file is missing, cut short, altered, or of another shape.
    """
    try:
        document = json.loads(path.read_bytes())
        if digest(canonical(document["body"])) != document["head"]["facets"]["all"]:
            raise _damaged(path)
        body: Body = _adapter(kind).validate_python(document["body"])
        return body
    except (OSError, ValueError, KeyError, TypeError, ValidationError) as failure:
        raise _damaged(path) from failure


def read_result(workspace: Workspace, session: str, stage: str, kind: Any, unit: str = "") -> Any:
    """Load what a stage has stored of a session, or of a recording of it; ``kind`` is its type.

    Raises:
        StageError: see :func:`read_artifact`.
    """
    return read_artifact(workspace.artifact(session, stage, unit), kind)


def read_head(path: Path) -> Head | None:
    """Load why a result exists; None where there is no sound artifact."""
    try:
        document = json.loads(path.read_bytes())
        head = _adapter(Head).validate_python(document["head"])
        return head if digest(canonical(document["body"])) == head.facets["all"] else None
    except (OSError, ValueError, KeyError, TypeError, ValidationError):
        return None


class Blocks(MutableMapping[str, Body], Generic[Body]):
    """Finished parts of unfinished work, one small file each: what a killed worker need not do again."""

    def __init__(self, folder: Path, kind: type[Body]) -> None:
        self._folder = folder
        self._adapter: TypeAdapter[Body] = _adapter(kind)

    def __getitem__(self, key: str) -> Body:
        try:
            return self._adapter.validate_json(self._path(key).read_bytes())
        except (OSError, ValidationError) as failure:
            raise KeyError(key) from failure

    def __setitem__(self, key: str, value: Body) -> None:
        write_atomic(self._path(key), self._adapter.dump_json(value))

    def __delitem__(self, key: str) -> None:
        self._path(key).unlink()

    def __iter__(self) -> Iterator[str]:
        return (path.stem for path in sorted(self._folder.glob("*.json")))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"


def discard_blocks(folder: Path) -> None:
    """Forget the blocks of work that is done."""
    shutil.rmtree(folder, ignore_errors=True)


def _damaged(path: Path) -> StageError:
    return StageError(
        f"The stored result {path.name} of {path.parent.name} is missing or damaged.",
        "Run again: it is made anew.",
        "artifact",
    )
