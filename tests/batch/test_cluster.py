"""Several machines, shown with several worker processes of a real Dask cluster on this one."""

import contextlib
import errno
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

import dask
import fake_stages
import pytest
from running import artifacts, drop, run, settings

from pipeline import files, workspace
from pipeline.batch import executors, fitness
from pipeline.batch.cluster import connection, crew, pool
from pipeline.batch.outcome import SessionReport
from pipeline.errors import ConfigError, ExitCode, WorkerError
from pipeline.workspace import Workspace

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
DASK = (sys.executable, "-W", "ignore", "-m")
LOOPBACK = ("--host", "127.0.0.1", "--no-dashboard")


class LocalCluster:
    """A scheduler, and whatever workers a test wants; ``certificates`` are Dask's settings for TLS."""

    def __init__(self, folder: Path, certificates: Mapping[str, str]) -> None:
        self._folder = folder
        self._certificates = {
            f"DASK_{name.replace('.', '__').replace('-', '_').upper()}": path
            for name, path in certificates.items()
        }
        self._protocol = ("--protocol", "tls" if certificates else "tcp")
        self._processes: list[subprocess.Popen[bytes]] = []
        self._file = folder / "scheduler.json"
        self.start("scheduler", "--port", "0", "--scheduler-file", str(self._file))
        self.executor = f"dask:{self._address()}"

    def start(self, kind: str, *options: str, **environment: str) -> None:
        """Start a program of Dask's in a process of its own."""
        paths = f"{HERE}{os.pathsep}{ROOT}"
        with (self._folder / f"{kind}.log").open("ab") as log:
            command = [*DASK, f"distributed.cli.dask_{kind}", *LOOPBACK, *self._protocol, *options]
            own = {"PYTHONPATH": paths, "TMPDIR": str(self._folder), **self._certificates}
            variables = {**os.environ, **own, **environment}
            self._processes.append(
                subprocess.Popen(command, env=variables, stdout=log, stderr=log, cwd=self._folder)
            )

    def start_workers(self, *options: str, **environment: str) -> None:
        """Add workers with one thread each."""
        common = ("--scheduler-file", str(self._file), "--nthreads", "1", "--memory-limit", "0")
        self.start("worker", *common, *options, **environment)

    def stop(self) -> None:
        """End everything; a worker that is just starting may not listen."""
        for process in reversed(self._processes):
            process.terminate()
        for process in reversed(self._processes):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
            process.kill()
            process.wait()

    def _address(self) -> str:
        """Read the scheduler's address once it has written the whole of it."""
        while True:
            assert self._processes[0].poll() is None, (self._folder / "scheduler.log").read_text()
            with contextlib.suppress(FileNotFoundError, json.JSONDecodeError):
                return str(json.loads(self._file.read_text())["address"])
            time.sleep(0.02)


@contextmanager
def started(folder: Path, certificates: Mapping[str, str] = MappingProxyType({})) -> Iterator[LocalCluster]:
    cluster = LocalCluster(folder, certificates)
    try:
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A scheduler with two workers, for all tests that leave them as they are."""
    with started(tmp_path_factory.mktemp("cluster")) as made:
        made.start_workers("--nworkers", "2")
        yield made.executor


def leavings(space: Workspace) -> list[Path]:
    return files.leavings(space.transcripts)


def test_a_cluster_gives_the_same_bytes_as_one_process(space: Workspace, cluster: str) -> None:
    for number in range(4):
        drop(space, f"interviews/{number}.wav", f"text {number}")
    run(space)
    before = artifacts(space)
    for path in space.transcripts.glob("interview-*/*"):
        path.unlink()
    reports = run(space, executor=cluster)
    assert [report.done for report in reports.values()] == [["read", "shout", "join"]] * 4
    assert artifacts(space) == before
    assert run(space)["interview-0"].outcome == "current"
    assert not leavings(space)


def test_workers_are_counted_before_they_are_needed(cluster: str) -> None:
    while executors.count_workers(cluster, 0) < 2:  # they are still starting
        time.sleep(0.1)
    assert [executors.count_workers(cluster, jobs) for jobs in (0, 1, 5)] == [2, 1, 2]
    assert executors.count_workers("serial", 4) == 1
    assert executors.count_workers("processes", 4) == 4


def test_a_worker_killed_in_the_middle_costs_only_its_task(space: Workspace, cluster: str) -> None:
    drop(space, "interviews/잡힌.wav", "HOLD")
    for number in range(5):
        drop(space, f"interviews/{number}.wav", f"NAP text {number}")

    def kill() -> None:
        held = space.root / fake_stages.HELD
        while not held.exists():
            time.sleep(0.02)
        os.kill(int(held.read_text()), signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    reports = run(space, executor=cluster)
    killer.join()
    assert {report.outcome for report in reports.values()} == {"done"}
    repeated = {call for call, times in Counter(fake_stages.calls(space.root)).items() if times > 1}
    assert {call.rsplit(" ", 1)[0] for call in repeated} == {"interview-잡힌 read"}
    assert len(fake_stages.calls(space.root)) == 6 * 3 + 1


def test_a_connection_that_breaks_for_a_moment_costs_no_session(
    space: Workspace, cluster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(space, "interviews/잡힌.wav", "HOLD")
    drop(space, "interviews/하나.wav", "one")

    def connect(address: str, patience_s: float) -> Any:
        client = connection.connect(address, patience_s)
        threading.Thread(target=break_off, args=(client,)).start()
        return client

    def break_off(client: Any) -> None:
        while not (space.root / fake_stages.HELD).exists():
            time.sleep(0.02)
        client.loop.add_callback(client.scheduler_comm.comm.abort)

    monkeypatch.setattr(pool, "connect", connect)
    reports = run(space, executor=cluster)
    assert {report.outcome for report in reports.values()} == {"done"}


def test_a_cluster_is_left_where_the_shared_folder_takes_nothing(
    space: Workspace, cluster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients = []

    def connect(address: str, patience_s: float) -> Any:
        clients.append(connection.connect(address, patience_s))
        return clients[-1]

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pool, "connect", connect)
    monkeypatch.setattr(files, "write_atomic", full)
    with pytest.raises(OSError, match="No space"):
        run(space, executor=cluster)
    assert [client.status for client in clients] == ["closed"]


def test_a_task_that_kills_its_workers_is_named_and_touches_no_other(space: Workspace, cluster: str) -> None:
    drop(space, "interviews/독.wav", "POISON")
    for number in range(3):
        drop(space, f"interviews/{number}.wav", f"text {number}")
    reports = run(space, executor=cluster, retries=2)
    failure = reports["interview-독"].failures["read"]
    assert (failure.code, failure.exit_code) == ("worker.died", ExitCode.WORKER)
    assert len(fake_stages.calls(space.root)) == pool.MOST_LOSSES + 3 * 3


def test_a_task_past_its_time_limit_ends_with_its_worker_and_is_named(space: Workspace, cluster: str) -> None:
    settings(space, "[run]\ntime_limit_floor_s = 2.0\ntime_limit_factor = 0.001\n")
    drop(space, "interviews/끝없는.wav", "SLOW")
    drop(space, "interviews/정상.wav", "fine")
    reports = run(space, executor=cluster)
    assert reports["interview-끝없는"].failures["read"].code == "worker.time_limit"
    assert reports["interview-정상"].outcome == "done"
    assert len(fake_stages.calls(space.root)) == 4


def test_errors_of_a_stage_come_back_and_logs_hold_no_text(space: Workspace, cluster: str) -> None:
    drop(space, "interviews/고장.wav", "BROKEN")
    drop(space, "interviews/벌레.wav", "BUG 주민번호")
    reports = run(space, executor=cluster)
    assert reports["interview-고장"].failures["read"].code == "media.damaged"
    assert reports["interview-벌레"].failures["read"].code == "stage.bug"


def test_a_worker_tells_its_log_to_the_parent(
    space: Workspace, cluster: str, caplog: pytest.LogCaptureFixture
) -> None:
    drop(space, "interviews/벌레.wav", "BUG 주민번호")
    run(space, executor=cluster)
    (told,) = [record for record in caplog.records if record.name == "pipeline.batch.worker"]
    assert told.getMessage().startswith("[tcp://127.0.0.1:")
    assert "주민번호" not in caplog.text


STOPPED = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
import fake_stages
import pipeline.cli.run
from pipeline import cli
pipeline.cli.run.STAGES = fake_stages.STAGES
cli.main(["run", "--workspace", sys.argv[1], "--executor", sys.argv[2]])
"""


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_run_is_taken_back_from_the_workers(
    space: Workspace, cluster: str, stop: signal.Signals
) -> None:
    drop(space, "interviews/느린.wav", "TICK one")
    drop(space, "interviews/다음.wav", "TICK two")
    paths = f"{HERE}{os.pathsep}{ROOT}"
    command = [sys.executable, "-c", STOPPED, str(space.root), cluster]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": paths}
    )
    assert process.stderr is not None
    while len(fake_stages.calls(space.root)) < 2:
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(stop)
    time.sleep(0.5)
    process.send_signal(stop)  # the first one lets what runs come to its end
    lines = process.communicate(timeout=30)[1].splitlines()
    assert {line.partition(":")[0] for line in lines if line} <= {
        *("interview-느린 read", "interview-다음 read"),
        "stopping",
        "interrupted; finished work is kept, and the next run goes on from there",
    }
    for path in (space.audio / "interviews").iterdir():
        drop(space, f"interviews/{path.name}", f"fine {path.name}")
    reports = run(space, executor=cluster)
    assert {report.outcome for report in reports.values()} == {"done"}
    assert not leavings(space)


def run_once_there_is_somebody(space: Workspace, made: LocalCluster) -> dict[str, SessionReport]:
    while True:
        with contextlib.suppress(WorkerError):
            return run(space, executor=made.executor)


@pytest.mark.slow
def test_workers_that_would_give_other_results_are_refused(
    space: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drop(space, "interviews/하나.wav", "one")
    other = workspace.create(tmp_path / "other")
    folder = tmp_path / "cluster"
    folder.mkdir()
    older = tmp_path / "older" / "kiwipiepy-0.20.0.dist-info"
    older.mkdir(parents=True)
    (older / "METADATA").write_text("Metadata-Version: 2.1\nName: kiwipiepy\nVersion: 0.20.0\n")
    paths = f"{older.parent}{os.pathsep}{HERE}{os.pathsep}{ROOT}"
    with started(folder) as made:
        made.start_workers("--name", "old", PYTHONPATH=paths)
        made.start_workers("--name", "elsewhere", BAEKSEO_WORKSPACE=str(other.root))
        made.start_workers("--name", "alone", "--no-nanny")
        told = ""
        while not all(f"Worker {name} is refused" in told for name in ("old", "elsewhere", "alone")):
            with pytest.raises(WorkerError) as refused:
                run(space, executor=made.executor)
            assert refused.value.code == "worker.refused"
            told += capsys.readouterr().out
        assert fake_stages.calls(space.root) == []
        made.start_workers("--name", "good", BAEKSEO_WORKSPACE=str(space.root))
        reports = run_once_there_is_somebody(space, made)
    assert reports["interview-하나"].outcome == "done"
    here = fitness.facts(space, fitness.Settings())["kiwipiepy"]
    assert f"Worker old is refused: kiwipiepy 0.20.0 there and {here} here. Install there" in told
    assert f"Worker elsewhere is refused: it does not see this workspace at {other.root}. Mount" in told
    assert "Worker alone is refused: it runs without a nanny. Start it without --no-nanny." in told
    assert not leavings(space)


def make_certificates(folder: Path) -> dict[str, str]:
    """What docs/cluster.md tells operators to type, and how Dask's settings name what comes of it."""
    folder.mkdir()
    told = (ROOT / "docs" / "cluster.md").read_text(encoding="utf-8").splitlines()
    for line in (line for line in told if line.startswith("openssl ")):
        subprocess.run(shlex.split(line), cwd=folder, check=True, capture_output=True)
    own = {"cert": str(folder / "node7.pem"), "key": str(folder / "node7.key")}
    roles = (f"{role}.{what}" for role in ("scheduler", "worker", "client") for what in own)
    named = {"ca-file": str(folder / "ca.pem"), **{role: own[role.partition(".")[2]] for role in roles}}
    return {f"distributed.comm.tls.{name}": path for name, path in named.items()}


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")
def test_a_cluster_over_tls_works_for_who_has_certificates_of_its_authority_only(
    space: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "CONNECT_S", 5.0)
    drop(space, "interviews/하나.wav", "one")
    own, others = make_certificates(tmp_path / "own"), make_certificates(tmp_path / "others")
    with started(tmp_path, own) as made:
        assert made.executor.startswith("dask:tls://")
        made.start_workers()
        with pytest.raises(ConfigError, match="No certificates are configured") as lacking:
            run(space, executor=made.executor)
        assert lacking.value.code == "config.certificates"
        for settings_of_dask in (others, {**own, "distributed.comm.tls.client.key": str(tmp_path / "none")}):
            with dask.config.set(settings_of_dask), pytest.raises((ConfigError, WorkerError)) as refused:
                run(space, executor=made.executor)
            assert refused.value.code in {"worker.unreachable", "config.certificates"}
        with dask.config.set(own):
            reports = run_once_there_is_somebody(space, made)
    assert reports["interview-하나"].outcome == "done"


def test_nothing_goes_to_another_machine_unencrypted_unasked(
    space: Workspace, cluster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = "dask:tcp://192.0.2.1:8786"  # an address that is nobody's (RFC 5737)
    monkeypatch.setattr(pool, "CONNECT_S", 0.5)
    for ask in (lambda: run(space, executor=elsewhere), lambda: executors.count_workers(elsewhere, 0)):
        with pytest.raises(ConfigError, match="unencrypted") as refused:
            ask()
        assert refused.value.code == "config.plain_cluster"
    monkeypatch.setattr(crew, "is_exposed", lambda _: True)
    monkeypatch.setattr(crew, "SETTLE_S", 0.2)
    with pytest.raises(WorkerError, match="what goes to it is not encrypted"):
        run(space, executor=cluster)
    settings(space, "[network]\nallow_plain_cluster = true\n")
    with pytest.raises(WorkerError, match="No Dask scheduler answers"):
        run(space, executor=elsewhere)
    drop(space, "interviews/하나.wav", "one")
    assert run(space, executor=cluster)["interview-하나"].outcome == "done"


@pytest.mark.parametrize(
    ("address", "exposed"),
    [
        ("tcp://127.0.0.1:8786", False),
        ("tcp://[::1:8786", True),
        (f"tcp://{'a' * 64}:8786", True),
        ("tcp://[::1]:8786", False),
        ("tcp://localhost:8786", False),
        ("tls://192.0.2.1:8786", False),
        ("tcp://192.0.2.1:8786", True),
        ("tcp://[2001:db8::1]:8786", True),
        ("tcp://nowhere.invalid:8786", True),
    ],
)
def test_what_leaves_this_machine_unencrypted_is_known(address: str, exposed: bool) -> None:
    assert connection.is_exposed(address) == exposed


def test_an_address_of_this_machine_is_no_other_one(monkeypatch: pytest.MonkeyPatch) -> None:
    own = SimpleNamespace(address="192.0.2.1")
    monkeypatch.setattr(connection.psutil, "net_if_addrs", lambda: {"eth0": [own]})
    assert not connection.is_exposed("tcp://192.0.2.1:8786")


def test_a_cluster_that_is_not_there_is_named(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "CONNECT_S", 0.5)
    with pytest.raises(WorkerError, match="No Dask scheduler answers") as failure:
        run(space, executor="dask:tcp://127.0.0.1:9")
    assert failure.value.code == "worker.unreachable"


def test_a_scheduler_that_goes_away_ends_the_run(
    space: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "CONNECT_S", 0.5)
    drop(space, "interviews/끝없는.wav", "HOLD")
    with started(tmp_path) as made:
        made.start_workers()

        def stop() -> None:
            while not (space.root / fake_stages.HELD).exists():
                time.sleep(0.02)
            made.stop()

        stopper = threading.Thread(target=stop)
        stopper.start()
        reports = run(space, executor=made.executor)
        stopper.join()
    assert reports["interview-끝없는"].failures["read"].code == "worker.unreachable"
    assert run(space)["interview-끝없는"].outcome == "done"
