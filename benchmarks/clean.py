"""Clean and label a long transcript, next to the analyser alone on the same text; print speed and memory.

The text is that of the samples and of the labelled sentences that rules are written with, in ever new order.
From the project's folder::

    python benchmarks/clean.py                       # 15 hours of talk
    python benchmarks/clean.py --hours 100
    python benchmarks/clean.py --speech samples      # what cleaning does to the accuracy

An hour of talk is taken to be 800 sentences, about what the samples hold. The share is the analyser's time
over that of the row: what is left of its speed. Rows take turns, session by session, so that a busy machine
troubles all of them alike, and figures are medians of sessions. The upper rows are one process whose analyser
has a thread for each core; the lower ones are as a run has it, a worker for each core with one thread. The
digest is that of all clean turns and labels: equal before and after a change that is only to be quicker.
"""

import argparse
import hashlib
import json
import multiprocessing
import os
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from statistics import median
from typing import NamedTuple, TypeVar

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
    topics = load_topics(options.topics)
    print(f"{options.hours:g} hours of talk, sessions of {SESSION_HOURS:g} hours\n")
    print("| | s | CPU s | share of the analyser's speed | of its CPU time | 100 hours, min | MB more |")
    print("|---|---|---|---|---|---|---|")
    rows, digest = measured(options.hours, glossary, topics)
    for name, row in rows.items():
        print(row.line(name, rows["analyser alone"], 1), flush=True)
    workers = os.cpu_count() or 1
    rows = measured_in_workers(workers, options.hours, glossary, topics)
    for name, row in rows.items():
        print(row.line(f"{name}, {workers} workers", rows["analyser alone"], workers))
    print(f"\nsha256 of what was made: {digest}")


class Cost(NamedTuple):
    """What one session took: seconds, seconds of processor time, and the memory it left taken."""

    wall_s: float
    cpu_s: float
    memory_mb: float


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of work, session by session."""

    costs: list[Cost] = field(default_factory=list)

    def line(self, name: str, bare: "Row", workers: int) -> str:
        """One row of the table."""
        pairs = list(zip(bare.costs, self.costs, strict=True))
        wall_s, cpu_s = median(c.wall_s for c in self.costs), median(c.cpu_s for c in self.costs)
        speed = median(alone.wall_s / own.wall_s for alone, own in pairs)
        cpu = median(alone.cpu_s / own.cpu_s for alone, own in pairs)
        minutes = wall_s * 100 / SESSION_HOURS / workers / 60
        memory_mb = sum(c.memory_mb for c in self.costs) / workers
        cells = (name, f"{wall_s:.2f}", f"{cpu_s:.2f}", f"{speed:.0%}", f"{cpu:.0%}", f"{minutes:.1f}")
        return f"| {' | '.join(cells)} | {memory_mb:+.0f} |"


def measured(hours: float, glossary: Glossary, topics: Topics) -> tuple[dict[str, Row], str]:
    """Do all work on sessions of so many hours, once all models are loaded; rows, and the results' digest."""
    desk = Desk(glossary, topics)
    rows = {name: Row() for name in ("analyser alone", "clean", "clean and label")}
    digest = hashlib.sha256()
    for talk in sessions(hours, random.Random(0)):
        rows["analyser alone"].costs.append(timed(desk.analysed, talk)[1])
        rows["clean"].costs.append(timed(desk.tidied, talk)[1])
        made, cost = timed(desk.labelled, talk)
        rows["clean and label"].costs.append(cost)
        digest.update(repr(made).encode())
    return rows, digest.hexdigest()


def measured_in_workers(workers: int, hours: float, glossary: Glossary, topics: Topics) -> dict[str, Row]:
    """The same in so many processes at a time, each with one thread and a session of its own."""
    rows = {"analyser alone": Row(), "clean and label": Row()}
    spawn = multiprocessing.get_context("spawn")
    work = partial(measured_in_worker, glossary, topics)
    with ProcessPoolExecutor(workers, spawn) as pool:
        list(pool.map(work, ["analyser alone"] * workers, range(workers)))  # each loads its models
        for turn in range(1, 1 + max(1, round(hours / SESSION_HOURS / workers))):
            seeds = range(turn * workers, (turn + 1) * workers)
            for name, row in rows.items():
                row.costs.extend(pool.map(work, [name] * workers, seeds))
    return rows


def measured_in_worker(glossary: Glossary, topics: Topics, name: str, seed: int) -> Cost:
    """Do one kind of work on one session in a worker."""
    desk = worker_desk(glossary, topics)
    work = {"analyser alone": desk.analysed, "clean and label": desk.labelled}[name]
    return timed(work, next(sessions(SESSION_HOURS, random.Random(seed))))[1]


@cache
def worker_desk(glossary: Glossary, topics: Topics) -> "Desk":
    """Loaded once in a worker."""
    return Desk(glossary, topics, threads=1)


class Desk:
    """What the work needs, loaded and warm."""

    def __init__(self, glossary: Glossary, topics: Topics, threads: int = 0) -> None:
        self._glossary, self._topics, self._threads = glossary, topics, threads
        self._kiwi = load_korean(tuple(term.name for term in glossary.term), threads).kiwi
        warm = next(sessions(SESSION_HOURS, random.Random(1)))
        self.analysed(warm)
        self.labelled(warm)

    def analysed(self, talk: Talk) -> int:
        """The analyser alone."""
        return sum(1 for _ in self._kiwi.tokenize(texts(talk)))

    def tidied(self, talk: Talk) -> tuple[CleanTurn, ...]:
        """One session, cleaned as the pipeline does."""
        return clean(*talk, self._glossary, CleanSettings(), threads=self._threads)

    def labelled(self, talk: Talk) -> tuple[tuple[CleanTurn, ...], tuple[Annotation, ...]]:
        """One session, cleaned and labelled."""
        turns = self.tidied(talk)
        return turns, annotate(turns, {}, self._glossary, self._topics)


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


def timed(work: Callable[[Talk], Made], talk: Talk) -> tuple[Made, Cost]:
    """Do the work once; what it made and what it took."""
    before_mb = psutil.Process().memory_info().rss / 2**20
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    made = work(talk)
    wall_s, cpu_s = time.perf_counter() - began_s, time.process_time() - began_cpu_s
    return made, Cost(wall_s, cpu_s, psutil.Process().memory_info().rss / 2**20 - before_mb)


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
