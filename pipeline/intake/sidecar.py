"""The optional ``NAME.toml`` beside a recording: what staff know that the sound does not say."""

import datetime
from pathlib import Path

from pydantic import Field

from pipeline.config import Section, TomlError, parse_toml
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
    "unreadable": "열 수 없습니다({fault.detail})",
    "encoding": "UTF-8로 저장되지 않았습니다. 메모장에서 '다른 이름으로 저장'할 때 UTF-8을 골라 주십시오",
    "syntax": "적는 방식이 맞지 않습니다({fault.detail})",
    "unknown_key": "모르는 항목입니다: {fault.where} (쓸 수 있는 항목: {fault.detail})",
    "misspelt_key": "모르는 항목입니다: {fault.where} (혹시 {fault.detail}입니까?)",
    "value": "값이 맞지 않습니다: {fault.where} ({fault.detail})",
}


def load(path: Path) -> Sidecar:
    """Read a sidecar.

    Raises:
        SidecarError: in Korean, naming the file and the key.
    """
    try:
        return parse_toml(path, Sidecar)
    except TomlError as failure:
        told = ", ".join(_WORDING[fault.kind].format(fault=fault) for fault in failure.faults)
        raise SidecarError(
            f"안내 파일({path.name})을 읽을 수 없습니다: {told}.",
            "파일을 고치거나 지우고 다시 실행해 주십시오. 항목은 docs/guide-staff.ko.md에 있습니다.",
            "invalid",
        ) from failure
