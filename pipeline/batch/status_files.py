"""Small Korean files beside the recordings that tell staff, where they dropped them, what became of them.

A status file is known as ours by its first line. A file of that name that somebody else wrote is never
touched, and a folder that cannot be written simply has no status files.
"""

import hashlib
import logging
import os
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.batch.rows import Failure
from pipeline.batch.tombstones import WITHHELD as WITHHELD_REASON
from pipeline.errors import PipelineError
from pipeline.files import TEMPORARY, write_atomic
from pipeline.intake.ignored import STATUS_SUFFIX, Reason

MARK = "백서 자동 처리 상태"
"""First line of every file of ours."""
NAME_LIMIT = 255
"""Bytes that file systems allow in a name; those that count in characters allow as many of them."""
BOM = "\ufeff"
"""By this the editors of Windows know UTF-8."""

_BEGUN = re.compile(rf"\.[0-9a-f]{{12}}{re.escape(TEMPORARY)}\d+")
"""Name of what :func:`write_atomic` has begun to write."""
HEAD = f"{BOM}{MARK}\r\n"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Status:
    """What is to be told of a recording: one headline, and what explains it."""

    headline: str
    lines: tuple[str, ...] = ()


ACCEPTED = Status("접수됨", ("복사가 끝났는지 확인하고 있습니다. 파일은 그대로 두시면 됩니다.",))
CHANGED = Status("접수됨", ("파일이 바뀌었습니다. 복사가 끝나면 새로 처리합니다.",))
QUEUED = Status("접수됨", ("차례를 기다리고 있습니다.",))
STOPPED = Status("멈춤", ("처리 프로그램이 멈추었습니다. 다시 켜지면 이어서 처리합니다.",))
WITHHELD = Status("처리하지 않음", (WITHHELD_REASON, "녹음 파일은 기관에서 지우면 됩니다."))
AGAIN = "잠시 뒤 저절로 다시 시도합니다."
FOR_STAFF = {
    "stage.disk_full": "디스크에 남은 공간이 부족합니다.",
    "stage.io": "이 컴퓨터가 파일을 읽거나 쓰지 못하게 합니다.",
    "stage.away": "처리하는 동안 작업 폴더의 연결이 끊어졌습니다.",
    "worker.died": "처리하던 프로그램이 갑자기 멈추었습니다.",
    "worker.time_limit": "정해진 시간 안에 처리하지 못했습니다.",
    "missing.model": "받아쓰기에 쓰는 모형이 이 컴퓨터에 없습니다.",
}
"""Failures whose own words are an operator's."""
_HANGUL = re.compile("[가-힣]")
REPLACED = "이전과 내용이 다른 파일이어서 새로 처리했습니다."


def working(percent: int) -> Status:
    """It is being worked on."""
    return Status(f"처리 중 {percent}%")


def done(folder: str, replaced: bool = False, drafts: tuple[str, ...] = ()) -> Status:
    """It is done; ``folder`` is where the results lie, ``replaced`` that there was an earlier version."""
    return Status("완료", (f"결과 위치: {folder}", *drafts, *([REPLACED] if replaced else [])))


def same_as(folder: str) -> Status:
    """The same bytes are there under another name, whose results lie in ``folder``."""
    return Status(
        "완료", ("이미 있는 녹음과 내용이 같은 파일이어서 따로 처리하지 않습니다.", f"결과 위치: {folder}")
    )


def failed(failures: Iterable[Failure]) -> Status:
    """It could not be done: why, and what to do; what only an operator can mend is put in staff's words."""
    lines: list[str] = []
    for failure in failures:
        message, hint = _in_korean(failure)
        lines += [f"이유: {message}", f"할 일: {hint}" if hint else "", "" if failure.permanent else AGAIN]
    return Status("실패", tuple(dict.fromkeys(filter(None, lines))))


def _in_korean(failure: Failure | PipelineError) -> tuple[str, str]:
    # An English message may name a file in Korean, which no hint does.
    if _HANGUL.search(failure.hint or failure.message):
        return failure.message, failure.hint
    message = FOR_STAFF.get(failure.code, "처리 프로그램에 문제가 생겼습니다.")
    return f"{message} ({failure.code})", "계속되면 운영자에게 알려 주십시오."


def ignored(reason: Reason) -> Status:
    """It is no recording, or lies where none is taken."""
    return Status("처리하지 않음", (f"이유: {reason.told}", f"할 일: {reason.remedy}"))


def paused(trouble: PipelineError) -> Status:
    """Nothing can be done for now."""
    return Status("기다리는 중", tuple(filter(None, _in_korean(trouble))))


def place(recording: Path) -> Path:
    """Name the status file of a recording: by its whole name, so that ``a.wav`` and ``a.mp3`` differ."""
    name = recording.name
    if len(os.fsencode(name + STATUS_SUFFIX)) > NAME_LIMIT:
        short = hashlib.sha256(os.fsencode(name)).hexdigest()[:8]
        room = NAME_LIMIT - len(f"~{short}{STATUS_SUFFIX}".encode())
        name = f"{os.fsencode(name)[:room].decode(errors='ignore')}~{short}"
    return recording.with_name(name + STATUS_SUFFIX)


def is_status_name(name: str) -> bool:
    """Whether a file is named like a status file, however the system spells Hangul."""
    return unicodedata.normalize("NFC", name).endswith(STATUS_SUFFIX)


def is_own_name(name: str) -> bool:
    """Whether a file's name is one that only we write: a status file, or one that is half written."""
    return is_status_name(name) or bool(_BEGUN.fullmatch(name))


class StatusFiles:
    """Writes status files; with ``enabled`` false it writes none.

    Args:
        enabled: whether any.
        tell: told, once, in which folder none can be written: its people wait for word in vain.
    """

    def __init__(self, enabled: bool, tell: Callable[[str], None] = log.warning) -> None:
        self._enabled = enabled
        self._tell = tell
        self._closed: dict[Path, str] = {}
        self._owed: dict[Path, Status] = {}

    def introduce(self, recording: Path) -> None:
        """Tell that a recording was seen, unless something is told of it already."""
        if not place(recording).exists():
            self.show(recording, ACCEPTED)

    def show(self, recording: Path, status: Status) -> None:
        """Tell how a recording stands; a file that tells just this already keeps its time.

        Beside a recording that is gone, perhaps with its share, nothing is written; see :meth:`catch_up`.
        """
        if not self._enabled:
            return
        self._owed[recording] = status
        if not recording.exists():
            return
        path = place(recording)
        body = "\r\n".join([f"녹음: {recording.name}", f"상태: {status.headline}", *status.lines, ""])
        try:
            old = _read(path)
            if old is None or (old and not old.endswith(body)):
                now = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")
                write_atomic(path, f"{HEAD}시각: {now}\r\n{body}".encode(errors="replace"))
        except OSError as failure:
            self._note_closed(path.parent, failure.strerror or type(failure).__name__)
            return
        del self._owed[recording]
        self._closed.pop(path.parent, None)

    def _note_closed(self, folder: Path, reason: str) -> None:
        if self._closed.get(folder) != reason:
            self._tell(f"no status files can be written into {folder}: {reason}")
        self._closed[folder] = reason

    def catch_up(self, recordings: Collection[Path]) -> None:
        """Tell what could not be told when it was time to: the share was gone, or the disk was full.

        Args:
            recordings: those that are there; nobody waits for word of others.
        """
        for recording, status in list(self._owed.items()):
            if recording in recordings:
                self.show(recording, status)
            else:
                del self._owed[recording]

    def sweep(self, audio: Path, recordings: Collection[Path] = ()) -> list[Path]:
        """Delete our files below ``audio`` that belong to none of ``recordings``; gives their paths."""
        keep = {place(recording) for recording in recordings} if self._enabled else set()
        swept = []
        for path in own_files(audio):
            if path not in keep:
                try:
                    path.unlink(missing_ok=True)
                    swept.append(path)
                except OSError as failure:
                    log.warning("%s stays: %s", path.name, failure.strerror)
        return swept


def own_files(audio: Path) -> Iterator[Path]:
    """Find our files, and what we had begun to write when we were killed."""
    for folder, _, names in os.walk(audio):
        for path in (Path(folder, name) for name in names if is_own_name(name)):
            try:
                text = path.read_bytes().decode("utf-8", errors="replace")
                if text.startswith(HEAD) or (HEAD.startswith(text) and not is_status_name(path.name)):
                    yield path
            except OSError:
                continue


def _read(path: Path) -> str | None:
    """Give the text of a status file of ours; empty for somebody else's file; None where there is none."""
    try:
        found = path.read_bytes()
    except FileNotFoundError:
        return None
    text = found.decode("utf-8", errors="replace")
    return text if text.startswith(HEAD) else ""
