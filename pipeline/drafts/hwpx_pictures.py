"""Pictures in HWPX: how Hancom holds one, and what can be carried of those that an editor put in."""

from collections.abc import Mapping

from pipeline.drafts.hwpx_frame import PROPERTIES, UNITS_PER_MM, Frame
from pipeline.drafts.package import Element, Package, whole_number
from pipeline.drafts.pictures import TYPES, Picture, by_name, pixels

_HP = "{http://www.hancom.co.kr/hwpml/2011/paragraph}"
_HC = "{http://www.hancom.co.kr/hwpml/2011/core}"
_ITEM = "{http://www.idpf.org/2007/opf/}item"

UNITS_PER_PIXEL = 75
"""Hancom counts a picture's own size at 96 to the inch."""


def listing(made: Frame, pictures: Mapping[str, int]) -> dict[str, bytes]:
    """The list of the document's parts with its pictures."""
    items = "".join(
        f'<opf:item id="image{number}" href="{picture_part(name, number)}" '
        f'media-type="{TYPES[name.rpartition(".")[2]]}" isEmbeded="1"/>'
        for name, number in pictures.items()
    )
    listed = made.parts[PROPERTIES].decode()
    return {PROPERTIES: listed.replace("</opf:manifest>", f"{items}</opf:manifest>").encode()}


def picture_part(name: str, number: int) -> str:
    """The name of a picture's part; programs go by the number in it."""
    return f"BinData/image{number}.{name.rpartition('.')[2]}"


def drawing(picture: Picture, image: int, number: int, data: bytes) -> str:
    """A picture as Hancom holds it, as one large character; ``image`` is the number of its part."""
    whole = [abs(side) * UNITS_PER_PIXEL for side in pixels(data)]
    width, height = (round(side * UNITS_PER_MM) for side in (picture.width_mm, picture.height_mm))
    size = f'width="{width}" height="{height}"'
    matrix = 'e1="1" e2="0" e3="0" e4="0" e5="1" e6="0"'
    corners = "".join(
        f'<hc:pt{n} x="{x}" y="{y}"/>'
        for n, (x, y) in enumerate(((0, 0), (width, 0), (width, height), (0, height)))
    )
    return (
        f'<hp:pic id="{number}" zOrder="0" numberingType="PICTURE" textWrap="TOP_AND_BOTTOM" '
        f'textFlow="BOTH_SIDES" lock="0" dropcapstyle="None" href="" groupLevel="0" instid="{number}" '
        f'reverse="0"><hp:offset x="0" y="0"/><hp:orgSz {size}/><hp:curSz {size}/>'
        f'<hp:flip horizontal="0" vertical="0"/><hp:rotationInfo angle="0" centerX="{width // 2}" '
        f'centerY="{height // 2}" rotateimage="1"/><hp:renderingInfo><hc:transMatrix {matrix}/>'
        f"<hc:scaMatrix {matrix}/><hc:rotMatrix {matrix}/></hp:renderingInfo>"
        f"<hp:imgRect>{corners}</hp:imgRect>"
        f'<hp:imgClip left="0" right="{whole[0]}" top="0" bottom="{whole[1]}"/>'
        f'<hp:inMargin left="0" right="0" top="0" bottom="0"/><hp:imgDim dimwidth="{whole[0]}" '
        f'dimheight="{whole[1]}"/><hc:img binaryItemIDRef="image{image}" bright="0" contrast="0" '
        f'effect="REAL_PIC" alpha="0"/><hp:effects/><hp:sz width="{width}" widthRelTo="ABSOLUTE" '
        f'height="{height}" heightRelTo="ABSOLUTE" protect="0"/><hp:pos treatAsChar="1" affectLSpacing="0" '
        f'flowWithText="1" allowOverlap="0" holdAnchorAndSO="0" vertRelTo="PARA" horzRelTo="COLUMN" '
        f'vertAlign="TOP" horzAlign="LEFT" vertOffset="0" horzOffset="0"/>'
        f'<hp:outMargin left="0" right="0" top="0" bottom="0"/></hp:pic>'
    )


def pictures(data: bytes) -> dict[str, bytes]:
    """The pictures of an HWPX file that can be carried, by name."""
    package = Package(data)
    return by_name(package.picture(name) for name in images(package).values())


def images(package: Package) -> dict[str, str]:
    """Names of parts by the ids by which the text refers to them, of whatever lies among its data."""
    listed = package.xml(PROPERTIES).iter(_ITEM) if PROPERTIES in package.names else ()
    parts = {each.get("id", ""): each.get("href", "") for each in listed}
    return {number: name for number, name in parts.items() if "BinData/" in name and name in package.names}


def drawn(drawing: Element, names: Mapping[str, str]) -> Picture | None:
    """The picture that is shown; None for what is not whole and upright, or of no known kind."""
    image, size = drawing.find(f"{_HC}img"), drawing.find(f"{_HP}sz")
    name = "" if image is None else names.get(image.get("binaryItemIDRef", ""), "")
    turned = drawing.find(f"{_HP}rotationInfo")
    if (
        not name
        or size is None
        or _is_cut(drawing)
        or (turned is not None and turned.get("angle", "0") != "0")
    ):
        return None
    width, height = (round(whole_number(size, side) / UNITS_PER_MM) for side in ("width", "height"))
    return Picture(name, width, height).fitted()


def _is_cut(drawing: Element) -> bool:
    """Whether more than a hundredth of a picture's width or height is not shown."""
    clip, whole = drawing.find(f"{_HP}imgClip"), drawing.find(f"{_HP}imgDim")
    if clip is None or whole is None:
        return False
    for near, far, side in (("left", "right", "dimwidth"), ("top", "bottom", "dimheight")):
        start, end, length = (whole_number(*each) for each in ((clip, near), (clip, far), (whole, side)))
        if end and length and (start > length / 100 or end < length - length / 100):
            return True
    return False
