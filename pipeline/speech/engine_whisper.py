"""Clips become phrases through openai-whisper, one clip at a time.

The reference engine: temperatures above 0 sample as OpenAI's own program does, from a generator seeded anew
for every clip, so that a result does not depend on what was decoded before.
"""

import warnings
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import MissingError
from pipeline.speech.engine import DecodeOptions, Heard, Phrase, Samples, ignore
from pipeline.speech.phrases import Decoding, Piece, Timed, decode_whole, length_ms, make_piece, read_tokens

if TYPE_CHECKING:
    from whisper.tokenizer import Tokenizer

BEST_OF = 5
"""Samples drawn at a temperature above 0, of which the likeliest stands; openai-whisper's own default."""


class WhisperEngine:
    """Whisper in PyTorch, on the CPU or a GPU."""

    name = "whisper"

    def __init__(self, checkpoint: Path, device: str, threads: int) -> None:
        import torch

        if threads > 0:
            torch.set_num_threads(threads)
        chosen = device if device != "auto" else "cuda" if torch.cuda.is_available() else "cpu"
        self._model = load_checkpoint(checkpoint).to(chosen)
        _share_sound(self._model)
        self._fp16 = chosen == "cuda"

    def count_tokens(self, text: str) -> int:
        """Length of ``text`` in tokens, as it is put before a clip."""
        return len(self._tokenizer("ko").encode(f" {text.strip()}"))

    def decode(
        self, clips: Sequence[Samples], options: DecodeOptions, heard: Heard = ignore
    ) -> list[tuple[Phrase, ...]]:
        """Recognise each clip on its own; see :class:`pipeline.speech.engine.Engine`."""
        tokenizer = self._tokenizer(options.language)

        def pieces(waiting: list[Samples]) -> Iterator[Piece]:
            for clip in waiting:
                yield self._piece(clip, tokenizer, options)
                heard(length_ms(clip))

        return decode_whole(clips, lambda waiting: list(pieces(waiting)))

    def _tokenizer(self, language: str) -> "Tokenizer":
        from whisper.tokenizer import get_tokenizer

        model = self._model
        with warnings.catch_warnings():
            # openai-whisper leaves the file of its vocabulary to the garbage collector.
            warnings.simplefilter("ignore", ResourceWarning)
            return get_tokenizer(
                model.is_multilingual, num_languages=model.num_languages, language=language, task="transcribe"
            )

    def _piece(self, clip: Samples, tokenizer: "Tokenizer", options: DecodeOptions) -> Piece:
        import torch

        with torch.random.fork_rng(), torch.inference_mode():
            torch.manual_seed(options.seed)
            result = self._model.decode(self._spectrogram(clip), self._decoding_options(options))
        decoding = read_tokens(
            result.tokens,
            tokenizer.timestamp_begin,
            tokenizer.eot,
            length_ms(clip),
            log_probability=result.avg_logprob,
            no_speech=result.no_speech_prob,
        )
        alignment = self._align(decoding, result.audio_features, length_ms(clip), tokenizer)
        return make_piece(decoding, alignment, length_ms(clip))

    def _decoding_options(self, options: DecodeOptions) -> Any:
        from whisper import DecodingOptions

        search = {"beam_size": options.beam_size} if options.temperature == 0 else {"best_of": BEST_OF}
        return DecodingOptions(
            language=options.language,
            temperature=options.temperature,
            prompt=options.prompt.strip() or None,
            fp16=self._fp16,
            **search,
        )

    def _align(self, decoding: Decoding, features: Any, clip_ms: int, tokenizer: "Tokenizer") -> list[Timed]:
        import torch
        from whisper.timing import find_alignment

        with torch.inference_mode():
            found = find_alignment(
                _Encoded(self._model, features), tokenizer, decoding.tokens, features, max(2, clip_ms // 10)
            )
        return [
            Timed(
                w.word,
                len(w.tokens),
                round(float(w.start) * 1000),
                round(float(w.end) * 1000),
                float(w.probability),
            )
            for w in found
        ]

    def _spectrogram(self, clip: Samples) -> Any:
        """Log-Mel spectrogram of the clip and the silence after it up to 30 s, shape (mels, 3000)."""
        import torch
        from whisper import log_mel_spectrogram, pad_or_trim

        sound = pad_or_trim(torch.from_numpy(clip.copy()))
        spectrogram = log_mel_spectrogram(sound, self._model.dims.n_mels).to(self._model.device)
        return spectrogram.half() if self._fp16 else spectrogram


def _share_sound(model: Any) -> None:
    """Let all beams of a clip attend to one copy of its sound, in one product instead of one per beam.

    openai-whisper keeps a copy per beam, 184 MB for five beams of the base model, and reads all of it for
    every token: that took three fifths of the time. One clip is decoded at a time, so the copies are equal.
    """
    for block in model.decoder.blocks:
        attention = block.cross_attn
        attention.forward = partial(_attend_to_one_clip, attention, attention.forward)


def _attend_to_one_clip(
    attention: Any, original: Any, x: Any, xa: Any = None, mask: Any = None, kv_cache: Any = None
) -> Any:
    """Cross-attention of ``x``, shape (beams, tokens, state), to the first of equal rows of ``xa``, and None.

    Without a cache, which is how word times are found, the original answers: it also gives the weights.
    """
    from torch.nn.functional import scaled_dot_product_attention

    if kv_cache is None:
        return original(x, xa, mask, kv_cache)
    if attention.key in kv_cache:
        key, value = kv_cache[attention.key], kv_cache[attention.value]
    else:
        key, value = attention.key(xa[:1]), attention.value(xa[:1])
    heads = (attention.n_head, x.shape[-1] // attention.n_head)
    query, key, value = (
        part.reshape(1, -1, *heads).transpose(1, 2) for part in (attention.query(x), key, value)
    )
    seen = scaled_dot_product_attention(query, key, value).transpose(1, 2).reshape(x.shape)
    return attention.out(seen), None


class _Encoded:
    """A model whose encoder has already run: ``find_alignment`` would run it a second time on the sound."""

    def __init__(self, model: Any, features: Any) -> None:
        self._model = model
        self._features = features

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def __call__(self, _spectrogram: Any, tokens: Any) -> Any:
        return self._model.decoder(tokens, self._features.unsqueeze(0))


def load_checkpoint(path: Path) -> Any:
    """Load an openai-whisper checkpoint without running any code in it, on the CPU.

    Alignment heads come from the file if :mod:`pipeline.speech.checkpoint` made it, else from
    openai-whisper's own table where the file has the name of a model in it, else stay openai-whisper's
    default (the upper half of the layers), with which words lie up to a quarter of a second off.

    Raises:
        MissingError: not such a checkpoint, or a damaged one.
    """
    import pickle

    import torch
    import whisper

    try:
        found = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
        model = whisper.Whisper(whisper.ModelDimensions(**found["dims"]))
        model.load_state_dict(found["model_state_dict"])
    except (
        OSError,
        RuntimeError,
        pickle.UnpicklingError,
        KeyError,
        TypeError,
        ValueError,
        EOFError,
    ) as failure:
        raise MissingError(
            f"{path}: not a readable openai-whisper checkpoint.", "Copy or fetch the model again.", "damaged"
        ) from failure
    _set_alignment_heads(model, found.get("alignment_heads"), path.stem)
    return model.eval()


def _set_alignment_heads(model: Any, heads: Sequence[tuple[int, int]] | None, name: str) -> None:
    import torch
    from whisper import _ALIGNMENT_HEADS

    if heads:
        mask = torch.zeros(model.dims.n_text_layer, model.dims.n_text_head, dtype=torch.bool)
        mask[tuple(torch.tensor(heads).T)] = True
        model.register_buffer("alignment_heads", mask.to_sparse(), persistent=False)
    elif name in _ALIGNMENT_HEADS:
        model.set_alignment_heads(_ALIGNMENT_HEADS[name])
