"""How long it takes to compose both chapters of a whole white paper from what was said.

Makes interviews of an hour and one long round-table by code (9,000 eojeols an hour, every fourth person
anonymous), then composes chapters 4 and 5 by the definitions in ``config/chapters``. Prints seconds, blocks.
"""

import argparse
import os
import platform
import random
import sys
import time
from pathlib import Path

from pipeline.config import load_topics
from pipeline.drafts.chapters import load_chapters
from pipeline.drafts.compose import SessionMaterial, compose
from pipeline.model import Consent, Kind, Participant, Role

CONFIG = Path(__file__).parent.parent / "config"
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
    sys.path.append(str(CONFIG.parent / "tests" / "drafts"))
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    topics = topic_names()
    sessions = made(given.interviews, given.hours, topics)
    print(f"{sum(len(turn.sentences) for one in sessions for turn in one.turns)} sentences")
    for definition in load_chapters(CONFIG / "chapters"):
        start = time.perf_counter()
        chapter = compose(definition, sessions, topics)
        seconds = time.perf_counter() - start
        print(f"chapter {chapter.number}: {seconds:.2f} s, {len(chapter.blocks)} blocks")


def topic_names() -> list[str]:
    """Topics of the project's own configuration."""
    return [topic.name.replace(" ", "_") for topic in load_topics(CONFIG / "topics.toml").topic]


def made(interviews: int, hours: float, topics: list[str]) -> list[SessionMaterial]:
    """Interviews of an hour, and a round-table."""
    chance = random.Random(0)
    sessions = [_session(chance, number, Kind.INTERVIEW, 1.0, 2, topics) for number in range(interviews)]
    return [*sessions, _session(chance, interviews, Kind.ROUNDTABLE, hours, 8, topics)]


def _session(
    chance: random.Random, number: int, kind: Kind, hours: float, voices: int, topics: list[str]
) -> SessionMaterial:
    from said_sessions import session

    said: list[tuple[str, str]] = []
    words = 0
    while words < WORDS_PER_HOUR * hours:
        asks = len(said) % 2 == 0
        voice = "S1" if asks else f"S{chance.randint(2, voices)}"
        labels = ["question"] if asks else [f"answer-to={len(said) - 1}"]
        sentences = []
        for _ in range(chance.randint(1, 2 if asks else 12)):
            sentences.append(" ".join([_sentence(chance), *_labels(chance, asks, topics)]))
            words += sentences[-1].count("(")
        said.append((voice, " ".join([*sentences, *(f"#{label}" for label in labels)])))
    people = {
        f"S{voice}": Participant(
            f"사람{number}번{voice}",
            Role.MODERATOR if voice == 1 else Role.CITIZEN,
            Consent.ANONYMOUS if (number + voice) % 4 == 0 else Consent.GRANTED,
        )
        for voice in range(1, voices + 1)
    }
    return session(said, people, kind, f"{number}번째 자리", digest=f"{number:064x}", date="2023-06-08")


def _sentence(chance: random.Random) -> str:
    eojeols = [chance.choice(STEMS) + chance.choice(ENDS) for _ in range(chance.randint(3, 14))]
    heard = [f"{eojeol}({chance.randint(40, 99)})" for eojeol in eojeols]
    return " ".join([*heard, f"좋겠습니다({chance.randint(40, 99)})."])


def _labels(chance: random.Random, asks: bool, topics: list[str]) -> list[str]:
    if asks:
        return []
    found = [f"#topic={chance.choice(topics)}"]
    return [*found, f"#{chance.choice(LABELS)}"] if chance.random() < 0.3 else found


if __name__ == "__main__":
    main()
