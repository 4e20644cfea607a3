"""Published tables are told apart by the words of their titles and headers."""

from __future__ import annotations

import pytest

from hengping.ledger.model import Fund, Part, Phase
from hengping.ledger.table_words import amount_role, aside, column_role, fund_of, part_of, phase_of, years_of


@pytest.mark.parametrize(
    ("title", "phase", "fund", "part"),
    [
        ("一般公共预算财政拨款支出决算表", Phase.FINAL, Fund.GENERAL, None),
        ("一般公共预算财政拨款基本支出决算明细表", Phase.FINAL, Fund.GENERAL, Part.BASIC),
        ("政府性基金预算财政拨款收入支出决算表", Phase.FINAL, Fund.GOVERNMENT_FUNDS, None),
        ("国有资本经营预算支出表", Phase.INITIAL, Fund.STATE_CAPITAL, None),
        ("2024年部门支出预算总表", Phase.INITIAL, None, None),
        ("项目支出决算明细表", Phase.FINAL, None, Part.PROJECT),
        ("基本支出和项目支出决算表", Phase.FINAL, None, None),
        ("人员情况表", None, None, None),
    ],
)
def test_a_title_says_statement_budget_and_part(
    title: str, phase: Phase | None, fund: Fund | None, part: Part | None
) -> None:
    assert (phase_of(title), fund_of(title), part_of(title)) == (phase, fund, part)


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("支出功能分类科目编码", "functional"),
        ("功能分类科目名称", "name"),
        ("部门预算经济分类科目编码", "economic"),
        ("政府预算经济分类科目编码", "government"),
        ("科 目 编 码", "code"),
        ("项目编码", "project_code"),
        ("单位名称", "unit"),
        ("年初预算数", ""),
    ],
)
def test_a_header_says_what_its_column_is_for(header: str, role: str) -> None:
    assert column_role(header) == role


@pytest.mark.parametrize(
    ("header", "role"),
    [
        (("基本支出", "小计"), "basic"),
        (("本年支出合计",), "total"),
        (("本年支出", "项目支出"), "project"),
        (("对附属单位补助支出",), "outside"),
        (("年末结转和结余",), "outside"),
        (("科目名称",), ""),
    ],
)
def test_what_a_header_says_outright_counts_before_the_subtotal_below_it(header: tuple[str, ...], role: str) -> None:
    assert amount_role(header) == role


def test_known_tables_that_are_not_entered_say_why() -> None:
    assert aside("收入决算表").startswith("收入表")
    assert aside("财政拨款“三公”经费支出决算表").startswith("“三公”经费表")
    assert aside("支出决算表") == ""


def test_years_are_read_from_titles_and_not_from_numbers() -> None:
    assert years_of("2024年部门预算") == {2024}
    assert years_of("公开 2024 05 表") == frozenset()
