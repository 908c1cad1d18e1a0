"""Chapters on disk: composed from all sessions, laid down in every format, merged with what editors wrote.

Beside the drafts lies a record of the machine's own chapter, of what was laid down, and of every file that
was ours or was taken in. A file with other bytes is a person's: it is read, merged and kept under its date
before anything is laid in its place. The record is written first: after a crash nothing is taken in twice.
"""

import datetime
import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from pipeline.batch import store
from pipeline.batch.material import Material
from pipeline.batch.revisions import releases
from pipeline.batch.stage import changes
from pipeline.config import Configuration
from pipeline.drafts.carrying import comments_of
from pipeline.drafts.chapters import ChapterDefinition, load_chapters
from pipeline.drafts.merge import Change, merge
from pipeline.drafts.reading import ReadBlock
from pipeline.drafts.reconcile import Conflict
from pipeline.drafts.told import recording_names
from pipeline.errors import ConflictError, InputError
from pipeline.files import overwriting, write_atomic
from pipeline.model import (
    Chapter,
)
from pipeline.workspace import Workspace

VERSION = 2
"""Grows when the same sessions and definition would give another chapter."""


@dataclass(frozen=True, slots=True)
class Format:
    """How a chapter is written to a file, and read back from one."""

    write: Callable[[Chapter, Mapping[str, str]], bytes]
    read: Callable[[bytes], tuple[ReadBlock, ...]]


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a chapter's files."""

    machine: Chapter
    """The chapter as last composed, with nothing of a person in it."""
    shown: Chapter
    """The chapter as last laid down: the machine's and the editors'."""
    laid: dict[str, str]
    """Digest of each file by name."""
    taken: tuple[str, ...]
    """Digests of files that were ever ours, or were merged: nothing in them is new."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """What came of one chapter."""

    number: int
    title: str
    reason: str
    """Why it was made; empty where it was up to date."""
    files: tuple[Path, ...]
    kept: tuple[Path, ...] = ()
    """Edited files as they were, under new names."""
    left_out: tuple[str, ...] = ()
    """Sessions that no run has finished yet."""
    conflicts: tuple[Conflict, ...] = ()
    edits: tuple[Change, ...] = ()
    left_behind: Mapping[str, int] = field(default_factory=dict)
    """What edited files hold that the new ones cannot: how many of what, in Korean."""


def formats() -> dict[str, Format]:
    """Every format by the ending of its files."""
    from pipeline.drafts import docx_reader, docx_writer, hwpx_reader, hwpx_writer, markdown

    return {
        "hwpx": Format(hwpx_writer.write, hwpx_reader.read),
        "docx": Format(docx_writer.write, docx_reader.read),
        "md": Format(markdown.write, markdown.read),
    }


def definitions(workspace: Workspace) -> tuple[ChapterDefinition, ...]:
    """The chapters of the workspace's configuration."""
    return load_chapters(workspace.config / "chapters")


def draft(
    workspace: Workspace,
    config: Configuration,
    definition: ChapterDefinition,
    material: Material,
    force: bool = False,
) -> Drafted:
    """Bring a chapter's files up to date; the caller holds the workspace.

    Edited files are merged first. Nothing is written where nothing changed, unless ``force`` asks for it.

    Raises:
        ConflictError: a file was saved while it was being merged.
        InputError: an edited file cannot be read; it stays as it is.
    """
    ingredients = _ingredients(definition, config, material)
    head, record = _load(workspace, definition.number)
    edited = _edited(workspace, record)
    reason = _reason(workspace, head, record, ingredients, edited, force)
    if not reason:
        return _done(workspace, definition, "", record, material)
    machine = _compose(definition, config, material)
    return _settle(workspace, definition, material, record, ingredients, machine, edited, reason)


def take_in(
    workspace: Workspace, definition: ChapterDefinition, material: Material, file: Path, dry_run: bool = False
) -> Drafted:
    """Merge an edited file of a chapter from anywhere into its drafts; the caller holds the workspace.

    Raises:
        InputError: the chapter was never drafted, or the file cannot be read.
    """
    head, record = _load(workspace, definition.number)
    if head is None or record is None:
        raise InputError(
            f"{definition.number}장의 초안이 아직 없습니다.",
            "먼저 실행해 주십시오: baekseo draft",
            "no_draft",
        )
    edited = {**_edited(workspace, record), file: file.read_bytes()}
    if dry_run:
        _, edits = _merged_edits(record, edited, recording_names(material.sessions).values())
        done = _done(workspace, definition, "", record, material)
        return replace(done, edits=edits, left_behind=_left_behind(edited))
    reason = f"edited: {file.name}"
    return _settle(workspace, definition, material, record, head.ingredients, record.machine, edited, reason)


def take_in_edits(workspace: Workspace, material: Material) -> None:
    """Merge what people have changed in the chapters' files since they were laid down, and keep it by.

    Nothing is composed anew; of the ``material`` only the names of recordings are told.

    Raises:
        InputError: an edited file cannot be read.
    """
    for definition in definitions(workspace):
        head, record = _load(workspace, definition.number)
        if head and record and (edited := _edited(workspace, record)):
            machine = record.machine
            _settle(workspace, definition, material, record, head.ingredients, machine, edited, "edited")


def rewrite(
    workspace: Workspace,
    change: Callable[[Chapter, Chapter], tuple[Chapter, Chapter]],
    is_stale: Callable[[str], bool],
    called: Mapping[str, str],
) -> None:
    """Change what every chapter on disk holds, the machine's part of it too, and lay its files anew.

    Args:
        workspace: where; the caller holds it, and has taken in what people edited.
        change: makes new chapters of the machine's and the shown one.
        is_stale: tells an ingredient that is to be forgotten, by its name.
        called: names of recordings, for notes.
    """
    for path in sorted(_record_path(workspace, 0).parent.glob("chapter-*.json")):
        number = int(path.stem.removeprefix("chapter-"))
        head, record = _load(workspace, number)
        if head is None or record is None:
            continue
        machine, shown = change(record.machine, record.shown)
        files = {name: formats()[name.rpartition(".")[2]].write(shown, called) for name in record.laid}
        laid = {name: store.digest(data) for name, data in files.items()}
        taken = {*record.taken, *laid.values()}
        ingredients = {name: value for name, value in head.ingredients.items() if not is_stale(name)}
        body = store.plain(Record(machine, shown, laid, tuple(sorted(taken))))
        made_of = store.digest(store.canonical(ingredients))
        facets = {"all": store.digest(store.canonical(body))}
        with overwriting(path):
            store.write_artifact(path, store.Head(head.stage, head.unit, made_of, ingredients, facets), body)
        for name, data in files.items():
            with overwriting(workspace.drafts / name):
                _lay(workspace.drafts / name, data, taken)


def chapter_of(workspace: Workspace, number: int) -> Chapter | None:
    """The chapter as last laid down; None where it was never drafted."""
    _, record = _load(workspace, number)
    return record.shown if record else None


def composed_of(workspace: Workspace, number: int) -> frozenset[str]:
    """The sessions that a chapter was last composed of; empty where it was never drafted."""
    head = store.read_head(_record_path(workspace, number))
    names = (name.split(".", 1) for name in (head.ingredients if head else ()))
    return frozenset(rest[0] for first, *rest in names if first == "session" and rest)


def read_file(path: Path) -> tuple[ReadBlock, ...]:
    """The blocks of a draft; see :func:`read_data`."""
    return read_data(path, path.read_bytes())


def read_data(path: Path, data: bytes) -> tuple[ReadBlock, ...]:
    """The blocks of a draft, by the format that the file's name tells.

    Raises:
        InputError: no such format, or the file cannot be read as that.
    """
    known = formats()
    suffix = path.suffix.lower().removeprefix(".")
    if suffix not in known:
        raise InputError(
            f"{path.name}: 초안 파일이 아닙니다.", f"쓸 수 있는 형식: {', '.join(known)}", "draft"
        )
    return known[suffix].read(data)


def _ingredients(
    definition: ChapterDefinition, config: Configuration, material: Material
) -> store.Ingredients:
    narrates = definition.conversation == "narrative"
    return {
        "version": VERSION,
        "definition": definition.model_dump(mode="json"),
        "topics": [topic.name for topic in config.topics.topic],
        **({"terms": _terms(config), "library": releases("annotate")} if narrates else {}),
        **{f"session.{name}": digests for name, digests in material.digests.items()},
    }


def _compose(definition: ChapterDefinition, config: Configuration, material: Material) -> Chapter:
    from pipeline.drafts.compose import compose
    from pipeline.language.korean import load_korean
    from pipeline.language.style import restyle

    topics = [topic.name for topic in config.topics.topic]
    korean = load_korean(tuple(_terms(config)))
    endings = partial(restyle, register=definition.narrative_style, korean=korean)
    return compose(definition, material.sessions, topics, endings)


def _terms(config: Configuration) -> list[str]:
    return [term.name for term in config.glossary.term]


def _load(workspace: Workspace, number: int) -> tuple[store.Head | None, Record | None]:
    path = _record_path(workspace, number)
    head = store.read_head(path)
    return (head, store.read_artifact(path, Record)) if head else (None, None)


def _edited(workspace: Workspace, record: Record | None) -> dict[Path, bytes]:
    """Files of the chapter that a person has changed, with what they hold."""
    found = {}
    for name in record.laid if record else ():
        path = workspace.drafts / name
        data = path.read_bytes() if path.exists() else b""
        if record and data and store.digest(data) not in record.taken:
            found[path] = data
    return found


def _reason(
    workspace: Workspace,
    head: store.Head | None,
    record: Record | None,
    ingredients: store.Ingredients,
    edited: Mapping[Path, bytes],
    force: bool,
) -> str:
    if head is None or record is None:
        return "no draft yet"
    if edited:
        return "edited: " + ", ".join(path.name for path in edited)
    if stale := changes(head.ingredients, json.loads(store.canonical(ingredients))):
        return "changed: " + ", ".join(change.name for change in stale)
    wanted = {f"chapter-{record.shown.number}.{suffix}": "?" for suffix in formats()} | record.laid
    missing = [name for name, digest in wanted.items() if _digest(workspace.drafts / name) != digest]
    if missing:
        return "missing: " + ", ".join(sorted(missing))
    return "asked to redo" if force else ""


def _merged_edits(
    record: Record, edited: Mapping[Path, bytes], called: Collection[str]
) -> tuple[Chapter, tuple[Change, ...]]:
    """The chapter as editors left it: every edited file merged, one after the other."""
    shown, found = record.shown, []
    for path, data in edited.items():
        merged = merge(record.shown, read_data(path, data), shown, called)
        shown = merged.chapter
        found += [change for change in merged.changes if change.by == "editor"]
    return shown, tuple(found)


def _settle(  # noqa: PLR0913, PLR0917 - all of what is known when a chapter is written
    workspace: Workspace,
    definition: ChapterDefinition,
    material: Material,
    record: Record | None,
    ingredients: store.Ingredients,
    machine: Chapter,
    edited: Mapping[Path, bytes],
    reason: str,
) -> Drafted:
    """Merge, write the record, keep what was edited, lay the files."""
    shown = machine
    conflicts: tuple[Conflict, ...] = ()
    edits: tuple[Change, ...] = ()
    called = recording_names(material.sessions)
    if record:
        person, edits = _merged_edits(record, edited, called.values())
        merged = merge(record.machine, as_read(person), machine)
        shown, conflicts = merged.chapter, merged.conflicts
    files = {
        f"chapter-{definition.number}.{suffix}": form.write(shown, called)
        for suffix, form in formats().items()
    }
    laid = {name: store.digest(data) for name, data in files.items()}
    taken = {*(record.taken if record else ()), *laid.values(), *map(store.digest, edited.values())}
    kept = [_keep(workspace, path, data) for path, data in edited.items()]
    _refuse_strangers(workspace, record, laid)
    body = store.plain(Record(machine, shown, laid, tuple(sorted(taken))))
    head = store.Head(
        "draft",
        f"chapter-{definition.number}",
        store.digest(store.canonical(ingredients)),
        ingredients,
        {"all": store.digest(store.canonical(body))},
    )
    store.write_artifact(_record_path(workspace, definition.number), head, body)
    for name, data in files.items():
        _lay(workspace.drafts / name, data, taken)
    done = _done(workspace, definition, reason, Record(machine, shown, laid, ()), material)
    behind = _left_behind(edited)
    return replace(done, kept=tuple(kept), conflicts=conflicts, edits=edits, left_behind=behind)


def _left_behind(edited: Mapping[Path, bytes]) -> dict[str, int]:
    from pipeline.drafts.uncarried import uncarried

    counts: Counter[str] = Counter()
    for path, data in edited.items():
        counts.update(uncarried(data, path.suffix.lower().removeprefix(".")))
    return dict(counts)


def as_read(chapter: Chapter) -> tuple[ReadBlock, ...]:
    """A chapter as it would be read back from a file."""
    return tuple(
        ReadBlock(block.id, block.kind, block.speaker, block.text, block.cells, comments=comments_of(block))
        for block in chapter.blocks
    )


def _keep(workspace: Workspace, path: Path, data: bytes) -> Path:
    """Put an edited file by under its date; one that came from elsewhere too."""
    when = datetime.datetime.fromtimestamp(path.stat().st_mtime, tz=datetime.UTC).astimezone()
    name = f"{path.stem}.edited-{when:%Y%m%d-%H%M%S}-{store.digest(data)[:6]}{path.suffix}"
    target = workspace.drafts / "edited" / name
    if not target.exists():
        write_atomic(target, data)
    return target


def _refuse_strangers(workspace: Workspace, record: Record | None, laid: Mapping[str, str]) -> None:
    """A file that lies where a first draft would, and is none of ours, is not to be overwritten."""
    if record is not None:
        return
    for name, digest in laid.items():
        path = workspace.drafts / name
        if path.exists() and _digest(path) != digest:
            raise ConflictError(
                f"{path} is there already, and no draft of ours.",
                "Move it elsewhere, then run again.",
                "draft",
            )


def _lay(path: Path, data: bytes, taken: set[str]) -> None:
    if path.exists() and _digest(path) not in taken:
        raise ConflictError(
            f"{path.name} was saved while it was being merged.",
            "Close it and run again: what was saved is merged then.",
            "draft",
        )
    if _digest(path) != store.digest(data):
        write_atomic(path, data)


def _done(
    workspace: Workspace,
    definition: ChapterDefinition,
    reason: str,
    record: Record | None,
    material: Material,
) -> Drafted:
    files = tuple(workspace.drafts / name for name in sorted(record.laid if record else ()))
    return Drafted(definition.number, definition.title, reason, files, left_out=material.left_out)


def _record_path(workspace: Workspace, number: int) -> Path:
    return workspace.drafts / ".record" / f"chapter-{number}.json"


def _digest(path: Path) -> str:
    return store.digest(path.read_bytes()) if path.exists() else ""
