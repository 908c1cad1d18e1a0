"""Word lists of the cleaning rules: ``cleaning.toml`` of the package, to which a workspace's own file adds.

The lists are general Korean. What a city calls its things is not here but in its glossary.
"""

import re
import tomllib
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import Field

from pipeline.config import Section, load_toml


class Filler(Section):
    """A word that may be said only to gain time, and what shows that it is or is not.

    Words are given by the letters with which the next eojeol begins or the one before ends, tags as those
    with which it does so.
    """

    forms: tuple[str, ...] = Field(min_length=1)
    needs: Literal["nothing", "pause", "comma"]
    """What must be heard: a pause after the word; with ``comma`` the recogniser's comma will do."""
    sure_after: tuple[str, ...] = ()
    """After an eojeol that ends with such a tag nothing need be heard,"""
    idle_after: tuple[str, ...] = ()
    """nor after these words."""
    idle_after_endings: tuple[str, ...] = ()
    """After these (하면) a pause outweighs what the sentence ends with."""
    unheard_before: tuple[str, ...] = ()
    """Inside a sentence, before an eojeol of such a tag (``NNG+JKS``: and such a last one), neither."""
    determines: bool = False
    """Whether it is a determiner as a word."""
    sure_before: tuple[str, ...] = ()
    """Before these, letters of up to two eojeol, it is a filler whatever else stands around."""
    opening: Literal["idle", "past", "first"] = "idle"
    """When it may open a sentence: always, only where the past is told, or only as a turn's first word."""
    comma_is_written: bool = False
    """A comma that no pause bears out shows that the word was meant."""
    real_before: tuple[str, ...] = ()
    """A space stands for the end of the eojeol."""
    real_stems: tuple[str, ...] = ()
    """Stems of verbs and adjectives with which the next eojeol begins."""
    real_nouns: tuple[str, ...] = ()
    """Nouns and numerals with which the next eojeol begins; not the first part of a longer noun."""
    real_before_endings: tuple[str, ...] = ()
    """Ends of the next eojeol (뭐 말씀하셨는지) that ask for it."""
    real_after: tuple[str, ...] = ()
    real_within: tuple[str, ...] = ()
    """Beginnings of one of the next three eojeol."""
    real_tags: tuple[str, ...] = ()
    opening_tags: tuple[str, ...] = ()
    """Like ``real_tags``, at the beginning of a sentence only, where the analyser sees no interjection."""
    predicate: bool = False
    """Whether it may also be what somebody does: with a subject before and another after it (그러니까)."""
    real_after_tags: tuple[str, ...] = ()
    real_ending: tuple[str, ...] = ()
    """Parts of the sentence's last two eojeol (-군요, -라는 뜻입니다) that show a meaning."""


class Spelling(Section):
    """A nonstandard spelling.

    ``tag`` is how the tag of the morpheme begins in which it must stand, ``before`` how the next
    eojeol begins.
    """

    heard: str = Field(min_length=1)
    right: str = Field(min_length=1)
    where: Literal["whole", "start", "end", "anywhere"] = "anywhere"
    tag: str = ""
    before: str = ""


class Tables(Section):
    """``cleaning.toml``."""

    filler: tuple[Filler, ...] = ()
    spelling: tuple[Spelling, ...] = ()
    backchannels: tuple[str, ...] = ()
    keep_repeated: tuple[str, ...] = ()
    fold_repeated: tuple[str, ...] = ()
    doubled_endings: tuple[str, ...] = ()
    restarted_endings: tuple[str, ...] = ()
    fold_parted: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    spaced_determiners: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    openers: tuple[str, ...] = ()

    @cached_property
    def fillers(self) -> dict[str, Filler]:
        """Each filler by its form."""
        return {form: filler for filler in self.filler for form in filler.forms}

    @cached_property
    def misspelt(self) -> re.Pattern[str]:
        """Finds any of the nonstandard spellings."""
        return re.compile("|".join(sorted({re.escape(row.heard) for row in self.spelling})) or r"(?!)")

    def plus(self, other: "Tables") -> "Tables":
        """These tables with the rows of ``other`` before them: the first that fits is used."""
        return Tables(**{name: getattr(other, name) + getattr(self, name) for name in Tables.model_fields})


def load_tables(path: Path | None = None) -> Tables:
    """The package's tables, with a workspace's ``cleaning.toml`` added where there is one.

    Raises:
        ConfigError: the file cannot be read or holds a key or value that makes no sense.
    """
    tables = _package_tables()
    return tables.plus(load_toml(path, Tables)) if path and path.exists() else tables


@cache
def _package_tables() -> Tables:
    text = files("pipeline.language").joinpath("cleaning.toml").read_text(encoding="utf-8")
    return Tables.model_validate(tomllib.loads(text))
