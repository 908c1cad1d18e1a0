"""``python -m samples.make [SCRIPT...]``: scripts become recordings, sidecars and references."""

import argparse
import time
import unicodedata
from pathlib import Path, PurePosixPath

import numpy as np

from samples.make.encode import encode
from samples.make.mix import PER_MS, Say, place, render
from samples.make.reference import as_json, as_rttm, as_sidecar
from samples.make.script import Script, load_script
from samples.make.voices import Speaker

ROOT = Path(__file__).parents[1]


def make(script: Script, say: Say, out: Path) -> None:
    """Make every file of one script below ``out``: ``audio/`` and ``reference/``."""
    voice_of = {person.name: person.voice for person in script.people}
    chance = np.random.default_rng(script.seed)
    for recording, turns in script.takes():
        placed = place(turns, voice_of, say, chance)
        sound = render(placed, chance)
        duration_ms = len(sound) // PER_MS
        encode(sound, _ready(out / "audio" / recording), script.title)
        base = out / "reference" / PurePosixPath(recording).stem
        _write(base.with_name(base.name + ".json"), as_json(recording, script, placed, duration_ms))
        _write(base.with_name(base.name + ".rttm"), as_rttm(recording, placed))
        print(f"{recording}: {duration_ms / 1000:.1f} s")
    _write(out / "audio" / script.sidecar, as_sidecar(script))


def _ready(path: Path) -> Path:
    path = Path(unicodedata.normalize("NFC", str(path)))
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _write(path: Path, text: str) -> None:
    _ready(path).write_text(text, "utf-8", newline="\n")


def main() -> None:
    """Parse the command line and make the samples."""
    parser = argparse.ArgumentParser(prog="python -m samples.make", description=__doc__)
    parser.add_argument("script", nargs="*", type=Path, help="default: every script of samples/scripts")
    parser.add_argument("--out", type=Path, default=ROOT, help="default: samples/")
    arguments = parser.parse_args()
    started = time.monotonic()
    say = Speaker().say
    for path in arguments.script or sorted((ROOT / "scripts").glob("*.toml")):
        make(load_script(path), say, arguments.out)
    print(f"made in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
