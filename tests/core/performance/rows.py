"""Small indicators and rows of schemes for the tests of this folder."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hengping.law import Confidence, source
from hengping.performance.model import (
    Direction,
    Indicator,
    Measure,
    Operator,
    Outcome,
    Ratio,
    Record,
    Scoring,
    Value,
    Weighing,
)
from hengping.performance.scoring import Proportional

LAW = source("petitions-2022")["第三十四条"]
SINCE = date(2022, 5, 1)


def indicator(
    key: str = "timely-closure",
    title: str = "按期办结率",
    measure: Measure = Ratio(met="closed_on_time", of="closure_due"),  # noqa: B008
    better: Direction = Direction.HIGHER,
    reading: str = "",
) -> Indicator:
    return Indicator(key=key, title=title, cites=(LAW,), since=SINCE, measure=measure, better=better, reading=reading)


def weighing(
    points: str = "10",
    target: str | None = "95",
    operator: Operator = Operator.AT_LEAST,
    scoring: Scoring = Proportional(),  # noqa: B008
    *,
    key: str = "timely-closure",
    block: str = "产出指标",
    level2: str = "时效指标",
    level3: str = "",
    unit: str = "%",
    goal: str = "",
    confidence: Confidence = Confidence.VERIFIED,
) -> Weighing:
    return Weighing(
        indicator=key,
        points=Decimal(points),
        scoring=scoring,
        block=block,
        level2=level2,
        level3=level3,
        operator=operator,
        target=None if target is None else Decimal(target),
        goal=goal,
        unit=unit,
        confidence=confidence,
    )


def value(amount: str | None = None, record: Record | None = None, checks: tuple[str, ...] = ()) -> Value:
    return Value(
        outcome=Outcome.MEASURED,
        amount=None if amount is None else Decimal(amount),
        unit="%",
        record=record,
        checks=checks,
    )
