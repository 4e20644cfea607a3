"""Reads XLS and ODS through calamine; for XLS the number formats are read beside it, for ODS they are not told."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import python_calamine

from hengping.document import Assembly, Document, ReadingNote
from hengping.errors import Unreadable
from hengping_io.read_compound import streams
from hengping_io.read_layout import own_title
from hengping_io.read_number_format import shown
from hengping_io.read_package import DAMAGED, Package
from hengping_io.read_sheet import Merge, Sheet, cell_text, lay
from hengping_io.read_xls_formats import Codes, formats

MOST_CELLS = 20_000_000
LARGEST_REPEAT = 1_000_000
REPEATED_ROW = re.compile(
    rb"<table:table-row\b[^>]*number-rows-repeated=\"(\d+)\"[^>]*>(.{0,20000}?)</table:table-row>", re.DOTALL
)
REPEATED_CELL = re.compile(rb"number-columns-repeated=\"(\d+)\"")
Value = int | float | str | bool | time | date | datetime | timedelta


def read_xls(name: str, data: bytes) -> Document:
    """Read an XLS workbook, its numbers shown as their formats show them."""
    found = streams(name, data, ("Workbook", "Book"))
    codes = formats(next(iter(found.values()), b""))
    return _read(name, data, "xls", codes)


def read_ods(name: str, data: bytes) -> Document:
    """Read an OpenDocument spreadsheet, after a look at how far its repeated cells would unfold."""
    content = Package(name, data).part("content.xml")
    for row in REPEATED_ROW.finditer(content):
        across = sum(int(repeat[:9]) for repeat in REPEATED_CELL.findall(row[2])) or 1
        if b"<text:p" in row[2] and int(row[1][:9]) * across > LARGEST_REPEAT:
            raise Unreadable(name, "表格声明的重复单元格过多", "请用办公软件另存为 XLSX 后再试。")
    return _read(name, data, "ods", [])


def _read(name: str, data: bytes, kind: str, codes: list[Codes]) -> Document:
    assembly = Assembly()
    notes = [] if codes else [ReadingNote("format", "单元格的显示格式未读取：数字按存储值，百分数按小数，核对时请留意")]
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            for sheet in _sheets(name, workbook, codes):
                notes.extend(lay(assembly, sheet))
    except python_calamine.PasswordError as error:
        raise Unreadable(name, "文件设有打开密码", "请用密码打开后，去除密码另存再试。") from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Unreadable(name, "文件不完整或已损坏，读不出工作表", DAMAGED) from error
    except BaseException as error:  # a panic of calamine's own language is no Exception and has no importable name
        if type(error).__name__ != "PanicException":
            raise
        raise Unreadable(name, "文件不完整或已损坏", DAMAGED) from error
    document = assembly.finish(name=name, kind=kind, notes=notes)
    return Document(document.text, document.blocks, name, kind, own_title(document.blocks), document.notes)


def _sheets(name: str, workbook: python_calamine.CalamineWorkbook, codes: list[Codes]) -> Iterator[Sheet]:
    for number, metadata in enumerate(workbook.sheets_metadata):
        if metadata.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        found = workbook.get_sheet_by_index(number)
        if found.height * found.width > MOST_CELLS:
            raise Unreadable(name, f"工作表“{metadata.name}”过大", "请只保留要核对的行列后另存再试。")
        sheet = Sheet(metadata.name, hidden=metadata.visible != python_calamine.SheetVisibleEnum.Visible)
        sheet.merges = [Merge(*first, *last) for first, last in found.merged_cell_ranges or ()]
        shapes = codes[number] if number < len(codes) else {}
        top, left = found.start or (0, 0)
        for row, values in enumerate(found.to_python(skip_empty_area=True), top):
            cells = {
                column: text
                for column, value in enumerate(values, left)
                if (text := _shown(value, shapes.get((row, column), "General")))
            }
            if cells:
                sheet.rows[row] = cells
        yield sheet


def _shown(value: Value, code: str) -> str:
    if isinstance(value, str):
        return cell_text(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return shown(repr(value), code)
    return str(value).removesuffix(" 00:00:00")
