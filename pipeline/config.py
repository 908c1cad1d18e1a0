"""``config/*.toml`` become frozen, validated settings; an unknown key is an error that names the nearest one.

Each stage receives only its own section, and a stage's fingerprint holds only the fields it declares:
changing ``run.jobs`` can never rerun recognition.
"""

import difflib
import json
import tomllib
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from pipeline.errors import ConfigError
from pipeline.model import Consent, Role

Model = TypeVar("Model", bound=BaseModel)


class Section(BaseModel):
    """A table of a configuration file: frozen, typed, closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class MediaSettings(Section):
    """How recordings are decoded to 16 kHz mono PCM."""

    max_hours: float = Field(12.0, gt=0, description="Longer recordings are refused as damaged or mistaken.")
    max_channels: int = Field(32, ge=1, description="More channels than any recorder has: a damaged header.")
    quiet_dbfs: float = Field(-38.0, description="Speech level below which a recording is raised, in dBFS.")
    target_dbfs: float = Field(-23.0, description="Level that a raised recording is brought to, in dBFS.")
    max_gain_db: float = Field(40.0, ge=0, description="The most a recording is raised, in dB.")


class SpeechSettings(Section):
    """Voice activity detection: which stretches are worth recognising."""

    threshold: float = Field(0.5, gt=0, lt=1, description="Speech starts at this probability.")
    min_speech_ms: int = Field(100, ge=0, description="Shorter bursts are ignored.")
    min_silence_ms: int = Field(500, ge=0, description="Shorter pauses do not end a stretch of speech.")
    pad_ms: int = Field(300, ge=0, description="Kept on both sides of a stretch.")


class TranscribeSettings(Section):
    """How speech becomes words."""

    engine: Literal["ctranslate2", "whisper"] = Field("ctranslate2", description="Same weights, two engines.")
    model: str = Field("base", description="A name (base, large-v3, ...) or a folder or file.")
    language: str = Field("ko", pattern=r"^[a-z]{2,3}$", description="Language of the recording, ISO 639.")
    beam_size: int = Field(5, ge=1, le=20, description="Hypotheses kept while decoding.")
    batch_size: int = Field(8, ge=1, le=64, description="Windows decoded together (ctranslate2 only).")
    compute_type: str = Field("int8", description="CTranslate2 arithmetic: int8, float32, float16 (GPU), ...")
    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="auto: cuda where present, else cpu.")
    temperatures: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(
        (0.0, 0.2, 0.4, 0.6), min_length=1, description="Tried in turn on a window that comes out doubtful."
    )
    prompt_characters: int = Field(
        120, ge=0, le=160, description="How much of the glossary every window is told, in characters."
    )


class GuardSettings(Section):
    """When recognised text is doubted; see ``docs/architecture.md`` for how the values were found."""

    compression_ratio: float = Field(2.4, gt=0, description="Text that repeats itself compresses further.")
    log_probability: float = Field(-1.0, lt=0, description="Mean token log probability that is doubted.")
    no_speech: float = Field(0.6, ge=0, le=1, description="Probability of no speech that supports removal.")
    characters_per_second: float = Field(14.0, gt=0, description="Nobody speaks more syllables a second.")
    speech_overlap: float = Field(0.3, ge=0, le=1, description="Least share that must be speech.")
    doubted_surplus: int = Field(8, ge=1, description="Letters said over again on end that are doubted.")
    removed_surplus: int = Field(24, ge=1, description="So many letters over again are cut to one time.")
    prompt_echo: int = Field(16, ge=4, description="Letters shared with the prompt on end that are doubted.")


class DiarizeSettings(Section):
    """How voices are told apart; similarities are cosines between voiceprints."""

    max_voices: int = Field(30, ge=1, le=100, description="No session has more voices than this.")
    min_voice_ms: int = Field(2_500, ge=0, description="Whoever speaks less is not counted in a long talk.")
    certainly_other: float = Field(0.35, gt=0, lt=1, description="Groups less alike are different voices.")
    perhaps_other: float = Field(0.50, gt=0, lt=1, description="Groups less alike may be different voices.")
    same_voice: float = Field(
        0.70, gt=0, lt=1, description="Groups whose means are more alike are one voice."
    )
    bridge_ms: int = Field(600, ge=0, description="Shorter pauses do not end what a voice says.")


class NetworkSettings(Section):
    """What may leave or enter the machine. Recordings never do."""

    allow_model_download: bool = Field(False, description="Let an engine fetch the weights it lacks.")


class RunSettings(Section):
    """How work is spread over the machine; never part of a fingerprint."""

    executor: str = Field("processes", pattern=r"^(serial|processes)$", description="serial or processes.")
    jobs: int = Field(0, ge=0, description="Worker processes; 0 = one per core, as memory allows.")
    threads: int = Field(0, ge=0, description="Threads per worker; 0 = cores divided by jobs.")
    time_limit_factor: float = Field(20.0, gt=0, description="A stage may take this many times the audio,")
    time_limit_floor_s: float = Field(600.0, gt=0, description="and at least this many seconds.")


class Settings(Section):
    """``config/pipeline.toml``."""

    media: MediaSettings = MediaSettings()
    speech: SpeechSettings = SpeechSettings()
    transcribe: TranscribeSettings = TranscribeSettings()
    guard: GuardSettings = GuardSettings()
    diarize: DiarizeSettings = DiarizeSettings()
    network: NetworkSettings = NetworkSettings()
    run: RunSettings = RunSettings()


class Term(Section):
    """A name or term with one right spelling, and the forms in which people or recognisers give it."""

    name: str = Field(min_length=1)
    kind: Literal["organisation", "programme", "place", "law", "person", "term"] = "term"
    variants: tuple[str, ...] = ()
    note: str = ""


class Glossary(Section):
    """``config/glossary.toml``: terms in order of importance, the most important first."""

    term: tuple[Term, ...] = ()


class Person(Section):
    """Somebody who takes part in several sessions, or whose particulars a sidecar need not repeat."""

    name: str = Field(min_length=1)
    role: Role = Role.CITIZEN
    affiliation: str = ""
    consent: Consent = Consent.GRANTED
    voice: bool = False
    """Whether they agreed that their voice is remembered, to be recognised in later sessions."""


class People(Section):
    """``config/people.toml``."""

    person: tuple[Person, ...] = ()

    def find(self, name: str) -> Person | None:
        """The person of that name."""
        return next((person for person in self.person if person.name == name), None)


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything that ``config/`` holds."""

    settings: Settings
    glossary: Glossary
    people: People


PEOPLE_TEMPLATE = """\
# People who take part in several sessions. What a sidecar says of a person in its own session wins.
# role: moderator, interviewer, citizen, expert or official. consent: granted, anonymous or withdrawn.
# voice = true: the person agreed in writing that their voice is remembered, to be proposed in later sessions.
#
# [[person]]
# name = "한나래"
# role = "moderator"
# affiliation = "백서 편집 모임"
# consent = "granted"
# voice = false
"""

GLOSSARY_TEMPLATE = """\
# Names and terms with one right spelling, the most important first: the recogniser is told as many of them
# as it can take. kind: organisation, programme, place, law, person or term.
#
# [[term]]
# name = "공익활동지원센터"
# kind = "organisation"
# variants = ["공익 활동 지원 센터"]
# note = "2023년 10월 개소"
"""


def settings_template() -> str:
    """Write ``pipeline.toml`` with every setting, explained and set to its default."""
    lines = ["# Settings of this workspace. Every line shows the default; delete what you do not change."]
    for name, field in Settings.model_fields.items():
        section = field.default
        lines += ["", f"# {(type(section).__doc__ or '').strip()}", f"[{name}]"]
        for key, setting in type(section).model_fields.items():
            lines += [f"# {setting.description}", f"{key} = {_toml(getattr(section, key))}"]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    """Spell a scalar or a flat list as TOML, which for these agrees with JSON."""
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def load_configuration(folder: Path) -> Configuration:
    """Read a workspace's ``config/``; what is missing has its defaults.

    Raises:
        ConfigError: a file is wrong; the message names it, the key and what was expected.
    """
    return Configuration(
        settings=load_settings(folder / "pipeline.toml"),
        glossary=load_glossary(folder / "glossary.toml"),
        people=load_people(folder / "people.toml"),
    )


def load_settings(path: Path) -> Settings:
    """Read ``pipeline.toml``; a missing file means every default."""
    return load_toml(path, Settings) if path.exists() else Settings()


def load_glossary(path: Path) -> Glossary:
    """Read ``glossary.toml``; a missing file means no terms."""
    return load_toml(path, Glossary) if path.exists() else Glossary()


def load_people(path: Path) -> People:
    """Read ``people.toml``; a missing file means nobody is known."""
    return load_toml(path, People) if path.exists() else People()


def load_toml(path: Path, model: type[Model]) -> Model:
    """Read one configuration file.

    Raises:
        ConfigError: the message names the file, the key and what was expected.
    """
    try:
        return parse_toml(path, model)
    except TomlError as failure:
        told = "; ".join(_WORDING[fault.kind].format(fault=fault) for fault in failure.faults)
        raise ConfigError(f"{path}: {told}.", "Correct the file and run again.") from failure


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a TOML file, for the caller to word.

    ``kind`` is ``unreadable``, ``encoding``, ``syntax``, ``unknown_key``, ``misspelt_key`` or ``value``.
    """

    kind: str
    where: str = ""
    """The key, dotted."""
    detail: str = ""
    """What the system, the parser or the validator said; for a key, the nearest known one or all of them."""


class TomlError(ValueError):
    """Everything that is wrong with a file."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(faults)
        self.faults = faults


_WORDING = {
    "unreadable": "cannot be read: {fault.detail}",
    "encoding": "is not UTF-8 text; save it as UTF-8",
    "syntax": "is not valid TOML: {fault.detail}",
    "unknown_key": "unknown key {fault.where} (known: {fault.detail})",
    "misspelt_key": "unknown key {fault.where}, did you mean {fault.detail}?",
    "value": "{fault.where}: {fault.detail}",
}


def parse_toml(path: Path, model: type[Model]) -> Model:
    """Read one TOML file into ``model``, text normalised to NFC; a byte order mark does no harm.

    Raises:
        TomlError: unreadable, not UTF-8, not TOML, unknown keys, or values out of their range.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        return model.model_validate(tomllib.loads(unicodedata.normalize("NFC", text)))
    except OSError as failure:
        raise TomlError([Fault("unreadable", detail=failure.strerror or "")]) from failure
    except UnicodeDecodeError as failure:
        raise TomlError([Fault("encoding")]) from failure
    except tomllib.TOMLDecodeError as failure:
        raise TomlError([Fault("syntax", detail=str(failure))]) from failure
    except ValidationError as failure:
        raise TomlError([_fault(detail, model) for detail in failure.errors()]) from failure


def _fault(detail: ErrorDetails, model: type[BaseModel]) -> Fault:
    where = ".".join(str(part) for part in detail["loc"])
    if detail["type"] != "extra_forbidden":
        return Fault("value", where, f"{detail['msg']} (found {detail['input']!r})")
    known = _known_keys(model, detail["loc"][:-1])
    near = difflib.get_close_matches(str(detail["loc"][-1]), known, n=1, cutoff=0.5)
    return Fault("misspelt_key", where, near[0]) if near else Fault("unknown_key", where, ", ".join(known))


def _known_keys(model: type[BaseModel], path: tuple[int | str, ...]) -> list[str]:
    for part in path:
        if isinstance(part, str):
            model = _inner_model(model.model_fields[part].annotation)
    return sorted(model.model_fields)


def _inner_model(annotation: Any) -> type[BaseModel]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(_inner_model(inner) for inner in annotation.__args__ if inner is not Ellipsis)
