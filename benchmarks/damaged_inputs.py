"""Decode hundreds of damaged inputs, each in its own process, and print what became of them.

    python benchmarks/damaged_inputs.py [--count 204] [--seed 1] [--limit-s 30]

Exits with 1 if any input ends in anything but an ``Audio`` or a classified ``PipelineError``, leaves a file
behind, kills its process, writes to stderr or takes longer than the limit.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "intake"))

DECODE = """
import json, sys
from pathlib import Path
from pipeline.config import MediaSettings
from pipeline.errors import PipelineError
from pipeline.intake.media import decode, file_digest
source, pcm = Path(sys.argv[1]), Path(sys.argv[2])
try:
    audio = decode(source, pcm, file_digest(source), MediaSettings(), lambda ms: None)
    print(json.dumps(["read", *sorted(notice.code for notice in audio.notices)]))
except PipelineError as error:
    print(json.dumps([error.code]))
"""


def main() -> int:
    """Run them all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=204)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit-s", type=float, default=30.0)
    options = parser.parse_args()
    from damaged_files import damaged_files

    table: dict[str, Counter[str]] = defaultdict(Counter)
    failures, slowest_s = [], 0.0
    for damaged in damaged_files(options.seed, options.count):
        begin = time.perf_counter()
        outcome, failed = decode_apart(damaged.data, options.limit_s)
        slowest_s = max(slowest_s, time.perf_counter() - begin)
        kind = damaged.name.split("-")[1].split(".")[0]
        table[kind][outcome] += 1
        if failed:
            failures.append(f"{damaged.name}: {outcome}")
    show(table)
    print(
        f"\n{options.count} inputs, slowest {slowest_s:.1f} s with Python's start, {len(failures)} failures"
    )
    print("\n".join(failures))
    return 1 if failures else 0


def decode_apart(data: bytes, limit_s: float) -> tuple[str, bool]:
    """Decode in a fresh process; returns what happened and whether that must not happen."""
    with tempfile.TemporaryDirectory() as name:
        source, out = Path(name) / "input", Path(name) / "out"
        source.write_bytes(data)
        out.mkdir()
        command = [sys.executable, "-c", DECODE, str(source), str(out / "sound.pcm")]
        try:
            done = subprocess.run(
                command, cwd=ROOT, capture_output=True, text=True, timeout=limit_s, check=False
            )
        except subprocess.TimeoutExpired:
            return "past its time limit", True
        if done.returncode or done.stderr:
            return f"exit {done.returncode}: {done.stderr.strip().splitlines()[-1:]}", True
        outcome = json.loads(done.stdout)
        left = [path.name for path in out.iterdir()]
        expected = ["sound.pcm"] if outcome[0] == "read" else []
        return " + ".join(outcome), left != expected


def show(table: dict[str, Counter[str]]) -> None:
    """Print one line for each kind of damage and outcome."""
    for kind, outcomes in table.items():
        for outcome, count in outcomes.most_common():
            print(f"{kind:22} {count:4}  {outcome}")


if __name__ == "__main__":
    sys.exit(main())
