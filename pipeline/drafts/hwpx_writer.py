"""A chapter or a transcript as HWPX (KS X 6101), the format of Hancom.

Every block's paragraph, or the first cell of its row, begins with a bookmark that bears the block's id; what
an editor should check hangs on its words as a memo. Only the empty document comes from python-hwpx: its memos
appear twice in other programs, and its ids differ from run to run.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count, groupby

from pipeline.drafts.comments import AUTHOR
from pipeline.drafts.disclosure import NOBODY, Cast, disclosed
from pipeline.drafts.hwpx_formats import LINK_FIELD, UNITS_PER_POINT, key, link_begin
from pipeline.drafts.hwpx_frame import SECTION, UNITS_PER_MM, Frame, frame
from pipeline.drafts.hwpx_pictures import drawing, listing, picture_part
from pipeline.drafts.layout import Flow, Row, Table, chapter_flow, set_looks, set_pieces, transcript_flow
from pipeline.drafts.package import MADE_AT, escaped, packed
from pipeline.drafts.parts import Part
from pipeline.drafts.pictures import Picture
from pipeline.drafts.pieces import Passage, Piece
from pipeline.drafts.reading import bookmark
from pipeline.drafts.styles import LOOKS, TEXT_WIDTH_MM, Look, line_spacing
from pipeline.drafts.subtitles import text_width
from pipeline.drafts.transcript import paragraphs
from pipeline.model import BlockKind, Chapter, FormatKind, Session

MEMO_FIELD = 0x25256D65
"""Hancom's number for the kind of field that a memo is: ``%%me``."""
CELL_PADDING = {"left": 510, "right": 510, "top": 200, "bottom": 200}

_BREAKS = {"\t": '<hp:tab width="1000" leader="0" type="1"/>', "\n": "<hp:lineBreak/>"}
PLAIN = Piece("")
_LIST = (
    '<hp:subList id="" textDirection="HORIZONTAL" lineWrap="BREAK" vertAlign="{}" linkListIDRef="0" '
    'linkListNextIDRef="0" textWidth="0" textHeight="0" hasTextRef="0" hasNumRef="0">'
)
_PARAGRAPH = (
    '<hp:p id="{}" paraPrIDRef="{}" styleIDRef="{}" pageBreak="0" columnBreak="0" merged="0">{}</hp:p>'
)


def write(
    chapter: Chapter,
    recordings: Mapping[str, str] | None = None,
    edition: str = "",
    pictures: Mapping[str, bytes] | None = None,
) -> bytes:
    """The chapter as an HWPX file; equal chapters give equal bytes.

    Args:
        chapter: what to write.
        recordings: what notes call a recording, by digest, instead of its session's id.
        edition: the draft's id, by which it is known again when it comes back.
        pictures: those of the chapter, by name; one that is missing is left out.
    """
    return _file(
        chapter.title, chapter_flow(chapter, recordings or {}, edition, pictures or {}), pictures or {}
    )


def write_transcript(session: Session, parts: Sequence[Part], cast: Cast = NOBODY) -> bytes:
    """A session's transcript as an HWPX file; ``parts`` in speaking order."""
    return _file(disclosed(session).title, transcript_flow(paragraphs(session, parts, cast)), {})


def _file(title: str, flow: Iterable[Flow], pictures: Mapping[str, bytes]) -> bytes:
    flow = tuple(flow)
    empty = frame(title, (key(look.name, piece) for look, piece in set_pieces(flow)), set_looks(flow))
    setter = _Setter(empty, pictures)
    body = "".join(setter.set(flow))
    shown = {picture_part(name, number): pictures[name] for name, number in setter.shown.items()}
    section = f"{empty.section_tag}{body}</hs:sec>"
    return packed({**empty.parts, **listing(empty, setter.shown), SECTION: section, **shown})


class _Setter:
    """Numbers paragraphs, memos, footnotes and tables while they become XML."""

    def __init__(self, empty: Frame, pictures: Mapping[str, bytes]) -> None:
        self._held = pictures
        self._frame = empty
        self._head = empty.section_head
        self._paragraphs = count(1)
        self._objects = count(1)
        self._footnotes = count(1)
        self.shown: dict[str, int] = {}

    def set(self, flow: Iterable[Flow]) -> Iterator[str]:
        for each in flow:
            if isinstance(each, Picture):
                yield self._picture(each)
            elif isinstance(each, Table):
                # The space below a table is that of the paragraph which it hangs on.
                yield self._placed(LOOKS[BlockKind.INTRO], self._table(each))
            else:
                yield self._paragraph(each.look, each.labelled(), each.ids)
        if self._head:
            yield self._placed(LOOKS[BlockKind.INTRO], "")

    def _picture(self, picture: Picture) -> str:
        """A picture in a paragraph of its own."""
        image = self.shown.setdefault(picture.name, len(self.shown) + 1)
        look = LOOKS[BlockKind.TABLE_HEAD]
        return self._placed(
            look, self._run(look, drawing(picture, image, next(self._objects), self._held[picture.name]))
        )

    def _paragraph(self, look: Look, passages: Iterable[Passage], ids: Iterable[str]) -> str:
        runs = "".join(self._passage(look, passage) for passage in passages)
        mark = "".join(f'<hp:ctrl><hp:bookmark name="{bookmark(name)}"/></hp:ctrl>' for name in ids)
        return self._placed(look, (self._run(look, mark) if mark else "") + runs)

    def _placed(self, look: Look, runs: str) -> str:
        """A paragraph; the first of all holds the page's properties, and every one has a run."""
        head, self._head = self._head, ""
        content = head + runs or self._run(look, "<hp:t/>")
        empty = self._frame
        return _PARAGRAPH.format(
            next(self._paragraphs), empty.paragraphs[look], empty.styles[look.name], content
        )

    def _run(self, look: Look, content: str, piece: Piece = PLAIN) -> str:
        number = self._frame.characters[key(look.name, piece)]
        return f'<hp:run charPrIDRef="{number}">{content}</hp:run>'

    def _passage(self, look: Look, passage: Passage) -> str:
        parted = groupby(passage.pieces, key=lambda piece: piece.value(FormatKind.LINK))
        runs = "".join(self._linked(look, link, pieces) for link, pieces in parted)
        if not passage.lines:
            return runs
        number = next(self._objects)
        begin = self._run(look, f"<hp:ctrl>{self._memo(number, passage.lines)}</hp:ctrl>")
        end = f'<hp:ctrl><hp:fieldEnd beginIDRef="{number}" fieldid="{MEMO_FIELD}"/></hp:ctrl>'
        return f"{begin}{runs}{self._run(look, end)}"

    def _linked(self, look: Look, link: str | None, pieces: Iterable[Piece]) -> str:
        """Pieces, as a link where they lead somewhere."""
        runs = "".join(self._piece(look, piece) for piece in pieces)
        if not link:
            return runs
        number = next(self._objects)
        begin = self._run(look, f"<hp:ctrl>{link_begin(number, link)}</hp:ctrl>")
        end = f'<hp:ctrl><hp:fieldEnd beginIDRef="{number}" fieldid="{LINK_FIELD}"/></hp:ctrl>'
        return f"{begin}{runs}{self._run(look, end)}"

    def _piece(self, look: Look, piece: Piece) -> str:
        content = self._footnote(piece.footnote) if piece.footnote else f"<hp:t>{_text(piece)}</hp:t>"
        return self._run(look, content, piece)

    def _footnote(self, text: str) -> str:
        number, empty = next(self._footnotes), self._frame
        sign = (
            f'<hp:ctrl><hp:autoNum num="{number}" numType="FOOTNOTE"><hp:autoNumFormat type="DIGIT" '
            'userChar="" prefixChar="" suffixChar=")" supscript="0"/></hp:autoNum></hp:ctrl>'
        )
        runs = (
            f'<hp:run charPrIDRef="{empty.footnote.character}">{sign}<hp:t> {escaped(text)}</hp:t></hp:run>'
        )
        note = _PARAGRAPH.format(next(self._paragraphs), empty.footnote.paragraph, empty.footnote.style, runs)
        return (
            f'<hp:ctrl><hp:footNote number="{number}" suffixChar="{ord(")")}" instId="{next(self._objects)}">'
            f"{_LIST.format('TOP')}{note}</hp:subList></hp:footNote></hp:ctrl>"
        )

    def _memo(self, number: int, lines: Iterable[str]) -> str:
        style = self._frame.memo_style
        text = "".join(
            _PARAGRAPH.format(
                next(self._paragraphs),
                0,
                style,
                f'<hp:run charPrIDRef="0"><hp:t>{escaped(line)}</hp:t></hp:run>',
            )
            for line in lines
        )
        return (
            f'<hp:fieldBegin id="{number}" type="MEMO" name="" editable="1" dirty="0" zorder="{number}" '
            f'fieldid="{MEMO_FIELD}" metaTag=""><hp:parameters cnt="5" name="">'
            f'<hp:stringParam name="ID">{number}</hp:stringParam>'
            f'<hp:integerParam name="Number">{number}</hp:integerParam>'
            f'<hp:stringParam name="CreateDateTime">{MADE_AT}</hp:stringParam>'
            f'<hp:stringParam name="Author">{AUTHOR}</hp:stringParam>'
            f'<hp:stringParam name="MemoShapeIDRef">{self._frame.memo_shape}</hp:stringParam></hp:parameters>'
            f"{_LIST.format('TOP')}{text}</hp:subList></hp:fieldBegin>"
        )

    def _table(self, table: Table) -> str:
        widths = [round(share * TEXT_WIDTH_MM * UNITS_PER_MM) for share in table.shares]
        heights = [_height(row, widths) for row in table.rows]
        rows = "".join(self._row(row, n, widths, heights[n:]) for n, row in enumerate(table.rows))
        content = (
            f'<hp:tbl id="{next(self._objects)}" zOrder="0" numberingType="TABLE" textWrap="TOP_AND_BOTTOM" '
            f'textFlow="BOTH_SIDES" lock="0" dropcapstyle="None" pageBreak="CELL" repeatHeader="1" '
            f'rowCnt="{len(table.rows)}" colCnt="{len(widths)}" cellSpacing="0" '
            f'borderFillIDRef="{self._frame.cell}" noAdjust="0">'
            f'<hp:sz width="{sum(widths)}" widthRelTo="ABSOLUTE" height="{sum(heights)}" '
            f'heightRelTo="ABSOLUTE" protect="0"/>'
            # A table set as a character would not part at the end of a page.
            '<hp:pos treatAsChar="0" affectLSpacing="0" flowWithText="1" allowOverlap="0" '
            'holdAnchorAndSO="0" vertRelTo="PARA" horzRelTo="COLUMN" vertAlign="TOP" horzAlign="LEFT" '
            'vertOffset="0" horzOffset="0"/><hp:outMargin left="0" right="0" top="283" bottom="850"/>'
            f"<hp:inMargin {_padding()}/>{rows}</hp:tbl>"
        )
        return self._run(LOOKS[BlockKind.TABLE_ROW], content)

    def _row(self, row: Row, number: int, widths: Sequence[int], heights: Sequence[int]) -> str:
        """A row; ``heights`` are its own and those of the rows below it."""
        cells = ""
        for column, cell, ids in row.placed():
            if not cell.rows:
                continue
            look = row.look(cell)
            filled = look.shade or (row.kind is BlockKind.FACT and column == 0)
            border = self._frame.head_cell if filled else self._frame.cell
            text = self._paragraph(look, cell.passages, ids) + "".join(map(self._picture, cell.pictures))
            width, height = sum(widths[column : column + cell.columns]), sum(heights[: cell.rows])
            cells += (
                f'<hp:tc name="" header="{row.kind is BlockKind.TABLE_HEAD:d}" hasMargin="0" protect="0" '
                f'editable="0" dirty="0" borderFillIDRef="{border}">'
                f"{_LIST.format('CENTER')}{text}</hp:subList>"
                f'<hp:cellAddr colAddr="{column}" rowAddr="{number}"/>'
                f'<hp:cellSpan colSpan="{cell.columns}" rowSpan="{cell.rows}"/>'
                f'<hp:cellSz width="{width}" height="{height}"/><hp:cellMargin {_padding()}/></hp:tc>'
            )
        return f"<hp:tr>{cells}</hp:tr>"


def _text(piece: Piece) -> str:
    return _BREAKS.get(piece.text) or escaped(piece.text)


def _padding() -> str:
    return " ".join(f'{side}="{units}"' for side, units in CELL_PADDING.items())


def _height(row: Row, widths: Sequence[int]) -> int:
    """About how high a row is; Hancom makes it higher where the text needs it, never lower."""
    look = LOOKS[row.kind]
    column_units = look.points * UNITS_PER_POINT / 2
    lines = 1
    for column, cell, _ in row.placed():
        text = "".join(piece.text for passage in cell.passages for piece in passage.pieces)
        width = sum(widths[column : column + cell.columns])
        room = (width - CELL_PADDING["left"] - CELL_PADDING["right"]) / column_units
        lines = max(lines, -int(-text_width(text) // room))
    line = look.points * UNITS_PER_POINT * line_spacing(look) / 100
    return round(lines * line) + CELL_PADDING["top"] + CELL_PADDING["bottom"]
