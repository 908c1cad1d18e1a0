"""The workers of a Dask cluster that may do our work: each is asked before it gets any, whenever it joins."""

import hashlib
import logging
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import files
from pipeline.batch import fitness, inputs
from pipeline.batch.cluster.connection import is_exposed
from pipeline.batch.cluster.worker import TOKEN_PATIENCE_S, Answer, introduce
from pipeline.batch.opening import Opened
from pipeline.errors import WorkerError
from pipeline.workspace import ENVIRONMENT

GPU = "GPU"
"""Name of the resource by which a worker offers a graphics card: ``dask worker --resources GPU=1``."""
GPU_STAGES = frozenset({"transcribe"})
WAIT_FOR_WORKERS_S = 60.0
"""How long a run waits for the first worker that may do its work."""
SETTLE_S = 5.0
"""Where every worker was refused, how long others may take to join: a cluster does not start all at once."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Member:
    """One worker process of the cluster."""

    address: str
    folder: str
    """Its scratch folder: a process started anew may have the old one's address, never its folder."""
    name: str
    host: str
    gpu: bool
    running: bool = True
    """False while Dask has paused it, for want of memory."""
    question: Any = None
    """Dask's future of its answer; None once it was judged."""
    answer: Answer | None = None
    """Set where it may work."""


class Crew:
    """Knows every worker of the cluster: asked, fit, or refused."""

    def __init__(
        self,
        client: Any,
        address: str,
        opened: Opened,
        tell: Callable[[str], None],
        answered: Callable[[Any], None],
    ) -> None:
        self._client = client
        self._address = address
        self._answered = answered
        self._space = opened.workspace
        self._settings = opened.config.settings
        self._tell = tell
        self._members: dict[str, Member] = {}
        self._facts = fitness.facts(self._space, self._settings)
        self._token = f".cluster{files.TEMPORARY}{files.unique()}"
        secret = str(files.unique()).encode()
        self._digest = hashlib.sha256(secret).hexdigest()
        files.write_atomic(self._space.transcripts / self._token, secret)
        self._refusal: WorkerError | None = None
        self._begun = self._moved = time.monotonic()

    def close(self) -> None:
        """Take the token away."""
        for path in self._space.transcripts.glob(f"{self._token}*"):
            path.unlink(missing_ok=True)

    @property
    def fit(self) -> list[Member]:
        """Those that may work."""
        return [member for member in list(self._members.values()) if member.answer]

    def is_there(self) -> bool:
        """Whether somebody may work; no as long as somebody may still come.

        Raises:
            WorkerError: ``refused``, ``no_workers``: nobody has come in time.
        """
        if self.fit:
            return True
        now = time.monotonic()
        asking = any(member.question for member in list(self._members.values()))
        at_rest = now - self._moved >= SETTLE_S and not asking
        if (self._refusal and at_rest) or now - self._begun >= WAIT_FOR_WORKERS_S:
            raise self.lack()
        return False

    def lack(self) -> WorkerError:
        """Why nobody may work: the last one was refused, or there is none."""
        return self._refusal or WorkerError(
            f"The Dask cluster at {self._address} has no workers.",
            f"Start some: dask worker {self._address} --nthreads 1",
            "no_workers",
        )

    def update(self, found: Mapping[str, Mapping[str, Any]]) -> list[Member]:
        """Take over what the scheduler knows of its workers; returns those that are gone."""
        known = {(address, facts["local_directory"]) for address, facts in found.items()}
        gone = [m for m in self._members.values() if (m.address, m.folder) not in known]
        for member in gone:
            del self._members[member.address]
        for address, facts in found.items():
            if address not in self._members:
                self._members[address] = self._ask(address, facts)
                self._moved = time.monotonic()
            self._members[address].running = facts["status"] == "running"
        return gone

    def judge(self) -> None:
        """Look at the answers that have come."""
        for member in [m for m in self._members.values() if m.question and m.question.done()]:
            question, member.question, self._moved = member.question, None, time.monotonic()
            if question.status == "finished":
                self._judge(member, question.result())
            elif question.status == "error":
                log.warning("worker %s: %r", member.name, question.exception())
                self._refuse(member, "it has no baekseo of this version", fitness.OTHERWISE)
            else:  # the connection broke meanwhile: the next look finds it as if new
                del self._members[member.address]

    def choose(self, stage: str, busy: Collection[str]) -> Member | None:
        """A free worker for a stage: on a graphics card where one is offered, which others leave free."""
        free = [m for m in self.fit if m.running and m.address not in busy]
        if stage in GPU_STAGES and any(member.gpu for member in self.fit):
            free = [member for member in free if member.gpu]
        return min(free, key=lambda member: member.gpu, default=None)

    def threads(self, member: Member) -> int:
        """CPU threads for a job of this worker: the cores of its machine, divided among our workers there."""
        cores = member.answer.cores if member.answer else 1
        return max(1, cores // sum(other.host == member.host for other in self.fit))

    def _ask(self, address: str, facts: Mapping[str, Any]) -> Member:
        offers = bool(facts["resources"].get(GPU))
        member = Member(address, facts["local_directory"], str(facts["name"]), facts["host"], offers)
        if not facts["nanny"]:
            # A job that hangs is ended together with its process, and somebody must start that again.
            self._refuse(member, "it runs without a nanny", "Start it without --no-nanny.")
            return member
        if not self._settings.network.allow_plain_cluster and is_exposed(address):
            self._refuse(member, "what goes to it is not encrypted", "Start it with TLS (docs/cluster.md).")
            return member
        member.question = self._client.submit(
            introduce,
            self._space.root,
            self._settings,
            self._token,
            workers=[address],
            pure=False,
        )
        member.question.add_done_callback(self._answered)
        return member

    def _judge(self, member: Member, answer: Answer) -> None:
        place = Path(answer.root, "transcripts")
        different = fitness.differences(self._facts, answer.facts)
        if answer.token != self._digest:
            self._refuse(
                member,
                f"it does not see this workspace at {answer.root}",
                f"Mount the shared folder there, and name its place to the worker with {ENVIRONMENT}.",
            )
        elif not answer.reply or not self._sees(answer.reply):
            self._refuse(
                member,
                f"what it writes into {place} is not seen here",
                "Give its account the right to write there, on the same share.",
            )
        elif different:
            self._refuse(member, *fitness.describe(different, self._facts, answer.facts))
        else:
            member.answer = answer
            log.info("worker %s is fit: %d cores%s", member.name, answer.cores, ", GPU" * member.gpu)

    def _sees(self, reply: str) -> bool:
        path = self._space.transcripts / reply
        end = time.monotonic() + TOKEN_PATIENCE_S
        while not path.exists():
            if time.monotonic() >= end:
                return False
            time.sleep(inputs.PAUSE_S)
        path.unlink()
        return True

    def _refuse(self, member: Member, reason: str, remedy: str) -> None:
        self._refusal = WorkerError(f"Worker {member.name} is refused: {reason}.", remedy, "refused")
        log.warning("%s", self._refusal)
        self._tell(str(self._refusal))
