"""What lies in the drop folder and is not taken: why, and what staff can do where something can be done."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple


class Reason(NamedTuple):
    """Why something is not taken, and what staff can do (Korean); empty where nothing need be done."""

    told: str
    remedy: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, self))


NOT_SOUND = Reason("녹음 파일이 아니어서 건너뜁니다.")
PACKED = Reason("압축 파일이어서 열지 않습니다.", "압축을 풀어 녹음 파일을 넣어 주십시오.")
SHORTCUT = Reason("바로 가기여서 건너뜁니다.", "녹음 파일을 직접 복사해 주십시오.")
LEADS_OUT = Reason("audio 폴더 밖을 가리키는 바로 가기여서 건너뜁니다.", SHORTCUT.remedy)
LINKED = Reason("다른 폴더를 가리키는 바로 가기여서 열지 않습니다.", "폴더를 직접 복사해 주십시오.")
CLOSED = Reason("열 수 없는 폴더여서 안에 있는 녹음을 보지 못합니다.", "폴더의 읽기 권한을 확인해 주십시오.")
BROKEN_NAME = Reason("이름의 한글이 깨져 있어 처리하지 못합니다.", "파일이나 폴더의 이름을 바꾸어 주십시오.")
MISPLACED = Reason(
    "정해진 폴더 밖에 있어 처리하지 않습니다.", "면담은 interviews, 좌담회는 roundtable 폴더로 옮겨 주십시오."
)
ORPHAN = Reason("함께 쓸 녹음이 없는 안내 파일입니다.", "이름이 녹음 파일과 같은지 확인해 주십시오.")

_TEXTS = {".txt", ".md", ".pdf", ".doc", ".docx", ".hwp", ".hwpx", ".xls", ".xlsx", ".csv", ".ppt", ".pptx"}
_PICTURES = {".jpg", ".jpeg", ".png", ".gif", ".heic"}
_OTHERS = {".json", ".srt", ".vtt", ".html"}
_PACKED = {".zip", ".7z", ".rar", ".alz", ".egg"}
_SHORTCUTS = {".url", ".lnk"}
SUFFIXES = {
    **dict.fromkeys(_TEXTS | _PICTURES | _OTHERS, NOT_SOUND),
    **dict.fromkeys(_PACKED, PACKED),
    **dict.fromkeys(_SHORTCUTS, SHORTCUT),
}
"""What people put beside recordings. Any other suffix is tried as sound."""

STATUS_SUFFIX = ".상태.txt"
"""Ends the names of the small files that tell staff, beside a recording, what became of it."""
HIDDEN_PREFIXES = (".", "~")
HIDDEN_SUFFIXES = (".part", ".partial", ".crdownload", ".download", ".tmp", STATUS_SUFFIX)
HIDDEN_NAMES = frozenset({"thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class Ignored:
    """A file or folder that is not taken."""

    path: Path
    reason: Reason


def is_hidden(name: str) -> bool:
    """Whether a name is one of other programs' droppings, or of ours: not even told."""
    lowered = unicodedata.normalize("NFC", name).casefold()
    return lowered.startswith(HIDDEN_PREFIXES) or lowered.endswith(HIDDEN_SUFFIXES) or lowered in HIDDEN_NAMES


def by_name(path: Path) -> Reason | None:
    """Why a file or folder is not taken, as its name tells; None where it may be."""
    return BROKEN_NAME if is_broken(path.name) else SUFFIXES.get(path.suffix.casefold())


def is_broken(name: str) -> bool:
    """Whether a name cannot be written down: bytes of an old Korean encoding, as old archives leave them."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return True
    return False


def outside(audio: Path, folders: frozenset[str]) -> Iterator[Ignored]:
    """Find what was dropped beside the folders that are looked through, where nothing is taken."""
    # Not by name: where case does not matter (Windows), Interviews is looked through.
    within = [audio / name for name in folders if (audio / name).is_dir()]
    for path in sorted(audio.iterdir()) if audio.is_dir() else []:
        if not is_hidden(path.name) and not (path.is_dir() and any(map(path.samefile, within))):
            yield from _misplaced(path)


def _misplaced(path: Path) -> Iterator[Ignored]:
    if not path.is_dir():
        yield Ignored(path, by_name(path) or MISPLACED)
    elif path.is_symlink():
        yield Ignored(path, MISPLACED)
    else:
        try:
            inner = sorted(path.iterdir())
        except PermissionError:
            yield Ignored(path, CLOSED)
            return
        for each in inner:
            if not is_hidden(each.name):
                yield from _misplaced(each)
