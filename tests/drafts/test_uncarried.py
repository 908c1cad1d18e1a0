"""What an edited file holds that no newer draft can take over is counted, and nothing of ours is."""

import io

import docx
from archives import changed
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hwpx import HwpxDocument
from made_chapters import example

from pipeline.drafts import docx_writer, hwpx_writer, markdown
from pipeline.drafts.uncarried import uncarried

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)


def test_drafts_as_we_write_them_leave_nothing_behind() -> None:
    chapter = example()
    assert uncarried(docx_writer.write(chapter), "docx") == {}
    assert uncarried(hwpx_writer.write(chapter), "hwpx") == {}
    assert uncarried(markdown.write(chapter), "md") == {}


def test_links_to_places_on_a_computer_are_counted_and_what_is_carried_is_not() -> None:
    document = docx.Document(io.BytesIO(docx_writer.write(example())))
    run = document.add_paragraph().add_run("편집자의 문장")
    run.italic = True
    document.add_comment(run, "다시 들어 봐야 합니다", author="김편집", initials="김")
    document.add_picture(io.BytesIO(PICTURE))
    for leads in ("https://www.gm.go.kr", "file:///C:/자료.hwp"):
        link = OxmlElement("w:hyperlink", {qn("r:id"): document.part.relate_to(leads, RT.HYPERLINK, True)})
        document.add_paragraph()._p.append(link)
    for anchor in ("_Toc1", "i1"):
        document.add_paragraph()._p.append(OxmlElement("w:hyperlink", {qn("w:anchor"): anchor}))
    for field in (
        '"C:\\자료.hwp"',
        '\\l "i1"',
        '\\l "_Toc1"',
        '"https://www.gm.go.kr"',
        "https://www.gm.go.kr",
    ):
        added = document.add_paragraph().add_run()
        for part in (" HYPER", f"LINK {field} "):
            added._r.append(OxmlElement("w:instrText"))
            added._r[-1].text = part
    saved = io.BytesIO()
    document.save(saved)
    assert uncarried(saved.getvalue(), "docx") == {"하이퍼링크": 4}


def test_tracked_changes_of_an_editor_in_hancom_are_counted() -> None:
    data = hwpx_writer.write(example())
    marked = '<hp:t><hp:insertBegin Id="1" TcId="1"/>이<hp:insertEnd Id="1" TcId="1"/> 장은'
    saved = changed(data, "<hp:t>이 장은", marked, "Contents/section0.xml")
    assert uncarried(saved, "hwpx") == {"변경 내용 추적": 1}


def test_links_to_places_on_a_computer_in_hancom_are_counted() -> None:
    document = HwpxDocument.open(io.BytesIO(hwpx_writer.write(example())))
    italic = document.styles.ensure_run(italic=True)
    document.add_paragraph("편집자의 문장", char_pr_id_ref=italic)
    for leads in ("https://www.gm.go.kr", "C:\\자료.hwp"):
        document.refs.add_hyperlink(leads, "자료", paragraph=document.paragraphs[1])
    assert uncarried(document.to_bytes(), "hwpx") == {"하이퍼링크": 1}


def test_a_picture_in_markdown_is_counted_and_a_footnote_is_not() -> None:
    data = markdown.write(example()) + "\n[^편집]: 편집자의 각주\n\n![현장](a.png)\n".encode()
    assert uncarried(data, "md") == {"그림": 1}
