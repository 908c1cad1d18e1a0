"""Names and terms of the glossary are written as it spells them; names of people are only suggested."""

from collections.abc import Iterable

from pipeline.language.eojeol import Edit, View
from pipeline.language.rules.desk import Desk


def terms(view: View, desk: Desk) -> Iterable[Edit]:
    """Correct spacing (``glossary``) and mishearings (``glossary-sound``); mark names (``name:김하늘?``)."""
    return [match.edit(view.live) for match in desk.matcher.find(view.live)]


def names(view: View, desk: Desk) -> Iterable[Edit]:
    """Mark names alone: one of them may be withheld, which no setting of how a turn reads may undo."""
    return [match.edit(view.live) for match in desk.matcher.find(view.live) if match.term.kind == "person"]
