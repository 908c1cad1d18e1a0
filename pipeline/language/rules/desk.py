"""What lies on the desk while a turn is cleaned: the settings, the word lists, the glossary."""

from dataclasses import dataclass

from pipeline.config import CleanSettings
from pipeline.language.matching import Matcher
from pipeline.language.tables import Tables


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a rule may look at beside the turn."""

    settings: CleanSettings
    tables: Tables
    matcher: Matcher
