"""spaCy documents spell the text they were made of, whoever analysed it."""

import pickle
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.language.korean import load_korean
from pipeline.language.nlp import KiwiTokenizer, load_nlp, make_doc, sentence_spans
from pipeline.model import Morpheme, Span

pytestmark = pytest.mark.model

TEXTS = (
    "그게 했습니다.  네\n민관협치가 박민수라고 합니다",
    " 앞 공백과 뒤 ",
    "",
    "😀 이모지도 괜찮아요\t탭도!",
    "아이들이 다니기 편해졌다는 말을 들었어요. 정말요?",
)


@cache
def nlp() -> Any:
    return load_nlp(["민관협치"])


@pytest.mark.parametrize("text", TEXTS)
def test_a_document_spells_its_text(text: str) -> None:
    assert nlp()(text).text == text


@settings(max_examples=60)
@given(st.text(st.sampled_from("가나다했습니다.?! \n\t12aB민관협치는"), max_size=40))
def test_any_text_is_spelled_by_its_document(text: str) -> None:
    assert nlp()(text).text == text


@pytest.mark.parametrize("text", TEXTS)
def test_a_document_made_without_kiwi_is_the_same(text: str) -> None:
    morphemes = next(load_korean(("민관협치",)).analyse([text]))
    made = make_doc(nlp().vocab, text, morphemes, sentence_spans(text, morphemes))
    read = nlp()(text)
    assert made.to_json() == read.to_json()
    assert made._.morphemes == read._.morphemes


def test_a_contraction_is_one_token_with_all_its_morphemes() -> None:
    token = nlp()("했습니다.")[0]
    assert (token.text, token.tag_, token.lemma_, token.pos_) == ("했", "VV+EP", "하+었", "VERB")


def test_a_pickled_pipeline_keeps_its_dictionary() -> None:
    again = pickle.loads(pickle.dumps(nlp()))  # noqa: S301
    assert again.tokenizer.nouns == ("민관협치",)
    assert again("민관협치입니다")[0].lemma_.startswith("민관협치")


def test_a_stored_tokenizer_keeps_its_dictionary(tmp_path: Path) -> None:
    kept = KiwiTokenizer(nlp().vocab, ["철산동"])
    kept.to_disk(tmp_path / "tokenizer")
    assert KiwiTokenizer(nlp().vocab).from_disk(tmp_path / "tokenizer").nouns == ("철산동",)


def test_decomposed_text_is_refused() -> None:
    with pytest.raises(ValueError, match="NFC"):
        nlp()(unicodedata.normalize("NFD", "한글"))


def morpheme(form: str, tag: str, start: int, end: int) -> Morpheme:
    return Morpheme(form, tag, Span(start, end))


def test_sentences_end_at_marks_and_lines_and_at_a_final_ending_in_speech_without_marks() -> None:
    text = "네. 갔어요 또 와요\n끝"
    morphemes = [
        morpheme("네", "IC", 0, 1),
        morpheme(".", "SF", 1, 2),
        morpheme("가", "VV", 3, 4),
        morpheme("었", "EP", 3, 4),
        morpheme("어요", "EF", 4, 6),
        morpheme("또", "MAG", 7, 8),
        morpheme("오", "VV", 9, 10),
        morpheme("어요", "EF", 9, 11),
        morpheme("끝", "NNG", 12, 13),
    ]
    assert sentence_spans(text, morphemes) == (Span(0, 2), Span(3, 6), Span(7, 11), Span(12, 13))
