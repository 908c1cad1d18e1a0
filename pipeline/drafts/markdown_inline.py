"""Text within a paragraph or cell of Markdown: pieces become characters with their marks, and come back.

An editor's formatting is written with the marks of CommonMark and GitHub where every program reads them
alike, else as HTML: ``**「말」**은`` is not bold in most, because a mark between a bracket and a letter does
not count. Either is read; a mark that nothing closes is text.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.drafts.formats import Setting, color, target
from pipeline.drafts.pictures import FOLDER, TYPES
from pipeline.drafts.pieces import Piece
from pipeline.model import Format, FormatKind, Span

MARKS = {"**": FormatKind.BOLD, "*": FormatKind.ITALIC, "~~": FormatKind.STRIKE}
_SHORT = {kind: mark for mark, kind in MARKS.items()}
_SPAN = "span"
TAGS = {
    "b": FormatKind.BOLD,
    "strong": FormatKind.BOLD,
    "i": FormatKind.ITALIC,
    "em": FormatKind.ITALIC,
    "u": FormatKind.UNDERLINE,
    "ins": FormatKind.UNDERLINE,
    "s": FormatKind.STRIKE,
    "del": FormatKind.STRIKE,
    "sup": FormatKind.SUPERSCRIPT,
    "sub": FormatKind.SUBSCRIPT,
    "mark": FormatKind.HIGHLIGHT,
    _SPAN: FormatKind.COLOR,
}
"""What HTML elements stand for; the first of a kind is written. One of a colour has a style that tells it."""
_TAG_OF = {kind: tag for tag, kind in reversed(TAGS.items())}
_STYLES = {FormatKind.HIGHLIGHT: "background", FormatKind.COLOR: "color"}
_REGULAR = "font-weight: normal"

_SPECIAL = re.compile(r"[\\`*_\[\]<>&~|#!$^]")
_PICTURE = rf'{FOLDER}/(?P<picture>[0-9a-f]{{16}}\.(?:{"|".join(TYPES)}) "\d{{1,4}}×\d{{1,4}} mm")'
_TOKEN = re.compile(
    "|".join(
        (
            r"\\(?P<escaped>[!-/:-@\[-`{-~])",
            r"<!--\s*(?P<id>[a-z0-9][a-z0-9-]*)\s*-->",
            r"<!--(?P<comment>.*?)-->",
            r"\[\^(?P<note>[^\]\s]+)\]",
            rf"!\[[^\]]*\]\({_PICTURE}\)",
            r"(?P<mark>\*\*|\*|~~)",
            rf'<(?P<tag>{"|".join(TAGS)})(?: style="(?P<style>[^"]*)")?>',
            rf"</(?P<end>{'|'.join(TAGS)})>",
            r"!\[",  # another picture: not a link
            r"(?P<link>\[)",
            r"\]\((?P<leads><[^<>\n]*>|[^\s()<>]+)\)",
        )
    )
)
_ASIDES = ("id", "comment", "note", "picture")
_COLORED = re.compile(r"(?:background|background-color|color):\s*(#[0-9A-Fa-f]{6})\s*;?")


@dataclass(frozen=True, slots=True)
class Aside:
    """What stands in a text and is none: an ``id``, a ``comment``, a ``note``'s label or a ``picture``."""

    kind: str
    told: str
    at: int


@dataclass(frozen=True, slots=True)
class Inline:
    """A text as it is read."""

    text: str
    formats: tuple[Format, ...]
    asides: tuple[Aside, ...]


def escaped(text: str) -> str:
    """Text of which no character means anything."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def written(pieces: Sequence[Piece], texts: Sequence[str]) -> str:
    """Pieces, each with its text as Markdown, between the marks of what an editor set."""
    made = ""
    opened: list[Setting] = []
    for number, (piece, text) in enumerate(zip(pieces, texts, strict=True)):
        while not {*opened} <= {*piece.settings}:
            made += _closing(opened.pop())
        mark = _short(pieces, number)
        for setting in (
            () if mark else sorted(piece.settings, key=lambda each: -_reach(pieces[number:], each))
        ):
            if setting not in opened:
                made += _opening(setting)
                opened.append(setting)
        made += f"{mark}{text}{mark}"
    return made + "".join(map(_closing, reversed(opened)))


def _reach(pieces: Sequence[Piece], setting: Setting) -> int:
    """For how many pieces something stays set: what stays longest is opened first."""
    return next((n for n, piece in enumerate(pieces) if setting not in piece.settings), len(pieces))


def _short(pieces: Sequence[Piece], number: int) -> str:
    """The mark of a piece, where nothing but one kind is set and every program takes it for a mark."""
    piece = pieces[number]
    beside = pieces[max(0, number - 1) : number + 2 : 2] if number else ()
    if len(piece.settings) != 1 or piece.doubted or not number:
        return ""
    if any(each.settings or each.doubted or each.strong or each.footnote for each in beside):
        return ""
    before = pieces[number - 1].text[-1:]
    after = pieces[number + 1].text[:1] if number + 1 < len(pieces) else ""
    alike = _joins(before, piece.text[:1]) and _joins(after, piece.text[-1:])
    return _SHORT.get(piece.settings[0][0], "") if alike else ""


def _joins(outer: str, inner: str) -> bool:
    """Whether a mark between two characters, the first of which is outside, always counts."""
    return not outer.strip() or (outer.isalnum() and inner.isalnum())


def _opening(setting: Setting) -> str:
    kind, value = setting
    if kind is FormatKind.LINK:
        return "["
    style = (
        _REGULAR if kind is FormatKind.REGULAR else f"{_STYLES[kind]}: #{value}" if kind in _STYLES else ""
    )
    return f'<{_TAG_OF.get(kind, _SPAN)} style="{style}">' if style else f"<{_TAG_OF[kind]}>"


def _closing(setting: Setting) -> str:
    kind, value = setting
    return f"](<{value}>)" if kind is FormatKind.LINK else f"</{_TAG_OF.get(kind, _SPAN)}>"


def inline(source: str) -> Inline:
    """The text of a source without its marks, how characters of it are set, and what stands beside it."""
    found = list(_TOKEN.finditer(source))
    pairs = _pairs(source, found)
    opening = {end: start for start, end in pairs.items()}
    text, at = "", 0
    starts: dict[int, int] = {}
    formats: list[Format] = []
    asides: list[Aside] = []
    for number, token in enumerate(found):
        text, at = text + source[at : token.start()], token.end()
        kind = token.lastgroup or ""
        if number in pairs:
            starts[number] = len(text)
        elif number in opening:
            setting = _setting(found[opening[number]], token)
            chars = Span(starts[opening[number]], len(text))
            formats += [Format(chars, *setting)] if setting else []
        elif kind in _ASIDES:
            asides.append(Aside(kind, token[kind], len(text)))
            at += _blank(source[at:]) if kind == "note" and text[-1:] in {"", " ", "\t"} else 0
        elif "mark" not in {token["tag"], token["end"]}:
            text += token["escaped"] or token[0]
    return _stripped(text + source[at:], formats, asides)


def _pairs(source: str, found: Sequence[re.Match[str]]) -> Mapping[int, int]:
    """Which token opens what which other one closes, by their numbers; those in neither are text."""
    pairs: dict[int, int] = {}
    waiting: dict[str, list[int]] = defaultdict(list)
    for number, token in enumerate(found):
        if mark := token["mark"]:
            if waiting[mark] and source[token.start() - 1].strip():
                pairs[waiting[mark].pop()] = number
            elif source[token.end() : token.end() + 1].strip():
                waiting[mark] = [number]
        elif opens := token["tag"] or token["link"]:
            waiting[opens].append(number)
        elif waiting[ends := token["end"] or "["] and (token["end"] or _leads(token)):
            pairs[waiting[ends].pop()] = number
    return pairs


def _setting(first: re.Match[str], last: re.Match[str]) -> Setting | None:
    """What two tokens say of the characters between them; a highlight without a colour is ours."""
    if first["link"]:
        return FormatKind.LINK, _leads(last)
    if first["style"] == _REGULAR:
        return FormatKind.REGULAR, ""
    kind = MARKS.get(first["mark"] or "") or TAGS[first["tag"]]
    if kind not in _STYLES:
        return kind, ""
    styled = _COLORED.fullmatch(first["style"] or "")
    return (kind, color(styled[1])) if styled else None


def _leads(token: re.Match[str]) -> str:
    return target((token["leads"] or "").strip("<>"))


def _blank(text: str) -> int:
    """How many blanks a text begins with."""
    return len(text) - len(text.lstrip(" \t"))


def _stripped(text: str, formats: Sequence[Format], asides: Sequence[Aside]) -> Inline:
    """A text without blanks around it."""
    lead = _blank(text)
    bare = text.strip(" \t")
    moved = (
        replace(f, chars=Span(max(0, f.chars.start - lead), max(0, f.chars.end - lead))) for f in formats
    )
    placed = (replace(each, at=min(len(bare), max(0, each.at - lead))) for each in asides)
    return Inline(bare, tuple(moved), tuple(placed))
