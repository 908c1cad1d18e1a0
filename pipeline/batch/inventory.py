"""What there is to work on: the drop folder's files, known by their bytes, as sessions with lasting names.

A session keeps its name when its title changes, when its files are moved or renamed, and when its recordings
are replaced. The same bytes dropped twice are one recording; the second file is reported, not worked on.
"""

import time
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.batch import tombstones
from pipeline.batch.ledger import Ledger
from pipeline.batch.rows import FileStat, KnownSession
from pipeline.errors import PipelineError
from pipeline.intake import filenames, refusals
from pipeline.intake.ignored import Ignored, Reason
from pipeline.intake.sessions import Candidate, discover
from pipeline.intake.source import file_digest
from pipeline.model import Consent, Recording, Session
from pipeline.workspace import Workspace

FINE_TICK_NS = 20_000_000
"""Linux stamps files with the time of its last timer interrupt, at least 100 a second."""
COARSE_TICK_NS = 2_000_000_000
"""FAT and some network shares count in steps of up to 2 s; their times are whole milliseconds."""

SAVE_EVERY_S = 2.0
"""What was read is written down so often, not file by file: each time costs a sync of the disk."""

Hashed = Callable[[Path], None]
"""Told of each file that had to be read."""
Wanted = Callable[[Candidate], bool]
"""Whether to look into a candidate; another one is left unread, as if it had not come yet."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A file with the same bytes as a recording that is already part of a session."""

    path: str
    session: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """Everything under ``audio/`` and every session that was there before; all in order of name."""

    sessions: tuple[Session, ...]
    problems: dict[str, PipelineError]
    """Sessions whose files are there and cannot be worked on."""
    unread: dict[str, tuple[Path, ...]]
    """Sessions whose new or changed files were not read, because that was not wanted; and all their files."""
    duplicates: tuple[Duplicate, ...]
    ignored: tuple[Ignored, ...]
    gone: tuple[str, ...]
    """Sessions with results whose recordings are no longer in the drop folder."""
    candidates: dict[str, Candidate]
    """The files of each session in ``sessions``, ``problems`` and ``unread``, by its name."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A candidate with the digests of its files; None where a file was not read."""

    candidate: Candidate
    digests: tuple[str | None, ...]
    problem: PipelineError | None


def take(
    workspace: Workspace, ledger: Ledger, hashed: Hashed | None, wanted: Wanted = lambda _: True
) -> Inventory:
    """Look through the drop folder.

    Args:
        workspace: where to look.
        ledger: remembers digests and names; it is written only where ``hashed`` is given.
        hashed: called for each file that is read; None reads none and leaves new sessions in ``unread``.
        wanted: which candidates may be read; half a copy tells nothing and would be read in vain.
    """
    discovery = discover(workspace.audio)
    digests, unread = _Digests(workspace, ledger, hashed), _Digests(workspace, ledger, None)
    try:
        everything = [
            _read(candidate, digests if wanted(candidate) else unread) for candidate in discovery.candidates
        ]
    finally:
        digests.save()
    withheld = [entry for entry in everything if _is_withheld(entry)]
    read = [entry for entry in everything if not _is_withheld(entry)]
    ignored = discovery.ignored + tuple(
        Ignored(path, Reason(tombstones.WITHHELD)) for entry in withheld for path in entry.candidate.paths
    )
    known = ledger.sessions()
    named = dict(_named(workspace, read, known))
    inventory = _sort_out(workspace, named, ignored, known)
    if hashed:
        unchanged = set(known)
        with ledger.transaction():
            for session in inventory.sessions:
                bytes_of = tuple(recording.digest for recording in session.recordings)
                new = KnownSession(session.id, named[session.id].candidate.key, bytes_of)
                if new not in unchanged:
                    ledger.remember_session(new)
    return inventory


class _Digests:
    """Digests of files, from the ledger where size and times are as they were.

    Of a forgotten recording nothing is remembered but that it is one.
    """

    def __init__(self, workspace: Workspace, ledger: Ledger, hashed: Hashed | None) -> None:
        self._workspace = workspace
        self._stones = tombstones.load(workspace)
        self._ledger = ledger
        self._known = ledger.file_digests()
        self._hashed = hashed
        self._new: dict[str, tuple[FileStat, str]] = {}
        self._saved = time.monotonic()

    def save(self) -> None:
        """Write down what was read and is not written yet."""
        if self._new:
            self._ledger.remember_files(self._new)
        self._new.clear()
        self._saved = time.monotonic()

    def of(self, path: Path) -> str | None:
        stat = FileStat.of(path)
        known = self._known.get(str(path))
        if known and known[0] == stat:
            return known[1]
        if self._stones.covers_file(path, stat):
            raise tombstones.ForgottenError(tombstones.WITHHELD, code="forgotten")
        if self._hashed is None:
            return None
        _outlast_tick(stat)
        found = file_digest(path)
        if FileStat.of(path) != stat:
            raise refusals.failure("changed")
        self._hashed(path)
        if self._stones.covers(found):
            self._stones = self._stones.bury((), [path])
            tombstones.save(self._workspace, self._stones)
            raise tombstones.ForgottenError(tombstones.WITHHELD, code="forgotten")
        self._new[str(path)] = stat, found
        if time.monotonic() - self._saved > SAVE_EVERY_S:
            self.save()
        return found


def _is_withheld(entry: _Read) -> bool:
    return isinstance(entry.problem, tombstones.ForgottenError)


def _outlast_tick(stat: FileStat) -> None:
    """Wait until a later change of the file must show in its times: then its stat can be trusted."""
    tick_ns = COARSE_TICK_NS if stat.ctime_ns % 1_000_000 == 0 else FINE_TICK_NS
    age_ns = time.time_ns() - max(stat.mtime_ns, stat.ctime_ns)
    time.sleep(min(max(0, tick_ns - age_ns), tick_ns) / 1e9)


def _read(candidate: Candidate, digests: _Digests) -> _Read:
    try:
        return _Read(candidate, tuple(digests.of(path) for path in candidate.paths), candidate.problem)
    except PipelineError as failure:
        return _Read(candidate, (), failure)
    except OSError as failure:
        return _Read(candidate, (), refusals.unreadable(failure))


def _named(workspace: Workspace, read: list[_Read], known: list[KnownSession]) -> Iterator[tuple[str, _Read]]:
    """Give each candidate its name: the one its key had, the one its first recording had, or a new one."""
    by_key = {session.key: session.id for session in known}
    present = {entry.candidate.key for entry in read}
    moved = {s.digests[0]: s.id for s in known if s.digests and s.key not in present}
    taken = {session.id.casefold() for session in known}
    if present - by_key.keys():
        left = _left(workspace, {e.digests[0] for e in read if e.digests and e.digests[0]}, taken)
        moved = left | moved
        taken |= {name.casefold() for name in left.values()}
    # Names already given come first, so that of two equal files the one we know is the recording.
    for entry in sorted(read, key=lambda entry: entry.candidate.key not in by_key):
        name = by_key.get(entry.candidate.key)
        if name is None and entry.digests and entry.digests[0]:
            name = moved.pop(entry.digests[0], None)
        if name is None:
            name = _new_name(entry.candidate, taken)
            taken.add(name.casefold())
        yield name, entry


def _left(workspace: Workspace, digests: Collection[str], taken: Collection[str]) -> dict[str, str]:
    """Names by recording of sessions whose results are there, and that a ledger which was lost knew.

    Where a session has results of several of them, because its recording was replaced, the last one counts.
    """
    short = {digest[:12]: digest for digest in digests}
    results = [path for path in workspace.transcripts.glob("*/*.*.json") if path.name.split(".")[1] in short]
    found = {
        unicodedata.normalize("NFC", path.parent.name): short[path.name.split(".")[1]]
        for path in sorted(results, key=lambda path: path.stat().st_mtime_ns)
    }
    return {digest: name for name, digest in found.items() if name.casefold() not in taken}


def _new_name(candidate: Candidate, taken: Collection[str]) -> str:
    folders, _, last = candidate.key.partition("/")[2].rpartition("/")
    alone = last == unicodedata.normalize("NFC", candidate.paths[0].name)
    told = f"{candidate.kind.value} {folders} {Path(last).stem if alone else last}"
    for person in candidate.details.participant:
        if person.consent is not Consent.GRANTED and len(person.name) > 1:
            told = told.replace(person.name, " ")
    return unused_name(told, taken)


def unused_name(told: str, taken: Collection[str]) -> str:
    """Make a session's name of a text; none of those ``taken``, which are folded to lower case."""
    name = filenames.slug(told)
    number = 1
    while (unique := name if number == 1 else f"{name}-{number}").casefold() in taken:
        number += 1
    return unique


def _sort_out(
    workspace: Workspace, named: dict[str, _Read], ignored: tuple[Ignored, ...], known: list[KnownSession]
) -> Inventory:
    sessions: list[Session] = []
    problems: dict[str, PipelineError] = {}
    unread: dict[str, tuple[Path, ...]] = {}
    duplicates: list[Duplicate] = []
    owners: dict[str, Duplicate] = {}
    for name, entry in named.items():
        if entry.problem:
            problems[name] = entry.problem
        elif None in entry.digests:
            unread[name] = entry.candidate.paths
        else:
            session = _session(workspace, name, entry)
            kept = []
            for recording in session.recordings:
                first = owners.setdefault(recording.digest, Duplicate(recording.path, name))
                if first.path == recording.path:
                    kept.append(recording)
                else:
                    duplicates.append(Duplicate(recording.path, first.session))
            if kept:
                sessions.append(replace(session, recordings=tuple(kept)))
    gone = [session.id for session in known if session.id not in named]
    return Inventory(
        sessions=tuple(sorted(sessions, key=lambda session: session.id)),
        problems=problems,
        unread=dict(sorted(unread.items())),
        duplicates=tuple(duplicates),
        ignored=ignored,
        gone=tuple(gone),
        candidates={name: entry.candidate for name, entry in named.items()},
    )


def _session(workspace: Workspace, name: str, entry: _Read) -> Session:
    candidate, details = entry.candidate, entry.candidate.details
    recordings = [
        Recording(digest or "", path.relative_to(workspace.root).as_posix())
        for path, digest in zip(candidate.paths, entry.digests, strict=True)
    ]
    return Session(
        id=name,
        kind=candidate.kind,
        title=unicodedata.normalize("NFC", candidate.title),
        recordings=tuple(recordings),
        date=candidate.date,
        place=details.place,
        participants=details.participants(),
        expected_speakers=details.speakers,
        language=details.language,
    )
