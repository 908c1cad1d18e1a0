"""Formatting of characters, and links, in HWPX: how Hancom holds an editor's, and what of a run is one's.

Runs point to numbered properties that say all of how characters look; an editor's is what the paragraph's
style does not say. Hancom's highlighter stands among the characters, where some programs lose what is in it:
it is read, and written as a shade, which looks the same. A link is blue and underlined by its run.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from pipeline.drafts.formats import Setting, color, target
from pipeline.drafts.package import Element, escaped
from pipeline.drafts.pieces import Piece
from pipeline.drafts.styles import LIGHT_COLOR, LIGHT_POINTS, LINK_COLOR, NAMED, Align
from pipeline.model import FormatKind

UNITS_PER_POINT = 100
LINK_FIELD = 0x25686C6B
"""Hancom's number for the kind of field that a link is: ``%hlk``."""

HH = "{http://www.hancom.co.kr/hwpml/2011/head}"
_HP = "{http://www.hancom.co.kr/hwpml/2011/paragraph}"

Characters = tuple[str, Piece]
"""A look's name, and a piece with no text: how characters are set."""

_DOTUM, _BATANG = 0, 1
"""Fonts of the empty document: 함초롬돋움 for headings and tables' heads, 함초롬바탕 for text."""
_SCRIPTS = ("hangul", "latin", "hanja", "japanese", "other", "symbol", "user")
_DOUBT = "FFF200"
"""The shade of what was hardly understood: a yellow that nobody picks."""
_NOT_STRUCK = {"NONE", "3D", ""}
"""Some programs write the second where no line is."""
ALIGNED = {
    "JUSTIFY": Align.BOTH,
    "LEFT": Align.LEFT,
    "CENTER": Align.CENTER,
    "RIGHT": Align.RIGHT,
    "DISTRIBUTE": Align.BOTH,
    "DISTRIBUTE_SPACE": Align.BOTH,
}
_SWITCHES = {
    "italic": FormatKind.ITALIC,
    "bold": FormatKind.BOLD,
    "supscript": FormatKind.SUPERSCRIPT,
    "subscript": FormatKind.SUBSCRIPT,
}


def key(look: str, piece: Piece) -> Characters:
    """How the characters of a piece are set, whatever they are and wherever they lead."""
    told = {kind: "" if kind is FormatKind.LINK else value for kind, value in piece.settings}
    return look, replace(piece, text="", footnote="", settings=tuple(told.items()))


def character(number: int, characters: Characters) -> str:
    """``hh:charPr``: the properties that runs point to."""
    name, piece = characters
    look, told = NAMED[name], dict(piece.settings)
    if piece.light:
        look = replace(look, points=LIGHT_POINTS, color=LIGHT_COLOR, bold=False)
    linked = FormatKind.LINK in told
    letters = LINK_COLOR if linked else told.get(FormatKind.COLOR, look.color)
    line = "BOTTOM" if linked or FormatKind.UNDERLINE in told else "NONE"
    shade = told.get(FormatKind.HIGHLIGHT, _DOUBT if piece.doubted else "")

    def each(element: str, value: int) -> str:
        values = " ".join(f'{script}="{value}"' for script in _SCRIPTS)
        return f"<hh:{element} {values}/>"

    def switch(element: str) -> str:
        bold = (look.bold and FormatKind.REGULAR not in told) or piece.strong
        on = _SWITCHES[element] in told or (element == "bold" and bold)
        return f"<hh:{element}/>" if on else ""

    return (
        f'<hh:charPr id="{number}" height="{round(look.points * UNITS_PER_POINT)}" textColor="#{letters}" '
        f'shadeColor="{f"#{shade}" if shade else "none"}" useFontSpace="0" useKerning="0" symMark="NONE" '
        f'borderFillIDRef="2">{each("fontRef", _DOTUM if look.heading_font else _BATANG)}{each("ratio", 100)}'
        f"{each('spacing', 0)}{each('relSz', 100)}{each('offset', 0)}{switch('italic')}{switch('bold')}"
        f'<hh:underline type="{line}" shape="SOLID" color="#{letters if line != "NONE" else "000000"}"/>'
        f'<hh:strikeout shape="{"SOLID" if FormatKind.STRIKE in told else "NONE"}" color="#000000"/>'
        '<hh:outline type="NONE"/><hh:shadow type="NONE" color="#C0C0C0" offsetX="10" offsetY="10"/>'
        f"{switch('supscript')}{switch('subscript')}</hh:charPr>"
    )


def link_begin(number: int, leads: str) -> str:
    """Where a link begins that leads somewhere; Hancom parts its command by colons and semicolons."""
    command = re.sub(r"[\\:;?]", r"\\\g<0>", leads)
    told = {
        "Command": f"{command};1;0;0;",
        "Path": leads,
        "Category": "HWPHYPERLINK_TYPE_URL",
        "TargetType": "HWPHYPERLINK_TARGET_BOOKMARK",
        "DocOpenType": "HWPHYPERLINK_JUMP_CURRENTTAB",
    }
    strings = "".join(
        f'<hp:stringParam name="{n}">{escaped(value)}</hp:stringParam>' for n, value in told.items()
    )
    return (
        f'<hp:fieldBegin id="{number}" type="HYPERLINK" name="" editable="0" dirty="0" zorder="-1" '
        f'fieldid="{LINK_FIELD}" metaTag=""><hp:parameters cnt="{len(told) + 1}" name="">'
        f'<hp:integerParam name="Prop">0</hp:integerParam>{strings}</hp:parameters></hp:fieldBegin>'
    )


def link_target(field: Element) -> str:
    """Where a field that is a link leads, if that can be carried."""
    told = {each.get("name", ""): each.text or "" for each in field.iter(f"{_HP}stringParam")}
    command = re.match(r"(?:\\.|[^;\\])*", told.get("Command", ""))
    return target(told.get("Path") or re.sub(r"\\(.)", r"\1", command[0] if command else ""))


@dataclass(frozen=True, slots=True)
class Looks:
    """What numbered properties of characters and paragraphs say, and which of them a style has."""

    characters: Mapping[str, Mapping[FormatKind, str]]
    aligns: Mapping[str, str]
    styles: Mapping[str, tuple[str, str]]

    def settings(self, characters: str, style: str) -> tuple[Setting, ...]:
        """What an editor set of a run in a paragraph of a style."""
        number, _ = self.styles.get(style, ("", ""))
        if characters == number:
            return ()
        base, own = self.characters.get(number, {}), self.characters.get(characters, {})
        told = [each for each in own.items() if base.get(each[0]) != each[1]]
        regular = own and FormatKind.BOLD in base and FormatKind.BOLD not in own
        return (*told, (FormatKind.REGULAR, "")) if regular else tuple(told)

    def align(self, paragraph: str, style: str) -> str:
        """Where an editor set the lines of a paragraph of a style, if they did."""
        _, usual = self.styles.get(style, ("", ""))
        align = self.aligns.get(paragraph, "")
        return align if align != self.aligns.get(usual, align) else ""


def looks(header: Element) -> Looks:
    """What runs and paragraphs of a document point to."""
    return Looks(
        {each.get("id", ""): dict(_said(each)) for each in header.iter(f"{HH}charPr")},
        {each.get("id", ""): _align(each) for each in header.iter(f"{HH}paraPr")},
        {
            each.get("id", ""): (each.get("charPrIDRef", ""), each.get("paraPrIDRef", ""))
            for each in header.iter(f"{HH}style")
        },
    )


def _align(properties: Element) -> str:
    told = properties.find(f"{HH}align")
    return "" if told is None else ALIGNED.get(told.get("horizontal", ""), "")


def _said(properties: Element) -> Iterator[Setting]:
    for each in properties:
        name = each.tag.removeprefix(HH)
        if kind := _SWITCHES.get(name):
            yield kind, ""
        elif name == "underline" and each.get("type", "NONE") != "NONE":
            yield FormatKind.UNDERLINE, ""
        elif name == "strikeout" and each.get("shape", "") not in _NOT_STRUCK:
            yield FormatKind.STRIKE, ""
    if letters := color(properties.get("textColor")):
        yield FormatKind.COLOR, letters
    if (shade := color(properties.get("shadeColor"))) not in {"", "FFFFFF", _DOUBT}:
        yield FormatKind.HIGHLIGHT, shade
