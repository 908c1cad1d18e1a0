"""Chapters, what a person does to them in a day, and what a better recogniser makes of them: by a seed.

Machine's words and editor's words are told apart by their look, so that a lost one is seen at once: an editor
writes words that begin with 편집, a rerun words that begin with 다시.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from pipeline.drafts.formats import carried, shifted, tidy
from pipeline.drafts.reading import ReadBlock
from pipeline.model import Block, BlockKind, Chapter, Remark, Source, Span, Spoken

SAYINGS = """
민관협치는 마을 사람들의 이야기를 함께 듣는 일이라고 생각합니다. 담당 공무원이 너무 자주 바뀌었어요. 맞아요.
저는 주민세 마을사업의 신청 서류를 한 장으로 줄였으면 좋겠습니다. 그래서 처음부터 다시 설명해야 했습니다.
학교 앞에 새로운 인도가 생겼고 아이들이 안전하게 걸어 다닐 수 있게 되었습니다. 규모를 두 배로 키워 주십시오.
공론화위원회의 결과를 시민에게 충분히 알려 주지 못한 것이 한계입니다.
"""
WORDS = SAYINGS.split()
SPEAKERS = ("한나래(사회자)", "김도현(위원)", "이수현(시민)")
RECORDING = "a" * 64


def chapter(random: Random, blocks: int = 12) -> Chapter:
    """A heading, speech with sources, and a table at the end."""
    made = [Block("c4-title", BlockKind.TITLE, "시민 면담")]
    made += [_speech(random, number) for number in range(blocks)]
    made += [_row(random, number) for number in range(3)]
    return Chapter(4, "시민 면담", tuple(made))


def _speech(random: Random, number: int) -> Block:
    sentences = [_sentence(random) for _ in range(random.randint(1, 4))]
    spoken, at, now_ms = [], 0, number * 60_000
    for sentence in sentences:
        source = Source("면담", RECORDING, now_ms, now_ms + 5_000)
        spoken.append(Spoken(Span(at, at + len(sentence)), source))
        at, now_ms = at + len(sentence) + 1, now_ms + 5_000
    text = " ".join(sentences)
    remark = Remark(Span(0, len(text.split()[0])), "low-confidence", "다시 들어 보세요.")
    kind = random.choice((BlockKind.SPEECH, BlockKind.ANSWER))
    return Block(f"s-{number}", kind, text, random.choice(SPEAKERS), (), tuple(spoken), (remark,))


def _sentence(random: Random) -> str:
    return " ".join([f"{random.randrange(10_000)}번지", *random.choices(WORDS, k=random.randint(2, 9))])


def _row(random: Random, number: int) -> Block:
    cells = tuple(_sentence(random) for _ in range(3))
    return Block(f"row-{number}", BlockKind.TABLE_ROW, "\t".join(cells), "", cells)


def read(drafted: Chapter) -> list[ReadBlock]:
    """What a file holds that nobody has touched."""
    return [
        ReadBlock(b.id, b.kind, b.speaker, b.text, b.cells, formats=b.formats, covers=b.covers)
        for b in drafted.blocks
    ]


def shown(blocks: Sequence[Block | ReadBlock]) -> list[tuple[str, str, tuple[str, ...]]]:
    """What a reader of the page sees."""
    return [(block.speaker, block.text, block.cells) for block in blocks]


class Editor:
    """Does things to a draft; ``written`` holds every word of the editor's own."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.count = 0

    def edit(self, blocks: Sequence[ReadBlock], times: int) -> list[ReadBlock]:
        """The draft after so many edits, some of the bookmarks perhaps lost on the way."""
        edited = list(blocks)
        for _ in range(times):
            if edited:
                self.random.choice(EDITS)(self, edited, self.random.randrange(len(edited)))
        if self.random.random() < 0.5:
            edited = [replace(b, id="") if self.random.random() < 0.3 else b for b in edited]
        return edited

    def own(self) -> str:
        """A word nobody else writes."""
        self.count += 1
        return f"편집{self.count}이"

    def type_at_start(self, blocks: list[ReadBlock], at: int) -> None:
        self._retype(blocks, at, lambda words: [self.own(), *words])

    def type_at_end(self, blocks: list[ReadBlock], at: int) -> None:
        self._retype(blocks, at, lambda words: [*words, self.own()])

    def type_inside(self, blocks: list[ReadBlock], at: int) -> None:
        place = self.random.random()
        self._retype(blocks, at, lambda w: [*w[: int(place * len(w))], self.own(), *w[int(place * len(w)) :]])

    def replace_word(self, blocks: list[ReadBlock], at: int) -> None:
        place = self.random.random()
        self._retype(
            blocks, at, lambda w: [*w[: int(place * len(w))], self.own(), *w[int(place * len(w)) + 1 :]]
        )

    def delete_words(self, blocks: list[ReadBlock], at: int) -> None:
        self._retype(blocks, at, lambda words: words[: max(1, len(words) // 2)])

    def rewrite(self, blocks: list[ReadBlock], at: int) -> None:
        self._retype(blocks, at, lambda words: [self.own() for _ in words])

    def split(self, blocks: list[ReadBlock], at: int) -> None:
        words = blocks[at].text.split()
        if not blocks[at].cells and len(words) > 1:
            cut = self.random.randrange(1, len(words))
            text = " ".join(words[cut:])
            behind = shifted(blocks[at].formats, len(text) - len(blocks[at].text))
            rest = ReadBlock("", blocks[at].kind, "", text, formats=tidy(behind, text))
            blocks[at : at + 1] = [with_text(blocks[at], " ".join(words[:cut])), rest]

    def join(self, blocks: list[ReadBlock], at: int) -> None:
        pair = blocks[at : at + 2]
        if len(pair) == 2 and not any(block.cells for block in pair):
            joined = tuple(filter(None, (pair[1].id, *pair[1].joined))) if self.random.random() < 0.5 else ()
            text = f"{pair[0].text} {pair[1].text}"
            formats = (*pair[0].formats, *shifted(pair[1].formats, len(pair[0].text) + 1))
            both = replace(pair[0], text=text, joined=(*pair[0].joined, *joined), formats=tidy(formats, text))
            blocks[at : at + 2] = [both]

    def move(self, blocks: list[ReadBlock], at: int) -> None:
        block = blocks.pop(at)
        blocks.insert(self.random.randint(0, len(blocks)), block)

    def delete(self, blocks: list[ReadBlock], at: int) -> None:
        del blocks[at]

    def add(self, blocks: list[ReadBlock], at: int) -> None:
        text = " ".join(self.own() for _ in range(self.random.randint(1, 5)))
        blocks.insert(at, ReadBlock("", None, "", text))

    def leave_bookmark_behind(self, blocks: list[ReadBlock], at: int) -> None:
        """Enter at the start of a paragraph, and something new typed where the bookmark stayed."""
        blocks[at : at + 1] = [
            ReadBlock(blocks[at].id, blocks[at].kind, "", self.own()),
            replace(blocks[at], id=""),
        ]

    def rename_speaker(self, blocks: list[ReadBlock], at: int) -> None:
        if not blocks[at].cells:
            blocks[at] = replace(blocks[at], speaker=self.random.choice(SPEAKERS))

    def copy(self, blocks: list[ReadBlock], at: int) -> None:
        blocks.insert(self.random.randint(0, len(blocks)), replace(blocks[at], id=""))

    def _retype(self, blocks: list[ReadBlock], at: int, change: Callable[[list[str]], list[str]]) -> None:
        block = blocks[at]
        if block.cells:
            cells = list(block.cells)
            cell = self.random.randrange(len(cells))
            cells[cell] = " ".join(change(cells[cell].split()))
            blocks[at] = replace(with_text(block, "\t".join(cells)), cells=tuple(cells))
        else:
            blocks[at] = with_text(block, " ".join(change(block.text.split())))


def with_text(block: ReadBlock, text: str) -> ReadBlock:
    """The paragraph with other words, set as a word processor would."""
    return replace(block, text=text, formats=carried(block.formats, block.text, text))


EDITS = (
    Editor.type_at_start,
    Editor.type_at_end,
    Editor.type_inside,
    Editor.replace_word,
    Editor.delete_words,
    Editor.rewrite,
    Editor.split,
    Editor.join,
    Editor.move,
    Editor.delete,
    Editor.add,
    Editor.leave_bookmark_behind,
    Editor.rename_speaker,
    Editor.copy,
)


def rerun(random: Random, drafted: Chapter) -> Chapter:
    """What a better recogniser makes of it: words heard otherwise, blocks come, gone and split."""
    blocks: list[Block] = []
    for number, block in enumerate(drafted.blocks):
        chance = random.random()
        if chance < 0.08 and not block.cells:
            continue
        if chance < 0.2 and block.spoken:
            blocks += _halves(block)
            continue
        blocks.append(_reheard(random, block) if chance < 0.7 and block.spoken else block)
        if chance > 0.93:
            blocks.append(replace(_speech(random, 1000 + number), id=f"new-{number}"))
    if random.random() < 0.2 and len(blocks) > 4:
        blocks.insert(1, blocks.pop(3))
    return replace(drafted, blocks=tuple(blocks))


def reheard(random: Random, drafted: Chapter) -> Chapter:
    """The same with some words heard otherwise, and nothing else."""
    blocks = (_reheard(random, b) if b.spoken and random.random() < 0.5 else b for b in drafted.blocks)
    return replace(drafted, blocks=tuple(blocks))


def _reheard(random: Random, block: Block) -> Block:
    words = block.text.split(" ")
    for place in random.sample(range(len(words)), k=min(len(words), random.randint(1, 3))):
        words[place] = f"다시{random.randrange(1000)}은"
    text = " ".join(words)
    source = block.spoken[0].source
    name = block.id if random.random() < 0.8 else f"{block.id}-late"
    return replace(block, id=name, text=text, spoken=(Spoken(Span(0, len(text)), source),), remarks=())


def _halves(block: Block) -> list[Block]:
    if len(block.spoken) < 2:
        return [block]
    cut = block.spoken[1].chars.start
    head = replace(block, text=block.text[: cut - 1], spoken=block.spoken[:1])
    moved = tuple(Spoken(Span(s.chars.start - cut, s.chars.end - cut), s.source) for s in block.spoken[1:])
    return [head, replace(block, id=f"{block.id}-b", text=block.text[cut:], spoken=moved, remarks=())]
