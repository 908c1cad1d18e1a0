"""Where sentences, quotations and paragraphs end, and the marks that show it."""

from collections.abc import Iterator
from itertools import pairwise

from pipeline.language.eojeol import SENTENCE_ENDS, Edit, Eojeol, View
from pipeline.language.rules.desk import Desk

ASKING = ("까", "까요", "나요", "가요", "는지요", "냐", "느냐")
"""How endings end that only ask; -어요 and -지요 may do so too, but only the voice tells."""

ASKED = frozenset({"뭐", "무엇", "누구", "어디", "언제", "얼마"})
"""With these in its last word (뭐였어요) a sentence asks."""

CLOSERS = "\"'”’)"


def sentence_ends(view: View, desk: Desk) -> set[int]:
    """Eojeol (by index) with which a sentence ends: where it is written so, or grammar says so.

    Without a mark a sentence ends where the analyser ends it, if its last word has a final ending; a comma
    there counts for more, unless the turn is nearly without marks.
    """
    live = view.live
    if not live:
        return set()
    marked = {index for index, eojeol in enumerate(live) if _is_marked(eojeol)}
    ends = marked | {len(live) - 1}
    if not desk.settings.sentences:
        return ends
    sparse = len(live) > 25 * (len(marked) + 1)
    for index in range(len(live) - 1):
        ended = live[index].sentence != live[index + 1].sentence and live[index].is_final
        if ended and (sparse or not live[index].text.endswith(",")):
            ends.add(index)
    return ends


def _is_marked(eojeol: Eojeol) -> bool:
    if eojeol.text == eojeol.bare:
        return False
    last = eojeol.text[-1]
    return last in SENTENCE_ENDS or (last in CLOSERS and eojeol.text.rstrip(CLOSERS).endswith(SENTENCE_ENDS))


def punctuation(view: View, desk: Desk) -> Iterator[Edit]:
    """Give each sentence the full stop or question mark that it lacks, if it ends like a sentence."""
    for index in sorted(sentence_ends(view, desk)):
        eojeol = view.live[index]
        if not _is_marked(eojeol) and eojeol.is_final:
            asks = eojeol.last.form.endswith(ASKING) or eojeol.first.form in ASKED
            mark = "?" if asks else "."
            yield Edit(index, index + 1, eojeol.text.rstrip(",") + mark, "punctuation")


def quotations(view: View, desk: Desk) -> Iterator[Edit]:
    """Put quotation marks around what is quoted with -라고 after a whole sentence, where its start is heard.

    The start is heard where a comma or a pause stands between the one who is quoted and the words. Where it
    is not, no mark is better than a wrong one.
    """
    live = view.live
    for index, eojeol in enumerate(live):
        end = _quoted_until(eojeol)
        if not end:
            continue
        start = _quoted_from(live, index, desk)
        if start is None or any('"' in one.text for one in live[start : index + 1]):
            continue
        closed = f'{eojeol.text[:end]}"{eojeol.text[end:]}'
        if start == index:
            yield Edit(index, index + 1, f'"{closed}', "quotation")
        else:
            yield Edit(start, start + 1, f'"{live[start].text}', "quotation")
            yield Edit(index, index + 1, closed, "quotation")


def _quoted_until(eojeol: Eojeol) -> int:
    """Where in an eojeol the quoted words end: after a final ending, before -라고; or 0."""
    if eojeol.changed or "라고" not in eojeol.text:
        return 0
    for left, right in pairwise(eojeol.morphemes):
        if left.tag == "EF" and right.tag == "JKQ":
            return right.chars.start - eojeol.start
    return 0


def _quoted_from(live: list[Eojeol], index: int, desk: Desk) -> int | None:
    """The eojeol with which the quoted words begin; None where nobody could tell."""
    for start in range(index, max(-1, index - 12), -1):
        if start == 0:
            return None
        before = live[start - 1]
        if _is_marked(before):
            return None
        if before.text.endswith(",") or before.pause_ms >= desk.settings.pause_ms:
            return start if before.last.tag in {"JKS", "JX", "EC", "JKB"} else None
    return None


def paragraph_ends(view: View, ends: set[int], desk: Desk) -> set[int]:
    """Sentence ends that also end a paragraph: it is long enough, and a pause or an opening word follows."""
    live, settings = view.live, desk.settings
    found: set[int] = set()
    length = 0
    for index, eojeol in enumerate(live[:-1]):
        length += len(eojeol.text) + 1
        if index not in ends or length < settings.paragraph_characters:
            continue
        opens = live[index + 1].bare in desk.tables.openers
        if opens or eojeol.pause_ms >= settings.paragraph_pause_ms or length >= settings.paragraph_limit:
            found.add(index)
            length = 0
    return found
