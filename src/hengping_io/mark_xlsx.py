"""A copy of an XLSX with a comment on every cell a finding stands in.

The sheets' own bytes stay as they are but for one element that leads to the comments; a workbook that has comments
already keeps them, and a cell that has one gets our words after its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from hengping.document import Document, Table
from hengping_io.audit_mark import AUTHOR, Remark
from hengping_io.mark_package import HEADER, Parts, append_child, escape
from hengping_io.read_package import Package

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
AFTER_DRAWING = re.compile(
    rb"<(?:[\w.-]+:)?(?:legacyDrawingHF|picture|oleObjects|controls|webPublishItems|tableParts|extLst)\b"
)
ADDRESS = re.compile(r"([A-Z]+)(\d+)")
SHAPE_ID = re.compile(rb"_x0000_s(\d+)")
DRAWING = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/>'
    "</v:shapetype></xml>"
)


def mark_xlsx(document: Document, data: bytes, remarks: Sequence[Remark]) -> bytes:
    """Return the workbook with the remarks as comments; what stands in no cell is said at the top of the first sheet."""
    parts = Parts(Package(document.name, data), data)
    for part, cells in _by_sheet(document, remarks).items():
        if parts.has(part):
            _comment(parts, part, cells)
    return parts.pack()


def _by_sheet(document: Document, remarks: Sequence[Remark]) -> dict[str, dict[str, str]]:
    """Return the words for every cell of every sheet."""
    first = _first_sheet(document)
    found: dict[str, dict[str, list[str]]] = {}
    for remark in remarks:
        place = remark.entry.spots[0].place if remark.entry.spots else None
        known = place is not None and bool(place.part) and ADDRESS.fullmatch(place.cell) is not None
        part, cell = (place.part, place.cell) if place is not None and known else (first, "A1")
        found.setdefault(part, {}).setdefault(cell, []).append(remark.text)
    return {part: {cell: "\n\n".join(texts) for cell, texts in cells.items()} for part, cells in found.items()}


def _first_sheet(document: Document) -> str:
    for block in document.blocks:
        cells = block.cells if isinstance(block, Table) and not block.hidden else ()
        for cell in cells:
            if cell.runs and cell.runs[0].place.part:
                return cell.runs[0].place.part
    return ""


def _comment(parts: Parts, sheet: str, cells: Mapping[str, str]) -> None:
    relations = parts.package.relations(sheet).values()
    there = {one.kind: one.target for one in relations if parts.has(one.target)}
    new = dict(cells)
    if "comments" in there:
        found, joined = _join(parts.get(there["comments"]), cells)
        new = {cell: text for cell, text in cells.items() if cell not in joined}
        parts.changed[there["comments"]] = _add(found, new)
    else:
        space = STRICT_MAIN if STRICT_MAIN.encode() in parts.get(sheet)[:4000] else MAIN
        name = parts.free_name("xl/comments{}.xml")
        empty = f'<comments xmlns="{space}"><authors></authors><commentList></commentList></comments>'
        parts.changed[name] = _add(HEADER + empty.encode(), new)
        parts.relate(sheet, "comments", name)
        parts.declare(name, COMMENTS_TYPE)
    if new:
        _draw(parts, sheet, there.get("vmlDrawing", ""), new)


def _join(comments: bytes, cells: Mapping[str, str]) -> tuple[bytes, set[str]]:
    """Put our words after those of cells that have a comment; return the part and the cells it was done for."""
    joined: set[str] = set()
    for cell, text in cells.items():
        own = re.search(rb'<(?:[\w.-]+:)?comment\b[^>]*\bref="' + cell.encode() + rb'"', comments)
        end = re.compile(rb"</(?:([\w.-]+):)?text>").search(comments, own.end()) if own else None
        if end is not None:
            prefix = f"{end[1].decode()}:" if end[1] else ""
            run = f'<{prefix}r><{prefix}t xml:space="preserve">{escape(f"{chr(10)}{chr(10)}{text}")}</{prefix}t></{prefix}r>'
            comments = comments[: end.start()] + run.encode() + comments[end.start() :]
            joined.add(cell)
    return comments, joined


def _add(comments: bytes, cells: Mapping[str, str]) -> bytes:
    """Add comments of our own, after an author of our own."""
    if not cells:
        return comments
    authors = re.search(rb"<(?:([\w.-]+):)?authors\s*(/>|>)", comments)
    prefix = f"{authors[1].decode()}:" if authors and authors[1] else ""
    number = len(re.findall(rb"<(?:[\w.-]+:)?author\s*[/>]", comments))
    ours = f"<{prefix}author>{AUTHOR}</{prefix}author>"
    comments = _inside(comments, f"{prefix}authors", ours)
    ordered = sorted(cells, key=_position)
    made = "".join(
        f'<{prefix}comment ref="{cell}" authorId="{number}"><{prefix}text><{prefix}r><{prefix}t xml:space="preserve">'
        f"{escape(cells[cell])}</{prefix}t></{prefix}r></{prefix}text></{prefix}comment>"
        for cell in ordered
    )
    return _inside(comments, f"{prefix}commentList", made)


def _inside(data: bytes, name: str, more: str) -> bytes:
    """Put something at the end of an element, which may be empty."""
    closing = f"</{name}>".encode()
    if closing in data:
        return data.replace(closing, more.encode() + closing, 1)
    return re.sub(
        rb"<" + name.encode() + rb"\s*/>", f"<{name}>{more}</{name}>".encode().replace(b"\\", rb"\\"), data, count=1
    )


def _draw(parts: Parts, sheet: str, drawing: str, cells: Mapping[str, str]) -> None:
    """Add the boxes in which the comments are shown; without them no program shows a comment."""
    if not drawing:
        drawing = parts.free_name("xl/drawings/vmlDrawing{}.vml")
        parts.changed[drawing] = DRAWING.encode()
        parts.declare_ending("vml", DRAWING_TYPE)
        relation = parts.relate(sheet, "vmlDrawing", drawing)
        found = parts.get(sheet)
        strict = STRICT_MAIN.encode() in found[:4000]
        space, office = (STRICT_MAIN, STRICT_OFFICE) if strict else (MAIN, OFFICE)
        child = f'<legacyDrawing xmlns="{space}" xmlns:r="{office}" r:id="{relation}"/>'
        after = AFTER_DRAWING.search(found)
        if after is None:
            parts.changed[sheet] = append_child(found, child)
        else:
            parts.changed[sheet] = found[: after.start()] + child.encode() + found[after.start() :]
    found = parts.get(drawing)
    used = [int(number) for number in SHAPE_ID.findall(found)]
    start = max(used, default=1024) + 1
    shapes = "".join(_shape(cell, start + index) for index, cell in enumerate(cells))
    parts.changed[drawing] = append_child(found, shapes)


def _shape(cell: str, number: int) -> str:
    row, column = _position(cell)
    anchor = f"{column + 1},15,{row},2,{column + 6},15,{row + 9},4"
    return (
        f'<v:shape xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        f'xmlns:x="urn:schemas-microsoft-com:office:excel" id="_x0000_s{number}" type="#_x0000_t202" '
        'style="position:absolute;width:320pt;height:140pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" '
        'o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
        '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        f'<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )


def _position(cell: str) -> tuple[int, int]:
    """Return row and column, from 0, of an address.

    >>> _position("AB12")
    (11, 27)
    """
    found = ADDRESS.fullmatch(cell)
    if found is None:
        return 0, 0
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, column - 1
