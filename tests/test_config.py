"""Configuration files are checked when they are read, and every error says what to change."""

from pathlib import Path

import pytest

from pipeline.config import Glossary, Settings, load_glossary, load_settings, load_toml, settings_template
from pipeline.errors import ConfigError


def settings_error(tmp_path: Path, text: str) -> str:
    path = tmp_path / "pipeline.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_settings(path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[transcribe]\nbeamsize = 3", "unknown key transcribe.beamsize, did you mean beam_size?"),
        ("[transcrib]\nbeam_size = 3", "unknown key transcrib, did you mean transcribe?"),
        ("[run]\nzzz = 3", "unknown key run.zzz (known: executor, jobs"),
        ("[transcribe]\nbeam_size = 0", "transcribe.beam_size: Input should be greater than or equal to 1"),
        ("[transcribe]\nengine = 'kaldi'", "transcribe.engine"),
        ("[media]\nmax_hours = nan", "media.max_hours"),
        ("[transcribe\n", "not valid TOML"),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in settings_error(tmp_path, text)


def test_text_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "pipeline.toml"
    path.write_bytes('[transcribe]\nmodel = "기본"'.encode("cp949"))
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_settings(path)


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "pipeline.toml"
    path.write_text("\ufeff[run]\njobs = 3", encoding="utf-8")
    assert load_settings(path).run.jobs == 3


def test_missing_files_mean_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.toml") == Settings()
    assert load_glossary(tmp_path / "none.toml") == Glossary()


def test_glossary_keys_are_checked_too(tmp_path: Path) -> None:
    path = tmp_path / "glossary.toml"
    path.write_text('[[term]]\nname = "민관협치"\nvariant = ["민간협치"]', encoding="utf-8")
    with pytest.raises(ConfigError, match="did you mean variants"):
        load_toml(path, Glossary)


def test_the_template_holds_every_setting_at_its_default(tmp_path: Path) -> None:
    path = tmp_path / "pipeline.toml"
    path.write_text(settings_template(), encoding="utf-8")
    assert load_settings(path) == Settings()
    for name, field in Settings.model_fields.items():
        for key in type(field.default).model_fields:
            assert f"\n{key} = " in path.read_text(encoding="utf-8").partition(f"[{name}]")[2]


def test_the_projects_own_configuration_is_valid_and_explains_every_setting() -> None:
    config = Path(__file__).parent.parent / "config"
    assert (config / "pipeline.toml").read_text(encoding="utf-8") == settings_template()
    assert "민관협치" in {term.name for term in load_glossary(config / "glossary.toml").term}
