"""Which engine a model is loaded into; the one place that knows them all."""

import os
from collections.abc import Callable

from pipeline.config import TranscribeSettings
from pipeline.speech.engine import Engine
from pipeline.speech.models import Weights

Loader = Callable[[Weights, TranscribeSettings, int], Engine]


def load_engine(weights: Weights, settings: TranscribeSettings, threads: int) -> Engine:
    """Load ``weights`` into their engine, ready to decode; seconds and about the weights' size in memory.

    Args:
        weights: as :func:`pipeline.speech.models.resolve` found them.
        settings: device, arithmetic and batch size; the engine is the weights' own.
        threads: CPU threads; 0 leaves the choice to the engine's library.

    Raises:
        MissingError: the weights are damaged or do not suit the device.
    """
    # Everything is on disk by now: a library that thinks otherwise must fail, not call out.
    os.environ["HF_HUB_OFFLINE"] = "1"
    return _LOADERS[weights.engine](weights, settings, threads)


def _ctranslate2(weights: Weights, settings: TranscribeSettings, threads: int) -> Engine:
    from pipeline.speech.engine_ctranslate2 import CTranslate2Engine

    return CTranslate2Engine(
        weights.path, settings.device, settings.compute_type, threads, settings.batch_size
    )


def _whisper(weights: Weights, settings: TranscribeSettings, threads: int) -> Engine:
    from pipeline.speech.engine_whisper import WhisperEngine

    return WhisperEngine(weights.path, settings.device, threads)


_LOADERS: dict[str, Loader] = {"ctranslate2": _ctranslate2, "whisper": _whisper}
