import io
import re
import zipfile

import archives
import docx
from made_chapters import example, paragraph, row

from pipeline.drafts import docx_reader, docx_writer
from pipeline.model import BlockKind, Chapter


def written(*blocks):
    return docx_writer.write(Chapter(4, "제목", tuple(blocks)))


def part(data, name=archives.DOCUMENT):
    return archives.part(data, name)


def changed(data, old, new, name=archives.DOCUMENT):
    return archives.changed(data, old, new, name)


def test_another_library_sees_headings_and_comments():
    document = docx.Document(io.BytesIO(docx_writer.write(example())))
    assert document.paragraphs[0].style.name == "Heading 1"
    assert document.core_properties.title == "시민이 말하는 민관협치"
    notes = [comment.text for comment in document.comments]
    assert "들을 곳: 2023-06-15-면담 00:12–00:21" in notes
    assert "확인: 용어집이 고침: 주민세 마을 사업 → 주민세 마을사업" in notes


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


def test_a_table_of_contents_is_no_text():
    style = '<w:style w:type="paragraph" w:styleId="T1"><w:name w:val="toc 1"/></w:style></w:styles>'
    data = changed(
        written(paragraph("a1", BlockKind.ANSWER, "말씀드리겠습니다.")),
        "</w:styles>",
        style,
        "word/styles.xml",
    )
    entry = '<w:p><w:pPr><w:pStyle w:val="T1"/></w:pPr><w:r><w:t>제목 1</w:t></w:r></w:p>'
    assert [block.id for block in docx_reader.read(changed(data, "<w:body>", f"<w:body>{entry}"))] == ["a1"]
