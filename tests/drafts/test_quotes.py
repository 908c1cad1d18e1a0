"""What a draft says that somebody said is found, however it says so."""

import pytest

from pipeline.drafts.comments import footnotes
from pipeline.drafts.quotes import claims
from pipeline.drafts.reading import ReadBlock, printed
from pipeline.model import BlockKind, Format, FormatKind, Span

NAMES = ["김도현(위원)", "김도현", "이수현"]


def found(text: str, kind: BlockKind | None = None, speaker: str = "") -> list[tuple[str, str]]:
    block = ReadBlock("", kind, speaker, text)
    made = list(claims([block], NAMES))
    assert all(text[c.chars.start : c.chars.end] == c.text for c in made)
    return [(c.by, c.text) for c in made]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("김도현 위원은 “사람이 먼저”라고 말했다.", [("김도현", "사람이 먼저")]),
        ("“사람이 먼저입니다.”라고 이수현 님은 밝혔다.", [("이수현", "사람이 먼저입니다.")]),
        ("“하나입니다. 둘입니다.” 이수현의 말이다.", [("이수현", "하나입니다."), ("이수현", "둘입니다.")]),
        ('한 이웃은 "길이 밝아졌어요"라고 했다.', [("", "길이 밝아졌어요")]),
        ('한 주민은 "길이 밝아졌어요"라고 했다.', [("주민", "길이 밝아졌어요")]),
        ("이수현은 '길이 밝아졌어요'라고 했다.", [("이수현", "길이 밝아졌어요")]),
        ("이수현을 만났다. 그는 「길이 밝아졌어요」라고 했다.", [("이수현", "길이 밝아졌어요")]),
        ("이수현과 김도현이 왔다. 그는 “길이 밝아졌어요”라고 했다.", [("", "길이 밝아졌어요")]),
        ("이수현은 길이 밝아졌다는 의견을 밝혔다.", [("이수현", "길이 밝아졌다")]),
        ("이수현은 길을 넓히려고 했다.", []),
        ("‘협치’와 「민관협치 활성화 기본조례」가 있다.", []),
        ("이수현은 ‘길이 밝아졌어요’라고 했다.", [("이수현", "길이 밝아졌어요")]),
        ("김도현은 “먼저 … 사람입니다.”라고 했다.", [("김도현", "먼저"), ("김도현", "사람입니다.")]),
        ("김도현 위원은 협치는 사람이 먼저라고 말했다.", [("김도현", "협치는 사람이 먼저라")]),
        ("길이 밝아졌다고 이수현은 강조했다.", [("이수현", "길이 밝아졌다")]),
        ("김 위원은 협치는 사람이 먼저라고 말했다.", [("김도현", "협치는 사람이 먼저라")]),
        ("김 위원님은 “사람이 먼저”라고 말했다.", [("김도현", "사람이 먼저")]),
        ("이 위원은 “사람이 먼저”라고 말했다.", [("", "사람이 먼저")]),
        ("김 위원회는 “사람이 먼저”라고 말했다.", [("", "사람이 먼저")]),
        ("그 자리에는 김도현 위원이 있었다.", []),
        ("좌담회는 6월에 열렸다.", []),
    ],
)
def test_quotations_and_reported_speech_are_found(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_every_sentence_of_a_speech_is_a_claim_of_its_speaker() -> None:
    speech = "그렇습니다. ‘협치’는 어렵죠? 네"
    assert found(speech, BlockKind.SPEECH, "김도현(위원)") == [
        ("김도현(위원)", "그렇습니다."),
        ("김도현(위원)", "‘협치’는 어렵죠?"),
        ("김도현(위원)", "네"),
    ]


def test_a_pull_quote_is_read_without_its_marks() -> None:
    assert found("“사람이 먼저입니다.”", BlockKind.QUOTE, "이수현") == [("이수현", "사람이 먼저입니다.")]


@pytest.mark.parametrize("cell", ["한나래 사회자", "6월 15일 정오", "사업 추진 개요", "광명시 평생학습원"])
def test_a_cell_of_facts_states_nothing(cell: str) -> None:
    cells = ("이수현", cell)
    assert not list(claims([ReadBlock("", BlockKind.FACT, "", "\t".join(cells), cells)], NAMES))


def test_headings_and_facts_claim_nothing() -> None:
    assert found("사람이 먼저입니다", BlockKind.HEADING) == []


def test_a_labelled_paragraph_of_unknown_style_is_speech() -> None:
    assert found("사람이 먼저입니다.", None, "이수현") == [("이수현", "사람이 먼저입니다.")]


def test_what_an_editor_notes_to_a_speech_is_said_by_nobody_but_for_quotations_in_it() -> None:
    noted = footnotes("주민세로 하는 사업이다. 한나래는 “늘리겠습니다.”라고 말했다.", "마을사업")
    link = Format(Span(0, 4), FormatKind.LINK, "https://example.kr/main.do")
    speech = ReadBlock("c4-said-1-2-3", BlockKind.ANSWER, "김하늘", "마을사업입니다.", (), (), noted, (link,))
    made = [(claim.text, claim.by) for claim in claims(printed([speech]), ["한나래", "김하늘"])]
    assert made == [("마을사업입니다.", "김하늘"), ("늘리겠습니다.", "한나래")]


def test_a_cell_that_states_something_was_said_by_whom_the_row_names() -> None:
    cells = ("교육", "회의를 저녁에 열어 주십시오. 꼭이요.", "이수현", "좌담회 01:20")
    block = ReadBlock("row-1", BlockKind.TABLE_ROW, "", "\t".join(cells), cells)
    made = list(claims([block], NAMES))
    assert [(c.by, c.text) for c in made] == [
        ("이수현", "회의를 저녁에 열어 주십시오."),
        ("이수현", "꼭이요."),
    ]
    assert all(block.text[c.chars.start : c.chars.end] == c.text for c in made)
