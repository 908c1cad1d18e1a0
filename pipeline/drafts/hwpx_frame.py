"""The parts of an HWPX that hold no text: python-hwpx's empty document, with the project's styles added.

HWPX (KS X 6101) names nothing: paragraphs and runs point to numbered properties in ``header.xml``, so this
module also hands out those numbers. Lengths are hundredths of a point.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product

from pipeline.drafts import hwpx_formats
from pipeline.drafts.comments import AUTHOR
from pipeline.drafts.hwpx_formats import UNITS_PER_POINT, Characters
from pipeline.drafts.package import MADE_AT, escaped
from pipeline.drafts.pieces import Piece
from pipeline.drafts.styles import (
    HEAD_SHADE,
    MARGINS_MM,
    NAMED,
    RULE_COLOR,
    Align,
    Look,
    line_spacing,
)

UNITS_PER_MM = 7200 / 25.4

HEADER = "Contents/header.xml"
SECTION = "Contents/section0.xml"
PROPERTIES = "Contents/content.hpf"
_PREVIEW = "Preview/PrvText.txt"

_ALIGN = {Align.BOTH: "JUSTIFY", Align.CENTER: "CENTER", Align.LEFT: "LEFT", Align.RIGHT: "RIGHT"}
_VARIANTS = [Piece("", strong, doubted) for strong, doubted in product((False, True), repeat=2)]
_KEYS: list[Characters] = [(name, each) for name in NAMED for each in (*_VARIANTS, Piece("", light=True))]
"""How characters may be set where no editor has set them otherwise."""
_AUTOMATIC_TAB = 1
"""The empty document's tabs that know the hanging indent."""


@dataclass(frozen=True, slots=True)
class Frame:
    """An empty document and the numbers under which its header keeps the project's looks.

    ``cell`` and ``head_cell`` are borders of tables, the second one filled; ``memo_style`` and ``memo_shape``
    are those of notes.
    """

    parts: Mapping[str, bytes]
    section_head: str
    """The run with the page's properties that the first paragraph begins with."""
    section_tag: str
    characters: Mapping[Characters, int]
    paragraphs: Mapping[Look, int]
    styles: Mapping[str, int]
    cell: int
    head_cell: int
    memo_style: int
    memo_shape: str
    footnote: "StyleIds"


@dataclass(frozen=True, slots=True)
class StyleIds:
    """A style of the empty document, and the looks of its paragraphs and characters."""

    style: int
    paragraph: int
    character: int


def frame(title: str, wanted: Iterable[Characters] = (), looks: Iterable[Look] = ()) -> Frame:
    """The empty document with the project's looks, page and properties, and what else is wanted."""
    keys = list(dict.fromkeys((*_KEYS, *wanted)))
    empty, memo_shape = _empty()
    parts = dict(empty)
    header, section = parts[HEADER].decode(), parts[SECTION].decode()
    lists = ("borderFills", "charProperties", "paraProperties", "styles", "numberings")
    border, character, paragraph, style, numbering = (_next_id(header, name) for name in lists)
    made = Frame(
        parts=parts,
        section_head=_section_head(section, numbering, memo_shape),
        section_tag=_found(r"(<hs:sec[^>]*>)", section),
        characters={key: character + number for number, key in enumerate(keys)},
        paragraphs={look: paragraph + n for n, look in enumerate(dict.fromkeys((*NAMED.values(), *looks)))},
        styles={name: style + number for number, name in enumerate(NAMED)},
        cell=border,
        head_cell=border + 1,
        memo_style=int(_found(r'<hh:style id="(\d+)" type="PARA" name="메모"', header)),
        memo_shape=memo_shape,
        footnote=_style_ids(header, "각주"),
    )
    bar = border + 2
    bars = _border(bar, sides=("left",), width="1.0 mm")
    for name, items in {
        "borderFills": [_border(made.cell), _border(made.head_cell, HEAD_SHADE), bars],
        "charProperties": [hwpx_formats.character(made.characters[key], key) for key in keys],
        "numberings": [_silent_numbering(numbering)],
        "paraProperties": [_paragraph(number, look, bar) for look, number in made.paragraphs.items()],
        "styles": [_style(made, name) for name in NAMED],
    }.items():
        header = _extended(header, name, items)
    parts[HEADER] = header.encode()
    parts[PROPERTIES] = _titled(parts[PROPERTIES].decode(), title).encode()
    parts[_PREVIEW] = title.encode()
    return made


def _style_ids(header: str, name: str) -> StyleIds:
    tag = _found(f'(<hh:style [^>]*name="{name}"[^>]*>)', header)
    numbers = (_found(f' {each}="(\\d+)"', tag) for each in ("id", "paraPrIDRef", "charPrIDRef"))
    return StyleIds(*map(int, numbers))


@cache
def _empty() -> tuple[Mapping[str, bytes], str]:
    """The parts of python-hwpx's empty document, and the number of the look of its memos."""
    from hwpx import HwpxDocument

    document = HwpxDocument.new()
    memo_shape = document.styles.ensure_memo_shape(fill_color="#FFF2CC", active_color="#FFE699")
    with zipfile.ZipFile(io.BytesIO(document.to_bytes())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}, memo_shape


def _section_head(section: str, numbering: int, memo_shape: str) -> str:
    """The page: margins, headings that are counted without showing a number, and the page's number."""
    run = _found(r"(<hp:run [^>]*><hp:secPr .*?</hp:run>)", section)
    margins = " ".join(f'{side}="{round(mm * UNITS_PER_MM)}"' for side, mm in MARGINS_MM.items())
    for pattern, replacement in (
        (r"<hp:margin [^>]*/>", f'<hp:margin {margins} gutter="0"/>'),
        (r'outlineShapeIDRef="\d+"', f'outlineShapeIDRef="{numbering}"'),
        (r'memoShapeIDRef="\d+"', f'memoShapeIDRef="{memo_shape}"'),
        (r'tabStop="\d+" tabStopVal="\d+"', 'tabStop="2000" tabStopVal="1000"'),
        ("</hp:run>$", f"{_PAGE_NUMBER}</hp:run>"),
    ):
        run, times = re.subn(pattern, replacement, run)
        if times != 1:
            raise ValueError(f"the empty document has changed: {pattern}")
    return run


_PAGE_NUMBER = '<hp:ctrl><hp:pageNum pos="BOTTOM_CENTER" formatType="DIGIT" sideChar="-"/></hp:ctrl>'


def _extended(header: str, name: str, items: Iterable[str]) -> str:
    """The header with more items in one of its lists."""
    made = list(items)
    count = int(_found(f'<hh:{name} itemCnt="(\\d+)"', header)) + len(made)
    header = re.sub(f'<hh:{name} itemCnt="\\d+"', f'<hh:{name} itemCnt="{count}"', header)
    return header.replace(f"</hh:{name}>", f"{''.join(made)}</hh:{name}>")


def _next_id(header: str, name: str) -> int:
    items = _found(f"<hh:{name} [^>]*>(.*?)</hh:{name}>", header)
    item = _found(r"<hh:(\w+)", items)
    return max(int(number) for number in re.findall(f'<hh:{item} id="(\\d+)"', items)) + 1


def _paragraph(number: int, look: Look, bar: int) -> str:
    kind, level = ("OUTLINE", look.level - 1) if look.level else ("NONE", 0)
    spacing = f'<hh:lineSpacing type="PERCENT" value="{line_spacing(look)}" unit="HWPUNIT"/>'
    # Programs that do not know the newer unit take the second set, which counts in halves. BREAK_WORD is what
    # Hancom's own body text has: it breaks lines between words, whatever it is called.
    units = "http://www.hancom.co.kr/hwpml/2016/HwpUnitChar"
    return (
        f'<hh:paraPr id="{number}" tabPrIDRef="{_AUTOMATIC_TAB}" condense="0" fontLineHeight="0" '
        f'snapToGrid="1" suppressLineNumbers="0" checked="0" textDir="LTR">'
        f'<hh:align horizontal="{_ALIGN[look.align]}" vertical="BASELINE"/>'
        f'<hh:heading type="{kind}" idRef="0" level="{level}"/>'
        f'<hh:breakSetting breakLatinWord="KEEP_WORD" breakNonLatinWord="BREAK_WORD" widowOrphan="0" '
        f'keepWithNext="{look.keep:d}" keepLines="{look.keep:d}" pageBreakBefore="0" lineWrap="BREAK"/>'
        f'<hh:autoSpacing eAsianEng="0" eAsianNum="0"/>'
        f'<hp:switch><hp:case hp:required-namespace="{units}">{_margin(look, 1)}{spacing}</hp:case>'
        f"<hp:default>{_margin(look, 2)}{spacing}</hp:default></hp:switch>"
        f'<hh:border borderFillIDRef="{bar if look.bar else 2}" offsetLeft="{600 * look.bar}" '
        f'offsetRight="0" offsetTop="0" offsetBottom="0" connect="0" ignoreMargin="0"/>'
        "</hh:paraPr>"
    )


def _margin(look: Look, scale: int) -> str:
    lengths = {
        "intent": -look.hanging,
        "left": look.left - look.hanging,
        "right": 0,
        "prev": look.before,
        "next": look.after,
    }
    made = "".join(
        f'<hc:{side} value="{round(points * UNITS_PER_POINT * scale)}" unit="HWPUNIT"/>'
        for side, points in lengths.items()
    )
    return f"<hh:margin>{made}</hh:margin>"


def _style(made: Frame, name: str) -> str:
    number, paragraph = made.styles[name], made.paragraphs[NAMED[name]]
    return (
        f'<hh:style id="{number}" type="PARA" name="{name}" engName="" paraPrIDRef="{paragraph}" '
        f'charPrIDRef="{made.characters[name, Piece("")]}" nextStyleIDRef="{number}" langID="1042" '
        f'lockForm="0"/>'
    )


_SIDES = ("left", "right", "top", "bottom")


def _border(number: int, fill: str = "", sides: tuple[str, ...] = _SIDES, width: str = "0.12 mm") -> str:
    lines = "".join(
        f'<hh:{side}Border type="{"SOLID" if side in sides else "NONE"}" width="{width}" '
        f'color="#{RULE_COLOR}"/>'
        for side in _SIDES
    )
    brush = f'<hc:winBrush faceColor="#{fill}" hatchColor="#999999" alpha="0"/>'
    return (
        f'<hh:borderFill id="{number}" threeD="0" shadow="0" centerLine="NONE" breakCellSeparateLine="0">'
        '<hh:slash type="NONE" Crooked="0" isCounter="0"/>'
        '<hh:backSlash type="NONE" Crooked="0" isCounter="0"/>'
        f'{lines}<hh:diagonal type="SOLID" width="0.1 mm" color="#000000"/>'
        f"{f'<hc:fillBrush>{brush}</hc:fillBrush>' if fill else ''}</hh:borderFill>"
    )


def _silent_numbering(number: int) -> str:
    """Headings of a level, which a table of contents needs, always count; this shows no number for it."""
    heads = "".join(
        f'<hh:paraHead start="1" level="{level}" align="LEFT" useInstWidth="0" autoIndent="0" '
        'widthAdjust="0" textOffsetType="PERCENT" textOffset="0" numFormat="DIGIT" charPrIDRef="4294967295" '
        'checkable="0"/>'
        for level in range(1, 11)
    )
    return f'<hh:numbering id="{number}" start="0">{heads}</hh:numbering>'


def _titled(properties: str, title: str) -> str:
    """The document's properties with its title, and neither a person nor a machine nor a time."""
    known = {
        "creator": AUTHOR,
        "lastsaveby": AUTHOR,
        "CreatedDate": MADE_AT,
        "ModifiedDate": MADE_AT,
        "date": "",
    }
    for name, value in known.items():
        item = f'<opf:meta name="{name}" content="text">{value}</opf:meta>'
        properties = re.sub(f'<opf:meta name="{name}"[^>]*>[^<]*</opf:meta>', item, properties)
    return properties.replace("<opf:title/>", f"<opf:title>{escaped(title)}</opf:title>")


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text, re.DOTALL)
    if not found:
        raise ValueError(f"the empty document has changed: {pattern}")
    return found[1]
