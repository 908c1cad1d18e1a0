"""The engines' own downloads, for operators who allow them; the only code here that uses the network."""

import logging
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from pipeline.errors import MissingError

log = logging.getLogger(__name__)


def fetch(name: str, engine: str, folder: Path) -> None:
    """Download a model into an empty folder, ``model.pt`` for ``whisper``, a CTranslate2 model otherwise.

    Raises:
        MissingError: no such model, or the network fails.
    """
    log.info("downloading the model %s for %s", name, engine)
    try:
        _FETCHERS[engine](name, folder)
    except (OSError, ValueError, RuntimeError, KeyError) as failure:
        raise MissingError(
            f"The model '{name}' could not be downloaded for {engine} ({type(failure).__name__}: {failure}).",
            "Check its name and the network, or place the model by hand.",
            "download",
        ) from failure


def _ctranslate2(name: str, folder: Path) -> None:
    from faster_whisper import download_model

    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        # Its own output_dir passes an argument that huggingface_hub no longer knows.
        for file in Path(download_model(name, cache_dir=scratch)).iterdir():
            shutil.copyfile(file, folder / file.name)


def _whisper(name: str, folder: Path) -> None:
    from whisper import _MODELS, _download

    # Compares with the SHA-256 that is part of the address.
    Path(_download(_MODELS[name], str(folder), in_memory=False)).replace(folder / "model.pt")


_FETCHERS: dict[str, Callable[[str, Path], None]] = {"ctranslate2": _ctranslate2, "whisper": _whisper}
