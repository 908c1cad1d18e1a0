"""Forgets what an order says, step by step; each step does no harm when it is done again."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from pipeline import files
from pipeline.batch import people_files, sieve, status_files, store, tombstones
from pipeline.batch.forgetting import drafts, hushing, results, traces
from pipeline.batch.forgetting.order import Order, replaced
from pipeline.batch.forgetting.proof import Proof, Remains, look_for_remains
from pipeline.batch.forgetting.renaming import rename
from pipeline.batch.inventory import take
from pipeline.batch.opening import Opened
from pipeline.batch.plan import Planner
from pipeline.batch.stage import Stage
from pipeline.config import load_configuration
from pipeline.edits import load_edits, save_edits
from pipeline.files import shred, write_atomic
from pipeline.intake.source import file_digest
from pipeline.model import Session
from pipeline.speech.library import Library, load_library, save_library
from pipeline.workspace import Workspace

Redo = Callable[[Opened, Planner, list[Session]], None]
"""Runs what is stale of some sessions."""


class Begun(BaseModel):
    """An order being carried out, and all that must be known of how things stood before anything was changed.

    It lies in the workspace until everything is done, for whoever finishes what was cut short.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    order: Order
    proof: Proof
    holding: dict[str, tuple[results.Place, ...]]
    """Sessions that stay and are changed, with their results that held."""

    def with_new_names(self) -> "Begun":
        """The same once the sessions are renamed."""
        names = self.order.renamed
        holding = {names.get(session, session): places for session, places in self.holding.items()}
        return self.model_copy(update={"order": self.order.with_new_names(), "holding": holding})


STRUCK_OUT = b"null"
"""What stands in place of an order that is carried out, for the moment before its file goes too."""


def pending(workspace: Workspace) -> Begun | None:
    """What was begun and not finished; the last traces of what was only not cleared away are."""
    try:
        written = workspace.forgetting.read_bytes()
    except FileNotFoundError:
        return None
    if written == STRUCK_OUT:
        _clear_away(workspace)
        return None
    return Begun.model_validate_json(written)


def begin(opened: Opened, wanted: Order, stages: tuple[Stage, ...]) -> Begun:
    """Write down what is to be done; the caller holds the workspace.

    Raises:
        InputError: a chapter that somebody edited cannot be read.
    """
    workspace = opened.workspace
    drafts.take_in_edits(opened)
    planner = Planner(workspace, opened.config, stages, opened.ledger)
    sessions = take(workspace, opened.ledger, None).sessions
    changed = results.touched(workspace, wanted, _staying(opened, wanted))
    gone = {digest for session in changed for digest in replaced(opened, session.id, sessions)}
    pictures = drafts.pictures_beside(workspace, wanted)
    wanted = wanted.model_copy(update={"replaced": tuple(sorted(gone)), "pictures": pictures})
    going = [path for session in changed for path in results.going(workspace, session.id)]
    going += [
        path for name in wanted.whole for path in results.deleted(workspace, name, wanted.edited_copies)
    ]
    if wanted.recordings:
        going += [path for name in wanted.files if (path := workspace.root / name).is_file()]
    begun = Begun(
        order=wanted,
        proof=Proof.begun(wanted.target, wanted.is_person, wanted.digests(), map(file_digest, going)),
        holding={session.id: results.holding(planner, session) for session in changed},
    )
    write_atomic(workspace.forgetting, begun.model_dump_json().encode(), mode=0o600)
    return begun


def carry_out(opened: Opened, begun: Begun, stages: tuple[Stage, ...], redo: Redo) -> tuple[Proof, Remains]:
    """Forget; the caller holds the workspace. Doing it again does no harm.

    Args:
        opened: the workspace.
        begun: from :func:`begin` or :func:`pending`.
        stages: the pipeline's.
        redo: runs what has become stale of the sessions that stay.

    Raises:
        InputError: a chapter that somebody edited meanwhile cannot be read.
    """
    workspace = opened.workspace
    _sweep(workspace)
    rename(opened, begun.order.renamed)
    begun = begun.with_new_names()
    wanted = begun.order
    drafts.take_in_edits(opened)
    _bury(workspace, wanted)
    sieve.remember(workspace, wanted.phrases)
    drafts.purge(opened, wanted)
    _forget_decisions(workspace, wanted, begun.holding)
    _forget_voices(workspace, wanted)
    opened = Opened(workspace, load_configuration(workspace.config), opened.ledger)
    _forget_results(opened, begun, stages)
    _forget_files(workspace, wanted)
    opened.ledger.erase(wanted.whole, wanted.digests(), wanted.spellings())
    changed = [session for session in _staying(opened, wanted) if session.id in begun.holding]
    redo(opened, Planner(workspace, opened.config, stages, opened.ledger), changed)
    drafts.recompose(opened)
    _clean_logs(workspace, wanted)
    return _prove(workspace, begun)


def _staying(opened: Opened, wanted: Order) -> list[Session]:
    sessions = take(opened.workspace, opened.ledger, None).sessions
    return [session for session in sessions if session.id not in wanted.whole]


def _clear_away(workspace: Workspace) -> None:
    """The end of a forgetting: what was ordered is struck out, and perhaps a leaving still holds it."""
    _sweep(workspace)
    workspace.forgetting.unlink(missing_ok=True)


def _sweep(workspace: Workspace) -> None:
    """Delete what was half written or half overwritten when a process was killed.

    In the drop folder that is only what is named as nobody but we would.
    """
    ours = [workspace.transcripts, workspace.drafts, workspace.voices.parent, workspace.config]
    found = [path for folder in ours for path in files.leavings(folder)]
    found += [path for path in files.leavings(workspace.audio) if status_files.is_own_name(path.name)]
    for path in found:
        if path.stat().st_nlink == 1:
            shred(path)
        else:  # another name of a file that still stands
            path.unlink()


def _bury(workspace: Workspace, wanted: Order) -> None:
    """See to it that the recordings of forgotten sessions are not taken up again.

    The list is written even where there are none: by that a watch learns that what it remembers may be gone.
    """
    stones = tombstones.load(workspace)
    paths = [workspace.root / name for name in wanted.files]
    tombstones.save(workspace, stones.bury(wanted.digests(), paths))


def _forget_decisions(workspace: Workspace, wanted: Order, sessions: Iterable[str]) -> None:
    """Take the person out of what people decided and wrote."""
    if not wanted.is_person:
        return
    people_files.forget(workspace, wanted.target)
    for session in sessions:
        path = workspace.edits(session)
        edits = load_edits(path)
        kept = tuple(naming for naming in edits.namings if naming.name != wanted.target)
        silent = tuple(hushing.united([*edits.silences, *wanted.silences.get(session, ())]))
        if (kept, silent) != (edits.namings, edits.silences):
            with files.overwriting(path):
                save_edits(path, edits.model_copy(update={"namings": kept, "silences": silent}))


def _forget_voices(workspace: Workspace, wanted: Order) -> None:
    """Take the person, and whatever was taken from a forgotten session, out of the remembered voices."""
    library = load_library(workspace.voices)
    people = {
        name: tuple(each for each in prints if each.session not in wanted.whole)
        for name, prints in library.people.items()
        if not (wanted.is_person and name == wanted.target)
    }
    left = Library(model=library.model, people={name: prints for name, prints in people.items() if prints})
    if left != library:
        with files.overwriting(workspace.voices):
            save_library(workspace.voices, left)


def _forget_results(opened: Opened, begun: Begun, stages: tuple[Stage, ...]) -> None:
    """Change what is stored of sessions that stay, delete what is stored of the others."""
    workspace, wanted = opened.workspace, begun.order
    planner = Planner(workspace, opened.config, stages, opened.ledger)
    staying = _staying(opened, wanted)
    for session in staying:
        if session.id in begun.holding:
            results.hush(planner, session, wanted, begun.holding[session.id])
            opened.ledger.keep_units(session.id, [recording.digest for recording in session.recordings])
    for name in wanted.whole:
        results.delete(workspace, name, wanted.edited_copies)
    for digest in wanted.digests():
        shred(workspace.pcm(digest))
    results.delete_blocks(planner, [s for s in staying if s.id not in begun.holding], wanted)


def _forget_files(workspace: Workspace, wanted: Order) -> None:
    """Delete status files, and, where it was asked for, the recordings themselves."""
    for name in wanted.files:
        path = workspace.root / name
        shred(status_files.place(path))
        if wanted.recordings:
            shred(path)
    for path in list(status_files.own_files(workspace.audio)):  # that of a copy names the session
        if results.holds(path, wanted):
            shred(path)


def _clean_logs(workspace: Workspace, wanted: Order) -> None:
    """Take their lines out of the logs, in place: a watch may hold the file open."""
    found = traces.pattern(wanted.words())
    for path in sorted(workspace.transcripts.glob(f"{workspace.log.name}*")):
        if found and results.holds(path, wanted):
            if path.suffix in {".gz", ".xz", ".bz2"}:
                shred(path)
            else:
                _strike(path, lambda line: traces.holds(line, found))
    for path in sorted(workspace.transcripts.glob(f"{workspace.ledger.name}.damaged-*")):
        if results.holds(path, wanted):
            shred(path)


def _strike(path: Path, is_theirs: Callable[[bytes], bool]) -> None:
    with path.open("r+b") as file:
        lines = file.read().splitlines(keepends=True)
        kept = b"".join(line for line in lines if not is_theirs(line))
        file.seek(0)
        file.write(kept + bytes(sum(map(len, lines)) - len(kept)))
        file.flush()
        file.truncate(len(kept))


def _prove(workspace: Workspace, begun: Begun) -> tuple[Proof, Remains]:
    """Search, write the proof, strike out the order."""
    wanted, proof = begun.order, begun.proof
    remains = look_for_remains(workspace, wanted.words(), wanted.phrases)
    if wanted.edited_copies:
        proof = proof.with_files(store.digest(path.read_bytes()) for path in remains.edited)
        for path in remains.edited:
            shred(path)
            if path.parent.parent == workspace.transcripts and not any(path.parent.iterdir()):
                path.parent.rmdir()
        remains = look_for_remains(workspace, wanted.words(), wanted.phrases)
    pictures = (workspace.root / name for name in wanted.pictures)
    remains = replace(remains, pictures=tuple(path for path in pictures if path.is_file()))
    proof.save(workspace, remains, len(wanted.whole))
    with files.overwriting(workspace.forgetting):
        write_atomic(workspace.forgetting, STRUCK_OUT)
    _clear_away(workspace)
    return proof, remains
