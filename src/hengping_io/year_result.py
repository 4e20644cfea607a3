"""A year's result for programs: facts, counts, indicators, scores with their working, adjustments, notices, rules.

The same year gives the same bytes: keys are sorted, and nothing says when or on which machine it was computed. The
schema is docs/schemas/result.schema.json.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from hengping.dates import official_calendar
from hengping.law import Rule
from hengping.ledger.accounts import doubts, overspending
from hengping.performance.evaluate import Measured
from hengping.performance.library import INDICATORS
from hengping.performance.model import Evaluation, Indicator, Record, Score, Value
from hengping.petitions.columns import COUNT_COLUMNS
from hengping.reports.compose import SECTIONS
from hengping.reports.model import Report, Working
from hengping_io.year_evaluation import Year
from hengping_io.year_folder import YearFolder

FORMAT = "hengping-result/1"
Data = dict[str, Any]


def write_result(folder: YearFolder, year: Year, report: Report) -> str:
    """Return the result as JSON text."""
    return json.dumps(result_data(folder, year, report), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def result_data(folder: YearFolder, year: Year, report: Report) -> Data:
    """Return the result as plain dictionaries and lists."""
    day: date = folder.unit["reported_on"]
    return {
        "format": FORMAT,
        "unit": _unit(folder),
        "tables": {name: len(folder.tables[name]) for name in sorted(folder.given)},
        "rules": _rules(folder, year, day),
        "facts": {name: _plain(value) for name, value in _book_counts(year.measured).items()},
        "counts": {name: _plain(value) for name, value in _petition_counts(year.measured).items()},
        "indicators": [_indicator(INDICATORS.get(key, day), value) for key, value in year.values.items()],
        "evaluation": None if year.evaluation is None else _evaluation(year.evaluation),
        "projects": {code: _evaluation(found) for code, found in year.projects.items()},
        "figures": {name: _figure(working) for name, working in report.named.items()},
        "adjustments": [
            {"name": working.name, "exact": _plain(working.exact), "adjustment": _plain(working.adjustment)}
            for working in report.named.values()
            if working.adjustment
        ],
        "notices": list(_notices(folder, year)),
    }


def _unit(folder: YearFolder) -> Data:
    unit = folder.unit
    return {
        "name": unit["name"],
        "fiscal_year": unit["fiscal_year"],
        "reported_on": unit["reported_on"].isoformat(),
        "label": unit["label"],
        "partial": bool(unit["partial"]),
    }


def _rules(folder: YearFolder, year: Year, day: date) -> Data:
    """Name the version of every rule that decided anything: its key and the day it came into force."""
    schemes = [] if year.evaluation is None else [year.evaluation.scheme]
    return {
        "calendar": official_calendar().version if folder.has("events") else "",
        "scheme": _versions(schemes),
        "indicators": _versions(INDICATORS.on(day)),
        "sections": _versions(SECTIONS.on(day)),
    }


def _versions(rules: Iterable[Rule]) -> dict[str, str]:
    return {rule.key: rule.since.isoformat() for rule in rules}


def _book_counts(measured: Measured) -> Mapping[str, Any]:
    return {name: value for name, value in measured.counts.items() if name not in COUNT_COLUMNS}


def _petition_counts(measured: Measured) -> Mapping[str, Any]:
    return {name: value for name, value in measured.counts.items() if name in COUNT_COLUMNS}


def _indicator(indicator: Indicator, value: Value) -> Data:
    return {
        "key": indicator.key,
        "title": indicator.title,
        "level1": indicator.level1,
        "level2": indicator.level2,
        "formula": indicator.formula,
        "reading": indicator.reading,
        "cites": [str(cite) for cite in indicator.cites],
        "confidence": indicator.confidence.value,
        **_value(value),
    }


def _value(value: Value) -> Data:
    return {
        "outcome": value.outcome.value,
        "amount": _plain(value.amount),
        "unit": value.unit,
        "operands": value.operands,
        "missing": list(value.missing),
        "reason": value.reason,
        "record": None if value.record is None else _record(value.record),
    }


def _record(record: Record) -> Data:
    return {
        "value": _plain(record.value),
        "level": record.level,
        "share": _plain(record.share),
        "passed": list(record.passed),
        "evidence": list(record.evidence),
        "text": record.text,
        "cause": record.cause,
        "remedy": record.remedy,
    }


def _evaluation(evaluation: Evaluation) -> Data:
    scheme = evaluation.scheme
    return {
        "scheme": scheme.key,
        "title": scheme.title,
        "total": _plain(evaluation.total),
        "possible": _plain(evaluation.possible),
        "evaluated": _plain(evaluation.evaluated),
        "grade": evaluation.grade,
        "grade_reason": evaluation.grade_reason,
        "remarks": list(evaluation.remarks),
        "scores": [_score(score) for score in evaluation.scores],
    }


def _score(score: Score) -> Data:
    row = score.weighing
    return {
        "indicator": score.indicator.key,
        "title": score.title,
        "block": row.block,
        "level2": row.level2,
        "target": row.aim,
        "possible": _plain(score.possible),
        "points": _plain(score.points),
        "working": score.working,
        "scoring": row.scoring.title,
        "cites": [str(cite) for cite in score.cites],
        "evidence": list(score.evidence),
        "remarks": list(score.remarks),
        "value": _value(score.value),
    }


def _figure(working: Working) -> Data:
    return {
        "title": working.title,
        "text": working.text,
        "formula": working.formula,
        "operands": list(working.operands),
        "lines": list(working.lines),
        "exact": _plain(working.exact),
        "adjustment": _plain(working.adjustment),
        "missing": working.missing,
    }


def _notices(folder: YearFolder, year: Year) -> Iterable[str]:
    yield from folder.notices
    if folder.unit["partial"]:
        yield "数据包声明只含已公布的数字：没有公布的不作推算，算不出的指标照实列为数据不足。"
    if year.evaluation is None:
        yield "没有指定评分表，只计量指标，不给出总分和等级。"
    else:
        yield from year.evaluation.remarks
    yield from doubts(year.book)
    yield from (f"超预算支出：{found}" for found in overspending(year.book))
    if not folder.has("events"):
        yield "没有信访事项办理记录，业务指标无从计算。"


def _plain(value: Decimal | int | None) -> str | int | None:
    """Money and rates are exact text; counts are integers; what is missing is null."""
    return f"{value:f}" if isinstance(value, Decimal) else value
