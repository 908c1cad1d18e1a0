"""A day of editing a file, by the hundred, and a rerun whose words changed: no word of the editor is lost."""

from collections import Counter
from collections.abc import Callable, Sequence
from random import Random

import pytest
from edited_drafts import Editor, chapter, rerun, shown

from pipeline.drafts import docx_reader, docx_writer, hwpx_reader, hwpx_writer, markdown
from pipeline.drafts.merge import merge
from pipeline.drafts.reading import ReadBlock
from pipeline.model import Block, Chapter

Save = Callable[[Chapter], tuple[ReadBlock, ...]]
FORMATS: dict[str, Save] = {
    "docx": lambda drafted: docx_reader.read(docx_writer.write(drafted)),
    "hwpx": lambda drafted: hwpx_reader.read(hwpx_writer.write(drafted)),
    "markdown": lambda drafted: markdown.read(markdown.write(drafted)),
}
SCRIPTS = 34


def words(blocks: Sequence[Block | ReadBlock]) -> Counter[str]:
    return Counter(word for block in blocks for word in block.text.split())


@pytest.mark.parametrize("name", FORMATS)
def test_an_untouched_file_becomes_the_new_draft(name: str) -> None:
    for seed in range(SCRIPTS):
        base = chapter(Random(seed), 8)
        new = rerun(Random(seed), base)
        assert merge(base, FORMATS[name](base), new).chapter == new


@pytest.mark.parametrize("name", FORMATS)
def test_an_edited_file_survives_two_reruns(name: str) -> None:
    save = FORMATS[name]
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
