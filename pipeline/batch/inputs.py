"""What a job was planned with, held against what its worker finds: on shared storage either may be old.

A network file system may show a worker yesterday's file, or none, for as long as it remembers a folder.
"""

import json
import time

from pipeline.batch import store
from pipeline.batch.revisions import Revisions
from pipeline.batch.stage import Change, Input, Job, Sources, changes
from pipeline.errors import StageError

LAG_S = 75.0
"""Longest wait on shared storage. NFS clients believe what they know of a folder for up to 60 s (``nfs(5)``,
``acdirmax``)."""

PAUSE_S = 0.5


def require_inputs(job: Job, patience_s: float) -> None:
    """Compare each stored result that the job reads with the digest it was planned with.

    Raises:
        StageError: ``input``: another content, or none, and ``patience_s`` did not change that.
    """
    end = time.monotonic() + patience_s
    while late := next((wanted for wanted in job.inputs if not _is_there(job, wanted)), None):
        if time.monotonic() >= end:
            raise StageError(
                f"{job.stage.name}: the stored result of {late.stage} is not the one it was planned with.",
                "Run again: what is missing or was altered is made anew.",
                "input",
            )
        time.sleep(PAUSE_S)


def await_recordings(job: Job, patience_s: float) -> None:
    """Wait until the recordings are seen; whoever reads one compares its SHA-256 and names what is wrong."""
    end = time.monotonic() + patience_s
    paths = [job.workspace.root / recording.path for recording in job.session.recordings]
    while not all(path.exists() for path in paths) and time.monotonic() < end:
        time.sleep(PAUSE_S)


def require_options(job: Job, patience_s: float) -> None:
    """Compare what decides the result on this machine with what was planned: libraries, weights, word lists.

    Raises:
        StageError: ``unlike``; the message names what differs, and both values.
        MissingError: a library or model is not here.
    """
    end = time.monotonic() + patience_s
    while found := _unlike(job):
        if time.monotonic() >= end:
            told = "; ".join(f"{change.name}: {change.new} here, {change.old} planned" for change in found)
            raise StageError(
                f"{job.stage.name} would give another result on this worker: {told}.",
                "Let the worker have what this machine has (docs/cluster.md), or run again "
                "if the configuration was changed meanwhile.",
                "unlike",
            )
        time.sleep(PAUSE_S)


def _is_there(job: Job, wanted: Input) -> bool:
    head = store.read_head(job.workspace.artifact(job.session.id, wanted.stage, wanted.unit))
    return head is not None and head.facets.get(wanted.facet) == wanted.digest


def _unlike(job: Job) -> tuple[Change, ...]:
    settings = job.config.settings
    revisions = Revisions(job.workspace, settings.transcribe, settings.network.allow_model_download)
    sources = Sources(job.session, job.config, job.edits, revisions.of)
    options = json.loads(store.canonical(job.stage.options(sources)))
    planned = {name: value for name, value in job.ingredients.items() if name.startswith("option.")}
    return changes(planned, {f"option.{name}": value for name, value in options.items()})
