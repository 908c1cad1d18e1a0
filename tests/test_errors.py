"""Every error can cross a process boundary, has an exit code, and is documented."""

import inspect
import pickle
from pathlib import Path

import pytest

from pipeline import errors
from pipeline.errors import ExitCode, PipelineError
from pipeline.intake.refusals import FAILURES

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, PipelineError)]
DOCUMENT = Path(__file__).parent.parent / "docs" / "errors.md"


@pytest.mark.parametrize("kind", KINDS)
def test_errors_survive_pickling(kind: type[PipelineError]) -> None:
    error = pickle.loads(pickle.dumps(kind("message", "hint", "code")))  # noqa: S301
    assert (type(error), error.message, error.hint, error.code) == (
        kind,
        "message",
        "hint",
        f"{kind.area}.code",
    )


@pytest.mark.parametrize("code", ExitCode)
def test_every_exit_code_is_documented(code: ExitCode) -> None:
    assert f"| {code.value} |" in DOCUMENT.read_text(encoding="utf-8")


@pytest.mark.parametrize("code", FAILURES)
def test_every_reason_to_refuse_a_recording_is_documented(code: str) -> None:
    assert f"`media.{code}`" in DOCUMENT.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_error_is_documented(kind: type[PipelineError]) -> None:
    assert f"`{kind.__name__}`" in DOCUMENT.read_text(encoding="utf-8")
