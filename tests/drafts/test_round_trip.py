"""A day of editing a file, by the hundred, and a rerun whose words changed: no word of the editor is lost."""

from collections import Counter
from collections.abc import Sequence
from random import Random

from edited_drafts import Editor, chapter, rerun, shown
from programs import Program, every_program

from pipeline.drafts.merge import merge
from pipeline.drafts.reading import ReadBlock
from pipeline.model import Block

SCRIPTS = 34


def words(blocks: Sequence[Block | ReadBlock]) -> Counter[str]:
    return Counter(word for block in blocks for word in block.text.split())


@every_program
def test_an_untouched_file_becomes_the_new_draft(program: Program) -> None:
    for seed in range(SCRIPTS):
        base = chapter(Random(seed), 8)
        new = rerun(Random(seed), base)
        assert merge(base, program.save(base), new).chapter == new


@every_program
def test_an_edited_file_survives_two_reruns(program: Program) -> None:
    save = program.save
    for seed in range(SCRIPTS):
        random = Random(seed)
        base = chapter(random, 8)
        edited = save(merge(base, Editor(random).edit(save(base), random.randint(1, 12)), base).chapter)
        new = rerun(random, base)
        merged = merge(base, edited, new)
        assert words(merged.chapter.blocks) >= words(edited) - words(base.blocks)
        again = merge(new, save(merged.chapter), new)
        assert shown(again.chapter.blocks) == shown(merged.chapter.blocks)
        assert not again.conflicts
        later = rerun(random, new)
        last = merge(new, save(merged.chapter), later)
        assert words(last.chapter.blocks) >= words(merged.chapter.blocks) - words(new.blocks)
