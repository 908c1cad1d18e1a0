"""Comments and footnotes in a file: which are ours, and what editors wrote in theirs and in ours, by lines.

A line is what is carried from draft to draft, because formats differ in how many comments may hang on the
same words: DOCX has one per author, Hancom's memos must not overlap, so that one holds ``[이름] …`` for each.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.drafts.lines import one_line, printable

AUTHOR = "백서 초안"
"""Who a machine's notes are from."""
EDITOR = "편집자"
"""Who wrote a comment that tells no author."""
COMMENT, FOOTNOTE, PICTURE = "comment", "footnote", "picture"
"""Rules of editors' remarks."""
PLACED = frozenset({FOOTNOTE, PICTURE})
"""Those that are printed, at a place of their own."""
HEARD = "들을 곳: "
"""How a note of ours begins that says where the words are heard."""
CHECK = "확인: "
"""How one begins that says what to look at."""

_KINDS = {FOOTNOTE: "각주", PICTURE: "그림"}
_NAMED = re.compile(r"\[([^\[\]]+)\] (.+)")
_HEARD_AT = re.compile(r"\d+:\d\d(?::\d\d)?–\d+:\d\d(?::\d\d)?")
_BRACKETS = str.maketrans("[]", "()")


@dataclass(frozen=True, slots=True)
class Comment:
    """A line of a comment and who wrote it; ``about`` are the words it hangs on, empty where none are told.

    In a file as read, ``author`` is AUTHOR for every line of our notes that bears no other name. With the
    rule FOOTNOTE it is a footnote, always an EDITOR's, and ``about`` all that stands before its sign in the
    paragraph or row. With the rule PICTURE it tells one (:mod:`pictures`), which stands below those words.
    """

    author: str
    text: str
    about: str = ""
    rule: str = COMMENT

    @property
    def line(self) -> str:
        """How it stands in a note of ours, and is told."""
        return f"[{_KINDS.get(self.rule, self.author)}] {self.text}"


def comments(author: str, text: str, about: str = "") -> tuple[Comment, ...]:
    """What a comment of a file says, line by line; in one of ours, ``[이름] …`` is that person's."""
    author = _tidy(author).translate(_BRACKETS)
    lines = [line for each in text.split("\n") if (line := _tidy(each))]
    if not lines:
        return ()
    about = _tidy(about)
    nameless = not author and (lines[0].startswith(CHECK) or _NAMED.fullmatch(lines[0]))
    if author != AUTHOR and not lines[0].startswith(HEARD) and not nameless:
        return tuple(Comment(author or EDITOR, line, about) for line in lines)
    found = ((_NAMED.fullmatch(line), line) for line in lines)
    return tuple(Comment(by[1], by[2], about) if by else Comment(AUTHOR, line, about) for by, line in found)


def footnotes(text: str, before: str) -> tuple[Comment, ...]:
    """A footnote of a file, on one line; an empty one is none."""
    told = _tidy(text)
    return (Comment(EDITOR, told, before, FOOTNOTE),) if told else ()


def picture(line: str) -> Comment:
    """A picture of a file; where it stands is told by what it stands in."""
    return Comment(EDITOR, line, "", PICTURE)


def behind(found: Iterable[Comment], text: str, cells: Collection[str] = ()) -> tuple[Comment, ...]:
    """What hung on empty space after a paragraph, as it hangs on that: at its end; pictures below a table."""
    below = f"{text}\t" if cells else text
    return tuple(
        replace(each, about=below if each.rule == PICTURE else text) if each.rule in PLACED else each
        for each in found
    )


def is_comment(footnote: str) -> bool:
    """Whether a footnote of Markdown is a note of ours or an editor's comment, and not to be printed."""
    return footnote.startswith((HEARD, CHECK)) or bool(_NAMED.fullmatch(footnote))


def of_editor(comment: Comment, notes: Collection[str], names: Sequence[str]) -> Comment | None:
    """The comment as an editor's; None where every character of it is ours.

    A line of ours in which somebody typed is theirs as it stands.

    Args:
        comment: as read from a file.
        notes: lines that our notes may hold, beside those that say where something is heard.
        names: what recordings may be called there, the longest first.
    """
    if comment.rule in PLACED:
        return comment
    if comment.text in notes:
        return None
    if comment.author != AUTHOR:
        return comment
    untouched = comment.text.startswith(HEARD) and _names_only(comment.text.removeprefix(HEARD), names)
    return None if untouched else replace(comment, author=EDITOR)


def _names_only(heard: str, names: Sequence[str]) -> bool:
    """Whether nothing but recordings and times is told; of names no longer known, whether a time ends it."""
    known = [name for name in names if name in heard]
    if not known:
        return bool(re.fullmatch(f".*{_HEARD_AT.pattern}", heard))
    parts = "|".join(map(re.escape, known))
    return not re.sub(f"{_HEARD_AT.pattern}|{parts}", "", heard).strip(" ,")


def _tidy(text: str) -> str:
    return one_line(unicodedata.normalize("NFC", printable(text)))
