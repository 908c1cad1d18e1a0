"""A CTranslate2 Whisper file becomes an openai-whisper checkpoint: the same numbers under other names.

CTranslate2 keeps query, key and value of an attention as one matrix and gives the key a bias of zeros, which
openai-whisper does not have; apart from that nothing is computed, so the tensors stay equal bit by bit.
"""

import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import MissingError

Tensor = NDArray[Any]
Tensors = dict[str, Tensor]

REVISION = 1
"""Raise when the same file would convert to something else."""

_VERSION = 6
_SPEC = "WhisperSpec"
_DTYPES = {0: "<f4", 1: "i1", 2: "<i2", 3: "<i4", 4: "<f2"}
"""CTranslate2's DataType enumeration (include/ctranslate2/types.h), the part that Whisper files use."""

_NORM = {"gamma": "weight", "beta": "bias"}
_PARTS: dict[str, tuple[str, ...]] = {
    "self_attention/linear_0": ("attn.query", "attn.key", "attn.value"),
    "self_attention/linear_1": ("attn.out",),
    "self_attention/layer_norm": ("attn_ln",),
    "attention/linear_0": ("cross_attn.query",),
    "attention/linear_1": ("cross_attn.key", "cross_attn.value"),
    "attention/linear_2": ("cross_attn.out",),
    "attention/layer_norm": ("cross_attn_ln",),
    "ffn/linear_0": ("mlp.0",),
    "ffn/linear_1": ("mlp.2",),
    "ffn/layer_norm": ("mlp_ln",),
}
"""Module of a CTranslate2 layer -> the openai-whisper modules whose rows are stacked in it, in order."""
_SINGLES = {
    "encoder/position_encodings/encodings": "encoder.positional_embedding",
    "decoder/position_encodings/encodings": "decoder.positional_embedding",
    "decoder/embeddings/weight": "decoder.token_embedding.weight",
    "encoder/conv1/weight": "encoder.conv1.weight",
    "encoder/conv1/bias": "encoder.conv1.bias",
    "encoder/conv2/weight": "encoder.conv2.weight",
    "encoder/conv2/bias": "encoder.conv2.bias",
    "encoder/layer_norm/gamma": "encoder.ln_post.weight",
    "encoder/layer_norm/beta": "encoder.ln_post.bias",
    "decoder/layer_norm/gamma": "decoder.ln.weight",
    "decoder/layer_norm/beta": "decoder.ln.bias",
}


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What openai-whisper needs: sizes, weights by its own names, and the heads that follow the sound."""

    dims: dict[str, int]
    weights: Tensors
    alignment_heads: tuple[tuple[int, int], ...]
    """(layer, head) pairs; empty where the file's ``config.json`` names none."""


def read_tensors(path: Path) -> Tensors:
    """Read every variable of a CTranslate2 ``model.bin`` of binary version 6.

    Returns:
        Variables by name, as views into a memory map of the file; scalars have shape ().

    Raises:
        MissingError: not such a file, or one that is cut short or damaged.
    """
    try:
        file: NDArray[np.uint8] = np.memmap(path, dtype=np.uint8, mode="r")
        return _Reader(file.data).tensors()
    except (OSError, ValueError, struct.error, UnicodeDecodeError) as failure:
        raise MissingError(
            f"{path}: not a readable CTranslate2 Whisper model ({failure}).",
            "Copy or fetch the model again.",
            "damaged",
        ) from failure


class _Reader:
    """Reads little-endian, unpadded fields one after the other; any that do not fit raise ValueError."""

    def __init__(self, buffer: memoryview) -> None:
        self._buffer = buffer
        self._at = 0

    def tensors(self) -> Tensors:
        version, spec, _ = self._number("I"), self._text(), self._number("I")
        if (version, spec) != (_VERSION, _SPEC):
            raise ValueError(f"version {version} of {spec[:20]!r}, expected version {_VERSION} of {_SPEC!r}")
        tensors = dict(self._variable() for _ in range(self._number("I")))
        for _ in range(self._number("I")):
            alias, target = self._text(), self._text()
            if target not in tensors:
                raise ValueError(f"alias {alias!r} of nothing")
        if self._at != len(self._buffer):
            raise ValueError(f"{len(self._buffer) - self._at} bytes too many")
        return tensors

    def _variable(self) -> tuple[str, Tensor]:
        name = self._text()
        shape = [self._number("I") for _ in range(self._number("B"))]
        kind, size = self._number("B"), self._number("I")
        if kind not in _DTYPES:
            raise ValueError(f"{name}: arithmetic type {kind} is not supported")
        data = self._take(size)
        return name, np.frombuffer(data, dtype=_DTYPES[kind]).reshape(shape)

    def _text(self) -> str:
        data = bytes(self._take(self._number("H")))
        if not data.endswith(b"\0"):
            raise ValueError("a name without its end")
        return data[:-1].decode("utf-8")

    def _number(self, kind: str) -> int:
        (number,) = struct.unpack("<" + kind, self._take(struct.calcsize("<" + kind)))
        return int(number)

    def _take(self, size: int) -> memoryview:
        if self._at + size > len(self._buffer):
            raise ValueError("the file ends too early")
        self._at += size
        return self._buffer[self._at - size : self._at]


def convert(tensors: Mapping[str, Tensor], config: Mapping[str, Any]) -> Checkpoint:
    """Rename and unstack the variables of a float CTranslate2 Whisper model.

    Args:
        tensors: as :func:`read_tensors` gives them; any size of Whisper.
        config: the model's ``config.json``, for ``alignment_heads``.

    Raises:
        MissingError: quantised, or not laid out as a Whisper model.
    """
    if any(name.endswith("weight_scale") for name in tensors):
        raise MissingError(
            "A quantised CTranslate2 model cannot serve the engine `whisper`.",
            "Use the engine `ctranslate2`, or a model saved in float16.",
            "quantised",
        )
    try:
        weights = dict(_weights(tensors))
        heads = tuple((int(layer), int(head)) for layer, head in config.get("alignment_heads", ()))
        return Checkpoint(_dimensions(tensors, weights), weights, heads)
    except (KeyError, ValueError, IndexError) as failure:
        raise MissingError(
            f"A CTranslate2 model that is not laid out as Whisper: {failure}.",
            "Copy or fetch the model again.",
            "damaged",
        ) from failure


def _weights(tensors: Mapping[str, Tensor]) -> Iterator[tuple[str, Tensor]]:
    for theirs, ours in _SINGLES.items():
        yield ours, tensors[theirs]
    for name, tensor in tensors.items():
        side, _, rest = name.partition("/layer_")
        number, _, inner = rest.partition("/")
        if not number.isdecimal():
            continue
        module, _, kind = inner.rpartition("/")
        modules = _PARTS[module]
        for target, part in zip(modules, np.split(tensor, len(modules)), strict=True):
            if target.endswith(".key") and kind == "bias":
                if part.any():
                    raise ValueError(f"{name}: openai-whisper has no place for this bias")
                continue
            yield f"{side}.blocks.{number}.{target}.{_NORM.get(kind, kind)}", part


def _dimensions(tensors: Mapping[str, Tensor], weights: Tensors) -> dict[str, int]:
    """Sizes as ``whisper.model.ModelDimensions`` wants them, read off the shapes."""
    vocabulary, text_state = weights["decoder.token_embedding.weight"].shape
    audio_state, mels, _ = weights["encoder.conv1.weight"].shape
    return {
        "n_mels": mels,
        "n_audio_ctx": weights["encoder.positional_embedding"].shape[0],
        "n_audio_state": audio_state,
        "n_audio_head": int(tensors["encoder/num_heads"]),
        "n_audio_layer": _layers(weights, "encoder"),
        "n_vocab": vocabulary,
        "n_text_ctx": weights["decoder.positional_embedding"].shape[0],
        "n_text_state": text_state,
        "n_text_head": int(tensors["decoder/num_heads"]),
        "n_text_layer": _layers(weights, "decoder"),
    }


def _layers(weights: Tensors, side: str) -> int:
    return len(
        [name for name in weights if name.startswith(f"{side}.blocks.") and name.endswith(".mlp_ln.bias")]
    )


def convert_file(folder: Path, target: Path) -> None:
    """Write the CTranslate2 model of ``folder`` as the openai-whisper checkpoint ``target`` (``.pt``).

    The file holds only tensors, numbers and lists, so that it loads with ``weights_only``. Beside what
    openai-whisper itself writes it carries ``alignment_heads``.

    Raises:
        MissingError: the model is damaged, quantised or incomplete.
    """
    import torch

    checkpoint = convert(read_tensors(folder / "model.bin"), read_config(folder))
    # A view into the whole stacked matrix would be saved with all of it: copy each part.
    state = {name: torch.from_numpy(np.array(tensor)) for name, tensor in checkpoint.weights.items()}
    torch.save(
        {
            "dims": checkpoint.dims,
            "model_state_dict": state,
            "alignment_heads": [list(pair) for pair in checkpoint.alignment_heads],
        },
        target,
    )


def read_config(folder: Path) -> dict[str, Any]:
    """``config.json`` of a CTranslate2 model; empty where there is none.

    Raises:
        MissingError: there is one, and it is not JSON.
    """
    path = folder / "config.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except (OSError, ValueError) as failure:
        raise MissingError(
            f"{path}: not readable JSON.", "Copy or fetch the model again.", "damaged"
        ) from failure
    return found if isinstance(found, dict) else {}
