"""``config/pipeline.toml``: how the pipeline works.

Each stage receives only its own section, and a stage's fingerprint holds only the fields it declares:
changing ``run.jobs`` can never rerun recognition.
"""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr

from pipeline.config.toml import Section, load_toml


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
    least_characters_per_second: float = Field(
        2.5, ge=0, description="Fewer letters than this per second of speech: some of it may be missing."
    )
    speech_overlap: float = Field(0.3, ge=0, le=1, description="Least share that must be speech.")
    doubted_surplus: int = Field(8, ge=1, description="Letters said over again on end that are doubted.")
    removed_surplus: int = Field(24, ge=1, description="So many letters over again are cut to one time.")
    prompt_echo: int = Field(16, ge=4, description="Letters shared with the prompt on end that are doubted.")
    foreign_letters: int = Field(1, ge=1, description="Kana, Han, Cyrillic, ... in Korean that are doubted.")


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


class AttributeSettings(Section):
    """How words become turns."""

    backchannels: Literal["keep", "fold"] = Field(
        "keep", description="keep: a listener's 네 is a turn of its own; fold: it joins the turn around it."
    )


class CleanSettings(Section):
    """How much of a turn is tidied for reading, and which rules may do it."""

    level: Literal["verbatim", "light", "edited"] = Field(
        "light", description="verbatim: as recognised; light: for reading; edited: also slips of particles."
    )
    fillers: bool = Field(True, description="Leave out words said only to gain time.")
    backchannels: bool = Field(True, description="Leave out a listener's sound inside another's sentence.")
    repeats: bool = Field(True, description="Fold what was said twice in searching for words.")
    repairs: bool = Field(True, description="Fold a pronoun that the speaker at once put another way.")
    cut_offs: bool = Field(True, description="Fold a word broken off and begun again.")
    spelling: bool = Field(True, description="Write nonstandard spellings in the standard way.")
    spacing: bool = Field(True, description="Correct word spacing where grammar leaves no choice.")
    glossary: bool = Field(True, description="Write names and terms of the glossary as it spells them.")
    numbers: bool = Field(True, description="Write counted numbers in digits, as public documents do.")
    sentences: bool = Field(True, description="Find sentences where the recogniser left out full stops.")
    punctuation: bool = Field(True, description="Put the full stop or question mark that a sentence lacks.")
    quotations: bool = Field(True, description="Put quotation marks around words quoted as they were said.")
    particles: bool = Field(True, description="Correct particles of the wrong form (level edited only).")
    paragraphs: bool = Field(True, description="Part long turns into paragraphs.")
    pause_ms: int = Field(300, ge=0, description="Silence after a word that makes a filler of it.")
    drawl_ms: int = Field(450, ge=0, description="A syllable held this long sounds like a filler.")
    low_confidence: float = Field(
        0.4, ge=0, le=1, description="A word less sure than this was spoken like a filler."
    )
    paragraph_characters: int = Field(250, ge=1, description="A paragraph is at least this long,")
    paragraph_limit: int = Field(600, ge=1, description="and ends after so many characters if it can.")
    paragraph_pause_ms: int = Field(1_500, ge=0, description="Silence at which a long paragraph ends.")


class AnnotateSettings(Section):
    """How sentences are labelled."""

    topic_similarity: float = Field(
        0.3,
        ge=0,
        le=1.01,
        description="Likeness that gives a sentence a topic without its terms; 1.01 = never.",
    )
    entities: bool = Field(True, description="Label names, laws, dates and numbers.")


class WatchSettings(Section):
    """When a dropped recording is taken up, and what staff are told of it; never part of a fingerprint."""

    quiet_s: float = Field(30.0, ge=0, description="A file unchanged for so many seconds has arrived.")
    rescan_s: float = Field(
        60.0, gt=0, description="The drop folder is looked through this often, in seconds."
    )
    retry_minutes: float = Field(
        30.0, gt=0, description="What failed but may pass is tried again after this."
    )
    spare_gb: float = Field(
        2.0, ge=0, description="Free disk space to start a run with, in GB; with half of it a run is stopped."
    )
    drafts: bool = Field(True, description="Compose the chapters again when a run has ended.")
    status_files: bool = Field(True, description="Tell beside each recording how far it is.")


class NotifySettings(Section):
    """Messages when a run of the watch has ended or has to wait (extra notify); off without addresses."""

    urls: tuple[SecretStr, ...] = Field(
        (),
        repr=False,
        description="Addresses as Apprise writes them; they hold passwords.",
    )
    on: tuple[Literal["done", "failed", "waiting"], ...] = Field(
        ("done", "failed", "waiting"), description="Of what to tell: done, failed, waiting."
    )
    file_names: bool = Field(False, description="Name the recordings; they may hold names of people.")


class RetentionSettings(Section):
    """How long results are kept; what is due is reported, and deleted only when somebody asks for it."""

    interview_days: int = Field(0, ge=0, description="Days after which an interview is due; 0 = never.")
    roundtable_days: int = Field(0, ge=0, description="Days after which a round-table is due; 0 = never.")


class NetworkSettings(Section):
    """What may leave or enter the machine. Recordings never do."""

    allow_model_download: bool = Field(False, description="Let an engine fetch the weights it lacks.")
    allow_plain_cluster: bool = Field(
        False, description="Let jobs go unencrypted (tcp://) to the Dask cluster of other machines."
    )


EXECUTOR = r"^(serial|processes|dask:(tcp|tls)://\S+:\d+)$"
"""In this process, in worker processes, or on the Dask cluster whose scheduler has this address."""


class RunSettings(Section):
    """How work is spread over the machine; never part of a fingerprint."""

    executor: str = Field(
        "processes", pattern=EXECUTOR, description="serial, processes or dask:tls://HOST:PORT (a cluster)."
    )
    jobs: int = Field(
        0, ge=0, description="Worker processes; 0 = one per core, as memory allows, or all of a cluster."
    )
    threads: int = Field(0, ge=0, description="Threads per worker; 0 = cores divided by jobs.")
    time_limit_factor: float = Field(20.0, gt=0, description="A stage may take this many times the audio,")
    time_limit_floor_s: float = Field(600.0, gt=0, description="and at least this many seconds.")
    quarantine_after: int = Field(4, ge=1, description="Failures on equal inputs until it is left alone.")
    retries: int = Field(2, ge=0, description="A failure that may pass is tried again so often in one run,")
    retry_wait_s: float = Field(10.0, ge=0, description="first after this many seconds, then twice as long.")


class Settings(Section):
    """``config/pipeline.toml``."""

    media: MediaSettings = MediaSettings()
    speech: SpeechSettings = SpeechSettings()
    transcribe: TranscribeSettings = TranscribeSettings()
    guard: GuardSettings = GuardSettings()
    diarize: DiarizeSettings = DiarizeSettings()
    attribute: AttributeSettings = AttributeSettings()
    clean: CleanSettings = CleanSettings()
    annotate: AnnotateSettings = AnnotateSettings()
    watch: WatchSettings = WatchSettings()
    notify: NotifySettings = NotifySettings()
    retention: RetentionSettings = RetentionSettings()
    network: NetworkSettings = NetworkSettings()
    run: RunSettings = RunSettings()


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


def load_settings(path: Path) -> Settings:
    """Read ``pipeline.toml``; a missing file means every default."""
    return load_toml(path, Settings) if path.exists() else Settings()
