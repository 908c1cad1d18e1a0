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
_QUOTED = re.compile(r"“([^”]+)”|\"([^\"]+)\"|‘([^’]+)’|'([^']+)'|「([^」]+)」|『([^』]+)』")
_LEFT_OUT = re.compile(r"\s*(?:\(중략\)|\[중략\]|…+|\.{3,})\s*")
_STATED = re.compile(r"(?:(?<!바)다|까|(?<![강개긴동소수주중필])요|죠|시오)[.?!…]*$|[가-힣][.?!]$")
"""How statements end, and nouns like 개요 or 필요 do not."""

_GIVEN = re.compile(r"^\s*(?:이?라고|이?라며|고\s|하고|며\s)")
_SAID = (
    r"(?:말|밝|강조|설명|덧붙|전했|제안|지적|평가|답|물었|회상|주장|당부|호소|요청|소개|털어놓|이야기|얘기"
    r"|했|하였|한다|우려|비판|토로|반문|되물|촉구|약속|경고|고백|의견|견해|입장|생각|뜻|취지)"
)
_PARTICLE = r"(?:은|는|이|가|도|께서는|께서)"
_TITLE = r"(?:\s?[가-힣]{1,8}?){0,2}?"

_WORDS = frozenset("이한전현신고주")
"""Surnames that are words too, as in ``이 위원`` and ``전 시장``: with them nobody is surely meant."""
CALLED_BY_ROLE = {
    "사회자": frozenset({"사회자"}),
    "진행자": frozenset({"사회자"}),
    "면담자": frozenset({"면담자"}),
    "공무원": frozenset({"공무원"}),
    "전문가": frozenset({"전문가"}),
    "시민": frozenset({"시민", "전문가"}),
    "주민": frozenset({"시민", "전문가"}),
}
"""Who may be meant where a draft only says what somebody is: an expert is a citizen too."""
_ROLE = re.compile(rf"(?<![가-힣])({'|'.join(CALLED_BY_ROLE)})(?:은|는|이|가|도|께서는|께서)(?![가-힣])")
_PRONOUN = re.compile(r"(?<![가-힣])그(?:녀|분)?(?:는|은|가|께서는|께서)(?![가-힣])")
_CALLED = rf"(?=\s?(?:{TITLES})님?(?:{_PARTICLE}|의)?(?:[\s,.“\"]|$))"
"""What follows a surname that is meant as one."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Words that a draft says somebody said.

    ``block`` is the number of the block, ``chars`` where the words stand in its text. ``by`` is who is said
    to have said them, empty where the draft does not tell. An ``excerpt`` need not be a whole sentence.
    ``beside`` is the same speaker's speech around it, where words left out here may stand. A claim that
    ``goes_on`` stands behind an ellipsis: it was said in one answer with the one before it.
    """

    block: int
    chars: Span
    text: str
    by: str
    excerpt: bool = False
    beside: str = ""
    goes_on: bool = False


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
            said = text[part.start : part.end]
            yield Claim(number, chars, said, block.speaker, excerpt, beside, part.start > sentence.start)


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
    last = ""
    for sentence in _outer_sentences(text):
        quoted = [
            (match, Span(*match.span(match.lastindex or 0)))
            for match in _QUOTED.finditer(text, sentence.start, sentence.end)
            if _is_statement(match, text)
        ]
        around = _without(text, sentence, [span for _, span in quoted])
        by = attribution.of(around, last)
        last = attribution.only(around) or last
        for _, inside in quoted:
            for part in _parts(text, inside):
                goes_on = part.start > inside.start
                for one in sentences(text[part.start : part.end]):
                    chars = Span(part.start + one.start, part.start + one.end)
                    said = text[chars.start : chars.end]
                    yield Claim(number, chars, said, by, excerpt=True, goes_on=goes_on)
                    goes_on = False
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

    def of(self, text: str, last: str = "") -> str:
        """Who is said to speak around a quotation: the first name, the ``last`` for a pronoun, or a role."""
        if places := self._named(text):
            return min(places)[1]
        if _PRONOUN.search(text):
            return last
        role = _ROLE.search(text)
        return role[1] if role else ""

    def only(self, text: str) -> str:
        """Who is named in a text, where that is one person."""
        named = {name.partition("(")[0].strip() for _, name in self._named(text)}
        return named.pop() if len(named) == 1 else ""

    def _named(self, text: str) -> list[tuple[int, str]]:
        places = [(text.find(name), name) for name in self._names if name in text]
        return places + [
            (found.start(), self._surnames[found.group()]) for found in self._called.finditer(text)
        ]

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
