"""How long it takes to check a whole edited chapter of a long round-table against what was said.

Every sentence said is one of the draft; some endings are edited, some words added. Prints the seconds,
and how many of each verdict there are beside how many there should be.
"""

import argparse
import json
import os
import platform
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sentences", type=int, default=3_000, help="3,000 are about three hours")
    sentences = parser.parse_args().sentences
    sys.path.insert(0, str(ROOT))
    from pipeline.drafts.check import Utterance, check
    from pipeline.drafts.reading import ReadBlock
    from pipeline.language.korean import load_korean
    from pipeline.model import BlockKind, Source

    random = Random(3)
    turns = [t for f in sorted((ROOT / "samples/reference").glob("*.json")) for t in _turns(f)]
    pool = [
        sentence for turn in turns for sentence in turn.replace("? ", "?|").replace(". ", ".|").split("|")
    ]
    words = sorted({word for sentence in pool for word in sentence.split()[:-1]})
    said, draft, planted = [], [], Counter()
    for number in range(sentences):
        text = f"{random.choice(words)} {random.choice(words)} {random.choice(pool)}"
        source = Source("좌담회", "a" * 64, number * 3_600, number * 3_600 + 3_000)
        said.append(Utterance(f"{number % 6}번(시민)", text, text, source))
        written, verdict = _edited(random, text)
        planted[verdict] += 1
        draft.append(ReadBlock("", BlockKind.SPEECH, f"{number % 6}번(시민)", written))
    korean = load_korean()
    list(korean.analyse(["불러오는 데 걸리는 시간은 재지 않는다."]))
    started = time.perf_counter()
    found = check(draft, said, korean.analyse)
    seconds = time.perf_counter() - started
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{sentences} sentences: {seconds:.1f} s, without loading the analyser")
    print("planted", dict(planted))
    print("found", dict(Counter(finding.verdict.value for finding in found)))


def _turns(path: Path) -> list[str]:
    return [turn["text"] for turn in json.loads(path.read_text(encoding="utf-8"))["turns"]]


def _edited(random: Random, text: str) -> tuple[str, str]:
    """The sentence as a draft has it, and what was done to it."""
    chance = random.random()
    if chance < 0.3:
        return text.replace("어요.", "습니다.").replace(",", ""), "edited or exact"
    if chance < 0.4:
        return f"{text[:-1]} 그리고 광화문에서 노래했습니다.", "altered"
    return text, "exact"


if __name__ == "__main__":
    main()
