"""Which characters of a sentence may not be printed: withheld names, affiliations and personal data.

Names are found however they are spaced, and also without the surname or with nothing but it where a title
follows (``하준 씨``, ``오 선생님``). Better one hidden too many than one shown: an editor can look behind a
mask, readers must not.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.drafts.chapters import Mask
from pipeline.drafts.disclosure import WITHHELD
from pipeline.model import Participant, Span

SHORTEST_NAME = 2
"""A lone syllable is no full name, and would be hidden in every other word."""
SHORTEST_BODY = 4
"""An affiliation with fewer letters is a common word (시민, 공무원), not a body that gives somebody away."""

HIDE = "hide"

TITLES = (
    "선생|위원|위원장|의원|대표|회장|부회장|교수|박사|국장|과장|팀장|부장|실장|소장|시장|센터장|단장|관장"
    "|원장|이사|이사장|간사|총무|감사|통장|반장|활동가|주무관|사무국장|작가|기자|변호사|어머니|아버지|학생"
)
CALLED = rf"(?=\s?(?:씨|님|(?:{TITLES})\s?님))"
"""What follows a surname that is meant as one: without 님, "이 위원회" would be somebody."""
CALLED_BY_TITLE = rf"(?=\s?(?:씨|님|{TITLES}))"
"""What follows a given name that is meant as one."""

KINDS = {
    "phone": "전화번호",
    "resident-number": "주민등록번호",
    "business-number": "사업자등록번호",
    "e-mail": "전자우편 주소",
    "address": "주소",
    "account-number": "계좌번호",
    "car-plate": "차량 번호",
}
"""What kinds of personal data are called on the pages; others are shown as 개인정보."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """Characters that a mask stands for, and what they are, in Korean."""

    chars: Span
    what: str


@dataclass(frozen=True, slots=True)
class Curtain:
    """What is hidden in one session's texts."""

    names: re.Pattern[str] | None
    """Finds names; those that are to be hidden are its group ``hide``."""
    masks: tuple[tuple[re.Pattern[str], re.Pattern[str], str], ...] = ()

    def find(self, text: str) -> list[Hidden]:
        """Names and definitions' masks in a text; they may overlap."""
        found = [Hidden(Span(*hit.span(HIDE)), "이름 또는 소속") for hit in self._names_in(text) if hit[HIDE]]
        for pattern, beside, what in self.masks:
            if beside.search(text):
                found += [Hidden(Span(*hit.span()), what) for hit in pattern.finditer(text) if hit.group()]
        return found

    def over(self, text: str) -> str:
        """The text with everything hidden that :meth:`find` finds."""
        return masked(text, self.find(text))[0]

    def _names_in(self, text: str) -> Iterable[re.Match[str]]:
        return self.names.finditer(text) if self.names else ()


def curtain(
    names: Iterable[str],
    near: Iterable[Participant],
    shown: Iterable[str],
    masks: Sequence[Mask],
) -> Curtain:
    """What to hide in a session.

    Args:
        names: full names that are withheld, of this session or of others of the chapter.
        near: people of this session who may not be named: they are also called by a part of their name, and
            their affiliations give them away.
        shown: names and bodies that may be shown, also where a withheld one is part of them.
        masks: of the chapter's definition.
    """
    hidden = {_spaced(name) for name in names if len(_letters(name)) >= SHORTEST_NAME}
    hidden |= {part for person in near for part in _parts(person.name)}
    bodies = {letters for person in near if len(letters := _letters(person.affiliation)) >= SHORTEST_BODY}
    hidden |= {r"\s*".join(map(re.escape, letters)) for letters in bodies}
    spared = [re.escape(name) for name in shown if len(_letters(name)) >= SHORTEST_NAME]
    return Curtain(
        re.compile("|".join([*_longest(spared), f"(?P<{HIDE}>{'|'.join(_longest(hidden))})"]))
        if hidden
        else None,
        tuple((re.compile(mask.pattern), re.compile(mask.beside), mask.what) for mask in masks),
    )


def masked(text: str, hidden: Iterable[Hidden]) -> tuple[str, tuple[Hidden, ...], tuple[Hidden, ...]]:
    """The text with each hidden stretch replaced by one mask, whatever its length.

    Returns:
        The new text; what was hidden as stretches of the old text, in order and apart; and where the masks
        stand in the new one.
    """
    apart: list[Hidden] = []
    for one in sorted(hidden, key=lambda each: (each.chars.start, -each.chars.end)):
        if apart and one.chars.start < apart[-1].chars.end:
            last = apart[-1]
            apart[-1] = Hidden(Span(last.chars.start, max(last.chars.end, one.chars.end)), last.what)
        elif one.chars.length:
            apart.append(one)
    new, at, placed = "", 0, []
    for one in apart:
        new += text[at : one.chars.start]
        placed.append(Hidden(Span(len(new), len(new) + len(WITHHELD)), one.what))
        new += WITHHELD
        at = one.chars.end
    return new + text[at:], tuple(apart), tuple(placed)


def _longest(patterns: Iterable[str]) -> list[str]:
    return sorted(patterns, key=lambda pattern: (-len(pattern), pattern))


def _spaced(name: str) -> str:
    """A full name, perhaps with spaces: only from three syllables on, two are parts of too many words."""
    letters = _letters(name)
    return (r"\s?" if len(letters) > SHORTEST_NAME else "").join(map(re.escape, letters))


def _parts(name: str) -> Iterable[str]:
    """Given name and surname where a title follows; of four syllables the surname may be one or two."""
    letters = _letters(name)
    if not re.fullmatch("[가-힣]{2,4}", letters):
        return
    for cut in (1, 2) if len(letters) == 4 else (1,):
        yield f"(?<![가-힣]){letters[:cut]}{CALLED}"
        yield f"(?<![가-힣]){letters[cut:]}{CALLED_BY_TITLE}"


def _letters(name: str) -> str:
    return "".join(name.split())
