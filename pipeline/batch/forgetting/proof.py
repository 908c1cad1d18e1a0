"""What is left to show that somebody was forgotten: when and what, without a name, a word or a plain digest.

Digests are keyed hashes. The key is told once and kept nowhere: with it, and with the file or the name in
hand, anybody can see that the proof is about them; without it, the proof tells nothing.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from pipeline import __version__
from pipeline.batch import store
from pipeline.batch.forgetting import hushing, traces
from pipeline.batch.publish import laid_before
from pipeline.files import write_atomic
from pipeline.workspace import Workspace

SUMMARY = """\
삭제 확인서

확인 번호: {id}
처리 일시: {when}
처리 내용: {what}
삭제하거나 고친 파일: {files}개
지운 녹음 세션: {sessions}개
남은 원본 녹음과 안내 파일: {sources}개
남은 편집본: {edited}개
그 밖에 남은 곳: {others}개
사람이 살펴볼 그림: {pictures}개

이 확인서에는 이름이나 발언이 없습니다. 확인 열쇠가 있으면 같은 번호의 .json 파일로 대조할 수 있습니다.
"""


@dataclass(frozen=True, slots=True)
class Remains:
    """Where a search still finds something: people's own files, whatever else; and where none can look."""

    sources: tuple[Path, ...]
    edited: tuple[Path, ...]
    others: tuple[Path, ...]
    pictures: tuple[Path, ...] = ()
    """Of editors, in chapters in which the person spoke or was spoken of."""


class Proof(BaseModel):
    """A proof. ``key`` is hexadecimal, and never saved with the rest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    key: str
    when: str
    kind: str
    subject: str
    recordings: tuple[str, ...]
    files: tuple[str, ...] = ()

    @classmethod
    def begun(cls, target: str, is_person: bool, digests: Iterable[str], files: Iterable[str]) -> "Proof":
        """Begin one: who or what is forgotten, the recordings that go with it, digests of files that go."""
        key = secrets.token_hex(16)
        now = datetime.now().astimezone()
        return cls(
            id=f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}",
            key=key,
            when=now.isoformat(timespec="seconds"),
            kind="person" if is_person else "session",
            subject=keyed(key, target),
            recordings=tuple(keyed(key, digest) for digest in digests),
        ).with_files(files)

    def with_files(self, digests: Iterable[str]) -> "Proof":
        """With more files, by the digests of what was in them."""
        found = {*self.files, *(keyed(self.key, digest) for digest in digests)}
        return self.model_copy(update={"files": tuple(sorted(found))})

    def save(self, workspace: Workspace, remains: Remains, sessions: int) -> tuple[Path, Path]:
        """Write it for scripts and for people; gives both paths."""
        left = {
            "sources": len(remains.sources),
            "edited": len(remains.edited),
            "others": len(remains.others),
            "pictures": len(remains.pictures),
        }
        body = {**self.model_dump(mode="json", exclude={"key"}), "version": __version__, "remains": left}
        what = "동의를 철회한 사람의 삭제" if self.kind == "person" else "녹음 한 건의 삭제"
        told = SUMMARY.format(
            id=self.id, when=self.when, what=what, files=len(self.files), sessions=sessions, **left
        )
        paths = workspace.forgotten / f"{self.id}.json", workspace.forgotten / f"{self.id}.txt"
        write_atomic(paths[0], store.canonical(body))
        write_atomic(paths[1], ("\ufeff" + told).replace("\n", "\r\n").encode())
        return paths


def keyed(key: str, text: str) -> str:
    """HMAC-SHA256 of a name or a digest, in hexadecimal."""
    return hmac.new(bytes.fromhex(key), text.encode(), hashlib.sha256).hexdigest()


def look_for_remains(workspace: Workspace, words: Iterable[str], phrases: Iterable[str]) -> Remains:
    """Search the whole workspace for words, and people's own files for what was said.

    Args:
        workspace: where to look.
        words: names, sessions, digests.
        phrases: hashes as :func:`pipeline.batch.forgetting.hushing.shingles` makes them.
    """
    found = {trace.path for trace in traces.search(workspace, words)}
    found |= {path for path in _edited(workspace) if traces.quotes(path, hushing.shingles, set(phrases))}
    found -= {workspace.forgetting}
    sources = {path for path in found if path.is_relative_to(workspace.audio)}
    edited = {path for path in found - sources if path in _edited(workspace)}
    # A folder that is found only by its name is told of by what lies in it.
    folders = {parent for path in found for parent in path.parents}
    others = found - sources - edited - folders
    return Remains(tuple(sorted(sources)), tuple(sorted(edited)), tuple(sorted(others)))


def _edited(workspace: Workspace) -> list[Path]:
    """Files that a person has changed, or put by as they were."""
    kept = [path for path in (workspace.drafts / "edited").rglob("*") if path.is_file()]
    for folder in workspace.transcripts.glob("*"):
        laid = laid_before(folder)
        kept += [path for path in folder.glob("transcript.*") if store.digest(path.read_bytes()) not in laid]
    return kept
