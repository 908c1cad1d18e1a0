"""Label a long transcript, next to the analyser alone on the same text; print processor time and memory.

The text is that of the labelled sentences, in an order drawn anew for every session and with a number in each
turn, so that nothing can be remembered. From the project's folder::

    python benchmarks/annotate.py                       # 12,000 sentences, about 15 hours of talk
    python benchmarks/annotate.py --sentences 80000     # about 100 hours
"""

import argparse
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from pipeline.config import Glossary, load_glossary, load_topics
from pipeline.language.annotate import annotate
from pipeline.language.korean import load_korean
from pipeline.language.nlp import sentence_spans
from pipeline.model import CleanTurn, Participant, Role, Span, Turn

LABELLED = Path("tests/language/labelled")
SESSION_TURNS = 500
"""Turns that are labelled together, as those of one session of two hours and a half."""

SENTENCES_PER_TURN = 4
PEOPLE = {"S1": Participant("사회", Role.MODERATOR), "S2": Participant("시민", Role.CITIZEN)}


def main() -> None:
    """Parse the options, measure session by session, print one line for the analyser and one for labels."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sentences", type=int, default=12_000)
    options = parser.parse_args()
    glossary, topics = load_glossary(Path("config/glossary.toml")), load_topics(Path("config/topics.toml"))
    korean = load_korean(tuple(term.name for term in glossary.term))
    analysing = labelling = 0.0
    done = made = 0
    first_mb = 0.0
    for texts in sessions(options.sentences):
        begun = time.process_time()
        for _ in korean.kiwi.tokenize(texts):
            pass
        analysing += time.process_time() - begun
        turns = turns_of(texts, glossary)
        if not done:
            annotate(turns, PEOPLE, glossary, topics)
            first_mb = memory_mb()
        begun = time.process_time()
        made += len(annotate(turns, PEOPLE, glossary, topics))
        labelling += time.process_time() - begun
        done += sum(len(turn.sentences) for turn in turns)
    print(f"analyser alone: {done / analysing:8,.0f} sentences per second of processor time")
    print(
        f"labels:         {done / labelling:8,.0f} sentences per second of processor time,"
        f" {1000 * labelling / done:.3f} ms each;"
        f" {made:,} made, in {labelling / analysing:.2f} of the analyser's time"
    )
    print(
        f"memory: {first_mb:,.0f} MB after the first session, {memory_mb():,.0f} MB after {done:,} sentences"
    )


def sessions(sentences: int) -> Iterator[list[str]]:
    """Texts of turns, session by session, until there are ``sentences``."""
    rows = [json.loads(line) for line in (LABELLED / "labels.dev.jsonl").read_text("utf-8").splitlines()]
    texts = [row["text"] for row in rows]
    draw = random.Random(7)
    for session in range(-(-sentences // (SESSION_TURNS * SENTENCES_PER_TURN))):
        yield [
            " ".join(
                [
                    *draw.sample(texts, SENTENCES_PER_TURN - 1),
                    f"{session * SESSION_TURNS + turn}번째 이야기예요.",
                ]
            )
            for turn in range(SESSION_TURNS)
        ]


def turns_of(texts: list[str], glossary: Glossary) -> list[CleanTurn]:
    """Clean turns of two voices by turns, as the stage before makes them."""
    analysed = load_korean(tuple(term.name for term in glossary.term)).analyse(texts)
    return [
        CleanTurn(
            Turn("r", 0, 1, f"S{i % 2 + 1}", Span(0, 1)), text, (), sentence_spans(text, morphemes), morphemes
        )
        for i, (text, morphemes) in enumerate(zip(texts, analysed, strict=True))
    ]


def memory_mb() -> float:
    """Resident memory of this process."""
    return float(psutil.Process().memory_info().rss) / 1e6


if __name__ == "__main__":
    main()
