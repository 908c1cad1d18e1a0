"""The way to a Dask scheduler, which must not talk on the screen of whoever runs us."""

import logging
import warnings
from typing import Any

from pipeline.errors import MissingError, WorkerError

CONNECT_S = 10.0
"""How long to try to reach a scheduler, at first and when the connection breaks."""

log = logging.getLogger(__name__)


def connect(address: str, patience_s: float) -> Any:
    """Reach a scheduler; returns Dask's client.

    Args:
        address: ``tcp://HOST:PORT`` or ``tls://HOST:PORT``.
        patience_s: how long to try, at first and whenever the connection breaks.

    Raises:
        MissingError: ``cluster``: the library is not installed.
        WorkerError: ``unreachable``.
    """
    try:
        from distributed import Client
    except ImportError as failure:
        raise MissingError(
            "Dask is not installed here.", "Install it: pip install 'baekseo[cluster]'", "cluster"
        ) from failure
    _keep_off_the_screen()
    with warnings.catch_warnings(record=True) as told:
        try:
            client = Client(address, timeout=patience_s, set_as_default=False, name="baekseo")
        except (OSError, TypeError, ValueError) as failure:
            log.warning("%s: %r", address, failure)
            raise WorkerError(
                f"No Dask scheduler answers at {address}.",
                "Start one (dask scheduler), or correct the address in run.executor or --executor; "
                "for tls:// its certificates must be configured (docs/cluster.md).",
                "unreachable",
            ) from failure
    for warning in told:
        log.warning("%s", warning.message)
    return client


def count_workers(address: str) -> int:
    """Count the workers that are there now, fit or not; raises as :func:`connect`."""
    client = connect(address, CONNECT_S)
    try:
        return len(client.scheduler_info(n_workers=-1)["workers"])
    finally:
        client.close()


def _keep_off_the_screen() -> None:
    """What Dask tells of itself goes where our own log goes."""
    for name in ("distributed", "distributed.client", "distributed.core", "tornado", "tornado.application"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.WARNING)
