"""Which sentences stand for a session, and which are gathered by topic."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from pipeline.drafts.chapters import ChapterDefinition, Part, Selection
from pipeline.drafts.discretion import any_of
from pipeline.drafts.passages import Passage
from pipeline.drafts.told import Told


class Point(NamedTuple):
    """A sentence of a session that is gathered under a topic."""

    told: Told
    passage: Passage


def pick(told: Told, rules: Selection, taken: Collection[Passage] = ()) -> tuple[Passage, ...]:
    """Sentences that stand for a session, in speaking order.

    They are whole, short enough, said by somebody who does not lead the conversation, and leave an editor
    nothing to check. Best are those with a wanted label and a preferred wording; then the session's key
    sentences. A sentence that is neither is not chosen, even if fewer are then found than wanted.
    """
    prefer, avoid = any_of(rules.prefer), any_of(rules.avoid)

    def worth(passage: Passage) -> int:
        return (not passage.labels.isdisjoint(rules.labels)) + bool(prefer.search(passage.text))

    fit = [
        passage
        for passage in told.answerers()
        if passage.sure
        and rules.fewest_characters <= len(passage.text) <= rules.most_characters
        and not avoid.search(passage.text)
        and passage not in taken
        and (worth(passage) or passage.rank is not None)
    ]
    unranked = len(fit) + max((passage.rank or 0 for passage in fit), default=0)
    best = sorted(
        enumerate(fit),
        key=lambda one: (-worth(one[1]), unranked if one[1].rank is None else one[1].rank, one[0]),
    )
    return tuple(passage for _, passage in sorted(best[: rules.count]))


def points(
    sessions: Iterable[Told], part: Part, definition: ChapterDefinition, topics: Sequence[str]
) -> dict[str, list[Point]]:
    """Labelled sentences by topic, in the order of ``topics``, then of names; those without one last.

    A sentence of several topics stands under the one that fewest of the gathered sentences have.
    """
    announces = any_of(definition.not_points)
    gathered = [
        Point(told, passage)
        for told in sessions
        for passage in told.answerers()
        if not passage.labels.isdisjoint(part.labels)
        and passage.labels.isdisjoint(part.unless)
        and not announces.search(passage.text)
    ]
    counts = Counter(topic for point in gathered for topic in point.passage.topics)
    order = {topic: number for number, topic in enumerate(topics)}
    made: dict[str, list[Point]] = {}
    for point in gathered:
        own = sorted(point.passage.topics, key=lambda topic: (counts[topic], order.get(topic, 0), topic))
        made.setdefault(own[0] if own else "", []).append(point)
    named = sorted(filter(None, made), key=lambda topic: (order.get(topic, len(order)), topic))
    return {
        **{topic: made[topic] for topic in named},
        **({definition.other_topic: made[""]} if "" in made else {}),
    }
