"""Keeps what somebody said who was forgotten from coming back with a file that was open at the time.

Of every run of four eojeol that they said, one bit of a table is set, by a keyed hash; one bit of nine is set
in the end. A sentence all of whose runs fall on set bits is theirs; of runs taken at random a ninth does. So
the table knows a sentence again that is shown to it, and cannot be read: of all words that might follow
three known ones it lets every ninth pass, and so says three bits of a word of which a text leaves more open.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from math import comb
from pathlib import Path

from pipeline.batch import store
from pipeline.drafts.comments import COMMENT, Comment
from pipeline.drafts.formats import carried
from pipeline.drafts.quotes import sentences
from pipeline.drafts.reading import ReadBlock
from pipeline.drafts.returning import AUTHOR
from pipeline.errors import ConflictError
from pipeline.files import write_atomic
from pipeline.workspace import Workspace

FILE_NAME = "sieve.json"

SPARSE = 8
"""Bits of the table for every run."""

SENTENCE, WHOLE = 0.5, 0.9
"""Share of a sentence's runs, and of those of a whole paragraph, that must be known."""

BY_CHANCE = 1e-3
"""A text is somebody's where so many runs fall on set bits only this seldom by chance."""

WITHHELD = (
    "여기에는 동의 철회로 삭제한 발언이 있어 싣지 않았습니다. 직접 쓰신 글이 빠졌으면 다시 넣어 주십시오."
)


@dataclass(frozen=True, slots=True)
class Table:
    """Bits for what was said by somebody who was forgotten."""

    key: str
    bits: bytes

    @classmethod
    def of(cls, runs: Collection[str]) -> "Table":
        """Of runs, as :func:`pipeline.batch.forgetting.hushing.shingles` gives them."""
        table = cls(secrets.token_hex(16), bytes(len(runs) * SPARSE // 8 + 1))
        bits = bytearray(table.bits)
        for place in map(table.place, runs):
            bits[place // 8] |= 1 << place % 8
        return replace(table, bits=bytes(bits))

    def place(self, run: str) -> int:
        """The bit of a run."""
        digest = hmac.new(bytes.fromhex(self.key), run.encode(), hashlib.sha256).digest()
        return int.from_bytes(digest[:8]) % (8 * len(self.bits))

    def knows(self, runs: Collection[str], least: float) -> bool:
        """Whether the ``least`` share of the runs is known, and it is no chance."""
        places = list(map(self.place, runs))
        hits = sum(self.bits[place // 8] >> place % 8 & 1 for place in places)
        share = sum(byte.bit_count() for byte in self.bits) / (8 * len(self.bits))
        tail = range(hits, len(places) + 1)
        chance = sum(comb(len(places), n) * share**n * (1 - share) ** (len(places) - n) for n in tail)
        return hits >= least * len(places) and chance < BY_CHANCE


def load(workspace: Workspace) -> tuple[Table, ...]:
    """The tables of all who were forgotten.

    Raises:
        ConflictError: they cannot be understood; without them forgotten words might come back.
    """
    try:
        found = json.loads(_path(workspace).read_bytes())
        return tuple(Table(each["key"], base64.b64decode(each["bits"])) for each in found)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError) as failure:
        raise ConflictError(
            f"삭제한 발언을 알아보는 표({_path(workspace)})를 읽을 수 없습니다.",
            "백업에서 되돌려 주십시오. 이 표가 없으면 옛 초안 파일에서 삭제한 발언이 돌아올 수 있습니다.",
            "sieve",
        ) from failure


def remember(workspace: Workspace, runs: Collection[str]) -> None:
    """Add a table, unless there is one that knows all of it; the caller holds the workspace."""
    known = load(workspace)
    if runs and not any(table.knows(runs, 1.0) for table in known):
        body = [
            {"key": table.key, "bits": base64.b64encode(table.bits).decode()}
            for table in (*known, Table.of(runs))
        ]
        write_atomic(_path(workspace), store.canonical(body), mode=0o600)


def sift(
    workspace: Workspace, blocks: Sequence[ReadBlock], known: Iterable[str]
) -> tuple[tuple[ReadBlock, ...], int]:
    """A file without the sentences of whoever was forgotten, and how many were left out.

    Args:
        workspace: where they were forgotten.
        blocks: what the file holds. Where something is left out, a comment tells it.
        known: texts of drafts of today: what stands there is somebody else's.
    """
    tables = load(workspace)
    if not tables:
        return tuple(blocks), 0
    from pipeline.batch.forgetting.hushing import shingles

    others = {run for text in known for run in shingles(text)}
    made: list[ReadBlock] = []
    count = 0
    waiting = False
    for block in blocks:
        left = [_left(text, tables, others) for text in block.cells or (block.text,)]
        gone = sum(number for _, number in left)
        count += gone
        texts = [text for text, _ in left]
        if gone and not any(texts):
            if made:
                made[-1] = _told(made[-1])
            waiting = not made
            continue
        kept = _with(block, texts) if gone else block
        made.append(_told(kept) if gone or waiting else kept)
        waiting = False
    return tuple(made), count


def _with(block: ReadBlock, texts: Sequence[str]) -> ReadBlock:
    """The block with what is left of its text, or of each of its cells."""
    text = "\t".join(texts)
    formats = carried(block.formats, block.text, text)
    return replace(block, text=text, cells=tuple(texts) if block.cells else (), formats=formats)


def _left(text: str, tables: Sequence[Table], others: set[str]) -> tuple[str, int]:
    """A text without forgotten sentences, and how many they were."""
    parts = [text[span.start : span.end] for span in sentences(text)]
    if _is_theirs(text, tables, others, WHOLE):
        return "", len(parts)
    kept = [part for part in parts if not _is_theirs(part, tables, others, SENTENCE)]
    return (text, 0) if len(kept) == len(parts) else (" ".join(kept), len(parts) - len(kept))


def _is_theirs(text: str, tables: Sequence[Table], others: set[str], least: float) -> bool:
    from pipeline.batch.forgetting.hushing import shingles

    runs = shingles(text)
    return not runs <= others and any(table.knows(runs - others, least) for table in tables)


def _told(block: ReadBlock) -> ReadBlock:
    told = Comment(AUTHOR, WITHHELD, "", COMMENT)
    return block if told in block.comments else replace(block, comments=(*block.comments, told))


def _path(workspace: Workspace) -> Path:
    return workspace.forgotten / FILE_NAME
