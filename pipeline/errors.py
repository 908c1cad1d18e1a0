"""Every failure a person may meet: a message, what to do next, and the exit code that tells scripts.

A failure that staff or editors can cause (a recording, a sidecar, a draft) speaks Korean; one that only
an operator meets speaks English. Subclasses take no further constructor arguments: an exception whose
``__init__`` hides arguments from ``super()`` cannot be unpickled and would break a whole process pool.
"""

import errno
from enum import IntEnum


class ExitCode(IntEnum):
    """Exit status of the ``baekseo`` command; ``docs/errors.md`` explains each."""

    OK = 0
    BUG = 1
    USAGE = 2
    CONFIG = 3
    INPUT = 4
    MISSING = 5
    STAGE = 6
    WORKER = 7
    CONFLICT = 8
    PARTIAL = 9
    INTERRUPTED = 130


class PipelineError(Exception):
    """A failure we can name.

    Args:
        message: what happened, one sentence.
        hint: what the reader can do about it, one sentence; empty where nothing helps.
        code: short stable name below the class's own, such as ``"empty"`` (shown as ``media.empty``).
    """

    exit_code = ExitCode.STAGE
    area = "stage"
    permanent = False
    """True where the same input must fail the same way: a rerun does not try again until it changes."""

    def __init__(self, message: str, hint: str = "", code: str = "") -> None:
        super().__init__(message, hint, code)
        self.message = message
        self.hint = hint
        self.code = f"{self.area}.{code}" if code else self.area

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class ConfigError(PipelineError):
    """A configuration file that cannot be read or holds a value that makes no sense."""

    exit_code = ExitCode.CONFIG
    area = "config"


class InputError(PipelineError):
    """Something a person gave us that we cannot use. Messages are Korean."""

    exit_code = ExitCode.INPUT
    area = "input"
    permanent = True


class MediaError(InputError):
    """A recording that holds nothing we can hear, or that we must not read."""

    area = "media"


class MediaUnstableError(InputError):
    """A recording that may be readable later: still being copied, or not yet permitted."""

    area = "media"
    permanent = False


class SidecarError(InputError):
    """A ``.toml`` beside a recording that does not say what it should."""

    area = "sidecar"


class MissingError(PipelineError):
    """A model or an optional dependency that is not installed on this machine."""

    exit_code = ExitCode.MISSING
    area = "missing"


class StageError(PipelineError):
    """A stage that ran and could not produce its artifact."""

    exit_code = ExitCode.STAGE
    area = "stage"


class WorkerError(PipelineError):
    """A worker process that died, or was stopped for running past its time limit."""

    exit_code = ExitCode.WORKER
    area = "worker"


class ConflictError(PipelineError):
    """Two writers, or a check that found a difference nobody may ignore."""

    exit_code = ExitCode.CONFLICT
    area = "conflict"


def system_failure(what: str, failure: OSError) -> StageError:
    """Name what the system refused: ``disk_full``, or ``io``; ``what`` could not go on."""
    if failure.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(what)
    why = ": ".join(str(each) for each in (failure.strerror or failure, failure.filename) if each)
    return StageError(
        f"The system refused {what}: {why}.",
        "Check the disk and its permissions (baekseo doctor), then run again.",
        "io",
    )


def disk_full(what: str) -> StageError:
    """There is no room for what was to be written; ``what`` could not go on."""
    return StageError(
        f"The disk is full: {what} could not write.",
        "Make room (baekseo gc helps) and run again; nothing finished is lost.",
        "disk_full",
    )
