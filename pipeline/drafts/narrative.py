"""An interview retold: what somebody answered, in their own sentences, with the endings of written Korean.

Only the ending of a sentence changes, and only where the given function is sure of it; each change is told to
the editor with what was said. Quotations stay as they are.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from pipeline.drafts.passages import Passage
from pipeline.model import Remark, Span

Restyle = Callable[[Sequence[str]], Sequence[str | None]]
"""Gives each sentence another ending; None where that is not surely right."""

CHANGED = "말끝을 글말로 고쳤습니다. 원문: “{said}”"


def as_said(sentences: Sequence[str]) -> list[str | None]:
    """Changes nothing: for chapters that narrate nothing."""
    return [None] * len(sentences)


def narrated(passages: Sequence[Passage], restyle: Restyle) -> Iterator[Passage]:
    """The passages with written endings, but for those in a quotation or of unsure ending.

    Args:
        passages: in speaking order.
        restyle: may change the last eojeol of a sentence and nothing else.
    """
    written = restyle([passage.text for passage in passages])
    turn, opened = -1, 0
    for passage, text in zip(passages, written, strict=True):
        before = opened if passage.turn == turn else 0
        turn, opened = passage.turn, before + passage.text.count("“") - passage.text.count("”")
        quoted = before > 0 or opened > 0
        yield passage if quoted or text in {None, passage.text} else _written(passage, str(text))


def _written(passage: Passage, text: str) -> Passage:
    start = passage.text.rfind(" ") + 1
    if text[:start] != passage.text[:start]:
        raise ValueError("only the last eojeol of a sentence may change")
    changed = Span(start, len(text))

    def moved(span: Span) -> Span:
        if span.end <= start:
            return span
        end = len(text) if span.end == len(passage.text) else min(span.end, len(text))
        return Span(min(span.start, start), end)

    remarks = [replace(remark, chars=moved(remark.chars)) for remark in passage.remarks]
    told = Remark(changed, "style", CHANGED.format(said=passage.text[start:]))
    return replace(passage, text=text, remarks=(*remarks, told))
