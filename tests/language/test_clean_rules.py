"""Each rule of cleaning by itself, on sentences with a known answer; a slash is a pause of 400 ms."""

from dataclasses import replace
from itertools import pairwise

import pytest
from spoken_turns import cleaned, differences, spoken, turns_of

from pipeline.config import CleanSettings, Glossary, Term
from pipeline.language.clean import RULES, chosen, clean
from pipeline.language.faithfulness import Violation
from pipeline.language.numerals import value, written
from pipeline.model import CleanTurn, Span, Word

pytestmark = pytest.mark.model

GLOSSARY = Glossary(
    term=(Term(name="마을자치회", variants=("마을 자치회",)), Term(name="한결마루", kind="person"))
)


def only(rule: str, text: str) -> CleanTurn:
    """A text cleaned by one rule alone."""
    switches = {one.name: one.name == rule for one in RULES}
    settings = CleanSettings(level="edited", sentences=True, paragraphs=False, **switches)
    return cleaned([text], GLOSSARY, settings)[0]


PEOPLE = ("오하준", "이수현", "정다운", "김하늘")


@pytest.mark.parametrize(
    ("said", "suggested"),
    [
        ("저는 오하중입니다.", ["오하준"]),
        ("이수연 위원님께서 말씀하셨습니다.", ["이수현"]),
        ("오하준입니다.", []),
        ("정답은 모르겠습니다.", []),
        ("이 수염을 깎았습니다.", []),
        ("하늘이 맑습니다.", []),
    ],
)
def test_a_participants_name_is_suggested_and_never_written(said: str, suggested: list[str]) -> None:
    turns, transcripts = turns_of([spoken(said)])
    found = clean(turns, transcripts, GLOSSARY, CleanSettings(), participants=PEOPLE)[0]
    assert found.text == said
    reasons = [link.reason for link in found.links]
    assert [reason for reason in reasons if reason.startswith("name:")] == [f"name:{n}?" for n in suggested]


@pytest.mark.parametrize("level", ["verbatim", "light", "edited"])
@pytest.mark.parametrize("on", [True, False])
@pytest.mark.parametrize("said", ["저는 오하중입니다.", "저는 오 하중입니다."])
def test_what_may_be_a_name_is_marked_whatever_the_settings(level: str, on: bool, said: str) -> None:
    settings = CleanSettings.model_validate(
        {"level": level, **{rule.name: on for rule in RULES}, "sentences": on, "paragraphs": on}
    )
    turns, transcripts = turns_of([spoken(said)])
    found = clean(turns, transcripts, GLOSSARY, settings, participants=PEOPLE)[0]
    assert found.text == said
    assert "name:오하준?" in [link.reason for link in found.links]


def test_terms_are_not_corrected_where_only_names_are_marked() -> None:
    settings = CleanSettings(glossary=False)
    turns, transcripts = turns_of([spoken("마을 자치회에서 오하중입니다.")])
    found = clean(turns, transcripts, GLOSSARY, settings, participants=PEOPLE)[0]
    assert found.text == "마을 자치회에서 오하중입니다."


def test_what_may_be_a_name_is_marked_in_a_sentence_that_stays_as_it_was_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipeline.language.clean.unfaithful", lambda *_: [Violation(0, "content", "")])
    turns, transcripts = turns_of([spoken("저는 음/ 오하중입니다.")])
    found = clean(turns, transcripts, GLOSSARY, CleanSettings(), participants=PEOPLE)[0]
    assert found.text == "저는 음 오하중입니다."
    assert [link.reason for link in found.links][-1] == "verbatim+name:오하준?"


CASES = {
    "fillers": [
        ("음/ 저희는 처음부터 어/ 다시 시작했어요.", "저희는 처음부터 다시 시작했어요."),
        ("제가 그/ 무릎이 아파서 못 갔어요.", "제가 무릎이 아파서 못 갔어요."),
        ("그 사업은 작년에 끝났어요.", "그 사업은 작년에 끝났어요."),
        ("저희는 이제/ 작년부터 했거든요.", "저희는 작년부터 했거든요."),
        ("저희는 이제 작년부터 했거든요.", "저희는 이제 작년부터 했거든요."),
        ("사람들이 막 그렇게 많이 온 거예요.", "사람들이 그렇게 많이 온 거예요."),
        ("사무실을 막 나왔을 때였어요.", "사무실을 막 나왔을 때였어요."),
        ("뭐 때문에 늦었는지 모르겠어요.", "뭐 때문에 늦었는지 모르겠어요."),
        ("아, 그렇군요.", "아, 그렇군요."),
        ("해 봤는데 이제/ 안 되겠어요.", "해 봤는데 이제 안 되겠어요."),
        ("그분이 뭐/ 말씀하셨는지 기억이 안 나요.", "그분이 뭐 말씀하셨는지 기억이 안 나요."),
        ("약간 넓은 방이 있어요.", "약간 넓은 방이 있어요."),
        ("여기가 약간 저희 동네보다 커요.", "여기가 약간 저희 동네보다 커요."),
        ("제가 약간 그런 거에 서툴러요.", "제가 약간 그런 거에 서툴러요."),
        ("여기가 바로 그 저희가 찾던 곳이에요.", "여기가 바로 그 저희가 찾던 곳이에요."),
        ("하나밖에 없는 그 우리 학교예요.", "하나밖에 없는 그 우리 학교예요."),
        ("행사가 막 사람들이 몰릴 때였어요.", "행사가 막 사람들이 몰릴 때였어요."),
        ("눈이 와서 그러니까/ 행사를 미뤘죠.", "눈이 와서 그러니까 행사를 미뤘죠."),
        ("서류가 그러니까/ 너무 많았어요.", "서류가 너무 많았어요."),
        ("어른들이 그러니까/ 애들도 따라 하죠.", "어른들이 그러니까 애들도 따라 하죠."),
        ("담당자가 그 굉장히 바빴어요.", "담당자가 굉장히 바빴어요."),
        ("저희가 그 아주 오래된 나무를 지켰어요.", "저희가 그 아주 오래된 나무를 지켰어요."),
        ("회원이 그 한 오십 명 됐어요.", "회원이 한 오십 명 됐어요."),
        ("저희가 그/ 회의실을 빌려야 했어요.", "저희가 회의실을 빌려야 했어요."),
        ("저희가 그/ 회의를 잊지 못해요.", "저희가 그 회의를 잊지 못해요."),
        ("거기가 뭐 몇 년째 비어 있어요.", "거기가 몇 년째 비어 있어요."),
        ("거기가 뭐 하던 데예요.", "거기가 뭐 하던 데예요."),
        ("뭐/ 새로운 소식 있어요?", "뭐 새로운 소식 있어요?"),
        ("회의를 하는데 막 휴대폰이 울렸어요.", "회의를 하는데 휴대폰이 울렸어요."),
        ("회의가 막 끝났을 때 오셨어요.", "회의가 막 끝났을 때 오셨어요."),
        ("저희는 이제/ 교육을 받고 일을 시작해요.", "저희는 교육을 받고 일을 시작해요."),
        ("저희는 이제/ 일을 시작해요.", "저희는 이제 일을 시작해요."),
        ("이제/ 이제는 저희가 먼저 제안해요.", "이제는 저희가 먼저 제안해요."),
        ("약간, 반대하는 마음이 있었어요.", "약간, 반대하는 마음이 있었어요."),
        ("약간,/ 반대하는 마음이 있었어요.", "약간, 반대하는 마음이 있었어요."),
        ("의자를 약간/ 뒤로 뺐어요.", "의자를 약간 뒤로 뺐어요."),
        ("제가 그 제가 그 일을 맡았어요.", "제가 그 제가 그 일을 맡았어요."),
    ],
    "backchannels": [
        ("저희가/ 네/ 지난달에 시작했거든요.", "저희가 지난달에 시작했거든요."),
        ("네, 저희가 시작했거든요.", "네, 저희가 시작했거든요."),
        ("제가/ 예/ 하고 대답했어요.", "제가 예 하고 대답했어요."),
    ],
    "repeats": [
        ("축제가 축제가 아니라 잔치였어요.", "축제가 축제가 아니라 잔치였어요."),
        ("말로만 협치 협치 하지 마세요.", "말로만 협치 협치 하지 마세요."),
        ("우리가 우리가 먼저 신청을 했어요.", "우리가 먼저 신청을 했어요."),
        ("이 골목은 이 골목은 밤에 어두워요.", "이 골목은 밤에 어두워요."),
        ("정말 너무 너무 고마웠어요.", "정말 너무 너무 고마웠어요."),
        ("하나 하나 살펴봤어요.", "하나 하나 살펴봤어요."),
        ("네 네 맞습니다.", "네 네 맞습니다."),
        ("한 명 한 명 만나서 물어봤어요.", "한 명 한 명 만나서 물어봤어요."),
        ("걷고 걷고 또 걸었어요.", "걷고 걷고 또 걸었어요."),
        ("주민이 주민을 도왔어요.", "주민이 주민을 도왔어요."),
        ("그건 안 안 된다고 했어요.", "그건 안 된다고 했어요."),
        ("이 이 층 건물은 오래됐어요.", "이 이 층 건물은 오래됐어요."),
        ("이 이 년 동안 변했어요.", "이 이 년 동안 변했어요."),
        ("이 이 사업은 좋았어요.", "이 사업은 좋았어요."),
        ("저녁마다 가자 가자 하셔서 따라갔어요.", "저녁마다 가자 가자 하셔서 따라갔어요."),
        ("동마다 동마다 사정이 달라요.", "동마다 동마다 사정이 달라요."),
        ("그 때 그 때 적어 둬요.", "그 때 그 때 적어 둬요."),
        ("묻고 답하고/ 묻고 답하고 하다 밤이 됐어요.", "묻고 답하고 묻고 답하고 하다 밤이 됐어요."),
        ("정책을 만들고/ 만들고 나서 들었어요.", "정책을 만들고 나서 들었어요."),
        ('"같이 같이" 모임이에요.', '"같이 같이" 모임이에요.'),
        ("어떻게 어떻게 하다 보니 위원이 됐어요.", "어떻게 어떻게 하다 보니 위원이 됐어요."),
        ("어떻게/ 어떻게 써야 되는지 몰랐어요.", "어떻게 써야 되는지 몰랐어요."),
        ("넓은 넓은 마당이었어요.", "넓은 넓은 마당이었어요."),
        ("끝까지 끝까지 남았어요.", "끝까지 끝까지 남았어요."),
        ("안전 안전 또 안전이에요.", "안전 안전 또 안전이에요."),
    ],
    "repairs": [
        ("마스크가/ 마스크를 구할 데가 없었어요.", "마스크를 구할 데가 없었어요."),
        ("마스크가 마스크를 가렸어요.", "마스크가 마스크를 가렸어요."),
        ("주민이/ 주민에게 설명했어요.", "주민이 주민에게 설명했어요."),
        ("주민이/ 주민을 도왔어요.", "주민이 주민을 도왔어요."),
        ("민원을 넣었는데/ 넣었더니 고쳐 주셨어요.", "민원을 넣었더니 고쳐 주셨어요."),
        ("들으면/ 들을수록 복잡해요.", "들으면 들을수록 복잡해요."),
        ("되면/ 되는 대로 했어요.", "되면 되는 대로 했어요."),
        ("도시락을 배달을/ 배달하다가 다쳤어요.", "도시락을 배달하다가 다쳤어요."),
        ("참여하시는 참여하신 분들이 많아요.", "참여하신 분들이 많아요."),
        ("제가 여기 이사를 제가 여기로 이사를 왔어요.", "제가 여기로 이사를 왔어요."),
        ("그런 데서/ 그런 위험한 데서 놀았어요.", "그런 위험한 데서 놀았어요."),
        ("이거는/ 이 문제는 같이 풀어야 해요.", "이 문제는 같이 풀어야 해요."),
        ("내가/ 제가 들고 갔어요.", "제가 들고 갔어요."),
        ("저는/ 제 일은 알아서 합니다.", "저는 제 일은 알아서 합니다."),
        ("저희가 저희 차가 없어서 걸었어요.", "저희가 저희 차가 없어서 걸었어요."),
        ("간담회를 화요일에 아니 수요일에 했어요.", "간담회를 화요일에 아니 수요일에 했어요."),
        ("제안을 했는데 아니 제안을 하려고 했는데 늦었어요.", "제안을 하려고 했는데 늦었어요."),
        ("회의를 했는데/ 회의를 안 했는데 몰랐어요.", "회의를 했는데 회의를 안 했는데 몰랐어요."),
        ("저희가, 저희 동이 먼저 했습니다.", "저희 동이 먼저 했습니다."),
        ("저는 제 생각을 말했어요.", "저는 제 생각을 말했어요."),
        ("팀장님이 팀장님께서 오셨어요.", "팀장님께서 오셨어요."),
    ],
    "cut_offs": [
        ("주민 주민자치회가 열렸어요.", "주민자치회가 열렸어요."),
        ("공모 사업 공모 사업에 냈어요.", "공모 사업에 냈어요."),
        ("조금 조금씩 나아졌어요.", "조금 조금씩 나아졌어요."),
        ("이 이야기를 하고 싶었어요.", "이 이야기를 하고 싶었어요."),
        ("의견을 냈 냈는데 답이 없어요.", "의견을 냈는데 답이 없어요."),
        ("환경교/ 환경 교육 강사예요.", "환경 교육 강사예요."),
        ("실행위원회가/ 협치실행위원회가 열렸어요.", "협치실행위원회가 열렸어요."),
        ("앞이 완전/ 완전히 물바다였어요.", "앞이 완전히 물바다였어요."),
        ("우리 동/ 동장님이 오셨어요.", "우리 동 동장님이 오셨어요."),
        ("공모 사업 사업비가 늘었어요.", "공모 사업 사업비가 늘었어요."),
        ("전화 또 전화,/ 전화만 받았어요.", "전화 또 전화, 전화만 받았어요."),
        ("주민, 주민자치회, 통장이 왔어요.", "주민, 주민자치회, 통장이 왔어요."),
        ("우리 우리말 교실이에요.", "우리 우리말 교실이에요."),
        ("이백 이백오십 명이 왔어요.", "이백오십 명이 왔어요."),
    ],
    "spelling": [
        ("이건 기록하지 마라 주세요.", "이건 기록하지 말아 주세요."),
        ("아무도 가지 마라 했어요.", "아무도 가지 마라 했어요."),
        ("여기서 살은지 오래됐고 만들은 것도 많아요.", "여기서 산 지 오래됐고 만든 것도 많아요."),
        ("제가 들은 대로 걸은 길이에요.", "제가 들은 대로 걸은 길이에요."),
        ("작년에 했구요 좋드라구요.", "작년에 했고요 좋더라고요."),
        ("제 친구요 가구요.", "제 친구요 가고요."),
        ("그렇게 할려고 했는데 안 되요.", "그렇게 하려고 했는데 안 돼요."),
        ("여기서 살려고 왔어요.", "여기서 살려고 왔어요."),
        ("쫌 나은 것 같애요.", "좀 나은 것 같아요."),
        ("몇일 걸릴 거에요.", "며칠 걸릴 거예요."),
        ("몇일 동안 했어요.", "며칠 동안 했어요."),
        ("두 집 사이예요.", "두 집 사이예요."),
    ],
    "spacing": [
        ("그 분이 도와주셨어요.", "그분이 도와주셨어요."),
        ("저희가 해야 된다 라고 들었어요.", "저희가 해야 된다라고 들었어요."),
        ("일 분 동안 그 분야를 말했어요.", "일 분 동안 그 분야를 말했어요."),
        ("저희도 할수있다고 했어요.", "저희도 할 수 있다고 했어요."),
        ("그런거 처음 봤어요.", "그런 거 처음 봤어요."),
        ("학교에 다니는데 멀어요.", "학교에 다니는데 멀어요."),
        ("그만 두려고 하다가 좌담외 를 열었어요.", "그만두려고 하다가 좌담외를 열었어요."),
        ("그 때 시장 님이 그 다음 분을 불렀어요.", "그때 시장님이 그다음 분을 불렀어요."),
        ("그 때문에 그 중요한 날을 놓쳤어요.", "그 때문에 그 중요한 날을 놓쳤어요."),
        ("이제 그만 두 분 모두 쉬세요.", "이제 그만 두 분 모두 쉬세요."),
        ("조용히 정숙 해주세요.", "조용히 정숙해 주세요."),
        ("세쌍둥이가 네잎클로버를 찾았어요.", "세쌍둥이가 네잎클로버를 찾았어요."),
        ("그때 논의 했습니다.", "그때 논의했습니다."),
        ("그때 일을 생각해 봤어요.", "그때 일을 생각해 봤어요."),
        ("이 분이 지났습니다.", "이 분이 지났습니다."),
        ("이 분이 지나가셨습니다.", "이분이 지나가셨습니다."),
        ("이 분이 걸렸어요.", "이 분이 걸렸어요."),
        ("이 분이 말씀하셨어요.", "이분이 말씀하셨어요."),
        ("그 해가 떴어요.", "그 해가 떴어요."),
        ("그 해가 지나갔어요.", "그해가 지나갔어요."),
        ("그 해에 떴어요.", "그해에 떴어요."),
    ],
    "glossary": [
        ("마을 자치회를 만들었어요.", "마을자치회를 만들었어요."),
        ("한결마로 씨가 했어요.", "한결마로 씨가 했어요."),
    ],
    "numbers": [
        ("여기가 제일 차가 많아요.", "여기가 제일 차가 많아요."),
        ("두 시 다섯 분이 오셨어요.", "2시 다섯 분이 오셨어요."),
        ("다섯 시가 모여 협약을 맺었어요.", "다섯 시가 모여 협약을 맺었어요."),
        ("다섯 시가 넘어서 끝났어요.", "5시가 넘어서 끝났어요."),
        ("다섯 시가 되면 끝나요.", "5시가 되면 끝나요."),
        ("유월에 시작해서 시월까지 했어요.", "6월에 시작해서 10월까지 했어요."),
        ("예산이 삼억 오천만 원이에요.", "예산이 3억 5,000만 원이에요."),
        ("이십오 점 삼 퍼센트에서 삼십오점 이 퍼센트로 늘었어요.", "25.3퍼센트에서 35.2퍼센트로 늘었어요."),
        ("십 명 중에 칠 명은 찬성했고 사년째예요.", "10명 중에 7명은 찬성했고 4년째예요."),
        ("만 오천 명이 왔는데 영 점 오 퍼센트예요.", "1만 5,000명이 왔는데 0.5퍼센트예요."),
        ("백스물다섯 명이 왔어요.", "125명이 왔어요."),
        ("제이기 위원회가 제일 좋았어요.", "제2기 위원회가 제일 좋았어요."),
        ("만 십팔 세부터 만 오천 명까지요.", "만 18세부터 1만 5,000명까지요."),
        ("제이 기 위원회가 제삼 차 회의를 열었어요.", "제2기 위원회가 제3차 회의를 열었어요."),
        ("아침 열 시부터 오후 다섯 시까지 해요.", "아침 10시부터 오후 5시까지 해요."),
        ("세 시 삼십 분에 삼십 분이 오셨어요.", "3시 30분에 삼십 분이 오셨어요."),
        ("한 시도 쉬지 않고 세 시간을 걸었어요.", "한 시도 쉬지 않고 세 시간을 걸었어요."),
        ("이 백 미터쯤 걸었어요.", "이 백 미터쯤 걸었어요."),
        ("십여 명이 왔고 한두 명은 칠팔 년 됐어요.", "십여 명이 왔고 한두 명은 칠팔 년 됐어요."),
        ("주민 삼십 명이 왔어요.", "주민 30명이 왔어요."),
        ("이천이십삼 년 유월에 했어요.", "2023년 6월에 했어요."),
        ("예산이 삼천오백만 원입니다.", "예산이 3,500만 원입니다."),
        ("회원은 마흔두 명쯤 됩니다.", "회원은 42명쯤 됩니다."),
        ("두세 명이 왔다 갔어요.", "두세 명이 왔다 갔어요."),
        ("한 명도 안 왔어요.", "한 명도 안 왔어요."),
        ("다섯 명이 왔고 제가 예순다섯이에요.", "다섯 명이 왔고 제가 예순다섯이에요."),
        ("열두 분이 오셨어요.", "열두 분이 오셨어요."),
        ("수십 명이 왔어요.", "수십 명이 왔어요."),
        ("이 년이 지났어요.", "이 년이 지났어요."),
        ("공일공 일이삼사예요.", "공일공 일이삼사예요."),
    ],
    "particles": [
        ("저희가 사업를 했습니다.", "저희가 사업을 했습니다."),
        ("센터에서에서 만났습니다.", "센터에서 만났습니다."),
        ("마을을 바꿨습니다.", "마을을 바꿨습니다."),
    ],
    "punctuation": [
        ("작년에 시작했습니다 올해도 합니다", "작년에 시작했습니다. 올해도 합니다."),
        ("언제 시작했습니까", "언제 시작했습니까?"),
        ("그때 저희는", "그때 저희는"),
        ("그게 뭐였어요", "그게 뭐였어요?"),
    ],
    "quotations": [
        ("시장님이/ 같이 합시다라고 하셨어요.", '시장님이 "같이 합시다"라고 하셨어요.'),
        ("같이 합시다라고 하셨어요.", "같이 합시다라고 하셨어요."),
    ],
}


@pytest.mark.parametrize(
    ("rule", "said", "written"), [(rule, *case) for rule, cases in CASES.items() for case in cases]
)
def test_a_rule_does_its_own_work_and_no_more(rule: str, said: str, written: str) -> None:
    assert only(rule, said).text == written


def test_every_rule_is_tested_and_has_a_switch() -> None:
    assert list(CASES) == [rule.name for rule in sorted(RULES, key=lambda rule: list(CASES).index(rule.name))]
    assert {rule.name for rule in RULES} <= set(CleanSettings.model_fields)


def test_levels_grow_by_rules() -> None:
    names = [
        {rule.name for rule in chosen(CleanSettings(level=level))}
        for level in ("verbatim", "light", "edited")
    ]
    assert names[0] == {"glossary"}, "which then only marks names"
    assert names[2] - names[1] == {"particles"}
    assert all(fewer <= more for fewer, more in pairwise(names))


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("그 위원회가/ 그러니까 그 위원회가 맡았어요.", "그 위원회가 맡았어요."),
        ("쫌/ 쫌 늦더라도 같이 가요.", "좀 늦더라도 같이 가요."),
        ("이백 이백오십 명이 왔어요.", "250명이 왔어요."),
    ],
)
def test_what_was_said_twice_is_folded_whatever_other_rules_make_of_the_copy(said: str, written: str) -> None:
    assert cleaned([said])[0].text == written


def test_a_rule_that_is_switched_off_does_nothing() -> None:
    (turn,) = cleaned(["음/ 그렇게 했구요."], settings=CleanSettings(fillers=False))
    assert turn.text == "음 그렇게 했고요."


def test_verbatim_is_what_was_recognised() -> None:
    said = "음 저희가 저희가 할수있다고 했구요"
    (turn,) = cleaned([said], settings=CleanSettings(level="verbatim"))
    assert turn.text == said
    assert differences(turn) == []


def test_a_turn_that_only_answers_stays() -> None:
    assert [turn.text for turn in cleaned(["네.", "음", "아, 어/ 음."])] == ["네.", "음", "아, 어 음."]


@pytest.mark.parametrize(
    "word",
    [
        Word(0, 900, "막", 0.9),
        Word(0, 150, "막", 0.2),
        Word(0, 150, "막,", 0.9),
    ],
    ids=["drawled", "doubted", "comma"],
)
def test_a_word_that_may_mean_something_is_left_out_where_it_sounds_like_a_filler(word: Word) -> None:
    rest = [
        Word(900 + 300 * i, 1200 + 300 * i, f" {text}", 0.9)
        for i, text in enumerate(["거창한", "걸", "바랐어요."])
    ]
    turns, transcripts = turns_of([(word, *rest)])
    (turn,) = clean(turns, transcripts, Glossary(), CleanSettings())
    assert differences(turn) == [("filler", word.text, "")]


def test_a_likely_filler_without_the_sound_of_one_stays_and_is_marked() -> None:
    (turn,) = cleaned(["뭐 좋은 경험이었습니다."])
    assert turn.text == "뭐 좋은 경험이었습니다."
    assert turn.links[0].reason == "filler?"


def test_a_long_turn_is_parted_where_the_speaker_pauses() -> None:
    sentence = "저희는 이 골목을 조금 더 밝게 만들고 싶었습니다."
    words = spoken(" ".join([sentence] * 12))
    middle = words[47].end_ms
    late = tuple(
        Word(w.start_ms + 2_000, w.end_ms + 2_000, w.text, w.confidence) if w.start_ms >= middle else w
        for w in words
    )
    turns, transcripts = turns_of([late])
    (turn,) = clean(turns, transcripts, Glossary(), CleanSettings(repeats=False, paragraph_characters=100))
    assert turn.text.count("\n") == 1
    assert turn.text.index("\n") == len(sentence) * 6 + 5


@pytest.mark.parametrize(
    ("numeral", "number"),
    [
        ("삼십", 30),
        ("이천이십삼", 2023),
        ("삼천오백만", 35_000_000),
        ("십만", 100_000),
        ("만", 10_000),
        ("일억이천만", 120_000_000),
        ("백이십", 120),
        ("육백이", 602),
        ("천삼백사", 1304),
        ("다섯", 5),
        ("천", 1_000),
        ("서른둘", 32),
        ("스물다섯", 25),
        ("예순", 60),
        ("이삼", None),
        ("공일공", None),
        ("십백", None),
        ("사람", None),
    ],
)
def test_numerals_have_one_value_or_none(numeral: str, number: int | None) -> None:
    assert value(numeral) == number


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [
        (30, "명", "30"),
        (1_200, "명", "1,200"),
        (2_023, "년", "2023"),
        (35_000_000, "원", "3,500만"),
        (120_050_000, "원", "1억 2,005만"),
    ],
)
def test_numbers_are_written_as_public_documents_do(number: int, unit: str, text: str) -> None:
    assert written(number, unit) == text


def test_a_turn_of_no_words_or_of_blank_ones_is_empty_and_still_accounts_for_them() -> None:
    turns, transcripts = turns_of([(), (Word(0, 100, " ", 0.9), Word(100, 200, "", 0.9))])
    none, blank = clean(turns, transcripts, Glossary(), CleanSettings())
    assert (none.text, none.links, none.sentences, none.morphemes) == ("", (), (), ())
    assert blank.text == ""
    assert [(link.chars.length, link.words.start, link.words.end) for link in blank.links] == [(0, 0, 2)]


def test_pieces_of_words_become_one_link_an_eojeol() -> None:
    texts = [" 저희", "가", " 마을", "을", " 바꿨", "어요", "."]
    words = tuple(Word(200 * i, 200 * i + 200, text, 0.9) for i, text in enumerate(texts))
    turns, transcripts = turns_of([words])
    (turn,) = clean(turns, transcripts, Glossary(), CleanSettings())
    assert turn.text == "저희가 마을을 바꿨어요."
    assert [(link.words.start, link.words.end) for link in turn.links] == [(0, 2), (2, 4), (4, 7)]


def test_turns_in_the_middle_of_a_recording_keep_the_numbers_of_its_words() -> None:
    words = spoken("저희가 했습니다. 음/ 그렇게 했구요.")
    turns, transcripts = turns_of([words])
    late = replace(turns[0], words=Span(2, 5))
    (turn,) = clean([late], transcripts, Glossary(), CleanSettings())
    assert [(link.words.start, link.words.end) for link in turn.links] == [(2, 3), (3, 4), (4, 5)]
    assert differences(turn) == [("filler", "음", ""), ("spelling", "했구요.", "했고요.")]
