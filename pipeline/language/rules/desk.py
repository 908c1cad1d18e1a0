"""What lies on the desk while a turn is cleaned: the settings, the word lists, the glossary."""

from dataclasses import dataclass

from pipeline.config import CleanSettings
from pipeline.language.eojeol import Eojeol
from pipeline.language.matching import Matcher
from pipeline.language.tables import Tables


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a rule may look at beside the turn."""

    settings: CleanSettings
    tables: Tables
    matcher: Matcher

    def parted(self, one: Eojeol, other: Eojeol) -> bool:
        """Whether a pause lies between two neighbours of a view, or something that was left out there."""
        return other.words.start > one.words.end or other.start_ms - one.end_ms >= self.settings.pause_ms
