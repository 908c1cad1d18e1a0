"""Sessions that stay get other names where theirs hold the name of somebody who is forgotten.

A session's name is that of its folder, and stands in the ledger, with remembered voices, and in every block
of a draft: as the source, and by a short hash in the block's id.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from pipeline.batch.inventory import unused_name
from pipeline.batch.opening import Opened
from pipeline.drafts.blocks import short_hash
from pipeline.files import overwriting, sync_folder
from pipeline.model import Block, Spoken
from pipeline.speech.library import Library, load_library, save_library


def new_names(opened: Opened, sessions: Iterable[str], name: re.Pattern[str] | None) -> dict[str, str]:
    """Find names for those sessions whose own hold the name of a person."""
    folders = [path.name for path in opened.workspace.transcripts.glob("*") if path.is_dir()]
    known = {each.casefold() for each in (*folders, *(session.id for session in opened.ledger.sessions()))}
    found: dict[str, str] = {}
    for session in sessions:
        if name and name.search(session):
            found[session] = unused_name(name.sub(" ", session), known)
            known.add(found[session].casefold())
    return found


def rename(opened: Opened, names: Mapping[str, str]) -> None:
    """Rename sessions wherever they are named but in drafts; doing it again does no harm."""
    workspace = opened.workspace
    for old, new in names.items():
        if workspace.session(old).exists():
            workspace.session(old).rename(workspace.session(new))
    sync_folder(workspace.transcripts)
    opened.ledger.rename(names)
    library = load_library(workspace.voices)
    people = {
        person: tuple(
            each.model_copy(update={"session": names.get(each.session, each.session)}) for each in prints
        )
        for person, prints in library.people.items()
    }
    if people != library.people:
        with overwriting(workspace.voices):
            save_library(workspace.voices, Library(model=library.model, people=people))


def in_block(block: Block, names: Mapping[str, str]) -> Block:
    """A block of a draft with the new names; its id stays that which composing anew would give."""
    keys = {short_hash(old): short_hash(new) for old, new in names.items()}

    def renamed(spoken: Spoken) -> Spoken:
        source = spoken.source
        return replace(spoken, source=replace(source, session=names.get(source.session, source.session)))

    own = "-".join(keys.get(part, part) for part in block.id.split("-"))
    return replace(block, id=own, spoken=tuple(map(renamed, block.spoken)))
