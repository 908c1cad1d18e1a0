"""The parts of a DOCX that hold no text: styles, page, footer, properties, and what ties them together."""

from collections.abc import Collection, Iterable

from pipeline.drafts.comments import AUTHOR
from pipeline.drafts.docx_formats import DOUBT_NAME, DOUBT_STYLE, LINK_STYLE, link_id
from pipeline.drafts.docx_names import MAIN, OFFICE
from pipeline.drafts.docx_pictures import picture_id
from pipeline.drafts.package import MADE_AT, escaped
from pipeline.drafts.pictures import TYPES
from pipeline.drafts.styles import (
    A4_MM,
    LINK_COLOR,
    MARGINS_MM,
    NAMED,
    RULE_COLOR,
    Align,
    Look,
    line_spacing,
)

FONT = "맑은 고딕"
"""On every computer with Word; where it is missing, programs put their own Korean font in its place."""

TWIPS_PER_POINT = 20
TWIPS_PER_MM = 1440 / 25.4
SINGLE_LINE = 240
"""``w:line`` of one line."""
LINE_PER_LETTER = 1.33
"""A single line of Word's is the font's own, for Korean fonts a third higher than the letters; Hancom counts
the 160 per cent of public documents from the letters."""

STYLE_IDS = {name: f"Baekseo{number}" for number, name in enumerate(NAMED, start=1)}
"""Programs go by ids and people by names; Hangul in an id is allowed but not always kept."""

SEPARATORS = {-1: "separator", 0: "continuationSeparator"}
"""Footnotes by number that are none, but the lines above all of a page."""

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
ALIGNED = {Align.BOTH: "both", Align.CENTER: "center", Align.LEFT: "left", Align.RIGHT: "right"}

_WORD_PARTS = {
    "document": "document.main",
    "styles": "styles",
    "settings": "settings",
    "comments": "comments",
    "footnotes": "footnotes",
    "footer": "footer",
}
"""Parts below ``word/`` and the ends of their types."""


def style_name(look: Look) -> str:
    """The look's name in Word: headings bear Word's own, which its table of contents gathers."""
    return f"heading {look.level}" if look.level else look.name


def styles() -> str:
    """``word/styles.xml``."""
    own = "".join(
        f'<w:style w:type="paragraph" w:customStyle="{0 if look.level else 1}" '
        f'w:styleId="{STYLE_IDS[look.name]}"><w:name w:val="{style_name(look)}"/><w:basedOn w:val="Normal"/>'
        f"<w:qFormat/>{_paragraph_properties(look)}{_run_properties(look)}</w:style>"
        for look in NAMED.values()
    )
    normal = Look("Normal")
    return (
        f'<w:styles xmlns:w="{MAIN}"><w:docDefaults><w:rPrDefault>{_run_properties(normal)}</w:rPrDefault>'
        f"<w:pPrDefault/></w:docDefaults>"
        f'<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        f"{_paragraph_properties(normal)}</w:style>"
        f'<w:style w:type="paragraph" w:styleId="CommentText"><w:name w:val="annotation text"/>'
        f'<w:basedOn w:val="Normal"/><w:pPr><w:spacing w:after="0" w:line="{SINGLE_LINE}" w:lineRule="auto"/>'
        f'<w:jc w:val="left"/></w:pPr><w:rPr><w:sz w:val="20"/><w:szCs w:val="20"/></w:rPr></w:style>'
        f'<w:style w:type="character" w:styleId="CommentReference"><w:name w:val="annotation reference"/>'
        f'<w:rPr><w:sz w:val="16"/><w:szCs w:val="16"/></w:rPr></w:style>'
        f'<w:style w:type="paragraph" w:styleId="FootnoteText"><w:name w:val="footnote text"/>'
        f'<w:basedOn w:val="Normal"/><w:pPr><w:spacing w:after="0" w:line="{SINGLE_LINE}" w:lineRule="auto"/>'
        f'<w:ind w:left="180" w:hanging="180"/></w:pPr><w:rPr><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr>'
        f'</w:style><w:style w:type="character" w:styleId="FootnoteReference">'
        f'<w:name w:val="footnote reference"/><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
        f'<w:style w:type="character" w:customStyle="1" w:styleId="{DOUBT_STYLE}">'
        f'<w:name w:val="{DOUBT_NAME}"/></w:style><w:style w:type="character" w:styleId="{LINK_STYLE}">'
        f'<w:name w:val="Hyperlink"/><w:rPr><w:color w:val="{LINK_COLOR}"/><w:u w:val="single"/></w:rPr>'
        f"</w:style>"
        f"{own}</w:styles>"
    )


def footnotes(notes: Iterable[str]) -> str:
    """``word/footnotes.xml``: the lines that part them from the text, then the notes."""
    lines = "".join(
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:pPr><w:spacing w:after="0"/></w:pPr>'
        f"<w:r><w:{kind}/></w:r></w:p></w:footnote>"
        for number, kind in SEPARATORS.items()
    )
    return f'<w:footnotes xmlns:w="{MAIN}">{lines}{"".join(notes)}</w:footnotes>'


def core(title: str) -> str:
    """``docProps/core.xml``: a title, and neither a person nor a machine nor a time."""
    time = f'xsi:type="dcterms:W3CDTF">{MADE_AT}'
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escaped(title)}</dc:title><dc:creator>{AUTHOR}</dc:creator><dc:language>ko-KR</dc:language>"
        f"<cp:lastModifiedBy>{AUTHOR}</cp:lastModifiedBy>"
        f"<dcterms:created {time}</dcterms:created><dcterms:modified {time}</dcterms:modified>"
        "</cp:coreProperties>"
    )


def framed(body: str) -> str:
    """``word/document.xml``: the body on A4 with the page's number at its foot."""
    margins = " ".join(f'w:{side}="{round(mm * TWIPS_PER_MM)}"' for side, mm in MARGINS_MM.items())
    width, height = (round(mm * TWIPS_PER_MM) for mm in A4_MM)
    return (
        f'<w:document xmlns:w="{MAIN}" xmlns:r="{OFFICE}"><w:body>{body}<w:sectPr>'
        f'<w:footerReference w:type="default" r:id="footer"/><w:pgSz w:w="{width}" w:h="{height}"/>'
        f'<w:pgMar {margins} w:gutter="0"/></w:sectPr></w:body></w:document>'
    )


_NO_AUTOMATIC_SPACES = '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
"""Else Word sets a gap between letters and figures: ``3 년`` for ``3년``."""


def _paragraph_properties(look: Look) -> str:
    keep = "<w:keepNext/><w:keepLines/>" if look.keep else ""
    bar = f'<w:left w:val="single" w:sz="24" w:space="8" w:color="{RULE_COLOR}"/>'
    border = f"<w:pBdr>{bar}</w:pBdr>" if look.bar else ""
    tabs = f'<w:tabs><w:tab w:val="left" w:pos="{_twips(look.left)}"/></w:tabs>' if look.hanging else ""
    line = round(SINGLE_LINE * line_spacing(look) / 100 / LINE_PER_LETTER)
    level = f'<w:outlineLvl w:val="{look.level - 1}"/>' if look.level else ""
    return (
        f"<w:pPr>{keep}{border}{tabs}{_NO_AUTOMATIC_SPACES}"
        f'<w:spacing w:before="{_twips(look.before)}" w:after="{_twips(look.after)}" w:line="{line}" '
        f'w:lineRule="auto"/><w:ind w:left="{_twips(look.left)}" w:hanging="{_twips(look.hanging)}"/>'
        f'<w:jc w:val="{ALIGNED[look.align]}"/>{level}</w:pPr>'
    )


def _run_properties(look: Look) -> str:
    fonts = " ".join(f'w:{script}="{FONT}"' for script in ("ascii", "eastAsia", "hAnsi", "cs"))
    size = round(look.points * 2)
    return (
        f'<w:rPr><w:rFonts {fonts}/>{"<w:b/>" * look.bold}<w:color w:val="{look.color}"/>'
        f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/><w:lang w:val="ko-KR" w:eastAsia="ko-KR"/></w:rPr>'
    )


def _twips(points: float) -> int:
    return round(points * TWIPS_PER_POINT)


def parts(pictures: Iterable[str] = (), links: Iterable[str] = ()) -> dict[str, str]:
    """What is the same in every document, but for the names of pictures in it, and where links lead."""
    shown = [*pictures]
    return PARTS | {
        "[Content_Types].xml": _content_types({name.rpartition(".")[2] for name in shown}),
        "word/_rels/document.xml.rels": _word_relations(shown, links),
    }


def _content_types(pictures: Collection[str] = ()) -> str:
    kinds = "".join(f'<Default Extension="{kind}" ContentType="{TYPES[kind]}"/>' for kind in sorted(pictures))
    parts = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_TYPE}.{kind}+xml"/>'
        for name, kind in _WORD_PARTS.items()
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{kinds}'
        '<Override PartName="/docProps/core.xml" '
        f'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>{parts}</Types>'
    )


def _relations() -> str:
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="document" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="core" Type="{_PACKAGE}/relationships/metadata/core-properties" '
        'Target="docProps/core.xml"/></Relationships>'
    )


def _word_relations(pictures: Iterable[str] = (), links: Iterable[str] = ()) -> str:
    names = [name for name in _WORD_PARTS if name != "document"]
    made = "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/{name}" Target="{name}.xml"/>' for name in names
    )
    made += "".join(
        f'<Relationship Id="{picture_id(name)}" Type="{OFFICE}/image" Target="media/{name}"/>'
        for name in pictures
    )
    made += "".join(
        f'<Relationship Id="{link_id(number)}" Type="{OFFICE}/hyperlink" Target="{escaped(link)}" '
        'TargetMode="External"/>'
        for number, link in enumerate(links, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{made}</Relationships>'


def _footer() -> str:
    field = "".join(
        f"<w:r>{part}</w:r>"
        for part in (
            '<w:t xml:space="preserve">- </w:t>',
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
            '<w:t xml:space="preserve"> -</w:t>',
        )
    )
    return f'<w:ftr xmlns:w="{MAIN}"><w:p><w:pPr><w:jc w:val="center"/></w:pPr>{field}</w:p></w:ftr>'


def _settings() -> str:
    mode = 'w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"'
    parted = "".join(f'<w:footnote w:id="{number}"/>' for number in SEPARATORS)
    return (
        f'<w:settings xmlns:w="{MAIN}"><w:zoom w:percent="100"/><w:defaultTabStop w:val="200"/>'
        f"<w:footnotePr>{parted}</w:footnotePr>"
        f'<w:compat><w:compatSetting {mode}/></w:compat><w:themeFontLang w:val="ko-KR" w:eastAsia="ko-KR"/>'
        "</w:settings>"
    )


PARTS: dict[str, str] = {
    "[Content_Types].xml": _content_types(),
    "_rels/.rels": _relations(),
    "word/_rels/document.xml.rels": _word_relations(),
    "word/settings.xml": _settings(),
    "word/footer.xml": _footer(),
}
"""What is the same in every document."""
