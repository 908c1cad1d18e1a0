"""What is begun again in another form is folded into what the speaker settled on.

"마스크가/ 마스크를", "넣었는데/ 넣었더니", "제가 여기 이사를 제가 여기로 이사를". What is folded must stand
whole in what is kept: who says 화요일에, then 수요일에, has said both.
"""

from collections.abc import Iterator, Sequence

from pipeline.language.eojeol import Edit, Eojeol, View
from pipeline.language.rules.desk import Desk
from pipeline.language.rules.doubling import is_quoted, is_sentence
from pipeline.language.rules.forms import alike, are_rivals, are_variants, exclude_each_other
from pipeline.language.rules.pronouns import PRONOUNS, pronoun_again
from pipeline.language.rules.repeats import LONGEST

NOT = frozenset({"안", "못"})
"""Who says these only the second time says the opposite: "회의를 했는데/ 회의를 안 했는데"."""

HONOURED = ("께서", "께서는")

LISTS = frozenset({"도", "나", "이나", "든지", "이든지", "하고", "와", "과", "랑", "이랑"})
"""Particles that make a list: "우리 동도/ 우리 옆 동도"."""


def repairs(view: View, desk: Desk) -> Iterator[Edit]:
    """Fold what is begun again in another form: at most four eojeol before the place where it is."""
    live = view.live
    bare = [eojeol.bare for eojeol in live]
    for index in range(1, len(live)):
        one, other = bare[index - 1], bare[index]
        parted = desk.parted(live[index - 1], live[index])
        pronoun = parted or one.startswith(PRONOUNS)
        if (pronoun and pronoun_again(live, index, parted, desk)) or _honours(one, other):
            yield Edit(index - 1, index, "", "repair")
        elif parted or one[:1] == other[:1] or other in bare[max(0, index - LONGEST) : index]:
            yield from _begun_again(live, index, index, parted, desk)
        elif other == "아니" and live[index].first.tag == "IC":
            yield from _begun_again(live, index, index + 1, True, desk)


def _honours(bare: str, other: str) -> bool:
    """과장님이 과장님께서: the same subject again, with respect."""
    if not other.endswith(HONOURED):
        return False
    return len(bare) > 2 and bare[-1] in "이가" and other.startswith(bare[:-1] + "께서")


def _begun_again(live: list[Eojeol], end: int, start: int, parted: bool, desk: Desk) -> Iterator[Edit]:
    """Fold what ends before ``end`` and is begun again at ``start``, with what stands between."""
    first = live[start].bare[:1] if start < len(live) else ""
    for size in range(min(LONGEST, end, len(live) - start), 0, -1):
        if live[end - size].bare[:1] != first:
            continue
        old, new = live[end - size : end], live[start : start + size + 1]
        again = _is_filled(old, new, parted) if size > 1 else _is_other_form(old[0], new, parted, desk)
        if again or (all(map(alike, old, new)) and _is_choice(old, new[:size], parted, desk)):
            measured = len(new) > size and new[size].bare.startswith("대로")  # 되면/ 되는 대로
            if not (measured or is_sentence(old) or is_quoted([*old, *new])):
                yield Edit(end - size, start, "", "repair")
            return


def _is_filled(old: Sequence[Eojeol], new: Sequence[Eojeol], parted: bool) -> bool:
    """그런 데서/ 그런 위험한 데서, 여기 계신 여기 앉아 계신: the same again, with a word put in."""
    if len(new) <= len(old) or old[0].bare != new[0].bare or old[-1].bare != new[-1].bare:
        return False
    last = old[-1].last
    inflected = last.tag == "ETM" or (parted and last.tag[:1] in {"J", "E"} and last.form not in LISTS)
    before, after = [eojeol.bare for eojeol in old], [eojeol.bare for eojeol in new]
    rest = iter(after)
    negated = not NOT.isdisjoint(set(after) - set(before))
    return inflected and not negated and all(bare in rest for bare in before)


def _is_other_form(one: Eojeol, new: Sequence[Eojeol], parted: bool, desk: Desk) -> bool:
    """Whether one eojeol is said again, alone or in a compound: 가게를 가게 문을."""
    other = new[0]
    if one.bare == other.bare or one.bare[:1] != other.bare[:1]:
        return False
    if parted and are_variants(one, other):
        return True
    if one.last.tag != "JKO" or len(new) == 1 or new[1].last.tag != "JKO":
        return False
    acts = other.bare.endswith(desk.tables.people)
    return one.bare[:-1] == other.bare and not acts and new[1].first.tag == "NNG"


def _is_choice(old: Sequence[Eojeol], new: Sequence[Eojeol], parted: bool, desk: Desk) -> bool:
    """Whether of two forms of the same words the second was chosen over the first."""
    changed = [(one, other) for one, other in zip(old, new, strict=True) if one.bare != other.bare]
    if not changed or (changed == [(old[-1], new[-1])] and new[-1].bare.startswith(old[-1].bare)):
        return False  # the same, or broken off
    longer = len(old) > 1  # 힘든 거/ 힘들었던 거는: a word gets a particle that it lacked
    if not longer and exclude_each_other(*changed[0]):
        return True
    if parted:
        return all(are_rivals(*pair, desk) or (longer and _grows(*pair)) for pair in changed)
    if not longer:
        return False
    if old[0].last.form in NOT:
        return are_rivals(*changed[-1], desk)
    return old[0].bare == new[0].bare and old[-1].bare == new[-1].bare  # 제가 여기 이사를 제가 여기로 이사를


def _grows(one: Eojeol, other: Eojeol) -> bool:
    return other.bare.startswith(one.bare)
