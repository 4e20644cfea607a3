"""The table for spreadsheet programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from hengping_io.audit_csv import HEADS, write_csv
from hengping_io.audit_view import Audit

Auditor = Callable[..., Audit]


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_one_row_for_each_finding_with_its_numbers(audited: Auditor) -> None:
    text = write_csv(audited())

    found = next(row for row in table(text) if row["说明"] == "基本支出有差额")
    assert text.startswith("\ufeff" + ",".join(HEADS) + "\r\n")
    assert (found["结论"], found["程度"], found["行"], found["起"], found["止"]) == (
        "未说明差额",
        "错误",
        "5",
        "0",
        "12",
    )
    assert (found["文中"], found["算得"], found["相差"], found["单位"], found["须答复"]) == (
        "100.00",
        "90.00",
        "10.00",
        "万元",
        "是",
    )


def test_agreeing_statements_are_rows_on_request(audited: Auditor) -> None:
    assert len(table(write_csv(audited()))) == 4
    assert len(table(write_csv(audited(), claims=True))) == 5


def test_no_cell_is_taken_for_a_formula(audited: Auditor) -> None:
    text = write_csv(audited('=cmd|"/c calc"!A1万元租赁费，绩效目标\n+租赁费12万元，其中：=1万元。\n'))

    for row in table(text):
        for cell in row.values():
            assert not cell.startswith(("=", "+", "@", "\t"))
