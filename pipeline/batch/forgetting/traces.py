"""Searches a whole workspace for what should be gone: in text, JSON, SQLite, gzip and inside DOCX and HWPX.

A word is found however it is written: NFC or NFD, as an escape of JSON, XML or a link, in UTF-8, UTF-16 or
CP949, and, in documents, cut up by formatting. Recordings themselves are not looked into, only their names
are.
"""

import gzip
import html
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from pipeline.intake.ignored import SUFFIXES
from pipeline.workspace import Workspace

ESCAPE = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")
LINKED = re.compile("%[c-fC-F][0-9a-fA-F]%")
"""How a letter that is not of ASCII begins where a link leads (RFC 3986, 2.5)."""
TAG = re.compile(r"<[^>]*>")
_NAME = re.compile("[가-힣]{3,4}")
LEAST = 2
"""A shorter word stands in every text by chance."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Something found: in the ``inside`` member of an archive, or ``in_name``, in the path."""

    path: Path
    inside: str = ""
    in_name: bool = False


def search(workspace: Workspace, words: Iterable[str], phrases: Iterable[str] = ()) -> list[Trace]:
    """Every file of the workspace that holds one of the words, in order of path.

    Args:
        workspace: where to look: recordings' names and sidecars, results, drafts, voices, configuration.
        words: names, digests, session names; a Korean name is found with a space after its surname too,
            or with what stands for one in names of files and sessions.
        phrases: longer pieces of text, found as they stand.
    """
    wanted = pattern(words, phrases)
    if wanted is None:
        return []
    tops = [
        workspace.audio,
        workspace.transcripts,
        workspace.drafts,
        workspace.voices.parent,
        workspace.config,
    ]
    return [trace for top in tops for trace in _below(top, workspace, wanted)]


def pattern(words: Iterable[str], phrases: Iterable[str] = ()) -> re.Pattern[str] | None:
    """Finds any of the words or phrases in NFC text; None where there is nothing to find."""
    found = [_spaced(nfc(word)) for word in words if len(nfc(word)) >= LEAST]
    found += [re.escape(nfc(phrase)) for phrase in phrases if phrase]
    return re.compile("|".join(sorted(set(found), key=len, reverse=True))) if found else None


def nfc(text: str) -> str:
    """The text in the one form in which everything is compared."""
    return unicodedata.normalize("NFC", text)


def spellings(word: str) -> list[str]:
    """A word as files spell it: composed or decomposed; a Korean name with a gap after its surname."""
    word = nfc(word)
    apart = [f"{word[0]}{mark}{word[1:]}" for mark in " -_"] if _NAME.fullmatch(word) else []
    return [unicodedata.normalize(form, each) for each in (word, *apart) for form in ("NFC", "NFD")]


def _spaced(word: str) -> str:
    if _NAME.fullmatch(word):
        return rf"{word[0]}[\s_-]?{word[1:]}"
    return re.escape(word)


def _below(top: Path, workspace: Workspace, wanted: re.Pattern[str]) -> Iterator[Trace]:
    for path in sorted(top.rglob("*")) if top.is_dir() else []:
        if wanted.search(nfc(str(path.relative_to(workspace.root)))):
            yield Trace(path, in_name=True)
        readable = top != workspace.audio or path.suffix.casefold() in {*SUFFIXES, ".toml", ""}
        if path.is_file() and readable and path.suffix != ".s16":
            for member in inside(path.name, _read(path), wanted):
                yield Trace(path, member)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def inside(name: str, data: bytes, wanted: re.Pattern[str]) -> list[str]:
    """Where in a file's bytes something is found: empty for the file itself, else the archive's member."""
    if data[:4] == b"PK\x03\x04":
        return _members(data, wanted)
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            return []
    return [""] if holds(data, wanted, is_xml=name.endswith((".xml", ".html", ".hpf", ".rels"))) else []


def quotes(path: Path, parts: Callable[[str], set[str]], known: set[str]) -> bool:
    """Whether a text or document has one of the ``known`` parts, as ``parts`` takes a text apart."""
    data = _read(path)
    texts = [data]
    if data[:4] == b"PK\x03\x04":
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                texts = [archive.read(name) for name in archive.namelist() if name.endswith(".xml")]
        except (zipfile.BadZipFile, RuntimeError, zlib.error):
            return False
    return any(
        not known.isdisjoint(parts(reading)) for text in texts for reading in _readings(text, is_xml=True)
    )


def _members(data: bytes, wanted: re.Pattern[str]) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [
                name
                for name in archive.namelist()
                if wanted.search(nfc(name)) or holds(archive.read(name), wanted, is_xml=True)
            ]
    except (zipfile.BadZipFile, RuntimeError, zlib.error):
        return []


def holds(data: bytes, wanted: re.Pattern[str], is_xml: bool = False) -> bool:
    """Whether bytes hold what is wanted in any encoding."""
    return any(wanted.search(text) for text in _readings(data, is_xml))


def _readings(data: bytes, is_xml: bool) -> Iterator[str]:
    text = nfc(data.decode("utf-8", errors="replace"))
    yield text
    if "\\u" in text:
        yield nfc(ESCAPE.sub(_unescaped, text))
    if LINKED.search(text):
        yield nfc(unquote(text))
    if is_xml or "&#" in text:
        yield nfc(html.unescape(TAG.sub("", text)))
    if "\ufffd" in text:
        yield nfc(data.decode("cp949", errors="replace"))
        for start in (0, 1):
            yield nfc(data[start:].decode("utf-16-le", errors="replace"))


def _unescaped(match: re.Match[str]) -> str:
    codes = bytes.fromhex(match.group().replace("\\u", ""))
    return codes.decode("utf-16-be", errors="replace")
