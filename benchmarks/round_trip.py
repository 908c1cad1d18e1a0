"""Edit DOCX drafts as people do, save them in LibreOffice, rerun with other words: is a word of theirs lost?

Each script makes six edits in a draft of its own: typing at a paragraph's start, end and middle, splits,
joins, moves, deletions, new paragraphs, table cells. All files go through LibreOffice in one call. Then each
is read and merged with what another run of the machine made. Needs ``soffice`` and python-docx.

    python benchmarks/round_trip.py --scripts 100
"""

import argparse
import copy
import io
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import docx

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "drafts"))

import edited_drafts

from pipeline.drafts import docx_reader, docx_writer
from pipeline.drafts.merge import merge
from pipeline.model import Block, Chapter

EDITS = 6
PARAGRAPH = "}p"


class Editor:
    """Edits the body of a DOCX; ``written`` are words found nowhere else."""

    def __init__(self, random: Random, data: bytes) -> None:
        self.random = random
        self.document = docx.Document(io.BytesIO(data))
        self.written: list[str] = []

    def edit(self) -> bytes:
        """Make EDITS edits and save."""
        ways = [self._start, self._end, self._middle, self._split, self._join, self._move]
        ways += [self._delete, self._add, self._cell]
        for _ in range(EDITS):
            self.random.choice(ways)()
        saved = io.BytesIO()
        self.document.save(saved)
        return saved.getvalue()

    def _word(self) -> str:
        word = f"편집{self.random.randrange(10**9)}자"
        self.written.append(word)
        return word

    def _paragraph(self) -> Any:
        return self.random.choice([p for p in self.document.paragraphs if len(p.text.split()) > 2])

    def _runs(self, paragraph: Any) -> list[Any]:
        """Runs with words in them; the first of speech is the speaker's label."""
        return [run for run in paragraph.runs if len(run.text.split()) > 1] or paragraph.runs[-1:]

    def _start(self) -> None:
        run = self._runs(self._paragraph())[0]
        run.text = f"{self._word()} {run.text}"

    def _end(self) -> None:
        self._paragraph().add_run(f" {self._word()}")

    def _middle(self) -> None:
        run = self.random.choice(self._runs(self._paragraph()))
        words = run.text.split(" ")
        words.insert(self.random.randrange(len(words) + 1), self._word())
        run.text = " ".join(words)

    def _split(self) -> None:
        paragraph = self._paragraph()
        run = self._runs(paragraph)[-1]
        words = run.text.split(" ")
        at = self.random.randrange(len(words))
        run.text = " ".join(words[:at])
        fresh = paragraph.insert_paragraph_before(" ".join(words[at:]))
        paragraph._p.addnext(fresh._p)

    def _join(self) -> None:
        first = self._paragraph()
        second = first._p.getnext()
        if second is None or not second.tag.endswith(PARAGRAPH):
            return
        for child in list(second):
            if not child.tag.endswith("}pPr"):
                first._p.append(child)
        second.getparent().remove(second)

    def _move(self) -> None:
        paragraph, place = self._paragraph(), self._paragraph()
        if paragraph._p is not place._p:
            place._p.addprevious(paragraph._p)

    def _delete(self) -> None:
        paragraph = self._paragraph()
        if not any(word in paragraph.text for word in self.written):
            paragraph._p.getparent().remove(paragraph._p)

    def _add(self) -> None:
        place = self._paragraph()
        fresh = copy.deepcopy(place._p)
        for child in list(fresh):
            if not child.tag.endswith("}pPr"):
                fresh.remove(child)
        place._p.addprevious(fresh)
        docx.text.paragraph.Paragraph(fresh, place._parent).add_run(f"새로 쓴 {self._word()} 문단이다.")

    def _cell(self) -> None:
        table = self.random.choice(self.document.tables)
        cell = self.random.choice(self.random.choice(table.rows).cells)
        cell.paragraphs[0].add_run(f" {self._word()}")


def main() -> None:
    """Run the scripts and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scripts", type=int, default=100)
    scripts = parser.parse_args().scripts
    with tempfile.TemporaryDirectory() as folder:
        written, lost, conflicts = measure(Path(folder), scripts)
    print(f"{scripts} scripts of {EDITS} edits, saved by LibreOffice, then a rerun")
    print(f"words of the editors: {written}, lost: {lost}; conflicts told: {conflicts}")


def measure(folder: Path, scripts: int) -> tuple[int, int, int]:
    """Edit, save and merge: how many words editors wrote, how many are missing, how many conflicts came."""
    before, after = folder / "edited", folder / "saved"
    before.mkdir()
    chapters: list[tuple[Chapter, list[str]]] = []
    for seed in range(scripts):
        random = Random(seed)
        base = edited_drafts.chapter(random)
        editor = Editor(random, docx_writer.write(base))
        (before / f"{seed}.docx").write_bytes(editor.edit())
        chapters.append((base, editor.written))
    save(sorted(before.glob("*.docx")), after, folder / "profile")
    lost = conflicts = 0
    for seed, (base, written) in enumerate(chapters):
        edited = docx_reader.read((after / f"{seed}.docx").read_bytes())
        merged = merge(base, edited, edited_drafts.rerun(Random(seed + 1), base))
        shown = Counter(word for block in merged.chapter.blocks for word in words(block))
        missing = Counter(written) - shown
        lost += missing.total()
        conflicts += len(merged.conflicts)
        if missing:
            print(f"script {seed} lost {', '.join(missing)}")
    return sum(len(written) for _, written in chapters), lost, conflicts


def words(block: Block) -> list[str]:
    """Words of a block; an editor's may touch others, as at a paragraph's very end."""
    found = f"{block.speaker} {block.text}".split()
    return [f"편집{part.partition('자')[0]}자" for word in found for part in word.split("편집")[1:]]


def save(files: list[Path], folder: Path, profile: Path) -> None:
    """Open and save every file in LibreOffice."""
    office = shutil.which("soffice")
    if office is None:
        raise SystemExit("soffice is not installed")
    arguments = [f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "docx"]
    subprocess.run(
        [office, *arguments, "--outdir", str(folder), *map(str, files)], check=True, capture_output=True
    )


if __name__ == "__main__":
    main()
