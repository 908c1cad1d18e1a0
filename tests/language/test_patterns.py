"""The tables hold what their own examples say, and the notation says what it means."""

from functools import cache

import pytest

from pipeline.language.korean import load_korean
from pipeline.language.label_tables import LabelTable, Rule, load_tables
from pipeline.language.patterns import compile_tables
from pipeline.model import Morpheme, Role

TABLES = load_tables()
RULES = [(table, rule) for table in TABLES for rule in table.rule]
NAMES = [f"{table.label}/{rule.name}" for table, rule in RULES]


@cache
def analysed(text: str) -> tuple[Morpheme, ...]:
    return next(load_korean().analyse([text]))


def speaker(table: LabelTable, rule: Rule) -> Role | None:
    """Somebody in whose mouth the rule may fire."""
    return next((role for role in rule.by), None) or next(
        (role for role in Role if role not in (*table.not_by, *rule.not_by)), None
    )


@pytest.mark.model
@pytest.mark.parametrize(("table", "rule"), RULES, ids=NAMES)
def test_a_rule_fires_on_its_examples_and_is_silent_on_its_near_misses(table: LabelTable, rule: Rule) -> None:
    alone = compile_tables((LabelTable(label=table.label, unless=table.unless, rule=(rule,)),))
    role = speaker(table, rule)
    dumb = [text for text in rule.fires if not alone.find(text, analysed(text), role)]
    loud = [text for text in rule.silent if alone.find(text, analysed(text), role)]
    assert (dumb, loud) == ([], [])


@pytest.mark.model
@pytest.mark.parametrize(("table", "rule"), RULES, ids=NAMES)
def test_what_is_decided_by_looking_is_what_the_matcher_decides(table: LabelTable, rule: Rule) -> None:
    def firings(lines: tuple[str, ...]) -> list[object]:
        free = rule.model_copy(update={"match": lines, "unless": (), "by": (), "not_by": ()})
        patterns = compile_tables((LabelTable(label=table.label, rule=(free,)),))
        return [patterns.find(text, analysed(text)) for text in (*rule.fires, *rule.silent)]

    # What may be missing, and always is, makes a line one that is left to the matcher.
    assert firings(rule.match) == firings(tuple(f"{line} ㅋㅋ/IC?" for line in rule.match))
