"""Spelling, spacing and particles: what was said stays, how it is written follows the standard."""

import re
from collections.abc import Iterator
from itertools import pairwise, zip_longest

from pipeline.language.eojeol import Edit, Eojeol, View
from pipeline.language.hangul import attach, coda, compose, decompose
from pipeline.language.numerals import NATIVE_ONES
from pipeline.language.rules.desk import Desk
from pipeline.language.tables import Spelling
from pipeline.model import Morpheme

EXTRA_L = frozenset("할될볼올갈낼킬칠럴")
"""Syllables that end in ㄹ only before a wrong -ㄹ려고; 살려고, 만들려고 and 팔려고 are right."""


def spelling(view: View, desk: Desk) -> Iterator[Edit]:
    """Write nonstandard spellings in the standard way."""
    for index, eojeol in enumerate(view.live):
        if eojeol.changed:
            continue
        text = eojeol.text
        if desk.tables.misspelt.search(text):
            following = view.live[index + 1].text if index + 1 < len(view.live) else ""
            for row in desk.tables.spelling:
                if row.heard in text and following.startswith(row.before):
                    text = _respelt(text, row, eojeol)
        if "려" in text or "라고" in text:
            text = _without_extra_l(text, eojeol)
        if "은" in text:
            text = _with_short_ending(text, eojeol)
        if text != eojeol.text:
            yield Edit(index, index + 1, text, "spelling")


def _respelt(text: str, row: Spelling, eojeol: Eojeol) -> str:
    body = text.rstrip(".,?!…")
    at = body.rfind(row.heard) if row.where == "end" else body.find(row.heard)
    fits = {
        "whole": body == row.heard,
        "start": at == 0,
        "end": body.endswith(row.heard),
        "anywhere": at >= 0,
    }[row.where]
    if not fits or (row.tag and not _stands_in(eojeol, at, row.tag)):
        return text
    return text[:at] + row.right + text[at + len(row.heard) :]


def _stands_in(eojeol: Eojeol, at: int, tag: str) -> bool:
    """Whether the letter at ``at`` belongs to a morpheme with this tag (its beginning)."""
    place = at + eojeol.start
    return any(m.tag.startswith(tag) and m.chars.start <= place < m.chars.end for m in eojeol.morphemes)


def _without_extra_l(text: str, eojeol: Eojeol) -> str:
    """할려고 -> 하려고, 먹을려고 -> 먹으려고: the ending is -(으)려고, whatever people say."""
    for morpheme in eojeol.morphemes:
        if morpheme.tag == "EC" and morpheme.form.startswith(("ᆯ려", "ᆯ라고", "을려", "을라고")):
            at = morpheme.chars.start - eojeol.start
            onset, nucleus, _ = decompose(text[at])
            if morpheme.form[0] == "을" or text[at] in EXTRA_L:
                rest = text[at + 1 :]
                rest = "려고" + rest[2:] if rest.startswith("라고") else rest
                return text[:at] + compose((onset, nucleus, "")) + rest
    return text


STEMS_IN_L = re.compile("살|놀|만들|팔|울|열|날|멀|길|달|늘|돌|밀|빌|얼|졸|풀|힘들")
"""They drop ㄹ before -ㄴ. Stems that only end in ㄹ before 은 (들은 of 듣다, 걸은 of 걷다) are not here."""


def _with_short_ending(text: str, eojeol: Eojeol) -> str:
    """살은 지 -> 산 지, 만들은 -> 만든: the ending is -ㄴ after a stem in ㄹ, and 지 after it a word."""
    for stem, ending, after in zip_longest(eojeol.morphemes, eojeol.morphemes[1:], eojeol.morphemes[2:]):
        if (
            ending is None
            or (ending.tag, ending.form) != ("ETM", "은")
            or not STEMS_IN_L.fullmatch(stem.form)
        ):
            continue
        at = ending.chars.start - eojeol.start
        if stem.tag[0] == "V" and text[at - 1 : at + 1] == f"{stem.form[-1]}은":
            onset, nucleus, _ = decompose(text[at - 1])
            rest = text[at + 1 :]
            gap = " " if after is not None and after.tag == "NNB" and rest.startswith(after.form) else ""
            return text[: at - 1] + compose((onset, nucleus, "ㄴ")) + gap + rest
    return text


BOUND_NOUNS = frozenset({"수", "줄", "것", "거", "꺼", "적", "때문", "만큼"})
"""Written apart from what stands before them; 데 and 지 are parts of endings, too (하는데), and not here."""

PARTED = frozenset({"ETM", "NNB", "MAG", "MM"})
"""Tags of what may have to be parted from what follows it."""

OWN_VERB = frozenset({"수", "줄", "것", "거", "적"})
SUFFIX_VERBS = frozenset({"하", "되", "시키"})
LONE_PARTICLES = frozenset(
    {"을", "를", "은", "는", "에서", "으로", "에게", "까지", "부터", "처럼", "보다", "의", "에"}
)


def spacing(view: View, desk: Desk) -> Iterator[Edit]:
    """Part what is wrongly joined and join what is wrongly parted, where grammar leaves no choice."""
    live = view.live
    for index, eojeol in enumerate(live):
        if eojeol.changed and "glossary" in eojeol.reason:
            continue
        if not eojeol.changed or _respelt_in_place(eojeol):
            if not eojeol.changed and index + 1 < len(live) and _joins(live, index):
                yield Edit(index, index + 2, _one(eojeol, live[index + 1]), "spacing")
                continue
            cuts = _cuts(eojeol, desk)
            if cuts:
                yield Edit(index, index + 1, _parted(eojeol, cuts), "spacing")


def _respelt_in_place(eojeol: Eojeol) -> bool:
    """Whether only letters were exchanged, so that its morphemes still say where a space is missing."""
    return eojeol.reason == "spelling" and len(eojeol.text) == eojeol.morphemes[-1].chars.end - eojeol.start


def _cuts(eojeol: Eojeol, desk: Desk) -> list[int]:
    """Places in the eojeol's text before which a space is missing."""
    cuts = []
    for left, right in pairwise(eojeol.morphemes):
        if (
            left.tag in PARTED
            and right.chars.start > eojeol.start
            and (left.tag != "MM" or eojeol.text.startswith(left.form, left.chars.start - eojeol.start))
            and _must_part(left, right, desk)
        ):
            cuts.append(right.chars.start - eojeol.start)
    return [cut for cut in cuts if cut < len(eojeol.text) and eojeol.text[cut] not in " "]


def _must_part(left: Morpheme, right: Morpheme, desk: Desk) -> bool:
    apart = left.chars.end <= right.chars.start
    if left.tag == "ETM":
        return apart and right.tag == "NNB" and right.form in BOUND_NOUNS
    if left.tag == "NNB":
        return (
            apart and left.form in OWN_VERB and right.tag.startswith(("VV", "VA")) and right.chars.length > 0
        )
    if left.tag == "MAG":
        return apart and left.form == "안" and right.tag.startswith(("VV", "VA"))
    if left.tag == "MM":
        counts = right.tag == "NNB" or right.form in desk.tables.units
        fits = counts or (right.tag == "NNG" and left.form not in NATIVE_ONES)  # 세쌍둥이 is one word
        return apart and left.form in desk.tables.spaced_determiners and fits
    return False


def _parted(eojeol: Eojeol, cuts: list[int]) -> str:
    pieces = zip([0, *cuts], [*cuts, len(eojeol.text)], strict=True)
    return " ".join(eojeol.text[start:end] for start, end in pieces)


HONOURED = {(tag,) for tag in ("JKS", "JX", "JKO", "JKB", "JKG")}
"""What follows 분, a person, where it is written with 그 before it as one word."""


ONE_WITH: dict[str, frozenset[str]] = {
    "그": frozenset({"다음", "중", "때", "동안", "날", "해"}),
    "이": frozenset({"때", "날"}),
    "저": frozenset(),
}
"""Nouns with which a determiner is one word: 그다음, 그때, 이날."""


ANOTHER_WORD = {
    ("이", "분"): frozenset({"지나", "걸리", "남", "흐르"}),
    ("그", "해"): frozenset({"뜨", "지", "비치", "솟"}),
}
"""Stems before which the noun as a subject is another word: two minutes pass, the sun rises."""


def _joins(live: list[Eojeol], index: int) -> bool:
    """Whether an eojeol and the next are one: 그 분이, 그 때, 한다 라고, 그만 두다, noun and particle."""
    left, right = live[index], live[index + 1]
    if left.words.end == right.words.start and not (right.changed or left.tail):
        if left.text in {"그", "이", "저"} and left.last.tag == "MM":
            point, noun = left.text, right.first
            stems = ANOTHER_WORD.get((point, noun.form), frozenset())
            if right.last.tag == "JKS" and any(
                one.first.form in stems for one in live[index + 2 : index + 3]
            ):
                return False
            if noun.form == "분":
                return right.tags[1:] in HONOURED
            return noun.form in ONE_WITH[point] and noun.tag in {"NNG", "NNB"}
        if left.last.tag == "EF" and right.text in {"라고", "라는", "라면서"}:
            return True
        if left.text == "그만" and (right.first.form, right.first.tag) == ("두", "VV"):
            return True
    return _belongs_to(left, right)


def _one(left: Eojeol, right: Eojeol) -> str:
    """Both as one word, an auxiliary verb apart: "정숙 해주세요" is 정숙해 주세요."""
    help_from = next((m.chars.start for m in right.morphemes if m.tag == "VX"), right.start) - right.start
    helped, helping = right.text[:help_from], right.text[help_from:]
    return left.text + (f"{helped} {helping}" if helped else helping)


def _belongs_to(left: Eojeol, right: Eojeol) -> bool:
    """Whether ``right`` is only a particle, or the verb suffix of the noun before it."""
    if not right.morphemes or right.morphemes[0].tag[0] not in "JX":
        return False
    noun, head = left.last, right.first
    if noun.tag[:1] not in {"N", "X"} or left.tail or right.changed:
        return False
    if head.chars.start != right.start:
        return False
    if head.tag.startswith("J") and len(right.tags) == 1 and head.form in LONE_PARTICLES:
        return attach(left.bare, head.form) == left.bare + head.form
    if head.form == "님":
        return head.tag == "XSN" and noun.tag in {"NNG", "XSN"}
    return head.tag in {"XSV", "XSA"} and head.form in SUFFIX_VERBS and noun.tag == "NNG"


DOUBLED = re.compile("(에서에서|에게에게|으로으로|부터부터|까지까지)$")


def particles(view: View, _: Desk) -> Iterator[Edit]:
    """Correct a particle of the wrong form (사업를), one said twice (에서에서), and -다라고 for -다고."""
    for index, eojeol in enumerate(view.live):
        text = eojeol.text
        body = text.rstrip(".,?!…")
        right = _right_particle(body, eojeol)
        following = view.live[index + 1].first.form if index + 1 < len(view.live) else ""
        if right.endswith("다라고") and following in {"하", "생각", "말", "보"}:
            right = right.removesuffix("다라고") + "다고"
        if right != body:
            yield Edit(index, index + 1, right + text[len(body) :], "particle")


def _right_particle(body: str, eojeol: Eojeol) -> str:
    doubled = DOUBLED.search(body)
    if doubled:
        return body[: len(body) - len(doubled[0]) // 2]
    last = eojeol.last
    if (
        eojeol.changed
        or last is None
        or not last.tag.startswith("J")
        or last.form not in {"를", "을", "는", "은", "와", "과"}
    ):
        return body
    stem = body[: -last.chars.length]
    return attach(stem, last.form) if stem and coda(stem) is not None and body.endswith(last.form) else body
