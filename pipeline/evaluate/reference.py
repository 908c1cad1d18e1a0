"""What was really said in a recording, by whom and when, as people wrote it down."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from pipeline.errors import InputError


class Stretch(BaseModel, frozen=True):
    """When one speaker was heard, in seconds from the start of the recording."""

    speaker: str
    start: float
    end: float


class Turn(BaseModel, frozen=True):
    """What one speaker said, times in seconds from the start of the recording."""

    speaker: str
    start: float = Field(ge=0, allow_inf_nan=False)
    end: float = Field(ge=0, allow_inf_nan=False)
    text: str
    text_spoken: str = ""
    """The same with numbers and abbreviations written as they were said, where that differs."""


class Reference(BaseModel, frozen=True):
    """The exact words of a recording, written down by people, in order of their start."""

    file: str
    duration_s: float = Field(gt=0, allow_inf_nan=False)
    turns: tuple[Turn, ...] = Field(min_length=1)
    speech: tuple[Stretch, ...] = ()
    """Who spoke when, from the RTTM beside the file; from the turns where there is none."""


def load_reference(path: Path) -> Reference:
    """Read a reference: JSON with ``file``, ``duration_s`` and ``turns``; other keys are ignored.

    A file of the same name ending in ``.rttm`` is read with it: Rich Transcription Time Marked, of which the
    ``SPEAKER`` lines count (NIST RT-09 evaluation plan, appendix A).

    Raises:
        InputError: no such file, or it is not the JSON described at :class:`Reference`, or not RTTM.
    """
    try:
        reference = Reference.model_validate_json(path.read_bytes())
    except OSError as failure:
        raise InputError(
            f"기준 글 파일({path.name})을 열 수 없습니다: {failure.strerror}.",
            "파일이 있는지, 읽을 권한이 있는지 확인해 주십시오.",
            "reference",
        ) from failure
    except ValidationError as failure:
        first = failure.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(key) for key in first["loc"]) or "JSON"
        raise InputError(
            f"기준 글 파일({path.name})의 형식이 맞지 않습니다: {where}: {first['msg']}.",
            "file, duration_s와 turns(speaker, start, end, text)가 있는 UTF-8 JSON이어야 합니다.",
            "reference",
        ) from failure
    turns = tuple(sorted(reference.turns, key=lambda turn: turn.start))
    times = path.with_suffix(".rttm")
    speech = _rttm(times) if times.is_file() else tuple(Stretch(**_times(turn)) for turn in turns)
    return reference.model_copy(update={"turns": turns, "speech": speech})


def _times(turn: Turn) -> dict[str, Any]:
    return turn.model_dump(include={"speaker", "start", "end"})


def _rttm(path: Path) -> tuple[Stretch, ...]:
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        fields = line.split()
        if not fields or fields[0] != "SPEAKER":
            continue
        try:
            start, length = float(fields[3]), float(fields[4])
            found.append(Stretch(speaker=fields[7], start=start, end=start + length))
        except (IndexError, ValueError) as failure:
            raise InputError(
                f"화자 시간 파일({path.name})의 {number}번째 줄이 RTTM 형식이 아닙니다.",
                "SPEAKER 파일 1 시작(초) 길이(초) <NA> <NA> 화자 <NA> <NA> 순서여야 합니다.",
                "reference",
            ) from failure
    return tuple(sorted(found, key=lambda stretch: stretch.start))
