from pipeline.language.eojeol import Edit, View, gather
from pipeline.model import Span, Word


def pieces(*texts: str) -> tuple[Word, ...]:
    return tuple(Word(100 * i, 100 * i + 80, text, 0.9 - i / 100) for i, text in enumerate(texts))


def test_pieces_without_a_space_belong_to_the_eojeol_before() -> None:
    words = pieces(" 민관", "협", "치는", " 함께", " ", " 하는")
    made = gather(words, Span(0, 6))
    assert [one.text for one in made] == ["민관협치는", "함께", "하는"]
    assert [(one.words.start, one.words.end) for one in made] == [(0, 3), (3, 5), (5, 6)]
    assert [one.start for one in made] == [0, 6, 9]
    assert made[0].confidence == 0.88


def test_a_phrase_of_the_recogniser_begins_an_eojeol_even_without_a_space() -> None:
    words = pieces(" 네", "그렇습니다")
    assert [one.text for one in gather(words, Span(0, 2), {1})] == ["네", "그렇습니다"]


def test_pauses_are_the_silence_between_eojeol() -> None:
    words = (Word(0, 100, "그", 1.0), Word(500, 600, " 사업", 1.0))
    first, second = gather(words, Span(0, 2))
    assert (first.pause_ms, second.lead_ms, second.pause_ms) == (400, 400, 0)


def test_text_is_brought_to_nfc_over_the_seams_of_words() -> None:
    words = (Word(0, 100, "\u1112\u1161", 1.0), Word(100, 200, "\u11ab", 1.0))
    assert gather(words, Span(0, 2))[0].text == "한"


def test_an_edit_that_joins_eojeol_swallows_what_was_left_out_between_them() -> None:
    view = View(gather(pieces("민관", " 음", " 협치"), Span(0, 3)))
    view.apply([Edit(1, 2, "", "filler")])
    view.apply([Edit(0, 2, "민관협치", "glossary")])
    assert [(one.text, one.words, one.reason) for one in view.live] == [("민관협치", Span(0, 3), "glossary")]
    assert view.left_out == []


def test_an_edit_over_one_already_made_is_passed_over() -> None:
    view = View(gather(pieces("가", " 나", " 다"), Span(0, 3)))
    view.apply([Edit(0, 2, "가나", "spacing"), Edit(1, 3, "나다", "spacing")])
    assert [one.text for one in view.live] == ["가나", "다"]


def test_a_mark_leaves_the_text_as_it_is() -> None:
    view = View(gather(pieces("그", " 사업"), Span(0, 2)))
    view.apply([Edit(0, 1, "그", "filler?")])
    assert (view.live[0].reason, view.live[0].changed) == ("filler?", False)
