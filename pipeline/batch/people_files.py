"""Changes what operators wrote about people: the people file, the glossary, sidecars beside recordings.

Comments, order and layout stay as they are; a file is replaced all at once.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from pipeline.drafts.disclosure import WITHHELD
from pipeline.errors import SidecarError
from pipeline.files import overwriting, write_atomic
from pipeline.intake import filenames
from pipeline.intake.sessions import FOLDER_SIDECAR, FOLDERS
from pipeline.model import Consent, Session
from pipeline.workspace import Workspace

LISTS = {"people.toml": "person", "glossary.toml": "term"}
"""The list of each file of the configuration in which somebody may be named."""
PARTICIPANT = "participant"


def set_consent(path: Path, people: str, name: str, consent: Consent) -> None:
    """Write what a person allows into a TOML file; whoever is missing there is added.

    Args:
        path: made where it is missing.
        people: name of the list of people in it.
        name: who.
        consent: what they allow.
    """
    import tomlkit

    document = _load(path)
    listed = document.setdefault(people, tomlkit.aot())
    entry = next((each for each in listed if _nfc(str(each.get("name"))) == name), None)
    if entry is None:
        entry = tomlkit.table()
        entry["name"] = name
        listed.append(entry)
        entry = listed[-1]
    entry["consent"] = consent.value
    _save(path, document)


def naming(workspace: Workspace, name: str) -> list[Path]:
    """The sidecars that list a person."""
    return [
        path
        for path, people in _files(workspace)
        if people == PARTICIPANT
        and any(_nfc(str(each.get("name"))) == name for each in _load(path).get(people, []))
    ]


def sidecar_of(session: Session, workspace: Workspace) -> Path:
    """Where the sidecar of a session lies, or would: of a folder, of the parts of a talk, or of one file."""
    first = workspace.root / session.recordings[0].path
    base = filenames.parse(first.stem).base
    whole = first.parent / FOLDER_SIDECAR
    places = [first.with_suffix(".toml"), *first.parent.glob("*.toml")]
    same = [each for each in places if _nfc(each.stem) in {base, _nfc(first.stem)} and each.exists()]
    if whole.exists() and first.parent.parent != workspace.audio:
        return whole
    alone = len(session.recordings) == 1
    return same[0] if same else first.with_suffix(".toml") if alone else first.parent / f"{base}.toml"


def forget(workspace: Workspace, name: str) -> None:
    """Take a person out of every such file: their entry, and their name where a title or place holds it."""
    for path, people in _files(workspace):
        if name in _nfc(path.read_text(encoding="utf-8-sig")):
            document = _load(path)
            gone = _without(document, people, name)
            if gone and people == PARTICIPANT and "speakers" in document:
                document["speakers"] = max(1, document["speakers"] - gone)
            for key, value in document.items():
                if isinstance(value, str) and name in _nfc(value):
                    document[key] = _nfc(value).replace(name, WITHHELD)
            _save(path, document, name)


def _without(document: Any, people: str, name: str) -> int:
    """Delete the entries of a person, and give how many there were."""
    listed = document.get(people, [])
    own = [number for number, each in enumerate(listed) if _nfc(str(each.get("name"))) == name]
    for number in reversed(own):
        del listed[number]
    if own and not listed:
        del document[people]
    return len(own)


def _files(workspace: Workspace) -> Iterator[tuple[Path, str]]:
    for name, people in LISTS.items():
        if (workspace.config / name).exists():
            yield workspace.config / name, people
    for folder in FOLDERS:
        for path in sorted((workspace.audio / folder).rglob("*.toml")):
            yield path, PARTICIPANT


def _load(path: Path) -> Any:
    import tomlkit

    if not path.exists():
        return tomlkit.document()
    try:
        return tomlkit.parse(path.read_text(encoding="utf-8-sig"))
    except (ValueError, OSError) as failure:  # tomlkit's own errors are ValueErrors
        raise SidecarError(
            f"안내 파일({path.name})을 읽을 수 없습니다.", "파일을 고친 뒤 다시 실행해 주십시오.", "invalid"
        ) from failure


def _save(path: Path, document: Any, name: str | None = None) -> None:
    import tomlkit

    text = tomlkit.dumps(document)
    if name:  # a remark about somebody is about nobody else
        kept = [
            line
            for line in text.splitlines(keepends=True)
            if not (line.lstrip().startswith("#") and name in _nfc(line))
        ]
        text = "".join(kept)
    with overwriting(path) if name else nullcontext():
        write_atomic(path, text.encode())


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
