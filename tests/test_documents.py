"""What the documents refer to is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("benchmarks/*.md")])
LINK = re.compile(r"\]\((?!https?://)([^)#\s]+)?(?:#([^)]+))?\)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_to_files_and_headings_that_are_there(document: Path) -> None:
    for path, heading in LINK.findall(document.read_text(encoding="utf-8")):
        target = document.parent / path if path else document
        assert target.exists(), path
        assert not heading or heading in headings(target), heading


def test_every_document_is_reached_from_a_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md", ROOT / "README.ko.md"]
    while waiting:
        document = waiting.pop()
        reached.add(document)
        for path, _ in LINK.findall(document.read_text(encoding="utf-8")):
            target = (document.parent / path).resolve()
            if target.suffix == ".md" and target not in reached:
                waiting.append(target)
    assert {path.name for path in ROOT.glob("docs/*.md")} <= {path.name for path in reached}


def headings(document: Path) -> set[str]:
    """Names under which a Markdown page's headings can be linked to."""
    found = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}
