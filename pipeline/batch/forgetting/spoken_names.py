"""Where somebody is spoken of by name, and whether that is sure.

A name of three letters or more is hardly anything else. One of two may be a word (``이상``, ``정도``) or a
place (``안양``): it is sure before a title, unless it is told there how many (``열 명 정도 위원``), before a
particle that only people take, and where the analyser, which has not been told of the name, reads just these
two syllables as one. What is not sure stays: words of others are not to be destroyed for a likeness, and the
search after the forgetting lists where it stands.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.batch.forgetting import traces
from pipeline.drafts.leaks import name_pattern
from pipeline.drafts.masking import CALLED, CALLED_BY_TITLE
from pipeline.language.korean import load_korean
from pipeline.model import Morpheme, Span

LEAST_SURE = 3
"""A name of fewer letters may be a word."""
MASK = "○"
AROUND = 60
"""Letters on each side that the analyser sees: a sentence or so."""
OF_PEOPLE = frozenset({"한테", "한테서", "에게", "에게서", "께", "께서", "아", "야"})
"""Particles that only people take, and the vocative."""
OF_PLACES = frozenset({"에", "에서", "로", "으로", "까지"})
"""Particles behind which a name may be that of a place."""
OF_AMOUNTS = frozenset({"NNB", "NR", "SN"})
"""Tags of units and numbers: 열 명, 스물, 30."""
PLACES = ("시", "도", "군", "구", "동", "읍", "면", "역", "강", "산", "대교")
"""What a word becomes a known place with."""


@dataclass(frozen=True, slots=True)
class SpokenName:
    """A person's name as it is heard in speech and stands in texts."""

    name: str

    def spans(self, text: str) -> list[Span]:
        """Where a text surely speaks of the person; in order."""
        found = {Span(*hit.span()) for hit in _pattern(self.name).finditer(text)}
        if len(self.name) < LEAST_SURE:
            titled = {span for span in found if not _measures(text, span)}
            bare = {Span(*hit.span()) for hit in _at_start(self.name).finditer(text)}
            found = titled | {each for each in (found | bare) - titled if _is_sure(self.name, text, each)}
        return sorted(found, key=lambda span: span.start)

    def masked(self, text: str) -> str:
        """The text with each letter of the name hidden, so that it keeps its length."""
        letters = list(text)
        for span in self.spans(text):
            letters[span.start : span.end] = re.sub(r"\S", MASK, text[span.start : span.end])
        return "".join(letters)


@cache
def _pattern(name: str) -> re.Pattern[str]:
    if len(name) < LEAST_SURE:
        apart = rf"(?<![가-힣]){re.escape(name[:1])}\s{re.escape(name[1:])}{CALLED}"
        return re.compile(f"{_at_start(name).pattern}{CALLED_BY_TITLE}|{apart}")
    found = traces.pattern([name])
    assert found is not None  # noqa: S101 - a name of three letters is searched for
    return re.compile(f"{found.pattern}|{name_pattern(name).pattern}")


@cache
def _at_start(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![가-힣]){re.escape(name)}")


def _measures(text: str, span: Span) -> bool:
    """Whether two syllables before a title may tell how many or how much, as what stands before them does."""
    start = max(0, span.start - AROUND)
    if text[span.end : span.end + 2].lstrip().startswith(("씨", "님")):
        return False
    near = text[start : span.end]
    (morphemes,) = load_korean().analyse([near])
    last = next((each for each in reversed(morphemes) if each.chars.end <= span.start - start), None)
    if last is None:
        return False
    # The analyser takes the particle of "위원이 정도 위원을" for a determiner: that begins a word.
    points = last.tag == "MM" and not near[: last.chars.start][-1:].strip()
    return points or last.tag in OF_AMOUNTS


def _is_sure(name: str, text: str, span: Span) -> bool:
    """Whether two syllables of a text are a name to the analyser, which knows nothing of the person."""
    start = max(0, span.start - AROUND)
    (morphemes,) = load_korean().analyse([text[start : span.end + AROUND]])
    own = Span(span.start - start, span.end - start)
    at = next((end for end in range(len(morphemes)) if _reads_as(morphemes[: end + 1], name, own)), None)
    if at is None:
        return False
    particle = _attached(morphemes, at)
    if _is_place(name) or particle is None:
        return False
    return particle in OF_PEOPLE or (_is_name(name) and particle not in OF_PLACES)


def _reads_as(morphemes: Sequence[Morpheme], name: str, own: Span) -> bool:
    """Whether the last ones are ``허준``, ``정은이`` as the familiar form has it, or ``김`` and ``솔``."""
    last = morphemes[-1]
    if last.chars.start == own.start:
        return last.tag == "NNP" and last.form in {name, f"{name}이"}
    return last.chars.end == own.end and _parted(
        [each for each in morphemes if each.chars.start >= own.start]
    )


def _parted(morphemes: Sequence[Morpheme]) -> bool:
    """Whether a name is read as a surname and a noun."""
    tags = [each.tag for each in morphemes]
    return tags in (["NNP", "NNG"], ["NNP", "NNP"]) and morphemes[0].chars.length == 1


def _attached(morphemes: Sequence[Morpheme], at: int) -> str | None:
    """The particle behind a name; empty where there is none, None where it is part of a longer word."""
    behind = morphemes[at + 1 : at + 2]
    if not behind or behind[0].chars.start > morphemes[at].chars.end:
        return ""
    if behind[0].tag == "XSN" and behind[0].form == "이":
        return _attached(morphemes, at + 1)
    return behind[0].form if behind[0].tag.startswith(("J", "VCP", "S")) else None


@cache
def _is_name(name: str) -> bool:
    """Whether the name alone is read as one."""
    morphemes = _analysed(name)
    return [each.tag for each in morphemes] == ["NNP"] or _parted(morphemes)


@cache
def _is_place(name: str) -> bool:
    found = (_analysed(name + ending) for ending in PLACES)
    return any([(each.tag, each.known) for each in morphemes] == [("NNP", True)] for morphemes in found)


def _analysed(word: str) -> tuple[Morpheme, ...]:
    (morphemes,) = load_korean().analyse([word])
    return morphemes
