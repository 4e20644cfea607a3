"""Writes forms as XLSX: one sheet each, amounts as numbers, texts as texts and never as formulas."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from hengping.document import Cell, Table
from hengping.figures import Figure
from hengping.reports.forms import FilledForm
from hengping_io.page_layout import width_of

FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
LONGEST_NAME = 31
COLUMN, LAST_COLUMN = 15, 30
"""Widths in letters; the last column of the forms holds sentences."""
LINE = 16
ONE_PAGE = 36
"""A form of no more rows than this is printed on one page."""
ANY_DAY = datetime(2020, 1, 1)  # noqa: DTZ001 - a file's fixed date has no zone


def write_xlsx(forms: Iterable[FilledForm], label: str = "") -> bytes:
    """Return a workbook with one sheet per form; ``label`` stands over every one of them."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        # One report gives one file, byte for byte, so the time of writing is not recorded.
        book.set_properties({"created": ANY_DAY})
        styles = _Styles(book)
        names: list[str] = []
        for form in forms:
            names.append(sheet_name(form.sheet, names))
            _sheet(book.add_worksheet(names[-1]), form.table, styles, label)
    return target.getvalue()


def sheet_name(wanted: str, taken: Iterable[str]) -> str:
    """Return a sheet name that spreadsheets accept and that is not taken."""
    plain = FORBIDDEN.sub(" ", wanted).strip()[:LONGEST_NAME] or "表"
    used = {name.casefold() for name in taken}
    number, found = 1, plain
    while found.casefold() in used:
        number += 1
        found = f"{plain[: LONGEST_NAME - len(str(number)) - 1]}-{number}"
    return found


class _Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def __call__(self, **options: Any) -> Format:
        key = tuple(sorted(options.items()))
        if key not in self._made:
            base = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
            self._made[key] = self._book.add_format(base | options)
        return self._made[key]


def _sheet(sheet: Worksheet, table: Table, styles: _Styles, label: str) -> None:
    width = max((cell.column + cell.column_span for cell in table.cells), default=1)
    top = 0
    sheet.set_column(0, width - 2, COLUMN)
    sheet.set_column(width - 1, width - 1, LAST_COLUMN)
    title = styles(font_size=16, font_name="黑体", align="center")
    for text, style in ((label, styles(font_color="#9A3412", align="center")), (table.title, title)):
        if text:
            _merge(sheet, (top, 0, top, width - 1), text, style)
            sheet.set_row(top, 30 if style is title else 18)
            top += 1
    if table.unit:
        _merge(sheet, (top, 0, top, width - 1), f"单位：{table.unit}", styles(align="right"))
        top += 1
    for cell in table.cells:
        _cell(sheet, cell, top, styles, width)
    for place, row in enumerate(table.rows):
        sheet.set_row(top + place, LINE * max((_lines(cell, width) for cell in row), default=1) + 4)
    _print_setup(sheet, top, len(table.rows))


def _print_setup(sheet: Worksheet, top: int, rows: int) -> None:
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 1 if rows <= ONE_PAGE else 0)
    sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
    sheet.set_footer("&C— &P —")
    if top:
        sheet.repeat_rows(0, top - 1)


def _lines(cell: Cell, width: int) -> int:
    room = _room(cell, width) - 1
    lines = sum(max(1, -(-width_of(part) // room)) for part in cell.text.split("\v"))
    return -(-lines // cell.row_span)


def _room(cell: Cell, width: int) -> int:
    wider = LAST_COLUMN - COLUMN if cell.column + cell.column_span == width else 0
    return COLUMN * cell.column_span + wider


def _cell(sheet: Worksheet, cell: Cell, top: int, styles: _Styles, width: int) -> None:
    figure = cell.runs[0].figure if len(cell.runs) == 1 else None
    options: dict[str, Any] = {"border": 1, "text_wrap": True, "align": _align(cell, figure, width)}
    if cell.header:
        options |= {"bold": True, "bg_color": "#EEF5F5"}
    if figure is not None:
        options["num_format"] = _number_format(figure)
    style = styles(**options)
    first, left = top + cell.row, cell.column
    last, right = first + cell.row_span - 1, left + cell.column_span - 1
    if (first, left) != (last, right):
        sheet.merge_range(first, left, last, right, "", style)
    if figure is None:
        sheet.write_string(first, left, cell.text.replace("\v", "\n"), style)
    else:
        value = figure.value / 100 if figure.unit == "%" else figure.value
        sheet.write_number(first, left, float(value), style)


def _align(cell: Cell, figure: Figure | None, width: int) -> str:
    if figure is not None:
        return "right"
    label = cell.column == 0 and cell.column_span > 1 and not cell.header
    return "left" if label or width_of(cell.text) >= _room(cell, width) else "center"


def _number_format(figure: Figure) -> str:
    decimals = "." + "0" * figure.decimals if figure.decimals else ""
    return f"0{decimals}%" if figure.unit == "%" else f"0{decimals}"


def _merge(sheet: Worksheet, place: tuple[int, int, int, int], text: str, style: Format) -> None:
    if place[1] != place[3]:
        sheet.merge_range(*place, "", style)
    sheet.write_string(place[0], place[1], text, style)
