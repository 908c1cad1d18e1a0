"""``config/*.toml`` become frozen, validated settings."""

from dataclasses import dataclass
from pathlib import Path

from pipeline.config.glossary import (
    GLOSSARY_TEMPLATE,
    Glossary,
    Term,
    Topic,
    Topics,
    load_glossary,
    load_topics,
    with_people,
)
from pipeline.config.people import PEOPLE_TEMPLATE, People, Person, load_people
from pipeline.config.settings import (
    EXECUTOR,
    AnnotateSettings,
    AttributeSettings,
    CleanSettings,
    DiarizeSettings,
    GuardSettings,
    MediaSettings,
    NetworkSettings,
    NotifySettings,
    RetentionSettings,
    RunSettings,
    Settings,
    SpeechSettings,
    TranscribeSettings,
    WatchSettings,
    load_settings,
    settings_template,
)
from pipeline.config.toml import Fault, Section, TomlError, load_toml, parse_toml

__all__ = [
    "EXECUTOR",
    "GLOSSARY_TEMPLATE",
    "PEOPLE_TEMPLATE",
    "AnnotateSettings",
    "AttributeSettings",
    "CleanSettings",
    "Configuration",
    "DiarizeSettings",
    "Fault",
    "Glossary",
    "GuardSettings",
    "MediaSettings",
    "NetworkSettings",
    "NotifySettings",
    "People",
    "Person",
    "RetentionSettings",
    "RunSettings",
    "Section",
    "Settings",
    "SpeechSettings",
    "Term",
    "TomlError",
    "Topic",
    "Topics",
    "TranscribeSettings",
    "WatchSettings",
    "load_configuration",
    "load_glossary",
    "load_people",
    "load_settings",
    "load_toml",
    "load_topics",
    "parse_toml",
    "settings_template",
    "with_people",
]


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything that ``config/`` holds."""

    settings: Settings
    glossary: Glossary
    people: People
    topics: Topics


def load_configuration(folder: Path) -> Configuration:
    """Read a workspace's ``config/``; what is missing has its defaults.

    Raises:
        ConfigError: a file is wrong; the message names it, the key and what was expected.
    """
    return Configuration(
        settings=load_settings(folder / "pipeline.toml"),
        glossary=load_glossary(folder / "glossary.toml"),
        people=load_people(folder / "people.toml"),
        topics=load_topics(folder / "topics.toml"),
    )
