from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.language.tables import load_tables

ROOT = Path(__file__).parents[2]
NEGATIONS = {"안", "못", "아니", "아니요", "아뇨", "않"}


def test_no_negation_may_be_left_out_as_a_filler() -> None:
    tables = load_tables()
    assert not NEGATIONS & (set(tables.fillers) | set(tables.backchannels))


def test_every_spelling_changes_something_and_leaves_nothing_to_change() -> None:
    for row in load_tables().spelling:
        assert row.heard != row.right
        assert row.heard not in row.right


def test_a_word_is_not_both_kept_and_folded() -> None:
    tables = load_tables()
    assert not set(tables.keep_repeated) & set(tables.fold_repeated)


def test_a_workspace_adds_to_the_lists_and_goes_first(tmp_path: Path) -> None:
    path = tmp_path / "cleaning.toml"
    path.write_text(
        'keep_repeated = ["둘레"]\n[[spelling]]\nheard = "쎈터"\nright = "센터"\n', encoding="utf-8"
    )
    tables = load_tables(path)
    assert tables.keep_repeated[0] == "둘레"
    assert tables.spelling[0].heard == "쎈터"
    assert len(tables.spelling) == len(load_tables().spelling) + 1


def test_a_workspace_needs_no_lists_of_its_own(tmp_path: Path) -> None:
    assert load_tables(tmp_path / "none.toml") == load_tables()
    assert load_tables(ROOT / "config/cleaning.toml") == load_tables()


def test_an_unknown_key_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "cleaning.toml"
    path.write_text('fillers = ["음"]\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="fillers"):
        load_tables(path)
