"""The law of cleaning: what carries meaning in the words is in the text, and a "not" is never lost.

The check knows the links of a clean turn and the morphemes of what was said, and nothing of how the rules
work: it says of every difference whether its reason allows it.
"""

import re
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass

from pipeline.language.eojeol import MARKS, Eojeol
from pipeline.language.hangul import sound_distance
from pipeline.language.numerals import MIXED, MONTHS, NATIVE, NUMERAL, SINO, decimal, value
from pipeline.model import CleanTurn, Link, Morpheme

CONTENT = ("NN", "NR", "VV", "VA", "VCN", "XR", "SN", "SL", "SH", "XPN")
"""Tags (their beginnings) of morphemes that carry meaning: nouns, numerals, stems, roots, digits, letters."""

NEGATIONS = {
    ("MAG", "안"),
    ("MAG", "못"),
    ("MAG", "아니"),
    ("VX", "않"),
    ("VX", "못하"),
    ("VX", "말"),
    ("VA", "없"),
    ("VCN", "아니"),
}
SPELT_ALIKE = 4.0
"""How unlike two spellings of one eojeol may sound; the furthest in the word lists is 글구 for 그리고."""
NAME_SLACK = 3
"""Letters by which a name and a misheard form of it, or the fillers inside it, may differ in length."""
COPY_WITHIN = 40
"""Letters after a folded word within which its kept copy begins."""

DIGITS = re.compile("[0-9]+")
FOLDS = frozenset({"repeat", "cut-off", "repair"})
"""Reasons with which a word may be left out of which there is a copy."""

NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Violation:
    """A link that does what its reason does not allow; ``law`` names what was broken.

    ``eojeol`` is the number of the first eojeol it stands for, among those that were said.
    """

    eojeol: int
    law: str
    detail: str


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: what was said, what is written, and the letters that follow it in the clean text."""

    said: tuple[Eojeol, ...]
    before: str
    after: str
    following: str
    written: str
    """What is written, with its marks, but for those at the end."""

    @property
    def content(self) -> list[Morpheme]:
        """Morphemes of what was said that carry meaning."""
        return [m for one in self.said for m in one.morphemes if carries_meaning(m)]


def unfaithful(said: Sequence[Eojeol], clean: CleanTurn, fillers: Container[str]) -> list[Violation]:
    """Everything in which a clean turn is not faithful; empty for a good one.

    Args:
        said: the eojeol of the turn as recognised, with their morphemes.
        clean: the turn to be judged.
        fillers: the forms that may be left out as fillers and backchannels.
    """
    found = _structure(said, clean)
    if found:
        return found
    place = 0
    for link in clean.links:
        start, end = place, link.words.end
        while place < len(said) and said[place].words.end <= end:
            place += 1
        single = place - start == 1
        before = said[start].text if single else " ".join([one.text for one in said[start:place]])
        after = clean.text[link.chars.start : link.chars.end].rstrip()
        if before != after:
            following = letters(clean.text[link.chars.end :][:80])
            written = after.rstrip(MARKS)
            change = Change(tuple(said[start:place]), letters(before), letters(after), following, written)
            law = _broken(change, link, fillers)
            if law:
                found.append(Violation(start, law, f"{before} -> {after}"))
    return found


def carries_meaning(morpheme: Morpheme) -> bool:
    """Whether a clean text may not go without it."""
    return morpheme.tag.startswith(CONTENT) or is_negation(morpheme)


def is_negation(morpheme: Morpheme) -> bool:
    """Whether it turns a statement into its opposite."""
    return (morpheme.tag.partition("-")[0], morpheme.form) in NEGATIONS


def letters(text: str) -> str:
    """Letters and digits alone."""
    return NOT_LETTERS.sub("", text)


def _structure(said: Sequence[Eojeol], clean: CleanTurn) -> list[Violation]:
    """Links in order, covering all characters and all words once."""
    char = 0
    word = said[0].words.start if said else clean.turn.words.start
    for link in clean.links:
        if link.chars.start != char or link.words.start != word or link.words.length < 1:
            return [Violation(0, "order", f"{link.chars} {link.words}")]
        char, word = link.chars.end, link.words.end
    if char != len(clean.text) or (said and word != said[-1].words.end):
        return [Violation(0, "coverage", f"{char} of {len(clean.text)} characters")]
    return []


def _broken(change: Change, link: Link, fillers: Container[str]) -> str:
    """The law that a change breaks; empty where it breaks none."""
    if change.before == change.after:
        return ""
    if not link.reason:
        return "unexplained"
    if not change.after:
        if link.reason in {"filler", "backchannel"}:
            return "" if change.before in fillers else "content"
        return "" if _stands_elsewhere(change, link.reason) else "content"
    if not _keeps_negation(change):
        return "negation"
    reasons = link.reason.split("+")
    return "" if any(ALLOWS.get(reason, _never)(change) for reason in reasons) else "content"


def _stands_elsewhere(change: Change, reason: str) -> bool:
    if reason not in FOLDS:
        return False
    if 0 <= change.following.find(change.before) <= COPY_WITHIN:
        return True
    if reason != "repair":
        return _stands_in_digits(change) or _stands_respelt(change)
    near = change.following[:16]
    return all(m.form in near for m in change.content)


def _stands_respelt(change: Change) -> bool:
    """Whether the kept copy of a word without content is now spelt as it should be: "쫌 쫌" -> 좀."""
    copy = change.following[: len(change.before)]
    return not change.content and sound_distance(change.before, copy, SPELT_ALIKE) < float("inf")


def _stands_in_digits(change: Change) -> bool:
    """Whether the kept copy is now written in digits: "스무 스무 명" -> 20명, "유월 유월에" -> 6월에.

    That of a numeral which broke off is the beginning of a longer one: "이백 이백오십 명" -> 250명.
    """
    before = change.before
    found = NUMERAL.match(before)
    number = value(found[0]) if found else None
    digits = MONTHS.get(before[:2]) or (str(number) if number is not None else "")
    rest = before[2:] if before[:2] in MONTHS else before[found.end() :] if found else ""
    if number and not rest and (longer := DIGITS.match(change.following)):
        size = len(digits) - len(digits.rstrip("0"))
        return digits == longer[0][: len(longer[0]) - size] + "0" * size
    return bool(digits) and change.following.startswith(digits + rest)


def _keeps_negation(change: Change) -> bool:
    for one in change.said:
        for morpheme in one.morphemes:
            if is_negation(morpheme) and morpheme.form[0].replace("않", "안") not in change.after.replace(
                "않", "안"
            ):
                return False
    return True


def _spelt_alike(change: Change) -> bool:
    return sound_distance(change.before, change.after, SPELT_ALIKE) < float("inf")


def _same_number(change: Change) -> bool:
    found = (numeral[0] for pattern in (SINO, NATIVE, MIXED) for numeral in pattern.finditer(change.before))
    numeral = max(found, key=len, default="")
    month = MONTHS.get(change.before[:2])
    if month:
        return change.after == month + change.before[2:]
    fraction = decimal(change.before)
    if fraction:
        return "".join(fraction) == change.written
    wanted = next((n for end in range(len(numeral), 0, -1) if (n := value(numeral[:end]))), None)
    return wanted is not None and _read(change.after) == wanted


def _read(text: str) -> int:
    total = 0
    for digits, size in re.findall(r"(\d+)([만억조]?)", text):
        total += int(digits) * {"": 1, "만": 10**4, "억": 10**8, "조": 10**12}[size]
    return total


def _never(_: Change) -> bool:
    return False


def _adds_nothing(change: Change) -> bool:
    """A name is another spelling of what was said, not a longer or shorter one."""
    return abs(len(change.before) - len(change.after)) <= NAME_SLACK


ALLOWS: dict[str, Callable[[Change], bool]] = {
    "spelling": _spelt_alike,
    "particle": _spelt_alike,
    "number": _same_number,
    "glossary": _adds_nothing,
    "glossary-sound": _adds_nothing,
}
"""What a reason allows beyond spacing and punctuation; for its names the glossary's owner answers."""
