"""Print how the Korean rules do on the labelled sentences of the tests: precision, recall, F1 of each part.

Rules are written with the parts ``dev`` and ``practice``; ``heldout`` and ``test`` tell how they do on what
nobody looked at (``tests/language/labelled/README.md``). From the project's folder::

    python benchmarks/labelled.py
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "language"))

import labelled_scores
from labelled_scores import Counts
from labelled_set import SUBSETS, Subset

LABELS = ("question", "proposal", "achievement", "limit")


def main() -> None:
    """One row for each thing that rules find and each part of the set."""
    print(f"{'':24}{'part':10}{'right':>6}{'wrong':>6}{'missed':>7}{'P':>7}{'R':>7}{'F1':>7}")
    for kind in ("filler", "repeat"):
        for subset in SUBSETS["cleaning"]:
            show(kind, subset, labelled_scores.folded(subset, kind))
    for subset in SUBSETS["glossary"]:
        show("glossary", subset, labelled_scores.corrections(subset))
    for wanted in (*((label,) for label in LABELS), ("achievement", "limit")):
        for subset in SUBSETS["labels"]:
            show("+".join(wanted), subset, labelled_scores.labels(subset, *wanted))
    for subset in SUBSETS["personal"]:
        show("personal data", subset, labelled_scores.personal(subset))


def show(what: str, subset: Subset, counts: Counts) -> None:
    """One row."""
    rates = f"{counts.precision:7.3f}{counts.recall:7.3f}{counts.f1:7.3f}"
    print(f"{what:24}{subset:10}{counts.right:6}{counts.wrong:6}{counts.missed:7}{rates}", flush=True)


if __name__ == "__main__":
    main()
