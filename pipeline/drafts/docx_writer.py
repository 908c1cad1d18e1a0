"""A chapter or a transcript as DOCX (Office Open XML, ECMA-376).

Every block's paragraph, or the first cell of its row, holds a bookmark with the block's id; what an editor
should check hangs on its words as a comment. The XML is written by hand: python-docx looks through all
comments to add one, and its template brings a stranger's settings along.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count, groupby

from pipeline.drafts.comments import AUTHOR
from pipeline.drafts.disclosure import NOBODY, Cast, disclosed
from pipeline.drafts.docx_formats import link_id, properties
from pipeline.drafts.docx_frame import (
    ALIGNED,
    STYLE_IDS,
    TWIPS_PER_MM,
    core,
    footnotes,
    framed,
    parts,
    styles,
)
from pipeline.drafts.docx_names import MAIN
from pipeline.drafts.docx_pictures import drawing
from pipeline.drafts.layout import Flow, Row, Table, chapter_flow, transcript_flow
from pipeline.drafts.package import escaped, packed
from pipeline.drafts.parts import Part
from pipeline.drafts.pictures import Picture
from pipeline.drafts.pieces import Passage, Piece
from pipeline.drafts.reading import bookmark
from pipeline.drafts.styles import (
    HEAD_SHADE,
    LOOKS,
    NAMED,
    RULE_COLOR,
    TEXT_WIDTH_MM,
    Look,
)
from pipeline.drafts.transcript import paragraphs
from pipeline.model import BlockKind, Chapter, FormatKind, Session

_BREAKS = {"\t": '<w:t xml:space="preserve"> </w:t><w:tab/>', "\n": "<w:br/>"}
"""A label that ends just before a stop for tabs would touch the text but for the space."""


def write(
    chapter: Chapter,
    recordings: Mapping[str, str] | None = None,
    edition: str = "",
    pictures: Mapping[str, bytes] | None = None,
) -> bytes:
    """The chapter as a DOCX file; equal chapters give equal bytes.

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
    """A session's transcript as a DOCX file; ``parts`` in speaking order."""
    return _file(disclosed(session).title, transcript_flow(paragraphs(session, parts, cast)), {})


def _file(title: str, flow: Iterable[Flow], pictures: Mapping[str, bytes]) -> bytes:
    setter = _Setter()
    body = "".join(setter.set(flow))
    made = {
        "docProps/core.xml": core(title),
        "word/styles.xml": styles(),
        "word/document.xml": framed(body),
        "word/footnotes.xml": footnotes(setter.footnotes),
        "word/comments.xml": f'<w:comments xmlns:w="{MAIN}">{"".join(setter.comments)}</w:comments>',
    }
    shown = {f"word/media/{name}": pictures[name] for name in setter.shown}
    return packed({**parts(setter.shown, setter.links), **made, **shown})


_SPACER = '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="160" w:lineRule="exact"/></w:pPr></w:p>'
"""Word joins two tables that no paragraph parts."""


class _Setter:
    """Numbers bookmarks, comments and footnotes while paragraphs become XML, and collects the notes."""

    def __init__(self) -> None:
        self._drawings = count(1)
        self.shown: dict[str, None] = {}
        self.links: dict[str, int] = {}
        self.comments: list[str] = []
        self.footnotes: list[str] = []
        self._bookmarks = count(1)

    def set(self, flow: Iterable[Flow]) -> Iterator[str]:
        for each in flow:
            if isinstance(each, Picture):
                yield self._picture(each)
            elif isinstance(each, Table):
                yield self._table(each) + _SPACER
            else:
                yield self._paragraph(each.look, each.labelled(), each.ids)

    def _picture(self, picture: Picture) -> str:
        """A picture in a paragraph of its own."""
        self.shown[picture.name] = None
        run = f"<w:r>{drawing(picture, next(self._drawings))}</w:r>"
        return (
            f'<w:p><w:pPr><w:spacing w:before="120" w:after="120"/><w:jc w:val="center"/></w:pPr>{run}</w:p>'
        )

    def _paragraph(self, look: Look, passages: Iterable[Passage], ids: Iterable[str]) -> str:
        text = "".join(self._passage(passage) for passage in passages)
        for name in reversed([*ids]):
            number = next(self._bookmarks)
            start = f'<w:bookmarkStart w:id="{number}" w:name="{bookmark(name)}"/>'
            text = f'{start}{text}<w:bookmarkEnd w:id="{number}"/>'
        aligned = "" if look == NAMED[look.name] else f'<w:jc w:val="{ALIGNED[look.align]}"/>'
        return f'<w:p><w:pPr><w:pStyle w:val="{STYLE_IDS[look.name]}"/>{aligned}</w:pPr>{text}</w:p>'

    def _passage(self, passage: Passage) -> str:
        parted = groupby(passage.pieces, key=lambda piece: piece.value(FormatKind.LINK))
        runs = "".join(self._linked(link, pieces) for link, pieces in parted)
        for author, note in _by_author(passage):
            number = len(self.comments)
            self.comments.append(_comment(number, author, note))
            runs = (
                f'<w:commentRangeStart w:id="{number}"/>{runs}<w:commentRangeEnd w:id="{number}"/>'
                f'<w:r><w:rPr><w:rStyle w:val="CommentReference"/></w:rPr>'
                f'<w:commentReference w:id="{number}"/></w:r>'
            )
        return runs

    def _linked(self, link: str | None, pieces: Iterable[Piece]) -> str:
        """Pieces, as a link where they lead somewhere."""
        runs = "".join(self._sign(piece) if piece.footnote else _run(piece) for piece in pieces)
        if not link:
            return runs
        number = self.links.setdefault(link, len(self.links) + 1)
        return f'<w:hyperlink r:id="{link_id(number)}" w:history="1">{runs}</w:hyperlink>'

    def _sign(self, piece: Piece) -> str:
        number = len(self.footnotes) + 1
        sign = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>{}</w:r>'
        self.footnotes.append(
            f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>'
            f"{sign.format('<w:footnoteRef/>')}"
            f'<w:r><w:t xml:space="preserve"> {escaped(piece.footnote)}</w:t></w:r></w:p></w:footnote>'
        )
        return sign.format(f'<w:footnoteReference w:id="{number}"/>')

    def _table(self, table: Table) -> str:
        widths = [round(share * TEXT_WIDTH_MM * TWIPS_PER_MM) for share in table.shares]
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        rows = "".join(self._row(row, widths) for row in table.rows)
        return f"<w:tbl>{_table_properties(sum(widths))}<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"

    def _row(self, row: Row, widths: Sequence[int]) -> str:
        cells = ""
        for column, cell, ids in row.placed():
            shade = HEAD_SHADE if row.kind is BlockKind.FACT and column == 0 else LOOKS[row.kind].shade
            fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>' if shade else ""
            width = sum(widths[column : column + cell.columns])
            across = f'<w:gridSpan w:val="{cell.columns}"/>' * (cell.columns > 1)
            down = "" if cell.rows == 1 else f'<w:vMerge w:val="{"restart" if cell.rows else "continue"}"/>'
            told = f'<w:tcW w:w="{width}" w:type="dxa"/>{across}{down}{fill}<w:vAlign w:val="center"/>'
            text = self._paragraph(row.look(cell), cell.passages, ids)
            text += "".join(map(self._picture, cell.pictures))
            cells += f"<w:tc><w:tcPr>{told}</w:tcPr>{text}</w:tc>"
        head = "<w:tblHeader/>" if row.kind is BlockKind.TABLE_HEAD else ""
        return f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{cells}</w:tr>"


def _run(piece: Piece) -> str:
    text = _BREAKS.get(piece.text) or f'<w:t xml:space="preserve">{escaped(piece.text)}</w:t>'
    return f"<w:r>{properties(piece)}{text}</w:r>"


def _by_author(passage: Passage) -> Iterator[tuple[str, str]]:
    """Our note, then each editor's comment."""
    if passage.note:
        yield AUTHOR, passage.note
    for author, said in groupby(passage.comments, key=lambda comment: comment.author):
        yield author, "\n".join(comment.text for comment in said)


def _comment(number: int, author: str, note: str) -> str:
    lines = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="CommentText"/></w:pPr>'
        f'<w:r><w:t xml:space="preserve">{escaped(line)}</w:t></w:r></w:p>'
        for line in note.split("\n")
    )
    initials = "초안" if author == AUTHOR else escaped(author[:1])
    head = f'w:id="{number}" w:author="{escaped(author)}" w:initials="{initials}"'
    return f"<w:comment {head}>{lines}</w:comment>"


def _table_properties(width: int) -> str:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{RULE_COLOR}"/>' for side in sides
    )
    margins = "".join(
        f'<w:{side} w:w="{twips}" w:type="dxa"/>'
        for side, twips in (("top", 40), ("left", 100), ("bottom", 40), ("right", 100))
    )
    return (
        f'<w:tblPr><w:tblW w:w="{width}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
    )
