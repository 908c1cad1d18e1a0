import pytest
from spoken_turns import cleaned, differences

from pipeline.config import Glossary, Term
from pipeline.language.corrections import correct, suggest

pytestmark = pytest.mark.model

GLOSSARY = Glossary(
    term=(
        Term(name="마을공동체지원센터", kind="organisation", variants=("마을 공동체 지원 센터",)),
        Term(name="숙의예산", kind="programme", variants=("수기 예산",)),
        Term(name="골목 정원사업", kind="programme"),
        Term(name="상록시", kind="place"),
        Term(name="한결마루", kind="person"),
        Term(name="협치", kind="term"),
    )
)


@pytest.mark.parametrize(
    ("heard", "right", "why"),
    [
        ("마을공동체 지원센터를 열었어요.", "마을공동체지원센터를 열었어요.", "spacing"),
        ("골목정원사업이 좋았어요.", "골목 정원사업이 좋았어요.", "spacing"),
        ("수기 예산을 처음 했어요.", "숙의예산을 처음 했어요.", "variant"),
        ("마을공동체지원센타에 갔어요.", "마을공동체지원센터에 갔어요.", "sound"),
        ("마을공동채지원센턴은 멀어요.", "마을공동체지원센터는 멀어요.", "sound"),
        ("상녹시로 이사했어요.", "상록시로 이사했어요.", "sound"),
        ("협취을 배웠어요.", "협치를 배웠어요.", "sound"),
    ],
)
def test_a_name_is_written_as_the_glossary_does_with_the_right_particle(
    heard: str, right: str, why: str
) -> None:
    corrected = correct(heard, GLOSSARY)
    assert corrected.text == right
    assert [correction.why for correction in corrected.corrections] == [why]


@pytest.mark.parametrize(
    "innocent",
    [
        "협의를 거쳐 협조를 구했습니다.",
        "마을 회관에서 공동체 영화를 봤어요.",
        "정원 사업 예산이 줄었어요.",
        "여행 수기 공모에 냈어요.",
        "상록수를 심었어요.",
        "두 모임을 합치자고 했어요.",
        "협치를 배웠어요.",
    ],
)
def test_a_look_alike_is_left_alone(innocent: str) -> None:
    corrected = correct(innocent, GLOSSARY)
    assert (corrected.text, corrected.corrections) == (innocent, ())


def test_the_name_of_a_person_is_only_suggested() -> None:
    corrected = correct("한결마로 씨가 왔어요.", GLOSSARY)
    assert corrected.text == "한결마로 씨가 왔어요."
    assert [(c.name, c.why) for c in corrected.corrections] == [("한결마루", "person")]


def test_the_place_of_a_correction_is_told_in_the_text_as_given() -> None:
    heard = "저는 수기 예산이 좋아요."
    (correction,) = correct(heard, GLOSSARY).corrections
    assert heard[correction.chars.start : correction.chars.end] == "수기 예산"


def test_a_name_at_the_end_of_a_sentence_keeps_its_mark_and_does_not_reach_over_it() -> None:
    assert (
        correct("그게 수기 예산. 센터는 수기. 예산도요.", GLOSSARY).text
        == "그게 숙의예산. 센터는 수기. 예산도요."
    )


def test_an_empty_text_and_an_empty_glossary_do_no_harm() -> None:
    assert correct("", GLOSSARY).text == ""
    assert correct("수기 예산", Glossary()).text == "수기 예산"


def test_a_word_may_lie_within_what_the_analyser_takes_for_one_name() -> None:
    centre = Glossary(
        term=(Term(name="동 행정복지센터", kind="organisation"), Term(name="행정복지센타", kind="term"))
    )
    assert correct("신청은 동 행정복지센터에서 받습니다.", centre).text.startswith("신청은 동 행정복지센")


def test_a_name_over_several_words_is_one_link() -> None:
    (turn,) = cleaned(["저희는 수기 예산으로 시작했습니다."], GLOSSARY)
    assert differences(turn) == [("glossary-sound", "수기 예산으로", "숙의예산으로")]


def test_a_filler_inside_a_name_is_part_of_its_link() -> None:
    (turn,) = cleaned(["저희는 수기 음/ 예산으로 시작했습니다."], GLOSSARY)
    assert differences(turn) == [("glossary-sound", "수기 음 예산으로", "숙의예산으로")]


def test_words_of_no_dictionary_are_suggested_with_what_may_be_meant() -> None:
    texts = ["쑤까마롱에서 만났어요.", "쑤까마롱이 좋아요.", "상룩씨는 넓어요."]
    sessions = {"하나": cleaned(texts), "둘": cleaned(["우리 쑤까마롱을 알려요."])}
    suggestion, *_ = suggest(sessions, GLOSSARY, least=2)
    assert suggestion.form == "쑤까마롱"
    assert suggestion.count == 3
    assert suggestion.sessions == ("하나", "둘")
    assert suggestion.examples[0] == "쑤까마롱에서 만났어요."


def test_a_suggestion_names_what_it_sounds_like() -> None:
    sessions = {"하나": cleaned(["밍간협췌를 배워요.", "밍간협췌가 뭐예요?", "밍간협췌는 어려워요."])}
    glossary = Glossary(term=(Term(name="민관협치"),))
    assert [one.near for one in suggest(sessions, glossary)] == [("민관협치",)]


def test_rare_words_and_names_of_the_glossary_are_not_suggested() -> None:
    sessions = {
        "하나": cleaned(["쑤까마롱에서 만났어요.", "한결마루 씨예요.", "한결마루 씨죠.", "한결마루 씨네요."])
    }
    assert suggest(sessions, GLOSSARY, least=2) == ()
