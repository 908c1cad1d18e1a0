"""How a document looks: one table for every format, in points; each writer turns it into its own units.

A look's name is what editors see in the list of styles of Hancom and Word, and how a reader tells again what
a paragraph is. Chapters and transcripts share the looks that they have in common.
"""

from dataclasses import dataclass
from enum import StrEnum

from pipeline.drafts.transcript import Style
from pipeline.model import BlockKind


class Align(StrEnum):
    """Where the lines of a paragraph stand."""

    BOTH = "both"
    CENTER = "center"
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Look:
    """A paragraph style; lengths in points, colours as ``RRGGBB``.

    ``level`` is the place in a table of contents, from 1; 0 for none. ``hanging`` is how far the first line
    stands out to the left of ``left``, where a tab after the speaker's label leads; such lines are set from
    the left, because Hancom widens the spaces of the label too where it justifies. ``bar`` draws a line on
    the left, ``shade`` fills what is behind a table's cell.
    """

    name: str
    points: float = 11
    bold: bool = False
    heading_font: bool = False
    color: str = "000000"
    level: int = 0
    align: Align = Align.BOTH
    before: float = 0
    after: float = 6
    left: float = 0
    hanging: float = 0
    keep: bool = False
    bar: bool = False
    shade: str = ""


LINE_SPACING_PERCENT = 160
"""What Hancom sets for body text, and public documents keep."""
TABLE_LINE_SPACING_PERCENT = 130

A4_MM = (210, 297)
MARGINS_MM = {"top": 20, "bottom": 15, "left": 20, "right": 20, "header": 10, "footer": 10}
"""Margins that the rules for administrative documents give."""
TEXT_WIDTH_MM = A4_MM[0] - MARGINS_MM["left"] - MARGINS_MM["right"]

LIGHT_POINTS = 10
LIGHT_COLOR = "595959"
"""How a pull quote's attribution is set, whatever its paragraph's look."""

LINK_COLOR = "0563C1"
RULE_COLOR = "7F8FA9"
HEAD_SHADE = "E4EAF2"

_TITLE = Look("백서 장 제목", 20, True, True, "1F3864", 1, Align.CENTER, 0, 24, keep=True)
_HEADING = Look("백서 절 제목", 15, True, True, "1F3864", 2, Align.LEFT, 24, 8, keep=True)
_SUBHEADING = Look("백서 소제목", 12.5, True, True, "2F5496", 3, Align.LEFT, 14, 6, keep=True)

LOOKS: dict[BlockKind | Style, Look] = {
    BlockKind.TITLE: _TITLE,
    BlockKind.HEADING: _HEADING,
    BlockKind.SUBHEADING: _SUBHEADING,
    BlockKind.INTRO: Look("백서 안내글", color="404040"),
    BlockKind.FACT: Look("백서 개요 표", 10, heading_font=True, align=Align.LEFT, after=0),
    BlockKind.LEAD: Look("백서 머리글", 11.5, color="1F3864", before=6, after=10, left=12),
    BlockKind.QUESTION: Look(
        "백서 질문",
        heading_font=True,
        color="2F5496",
        align=Align.LEFT,
        before=8,
        left=14,
        hanging=14,
        keep=True,
    ),
    BlockKind.ANSWER: Look("백서 답변", align=Align.LEFT, left=14, hanging=14),
    BlockKind.NARRATIVE: Look("백서 서술", after=8),
    BlockKind.SPEECH: Look("백서 발언", align=Align.LEFT, left=14, hanging=14),
    BlockKind.QUOTE: Look(
        "백서 인용", 13, True, color="1F3864", align=Align.LEFT, before=10, after=14, left=28, bar=True
    ),
    BlockKind.POINT: Look("백서 항목", align=Align.LEFT, after=4, left=24, hanging=12),
    BlockKind.TABLE_HEAD: Look(
        "백서 표 머리", 10, True, True, align=Align.CENTER, after=0, keep=True, shade=HEAD_SHADE
    ),
    BlockKind.TABLE_ROW: Look("백서 표", 10, align=Align.LEFT, after=0),
    Style.TITLE: _TITLE,
    Style.HEADING: _HEADING,
    Style.SUBHEADING: _SUBHEADING,
    Style.REMARK: Look("백서 참고", 10, heading_font=True, color="595959", left=12),
    Style.ITEM: Look("백서 목록", align=Align.LEFT, after=2, left=24, hanging=12),
    Style.BODY: Look("백서 발언록", align=Align.LEFT, left=14, hanging=14),
}

NAMED = {look.name: look for look in LOOKS.values()}
"""Every look once, by name, in a fixed order."""

KINDS = {look.name: kind for kind, look in LOOKS.items() if isinstance(kind, BlockKind)}
"""What a paragraph with a style of this name is."""

CONTENTS = ("toc ", "contents ", "차례")
"""How the names of styles begin that a program gives to a table of contents it made: no text of ours."""


def is_contents(style: str) -> bool:
    """Whether paragraphs of a style are entries of a table of contents."""
    return style.casefold().startswith(CONTENTS)


def line_spacing(look: Look) -> int:
    """Per cent of the font's height."""
    in_table = look.name in {LOOKS[kind].name for kind in TABLE_KINDS}
    return TABLE_LINE_SPACING_PERCENT if in_table else LINE_SPACING_PERCENT


TABLE_KINDS = (BlockKind.FACT, BlockKind.TABLE_HEAD, BlockKind.TABLE_ROW)
"""Kinds that stand in the cells of a table."""
