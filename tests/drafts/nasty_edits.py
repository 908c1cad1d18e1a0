"""What editors do to chapters that no bookmark survives, and what machines do to them meanwhile: by a seed.

A world of interviews is composed as chapters are. Words that an editor writes begin with 편집 and bear the
editor's letter; words that are heard otherwise begin with 다시.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from pathlib import Path
from random import Random

from said_sessions import ASKER, session

from pipeline.drafts.chapters import load_chapters
from pipeline.drafts.comments import Comment
from pipeline.drafts.compose import compose
from pipeline.drafts.passages import SessionMaterial
from pipeline.drafts.reading import EDITION, ReadBlock
from pipeline.model import BlockKind, Chapter, Consent, Participant, Role

FOUR, _ = load_chapters(Path(__file__).parents[2] / "config" / "chapters")
PEOPLE = ("김하늘", "이수현", "정다운", "오하준", "박서준", "최가람")
TOPICS = ("안전", "행정", "청년")
OPENINGS = ("저는", "우리", "마을에서", "지금은", "사실", "그래서", "예산이", "학교 앞")
MIDDLES = (
    "학교 앞 통학로가", "담당자가 자주", "주민세 마을사업을", "회의를 저녁에도", "공론화위원회를",
    "서른 명이", "신청 서류가", "2년 동안", "도서관에서 함께", '"협치"라는 말이', "처음에는 - 솔직히 -",
)  # fmt: skip
ENDS = (
    "안전해졌습니다.", "바뀌었어요.", "필요합니다.", "열어 주십시오.", "생각합니다.", "어려웠습니다...",
    "몰랐습니다.", "좋겠습니다.",
)  # fmt: skip
SHORT = ("네.", "맞습니다.", "네. 맞습니다.", "그렇지요.")
TYPED = re.compile(r"편집[가-힣]\d+이")


APART_MS = 20_000
"""From the beginning of a sentence to that of the next, in which another may come to be heard."""


@dataclass(slots=True)
class Sentence:
    """What is heard from a moment on, and what is marked behind it."""

    text: str
    at_ms: int
    marks: str = ""


@dataclass(slots=True)
class Interview:
    """A talk whose sentences a machine may come to hear otherwise."""

    name: str
    number: int
    said: list[tuple[str, list[Sentence]]]
    """Voice and sentences."""
    consent: Consent = Consent.GRANTED

    def material(self) -> SessionMaterial:
        """As a chapter takes it."""
        said = [(voice, " ".join(f"{s.text} {s.marks}".strip() for s in each)) for voice, each in self.said]
        people = {"S1": ASKER, "S2": Participant(self.name, Role.CITIZEN, self.consent)}
        day = f"2023-06-{self.number:02}"
        digest = f"{self.number:064x}"
        made = session(said, people, title=f"{self.number}번째 면담", digest=digest, date=day)
        return self._timed(made, digest)

    def _timed(self, made: SessionMaterial, digest: str) -> SessionMaterial:
        """With every sentence at its own time, whatever else is heard."""
        starts = [
            s.at_ms + 300 * i for _, each in self.said for s in each for i in range(len(s.text.split()))
        ]
        transcript = made.transcripts[digest]
        words = tuple(
            replace(word, start_ms=at, end_ms=at + 300)
            for word, at in zip(transcript.words, starts, strict=True)
        )
        turns = tuple(
            replace(
                each,
                turn=replace(
                    each.turn,
                    start_ms=words[each.turn.words.start].start_ms,
                    end_ms=words[each.turn.words.end - 1].end_ms,
                ),
            )
            for each in made.turns
        )
        return replace(made, turns=turns, transcripts={digest: replace(transcript, words=words)})


@dataclass(slots=True)
class World:
    """Interviews, and what of them is heard today."""

    random: Random
    interviews: list[Interview] = field(default_factory=list)
    topics: tuple[str, ...] = TOPICS
    heard: int = 0
    first: int = 10
    last: int = 9

    @classmethod
    def made(cls, random: Random, interviews: int = 3) -> "World":
        world = cls(random)
        for _ in range(interviews):
            world.talk_after()
        return world

    def interview(self, number: int) -> Interview:
        said: list[tuple[str, list[Sentence]]] = []
        moments = count(0, APART_MS)
        for _ in range(self.random.randint(2, 4)):
            said.append(("S1", [Sentence(self.sentence(), next(moments), "#question")]))
            sentences = [Sentence(self.sentence(), next(moments)) for _ in range(self.random.randint(1, 4))]
            if self.random.random() < 0.3:
                sentences = [Sentence(self.random.choice(SHORT), next(moments))]
            elif self.random.random() < 0.6:
                label = self.random.choice(("proposal", "achievement"))
                sentences[-1].marks = f"#{label} #topic={self.random.choice(self.topics)}"
            said.append(("S2", sentences))
        return Interview(PEOPLE[number % len(PEOPLE)], number, said)

    def sentence(self) -> str:
        parts = (self.random.choice(OPENINGS), *self.random.sample(MIDDLES, k=self.random.randint(1, 3)))
        return " ".join([*parts, self.random.choice(ENDS)])

    def chapter(self) -> Chapter:
        return compose(FOUR, [each.material() for each in self.interviews], self.topics)

    def change(self) -> str:
        """Let the machine come to something else; gives what it was."""
        way = self.random.choice(MACHINE)
        way(self)
        return way.__name__

    def hear_better(self) -> None:
        """A word of each sentence."""
        for interview in self.interviews:
            for _, sentences in interview.said:
                for each in sentences:
                    words = each.text.split(" ")
                    if len(words) > 2:
                        self.heard += 1
                        words[self.random.randrange(len(words) - 1)] = f"다시{self.heard}은"
                        each.text = " ".join(words)

    def hear_more(self) -> None:
        """A sentence in an answer."""
        interview = self.random.choice(self.interviews)
        voice, sentences = self.random.choice(interview.said)
        self.heard += 1
        at = self.random.randrange(len(sentences))
        added = Sentence(f"다시{self.heard}은 맞습니다.", sentences[at].at_ms + APART_MS // 2)
        added.marks = "#question" if voice == "S1" else ""
        sentences.insert(at + 1, added)

    def talk_before(self) -> None:
        self.first -= 1
        self.interviews.insert(0, self.interview(self.first))

    def talk_after(self) -> None:
        self.last += 1
        self.interviews.append(self.interview(self.last))

    def rename_topic(self) -> None:
        before, after = self.topics[0], f"{self.topics[0]}과삶"
        self.topics = (after, *self.topics[1:])
        for interview in self.interviews:
            for _, sentences in interview.said:
                for each in sentences:
                    each.marks = each.marks.replace(f"topic={before}", f"topic={after}")

    def hide(self) -> None:
        self.random.choice(self.interviews).consent = Consent.ANONYMOUS

    def withdraw(self) -> None:
        if len(self.interviews) > 1:
            self.interviews.remove(self.random.choice(self.interviews))


MACHINE = (
    *(World.hear_better, World.hear_more, World.talk_before, World.talk_after),
    *(World.rename_topic, World.hide, World.withdraw),
)


class Nasty:
    """An editor, or the program in which one works."""

    def __init__(self, random: Random, letter: str) -> None:
        self.random, self.letter, self.count = random, letter, 0

    def edit(self, blocks: Sequence[ReadBlock], times: int) -> tuple[list[ReadBlock], list[str]]:
        """The file after some edits, and which they were."""
        edited, done = list(blocks), []
        for way in self.random.choices(EDITS, k=times):
            way(self, edited)
            done.append(way.__name__)
        return edited, done

    def own(self) -> str:
        """A word nobody else writes."""
        self.count += 1
        return f"편집{self.letter}{self.count}이"

    def _at(self, blocks: Sequence[ReadBlock], fits: Callable[[ReadBlock], object]) -> int | None:
        places = [i for i, block in enumerate(blocks) if fits(block)]
        return self.random.choice(places) if places else None

    def _section(self, blocks: Sequence[ReadBlock]) -> tuple[int, int] | None:
        """From a heading of an interview to the next heading."""
        heads = [i for i, block in enumerate(blocks) if block.kind is BlockKind.HEADING]
        if not heads:
            return None
        at = self.random.choice(heads)
        return at, next((i for i in heads if i > at), len(blocks))

    def _all(self, blocks: list[ReadBlock], change: Callable[[str], str], speakers: bool = False) -> None:
        """Change all that is printed, as a program or a search does."""
        for i, block in enumerate(blocks):
            cells = tuple(map(change, block.cells))
            text = "\t".join(cells) if cells else change(block.text)
            speaker = change(block.speaker) if speakers else block.speaker
            blocks[i] = replace(block, text=text, cells=cells, speaker=speaker)

    def paste_into_new_document(self, blocks: list[ReadBlock]) -> None:
        """Every bookmark is lost, styles too."""
        blocks[:] = [replace(b, id="", joined=(), kind=None if not b.cells else b.kind) for b in blocks]

    def lose_edition(self, blocks: list[ReadBlock]) -> None:
        joined = (tuple(n for n in b.joined if not n.startswith(EDITION)) for b in blocks)
        blocks[:] = [replace(b, joined=own) for b, own in zip(blocks, joined, strict=True)]

    def reorder_sections(self, blocks: list[ReadBlock]) -> None:
        if found := self._section(blocks):
            section = blocks[slice(*found)]
            del blocks[slice(*found)]
            heads = [i for i, block in enumerate(blocks) if block.kind is BlockKind.HEADING]
            at = self.random.choice([*heads, len(blocks)])
            blocks[at:at] = section

    def type_sentence_twice(self, blocks: list[ReadBlock]) -> None:
        at = self._at(blocks, lambda b: not b.cells and "." in b.text)
        if at is not None:
            text = blocks[at].text
            blocks[at] = replace(blocks[at], text=f"{text} {text.split('. ')[-1]}")

    def move_row(self, blocks: list[ReadBlock]) -> None:
        at = self._at(blocks, lambda b: b.kind is BlockKind.TABLE_ROW)
        if at is not None:
            row = blocks.pop(at)
            to = self._at(blocks, lambda b: b.cells)
            blocks.insert(len(blocks) if to is None else to, row)

    def rename_speaker_everywhere(self, blocks: list[ReadBlock]) -> None:
        name, new = self.random.choice(PEOPLE), self.own()
        self._all(blocks, lambda text: text.replace(name, new), speakers=True)

    def shorten_quote(self, blocks: list[ReadBlock]) -> None:
        at = self._at(blocks, lambda b: b.kind is BlockKind.QUOTE and len(b.text.split()) > 3)
        if at is not None:
            words = blocks[at].text.split()
            blocks[at] = replace(blocks[at], text=" ".join([words[0], "…", *words[-2:]]))

    def replace_word_everywhere(self, blocks: list[ReadBlock]) -> None:
        word, new = self.random.choice(["통학로가", "담당자가", "학교", "필요합니다."]), self.own()
        self._all(blocks, lambda text: text.replace(word, new))

    def join_across_sections(self, blocks: list[ReadBlock]) -> None:
        at = self._at(blocks[1:], lambda b: b.kind is BlockKind.HEADING)
        if at is not None and not blocks[at].cells and at + 1 < len(blocks):
            first, second = blocks[at : at + 2]
            ids = tuple(filter(None, (*first.joined, second.id, *second.joined)))
            joined = ids if self.random.random() < 0.5 else first.joined
            blocks[at : at + 2] = [replace(first, text=f"{first.text} {second.text}", joined=joined)]

    def empty(self, blocks: list[ReadBlock]) -> None:
        at = self._at(blocks, lambda b: b.text and not TYPED.search(b.text))
        if at is not None:
            cells = tuple("" for _ in blocks[at].cells)
            blocks[at] = replace(blocks[at], text="\t".join(cells), cells=cells)

    def type_into_heading(self, blocks: list[ReadBlock]) -> None:
        at = self._at(blocks, lambda b: b.kind in {BlockKind.HEADING, BlockKind.SUBHEADING, BlockKind.TITLE})
        if at is not None:
            blocks[at] = replace(blocks[at], text=f"{blocks[at].text} {self.own()}")

    def correct_automatically(self, blocks: list[ReadBlock]) -> None:
        """As Word does while somebody types."""

        def curly(text: str) -> str:
            text = re.sub(r'"([^"]*)"', r"“\1”", text).replace(" - ", " – ")
            return text.replace("...", "…")

        self._all(blocks, curly)

    def space_without_breaks(self, blocks: list[ReadBlock]) -> None:
        self._all(blocks, lambda text: text.replace(" ", "\u00a0"))

    def decompose(self, blocks: list[ReadBlock]) -> None:
        self._all(blocks, partial(unicodedata.normalize, "NFD"), speakers=True)

    def type_words(self, blocks: list[ReadBlock]) -> None:
        at = self._at(blocks, lambda b: b.text)
        if at is not None:
            cells = list(blocks[at].cells)
            column = self.random.randrange(len(cells)) if cells else 0
            words = (cells[column] if cells else blocks[at].text).split(" ")
            words.insert(self.random.randint(0, len(words)), self.own())
            if cells:
                cells[column] = " ".join(words)
            text = "\t".join(cells) if cells else " ".join(words)
            blocks[at] = replace(blocks[at], text=text, cells=tuple(cells))

    def add_paragraph(self, blocks: list[ReadBlock]) -> None:
        text = f"{self.own()} {self.random.choice(MIDDLES)} {self.own()}"
        blocks.insert(self.random.randint(0, len(blocks)), ReadBlock("", None, "", text))

    def comment(self, blocks: list[ReadBlock]) -> None:
        at = self._at(blocks, lambda b: b.text)
        if at is not None:
            said = Comment("편집자", f"확인 바랍니다 {self.own()}", blocks[at].text.split(" ")[0])
            blocks[at] = replace(blocks[at], comments=(*blocks[at].comments, said))

    def split(self, blocks: list[ReadBlock]) -> None:
        at = self._at(blocks, lambda b: not b.cells and ". " in b.text)
        if at is not None:
            head, _, tail = blocks[at].text.partition(". ")
            keeps = self.random.random() < 0.7
            first = replace(blocks[at], text=f"{head}.", id=blocks[at].id if keeps else "")
            second = replace(blocks[at], text=tail, id="" if keeps else blocks[at].id, joined=(), speaker="")
            blocks[at : at + 1] = [first, second]

    def delete(self, blocks: list[ReadBlock]) -> None:
        at = self._at(blocks, lambda b: not TYPED.search(f"{b.speaker} {b.text}"))
        if at is not None:
            del blocks[at]


EDITS = (
    *(Nasty.paste_into_new_document, Nasty.lose_edition, Nasty.reorder_sections, Nasty.type_sentence_twice),
    *(Nasty.move_row, Nasty.rename_speaker_everywhere, Nasty.shorten_quote, Nasty.replace_word_everywhere),
    *(Nasty.join_across_sections, Nasty.empty, Nasty.type_into_heading, Nasty.correct_automatically),
    *(Nasty.space_without_breaks, Nasty.decompose, Nasty.split, Nasty.delete),
    *(Nasty.type_words, Nasty.type_words, Nasty.add_paragraph, Nasty.comment),
)
