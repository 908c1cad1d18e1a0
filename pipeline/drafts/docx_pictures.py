"""Pictures in DOCX: how Word holds one, and what can be carried of those that an editor put in."""

from collections.abc import Mapping

from pipeline.drafts.docx_names import OFFICE, relations, w
from pipeline.drafts.package import Element, Package, whole_number
from pipeline.drafts.pictures import Picture, by_name

EMU_PER_MM = 36_000
"""Of the units in which pictures are measured."""

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
"""How the names of drawings' namespaces begin."""
_BLIP, _CROP = f"{{{DRAWING}/main}}blip", f"{{{DRAWING}/main}}srcRect"
_TURNED, _EXTENT = f"{{{DRAWING}/main}}xfrm", f"{{{DRAWING}/wordprocessingDrawing}}extent"
_EMBEDDED, _BOX = f"{{{OFFICE}}}embed", w("txbxContent")


def drawing(picture: Picture, number: int) -> str:
    """A picture as Word holds it, as one large character."""
    size = f'cx="{picture.width_mm * EMU_PER_MM}" cy="{picture.height_mm * EMU_PER_MM}"'
    shown = (
        f'<pic:pic xmlns:pic="{DRAWING}/picture"><pic:nvPicPr>'
        f'<pic:cNvPr id="{number}" name="{picture.name}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        f'<a:blip r:embed="{picture_id(picture.name)}"/>'
        f"<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>"
        f'<a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        f"</pic:spPr></pic:pic>"
    )
    return (
        f'<w:drawing><wp:inline xmlns:wp="{DRAWING}/wordprocessingDrawing" distT="0" distB="0" distL="0" '
        f'distR="0"><wp:extent {size}/><wp:docPr id="{number}" name="그림 {number}"/>'
        f'<a:graphic xmlns:a="{DRAWING}/main"><a:graphicData uri="{DRAWING}/picture">{shown}'
        f"</a:graphicData></a:graphic></wp:inline></w:drawing>"
    )


def picture_id(name: str) -> str:
    """By which the document refers to a picture."""
    return f"picture-{name.partition('.')[0]}"


def pictures(data: bytes) -> dict[str, bytes]:
    """The pictures of a DOCX file that can be carried, by name."""
    package = Package(data)
    return by_name(package.picture(name) for name in images(package).values())


def images(package: Package) -> dict[str, str]:
    """Names of parts by the ids by which the document refers to them, of whatever lies among its media."""
    inside = relations(package, outside=False)
    parts = {number: f"word/{name.removeprefix('/word/')}" for number, name in inside.items()}
    return {number: name for number, name in parts.items() if "/media/" in name and name in package.names}


def drawn(drawing: Element, names: Mapping[str, str]) -> Picture | None:
    """The picture that a drawing shows; None for what is not whole and upright, or of no known kind."""
    blips, extent = list(drawing.iter(_BLIP)), drawing.find(f".//{_EXTENT}")
    name = names.get(blips[0].get(_EMBEDDED, ""), "") if len(blips) == 1 else ""
    cropped = any(value not in {"", "0"} for each in drawing.iter(_CROP) for value in each.attrib.values())
    turned = any(each.get("rot", "0") != "0" for each in drawing.iter(_TURNED))
    if not name or extent is None or cropped or turned or drawing.find(f".//{_BOX}") is not None:
        return None
    width, height = (round(whole_number(extent, side) / EMU_PER_MM) for side in ("cx", "cy"))
    return Picture(name, width, height).fitted()
