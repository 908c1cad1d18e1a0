"""What the glossary would do to a text, and which words it may lack: for those who look after it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from pipeline.config import Glossary
from pipeline.language.eojeol import Eojeol, View, gather, hand_out
from pipeline.language.hangul import sound_distance
from pipeline.language.korean import load_korean
from pipeline.language.matching import Match, load_matcher
from pipeline.model import CleanTurn, Morpheme, Span, Word

LIKELY = 0.45
"""A name may be meant if it sounds unlike by at most so much a syllable: twice what is corrected unasked."""

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Correction:
    """One place of a text that the glossary has something to say about.

    ``why`` is ``spacing``, ``variant`` (listed), ``sound`` (near enough), or ``person``: only suggested.
    ``distance`` is 0 but for names found by sound.
    """

    chars: Span
    heard: str
    name: str
    kind: str
    why: str
    distance: float


@dataclass(frozen=True, slots=True)
class Corrected:
    """A text with the glossary applied; the spans of ``corrections`` are those of the text as given."""

    text: str
    corrections: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A word of no dictionary and not of the glossary: how often, where, and what it may mean.

    ``sessions`` are those it occurs in; ``examples`` sentences; ``near`` names, nearest first.
    """

    form: str
    count: int
    sessions: tuple[str, ...]
    examples: tuple[str, ...]
    near: tuple[str, ...]


def correct(text: str, glossary: Glossary) -> Corrected:
    """A text with the glossary applied, and why; white space is made single spaces first.

    Names of persons stay as they are in the text.
    """
    words = [Word(0, 0, f" {word}", 1.0) for word in text.split()]
    live = gather(words, Span(0, len(words))) if words else []
    korean = load_korean(tuple(term.name for term in glossary.term))
    for parse in korean.parse([" ".join(eojeol.text for eojeol in live)]):
        hand_out(live, parse)
    matches = load_matcher(glossary).find(live)
    view = View(live)
    view.apply(match.edit(live) for match in matches)
    found = tuple(_correction(match, live) for match in matches)
    return Corrected(" ".join(eojeol.text for eojeol in view.live), found)


def _correction(match: Match, live: list[Eojeol]) -> Correction:
    start = live[match.first].start
    why = "person" if match.term.kind == "person" else _why(match)
    chars = Span(start, start + len(match.heard))
    return Correction(chars, match.heard, match.term.name, match.term.kind, why, match.cost)


def _why(match: Match) -> str:
    if match.respaced:
        return "spacing"
    listed = {variant.replace(" ", "") for variant in match.term.variants}
    return "variant" if match.heard.replace(" ", "") in listed else "sound"


def suggest(
    sessions: Mapping[str, Iterable[CleanTurn]], glossary: Glossary, least: int = 3
) -> tuple[Suggestion, ...]:
    """Words of no dictionary that are said at least ``least`` times, the most frequent first.

    Args:
        sessions: clean turns by the session's id.
        glossary: whose names are left out, and proposed as what may be meant.
        least: how often a word must occur in all sessions together.
    """
    places: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for session, turns in sessions.items():
        for turn in turns:
            for form, sentence in _unknown_words(turn):
                places[form].append((session, sentence))
    names = {term.name for term in glossary.term}
    frequent = {form: said for form, said in places.items() if len(said) >= least and form not in names}
    return tuple(
        Suggestion(
            form,
            len(said),
            tuple(dict.fromkeys(session for session, _ in said)),
            tuple(dict.fromkeys(sentence for _, sentence in said))[:EXAMPLES],
            _near(form, glossary),
        )
        for form, said in sorted(frequent.items(), key=lambda item: (-len(item[1]), item[0]))
    )


def _unknown_words(turn: CleanTurn) -> Iterator[tuple[str, str]]:
    """Nouns on end, one of them unknown, with the sentence they stand in."""
    for run in _noun_runs(turn.morphemes):
        if all(morpheme.known for morpheme in run):
            continue
        start, end = run[0].chars.start, run[-1].chars.end
        sentence = next((s for s in turn.sentences if s.start <= start < s.end), Span(start, end))
        if end - start > 1:
            yield turn.text[start:end], turn.text[sentence.start : sentence.end]


def _noun_runs(morphemes: Iterable[Morpheme]) -> Iterator[list[Morpheme]]:
    """Nouns that are written together."""
    run: list[Morpheme] = []
    for before, morpheme in pairwise([None, *morphemes]):
        joined = before is not None and morpheme is not None and before.chars.end == morpheme.chars.start
        if run and not joined:
            yield run
            run = []
        if morpheme is not None and morpheme.tag in {"NNG", "NNP", "XPN", "XSN", "NR"}:
            run.append(morpheme)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _near(form: str, glossary: Glossary) -> tuple[str, ...]:
    near = []
    for term in glossary.term:
        letters = term.name.replace(" ", "")
        limit = LIKELY * len(letters)
        distance = sound_distance(form, letters, limit)
        if distance <= limit:
            near.append((distance, term.name))
    return tuple(name for _, name in sorted(near))
