"""Sidecars are read strictly, and what is wrong is said in Korean."""

from pathlib import Path

import pytest

from pipeline.errors import SidecarError
from pipeline.intake.sidecar import load
from pipeline.model import Consent, Participant, Role


def test_everything_a_sidecar_may_say(tmp_path: Path) -> None:
    path = tmp_path / "좌담회.toml"
    path.write_text(
        """
        title = "민관협치 평가 좌담회"
        date = 2023-06-15
        place = "광명시청"
        language = "ko"
        speakers = 6
        parts = ["1부.m4a"]
        [[participant]]
        name = "김하늘"
        role = "moderator"
        consent = "anonymous"
        affiliation = "광명동"
        """,
        encoding="utf-8",
    )
    found = load(path)
    assert (found.title, str(found.date), found.speakers) == ("민관협치 평가 좌담회", "2023-06-15", 6)
    assert found.participants() == (Participant("김하늘", Role.MODERATOR, Consent.ANONYMOUS, "광명동"),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("titel = 'x'", "모르는 항목입니다: titel (혹시 title입니까?)"),
        ("zzz = 1", "쓸 수 있는 항목: date, language"),
        ("title = ", "마지막 줄의 적는 방식이 맞지 않습니다"),
        ("place = 'x'\ntitle = “둥근 따옴표”", '2번째 줄의 적는 방식이 맞지 않습니다(글은 곧은 따옴표 "'),
        ("speakers = 0", "값이 맞지 않습니다: speakers (1부터 50까지의 수를 적습니다)"),
        ("date = '어제'", "값이 맞지 않습니다: date (따옴표 없이 2023-06-15처럼 적습니다)"),
        ("parts = '1부.m4a'", '값이 맞지 않습니다: parts (["1부.m4a", '),
        ("parts = [1]", "값이 맞지 않습니다: parts.0 ("),
        ("[participant]\nname = '가'", "participant ([[participant]]처럼"),
        ("[[participant]]\nname = '가'\nrole = '시장'", "1번째 participant의 role (moderator, interviewer,"),
        ("[[participant]]\nrole = 'citizen'", '1번째 participant의 name (따옴표(") 안에 글을 적습니다)'),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SidecarError) as caught:
        load(tmp_path / "a.toml")
    assert expected in caught.value.message
    assert "nput should" not in caught.value.message
    assert " at " not in caught.value.message


def test_a_sidecar_saved_by_an_old_editor_is_told_how_to_save(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes('title = "좌담회"'.encode("cp949"))
    with pytest.raises(SidecarError, match="UTF-8"):
        load(tmp_path / "a.toml")
