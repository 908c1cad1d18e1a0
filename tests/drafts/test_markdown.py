import re
from dataclasses import replace
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_chapters import chapters, example, formats, lines, paragraph, row
from markdown_it import MarkdownIt

from pipeline.drafts import markdown
from pipeline.drafts.comments import AUTHOR, Comment
from pipeline.drafts.formats import tidy
from pipeline.drafts.reading import ReadBlock
from pipeline.drafts.styles import LOOKS
from pipeline.errors import InputError
from pipeline.model import Block, BlockKind, Chapter, Format, FormatKind, Remark, Span


def essence(block):
    return block.id, block.speaker, block.text, block.cells, block.formats


def written(*blocks):
    return markdown.write(Chapter(4, "제목", tuple(blocks))).decode()


def read(text):
    return markdown.read(text.encode())


def answer(text="말씀드리겠습니다.", **kwargs):
    return paragraph("a1", BlockKind.ANSWER, text, "한나래(시민)", **kwargs)


def shown(text):
    """What a Markdown program shows of each paragraph, heading, item and cell, without footnotes."""
    text = "\n\n".join(each for each in text.split("\n\n") if not re.match(r"\[\^\d+\]:", each))
    made = []
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        if token.type == "inline":
            parts = [
                part.content if part.type == "text" else "\n" * (part.type == "hardbreak")
                for part in token.children
            ]
            made.append(re.sub(r" ?\[\^\d+\]", "", "".join(parts)).strip(" "))
    return [each for each in made if each]


@given(chapters())
@settings(max_examples=200)
def test_another_parser_shows_the_same_words(chapter):
    expected = []
    for block in chapter.blocks:
        labelled = f"○ {block.speaker} {block.text}" if block.speaker else block.text
        if block.kind is BlockKind.QUOTE and block.speaker:
            labelled = f"{block.text}\n— {block.speaker}"
        elif block.kind is BlockKind.POINT:
            labelled = f"{block.speaker} {block.text}"
        expected += list(block.cells) or [labelled]
    assert shown(markdown.write(chapter).decode()) == [
        each.strip(" ") for each in expected if each.strip(" ")
    ]


TAGS = {
    "strong": (FormatKind.BOLD, ""),
    "em": (FormatKind.ITALIC, ""),
    "s": (FormatKind.STRIKE, ""),
    "<b": (FormatKind.BOLD, ""),
    "<i": (FormatKind.ITALIC, ""),
    "<u": (FormatKind.UNDERLINE, ""),
    "<s": (FormatKind.STRIKE, ""),
    "<sup": (FormatKind.SUPERSCRIPT, ""),
    "<sub": (FormatKind.SUBSCRIPT, ""),
}


def set_there(text):
    """What a Markdown program shows of a paragraph, and how it sets which characters."""
    shown, opened, found = "", [], []
    (inline,) = (
        t for t in MarkdownIt("commonmark").enable("strikethrough").parse(text) if t.type == "inline"
    )
    for token in inline.children:
        html = token.type == "html_inline" and not token.content.startswith("<!--")
        if token.nesting == 1 or (html and not token.content.startswith("</")):
            name = re.match(r"<\w+|\w+", token.content if html else token.tag)[0]
            value = re.search("#([0-9A-F]{6})", token.content)
            colored = FormatKind.HIGHLIGHT if name == "<mark" else FormatKind.COLOR
            setting = (
                (colored, value[1]) if value else TAGS.get(name) or (FormatKind.LINK, token.attrs["href"])
            )
            opened.append((setting, len(shown)))
        elif token.nesting == -1 or html:
            (kind, value), start = opened.pop()
            found.append(Format(Span(start, len(shown)), kind, value))
        elif token.type == "text":
            shown += token.content
    return shown.rstrip(), found


@given(st.data())
@settings(max_examples=150)
def test_another_parser_sets_the_same_characters(data):
    text = data.draw(lines.filter(str.strip))
    formats_there = data.draw(formats(text, LOOKS[BlockKind.INTRO]))
    told = [each for each in formats_there if each.kind is not FormatKind.ALIGN]
    block = Block("b", BlockKind.INTRO, text, formats=formats_there)
    there, found = set_there(written(block))
    assert (there, [*map(readable, tidy(found, there))]) == (text, [*map(readable, told)])


def readable(each):
    """A format, with where it leads as people read it."""
    return replace(each, value=unquote(each.value))


def test_a_block_looks_like_this():
    remark = Remark(Span(0, 2), "glossary", "용어집이 고침")
    doubt = Remark(Span(5, 8), "low-confidence", "인식 확신이 낮음")
    assert written(answer("말씀을 드리겠습니다.", start_ms=61_000, remarks=(remark, doubt))) == (
        "**○ 한나래(시민)** 말씀을 드<mark>리겠습</mark>니다. [^1] <!-- a1 -->\n"
        "\n"
        "[^1]: 들을 곳: 2023-06-15-면담 01:01–01:05 / 확인: 용어집이 고침\n"
    )


def test_facts_and_tables_look_like_this():
    assert written(
        row("f1", BlockKind.FACT, "일시", "2023년"),
        row("t1", BlockKind.TABLE_HEAD, "제안", "누가"),
        row("t2", BlockKind.TABLE_ROW, "길을 | 넓힌다", "한나래"),
    ) == (
        "|  |  |\n| --- | --- |\n| 일시 | 2023년 <!-- f1 --> |\n"
        "\n"
        "| 제안 | 누가 <!-- t1 --> |\n| --- | --- |\n| 길을 \\| 넓힌다 | 한나래 <!-- t2 --> |\n"
    )


def test_kinds_that_show_are_read_back():
    found = {block.id: block.kind for block in markdown.read(markdown.write(example()))}
    plain = {BlockKind.INTRO, BlockKind.LEAD, BlockKind.QUESTION, BlockKind.ANSWER, BlockKind.SPEECH}
    plain |= {BlockKind.NARRATIVE}
    assert found == {block.id: None if block.kind in plain else block.kind for block in example().blocks}


def test_every_spoken_block_has_its_source_in_a_footnote():
    text = markdown.write(example()).decode()
    assert text.count("들을 곳:") == sum(bool(block.spoken) for block in example().blocks)
    assert "「주민세 마을사업」 확인: 용어집이 고침: 주민세 마을 사업 → 주민세 마을사업" in text


def test_wrapped_lines_are_one_paragraph():
    text = "**○ 한나래(시민)** 말씀을\n드리겠습니다. [^1]\n<!-- a1 -->\n둘째 문단은\n여기까지.\n"
    text += "\n[^1]: 들을 곳: 어디\n   00:01–00:02\n"
    note = Comment(AUTHOR, "들을 곳: 어디 00:01–00:02")
    assert read(text) == (
        ReadBlock("a1", None, "한나래(시민)", "말씀을 드리겠습니다.", comments=(note,)),
        ReadBlock("", None, "", "둘째 문단은 여기까지."),
    )


def test_paragraphs_a_person_wrote_need_no_id():
    text = "## 새 절\n본문\n\n* 하나\n* 둘\n\n> 인용\n> 이어서\n\n○ 이도윤(면담자) 그래서요?\n"
    assert [(block.kind, block.speaker, block.text) for block in read(text)] == [
        (BlockKind.HEADING, "", "새 절"),
        (None, "", "본문"),
        (BlockKind.POINT, "", "하나"),
        (BlockKind.POINT, "", "둘"),
        (BlockKind.QUOTE, "", "인용 이어서"),
        (None, "이도윤(면담자)", "그래서요?"),
    ]


def test_emphasis_and_comments_of_a_person_are_no_text():
    assert read("이것은 **아주** 중요합니다. <!-- 나중에 볼 것 -->")[0].text == "이것은 아주 중요합니다."


def test_a_picture_from_elsewhere_is_no_link():
    (found,) = read("여기! [보기](https://a.kr) ![그림](https://a.kr/1.png) 좋다\\![보기](https://a.kr)")
    assert found.text == "여기! 보기 ![그림](https://a.kr/1.png) 좋다!보기"
    assert [found.text[each.chars.start : each.chars.end] for each in found.formats] == ["보기", "보기"]


def test_joined_paragraphs_keep_the_ids_of_both():
    (found,) = read("앞 문단 <!-- a1 --> 뒤 문단 <!-- a2 -->")
    assert (found.id, found.joined, found.text) == ("a1", ("a2",), "앞 문단  뒤 문단")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_a_file_saved_by_a_windows_program_is_read(encoding):
    data = written(answer()).replace("\n", "\r\n").encode(encoding)
    assert essence(markdown.read(data)[0]) == essence(answer())


@pytest.mark.parametrize("data", [b"PK\x03\x04\x00\x00\xff", b"\xff\xfe\xff"])
def test_what_is_no_text_is_refused_in_korean(data):
    with pytest.raises(InputError) as refused:
        markdown.read(data)
    assert refused.value.code == "input.draft"
    assert re.search("[가-힣]", refused.value.message)
