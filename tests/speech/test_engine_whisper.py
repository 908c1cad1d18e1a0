"""What is particular to openai-whisper: all beams attend to one copy of the sound."""

from typing import Any

import pytest
import torch
from whisper.decoding import PyTorchInference

from pipeline.speech import models
from pipeline.speech.engine_whisper import WhisperEngine, load_checkpoint

TOKENS = torch.tensor([[50258, 50264, 50359, 50363, 1012], [50258, 50264, 50359, 50364, 2131]])


@pytest.mark.model
def test_beams_that_share_the_sound_see_what_each_alone_would_see() -> None:
    checkpoint = models.resolve("base", "whisper", None, False).path
    sound = torch.randn(1, 1500, 512, generator=torch.Generator().manual_seed(1)).expand(2, -1, -1)
    shared, apart = WhisperEngine(checkpoint, "cpu", 1)._model, load_checkpoint(checkpoint)
    for ours, theirs in zip(steps(shared, sound), steps(apart, sound), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-4)


def steps(model: Any, sound: torch.Tensor) -> list[torch.Tensor]:
    """Logits of the first three tokens together, then of each further one, as a search asks for them."""
    inference = PyTorchInference(model, initial_token_length=3)
    with torch.inference_mode():
        found = [inference.logits(TOKENS[:, :end], sound) for end in range(3, TOKENS.shape[1] + 1)]
    inference.cleanup_caching()
    return found
