"""What an editor sets in bold, strikes out or links is set so in the next draft, on the words still there."""

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import docx
import pytest
from archives import SECTION, changed, part
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import RGBColor
from edited_drafts import Editor, chapter, read, rerun, shown
from hwpx import HwpxDocument
from hypothesis import given, settings
from hypothesis import strategies as st
from made_chapters import example
from programs import HANCOM, PROGRAMS, TEXT, WORD, Program, every_program, saved

from pipeline.drafts.formats import YELLOW, tidy
from pipeline.drafts.leaks import leaks
from pipeline.drafts.merge import What, merge
from pipeline.drafts.reading import ReadBlock, printed
from pipeline.drafts.returning import take_in
from pipeline.model import Block, BlockKind, Format, FormatKind, Span

LINK = "https://www.gm.go.kr/a?b=1;2&c#d"
VALUES = {
    FormatKind.LINK: LINK,
    FormatKind.HIGHLIGHT: "00FFFF",
    FormatKind.COLOR: "FF0000",
    FormatKind.ALIGN: "center",
}
Set = tuple[str, FormatKind, str]
seeds = st.integers(0, 2**32)


def set_by(random: Random, blocks: Sequence[ReadBlock], times: int) -> list[ReadBlock]:
    """The paragraphs with some of their words set otherwise, now and then set back."""
    made = list(blocks)
    for _ in range(times if made else 0):
        at = random.randrange(len(made))
        text, formats = made[at].text, made[at].formats
        if made[at].kind is BlockKind.TITLE or not text.strip():  # which is bold already
            continue
        start = random.randrange(len(text))
        kind = random.choice([kind for kind in FormatKind if kind is not FormatKind.REGULAR])
        fresh = Format(Span(start, random.randint(start + 1, len(text))), kind, VALUES.get(kind, ""))
        kept = [each for each in formats if kind not in {FormatKind.SUPERSCRIPT, FormatKind.SUBSCRIPT}]
        made[at] = replace(made[at], formats=tidy((*kept, fresh), text) if random.random() < 0.9 else ())
    return made


def sets(blocks: Sequence[Block | ReadBlock]) -> dict[str, list[Set]]:
    """Of every block with formats the words, how they are set, and the value."""
    return {
        block.text: [(block.text[f.chars.start : f.chars.end], f.kind, f.value) for f in block.formats]
        for block in blocks
        if block.formats
    }


def look(blocks: Sequence[Block | ReadBlock]) -> list[Any]:
    return [(block.speaker, block.text, block.cells, block.formats, block.covers) for block in blocks]


@settings(max_examples=150)
@given(seeds, st.integers(0, 9), st.integers(1, 12))
def test_without_a_rerun_everything_is_set_as_the_editor_left_it(seed: int, edits: int, times: int) -> None:
    random = Random(seed)
    base = chapter(random)
    edited = set_by(random, Editor(random).edit(read(base), edits), times)
    first = merge(base, edited, base).chapter
    assert look(first.blocks) == look(edited)
    again = set_by(random, Editor(random).edit(read(first), edits), times)
    assert look(merge(first, again, first).chapter.blocks) == look(again)
    assert look(merge(base, edited, first).chapter.blocks) == look(edited)


@settings(max_examples=150)
@given(seeds, st.integers(0, 9), st.integers(1, 12))
def test_what_was_set_before_stays_where_the_editor_did_nothing(seed: int, edits: int, times: int) -> None:
    random = Random(seed)
    base = chapter(random)
    before = merge(base, set_by(random, read(base), times), base).chapter
    edited = set_by(random, Editor(random).edit(read(before), edits), times)
    later = merge(before, edited, rerun(random, base)).chapter
    assert merge(before, read(before), later).chapter == later
    assert merge(before, read(before), before).changes == ()


@settings(max_examples=200)
@given(seeds, st.integers(0, 9), st.integers(1, 12))
def test_words_that_a_rerun_left_are_set_as_they_were(seed: int, edits: int, times: int) -> None:
    random = Random(seed)
    base = chapter(random)
    bare = Editor(random).edit(read(base), edits)
    edited = set_by(random, bare, times)
    new = rerun(random, base)
    merged = merge(base, edited, new).chapter
    assert shown(merged.blocks) == shown(merge(base, bare, new).chapter.blocks)
    others = {word for block in new.blocks if block.id.startswith("new-") for word in block.text.split()}
    once = (only_once(edited) & only_once(merged.blocks)) - others
    assert set_words(edited, once) <= set_words(merged.blocks, once)
    for block in merged.blocks:
        assert block.formats == tidy(block.formats, block.text)


@settings(max_examples=150)
@given(seeds, st.integers(0, 2), st.integers(0, 2))
def test_what_two_people_set_in_files_of_one_draft_is_set(seed: int, one: int, other: int) -> None:
    random = Random(seed)
    base = chapter(random)
    first = set_by(random, Editor(random).edit(read(base), one), 6)
    second = set_by(random, Editor(random).edit(read(base), other), 6)
    both = take_in(take_in(base, base, base, first).chapter, base, base, second).chapter
    once = only_once(first) & only_once(second) & only_once(both.blocks)
    wanted = {each for each in set_words(first, once) | set_words(second, once) if each[1] in INDEPENDENT}
    assert wanted <= set_words(both.blocks, once)


INDEPENDENT = {FormatKind.BOLD, FormatKind.ITALIC, FormatKind.STRIKE, FormatKind.HIGHLIGHT, FormatKind.LINK}
"""What nothing else that may be set takes away; a link takes away colour and underline."""


def only_once(blocks: Sequence[Block | ReadBlock]) -> set[str]:
    """Words that nobody else writes, and that are there once."""
    words = [word for block in blocks for word in block.text.split() if re.search("번지|편집", word)]
    return {word for word in words if words.count(word) == 1}


def set_words(blocks: Sequence[Block | ReadBlock], among: set[str]) -> set[Set]:
    """Words that are set as a whole."""
    return {
        (word.group(), each.kind, each.value)
        for block in blocks
        for word in re.finditer(r"\S+", block.text)
        if word.group() in among
        for each in block.formats
        if each.chars.start <= word.start() and word.end() <= each.chars.end
    }


@every_program
def test_every_format_gives_back_what_is_set_through_two_reruns(program: Program) -> None:
    for seed in range(25):
        random = Random(seed)
        base = chapter(random, 8)
        edited = set_by(random, Editor(random).edit(read(base), 3), 12)
        first = merge(base, edited, base).chapter
        again = merge(first, program.save(first), first)
        assert again.chapter == first
        assert again.changes == ()
        later = merge(base, read(first), rerun(random, base)).chapter
        assert merge(later, program.save(later), later).chapter == later


INTRO = "이 장은 시민 두 사람과 나눈 면담을 싣는다."
WORDS: dict[str, tuple[FormatKind, str]] = {
    "이 장은": (FormatKind.BOLD, ""),
    "시민": (FormatKind.ITALIC, ""),
    "두": (FormatKind.UNDERLINE, ""),
    "사람": (FormatKind.STRIKE, ""),
    "과": (FormatKind.HIGHLIGHT, YELLOW),
    "나눈": (FormatKind.COLOR, "FF0000"),
    "면담": (FormatKind.LINK, LINK),
    "을": (FormatKind.SUPERSCRIPT, ""),
    "싣는다.": (FormatKind.SUBSCRIPT, ""),
}
EXPECTED = {INTRO: [(words, *setting) for words, setting in WORDS.items()]}
"""What is set of the introduction by an editor in Word, Hancom or a text editor."""


def aligned_in_word(data: bytes) -> bytes:
    document = docx.Document(io.BytesIO(data))
    (paragraph,) = (each for each in document.paragraphs if each.text == INTRO)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.tables[1].cell(1, 1).paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    return saved(document)


def aligned_in_hancom(data: bytes) -> bytes:
    header = part(data, "Contents/header.xml")
    style = re.search('name="백서 표" engName="" paraPrIDRef="([0-9]+)"', header)
    intro = re.search('name="백서 안내글" engName="" paraPrIDRef="([0-9]+)"', header)
    assert style
    assert intro
    made = ""
    for number, (name, align) in enumerate(((intro, "RIGHT"), (style, "CENTER")), start=900):
        found = re.search(f'<hh:paraPr id="{name[1]}".*?</hh:paraPr>', header, re.DOTALL)
        assert found
        own = re.sub('horizontal="[A-Z]+"', f'horizontal="{align}"', found[0])
        made += own.replace(f'id="{name[1]}"', f'id="{number}"', 1)
    data = changed(data, "</hh:paraProperties>", f"{made}</hh:paraProperties>", "Contents/header.xml")
    for number, before, text in ((900, intro, "이 장은"), (901, style, "한나래")):
        old = re.compile(f'(<hp:p id="[0-9]+" )paraPrIDRef="{before[1]}"((?:(?!<hp:p ).)*{text})')
        data = changed(data, old, f'\\1paraPrIDRef="{number}"\\2', SECTION)
    return data


def aligned_in_an_editor_of_text(data: bytes) -> bytes:
    text = data.decode().replace(INTRO, f"{INTRO} <!-- 오른쪽 정렬 -->")
    return text.replace("| 한나래(시민) |", "| 한나래(시민) <!-- 가운데 정렬 --> |").encode()


def test_other_programs_keep_the_words_and_how_they_are_set(tmp_path: Path) -> None:
    forge, parser = pytest.importorskip("hwpforge"), pytest.importorskip("hwp_hwpx_parser")
    shown = merge(example(), HANCOM.read(in_hancom(HANCOM.write(example()))), example()).chapter
    (tmp_path / "draft.hwpx").write_bytes(HANCOM.write(shown))
    with parser.Reader(tmp_path / "draft.hwpx") as reader:
        assert INTRO in reader.text
    document = forge.Document.from_bytes(HANCOM.write(shown))
    assert document.validate()["errors"] == []
    saved_there = forge.from_json(document.to_json().text).document.to_bytes()
    assert sets(HANCOM.read(saved_there)) == EXPECTED


def test_where_a_link_leads_is_checked_as_what_is_printed() -> None:
    link = Format(
        Span(0, 2), FormatKind.LINK, "https://example.kr/%EA%B9%80%ED%95%98%EB%8A%98?from=me@example.kr"
    )
    block = ReadBlock("b", BlockKind.INTRO, "", "문의", formats=(link,))
    assert [leak.what for leak in leaks(printed([block]), withdrawn=["김하늘"])] == ["김하늘"]


@pytest.mark.parametrize(
    "leads", ["file:///C:/a.hwp", "javascript:alert(1)", "#절", "https://a b\\c", "../a.docx"]
)
@pytest.mark.parametrize("kind", ["word", "text"])
def test_a_link_that_leads_nowhere_outside_is_only_text(kind: str, leads: str) -> None:
    if kind == "word":
        found = WORD.read(in_word(WORD.write(example()), leads=leads))
    else:
        found = TEXT.read(f"[면담]({leads})을 싣는다.".encode())
    assert not any(each.kind is FormatKind.LINK for block in found for each in block.formats)
    assert any("면담" in block.text for block in found)


@pytest.mark.parametrize(
    ("edit", "program"),
    [
        (aligned_in_word, WORD),
        (aligned_in_hancom, HANCOM),
        (aligned_in_an_editor_of_text, TEXT),
    ],
    ids=["Word", "Hancom", "a text editor"],
)
def test_a_paragraph_or_cell_that_is_aligned_otherwise_stays_so(
    edit: Callable[[bytes], bytes], program: Program
) -> None:
    merged = merge(example(), program.read(edit(program.write(example()))), example()).chapter
    expected = {
        "intro": [(INTRO, FormatKind.ALIGN, "right")],
        "tr1": [("한나래(시민)", FormatKind.ALIGN, "center")],
    }
    held = {block.text: block.id for block in merged.blocks}
    assert {held[text]: found for text, found in sets(merged.blocks).items()} == expected
    for each in PROGRAMS.values():
        assert merge(merged, each.save(merged), merged).chapter == merged
    back = [replace(block, formats=()) for block in read(merged)]
    assert merge(merged, back, merged).chapter == example()


def in_word(data: bytes, field: bool = False, leads: str = LINK) -> bytes:
    document = docx.Document(io.BytesIO(data))
    (paragraph,) = (each for each in document.paragraphs if each.text == INTRO)
    (run,) = paragraph.runs
    run.text = ""
    for words in re.split(f"({'|'.join(WORDS)})", INTRO):
        added = paragraph.add_run(words)
        kind = WORDS[words][0] if words in WORDS else None
        added.bold, added.italic, added.underline, added.font.strike = (
            True if kind is each else None
            for each in (FormatKind.BOLD, FormatKind.ITALIC, FormatKind.UNDERLINE, FormatKind.STRIKE)
        )
        if kind is FormatKind.SUPERSCRIPT:
            added.font.superscript = True
        if kind is FormatKind.SUBSCRIPT:
            added.font.subscript = True
        if kind is FormatKind.HIGHLIGHT:
            added.font.highlight_color = WD_COLOR_INDEX.YELLOW
        if kind is FormatKind.COLOR:
            added.font.color.rgb = RGBColor(255, 0, 0)
        if kind is FormatKind.LINK:
            (linked_by_field if field else linked)(document, added, leads)
    return saved(document)


def linked(document: Any, run: Any, leads: str) -> None:
    """Make a run a link, as Word does."""
    link = OxmlElement("w:hyperlink")
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    link.set(qn("r:id"), document.part.relate_to(leads, kind, is_external=True))
    run._r.addprevious(link)
    link.append(run._r)
    run.font.underline = True
    run.font.color.rgb = RGBColor(5, 99, 193)


def linked_by_field(_: Any, run: Any, leads: str) -> None:
    """Make a run a link, as older versions do."""
    for name in ("begin", "", "separate"):
        before = OxmlElement("w:r")
        if name:
            before.append(OxmlElement("w:fldChar", {qn("w:fldCharType"): name}))
        else:
            before.append(OxmlElement("w:instrText"))
            before[0].text = f' HYPERLINK "{leads.partition("#")[0]}" \\l "{leads.partition("#")[2]}" '
        run._r.addprevious(before)
    after = OxmlElement("w:r")
    after.append(OxmlElement("w:fldChar", {qn("w:fldCharType"): "end"}))
    run._r.addnext(after)


def in_hancom(data: bytes) -> bytes:
    document = HwpxDocument.open(io.BytesIO(data))
    (paragraph,) = (each for each in document.paragraphs if each.text == INTRO)
    base = next(run.char_pr_id_ref for run in paragraph.runs if run.text)
    paragraph.text = ""
    names = {
        FormatKind.BOLD: {"bold": True},
        FormatKind.ITALIC: {"italic": True},
        FormatKind.UNDERLINE: {"underline": True},
        FormatKind.STRIKE: {"strike": True},
        FormatKind.COLOR: {"color": "#FF0000"},
        FormatKind.SUPERSCRIPT: {"script": "sup"},
        FormatKind.SUBSCRIPT: {"script": "sub"},
    }
    for words in re.split(f"({'|'.join(WORDS)})", INTRO):
        kind = WORDS[words][0] if words in WORDS else None
        told: dict[str, Any] = names.get(kind, {}) if kind else {}
        if kind is FormatKind.LINK:
            document.refs.add_hyperlink(LINK, words, paragraph=paragraph)
        else:
            look = document.styles.ensure_run(base_char_pr_id=base, **told)
            paragraph.add_run(words, char_pr_id_ref=look)
        if kind is FormatKind.HIGHLIGHT:
            paragraph.add_highlight(match=words, color="#FFFF00")
    return document.to_bytes()


def in_hancom_by_command(data: bytes) -> bytes:
    """As Hancom itself writes links: where they lead stands in the field's command only."""
    path = re.compile('<hp:stringParam name="Path">[^<]*</hp:stringParam>')
    return changed(in_hancom(data), path, "", SECTION)


def in_an_editor_of_text(data: bytes) -> bytes:
    typed = (
        f"**이 장은** *시민* <u>두</u> ~~사람~~<mark style='background: #ffff00'>과</mark> "
        f"<span style='color: #FF0000'>나눈</span> [면담]({LINK})<sup>을</sup> <sub>싣는다.</sub>"
    )
    return data.replace(INTRO.encode(), typed.replace("'", '"').encode())


@pytest.mark.parametrize(
    ("edit", "program"),
    [
        (in_word, WORD),
        (lambda data: in_word(data, field=True), WORD),
        (in_hancom, HANCOM),
        (in_hancom_by_command, HANCOM),
        (in_an_editor_of_text, TEXT),
    ],
    ids=["Word", "Word by fields", "Hancom", "Hancom by commands", "a text editor"],
)
def test_what_is_set_in_a_program_is_carried(edit: Callable[[bytes], bytes], program: Program) -> None:
    merged = merge(example(), program.read(edit(program.write(example()))), example())
    assert sets(merged.chapter.blocks) == EXPECTED
    assert [block.text for block in merged.chapter.blocks] == [block.text for block in example().blocks]
    (change,) = merged.changes
    assert (change.what, change.before) == (What.FORMATTED, "")
    assert "굵게 ‘이 장은’" in change.after
    for each in PROGRAMS.values():
        assert sets(each.save(merged.chapter)) == EXPECTED


def runs_of_quote(document: Any) -> list[Any]:
    (paragraph,) = (each for each in document.paragraphs if each.text.startswith(QUOTE))
    return [run for run in paragraph.runs if run.text and run.text in QUOTE]


def thin_in_word(data: bytes) -> bytes:
    document = docx.Document(io.BytesIO(data))
    for run in runs_of_quote(document):
        run.bold = False
    return saved(document)


def thin_in_hancom(data: bytes) -> bytes:
    document = HwpxDocument.open(io.BytesIO(data))
    for run in runs_of_quote(document):
        run.char_pr_id_ref = document.styles.ensure_run(base_char_pr_id=run.char_pr_id_ref, bold=False)
    return document.to_bytes()


QUOTE = "이웃 다섯이 모인 게 시작이었습니다."


@pytest.mark.parametrize(("edit", "program"), [(thin_in_word, WORD), (thin_in_hancom, HANCOM)])
def test_a_quote_that_is_no_longer_bold_stays_so(edit: Callable[[bytes], bytes], program: Program) -> None:
    merged = merge(example(), program.read(edit(program.write(example()))), example()).chapter
    assert sets(merged.blocks) == {QUOTE: [(QUOTE, FormatKind.REGULAR, "")]}
    for each in PROGRAMS.values():
        assert merge(merged, each.save(merged), merged).chapter == merged


def test_what_is_not_bold_in_a_style_that_is_not_is_as_it_was() -> None:
    document = docx.Document(io.BytesIO(WORD.write(example())))
    (paragraph,) = (each for each in document.paragraphs if each.text == INTRO)
    paragraph.style.font.bold = False
    for run in paragraph.runs:
        run.bold = False
    assert merge(example(), WORD.read(saved(document)), example()).changes == ()
