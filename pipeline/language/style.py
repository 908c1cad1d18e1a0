"""Spoken endings become those of a narrative: 했어요 -> 했습니다 or 했다.

For narrative text alone, never inside a quotation. Only the last word is touched, and only where its ending
surely states something: a question, a request or a shade of feeling (-잖아요, -네요, -ㄹ게요) has no other
form that says the same.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from pipeline.language.hangul import coda
from pipeline.language.korean import Korean
from pipeline.model import Morpheme, Span

Register = Literal["합니다체", "한다체"]

STATEMENTS = frozenset(
    {"어요", "아요", "여요", "에요", "예요", "습니다", "ᆸ니다", "다", "ᆫ다", "는다", "어", "아"}
)
"""Final endings that state something; -어 and -어요 may also ask: a mark or a word then shows it."""

ASKING_WORDS = frozenset(
    ("누구", "누가", "언제", "어디", "무엇", "뭐", "왜", "어떻게", "얼마", "몇", "어느", "어떤", "무슨")
)

WRITTEN = {("거", "NNB"): "것"}
"""Spoken forms before a written ending: 할 거예요 -> 할 것입니다."""

STEMS = ("VV", "VA", "VX", "XSV", "XSA", "VCP", "VCN")
DESCRIBING = ("VA", "XSA", "VCP", "VCN")
DESCRIBING_AUXILIARIES = frozenset({"싶", "있", "없"})


def restyle(sentences: Sequence[str], register: Register, korean: Korean) -> list[str | None]:
    """Sentences with the ending of a register; None where that is not surely right.

    Args:
        sentences: each with or without its full stop.
        register: 합니다체 (formal) or 한다체 (plain).
        korean: the analyser.
    """
    parsed = korean.analyse([sentence.rstrip(".") for sentence in sentences])
    return [
        _restyled(sentence, morphemes, register, korean)
        for sentence, morphemes in zip(sentences, parsed, strict=True)
    ]


def _restyled(sentence: str, morphemes: Sequence[Morpheme], register: Register, korean: Korean) -> str | None:
    body = sentence.rstrip(".")
    if body != sentence.rstrip(".?!…") or not body:
        return None
    start = body.rfind(" ") + 1
    last = [_from(start, body, morpheme) for morpheme in morphemes if morpheme.chars.end > start]
    if any(m.form in ASKING_WORDS for m in morphemes) or not _states(last):
        return None
    ending = _formal(last[:-1]) if register == "합니다체" else _plain(last[:-1])
    if not ending:
        return None
    if not _comes_together(last, body[start:], korean):
        return None
    forms = [(WRITTEN.get((m.form, m.tag), m.form), m.tag) for m in last[:-1]]
    return body[:start] + _joined([*forms, (ending, "EF")], korean) + sentence[len(body) :]


def _from(start: int, body: str, morpheme: Morpheme) -> Morpheme:
    """The part of a morpheme behind ``start``: a term of several words is one morpheme."""
    if morpheme.chars.start >= start:
        return morpheme
    own = Span(start, morpheme.chars.end)
    return replace(morpheme, form=body[own.start : own.end], chars=own)


def _comes_together(last: Sequence[Morpheme], word: str, korean: Korean) -> bool:
    """Whether its morphemes give the word again, or another spelling of it (보았어요, 봤어요)."""
    joined = _joined([(m.form, m.tag) for m in last], korean)
    return joined == word or [m.form for m in next(korean.analyse([joined]))] == [m.form for m in last]


def _joined(forms: Sequence[tuple[str, str]], korean: Korean) -> str:
    return str(korean.kiwi.join(forms)).replace(" ", "")


def _states(last: Sequence[Morpheme]) -> bool:
    """Whether the last word is a stem with an ending that states something, each a dictionary's."""
    if len(last) < 2 or last[-1].tag not in {"EF", "EC"} or last[-1].form not in STATEMENTS:
        return False
    return last[-2].tag.startswith((*STEMS, "EP")) and all(morpheme.known for morpheme in last)


def _formal(stem: Sequence[Morpheme]) -> str:
    return "습니다" if _is_closed(stem[-1]) else "ᆸ니다"


def _plain(stem: Sequence[Morpheme]) -> str:
    last = stem[-1]
    if last.tag.startswith(("EP", *DESCRIBING)) or last.form in DESCRIBING_AUXILIARIES:
        return "다"
    if last.form in {"않", "못하"}:  # 먹지 않는다, 예쁘지 않다: what comes before decides
        return ""
    return "는다" if _is_closed(last) else "ᆫ다"


def _is_closed(last: Morpheme) -> bool:
    """Whether the stem ends with a consonant other than ㄹ, which drops out."""
    return coda(last.form) not in {"", "ㄹ"}
