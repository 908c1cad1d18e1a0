"""What this machine and workspace need in order to work, each with what to do where it is missing."""

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pipeline import files
from pipeline.batch import opening, store
from pipeline.batch.executors import affordable_workers, usable_cores
from pipeline.batch.ledger import Ledger
from pipeline.batch.retention import due
from pipeline.config import Settings, load_configuration
from pipeline.errors import PipelineError
from pipeline.workspace import Workspace

LIBRARIES = ("av", "ctranslate2", "faster-whisper", "openai-whisper", "torch", "onnxruntime")
SPARE_BYTES = 5_000_000_000
"""An hour of sound takes 115 MB decoded; below this much free space a batch is likely to stop."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked. ``level`` is ``ok``, ``warning`` or ``error``."""

    subject: str
    level: str
    message: str
    hint: str = ""


def examine(workspace: Workspace) -> list[Finding]:
    """Check everything a run needs."""
    checks = (_configuration, _folders, _ledger, _retention)
    return [*_python(), *_workers(), *(finding for check in checks for finding in check(workspace))]


def _python() -> Iterator[Finding]:
    yield Finding("python", "ok", f"{sys.version.split()[0]} on {sys.platform}")
    for library in LIBRARIES:
        try:
            yield Finding(library, "ok", version(library))
        except PackageNotFoundError:
            yield Finding(library, "error", "not installed", "Install the project again: make install.")


def _workers() -> Iterator[Finding]:
    workers, cores = affordable_workers(), usable_cores()
    if workers < cores:
        yield Finding(
            "memory", "warning", f"enough for {workers} workers on {cores} cores", "Close other programs."
        )
    else:
        yield Finding("memory", "ok", f"enough for a worker on each of {cores} cores")


def _configuration(workspace: Workspace) -> Iterator[Finding]:
    try:
        config = load_configuration(workspace.config)
    except PipelineError as failure:
        yield Finding("configuration", "error", failure.message, failure.hint)
        return
    known = f"valid; {len(config.glossary.term)} glossary terms, {len(config.people.person)} people"
    yield Finding("configuration", "ok", known)
    yield _model(workspace, config.settings)


def _model(workspace: Workspace, settings: Settings) -> Finding:
    from pipeline.speech import models

    wanted = settings.transcribe
    try:
        weights = models.resolve(
            wanted.model, wanted.engine, workspace.models, settings.network.allow_model_download
        )
    except PipelineError as failure:
        return Finding("model", "error", failure.message, failure.hint)
    return Finding("model", "ok", f"{wanted.model} for {wanted.engine}, {weights.digest[:12]}")


def _folders(workspace: Workspace) -> Iterator[Finding]:
    yield _access(workspace.audio, os.R_OK | os.X_OK, "read")
    yield _access(workspace.transcripts, os.R_OK | os.W_OK | os.X_OK, "written")
    free = shutil.disk_usage(workspace.root).free
    enough = free >= SPARE_BYTES
    hint = "" if enough else "Make room; baekseo gc deletes what can be made again."
    yield Finding("disk", "ok" if enough else "warning", f"{free / 1e9:.1f} GB free", hint)


def _access(folder: Path, mode: int, verb: str) -> Finding:
    if os.access(folder, mode):
        return Finding(folder.name, "ok", f"can be {verb}")
    return Finding(folder.name, "error", f"{folder} cannot be {verb}", "Make it, or change its permissions.")


def _ledger(workspace: Workspace) -> Iterator[Finding]:
    try:
        ledger = Ledger(workspace.ledger, read_only=True)
        faults = unsound(workspace, ledger)
        ledger.close()
    except (sqlite3.DatabaseError, PipelineError):
        faults = ["the ledger is damaged"]
    if not faults:
        yield Finding("results", "ok", "the ledger agrees with the files")
    for fault in faults:
        yield Finding("results", "warning", fault, "The next baekseo run mends it.")


def _retention(workspace: Workspace) -> Iterator[Finding]:
    try:
        with opening.to_read(workspace) as opened:
            found = due(opened)
    except (OSError, PipelineError):
        return  # told of already
    if found:
        told = f"{len(found)} sessions were kept longer than [retention] allows"
        yield Finding("retention", "warning", told, "baekseo forget --due lists them.")


def unsound(workspace: Workspace, ledger: Ledger) -> list[str]:
    """Say what does not hold between runs: ledger against artifacts, runs never ended, files left behind."""
    rows = ledger.artifacts()
    faults = [] if ledger.is_sound() else ["the ledger is damaged"]
    if run := ledger.history.open_run():
        faults.append(f"the run of process {run[0]} is going on, or was killed")
    heads = {path: head for path in workspace.transcripts.glob("*/*.json") if (head := store.read_head(path))}
    for task, row in rows.items():
        head = heads.pop(workspace.artifact(task.session, task.stage, task.unit), None)
        if head is None or (head.fingerprint, head.facets) != (row.fingerprint, row.facets):
            faults.append(f"{task.session}: the result of {task.stage} is missing or was altered")
    faults += [f"{path.parent.name}: {path.name} is not in the ledger" for path in heads]
    leavings = [*files.leavings(workspace.transcripts), *(workspace.cache / "blocks").glob("*")]
    return faults + [f"{path.relative_to(workspace.root)} was left behind" for path in leavings]
