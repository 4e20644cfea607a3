"""Put a few new parts into an office package and leave every other part as it is, byte for byte."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Mapping

from hengping_io.read_package import Package

RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
TYPES_PART = "[Content_Types].xml"
HEADER = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Parts:
    """The parts of a package that are changed or added; everything else is taken over when it is packed again."""

    def __init__(self, package: Package, data: bytes) -> None:
        self.package = package
        self._data = data
        self.changed: dict[str, bytes] = {}

    def get(self, name: str) -> bytes:
        """Return a part as it now stands, in UTF-8."""
        if name not in self.changed:
            return in_utf8(self.package.part(name))
        return self.changed[name]

    def has(self, name: str) -> bool:
        """Tell whether there is such a part."""
        return name in self.changed or name in self.package.names

    def free_name(self, pattern: str) -> str:
        """Return the first name of a numbered pattern that no part has."""
        number = 1
        while self.has(pattern.format(number)):
            number += 1
        return pattern.format(number)

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relation from a part to another and return its id."""
        name = relations_of(part)
        if not self.has(name):
            self.changed[name] = HEADER + f'<Relationships xmlns="{RELATIONSHIPS}"></Relationships>'.encode()
        found = self.get(name)
        number = 1
        while f'"hengping{number}"'.encode() in found:
            number += 1
        base = STRICT_OFFICE if STRICT_OFFICE.encode() in found else OFFICE
        relative = posixpath.relpath(target, posixpath.dirname(part) or ".")
        child = (
            f'<Relationship xmlns="{RELATIONSHIPS}" Id="hengping{number}" '
            f'Type="{base}/{kind}" Target="{escape(relative)}"/>'
        )
        self.changed[name] = append_child(found, child)
        return f"hengping{number}"

    def declare(self, part: str, content_type: str) -> None:
        """Say what a new part holds."""
        child = f'<Override xmlns="{CONTENT_TYPES}" PartName="/{escape(part)}" ContentType="{content_type}"/>'
        self.changed[TYPES_PART] = append_child(self.get(TYPES_PART), child)

    def declare_ending(self, ending: str, content_type: str) -> None:
        """Say what every part with an ending holds, unless that is already said."""
        found = self.get(TYPES_PART)
        if f'Extension="{ending}"'.encode().lower() in found.lower():
            return
        child = f'<Default xmlns="{CONTENT_TYPES}" Extension="{ending}" ContentType="{content_type}"/>'
        self.changed[TYPES_PART] = append_child(found, child)

    def pack(self) -> bytes:
        """Return the package with its changed and added parts."""
        target = io.BytesIO()
        left = dict(self.changed)
        with zipfile.ZipFile(io.BytesIO(self._data)) as old, zipfile.ZipFile(target, "w") as new:
            for entry in old.infolist():
                content = left.pop(entry.filename, None)
                new.writestr(entry, old.read(entry) if content is None else content)
            for name, content in left.items():
                added = zipfile.ZipInfo(name)
                added.compress_type = zipfile.ZIP_DEFLATED
                new.writestr(added, content)
        return target.getvalue()


def relations_of(part: str) -> str:
    """Return the name of the part that holds another part's relations.

    >>> relations_of("word/document.xml")
    'word/_rels/document.xml.rels'
    """
    folder, leaf = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{leaf}.rels")


def in_utf8(data: bytes) -> bytes:
    """Return XML in UTF-8, so that new elements can be put between its bytes."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16")
        return re.sub(r'encoding="[^"]*"', 'encoding="UTF-8"', text, count=1).encode()
    return data.removeprefix(b"\xef\xbb\xbf")


def append_child(data: bytes, child: str) -> bytes:
    """Return XML with one more element at the end of its root."""
    at = data.rfind(b"</")
    root_is_empty = at < 0
    if root_is_empty:
        at = data.rfind(b"/>")
        name = re.search(rb"<([A-Za-z_][\w:.-]*)[^<]*$", data[:at])
        closing = b"</" + (name[1] if name else b"") + b">"
        return data[:at] + b">" + child.encode() + closing + data[at + 2 :]
    return data[:at] + child.encode() + data[at:]


def escape(text: str) -> str:
    """Return text as XML takes it; characters XML has no form for become a replacement mark."""
    return NOT_XML.sub("\ufffd", text).translate(ESCAPES)


def spliced(data: bytes, edits: Mapping[tuple[int, int], bytes]) -> bytes:
    """Return bytes with stretches replaced; the stretches do not overlap."""
    pieces: list[bytes] = []
    at = 0
    for (start, end), new in sorted(edits.items()):
        pieces += [data[at:start], new]
        at = end
    pieces.append(data[at:])
    return b"".join(pieces)
