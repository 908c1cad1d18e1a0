import io
import re
import shutil
import subprocess
import zipfile

import archives
import docx
import pytest
from hypothesis import given, settings
from made_chapters import chapters, example, interview, paragraph, row

from pipeline.drafts import docx_reader, docx_writer
from pipeline.drafts.docx_frame import STYLE_IDS
from pipeline.drafts.reading import ReadBlock, block_id, bookmark
from pipeline.errors import InputError
from pipeline.model import Block, BlockKind, Chapter

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def essence(block):
    return block.id, block.speaker, block.text, block.cells, block.formats


def written(*blocks):
    return docx_writer.write(Chapter(4, "제목", tuple(blocks)))


def part(data, name="word/document.xml"):
    return archives.part(data, name)


def changed(data, old, new, name="word/document.xml"):
    return archives.changed(data, old, new, name)


def answer(text="말씀드리겠습니다.", **kwargs):
    return paragraph("a1", BlockKind.ANSWER, text, "한나래(시민)", **kwargs)


@given(chapters())
@settings(max_examples=60)
def test_every_block_is_read_back_as_it_was_written(chapter):
    assert [essence(block) for block in docx_reader.read(docx_writer.write(chapter))] == [
        essence(block) for block in chapter.blocks
    ]


@given(chapters())
@settings(max_examples=20)
def test_equal_chapters_give_equal_bytes(chapter):
    assert docx_writer.write(chapter) == docx_writer.write(chapter)


def test_every_kind_is_read_back():
    chapter = example()
    found = docx_reader.read(docx_writer.write(chapter))
    assert [block.kind for block in found] == [block.kind for block in chapter.blocks]
    assert {block.kind for block in found} == set(BlockKind)


def test_another_library_sees_text_tables_and_comments():
    document = docx.Document(io.BytesIO(docx_writer.write(example())))
    texts = [each.text for each in document.paragraphs]
    assert "○ 이도윤(면담자) \t어떻게 참여하게 되셨습니까?" in texts
    assert [[cell.text for cell in row.cells] for row in document.tables[0].rows] == [
        ["일시", "2023년 6월 15일"],
        ["장소", "시청 2층 작은 회의실"],
    ]
    assert document.paragraphs[0].style.name == "Heading 1"
    assert document.core_properties.title == "시민이 말하는 민관협치"
    notes = [comment.text for comment in document.comments]
    assert "들을 곳: 2023-06-15-면담 00:12–00:21" in notes
    assert "확인: 용어집이 고침: 주민세 마을 사업 → 주민세 마을사업" in notes


def test_every_spoken_block_has_its_source_in_a_comment():
    chapter = example()
    comments = part(docx_writer.write(chapter), "word/comments.xml")
    assert comments.count("들을 곳:") == sum(bool(block.spoken) for block in chapter.blocks)


def test_a_recording_may_have_a_name_of_its_own():
    data = docx_writer.write(example(), {"ab" * 32: "면담 1"})
    assert "들을 곳: 면담 1 00:12–00:21" in part(data, "word/comments.xml")
    assert "2023-06-15-면담" not in part(data, "word/comments.xml")


def test_what_was_hardly_understood_is_highlighted():
    runs = re.findall(
        r'<w:highlight w:val="yellow"/></w:rPr><w:t[^>]*>([^<]*)<', part(docx_writer.write(example()))
    )
    assert runs == ["목에 꽃을 심", "빌릴 수"]


def test_no_machine_and_no_moment_is_named():
    with zipfile.ZipFile(io.BytesIO(docx_writer.write(example()))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert re.findall(r">([^<]+)</dc(?:terms)?:", core) == [
        *("시민이 말하는 민관협치", "백서 초안", "ko-KR"),
        *("1980-01-01T00:00:00Z", "1980-01-01T00:00:00Z"),
    ]


def test_korean_text_has_a_korean_font():
    assert 'w:eastAsia="맑은 고딕"' in part(docx_writer.write(example()), "word/styles.xml")


@pytest.mark.parametrize("name", ["a1", "1-2-3", "x" * 40, "a-b", "7"])
def test_an_id_survives_as_a_bookmark_that_word_accepts(name):
    assert block_id(bookmark(name)) == name
    assert re.fullmatch(r"[A-Za-z_]\w*", bookmark(name))


@pytest.mark.parametrize("name", ["_Toc12345", "_GoBack", "책갈피 1", "__RefHeading___1"])
def test_bookmarks_of_others_are_no_ids(name):
    assert block_id(name) == ""


def test_a_paragraph_without_bookmark_is_a_block_of_its_own():
    data = changed(
        written(answer()), "</w:p><w:sectPr", "</w:p><w:p><w:r><w:t>새 문단</w:t></w:r></w:p><w:p/><w:sectPr"
    )
    assert docx_reader.read(data) == (
        ReadBlock("a1", BlockKind.ANSWER, "한나래(시민)", "말씀드리겠습니다."),
        ReadBlock("", None, "", "새 문단"),
    )


def test_a_label_typed_with_a_space_is_a_label():
    text = "<w:p><w:r><w:t>○ 이도윤(면담자) 그런가요?</w:t></w:r></w:p>"
    data = changed(written(answer()), "</w:p><w:sectPr", f"</w:p>{text}<w:sectPr")
    assert docx_reader.read(data)[1] == ReadBlock("", None, "이도윤(면담자)", "그런가요?")


def test_joined_paragraphs_keep_the_ids_of_both():
    second = paragraph("a2", BlockKind.ANSWER, "그리고 또 있습니다.")
    between = f'</w:p><w:p><w:pPr><w:pStyle w:val="{STYLE_IDS["백서 답변"]}"/></w:pPr>'
    data = changed(written(answer(), second), between, "")
    (found,) = docx_reader.read(data)
    assert (found.id, found.joined) == ("a1", ("a2",))
    assert found.text == "말씀드리겠습니다.  그리고 또 있습니다."


def test_typing_before_the_label_is_typing_before_the_text():
    data = changed(written(answer()), "<w:bookmarkStart", "<w:r><w:t>먼저, </w:t></w:r><w:bookmarkStart")
    (found,) = docx_reader.read(data)
    assert (found.id, found.speaker, found.text) == ("a1", "한나래(시민)", "먼저, 말씀드리겠습니다.")


def test_tracked_changes_are_read_as_accepted():
    old = '<w:r><w:t xml:space="preserve">말씀드리겠습니다.</w:t></w:r>'
    new = (
        "<w:del><w:r><w:delText>말씀</w:delText></w:r></w:del><w:ins><w:r><w:t>이야기</w:t></w:r></w:ins>"
        "<w:r><w:t>합니다.</w:t></w:r>"
    )
    assert docx_reader.read(changed(written(answer()), old, new))[0].text == "이야기합니다."


def test_a_paragraph_removed_by_a_tracked_change_is_gone():
    old = '<w:r><w:t xml:space="preserve">말씀드리겠습니다.</w:t></w:r>'
    data = changed(written(paragraph("a1", BlockKind.INTRO, "말씀드리겠습니다.")), old, "")
    assert [block.id for block in docx_reader.read(data)] == ["a1"]
    data = changed(data, "</w:pPr><w:bookmark", "<w:rPr><w:del/></w:rPr></w:pPr><w:bookmark")
    assert docx_reader.read(data) == ()


def test_paragraphs_whose_parting_a_tracked_change_removed_are_one():
    data = written(
        paragraph("a1", BlockKind.INTRO, "이 장은"), paragraph("a2", BlockKind.INTRO, " 면담이다.")
    )
    removed = '</w:pPr><w:bookmarkStart w:id="1"'
    data = changed(data, removed, f"<w:rPr><w:del/></w:rPr>{removed}")
    (found,) = docx_reader.read(data)
    assert (found.id, found.joined, found.text) == ("a1", ("a2",), "이 장은 면담이다.")


def test_a_paragraph_moved_by_a_tracked_change_stands_where_it_was_moved_to():
    data = written(paragraph("a1", BlockKind.INTRO, "첫째"), paragraph("a2", BlockKind.INTRO, "둘째"))
    run = '<w:r><w:t xml:space="preserve">첫째</w:t></w:r>'
    data = changed(data, run, f"<w:moveFrom>{run}</w:moveFrom>")
    data = changed(
        data,
        '</w:pPr><w:bookmarkStart w:id="1"',
        '<w:rPr><w:moveFrom/></w:rPr></w:pPr><w:bookmarkStart w:id="1"',
    )
    data = changed(data, "<w:sectPr", f"<w:p><w:moveTo>{run}</w:moveTo></w:p><w:sectPr")
    assert [(block.id, block.text) for block in docx_reader.read(data)] == [("a2", "둘째"), ("", "첫째")]


def test_a_row_removed_by_a_tracked_change_is_gone():
    data = written(row("f1", BlockKind.FACT, "일시", "2023년"), paragraph("a2", BlockKind.INTRO, "둘째"))
    data = changed(data, "<w:trPr><w:cantSplit/>", "<w:trPr><w:cantSplit/><w:del/>")
    assert [block.id for block in docx_reader.read(data)] == ["a2"]


def test_a_copied_paragraph_is_a_new_one():
    data = written(answer())
    (copied,) = re.findall(r"<w:p>.*?</w:p>", part(data))
    found = docx_reader.read(changed(data, "<w:sectPr", f"{copied}<w:sectPr"))
    assert [block.id for block in found] == ["a1", ""]


def test_a_table_of_contents_is_no_text():
    style = '<w:style w:type="paragraph" w:styleId="T1"><w:name w:val="toc 1"/></w:style></w:styles>'
    data = changed(written(answer()), "</w:styles>", style, "word/styles.xml")
    entry = '<w:p><w:pPr><w:pStyle w:val="T1"/></w:pPr><w:r><w:t>제목 1</w:t></w:r></w:p>'
    assert [block.id for block in docx_reader.read(changed(data, "<w:body>", f"<w:body>{entry}"))] == ["a1"]


def test_the_text_of_a_box_is_not_lost():
    box = (
        "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>상자 글</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
    )
    found = docx_reader.read(changed(written(answer()), "<w:bookmarkEnd", f"{box}<w:bookmarkEnd"))
    assert [(block.id, block.text) for block in found] == [("a1", "말씀드리겠습니다."), ("", "상자 글")]


def test_characters_that_xml_cannot_hold_are_replaced():
    (found,) = docx_reader.read(written(answer("종\x00소\x1b리\ud800 첫\t줄\n끝")))
    assert found.text == "종\ufffd소\ufffd리\ufffd 첫 줄 끝"


def bomb():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a>" + b" " * 50_000_000 + b"</a>")
    return made.getvalue()


def alone(document):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", document)
    return made.getvalue()


DEEP = f'<w:document xmlns:w="{W}"><w:body>' + "<w:x>" * 30_000 + "</w:x>" * 30_000 + "</w:body></w:document>"
REFUSED = {
    "empty": b"",
    "no archive": "그냥 글입니다.".encode(),
    "an old format": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
    "another archive": alone("<a/>").replace(b"document", b"dokument"),
    "no xml": alone("<a"),
    "an entity that swells": alone('<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'),
    "an entity that fetches": alone('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    "a bomb": bomb(),
    "a bottomless tree": alone(DEEP),
    "cut short": docx_writer.write(example())[:-500],
    "damaged inside": alone("<a>" + "가나다" * 900 + "</a>").replace(b"PK\x01\x02", b"PK\x01\x03"),
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_sound_draft_is_refused_in_korean(data):
    with pytest.raises(InputError) as refused:
        docx_reader.read(data)
    assert refused.value.code == "input.draft"
    assert re.search("[가-힣]", refused.value.message)
    assert refused.value.hint


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_ids_kinds_and_comments_survive_libreoffice(tmp_path):
    chapter = example()
    (tmp_path / "draft.docx").write_bytes(docx_writer.write(chapter))
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "docx", "--outdir", tmp_path / "saved", tmp_path / "draft.docx"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    data = (tmp_path / "saved" / "draft.docx").read_bytes()
    assert [(*essence(block), block.kind) for block in docx_reader.read(data)] == [
        (*essence(block), block.kind) for block in chapter.blocks
    ]
    written_notes = [each.text for each in docx.Document(tmp_path / "draft.docx").comments]
    assert [each.text for each in docx.Document(io.BytesIO(data)).comments] == written_notes


def test_a_transcript_shows_who_speaks_and_when():
    data = docx_writer.write_transcript(*interview())
    document = docx.Document(io.BytesIO(data))
    texts = [each.text for each in document.paragraphs]
    assert texts[0] == "○○○ 면담"
    assert texts[-2:] == [
        "○ 이도윤(면담자) \t[00:00] 무엇이 달라졌습니까?",
        "○ 익명 1(시민) \t[01:01] 골목이 밝아졌어요.",
    ]
    assert document.core_properties.title == "○○○ 면담"
    assert data == docx_writer.write_transcript(*interview())


def test_a_chapter_without_blocks_is_a_document():
    assert docx_reader.read(written()) == ()


def test_a_head_begins_a_table_of_its_own():
    head, body = ((kind, ("가", "나")) for kind in (BlockKind.TABLE_HEAD, BlockKind.TABLE_ROW))
    rows = [
        Block(f"r{at}", kind, "가\t나", "", cells) for at, (kind, cells) in enumerate([head, body, body] * 2)
    ]
    tables = docx.Document(io.BytesIO(written(*rows))).tables
    assert [len(table.rows) for table in tables] == [3, 3]


def test_a_row_with_an_empty_cell_keeps_its_cells():
    block = Block("r", BlockKind.TABLE_ROW, "\t\t", "", ("", "", ""))
    assert docx_reader.read(written(block))[0].cells == ("", "", "")
