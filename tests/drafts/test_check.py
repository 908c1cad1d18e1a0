"""Alterations planted in drafts are found, corrections that minutes allow are accepted."""

import json
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from pipeline.drafts.check import FAITHFUL, Finding, Utterance, Verdict, check
from pipeline.drafts.comparing import Matter
from pipeline.drafts.reading import ReadBlock
from pipeline.model import BlockKind, Source

ROOT = Path(__file__).parents[2]
PLANTED = Path(__file__).parent / "planted"
HALVES = ("dev", "held-out", "fresh", "adversarial")
"""Written together and parted before the rules were; the fresh ones were written after the rules.

The adversarial ones were written to get past them, and 17 of 100 alterations did, and 16 of 97 corrections
were alarmed at, before the rules learned of them.
"""

FORMS = {
    "block": (BlockKind.ANSWER, "{}"),
    "pull": (BlockKind.QUOTE, "“{}”"),
    "quote": (None, "{by} 님은 “{}”라고 말했다."),
    "after": (None, "“{}”라고 {by} 님은 밝혔다."),
    "corner": (None, "{by} 님은 「{}」라고 말했다."),
    "double": (None, "{by} 님은 『{}』라고 말했다."),
    "single": (None, "{by} 님은 ‘{}’라고 했다."),
    "ascii": (None, "{by} 님은 '{}'라고 했다."),
    "indirect": (None, "{by} 님은 {}고 말했다."),
    "indirect-did": (None, "{by} 님은 {}고 했다."),
    "propose": (None, "{by} 님은 {}고 제안했다."),
    "propose-must": (None, "{by} 님은 {}고 주장했다."),
    "view": (None, "{by} 님은 {}는 의견을 밝혔다."),
    "behind": (None, "{}고 {by} 님은 덧붙였다."),
    "asked": (None, "{by} 님은 {}고 물었다."),
    "pronoun": (None, "이어서 {by} 님을 만났다. 그는 “{}”라고 말했다."),
    "citizen": (None, "한 시민은 “{}”라고 말했다."),
    "moderator": (None, "사회자는 “{}”라고 말했다."),
    "official": (None, "한 공무원은 “{}”라고 말했다."),
}


def planted(name: str, half: str) -> list[dict[str, str]]:
    lines = (PLANTED / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [item for item in map(json.loads, lines) if item["half"] == half]


def block(item: dict[str, str]) -> ReadBlock:
    kind, form = FORMS[item["form"]]
    speaker = f"{item['by']}(시민)" if kind else ""
    return ReadBlock("s-1", kind, speaker, form.format(item["written"], by=item["by"]))


def utterances(said: Iterable[tuple[str, str]]) -> list[Utterance]:
    return [
        Utterance(f"{speaker}(시민)", text, text, Source("면담", "a" * 64, at * 5_000, at * 5_000 + 4_000))
        for at, (speaker, text) in enumerate(said)
    ]


def spoken(name: str) -> list[Utterance]:
    """Everything that was said in a planted set."""
    items = [item for half in HALVES for item in planted(name, half)]
    return utterances((item["speaker"], item["said"]) for item in items)


@cache
def spellings() -> dict[str, str]:
    terms = tomllib.loads((ROOT / "config/glossary.toml").read_text(encoding="utf-8"))["term"]
    return {variant: term["name"] for term in terms for variant in term.get("variants", [])}


def judged(edited: list[ReadBlock], said: list[Utterance]) -> tuple[Finding, ...]:
    from pipeline.language.korean import load_korean

    return check(edited, said, load_korean().analyse, spellings())


@pytest.mark.model
@pytest.mark.parametrize("half", HALVES)
def test_every_planted_alteration_is_found(half: str) -> None:
    items = planted("alterations", half)
    said = spoken("alterations")
    missed = [item for item in items if all(f.verdict in FAITHFUL for f in judged([block(item)], said))]
    assert not missed


@pytest.mark.model
@pytest.mark.parametrize("half", HALVES)
def test_corrections_that_minutes_allow_are_accepted(half: str) -> None:
    items = planted("corrections", half)
    said = spoken("corrections")
    findings = {item["written"]: judged([block(item)], said) for item in items}
    wrong = {text: found for text, found in findings.items() if any(f.verdict not in FAITHFUL for f in found)}
    assert all(findings.values())
    assert len(wrong) <= 1


SAMPLES = sorted((ROOT / "samples/reference").glob("*.json"))


def sample(path: Path) -> list[Utterance]:
    turns = json.loads(path.read_text(encoding="utf-8"))["turns"]
    return [
        Utterance(turn["speaker"], text, text, Source(path.stem, "b" * 64, at, at + 1_000))
        for turn in turns
        for at in [int(turn["start"] * 1000)]
        for text in turn["text"].replace("? ", "?\n").replace(". ", ".\n").split("\n")
    ]


@pytest.mark.model
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_draft_of_what_was_said_is_exact(path: Path) -> None:
    said = sample(path)
    blocks = [ReadBlock("", BlockKind.SPEECH, utterance.speaker, utterance.clean) for utterance in said]
    assert {finding.verdict for finding in judged(blocks, said)} == {Verdict.EXACT}


@pytest.mark.model
def test_whichever_noun_of_the_samples_is_exchanged_is_found() -> None:
    from pipeline.language.korean import load_korean

    said = [utterance for path in SAMPLES for utterance in sample(path)]
    parses = list(load_korean().analyse([utterance.clean for utterance in said]))
    blocks = [
        ReadBlock(
            "", BlockKind.SPEECH, one.speaker, one.clean[: m.chars.start] + "바다" + one.clean[m.chars.end :]
        )
        for one, morphemes in zip(said, parses, strict=True)
        for m in morphemes
        if m.tag == "NNG" and m.chars.length > 1
    ]
    found = judged(blocks, said)
    changed = [finding for finding in found if "바다" in finding.claim.text]
    assert len(changed) == len(blocks) > 200
    assert not [finding for finding in changed if finding.verdict in FAITHFUL]


SAID = utterances(
    [
        ("김도현", "처음에는 서로를 믿지 못했지만 이제는 믿습니다."),
        ("김도현", "회의는 저녁에 열렸습니다."),
        ("김도현", "그래서 많이 왔습니다."),
        ("이수현", "도서관 전화번호는 02-000-3456입니다."),
        ("이수현", "소상 소상공인은 낮에 못 나옵니다."),
        ("이수현", "가게 문을 일찍 닫아야 돼요."),
    ]
)


def verdicts(text: str, speaker: str = "김도현(위원)") -> list[Verdict]:
    return [f.verdict for f in judged([ReadBlock("", BlockKind.SPEECH, speaker, text)], SAID)]


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "speaker", "expected"),
    [
        ("처음에는 서로를 믿었지만 이제는 믿지 못합니다.", "김도현", [Verdict.ALTERED]),
        ("회의는 저녁에 열렸고 그래서 많이 왔습니다.", "김도현", [Verdict.EDITED]),
        ("처음에는 서로를 믿지 못했습니다. 이제는 믿습니다.", "김도현", [Verdict.EDITED] * 2),
        ("도서관 전화번호는 ○○○입니다.", "이수현", [Verdict.EDITED]),
        ("소상공인은 낮에 못 나옵니다.", "이수현", [Verdict.EDITED]),
        ("회의는 저녁에 열렸습니다.", "모르는사람", [Verdict.WRONG_SPEAKER]),
        ("가게 문을 일찍 닫아야 합니다.", "이수현", [Verdict.EDITED]),
    ],
)
def test_sentences_may_be_split_joined_and_masked_but_not_turned(
    text: str, speaker: str, expected: list[Verdict]
) -> None:
    assert verdicts(text, speaker) == expected


@pytest.mark.model
@pytest.mark.parametrize(
    ("quoted", "verdict"),
    [
        ("저는 반대했습니다 … 회의가 끝났습니다.", Verdict.EXACT),
        ("저는 반대했습니다 … 이제는 찬성합니다.", Verdict.ALTERED),
        ("회의가 끝났습니다 … 저는 반대했습니다.", Verdict.ALTERED),
        ("저는 반대했습니다 … 그렇게 들었어요.", Verdict.WRONG_SPEAKER),
    ],
)
def test_an_ellipsis_joins_only_what_was_said_in_one_answer(quoted: str, verdict: Verdict) -> None:
    said = utterances(
        [
            ("김도현", "저는 반대했습니다."),
            ("이수현", "그렇게 들었어요."),
            ("김도현", "회의가 끝났습니다."),
            ("김도현", "이제는 찬성합니다."),
        ]
    )
    later = replace(said[-1].source, start_ms=900_000, end_ms=904_000)
    said[-1] = replace(said[-1], source=later)
    block = ReadBlock("s-1", None, "", f"김도현은 “{quoted}”라고 말했다.")
    assert [finding.verdict for finding in judged([block], said)][-1] is verdict


@pytest.mark.model
def test_a_finding_tells_where_to_listen_and_what_differs() -> None:
    block = ReadBlock("s-7", None, "", "김도현은 “회의는 아침에 열렸습니다.”라고 말했다.")
    (finding,) = judged([block], SAID)
    assert (finding.id, finding.verdict, finding.speaker) == ("s-7", Verdict.ALTERED, "김도현(시민)")
    assert finding.source == SAID[1].source
    assert [(d.matter, d.said, d.written) for d in finding.differences] == [(Matter.WORD, "저녁", "아침")]


@pytest.mark.model
def test_what_nobody_said_has_no_source() -> None:
    (finding,) = judged([ReadBlock("", BlockKind.QUOTE, "이수현", "시장님이 모든 것을 이끌었습니다.")], SAID)
    assert (finding.verdict, finding.source) == (Verdict.NOT_FOUND, None)
