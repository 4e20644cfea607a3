"""The workbook holds numbers as numbers, texts as texts, and the forms as they were laid."""

from __future__ import annotations

import io
from functools import cache

import openpyxl  # type: ignore[import-untyped]
import pytest
from openpyxl.workbook.workbook import Workbook  # type: ignore[import-untyped]
from openpyxl.worksheet.worksheet import Worksheet  # type: ignore[import-untyped]
from tests.core.reports import sample

from hengping.document import Cell, Run, Table
from hengping.figures import Figure
from hengping.reports.compose import compose
from hengping.reports.forms import FilledForm, forms
from hengping_io.write_xlsx import sheet_name, write_xlsx


def opened(data: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


@cache
def book() -> Workbook:
    facts = sample.bureau()
    report = compose(facts)
    return opened(write_xlsx(forms(facts, report), report.label))


def found(sheet: Worksheet, label: str) -> list[object]:
    for row in sheet.iter_rows(values_only=True):
        if row[0] == label:
            return [value for value in row[1:] if value is not None]
    raise AssertionError(label)


def test_there_is_one_sheet_for_each_form() -> None:
    assert book().sheetnames == ["基础数据表", "部门整体自评表", "项目1 接访劳务与维护", "项目2 信访信息系统运行"]


def test_amounts_are_numbers_with_two_decimals() -> None:
    sheet = book()["部门整体自评表"]
    row = next(row for row in sheet.iter_rows() if row[0].value == "年度资金总额")

    assert (row[2].value, row[2].number_format) == (777.2, "0.00")
    assert (row[6].value, row[6].number_format) == (0.992, "0.00%")


def test_what_is_missing_is_said_and_not_zero() -> None:
    assert found(book()["基础数据表"], "1、业务工作专项：接访劳务与维护") == ["未提供", 138.0, 128.68]


def test_title_unit_and_label_stand_over_every_sheet() -> None:
    for sheet in book().worksheets:
        above = [sheet.cell(row, 1).value for row in (1, 2, 3)]

        assert above[0] == "虚构单位与虚构数字，仅供测试"
        assert "自评表" in str(above[1]) or "基础数据表" in str(above[1])
        assert above[2] == "单位：万元"


def test_merged_cells_are_those_of_the_form() -> None:
    sheet = book()["部门整体自评表"]
    spans = {str(span) for span in sheet.merged_cells.ranges}

    assert "A1:H1" in spans
    assert any(span.startswith("A") and span.split(":")[1].startswith("A") for span in spans)


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "http://example.org", "{=1}"])
def test_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    table = Table(((Cell(text, runs=(Run(text),)), Cell("乙", column=1, runs=(Run("乙"),))),), title=text)
    sheet = opened(write_xlsx([FilledForm(key="a", sheet="甲", table=table)])).worksheets[0]

    assert [cell.data_type for row in sheet.iter_rows() for cell in row if cell.value] == ["s"] * 3
    assert sheet.cell(2, 1).value == text


def test_a_figure_keeps_its_decimals() -> None:
    from decimal import Decimal

    figure = Figure(Decimal("19.5"), "分", 2, "19.50分")
    table = Table(((Cell("19.50", runs=(Run("19.50", figure=figure),)), Cell("乙", column=1)),))
    cell = opened(write_xlsx([FilledForm(key="a", sheet="甲", table=table)])).worksheets[0].cell(1, 1)

    assert (cell.value, cell.number_format) == (19.5, "0.00")


def test_sheet_names_are_cut_cleaned_and_never_repeated() -> None:
    first = sheet_name("项目[1]：" + "很长的名称" * 8, [])
    second = sheet_name("项目[1]：" + "很长的名称" * 8, [first])

    assert len(first) <= 31
    assert len(second) <= 31
    assert "[" not in first
    assert second.endswith("-2")
    assert sheet_name("***", []) == "表"


def test_the_same_forms_give_the_same_bytes() -> None:
    facts = sample.bureau()
    report = compose(facts)

    assert write_xlsx(forms(facts, report)) == write_xlsx(forms(facts, report))
