"""A picture that an editor puts into a draft, in whichever program, is in the next one, byte for byte."""

import io
import struct
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import docx
import pytest
from archives import changed, part
from docx.shared import Mm
from edited_drafts import Editor, chapter, read, rerun
from hwpx import HwpxDocument
from hypothesis import given, settings
from hypothesis import strategies as st
from made_chapters import example
from programs import HANCOM, WORD, Program, every_program, saved

from pipeline.drafts import (
    docx_pictures,
    hwpx_pictures,
)
from pipeline.drafts.carrying import comments_of
from pipeline.drafts.comments import PICTURE, picture
from pipeline.drafts.merge import What, merge
from pipeline.drafts.pictures import Picture, named, pictured, pixels
from pipeline.drafts.uncarried import uncarried
from pipeline.model import Block, Chapter, Remark, Span


def png(width: int, height: int, color: tuple[int, int, int] = (200, 80, 60)) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes(color) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


RED, BLUE = png(60, 40), png(40, 40, (60, 80, 200))
HELD = {named(data): data for data in (RED, BLUE)}
LINES = tuple(Picture(name, 60, 40).line for name in HELD)


def shown(blocks: Sequence[Block]) -> dict[str, list[tuple[int, str]]]:
    """Where in each block pictures stand."""
    found = {b.id: [(r.chars.end, r.text) for r in b.remarks if r.rule == PICTURE] for b in blocks}
    return {name: pictures for name, pictures in found.items() if pictures}


def illustrated() -> Chapter:
    """Pictures below paragraphs, two below one, and in cells, of which one is empty."""
    places = {
        "title": (0, LINES[0]),
        "a1": (0, LINES[0]),
        "quote1": (0, LINES[1]),
        "tr1": (1, LINES[1]),
        "tr2": (2, LINES[0]),
        "f2": (1, LINES[1]),
    }

    def with_picture(block: Block) -> Block:
        if block.id not in places:
            return block
        cell, line = places[block.id]
        end = len("\t".join(block.cells[: cell + 1])) if block.cells else len(block.text)
        remarks = (Remark(Span(end, end), PICTURE, line, "편집자"),) * (2 if block.id == "a1" else 1)
        return replace(block, remarks=(*block.remarks, *remarks))

    return replace(example(), blocks=tuple(map(with_picture, example().blocks)))


@settings(max_examples=100)
@given(st.integers(0, 2**32), st.integers(0, 9), st.integers(1, 5))
def test_no_picture_of_an_editor_is_lost(seed: int, edits: int, times: int) -> None:
    random = Random(seed)
    base = chapter(random)
    edited = Editor(random).edit(read(base), edits)
    for _ in range(times if edited else 0):
        at = random.randrange(len(edited))
        own = replace(picture(random.choice(LINES)), about=edited[at].text)
        edited[at] = replace(edited[at], comments=(*edited[at].comments, own))
    wanted = Counter(each.text for block in edited for each in block.comments)
    for new in (rerun(random, base), base):
        merged = merge(base, edited, new).chapter
        assert Counter(each.text for block in merged.blocks for each in comments_of(block)) == wanted
    assert merge(base, edited, merged).chapter.blocks == merged.blocks


@every_program
def test_every_format_gives_each_picture_back_where_it_stood(program: Program) -> None:
    base = illustrated()
    assert shown(merge(example(), program.save(base, HELD), example()).chapter.blocks) == shown(base.blocks)
    assert merge(base, program.save(base, HELD), base).chapter == base


def test_the_bytes_of_a_picture_stay_as_they_are() -> None:
    base = illustrated()
    assert docx_pictures.pictures(WORD.write(base, pictures=HELD)) == HELD
    assert hwpx_pictures.pictures(HANCOM.write(base, pictures=HELD)) == HELD
    assert WORD.write(base, pictures=HELD) == WORD.write(base, pictures=HELD)


def test_a_picture_of_which_only_the_name_is_left_is_not_shown() -> None:
    assert shown(merge(example(), WORD.read(WORD.write(illustrated())), example()).chapter.blocks) == {}


def in_word() -> bytes:
    document = docx.Document(io.BytesIO(WORD.write(example())))
    answer = next(each for each in document.paragraphs if "주민세 마을사업이" in each.text)
    answer.insert_paragraph_before("").add_run().add_picture(io.BytesIO(RED), Mm(80), Mm(50))
    answer.add_run().add_picture(io.BytesIO(BLUE), Mm(30), Mm(30))
    document.tables[0].rows[1].cells[1].paragraphs[0].add_run().add_picture(io.BytesIO(BLUE), Mm(20), Mm(20))
    return saved(document)


def test_pictures_put_in_with_word_are_carried() -> None:
    data = in_word()
    merged = merge(example(), WORD.read(data), example())
    where = {name: [text for _, text in found] for name, found in shown(merged.chapter.blocks).items()}
    red, blue = HELD
    assert where == {
        "q1": [f"{red} 80×50 mm"],
        "a1": [f"{blue} 30×30 mm"],
        "i1-place": [f"{blue} 20×20 mm"],
    }
    assert {change.what for change in merged.changes} == {What.COMMENTED}
    assert docx_pictures.pictures(data) == HELD
    assert uncarried(data, "docx") == {}
    later = docx.Document(io.BytesIO(WORD.write(merged.chapter, pictures=HELD)))
    assert [(shape.width.mm, shape.height.mm) for shape in later.inline_shapes] == [
        (20, 20),
        (80, 50),
        (30, 30),
    ]


def test_a_picture_put_in_with_hancom_is_carried() -> None:
    document = HwpxDocument.open(io.BytesIO(HANCOM.write(example())))
    document.add_picture(RED, "png", width_mm=60, height_mm=40)
    data = document.to_bytes()
    merged = merge(example(), HANCOM.read(data), example())
    (line,) = (text for found in shown(merged.chapter.blocks).values() for _, text in found)
    assert pictured(line) == Picture(named(RED), 60, 40)
    assert hwpx_pictures.pictures(data) == {named(RED): RED}
    assert uncarried(data, "hwpx") == {}


@pytest.mark.parametrize(
    ("old", "new"),
    [("<a:stretch>", '<a:srcRect l="10000"/><a:stretch>'), ("<a:xfrm>", '<a:xfrm rot="5400000">')],
    ids=["cut", "turned"],
)
def test_a_picture_that_is_not_shown_whole_and_upright_is_counted_instead(old: str, new: str) -> None:
    data = changed(WORD.write(illustrated(), pictures=HELD), old, new, "word/document.xml")
    assert uncarried(data, "docx") == {"그림": 7}
    assert shown(merge(example(), WORD.read(data), example()).chapter.blocks) == {}


def test_a_picture_that_hancom_shows_in_part_is_counted_instead() -> None:
    data = HANCOM.write(illustrated(), pictures=HELD)
    data = changed(data, f'right="{60 * 75}" top', f'right="{30 * 75}" top', "Contents/section0.xml")
    assert uncarried(data, "hwpx") == {"그림": 4}


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (RED, (60, 40)),
        (b"GIF89a" + struct.pack("<HH", 7, 5), (7, 5)),
        (b"BM" + bytes(16) + struct.pack("<ii", 9, -4), (9, -4)),
        (b"\xff\xd8\xff\xe0\0\4ab\xff\xc2\0\x11\x08" + struct.pack(">HH", 11, 13), (13, 11)),
        (b"\xff\xd8\xff\xe0\0\4ab", (0, 0)),
        (b"GIF8", (0, 0)),
        (b"%PDF-1.7", (0, 0)),
    ],
    ids=["png", "gif", "bmp", "jpg", "jpg cut short", "gif cut short", "no picture"],
)
def test_the_head_of_a_picture_tells_its_size(data: bytes, size: tuple[int, int]) -> None:
    assert pixels(data) == size


def test_another_library_finds_pictures_of_ours() -> None:
    data = HANCOM.write(illustrated(), pictures=HELD)
    assert len(HwpxDocument.open(io.BytesIO(data)).media.picture_references()) == 7
    assert part(data, "Contents/content.hpf").count('media-type="image/png"') == 2
