"""The files of chapters: laid down in every format, read back, kept where a person changed them.

Beside the drafts lies a record of the machine's own chapter, of what was laid down, and of every file that
was ours or was taken in. A file with other bytes is a person's. The record is written first: after a crash
nothing is taken in twice.
"""

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from pipeline.batch import editions, store
from pipeline.drafts.layout import pictures_of
from pipeline.drafts.pictures import FOLDER
from pipeline.drafts.reading import ReadBlock, editions_of
from pipeline.errors import ConflictError, InputError
from pipeline.files import overwriting, write_atomic
from pipeline.model import Chapter
from pipeline.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Format:
    """How a chapter is written to a file, and read back from one."""

    write: Callable[[Chapter, Mapping[str, str], str, Mapping[str, bytes]], bytes]
    read: Callable[[bytes], tuple[ReadBlock, ...]]
    pictures: Callable[[bytes], Mapping[str, bytes]] = lambda _: {}
    """Those that a file holds, by name."""


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


def formats() -> dict[str, Format]:
    """Every format by the ending of its files."""
    from pipeline.drafts import (
        docx_pictures,
        docx_reader,
        docx_writer,
        hwpx_pictures,
        hwpx_reader,
        hwpx_writer,
        markdown,
    )

    return {
        "hwpx": Format(hwpx_writer.write, hwpx_reader.read, hwpx_pictures.pictures),
        "docx": Format(docx_writer.write, docx_reader.read, docx_pictures.pictures),
        "md": Format(markdown.write, markdown.read),
    }


def load(workspace: Workspace, number: int) -> tuple[store.Head | None, Record | None]:
    """Why a chapter is as it is, and what is known of its files; nothing where it was never drafted."""
    path = _record_path(workspace, number)
    head = store.read_head(path)
    return (head, store.read_artifact(path, Record)) if head else (None, None)


def lay(
    workspace: Workspace,
    machine: Chapter,
    shown: Chapter,
    called: Mapping[str, str],
    ingredients: store.Ingredients,
    taken: Iterable[str],
    replacing: Callable[[Path], AbstractContextManager[None]] = lambda _: nullcontext(),
) -> Record:
    """Put the draft by, write the record, then the files, in every format.

    Args:
        workspace: where; the caller holds it.
        machine: the chapter as composed.
        shown: the chapter as laid down.
        called: names of recordings, for notes.
        ingredients: what the chapter was composed of.
        taken: digests of files that hold nothing new, beside those laid down now.
        replacing: what to do around each file that is replaced.

    Raises:
        ConflictError: a file was saved since it was read; the record says what was taken in, it is not laid.
    """
    number = machine.number
    files = {f"chapter-{number}.{ending}": data for ending, data in written(workspace, shown, called).items()}
    laid = {name: store.digest(data) for name, data in files.items()}
    known = {*taken, *laid.values()}
    record = Record(machine, shown, laid, tuple(sorted(known)))
    if load(workspace, number)[1] is None:
        _refuse_strangers(workspace, laid)
    body = store.plain(record)
    head = store.Head(
        "draft",
        f"chapter-{number}",
        store.digest(store.canonical(ingredients)),
        ingredients,
        {"all": store.digest(store.canonical(body))},
    )
    editions.keep(workspace, shown)
    path = _record_path(workspace, number)
    with replacing(path):
        store.write_artifact(path, head, body)
    for name, data in files.items():
        with replacing(workspace.drafts / name):
            _replace(workspace.drafts / name, data, known)
    return record


def written(
    workspace: Workspace, shown: Chapter, called: Mapping[str, str], endings: Collection[str] = ()
) -> dict[str, bytes]:
    """A chapter as a file of every format, or of those with some ``endings``."""
    edition = editions.name(shown)
    paths = [workspace.drafts / FOLDER / name for name in sorted(_pictures(shown))]
    pictures = {path.name: path.read_bytes() for path in paths if path.is_file()}
    return {
        ending: form.write(shown, called, edition, pictures)
        for ending, form in formats().items()
        if not endings or ending in endings
    }


def keep_pictures(workspace: Workspace, path: Path, data: bytes, shown: Chapter) -> None:
    """Lay the pictures of an edited file that a chapter shows beside the drafts."""
    held = formats()[_ending(path)].pictures(data)
    for name in sorted(_pictures(shown) & set(held)):
        target = workspace.drafts / FOLDER / name
        if not target.exists():
            write_atomic(target, held[name])


def _pictures(shown: Chapter) -> set[str]:
    return {each.name for block in shown.blocks for each in pictures_of(block)}


def rewrite(
    workspace: Workspace,
    change: Callable[[Chapter, Chapter], tuple[Chapter, Chapter]],
    earlier: Callable[[Chapter], Chapter],
    is_stale: Callable[[str], bool],
    called: Mapping[str, str],
) -> None:
    """Change what every chapter on disk holds, the machine's part of it too, and lay its files anew.

    Args:
        workspace: where; the caller holds it, and has taken in what people edited.
        change: makes new chapters of the machine's and the shown one.
        earlier: makes a new one of each draft that is kept for files which may come back.
        is_stale: tells an ingredient that is to be forgotten, by its name.
        called: names of recordings, for notes.
    """
    for number in drafted(workspace):
        head, record = load(workspace, number)
        if head is None or record is None:
            continue
        machine, shown = change(record.machine, record.shown)
        editions.rewrite(workspace, number, earlier, overwriting)
        ingredients = {name: value for name, value in head.ingredients.items() if not is_stale(name)}
        lay(workspace, machine, shown, called, ingredients, record.taken, overwriting)


def basis(workspace: Workspace, record: Record, blocks: Sequence[ReadBlock]) -> Chapter:
    """The draft that an edited file was made from."""
    return editions.find(workspace, record.shown, editions_of(blocks), blocks)


def drafted(workspace: Workspace) -> list[int]:
    """Numbers of the chapters that were ever drafted."""
    paths = _record_path(workspace, 0).parent.glob("chapter-*.json")
    return sorted(int(path.stem.removeprefix("chapter-")) for path in paths)


def chapter_of(workspace: Workspace, number: int) -> Chapter | None:
    """The chapter as last laid down; None where it was never drafted."""
    _, record = load(workspace, number)
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
    return formats()[_ending(path)].read(data)


def _ending(path: Path) -> str:
    suffix = path.suffix.lower().removeprefix(".")
    if suffix not in formats():
        raise InputError(
            f"{path.name}: 초안 파일이 아닙니다.",
            f"한글이나 워드에서 다시 저장해 주십시오. 쓸 수 있는 형식: {', '.join(formats())}",
            "draft",
        )
    return suffix


def edited(workspace: Workspace, record: Record | None) -> dict[Path, bytes]:
    """Files of the chapter that a person has changed, with what they hold."""
    found = {}
    for name in record.laid if record else ():
        path = workspace.drafts / name
        data = path.read_bytes() if path.exists() else b""
        if record and data and store.digest(data) not in record.taken:
            found[path] = data
    return found


def keep(workspace: Workspace, path: Path, data: bytes) -> Path:
    """Put an edited file by under its date; one that came from elsewhere too."""
    when = datetime.datetime.fromtimestamp(path.stat().st_mtime, tz=datetime.UTC).astimezone()
    name = f"{path.stem}.edited-{when:%Y%m%d-%H%M%S}-{store.digest(data)[:6]}{path.suffix}"
    target = workspace.drafts / "edited" / name
    if not target.exists():
        write_atomic(target, data)
    return target


def digest_of(path: Path) -> str:
    """Of a file's bytes; empty where there is none."""
    return store.digest(path.read_bytes()) if path.exists() else ""


def _refuse_strangers(workspace: Workspace, laid: Mapping[str, str]) -> None:
    """A file that lies where a first draft would, and is none of ours, is not to be overwritten."""
    for name, digest in laid.items():
        path = workspace.drafts / name
        if path.exists() and digest_of(path) != digest:
            raise ConflictError(
                f"{path} is there already, and no draft of ours.",
                "Move it elsewhere, then run again.",
                "draft",
            )


def _replace(path: Path, data: bytes, taken: set[str]) -> None:
    if path.exists() and digest_of(path) not in taken:
        raise ConflictError(
            f"{path.name} was saved while it was being merged.",
            "Close it and run again: what was saved is merged then.",
            "draft",
        )
    if digest_of(path) != store.digest(data):
        write_atomic(path, data)


def _record_path(workspace: Workspace, number: int) -> Path:
    return workspace.drafts / ".record" / f"chapter-{number}.json"
