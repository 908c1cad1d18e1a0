"""An edited draft is held against everything that was said in its sessions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.batch.material import Material
from pipeline.config import Configuration
from pipeline.drafts.chapters import ChapterDefinition
from pipeline.drafts.check import FAITHFUL, Finding, Utterance, check
from pipeline.drafts.disclosure import cast
from pipeline.drafts.leaks import FindPersonalData, Leak, leaks
from pipeline.drafts.passages import SessionMaterial
from pipeline.drafts.reading import ReadBlock
from pipeline.drafts.told import tell, withheld_names
from pipeline.model import CleanTurn, Consent, Source, Span, Transcript


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in a draft."""

    findings: tuple[Finding, ...]
    leaks: tuple[Leak, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing was altered or invented, and nothing is shown that may not be."""
        return not self.leaks and all(finding.verdict in FAITHFUL for finding in self.findings)


def check_draft(
    blocks: Sequence[ReadBlock],
    material: Material,
    definitions: Sequence[ChapterDefinition],
    config: Configuration,
) -> Checked:
    """Check every quotation and attributed statement, and look for what may not be shown.

    Sentences count as said in their clean form, and masked as the chapters mask them. What people said who
    withdrew counts as never said.
    """
    from pipeline.language import personal_data
    from pipeline.language.korean import load_korean

    terms = config.glossary.term
    said = [utterance for one in material.sessions for utterance in utterances(one)]
    said += _masked(material, definitions)
    spellings = {variant: term.name for term in terms for variant in term.variants}
    analyse = load_korean(tuple(term.name for term in terms)).analyse
    return Checked(
        check(blocks, said, analyse, spellings),
        names_left(
            blocks, material, lambda text: [(found.kind, found.chars) for found in personal_data.find(text)]
        ),
    )


def names_left(
    blocks: Sequence[ReadBlock], material: Material, personal_data: FindPersonalData = lambda _: ()
) -> tuple[Leak, ...]:
    """Every name in a draft of somebody who does not allow it, and what else ``personal_data`` finds."""
    people = [person for one in material.sessions for person in one.session.participants]
    people += [person for one in material.sessions for person in one.speakers.values()]
    withdrawn, anonymous = (
        sorted({each.name for each in people if each.consent is consent})
        for consent in (Consent.WITHDRAWN, Consent.ANONYMOUS)
    )
    return leaks(blocks, withdrawn, anonymous, personal_data)


def utterances(material: SessionMaterial) -> Iterator[Utterance]:
    """Every sentence of a session in its clean form, but for those of people who withdrew."""
    voices = dict.fromkeys(turn.turn.voice for turn in material.turns if turn.turn.voice)
    people = cast(material.session, material.speakers, voices)
    for turn in material.turns:
        if turn.turn.voice in people.withdrawn:
            continue
        transcript = material.transcripts[turn.turn.recording]
        for sentence in turn.sentences:
            words = _words(turn, sentence)
            clean = turn.text[sentence.start : sentence.end].strip()
            source = _source(material, turn, transcript, words)
            yield Utterance(people.label(turn.turn.voice), clean, transcript.text(words), source)


def _words(turn: CleanTurn, sentence: Span) -> Span:
    """The words that a sentence of the clean text stands for."""
    linked = [link.words for link in turn.links if link.chars.overlap(sentence)]
    if not linked:
        return turn.turn.words
    return Span(min(words.start for words in linked), max(words.end for words in linked))


def _source(material: SessionMaterial, turn: CleanTurn, transcript: Transcript, words: Span) -> Source:
    start_ms, end_ms = transcript.words[words.start].start_ms, transcript.words[words.end - 1].end_ms
    return Source(material.session.id, turn.turn.recording, start_ms, end_ms)


def _masked(material: Material, definitions: Sequence[ChapterDefinition]) -> Iterator[Utterance]:
    """Every sentence as a chapter of the session's kind prints it."""
    withheld = withheld_names(material.sessions)
    for definition in definitions:
        for one in material.sessions:
            if one.session.kind is definition.kind:
                told = tell(one, definition, withheld)
                for passage in told.passages:
                    label = told.cast.label(passage.voice)
                    yield Utterance(label, passage.text, passage.text, passage.source)
