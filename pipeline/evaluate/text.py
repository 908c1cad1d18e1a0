"""A transcript is scored against a reference: character error rate (CER) and recall of glossary terms.

CER is taken over NFC text without punctuation and spaces, so that spacing, on which Korean writers differ,
costs nothing; a second figure keeps single spaces. CER hides proper names, a few characters among
thousands: hence term recall beside it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.config import Term
from pipeline.evaluate.reference import Reference
from pipeline.model import Transcript


@dataclass(frozen=True, slots=True)
class Score:
    """Edits that turn a reference into a hypothesis, counted in characters; ``length`` of the reference."""

    substitutions: int
    deletions: int
    insertions: int
    length: int

    @property
    def rate(self) -> float:
        """Errors per character of the reference; over 1 where more was invented than said."""
        return (self.substitutions + self.deletions + self.insertions) / max(1, self.length)


@dataclass(frozen=True, slots=True)
class Recall:
    """How many occurrences of glossary terms in a reference a hypothesis has."""

    found: int
    total: int

    @property
    def rate(self) -> float | None:
        """Share found, 0 to 1; None where the reference holds no term."""
        return self.found / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class TextScores:
    """What of a reference's text a hypothesis has."""

    cer: Score
    cer_with_spaces: Score
    terms: Recall


def score_text(reference: Reference, hypothesis: Transcript | str, terms: Sequence[Term] = ()) -> TextScores:
    """Score a whole recording. Both CERs are taken against :func:`settled_turns`."""
    heard = hypothesis if isinstance(hypothesis, str) else transcript_text(hypothesis)
    said = " ".join(settled_turns(reference, heard))
    return TextScores(
        cer=cer(said, heard),
        cer_with_spaces=cer(said, heard, spaces=True),
        terms=term_recall(" ".join(turn.text for turn in reference.turns), heard, terms),
    )


def cer(reference: str, hypothesis: str, *, spaces: bool = False) -> Score:
    """Character errors of a hypothesis by Levenshtein alignment, after :func:`normalise`."""
    import jiwer

    counts = jiwer.process_characters(
        normalise(reference, spaces=spaces), normalise(hypothesis, spaces=spaces)
    )
    return Score(
        substitutions=counts.substitutions,
        deletions=counts.deletions,
        insertions=counts.insertions,
        length=counts.hits + counts.substitutions + counts.deletions,
    )


def term_recall(reference: str, hypothesis: str, terms: Sequence[Term]) -> Recall:
    """Count the terms of a reference that the hypothesis spells by their canonical name.

    A term counts at the start of an eojeol, whatever particle follows, and with any spacing inside. A
    variant does not count as found, even where it begins with the name. Where a term is more frequent in
    the hypothesis than in the reference, the surplus does not make up for another.
    """
    expected, heard = (_occurrences(text, terms) for text in (reference, hypothesis))
    return Recall(found=(expected & heard).total(), total=expected.total())


def settled_turns(reference: Reference, hypothesis: str) -> list[str]:
    """The text of each turn in the form, written or spoken, that the hypothesis is nearer to.

    The recogniser may write "3개" or "세 개" and be right both times. Turns are settled once each, in time
    order, from an all-written start: the spoken form is taken where it lowers the CER of the whole recording.
    """
    forms = [turn.text for turn in reference.turns]
    best = cer(" ".join(forms), hypothesis).rate
    for index, turn in enumerate(reference.turns):
        if turn.text_spoken and normalise(turn.text_spoken) != normalise(turn.text):
            changed = [*forms[:index], turn.text_spoken, *forms[index + 1 :]]
            rate = cer(" ".join(changed), hypothesis).rate
            if rate < best:
                forms, best = changed, rate
    return forms


def transcript_text(transcript: Transcript) -> str:
    """Everything that was recognised, segments separated by a space; what the guard removed is left out."""
    return " ".join(transcript.text(segment.words) for segment in transcript.segments)


def normalise(text: str, *, spaces: bool = False) -> str:
    """NFC without punctuation (Unicode categories P) and without white space, or with single spaces."""
    kept = (c for c in unicodedata.normalize("NFC", text) if not unicodedata.category(c).startswith("P"))
    return (" " if spaces else "").join("".join(kept).split())


def _occurrences(text: str, terms: Sequence[Term]) -> Counter[str]:
    """How often each canonical name stands in a text: the longest form at a place wins, a variant is none."""
    names = {normalise(form): "" for term in terms for form in term.variants}
    names |= {normalise(term.name): term.name for term in terms}
    names.pop("", None)
    forms = "|".join(
        " ?".join(map(re.escape, form)) for form in sorted(names, key=lambda form: (-len(form), form))
    )
    found = re.finditer(rf"(?<!\S)(?:{forms})", normalise(text, spaces=True))
    return Counter(name for match in found if (name := names.get(match[0].replace(" ", ""))))
