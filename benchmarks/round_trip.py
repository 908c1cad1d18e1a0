"""Edit DOCX drafts as people do, save them in LibreOffice, rerun with other words: is anything lost?

Each script makes eight edits in a draft of its own: typing at a paragraph's start, end and middle, splits,
joins, moves, deletions, new paragraphs, table cells, words set in bold or otherwise, links. All files go
through LibreOffice in one call. Then each is read and merged with what another run of the machine made; it
is counted which words of the editor's are missing, and which words that are there have lost their formatting.
Needs ``soffice`` and python-docx.

    python benchmarks/round_trip.py --scripts 100
"""

import argparse
import copy
import io
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import docx
from docx.enum.text import WD_COLOR_INDEX
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import RGBColor

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "drafts"))

import edited_drafts

from pipeline.drafts import docx_reader, docx_writer
from pipeline.drafts.merge import merge
from pipeline.model import Block, Chapter, FormatKind

EDITS = 8
LINK = "https://www.gm.go.kr/"
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
        ways += [self._delete, self._add, self._cell, self._set, self._set, self._link]
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

    def _set(self) -> None:
        set_as(self._word_of_its_own(), self.random.choice(list(SETTERS)))

    def _link(self) -> None:
        run = self._word_of_its_own()
        link = OxmlElement("w:hyperlink")
        link.set(
            qn("r:id"), self.document.part.relate_to(LINK, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        )
        run._r.addprevious(link)
        link.append(run._r)

    def _word_of_its_own(self) -> Any:
        """A run of one word out of a longer one."""
        run = self.random.choice(self._runs(self._paragraph()))
        words = run.text.split(" ")
        at = self.random.choice([n for n, word in enumerate(words) if own(word)] or [0])
        parts = [copy.deepcopy(run._r) for _ in range(3)]
        for part, text in zip(parts, cut(words, at), strict=True):
            run._r.addprevious(part)
            docx.text.run.Run(part, run._parent).text = text
        run._r.getparent().remove(run._r)
        return docx.text.run.Run(parts[1], run._parent)


def cut(words: list[str], at: int) -> tuple[str, str, str]:
    """Text before a word, the word, and text behind it."""
    return (
        "".join(f"{word} " for word in words[:at]),
        words[at],
        "".join(f" {word}" for word in words[at + 1 :]),
    )


def set_as(run: Any, kind: FormatKind) -> None:
    """Set a run as an editor does."""
    place, name, value = SETTERS[kind]
    setattr(run.font.color if place else run.font, name, value)


SETTERS: dict[FormatKind, tuple[str, str, Any]] = {
    FormatKind.BOLD: ("", "bold", True),
    FormatKind.ITALIC: ("", "italic", True),
    FormatKind.UNDERLINE: ("", "underline", True),
    FormatKind.STRIKE: ("", "strike", True),
    FormatKind.HIGHLIGHT: ("", "highlight_color", WD_COLOR_INDEX.BRIGHT_GREEN),
    FormatKind.COLOR: ("color", "rgb", RGBColor(255, 0, 0)),
    FormatKind.SUPERSCRIPT: ("", "superscript", True),
}
"""How python-docx sets what."""

Formatted = tuple[str, FormatKind]


def formatted(document: Any) -> Counter[Formatted]:
    """Words that are found nowhere else, the editor's and sentences' first ones, and how they are set."""
    found: Counter[Formatted] = Counter()
    for paragraph in document.paragraphs:
        linked = [run for link in paragraph.hyperlinks for run in link.runs]
        found.update((word, FormatKind.LINK) for run in linked for word in own(run.text))
        for run in (*paragraph.runs, *linked):
            kinds = [kind for kind in SETTERS if is_set(run, kind)]
            found.update((word, kind) for word in own(run.text) for kind in kinds)
    return found


def is_set(run: Any, kind: FormatKind) -> bool:
    """Whether a run is set so, by itself."""
    place, name, value = SETTERS[kind]
    return getattr(run.font.color if place else run.font, name) == value


def own(text: str) -> list[str]:
    """The words that are found nowhere else."""
    return [word for word in text.split() if OWN.fullmatch(word)]


OWN = re.compile(r"편집\d+자|\d+번지")


def main() -> None:
    """Run the scripts and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scripts", type=int, default=100)
    scripts = parser.parse_args().scripts
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), scripts)
    print(f"{scripts} scripts of {EDITS} edits, saved by LibreOffice, then a rerun")
    print(f"words of the editors: {found['words']}, lost: {found['words lost']}", end="; ")
    print(f"formats on words still there: {found['formats']}, lost: {found['formats lost']}", end="; ")
    print(f"conflicts told: {found['conflicts']}")


def measure(folder: Path, scripts: int) -> Counter[str]:
    """Edit, save and merge: what editors wrote and set, what of it is missing, how many conflicts came."""
    before, after = folder / "edited", folder / "saved"
    before.mkdir()
    made: list[tuple[Chapter, list[str], Counter[Formatted]]] = []
    for seed in range(scripts):
        random = Random(seed)
        base = edited_drafts.chapter(random)
        editor = Editor(random, docx_writer.write(base))
        (before / f"{seed}.docx").write_bytes(editor.edit())
        made.append((base, editor.written, formatted(editor.document)))
    save(sorted(before.glob("*.docx")), after, folder / "profile")
    found: Counter[str] = Counter()
    for seed, (base, written, formats) in enumerate(made):
        edited = docx_reader.read((after / f"{seed}.docx").read_bytes())
        merged = merge(base, edited, edited_drafts.rerun(Random(seed + 1), base))
        blocks = merged.chapter.blocks
        lost = Counter(written) - Counter(word for block in blocks for word in words(block))
        once = once_in(blocks)
        wanted = {each for each in formats if each[0] in once and formats[each] == 1}
        unset = wanted - set(set_words(blocks))
        found.update({"words": len(written), "words lost": lost.total(), "formats": len(wanted)})
        found.update({"formats lost": len(unset), "conflicts": len(merged.conflicts)})
        if lost or unset:
            print(f"script {seed} lost {', '.join([*lost, *(f'{word} {kind}' for word, kind in unset)])}")
    return found


def once_in(blocks: Iterable[Block]) -> set[str]:
    """Words that are there once."""
    counts = Counter(word for block in blocks for word in own(block.text))
    return {word for word, count in counts.items() if count == 1}


def set_words(blocks: Iterable[Block]) -> Iterator[Formatted]:
    """Words that are set as a whole."""
    for block in blocks:
        for word in re.finditer(r"\S+", block.text):
            for each in block.formats:
                if each.chars.start <= word.start() and word.end() <= each.chars.end:
                    yield word.group(), each.kind


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
