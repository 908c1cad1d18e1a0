"""What keeps the watch from working for a while: no drop folder, too little room on the disk."""

import contextlib
import shutil
from pathlib import Path

from pipeline.errors import InputError, StageError
from pipeline.intake.sessions import FOLDERS, Discovery, discover

MID_RUN = 0.5
"""Share of the room wanted at the start below which a run that goes on is stopped: not to stop and go."""


def require_room(folder: Path, gigabytes: float) -> None:
    """See that the disk has room, in GB of 10^9 bytes.

    Raises:
        StageError: it has less.
    """
    if shutil.disk_usage(folder).free < gigabytes * 1e9:
        raise StageError(
            f"디스크에 남은 공간이 {gigabytes:g} GB보다 적어 처리를 멈추었습니다.",
            "필요 없는 파일을 지우거나 운영자에게 알려 주십시오. 공간이 생기면 이어서 처리합니다.",
            "disk_full",
        )


def look_through(audio: Path, seen_on: frozenset[int] = frozenset()) -> Discovery:
    """Look through the drop folder; an empty mount point, or a share that breaks off, is none.

    Args:
        audio: the drop folder.
        seen_on: the devices on which recordings were seen before. Empty folders on others are what lies
            beneath a share that is not connected.
    """
    with contextlib.suppress(OSError):
        if any((audio / name).is_dir() for name in FOLDERS):
            found = discover(audio)
            if found.candidates or not seen_on or seen_on == devices(audio):
                return found
    raise InputError(
        f"녹음 폴더({audio})가 보이지 않습니다.",
        "네트워크 드라이브나 저장 장치의 연결을 확인해 주십시오. 다시 보이면 이어서 처리합니다.",
        "no_folder",
    )


def devices(audio: Path) -> frozenset[int]:
    """Number the file systems that recordings are dropped on."""
    folders = [audio / name for name in FOLDERS]
    return frozenset(folder.stat().st_dev for folder in folders if folder.is_dir())
