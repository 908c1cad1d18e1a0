"""What lies in a written DOCX or HWPX, and the file as another program might have saved it."""

import io
import zipfile


def part(data, name):
    """A part of the archive as text."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def changed(data, old, new, name):
    """The file as if a program had saved it with other XML in one part, which must hold the old one."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(made, "w") as target:
        for each in source.namelist():
            content = source.read(each)
            if each == name:
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode())
            target.writestr(each, content)
    return made.getvalue()


def added(data, name, content):
    """The file with one more part."""
    made = io.BytesIO(data)
    with zipfile.ZipFile(made, "a") as target:
        target.writestr(name, content)
    return made.getvalue()
