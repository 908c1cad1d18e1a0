"""Artifacts are written all or nothing, and damage is always noticed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.batch import store
from pipeline.errors import StageError
from pipeline.model import Word

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=10,
)
WORD = Word(0, 500, " 안녕하세요", 0.913)


def head(body: object) -> store.Head:
    return store.Head("stage", "", "f" * 64, {"option.a": 1}, {"all": store.digest(store.canonical(body))})


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), JSON))
def test_the_order_of_keys_does_not_change_the_bytes(value: dict[str, object]) -> None:
    assert store.canonical(value) == store.canonical(dict(reversed(value.items())))


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    body = store.plain(WORD)
    store.write_artifact(tmp_path / "a.json", head(body), body)
    assert store.read_artifact(tmp_path / "a.json", Word) == WORD
    assert store.read_head(tmp_path / "a.json") == head(body)


@given(st.data())
def test_any_change_of_a_byte_is_noticed(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("damage") / "a.json"
    body = store.plain(WORD)
    store.write_artifact(path, head(body), body)
    sound = bytearray(path.read_bytes())
    position = sound.index(b'"body"') + data.draw(st.integers(8, len(sound) - sound.index(b'"body"') - 200))
    altered = data.draw(st.integers(0, 255).filter(lambda byte: byte != sound[position]))
    sound[position] = altered
    path.write_bytes(sound)
    assert store.read_head(path) is None or store.read_artifact(path, Word) == WORD


@pytest.mark.parametrize("cut", [0, 1, 50, -1])
def test_a_cut_artifact_is_damaged(tmp_path: Path, cut: int) -> None:
    body = store.plain(WORD)
    store.write_artifact(tmp_path / "a.json", head(body), body)
    (tmp_path / "a.json").write_bytes((tmp_path / "a.json").read_bytes()[:cut])
    assert store.read_head(tmp_path / "a.json") is None
    with pytest.raises(StageError, match="missing or damaged"):
        store.read_artifact(tmp_path / "a.json", Word)


def test_blocks_survive_the_process_that_made_them(tmp_path: Path) -> None:
    store.Blocks(tmp_path, Word)["0001"] = WORD
    again = store.Blocks(tmp_path, Word)
    assert list(again) == ["0001"]
    assert again["0001"] == WORD


def test_a_damaged_block_is_as_good_as_none(tmp_path: Path) -> None:
    blocks = store.Blocks(tmp_path, Word)
    blocks["0001"] = WORD
    (tmp_path / "0001.json").write_bytes(b'{"start_ms": 0')
    assert "0001" not in blocks
