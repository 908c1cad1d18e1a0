"""Everything in a draft that says somebody said it: speech, pull quotes, quotation marks, reported speech."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.drafts.masking import TITLES
from pipeline.drafts.reading import ReadBlock
from pipeline.model import BlockKind, Span

SPEECH = frozenset(
    {
        *(BlockKind.LEAD, BlockKind.QUESTION, BlockKind.ANSWER, BlockKind.SPEECH),
        BlockKind.NARRATIVE,
        *(BlockKind.QUOTE, BlockKind.POINT),
    }
)
"""Blocks that are somebody's words from end to end."""

SAID = re.compile(r"c\d+-said-")
"""Begins the ids of such blocks, for formats that have no styles."""

_SENTENCE = re.compile(r"\S.*?(?:[.?!…]+[”’\"'」]*(?=\s|$)|$)")
_QUOTED = re.compile(r"“([^”]+)”|\"([^\"]+)\"|‘([^’]+)’|「([^」]+)」|『([^』]+)』")
_LEFT_OUT = re.compile(r"\s*(?:\(중략\)|\[중략\]|…+|\.{3,})\s*")
_STATED = re.compile(r"(?:(?<!바)다|까|(?<![강개긴동소수주중필])요|죠|시오)[.?!…]*$|[가-힣][.?!]$")
"""How statements end, and nouns like 개요 or 필요 do not."""

_GIVEN = re.compile(r"^\s*(?:이?라고|이?라며|고\s|하고|며\s)")
_SAID = (
    r"(?:말|밝|강조|설명|덧붙|전했|제안|지적|평가|답|물었|회상|주장|당부|호소|요청|소개|털어놓|이야기|얘기)"
)
_PARTICLE = r"(?:은|는|이|가|도|께서는|께서)"
_TITLE = r"(?:\s?[가-힣]{1,8}?){0,2}?"

_WORDS = frozenset("이한전현신고주")
"""Surnames that are words too, as in ``이 위원`` and ``전 시장``: with them nobody is surely meant."""
_CALLED = rf"(?=\s?(?:{TITLES})님?(?:{_PARTICLE}|의)?(?:[\s,.“\"]|$))"
"""What follows a surname that is meant as one."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Words that a draft says somebody said.

    ``block`` is the number of the block, ``chars`` where the words stand in its text. ``by`` is who is said
    to have said them, empty where the draft does not tell. An ``excerpt`` need not be a whole sentence.
    ``beside`` is the same speaker's speech around it, where words left out here may stand.
    """

    block: int
    chars: Span
    text: str
    by: str
    excerpt: bool = False
    beside: str = ""


def claims(blocks: Sequence[ReadBlock], names: Sequence[str]) -> Iterator[Claim]:
    """Every claim of a draft, in order.

    Args:
        blocks: the draft as read.
        names: of all who spoke, as the draft may call them.
    """
    attribution = _Attribution(names)
    for number, block in enumerate(blocks):
        if block.cells:
            yield from _rows(number, block, attribution)
        elif block.kind in SPEECH or (block.kind is None and (block.speaker or SAID.match(block.id))):
            yield from _spoken(number, block)
        else:
            yield from _told(number, block, attribution)


def sentences(text: str) -> Iterator[Span]:
    """Where each sentence stands; one without a full stop ends with the text."""
    for match in _SENTENCE.finditer(text):
        yield Span(match.start(), match.end())


def _spoken(number: int, block: ReadBlock) -> Iterator[Claim]:
    bare = len(block.text) - len(block.text.lstrip("“\"'‘ "))
    whole = Span(bare, len(block.text.rstrip("”\"'’ ")))
    text = block.text[whole.start : whole.end]
    for sentence in sentences(text):
        beside = f"{text[: sentence.start]} {text[sentence.end :]}"
        for part in _parts(text, sentence):
            chars = Span(whole.start + part.start, whole.start + part.end)
            excerpt = part != sentence
            yield Claim(number, chars, text[part.start : part.end], block.speaker, excerpt, beside)


def _parts(text: str, span: Span) -> Iterator[Span]:
    """A span without what stands for words left out."""
    at = span.start
    for gap in _LEFT_OUT.finditer(text, span.start, span.end):
        if gap.start() > at:
            yield Span(at, gap.start())
        at = gap.end()
    if at < span.end:
        yield Span(at, span.end)


def _rows(number: int, block: ReadBlock, attribution: "_Attribution") -> Iterator[Claim]:
    """The cells of a row that state something, said by whom another cell names."""
    at = 0
    for cell in block.cells:
        if " " in cell and _STATED.search(cell):
            by = attribution.of("\t".join(other for other in block.cells if other != cell))
            for sentence in sentences(cell):
                chars = Span(at + sentence.start, at + sentence.end)
                beside = f"{cell[: sentence.start]} {cell[sentence.end :]}"
                yield Claim(number, chars, cell[sentence.start : sentence.end], by, beside=beside)
        at += len(cell) + 1


def _told(number: int, block: ReadBlock, attribution: "_Attribution") -> Iterator[Claim]:
    """Quotations in a text of our own; without any, what somebody is reported to have said."""
    text = block.text
    for sentence in _outer_sentences(text):
        quoted = [
            (match, Span(*match.span(match.lastindex or 0)))
            for match in _QUOTED.finditer(text, sentence.start, sentence.end)
            if _is_statement(match, text)
        ]
        by = attribution.of(_without(text, sentence, [span for _, span in quoted]))
        for _, inside in quoted:
            for one in sentences(text[inside.start : inside.end]):
                for part in _parts(text, Span(inside.start + one.start, inside.start + one.end)):
                    yield Claim(number, part, text[part.start : part.end], by, excerpt=True)
        if not quoted:
            yield from attribution.reported(number, text, sentence)


def _outer_sentences(text: str) -> Iterator[Span]:
    """Sentences of a text in which a quotation counts as one word."""
    masked = _QUOTED.sub(lambda match: "“" + "인" * (len(match.group()) - 2) + "”", text)
    return sentences(masked)


def _is_statement(match: re.Match[str], text: str) -> bool:
    """Double quotation marks always quote; others do where a statement stands in them, or is said to."""
    inside = match.group(match.lastindex or 0)
    return text[match.start()] in '“"' or bool(
        (_STATED.search(inside) and " " in inside) or _GIVEN.match(text[match.end() :])
    )


def _without(text: str, sentence: Span, spans: Sequence[Span]) -> str:
    kept, at = "", sentence.start
    for span in spans:
        kept, at = kept + text[at : span.start], span.end
    return kept + text[at : sentence.end]


class _Attribution:
    """Knows the names of those who spoke, and how a text says that they did."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = sorted(filter(None, names), key=len, reverse=True)
        self._surnames = _surnames(self._names)
        called = [rf"(?<![가-힣])(?:{surname}){_CALLED}" for surname in self._surnames]
        name = "|".join([*map(re.escape, self._names), *called]) or r"(?!)"
        self._called = re.compile("|".join(called) or r"(?!)")
        subject = rf"({name}){_TITLE}{_PARTICLE}"
        self._before = re.compile(rf"{subject},?\s+(.+?[다라자냐까])(?:고|며|는)\s+\S*{_SAID}")
        self._behind = re.compile(rf"^\s*(.+?[다라자냐까])고,?\s+{subject}\s+\S*{_SAID}")

    def of(self, text: str) -> str:
        """The first name in what stands around a quotation; empty if nobody is named."""
        places = [(text.find(name), name) for name in self._names if name in text]
        places += [(found.start(), self._surnames[found.group()]) for found in self._called.finditer(text)]
        return min(places)[1] if places else ""

    def reported(self, number: int, text: str, sentence: Span) -> Iterator[Claim]:
        """What a sentence without quotation marks reports somebody to have said."""
        for pattern, name, said in ((self._behind, 2, 1), (self._before, 1, 2)):
            match = pattern.search(text[sentence.start : sentence.end])
            if match:
                chars = Span(*(sentence.start + at for at in match.span(said)))
                by = self._surnames.get(match.group(name), match.group(name))
                yield Claim(number, chars, match.group(said), by, excerpt=True)
                return


def _surnames(names: Sequence[str]) -> dict[str, str]:
    """Whom a surname means: those that only one of the names has."""
    full = [name for name in names if re.fullmatch("[가-힣]{3,4}", name)]
    counts = Counter(name[0] for name in full)
    return {name[0]: name for name in full if counts[name[0]] == 1 and name[0] not in _WORDS}
