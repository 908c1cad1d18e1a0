from pathlib import Path

import pytest

from pipeline.drafts.chapters import load_chapters
from pipeline.errors import ConfigError

LEAST = 'number = 4\ntitle = "면담"\nkind = "interview"\n'
PART = '[[part]]\nname = "talks"\npart = "sessions"\nshow = ["heading"]\n'


def load(folder: Path, *texts: str):
    for number, text in enumerate(texts):
        (folder / f"{number}.toml").write_text(text, encoding="utf-8")
    return load_chapters(folder)


def test_the_citys_chapters_are_four_and_five():
    made = load_chapters(Path(__file__).parents[2] / "config" / "chapters")
    assert [(one.number, one.kind) for one in made] == [(4, "interview"), (5, "roundtable")]


def test_chapters_come_by_number(tmp_path):
    made = load(tmp_path, LEAST.replace("4", "7") + PART, LEAST + PART)
    assert [one.number for one in made] == [4, 7]


def test_without_definitions_there_are_no_chapters(tmp_path):
    assert load_chapters(tmp_path / "nowhere") == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (LEAST + 'titel = "x"\n' + PART, "did you mean title"),
        (LEAST + PART + 'heading = "{who}"\n', "unknown field who"),
        (LEAST + PART + 'heading = "{title"\n', "part.0.heading"),
        (LEAST + PART + 'heading = "{title.x}"\n', "unknown field"),
        (LEAST + 'not_points = ["("]\n' + PART, "no regular expression"),
        (LEAST + PART + PART, "given 2 times"),
        (LEAST + PART.replace("talks", "Talks"), "part.0.name"),
        (LEAST + PART + '[agenda]\nitem_heading = "{name}"\n', "unknown field name"),
    ],
)
def test_what_a_definition_may_not_say_is_refused_by_name(tmp_path, text, told):
    with pytest.raises(ConfigError, match=told.replace(".", r"\.")):
        load(tmp_path, text)


def test_two_chapters_of_one_number_are_refused(tmp_path):
    with pytest.raises(ConfigError, match="chapter number 4"):
        load(tmp_path, LEAST + PART, LEAST + PART)
