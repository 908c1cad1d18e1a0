"""Clean turns become annotations: what kind of thing each sentence says, and what it names.

The tables of :mod:`pipeline.language.patterns` decide most labels; this module knows who speaks to whom.
Every annotation names the rule that gave it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from pipeline.config import AnnotateSettings, Glossary, Topics
from pipeline.language import personal_data
from pipeline.language.korean import uncollected
from pipeline.language.label_tables import LabelTable, load_tables
from pipeline.language.names import Names
from pipeline.language.notation import reading
from pipeline.language.patterns import compile_tables
from pipeline.language.sentences import Sentence, sentences_of
from pipeline.language.topics import find_topics
from pipeline.model import Annotation, CleanTurn, Participant, Role, Span

ASKERS = frozenset({Role.MODERATOR, Role.INTERVIEWER})
"""Roles whose business it is to ask."""

ASKING_ENDINGS = frozenset({"ㅂ니까", "나요", "ㄴ가요", "는가요", "ㄹ까요", "ㄴ지요", "는지요", "세요"})

FEWEST_QUESTIONS = 2
"""Who asked fewer times is not taken for the one who asks."""

BACKCHANNEL_MORPHEMES = 6
"""A turn of no more, and without a content word ("네, 그렇죠"), answers nothing."""

SUBJECT_WORDS = 2
"""Whoever asked changes the subject with so many content words; "네, 감사합니다" does not."""


NO_TOPICS = Topics()
DEFAULTS = AnnotateSettings()


def annotate(
    turns: Sequence[CleanTurn],
    speakers: Mapping[str, Participant],
    glossary: Glossary,
    topics: Topics = NO_TOPICS,
    tables: tuple[LabelTable, ...] | None = None,
    settings: AnnotateSettings = DEFAULTS,
) -> tuple[Annotation, ...]:
    """Label a session's turns; ordered by turn, place and label.

    ``speakers`` says who a voice is; where it does not, whoever asks most is held to be the interviewer.
    ``tables`` are the label tables, those of general Korean if not given. Labels of sentences (question,
    proposal, achievement, limit, future, present, self-introduction, address, topic) span the sentence,
    ``answer-to`` the turn, entity and personal-data the words themselves.
    """
    with uncollected():
        return tuple(
            sorted(
                _made(turns, speakers, glossary, topics, tables, settings),
                key=lambda one: (one.turn, one.chars.start, one.chars.end, one.label, one.value),
            )
        )


def _made(
    turns: Sequence[CleanTurn],
    speakers: Mapping[str, Participant],
    glossary: Glossary,
    topics: Topics,
    tables: tuple[LabelTable, ...] | None,
    settings: AnnotateSettings,
) -> list[Annotation]:
    sentences = list(sentences_of(turns))
    roles = roles_of(sentences, speakers)
    made = [
        *_said(sentences, roles, _general_tables() if tables is None else tables),
        *_topical(sentences, topics, settings),
        *_personal(turns),
    ]
    if settings.entities:
        made += _entities(turns, glossary, speakers, [one for one in made if one.label == "entity"])
    return [*made, *answers(turns, sentences, made, roles)]


@lru_cache(maxsize=1)
def _general_tables() -> tuple[LabelTable, ...]:
    return load_tables()


def roles_of(sentences: Sequence[Sentence], speakers: Mapping[str, Participant]) -> dict[str | None, Role]:
    """Roles by voice: those known, and INTERVIEWER for an unknown voice that asks as much as all others."""
    roles: dict[str | None, Role] = {voice: person.role for voice, person in speakers.items()}
    if ASKERS.isdisjoint(roles.values()):
        asked = Counter(sentence.voice for sentence in sentences if sentence.voice and _asks(sentence))
        for voice, count in asked.most_common(1):
            if count >= FEWEST_QUESTIONS and 2 * count > asked.total() and voice not in roles:
                roles[voice] = Role.INTERVIEWER
    return roles


def _asks(sentence: Sentence) -> bool:
    last = sentence.morphemes[-1]
    if last.tag == "SF":
        return last.form == "?"
    return reading(last.form, last.tag) in ASKING_ENDINGS


def _said(
    sentences: Sequence[Sentence], roles: Mapping[str | None, Role], tables: tuple[LabelTable, ...]
) -> Iterator[Annotation]:
    patterns = compile_tables(tables)
    for sentence in sentences:
        for firing in patterns.find(sentence.text, sentence.morphemes, roles.get(sentence.voice)):
            chars = firing.evidence if firing.spans == "match" else sentence.chars
            yield Annotation(sentence.turn, firing.label, chars, firing.value, firing.rule)


def _topical(
    sentences: Sequence[Sentence], topics: Topics, settings: AnnotateSettings
) -> Iterator[Annotation]:
    found = find_topics(sentences, topics.topic, settings.topic_similarity)
    for sentence, abouts in zip(sentences, found, strict=True):
        for about in abouts:
            yield Annotation(sentence.turn, "topic", sentence.chars, about.topic, f"topic/{about.by}")


def _personal(turns: Sequence[CleanTurn]) -> Iterator[Annotation]:
    for number, turn in enumerate(turns):
        for finding in personal_data.find(turn.text):
            yield Annotation(number, "personal-data", finding.chars, finding.kind, finding.rule)


def _entities(
    turns: Sequence[CleanTurn],
    glossary: Glossary,
    speakers: Mapping[str, Participant],
    matched: Sequence[Annotation],
) -> list[Annotation]:
    """Names, dates and numbers that no pattern matched already."""
    names = Names(glossary, speakers.values())
    taken: dict[int, list[Span]] = {}
    for one in matched:
        taken.setdefault(one.turn, []).append(one.chars)
    return [
        Annotation(number, "entity", entity.chars, entity.kind, entity.rule)
        for number, turn in enumerate(turns)
        for entity in names.find(turn.text, turn.morphemes)
        if not any(entity.chars.overlap(span) for span in taken.get(number, ()))
    ]


def answers(
    turns: Sequence[CleanTurn],
    sentences: Sequence[Sentence],
    made: Sequence[Annotation],
    roles: Mapping[str | None, Role],
) -> Iterator[Annotation]:
    """Which turn answers which: the value of ``answer-to`` is the number of the turn that asked.

    A question stays open until whoever asked it says something else; several people may answer it in turn.
    Calling on the next speaker passes on the question that is open, or opens one where none is. A turn that
    only asks back, or only agrees in a word, is no answer.
    """
    asked = {one.turn for one in made if one.label == "question"}
    called = {one.turn for one in made if one.label == "address"}
    content: Counter[int] = Counter()
    for sentence in sentences:
        content[sentence.turn] += len(sentence.content)
    open_turn: int | None = None
    for number, turn in enumerate(turns):
        voice = turn.turn.voice
        own = open_turn is not None and voice == turns[open_turn].turn.voice
        if number in asked and (own or open_turn is None or roles.get(voice) in ASKERS):
            open_turn = number
        elif number in called:
            open_turn = number if open_turn is None else open_turn
        elif own:
            open_turn = None if content[number] >= SUBJECT_WORDS else open_turn
        elif open_turn is not None and (content[number] or len(turn.morphemes) > BACKCHANNEL_MORPHEMES):
            whole = Span(0, len(turn.text))
            yield Annotation(number, "answer-to", whole, str(open_turn), "answer-to/open-question")
