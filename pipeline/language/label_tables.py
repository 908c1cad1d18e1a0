"""Label tables are read from TOML: which patterns give a sentence a label, and which forbid it.

The tables of general Korean are the package's ``labels/``; a workspace's ``config/labels`` is laid over them.
:mod:`pipeline.language.notation` says how a pattern is written, :mod:`pipeline.language.patterns` matches it.
"""

import re
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from pipeline.config import Section, load_toml
from pipeline.errors import ConfigError
from pipeline.language.notation import parse
from pipeline.model import Role


class Rule(Section):
    """One reason to give a label; ``fires`` and ``silent`` are sentences that the tests hold it to."""

    name: str = Field(min_length=1)
    match: tuple[str, ...] = Field(description="Any of these lines; none switches the rule off.")
    unless: tuple[str, ...] = Field((), description="Any of these lines in the sentence stops the rule.")
    by: tuple[Role, ...] = Field((), description="Only in the mouth of these, or of somebody unknown.")
    not_by: tuple[Role, ...] = Field((), description="Never in the mouth of these.")
    value: str = Field("", description="The label's value, where no part of the line is bracketed.")
    value_like: str = Field("", description="Regular expression for the whole bracketed text.")
    spans: Literal["sentence", "match"] = Field("sentence", description="What the label is laid on.")
    fires: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()


class LabelTable(Section):
    """A label, what always stops it, and its rules, the most telling first."""

    label: str = Field(min_length=1)
    unless: tuple[str, ...] = ()
    not_by: tuple[Role, ...] = ()
    rule: tuple[Rule, ...] = ()


class LabelFile(LabelTable):
    """One TOML file: a table whose lines may name word lists (``@good/VA``) instead of writing them out."""

    words: dict[str, str] = Field({}, description="Word lists by name, each separated by blanks.")

    def table(self) -> LabelTable:
        """The table with every list written out.

        Raises:
            KeyError: a line names a list that is not there.
        """
        return LabelTable.model_validate(self._spelled(self.model_dump(exclude={"words"})))

    def _spelled(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._spelled(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self._spelled(one) for one in value]
        if not isinstance(value, str):
            return value
        return re.sub(r"@([a-z_]+)", lambda name: "|".join(self.words[name[1]].split()), value)


def load_tables(folder: Path | None = None) -> tuple[LabelTable, ...]:
    """The label tables of general Korean, with those of a workspace (``config/labels``) laid over them.

    A rule of the same label and name replaces the general one; other rules are added after it.

    Raises:
        ConfigError: a table that cannot be read, or a pattern that is none.
    """
    tables: dict[str, LabelTable] = {}
    general = Path(str(files("pipeline.language").joinpath("labels")))
    for place in (general, folder):
        for path in sorted(place.glob("*.toml")) if place else ():
            table = _checked(load_toml(path, LabelFile), path)
            tables[table.label] = _merged(tables.get(table.label), table)
    return tuple(tables.values())


def _merged(base: LabelTable | None, over: LabelTable) -> LabelTable:
    if base is None:
        return over
    rules = {rule.name: rule for rule in (*base.rule, *over.rule)}
    return LabelTable(
        label=base.label,
        unless=(*base.unless, *over.unless),
        not_by=(*base.not_by, *over.not_by),
        rule=tuple(rules.values()),
    )


def _checked(file: LabelFile, path: Path) -> LabelTable:
    """The file's table, every line of which can be read."""
    hint = "Write it as 형태/TAG, such as 면/EC 좋/VA 겠/EP; a list as @name/TAG."
    try:
        table = file.table()
    except KeyError as failure:
        raise ConfigError(f"{path}: no words are listed as {failure}.", hint) from failure
    for pattern in (*table.unless, *(line for rule in table.rule for line in (*rule.match, *rule.unless))):
        try:
            parse(pattern)
        except ValueError as failure:
            raise ConfigError(f"{path}: pattern {pattern!r}: {failure}.", hint) from failure
    return table
