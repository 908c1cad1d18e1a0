"""CTranslate2 files are read exactly, refused when damaged, and become equal openai-whisper checkpoints."""

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from spoken_sound import RATE, spoken

from pipeline.errors import MissingError
from pipeline.speech import checkpoint, models

WIDTH, MELS, VOCABULARY = 64, 8, 30
TYPES = {"float16": 4, "float32": 0, "int16": 2, "int8": 1}


def write(path: Path, tensors: Mapping[str, NDArray[Any]]) -> Path:
    """A CTranslate2 file of binary version 6, as its converter writes it."""

    def text(value: str) -> bytes:
        return struct.pack("<H", len(value) + 1) + value.encode() + b"\0"

    parts = [struct.pack("<I", 6), text("WhisperSpec"), struct.pack("<II", 3, len(tensors))]
    for name, tensor in tensors.items():
        parts += [text(name), struct.pack("<B", tensor.ndim), struct.pack(f"<{tensor.ndim}I", *tensor.shape)]
        parts += [struct.pack("<BI", TYPES[tensor.dtype.name], tensor.nbytes), tensor.tobytes()]
    parts += [struct.pack("<I", 1), text("decoder/projection/weight"), text("decoder/embeddings/weight")]
    path.write_bytes(b"".join(parts))
    return path


def small_model() -> dict[str, NDArray[Any]]:
    """A Whisper of one layer a side with random weights, in CTranslate2's names."""
    rng = np.random.default_rng(1)

    def random(*shape: int) -> NDArray[np.float16]:
        return rng.standard_normal(shape).astype(np.float16)

    def linear(name: str, rows: int, columns: int = WIDTH) -> dict[str, NDArray[Any]]:
        return {f"{name}/weight": random(rows, columns), f"{name}/bias": random(rows)}

    def norm(name: str) -> dict[str, NDArray[Any]]:
        return {f"{name}/layer_norm/{kind}": random(WIDTH) for kind in ("gamma", "beta")}

    def layer(name: str, *, cross: bool) -> dict[str, NDArray[Any]]:
        attention, inside = f"{name}/attention", f"{name}/self_attention"
        found = linear(f"{inside}/linear_0", 3 * WIDTH) | linear(f"{inside}/linear_1", WIDTH) | norm(inside)
        found[f"{inside}/linear_0/bias"][WIDTH : 2 * WIDTH] = 0
        if cross:
            found |= linear(f"{attention}/linear_0", WIDTH) | linear(f"{attention}/linear_1", 2 * WIDTH)
            found |= linear(f"{attention}/linear_2", WIDTH) | norm(attention)
            found[f"{attention}/linear_1/bias"][:WIDTH] = 0
        found |= linear(f"{name}/ffn/linear_0", 4 * WIDTH) | linear(f"{name}/ffn/linear_1", WIDTH, 4 * WIDTH)
        return found | norm(f"{name}/ffn")

    return {
        "encoder/conv1/weight": random(WIDTH, MELS, 3),
        "encoder/conv1/bias": random(WIDTH),
        "encoder/conv2/weight": random(WIDTH, WIDTH, 3),
        "encoder/conv2/bias": random(WIDTH),
        "encoder/position_encodings/encodings": random(20, WIDTH),
        "decoder/position_encodings/encodings": random(12, WIDTH),
        "decoder/embeddings/weight": random(VOCABULARY, WIDTH),
        "encoder/num_heads": np.array(2, np.int16),
        "decoder/num_heads": np.array(2, np.int16),
        **norm("encoder"),
        **norm("decoder"),
        **layer("encoder/layer_0", cross=False),
        **layer("decoder/layer_0", cross=True),
    }


@pytest.fixture(scope="module")
def small_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("small") / "model.bin", small_model())


def test_every_variable_is_read_as_it_was_written(small_file: Path) -> None:
    read = checkpoint.read_tensors(small_file)
    assert {name: tensor.tobytes() for name, tensor in read.items()} == {
        name: tensor.tobytes() for name, tensor in small_model().items()
    }


@settings(max_examples=60)
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_file_cut_anywhere_is_damaged(small_file: Path, share: float) -> None:
    cut = small_file.with_name("cut.bin")
    whole = small_file.read_bytes()
    cut.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(MissingError, match="not a readable CTranslate2 Whisper model"):
        checkpoint.read_tensors(cut)


@pytest.mark.parametrize("content", [b"\0" * 4000, b"PK\x03\x04" * 100, b"\xff" * 4000])
def test_another_kind_of_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(content)
    with pytest.raises(MissingError, match="not a readable CTranslate2 Whisper model"):
        checkpoint.read_tensors(path)


def test_bytes_after_the_end_are_damage(small_file: Path, tmp_path: Path) -> None:
    longer = tmp_path / "model.bin"
    longer.write_bytes(small_file.read_bytes() + b"\0")
    with pytest.raises(MissingError, match="1 bytes too many"):
        checkpoint.read_tensors(longer)


def test_openai_whisper_takes_the_converted_names_and_shapes(small_file: Path, tmp_path: Path) -> None:
    import whisper

    checkpoint.convert_file(small_file.parent, tmp_path / "model.pt")
    dims = whisper.load_model(str(tmp_path / "model.pt"), device="cpu").dims
    assert (dims.n_mels, dims.n_vocab, dims.n_audio_head, dims.n_text_layer) == (MELS, VOCABULARY, 2, 1)


def test_a_stacked_matrix_is_taken_apart_unchanged() -> None:
    tensors = small_model()
    weights = checkpoint.convert(tensors, {}).weights
    parts = [weights[f"encoder.blocks.0.attn.{part}.weight"] for part in ("query", "key", "value")]
    assert (
        np.concatenate(parts).tobytes() == tensors["encoder/layer_0/self_attention/linear_0/weight"].tobytes()
    )


def test_a_key_with_a_bias_has_no_place_in_openai_whisper() -> None:
    tensors = small_model()
    tensors["encoder/layer_0/self_attention/linear_0/bias"][WIDTH] = 1
    with pytest.raises(MissingError, match="no place for this bias"):
        checkpoint.convert(tensors, {})


def test_a_missing_variable_is_named() -> None:
    tensors = small_model()
    del tensors["encoder/conv1/bias"]
    with pytest.raises(MissingError, match="encoder/conv1/bias"):
        checkpoint.convert(tensors, {})


def test_a_quantised_model_is_refused_with_the_remedy() -> None:
    tensors = small_model() | {"encoder/conv1/weight_scale": np.ones(1, np.float32)}
    with pytest.raises(MissingError, match="engine `ctranslate2`"):
        checkpoint.convert(tensors, {})


def test_alignment_heads_come_from_the_configuration(small_file: Path, tmp_path: Path) -> None:
    from pipeline.speech.engine_whisper import load_checkpoint

    (tmp_path / "model.bin").write_bytes(small_file.read_bytes())
    (tmp_path / "config.json").write_text(json.dumps({"alignment_heads": [[0, 1]]}), encoding="utf-8")
    checkpoint.convert_file(tmp_path, tmp_path / "model.pt")
    assert load_checkpoint(tmp_path / "model.pt").alignment_heads.to_dense().tolist() == [[False, True]]


def test_a_checkpoint_that_would_run_code_is_refused(tmp_path: Path) -> None:
    import pickle

    from pipeline.speech.engine_whisper import load_checkpoint

    class Attack:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (tmp_path / "owned",))

    (tmp_path / "model.pt").write_bytes(pickle.dumps(Attack()))
    with pytest.raises(MissingError, match="not a readable openai-whisper checkpoint"):
        load_checkpoint(tmp_path / "model.pt")
    assert not (tmp_path / "owned").exists()


# openai-whisper leaves the file of its vocabulary to the garbage collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.model
def test_the_packaged_model_gives_the_same_sound_and_text_in_both_engines() -> None:
    import whisper
    from faster_whisper import WhisperModel
    from faster_whisper.tokenizer import Tokenizer

    from pipeline.speech.engine_whisper import load_checkpoint

    theirs = WhisperModel(
        str(models.resolve("base", "ctranslate2", None, False).path), "cpu", compute_type="float32"
    )
    ours = load_checkpoint(models.resolve("base", "whisper", None, False).path)
    mel = whisper.log_mel_spectrogram(np.pad(spoken(0, 12), (0, 18 * RATE)))
    expected = ours.embed_audio(mel[None]).detach().numpy()
    encoded = theirs.encode(mel.numpy())
    assert np.abs(np.array(encoded) - expected).max() / np.abs(expected).max() < 1e-4
    tokenizer = Tokenizer(theirs.hf_tokenizer, True, task="transcribe", language="ko")
    greedy = theirs.model.generate(encoded, [tokenizer.sot_sequence], beam_size=1)[0].sequences_ids[0]
    assert greedy == ours.decode(mel, whisper.DecodingOptions(language="ko", fp16=False)).tokens
