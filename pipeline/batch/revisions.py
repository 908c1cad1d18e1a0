"""Versions of what a result depends on outside the workspace: libraries by release, weights by digest."""

import hashlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pipeline import language
from pipeline.config import TranscribeSettings
from pipeline.errors import MissingError
from pipeline.workspace import Workspace

PACKAGES = {
    "decode": ("av",),
    "ctranslate2": ("faster-whisper", "ctranslate2"),
    "voiceprint": ("numpy", "torch"),
    "clean": ("kiwipiepy", "kiwipiepy_model", "rapidfuzz"),
    "annotate": ("kiwipiepy", "kiwipiepy_model"),
    "export": ("python-hwpx", "lxml"),
    "diarize": ("numpy", "scipy"),
    "whisper": ("openai-whisper", "torch", "faster-whisper"),
}
"""Which releases decide a result; voice activity detection comes with faster-whisper for both engines."""

TABLES = ("cleaning.toml", "labels")
"""Word lists and patterns: a file or a folder of the package, and the workspace's own of that name."""


class Revisions:
    """Looks each revision up once."""

    def __init__(self, workspace: Workspace, wanted: TranscribeSettings, may_download: bool) -> None:
        self._workspace = workspace
        self._wanted = wanted
        self._may_download = may_download
        self._found: dict[str, str] = {}

    def of(self, name: str) -> str:
        """Revision of a group of ``PACKAGES``, of one of ``TABLES``, or of the ``weights`` to be loaded.

        Raises:
            MissingError: not installed, or no such model.
        """
        if name not in self._found:
            self._found[name] = self._look_up(name)
        return self._found[name]

    def _look_up(self, name: str) -> str:
        if name == "weights":
            return self._weights()
        return self._tables(name) if name in TABLES else releases(name)

    def _tables(self, name: str) -> str:
        """Digest of all TOML files that make up a table."""
        found = hashlib.sha256()
        for place in (Path(language.__path__[0]), self._workspace.config):
            for path in sorted([place / name, *(place / name).glob("*.toml")]):
                if path.is_file():
                    found.update(path.name.encode() + b"\0" + path.read_bytes())
        return found.hexdigest()

    def _weights(self) -> str:
        from pipeline.speech import models

        return models.identify(
            self._wanted.model, self._wanted.engine, self._workspace.models, self._may_download
        )


def releases(group: str) -> str:
    """The releases of a group of ``PACKAGES`` that are installed.

    Raises:
        MissingError: one of them is not.
    """
    try:
        # The local part of a version (2.13.0+cpu) says where it was built, not what it computes.
        return " ".join(f"{package}=={version(package).partition('+')[0]}" for package in PACKAGES[group])
    except PackageNotFoundError as failure:
        raise MissingError(
            f"The library {failure.name} is not installed.",
            "Install the project again: make install.",
            "library",
        ) from failure
