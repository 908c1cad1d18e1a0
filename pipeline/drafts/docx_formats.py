"""Formatting of characters, and links, in DOCX: how Word holds an editor's, and what of a run is one's.

What the paragraph's style gives is nobody's; nor is the yellow of what was hardly understood, which bears a
style of its own. A link is blue and underlined by itself.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from pipeline.drafts.docx_names import OFFICE, VALUE, relations, w
from pipeline.drafts.formats import YELLOW, Setting, color, target
from pipeline.drafts.package import Element, Package
from pipeline.drafts.pieces import Piece
from pipeline.drafts.styles import LIGHT_COLOR, LIGHT_POINTS, LINK_COLOR, Align
from pipeline.model import FormatKind

DOUBT_STYLE, DOUBT_NAME = "BaekseoDoubt", "백서 낮은 확신"
LINK_STYLE = "Hyperlink"

HIGHLIGHTS = {
    "yellow": YELLOW,
    "green": "00FF00",
    "cyan": "00FFFF",
    "magenta": "FF00FF",
    "blue": "0000FF",
    "red": "FF0000",
    "darkBlue": "000080",
    "darkCyan": "008080",
    "darkGreen": "008000",
    "darkMagenta": "800080",
    "darkRed": "800000",
    "darkYellow": "808000",
    "darkGray": "808080",
    "lightGray": "C0C0C0",
    "black": "000000",
}
"""Word's highlighters (ECMA-376, 17.18.40); another colour can only be a shade."""

Properties = Mapping[FormatKind, str | None]
"""What a run or style sets; None where it sets that something is not."""


_RUN, _PROPERTIES, _STYLE = w("r"), w("rPr"), w("rStyle")
_LINK, _LINK_ID, _ANCHOR = w("hyperlink"), f"{{{OFFICE}}}id", w("anchor")
_SIMPLE_FIELD, _FIELD, _INSTRUCTION = w("fldSimple"), w("fldChar"), w("instrText")
_SWITCHES = {
    w("b"): FormatKind.BOLD,
    w("i"): FormatKind.ITALIC,
    w("strike"): FormatKind.STRIKE,
    w("dstrike"): FormatKind.STRIKE,
}
_SCRIPTS = {"superscript": FormatKind.SUPERSCRIPT, "subscript": FormatKind.SUBSCRIPT}
_ALIGNED = {
    "left": Align.LEFT,
    "start": Align.LEFT,
    "center": Align.CENTER,
    "right": Align.RIGHT,
    "end": Align.RIGHT,
    "both": Align.BOTH,
    "distribute": Align.BOTH,
}
_FIELD_LINK = re.compile(r'HYPERLINK\s+(?:"([^"]*)"|([^\s"\\]\S*))?(?:\s*\\l\s+"([^"]*)")?')
"""The instruction of a field that is a link: where it leads, and to what place there."""
_LINK_NAMES = {"hyperlink", "followedhyperlink", "internet link", "visited internet link"}
"""Styles that say nothing but that something is a link."""
_DEEPEST = 20
"""Styles that are based on each other."""


def properties(piece: Piece) -> str:
    """``w:rPr`` of a piece, its elements in the order of the schema; nothing where its style says it all."""
    told = dict(piece.settings)
    shade = told.get(FormatKind.HIGHLIGHT)
    ours = piece.doubted and shade is None
    pen = next((name for name, value in HIGHLIGHTS.items() if value == shade), "yellow" if ours else "")
    linked = FormatKind.LINK in told
    style = DOUBT_STYLE if ours else LINK_STYLE if linked else ""
    if linked and ours:  # whose style takes the place of a link's
        told |= {FormatKind.COLOR: LINK_COLOR, FormatKind.UNDERLINE: ""}
    letters = LIGHT_COLOR if piece.light else told.get(FormatKind.COLOR)
    made = [
        f'<w:rStyle w:val="{style}"/>' if style else "",
        "<w:b/>" if piece.strong or FormatKind.BOLD in told else "",
        '<w:b w:val="0"/>' if piece.light or FormatKind.REGULAR in told else "",
        "<w:i/>" if FormatKind.ITALIC in told else "",
        "<w:strike/>" if FormatKind.STRIKE in told else "",
        f'<w:color w:val="{letters}"/>' if letters else "",
        f'<w:sz w:val="{2 * LIGHT_POINTS}"/>' if piece.light else "",
        f'<w:highlight w:val="{pen}"/>' if pen else "",
        '<w:u w:val="single"/>' if FormatKind.UNDERLINE in told else "",
        f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>' if shade and not pen else "",
        *(f'<w:vertAlign w:val="{name}"/>' for name, kind in _SCRIPTS.items() if kind in told),
    ]
    return f"<w:rPr>{''.join(made)}</w:rPr>" if any(made) else ""


def link_id(number: int) -> str:
    """By which the document refers to where a link leads."""
    return f"link-{number}"


@dataclass(frozen=True, slots=True)
class Looks:
    """What styles set, by their ids, which of them are our mark of low confidence, and where links lead."""

    styles: Mapping[str, Properties]
    doubts: frozenset[str]
    links: Mapping[str, str]

    def leaves(
        self, paragraph: Element, style: str, seen: Collection[str], unseen: Collection[str]
    ) -> Iterator[tuple[Element, tuple[Setting, ...]]]:
        """The elements of a paragraph that are seen, in order, each with how an editor has set it."""
        return _Walk(self, self.styles.get(style, {}), seen, unseen).leaves(paragraph, ())

    def align(self, paragraph: Element, style: str) -> str:
        """Where an editor set the lines of a paragraph of a style, if they did."""
        align = _alignment(paragraph).get(FormatKind.ALIGN)
        usual = self.styles.get(style, {}).get(FormatKind.ALIGN, Align.LEFT)
        return align if align and align != usual else ""

    def settings(self, run: Element, base: Properties) -> tuple[Setting, ...]:
        """What an editor set of a run in a paragraph, of which the style sets ``base``."""
        found = run.find(_PROPERTIES)
        if found is None:
            return ()
        style = found.find(_STYLE)
        name = "" if style is None else style.get(VALUE, "")
        own = {**self.styles.get(name, {}), **_set(found)}
        if name in self.doubts and own.get(FormatKind.HIGHLIGHT) == YELLOW:
            del own[FormatKind.HIGHLIGHT]
        if base.get(FormatKind.BOLD) is not None and own.get(FormatKind.BOLD, "") is None:
            own[FormatKind.REGULAR] = ""
        return tuple(
            (kind, value) for kind, value in own.items() if value is not None and base.get(kind) != value
        )


class _Walk:
    """Goes through a paragraph, and knows in which fields it is."""

    def __init__(
        self, looks: Looks, base: Properties, seen: Collection[str], unseen: Collection[str]
    ) -> None:
        self._looks, self._base, self._seen, self._unseen = looks, base, seen, unseen
        self._fields: list[str] = []

    def leaves(
        self, parent: Element, settings: tuple[Setting, ...]
    ) -> Iterator[tuple[Element, tuple[Setting, ...]]]:
        for child in parent:
            if child.tag in self._seen:
                yield child, (*settings, *self._links())
            elif child.tag == _RUN:
                yield from self.leaves(child, (*settings, *self._looks.settings(child, self._base)))
            elif child.tag in {_LINK, _SIMPLE_FIELD}:
                yield from self.leaves(child, (*settings, *_linked(self._target(child))))
            elif child.tag == _FIELD:
                self._pass(child.get(w("fldCharType"), ""))
            elif child.tag == _INSTRUCTION and self._fields:
                self._fields[-1] += child.text or ""
            elif child.tag not in self._unseen:
                yield from self.leaves(child, settings)

    def _target(self, element: Element) -> str:
        if element.tag == _SIMPLE_FIELD:
            return _of_field(element.get(w("instr"), ""))
        return _with_anchor(self._looks.links.get(element.get(_LINK_ID, ""), ""), element.get(_ANCHOR, ""))

    def _pass(self, edge: str) -> None:
        if edge == "begin":
            self._fields.append("")
        elif edge == "end" and self._fields:
            self._fields.pop()

    def _links(self) -> tuple[Setting, ...]:
        return tuple(link for field in self._fields for link in _linked(_of_field(field)))


def looks(package: Package) -> Looks:
    """What runs of a document point to."""
    part = "word/styles.xml"
    styles = list(package.xml(part).iter(w("style"))) if part in package.names else []
    by_id = {style.get(w("styleId"), ""): style for style in styles}
    names = {number: _name(style) for number, style in by_id.items()}
    inherited = {
        number: {} if names[number].lower() in _LINK_NAMES else _inherited(style, by_id)
        for number, style in by_id.items()
    }
    ours = frozenset(number for number, name in names.items() if name == DOUBT_NAME)
    return Looks(inherited, ours, relations(package, outside=True))


def _name(style: Element) -> str:
    found = style.find(w("name"))
    return "" if found is None else found.get(VALUE, "")


def _inherited(style: Element | None, by_id: Mapping[str, Element]) -> Properties:
    """What a style sets, and those it is based on."""
    made: dict[FormatKind, str | None] = {}
    for _ in range(_DEEPEST):
        if style is None:
            break
        own = style.find(_PROPERTIES)
        made = {**({} if own is None else _set(own)), **_alignment(style), **made}
        parent = style.find(w("basedOn"))
        style = None if parent is None else by_id.get(parent.get(VALUE, ""))
    return made


def _alignment(element: Element) -> dict[FormatKind, str | None]:
    """Where a paragraph, or a style of paragraphs, sets its lines."""
    told = element.find(f"{w('pPr')}/{w('jc')}")
    align = None if told is None else _ALIGNED.get(told.get(VALUE, ""))
    return {FormatKind.ALIGN: align} if align else {}


def _set(run_properties: Element) -> dict[FormatKind, str | None]:
    """What the properties of a run or style set."""
    made: dict[FormatKind, str | None] = {}
    for each in run_properties:
        value = each.get(VALUE)
        if kind := _SWITCHES.get(each.tag):
            made[kind] = None if value in {"0", "false", "off"} else ""
        elif each.tag == w("u"):
            made[FormatKind.UNDERLINE] = None if value == "none" else ""
        elif each.tag == w("color"):
            made[FormatKind.COLOR] = color(value) or None
        elif each.tag == w("highlight"):
            made[FormatKind.HIGHLIGHT] = HIGHLIGHTS.get(value or "")
        elif each.tag == w("shd") and (shade := color(each.get(w("fill")))) not in {"", "FFFFFF"}:
            made.setdefault(FormatKind.HIGHLIGHT, shade)
        elif each.tag == w("vertAlign") and value in _SCRIPTS:
            made[_SCRIPTS[value]] = ""
    return made


def field_links(instruction: str) -> Iterator[tuple[str, str]]:
    """Where links lead that the instructions of fields make, and to what place there."""
    for found in _FIELD_LINK.finditer(instruction):
        yield (found[1] or found[2] or "").strip(), found[3] or ""


def _of_field(instruction: str) -> str:
    return next((_with_anchor(*link) for link in field_links(instruction)), "")


def _with_anchor(leads: str, anchor: str) -> str:
    """Where a link leads, to a place there; one within this file leads nowhere outside."""
    return f"{leads}#{anchor}" if leads and anchor else leads


def _linked(leads: str) -> tuple[Setting, ...]:
    return ((FormatKind.LINK, told),) if (told := target(leads)) else ()
