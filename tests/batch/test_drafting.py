"""Drafts on disk, in a toy format: one line per block, so that a test can edit it as an editor would."""

import gzip
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from spoken_session import NAME, lay_down

from pipeline.batch import draft_files, drafting, editions, store
from pipeline.batch.draft_files import Format
from pipeline.batch.drafting import Drafted
from pipeline.batch.material import Material, gather
from pipeline.config import load_configuration
from pipeline.drafts import returning
from pipeline.drafts.reading import ReadBlock
from pipeline.drafts.reconcile import RULE
from pipeline.errors import ConflictError, InputError
from pipeline.model import BlockKind, Chapter, Session
from pipeline.workspace import Workspace

MEANT = "처음에는 아무도 몰랐지만 지금 돌아보면 누가 뭐래도 참"
CONFIG = Path(__file__).parents[2] / "config"
Draft = Callable[..., Drafted]


def write(chapter: Chapter, _: object, edition: str, _pictures: object) -> bytes:
    lines = (f"{b.id}|{b.kind}|{b.speaker}|{b.text}\n" for b in chapter.blocks)
    return f"{edition}\n{''.join(lines)}".encode()


def read(data: bytes) -> tuple[ReadBlock, ...]:
    blocks = []
    edition, *lines = data.decode().splitlines()
    for line in lines:
        name, kind, speaker, text = line.split("|")
        cells = tuple(text.split("\t")) if "\t" in text else ()
        joined = (edition,) if edition else ()
        blocks.append(ReadBlock(name, BlockKind(kind) if kind else None, speaker, text, cells, joined))
    return tuple(blocks)


@pytest.fixture
def session(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setattr(
        draft_files, "formats", lambda: {"txt": Format(write, read), "doc": Format(write, read)}
    )
    shutil.copytree(CONFIG / "chapters", space.config / "chapters")
    return lay_down(space)


@pytest.fixture
def draft(space: Workspace, session: Session) -> Draft:
    """Draft chapter 4 from what lies in the workspace now."""

    def run(force: bool = False) -> Drafted:
        return drafting.draft(
            space, load_configuration(space.config), definition(space), gathered(space, session), force
        )

    return run


def definition(space: Workspace) -> drafting.ChapterDefinition:
    return next(each for each in drafting.definitions(space) if each.number == 4)


def gathered(space: Workspace, session: Session) -> Material:
    return gather(space, [session])


def texts(space: Workspace) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(space.drafts.glob("chapter-*"))}


def edit(space: Workspace, old: str, new: str, name: str = "chapter-4.txt") -> str:
    path = space.drafts / name
    changed = path.read_text(encoding="utf-8").replace(old, new)
    assert changed != path.read_text(encoding="utf-8")
    path.write_text(changed, encoding="utf-8")
    return changed


def recleaned(space: Workspace, old: str, new: str) -> None:
    """As if a better model had heard something else."""
    path = space.artifact(NAME, "clean")
    head = store.read_head(path)
    assert head is not None
    body = store.canonical(store.read_artifact(path, list[dict])).decode().replace(old, new)  # type: ignore[type-arg]
    plain = json.loads(body)
    facets = {"all": store.digest(store.canonical(plain))}
    store.write_artifact(path, store.Head(head.stage, head.unit, head.fingerprint, {}, facets), plain)


def test_a_first_draft_is_laid_down_in_every_format(space: Workspace, draft: Draft) -> None:
    done = draft()
    assert done.reason == "no draft yet"
    assert [path.name for path in done.files] == ["chapter-4.doc", "chapter-4.txt"]
    assert "민관협치가 좋았어요." in texts(space)["chapter-4.txt"]


def test_nothing_is_written_where_nothing_changed(space: Workspace, draft: Draft) -> None:
    draft()
    before = {path: path.stat().st_mtime_ns for path in space.drafts.rglob("*")}
    assert draft().reason == ""
    assert {path: path.stat().st_mtime_ns for path in space.drafts.rglob("*")} == before


def test_a_draft_that_is_missing_is_laid_down_again(space: Workspace, draft: Draft) -> None:
    draft()
    (space.drafts / "chapter-4.doc").unlink()
    assert draft().reason == "missing: chapter-4.doc"
    assert (space.drafts / "chapter-4.doc").exists()


def test_an_edit_comes_into_every_format_and_the_edited_file_is_kept(space: Workspace, draft: Draft) -> None:
    draft()
    edited = edit(space, "좋았어요", "무척 좋았어요")
    done = draft()
    assert done.reason == "edited: chapter-4.txt"
    assert all("무척 좋았어요" in text for text in texts(space).values())
    assert [path.read_text(encoding="utf-8") for path in done.kept] == [edited]
    assert draft().reason == ""


def test_edits_in_two_formats_are_both_kept(space: Workspace, draft: Draft) -> None:
    draft()
    edit(space, "민관협치가 좋았어요", "민관협치가 무척 좋았어요")
    edit(space, "어떤 점이", "무엇이", "chapter-4.doc")
    draft()
    assert all("무척 좋았어요" in text and "무엇이" in text for text in texts(space).values())


def test_an_edit_outlives_a_better_recognition(space: Workspace, draft: Draft) -> None:
    draft()
    edit(space, "민관협치가 좋았어요", "민관협치가 무척 좋았어요")
    recleaned(space, "어떤 점이", "어느 점이")
    done = draft()
    assert done.conflicts == ()
    assert all("무척 좋았어요" in text and "어느 점이" in text for text in texts(space).values())
    recleaned(space, "어느 점이", "어떤 점이")
    assert draft().reason == f"changed: session.{NAME}"
    assert all("무척 좋았어요" in text and "어떤 점이" in text for text in texts(space).values())


def test_where_both_changed_the_same_words_the_persons_stand(space: Workspace, draft: Draft) -> None:
    draft()
    edit(space, "어떤 점이", "무엇이")
    recleaned(space, "어떤 점이", "어느 쪽이")
    done = draft()
    assert [("무엇이" in each.edited, "어느 쪽이" in each.machine) for each in done.conflicts] == [
        (True, True)
    ]
    assert "무엇이" in texts(space)["chapter-4.txt"]


def test_a_clash_is_told_until_a_file_comes_back_without_its_remark(space: Workspace, draft: Draft) -> None:
    draft()
    edit(space, "어떤 점이", "무엇이")
    recleaned(space, "어떤 점이", "어느 쪽이")
    draft()
    for _ in range(2):
        draft(force=True)
        assert clashes(space) == 1
    edit(space, "민관협치가 좋았어요.", "민관협치가 참 좋았어요.")  # this toy format holds no remarks
    draft()
    assert clashes(space) == 0


def clashes(space: Workspace) -> int:
    chapter = draft_files.chapter_of(space, 4)
    assert chapter is not None
    return sum(remark.rule == RULE for block in chapter.blocks for remark in block.remarks)


def test_a_kill_before_the_files_are_laid_loses_no_edit(
    space: Workspace, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft()
    edit(space, "민관협치가 좋았어요", "민관협치가 무척 좋았어요")
    recleaned(space, "어떤 점이", "어느 점이")
    with monkeypatch.context() as killed:
        killed.setattr(draft_files, "_replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            draft()
    draft()
    assert all("무척 좋았어요" in text and "어느 점이" in text for text in texts(space).values())
    assert draft().reason == ""


def test_a_file_that_is_none_of_ours_is_not_overwritten(space: Workspace, draft: Draft) -> None:
    space.drafts.mkdir()
    (space.drafts / "chapter-4.txt").write_text("손으로 쓴 글", encoding="utf-8")
    with pytest.raises(ConflictError, match="no draft of ours"):
        draft()
    assert texts(space) == {"chapter-4.txt": "손으로 쓴 글"}


def test_a_file_saved_while_it_is_merged_is_not_overwritten(
    space: Workspace, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft()
    edit(space, "좋았어요", "무척 좋았어요")
    keep = draft_files.keep

    def saved_again(*arguments: object) -> Path:
        edit(space, "무척", "참으로")
        return keep(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(draft_files, "keep", saved_again)
    with pytest.raises(ConflictError, match="saved while"):
        draft()
    monkeypatch.undo()
    assert "참으로" in texts(space)["chapter-4.txt"]


def test_a_session_that_is_not_finished_is_left_out_by_name(space: Workspace, session: Session) -> None:
    space.artifact(NAME, "annotate").unlink()
    assert gathered(space, session).left_out == (NAME,)


def test_an_edited_copy_from_elsewhere_is_taken_in(
    space: Workspace, session: Session, draft: Draft, tmp_path: Path
) -> None:
    draft()
    copy = tmp_path / "돌아온 4장.txt"
    copy.write_text(texts(space)["chapter-4.txt"].replace("좋았어요", "무척 좋았어요"), encoding="utf-8")
    seen = drafting.take_in(space, definition(space), gathered(space, session), copy, dry_run=True)
    assert len(seen.edits) > 0
    assert "무척" not in texts(space)["chapter-4.txt"]
    drafting.take_in(space, definition(space), gathered(space, session), copy)
    assert all("무척 좋았어요" in text for text in texts(space).values())
    assert draft().reason == ""


def test_what_was_never_drafted_cannot_be_taken_in(
    space: Workspace, session: Session, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").touch()
    with pytest.raises(InputError, match="초안이 아직 없습니다"):
        drafting.take_in(space, definition(space), gathered(space, session), tmp_path / "a.txt")


def test_a_file_saved_by_a_program_that_had_it_open_meanwhile_takes_nothing_back(
    space: Workspace, draft: Draft
) -> None:
    draft()
    opened = (space.drafts / "chapter-4.txt").read_text(encoding="utf-8")
    edit(space, "민관협치가 좋았어요", "민관협치가 무척 좋았어요", "chapter-4.doc")
    recleaned(space, "어떤 점이", "어느 점이")
    draft()
    (space.drafts / "chapter-4.txt").write_text(
        opened.replace("부탁드립니다", "꼭 부탁드립니다"), encoding="utf-8"
    )
    done = draft()
    assert done.clashes == ()
    for text in texts(space).values():
        assert [words in text for words in ("무척 좋았어요", "어느 점이", "꼭 부탁드립니다")] == [True] * 3
    assert draft().reason == ""


def test_a_program_may_save_the_file_it_has_open_again_and_again(space: Workspace, draft: Draft) -> None:
    draft()
    path = space.drafts / "chapter-4.txt"
    opened = path.read_text(encoding="utf-8")
    first = opened.replace("부탁드립니다", "꼭 부탁드립니다").replace("민관협치가", MEANT)
    path.write_text(first, encoding="utf-8")
    draft()
    path.write_text(first.replace("꼭 부탁드립니다", "다시 부탁드립니다"), encoding="utf-8")
    done = draft()
    assert done.clashes == ()
    for text in texts(space).values():
        assert [words in text for words in ("꼭", "다시 부탁", MEANT)] == [False, True, True]


def test_two_people_who_change_the_same_words_of_one_draft_are_both_told(
    space: Workspace, draft: Draft
) -> None:
    draft()
    opened = (space.drafts / "chapter-4.txt").read_text(encoding="utf-8")
    edit(space, "어떤 점이", "무엇이")
    draft()
    (space.drafts / "chapter-4.txt").write_text(opened.replace("어떤 점이", "어디가"), encoding="utf-8")
    (clash,) = draft().clashes
    assert ("어디가" in clash.edited, "무엇이" in clash.machine) == (True, True)
    shown = draft_files.chapter_of(space, 4)
    assert shown
    (told,) = [r.text for b in shown.blocks for r in b.remarks if r.author == returning.AUTHOR]
    assert "무엇이" in told
    assert "어디가" in texts(space)["chapter-4.txt"]


def test_a_file_of_a_draft_too_old_to_be_kept_takes_no_word_out(
    space: Workspace, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editions, "KEPT", 2)
    draft()
    opened = (space.drafts / "chapter-4.txt").read_text(encoding="utf-8")
    for old, new in (("좋았어요", "무척 좋았어요"), ("무척", "정말"), ("정말", "아주")):
        edit(space, old, new)
        draft()
    (space.drafts / "chapter-4.txt").write_text(
        opened.replace("부탁드립니다", "꼭 부탁드립니다"), encoding="utf-8"
    )
    draft()
    text = texts(space)["chapter-4.txt"]
    assert "꼭 부탁드립니다" in text
    assert "아주 좋았어요" in text
    assert len(list((space.drafts / ".record" / "editions").iterdir())) == 2


def test_a_file_pasted_into_a_new_document_takes_nothing_out_that_came_since(
    space: Workspace, draft: Draft
) -> None:
    draft()
    opened = (space.drafts / "chapter-4.txt").read_text(encoding="utf-8")
    edit(space, "민관협치가 좋았어요", "민관협치가 무척 좋았어요", "chapter-4.doc")
    recleaned(space, "어떤 점이", "어느 점이")
    draft()
    pasted = "\n" + "".join(
        f"||{line.partition('|')[2].partition('|')[2]}\n" for line in opened.splitlines()[1:]
    )
    edited = pasted.replace("부탁드립니다", "꼭 부탁드립니다")
    (space.drafts / "chapter-4.txt").write_text(edited, encoding="utf-8")
    done = draft()
    assert done.clashes == ()
    for text in texts(space).values():
        assert [text.count(words) for words in ("무척 좋았어요", "어느 점이", "꼭 부탁드립니다")] == [1] * 3


def test_a_section_sent_in_a_document_of_its_own_takes_no_other_out(space: Workspace, draft: Draft) -> None:
    draft()
    before = (space.drafts / "chapter-4.txt").read_text(encoding="utf-8")
    lines = [line.split("|", 2)[2] for line in before.splitlines()[1:]]
    section = "".join(f"||{line}\n" for line in lines[-2:]).replace("좋았어요", "무척 좋았어요")
    (space.drafts / "chapter-4.txt").write_text(f"\n{section}", encoding="utf-8")
    draft()
    after = texts(space)["chapter-4.txt"].splitlines()[1:]
    assert after == [line.replace("좋았어요", "무척 좋았어요") for line in before.splitlines()[1:]]


def test_what_is_forgotten_is_forgotten_in_earlier_drafts_too(space: Workspace, draft: Draft) -> None:
    draft()
    edit(space, "좋았어요", "무척 좋았어요")
    draft()
    kept = space.drafts / ".record" / "editions"
    (kept / "chapter-4-draft-000000000000.json.gz").write_bytes(b"damaged")

    def silent(drafted: Chapter) -> Chapter:
        return replace(drafted, blocks=tuple(b for b in drafted.blocks if "좋았어요" not in b.text))

    draft_files.rewrite(space, lambda one, two: (silent(one), silent(two)), silent, lambda _: False, {})
    held = [gzip.decompress(path.read_bytes()).decode() for path in kept.iterdir()]
    assert len(held) >= 3
    assert not [text for text in held if "좋았어요" in text]
