"""A job that does not find what it was planned with says so instead of using something else."""

from dataclasses import replace

import fake_stages
import pytest
from running import drop, run

from pipeline.batch import inputs, opening
from pipeline.batch.inventory import take
from pipeline.batch.plan import Planner
from pipeline.batch.stage import Input, Job
from pipeline.errors import StageError
from pipeline.workspace import Workspace


def planned(space: Workspace) -> Job:
    """The job of the second stage, after the first has run."""
    drop(space, "interviews/하나.wav", "one")
    run(space)
    with opening.to_read(space) as opened:
        (session,) = take(space, opened.ledger, None).sessions
        planner = Planner(space, opened.config, fake_stages.STAGES, opened.ledger)
        step = next(step for step in planner.plan([session]) if step.task.stage == "shout")
        return Job(
            stage=planner.stages["shout"],
            unit=step.task.unit,
            session=session,
            workspace=space,
            config=opened.config,
            edits=planner.edits(session),
            ingredients=step.ingredients,
            inputs=planner.inputs(step.task, session, step.ingredients),
            threads=1,
            time_limit_s=60,
        )


def test_what_a_job_was_planned_with_is_accepted(space: Workspace) -> None:
    job = planned(space)
    assert [(wanted.stage, wanted.facet) for wanted in job.inputs] == [("read", "all")]
    inputs.require_inputs(job, 0)
    inputs.require_options(job, 0)


@pytest.mark.parametrize("state", ["missing", "damaged", "another"])
def test_an_input_of_another_content_is_refused(space: Workspace, state: str) -> None:
    job = planned(space)
    (wanted,) = job.inputs
    path = space.artifact(job.session.id, wanted.stage, wanted.unit)
    if state == "missing":
        path.unlink()
    elif state == "damaged":
        path.write_bytes(path.read_bytes().replace(b"one", b"two"))
    else:
        job = replace(job, inputs=(Input(wanted.stage, wanted.unit, wanted.facet, "0" * 64),))
    with pytest.raises(StageError) as failure:
        inputs.require_inputs(job, 0)
    assert failure.value.code == "stage.input"


def test_an_input_that_comes_late_is_waited_for(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    job = planned(space)
    (wanted,) = job.inputs
    path = space.artifact(job.session.id, wanted.stage, wanted.unit)
    aside = path.rename(path.with_suffix(".late"))
    monkeypatch.setattr(inputs.time, "sleep", lambda _: aside.rename(path))
    inputs.require_inputs(job, 60)


def test_options_that_differ_here_are_named_with_both_values(space: Workspace) -> None:
    job = planned(space)
    job = replace(job, ingredients={**job.ingredients, "option.beam": 9})
    with pytest.raises(StageError, match=r"option\.beam: 5 here, 9 planned") as failure:
        inputs.require_options(job, 0)
    assert failure.value.code == "stage.unlike"
