"""Every indicator's cases, as a lay reader wrote them, come out as written."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hengping.ledger.facts import TITLES
from hengping.performance.evaluate import Measured, measure, score
from hengping.performance.library import INDICATORS
from hengping.performance.model import Outcome, Record, Weighing
from hengping.performance.schemes import schemes

FOLDER = Path(__file__).resolve().parents[2] / "cases" / "indicators"


def cases() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(FOLDER.glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        for case in table["case"]:
            yield table["rule"], case


def number(value: object) -> int | Decimal:
    return value if isinstance(value, int) else Decimal(str(value))


def record(row: dict[str, Any]) -> Record:
    return Record(
        value=Decimal(row["value"]) if "value" in row else None,
        level=row.get("level", ""),
        share=Decimal(row["share"]) if "share" in row else None,
        passed=tuple(row.get("passed", ())),
        evidence=tuple(row.get("evidence", ())),
        text=row.get("text", ""),
    )


def measured(rule: str, case: dict[str, Any]) -> Measured:
    counts = {name: number(value) for name, value in case.get("counts", {}).items()}
    records = {rule: record(case["record"])} if "record" in case else {}
    return Measured(counts=counts, records=records, titles=TITLES)


def weighing(rule: str, scheme: str) -> Weighing:
    return next(row for row in schemes().get(scheme).rows if row.indicator == rule)


@pytest.mark.parametrize(
    ("rule", "case"), list(cases()), ids=lambda part: part if isinstance(part, str) else part["name"]
)
def test_a_case_comes_out_as_written(rule: str, case: dict[str, Any]) -> None:
    value = measure(INDICATORS.get(rule), measured(rule, case))

    assert value.outcome is Outcome(case.get("outcome", "measured"))
    if "amount" in case:
        assert value.amount == Decimal(case["amount"])
    if "reason" in case:
        assert value.reason == case["reason"]


@pytest.mark.parametrize(
    ("rule", "case"),
    [(rule, case) for rule, case in cases() if "scheme" in case],
    ids=lambda part: part if isinstance(part, str) else part["name"],
)
def test_a_case_earns_the_points_written(rule: str, case: dict[str, Any]) -> None:
    indicator = INDICATORS.get(rule)

    earned = score(weighing(rule, case["scheme"]), indicator, measure(indicator, measured(rule, case)))

    assert (None if earned.points is None else str(earned.points)) == case.get("points")
    if "working" in case:
        assert earned.working == case["working"]
    if "unscored" in case:
        assert earned.value.reason == case["unscored"]
