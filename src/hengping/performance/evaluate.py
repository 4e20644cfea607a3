"""Scheme and facts in, scores out, each with its working.

Counts come from any engine: a mapping from columns of the fact rows to whole numbers or exact sums, None where the
facts do not say. Records are what people entered, by indicator, with their evidence. Nothing is guessed: a rate whose
base is zero does not apply, one whose input is missing cannot be judged, and what has no evidence earns no points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from hengping.errors import RulebookError
from hengping.figures import HUNDRED, ZERO, print_number, round_half_up
from hengping.law import Catalogue, Confidence
from hengping.performance.grading import grade
from hengping.performance.model import (
    Counts,
    Empty,
    Evaluation,
    Indicator,
    Number,
    Outcome,
    Ratio,
    Record,
    Recorded,
    Scheme,
    Score,
    Total,
    Value,
    Weighing,
)
from hengping.performance.schemes import coverage, own_indicators

NO_EVIDENCE = "没有佐证材料，不予计分"
NOT_RECORDED = "没有填报"

EMPTY: Mapping[str, str] = MappingProxyType({})
NO_PAPERS: Mapping[str, tuple[str, ...]] = MappingProxyType({})
NO_RECORDS: Mapping[str, Record] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Everything a year offers to be measured.

    ``counts`` are sums of columns, ``evidence`` the identifiers behind a column (vouchers, petitions, papers),
    ``titles`` the columns' names in words, ``reasons`` why a column could not be known.
    """

    counts: Counts
    records: Mapping[str, Record] = field(default_factory=lambda: NO_RECORDS)
    evidence: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NO_PAPERS)
    titles: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    reasons: Mapping[str, str] = field(default_factory=lambda: EMPTY)

    def name(self, column: str) -> str:
        """Return a column's name in words, its identifier where it has none."""
        return self.titles.get(column, column)

    def behind(self, *columns: str) -> tuple[str, ...]:
        """Return the identifiers behind columns; a column's own name where no identifiers were given."""
        found = (part for name in columns for part in self.evidence.get(name) or (f"事实列：{self.name(name)}",))
        return tuple(dict.fromkeys(found))


def evaluate(scheme: Scheme, catalogue: Catalogue[Indicator], measured: Measured, day: date) -> Evaluation:
    """Score every row of a scheme and add up; indicators a unit set for itself are built from their rows."""
    own = {indicator.key: indicator for indicator in own_indicators(scheme.rows, catalogue, scheme)}
    scores = tuple(_row(row, own.get(row.indicator) or _known(catalogue, row, day), measured) for row in scheme.rows)
    awarded = [score.points for score in scores if score.points is not None]
    given = grade(scheme, scores, day)
    return Evaluation(
        scheme=scheme,
        day=day,
        scores=scores,
        total=sum(awarded, ZERO),
        possible=scheme.points,
        evaluated=sum((score.possible for score in scores if score.evaluated), ZERO),
        grade=given.title,
        grade_reason=given.reason,
        grade_cites=given.cites,
        remarks=_remarks(scheme, scores),
    )


def measure(indicator: Indicator, measured: Measured) -> Value:
    """Measure one indicator on the facts, whether or not a scheme gives points for it."""
    record = measured.records.get(indicator.key)
    match indicator.measure:
        case Ratio(met=met, of=of):
            return _ratio(met, of, measured, record)
        case Total(column=column, unit=unit):
            return _total(column, unit, measured, record)
        case Recorded() as asked:
            return _recorded(asked, record)


def score(row: Weighing, indicator: Indicator, value: Value) -> Score:
    """Award points to one measured value under one row of a scheme."""
    match value.outcome:
        case Outcome.MEASURED:
            return _scored(row, indicator, value)
        case Outcome.NOT_APPLICABLE if _full_anyway(row, value):
            said = f"{value.reason}，{row.empty.label}"
            return _booked(row, indicator, value, row.points, said, ())
        case _:
            return _unscored(row, indicator, value, value.reason)


# ── measuring ──────────────────────────────────────────────────────────────────────────────────────────────────


def _ratio(met: str, of: str, measured: Measured, record: Record | None) -> Value:
    part, base = measured.counts.get(met), measured.counts.get(of)
    if part is None or base is None:
        return _stated(measured, record, "%", *(name for name, known in ((met, part), (of, base)) if known is None))
    operands = f"{_signed(part)}÷{base:f}" if isinstance(base, Decimal) else f"{_signed(part)}÷{base}"
    evidence = measured.behind(met, of)
    if base <= 0:
        why = "为零" if base == 0 else "为负"
        return Value(
            outcome=Outcome.NOT_APPLICABLE,
            unit="%",
            operands=operands,
            reason=f"分母“{measured.name(of)}”{why}，比率没有意义",
            nothing=part == 0 and base == 0,
            evidence=evidence,
        )
    amount = round_half_up(Decimal(part) * HUNDRED / Decimal(base), 2)
    return Value(outcome=Outcome.MEASURED, amount=amount, unit="%", operands=operands, record=record, evidence=evidence)


def _total(column: str, unit: str, measured: Measured, record: Record | None) -> Value:
    amount = measured.counts.get(column)
    if amount is None:
        return _stated(measured, record, unit, column)
    return Value(
        outcome=Outcome.MEASURED,
        amount=Decimal(amount),
        unit=unit,
        record=record,
        evidence=measured.behind(column),
    )


def _stated(measured: Measured, record: Record | None, unit: str, *missing: str) -> Value:
    """What cannot be counted may be entered by hand, with its evidence; otherwise say exactly what is missing."""
    if record is not None and record.value is not None:
        return _recorded(Recorded(unit=unit), record)
    names = tuple(measured.name(column) for column in missing)
    why = tuple(dict.fromkeys(measured.reasons[column] for column in missing if measured.reasons.get(column)))
    return Value(
        outcome=Outcome.INSUFFICIENT_DATA,
        unit=unit,
        missing=names,
        reason=f"缺少{'、'.join(names)}" + (f"（{'；'.join(why)}）" if why else ""),
        record=record,
    )


def _recorded(asked: Recorded, record: Record | None) -> Value:
    if record is None:
        return Value(
            outcome=Outcome.INSUFFICIENT_DATA,
            unit=asked.unit,
            missing=("填报值",),
            reason=NOT_RECORDED,
            checks=asked.checks,
        )
    if not record.evidence:
        return Value(
            outcome=Outcome.INSUFFICIENT_DATA,
            unit=asked.unit,
            missing=("佐证材料",),
            reason=NO_EVIDENCE,
            record=record,
            checks=asked.checks,
        )
    return Value(
        outcome=Outcome.MEASURED,
        amount=record.value,
        unit=asked.unit,
        record=record,
        checks=asked.checks,
        evidence=record.evidence,
    )


def _signed(number: Number) -> str:
    """Print a number exactly, with a true minus sign and in brackets where it is negative."""
    text = f"{abs(number):f}" if isinstance(number, Decimal) else str(abs(number))
    return f"（−{text}）" if number < 0 else text


# ── scoring ────────────────────────────────────────────────────────────────────────────────────────────────────


def _row(row: Weighing, indicator: Indicator, measured: Measured) -> Score:
    return score(row, indicator, _in_unit(measure(indicator, measured), row))


def _in_unit(value: Value, row: Weighing) -> Value:
    return value if value.unit or not row.unit else replace(value, unit=row.unit)


def _known(catalogue: Catalogue[Indicator], row: Weighing, day: date) -> Indicator:
    try:
        return catalogue.get(row.indicator, day)
    except KeyError as error:
        raise RulebookError(f"指标 {row.indicator} 在 {day} 没有有效的定义") from error


def _full_anyway(row: Weighing, value: Value) -> bool:
    return row.empty is Empty.FULL or (row.empty is Empty.FULL_IF_NOTHING and value.nothing)


def _scored(row: Weighing, indicator: Indicator, value: Value) -> Score:
    award = row.scoring.award(value, row)
    if isinstance(award, str):
        return _unscored(row, indicator, replace(value, outcome=Outcome.INSUFFICIENT_DATA, reason=award), award)
    earned = min(max(award.points, ZERO), row.points)
    return _booked(row, indicator, value, earned, award.how, award.remarks)


def _booked(
    row: Weighing, indicator: Indicator, value: Value, earned: Decimal, how: str, remarks: tuple[str, ...]
) -> Score:
    points = round_half_up(earned, 2)
    said = [_said(value), f"目标 {row.aim}" if row.aim else "", how, f"得 {print_number(points, 2)} 分"]
    return Score(
        indicator=indicator,
        weighing=row,
        value=value,
        points=points,
        working=f"{row.level3 or indicator.title}：" + "，".join(part for part in said if part),
        evidence=value.evidence,
        remarks=(*remarks, *_cautions(row, indicator), *_unexplained(row, value, points)),
    )


def _unscored(row: Weighing, indicator: Indicator, value: Value, reason: str) -> Score:
    said = f"{value.operands}，" if value.operands else ""
    return Score(
        indicator=indicator,
        weighing=row,
        value=value,
        points=None,
        working=f"{row.level3 or indicator.title}：{said}{value.outcome.label}，{reason}，不计分",
        evidence=value.evidence,
        remarks=_cautions(row, indicator) + _review(row, value),
    )


def _said(value: Value) -> str:
    return value.operands or (str(value) if value.amount is not None else "")


def _cautions(row: Weighing, indicator: Indicator) -> tuple[str, ...]:
    found = []
    if row.confidence is not Confidence.VERIFIED:
        found.append(f"分值与计分办法：{row.confidence.label}")
    if indicator.confidence is not Confidence.VERIFIED:
        found.append(f"指标定义：{indicator.confidence.label}")
    found.extend(f"理解：{text}" for text in (indicator.reading, row.reading) if text)
    return tuple(found)


def _unexplained(row: Weighing, value: Value, points: Decimal) -> tuple[str, ...]:
    record = value.record
    if points >= row.points or (record is not None and record.cause and record.remedy):
        return ()
    return ("未得满分，须填写偏差原因分析及改进措施",)


def _review(row: Weighing, value: Value) -> tuple[str, ...]:
    if row.empty is Empty.FULL_IF_NOTHING and value.outcome is Outcome.NOT_APPLICABLE and not value.nothing:
        return ("预算（基数）为零而实际不为零，须人工判断是否属于无预算支出（预算法第十三条）",)
    return ()


def _remarks(scheme: Scheme, scores: tuple[Score, ...]) -> tuple[str, ...]:
    found = [*scheme.gaps, *coverage(scheme)]
    if any(score.uncertain for score in scores):
        found.append("部分指标定义或计分办法待核实，已在各行注明")
    return tuple(found)
