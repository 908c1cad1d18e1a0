"""The labelled sentences: those that rules are written with, and those set aside."""

from collections.abc import Callable

import pytest
from labelled_scores import corrections, folded
from labelled_set import SUBSETS, Subset

pytestmark = pytest.mark.model

Recorder = Callable[[str, object], None]

FILLERS = {
    Subset.DEV: (0.97, 0.90),
    Subset.HELDOUT: (0.97, 0.75),
    Subset.PRACTICE: (0.92, 0.86),
    Subset.TEST: (0.97, 0.75),
}
"""Least precision and recall. The aim is (0.97, 0.75). Much of PRACTICE was written where rules fail:
words and a pause do not always tell a determiner from a filler."""


@pytest.mark.parametrize("subset", SUBSETS["cleaning"])
def test_fillers_are_left_out_and_little_else(subset: Subset, record_property: Recorder) -> None:
    counts = folded(subset, "filler")
    record_property("fillers", str(counts))
    precision, recall = FILLERS[subset]
    assert counts.precision >= precision
    assert counts.recall >= recall


REPEATS = {
    Subset.DEV: (0.97, 0.90),
    Subset.HELDOUT: (0.84, 0.64),
    Subset.PRACTICE: (0.97, 0.73),
    Subset.TEST: (0.97, 0.90),
}
"""Least precision and recall. The aim is (0.95, 0.75); HELDOUT, with 25 words that are marked, falls short of
it. A fifth of what PRACTICE marks is corrected into other words, which the law of faithfulness does not let
go."""


@pytest.mark.parametrize("subset", SUBSETS["cleaning"])
def test_what_was_said_twice_is_folded(subset: Subset, record_property: Recorder) -> None:
    counts = folded(subset, "repeat")
    record_property("repeats", str(counts))
    precision, recall = REPEATS[subset]
    assert counts.precision >= precision
    assert counts.recall >= recall


@pytest.mark.parametrize("subset", SUBSETS["glossary"])
def test_names_are_corrected_and_look_alikes_are_not(subset: Subset, record_property: Recorder) -> None:
    counts = corrections(subset)
    record_property("glossary", str(counts))
    assert counts.precision >= 0.98
    assert counts.recall >= 0.80
