"""Everything nasty that editors and their programs do to drafts, while the machine changes its mind.

Plays rounds as ``tests/drafts/nasty_rounds.py`` describes them. Prints every round in which a law was broken,
with what was done in it, and how often each law was.

    python benchmarks/adversary.py --rounds 1000
"""

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "drafts"))

from nasty_rounds import play

MEMORY = next((path for path in (Path("/dev/shm"),) if path.is_dir()), None)  # noqa: S108
"""Where files cost least, if there is such a place."""


def main() -> None:
    """Play and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0, help="the first")
    given = parser.parse_args()
    counts: Counter[str] = Counter()
    for seed in range(given.seed, given.seed + given.rounds):
        with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
            done, broken = play(seed, Path(folder))
        counts.update(law.partition(":")[0] for law in broken)
        if broken:
            print(f"{seed}: {'; '.join(done)}")
            print("".join(f"    {law}\n" for law in broken), end="")
    print(f"{given.rounds} rounds; broken: {dict(counts) or 'no law'}")


if __name__ == "__main__":
    main()
