"""What was said twice in searching for words is folded into the last time it was said.

Korean also doubles words to mean more (너무 너무), one by one (하나 하나) or to agree (네 네): such words are
on a list, and where only a sound could tell, nothing is folded.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from pipeline.language.eojeol import Edit, Eojeol, View
from pipeline.language.rules.desk import Desk

LONGEST = 4
"""Eojeol in a stretch that is said twice."""

AGAIN_AND_AGAIN = frozenset({"고", "며", "다", "다가", "아도", "어도", "여도", "어", "아"})
"""Endings with which a verb is said twice on purpose: 걷고 걷고, 해도 해도, 하다 하다."""

DOUBLED = re.compile(r"(.+)\1")
"""줄줄이, 하나하나: what is doubled in itself is doubled again on purpose."""

EACH = ("마다", "씩", "별")
"""After a doubled noun these mean every single one."""

PRONOUNS = ("저희", "우리", "제", "저", "내", "나", "그분", "여러분")
HONOURED = ("께서", "께서는")
SAME_PERSON = {"제": "저", "내": "나"}


def repeats(view: View, desk: Desk) -> Iterator[Edit]:
    """Fold a stretch of one to four eojeol that is said again at once."""
    live = view.live
    bare = [eojeol.bare for eojeol in live]
    index = 0
    while index < len(bare) - 1:
        size = _size(bare, index)
        if size and _is_search(live[index : index + 2 * size + 1], size, desk):
            yield Edit(index, index + size, "", "repeat")
            index += size
        else:
            index += 1


def _size(bare: list[str], index: int) -> int:
    """How many eojeol from ``index`` on are said again at once, 0 for none; the longest stretch counts."""
    first = bare[index]
    if first not in bare[index + 1 : index + 1 + LONGEST]:
        return 0
    for size in range(min(LONGEST, (len(bare) - index) // 2), 0, -1):
        if first and bare[index + size] == first:
            stretch = bare[index : index + size]
            if bare[index + size : index + 2 * size] == stretch:
                return size
    return 0


def _is_search(around: list[Eojeol], size: int, desk: Desk) -> bool:
    """Whether the first of two equal stretches was a search for words; sentences said twice are meant.

    Args:
        around: both stretches and the eojeol after them.
        size: eojeol in a stretch.
        desk: tables and settings.
    """
    stretch, after = around[:size], around[2 * size :]
    if any(eojeol.tail.startswith((".", "?", "!")) for eojeol in stretch):
        return False
    if len(stretch) > 1:
        meant = all(eojeol.bare in desk.tables.keep_repeated for eojeol in stretch)
        return not meant and not _counts(stretch)
    # "협치 협치 하지만", what others say again and again, and "축제가 축제가 아니라", what is not what it is
    told_by = {"NNG": "하", "NNP": "하", "JKS": "아니"}.get(stretch[0].last.tag)
    is_meant = bool(after) and after[0].first.form == told_by
    return not is_meant and _one_is_search(stretch[0], desk)


def _counts(stretch: list[Eojeol]) -> bool:
    """한 명 한 명, 한 사람 한 사람: a numeral with its unit, doubled to mean each."""
    first = stretch[0].first
    particled = stretch[-1].last.tag.startswith("J")
    return first.tag in {"NR", "SN", "MM"} and len(stretch) == 2 and not particled


def _one_is_search(eojeol: Eojeol, desk: Desk) -> bool:
    bare = eojeol.bare
    if bare in desk.tables.keep_repeated or DOUBLED.match(bare):
        return False
    last = eojeol.last
    if bare in desk.tables.fold_repeated:
        return last.tag != "NR"  # "이 이 층 건물": this one of two storeys
    if last.tag in {"IC", "EF", "NR", "SN"}:
        return False
    return not (last.tag == "EC" and last.form in AGAIN_AND_AGAIN)


def repairs(view: View, _: Desk) -> Iterator[Edit]:
    """Fold a pronoun that begins a sentence and is at once begun again: "저희가 저희 시가"."""
    live = view.live
    for index in range(len(live) - 1):
        one, other = live[index], live[index + 1]
        begins, honoured = one.bare.startswith(PRONOUNS), other.bare.endswith(HONOURED)
        if not (begins or honoured):
            continue
        again = (begins and _restarts(live, index, one, other)) or (honoured and _honours(one, other))
        if again and not one.tail.startswith((".", "?", "!")):
            yield Edit(index, index + 1, "", "repair")


def _restarts(live: list[Eojeol], index: int, one: Eojeol, other: Eojeol) -> bool:
    pronoun, again = one.first, other.first
    if not (pronoun.tag == again.tag == "NP" and len(one.tags) == 2):
        return False
    same = SAME_PERSON.get(pronoun.form, pronoun.form) == SAME_PERSON.get(again.form, again.form)
    if not same or one.bare == other.bare:
        return False
    if one.tags[-1] == "JKS" and other.tags[1:] == ("JX",) and other.last.form in {"은", "는"}:
        return True
    subject = one.tags[-1] == "JKS" or (one.tags[-1] == "JX" and one.last.form in {"은", "는"})
    # "저는 제 생각이" is no restart, but a second subject with the same particle is
    rivals = [eojeol for eojeol in live[index + 1 : index + 4] if eojeol.tags[-1:] == one.tags[-1:]]
    return subject and bool(rivals) and rivals[0].last.form in {"이", "가", "은", "는"}


def _honours(one: Eojeol, other: Eojeol) -> bool:
    """과장님이 과장님께서: the same subject again, with respect."""
    stem = one.bare[:-1]
    return len(stem) > 1 and one.tags[-1:] == ("JKS",) and other.bare in {stem + "께서", stem + "께서는"}


def cut_offs(view: View, desk: Desk) -> Iterator[Edit]:
    """Fold the beginning of a word that is then said whole: "민관 민관협치가", "공모 사업 공모 사업에"."""
    live = view.live
    bare = [eojeol.bare for eojeol in live]
    for index, (part, whole_word) in enumerate(pairwise(bare)):
        if not whole_word.startswith(part) and part not in bare[index + 2 : index + 1 + LONGEST]:
            continue
        for size in _sizes(bare, index):
            last, whole = index + size - 1, index + 2 * size - 1
            if _broken_off(live[index : last + 1], live[whole], desk):
                yield Edit(index, last + 1, "", "cut-off")
                break


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


def _broken_off(stretch: list[Eojeol], whole: Eojeol, desk: Desk) -> bool:
    """Whether the last word of a stretch is the beginning of the whole one, and not a word by itself."""
    if any(one.tail.startswith((".", "?", "!")) for one in stretch) or _counts(stretch):
        return False
    one = stretch[-1]
    if one.bare in desk.tables.keep_repeated or whole.bare[len(one.bare) :].startswith(EACH):
        return False
    if one.last.tag == "JKS" and "VCP" in whole.tags:  # "그 사람이 그 사람이라": the same is said of it
        return False
    if len(one.bare) == 1 and len(stretch) == 1:
        return _one_syllable(one, whole, desk)
    return desk.matcher.begins(whole.bare) or not {"MAG", "MAJ", "IC", "EF"} & set(one.tags)


def _one_syllable(one: Eojeol, whole: Eojeol, desk: Desk) -> bool:
    """저 저희가; another syllable only where a pause parts it: "이 이야기" and "한 한강" are two words."""
    if one.first.tag == "NP":
        return whole.first.tag == "NP" and whole.first.form in PRONOUNS
    heard = one.pause_ms >= desk.settings.pause_ms or bool(one.tail)
    return heard and {tag[0] for tag in one.tags} <= {"N"}
