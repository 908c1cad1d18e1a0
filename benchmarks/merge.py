"""How long it takes to merge a person's edits of a long draft with a rerun.

Bookmarks are kept; all lost; all lost and every paragraph changed.

With ``--composed`` it is both chapters of forty interviews and a round-table, read from DOCX, all bookmarks
lost and every paragraph changed.

Prints for one merge of each kind the seconds it took, the seconds of a processor among them, and how many
words of the editor's, conflicts and blocks there are.
"""

import argparse
import os
import platform
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=8_000)
    parser.add_argument("--edits", type=int, default=800)
    parser.add_argument("--composed", action="store_true", help="import and merge two whole chapters")
    options = parser.parse_args()
    sys.path[:0] = [str(ROOT), str(ROOT / "tests/drafts")]
    if options.composed:
        whole_chapters()
        return
    from edited_drafts import Editor, chapter, read, rerun

    from pipeline.drafts.merge import merge

    random = Random(5)
    base = chapter(random, options.blocks)
    edited = Editor(random).edit(read(base), options.edits)
    new = rerun(random, base)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{'bookmarks':<12} {'s':>6} {'cpu s':>6} {'words':>7} {'lost':>5} {'conflicts':>10} {'blocks':>7}")
    lost = [replace(block, id="") for block in edited]
    every = [replace(block, text=f"편집 {block.text}") if not block.cells else block for block in lost]
    for label, blocks in (("kept", edited), ("all lost", lost), ("all changed", every)):
        started, worked = time.perf_counter(), time.process_time()
        merged = merge(base, blocks, new)
        seconds, processor = time.perf_counter() - started, time.process_time() - worked
        mine = Counter(word for block in edited for word in block.text.split() if word.startswith("편집"))
        there = Counter(word for block in merged.chapter.blocks for word in block.text.split())
        counts = (mine.total(), (mine - there).total(), len(merged.conflicts), len(merged.chapter.blocks))
        told = f"{label:<12} {seconds:>6.2f} {processor:>6.2f}"
        print(f"{told} {counts[0]:>7} {counts[1]:>5} {counts[2]:>10} {counts[3]:>7}")


def whole_chapters() -> None:
    """Read and merge chapters as long as they will be, changed as much as can be."""
    from compose import CONFIG, made, topic_names
    from edited_drafts import rerun

    from pipeline.drafts import docx_reader, docx_writer
    from pipeline.drafts.chapters import load_chapters
    from pipeline.drafts.compose import compose
    from pipeline.drafts.merge import merge

    topics = topic_names()
    sessions = made(40, 3.0, topics)
    for definition in load_chapters(CONFIG / "chapters"):
        base = compose(definition, sessions, topics)
        file, new = docx_writer.write(base), rerun(Random(1), base)
        started, worked = time.perf_counter(), time.process_time()
        read = [replace(block, id="") for block in docx_reader.read(file)]
        edited = [replace(b, text=b.text if b.cells else f"편집 {b.text}") for b in read]
        merged = merge(base, edited, new)
        seconds, processor = time.perf_counter() - started, time.process_time() - worked
        words = sum(len(block.text.split()) for block in base.blocks)
        print(
            f"chapter {base.number}: {words} words, {len(base.blocks)} blocks: {seconds:.1f} s, "
            f"{processor:.1f} of a processor; {len(merged.conflicts)} conflicts"
        )


if __name__ == "__main__":
    main()
