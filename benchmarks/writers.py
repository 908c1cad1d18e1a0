"""Write a chapter as long as forty hours of interviews in every format and read it back; print Markdown rows.

From the project::

    python benchmarks/writers.py                 # 8,000 blocks
    python benchmarks/writers.py --blocks 1000

Every written file is read and compared block by block, so a row also says that nothing was lost.
"""

import argparse
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "drafts"))

from made_chapters import long_chapter

from pipeline.drafts import docx_reader, docx_writer, hwpx_reader, hwpx_writer, markdown

FORMATS = {
    "docx": (docx_writer.write, docx_reader.read),
    "hwpx": (hwpx_writer.write, hwpx_reader.read),
    "md": (markdown.write, markdown.read),
}


def main() -> None:
    """Parse the options, measure format by format."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--blocks", type=int, default=8_000)
    chapter = long_chapter(parser.parse_args().blocks)
    wanted = [(block.id, block.speaker, block.text, block.cells) for block in chapter.blocks]
    print("| format | write s | read s | MB | read back | peak MB so far |\n|---|---|---|---|---|---|")
    for name, (write, read) in FORMATS.items():
        started = time.perf_counter()
        data = write(chapter)
        written = time.perf_counter()
        found = [(block.id, block.speaker, block.text, block.cells) for block in read(data)]
        seconds = time.perf_counter() - written
        same = "all" if found == wanted else "differs"
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        size = len(data) / 1e6
        print(
            f"| {name} | {written - started:.1f} | {seconds:.1f} | {size:.1f} | {same} | {peak} |", flush=True
        )


if __name__ == "__main__":
    main()
