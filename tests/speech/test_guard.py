from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import GuardSettings
from pipeline.model import Doubt, Word
from pipeline.speech.engine import Phrase
from pipeline.speech.guard import (
    INVENTED,
    SIGNALS,
    Loop,
    Verdict,
    cut_loops,
    decide,
    evidence_of,
    find_loops,
    letters_of,
    removed_phrase,
    weigh,
)

VOICE = np.full(2_000, 0.9, dtype=np.float32)
NOBODY = np.full(2_000, 0.05, dtype=np.float32)
SETTINGS = GuardSettings()


def phrase(
    text: str,
    *,
    word_ms: int = 400,
    log_probability: float = -0.3,
    no_speech: float = 0.02,
    ratio: float = 1.3,
) -> Phrase:
    words = tuple(
        Word(i * word_ms, (i + 1) * word_ms, f" {word}", 0.9) for i, word in enumerate(text.split())
    )
    return Phrase(words, log_probability, no_speech, ratio)


def reasons(said: Phrase, probability: np.ndarray = VOICE, prompt: str = "") -> set[str]:
    (evidence,) = evidence_of([said], probability, prompt)
    return {doubt.reason for doubt in weigh(evidence, SETTINGS)}


def verdict(said: Phrase, probability: np.ndarray, may_retry: bool = False) -> Verdict:
    (evidence,) = evidence_of([said], probability, "")
    return decide(weigh(evidence, SETTINGS), may_retry)


SENTENCE = "저는 이 년 동안 시민 참여 모임에서 활동했습니다."


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE,
        "네 네 네",
        "아니 아니 그게 아니고요",
        "감사합니다.",
        "시청해 주셔서 감사합니다.",
        "올해 예산이 모두 1000000원입니다.",
        "하하하하하",
        "네, 네, 네, 네, 맞습니다.",
        "AI와 ESG, α 세대, Ⅱ권역, 30㎡, café도 있습니다.",
    ],
)
def test_what_people_say_is_accepted(text: str) -> None:
    assert reasons(phrase(text)) == set()


def test_a_long_pause_in_a_phrase_makes_it_no_less_complete() -> None:
    words = (Word(0, 1_600, " 그래서 저희가", 0.9), Word(12_800, 14_400, " 활동했습니다.", 0.9))
    voice = np.concatenate([VOICE[:50], NOBODY[:350], VOICE[:50]])
    assert reasons(Phrase(words, -0.3, 0.02, 1.3), voice) == set()


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (phrase("자, " * 60, word_ms=300), "repetition"),
        (phrase("1, 2, " + "3, 4, " * 12), "repetition"),
        (phrase("이틀은 " * 12), "compression"),
        (phrase(SENTENCE, ratio=2.6), "compression"),
        (phrase(SENTENCE, log_probability=-1.2), "log-probability"),
        (phrase(SENTENCE, word_ms=100), "density"),
        (phrase("그래서 저희가 활동했습니다.", word_ms=3_000), "sparse"),
        (phrase("저는 이 년 동안 ありがとう 활동했습니다."), "foreign-script"),
        (phrase("시민 参与 모임입니다."), "foreign-script"),
        (phrase("네, спасибо."), "foreign-script"),
        (phrase("네, ขอบคุณ."), "foreign-script"),
        (phrase("한글자막 by 한효정"), "never-said"),
        (phrase("MBC 뉴스 김민수입니다."), "never-said"),
        (phrase("구독과 좋아요 부탁드립니다."), "never-said"),
        (phrase("다음 영상에서 만나요."), "never-said"),
    ],
)
def test_each_sign_of_an_invention_raises_its_doubt(said: Phrase, reason: str) -> None:
    assert reason in reasons(said)


def test_a_phrase_where_nobody_speaks_is_doubted() -> None:
    assert reasons(phrase(SENTENCE), NOBODY) == {"silence"}


def test_what_repeats_the_prompt_is_doubted() -> None:
    prompt = "민관협치, 공론화위원회, 시정협치협의회, 주민세 마을사업."
    assert reasons(phrase("공론화위원회, 시정협치협의회, 주민세 마을사업,"), prompt=prompt) == {"prompt-echo"}


def test_a_single_term_of_the_prompt_is_no_echo() -> None:
    prompt = "민관협치, 공론화위원회, 민관협치 활성화 기본조례."
    assert reasons(phrase("민관협치 활성화 기본조례가 생겼습니다."), prompt=prompt) == set()


def test_in_another_language_its_own_script_is_no_doubt() -> None:
    (evidence,) = evidence_of([phrase("ありがとう ございます")], VOICE, "", "ja")
    assert weigh(evidence, SETTINGS) == ()


def test_a_loop_over_several_phrases_counts_for_each_of_them() -> None:
    phrases = [phrase("그렇죠 그렇죠"), phrase("그렇죠 그렇죠"), phrase("그렇죠 그렇죠")]
    assert [evidence.loop for evidence in evidence_of(phrases, VOICE, "")] == [15, 15, 15]


def test_two_hints_together_are_a_doubt() -> None:
    assert reasons(phrase("감사합니다.", no_speech=0.8)) == {"sometimes-said", "no-speech"}


@pytest.mark.parametrize(
    "text", ["시청해 주셔서 감사합니다.", "자, " * 60, "자막 제공 배달의민족", "ご視聴 ありがとう"]
)
def test_inventions_over_silence_are_removed(text: str) -> None:
    assert verdict(phrase(text, word_ms=300), NOBODY) is Verdict.REMOVE


@pytest.mark.parametrize("text", [SENTENCE, "자, " * 60, "자막 제공 배달의민족", "감사합니다."])
def test_nothing_is_removed_whole_where_speech_was_heard(text: str) -> None:
    assert verdict(phrase(text, word_ms=300, log_probability=-3), VOICE) is Verdict.KEEP


def test_thanks_that_neither_engine_nor_text_believe_in_are_removed() -> None:
    assert verdict(phrase("고맙습니다.", log_probability=-1.2, no_speech=0.8), VOICE) is Verdict.REMOVE


def test_a_clear_phrase_where_nobody_speaks_is_kept_with_its_doubt() -> None:
    assert verdict(phrase(SENTENCE), NOBODY) is Verdict.KEEP


def test_a_doubt_is_heard_again_while_tries_are_left() -> None:
    assert verdict(phrase(SENTENCE, log_probability=-1.5), VOICE, may_retry=True) is Verdict.RETRY


def test_an_invention_is_not_worth_another_try() -> None:
    assert decide([Doubt("silence", 0.0), Doubt("never-said", 1.0)], may_retry=True) is Verdict.REMOVE


def test_nothing_is_removed_unless_no_speech_was_heard() -> None:
    assert all(row & {"silence", "no-speech"} and len(row) > 1 for row in INVENTED)


def test_every_reason_for_removal_is_a_signal() -> None:
    assert frozenset().union(*INVENTED) <= {signal.reason for signal in SIGNALS}


def test_doubts_carry_the_value_that_raised_them() -> None:
    (evidence,) = evidence_of([phrase(SENTENCE, log_probability=-1.23456)], VOICE, "")
    assert weigh(evidence, SETTINGS) == (Doubt("log-probability", -1.235),)


@pytest.mark.parametrize(
    ("letters", "loops"),
    [
        ("가나다", []),
        ("네네네", []),
        ("네네네네", [Loop(0, 1, 4)]),
        ("음이틀은이틀은이틀은이틀은", [Loop(1, 3, 4)]),
        ("1000000", []),
    ],
)
def test_loops_are_runs_of_four_equal_units_or_more(letters: str, loops: list[Loop]) -> None:
    assert list(find_loops(letters)) == loops


def words(*texts: str) -> list[Word]:
    return [Word(i * 200, i * 200 + 200, text, 0.9) for i, text in enumerate(texts)]


def test_of_a_loop_the_first_time_is_kept() -> None:
    kept, removed = cut_loops(words(" 그래서", *[" 자,"] * 30, " 시작하죠."), 24)
    assert ["".join(word.text for word in kept.values()), len(removed)] == [" 그래서 자, 시작하죠.", 1]


def test_the_rest_of_a_loop_is_listed_with_its_time() -> None:
    _, (removed,) = cut_loops(words(*[" 자,"] * 30), 24)
    assert (removed.start_ms, removed.end_ms, removed.text.count("자")) == (200, 6_000, 29)


def test_a_loop_inside_one_word_keeps_its_first_unit() -> None:
    kept, (removed,) = cut_loops([Word(0, 4_000, " " + "아" * 40, 0.9)], 24)
    assert (kept[0], removed.text) == (Word(0, 100, " 아", 0.9), "아" * 39)


def test_a_short_loop_stays() -> None:
    kept, removed = cut_loops(words(*[" 네"] * 8), 24)
    assert (len(kept), removed) == (8, [])


@given(st.lists(st.text("자네 ,아이", min_size=1, max_size=6), max_size=60))
def test_cutting_loops_loses_no_letter(texts: list[str]) -> None:
    given_words = words(*texts)
    kept, removed = cut_loops(given_words, 4)
    left = letters_of(list(kept.values())) + "".join(item.text for item in removed)
    assert sorted(letters_of(words(left))) == sorted(letters_of(given_words))


@given(st.lists(st.text("자네 ,아이", min_size=1, max_size=6), max_size=60))
def test_words_beside_loops_keep_their_order_and_length(texts: list[str]) -> None:
    kept, _ = cut_loops(words(*texts), 4)
    assert all(left.end_ms <= right.start_ms for left, right in pairwise(kept.values()))


def test_a_removed_phrase_keeps_its_text_time_and_doubts() -> None:
    doubts = (Doubt("silence", 0.0),)
    removed = removed_phrase(phrase("구독과 좋아요"), doubts)
    assert (removed.start_ms, removed.end_ms, removed.text) == (0, 800, "구독과 좋아요")
