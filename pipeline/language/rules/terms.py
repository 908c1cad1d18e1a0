"""Names and terms of the glossary are written as it spells them; names of people are only suggested."""

from collections.abc import Iterator

from pipeline.language.eojeol import Edit, View
from pipeline.language.rules.desk import Desk


def terms(view: View, desk: Desk) -> Iterator[Edit]:
    """Correct spacing (``glossary``) and mishearings (``glossary-sound``); a person's name is marked."""
    for match in desk.matcher.find(view.live):
        if match.term.kind == "person":
            as_heard = " ".join(one.text for one in view.live[match.first : match.last])
            yield Edit(match.first, match.last, as_heard, "name?")
        else:
            reason = "glossary" if match.respaced else "glossary-sound"
            yield Edit(match.first, match.last, match.text, reason)
