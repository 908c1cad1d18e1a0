"""TOML files become validated settings; an unknown key is an error that names the nearest one."""

import difflib
import tomllib
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from pipeline.errors import ConfigError

Model = TypeVar("Model", bound=BaseModel)


class Section(BaseModel):
    """A table of a configuration file: frozen, typed, closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def load_toml(path: Path, model: type[Model]) -> Model:
    """Read one configuration file.

    Raises:
        ConfigError: the message names the file, the key and what was expected.
    """
    try:
        return parse_toml(path, model)
    except TomlError as failure:
        told = "; ".join(_WORDING[fault.kind].format(fault=fault) for fault in failure.faults)
        raise ConfigError(f"{path}: {told}.", "Correct the file and run again.") from failure


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a TOML file, for the caller to word.

    ``kind`` is ``unreadable``, ``encoding``, ``syntax``, ``unknown_key``, ``misspelt_key`` or ``value``.
    """

    kind: str
    where: str = ""
    """The key, dotted."""
    detail: str = ""
    """What the system, the parser or the validator said; for a key, the nearest known one or all of them."""


class TomlError(ValueError):
    """Everything that is wrong with a file."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(faults)
        self.faults = faults


_WORDING = {
    "unreadable": "cannot be read: {fault.detail}",
    "encoding": "is not UTF-8 text; save it as UTF-8",
    "syntax": "is not valid TOML: {fault.detail}",
    "unknown_key": "unknown key {fault.where} (known: {fault.detail})",
    "misspelt_key": "unknown key {fault.where}, did you mean {fault.detail}?",
    "value": "{fault.where}: {fault.detail}",
}


def parse_toml(path: Path, model: type[Model]) -> Model:
    """Read one TOML file into ``model``, text normalised to NFC; a byte order mark does no harm.

    Raises:
        TomlError: unreadable, not UTF-8, not TOML, unknown keys, or values out of their range.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        return model.model_validate(tomllib.loads(unicodedata.normalize("NFC", text)))
    except OSError as failure:
        raise TomlError([Fault("unreadable", detail=failure.strerror or "")]) from failure
    except UnicodeDecodeError as failure:
        raise TomlError([Fault("encoding")]) from failure
    except tomllib.TOMLDecodeError as failure:
        raise TomlError([Fault("syntax", detail=str(failure))]) from failure
    except ValidationError as failure:
        raise TomlError([_fault(detail, model) for detail in failure.errors()]) from failure


def _fault(detail: ErrorDetails, model: type[BaseModel]) -> Fault:
    where = ".".join(str(part) for part in detail["loc"])
    if detail["type"] != "extra_forbidden":
        found = "" if _is_secret(model, detail["loc"]) else f" (found {detail['input']!r})"
        return Fault("value", where, detail["msg"] + found)
    known = _known_keys(model, detail["loc"][:-1])
    near = difflib.get_close_matches(str(detail["loc"][-1]), known, n=1, cutoff=0.5)
    return Fault("misspelt_key", where, near[0]) if near else Fault("unknown_key", where, ", ".join(known))


def _is_secret(model: type[BaseModel], path: tuple[int | str, ...]) -> bool:
    """Whether a value must not be shown: its field, a section's, is kept out of representations."""
    section, key = (*path, "", "")[:2]
    if section not in model.model_fields:
        return False
    table = model.model_fields[str(section)].annotation
    fields = table.model_fields if isinstance(table, type) and issubclass(table, BaseModel) else {}
    return str(key) in fields and not fields[str(key)].repr


def _known_keys(model: type[BaseModel], path: tuple[int | str, ...]) -> list[str]:
    for part in path:
        if isinstance(part, str):
            model = _inner_model(model.model_fields[part].annotation)
    return sorted(model.model_fields)


def _inner_model(annotation: Any) -> type[BaseModel]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(_inner_model(inner) for inner in annotation.__args__ if inner is not Ellipsis)
