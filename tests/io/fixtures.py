"""Files for the readers' tests, made in code so that no binary is kept in the repository."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

WORD_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "v": "urn:schemas-microsoft-com:vml",
        "o": "urn:schemas-microsoft-com:office:office",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    }.items()
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def zipped(parts: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP of the parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def relations(entries: Mapping[str, tuple[str, str]]) -> str:
    """Return a relationships part: id → (kind, target)."""
    nodes = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for key, (kind, target) in entries.items()
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}">{nodes}</Relationships>'


def content_types(parts: Mapping[str, str]) -> str:
    """Return a list of content types for parts of a Word file."""
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    nodes = "".join(f'<Override PartName="/{name}" ContentType="{word}.{kind}+xml"/>' for name, kind in parts.items())
    return (
        f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{nodes}</Types>'
    )


def docx(
    body: str,
    *,
    numbering: str = "",
    styles: str = "",
    parts: Mapping[str, tuple[str, str]] | None = None,
) -> bytes:
    """Return a DOCX with this body; ``parts`` maps a part's name to its relation kind and its XML content."""
    extra = dict(parts or {})
    if numbering:
        extra["numbering.xml"] = ("numbering", f"<w:numbering {WORD_NAMESPACES}>{numbering}</w:numbering>")
    if styles:
        extra["styles.xml"] = ("styles", f"<w:styles {WORD_NAMESPACES}>{styles}</w:styles>")
    files = {
        "[Content_Types].xml": content_types(
            {"word/document.xml": "document.main"}
            | {f"word/{name}": kind for name, (kind, _) in extra.items() if name.endswith(".xml")}
        ),
        "_rels/.rels": relations({"rId1": ("officeDocument", "word/document.xml")}),
        "word/document.xml": f"{HEAD}<w:document {WORD_NAMESPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": relations(
            {f"r{name.partition('.')[0]}": (kind, name) for name, (kind, _) in extra.items()}
        ),
    }
    files |= {f"word/{name}": HEAD + content for name, (_, content) in extra.items()}
    return zipped(files)


def paragraph(text: str, properties: str = "") -> str:
    """Return a Word paragraph with one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(text)}</w:p>"


def run(text: str, properties: str = "") -> str:
    """Return a Word run."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def listed(text: str, number: int, level: int = 0) -> str:
    """Return a Word paragraph of a numbered list."""
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def level(index: int, form: str, text: str, start: int = 1, more: str = "") -> str:
    """Return the definition of one level of a list."""
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def word_list(key: int, levels: str, more: str = "") -> str:
    """Return a list with its own definition."""
    return (
        f'<w:abstractNum w:abstractNumId="{key}">{levels}</w:abstractNum>'
        f'<w:num w:numId="{key}"><w:abstractNumId w:val="{key}"/>{more}</w:num>'
    )


def cell(text: str, properties: str = "") -> str:
    """Return a Word table cell with one paragraph."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{run(text) if text else ''}</w:p></w:tc>"


def table(*rows: str) -> str:
    """Return a Word table of rows, each the text of its cells."""
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


PdfText = tuple[float, float, float, str]
"""A stretch of PDF text: x and baseline from the top left corner, size, text."""

PdfLine = tuple[float, float, float, float]
"""A ruling line: x, y from the top left corner, x, y."""


def pdf(
    pages: Sequence[tuple[Sequence[PdfText], Sequence[PdfLine]]],
    *,
    size: tuple[int, int] = (595, 842),
    rotation: int = 0,
    mapped: bool = True,
    sideways: bool = False,
) -> bytes:
    """Return a PDF with these pages in a standard Chinese font; unmapped, its characters have no Unicode.

    ``sideways`` prints along the long edge: upright again where ``rotation`` is 90.
    """
    box = size[::-1] if sideways else size
    objects: list[bytes] = [b"", b""]
    kids: list[int] = []
    encoding, ordering = ("UniGB-UCS2-H", "GB1") if mapped else ("Identity-H", "Identity")
    system = f"<</Registry(Adobe)/Ordering({ordering})/Supplement 2>>"
    descriptor = (
        "<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0"
        "/Ascent 880/Descent -120/CapHeight 700/StemV 80>>"
    )
    objects.append(
        f"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/{encoding}/DescendantFonts"
        f"[<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo{system}/DW 1000/W[1 95 500]"
        f"/FontDescriptor{descriptor}>>]>>".encode()
    )
    for texts, lines in pages:
        stream = b"".join(_pdf_text(text, size[1], sideways=sideways) for text in texts)
        stream += b"".join(_pdf_line(line, size[1], sideways=sideways) for line in lines)
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        kids.append(len(objects) + 1)
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {box[0]} {box[1]}]/Rotate {rotation}"
            f"/Resources<</Font<</F 3 0 R>>>>/Contents {len(objects)} 0 R>>".encode()
        )
    objects[0] = b"<</Type/Catalog/Pages 2 0 R>>"
    objects[1] = f"<</Type/Pages/Kids[{' '.join(f'{kid} 0 R' for kid in kids)}]/Count {len(kids)}>>".encode()
    return pdf_file(objects)


def pdf_file(objects: Sequence[bytes]) -> bytes:
    """Return a PDF of these objects, the first of them the catalogue."""
    written = b"%PDF-1.7\n"
    offsets: list[int] = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return written + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)


def _pdf_text(text: PdfText, height: int, *, sideways: bool) -> bytes:
    x, y, size, content = text
    code = content.encode("utf-16-be").hex()
    matrix = f"0 1 -1 0 {y} {x}" if sideways else f"1 0 0 1 {x} {height - y}"
    return f"BT /F {size} Tf {matrix} Tm <{code}> Tj ET\n".encode()


def _pdf_line(line: PdfLine, height: int, *, sideways: bool) -> bytes:
    x, y, to_x, to_y = line
    ends = (y, x, to_y, to_x) if sideways else (x, height - y, to_x, height - to_y)
    return f"0.5 w {ends[0]} {ends[1]} m {ends[2]} {ends[3]} l S\n".encode()


def ruled(
    xs: Sequence[float], ys: Sequence[float], rows: Sequence[Sequence[str]]
) -> tuple[list[PdfText], list[PdfLine]]:
    """Return the texts and lines of a fully ruled PDF table."""
    lines = [(xs[0], y, xs[-1], y) for y in ys] + [(x, ys[0], x, ys[-1]) for x in xs]
    texts = [
        (xs[column] + 3.0, ys[row] + 14.0, 10.0, text)
        for row, cells in enumerate(rows)
        for column, text in enumerate(cells)
        if text
    ]
    return texts, lines


def unzipped(data: bytes) -> dict[str, bytes]:
    """Return the parts of a ZIP."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def xlsx(sheet: str) -> bytes:
    """Return a workbook whose one sheet, 表一, is this XML."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return zipped(
        {
            "[Content_Types].xml": HEAD
            + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            "_rels/.rels": relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
            "xl/workbook.xml": f'{HEAD}<workbook xmlns="{main}" xmlns:r="{OFFICE}"><sheets>'
            '<sheet name="表一" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": relations({"rId1": ("worksheet", "worksheets/sheet1.xml")}),
            "xl/worksheets/sheet1.xml": sheet,
        }
    )


def workbook(
    name: str,
    rows: Mapping[int, Sequence[tuple[str, str | float]]],
    merges: Sequence[str] = (),
    formats: Mapping[str, str] | None = None,
) -> bytes:
    """Return a workbook of one sheet: row number → column letters and value; cell → number format."""
    import openpyxl  # type: ignore[import-untyped]

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = name
    for row, cells in rows.items():
        for column, value in cells:
            sheet[f"{column}{row}"] = value
    for merge in merges:
        sheet.merge_cells(merge)
    for cell_name, code in (formats or {}).items():
        sheet[cell_name].number_format = code
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
