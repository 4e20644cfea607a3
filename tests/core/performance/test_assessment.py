"""Points given by people: never below nothing or above the weight, and a shortfall has its reason."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from hengping.errors import Refusal
from hengping.law import source
from hengping.performance.assessment import Duty, asked, awarded, owed
from hengping.performance.evaluate import Measured, evaluate
from hengping.performance.library import INDICATORS
from hengping.performance.model import Block, Record, Scheme, Weighing
from hengping.performance.schemes import targeted


def row(indicator: str, points: str = "10", target: str = "90", operator: str = "≥") -> Weighing:
    return targeted(
        {
            "indicator": indicator,
            "project": "",
            "block": "产出指标",
            "level2": "质量指标",
            "level3": "某项",
            "operator": operator,
            "target": Decimal(target),
            "goal": "",
            "unit": "%",
            "points": Decimal(points),
            "scoring": "",
        }
    )


def evaluated(records: dict[str, Record]) -> list[tuple[str, Duty, tuple[str, ...]]]:
    scheme = Scheme(
        key="some",
        title="某表",
        cites=(source("house-rules").whole,),
        since=date(2020, 1, 1),
        authority="some",
        blocks=(Block("产出指标", Decimal(20)),),
        rows=(row("public-satisfaction"), row("timely-reply")),
    )
    found = evaluate(scheme, INDICATORS, Measured(counts={}, records=records), date(2025, 3, 1))
    assert [one.indicator for one in asked(found)] == ["public-satisfaction"]
    return [(one.indicator, one.duty, one.missing) for one in owed(found)]


def test_full_points_need_no_reason() -> None:
    assert awarded("按期答复率", Decimal(9), Decimal(9)) == Decimal("9.00")


def test_points_that_fall_short_are_given_with_their_reason() -> None:
    assert awarded("按期答复率", Decimal(9), Decimal("8.5"), "个别事项逾期") == Decimal("8.50")


@pytest.mark.parametrize(
    ("points", "words"),
    [("9.01", "高于该项分值 9.00 分"), ("-0.01", "低于零分"), ("8.555", "超过两位小数"), ("8", "没有写明理由")],
)
def test_points_that_may_not_be_given_are_refused_with_what_now(points: str, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        awarded("按期答复率", Decimal(9), Decimal(points), "" if points == "8" else "有理由")


def test_a_reason_of_blanks_is_no_reason() -> None:
    with pytest.raises(Refusal, match="没有写明理由"):
        awarded("按期答复率", Decimal(9), Decimal(8), " \n")


def test_what_nobody_recorded_and_what_the_facts_lack_are_owed_apart() -> None:
    found = evaluated({})

    assert [(key, duty) for key, duty, _ in found] == [
        ("public-satisfaction", Duty.RECORD),
        ("timely-reply", Duty.FACTS),
    ]


def test_a_record_without_papers_owes_papers_and_one_short_of_its_target_a_cause() -> None:
    bare = evaluated({"public-satisfaction": Record(value=Decimal(95))})
    short = evaluated({"public-satisfaction": Record(value=Decimal(80), evidence=("survey",))})
    told = evaluated(
        {"public-satisfaction": Record(value=Decimal(80), evidence=("survey",), cause="天气", remedy="提前")}
    )

    assert bare[0][1:] == (Duty.EVIDENCE, ("佐证材料",))
    assert short[0][1] is Duty.EXPLAIN
    assert [key for key, _, _ in told] == ["timely-reply"]
