"""``baekseo watch``."""

import os
import time

import click

from pipeline.batch.changes import Changes
from pipeline.batch.notify import open_notifier
from pipeline.batch.run_log import open_log
from pipeline.batch.sole import sole_watch
from pipeline.batch.stages import STAGES
from pipeline.batch.watch import Watch
from pipeline.batch.watch_run import Crew
from pipeline.cli.options import in_workspace, on_executor
from pipeline.cli.run import exit_code
from pipeline.config import load_configuration
from pipeline.workspace import Workspace


@click.command(short_help="Work on recordings as they arrive, until stopped.")
@click.option("--once", is_flag=True, help="Take what is there, waiting until it has arrived, and end.")
@click.option(
    "--poll", is_flag=True, help="Only look every so often; for network shares that tell of no changes."
)
@click.option(
    "--quiet-for",
    metavar="SECONDS",
    type=click.FloatRange(min=0),
    help="A file unchanged for so long has arrived; default: watch.quiet_s.",
)
@click.option("--jobs", "-j", type=click.IntRange(min=1), help="Worker processes; default: run.jobs.")
@on_executor
@in_workspace
def command(
    once: bool,
    poll: bool,
    quiet_for: float | None,
    jobs: int | None,
    executor: str | None,
    workspace: Workspace,
) -> int:
    """Work on recordings as they arrive in the drop folder, until stopped.

    A recording is taken once its copying has come to rest. Beside it a small file (NAME.상태.txt) tells staff
    how far it is and where the results lie. Recordings are never moved, changed or deleted. Stop with Ctrl-C
    or SIGTERM: finished work is kept, and the next start goes on from there.
    """
    workspace.transcripts.mkdir(parents=True, exist_ok=True)
    open_log(workspace)
    configured = load_configuration(workspace.config).settings
    settings, notifier = configured.watch, open_notifier(configured.notify)
    if quiet_for is not None:
        settings = settings.model_copy(update={"quiet_s": quiet_for})
    wait = time.sleep if poll else Changes(workspace.audio).wait
    watch = Watch(workspace, Crew(STAGES, jobs, executor), settings, click.echo, wait, notifier=notifier)
    with sole_watch(workspace):
        if not once:
            click.echo(f"watching {workspace.audio}; to stop: Ctrl-C, or SIGTERM to process {os.getpid()}")
        return exit_code(watch.once()) if once else watch.forever()
