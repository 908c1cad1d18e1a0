"""Runs of digits become telephone, resident, business and account numbers, or nothing.

A number that is complete (a mobile telephone, a resident number) speaks for itself. Any other is what the
talk around it is about, and is masked by default: only a unit, or a word that says it counts or names
something else, lets it stand.
"""

import re
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from pipeline.language.personal_forms import BY_LENGTH, FORMS, PARTS, Form, Need
from pipeline.language.personal_runs import Run, readings_of, runs, shortened
from pipeline.language.personal_talk import (
    BANK,
    CAR_AFTER,
    CAR_BEFORE,
    INNOCENT,
    NUMBER,
    PART_AFTER,
    PART_BEFORE,
    SHORT_LINE,
    UNIT,
    YEAR,
    explains_itself,
    talk,
)
from pipeline.model import Span

_BEFORE = 24
"""Characters before a number in which a word must stand that is to stand right before it."""

_SHORTEST = 6
"""Digits of the shortest number that is no part of one."""

_LONGEST = 13
"""Digits of the longest number that is not a bank's."""

_TWICE = 34
"""Digits of two of the longest accounts, and some put right; longer runs are tables or counting."""

_MOBILE = re.compile(r"01[016789]")
_SHORTEST_MOBILE = 10
"""Digits with 011 and the like; 010 has one more."""

_LONGEST_MOBILE = 14
"""Digits with some that are the beginnings of particles ("사이고")."""

_ANOTHER = re.compile("[,고]")
_OPENING = re.compile(r"(?:\+|플러스\s?|\()\Z")
_OPENINGS = {
    ("address", "house-and-flat"): re.compile(r"[가-힣]{1,12}\s?(?:아파트|빌라|맨션|주공)\s?\Z"),
    ("phone", "said-to-be"): re.compile(r"(?<=번호[는은가]\s)[가-힣]{1,3}\s\Z"),
}
"""What before a number belongs to it: a digit that was misheard, the name of the house."""

_HIDDEN = re.compile(r"[*×●○xX]{3,}")


class Number(NamedTuple):
    """A number that is personal data; ``complete`` if its digits alone say so."""

    kind: str
    rule: str
    chars: Span
    complete: bool = False
    guessed: int = 0
    """How many digits a part has whose kind is guessed by them."""


def numbers(text: str) -> Iterator[Number]:
    """All numbers of a text that are personal data."""
    found: list[Number] = []
    for long in runs(text):
        for run in _parted(long):
            last = found[-1].kind if found else ""
            one = _number(run, last)
            found += [one] if one else _two(run, last)
    telling = [one.kind for one in found if not one.guessed or one.guessed > 4]
    for one in found:
        likely = (kind for kind in telling if one.guessed in PARTS.get(kind, ()))
        kind = next(likely, one.kind) if one.guessed else one.kind
        if kind:
            yield one._replace(kind=kind)


def _parted(run: Run) -> Iterator[Run]:
    """A run cut where another telephone number begins; a long one, wherever something parts it."""
    first = 0
    long = len(run.digits) > _TWICE
    for number, join in enumerate(run.joins, 1):
        rest = run.part(number, len(run.groups)).digits
        whole = len(rest) >= _SHORTEST_MOBILE and _MOBILE.match(rest)
        another = long or (whole and number - first > 1)
        if another and _ANOTHER.search(join):
            yield run.part(first, number)
            first = number
    yield run.part(first, len(run.groups))


def _two(run: Run, last: str) -> list[Number]:
    """The two numbers of a run that is none, where it is two."""
    for number in range(1, len(run.groups)) if _LONGEST < len(run.digits) <= _TWICE else ():
        both = [_number(run.part(0, number), last), _number(run.part(number, len(run.groups)), last)]
        if all(one and not one.guessed for one in both):
            return [one for one in both if one]
    return []


def _number(run: Run, last: str) -> Number | None:
    """What a run is; ``last`` is the kind of the number before it."""
    if not 1 < len(run.digits) <= _TWICE or explains_itself(run):
        return None
    if len(run.digits) < _SHORTEST:
        return _of_car(run) or _part(run, last)
    for forms, readings in product(_forms(run), (readings_of, shortened)):
        meant = list(readings(run))
        for form in forms:
            reading = next((one for one in meant if form.fits(one)), None)
            if reading and (form.need is Need.NOTHING or not UNIT.match(run.text, reading.chars.end)):
                certain = form.need in (Need.NOTHING, Need.BANK)
                return Number(form.kind, form.rule, _extent(run, reading, form), certain)
    if _MOBILE.match(run.digits) and _SHORTEST_MOBILE <= len(run.digits) <= _LONGEST_MOBILE:
        return Number("phone", "mobile-somehow", run.chars)
    return _of_car(run) or _part(run, last)


def _forms(run: Run) -> Iterator[list[Form]]:
    """The forms that a run may have: of complete numbers, by what is said around it, and by default."""
    before = _before(run)
    needs = {Need.NOTHING, Need.BANK} if BANK.search(before) else {Need.NOTHING}
    yield [form for form in FORMS if form.need in needs and not (run.listed and form.rule == "checked")]
    spoken_of = talk(run)
    innocent = INNOCENT in spoken_of
    kinds = spoken_of[: spoken_of.index(INNOCENT)] if innocent else spoken_of
    resident = abs(len(run.digits) - _LONGEST) < 2
    for kind in sorted(kinds, key=_not_resident) if resident else kinds:
        yield [form for form in FORMS if form.kind == kind and form.need is Need.TALK]
    if not innocent and not run.listed:
        spoken = run.dictated or run.hyphenated or NUMBER.search(before)
        needs = {Need.SPOKEN, Need.DEFAULT} if spoken else {Need.DEFAULT}
        yield [form for form in FORMS if form.need in needs]


def _before(run: Run) -> str:
    return run.text[max(0, run.chars.start - _BEFORE) : run.chars.start]


def _extent(run: Run, reading: Run, form: Form) -> Span:
    """Where a run stands that was read so: a particle at its end is not of it, a group put right is."""
    whole = reading.groups[-1].chars.start == run.groups[-1].chars.start
    end = reading.chars.end if whole or len(run.groups[-1].digits) == 1 else run.chars.end
    opening = _OPENINGS.get((form.kind, form.rule), _OPENING).search(_before(run))
    hidden = _HIDDEN.match(run.text, end)
    start = run.chars.start - len(opening.group()) if opening else run.chars.start
    return Span(start, hidden.end() if hidden else end)


def _of_car(run: Run) -> Number | None:
    """The last four digits of a car plate, by which cars are called."""
    if not (CAR_BEFORE.search(_before(run)) or CAR_AFTER.match(run.text, run.chars.end)):
        return None
    for reading in readings_of(run):
        year = len(reading.groups) == 1 and YEAR.fullmatch(reading.digits)
        if len(reading.digits) == 4 and not year and not UNIT.match(run.text, reading.chars.end):
            return Number("car-plate", "last-digits", reading.chars)
    return None


def _part(run: Run, last: str) -> Number | None:
    """A part of a number: said to be one, or four digits said one by one where numbers are spoken of."""
    said_so = PART_BEFORE.search(_before(run)) or PART_AFTER.match(run.text, run.chars.end)
    if not (said_so or (run.spelt and len(run.digits) > 3)) or not _may_be_part(run):
        return None
    readings = list(readings_of(run))
    spoken_of = talk(run)
    public = any(SHORT_LINE.fullmatch(reading.digits) for reading in readings)
    if spoken_of[:1] == [INNOCENT] or (not said_so and (public or not spoken_of)):
        return None
    kinds = [kind for kind in (*spoken_of, last) if kind in PARTS]
    for reading, kind in product(readings, sorted(kinds, key=_not_resident)):
        if len(reading.digits) in PARTS[kind] and not (kind == "phone" and reading.breaks == {7}):
            return Number(kind, "part", reading.chars)
    size = len(readings[0].digits)
    if size <= max(BY_LENGTH) and (kinds or run.dictated or NUMBER.search(_before(run))):
        return Number(BY_LENGTH.get(size, ""), "part", readings[0].chars, guessed=size)
    return None


def _not_resident(kind: str) -> bool:
    """Six and seven digits are a resident number's halves where such a number is spoken of at all."""
    return kind != "resident-number"


def _may_be_part(run: Run) -> bool:
    """Whether a run counts nothing, is more than a few single digits and more than the beginning 010."""
    few = len(run.groups) < 4 and all(len(group.digits) == 1 for group in run.groups)
    return not (
        few
        or _MOBILE.fullmatch(run.digits)
        or UNIT.match(run.text, run.chars.end)
        or any("아니" in join for join in run.joins)
    )
