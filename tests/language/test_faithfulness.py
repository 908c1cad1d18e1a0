"""Nothing that carries meaning gets lost in cleaning, and a "not" never."""

import json
import re
from pathlib import Path

import labelled_set
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from labelled_set import Subset
from spoken_turns import cleaned, spoken, turns_of

from pipeline.config import CleanSettings, load_glossary
from pipeline.language.clean import FillerForms, clean
from pipeline.language.eojeol import Eojeol, gather, hand_out
from pipeline.language.faithfulness import unfaithful
from pipeline.language.korean import load_korean
from pipeline.language.tables import Spelling, Tables, load_tables
from pipeline.model import CleanTurn, Link, Span, Turn

pytestmark = pytest.mark.model

ROOT = Path(__file__).parents[2]
GLOSSARY = load_glossary(ROOT / "config/glossary.toml")
FORMS = FillerForms(load_tables())
NOTS = ("안", "못", "없", "아니", "않")

SUBJECTS = (
    "저희가",
    "저는",
    "주민들이",
    "민관 협치가",
    "그 사업은",
    "과장님이",
    "밍관협치는",
    "삼십 명이",
    "우리 우리가",
    "저희가, 저희",
)
MIDDLES = (
    *(
        "음/",
        "어/",
        "그/",
        "막/",
        "이제/",
        "뭐/",
        "약간/",
        "그니까/",
        "네/",
        "쫌",
        "안",
        "못",
        "예산이",
        "예산을 예산을",
        "하나 하나",
        "너무 너무",
    ),
    *(
        "골목을",
        "통학노 안전 개선을",
        "이천이십삼 년에",
        "유월 유월에",
        "삼억 오천만 원이",
        "이십오 점 삼 퍼센트",
        "칠월 칠월부터",
        "할수있는",
        "그런거",
        "한 명 한 명",
        "삼천오백만 원을",
        "주민 주민자치회",
        "할려고",
    ),
)
ENDINGS = (
    *(
        "했구요",
        "했습니다",
        "없었어요.",
        "바꿨어요.",
        "되요",
        "아니라고 했어요.",
        "하지 않았습니다",
        "안 된다라고 하셨어요.",
    ),
    *("할 수 없었거든요", "못 했어요,", "좋을 것 같애요", "됬어요", "어떻게 하나요", "그렇죠"),
)
TALK = st.lists(
    st.tuples(
        st.sampled_from(SUBJECTS), st.lists(st.sampled_from(MIDDLES), max_size=6), st.sampled_from(ENDINGS)
    ).map(lambda parts: " ".join([parts[0], *parts[1], parts[2]])),
    min_size=1,
    max_size=4,
).map(" ".join)
ANYHOW = st.lists(st.sampled_from([*SUBJECTS, *MIDDLES, *ENDINGS]), min_size=1, max_size=25).map(" ".join)


def said(text: str) -> list[Eojeol]:
    """The eojeol of a text as spoken, with their morphemes."""
    words = spoken(text)
    eojeols = gather(words, Span(0, len(words)))
    for parse in load_korean(tuple(t.name for t in GLOSSARY.term)).parse([" ".join(e.text for e in eojeols)]):
        hand_out(eojeols, parse)
    return eojeols


def tidy(text: str, level: str = "edited") -> CleanTurn:
    return cleaned([text], GLOSSARY, CleanSettings.model_validate({"level": level}))[0]


@settings(max_examples=120)
@given(st.one_of(TALK, ANYHOW))
def test_a_cleaned_turn_is_faithful_to_what_was_said(text: str) -> None:
    assert unfaithful(said(text), tidy(text), FORMS) == []


@settings(max_examples=60)
@given(st.one_of(TALK, ANYHOW))
def test_what_was_said_can_be_put_back_from_the_links(text: str) -> None:
    turn = tidy(text)
    put_back = [link.before or turn.text[link.chars.start : link.chars.end].rstrip() for link in turn.links]
    assert " ".join(put_back) == text.replace("/", "")


@settings(max_examples=60)
@given(st.one_of(TALK, ANYHOW))
def test_sentences_and_morphemes_lie_in_the_text_in_order(text: str) -> None:
    turn = tidy(text)
    ends = [0, *(bound for span in turn.sentences for bound in (span.start, span.end)), len(turn.text)]
    assert ends == sorted(ends)
    assert all(turn.text[span.start : span.end].strip() for span in turn.sentences)
    starts = [morpheme.chars.start for morpheme in turn.morphemes]
    assert starts == sorted(starts)
    for morpheme in turn.morphemes:
        if morpheme.tag in {"NNG", "NNP"} and morpheme.chars.length == len(morpheme.form):
            assert turn.text[morpheme.chars.start : morpheme.chars.end] == morpheme.form


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from([*SUBJECTS, *MIDDLES, *ENDINGS]), min_size=1, max_size=12, unique=True).map(
        " ".join
    )
)
def test_as_many_nots_are_written_as_were_said(text: str) -> None:
    written = tidy(text).text.replace("않", "안")
    for word in text.replace("/", "").replace("않", "안").split():
        if word.startswith(NOTS):
            assert word[0] in written


def test_the_labelled_and_the_sample_talks_stay_faithful() -> None:
    texts = [one.text for one in labelled_set.cleaning(Subset.DEV)] + [
        one.text for one in labelled_set.labels(Subset.DEV)
    ]
    texts += sample_turns()
    for text, turn in zip(texts, cleaned(texts, GLOSSARY), strict=True):
        assert unfaithful(said(text), turn, FORMS) == [], text


def turn_with(text: str, *links: tuple[int, int, str]) -> CleanTurn:
    """A clean turn whose links hold one word each: its characters and its reason."""
    made = tuple(Link(Span(a, b), Span(i, i + 1), reason) for i, (a, b, reason) in enumerate(links))
    return CleanTurn(Turn("r", 0, 0, None, Span(0, len(links))), text, made, (), ())


@pytest.mark.parametrize(
    ("spoken_text", "turn", "law"),
    [
        ("예산이 없어요.", turn_with("없어요.", (0, 0, "filler"), (0, 4, "")), "content"),
        ("그건 안 됐어요.", turn_with("그건 됐어요.", (0, 3, ""), (3, 3, "filler"), (3, 7, "")), "content"),
        ("그건 안 됐어요.", turn_with("그건 됐어요.", (0, 3, ""), (3, 3, "repeat"), (3, 7, "")), "content"),
        ("예산이 없어요.", turn_with("예산이 컸어요.", (0, 4, ""), (4, 8, "spelling")), "negation"),
        ("예산이 컸어요.", turn_with("예산이 작았어요.", (0, 4, ""), (4, 9, "")), "unexplained"),
        ("예산이 컸어요.", turn_with("주민이 컸어요.", (0, 4, "spelling"), (4, 8, "")), "content"),
        ("삼십 명이", turn_with("40 명이", (0, 3, "number"), (3, 5, "")), "content"),
        ("예산이 컸어요.", turn_with("예산이 컸어요.", (0, 4, ""), (5, 8, "")), "order"),
        ("예산이 컸어요.", turn_with("예산이 컸어요. 네.", (0, 4, ""), (4, 9, "")), "coverage"),
    ],
)
def test_a_breach_of_the_law_is_found(spoken_text: str, turn: CleanTurn, law: str) -> None:
    assert [violation.law for violation in unfaithful(said(spoken_text), turn, FORMS)] == [law]


def test_a_numeral_said_twice_is_folded_into_its_digits() -> None:
    (turn,) = cleaned(["어/ 스무/ 스무 명이 왔어요"])
    assert turn.text == "20명이 왔어요."


def test_a_rule_that_goes_too_far_leaves_its_sentence_as_it_was_said() -> None:
    reckless = Tables(spelling=(Spelling(heard="없었", right="있었"),)).plus(load_tables())
    turns, transcripts = turns_of([spoken("예산이 없었구요. 주민이 왔구요.")])
    (turn,) = clean(turns, transcripts, GLOSSARY, CleanSettings(), reckless)
    assert turn.text == "예산이 없었구요. 주민이 왔고요."
    assert [link.reason for link in turn.links] == ["verbatim", "verbatim", "", "spelling"]


def test_a_spoilt_spelling_of_the_samples_is_put_right() -> None:
    said_well = [one for one in sample_turns() if any(term.name in one for term in GLOSSARY.term)]
    spoilt = [spoil(one) for one in said_well]
    off = {"fillers": False, "repeats": False, "repairs": False, "cut_offs": False, "numbers": False}
    tidied = cleaned(spoilt, GLOSSARY, CleanSettings.model_validate(off))
    assert sum(one != other for one, other in zip(said_well, spoilt, strict=True)) >= 15
    assert [turn.text for turn in tidied] == said_well


def spoil(text: str) -> str:
    """A text with each term of the glossary in the first of its listed variants."""
    variants = {term.name: term.variants[0] for term in GLOSSARY.term if term.kind != "person"}
    names = "|".join(sorted(variants, key=len, reverse=True))
    return re.sub(names, lambda found: variants[found[0]], text)


def sample_turns() -> list[str]:
    """What the reference texts of the samples say."""
    paths = sorted((ROOT / "samples/reference").glob("*.json"))
    return [turn["text"] for path in paths for turn in json.loads(path.read_text(encoding="utf-8"))["turns"]]
