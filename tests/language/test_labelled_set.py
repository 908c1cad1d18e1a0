from collections import Counter
from difflib import SequenceMatcher
from itertools import combinations, pairwise

import labelled_set
import pytest
from labelled_set import SUBSETS, Subset, parse_cleaning, parse_glossary, parse_labels, parse_personal

from pipeline.config import load_glossary
from pipeline.model import Span

LOADERS = {
    "cleaning": labelled_set.cleaning,
    "glossary": labelled_set.glossary,
    "labels": labelled_set.labels,
    "personal": labelled_set.personal,
}
PROMISED = {"cleaning": 150, "glossary": 90, "labels": 160, "personal": 60}


def every(name):
    return [sentence for subset in SUBSETS[name] for sentence in LOADERS[name](subset)]


def folded(sentence):
    """The text without its marked stretches, as eojeol."""
    text, last = "", 0
    for mark in sentence.marks:
        text += sentence.text[last : mark.chars.start]
        last = mark.chars.end
    return (text + sentence.text[last:]).split()


def spans_of(sentence):
    marked = getattr(sentence, "marks", ()) or getattr(sentence, "corrections", ())
    return [part.chars for part in marked or getattr(sentence, "spans", ())]


@pytest.mark.parametrize("name", LOADERS)
def test_there_are_as_many_sentences_as_were_promised(name):
    assert len(every(name)) >= PROMISED[name]


@pytest.mark.parametrize("name", ["glossary", "labels"])
def test_the_halves_that_were_divided_by_lot_are_of_a_size(name):
    dev, heldout = (LOADERS[name](half) for half in (Subset.DEV, Subset.HELDOUT))
    assert abs(len(dev) - len(heldout)) <= 2


@pytest.mark.parametrize("name", LOADERS)
def test_no_sentence_stands_twice(name):
    counts = Counter("".join(sentence.text.split()) for sentence in every(name))
    assert [text for text, count in counts.items() if count > 1] == []


def test_no_two_sentences_are_nearly_the_same():
    texts = [sentence.text for name in LOADERS for sentence in every(name)]
    eojeol = [frozenset(text.split()) for text in texts]
    alike = [
        (left, right)
        for left, right in combinations(range(len(texts)), 2)
        if len(eojeol[left] & eojeol[right]) >= 3
        and SequenceMatcher(None, texts[left], texts[right]).ratio() > 0.8
    ]
    assert [(texts[left], texts[right]) for left, right in alike] == []


@pytest.mark.parametrize("name", LOADERS)
def test_spans_lie_in_the_text_in_order_and_are_not_empty(name):
    for sentence in every(name):
        spans = spans_of(sentence)
        assert all(0 <= span.start < span.end <= len(sentence.text) for span in spans)
        assert all(left.end <= right.start for left, right in pairwise(spans))


def test_folding_the_marked_stretches_gives_the_clean_text_up_to_the_spelling_of_two_eojeol():
    for sentence in every("cleaning"):
        kept, clean = folded(sentence), sentence.clean.split()
        assert len(kept) == len(clean), sentence
        assert sum(left != right for left, right in zip(kept, clean, strict=True)) <= 2, sentence


def test_a_repeat_is_followed_by_what_it_began():
    for sentence in every("cleaning"):
        for mark in sentence.marks:
            if mark.kind == "repeat":
                assert sentence.text[mark.chars.end :].strip(" ,.?!"), sentence


def test_cleaning_shows_every_filler_and_at_least_as_many_innocent_uses_of_the_doubtful_ones():
    forms = ("그", "저", "뭐", "막", "이제")
    fillers: Counter[str] = Counter()
    innocent: Counter[str] = Counter()
    for sentence in every("cleaning"):
        fillers.update(
            sentence.text[mark.chars.start : mark.chars.end].strip(" ,.")
            for mark in sentence.marks
            if mark.kind == "filler"
        )
        innocent.update(eojeol.strip(",.?!") for eojeol in folded(sentence))
    assert all(fillers[form] >= 5 for form in (*forms, "음", "어", "아", "인제", "그니까", "약간"))
    assert sum(innocent[form] for form in forms) >= sum(fillers[form] for form in forms)


def test_cleaning_has_sentences_with_nothing_to_change_and_pauses_after_words_that_stay():
    sentences = every("cleaning")
    assert sum(sentence.text == sentence.clean for sentence in sentences) >= 30
    ends = [{mark.chars.end for mark in sentence.marks} for sentence in sentences]
    after_marks = [at in end for sentence, end in zip(sentences, ends, strict=True) for at in sentence.pauses]
    assert after_marks.count(False) >= 50
    assert after_marks.count(True) >= 100


def test_glossary_names_are_those_of_the_shipped_glossary_and_no_persons(pytestconfig):
    terms = load_glossary(pytestconfig.rootpath / "config" / "glossary.toml").term
    names = {term.name for term in terms if term.kind != "person"}
    corrections = [part for sentence in every("glossary") for part in sentence.corrections]
    assert {part.canonical for part in corrections} <= names


def test_glossary_has_corrections_that_change_the_text_and_innocent_look_alikes_that_do_not():
    sentences = every("glossary")
    assert sum(not sentence.corrections for sentence in sentences) >= 40
    for sentence in sentences:
        assert bool(sentence.corrections) == (sentence.text != sentence.correct)
        assert all(part.canonical in sentence.correct for part in sentence.corrections)


def test_labels_have_enough_of_each_kind_and_enough_that_only_look_like_it():
    sentences = every("labels")
    positive = Counter(label for sentence in sentences for label in sentence.labels)
    near = Counter(label for sentence in sentences for label in sentence.near)
    judged = ("question", "proposal", "achievement", "limit")
    assert all(positive[label] >= 30 and near[label] >= 15 for label in judged)
    assert all(positive[label] >= 10 for label in labelled_set.LABELS)
    assert sum(not sentence.labels for sentence in sentences) >= 45
    assert not any(sentence.labels & sentence.near for sentence in sentences)


def test_personal_data_of_every_kind_stands_beside_innocent_numbers():
    sentences = every("personal")
    kinds = Counter(span.kind for sentence in sentences for span in sentence.spans)
    assert all(kinds[kind] >= 5 for kind in labelled_set.PERSONAL_KINDS)
    assert sum(not sentence.spans for sentence in sentences) >= 25


def test_the_notation_of_cleaning_becomes_text_spans_and_pauses():
    sentence = parse_cleaning("{음,}/ <저희가>/ 저희 시가 했구요", "저희 시가 했고요")
    assert sentence.text == "음, 저희가 저희 시가 했구요"
    assert [(mark.kind, mark.chars) for mark in sentence.marks] == [
        ("filler", Span(0, 2)),
        ("repeat", Span(3, 6)),
    ]
    assert sentence.pauses == (2, 6)


@pytest.mark.parametrize("marked", ["{음 저는", "음} 저는", "{음 <저> 저는}", "저는 / 그때", "/저는"])
def test_a_broken_cleaning_mark_is_refused(marked):
    with pytest.raises(ValueError, match=r"stray|closed|pause"):
        parse_cleaning(marked, "")


def test_heard_forms_are_found_in_order():
    sentence = parse_glossary("협취와 협취", [["협취", "협치"], ["협취", "협치"]], "협치와 협치")
    assert [part.chars for part in sentence.corrections] == [Span(0, 2), Span(4, 6)]


def test_a_heard_form_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="substring"):
        parse_glossary("협치", [["협취", "협치"]], "협치")


def test_an_unknown_label_is_refused():
    with pytest.raises(ValueError, match="unknown labels"):
        parse_labels("네", "citizen", ["joke"])


def test_the_notation_of_personal_data_becomes_spans():
    sentence = parse_personal("번호는 [010-1234-5678|phone]입니다.")
    assert sentence.text == "번호는 010-1234-5678입니다."
    assert [(span.kind, span.chars) for span in sentence.spans] == [("phone", Span(4, 17))]


@pytest.mark.parametrize("marked", ["[12|joke]", "[12", "12]", "[|phone]"])
def test_broken_personal_marks_are_refused(marked):
    with pytest.raises(ValueError, match=r"unknown kind|stray"):
        parse_personal(marked)
