"""Notes of ours, comments and footnotes of editors: how Markdown has them, and how they are found again.

All are footnotes. Ours is one for a block, its lines parted by `` / ``; an editor's comment begins with their
name, and a footnote that is to be printed has a label of its own, or any that is not ours.
"""

import re
from collections.abc import Collection, Iterable, Iterator

from pipeline.drafts.comments import CHECK, EDITOR, HEARD, Comment, comments, footnotes, is_comment, picture
from pipeline.drafts.markdown_inline import Inline, escaped, inline
from pipeline.drafts.pictures import pictured
from pipeline.drafts.pieces import Passage

PRINTED = "각주"
"""How the label of a footnote begins that is to be printed, whatever it says."""

FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\]:\s*")
"""How the text of a footnote begins."""

_LINES = re.compile(rf" / (?={HEARD}|(?:「.*?」 )?{CHECK})")
_ABOUT = re.compile(rf"\A「.*?」 (?={CHECK})")


class NotesLaid:
    """Numbers notes while a text is written; ``lines`` are what stands below it."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def sign(self, footnote: str) -> str:
        """The sign of a footnote that is to be printed."""
        label = f"[^{PRINTED}-{len(self.lines) + 1}]"
        self.lines.append(f"{label}: {escaped(footnote)}")
        return label

    def marks(self, passages: Iterable[Passage]) -> str:
        """What follows a block's text where there is something to say of it."""
        held = [*passages]
        ours = " / ".join(_note(passage) for passage in held if passage.note)
        theirs = [_line(comment.line) for passage in held for comment in passage.comments]
        signs = ""
        for note in filter(None, [ours, *theirs]):
            self.lines.append(f"[^{len(self.lines) + 1}]: {note}")
            signs += f" [^{len(self.lines)}]"
        return signs


def _note(passage: Passage) -> str:
    words = "".join(piece.text for piece in passage.pieces)
    about = "" if passage.note.startswith(HEARD) or not words else f"「{words}」 "
    return " / ".join(map(_line, (about + passage.note).split("\n")))


def _line(text: str) -> str:
    """A line of a note, which nothing in it parts."""
    return _LINES.sub(r" \/ ", escaped(text))


class NotesFound:
    """The footnotes of a file, of which each goes with the first text that refers to it.

    Comments that are ``silent`` say something of the text, and are nobody's.
    """

    def __init__(self, defined: Iterable[str], silent: Collection[str]) -> None:
        parted = ((found, text) for text in defined if (found := FOOTNOTE.match(text)))
        self._left = {found[1]: text[found.end() :] for found, text in parted}
        self._told: set[str] = set()
        self._silent = silent

    def of(self, read: Inline, before: str = "") -> Iterator[Comment]:
        """What footnotes and comments of a text say, and its pictures; ``before`` stands before it."""
        for aside in read.asides:
            if aside.kind == "picture" and (shown := pictured(aside.told.replace('"', ""))):
                yield picture(shown.fitted().line)
            elif aside.kind == "comment" and aside.told.strip() not in self._silent:
                yield from comments(EDITOR, aside.told)
            elif aside.kind == "note":
                yield from self._note(aside.told, before + read.text[: aside.at])

    def _note(self, label: str, before: str) -> Iterator[Comment]:
        if label in self._left:
            self._told.add(label)
            told = self._left.pop(label)
            plain = inline(told).text
            printed = label.startswith(PRINTED) or not is_comment(_ABOUT.sub("", plain))
            yield from footnotes(plain, before) if printed else _said(told)
        elif label not in self._told and not label.isdecimal():
            yield Comment(EDITOR, f"[^{label}]")

    def rest(self) -> Iterator[Comment]:
        """What no text refers to."""
        for text in self._left.values():
            yield from _said(text)


def _said(footnote: str) -> tuple[Comment, ...]:
    lines = (inline(_ABOUT.sub("", line)).text for line in _LINES.split(footnote))
    return comments("", "\n".join(lines))
