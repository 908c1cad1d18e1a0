"""Messages to people who are not at the keyboard: when a run of the watch has ended, or when it has to wait.

They leave the machine, and so they say how many and never what: no word of a transcript, and names of files
only where the operator asks for them. Whatever goes wrong in sending is logged and hinders no work. An
address holds passwords and tokens: it stands in no log and no message.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial

from pydantic import SecretStr

from pipeline.batch.recompose import Drafts
from pipeline.batch.watch_run import Taken
from pipeline.config import NotifySettings
from pipeline.errors import ConfigError, MissingError
from pipeline.model import Kind

TITLE = "백서 자동 처리"
SEND_S = 20.0
"""So long the watch waits for its messages to go out; slower ones go on beside it."""
KINDS = {Kind.INTERVIEW: "면담", Kind.ROUNDTABLE: "좌담회"}
ASK = "운영자에게 알려 주십시오."
TROUBLES = {
    "input.no_folder": "녹음 폴더가 보이지 않습니다. 네트워크 드라이브나 저장 장치의 연결을 확인해 주십시오.",
    "stage.disk_full": "디스크에 남은 공간이 부족합니다. 필요 없는 파일을 지워 주십시오.",
    "conflict.forgetting": f"삭제하던 작업이 중간에 멈추어 있습니다. {ASK}",
    "conflict.locked": "",
}
"""What keeps the watch waiting, by code; empty where it passes by itself and is worth no message."""

Send = Callable[[str], object]
"""Sends a text; false where it could not."""

log = logging.getLogger(__name__)


class Notifier:
    """Decides what is worth a message, and words it; without arguments it stays silent.

    Args:
        send: sends a text, and raises nothing.
        on: of what to tell: ``done``, ``failed``, ``waiting``.
        file_names: whether to name recordings.
    """

    def __init__(
        self, send: Send = lambda _: None, on: Collection[str] = (), file_names: bool = False
    ) -> None:
        self._send = send
        self._on = on
        self._file_names = file_names
        self._failed: dict[str, frozenset[str]] = {}
        self._drafts = ""

    def run_ended(self, taken: Sequence[Taken], drafts: Drafts) -> None:
        """Tell what came of a run. A failure that only came again is no news."""
        done = [each for each in taken if each.report and each.report.outcome == "done"]
        self._tell(
            {
                "done": self._counts("완료", done),
                "failed": self._counts("실패", self._newly_failed(taken)),
                "waiting": [*self._held_up(drafts), *_nameless(done, drafts)],
            }
        )

    def waits(self, code: str) -> None:
        """Tell that the watch has to wait; ``code`` names the reason."""
        trouble = TROUBLES.get(code, f"문제가 생겨 처리하지 못하고 있습니다. {ASK} ({code})")
        self._tell({"waiting": [f"기다리는 중: {trouble}"] if trouble else []})

    def _tell(self, lines: dict[str, list[str]]) -> None:
        text = "\n".join(line for kind, told in lines.items() if kind in self._on for line in told)
        if text:
            self._send(text)

    def _newly_failed(self, taken: Iterable[Taken]) -> list[Taken]:
        news = []
        for each in taken:
            failures = each.report.failures.values() if each.report else ()
            codes = frozenset(failure.code for failure in failures)
            if codes - self._failed.get(each.candidate.key, frozenset()):
                news.append(each)
            self._failed[each.candidate.key] = codes
        return news

    def _counts(self, what: str, taken: list[Taken]) -> list[str]:
        if not taken:
            return []
        counts = Counter(KINDS[each.candidate.kind] for each in taken)
        line = f"{what}: {', '.join(f'{kind} {count}건' for kind, count in sorted(counts.items()))}"
        named = [path.name for each in taken for path in each.candidate.paths] if self._file_names else []
        return [line, *(f"- {name}" for name in named)]

    def _held_up(self, drafts: Drafts) -> list[str]:
        news = drafts.waiting if drafts.waiting != self._drafts else ""
        self._drafts = drafts.waiting
        return [f"기다리는 중: 초안. {news}"] if news else []


def _nameless(done: list[Taken], drafts: Drafts) -> list[str]:
    names = [each.report.session for each in done if each.report]
    voices = sum(drafts.unnamed[name].voices for name in names if name in drafts.unnamed)
    return [f"할 일: 목소리 {voices}개가 누구인지 정해야 합니다 (baekseo speakers)."] if voices else []


def open_notifier(settings: NotifySettings) -> Notifier:
    """Make ready to send to the configured addresses, if there are any.

    Raises:
        MissingError: Apprise is not installed.
        ConfigError: an address that Apprise does not understand; it is told by its number only.
    """
    if not settings.urls:
        return Notifier()
    channels = _channels(settings.urls)
    return Notifier(lambda text: _send(channels, text), settings.on, settings.file_names)


def _channels(urls: Sequence[SecretStr]) -> list[Send]:
    try:
        import apprise
    except ImportError as failure:
        raise MissingError(
            "notify.urls is set, and the library that sends messages is not installed.",
            "Install it with: pip install 'baekseo[notify]' (or empty notify.urls).",
            "notify",
        ) from failure
    for name in ("apprise", "requests", "urllib3"):  # they log addresses
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    asset = apprise.AppriseAsset(app_id="baekseo", app_desc=TITLE, app_url="", async_mode=False)
    channels: list[Send] = []
    for number, url in enumerate(urls, 1):
        channel = apprise.Apprise(asset=asset)
        if not channel.add(url.get_secret_value()):
            raise ConfigError(
                f"config/pipeline.toml: notify.urls: address {number} is none that Apprise understands.",
                "Correct it: https://appriseit.com/services lists how addresses are written.",
                "notify",
            )
        channels.append(partial(channel.notify, title=TITLE))
    return channels


def _send(channels: Sequence[Send], text: str) -> None:
    """Send in a thread of its own, which a polite stop need not wait for."""
    thread = threading.Thread(target=_deliver, args=(channels, text), daemon=True)
    thread.start()
    thread.join(SEND_S)


def _deliver(channels: Sequence[Send], text: str) -> None:
    for number, channel in enumerate(channels, 1):
        try:
            why = "" if channel(text) else "refused or out of reach"
        except Exception as failure:  # its text may hold the address
            why = type(failure).__name__
        if why:
            log.warning("a notification to address %d of %d did not go out: %s", number, len(channels), why)
