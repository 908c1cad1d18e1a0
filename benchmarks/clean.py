"""Clean and label a long transcript, next to the analyser alone on the same text; print speed and memory.

The text is that of the samples and of the labelled sentences that rules are written with, in ever new order.
From the project's folder::

    python benchmarks/clean.py                       # 15 hours of talk
    python benchmarks/clean.py --hours 100
    python benchmarks/clean.py --speech samples      # what cleaning does to the accuracy

An hour of talk is taken to be 800 sentences, about what the samples hold. The share is the analyser's time
over that of the row: what is left of its speed. Rows take turns, session by session, so that a busy machine
troubles all of them alike. The digest is that of all clean turns and labels: equal before and after a change
that is only to be quicker.
"""

import argparse
import hashlib
import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psutil
from accuracy import recogniser

from pipeline.config import CleanSettings, Glossary, Topics, TranscribeSettings, load_glossary, load_topics
from pipeline.evaluate.reference import load_reference
from pipeline.evaluate.text import score_text, transcript_text
from pipeline.language.annotate import annotate
from pipeline.language.clean import clean
from pipeline.language.korean import load_korean
from pipeline.model import Annotation, CleanTurn, Segment, Span, Transcript, Turn, Word

SENTENCES_PER_HOUR = 800
SESSION_HOURS = 2.5
TURN_SENTENCES = 4
SYLLABLE_MS = 150
PAUSE_MS = 400
PAUSES = 0.1
"""Share of words that a pause follows."""

Talk = tuple[list[Turn], dict[str, Transcript]]
Made = TypeVar("Made")


def main() -> None:
    """Parse the options, measure, print each row as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hours", type=float, default=15)
    parser.add_argument("--glossary", type=Path, default=Path("config/glossary.toml"))
    parser.add_argument("--topics", type=Path, default=Path("config/topics.toml"))
    parser.add_argument("--speech", type=Path, help="recordings with .json references: score, don't time")
    options = parser.parse_args()
    glossary = load_glossary(options.glossary)
    if options.speech:
        score(options.speech, glossary)
        return
    print(f"{options.hours:g} hours of talk\n")
    print("| | s | CPU s | sentences/s | share of the analyser's speed | of its CPU time | MB more |")
    print("|---|---|---|---|---|---|---|")
    rows, digest = measured(options.hours, glossary, load_topics(options.topics))
    for name, row in rows.items():
        print(row.line(name, rows["analyser alone"]))
    print(f"\nsha256 of what was made: {digest}")


@dataclass(slots=True)
class Row:
    """What one kind of work took: seconds, seconds of processor time, sentences done, memory it added."""

    wall_s: float = 0.0
    cpu_s: float = 0.0
    sentences: int = 0
    memory_mb: float = 0.0

    def line(self, name: str, bare: "Row") -> str:
        """One row of the table."""
        speed, share = self.sentences / self.wall_s, f"{bare.wall_s / self.wall_s:.0%}"
        return (
            f"| {name} | {self.wall_s:.1f} | {self.cpu_s:.1f} | {speed:.0f} | {share}"
            f" | {bare.cpu_s / self.cpu_s:.0%} | {self.memory_mb:+.0f} |"
        )


def measured(hours: float, glossary: Glossary, topics: Topics) -> tuple[dict[str, Row], str]:
    """Do all work on sessions of so many hours, once all models are loaded; rows, and the results' digest."""
    kiwi = load_korean(tuple(term.name for term in glossary.term)).kiwi
    rows = {name: Row() for name in ("analyser alone", "clean", "clean and label")}
    warm = next(sessions(SESSION_HOURS, random.Random(1)))
    labelled(warm, glossary, topics)
    digest = hashlib.sha256()
    for talk in sessions(hours, random.Random(0)):
        said = texts(talk)
        timed(rows["analyser alone"], lambda said=said: [sum(1 for _ in kiwi.tokenize(said))])
        timed(rows["clean"], lambda talk=talk: tidied(talk, glossary))
        made = timed(rows["clean and label"], lambda talk=talk: labelled(talk, glossary, topics))
        for row in rows.values():
            row.sentences += sum(len(turn.sentences) for turn in made[0])
        digest.update(repr(made).encode())
    return rows, digest.hexdigest()


def score(folder: Path, glossary: Glossary) -> None:
    """Recognise what has a reference, and print its errors before and after cleaning.

    A reference that holds its fillers counts each one left out as an error, so wording is scored apart.
    """
    wording = {"fillers": False, "backchannels": False, "repeats": False, "repairs": False, "cut_offs": False}
    recognise = recogniser(TranscribeSettings(), glossary, threads=1)
    print("| file | CER % as recognised | clean, all words kept | clean | terms found | clean |")
    print("|---|---|---|---|---|---|")
    for path in sorted(folder.rglob("*.json")):
        reference = load_reference(path)
        transcript = recognise(next(folder.rglob(reference.file)))
        turns = [Turn("talk", 0, 0, None, segment.words) for segment in transcript.segments]
        levels = (CleanSettings.model_validate(wording), CleanSettings())
        tidied = [clean(turns, {"talk": transcript}, glossary, settings) for settings in levels]
        texts = [transcript_text(transcript), *(" ".join(turn.text for turn in one) for one in tidied)]
        scores = [score_text(reference, text, glossary.term) for text in texts]
        rates = " | ".join(f"{one.cer.rate:.2%}".rstrip("%") for one in scores)
        terms = " | ".join(f"{one.terms.found}/{one.terms.total}" for one in (scores[0], scores[2]))
        print(f"| {reference.file} | {rates} | {terms} |", flush=True)


def timed(row: Row, work: Callable[[], Made]) -> Made:
    """Do the work once and add to the row what it took."""
    before_mb = psutil.Process().memory_info().rss / 2**20
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    made = work()
    row.wall_s += time.perf_counter() - began_s
    row.cpu_s += time.process_time() - began_cpu_s
    row.memory_mb += psutil.Process().memory_info().rss / 2**20 - before_mb
    return made


def tidied(talk: Talk, glossary: Glossary) -> tuple[CleanTurn, ...]:
    """One session, cleaned as the pipeline does."""
    return clean(*talk, glossary, CleanSettings())


def labelled(
    talk: Talk, glossary: Glossary, topics: Topics
) -> tuple[tuple[CleanTurn, ...], tuple[Annotation, ...]]:
    """One session, cleaned and labelled."""
    turns = tidied(talk, glossary)
    return turns, annotate(turns, {}, glossary, topics)


def texts(talk: Talk) -> list[str]:
    """What the analyser is given of a session."""
    turns, transcripts = talk
    return [transcripts[turn.recording].text(turn.words) for turn in turns]


def sessions(hours: float, chance: random.Random) -> Iterator[Talk]:
    """Sessions of invented talk, so many hours in all."""
    sentences = list(said())
    per_session = int(min(hours, SESSION_HOURS) * SENTENCES_PER_HOUR)
    for _ in range(max(1, round(hours / SESSION_HOURS))):
        words: list[Word] = []
        turns: list[Turn] = []
        for _ in range(per_session // TURN_SENTENCES):
            start, now_ms = len(words), words[-1].end_ms if words else 0
            for text in " ".join(chance.choices(sentences, k=TURN_SENTENCES)).split():
                end_ms = now_ms + SYLLABLE_MS * len(text)
                words.append(Word(now_ms, end_ms, f" {text}", 0.9))
                now_ms = end_ms + PAUSE_MS * (chance.random() < PAUSES)
            turns.append(Turn("talk", words[start].start_ms, now_ms, "S1", Span(start, len(words))))
        whole = Segment(Span(0, len(words)))
        transcript = Transcript("talk", now_ms, "ko", "none", "none", tuple(words), (whole,))
        yield turns, {"talk": transcript}


def said() -> Iterator[str]:
    """Sentences of the samples and of the labelled set."""
    for path in sorted(Path("samples/reference").glob("*.json")):
        for turn in json.loads(path.read_text(encoding="utf-8"))["turns"]:
            yield from (f"{part}." for part in turn["text"].rstrip(".").split(". "))
    labelled_set = Path("tests/language/labelled")
    for name, key in (("cleaning", "marked"), ("labels", "text")):
        for line in (labelled_set / f"{name}.dev.jsonl").read_text(encoding="utf-8").splitlines():
            yield json.loads(line)[key].translate(str.maketrans("", "", "{}<>/"))


if __name__ == "__main__":
    main()
