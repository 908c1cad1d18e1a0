"""What must not stand in a draft that leaves the house: names of people who asked for none, personal data."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.drafts.reading import ReadBlock
from pipeline.model import Span

SURNAMES_OF_TWO = frozenset({"남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방"})
"""Korean surnames with two syllables; all others have one."""

FindPersonalData = Callable[[str], Iterable[tuple[str, Span]]]
"""The kinds and places of personal data in a text."""


@dataclass(frozen=True, slots=True)
class Leak:
    """Something in block number ``block`` that must not be read.

    ``rule`` is ``withdrawn``, ``anonymous`` or ``personal``, ``what`` the name or the kind of data. ``chars``
    are of the block's text, or of its speaker's label where ``in_label`` says so.
    """

    id: str
    block: int
    rule: str
    what: str
    chars: Span
    in_label: bool = False


def leaks(
    blocks: Sequence[ReadBlock],
    withdrawn: Sequence[str] = (),
    anonymous: Sequence[str] = (),
    personal_data: FindPersonalData = lambda _: (),
) -> tuple[Leak, ...]:
    """Every place that must be masked or taken out, in order.

    Args:
        blocks: the draft as read.
        withdrawn: names of people who have withdrawn their consent.
        anonymous: real names of people who appear under a pseudonym.
        personal_data: finds telephone numbers, addresses and the like.
    """
    rules = (("withdrawn", withdrawn), ("anonymous", anonymous))
    patterns = [(rule, name, name_pattern(name)) for rule, names in rules for name in names if name.strip()]
    return tuple(_leaks(blocks, patterns, personal_data))


def name_pattern(name: str) -> re.Pattern[str]:
    """Finds a Korean name with or without a space in it, and the given name with 씨, 님, 군 or 양 behind it.

    A name is not found inside a longer word that begins before it; particles may follow.
    """
    dense = "".join(name.split())
    length = 2 if dense[:2] in SURNAMES_OF_TWO and len(dense) > 2 else 1
    surname, given = dense[:length], dense[length:]
    whole = rf"{re.escape(surname)}\s?{re.escape(given)}" if given else re.escape(dense)
    called = rf"|{re.escape(given)}\s?(?:씨|님|군|양)" if len(given) > 1 else ""
    return re.compile(rf"(?<![가-힣])(?:{whole}{called})")


def _leaks(
    blocks: Sequence[ReadBlock],
    patterns: Sequence[tuple[str, str, re.Pattern[str]]],
    personal_data: FindPersonalData,
) -> Iterator[Leak]:
    for number, block in enumerate(blocks):
        for text, in_label in ((block.speaker, True), (block.text, False)):
            for rule, name, pattern in patterns:
                for match in pattern.finditer(text):
                    yield Leak(block.id, number, rule, name, Span(*match.span()), in_label)
        for kind, chars in personal_data(block.text):
            yield Leak(block.id, number, "personal", kind, chars)
