"""What lies on the desk while a turn is cleaned: the settings, the word lists, the glossary."""

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from pipeline.config import Section
from pipeline.language.matching import Matcher
from pipeline.language.tables import Tables


class CleanSettings(Section):
    """How much of a turn is tidied for reading, and which rules may do it."""

    level: Literal["verbatim", "light", "edited"] = Field(
        "light", description="verbatim: as recognised; light: for reading; edited: also slips of particles."
    )
    fillers: bool = Field(True, description="Leave out words said only to gain time.")
    backchannels: bool = Field(True, description="Leave out a listener's sound inside another's sentence.")
    repeats: bool = Field(True, description="Fold what was said twice in searching for words.")
    repairs: bool = Field(True, description="Fold a pronoun that the speaker at once put another way.")
    cut_offs: bool = Field(True, description="Fold a word broken off and begun again.")
    spelling: bool = Field(True, description="Write nonstandard spellings in the standard way.")
    spacing: bool = Field(True, description="Correct word spacing where grammar leaves no choice.")
    glossary: bool = Field(True, description="Write names and terms of the glossary as it spells them.")
    numbers: bool = Field(True, description="Write counted numbers in digits, as public documents do.")
    sentences: bool = Field(True, description="Find sentences where the recogniser left out full stops.")
    punctuation: bool = Field(True, description="Put the full stop or question mark that a sentence lacks.")
    quotations: bool = Field(True, description="Put quotation marks around words quoted as they were said.")
    particles: bool = Field(True, description="Correct particles of the wrong form (level edited only).")
    paragraphs: bool = Field(True, description="Part long turns into paragraphs.")
    pause_ms: int = Field(300, ge=0, description="Silence after a word that makes a filler of it.")
    drawl_ms: int = Field(450, ge=0, description="A syllable held this long sounds like a filler.")
    low_confidence: float = Field(
        0.4, ge=0, le=1, description="A word less sure than this was spoken like a filler."
    )
    paragraph_characters: int = Field(250, ge=1, description="A paragraph is at least this long,")
    paragraph_limit: int = Field(600, ge=1, description="and ends after so many characters if it can.")
    paragraph_pause_ms: int = Field(1_500, ge=0, description="Silence at which a long paragraph ends.")


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a rule may look at beside the turn."""

    settings: CleanSettings
    tables: Tables
    matcher: Matcher
