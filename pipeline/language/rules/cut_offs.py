"""A word that breaks off and is then said whole is folded into the whole one: "민관 민관협치가".

Many a short word is by chance the beginning of the next (이 이야기, 더 더운, 한 한강): it must be no word by
itself there, or be parted from the next by a pause.
"""

from collections.abc import Iterator
from itertools import pairwise

from pipeline.language.eojeol import Edit, Eojeol, View
from pipeline.language.rules.desk import Desk
from pipeline.language.rules.doubling import (
    EACH,
    JOINED_TELLS,
    ONE_EACH,
    counts,
    is_kept,
    is_listed,
    is_quoted,
    is_sentence,
)
from pipeline.language.rules.pronouns import PRONOUNS
from pipeline.language.rules.repeats import LONGEST

STANDS_ALONE = frozenset({"MAG", "MAJ", "IC", "EF"})
"""Tags of words that are whole as they are."""

UNFINISHED = frozenset({"VV", "VA", "VX", "EP", "XSV", "XSA", "Z_CODA"})
"""A verb that ends with such a morpheme lacks its ending; the last is a consonant that nothing explains."""

LONG_NAME = 4
"""Letters of a name, with its particle, that is known again at the end of a longer one."""


def cut_offs(view: View, desk: Desk) -> Iterator[Edit]:
    """Fold the beginning of a word that is then said whole: "민관 민관협치가", "공모 사업 공모 사업에"."""
    live = view.live
    bare = [eojeol.bare for eojeol in live]
    for index, (part, whole_word) in enumerate(pairwise(bare)):
        if whole_word.startswith(part) or part in bare[index + 2 : index + 1 + LONGEST]:
            for size in _sizes(bare, index):
                last, whole = index + size - 1, index + 2 * size - 1
                if not _adds(live, index, size, desk) and _broken_off(
                    live[index : last + 1], live[whole], desk
                ):
                    yield Edit(index, last + 1, "", "cut-off")
                    break
        elif whole_word and part.startswith(whole_word):
            if _breaks_off_later(live, index, desk):
                yield Edit(index, index + 1, "", "cut-off")
        elif whole_word.endswith(part) and _named_in_full(live[index], live[index + 1], desk):
            yield Edit(index, index + 1, "", "cut-off")


def _sizes(bare: list[str], index: int) -> list[int]:
    """How many eojeol from ``index`` on are said again at once, the last of them in a longer form."""
    fits = []
    if bare[index] in bare[index + 2 : index + 1 + LONGEST]:
        fits = [
            size
            for size in range(2, min(LONGEST, (len(bare) - index) // 2) + 1)
            if bare[index : index + size - 1] == bare[index + size : index + 2 * size - 1]
        ]
    grows = ((size, bare[index + size - 1], bare[index + 2 * size - 1]) for size in (1, *fits))
    return [size for size, part, whole in grows if part != whole and part and whole.startswith(part)]


def _adds(live: list[Eojeol], index: int, size: int, desk: Desk) -> bool:
    """Whether the part belongs to what stands before it.

    전화 또 전화, 전화만: who has said it before heaps it up. 우리 동/ 동장님, 공모 사업 사업비: one of them.
    """
    if size > 1 or index == 0:
        return False
    part, before = live[index], live[index - 1]
    if part.bare in {eojeol.bare for eojeol in live[max(0, index - 2) : index]}:
        return True
    if part.last.tag != "NNG" or before.tail or desk.parted(before, part):
        return False
    if len(part.bare) == 1:
        return before.last.tag in {"MM", "NP", "NNG", "NNP", "ETM"}
    derived = len(live[index + 1].first.form) > len(part.bare) or live[index + 1].tags[1:2] == ("NNG",)
    return derived and before.last.tag in {"NNG", "NNP"}


def _breaks_off_later(live: list[Eojeol], index: int, desk: Desk) -> bool:
    """환경교/ 환경 교육: the whole is written as two words, and the part ends inside the second."""
    one, rest = live[index], live[index + 1 : index + 3]
    whole = "".join([eojeol.bare for eojeol in rest])
    inside = len(rest[0].bare) < len(one.bare) < len(whole) and whole.startswith(one.bare)
    broken = len(one.tags) > 1 or not one.last.known  # 위원회 is a word: "위원회/ 위원 회의"
    return inside and broken and _is_name(one, rest[0], desk)


def _named_in_full(one: Eojeol, whole: Eojeol, desk: Desk) -> bool:
    """실행위원회가/ 협치실행위원회가: a name again, with the word it begins with."""
    longer = len(one.bare) >= LONG_NAME and len(whole.bare) - len(one.bare) > 1
    return longer and _is_name(one, whole, desk)


def _is_name(one: Eojeol, other: Eojeol, desk: Desk) -> bool:
    """Whether both begin with a noun, a pause parts them, and neither is quoted or ends a sentence."""
    nouns = one.first.tag[:1] == other.first.tag[:1] == "N"
    return nouns and desk.parted(one, other) and not is_sentence([one]) and not is_quoted([one, other])


def _broken_off(stretch: list[Eojeol], whole: Eojeol, desk: Desk) -> bool:
    """Whether the last word of a stretch is the beginning of the whole one, and not a word by itself."""
    one = stretch[-1]
    if is_sentence(stretch) or is_quoted([*stretch, whole]) or counts(stretch):
        return False
    if _is_meant(stretch, whole, desk):
        return False
    if len(one.bare) == 1 and len(stretch) == 1:
        return _one_syllable(one, whole, desk)
    if desk.matcher.begins(whole.bare) or STANDS_ALONE.isdisjoint(one.tags) or one.last.tag in UNFINISHED:
        return True
    return desk.parted(one, whole) and _is_longer(one, whole)


def _is_longer(one: Eojeol, whole: Eojeol) -> bool:
    """완전/ 완전히, 물어/ 물어봐서: what could stand alone is part of a longer word after a pause."""
    last = one.last
    if last.tag == "EF":
        return last.form in {"어", "아"} and whole.bare != one.bare + "요"
    return last.tag == "MAG" == whole.last.tag


def _is_meant(stretch: list[Eojeol], whole: Eojeol, desk: Desk) -> bool:
    """Whether the longer form says something about the shorter one, or is another word."""
    one, parted = stretch[-1], desk.parted(stretch[-1], whole)
    rest = whole.bare[len(one.bare) :]
    if rest.startswith(EACH) or (rest.startswith(JOINED_TELLS) and not parted):
        return True
    kept = one.bare in desk.tables.keep_repeated and not _goes_on(one, whole)
    if kept if len(stretch) == 1 else is_kept(stretch, desk):
        return True
    if is_listed(one, whole, parted) or (stretch[0].bare in desk.tables.fold_parted and not parted):
        return True
    if one.last.tag == "JKS" and "VCP" in whole.tags:  # "그 사람이 그 사람이라": the same is said of it
        return rest != "요"
    another = one.first.tag in {"NP", "MM"} and one.first.tag != whole.first.tag  # 우리 우리말, 어떤 어떤지
    return ONE_EACH.match(one.bare) is not None or (another and len(stretch) == 1)


def _goes_on(one: Eojeol, whole: Eojeol) -> bool:
    """마을 마을버스: the whole is a longer noun, not the doubled one with a particle."""
    return whole.first.form == one.bare and whole.tags[1:2] == ("NNG",)


def _one_syllable(one: Eojeol, whole: Eojeol, desk: Desk) -> bool:
    """저 저희가, 냈 냈는데; a noun only where a pause parts it: "이 이야기" and "한 한강" are two words."""
    if one.first.tag == "NP":
        return whole.first.tag == "NP" and whole.first.form in PRONOUNS
    if one.last.tag in UNFINISHED:
        return one.first.form == whole.first.form
    return one.pause_ms >= desk.settings.pause_ms and {tag[0] for tag in one.tags} == {"N"}
