"""The chapters composed again when a run of the watch has ended, and what staff are told of them.

Edits are merged as ``baekseo draft`` does it. Beyond that nothing is taken out of a draft with nobody at a
keyboard: where a session of the last draft cannot be seen (a share that is away, a recording that is just
being replaced), or an editor has a draft open, the drafts wait.
"""

import logging
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.batch import draft_files, drafting
from pipeline.batch.inventory import take
from pipeline.batch.material import Material, gather
from pipeline.batch.opening import Opened
from pipeline.drafts.consents import consents
from pipeline.drafts.passages import SessionMaterial
from pipeline.errors import PipelineError
from pipeline.model import Consent

OPEN_S = 24 * 3600
"""An office program that crashed leaves its mark behind; an older one is not believed."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unnamed:
    """Voices of a session that nobody has put a name to."""

    voices: int
    withheld: bool
    """Whether what they say stays out, because one of them may be somebody who withdrew."""


@dataclass(frozen=True, slots=True)
class Drafts:
    """How the drafts stand. ``files`` is empty where the workspace defines no chapter."""

    files: tuple[str, ...] = ()
    unnamed: Mapping[str, Unnamed] = field(default_factory=dict)
    """By session."""
    waiting: str = ""
    """Why they could not be made anew, in Korean; empty where they are up to date."""
    lines: tuple[str, ...] = ()
    """What came of it, for the operator."""

    def told(self, session: str) -> tuple[str, ...]:
        """What staff are told of the drafts beside a recording of a session."""
        if self.waiting:
            return (f"초안: {self.waiting}",)
        if not self.files:
            return ()
        places = f"초안 위치: {', '.join(self.files)}"
        found = self.unnamed.get(session)
        if found is None:
            return (places,)
        effect = (
            f"참여를 철회한 사람이 있어, 누구인지 모르는 목소리 {found.voices}개의 말은 싣지 않았습니다."
            if found.withheld
            else f"목소리 {found.voices}개가 누구인지 아직 정하지 않았습니다."
        )
        return (places, f"할 일: {effect} 운영자가 정하면 초안도 새로 만듭니다: baekseo speakers {session}")


PENDING = Drafts(waiting="이번 처리가 끝나면 새로 만듭니다.")
"""While a run goes on."""


def recompose(opened: Opened) -> Drafts:
    """Bring the drafts of all chapters up to date; the caller holds the workspace. No failure leaves here."""
    try:
        numbers = [definition.number for definition in drafting.definitions(opened.workspace)]
        return _recompose(opened) if numbers else Drafts()
    except PipelineError as failure:
        return _waiting("만들지 못했습니다. 운영자에게 알려 주십시오.", f"{failure} [{failure.code}]")
    except OSError as failure:
        return _waiting("파일을 쓸 수 없습니다. 열어 둔 초안이 있으면 닫아 주십시오.", str(failure))
    except Exception as failure:
        # Its text may quote a transcript, and a bug in composing must not end the watch.
        log.error(
            "drafts: %s\n%s", type(failure).__name__, "".join(traceback.format_tb(failure.__traceback__))
        )
        return _waiting(
            "만들지 못했습니다. 운영자에게 알려 주십시오.", f"unexpected {type(failure).__name__}"
        )


def _recompose(opened: Opened) -> Drafts:
    workspace = opened.workspace
    material = gather(workspace, take(workspace, opened.ledger, None).sessions)
    there = {each.session.id for each in material.sessions}
    definitions = drafting.definitions(workspace)
    drafted = {name for each in definitions for name in draft_files.composed_of(workspace, each.number)}
    if missing := sorted(drafted - there):
        return _waiting(
            "전에 실린 녹음 가운데 보이지 않는 것이 있어 그대로 두었습니다. 운영자에게 알려 주십시오.",
            f"not to be seen: {', '.join(missing)}; baekseo draft --force composes without them",
        )
    if taken := opened_drafts(workspace.drafts):
        return _waiting(f"{', '.join(taken)} 파일을 닫으면 새로 만듭니다.", f"open: {', '.join(taken)}")
    done = [drafting.draft(workspace, opened.config, each, material) for each in definitions]
    files = tuple(path.relative_to(workspace.root).as_posix() for each in done for path in each.files)
    lines = tuple(
        f"chapter {each.number}: drafted ({each.reason}), {len(each.edits)} edits taken in"
        + (f", {each.withheld} sentences that were forgotten left out" if each.withheld else "")
        for each in done
        if each.reason
    )
    return Drafts(files, _unnamed(material), lines=lines)


def _waiting(korean: str, english: str) -> Drafts:
    log.warning("drafts wait: %s", english)
    return Drafts(waiting=korean, lines=(f"drafts wait: {english}",))


def _unnamed(material: Material) -> dict[str, Unnamed]:
    found = {each.session.id: _nameless(each) for each in material.sessions}
    return {name: unnamed for name, unnamed in found.items() if unnamed.voices}


def _nameless(material: SessionMaterial) -> Unnamed:
    allowed = consents(material.session, material.speakers)
    voices = {turn.turn.voice for turn in material.turns if turn.turn.voice} - material.speakers.keys()
    return Unnamed(len(voices), any(allowed.of(voice) is Consent.WITHDRAWN for voice in voices))


def opened_drafts(folder: Path, now: Callable[[], float] = time.time) -> list[str]:
    """Name the drafts that an office program says it has open, by the marks it lays beside them."""
    drafts = [path for path in folder.glob("chapter-*.*") if path.is_file()]
    return sorted(path.name for path in drafts if any(_fresh(mark, now()) for mark in _marks(path)))


def _marks(path: Path) -> tuple[Path, Path]:
    """LibreOffice writes ``.~lock.NAME#``; Word puts ``~$`` in place of a name's first two letters."""
    return path.with_name(f".~lock.{path.name}#"), path.with_name(f"~${path.name[2:]}")


def _fresh(mark: Path, now: float) -> bool:
    try:
        return now - mark.stat().st_mtime < OPEN_S
    except OSError:
        return False
