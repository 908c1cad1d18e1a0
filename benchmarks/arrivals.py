"""Let recordings arrive in every way people copy them, while the watch is killed again and again.

With the fake stages of the tests, what is tried is the watch and not the recogniser; with ``--real``, short
recordings cut out of the samples go through every stage. Afterwards every good recording must have exactly
the results of an undisturbed run, file by file and byte by byte, every damaged one a named reason, and no
file of the drop folder may have changed. Prints what was found; ends with 1 if anything is wrong.
"""

import argparse
import logging
import os
import random
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from arriving import Cast
    from numpy.typing import NDArray

    from pipeline.workspace import Workspace

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), *(str(ROOT / "tests" / name) for name in ("batch", "intake", "speech"))]
CLIP_S = (3.0, 6.0)
LIFE_S = (8.0, 45.0)
"""A watch over the real stages lives so long: from before its workers are ready to some finished sessions."""
RECIPES = {".wav": "pcm_s16le.wav", ".m4a": "aac.m4a", ".mp3": "libmp3lame.mp3"}
"""How a recording is encoded, by the suffix of its name."""


def main() -> int:
    """Run it once."""
    from arriving import FAKES, chaos

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--real", action="store_true", help="real recordings and stages; some seconds a file")
    parser.add_argument("--folder", type=Path, help="a new folder to work in and to leave there")
    wanted = parser.parse_args()
    logging.disable()  # what fails on purpose
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (wanted.folder or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        os.chdir(ROOT)
        cast = _real() if wanted.real else FAKES
        found, faults = chaos(folder, wanted.files, wanted.kills, wanted.seed, cast)
    print(", ".join(f"{count} {what}" for what, count in found.items()))
    print(f"{time.monotonic() - started:.0f} s, {len(faults)} faults")
    for fault in faults:
        print(fault)
    return int(bool(faults))


def _real() -> "Cast":
    from arriving import Cast

    from pipeline.batch.stages import STAGES

    return Cast(STAGES, _command, _clip, _no_clip, LIFE_S, ROOT / "config")


def _command(space: "Workspace", *arguments: str) -> list[str]:
    return [sys.executable, "-m", "pipeline", "watch", "--workspace", str(space.root), *arguments]


def _clip(number: int, name: str) -> bytes:
    """Cut a few seconds of talk out of the samples, another stretch for each number."""
    import numpy as np
    from made_media import BY_NAME, write
    from spoken_sound import RATE

    dice, sound = random.Random(number), _samples()
    length = round(dice.uniform(*CLIP_S) * RATE)
    start = dice.randrange(len(sound) - length)
    recipe = BY_NAME[RECIPES[Path(name).suffix.lower()]]
    # Repeating each sample is rough, but speech stays as intelligible as before.
    at = np.arange(round(length * recipe.rate / RATE)) * RATE // recipe.rate
    samples = np.tile(sound[start:][at], (recipe.channels, 1))
    with tempfile.TemporaryDirectory() as folder:
        return write(Path(folder) / f"clip{recipe.suffix}", recipe, samples).read_bytes()


@cache
def _samples() -> "NDArray[np.float32]":
    from spoken_sound import spoken

    return spoken(0, 3600)


def _no_clip(number: int) -> bytes:
    """Make what may lie in a drop folder and holds no sound: noise, a document, an empty disk's zeros."""
    noise = random.Random(number).randbytes(20_000 + number)
    return (noise, b"%PDF-1.7\n" + noise, bytes(len(noise)))[number // 9 % 3]


if __name__ == "__main__":
    sys.exit(main())
