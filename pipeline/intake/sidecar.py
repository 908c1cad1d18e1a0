"""The optional ``NAME.toml`` beside a recording: what staff know that the sound does not say."""

import datetime
import re
from pathlib import Path

from pydantic import Field

from pipeline.config import Fault, Section, TomlError, parse_toml
from pipeline.errors import SidecarError
from pipeline.model import Consent, Participant, Role


class ParticipantEntry(Section):
    """One ``[[participant]]``."""

    name: str = Field(min_length=1)
    role: Role = Role.CITIZEN
    consent: Consent = Consent.GRANTED
    affiliation: str = ""
    voice: bool = False


class Sidecar(Section):
    """Everything may be left out; what is given wins over what the file name says."""

    title: str = ""
    date: datetime.date | None = None
    place: str = ""
    language: str | None = Field(None, pattern=r"^[a-z]{2,3}$")
    speakers: int | None = Field(None, ge=1, le=50)
    parts: tuple[str, ...] = ()
    participant: tuple[ParticipantEntry, ...] = ()

    def participants(self) -> tuple[Participant, ...]:
        """The people as domain types."""
        return tuple(Participant(p.name, p.role, p.consent, p.affiliation, p.voice) for p in self.participant)


_WORDING = {
    "unreadable": "열 수 없습니다({detail})",
    "encoding": "UTF-8로 저장되지 않았습니다. 메모장에서 '다른 이름으로 저장'할 때 UTF-8을 골라 주십시오",
    "syntax": '{line} 줄의 적는 방식이 맞지 않습니다(글은 곧은 따옴표 "로 묶고, 날짜와 수는 그대로 적습니다)',
    "unknown_key": "모르는 항목입니다: {where} (쓸 수 있는 항목: {detail})",
    "misspelt_key": "모르는 항목입니다: {where} (혹시 {detail}입니까?)",
    "value": "값이 맞지 않습니다: {where} ({wanted})",
}
_WANTED = {
    "date": "따옴표 없이 2023-06-15처럼 적습니다",
    "language": "ko처럼 영어 소문자로 적습니다",
    "speakers": "1부터 50까지의 수를 적습니다",
    "parts": '["1부.m4a", "2부.m4a"]처럼 적습니다',
    "participant": "[[participant]]처럼 대괄호를 두 겹으로 적습니다",
    "role": f"{', '.join(Role)} 가운데 하나를 적습니다",
    "consent": f"{', '.join(Consent)} 가운데 하나를 적습니다",
    "voice": "따옴표 없이 true 또는 false를 적습니다",
}
"""How a value is written; all others are texts."""
_TEXT = '따옴표(") 안에 글을 적습니다'
_AT_LINE = re.compile(r"at line (\d+)")
"""How Python's parser tells a line; where it gives none it has met the end."""


def load(path: Path) -> Sidecar:
    """Read a sidecar.

    Raises:
        SidecarError: in Korean, naming the file and the key.
    """
    try:
        return parse_toml(path, Sidecar)
    except TomlError as failure:
        told = ", ".join(map(_told, failure.faults))
        raise SidecarError(
            f"안내 파일({path.name})을 읽을 수 없습니다: {told}.",
            "안내 파일을 고치고, 자동 처리가 아니면 다시 실행해 주십시오. 적는 법: docs/guide-staff.ko.md",
            "invalid",
        ) from failure


def _told(fault: Fault) -> str:
    """What is wrong, in Korean: neither a parser nor a validator is quoted, and people count from one."""
    line = _AT_LINE.search(fault.detail)
    where = re.sub(r"^participant\.(\d+)\.", lambda at: f"{int(at[1]) + 1}번째 participant의 ", fault.where)
    return _WORDING[fault.kind].format(
        detail=fault.detail,
        line=f"{line[1]}번째" if line else "마지막",
        where=where,
        wanted=_WANTED.get(re.split(r"[ .]", where)[-1], _TEXT),
    )
