"""Korean text as spaCy sees it: documents whose tokens are Kiwi's morphemes, made with or without Kiwi.

A contraction ("했" is 하 and 었) is one token with the tag ``VV+EP`` and the lemma ``하+었``, since spaCy's
tokens must spell the text. The morphemes themselves are kept in ``doc._.morphemes``: it is these that the
patterns of :mod:`pipeline.language.patterns` are matched against, in a document of their own.

No stage goes through this pipeline: a document for every sentence would take longer than the analyser. It is
for who writes patterns or studies transcripts with spaCy's tools, on the very morphemes that the labels saw::

    nlp = load_nlp(term.name for term in glossary.term)
    body = {"label": "body", "pattern": [{"TAG": "NNG"}, {"LEMMA": "위원회"}]}
    nlp.add_pipe("span_ruler").add_patterns([body])
    doc = nlp(turn.text)  # or, without a second analysis:
    doc = make_doc(nlp.vocab, turn.text, turn.morphemes, turn.sentences)
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.language.korean import load_korean
from pipeline.model import Morpheme, Span

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

TOKENIZER = "baekseo.kiwi.v1"

UNIVERSAL = {
    "NNG": "NOUN",
    "NNB": "NOUN",
    "NNP": "PROPN",
    "NR": "NUM",
    "SN": "NUM",
    "NP": "PRON",
    "MM": "DET",
    "VV": "VERB",
    "VA": "ADJ",
    "VX": "AUX",
    "VCP": "AUX",
    "VCN": "ADJ",
    "MAG": "ADV",
    "MAJ": "CCONJ",
    "IC": "INTJ",
    "XR": "NOUN",
    "XPN": "PART",
    "XSN": "PART",
    "XSV": "VERB",
    "XSA": "ADJ",
    "XSM": "ADV",
    "JC": "CCONJ",
    "SF": "PUNCT",
    "SP": "PUNCT",
    "SS": "PUNCT",
    "SE": "PUNCT",
    "SO": "PUNCT",
    "SSO": "PUNCT",
    "SSC": "PUNCT",
    "SL": "X",
    "SH": "X",
    "SW": "SYM",
    "SB": "PUNCT",
    "_SP": "SPACE",
}
"""Sejong tag to Universal Dependencies' part of speech; particles are ADP and endings PART."""

_PIECE = re.compile(r" |\S+|[^\S ]+")


class Token(NamedTuple):
    """A piece of text with the morphemes that share it; white space other than one blank is ``_SP``."""

    text: str
    tag: str
    lemma: str
    start: int


class KiwiTokenizer:
    """What spaCy calls to tokenize: Kiwi, loaded with the first text. ``doc.text`` is the text given."""

    def __init__(self, vocab: "Vocab", nouns: Iterable[str] = ()) -> None:
        """Take ``nouns`` into the analyser's dictionary."""
        self.vocab = vocab
        self.nouns = tuple(nouns)

    def __call__(self, text: str) -> "Doc":
        """The document of an NFC text.

        Raises:
            ValueError: the text is not NFC.
        """
        return next(self.pipe([text]))

    def pipe(self, texts: Iterable[str], batch_size: int = 1000) -> Iterator["Doc"]:
        """Documents of many texts, in order; Kiwi works ahead on its own threads."""
        del batch_size
        kept = list(texts)
        korean = load_korean(self.nouns)
        for text, morphemes in zip(kept, korean.analyse(kept), strict=True):
            yield make_doc(self.vocab, text, morphemes, sentence_spans(text, morphemes))

    def __reduce__(self) -> tuple[Any, ...]:
        return KiwiTokenizer, (self.vocab, self.nouns)

    def to_bytes(self, **_: Any) -> bytes:
        """The dictionary; Kiwi's own model is installed with it."""
        return json.dumps({"nouns": self.nouns}, ensure_ascii=False).encode()

    def from_bytes(self, stored: bytes, **_: Any) -> "KiwiTokenizer":
        """Take over a stored dictionary."""
        self.nouns = tuple(json.loads(stored)["nouns"])
        return self

    def to_disk(self, path: str | Path, **_: Any) -> None:
        """Write the dictionary to a file."""
        Path(path).write_bytes(self.to_bytes())

    def from_disk(self, path: str | Path, **_: Any) -> "KiwiTokenizer":
        """Take over a dictionary from a file."""
        return self.from_bytes(Path(path).read_bytes())


@cache
def register() -> None:
    """Make the tokenizer and the document's morphemes known to spaCy; needed before a model is loaded."""
    import spacy
    from spacy.tokens import Doc

    def create(nouns: Sequence[str] = ()) -> Callable[["Language"], KiwiTokenizer]:
        return lambda nlp: KiwiTokenizer(nlp.vocab, nouns)

    spacy.registry.tokenizers(TOKENIZER, func=create)
    Doc.set_extension("morphemes", default=(), force=True)


def load_nlp(nouns: Iterable[str] = ()) -> "Language":
    """A Korean spaCy pipeline on Kiwi, without components; add rulers and the like to it.

    spaCy's own Korean defaults want MeCab, which this replaces.
    """
    import spacy

    register()
    tokenizer = {"@tokenizers": TOKENIZER, "nouns": list(nouns)}
    return spacy.blank("ko", config={"nlp": {"tokenizer": tokenizer}})


def make_doc(vocab: "Vocab", text: str, morphemes: Sequence[Morpheme], sentences: Sequence[Span]) -> "Doc":
    """The spaCy document of an analysed text; the same as the tokenizer makes, without running Kiwi."""
    from spacy.tokens import Doc

    register()
    tokens, spaces = _tokens(text, morphemes)
    starts = {span.start for span in sentences[1:]}
    doc = Doc(
        vocab,
        words=[token.text for token in tokens],
        spaces=spaces,
        tags=[token.tag for token in tokens],
        pos=[_universal(token.tag.partition("+")[0]) for token in tokens],
        lemmas=[token.lemma for token in tokens],
        sent_starts=[not i or token.start in starts for i, token in enumerate(tokens)],
    )
    doc._.morphemes = tuple(morphemes)
    return doc


def sentence_spans(text: str, morphemes: Sequence[Morpheme]) -> tuple[Span, ...]:
    """Sentences of a text nobody has divided: they end with a mark (SF, SE) or where a line does.

    A final ending without a mark ends a sentence too, unless a particle follows ("간다는", "좋다고").
    """
    ends = [morpheme.chars.end for morpheme, after in pairwise(morphemes) if _ends(morpheme, after)]
    ends += [match.start() for match in re.finditer(r"\n", text)]
    spans, start = [], 0
    for end in [*sorted(set(ends)), len(text)]:
        piece = text[start:end]
        if piece.strip():
            left = start + len(piece) - len(piece.lstrip())
            spans.append(Span(left, start + len(piece.rstrip())))
            start = end
    return tuple(spans)


def _ends(morpheme: Morpheme, after: Morpheme) -> bool:
    if morpheme.tag in {"SF", "SE"}:
        return after.tag not in {"SF", "SE", "SSC"}
    joined = after.chars.start <= morpheme.chars.end
    return morpheme.tag == "EF" and not joined and after.tag[0] not in "SJ"


def _tokens(text: str, morphemes: Sequence[Morpheme]) -> tuple[list[Token], list[bool]]:
    """Tokens that together spell the text, and whether a blank follows each."""
    groups: list[tuple[Span, list[Morpheme]]] = []
    for morpheme in morphemes:
        span = morpheme.chars
        if groups and (span.start < groups[-1][0].end or not span.length):
            whole = groups[-1][0]
            groups[-1] = Span(whole.start, max(whole.end, span.end)), [*groups[-1][1], morpheme]
        else:
            groups.append((span, [morpheme]))
    tokens: list[Token] = []
    spaces: list[bool] = []
    at = 0
    for span, members in [*groups, (Span(len(text), len(text)), [])]:
        for piece in _PIECE.finditer(text, at, span.start):
            if piece.group() == " " and tokens and not spaces[-1]:
                spaces[-1] = True
            else:
                tag = "_SP" if piece.group().isspace() else "SW"
                tokens.append(Token(piece.group(), tag, piece.group(), piece.start()))
                spaces.append(False)
        if members:
            tag, lemma = "+".join(m.tag for m in members), "+".join(m.form for m in members)
            tokens.append(Token(text[span.start : span.end], tag, lemma, span.start))
            spaces.append(False)
        at = span.end
    return tokens, spaces


def _universal(tag: str) -> str:
    tag = tag.partition("-")[0]
    return UNIVERSAL.get(tag) or {"J": "ADP", "E": "PART"}.get(tag[0], "X")
