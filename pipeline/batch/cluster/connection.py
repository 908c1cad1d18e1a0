"""The way to a Dask scheduler: encrypted where it leaves this machine, and silent on the screen.

A job holds the names of people, the glossary and what was decided about voices.
"""

import ipaddress
import logging
import socket
import warnings
from typing import Any
from urllib.parse import urlsplit

import psutil

from pipeline.errors import ConfigError, MissingError, WorkerError

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
        ConfigError: ``certificates``: there are none for TLS, or they cannot be read.
        WorkerError: ``unreachable``.
    """
    try:
        from distributed import Client
        from distributed.security import Security
    except ImportError as failure:
        raise MissingError(
            "Dask is not installed here.", "Install it: pip install 'baekseo[cluster]'", "cluster"
        ) from failure
    _keep_off_the_screen()
    security = Security(require_encryption=True) if is_encrypted(address) else Security()
    _require_certificates(address, security)
    with warnings.catch_warnings(record=True) as told:
        try:
            client = Client(
                address, timeout=patience_s, set_as_default=False, name="baekseo", security=security
            )
        except (OSError, TypeError, ValueError) as failure:
            log.warning("%s: %r", address, failure)
            raise WorkerError(
                f"No Dask scheduler answers at {address}.",
                "Start one (dask scheduler), or correct the address in run.executor or --executor"
                + ("; its certificates and ours must be of one authority." * is_encrypted(address) or "."),
                "unreachable",
            ) from failure
    for warning in told:
        log.warning("%s", warning.message)
    return client


def count_workers(address: str, allow_plain: bool) -> int:
    """Count the workers that are there now, fit or not.

    Raises:
        PipelineError: as :func:`require_private` and :func:`connect`.
    """
    require_private(address, allow_plain)
    client = connect(address, CONNECT_S)
    try:
        return len(client.scheduler_info(n_workers=-1)["workers"])
    finally:
        client.close()


def require_private(address: str, allow_plain: bool) -> None:
    """See that nobody on the network can read what goes to a scheduler, unless that is allowed.

    Raises:
        ConfigError: ``plain_cluster``.
    """
    if not allow_plain and is_exposed(address):
        raise ConfigError(
            f"Names of people would go to {address} unencrypted.",
            "Use tls:// with certificates (docs/cluster.md), or, where that network is nobody else's, "
            "set network.allow_plain_cluster = true.",
            "plain_cluster",
        )


def is_exposed(address: str) -> bool:
    """Whether what goes to an address leaves this machine unencrypted, as far as can be told."""
    if is_encrypted(address):
        return False
    own = {_bare(each.address) for found in psutil.net_if_addrs().values() for each in found}
    try:
        found = socket.getaddrinfo(urlsplit(address).hostname, None)
    except (OSError, ValueError):  # no such host, or nothing that could be one
        return True
    ends = {_bare(str(info[4][0])) for info in found}
    return not all(end in own or ipaddress.ip_address(end).is_loopback for end in ends)


def _bare(address: str) -> str:
    """An IP address without the interface that it is reached by."""
    return address.partition("%")[0]


def is_encrypted(address: str) -> bool:
    """Whether an address is one for TLS."""
    return address.startswith("tls://")


def _require_certificates(address: str, security: Any) -> None:
    """Without them Dask would wait long and say little."""
    hint = "Name them to Dask on every machine, as docs/cluster.md shows."
    try:
        usable = security.get_connection_args("client")["ssl_context"]
    except (OSError, ValueError) as failure:
        named = filter(None, (security.tls_ca_file, security.tls_client_cert, security.tls_client_key))
        raise ConfigError(
            f"Some of these certificates cannot be read: {', '.join(named)} ({failure}).",
            hint,
            "certificates",
        ) from failure
    if is_encrypted(address) and not usable:
        raise ConfigError(f"No certificates are configured to reach {address} with.", hint, "certificates")


def _keep_off_the_screen() -> None:
    """What Dask tells of itself goes where our own log goes."""
    for name in ("distributed", "distributed.client", "distributed.core", "tornado", "tornado.application"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.WARNING)
