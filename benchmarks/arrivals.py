"""Let recordings arrive in every way people copy them, while the watch is killed again and again.

With the fake stages of the tests, so that what is tried is the watch and not the recogniser. Afterwards every
good recording must have exactly the result of an undisturbed run, every damaged one a named reason, and no
file of the drop folder may have changed. Prints what was found; ends with 1 if anything is wrong.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "batch")]


def main() -> int:
    """Run it once."""
    from arriving import chaos

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    wanted = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        found, faults = chaos(Path(folder), wanted.files, wanted.kills, wanted.seed)
    print(", ".join(f"{count} {what}" for what, count in found.items()))
    print(f"{time.monotonic() - started:.0f} s, {len(faults)} faults")
    for fault in faults:
        print(fault)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
