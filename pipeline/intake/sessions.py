"""The files under ``audio/`` become sessions: which recordings belong together, and what is known of each.

Grouping looks at names and sidecars only, never at sound, so it is quick over thousands of files. A file that
is not taken is always named with the reason; nothing is skipped in silence.
"""

import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import PipelineError, SidecarError
from pipeline.intake import filenames, sidecar
from pipeline.intake.ignored import (
    BROKEN_NAME,
    CLOSED,
    LEADS_OUT,
    LINKED,
    ORPHAN,
    Ignored,
    by_name,
    is_broken,
    is_hidden,
    outside,
)
from pipeline.intake.sidecar import Sidecar
from pipeline.model import Kind

FOLDERS = {"interviews": Kind.INTERVIEW, "roundtable": Kind.ROUNDTABLE}
FOLDER_SIDECAR = "session.toml"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Files that make one session, before their bytes were looked at.

    ``key`` names the group, relative to ``audio/``, in NFC; ``paths`` are spelled as on disk, in speaking
    order; ``problem`` says why the session cannot be worked on although its files are there.
    """

    key: str
    kind: Kind
    paths: tuple[Path, ...]
    title: str
    date: str | None
    details: Sidecar = field(default_factory=Sidecar)
    problem: PipelineError | None = None


@dataclass(frozen=True, slots=True)
class Discovery:
    """What lies under ``audio/``; ordered by name."""

    candidates: tuple[Candidate, ...]
    ignored: tuple[Ignored, ...]


@dataclass(frozen=True, slots=True)
class _Group:
    """Recordings that belong together. ``name`` is the text that tells title and date."""

    key: str
    name: str
    paths: list[Path]
    details_file: Path | None


def discover(audio: Path) -> Discovery:
    """Look through the drop folder."""
    candidates: list[Candidate] = []
    ignored = list(outside(audio, frozenset(FOLDERS)))
    seen: Counter[str] = Counter()
    for name, kind in FOLDERS.items():
        folders, closed = _folders(audio / name)
        ignored += closed
        for folder in folders:
            groups, left = _group(audio, folder)
            ignored += left
            for group in groups:
                # Two names may differ on disk (NFC, NFD) and not to a reader: both are kept.
                key = unicodedata.normalize("NFC", (folder / group.key).relative_to(audio).as_posix())
                seen[key] += 1
                unique = key if seen[key] == 1 else f"{key}~{seen[key]}"
                candidates.append(_candidate(unique, kind, group, folder if folder != audio / name else None))
    return Discovery(tuple(candidates), tuple(ignored))


def _folders(top: Path) -> tuple[list[Path], list[Ignored]]:
    """Every folder from ``top`` down, and those below it that are not looked into."""
    if not top.is_dir():
        return [], []
    found, closed = [top], []
    for path in sorted((p for p in top.iterdir() if p.is_dir() and not is_hidden(p.name)), key=_order):
        if path.is_symlink() or is_broken(path.name):
            closed.append(Ignored(path, LINKED if path.is_symlink() else BROKEN_NAME))
            continue
        try:
            inner = _folders(path)
        except PermissionError:
            closed.append(Ignored(path, CLOSED))
        else:
            found += inner[0]
            closed += inner[1]
    return found, closed


def _files(folder: Path) -> list[Path]:
    return sorted((p for p in folder.iterdir() if not is_hidden(p.name) and not p.is_dir()), key=_order)


def _order(path: Path) -> tuple[object, str]:
    return filenames.natural_key(path.name), path.name


def _group(audio: Path, folder: Path) -> tuple[list[_Group], list[Ignored]]:
    """Sort one folder's files into groups of recordings and files that are none."""
    recordings, sidecars, ignored = [], {}, []
    for path in _files(folder):
        if path.suffix.casefold() == ".toml" and not is_broken(path.name):
            sidecars[_nfc(path.stem)] = path
        elif reason := by_name(path):
            ignored.append(Ignored(path, reason))
        elif path.is_symlink() and not path.resolve().is_relative_to(audio.resolve()):
            ignored.append(Ignored(path, LEADS_OUT))
        else:
            recordings.append(path)
    whole = sidecars.get(Path(FOLDER_SIDECAR).stem)
    if recordings and folder.parent != audio and (whole or _recorder_split(recordings)):
        groups = [_Group("", folder.name, recordings, whole)]
    else:
        groups = _group_by_name(recordings, sidecars)
    used = {group.details_file for group in groups}
    return groups, ignored + [Ignored(path, ORPHAN) for path in sidecars.values() if path not in used]


def _recorder_split(recordings: list[Path]) -> bool:
    """Whether a folder holds one talk that a recorder split: several files, none with a title of its own."""
    return len(recordings) > 1 and not any(filenames.parse(path.stem).title for path in recordings)


def _group_by_name(recordings: list[Path], sidecars: dict[str, Path]) -> list[_Group]:
    """Group by what a sidecar lists, by a shared name with part markers, or each recording alone."""
    listed = _listed_parts(sidecars)
    groups: dict[str, _Group] = {}
    for path in recordings:
        name = filenames.parse(path.stem)
        stem = listed.get(_nfc(path.name)) or (_nfc(path.stem) if name.part is None else name.base)
        together = stem in listed.values() or name.part is not None
        key = stem if together else path.name
        group = groups.setdefault(
            key, _Group(key, stem, [], sidecars.get(stem) or sidecars.get(_nfc(path.stem)))
        )
        group.paths.append(path)
    return list(groups.values())


def _listed_parts(sidecars: dict[str, Path]) -> dict[str, str]:
    """Which sidecar (its stem) claims which file by its ``parts``; an unreadable sidecar claims none."""
    claims = {}
    for stem, path in sidecars.items():
        try:
            claims.update({_nfc(name): stem for name in sidecar.load(path).parts})
        except SidecarError:
            continue  # reported when its own recording is looked at
    return claims


def _candidate(key: str, kind: Kind, group: _Group, enclosing: Path | None) -> Candidate:
    name = filenames.parse(group.name)
    around = filenames.parse(enclosing.name) if enclosing else filenames.NameParts("", "")
    details, paths, problem = _read_details(group)
    return Candidate(
        key=key.removesuffix("/."),
        kind=kind,
        paths=tuple(paths),
        title=details.title or name.title or around.title or name.base,
        date=details.date.isoformat() if details.date else name.date or around.date,
        details=details,
        problem=problem,
    )


def _read_details(group: _Group) -> tuple[Sidecar, list[Path], SidecarError | None]:
    if group.details_file is None:
        return Sidecar(), group.paths, None
    try:
        details = sidecar.load(group.details_file)
        return details, _in_order(group.paths, details.parts, group.details_file.name), None
    except SidecarError as failure:
        return Sidecar(), group.paths, failure


def _in_order(paths: list[Path], parts: tuple[str, ...], details_name: str) -> list[Path]:
    """Put parts in the order the sidecar gives; files it does not list follow by name."""
    by_name = {_nfc(path.name): path for path in paths}
    wanted = [_nfc(name) for name in parts]
    if missing := [name for name in wanted if name not in by_name]:
        raise SidecarError(
            f"안내 파일({details_name})의 parts에 적힌 녹음이 없습니다: {', '.join(missing)}",
            "빠진 파일을 같은 폴더에 넣거나 parts를 고쳐 주십시오.",
            "missing_part",
        )
    return [by_name[name] for name in wanted] + [path for path in paths if _nfc(path.name) not in wanted]


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
