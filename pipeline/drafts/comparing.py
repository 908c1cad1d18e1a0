"""What was said and what a draft says was said: the differences that a minutes office may not make.

Both are compared by their substance. Spacing, punctuation, particles, endings, fillers, repeated beginnings,
order and the spelling of numbers may differ; a content word, a number, a negation or a tense may not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from pipeline.drafts.likeness import letters
from pipeline.drafts.substance import MEANT, TELLING, Asks, Substance, Unit

REPAIR_REACH = 4
"""A word said again within so many is a repeated beginning; the first one may be left out."""

MASK = "○"
"""Stands for what must not be read; whatever was said there is not compared."""


class Matter(StrEnum):
    """What a difference touches."""

    WORD = "word"
    NUMBER = "number"
    NEGATION = "negation"
    TENSE = "tense"
    QUESTION = "question"
    ROLE = "role"
    """Who does and who is done to, or a particle that changes what is said."""
    JOINED = "joined"
    """Parts of one quotation that were said far apart, or the other way round."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Words that were said and the words written for them; one of them may be empty."""

    matter: Matter
    said: str
    written: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How much of what is written was said (0 to 1), and every difference that matters."""

    shared: float
    differences: tuple[Difference, ...]


Pair = tuple[int, int]

_CLAUSE_END = re.compile(r"(?:(?<![다라자냐])고|지만|[는은]데|니까|면서|거나|[아어]서|므로|[.?!…]),?$")
"""How an eojeol ends a clause; ``-다고`` and the like only report one."""

_DENIES = re.compile(
    r"(?:^|\s)[안못]\s|[가-힣]지[는도를]?\s?[않못말]|(?:^|[가-힣\s])없[가-힣]|아니|아닙|아닌|모르|몰[랐라]"
    r"|틀[리린렸]|거짓|오해"
)

PHRASE = 3
"""A quotation of fewer eojeol that does not end as statements do states nothing that could be denied."""


def compare(
    said: Substance, written: Substance, excerpt: bool = False, beside: Substance | None = None
) -> Comparison:
    """Compare a sentence that was said with one that is written.

    Args:
        said: what was said, perhaps more than is written.
        written: what the draft has.
        excerpt: beginning or end may be left out, if that denies nothing.
        beside: what is written around it; what is left out here and stands there is not lost.
    """
    pairs, lost, added = _aligned(said.units, written.units)
    heard = [said.units[i] for i in lost if not (excerpt and _outside(i, said.units, pairs))]
    around = beside.units if beside else ()
    elsewhere = {unit.key for unit in around} | {letters(unit.word) for unit in around}
    heard = [unit for unit in heard if not {unit.key, letters(unit.word)} & elsewhere]
    differences = [
        *_words(heard, [written.units[j] for j in added]),
        *_roles([(said.units[i], written.units[j]) for i, j in pairs]),
    ]
    if (_last(said.units), _last(written.units)) in pairs:
        differences += _manner(said, written)
    weighty = sum(not unit.light for unit in written.units)
    found = sum(not written.units[j].light for _, j in pairs)
    return Comparison(found / weighty if weighty else 1.0, tuple(differences))


def denial_behind(said: str, quoted: str) -> str:
    """What of a sentence denies words quoted from it: the rest of their clause; empty where nothing does.

    ``찬성한다`` may not be quoted from ``찬성한다는 말을 한 적이 없습니다``.
    """
    found = re.search(r"\W*".join(map(re.escape, letters(quoted))), said, re.IGNORECASE)
    states = len(quoted.split()) >= PHRASE or quoted.rstrip(" .?!").endswith(("다", "요", "까", "죠"))
    if found is None or not states:
        return ""
    rest = ""
    for eojeol in re.split(r"(?<=\s)", said[said.rfind(" ", 0, found.end()) + 1 :]):
        rest += eojeol
        if _CLAUSE_END.search(eojeol.strip()):
            break
    behind = rest[found.end() - said.rfind(" ", 0, found.end()) - 1 :]
    return behind.strip() if _DENIES.search(behind) else ""


def _aligned(said: Sequence[Unit], written: Sequence[Unit]) -> tuple[list[Pair], list[int], list[int]]:
    """Pairs of the same units, and those that only one side has and that matter."""
    matcher = SequenceMatcher(None, [u.key for u in said], [u.key for u in written], autojunk=False)
    pairs: list[Pair] = []
    lost: list[int] = []
    added: list[int] = []
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        ours, theirs = range(start, end), range(other_start, other_end)
        if tag == "equal" or _spelled_alike([said[i] for i in ours], [written[j] for j in theirs]):
            pairs += zip(ours, theirs, strict=False)
        else:
            lost += ours
            added += theirs
    pairs += _moved(said, written, lost, added)
    ordered, done = sorted(pairs), ({i for i, _ in pairs}, {j for _, j in pairs})
    lost = [i for i in lost if i not in done[0] and not said[i].light and not _said_again(i, said, done[0])]
    return ordered, lost, [j for j in added if j not in done[1] and not written[j].light]


def _spelled_alike(said: Sequence[Unit], written: Sequence[Unit]) -> bool:
    """Whether only the borders of words or the analyser's view of them differ, or what was said is masked."""
    ours, theirs = ("".join(letters(u.form) for u in units if not u.light) for units in (said, written))
    words, others = ([u.word for u in units] for units in (said, written))
    denied = [unit for unit in (*said, *written) if unit.negated]
    masked = any(unit.form.startswith(MASK) for unit in written)
    return not denied and (masked or (bool(ours) and ours == theirs) or (bool(words) and words == others))


def _moved(
    said: Sequence[Unit], written: Sequence[Unit], lost: Sequence[int], added: Sequence[int]
) -> list[Pair]:
    """Units that stand elsewhere and do the same there; what is denied in one place may not move."""
    denied = {unit.key.partition(":")[2] for unit in (*said, *written) if unit.negated}
    pairs: list[Pair] = []
    for i in lost:
        free = (j for j in added if all(j != taken for _, taken in pairs))
        same = (
            j
            for j in free
            if said[i].key == written[j].key
            and _same_role(said[i], written[j])
            and _of_the_same(said, i, written, j)
        )
        if not (said[i].negated or said[i].number or said[i].key in denied):
            pairs += [(i, j) for j in list(same)[:1]]
    return pairs


def _of_the_same(said: Sequence[Unit], i: int, written: Sequence[Unit], j: int) -> bool:
    """Whether a word that moved still belongs to the same predicate, or a predicate to the same word."""
    companions = []
    for units, place in ((said, i), (written, j)):
        weighty = [unit for unit in units[:place] if not unit.light][-1:]
        following = [unit for unit in units[place + 1 :] if unit.predicate][:1]
        companions.append([unit.key for unit in (weighty if units[place].predicate else following)])
    one, other = companions
    return not one or not other or one == other


def _same_role(one: Unit, other: Unit) -> bool:
    roles = {one.role, other.role}
    return len(roles) == 1 or ("" in roles and not roles & TELLING)


def _said_again(place: int, said: Sequence[Unit], kept: set[int]) -> bool:
    nearby = range(place + 1, min(place + 1 + REPAIR_REACH, len(said)))
    return any(i in kept and said[i].key == said[place].key for i in nearby)


def _outside(place: int, said: Sequence[Unit], pairs: Sequence[Pair]) -> bool:
    """Whether a unit stands before or behind an excerpt; a denial behind it, or a duty, belongs to it."""
    if not pairs:
        return False
    last = pairs[-1][0]
    bound = said[place].negated or (place == last + 1 and said[place].key in MEANT.values())
    return place < pairs[0][0] or (place > last and not bound)


def _last(units: Sequence[Unit]) -> int:
    return max((i for i, unit in enumerate(units) if not unit.light), default=-1)


def _words(heard: Sequence[Unit], read: Sequence[Unit]) -> list[Difference]:
    """The difference that words make which only one side has."""
    units = (*heard, *read)
    if not units:
        return []
    matter = Matter.NUMBER if any(unit.number for unit in units) else Matter.WORD
    if any(unit.negated for unit in units):
        matter = Matter.NEGATION
    return [Difference(matter, " ".join(u.form for u in heard), " ".join(u.form for u in read))]


def _roles(pairs: Sequence[tuple[Unit, Unit]]) -> list[Difference]:
    """Particles that change what is said, and subject and object that have changed places."""
    telling = [(a, b) for a, b in pairs if a.role != b.role and {a.role, b.role} & TELLING]
    turned = [(a, b) for a, b in pairs if {a.role, b.role} == {"subject", "object"}]
    wrong = telling + (turned if len({a.role for a, _ in turned}) > 1 else [])
    return [Difference(Matter.ROLE, f"{a.form} ({a.role})", f"{b.form} ({b.role})") for a, b in wrong]


def _manner(said: Substance, written: Substance) -> list[Difference]:
    """Tense and question, where both end with the same word."""
    differences = []
    if said.tense != written.tense:
        differences.append(Difference(Matter.TENSE, said.tense, written.tense))
    if {said.asks, written.asks} == {Asks.BY_ENDING, Asks.NO}:
        marks = ["?" if side.asks is Asks.BY_ENDING else "." for side in (said, written)]
        differences.append(Difference(Matter.QUESTION, *marks))
    return differences
