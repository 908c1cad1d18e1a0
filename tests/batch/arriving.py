"""People fill a drop folder while somebody keeps killing the watch: slow copies, renames, replacements.

What every file will be in the end is drawn from a seed; when which piece of it arrives is up to the machine.
"""

import hashlib
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import unicodedata
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import fake_stages
from running import run

from pipeline import workspace
from pipeline.batch import opening
from pipeline.batch.doctor import unsound
from pipeline.batch.inventory import take
from pipeline.batch.publish import RECORD
from pipeline.batch.rows import KnownSession
from pipeline.batch.stage import Stage
from pipeline.batch.status_files import place
from pipeline.errors import ExitCode
from pipeline.workspace import Workspace

QUIET_S = 0.6
BEFORE = 10_000
"""Numbers from here on are those of recordings that are replaced."""
OF_ONE = re.compile(r"\.([0-9a-f]{12})\.json$")
"""Ends the name of a result of one recording, by its digest; those of replaced recordings may stay."""
HANDS = 8
"""So many people copy at the same time."""
STOP_S = 10
"""A polite stop must not take longer."""
WATCH = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job of a shell ignores it
sys.path.insert(0, sys.argv[1])
import fake_stages
import pipeline.cli.watch
from pipeline import cli
if __name__ == "__main__":
    pipeline.cli.watch.STAGES = fake_stages.STAGES
    cli.COMMANDS["watch"] = ""
    cli.main(["watch", "--workspace", *sys.argv[2:]])
"""


@dataclass(frozen=True)
class Cast:
    """Who works on what arrives, and what it is.

    Args:
        stages: do the work.
        command: starts a watch over them, in a process of its own.
        content: the bytes of the recording of that number under that name; no two are equal.
        damaged: bytes of that number of which nothing can be made.
        life_s: seconds after which a watch is killed, from and to.
        config: settings, and the chapters that are composed; None: those of an empty workspace.
    """

    stages: tuple[Stage, ...]
    command: Callable[..., list[str]]
    content: Callable[[int, str], bytes]
    damaged: Callable[[int], bytes]
    life_s: tuple[float, float]
    config: Path | None = None


def command(space: Workspace, *arguments: str) -> list[str]:
    """The command line of a watch over the fake stages, in a process of its own."""
    return [sys.executable, "-c", WATCH, str(Path(__file__).parent), str(space.root), *arguments]


def _text(number: int, _name: str) -> bytes:
    letters = random.Random(number)
    return f"NAP {number} {''.join(letters.choices('가나다라마바사 ', k=letters.randint(20, 400)))}".encode()


FAKES = Cast(fake_stages.STAGES, command, _text, lambda number: b"BROKEN " + _text(number, ""), (0.5, 5))

Manner = Callable[[random.Random, Path, bytes, bytes], None]
"""Brings to a path what a file is in the end, and perhaps what it was before."""


def _at_once(_dice: random.Random, path: Path, data: bytes, _before: bytes) -> None:
    path.write_bytes(data)


def _in_chunks(dice: random.Random, path: Path, data: bytes, _before: bytes) -> None:
    with path.open("wb") as file:
        _pour(dice, file.fileno(), data)


def _renamed(dice: random.Random, path: Path, data: bytes, before: bytes) -> None:
    half = path.with_name(f"~{abs(hash(path.name))}{dice.choice(['.part', '.crdownload', '.tmp'])}")
    _in_chunks(dice, half, data, before)
    half.replace(path)


def _full_size_first(dice: random.Random, path: Path, data: bytes, _before: bytes) -> None:
    path.write_bytes(bytes(len(data)))
    with path.open("r+b") as file:
        _pour(dice, file.fileno(), data)


def _replaced(dice: random.Random, path: Path, data: bytes, before: bytes) -> None:
    _in_chunks(dice, path, before, before)
    time.sleep(dice.uniform(0, 4 * QUIET_S))
    _in_chunks(dice, path, data, before)


def _replaced_unseen(dice: random.Random, path: Path, data: bytes, _before: bytes) -> None:
    """By bytes of the same number and the same time of change."""
    path.write_bytes(data[::-1])
    before = path.stat().st_mtime_ns
    time.sleep(dice.uniform(0, 4 * QUIET_S))
    path.write_bytes(data)
    os.utime(path, ns=(before, before))


def _pour(dice: random.Random, descriptor: int, data: bytes) -> None:
    """Write in pieces, with pauses of which some are longer than a file must rest."""
    step = max(1, len(data) // dice.randint(2, 6))
    for start in range(0, len(data), step):
        os.write(descriptor, data[start : start + step])
        time.sleep(dice.uniform(0, 1.2 * QUIET_S))


MANNERS: tuple[Manner, ...] = (
    _at_once,
    _in_chunks,
    _renamed,
    _full_size_first,
    _replaced,
    _replaced_unseen,
)
NAMES = (
    "{number:03} 시민면담 김하늘.wav",
    "2023-06-08_{number:03} 시민면담.m4a",
    "{number:03} 이름이 아주 긴 면담 " + "길" * 15 + ".wav",
    "{number:03} 웃는 면담 😀.mp3",
    "{number:03} Case.wav",
    "{number:03} case.WAV",
)


@dataclass(frozen=True)
class Delivery:
    """One file on its way: under which name, how it comes, and what it is in the end."""

    name: str
    data: bytes
    before: bytes
    """What it is for a while, where it comes in that manner."""
    manner: Manner
    seed: int
    damaged: bool = False
    """Whether nothing can be made of it."""

    def to(self, audio: Path) -> None:
        """Bring it there."""
        path = audio / self.name
        path.parent.mkdir(parents=True, exist_ok=True)
        self.manner(random.Random(self.seed), path, self.data, self.before)


def deliveries(count: int, seed: int, cast: Cast) -> tuple[list[Delivery], list[Delivery]]:
    """Draw ``count`` files and what comes after them: copies, and replacements of what was copied."""
    dice = random.Random(seed)
    first = [_delivery(number, dice, cast) for number in range(count * 4 // 5)]
    # One copy of each, in a folder looked at later: which of equal files comes first must not hang on chance.
    copied = [one for one in first if not one.damaged and one.name.startswith("interviews")]
    later = []
    for number, original in enumerate(dice.sample(copied, count - len(first)), len(first)):
        name = f"interviews/사본/{number:03} 사본{Path(original.name).suffix}"
        later.append(Delivery(name, original.data, b"", dice.choice(MANNERS[:3]), number))
    replaced = [one for one in copied if any(one.data == copy.data for copy in later)][::3]
    later += [
        Delivery(one.name, cast.content(2 * count + number, one.name), b"", _in_chunks, number)
        for number, one in enumerate(replaced)
    ]
    return first, later


def _delivery(number: int, dice: random.Random, cast: Cast) -> Delivery:
    if number % 10 < 2:
        name = f"roundtable/{number // 10:03} 좌담회 {number % 10 + 1}부.wav"
    else:
        name = f"interviews/{NAMES[number % len(NAMES)].format(number=number - number % 2)}"
    damaged = number % 9 == 8
    return Delivery(
        name=unicodedata.normalize(dice.choice(["NFC", "NFD"]), name),
        data=cast.damaged(number) if damaged else cast.content(number, name),
        before=cast.content(BEFORE + number, name),
        manner=dice.choice(MANNERS),
        seed=number,
        damaged=damaged,
    )


def chaos(
    folder: Path, files: int, kills: int, seed: int, cast: Cast = FAKES
) -> tuple[Counter[str], list[str]]:
    """Let files arrive while the watch is killed again and again; counts, and everything that is wrong."""
    space = workspace.create(folder / "killed", cast.config)
    first, later = deliveries(files, seed, cast)
    final = {one.name: one for one in (*first, *later)}
    staff = threading.Thread(target=_deliver, args=(space.audio, first, later))
    staff.start()
    found = Counter(files=len(final), deliveries=len(first) + len(later))
    dice = random.Random(seed)
    faults: list[str] = []
    while staff.is_alive() or found["killed"] + found["stopped"] < kills:
        ended_as, unclean = _harry(space, dice, cast)
        found[ended_as] += 1
        faults += unclean
    staff.join()
    ended = subprocess.run(
        cast.command(space, "--once", *_options()), capture_output=True, text=True, check=False
    )
    if ended.returncode != ExitCode.PARTIAL:
        faults.append(f"ended with {ended.returncode}: {ended.stderr}")
    faults += _faults(space, workspace.create(folder / "undisturbed", cast.config), final, cast)
    found["sessions"] = len(_results(space))
    return found, faults


def _options() -> list[str]:
    return ["--quiet-for", str(QUIET_S), "--jobs", "2"]


def _deliver(audio: Path, first: list[Delivery], later: list[Delivery]) -> None:
    for wave in (first, later):
        with ThreadPoolExecutor(HANDS) as hands:
            list(hands.map(lambda delivery: delivery.to(audio), wave))


def _harry(space: Workspace, dice: random.Random, cast: Cast) -> tuple[str, list[str]]:
    """Start the watch and end it after a moment: politely, or by a kill, perhaps of its workers too.

    Returns:
        How it was ended, and what was wrong with that.
    """
    process = subprocess.Popen(
        cast.command(space, *_options()),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    politely, together = dice.random() < 0.3, dice.random() < 0.5
    try:
        time.sleep(dice.uniform(*cast.life_s))
    finally:
        if politely:
            process.terminate()
        else:
            (os.killpg if together else os.kill)(process.pid, signal.SIGKILL)
    # Workers hold this pipe as well: without their watch they must end by themselves.
    _, err = process.communicate(timeout=STOP_S)
    early = politely and process.returncode == -signal.SIGTERM  # Python itself was still starting
    started = err.count("in spawn_main")  # so many workers lost their watch while they were starting
    ended = process.returncode == ExitCode.INTERRUPTED and err.count("Traceback") == started
    clean = not politely or early or ended
    unclean = [] if clean else [f"a stop ended with {process.returncode}: {err}"]
    return "stopped" if politely else "killed", unclean


def _faults(space: Workspace, undisturbed: Workspace, final: dict[str, Delivery], cast: Cast) -> list[str]:
    """Compare with a single run over the same files, and with what people were told."""
    faults = []
    for one in final.values():
        path, twin = space.audio / one.name, undisturbed.audio / one.name
        twin.parent.mkdir(parents=True, exist_ok=True)
        twin.write_bytes(one.data)
        if path.read_bytes() != one.data:
            faults.append(f"changed: {one.name}")
        told = place(path).read_text(encoding="utf-8-sig") if place(path).exists() else "nothing"
        if ("실패\n이유: " if one.damaged else "완료") not in told and not _with_damaged(one, final):
            faults.append(f"told of {one.name}: {told}")
    _name_alike(space, undisturbed)
    run(undisturbed, executor="processes", stages=cast.stages)
    wanted, made = _results(undisturbed), _results(space)
    differing = [n for n in wanted.keys() | made.keys() if not _agree(wanted.get(n), made.get(n))]
    faults += [f"differs: {_told(wanted.get(names))}, {_told(made.get(names))}" for names in differing]
    expected = {place(space.audio / name) for name in final} | {space.audio / name for name in final}
    there = {path for path in space.audio.rglob("*") if path.is_file()}
    faults += [f"left over: {path.name}" for path in there - expected]
    faults += [f"taken for an edit: {path.name}" for path in (space.drafts / "edited").glob("*")]
    with opening.to_read(space) as opened:
        faults += unsound(space, opened.ledger)
    return faults


def _agree(wanted: list[object] | None, made: list[object] | None) -> bool:
    """Whether results are equal; those of an earlier version may stay where nothing comes of the last one."""
    if wanted and made and not wanted[1]:
        return (wanted[0], wanted[2]) == (made[0], made[2])
    return wanted == made


def _with_damaged(one: Delivery, final: dict[str, Delivery]) -> bool:
    """Whether another part of the same talk is damaged, so that the talk is told to have failed."""
    return one.name.startswith("roundtable") and any(
        other.damaged and _talk(other) == _talk(one) for other in final.values()
    )


def _talk(one: Delivery) -> str:
    return unicodedata.normalize("NFC", one.name).rpartition(" ")[0]


def _name_alike(space: Workspace, undisturbed: Workspace) -> None:
    """Give sessions the names they have: of two that differ only in case the first to come has none added."""
    with opening.to_read(space) as opened:
        known = opened.ledger.sessions()
    with opening.to_write(undisturbed) as opened:
        for session in known:
            opened.ledger.remember_session(KnownSession(session.id, session.key, ()))


def _told(results: list[object] | None) -> list[object]:
    """Results without their bytes."""
    return [
        {name: hashlib.sha256(data).hexdigest()[:6] for name, data in part.items()}
        if isinstance(part, dict)
        else part
        for part in results or []
    ]


def _results(space: Workspace) -> dict[tuple[str, ...], list[object]]:
    """By the recordings of a session: its title, its results byte by byte, and why parts of it failed."""
    found: dict[tuple[str, ...], list[object]] = {}
    with opening.to_read(space) as opened:
        failures = opened.ledger.failures()
        for session in take(space, opened.ledger, None).sessions:
            digests = tuple(recording.digest for recording in session.recordings)
            results = {
                path.name: path.read_bytes()
                for path in sorted(space.session(session.id).glob("*"))
                if path.name != RECORD  # also tells what was laid of a recording that was replaced
                if not (unit := OF_ONE.search(path.name)) or any(d.startswith(unit[1]) for d in digests)
            }
            # A failure of a recording that was replaced since is history.
            reasons = sorted(
                failure.code
                for task, failure in failures.items()
                if task.session == session.id and task.unit in ("", *digests)
            )
            # A second session of the same recordings would make this longer than the undisturbed one.
            found.setdefault(digests, []).extend([session.title, results, reasons])
    return found
