"""Files that somebody might upload: workbooks laid out like the published tables, and vouchers as XML."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

import openpyxl  # type: ignore[import-untyped]

from hengping.ledger.model import Account, Book, Entry, Fund, Part, Phase, Project
from hengping_io.ledger_import import preview
from hengping_io.ledger_preview import Asked, Preview

YEAR = 2024
PROJECTS = (Project(code="P1", title="信访业务工作专项"),)
EMPTY = Book.of(YEAR, (), PROJECTS)


def entry(
    phase: Phase, amount: str, economic: str, functional: str = "2010301", project: str = "", **more: Any
) -> Entry:
    part = Part.PROJECT if project else Part.BASIC
    return Entry(
        account=Account(phase, part, Fund.GENERAL, functional, economic, project), amount=Decimal(amount), **more
    )


def look(name: str, data: bytes, book: Book = EMPTY, **more: Any) -> Preview:
    return preview(name, data, Asked(year=YEAR, book=book, **more))


def workbook(
    *sheets: tuple[str, Sequence[Sequence[Any]], Iterable[str]],
) -> bytes:
    """Write sheets as name, rows and merged ranges."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows, merged in sheets:
        page = made.create_sheet(name)
        for row in rows:
            page.append(list(row))
        for cells in merged:
            page.merge_cells(cells)
    paper = io.BytesIO()
    made.save(paper)
    return paper.getvalue()


FINAL_HEAD: list[list[Any]] = [
    ["一般公共预算财政拨款支出决算表"],
    ["公开05表"],
    ["部门：示例市信访局", None, None, None, None, None, "金额单位：元"],
    ["项　　目", None, None, None, "合计", "基本支出", "项目支出"],
    ["功能分类科目编码", None, None, "科目名称", None, None, None],
    ["类", "款", "项", None, None, None, None],
    ["栏次", None, None, None, 1, 2, 3],
]
FINAL_MERGED = ("A4:D4", "A5:C5", "D5:D6", "E4:E6", "F4:F6", "G4:G6", "A7:D7")


def final_table(rows: Sequence[Sequence[Any]], head: Sequence[Sequence[Any]] = FINAL_HEAD) -> bytes:
    """Return the fifth published table of the final accounts: by function, basic and project beside each other."""
    return workbook(("公开05表", [*head, *rows], FINAL_MERGED))


FINAL_ROWS: list[list[Any]] = [
    ["合计", None, None, None, "3,500.00", "1,500.00", "2,000.00"],
    ["201", None, None, "一般公共服务支出", "3,500.00", "1,500.00", "2,000.00"],
    ["201", "03", None, "政府办公厅（室）及相关机构事务", "3,500.00", "1,500.00", "2,000.00"],
    ["201", "03", "01", "行政运行", "1,500.00", "1,500.00", None],
    ["201", "03", "02", "一般行政管理事务", "2,000.00", None, "2,000.00"],
]

ECONOMIC_ROWS: list[list[Any]] = [
    ["一般公共预算财政拨款基本支出决算明细表"],
    ["公开06表"],
    ["部门：示例市信访局", None, None, None, None, "单位：万元"],
    ["人员经费", None, None, "公用经费", None, None],
    ["经济分类科目编码", "科目名称", "决算数", "经济分类科目编码", "科目名称", "决算数"],
    ["301", "工资福利支出", "1.20", "302", "商品和服务支出", "0.30"],
    ["30101", "基本工资", "1.00", "30201", "办公费", "0.20"],
    ["30102", "津贴补贴", "0.20", "30211", "差旅费", "0.10"],
]
ECONOMIC_MERGED = ("A4:C4", "D4:F4")

MATRIX_ROWS: list[list[Any]] = [
    ["基本支出决算明细表"],
    ["财决05-1表"],
    ["编制单位：示例市信访局", None, None, None, None, None, None, None, "金额单位：元"],
    ["项目", None, None, None, "合计", "工资福利支出", None, "商品和服务支出", None],
    ["支出功能分类科目编码", None, None, "科目名称", None, "基本工资", "津贴补贴", "办公费", "差旅费"],
    ["类", "款", "项", None, None, None, None, None, None],
    ["201", "03", "01", "行政运行", "1,500.00", "1,000.00", "200.00", "200.00", "100.00"],
]
MATRIX_MERGED = ("A4:D4", "A5:C5", "D5:D6", "E4:E6", "F4:G4", "H4:I4", "F5:F6", "G5:G6", "H5:H6", "I5:I6")

DETAIL_ROWS: list[list[Any]] = [
    ["2024年支出预算明细表"],
    ["单位：元"],
    [
        "功能科目编码",
        "功能科目名称",
        "部门经济科目编码",
        "部门经济科目名称",
        "支出性质",
        "资金性质",
        "项目编码",
        "年初预算数",
        "备注",
    ],
    ["2010301", "行政运行", "30101", "基本工资", "基本支出", "一般公共预算", None, "1000.00", None],
    ["2010302", "一般行政管理事务", "30201", "办公费", "项目支出", "一般公共预算", "P1", "2000.50", "耗材"],
]


def vouchers(*lines: dict[str, str], more: str = "", head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    """Return a general ledger with lines of vouchers."""
    body = "".join(
        "<记账凭证>" + "".join(f"<{name}>{escape(text)}</{name}>" for name, text in line.items()) + "</记账凭证>"
        for line in lines
    )
    return f"{head}<总账>{more}{body}</总账>"


ACCOUNTS = (
    "<会计科目><科目编号>7101</科目编号><科目名称>行政支出</科目名称></会计科目>"
    "<会计科目><科目编号>710101</科目编号><科目名称>一般公共预算财政拨款基本支出</科目名称></会计科目>"
    "<会计科目><科目编号>710102</科目编号><科目名称>一般公共预算财政拨款项目支出</科目名称></会计科目>"
    "<科目辅助核算><科目编号>7101</科目编号><辅助项编号>1</辅助项编号><辅助项名称>支出功能分类</辅助项名称></科目辅助核算>"
    "<科目辅助核算><科目编号>7101</科目编号><辅助项编号>2</辅助项编号><辅助项名称>部门支出经济分类</辅助项名称></科目辅助核算>"
    "<科目辅助核算><科目编号>7101</科目编号><辅助项编号>3</辅助项编号><辅助项名称>项目</辅助项名称></科目辅助核算>"
)


def line(account: str, debit: str = "0.00", credit: str = "0.00", number: str = "0001", **more: str) -> dict[str, str]:
    values = {
        "记账凭证日期": "20240315",
        "会计年度": "2024",
        "会计期间号": "3",
        "记账凭证类型编号": "记",
        "记账凭证编号": number,
        "记账凭证行号": "1",
        "记账凭证摘要": "购办公用品",
        "科目编号": account,
        "借方本币金额": debit,
        "贷方本币金额": credit,
    }
    return values | more


def paid(amount: str, economic: str = "30201", *, project: str = "", number: str = "0001") -> list[dict[str, str]]:
    """Return a voucher of two lines: the expenditure and the money it was paid from."""
    account = "710102" if project else "710101"
    spent = line(account, amount, number=number, 辅助项1编号="2010301", 辅助项2编号=economic, 辅助项3编号=project)
    return [spent, line("6001", credit=amount, number=number)]
