"""The programs that people edit drafts with: as our writers and readers see them, and LibreOffice itself."""

import io
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.drafts import docx_reader, docx_writer, hwpx_reader, hwpx_writer, markdown
from pipeline.drafts.reading import ReadBlock
from pipeline.model import Block, Chapter


@dataclass(frozen=True, slots=True)
class Program:
    """How a draft is written for a program, and read from it."""

    write: Callable[..., bytes]
    read: Callable[[bytes], tuple[ReadBlock, ...]]

    def save(self, drafted: Chapter, pictures: Mapping[str, bytes] | None = None) -> tuple[ReadBlock, ...]:
        """What is read of a draft that was opened and saved."""
        return self.read(self.write(drafted, pictures=pictures))

    def of(self, *blocks: Block) -> bytes:
        """A file of these blocks."""
        return self.write(Chapter(4, "제목", blocks))


WORD = Program(docx_writer.write, docx_reader.read)
HANCOM = Program(hwpx_writer.write, hwpx_reader.read)
TEXT = Program(markdown.write, markdown.read)
PROGRAMS = {"docx": WORD, "hwpx": HANCOM, "markdown": TEXT}

every_program = pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)


def saved(document: Any) -> bytes:
    """The bytes of a document of python-docx."""
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def by_libreoffice(files: Mapping[str, bytes], folder: Path) -> dict[str, bytes]:
    """DOCX files opened and saved in LibreOffice, in one call."""
    office = shutil.which("soffice")
    assert office
    paths = [folder / f"{name}.docx" for name in files]
    for path, data in zip(paths, files.values(), strict=True):
        path.write_bytes(data)
    command = [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "docx", "--outdir", str(folder / "saved"), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return {name: (folder / "saved" / f"{name}.docx").read_bytes() for name in files}
