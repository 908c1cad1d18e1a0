"""How long it takes to compose both chapters of a whole white paper from what was said.

Makes interviews of an hour and one long round-table by code (9,000 eojeols an hour, every fourth person
anonymous), then composes chapters 4 and 5 by the definitions in ``config/chapters``. Prints seconds, blocks.
"""

import argparse
import os
import platform
import random
import time
from pathlib import Path

from pipeline.config import load_topics
from pipeline.drafts.chapters import load_chapters
from pipeline.drafts.compose import SessionMaterial, compose
from pipeline.model import (
    Annotation,
    CleanTurn,
    Consent,
    Kind,
    Link,
    Participant,
    Recording,
    Role,
    Segment,
    Session,
    Span,
    Transcript,
    Turn,
    Word,
)

CONFIG = Path(__file__).parent.parent / "config"
WORD_MS = 400
WORDS_PER_HOUR = 9_000
STEMS = ("마을", "도서관", "통학로", "예산", "협치", "시민", "행정", "청년", "환경", "교육", "회의")
ENDS = ("이", "를", "에서", "은", "도", "으로", "까지", "의")
LABELS = ("achievement", "limit", "future", "present", "proposal")


def main() -> None:
    """Make, compose and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--interviews", type=int, default=40)
    parser.add_argument("--hours", type=float, default=3.0, help="length of the round-table")
    given = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    chance = random.Random(0)
    topics = [topic.name for topic in load_topics(CONFIG / "topics.toml").topic]
    count = given.interviews
    sessions = [_session(chance, number, Kind.INTERVIEW, 1.0, 2, topics) for number in range(count)]
    sessions.append(_session(chance, count, Kind.ROUNDTABLE, given.hours, 8, topics))
    print(f"{sum(len(turn.sentences) for one in sessions for turn in one.turns)} sentences")
    for definition in load_chapters(CONFIG / "chapters"):
        start = time.perf_counter()
        chapter = compose(definition, sessions, topics)
        seconds = time.perf_counter() - start
        print(f"chapter {chapter.number}: {seconds:.2f} s, {len(chapter.blocks)} blocks")


def _session(
    chance: random.Random, number: int, kind: Kind, hours: float, voices: int, topics: list[str]
) -> SessionMaterial:
    digest = f"{number:064x}"
    words: list[Word] = []
    segments: list[Segment] = []
    turns: list[CleanTurn] = []
    notes: list[Annotation] = []
    while len(words) < WORDS_PER_HOUR * hours:
        asks = len(turns) % 2 == 0
        voice = "S1" if asks else f"S{chance.randint(2, voices)}"
        turns.append(_turn(chance, digest, voice, 2 if asks else 12, words))
        segments.append(Segment(turns[-1].turn.words))
        notes += _notes(chance, len(turns) - 1, turns[-1], asks, topics)
    people = {
        f"S{voice}": Participant(
            f"사람{number}번{voice}",
            Role.MODERATOR if voice == 1 else Role.CITIZEN,
            Consent.ANONYMOUS if (number + voice) % 4 == 0 else Consent.GRANTED,
        )
        for voice in range(1, voices + 1)
    }
    transcript = Transcript(digest, len(words) * WORD_MS, "ko", "made", "made", tuple(words), tuple(segments))
    session = Session(
        f"{kind}-{number}", kind, f"{number}번째 자리", (Recording(digest, "a.wav"),), "2023-06-08"
    )
    return SessionMaterial(session, people, tuple(turns), tuple(notes), {digest: transcript})


def _turn(chance: random.Random, digest: str, voice: str, most: int, words: list[Word]) -> CleanTurn:
    first, text, links, sentences = len(words), "", [], []
    for _ in range(chance.randint(1, most)):
        start = len(text)
        eojeols = [chance.choice(STEMS) + chance.choice(ENDS) for _ in range(chance.randint(3, 14))]
        for eojeol in [*eojeols, "좋겠습니다."]:
            at_ms = len(words) * WORD_MS
            links.append(Link(Span(len(text), len(text) + len(eojeol) + 1), Span(len(words), len(words) + 1)))
            words.append(Word(at_ms, at_ms + WORD_MS, f" {eojeol}", chance.uniform(0.4, 1.0)))
            text += f"{eojeol} "
        sentences.append(Span(start, len(text) - 1))
    spoken = Turn(digest, words[first].start_ms, words[-1].end_ms, voice, Span(first, len(words)))
    return CleanTurn(spoken, text, tuple(links), tuple(sentences), ())


def _notes(
    chance: random.Random, number: int, turn: CleanTurn, asks: bool, topics: list[str]
) -> list[Annotation]:
    if asks:
        return [Annotation(number, "question", turn.sentences[-1], "", "made")]
    made = [Annotation(number, "answer-to", Span(0, len(turn.text)), str(number - 1), "made")]
    for chars in turn.sentences:
        made.append(Annotation(number, "topic", chars, chance.choice(topics), "made"))
        if chance.random() < 0.3:
            made.append(Annotation(number, chance.choice(LABELS), chars, "", "made"))
    return made


if __name__ == "__main__":
    main()
