from __future__ import annotations

import io
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]
import pytest
from tests.io import fixtures as make

from hengping.document import Document, Paragraph, Table
from hengping.errors import Unreadable
from hengping_io.read import read_bytes


def workbook(*, hidden: bool = False) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "收支总表"
    sheet["B2"] = "收入支出决算总表"
    sheet.merge_cells("B2:E2")
    sheet["E3"] = "单位：万元"
    rows: list[list[object]] = [
        ["收入", None, "支出", None],
        ["项目", "决算数", "项目", "决算数"],
        ["财政拨款", 2940.05, "基本支出", 2336.91],
    ]
    for row in rows:
        sheet.append([None, *row])
    sheet.merge_cells("B4:C4")
    sheet.merge_cells("D4:E4")
    sheet["C6"].number_format = "#,##0.00"
    sheet["B7"], sheet["C7"] = "执行率", 0.982
    sheet["C7"].number_format = "0.00%"
    sheet["B9"] = "注：本表反映部门本年度的总收支情况。"
    second = book.create_sheet("备查")
    second["A1"], second["B1"], second["A2"], second["B2"] = "项目", "金额", "甲", 1
    if hidden:
        second.sheet_state = "hidden"
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


def test_title_lines_table_and_note_are_told_apart() -> None:
    document = read_bytes("表.xlsx", saved(workbook()))

    assert [block.text for block in document.blocks if isinstance(block, Paragraph)] == [
        "收入支出决算总表",
        "单位：万元",
        "注：本表反映部门本年度的总收支情况。",
    ]
    first = tables(document)[0]
    assert (first.title, first.unit, first.header_rows) == ("收入支出决算总表", "万元", 2)


def test_cells_read_as_they_are_shown_with_their_addresses() -> None:
    document = read_bytes("表.xlsx", saved(workbook()))

    assert [[cell.text for cell in row] for row in tables(document)[0].rows] == [
        ["收入", "支出"],
        ["项目", "决算数", "项目", "决算数"],
        ["财政拨款", "2,940.05", "基本支出", "2336.91"],
        ["执行率", "98.20%", "", ""],
    ]
    place = document.place(document.text.index("98.20%"))
    assert place is not None
    assert (place.sheet, place.cell, place.part) == ("收支总表", "C7", "xl/worksheets/sheet1.xml")
    assert str(place) == "工作表“收支总表”C7"


def test_merged_headers_span_their_columns() -> None:
    first = tables(read_bytes("表.xlsx", saved(workbook())))[0]

    assert [(cell.column, cell.column_span) for cell in first.rows[0]] == [(0, 2), (2, 2)]


def test_hidden_sheets_are_read_marked_and_named() -> None:
    document = read_bytes("表.xlsx", saved(workbook(hidden=True)))

    assert [table.hidden for table in tables(document)] == [False, True]
    assert any("“备查”是隐藏的" in note.message for note in document.notes)


def test_formula_errors_and_formulas_without_result_are_told() -> None:
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>项目</t></is></c><c r="B1" t="inlineStr"><is><t>数</t></is></c></row>'
        '<row r="2"><c r="A2" t="str"><v>甲</v></c><c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
        '<row r="3"><c r="A3" t="str"><v>乙</v></c><c r="B3"><f>SUM(B1:B2)</f></c></row></sheetData></worksheet>'
    )

    document = read_bytes("表.xlsx", make.xlsx(sheet))

    assert [note.message for note in document.notes] == [
        "工作表“表一”B2 的公式结果是错误值 #DIV/0!",
        "1 个公式没有存下计算结果，请用 Excel 或 WPS 打开保存后再核对",
    ]


def test_a_cell_of_a_million_characters_is_read() -> None:
    long = "长" * 1_000_000
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row><c t="str"><v>项目</v></c><c t="str"><v>说明</v></c></row>'
        f'<row><c t="str"><v>甲</v></c><c t="inlineStr"><is><t>{long}</t></is></c></row></sheetData></worksheet>'
    )

    document = read_bytes("表.xlsx", make.xlsx(sheet))

    assert len(tables(document)[0].rows[1][1].text) == 1_000_000


def test_far_apart_cells_do_not_unfold_the_sheet() -> None:
    cells = "".join(f'<row r="{n * 5 + 1}"><c r="XFD{n * 5 + 1}"><v>{n}</v></c></row>' for n in range(200))
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>'

    document = read_bytes("表.xlsx", make.xlsx(sheet))

    assert sum(len(table.grid()) for table in tables(document)) <= 200
    assert "199" in document.text


def test_a_missing_sheet_is_named() -> None:
    files = make.unzipped(saved(workbook()))
    del files["xl/worksheets/sheet2.xml"]

    with pytest.raises(Unreadable, match="备查"):
        read_bytes("表.xlsx", make.zipped(files))


def test_what_calamine_sees_is_what_we_see() -> None:
    import python_calamine

    data = saved(workbook())
    document = read_bytes("表.xlsx", data)

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    theirs = [str(value) for value in book.get_sheet_by_name("收支总表").to_python()[4] if value != ""]
    ours = [cell.text for cell in tables(document)[0].rows[2]]
    assert [text.replace(",", "") for text in ours] == theirs


def test_an_open_document_sheet_is_read(tmp_path: Path) -> None:
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        '<table:table table:name="表"><table:table-row><table:table-cell office:value-type="string"><text:p>项目</text:p>'
        '</table:table-cell><table:table-cell office:value-type="string"><text:p>数</text:p></table:table-cell>'
        '</table:table-row><table:table-row{repeat}><table:table-cell office:value-type="string"><text:p>甲</text:p>'
        '</table:table-cell><table:table-cell office:value-type="float" office:value="553.6"><text:p>553.60</text:p>'
        "</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    files = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": content.format(repeat=""),
        "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
    }

    document = read_bytes("表.ods", make.zipped(files))

    assert document.kind == "ods"
    assert document.text == "项目\t数\n甲\t553.6"
    files["content.xml"] = content.format(repeat=' table:number-rows-repeated="1048576"')
    with pytest.raises(Unreadable, match="重复单元格"):
        read_bytes("表.ods", make.zipped(files))


@pytest.mark.parametrize("share", [0.3, 0.7, 0.98])
def test_a_truncated_workbook_is_refused(share: float) -> None:
    data = saved(workbook())

    with pytest.raises(Unreadable, match="不完整或已损坏"):
        read_bytes("表.xlsx", data[: int(len(data) * share)])
