"""Prose names its figures: what was typed is found and the name that prints the same is offered."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hengping.errors import Refusal
from hengping.figures import Figure
from hengping.reports.model import Working, by_name
from hengping.reports.prose import checked, typed_figures

NAMED = by_name([Working(name="final-accounts.total", title="支出决算", figure=Figure(Decimal("2541.00"), "万元", 2))])


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("全年支出2541.00万元。", ["2541.00万元"]),
        ("执行率达 98.5%，增长３％", ["98.5%", "３％"]),
        ("提高两个百分点为主，降低1.5个百分点", ["两个百分点", "1.5个百分点"]),
        ("投入三百万元，占百分之五", ["三百万元", "百分之五"]),
        ("节约1,200元", ["1,200元"]),
        ("平均3.1", ["3.1"]),
        ("2024年3月31日，湘财绩〔2024〕1号，督查12次，化解3件，第一季度", []),
        ("支出{{final-accounts.total}}，万元以上的合同逐一核对", []),
    ],
)
def test_amounts_and_rates_are_found_and_days_counts_and_numbers_of_papers_are_not(text: str, typed: list[str]) -> None:
    assert [found.text for found in typed_figures(text, NAMED)] == typed


def test_the_refusal_offers_the_name_that_prints_the_same() -> None:
    with pytest.raises(Refusal, match=r"请改为插入 \{\{final-accounts\.total\}\}"):
        checked("全年支出2541.00万元。", NAMED)


def test_a_figure_nothing_prints_is_refused_with_where_to_look() -> None:
    with pytest.raises(Refusal, match="请从“插入数字”中选取"):
        checked("全年支出9.99万元。", NAMED)


def test_a_name_nobody_knows_is_refused() -> None:
    with pytest.raises(Refusal, match="没有名为“final-account”的数字"):
        checked("支出{{final-account}}", NAMED)


def test_prose_that_names_its_figures_is_taken_as_it_is() -> None:
    assert checked("支出{{final-accounts.total}}。", NAMED) == "支出{{final-accounts.total}}。"
