"""Files for the readers' tests, made in code so that no binary is kept in the repository."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

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
        "[Content_Types].xml": HEAD + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
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
