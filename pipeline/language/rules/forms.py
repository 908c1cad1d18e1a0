"""Two forms of one word, and whether a clause has a place for both.

The same noun in two roles is no choice between them (주민이 주민에게), nor are pairs of verbs (오면 온다,
들으면 들을수록): where both may stand, only a pause between them makes rivals of them.
"""

from collections.abc import Sequence

from pipeline.language.eojeol import Eojeol
from pipeline.language.rules.desk import Desk
from pipeline.language.rules.doubling import EACH
from pipeline.language.rules.pronouns import TOPIC
from pipeline.model import Morpheme

ROLES = frozenset({"JKS", "JKO", "JX"})
"""Tags of particles of which a clause has one for a noun: two of them with the same noun were a choice."""

PAIRED = ("수록", "다", "고", "다면", "대로", "는지")
"""Ends of a second verb that make a pair of both: 들으면 들을수록, 오면 온다, 좋고 나쁜."""


def alike(one: Eojeol, other: Eojeol) -> bool:
    """Whether two eojeol are one word in some forms; what follows its stem may differ."""
    if one.bare == other.bare:
        return True
    if one.first.form[:1] != other.bare[:1]:
        return False
    size = _stem_length(one)
    stem = [morpheme.form for morpheme in one.morphemes[:size]]
    same = stem == [morpheme.form for morpheme in other.morphemes[:size]]
    return same and size > 0 and other.bare.startswith("".join(stem))


def _stem_length(eojeol: Eojeol) -> int:
    """Morphemes before particles and endings, and before what makes a noun a verb or a plural."""
    for number, morpheme in enumerate(eojeol.morphemes):
        if morpheme.tag[0] in "JES" or morpheme.tag[:2] == "XS" or morpheme.tag == "VCP":
            return number
    return len(eojeol.morphemes)


def exclude_each_other(one: Eojeol, other: Eojeol) -> bool:
    """참여하시는 참여하신 분들이, 어르신들은 어르신들께는: a clause has no place for both, pause or not."""
    if one.last.tag == other.last.tag == "ETM":
        return len(one.bare) > 1 and one.tags[:-1] == other.tags[:-1]
    return one.last.form in TOPIC and other.last.form in TOPIC and other.tags[-2:-1] == ("JKB",)


def are_variants(one: Eojeol, other: Eojeol) -> bool:
    """가면은/ 가면, 왜냐면/ 왜냐하면, 협약을/ 협약식을: a shorter or longer form that does the same."""
    stem = one.bare.removesuffix(one.last.form)
    if stem == other.bare:
        return one.last.form in TOPIC and other.last.tag in {"EC", "MAJ"}
    if one.last.tag in ROLES:
        same = one.last.tag == other.last.tag and one.first.tag[:1] == other.first.tag[:1] == "N"
        return same and 1 < len(stem) < len(other.first.form) and other.first.form.startswith(stem)
    rest = iter(other.bare)
    connect = one.tags == ("MAJ",) and other.tags in {("MAJ",), ("MAG",)}
    return connect and all(letter in rest for letter in one.bare)


def are_rivals(one: Eojeol, other: Eojeol, desk: Desk) -> bool:
    """Whether of two forms of a word, with a pause between them, a clause has a place for one only."""
    size = _stem_length(one)
    before, after = one.morphemes[size:], other.morphemes[size:]
    if not before or not after or other.bare.endswith(EACH):
        return False
    if before[0].tag[0] == "J":
        return _roles_clash(one.morphemes[size - 1], before, after, desk)
    return after[0].tag[0] in "EX" and _endings_clash(one, other, desk)


def _roles_clash(noun: Morpheme, before: Sequence[Morpheme], after: Sequence[Morpheme], desk: Desk) -> bool:
    """Whether a noun is said again with another particle, or made a verb, instead of what it was.

    Both may be said of those who act on one another: 주민이/ 주민을.
    """
    role, new = before[0], after[1] if after[0].tag == "XSN" and len(after) > 1 else after[0]
    acts = noun.tag != "NNG" or noun.form.endswith(desk.tables.people)
    if new.tag == "JKB":  # 말이/ 말로는, 제 생각에는/ 제 생각으로는
        named = role.tag == "JKS" or before[-1].form in TOPIC
        return named and after[-1].form in TOPIC and not acts
    if role.tag not in ROLES or (role.tag == "JX" and role.form not in TOPIC):
        return False
    if new.tag in {"XSV", "XSA"} or (role.tag == "JKS" and new.tag == "JX"):
        return True
    if new.tag == "NNG":
        return after[-1].tag == role.tag
    same = role.tag == new.tag == after[-1].tag or after[-1].form == "요"
    return new.tag in ROLES and (same or not acts)


def _endings_clash(one: Eojeol, other: Eojeol, desk: Desk) -> bool:
    """Whether a verb is said again with another ending, and the two endings are no pair."""
    last = one.last
    unpaired = last.tag == "ETM" or (last.tag in {"EC", "EF"} and last.form in desk.tables.restarted_endings)
    return unpaired and other.last.tag[:1] in {"E", "J"} and not other.bare.endswith(PAIRED)
