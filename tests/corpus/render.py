"""Small documents written as plain text, rendered to the format their first line names.

``#`` opens headings, ``|`` a table row; a row of one cell spans its table, equal neighbours in the first column merge.
"""

from __future__ import annotations

import html
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import typst
import xlsxwriter  # type: ignore[import-untyped]

from hengping.document import Document
from hengping_io.read import read_bytes

FOLDER = Path(__file__).parent
NUMBER = re.compile(r"-?[\d,]+\.\d\d|\d{1,3}")
MARKUP = re.compile(r"([\\#$*_`<>@\[\]~=/\-+])")


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading (level above zero) or table of a source text."""

    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()


def load(name: str, changes: tuple[tuple[str, str], ...] = ()) -> Document:
    """Return a document of the corpus as its reader gives it, with some of its words replaced."""
    source = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in source, old
        source = source.replace(old, new, 1)
    first, _, body = source.partition("\n")
    form = first.removeprefix("format: ")
    return read_bytes(f"{name}.{form}", RENDERERS[form](blocks(body)))


def blocks(body: str) -> list[Block]:
    """Split a source text into its blocks."""
    found: list[Block] = []
    for line in body.splitlines():
        if line.startswith("|"):
            row = tuple(cell.strip() for cell in line[1:-1].split("|"))
            if found and found[-1].rows:
                found[-1] = Block(rows=(*found[-1].rows, row))
            else:
                found.append(Block(rows=(row,)))
        elif line.strip():
            marks = len(line) - len(line.lstrip("#"))
            found.append(Block(line[marks:].strip(), marks))
    return found


def to_txt(parts: list[Block]) -> bytes:
    """Return lines of text, table cells parted by tabs."""
    lines = ["\n".join("\t".join(row) for row in part.rows) if part.rows else part.text for part in parts]
    return "\n".join(lines).encode()


def to_html(parts: list[Block]) -> bytes:
    """Return a page of a government site, with its navigation and foot."""
    body = "".join(_table_html(part) if part.rows else _paragraph_html(part) for part in parts)
    page = f'<div><a href="/">首页</a> &gt; 政务公开</div><div>{body}</div><div>网站标识码4301000001</div>'
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{page}</body></html>'.encode()


def _paragraph_html(part: Block) -> str:
    tag = f"h{part.level}" if part.level else "p"
    return f"<{tag}>{html.escape(part.text)}</{tag}>"


def _table_html(part: Block) -> str:
    rows = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in part.rows)
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def to_docx(parts: list[Block]) -> bytes:
    """Return a Word document with headings and merged cells."""
    made = docx.Document()
    for part in parts:
        if part.rows:
            _table_docx(made, part.rows)
        elif part.level:
            made.add_heading(part.text, part.level)
        else:
            made.add_paragraph(part.text)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _table_docx(made: Any, rows: tuple[tuple[str, ...], ...]) -> None:
    width = max(map(len, rows))
    table = made.add_table(len(rows), width)
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            table.cell(number, column).text = cell
        if len(row) == 1:
            table.cell(number, 0).merge(table.cell(number, width - 1))


def to_xlsx(parts: list[Block]) -> bytes:
    """Return a workbook whose amounts are numbers and whose title is one merged cell."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet, money = book.add_worksheet(), book.add_format({"num_format": "#,##0.00"})
    rows = [row for part in parts for row in (part.rows or ((part.text,),))]
    width = max(map(len, rows))
    for number, row in enumerate(rows):
        if len(row) == 1:
            sheet.merge_range(number, 0, number, width - 1, row[0])
            continue
        for column, cell in enumerate(row):
            if NUMBER.fullmatch(cell):
                sheet.write_number(number, column, float(cell.replace(",", "")), money if "." in cell else None)
            elif cell:
                sheet.write_string(number, column, cell)
    book.close()
    return out.getvalue()


def to_pdf(parts: list[Block]) -> bytes:
    """Return a typeset document with page numbers."""
    source = ['#set page(numbering: "— 1 —")', '#set text(font: "Noto Serif CJK SC", lang: "zh")']
    for part in parts:
        words = re.sub(r"^(\d+)\.", r"\1\\.", MARKUP.sub(r"\\\1", part.text))
        source.append(f"#heading(level: {part.level})[{words}]" if part.level else words)
    return bytes(typst.compile("\n\n".join(source).encode()))


RENDERERS = {"txt": to_txt, "html": to_html, "docx": to_docx, "xlsx": to_xlsx, "pdf": to_pdf}
