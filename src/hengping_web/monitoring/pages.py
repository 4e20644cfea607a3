"""What a page of monitoring shows, as plain values: the same for a day one looks at and for a report once filed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from hengping.figures import money, print_number
from hengping.performance.goal_watch import GoalWatch
from hengping.performance.money_watch import MoneyWatch
from hengping.performance.monitoring import Monitoring, term_of
from hengping.performance.sight import Judged, Projection

Shown: TypeAlias = dict[str, Any]
MISSING = "未提供"


def content(found: Monitoring) -> Shown:
    """Return a monitoring as texts: numbers as printed, lights with their words, every rule with its text."""
    rules = found.regime
    return {
        "day": found.day.isoformat(),
        "light": _light(found.light),
        "elapsed": str(found.money[0].elapsed),
        "regime": {
            "key": rules.key,
            "title": rules.title,
            "authority": rules.authority,
            "since": rules.since.isoformat(),
            "basis": rules.basis,
            "reading": rules.reading,
            "confidence": rules.confidence.label,
            "term": f"{term_of(rules).title} {term_of(rules).length} {term_of(rules).unit}（{term_of(rules).basis}）",
        },
        "money": [_money(one) for one in found.money],
        "goals": [_goal(one) for one in found.goals],
        "gap": _judged(found.gap) if found.gap else None,
        "explain": [list(row) for row in found.to_explain],
    }


def _money(one: MoneyWatch) -> Shown:
    return {
        "subject": one.subject,
        "title": one.title,
        "project": one.project,
        "budget": _amount(one.budget),
        "executed": _amount(one.executed),
        "expected": _amount(one.expected),
        "rate": _percent(one.rate),
        "elapsed": f"{print_number(one.elapsed.percent, 2)}%",
        "pace": _percent(one.pace),
        "light": _light(one.light),
        "judged": [_judged(row) for row in one.judged],
        "projections": [_projection(row, one.budget) for row in one.projections],
        "remarks": list(one.remarks),
        "explain": one.explain,
    }


def _goal(one: GoalWatch) -> Shown:
    target, told = one.target, one.progress
    unit = target.unit
    return {
        "subject": one.subject,
        "title": one.title,
        "indicator": target.indicator,
        "project": target.project,
        "block": target.block,
        "aim": target.aim,
        "way": "累计数" if target.cumulative else "定性" if target.judged else "比率或时点数",
        "planned": "" if one.planned is None else f"{_short(one.planned)}{unit}",
        "value": MISSING if told is None or told.value is None else f"{told.value:f}{unit}",
        "chance": "" if told is None or told.chance is None else told.chance.label,
        "on": "" if told is None else told.on.isoformat(),
        "note": "" if told is None else told.note,
        "share": _percent(one.share) if target.cumulative else "",
        "light": _light(one.light),
        "judged": [_judged(row) for row in one.judged],
        "projection": None if one.projection is None else _projection(one.projection, None, unit),
        "remarks": list(one.remarks),
        "explain": one.explain,
    }


def _projection(one: Projection, budget: Decimal | None, unit: str = "") -> Shown:
    amount = "" if one.amount is None else f"{_short(one.amount)}{unit}" if unit else str(money(one.amount))
    over = one.amount is not None and budget is not None and one.amount > budget
    return {
        "title": one.rule.title,
        "reading": one.rule.reading,
        "amount": amount,
        "percent": _percent(one.percent) if one.percent is not None else "",
        "working": one.working,
        "reason": one.reason,
        "over": over,
    }


def _judged(one: Judged) -> Shown:
    return {
        "rule": one.rule.title,
        "key": one.rule.key,
        "basis": one.rule.basis,
        "reading": one.rule.reading,
        "light": _light(one.light),
        "said": one.said,
    }


def _light(light: Any) -> Mapping[str, str]:
    return {"key": light.value, "label": light.label, "mark": MARKS[light.value], "tag": TAGS[light.value]}


MARKS = {"normal": "●", "unknown": "○", "watch": "◐", "alert": "▲"}
"""A shape beside the word, so that a light is told apart without its colour."""

TAGS = {"normal": "met", "unknown": "", "watch": "soon", "alert": "overdue"}
"""The class of the site's sheet that colours a light."""


def _amount(amount: Decimal | None) -> str:
    return MISSING if amount is None else print_number(amount / 10_000, 2, thousands=True)


def _percent(value: Decimal | None) -> str:
    return "不适用" if value is None else f"{print_number(value, 2)}%"


def _short(value: Decimal) -> str:
    text = print_number(value, 2)
    return text.rstrip("0").rstrip(".") if "." in text else text


def explained(rows: Iterable[Any]) -> dict[str, Any]:
    """Return the reasons of a report by subject."""
    return {row.subject: row for row in rows}
