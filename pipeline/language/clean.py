"""Stage: a verbatim turn becomes a readable one, every difference listed with the rule that made it.

One pass of the analyser serves everything: the rules work while it runs ahead, and the clean turn carries its
morphemes on. Only sentences whose letters changed are analysed again. Where a rule would break the law of
faithfulness, its whole sentence stays as it was said.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import tee

from pipeline.config import CleanSettings, Glossary, with_people
from pipeline.language.assemble import Draft, assemble, shifted
from pipeline.language.eojeol import Edit, Eojeol, View, gather, hand_out
from pipeline.language.faithfulness import unfaithful
from pipeline.language.korean import Korean, Parse, load_korean, uncollected
from pipeline.language.matching import load_matcher
from pipeline.language.rules.cut_offs import cut_offs
from pipeline.language.rules.desk import Desk
from pipeline.language.rules.fillers import backchannels, fillers
from pipeline.language.rules.numbers import numbers
from pipeline.language.rules.repairs import repairs
from pipeline.language.rules.repeats import repeats
from pipeline.language.rules.sentences import paragraph_ends, punctuation, quotations, sentence_ends
from pipeline.language.rules.terms import names, terms
from pipeline.language.rules.wording import particles, spacing, spelling
from pipeline.language.tables import Tables, load_tables
from pipeline.model import PERHAPS_NAMED, CleanTurn, Morpheme, Transcript, Turn

UNSURE = "verbatim"
"""Reason of a link that stays as said because a rule would have gone too far."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One unit of cleaning; ``name`` is also its switch in the settings, ``level`` the first that has it.

    ``always`` is the part of its work that no switch and no level turns off.
    """

    name: str
    find: Callable[[View, Desk], Iterable[Edit]]
    level: str = "light"
    always: Callable[[View, Desk], Iterable[Edit]] | None = None


RULES = (
    Rule("fillers", fillers),
    Rule("backchannels", backchannels),
    Rule("repeats", repeats),
    Rule("repairs", repairs),
    Rule("cut_offs", cut_offs),
    Rule("spelling", spelling),
    Rule("spacing", spacing),
    Rule("glossary", terms, always=names),
    Rule("numbers", numbers),
    Rule("particles", particles, "edited"),
    Rule("punctuation", punctuation),
    Rule("quotations", quotations),
)
"""In the order in which they work: what is left out first, then how the rest is written."""


def clean(
    turns: Sequence[Turn],
    transcripts: Mapping[str, Transcript],
    glossary: Glossary,
    settings: CleanSettings,
    tables: Tables | None = None,
    participants: Iterable[str] = (),
    threads: int = 0,
) -> tuple[CleanTurn, ...]:
    """The turns of a session in readable form, in order.

    Args:
        turns: who said which words when.
        transcripts: what was recognised, by the digest of the recording.
        glossary: names and terms with one right spelling.
        settings: the level, and which rules are on.
        tables: word lists; the package's own where None.
        participants: names of people who take part: like those of the glossary they are only suggested.
        threads: of the analyser; 0: one for each core. They change nothing in the result.
    """
    desk = Desk(settings, tables or load_tables(), load_matcher(with_people(glossary, participants)))
    rules = chosen(settings)
    korean = load_korean(tuple(term.name for term in glossary.term), threads)
    breaks = {digest: _phrase_starts(transcript) for digest, transcript in transcripts.items()}
    with uncollected():
        gathered, given = tee(
            gather(transcripts[t.recording].words, t.words, breaks[t.recording]) for t in turns
        )
        parses = korean.parse(_text(said) for said in given)
        drafts = [
            _draft(turn, said, parse, rules, desk)
            for turn, said, parse in zip(turns, gathered, parses, strict=True)
        ]
        return tuple(_analysed(drafts, korean))


def chosen(settings: CleanSettings) -> list[Rule]:
    """The rules that are on at a level, in order, and of the others what is always done."""
    levels = {"verbatim": set[str](), "light": {"light"}, "edited": {"light", "edited"}}[settings.level]
    made = []
    for rule in RULES:
        if getattr(settings, rule.name) and rule.level in levels:
            made.append(rule)
        elif rule.always is not None:
            made.append(replace(rule, find=rule.always))
    return made


def _phrase_starts(transcript: Transcript) -> frozenset[int]:
    return frozenset(segment.words.start for segment in transcript.segments)


def _text(eojeols: Sequence[Eojeol]) -> str:
    return " ".join(eojeol.text for eojeol in eojeols)


def _draft(turn: Turn, said: list[Eojeol], parse: Parse, rules: Sequence[Rule], desk: Desk) -> Draft:
    """The turn cleaned, with the sentences as they were said in which a rule would have gone too far."""
    hand_out(said, parse)
    forms = FillerForms(desk.tables)
    locked: set[int] = set()
    while True:
        draft = _composed(turn, said, _tidied(said, locked, rules, desk), desk)
        broken = unfaithful(said, draft.turn, forms)
        sentences = {said[one.eojeol].sentence for one in broken}
        if sentences <= locked:
            return draft
        locked |= sentences


class FillerForms:
    """The forms that may be left out as fillers or a listener's sounds."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def __contains__(self, form: object) -> bool:
        return form in self._tables.fillers or form in self._tables.backchannels


def _tidied(said: list[Eojeol], locked: Container[int], rules: Sequence[Rule], desk: Desk) -> View:
    """The turn after all rules; sentences that are locked keep what was said, and marks of names on it."""
    view = View([one for one in said if one.text], [one for one in said if not one.text])
    for rule in rules:
        edits = rule.find(view, desk)
        view.apply((edit for edit in edits if not _touches(view, edit, locked)) if locked else edits)
    if locked:
        view.live = [_unsure(one) if one.sentence in locked else one for one in view.live]
    return view


def _unsure(eojeol: Eojeol) -> Eojeol:
    return replace(eojeol, reason="+".join(filter(None, [UNSURE, eojeol.reason])))


def _touches(view: View, edit: Edit, sentences: Container[int]) -> bool:
    """Whether an edit changes one of some sentences; to mark a name, perhaps a withheld one, does not."""
    if edit.reason.startswith(PERHAPS_NAMED):
        return False
    return any(one.sentence in sentences for one in view.live[edit.first : edit.last])


def _composed(turn: Turn, said: list[Eojeol], view: View, desk: Desk) -> Draft:
    ends = sentence_ends(view, desk)
    whole = desk.settings.level == "verbatim" or not desk.settings.paragraphs
    return assemble(turn, said, view, ends, set() if whole else paragraph_ends(view, ends, desk))


def _analysed(drafts: Sequence[Draft], korean: Korean) -> Iterator[CleanTurn]:
    """The drafts with the morphemes of their stale sentences, which are analysed together."""
    texts = [_sentence(draft.turn, number) for draft in drafts for number in draft.stale]
    fresh = korean.analyse(texts)
    for draft in drafts:
        if not draft.stale:
            yield draft.turn
            continue
        added: list[Morpheme] = []
        for number in draft.stale:
            added += shifted(next(fresh), draft.turn.sentences[number].start)
        morphemes = sorted([*draft.turn.morphemes, *added], key=lambda one: one.chars.start)
        yield replace(draft.turn, morphemes=tuple(morphemes))


def _sentence(turn: CleanTurn, number: int) -> str:
    span = turn.sentences[number]
    return turn.text[span.start : span.end]
