"""Of whoever is forgotten nothing is left, and of everybody else everything; also where it was cut short."""

import json
import os
import re
import shutil
import sqlite3
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import running
import talking
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from running import drop
from talking import NAMES, STAGES, Said, Talk, redo
from test_drafting import CONFIG, read, write

from pipeline import workspace as workspaces
from pipeline.batch import draft_files, drafting, inventory, opening
from pipeline.batch.draft_files import Format
from pipeline.batch.forgetting import traces
from pipeline.batch.forgetting.carrying_out import begin, carry_out, pending
from pipeline.batch.forgetting.order import Order, find_out
from pipeline.batch.forgetting.proof import Remains
from pipeline.batch.inventory import take
from pipeline.batch.material import gather
from pipeline.batch.status_files import StatusFiles, place, same_as
from pipeline.errors import InputError
from pipeline.intake.source import file_digest
from pipeline.speech.library import Library, Voiceprint, save_library
from pipeline.workspace import Workspace

TARGET = NAMES[1]
EDITORS = "편집자가 덧붙인 문장."
IN_MEMORY = next((path for path in (Path("/dev/shm"),) if path.is_dir()), None)  # noqa: S108
"""Where files cost least, if there is such a place; each example deletes its own."""
LONG_AGO = 1_690_000_000
TAKEN_IN = re.compile(r"-draft-\w+\.draft-\w+\.json\.gz$")
"""Ends the name of what a file held that was made of a draft."""

TURN = st.tuples(st.integers(0, 3), st.integers(1, 5), st.booleans())
TURNS = st.lists(TURN, min_size=2, max_size=6)
TALK = st.tuples(st.sampled_from(("interview", "roundtable")), TURNS, st.booleans())


@st.composite
def all_talks(draw: st.DrawFn) -> tuple[Talk, ...]:
    """A few sessions, in at least one of which the target speaks."""
    made, count = [], 0
    drawn = draw(st.lists(TALK, min_size=1, max_size=3))
    drawn[0][1].append((1, 5, False))
    for kind, turns, named in drawn:
        said = []
        for speaker, length, names in turns:
            said.append(Said(speaker, tuple(map(talking.word, range(count, count + length))), names))
            count += length
        made.append(Talk(kind, tuple(said), named))
    return tuple(made)


class Killed(BaseException):
    """The process ends here."""


def as_replaced(talks: tuple[Talk, ...]) -> tuple[Talk, ...]:
    """Other recordings of the same talks: as many words, none of them the same."""

    def other(said: Said) -> Said:
        return replace(said, words=tuple(each + "헌" for each in said.words))

    return tuple(replace(talk, turns=tuple(map(other, talk.turns))) for talk in talks)


def prepare(root: Path, talks: tuple[Talk, ...], edited: bool, replaced: bool = False) -> Workspace:
    """A workspace in which everything is done, drafted, and perhaps edited.

    Where it was ``replaced``, every recording came after another one had been worked on and drafted.
    """
    space = workspaces.create(root)
    shutil.copytree(CONFIG / "chapters", space.config / "chapters")
    decomposed = unicodedata.normalize("NFD", TARGET)
    people = (
        f'# {TARGET} 님은 전화로 확인\n[[person]]\nname = "{decomposed}"\n[[person]]\nname = "{NAMES[2]}"\n'
    )
    (space.config / "people.toml").write_text(people, encoding="utf-8")
    for version in (as_replaced(talks), talks) if replaced else (talks,):
        work(space, version)
    talking.call_by_number(space)
    with space.log.open("a", encoding="utf-8") as log:
        log.write(f"{TARGET} was named\nsomething else\n")
    if edited:
        path = space.drafts / "chapter-5.txt"
        path.write_text(path.read_text(encoding="utf-8") + f"|||{EDITORS}\n", encoding="utf-8")
        os.utime(path, (LONG_AGO, LONG_AGO))
    return space


def work(space: Workspace, talks: tuple[Talk, ...]) -> None:
    """Have talks recorded, worked on, their voices named, and drafted."""
    for number, talk in enumerate(talks):
        talking.lay(space, number, talk)
    with opening.to_write(space) as opened:
        sessions = talking.run(opened)
        for session in sessions:
            talking.name_voices(space, session)
        talking.run(opened)
        prints = (Voiceprint(session=sessions[0].id, speech_ms=20_000, embedding=(0.625, 0.0)),)
        library = Library(model="m", people={TARGET: prints, NAMES[3]: prints})
        save_library(space.voices, library)
        for definition in drafting.definitions(space):
            drafting.draft(space, opened.config, definition, gather(space, sessions))


def forget(
    space: Workspace, target: str, copies: bool, kills: tuple[int, ...] = ()
) -> tuple[Order, Remains, int]:
    """Forget, killed at some of the moments at which something becomes durable, and resumed each time.

    A kill may come when all is done but the clearing away; then nothing is left to resume.
    """
    done = 0
    order, remains = None, Remains((), (), ())

    def count(_: int) -> None:
        nonlocal done
        done += 1
        if moments and done > moments[0]:
            raise Killed

    moments = list(kills)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", count)
        while True:
            try:
                with opening.to_write(space, forgetting=True) as opened:
                    take(space, opened.ledger, lambda _: None)
                    begun = pending(space)
                    if begun is None and order is not None:
                        return order, remains, done
                    begun = begun or begin(opened, find_out(opened, target, edited_copies=copies), STAGES)
                    if space.forgetting.exists():
                        order = begun.order
                    _, remains = carry_out(opened, begun, STAGES, redo)
                    return begun.order, remains, done
            except Killed:
                moments.pop(0)
                done = 0


def texts(path: Path) -> Iterator[str]:
    """Whatever can be read out of a file, by other means than those of :mod:`traces`."""
    data = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            data = b"\n".join(archive.read(name) for name in archive.namelist())
    text = data.decode("utf-8", errors="ignore")
    for each in (text, data.decode("utf-16-le", errors="ignore"), data.decode("cp949", errors="ignore")):
        yield unicodedata.normalize("NFC", each)
    yield re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text)


def found(space: Workspace, words: Iterable[str]) -> list[str]:
    """Files that hold one of the words; recordings and files put by for the editor are people's own."""
    wanted = re.compile("|".join(words) or "(?!)")
    return [
        str(path.relative_to(space.root))
        for path in space.root.rglob("*")
        if path.is_file() and path.suffix != ".m4a" and path.parent != space.drafts / "edited"
        if wanted.search(str(path)) or any(wanted.search(text) for text in texts(path))
    ]


def state(space: Workspace) -> dict[str, bytes]:
    """Everything that must not depend on how it went.

    A file that was taken in is put by beside its draft a moment after the record tells of it, and a kill may
    come between.
    """
    apart = (space.ledger.name, space.lock.name, space.log.name, talking.CALLS)
    return {
        str(path.relative_to(space.root)): path.read_bytes()
        for path in sorted(space.root.rglob("*"))
        if path.is_file() and space.forgotten not in path.parents and not path.name.startswith(apart)
        if not TAKEN_IN.search(path.name)
    }


def chapters(space: Workspace) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted(space.drafts.glob("chapter-*.txt")))


def is_whole(talk: Talk) -> bool:
    return any(s.speaker == 1 for s in talk.turns) and all(s.speaker < 2 for s in talk.turns)


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drafts in a toy format, on a disk that never fails and whose clock is fine."""
    monkeypatch.setattr(draft_files, "formats", lambda: {"txt": Format(write, read)})
    monkeypatch.setattr(os, "fsync", lambda _: None)
    connect = sqlite3.connect

    def connected(*args: Any, **options: Any) -> sqlite3.Connection:
        database = connect(*args, **options)
        database.execute("PRAGMA synchronous = OFF")
        return database

    monkeypatch.setattr(sqlite3, "connect", connected)
    monkeypatch.setattr(inventory, "FINE_TICK_NS", 0)
    monkeypatch.setattr(inventory, "COARSE_TICK_NS", 0)


@pytest.mark.usefixtures("toys")
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    talks=all_talks(),
    edited=st.booleans(),
    replaced=st.booleans(),
    copies=st.booleans(),
    kills=st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=4),
)
def test_of_a_person_nothing_is_left_and_of_all_others_everything(
    talks: tuple[Talk, ...], edited: bool, replaced: bool, copies: bool, kills: list[float]
) -> None:
    with tempfile.TemporaryDirectory(dir=IN_MEMORY) as folder:
        space = prepare(Path(folder, "undisturbed"), talks, edited, replaced)
        cut_short = Workspace(space.root.with_name("cut-short"))
        shutil.copytree(space.root, cut_short.root)
        before, called = chapters(space), len(talking.calls(space.root))

        wanted, remains, moments = forget(space, TARGET, copies)

        assert remains.others == ()
        assert [talk for n, talk in enumerate(talks) if is_whole(talk)] == [
            talk for n, talk in enumerate(talks) if any(name.endswith(f"talk{n}") for name in wanted.whole)
        ]
        assert not traces.search(space, wanted.words()) or remains.edited
        check_gone(space, talks, wanted)
        assert found(space, theirs_of_replaced(talks)) == []
        check_kept(space, talks, before)
        assert (EDITORS in chapters(space)) == edited
        assert len(talking.calls(space.root)) == called, "what others said is not recognised again"

        again, _, _ = forget(cut_short, TARGET, copies, tuple(int(k * moments) for k in kills))
        assert again == wanted
        assert state(cut_short) == state(space)
        assert len(talking.calls(cut_short.root)) == called


def check_gone(space: Workspace, talks: tuple[Talk, ...], wanted: Order) -> None:
    gone = [TARGET, *(digest[:12] for digests in wanted.whole.values() for digest in digests)]
    for talk in talks:
        for said in talk.turns:
            if said.speaker == 1 or is_whole(talk):
                gone += said.words
    assert found(space, gone) == []


def theirs_of_replaced(talks: tuple[Talk, ...]) -> list[str]:
    """Everything said in earlier recordings of talks in which the person speaks."""
    held = [talk for talk in talks if any(said.speaker == 1 for said in talk.turns)]
    return [each for talk in as_replaced(tuple(held)) for said in talk.turns for each in said.words]


def check_kept(space: Workspace, talks: tuple[Talk, ...], before: str) -> None:
    after = chapters(space)
    for number, talk in enumerate(talks):
        kept = [each for said in talk.turns if said.speaker != 1 for each in said.words]
        if not is_whole(talk):
            (folder,) = space.transcripts.glob(f"*talk{number}")
            transcript = (folder / "transcript.md").read_text(encoding="utf-8")
            assert [each for each in kept if each not in transcript] == []
            assert [each for each in kept if each in before and each not in after] == []
    assert NAMES[2] in (space.config / "people.toml").read_text(encoding="utf-8")


@pytest.mark.usefixtures("toys")
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(talks=all_talks(), replaced=st.booleans(), kill=st.floats(0, 1, exclude_max=True))
def test_of_a_session_nothing_is_left_and_the_others_stay_as_they_were(
    talks: tuple[Talk, ...], replaced: bool, kill: float
) -> None:
    with tempfile.TemporaryDirectory(dir=IN_MEMORY) as folder:
        space = prepare(Path(folder, "undisturbed"), talks, edited=False, replaced=replaced)
        cut_short = Workspace(space.root.with_name("cut-short"))
        shutil.copytree(space.root, cut_short.root)
        (name,) = [path.name for path in space.transcripts.glob("*talk0")]
        others = {name: data for name, data in state(space).items() if "talk0" not in name}
        _, remains, moments = forget(space, name, copies=False)
        assert remains.others == remains.edited == ()
        held = (talks[0], *as_replaced(talks[:1]))
        said = [each for talk in held for turn in talk.turns for each in turn.words]
        assert found(space, [name, *said]) == []
        left = state(space)
        assert all(left[name] == data for name, data in others.items() if name.startswith("transcripts/r"))
        forget(cut_short, name, copies=False, kills=(int(kill * moments),))
        assert state(cut_short) == left


@pytest.mark.usefixtures("toys")
def test_forgetting_twice_is_harmless(space: Workspace) -> None:
    talks = (Talk("roundtable", (Said(0, ("쀍가",)), Said(1, ("쀍나",)), Said(2, ("쀍다",), True))),)
    made = prepare(space.root, talks, edited=True)
    with opening.to_write(made) as opened:
        begun = begin(opened, find_out(opened, TARGET), STAGES)
        carry_out(opened, begun, STAGES, redo)
        once = state(made)
        carry_out(opened, begun, STAGES, redo)
        assert state(made) == once
        assert json.loads(next(made.forgotten.glob("2*.json")).read_text())["remains"]["others"] == 0


def test_a_recording_that_went_to_another_session_is_not_forgotten_with_its_first(space: Workspace) -> None:
    first, second = (drop(space, f"interviews/하나 {part}부.wav", f"part {part}") for part in (1, 2))
    running.run(space)
    second.rename(second.with_name("둘.wav"))
    running.run(space)
    second.with_name("둘.toml").write_text("title = [cut sho", encoding="utf-8")
    with opening.to_write(space) as opened:
        assert take(space, opened.ledger, lambda _: None).problems.keys() == {"interview-둘"}
        assert find_out(opened, "interview-하나").digests() == [file_digest(first)]


@pytest.mark.usefixtures("toys")
def test_no_file_without_bookmarks_brings_back_what_was_forgotten(space: Workspace) -> None:
    theirs, kept = tuple(map(talking.word, range(10))), talking.word(20)
    said = Said(0, (talking.word(21),)), Said(1, theirs), Said(2, (kept,))
    made = prepare(space.root / "filled", (Talk("roundtable", said),), edited=False)
    path = made.drafts / "chapter-5.txt"
    opened = path.read_text(encoding="utf-8")
    forget(made, TARGET, copies=False)
    lines = [line.split("|", 2)[2] for line in opened.splitlines()[1:]]
    pasted = "".join(f"||{line}\n" for line in lines).replace(kept, f"{kept} {EDITORS}")
    path.write_text(f"\n{pasted}", encoding="utf-8")
    with opening.to_write(made) as opened_again:
        material = gather(made, take(made, opened_again.ledger, lambda _: None).sessions)
        done = [
            drafting.draft(made, opened_again.config, each, material) for each in drafting.definitions(made)
        ]
    text = path.read_text(encoding="utf-8")
    assert sum(each.withheld for each in done) == 1
    assert [word for word in theirs if word in text] == []
    assert f"{kept} {EDITORS}" in text


@pytest.mark.usefixtures("toys")
def test_status_files_of_copies_that_name_the_session_go_too(space: Workspace) -> None:
    talk = Talk("interview", (Said(0, (talking.word(0),)), Said(1, (talking.word(1),))))
    other = Talk("interview", (Said(0, (talking.word(2),)), Said(2, (talking.word(3),))))
    made = prepare(space.root / "filled", (talk, other), edited=False)
    for number in (0, 1):
        copy = drop(made, f"interviews/copy{number}.m4a", "sound")
        StatusFiles(True).show(copy, same_as(f"transcripts/interview-talk{number}"))
    forget(made, "interview-talk0", copies=False)
    assert [place(made.audio / f"interviews/copy{number}.m4a").exists() for number in (0, 1)] == [False, True]


@pytest.mark.usefixtures("toys")
def test_a_recording_called_after_the_person_in_which_others_speak_is_to_be_renamed_first(
    space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = tuple(Said(speaker, (talking.word(speaker),)) for speaker in (0, 1, 2))
    with monkeypatch.context() as patch:
        patch.setattr(talking, "call_by_number", lambda _: None)
        made = prepare(space.root / "filled", (Talk("roundtable", said, named=True),), edited=False)
    before = state(made)
    with pytest.raises(InputError, match=f"파일 이름에 {TARGET} 님의 이름") as refused:
        forget(made, TARGET, copies=False)
    assert refused.value.code == "input.forget_named"
    assert state(made) == before
    talking.call_by_number(made)
    _, remains, _ = forget(made, TARGET, copies=False)
    assert remains == Remains((), (), ())
    assert [path.name for path in made.transcripts.glob("round*")] == ["roundtable-talk0"]
