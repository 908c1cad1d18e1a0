"""Reading what earlier stages of a job's session have made."""

from typing import TypeVar

from pipeline.batch import store
from pipeline.batch.stage import Job
from pipeline.model import Transcript

Body = TypeVar("Body")


def read(job: Job, stage: str, kind: type[Body], unit: str = "") -> Body:
    """The result of an earlier stage; ``unit`` is a recording's digest where it worked on each.

    Raises:
        StageError: it is missing or damaged.
    """
    return store.read_artifact(job.workspace.artifact(job.session.id, stage, unit), kind)


def read_each(job: Job, stage: str, kind: type[Body]) -> list[Body]:
    """The results of an earlier stage for each recording of the session, in order."""
    return [read(job, stage, kind, recording.digest) for recording in job.session.recordings]


def transcripts(job: Job) -> dict[str, Transcript]:
    """What was recognised in each recording, by its digest."""
    return {transcript.recording: transcript for transcript in read_each(job, "transcribe", Transcript)}
