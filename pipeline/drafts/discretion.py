"""Which sentences of a session stay out of a draft, whatever they say.

Those of people who withdrew; those somebody asked not to be recorded; those in which an anonymous person is
introduced; and questions that nobody's answer is left to.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from pipeline.drafts.chapters import Discretion
from pipeline.drafts.consents import Consents
from pipeline.model import Annotation, CleanTurn, Consent

Place = tuple[int, int]
"""A sentence: the number of its turn, and its own number in it."""

REQUEST_REACH = 2
"""How many turns a request may lie before the promise that answers it."""

QUESTIONS = frozenset({"question", "address"})


def left_out(
    turns: Sequence[CleanTurn],
    annotations: Sequence[Annotation],
    consents: Consents,
    rules: Discretion,
) -> frozenset[Place]:
    """What stays out of a session's drafts."""
    by_voice = {voice: consents.of(voice) for voice in {turn.turn.voice for turn in turns}}
    allowed = [by_voice[turn.turn.voice] for turn in turns]
    withdrawn = {place for place in _all(turns) if allowed[place[0]] is Consent.WITHDRAWN}
    requested = _off_record(turns, rules)
    asked = _found(turns, rules.introduction)
    answered = [(note.turn, int(note.value)) for note in annotations if note.label == "answer-to"]
    introduced = {
        place
        for turn, question in answered
        if allowed[turn] is Consent.ANONYMOUS
        and any((question, n) in asked for n in _numbers(turns, question))
        for place in _whole(turns, turn)
    }
    introduced |= {
        place
        for place in _labelled(turns, annotations, frozenset({"self-introduction"}))
        if allowed[place[0]] is Consent.ANONYMOUS
    }
    out = withdrawn | requested | introduced | _found(turns, rules.namelessness)
    orphans = _unanswered(turns, answered, out)
    out |= {place for place in _labelled(turns, annotations, QUESTIONS) if place[0] in orphans}
    return frozenset(out)


def any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    """One expression that finds what any of the patterns finds; nothing where there are none."""
    return _compiled(tuple(patterns))


@cache
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) if patterns else r"(?!)")


def _off_record(turns: Sequence[CleanTurn], rules: Discretion) -> set[Place]:
    requests, promises = _found(turns, rules.request), _found(turns, rules.promise)
    out: set[Place] = set(promises)
    for turn, number in requests - promises:
        count = len(turns[turn].sentences)
        ends = number == count - 1
        out |= {(turn, later) for later in range(0 if ends else number, count)}
        if count == 1:
            out |= set(_next_of_voice(turns, turn))
    for turn, _ in promises:
        recent = range(max(0, turn - REQUEST_REACH), turn)
        if turn and not any(request[0] in recent for request in requests - promises):
            out |= set(_whole(turns, turn - 1))
    return out


def _next_of_voice(turns: Sequence[CleanTurn], turn: int) -> Iterator[Place]:
    voice = turns[turn].turn.voice
    following = (n for n in range(turn + 1, len(turns)) if turns[n].turn.voice == voice)
    return _whole(turns, next(following, len(turns)))


def _unanswered(turns: Sequence[CleanTurn], answered: Sequence[Place], out: set[Place]) -> frozenset[int]:
    """Turns that had answers of which nothing is left."""
    asked = {question for _, question in answered}
    left = {question for turn, question in answered if any(place not in out for place in _whole(turns, turn))}
    return frozenset(asked - left)


def _found(turns: Sequence[CleanTurn], patterns: Sequence[str]) -> set[Place]:
    wanted = any_of(patterns)
    return {
        (turn, number)
        for turn, number in _all(turns)
        if wanted.search(turns[turn].text, *_bounds(turns[turn], number))
    }


def _bounds(turn: CleanTurn, number: int) -> tuple[int, int]:
    return turn.sentences[number].start, turn.sentences[number].end


def _labelled(
    turns: Sequence[CleanTurn], annotations: Sequence[Annotation], labels: frozenset[str]
) -> Iterator[Place]:
    for note in annotations:
        if note.label in labels:
            for number, sentence in enumerate(turns[note.turn].sentences):
                if sentence.overlap(note.chars):
                    yield note.turn, number


def _all(turns: Sequence[CleanTurn]) -> Iterator[Place]:
    return (place for turn in range(len(turns)) for place in _whole(turns, turn))


def _whole(turns: Sequence[CleanTurn], turn: int) -> Iterator[Place]:
    return ((turn, number) for number in _numbers(turns, turn))


def _numbers(turns: Sequence[CleanTurn], turn: int) -> range:
    return range(len(turns[turn].sentences)) if turn < len(turns) else range(0)
