"""Clips become phrases through CTranslate2 by way of faster-whisper: many clips at a time.

A clip's result does not depend on the clips beside it. CTranslate2's sampling draws from a generator that
cannot be seeded again once it was used, so that temperatures above 0 are deterministic stand-ins (``_WAYS``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pipeline.speech.allocator import keep_freed_memory
from pipeline.speech.engine import DecodeOptions, Heard, Phrase, Samples, ignore
from pipeline.speech.phrases import Decoding, Piece, Timed, decode_whole, length_ms, make_piece, read_tokens

if TYPE_CHECKING:
    from faster_whisper.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class _Way:
    """How to search; fields as in ``ctranslate2.models.Whisper.generate``, ``beam`` 0 = the option's size."""

    up_to: float
    beam: int = 0
    repetition_penalty: float = 1.0
    no_repeat_ngram: int = 0


_WAYS = (
    _Way(0.0),
    _Way(0.2, repetition_penalty=1.1, no_repeat_ngram=5),
    _Way(0.4, repetition_penalty=1.2, no_repeat_ngram=4),
    _Way(1.0, beam=1, repetition_penalty=1.3, no_repeat_ngram=3),
)
"""Search by temperature, the first row that reaches it: each leaves the likeliest text further behind."""


class CTranslate2Engine:
    """Whisper in CTranslate2, on the CPU or a GPU."""

    name = "ctranslate2"

    def __init__(self, folder: Path, device: str, compute_type: str, threads: int, batch_size: int) -> None:
        from ctranslate2 import set_log_level
        from faster_whisper import WhisperModel
        from faster_whisper.feature_extractor import FeatureExtractor

        keep_freed_memory()
        set_log_level(40)  # logging.ERROR: a fallback to another arithmetic is no news for the operator
        self._whisper = WhisperModel(
            str(folder), device=device, compute_type=compute_type, cpu_threads=threads, local_files_only=True
        )
        self._features = FeatureExtractor(feature_size=self._whisper.model.n_mels)
        self._batch_size = batch_size

    def count_tokens(self, text: str) -> int:
        """Length of ``text`` in tokens, as it is put before a clip."""
        return len(self._whisper.hf_tokenizer.encode(_as_context(text), add_special_tokens=False).ids)

    def decode(
        self, clips: Sequence[Samples], options: DecodeOptions, heard: Heard = ignore
    ) -> list[tuple[Phrase, ...]]:
        """Recognise each clip on its own; see :class:`pipeline.speech.engine.Engine`."""
        from faster_whisper.tokenizer import Tokenizer

        model = self._whisper
        tokenizer = Tokenizer(
            model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=options.language
        )
        size = self._batch_size

        def pieces(waiting: list[Samples]) -> list[Piece]:
            batches = (waiting[start : start + size] for start in range(0, len(waiting), size))
            return [piece for batch in batches for piece in self._batch(batch, tokenizer, options, heard)]

        return decode_whole(clips, pieces)

    def _batch(
        self, clips: Sequence[Samples], tokenizer: "Tokenizer", options: DecodeOptions, heard: Heard
    ) -> list[Piece]:
        lengths = [length_ms(clip) for clip in clips]
        encoded = self._encode(clips, heard)
        results = self._generate(encoded, len(clips), tokenizer, options)
        decodings = [
            _decoding(result, tokenizer, length) for result, length in zip(results, lengths, strict=True)
        ]
        alignments = self._align(encoded, decodings, lengths, tokenizer)
        heard(sum(length - length // 2 for length in lengths))
        return [make_piece(*found) for found in zip(decodings, alignments, lengths, strict=True)]

    def _encode(self, clips: Sequence[Samples], heard: Heard) -> Any:
        """Encoder output of all clips, as CTranslate2 holds it.

        On a CPU clips are encoded one by one: 28 % faster than together, to the same bits, because one clip's
        activations fit into the cache. Encoding is told as half of the work, which it nearly is.
        """
        from ctranslate2 import StorageView

        if self._whisper.model.device != "cpu":
            heard(sum(length_ms(clip) // 2 for clip in clips))
            return self._whisper.encode(np.stack([self._spectrogram(clip) for clip in clips]))
        encoded = []
        for clip in clips:
            encoded.append(np.array(self._whisper.encode(self._spectrogram(clip)[np.newaxis])))
            heard(length_ms(clip) // 2)
        return StorageView.from_array(np.concatenate(encoded))

    def _generate(self, encoded: Any, count: int, tokenizer: "Tokenizer", options: DecodeOptions) -> Any:
        from faster_whisper.transcribe import get_suppressed_tokens

        way = next(way for way in _WAYS if options.temperature <= way.up_to)
        context = tokenizer.encode(_as_context(options.prompt)) if options.prompt.strip() else []
        prompt = self._whisper.get_prompt(tokenizer, context)
        return self._whisper.model.generate(
            encoded,
            [prompt] * count,
            beam_size=way.beam or options.beam_size,
            repetition_penalty=way.repetition_penalty,
            no_repeat_ngram_size=way.no_repeat_ngram,
            max_length=self._whisper.max_length,
            suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
            return_scores=True,
            return_no_speech_prob=True,
        )

    def _align(
        self, encoded: Any, decodings: Sequence[Decoding], lengths: Sequence[int], tokenizer: "Tokenizer"
    ) -> list[list[Timed]]:
        """Words of each clip with their times.

        On a CPU clips are aligned one by one: together each is padded to as many tokens as the longest has,
        which took half as long again for the same times.
        """
        align = self._whisper.find_alignment
        tokens = [decoding.tokens for decoding in decodings]
        frames = [max(2, ms // 10) for ms in lengths]
        if self._whisper.model.device == "cpu":
            each = zip(tokens, _each(encoded), frames, strict=True)
            found = [align(tokenizer, [text], sound, [length])[0] for text, sound, length in each]
        else:
            found = align(tokenizer, tokens, encoded, frames)
        return [[_timed(word) for word in words] for words in found]

    def _spectrogram(self, clip: Samples) -> NDArray[np.float32]:
        """Log-Mel spectrogram of the clip, zeros up to 30 s, shape (mels, 3000).

        Zeros are faster-whisper's way, not openai-whisper's, which adds silence: here they gave fewer errors.
        """
        from faster_whisper.audio import pad_or_trim

        spectrogram: NDArray[np.float32] = pad_or_trim(self._features(clip)[:, :-1])
        return spectrogram


def _each(encoded: Any) -> Iterator[Any]:
    """Each clip's encoder output, as CTranslate2 holds it; nothing is copied."""
    from ctranslate2 import StorageView

    rows = np.asarray(encoded)
    return (StorageView.from_array(rows[i : i + 1]) for i in range(len(rows)))


def _decoding(result: Any, tokenizer: "Tokenizer", clip_ms: int) -> Decoding:
    tokens = result.sequences_ids[0]
    return read_tokens(
        tokens,
        tokenizer.timestamp_begin,
        tokenizer.eot,
        clip_ms,
        # The score is the mean over the tokens; openai-whisper's mean counts the end token as well.
        log_probability=result.scores[0] * len(tokens) / (len(tokens) + 1),
        no_speech=result.no_speech_prob,
    )


def _as_context(text: str) -> str:
    """Text as it stands in a running transcript, with the space that begins every phrase."""
    return f" {text.strip()}"


def _timed(word: dict[str, Any]) -> Timed:
    return Timed(
        text=word["word"],
        tokens=len(word["tokens"]),
        start_ms=round(float(word["start"]) * 1000),
        end_ms=round(float(word["end"]) * 1000),
        probability=float(word["probability"]),
    )
