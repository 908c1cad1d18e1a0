"""Where things lie in a workspace, and which workspace a command means.

A workspace is any folder with ``config/pipeline.toml``; the project's own root is one. Everything we make
lies under ``transcripts/``, ``drafts/`` and ``voices/``. Nothing of a person's under ``audio/`` is ever
written, moved or deleted; a watch lays its status files there.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from pipeline.config import GLOSSARY_TEMPLATE, PEOPLE_TEMPLATE, settings_template
from pipeline.errors import ConfigError, InputError

ENVIRONMENT = "BAEKSEO_WORKSPACE"


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folders and files of one workspace; ``root`` is absolute."""

    root: Path

    @property
    def audio(self) -> Path:
        """The drop folder."""
        return self.root / "audio"

    @property
    def transcripts(self) -> Path:
        """Results, one folder per session."""
        return self.root / "transcripts"

    @property
    def drafts(self) -> Path:
        """The chapters, and what is known of them."""
        return self.root / "drafts"

    @property
    def models(self) -> Path:
        """Weights that the operator placed by hand."""
        return self.root / "models"

    @property
    def settings_file(self) -> Path:
        """``config/pipeline.toml``."""
        return self.config / "pipeline.toml"

    @property
    def config(self) -> Path:
        """What the operator sets."""
        return self.root / "config"

    @property
    def voices(self) -> Path:
        """The voice library: what is remembered of the voices of people who agreed to it."""
        return self.root / "voices" / "library.json"

    @property
    def ledger(self) -> Path:
        """The SQLite index; rebuilt from the artifacts where it is missing."""
        return self.transcripts / ".ledger.sqlite"

    @property
    def lock(self) -> Path:
        """Held by the one process that may write results."""
        return self.transcripts / ".lock"

    @property
    def log(self) -> Path:
        """What runs did, without a word of any transcript."""
        return self.transcripts / ".run.log"

    @property
    def activity(self) -> Path:
        """What a run does just now; there while it goes on."""
        return self.transcripts / ".activity.json"

    @property
    def forgotten(self) -> Path:
        """Proofs of what was forgotten, and by what a forgotten recording is known again."""
        return self.transcripts / ".forgotten"

    @property
    def forgetting(self) -> Path:
        """What is being forgotten, for whoever must finish it; gone when it is done."""
        return self.transcripts / ".forgetting.json"

    @property
    def cache(self) -> Path:
        """What can be made again: decoded sound, and finished blocks of unfinished recognition."""
        return self.transcripts / ".cache"

    def pcm(self, recording_digest: str) -> Path:
        """Decoded sound of a recording; whoever reads it compares its digest with the decode artifact's."""
        return self.cache / "pcm" / f"{recording_digest[:32]}.s16"

    def blocks(self, fingerprint: str) -> Path:
        """Finished blocks of a stage that is not finished yet."""
        return self.cache / "blocks" / fingerprint[:32]

    def session(self, session_id: str) -> Path:
        """The results of one session."""
        return self.transcripts / session_id

    def edits(self, session_id: str) -> Path:
        """What people decided about a session; no run ever writes it."""
        return self.session(session_id) / "edits.json"

    def artifact(self, session_id: str, stage: str, unit: str = "") -> Path:
        """A stage's stored result; ``unit`` is the recording's digest where a stage works per recording."""
        name = f"{stage}.{unit[:12]}.json" if unit else f"{stage}.json"
        return Path(self.root, "transcripts", session_id, name)

    def inside(self, path: str | Path) -> Path:
        """Resolve a path from outside, and refuse one that leads out of the workspace.

        Raises:
            InputError: the path, after following links, lies elsewhere.
        """
        resolved = (self.root / path).resolve()
        if not resolved.is_relative_to(self.root.resolve()):
            raise InputError(
                f"작업 폴더 밖을 가리키는 경로입니다: {path}",
                "파일을 audio 폴더 안에 직접 복사해 주십시오.",
                "outside",
            )
        return resolved


def create(folder: Path, config: Path | None = None) -> Workspace:
    """Make a workspace, or complete one; nothing that is there is changed.

    Args:
        folder: where; made if missing.
        config: a folder of configuration files to copy; without it the defaults are written, explained.

    Raises:
        ConfigError: ``folder`` cannot be written.
    """
    workspace = Workspace(folder.resolve())
    contents = {
        "pipeline.toml": settings_template(),
        "glossary.toml": GLOSSARY_TEMPLATE,
        "people.toml": PEOPLE_TEMPLATE,
    }
    if config:
        found = sorted(config.rglob("*.toml"))
        contents = {path.relative_to(config).as_posix(): path.read_text(encoding="utf-8") for path in found}
    try:
        for name in ("interviews", "roundtable"):
            (workspace.audio / name).mkdir(parents=True, exist_ok=True)
        workspace.transcripts.mkdir(exist_ok=True)
        workspace.settings_file.parent.mkdir(exist_ok=True)
        for name, text in contents.items():
            target = workspace.config / name
            target.parent.mkdir(exist_ok=True)
            if not target.exists():
                target.write_text(text, encoding="utf-8")
    except OSError as failure:
        raise ConfigError(
            f"{failure.filename}: {failure.strerror}.", "Choose a folder that you may write.", "no_workspace"
        ) from failure
    return workspace


def find(option: Path | None = None) -> Workspace:
    """Choose the workspace: the option, the environment, or the nearest one above the current folder.

    Raises:
        ConfigError: none of them is a workspace.
    """
    named = option or (Path(os.environ[ENVIRONMENT]) if os.environ.get(ENVIRONMENT) else None)
    candidates = [named] if named else [Path.cwd(), *Path.cwd().parents]
    for folder in candidates:
        workspace = Workspace(folder.resolve())
        if workspace.settings_file.is_file():
            return workspace
    where = named or Path.cwd()
    raise ConfigError(
        f"{where} is not a workspace: it has no config/pipeline.toml.",
        f"Make one with: baekseo init DIR (or name one with --workspace or {ENVIRONMENT}).",
        "no_workspace",
    )
