"""What holds of a draft in whichever format: what was written is read, and what a person did to it."""

import io
import re

import docx
import pytest
from archives import DOCUMENT, SECTION, changed, part, replaced
from hwpx import HwpxDocument
from hypothesis import given, settings
from made_chapters import chapters, example, interview, paragraph, row
from programs import HANCOM, TEXT, WORD, every_program

from pipeline.drafts import docx_writer, hwpx_writer
from pipeline.drafts.comments import HEARD
from pipeline.drafts.docx_frame import STYLE_IDS
from pipeline.drafts.reading import ReadBlock, block_id, bookmark
from pipeline.errors import InputError
from pipeline.model import Block, BlockKind, Chapter

MAIN = {WORD: DOCUMENT, HANCOM: SECTION}
office_programs = pytest.mark.parametrize("program", MAIN, ids=["docx", "hwpx"])


def edited(word, hancom):
    """Runs a test with files in which a person has changed some XML, told as what it was and what it is."""
    return pytest.mark.parametrize(
        ("program", "edit"),
        [
            (WORD, lambda data: changed(data, *word, DOCUMENT)),
            (HANCOM, lambda d: changed(d, *hancom, SECTION)),
        ],
        ids=["docx", "hwpx"],
    )


def essence(block):
    return block.id, block.speaker, block.text, block.cells, block.formats


def answer(text="말씀드리겠습니다.", **kwargs):
    return paragraph("a1", BlockKind.ANSWER, text, "한나래(시민)", **kwargs)


def intro(block_id, text):
    return paragraph(block_id, BlockKind.INTRO, text)


WORD_RUN = '<w:r><w:t xml:space="preserve">말씀드리겠습니다.</w:t></w:r>'
HANCOM_TEXT = "<hp:t>말씀드리겠습니다.</hp:t>"


@every_program
@settings(max_examples=100)
@given(chapter=chapters())
def test_every_block_is_read_back_as_it_was_written(program, chapter):
    assert [essence(block) for block in program.save(chapter)] == [essence(block) for block in chapter.blocks]


@every_program
@settings(max_examples=15)
@given(chapter=chapters())
def test_equal_chapters_give_equal_bytes(program, chapter):
    assert program.write(chapter) == program.write(chapter)


@office_programs
def test_every_kind_is_read_back(program):
    found = program.save(example())
    assert [block.kind for block in found] == [block.kind for block in example().blocks]
    assert {block.kind for block in found} == set(BlockKind)


@every_program
def test_every_spoken_block_has_its_source_in_a_note(program):
    told = {block.id for block in program.save(example()) for c in block.comments if c.text.startswith(HEARD)}
    assert told == {block.id for block in example().blocks if block.spoken}


@every_program
def test_a_chapter_without_blocks_is_a_file(program):
    assert program.read(program.of()) == ()


@every_program
def test_characters_that_xml_cannot_hold_are_replaced(program):
    (found,) = program.read(program.of(answer("종\x00소\x1b리\ud800 첫\t줄\n끝")))
    assert found.text == "종\ufffd소\ufffd리\ufffd 첫 줄 끝"


@every_program
def test_a_row_with_empty_cells_keeps_them(program):
    (found,) = program.read(program.of(Block("r", BlockKind.TABLE_ROW, "\t\t", "", ("", "", ""))))
    assert found.cells == ("", "", "")


@every_program
def test_a_file_may_begin_with_a_table(program):
    (found,) = program.read(program.of(row("f1", BlockKind.FACT, "일시", "2023년")))
    assert (found.id, found.cells) == ("f1", ("일시", "2023년"))


@pytest.mark.parametrize("name", ["a1", "1-2-3", "x" * 40, "a-b", "7"])
def test_an_id_survives_as_a_bookmark_that_word_accepts(name):
    assert block_id(bookmark(name)) == name
    assert re.fullmatch(r"[A-Za-z_]\w*", bookmark(name))


@pytest.mark.parametrize("name", ["_Toc12345", "_GoBack", "책갈피 1", "__RefHeading___1"])
def test_bookmarks_of_others_are_no_ids(name):
    assert block_id(name) == ""


@edited(
    word=("</w:p><w:sectPr", "</w:p><w:p><w:r><w:t>새 문단</w:t></w:r></w:p><w:p/><w:sectPr"),
    hancom=("</hs:sec>", '<hp:p styleIDRef="0"><hp:run><hp:t>새 문단</hp:t></hp:run></hp:p></hs:sec>'),
)
def test_a_paragraph_without_bookmark_is_a_block_of_its_own(program, edit):
    assert program.read(edit(program.of(answer()))) == (
        ReadBlock("a1", BlockKind.ANSWER, "한나래(시민)", "말씀드리겠습니다."),
        ReadBlock("", None, "", "새 문단"),
    )


@edited(
    word=("</w:p><w:sectPr", "</w:p><w:p><w:r><w:t>○ 이도윤(면담자) 네?</w:t></w:r></w:p><w:sectPr"),
    hancom=("</hs:sec>", "<hp:p><hp:run><hp:t>○ 이도윤(면담자) 네?</hp:t></hp:run></hp:p></hs:sec>"),
)
def test_a_label_typed_with_a_space_is_a_label(program, edit):
    assert program.read(edit(program.of(answer())))[1] == ReadBlock("", None, "이도윤(면담자)", "네?")


@edited(
    word=(f'</w:p><w:p><w:pPr><w:pStyle w:val="{STYLE_IDS["백서 답변"]}"/></w:pPr>', ""),
    hancom=(re.compile("</hp:p><hp:p [^>]*>"), ""),
)
def test_joined_paragraphs_keep_the_ids_of_both(program, edit):
    second = paragraph("a2", BlockKind.ANSWER, "그리고 또 있습니다.")
    (found,) = program.read(edit(program.of(answer(), second)))
    assert (found.id, found.joined) == ("a1", ("a2",))
    assert found.text.split() == ["말씀드리겠습니다.", "그리고", "또", "있습니다."]


@edited(
    word=("<w:bookmarkStart", "<w:r><w:t>먼저, </w:t></w:r><w:bookmarkStart"),
    hancom=(re.compile(r"(<hp:run [^>]*><hp:ctrl><hp:bookmark)"), r"<hp:run><hp:t>먼저, </hp:t></hp:run>\1"),
)
def test_typing_before_the_label_is_typing_before_the_text(program, edit):
    (found,) = program.read(edit(program.of(answer())))
    assert (found.id, found.speaker, found.text) == ("a1", "한나래(시민)", "먼저, 말씀드리겠습니다.")


@edited(
    word=(re.compile(r"(<w:p>.*?</w:p>)"), r"\1\1"),
    hancom=(re.compile(r"(<hp:p .*</hp:p>)"), r"\1\1"),
)
def test_a_copied_paragraph_is_a_new_one(program, edit):
    assert [block.id for block in program.read(edit(program.of(answer())))] == ["a1", ""]


BOX = "<w:txbxContent><w:p><w:r><w:t>상자 글</w:t></w:r></w:p></w:txbxContent>"


@edited(
    word=("<w:bookmarkEnd", f"<w:r><w:pict>{BOX}</w:pict></w:r><w:bookmarkEnd"),
    hancom=(
        HANCOM_TEXT,
        (
            "<hp:rect><hp:drawText><hp:subList><hp:p><hp:run><hp:t>상자 글</hp:t></hp:run></hp:p>"
            f"</hp:subList></hp:drawText></hp:rect>{HANCOM_TEXT}"
        ),
    ),
)
def test_the_text_of_a_box_is_not_lost(program, edit):
    found = program.read(edit(program.of(answer())))
    assert [(block.id, block.text) for block in found] == [("a1", "말씀드리겠습니다."), ("", "상자 글")]


@edited(
    word=(
        WORD_RUN,
        (
            "<w:del><w:r><w:delText>말씀</w:delText></w:r></w:del><w:ins><w:r><w:t>이야기</w:t></w:r></w:ins>"
            "<w:r><w:t>합니다.</w:t></w:r>"
        ),
    ),
    hancom=(
        HANCOM_TEXT,
        (
            '<hp:t><hp:deleteBegin Id="1" TcId="1"/>말씀<hp:nbSpace/><hp:deleteEnd Id="1" TcId="1"/>'
            '<hp:insertBegin Id="2" TcId="2"/>이야기<hp:insertEnd Id="2" TcId="2"/>합니다.</hp:t>'
        ),
    ),
)
def test_tracked_changes_are_read_as_accepted(program, edit):
    assert program.read(edit(program.of(answer())))[0].text == "이야기합니다."


@edited(word=(WORD_RUN, ""), hancom=(HANCOM_TEXT, "<hp:t/>"))
def test_a_paragraph_that_was_emptied_is_known_by_its_bookmark(program, edit):
    assert [block.id for block in program.read(edit(program.of(intro("a1", "말씀드리겠습니다."))))] == ["a1"]


@edited(
    word=(
        re.compile(f"</w:pPr>(<w:bookmark.*?){WORD_RUN}"),
        r"<w:rPr><w:del/></w:rPr></w:pPr>\1",
    ),
    hancom=(
        HANCOM_TEXT,
        '<hp:t><hp:deleteBegin Id="1" TcId="1" paraend="1"/>말씀드리겠습니다.<hp:deleteEnd Id="1"/></hp:t>',
    ),
)
def test_a_paragraph_removed_by_a_tracked_change_is_gone(program, edit):
    assert program.read(edit(program.of(intro("a1", "말씀드리겠습니다.")))) == ()


@edited(
    word=(re.compile(" 셋(.*?)</w:pPr>", re.DOTALL), r"\1</w:pPr>"),
    hancom=(" 셋", '<hp:deleteBegin Id="1" TcId="1" paraend="1"/> 셋<hp:deleteEnd Id="1"/>'),
)
def test_paragraphs_whose_parting_a_tracked_change_removed_are_one(program, edit):
    data = program.of(intro("a1", "이 장은 셋"), intro("a2", " 면담이다."))
    if program is WORD:
        first = '</w:pPr><w:bookmarkStart w:id="1"'
        data = changed(data, first, f"<w:rPr><w:del/></w:rPr>{first}", DOCUMENT)
    (found,) = program.read(edit(data))
    assert (found.id, found.joined, found.text) == ("a1", ("a2",), "이 장은 면담이다.")


def damaged():
    """Files that are no sound drafts, by what is wrong with them."""
    deep = "<x>" * 30_000 + "</x>" * 30_000
    contents = {
        "no xml": "<a",
        "an entity that swells": '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>',
        "an entity that fetches": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        "a bomb": f"<a>{' ' * 50_000_000}</a>",
    }
    for name, program in (("docx", WORD), ("hwpx", HANCOM)):
        whole, main = program.write(example()), MAIN[program]
        opening = re.match(r"(?s).*?<(w:document|hs:sec)[^>]*>(<w:body>)?", part(whole, main))
        closing = f"{'</w:body>' if opening[2] else ''}</{opening[1]}>"
        files = {
            "empty": b"",
            "no archive": "그냥 글입니다.".encode(),
            "an old format": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
            "another archive": replaced(whole, "none", b"").replace(main.encode(), b"x" * len(main)),
            "a bottomless tree": replaced(whole, main, f"{opening[0]}{deep}{closing}".encode()),
            "cut short": whole[:-500],
            "damaged inside": whole.replace(b"PK\x01\x02", b"PK\x01\x03"),
            **{what: replaced(whole, main, content.encode()) for what, content in contents.items()},
        }
        yield from (pytest.param(program, data, id=f"{name}, {what}") for what, data in files.items())


@pytest.mark.parametrize(("program", "data"), [*damaged()])
def test_what_is_no_sound_draft_is_refused_in_korean(program, data):
    with pytest.raises(InputError) as refused:
        program.read(data)
    assert refused.value.code == "input.draft"
    assert re.search("[가-힣]", refused.value.message)
    assert refused.value.hint


@pytest.mark.parametrize(
    ("program", "other"), [(HANCOM, WORD), (WORD, HANCOM), (TEXT, WORD), (WORD, TEXT), (HANCOM, TEXT)]
)
def test_a_file_of_another_format_is_refused(program, other):
    with pytest.raises(InputError):
        program.read(other.write(example()))


def in_word(data):
    """Paragraphs and tables as python-docx sees them."""
    document = docx.Document(io.BytesIO(data))
    cells = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    return [each.text for each in document.paragraphs], cells


def in_hancom(data):
    """Paragraphs and tables as python-hwpx sees them."""
    document = HwpxDocument.open(io.BytesIO(data))
    cells = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    return [each.text for each in document.paragraphs], cells


libraries = pytest.mark.parametrize(
    ("writer", "seen"), [(docx_writer, in_word), (hwpx_writer, in_hancom)], ids=["docx", "hwpx"]
)


@libraries
def test_another_library_sees_text_and_tables(writer, seen):
    texts, tables = seen(writer.write(example()))
    assert any(re.fullmatch(r"○ 이도윤\(면담자\)\s*어떻게 참여하게 되셨습니까\?", text) for text in texts)
    assert tables[0] == [["일시", "2023년 6월 15일"], ["장소", "시청 2층 작은 회의실"]]
    assert [len(rows) for rows in tables] == [2, 3, 1]


@libraries
def test_a_head_begins_a_table_of_its_own(writer, seen):
    head, body = ((kind, ("가", "나")) for kind in (BlockKind.TABLE_HEAD, BlockKind.TABLE_ROW))
    rows = [
        Block(f"r{at}", kind, "가\t나", "", cells) for at, (kind, cells) in enumerate([head, body, body] * 2)
    ]
    assert [len(table) for table in seen(writer.write(Chapter(4, "제목", tuple(rows))))[1]] == [3, 3]


@libraries
def test_a_transcript_shows_who_speaks_and_when(writer, seen):
    data = writer.write_transcript(*interview())
    texts, _ = seen(data)
    assert texts[0] == "○○○ 면담"
    assert [re.sub(r"\s+", " ", text) for text in texts[-2:]] == [
        "○ 이도윤(면담자) [00:00] 무엇이 달라졌습니까?",
        "○ 익명 1(시민) [01:01] 골목이 밝아졌어요.",
    ]
    assert data == writer.write_transcript(*interview())
