"""What lies in a written DOCX or HWPX, and the file as another program might have saved it."""

import io
import re
import zipfile

DOCUMENT, SECTION = "word/document.xml", "Contents/section0.xml"
"""Where DOCX and HWPX hold their text."""


def part(data, name):
    """A part of the archive as text."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def changed(data, old, new, name):
    """The file as if a program had saved it with other XML in one part, which must hold the old one.

    ``old`` is text or a compiled pattern.
    """
    pattern = old if isinstance(old, re.Pattern) else re.compile(re.escape(old))
    text, times = pattern.subn(new if pattern is old else lambda _: new, part(data, name))
    assert times
    return replaced(data, name, text.encode())


def replaced(data, name, content):
    """The file with something else in one part."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for each in source.namelist():
            target.writestr(each, content if each == name else source.read(each))
    return made.getvalue()


def added(data, name, content):
    """The file with one more part."""
    made = io.BytesIO(data)
    with zipfile.ZipFile(made, "a") as target:
        target.writestr(name, content)
    return made.getvalue()
