"""Chapters on disk: composed from all sessions, merged with what editors wrote, laid down in every format.

A file that a person changed is read, merged and kept under its date before anything is laid in its place
(:mod:`draft_files`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from pipeline.batch import draft_files, editions, store
from pipeline.batch.draft_files import Record
from pipeline.batch.material import Material
from pipeline.batch.revisions import releases
from pipeline.batch.stage import changes
from pipeline.batch.taking_in import Edits, as_read, left_behind, merged_edits
from pipeline.config import Configuration
from pipeline.drafts.chapters import ChapterDefinition, load_chapters
from pipeline.drafts.merge import Change, merge
from pipeline.drafts.outlasting import outlasting
from pipeline.drafts.reconcile import Conflict
from pipeline.drafts.told import recording_names
from pipeline.errors import InputError
from pipeline.model import Chapter
from pipeline.workspace import Workspace

VERSION = 2
"""Grows when the same sessions and definition would give another chapter."""


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
    clashes: tuple[Conflict, ...] = ()
    """Where a file says otherwise than what had become of the draft meanwhile, which ``machine`` holds."""
    edits: tuple[Change, ...] = ()
    left_behind: Mapping[str, int] = field(default_factory=dict)
    """What edited files hold that the new ones cannot: how many of what, in Korean."""
    withheld: int = 0
    """Sentences of edited files that somebody said who was forgotten since."""


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
    head, record = draft_files.load(workspace, definition.number)
    edited = draft_files.edited(workspace, record)
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
    head, record = draft_files.load(workspace, definition.number)
    if head is None or record is None:
        raise InputError(
            f"{definition.number}장의 초안이 아직 없습니다.",
            "먼저 실행해 주십시오: baekseo draft",
            "no_draft",
        )
    edited = {**draft_files.edited(workspace, record), file: file.read_bytes()}
    if dry_run:
        found = merged_edits(workspace, record, edited, recording_names(material.sessions).values())
        done = _done(workspace, definition, "", record, material)
        return replace(
            done,
            edits=found.edits,
            clashes=found.clashes,
            left_behind=left_behind(edited),
            withheld=found.withheld,
        )
    reason = f"edited: {file.name}"
    return _settle(workspace, definition, material, record, head.ingredients, record.machine, edited, reason)


def take_in_edits(workspace: Workspace, material: Material) -> None:
    """Merge what people have changed in the chapters' files since they were laid down, and keep it by.

    Nothing is composed anew; of the ``material`` only the names of recordings are told.

    Raises:
        InputError: an edited file cannot be read.
    """
    for definition in definitions(workspace):
        head, record = draft_files.load(workspace, definition.number)
        if head and record and (edited := draft_files.edited(workspace, record)):
            machine = record.machine
            _settle(workspace, definition, material, record, head.ingredients, machine, edited, "edited")


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
    wanted = {
        f"chapter-{record.shown.number}.{suffix}": "?" for suffix in draft_files.formats()
    } | record.laid
    missing = [
        name for name, digest in wanted.items() if draft_files.digest_of(workspace.drafts / name) != digest
    ]
    if missing:
        return "missing: " + ", ".join(sorted(missing))
    return "asked to redo" if force else ""


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
    """Merge, keep what was edited, lay the files."""
    shown = machine
    conflicts: tuple[Conflict, ...] = ()
    found = Edits(machine)
    called = recording_names(material.sessions)
    if record:
        found = merged_edits(workspace, record, edited, called.values())
        merged = merge(record.machine, as_read(found.shown), machine)
        shown = outlasting(found.shown, merged.chapter, machine, found.comments if edited else None)
        conflicts = merged.conflicts
    for path, data in edited.items():
        draft_files.keep_pictures(workspace, path, data, shown)
    kept = [draft_files.keep(workspace, path, data) for path, data in edited.items()]
    taken = [*(record.taken if record else ()), *map(store.digest, edited.values())]
    laid = draft_files.lay(workspace, machine, shown, called, ingredients, taken)
    # Not before the record tells that they were taken in: what is kept here would not be taken in again.
    for edition, held in found.held:
        editions.keep(workspace, held, edition)
    done = _done(workspace, definition, reason, laid, material)
    behind = left_behind(edited)
    return replace(
        done,
        kept=tuple(kept),
        conflicts=conflicts,
        edits=found.edits,
        clashes=found.clashes,
        left_behind=behind,
        withheld=found.withheld,
    )


def _done(
    workspace: Workspace,
    definition: ChapterDefinition,
    reason: str,
    record: Record | None,
    material: Material,
) -> Drafted:
    files = tuple(workspace.drafts / name for name in sorted(record.laid if record else ()))
    return Drafted(definition.number, definition.title, reason, files, left_out=material.left_out)
