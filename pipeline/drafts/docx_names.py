"""Names that the parts of a DOCX go by (ECMA-376), and how one part refers to another."""

from pipeline.drafts.package import Package

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_RELATIONS = "word/_rels/document.xml.rels"


def w(name: str) -> str:
    """The full name of an element or attribute of the main namespace."""
    return f"{{{MAIN}}}{name}"


VALUE = w("val")


def relations(package: Package, outside: bool) -> dict[str, str]:
    """What a document refers to, ``outside`` of the file or in it, by the ids by which it does."""
    found = package.xml(_RELATIONS).iter(_RELATION) if _RELATIONS in package.names else ()
    return {
        each.get("Id", ""): each.get("Target", "")
        for each in found
        if (each.get("TargetMode") == "External") is outside
    }
