"""The chapters on disk without what is to be forgotten, and composed again from what is left."""

from dataclasses import replace
from urllib.parse import unquote

from pipeline.batch import draft_files, drafting
from pipeline.batch.draft_files import chapter_of
from pipeline.batch.drafting import definitions
from pipeline.batch.forgetting import hushing
from pipeline.batch.forgetting.order import Order
from pipeline.batch.forgetting.renaming import in_block
from pipeline.batch.forgetting.spoken_names import SpokenName
from pipeline.batch.inventory import take
from pipeline.batch.material import gather
from pipeline.batch.opening import Opened
from pipeline.drafts.blocks import short_hash
from pipeline.drafts.comparing import MASK
from pipeline.drafts.formats import carried
from pipeline.drafts.layout import pictures_of
from pipeline.drafts.pictures import FOLDER
from pipeline.drafts.returning import PURGED, unlinked
from pipeline.drafts.told import recording_names
from pipeline.model import Block, BlockKind, Chapter, Span
from pipeline.workspace import Workspace


def take_in_edits(opened: Opened) -> None:
    """Merge what people have changed in the chapters, so that taking blocks out loses no word of theirs."""
    sessions = take(opened.workspace, opened.ledger, None).sessions
    drafting.take_in_edits(opened.workspace, gather(opened.workspace, sessions))


def purge(opened: Opened, wanted: Order) -> None:
    """Take their blocks out of the chapters, edited or not; edited files are kept by as they were."""
    workspace, name = opened.workspace, wanted.name()
    sessions = take(workspace, opened.ledger, None).sessions
    called = recording_names(gather(workspace, [s for s in sessions if s.id not in wanted.whole]).sessions)

    def purged(machine: Chapter, shown: Chapter) -> tuple[Chapter, Chapter]:
        machine, shown = (
            replace(each, blocks=tuple(in_block(block, wanted.renamed) for block in each.blocks))
            for each in (machine, shown)
        )
        ids = {block.id for block in machine.blocks if _is_theirs(block, wanted)}
        return _purged(machine, wanted, ids, name), _purged(shown, wanted, ids, name)

    def change(machine: Chapter, shown: Chapter) -> tuple[Chapter, Chapter]:
        machine, shown = (
            replace(each, blocks=tuple(map(unlinked, each.blocks))) for each in purged(machine, shown)
        )
        return machine, shown

    def earlier(chapter: Chapter) -> Chapter:
        """A draft of which files may come back: they bear the ids that it had, and hold what goes."""
        left = {block.id: block for block in purged(chapter, chapter)[1].blocks}
        blocks = []
        for block in chapter.blocks:
            new = left.get(in_block(block, wanted.renamed).id)
            blocks.append(replace(new, id=block.id) if new else Block(block.id, block.kind, ""))
        changed = blocks != list(chapter.blocks)
        marked = changed and all(block.id != PURGED for block in blocks)
        return replace(chapter, blocks=(*blocks, *([Block(PURGED, BlockKind.INTRO, "")] if marked else [])))

    changed = (*wanted.whole, *wanted.renamed, *(session.id for session in sessions))
    stale = {f"session.{each}" for each in changed}
    draft_files.rewrite(workspace, change, earlier, stale.__contains__, called)


def pictures_beside(workspace: Workspace, wanted: Order) -> tuple[str, ...]:
    """Editors' pictures in chapters in which they speak or are spoken of, relative to the workspace."""
    name = wanted.name()
    found: set[str] = set()
    for number in draft_files.drafted(workspace):
        chapter = chapter_of(workspace, number)
        blocks = chapter.blocks if chapter else ()
        if any(_is_theirs(block, wanted) or (name and name.spans(block.text)) for block in blocks):
            found |= {each.name for block in blocks for each in pictures_of(block)}
    folder = workspace.drafts / FOLDER
    return tuple((folder / each).relative_to(workspace.root).as_posix() for each in sorted(found))


def recompose(opened: Opened) -> None:
    """Compose the chapters that were drafted from what is left."""
    workspace = opened.workspace
    material = gather(workspace, take(workspace, opened.ledger, None).sessions)
    for definition in definitions(workspace):
        if chapter_of(workspace, definition.number) is not None:
            drafting.draft(workspace, opened.config, definition, material)


def _purged(chapter: Chapter, wanted: Order, ids: set[str], name: SpokenName | None) -> Chapter:
    kept = [b for b in chapter.blocks if b.id not in ids and not _is_theirs(b, wanted)]
    if name is not None:
        kept = [_masked(block, name) for block in kept]
    return replace(chapter, blocks=tuple(kept))


def _masked(block: Block, name: SpokenName) -> Block:
    """The block without their name; a link that tells it leads nowhere but to a mask."""
    text = name.masked(block.text)
    formats = tuple(
        replace(each, value=MASK) if name.spans(unquote(each.value)) else each for each in block.formats
    )
    return replace(
        block,
        text=text,
        speaker=name.masked(block.speaker),
        cells=tuple(map(name.masked, block.cells)),
        remarks=tuple(replace(each, text=name.masked(each.text)) for each in block.remarks),
        formats=carried(formats, block.text, text),
    )


def _is_theirs(block: Block, wanted: Order) -> bool:
    """Whether a block holds words that are to be forgotten, or facts of a session that is."""
    keys = [short_hash(name) for name in wanted.whole]
    if any(key in block.id.split("-") for key in keys):
        return True
    for spoken in block.spoken:
        source = spoken.source
        if source.session in wanted.whole or source.recording in wanted.replaced:
            return True
        own = Span(source.start_ms, source.end_ms)
        silent = [a for a in wanted.silences.get(source.session, ()) if a.recording == source.recording]
        if 2 * sum(own.overlap(Span(a.start_ms, a.end_ms)) for a in silent) > own.length:
            return True
    return not hushing.shingles(block.text).isdisjoint(wanted.phrases)
