"""Rounds of nasty edits (:mod:`nasty_edits`): what must hold whatever editors, programs and machine do."""

import copy
import json
import re
import shutil
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from random import Random
from unittest.mock import patch

from nasty_edits import FOUR, TYPED, Nasty, World

from pipeline import workspace as workspaces
from pipeline.batch import draft_files, drafting
from pipeline.batch.draft_files import Format
from pipeline.batch.material import Material
from pipeline.config import load_configuration
from pipeline.drafts.comments import Comment
from pipeline.drafts.reading import ReadBlock, editions_of
from pipeline.drafts.returning import AUTHOR
from pipeline.model import Block, BlockKind, Chapter
from pipeline.workspace import Workspace

WORD = re.compile(r"\w+")
NEWS = re.compile(r"다시\d+은")
DOUBLED = 3
"""So many words too many are no paragraph."""


def write(chapter: Chapter, _: object, edition: str, _pictures: object) -> bytes:
    """A file that holds what a real one does, with the draft's id at its first and last block."""
    blocks = [
        ReadBlock(
            b.id, b.kind, b.speaker, b.text, b.cells, (), drafting.as_read(Chapter(4, "", (b,)))[0].comments
        )
        for b in chapter.blocks
    ]
    ends = {0, len(blocks) - 1}
    plain = [asdict(b) | {"joined": [edition] if i in ends else []} for i, b in enumerate(blocks)]
    return json.dumps(plain, ensure_ascii=False).encode()


def read(data: bytes) -> tuple[ReadBlock, ...]:
    """What a program saved, normalised as readers do."""
    return tuple(
        ReadBlock(
            each["id"],
            BlockKind(each["kind"]) if each["kind"] else None,
            nfc(each["speaker"]),
            nfc(each["text"]),
            tuple(map(nfc, each["cells"])),
            tuple(each["joined"]),
            tuple(Comment(**comment) for comment in each["comments"]),
        )
        for each in json.loads(data)
    )


def nfc(text: str) -> str:
    """As every reader gives it."""
    return unicodedata.normalize("NFC", text)


def save(blocks: Sequence[ReadBlock]) -> bytes:
    """What a program saves."""
    return json.dumps([asdict(block) for block in blocks], ensure_ascii=False).encode()


class Office:
    """A workspace in which one chapter is drafted again and again."""

    def __init__(self, root: Path, world: World) -> None:
        self.space = workspaces.create(root)
        self.config = load_configuration(self.space.config)
        self.world = world
        self.runs = 0

    def draft(self) -> None:
        """A run."""
        self.runs += 1
        material = Material((), {"runs": self.runs}, ())
        with patch.object(drafting, "_compose", lambda *_: self.world.chapter()):
            drafting.draft(self.space, self.config, FOUR, material)

    def take(self, data: bytes) -> drafting.Drafted:
        """A file comes in from elsewhere."""
        path = self.space.root / "받은 파일.json"
        path.write_bytes(data)
        return drafting.take_in(self.space, FOUR, Material((), {}, ()), path)

    def file(self) -> bytes:
        """What lies there now."""
        return (self.space.drafts / "chapter-4.json").read_bytes()

    def shown(self) -> Chapter:
        """The chapter as it stands."""
        return draft_files.chapter_of(self.space, 4) or Chapter(4, "", ())

    def copied(self, root: Path) -> "Office":
        """Another one in which everything is the same."""
        shutil.copytree(self.space.root, root)
        twin = copy.copy(self)
        twin.space, twin.world = Workspace(root), copy.deepcopy(self.world)
        return twin


def words(blocks: Iterable[Block | ReadBlock]) -> Counter[str]:
    """Words of what is printed, however a program spells quotes and spaces."""
    return Counter(word for b in blocks for word in WORD.findall(f"{b.speaker} {b.text}"))


def printed(blocks: Iterable[Block | ReadBlock]) -> list[tuple[str, str]]:
    """Who says what, in order."""
    return [(b.speaker, " ".join(b.text.split())) for b in blocks if b.text.strip()]


def shown(blocks: Iterable[Block]) -> list[object]:
    """What a reader sees, and how many comments hang there."""
    return [(b.speaker, b.text, b.cells, len(b.remarks)) for b in blocks]


def play(seed: int, folder: Path) -> tuple[list[str], list[str]]:
    """One round: what was done, and which laws were broken.

    A chapter of a few interviews is composed, and again whenever the machine changes its mind. Two editors
    work on files of drafts that are up to four reruns old. They are taken in, one after the other, and in a
    twin of the workspace in the other order.
    """
    with patch.object(draft_files, "formats", lambda: {"json": Format(write, read)}):
        return _played(seed, folder)


def _played(seed: int, folder: Path) -> tuple[list[str], list[str]]:
    random = Random(seed)
    office = Office(folder / "office", World.made(random))
    ages = sorted(random.choices((0, 0, 1, 2, 4), k=2), reverse=True)
    originals: list[bytes] = []
    done = [f"files {ages} reruns old"]
    for left in range(max(ages), -1, -1):
        office.draft()
        originals += [office.file() for age in ages if age == left]
        if left:
            done.append(office.world.change())
    edited = []
    for letter, original in zip("가나", originals, strict=True):
        blocks, ways = Nasty(random, letter).edit(read(original), random.randint(1, 5))
        edited.append(save(blocks))
        done.append(f"{letter}: {', '.join(ways)}")
    twin = office.copied(folder / "twin")
    broken = [f"{law} (in order)" for law in judged(office, originals, edited)]
    broken += [f"{law} (in reverse)" for law in judged(twin, originals[::-1], edited[::-1])]
    return done, broken


def judged(office: Office, originals: Sequence[bytes], edited: Sequence[bytes]) -> Iterator[str]:
    """Take all files in, then let the machine change its mind once more; gives the laws that were broken."""
    before = office.shown().blocks
    for number, data in enumerate(edited):
        # One that does not tell its draft may bring back what its editor took out, never the other way round.
        sure = office.file() == originals[number] and editions_of(read(data))
        office.take(data)
        if sure and printed(office.shown().blocks) != printed(read(data)):
            yield "a file of today's draft is not taken as it is"
    after = office.shown().blocks
    yield from laws(before, after, originals, edited)
    office.take(edited[-1])
    if shown(office.shown().blocks) != shown(after):
        yield "taken in again, the last file makes a difference"
    change = office.world.change()
    office.draft()
    if lost := unsaid(typed(edited), office.shown().blocks):
        yield f"words lost in a rerun ({change}): {lost}"


def laws(
    before: Sequence[Block], after: Sequence[Block], originals: Sequence[bytes], edited: Sequence[bytes]
) -> Iterator[str]:
    """What is wrong with a chapter after files were taken in."""
    if lost := unsaid(typed(edited), after):
        yield f"words lost: {lost}"
    files = [(words(read(was)), words(read(now))) for was, now in zip(originals, edited, strict=True)]
    removed = Counter(word for was, now in files for word in was - now)
    # A paragraph that an editor deleted stays deleted, however it is heard today.
    ids = [
        [{b.id for b in read(data) if b.text.strip()} for data in pair]
        for pair in zip(originals, edited, strict=True)
    ]
    deleted = {name for was, now in ids for name in was - now}
    left = words(block for block in before if block.id not in deleted)
    news = Counter(word for word in left if NEWS.fullmatch(word) and not removed[word])
    if lost := unsaid(news, after):
        yield f"news lost: {lost}"
    quiet = [block for block in after if block.text not in told(after)]
    surplus = words(b for b in quiet if not any(r.author == AUTHOR for r in b.remarks)) - words(before)
    for was, now in files:
        surplus -= (now - was) + (was - words(before))
    if surplus.total() > DOUBLED:
        yield f"words doubled: {dict(surplus)}"
    if len({block.id for block in after}) < len(after):
        yield "an id stands twice"


def typed(files: Sequence[bytes]) -> Counter[str]:
    """The editors' own words."""
    blocks = [block for data in files for block in read(data) if block.text.strip()]
    said = Counter(word for b in blocks for c in b.comments for word in WORD.findall(c.text))
    return Counter(word for word in (words(blocks) + said).elements() if TYPED.fullmatch(word))


def unsaid(wanted: Counter[str], blocks: Sequence[Block]) -> list[str]:
    """Which words neither stand there nor are told in a comment."""
    return [word for word in wanted - words(blocks) if word not in told(blocks)]


def told(blocks: Sequence[Block]) -> str:
    """All that hangs on blocks."""
    return " ".join(remark.text for block in blocks for remark in block.remarks)
