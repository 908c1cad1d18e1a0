import io
import re
import zipfile

import archives
import pytest
from hwpx import HwpxDocument
from made_chapters import example, paragraph

from pipeline.drafts import hwpx_reader, hwpx_writer
from pipeline.model import BlockKind, Chapter


def essence(block):
    return block.id, block.speaker, block.text, block.cells, block.formats


def written(*blocks):
    return hwpx_writer.write(Chapter(4, "제목", tuple(blocks)))


def part(data, name=archives.SECTION):
    return archives.part(data, name)


def changed(data, old, new, name=archives.SECTION):
    return archives.changed(data, old, new, name)


def answer(text="말씀드리겠습니다.", **kwargs):
    return paragraph("a1", BlockKind.ANSWER, text, "한나래(시민)", **kwargs)


def test_another_library_saves_it_and_every_block_is_found_again():
    chapter = example()
    document = HwpxDocument.open(io.BytesIO(hwpx_writer.write(chapter)))
    document.paragraphs[1].text = "이 장은 면담 두 편을 싣는다."
    found = hwpx_reader.read(document.to_bytes())
    assert [block.id for block in found] == [block.id for block in chapter.blocks]
    assert found[1].text == "이 장은 면담 두 편을 싣는다."
    assert [essence(block) for block in found[2:]] == [essence(block) for block in chapter.blocks[2:]]


def test_notes_are_memos_that_never_overlap():
    section = part(hwpx_writer.write(example()))
    fields = re.findall(r'<hp:field(Begin|End) (?:id|beginIDRef)="(\d+)"', section)
    assert [kind for kind, _ in fields] == ["Begin", "End"] * (len(fields) // 2)
    assert all(begin == end for (_, begin), (_, end) in zip(fields[::2], fields[1::2], strict=True))
    assert section.count("들을 곳:") == sum(bool(block.spoken) for block in example().blocks)
    assert "확인: 용어집이 고침: 주민세 마을 사업 → 주민세 마을사업" in section
    assert "memogroup" not in section


def test_the_header_counts_what_it_holds():
    header = part(hwpx_writer.write(example()), "Contents/header.xml")
    for name, item in {"charProperties": "charPr", "paraProperties": "paraPr", "styles": "style"}.items():
        (held,) = re.findall(f"<hh:{name} itemCnt.*?</hh:{name}>", header, re.DOTALL)
        ids = [int(number) for number in re.findall(f'<hh:{item} id="(\\d+)"', held)]
        assert ids == list(range(int(re.search(r'itemCnt="(\d+)"', held)[1])))


def test_every_property_that_is_used_is_in_the_header():
    data = hwpx_writer.write(example())
    header, section = part(data, "Contents/header.xml"), part(data)
    for used, item in {
        "charPrIDRef": "charPr",
        "paraPrIDRef": "paraPr",
        "styleIDRef": "style",
        "borderFillIDRef": "borderFill",
    }.items():
        known = set(re.findall(f'<hh:{item} id="(\\d+)"', header))
        assert set(re.findall(f'{used}="(\\d+)"', section)) <= known


def test_headings_are_counted_for_a_table_of_contents_without_a_number():
    data = hwpx_writer.write(example())
    header = part(data, "Contents/header.xml")
    (numbering,) = re.findall(r'outlineShapeIDRef="(\d+)"', part(data))
    heads = re.search(f'<hh:numbering id="{numbering}".*?</hh:numbering>', header, re.DOTALL)[0]
    assert re.findall(r">([^<]+)<", heads) == []
    levels = {}
    for name, number in re.findall(r'name="(백서 [^"]*제목)" engName="" paraPrIDRef="(\d+)"', header):
        outline = re.search(
            f'<hh:paraPr id="{number}".*?type="OUTLINE" idRef="0" level="(\\d)"', header, re.DOTALL
        )
        levels[name] = outline[1]
    assert levels == {"백서 장 제목": "0", "백서 절 제목": "1", "백서 소제목": "2"}


def test_what_was_hardly_understood_is_shaded():
    data = hwpx_writer.write(example())
    header = part(data, "Contents/header.xml")
    shaded = set(re.findall(r'<hh:charPr id="(\d+)"[^>]*shadeColor="#FFF200"', header))
    runs = re.findall(r'<hp:run charPrIDRef="(\d+)"><hp:t>([^<]*)</hp:t>', part(data))
    assert [text for number, text in runs if number in shaded] == ["목에 꽃을 심", "빌릴 수"]


def test_no_machine_and_no_moment_is_named():
    data = hwpx_writer.write(example())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.infolist()[0].filename == "mimetype"
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
    properties = part(data, "Contents/content.hpf")
    assert "<opf:title>시민이 말하는 민관협치</opf:title>" in properties
    assert set(re.findall(r'content="text">([^<]+)<', properties)) == {"백서 초안", "1980-01-01T00:00:00Z"}


def test_tracked_deletions_are_left_out_and_signs_are_read():
    old = "<hp:t>말씀드리겠습니다.</hp:t>"
    new = (
        '<hp:t>말<hp:deleteBegin Id="1" TcId="1"/>씀<hp:nbSpace/>들<hp:deleteEnd Id="1" TcId="1"/>'
        '드<hp:markpenBegin color="#FFFF00"/>리<hp:markpenEnd/><hp:lineBreak/>겠<hp:nbSpace/>다</hp:t>'
    )
    assert hwpx_reader.read(changed(written(answer()), old, new))[0].text == "말드리 겠 다"


def test_footnotes_and_memos_are_no_text():
    note = (
        '<hp:ctrl><hp:footNote number="1"><hp:subList><hp:p><hp:run><hp:t>각주</hp:t></hp:run></hp:p>'
        "</hp:subList></hp:footNote></hp:ctrl><hp:t>말씀드리겠습니다.</hp:t>"
    )
    found = hwpx_reader.read(changed(written(answer(start_ms=0)), "<hp:t>말씀드리겠습니다.</hp:t>", note))
    assert [(block.id, block.text) for block in found] == [("a1", "말씀드리겠습니다.")]


def test_an_independent_program_finds_it_valid_and_sees_the_headings():
    forge = pytest.importorskip("hwpforge")
    document = forge.Document.from_bytes(hwpx_writer.write(example()))
    assert (document.validate()["ok"], document.validate()["errors"]) == (True, [])
    headings = [(each["level"], each["text"]) for each in document.outline()["outline"]["headings"]]
    levels = {BlockKind.TITLE: 1, BlockKind.HEADING: 2, BlockKind.SUBHEADING: 3}
    assert headings == [
        (levels[block.kind], block.text) for block in example().blocks if block.kind in levels
    ]


def test_edits_by_an_independent_program_are_read():
    forge = pytest.importorskip("hwpforge")
    chapter = example()
    exported = forge.Document.from_bytes(hwpx_writer.write(chapter)).to_json().text
    edited = exported.replace("시작하겠습니다.", "곧 시작하겠습니다.").replace("익명 1", "주민 모두")
    found = hwpx_reader.read(forge.from_json(edited).document.to_bytes())
    assert [(block.id, block.kind) for block in found] == [(block.id, block.kind) for block in chapter.blocks]
    assert {block.id: block.text for block in found}["s1"] == "토론을 곧 시작하겠습니다."
    assert {block.id: block.cells for block in found}["tr2"] == (
        "통학로를 넓힌다 & <고친다>",
        "주민 모두",
        "",
    )


def test_an_independent_reader_sees_tables_and_memos(tmp_path):
    parser = pytest.importorskip("hwp_hwpx_parser")
    (tmp_path / "draft.hwpx").write_bytes(hwpx_writer.write(example()))
    with parser.Reader(tmp_path / "draft.hwpx") as reader:
        assert "○ 한나래(시민)" in reader.text
        assert reader.tables[0].rows == [["일시", "2023년 6월 15일"], ["장소", "시청 2층 작은 회의실"]]
        memos = [memo.text for memo in reader.get_memos()]
    assert sum(text.startswith("들을 곳: ") for text in memos) == sum(
        bool(b.spoken) for b in example().blocks
    )
    assert "확인: 이도윤의 말과 겹침" in memos
