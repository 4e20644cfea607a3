"""Rates printed in the columns of a table are held to the amounts of their rows."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from hengping.audit.examine import examine
from hengping.audit.model import Verdict
from hengping.document import Assembly, Cell, Place, Run

EXECUTION = (
    ("项目", "年初预算数", "全年预算数", "决算数", "执行率（%）", "备注"),
    ("信访专项", "100", "120", "118", "98.33", ""),
    ("信息化", "80", "80", "76", "95.00", ""),
    ("培训", "20", "20", "15", "75.00", ""),
)
GROWTH = (
    ("项目", "2023年决算数", "2024年决算数", "增减额", "增减率"),
    ("公务接待费", "3.00", "2.40", "-0.60", "-20%"),
    ("公务用车运行维护费", "7.00", "6.80", "-0.20", "-2.86%"),
    ("合计", "10.00", "9.20", "-0.80", "-8.0%"),
)
SHARES = (
    ("类别", "金额", "占比"),
    ("工资福利支出", "600", "60%"),
    ("商品和服务支出", "300", "30%"),
    ("对个人和家庭的补助", "100", "10%"),
    ("合计", "1000", "100%"),
)
CASES = [
    (EXECUTION, "75.00", "80.00", "EXE-01"),
    (GROWTH, "-8.0%", "-8.5%", "PCT-04"),
    (SHARES, "10%", "12%", "PCT-01"),
]


def contradicted(rows: Sequence[Sequence[str]]) -> set[str]:
    """Return the checks that contradict a table under the title of a report."""
    assembly = Assembly()
    assembly.paragraph([Run("某局2024年度部门整体支出绩效自评报告", Place(paragraph=1))])
    assembly.paragraph([Run("单位：万元", Place(paragraph=2))])
    assembly.table(
        [
            [
                Cell(text, row=r, column=c, runs=(Run(text, Place(table=1, row=r + 1, column=c + 1)),))
                for c, text in enumerate(row)
            ]
            for r, row in enumerate(rows)
        ]
    )
    claims = examine(assembly.finish(kind="docx")).claims
    return {one.check for one in claims if one.verdict is Verdict.CONTRADICTION}


def changed(rows: Sequence[Sequence[str]], old: str, new: str) -> list[list[str]]:
    return [[new if text == old else text for text in row] for row in rows]


@pytest.mark.parametrize("rows", [case[0] for case in CASES])
def test_a_table_whose_rates_follow_from_its_amounts_is_not_accused(rows: Sequence[Sequence[str]]) -> None:
    assert contradicted(rows) == set()


@pytest.mark.parametrize(("rows", "old", "new", "check"), CASES)
def test_a_rate_that_does_not_follow_is_found(rows: Sequence[Sequence[str]], old: str, new: str, check: str) -> None:
    assert check in contradicted(changed(rows, old, new))


def test_a_column_that_most_rows_do_not_bear_out_is_left_alone() -> None:
    rows = changed(changed(EXECUTION, "98.33", "40.00"), "95.00", "50.00")

    assert "EXE-01" not in contradicted(rows)
