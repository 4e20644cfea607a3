"""Indicators name columns that exist, and the library holds the whole framework."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from hengping.errors import RulebookError
from hengping.law import Confidence
from hengping.performance import management, spending
from hengping.performance.library import INDICATORS
from hengping.performance.model import (
    Direction,
    Empty,
    Indicator,
    Operator,
    Outcome,
    Ratio,
    Recorded,
    Total,
    check_columns,
)

from .rows import indicator, weighing


@dataclass(frozen=True)
class Facts:
    """A flat row for these tests."""

    closed_on_time: int
    closure_due: int


FRAMEWORK = [
    "goal-reasonableness", "indicator-clarity", "staff-control", "three-public-change", "key-spending-share",
    "budget-completion", "budget-adjustment", "payment-progress", "carry-over-rate", "carry-over-change",
    "public-funds-control", "three-public-control", "procurement-execution", "budget-rules-soundness",
    "fund-use-compliance", "disclosure", "base-information", "asset-rules-soundness", "asset-safety",
    "fixed-asset-use", "work-completion", "work-on-time", "work-quality", "key-task-completion",
    "economic-benefit", "social-benefit", "ecological-benefit", "public-satisfaction",
]  # fmt: skip


def test_the_library_holds_all_twenty_eight_indicators_of_the_framework() -> None:
    framework = [INDICATORS.get(key) for key in FRAMEWORK]

    assert len(framework) == 28
    assert all(found.cites[0].source.key == "indicators-2013" for found in framework)
    assert {found.level1 for found in framework} == {"投入", "过程", "产出", "效果"}


def test_the_library_holds_what_hunan_adds() -> None:
    added = ["budget-control", "building-area-control", "building-investment-control", "key-task-assessment"]

    assert [INDICATORS.get(key).title for key in added] == [
        "预算控制率",
        "新建楼堂馆所面积控制率",
        "新建楼堂馆所投资概算控制率",
        "重点工作实际完成率",
    ]


def test_every_computed_indicator_of_spending_has_its_formula_in_words() -> None:
    found = [value for value in vars(spending).values() if isinstance(value, Indicator)]

    assert all(item.formula and isinstance(item.measure, Ratio) for item in found)


def test_every_judged_indicator_of_management_is_recorded() -> None:
    found = [value for value in vars(management).values() if isinstance(value, Indicator)]

    assert all(isinstance(item.measure, Recorded) for item in found)


def test_an_indicator_that_names_an_unknown_column_does_not_load() -> None:
    check_columns([indicator()], Facts)
    with pytest.raises(RulebookError, match="指标 lost（迷失率）引用了不存在的列：gone"):
        check_columns([indicator("lost", "迷失率", Ratio(met="gone", of="closure_due"))], Facts)


def test_a_measure_knows_its_columns_and_unit() -> None:
    assert (Ratio("a", "b").columns, Ratio("a", "b").unit) == (("a", "b"), "%")
    assert (Total("a", "件").columns, Total("a", "件").unit) == (("a",), "件")
    assert (Recorded("分").columns, indicator(measure=Recorded("分")).unit) == ((), "分")


def test_an_indicator_is_judged_where_nothing_is_counted() -> None:
    assert indicator(measure=Recorded()).judged
    assert not indicator(measure=Recorded("%")).judged
    assert not indicator().judged


def test_an_indicator_is_as_sure_as_its_least_sure_citation() -> None:
    assert INDICATORS.get("disclosure").confidence is Confidence.VERIFIED
    assert INDICATORS.get("carry-over-rate").confidence is Confidence.WELL_KNOWN
    assert INDICATORS.get("key-task-assessment").confidence is Confidence.UNCERTAIN


@pytest.mark.parametrize(
    ("operator", "below", "same", "above"),
    [
        (Operator.AT_LEAST, False, True, True),
        (Operator.AT_MOST, True, True, False),
        (Operator.MORE, False, False, True),
        (Operator.LESS, True, False, False),
        (Operator.EQUAL, False, True, False),
        (Operator.JUDGED, False, False, False),
    ],
)
def test_an_operator_is_met_on_its_side(operator: Operator, below: bool, same: bool, above: bool) -> None:  # noqa: FBT001
    target = Decimal(95)

    assert [operator.met(Decimal(value), target) for value in ("94", "95", "96")] == [below, same, above]


def test_a_target_is_printed_as_the_form_writes_it() -> None:
    assert weighing(target="95").aim == "95%"
    assert weighing(target="100", operator=Operator.AT_MOST).aim == "≤100%"
    assert weighing(target=None, goal="显著提升").aim == "显著提升"


def test_every_word_a_user_sees_is_there() -> None:
    assert [direction.label for direction in Direction] == ["越高越好", "越低越好", "等于目标为好"]
    assert [outcome.label for outcome in Outcome] == ["已计量", "不适用", "数据不足"]
    assert all(empty.label for empty in Empty)
