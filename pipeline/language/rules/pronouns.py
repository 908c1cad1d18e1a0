"""A pronoun that is begun again at once, or that gives way to the name of what it pointed to."""

from collections.abc import Sequence
from itertools import pairwise

from pipeline.language.eojeol import Eojeol
from pipeline.language.rules.desk import Desk

PRONOUNS = ("저희", "우리", "제", "저", "내", "나", "그분", "여러분")
SAME_PERSON = {"제": "저", "내": "나"}
ONESELF = frozenset({"저", "제", "나", "내"})
SPEAKERS = (ONESELF, frozenset({"저희", "우리"}))

POINTED = {
    "이거": "이",
    "이것": "이",
    "그거": "그",
    "그것": "그",
    "저거": "저",
    "저것": "저",
    "여기": "이",
    "거기": "그",
    "저기": "저",
}
"""A pronoun, and the determiner with which the thing or place is named after all: 이거는/ 이 문제는."""

PLACES = frozenset({"여기", "거기", "저기"})
"""As a topic a place has its own part in the sentence: 거기는/ 그 일은 안 해요."""

TWO_SUBJECTS = frozenset({"없", "있", "아니", "되", "많", "적", "필요", "좋", "싫"})
"""Beginnings of verbs with a subject beside what they are said of."""

TOPIC = frozenset({"은", "는"})
SUBJECTS = TOPIC | {"이", "가"}


def pronoun_again(live: list[Eojeol], index: int, parted: bool, desk: Desk) -> bool:
    """Whether the eojeol before ``index`` is a pronoun that what follows says again.

    Args:
        live: the eojeol of the turn.
        index: where what follows begins.
        parted: whether a pause or a filler lies before it.
        desk: tables and settings.
    """
    one, other = live[index - 1], live[index]
    if one.first.tag != "NP" or one.tail.startswith((".", "?", "!")):
        return False
    if one.bare.startswith(PRONOUNS) and _restarts(live, index, parted):
        return True
    return parted and (_first_person(one, other) or _named_after_all(live, index, desk))


def _restarts(live: list[Eojeol], index: int, parted: bool) -> bool:
    """저희가 저희 시가: the same person as part of what now is the subject.

    Without a pause "제가 제 돈이", "우리는 우리 동네는" are as good as any sentence.
    """
    one, other = live[index - 1], live[index]
    pronoun, again = one.first, other.first
    if again.tag != "NP" or len(one.tags) != 2 or one.bare == other.bare:
        return False
    if SAME_PERSON.get(pronoun.form, pronoun.form) != SAME_PERSON.get(again.form, again.form):
        return False
    subject, topic = one.tags[-1] == "JKS", one.last.form in TOPIC
    if subject and other.tags[1:] == ("JX",) and other.last.form in TOPIC:
        return True
    heard = parted or bool(one.tail)
    plain = subject and pronoun.form not in ONESELF
    if topic and pronoun.form in ONESELF:  # 저는/ 제 일은 제가 합니다
        return False
    return (heard or plain) and (subject or topic) and _is_rivalled(one, live[index : index + 4])


def _is_rivalled(one: Eojeol, phrase: Sequence[Eojeol]) -> bool:
    """Whether a noun with the same particle follows before any verb: "저는 제 생각이" is no restart.

    "우리가 우리 회의실이 없어서" is none either: these verbs have a subject beside what they are said of.
    """
    for rival, after in pairwise(phrase):
        if any(tag[0] == "V" for tag in rival.tags):
            return False
        if rival.tags[-1:] == one.tags[-1:]:
            noun = len(rival.tags) > 1 and rival.tags[-2][0] in "NX"
            return noun and rival.last.form in SUBJECTS and after.first.form not in TWO_SUBJECTS
    return False


def _first_person(one: Eojeol, other: Eojeol) -> bool:
    """내가/ 제가: who speaks is named twice, with the same particle."""
    subject = one.tags == other.tags == ("NP", "JKS")
    topic = one.tags == other.tags == ("NP", "JX") and {one.last.form, other.last.form} <= TOPIC
    persons = {one.first.form, other.first.form}
    return (subject or topic) and any(persons <= speakers for speakers in SPEAKERS)


def _named_after_all(live: list[Eojeol], index: int, desk: Desk) -> bool:
    """이거는/ 이 문제는, 그분들이/ 그 통장님들이: who or what is pointed to, then named."""
    one, determiner, named = live[index - 1], live[index], live[index + 1 : index + 2]
    if determiner.tags != ("MM",) or not named or named[0].last.tag != one.last.tag:
        return False
    if named[0].first.tag != "NNG":
        return False
    if "XSN" in one.tags:
        return "XSN" in named[0].tags and one.first.form.startswith(determiner.bare)
    if named[0].first.form.endswith(desk.tables.people):  # who is no thing
        return False
    role = one.last.tag == "JKO" or (one.last.form in TOPIC and one.first.form not in PLACES)
    return role and len(one.tags) == 2 and POINTED.get(one.first.form) == determiner.first.form
