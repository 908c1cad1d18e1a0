"""Commands about what was said and by whom, over a session that needed no model."""

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement
from docx.shared import Mm
from spoken_session import NAME, lay_down, reference

from pipeline import cli
from pipeline.drafts import hwpx_pictures
from pipeline.edits import load_edits
from pipeline.errors import ExitCode
from pipeline.workspace import Workspace

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def baekseo(capsys: pytest.CaptureFixture[str], space: Workspace) -> Run:
    lay_down(space)

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(list(arguments))
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def voices(baekseo: Run) -> list[tuple[str, str | None, str | None]]:
    """Voice, who it is, and who it may be."""
    found = json.loads(baekseo("speakers", NAME, "--json")[1])
    return [
        (
            each["voice"],
            each["person"] and each["person"]["name"],
            each["proposal"] and each["proposal"]["name"],
        )
        for each in found
    ]


def test_speakers_shows_each_voice_and_proposes_who_it_is(baekseo: Run) -> None:
    code, out, _ = baekseo("speakers", NAME)
    assert code == ExitCode.OK
    assert "introduces themselves at 0:10" in out
    assert f"next: baekseo speakers {NAME} --accept S1" in out
    assert voices(baekseo) == [("S1", None, "한나래"), ("S2", None, "김하늘")]


def test_a_name_is_kept_in_the_edits_and_nowhere_else(baekseo: Run, space: Workspace) -> None:
    before = {path: path.read_bytes() for path in space.session(NAME).iterdir()}
    code, out, _ = baekseo("speakers", NAME, "--set", "S1=박구름:official")
    assert code == ExitCode.OK
    assert "박구름 (official)" in out
    assert f"next: baekseo run {NAME}" in out
    after = {path: path.read_bytes() for path in space.session(NAME).iterdir()}
    assert after.keys() - before.keys() == {space.edits(NAME)}
    assert all(after[path] == content for path, content in before.items())


def test_who_is_named_is_not_proposed_again(baekseo: Run) -> None:
    baekseo("speakers", NAME, "--set", "S1=김하늘")
    assert voices(baekseo) == [("S1", "김하늘", None), ("S2", None, None)]


def test_all_proposals_are_taken_at_once_when_asked(baekseo: Run) -> None:
    baekseo("speakers", NAME, "--accept", "all")
    assert voices(baekseo) == [("S1", "한나래", None), ("S2", "김하늘", None)]


def test_a_name_can_be_taken_back(baekseo: Run, space: Workspace) -> None:
    baekseo("speakers", NAME, "--set", "S1=박구름")
    baekseo("speakers", NAME, "--clear", "S1")
    assert voices(baekseo)[0] == ("S1", None, "한나래")
    assert len(load_edits(space.edits(NAME)).namings) == 2


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--set", "S1"), ExitCode.USAGE, "S1=NAME"),
        (("--set", "S1=김하늘:singer"), ExitCode.USAGE, "no role"),
        (("--accept", "S9"), ExitCode.USAGE, "nobody is proposed"),
        (("--set", "S9=김하늘"), ExitCode.INPUT, "S9 목소리가 없습니다"),
        (("--remember", "S2"), ExitCode.INPUT, "아직 정하지 않았습니다"),
    ],
)
def test_what_cannot_be_said_of_a_voice_is_refused(
    baekseo: Run, space: Workspace, arguments: tuple[str, ...], code: ExitCode, told: str
) -> None:
    ended, _, err = baekseo("speakers", NAME, *arguments)
    assert (ended, told in err) == (code, True)
    assert not space.edits(NAME).exists()


def test_a_voice_is_remembered_with_consent_only_and_can_be_forgotten(baekseo: Run, space: Workspace) -> None:
    baekseo("speakers", NAME, "--accept", "all")
    code, _, err = baekseo("speakers", NAME, "--remember", "S1")
    assert (code, "동의하지 않았습니다" in err) == (ExitCode.INPUT, True)
    assert baekseo("speakers", NAME, "--remember", "S2")[0] == ExitCode.OK
    assert json.loads(baekseo("voices", "--json")[1]) == {"김하늘": [NAME]}
    assert baekseo("voices", "--forget", "김하늘")[1] == "no voice is remembered\n"
    assert not space.voices.exists()


def test_nobody_unknown_can_be_forgotten(baekseo: Run) -> None:
    assert baekseo("voices", "--forget", "아무개")[0] == ExitCode.USAGE


def test_show_gives_the_clean_text_with_times_and_speakers(baekseo: Run) -> None:
    code, out, _ = baekseo("show", NAME)
    assert code == ExitCode.OK
    assert "[0:10] 화자 2\n저는 김하늘입니다.\n" in out


def test_show_can_give_what_was_recognised(baekseo: Run) -> None:
    assert "음, 저는 김하늘입니다." in baekseo("show", NAME, "--layer", "verbatim")[1]


def test_show_gives_each_difference_with_its_rule(baekseo: Run) -> None:
    out = baekseo("show", NAME, "--layer", "diff")[1]
    assert "[-음,-](filler) 저는 김하늘입니다." in out
    assert "[-민간협치가-]{+민관협치가+}(glossary-sound) 좋았어요." in out


def test_show_gives_labels_under_their_sentence(baekseo: Run) -> None:
    out = baekseo("show", NAME, "--layer", "labels", "--voice", "S2")[1]
    assert "저는 김하늘입니다.\n    self-introduction 김하늘 (self-introduction/i-am)\n" in out
    assert "entity term “민관협치” (entity/glossary)" in out
    assert "question" not in out


def test_show_as_json_holds_every_layer(baekseo: Run) -> None:
    found = json.loads(baekseo("show", NAME, "--json")[1])
    assert [each["speaker"] for each in found] == ["화자 1", "화자 2", "화자 1", "화자 2"]
    assert (found[3]["verbatim"], found[3]["clean"]) == ("민간협치가 좋았어요.", "민관협치가 좋았어요.")
    assert found[2]["labels"][0]["label"] == "question"


@pytest.mark.parametrize("command", ["show", "speakers"])
def test_a_session_that_was_not_run_yet_says_what_to_do(baekseo: Run, space: Workspace, command: str) -> None:
    for path in space.session(NAME).glob("*.json"):
        path.unlink()
    code, _, err = baekseo(command, NAME)
    assert (code, "먼저 실행해 주십시오: baekseo run" in err) == (ExitCode.INPUT, True)


def test_evaluate_scores_text_and_speakers(baekseo: Run, tmp_path: Path) -> None:
    code, out, _ = baekseo("evaluate", NAME, "--reference", str(reference(tmp_path)), "--json")
    assert code == ExitCode.OK
    (found,) = json.loads(out)
    assert [found[name]["rate"] for name in ("cer", "der", "cp_cer")] == [0, 0, 0]
    assert found["words"]["accuracy"] == 1
    assert found["voices"] == {"found": 2, "true": 2}


def test_evaluate_prints_the_figures_by_speaker(baekseo: Run, tmp_path: Path) -> None:
    out = baekseo("evaluate", NAME, "--reference", str(reference(tmp_path)))[1]
    assert "DER             0.00%" in out
    assert "S2     5 of 5       0.00%" in out


def test_a_bad_reference_is_refused(baekseo: Run, tmp_path: Path) -> None:
    (tmp_path / "reference.json").write_text("{}", encoding="utf-8")
    code, _, err = baekseo("evaluate", NAME, "--reference", str(tmp_path / "reference.json"))
    assert (code, "기준 글" in err) == (ExitCode.INPUT, True)


def test_the_glossary_is_tried_on_a_sentence(baekseo: Run, space: Workspace) -> None:
    (space.config / "glossary.toml").write_text('[[term]]\nname = "민관협치"\n', encoding="utf-8")
    out = baekseo("glossary", "test", "민관 협치를 했다")[1]
    assert out == "민관협치를 했다\n  민관 협치 -> 민관협치 (term; other spacing: corrected)\n"


def test_unknown_words_are_looked_for_in_what_was_cleaned(baekseo: Run) -> None:
    code, out, _ = baekseo("glossary", "suggest")
    assert (code, out) == (ExitCode.OK, "no unknown word is said 3 times; 1 sessions were looked through\n")


@pytest.fixture
def drafted(baekseo: Run, space: Workspace) -> Path:
    """Chapter 4 as laid down."""
    shutil.copytree(Path(__file__).parents[2] / "config" / "chapters", space.config / "chapters")
    code, out, _ = baekseo("draft", "4")
    assert code == ExitCode.OK
    assert "chapter 4, 시민이 말하는 민관협치: drafted (no draft yet)" in out
    return space.drafts / "chapter-4.md"


def test_without_definitions_nothing_can_be_drafted(baekseo: Run) -> None:
    code, _, err = baekseo("draft")
    assert (code, "정의된 장이 없습니다" in err) == (ExitCode.INPUT, True)


def test_a_chapter_that_is_not_defined_is_named(baekseo: Run, drafted: Path) -> None:
    assert drafted.exists()
    assert "9장은 정의되어 있지 않습니다" in baekseo("draft", "9")[2]


def test_a_second_draft_does_nothing(baekseo: Run, drafted: Path) -> None:
    before = drafted.stat().st_mtime_ns
    (found,) = json.loads(baekseo("draft", "4", "--json")[1])
    assert (found["outcome"], drafted.stat().st_mtime_ns) == ("current", before)


def test_a_recording_out_of_sight_takes_nothing_out_of_a_draft(
    baekseo: Run, drafted: Path, space: Workspace
) -> None:
    before = drafted.read_bytes()
    (space.audio / "interviews" / "talk.m4a").unlink()
    code, _, err = baekseo("draft", "4")
    assert (code, "input.missing_session" in err, NAME in err) == (ExitCode.INPUT, True, True)
    assert drafted.read_bytes() == before
    assert baekseo("draft", "4", "--force")[0] == ExitCode.OK
    assert "좋았어요" not in drafted.read_text(encoding="utf-8")


def test_an_edited_draft_is_merged_and_told(baekseo: Run, drafted: Path) -> None:
    drafted.write_text(
        drafted.read_text(encoding="utf-8").replace("좋았어요", "무척 좋았어요"), encoding="utf-8"
    )
    out = baekseo("draft", "4")[1]
    assert "drafted (edited: chapter-4.md)" in out
    assert "edits taken in" in out
    assert baekseo("export", "4", "--format", "md")[0] == ExitCode.OK


def test_an_import_can_be_tried_first(baekseo: Run, drafted: Path, tmp_path: Path) -> None:
    copy = tmp_path / "돌아온 파일.md"
    copy.write_text(
        drafted.read_text(encoding="utf-8").replace("좋았어요", "무척 좋았어요"), encoding="utf-8"
    )
    code, out, _ = baekseo("import", str(copy), "--dry-run")
    assert (code, "+ " in out, "무척" in out) == (ExitCode.OK, True, True)
    assert "무척" not in drafted.read_text(encoding="utf-8")
    baekseo("import", str(copy))
    assert "무척 좋았어요" in drafted.read_text(encoding="utf-8")


def test_an_import_of_something_else_is_refused(baekseo: Run, drafted: Path, tmp_path: Path) -> None:
    (tmp_path / "chapter-4.docx").write_bytes(b"no archive")
    code, _, err = baekseo("import", str(tmp_path / "chapter-4.docx"))
    assert (code, "error [input.draft]" in err) == (ExitCode.INPUT, True)
    assert drafted.exists()


def test_export_replaces_nothing_unless_told_to(baekseo: Run, drafted: Path, tmp_path: Path) -> None:
    target = tmp_path / "장.docx"
    assert drafted.exists()
    assert baekseo("export", "4", "--format", "docx", "-o", str(target))[0] == ExitCode.OK
    target.write_bytes(b"mine")
    code, _, err = baekseo("export", "4", "--format", "docx", "-o", str(target))
    assert (code, "--force" in err, target.read_bytes()) == (ExitCode.CONFLICT, True, b"mine")
    assert baekseo("export", "4", "--format", "docx", "-o", str(target), "--force")[0] == ExitCode.OK
    assert target.read_bytes()[:2] == b"PK"


def test_a_draft_as_it_was_laid_down_is_sound(baekseo: Run, drafted: Path) -> None:
    code, out, _ = baekseo("check", str(drafted))
    assert code == ExitCode.OK
    assert "exact; 0 leaks" in out


def test_an_altered_quotation_is_found_with_its_second(baekseo: Run, drafted: Path) -> None:
    drafted.write_text(drafted.read_text(encoding="utf-8").replace("좋았어요", "나빴어요"), encoding="utf-8")
    code, out, _ = baekseo("check", str(drafted))
    assert code == ExitCode.CONFLICT
    assert "altered" in out
    assert "0:30" in out
    found = json.loads(baekseo("check", str(drafted), "--json")[1])
    assert not found["sound"]
    assert {each["source"]["start_ms"] for each in found["findings"] if each["verdict"] == "altered"} == {
        30_000
    }


@pytest.mark.parametrize("typed", ["\n박구름 님도 함께했다.\n", "\n또 있다.[^가]\n\n[^가]: 박구름 님이다.\n"])
def test_a_name_that_is_withheld_is_found(baekseo: Run, drafted: Path, space: Workspace, typed: str) -> None:
    sidecar = space.audio / "interviews" / "talk.toml"
    told = sidecar.read_text(encoding="utf-8") + '[[participant]]\nname = "박구름"\nconsent = "withdrawn"\n'
    baekseo("speakers", NAME, "--accept", "all")
    sidecar.write_text(told, encoding="utf-8")
    drafted.write_text(drafted.read_text(encoding="utf-8") + typed, encoding="utf-8")
    code, out, _ = baekseo("check", str(drafted))
    assert (code, "철회한 참여자의 이름: 박구름" in out) == (ExitCode.CONFLICT, True)


def test_a_name_that_an_editor_wrote_is_told_with_every_draft_until_it_is_gone(
    baekseo: Run, drafted: Path, space: Workspace
) -> None:
    sidecar = space.audio / "interviews" / "talk.toml"
    told = sidecar.read_text(encoding="utf-8") + '[[participant]]\nname = "박구름"\nconsent = "anonymous"\n'
    sidecar.write_text(told, encoding="utf-8")
    drafted.write_text(drafted.read_text(encoding="utf-8") + "\n박구름 님도 함께했다.\n", encoding="utf-8")
    assert "실을 수 없는 이름이 남아 있습니다: 박구름 1곳." in baekseo("draft", "4")[1]
    (again,) = json.loads(baekseo("draft", "4", "--json")[1])
    assert (again["outcome"], again["names_left"]) == ("current", {"박구름": 1})
    drafted.write_text(drafted.read_text(encoding="utf-8").replace("박구름 님", "한 주민"), encoding="utf-8")
    assert "실을 수 없는 이름" not in baekseo("draft", "4")[1]


def test_a_session_is_not_told_by_an_id_that_holds_a_withheld_name(
    baekseo: Run, drafted: Path, space: Workspace
) -> None:
    sidecar = space.audio / "interviews" / "talk.toml"
    told = sidecar.read_text(encoding="utf-8") + '[[participant]]\nname = "talk"\nconsent = "anonymous"\n'
    sidecar.write_text(told, encoding="utf-8")
    found = json.loads(baekseo("check", str(drafted), "--json")[1])["findings"]
    assert {each["source"]["session"] for each in found if each["source"]} == {"interview-○○○"}


def test_an_edited_block_of_somebody_who_has_withdrawn_stays_and_is_found(
    baekseo: Run, drafted: Path, space: Workspace
) -> None:
    edited = drafted.read_text(encoding="utf-8").replace("좋았어요", "정말 좋았어요")
    drafted.write_text(edited, encoding="utf-8")
    baekseo("speakers", NAME, "--accept", "all")
    sidecar = space.audio / "interviews" / "talk.toml"
    told = sidecar.read_text(encoding="utf-8")
    sidecar.write_text(
        told.replace('name = "김하늘"', 'name = "김하늘"\nconsent = "withdrawn"'), encoding="utf-8"
    )
    code, out, _ = baekseo("draft", "4")
    assert (code, "may no longer be printed" in out) == (ExitCode.OK, True)
    assert "정말 좋았어요" in drafted.read_text(encoding="utf-8")
    code, out, _ = baekseo("check", str(drafted))
    assert (code, "not-found" in out) == (ExitCode.CONFLICT, True)


def test_a_picture_put_into_one_file_is_in_every_one(baekseo: Run, drafted: Path, space: Workspace) -> None:
    word = drafted.with_suffix(".docx")
    document = docx.Document(str(word))
    document.add_picture(io.BytesIO(PICTURE), Mm(30), Mm(30))
    document.save(str(word))
    assert "edits taken in" in baekseo("draft", "4")[1]
    (picture,) = (space.drafts / "pictures").iterdir()
    assert picture.read_bytes() == PICTURE
    assert f"](pictures/{picture.name} " in drafted.read_text(encoding="utf-8")
    assert len(docx.Document(str(word)).inline_shapes) == 1
    assert hwpx_pictures.pictures(drafted.with_suffix(".hwpx").read_bytes()) == {picture.name: PICTURE}
    assert "up to date" in baekseo("draft", "4")[1]


def test_tracked_changes_are_told_as_merged_not_as_lost(baekseo: Run, drafted: Path) -> None:
    word = drafted.with_suffix(".docx")
    document = docx.Document(str(word))
    inserted = OxmlElement("w:ins")
    document.paragraphs[-1]._p.append(inserted)
    inserted.append(document.paragraphs[-1].add_run(" 덧붙인 말")._r)
    document.save(str(word))
    out = baekseo("draft", "4")[1]
    assert ("고치신 대로 합쳤습니다" in out, "옮기지 못하는 것" in out) == (True, False)
    assert "덧붙인 말" in drafted.read_text(encoding="utf-8")
