"""Versions of what a result depends on outside the workspace: libraries by release, weights by digest."""

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

from pipeline.config import TranscribeSettings
from pipeline.errors import MissingError
from pipeline.workspace import Workspace

PACKAGES = {
    "decode": ("av",),
    "ctranslate2": ("faster-whisper", "ctranslate2"),
    "voiceprint": ("torch",),
    "diarize": ("scikit-learn", "scipy"),
    "whisper": ("openai-whisper", "torch", "faster-whisper"),
}
"""Which releases decide a result; voice activity detection comes with faster-whisper for both engines."""


class Revisions:
    """Looks each revision up once."""

    def __init__(self, workspace: Workspace, wanted: TranscribeSettings, may_download: bool) -> None:
        self._workspace = workspace
        self._wanted = wanted
        self._may_download = may_download
        self._found: dict[str, str] = {}

    def of(self, name: str) -> str:
        """Revision of a group of ``PACKAGES``, or of ``weights``: those the configured engine would load.

        Raises:
            MissingError: not installed, or no such model.
        """
        look: Callable[[], str] = self._weights if name == "weights" else lambda: _releases(PACKAGES[name])
        if name not in self._found:
            self._found[name] = look()
        return self._found[name]

    def _weights(self) -> str:
        from pipeline.speech import models

        return models.identify(
            self._wanted.model, self._wanted.engine, self._workspace.models, self._may_download
        )


def _releases(packages: tuple[str, ...]) -> str:
    try:
        # The local part of a version (2.13.0+cpu) says where it was built, not what it computes.
        return " ".join(f"{package}=={version(package).partition('+')[0]}" for package in packages)
    except PackageNotFoundError as failure:
        raise MissingError(
            f"The library {failure.name} is not installed.",
            "Install the project again: make install.",
            "library",
        ) from failure
