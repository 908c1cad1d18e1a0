"""Why a recording is refused and what a listener should know of one that was not, in the words staff read.

One table of failures, one function per notice: the code that finds a problem names it here and nowhere else.
A failure marked *unstable* may pass by itself (a copy that is still running), all others are final for the
same bytes.
"""

from pipeline.errors import InputError, MediaError, MediaUnstableError
from pipeline.model import Notice

COPY_AGAIN = "원본에서 다시 복사해 넣어 주십시오."
EXPORT = "녹음한 기기나 프로그램에서 MP3, M4A 또는 WAV로 다시 내보내 넣어 주십시오."

FAILURES: dict[str, tuple[type[InputError], str, str]] = {
    "missing": (MediaUnstableError, "녹음 파일이 없습니다.", "파일을 옮기거나 지웠다면 다시 넣어 주십시오."),
    "unreadable": (
        MediaUnstableError,
        "녹음 파일을 읽을 수 없습니다({detail}).",
        "파일의 읽기 권한과 저장 장치를 확인해 주십시오. 다음 실행 때 다시 시도합니다.",
    ),
    "changed": (
        MediaUnstableError,
        "읽는 동안 녹음 파일이 바뀌었습니다.",
        "복사가 끝난 뒤 다시 실행해 주십시오. 파일은 그대로 두시면 됩니다.",
    ),
    "not_a_file": (MediaError, "녹음 파일이 아니라 폴더이거나 장치입니다.", "녹음 파일만 넣어 주십시오."),
    "empty": (MediaError, "녹음 파일이 비어 있습니다.", COPY_AGAIN),
    "not_media": (
        MediaError,
        "녹음 파일이 아닙니다{detail}.",
        "녹음이나 동영상 파일인지 확인하고, 압축되어 있다면 풀어서 넣어 주십시오.",
    ),
    "damaged": (
        MediaError,
        "파일이 손상되어 소리를 전혀 읽을 수 없습니다.",
        COPY_AGAIN + " 그래도 안 되면 녹음한 기기의 복구 기능을 써 보십시오.",
    ),
    "no_audio": (
        MediaError,
        "파일에 소리가 없습니다. 영상이나 그림만 들어 있습니다.",
        "소리가 함께 녹화된 파일인지 확인해 주십시오.",
    ),
    "encrypted": (
        MediaError,
        "암호로 보호된(DRM) 파일이라 읽을 수 없습니다.",
        "보호되지 않은 원본 녹음을 넣어 주십시오.",
    ),
    "unsupported": (MediaError, "지원하지 않는 소리 형식입니다{detail}.", EXPORT),
    "too_long": (
        MediaError,
        "녹음 길이가 한도({limit})를 넘습니다{detail}.",
        "파일이 손상되었는지 확인하고, 실제로 긴 녹음이면 나누어 넣거나 설정 media.max_hours를 늘리십시오.",
    ),
    "too_many_channels": (
        MediaError,
        "소리 채널이 {detail}로 적혀 있어 손상된 파일로 보입니다(한도 {limit}개).",
        EXPORT,
    ),
}

_OTHER_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "압축 파일이나 문서(HWPX, DOCX 등)입니다"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "한글(HWP)이나 오피스 문서입니다"),
    (b"%PDF", "PDF 문서입니다"),
    (b"\x89PNG", "그림 파일입니다"),
    (b"\xff\xd8\xff", "그림 파일입니다"),
    (b"GIF8", "그림 파일입니다"),
    (b"7z\xbc\xaf\x27\x1c", "압축 파일입니다"),
    (b"Rar!", "압축 파일입니다"),
    (b"\x1f\x8b", "압축 파일입니다"),
    (b"#EXTM3U", "재생 목록입니다"),
    (b"ffconcat", "재생 목록입니다"),
)


def failure(code: str, detail: str = "", limit: str = "") -> InputError:
    """Make the error that ``code`` stands for; ``detail`` and ``limit`` fill its message."""
    kind, message, hint = FAILURES[code]
    return kind(message.format(detail=detail, limit=limit), hint, code)


def other_kind(head: bytes) -> str:
    """Say in Korean what a file is that surely is no recording; empty where its first bytes don't tell."""
    if head[257:262] == b"ustar":
        return "압축 파일입니다"
    return next((name for magic, name in _OTHER_KINDS if head.startswith(magic)), "")


def not_media(kind: str = "") -> InputError:
    """Refuse a file that is no recording; ``kind`` says what it is."""
    return failure("not_media", f": {kind}" if kind else "")


def unreadable(error: OSError) -> InputError:
    """Say why the system would not let us read a file."""
    if isinstance(error, FileNotFoundError):
        return failure("missing")
    return failure("unreadable", error.strerror or type(error).__name__)


def spoken_time(ms: int) -> str:
    """Write a time as people say it: ``1시간 2분 3초``."""
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{hours}시간" if hours else "", f"{minutes}분" if hours or minutes else "", f"{seconds}초"]
    return " ".join(filter(None, parts))


def truncated(at_ms: int) -> Notice:
    """The file ends before its recording does."""
    return Notice(
        "truncated",
        f"녹음이 {spoken_time(at_ms)}에서 끊겨 그 앞까지만 읽었습니다. {COPY_AGAIN}",
        at_ms,
    )


def corrupt(count: int, at_ms: int) -> Notice:
    """Packets inside the recording could not be decoded."""
    return Notice(
        "corrupt",
        f"녹음의 {count}곳이 손상되어 건너뛰었습니다(처음: {spoken_time(at_ms)}). "
        "그 부분을 들어 보고 확인해 주십시오.",
        at_ms,
    )


def gap(total_ms: int, at_ms: int) -> Notice:
    """The recording's own clock jumps forward; silence stands in so that times stay true."""
    return Notice(
        "gap",
        f"녹음 안에 소리가 비어 있는 곳이 모두 {spoken_time(total_ms)} 있어 무음으로 두었습니다"
        f"(처음: {spoken_time(at_ms)}).",
        at_ms,
    )


def timestamps(at_ms: int) -> Notice:
    """The recording's own clock runs backwards or cannot be believed; sound is kept, times may be off."""
    return Notice(
        "timestamps",
        f"{spoken_time(at_ms)} 뒤로 파일의 시각 정보가 어긋나, 표시한 시각이 재생기와 다를 수 있습니다.",
        at_ms,
    )


def tracks(count: int, chosen: int) -> Notice:
    """More than one sound track; one was read."""
    return Notice("tracks", f"소리 트랙이 {count}개 있어 그 가운데 {chosen}번째 트랙만 읽었습니다.")


def cancelled(channel: int) -> Notice:
    """Channels that silence each other when mixed."""
    return Notice(
        "cancelled",
        f"채널끼리 소리가 서로 지워지는 녹음이라 {channel + 1}번째 채널만 썼습니다(한쪽의 위상이 뒤집힘).",
    )


def raised(level_dbfs: float, gain_db: float) -> Notice:
    """A recording that was far too quiet."""
    return Notice(
        "quiet",
        f"소리가 아주 작아({level_dbfs:.0f} dBFS) {gain_db:.0f} dB 키웠습니다. "
        "다음에는 녹음기를 더 가까이 두십시오.",
    )


def silent() -> Notice:
    """Nothing but digital silence."""
    return Notice("silent", "처음부터 끝까지 소리가 없는 녹음입니다. 마이크가 꺼져 있었는지 확인해 주십시오.")


def clipped(total_ms: int) -> Notice:
    """Samples at full scale."""
    return Notice(
        "clipped",
        f"소리가 너무 커서 찌그러진 곳이 모두 {total_ms / 1000:.1f}초 있습니다. "
        "그 부분은 잘못 적힐 수 있습니다.",
    )
