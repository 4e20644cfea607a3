"""Checks of change over time: growth rates, the year they compare with, and amounts of change.

A growth rate at constant prices is never recomputed from nominal levels; a base of zero has no growth rate.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from hengping.audit.checks.ratios import compare_percentage, percentage_finding, percentage_spans, shown
from hengping.audit.checks.sums import Comparison, name_of
from hengping.audit.model import (
    Check,
    Finding,
    Kind,
    Relation,
    Role,
    Severity,
    Span,
    Statement,
    Verdict,
    check,
)
from hengping.figures import HUNDRED, Interval, print_number

if TYPE_CHECKING:
    from hengping.audit.reading import Reading


def growth_comparison(relation: Relation) -> Comparison | None:
    """Compare a growth rate with the levels, or the change and level, it comes from; None where the base is zero."""
    first, second = (term.statement for term in relation.terms)
    sign = Decimal(relation.stated.sign or 1)
    if relation.note.startswith("compound:"):
        return _compound(relation, first, second)
    if relation.note == "delta":
        change = first.amount * first.sign
        base = second.amount - change
        spread = second.interval - first.interval * Decimal(first.sign)
        wide = second.lenient - first.lenient * Decimal(first.sign)
        moved, moved_wide = first.interval * Decimal(first.sign), first.lenient * Decimal(first.sign)
        if base == 0 or base < 0 < second.amount:
            return None
        strict, lenient = _bounded(moved, spread), _bounded(moved_wide, wide)
        exact = change / base
    else:
        base = second.amount
        if base == 0:
            return None
        exact = (first.amount - base) / base
        strict = _bounded(first.interval - second.interval, second.interval)
        lenient = _bounded(first.lenient - second.lenient, second.lenient)
    scale = HUNDRED * sign
    return compare_percentage(
        relation.stated,
        exact * scale,
        strict * scale if strict else None,
        lenient * scale if lenient else None,
    )


def _bounded(part: Interval, base: Interval) -> Interval | None:
    return None if base.low <= 0 <= base.high else part / base


def _compound(relation: Relation, current: Statement, base: Statement) -> Comparison | None:
    years = int(relation.note.partition(":")[2])
    if base.amount <= 0 or current.amount <= 0:
        return None
    exact = ((current.amount / base.amount).ln() / years).exp() - 1
    return compare_percentage(relation.stated, exact * HUNDRED, None, None)


@check(
    "PCT-04",
    key="growth-recomputed",
    title="增长率复算",
    severity=Severity.ERROR,
    needs="一个增长率及两年的金额，或本年金额与增减额",
    spares=("按可比价格、不变价格、同口径计算的增速", "没有给出上年数或增减额的增速", "百分点"),
    fails="收入总计110.00万元。与2023年度相比，收入总计增加10.00万元，增长12.00%。",
    passes="收入总计110.00万元。与2023年度相比，收入总计增加10.00万元，增长10.00%。",
)
def GROWTH(rule: Check, reading: Reading) -> Iterable[Finding]:
    """增长率等于（本年－上年）÷上年；只写本年数和增减额的，上年数由两者相减得到。

    上年为零时不存在增长率，写“增长100%”只作提示。增减的方向用语应与增减额一致。
    按可比价格计算的增速不能由现价金额复算，一律不判。
    """
    for relation in reading.relations:
        if relation.kind is Kind.GROWTH:
            yield from _growth(rule, relation)


def _growth(rule: Check, relation: Relation) -> Iterator[Finding]:
    stated = relation.stated
    if relation.note == "constant":
        yield _uncheckable(rule, relation, "同句写明按可比价格或同口径计算，不能由现价金额复算")
        return
    direction = _direction(rule, relation)
    if direction is not None:
        yield direction
        return
    comparison = growth_comparison(relation)
    if comparison is None:
        yield _zero_base(rule, relation)
        return
    if stated.approximate and comparison.verdict is Verdict.CONTRADICTION:
        return
    if relation.note == "real" and comparison.verdict is Verdict.CONTRADICTION:
        yield _uncheckable(rule, relation, "该指标的增速按惯例以不变价格计算，不能由现价金额复算")
        return
    name = name_of(relation.terms[-1].statement)
    message = {
        Verdict.AGREES: f"{name}的增减率复算相符。",
        Verdict.ROUNDING: f"{name}的增减率末位有差，{comparison.note}。",
    }.get(
        comparison.verdict,
        f"{name}的增减率写为{stated.figure.value}%，按文中金额应为{print_number(comparison.computed, stated.figure.decimals)}%。",
    )
    yield percentage_finding(rule, relation, comparison, message, _growth_working(relation, comparison))


def _growth_working(relation: Relation, comparison: Comparison) -> str:
    first, second = (term.statement for term in relation.terms)
    unit = second.figure.unit
    if relation.note == "delta":
        base = (second.amount - first.amount * first.sign) / second.scale
        sign = "−" if first.sign > 0 else "+"
        text = (
            f"上年数 = {second.figure.value} {sign} {first.figure.value} = {base}{unit}；{first.figure.value} ÷ {base}"
        )
    elif relation.note.startswith("compound:"):
        text = f"（{first.figure} ÷ {second.figure}）开{relation.note.partition(':')[2]}次方 − 1"
    else:
        text = f"（{first.figure.value} − {second.figure.value}）÷ {second.figure.value}{unit}"
    text += f" = {shown(comparison.computed)}%；文中为{relation.stated.figure.value}%"
    return text + (f"，{comparison.note}" if comparison.note else "")


def _direction(rule: Check, relation: Relation) -> Finding | None:
    """Judge the words for up and down against the amounts; None where they do not clash."""
    stated, first, second = relation.stated, *(term.statement for term in relation.terms)
    if relation.note == "delta":
        clash = first.sign != stated.sign and first.amount != 0 and stated.figure.value != 0
        what = f"金额写“{'增加' if first.sign > 0 else '减少'}”，比率写“{'增长' if stated.sign > 0 else '下降'}”"
    elif relation.note == "levels":
        moved = first.amount - second.amount
        clash = (
            moved != 0
            and stated.figure.value > 0
            and (moved > 0) != (stated.sign > 0)
            and not first.interval.meets(second.interval)
        )
        what = f"由{second.figure}到{first.figure}是{'增加' if moved > 0 else '减少'}，文中写“{'增长' if stated.sign > 0 else '下降'}”"
    else:
        return None
    if not clash:
        return None
    return rule.finding(
        Verdict.CONTRADICTION,
        f"{name_of(second)}的增减方向前后相反：{what}。",
        spans=percentage_spans(relation),
        working=what,
        stated=stated.figure.value,
        unit="%",
        kind=Kind.GROWTH.value,
        key=name_of(second),
    )


def _zero_base(rule: Check, relation: Relation) -> Finding:
    stated = relation.stated
    name = name_of(relation.terms[-1].statement)
    impossible = relation.note == "delta" and relation.terms[0].statement.amount > relation.terms[1].statement.amount
    if impossible and relation.terms[0].statement.sign > 0:
        verdict, severity = Verdict.CONTRADICTION, Severity.ERROR
        message = f"{name}的增加额大于本年数，上年数成为负数。"
    else:
        verdict, severity = Verdict.REMARK, Severity.HINT
        message = (
            f"{name}的上年数为零，不存在增长率；写作{stated.figure.value}%是习惯写法，建议改写为“上年无此项支出”。"
        )
    return rule.finding(
        verdict,
        message,
        severity=severity,
        spans=percentage_spans(relation),
        working=f"上年数 = {relation.terms[-1].statement.figure} 与增减额相抵后为零"
        if relation.note == "delta"
        else "上年数为零",
        stated=stated.figure.value,
        unit="%",
        kind=Kind.GROWTH.value,
        key=name,
    )


def _uncheckable(rule: Check, relation: Relation, why: str) -> Finding:
    return rule.finding(
        Verdict.NOT_APPLICABLE,
        f"{name_of(relation.stated)}的增速不复算：{why}。",
        severity=Severity.INFO,
        spans=(relation.stated.span,),
        stated=relation.stated.figure.value,
        unit="%",
        kind=Kind.GROWTH.value,
    )


@check(
    "DAT-05",
    key="compared-with-another-year",
    title="比较的年度",
    severity=Severity.WARNING,
    needs="写明比较年度的增减额或增长率",
    spares=("与年初预算、全年预算比较", "同一年度内分月、分季的比较"),
    fails="2026年部门预算说明\n2026年，收入预算100.00万元，比2026年预算增加10.00万元。",
    passes="2026年部门预算说明\n2026年，收入预算100.00万元，比2025年预算增加10.00万元。",
)
def COMPARED_YEAR(rule: Check, reading: Reading) -> Iterable[Finding]:
    """本年数应与别的年度比较；写成与本年度自身比较的，多为年份误写。"""
    for statement in reading.statements:
        years = _years(statement.base) if statement.role in (Role.CHANGE, Role.GROWTH) else ()
        if not years or reading.year is None or _own_phase(statement.base):
            continue
        same = years[-1] == reading.year
        yield rule.finding(
            Verdict.UNEXPLAINED if same else Verdict.AGREES,
            f"{reading.year}年的数写成与{years[-1]}年比较。" if same else f"与{years[-1]}年比较。",
            spans=(Span(statement.start - len(statement.label.lstrip(" ，,")), statement.end),),
            working=f"报告年度 {reading.year}，比较年度 {years[-1]}",
            stated=Decimal(years[-1]),
            unit="年",
            kind=Kind.DIFFERENCE.value,
            key=name_of(statement),
        )


def _years(words: str) -> tuple[int, ...]:
    return tuple(int(year) for year in re.findall(r"20\d\d(?=\s?年)", words))


def _own_phase(words: str) -> bool:
    """Tell whether the comparison is between stages or months of one year."""
    return bool(re.search(r"年初|全年|月|季度|上半年|期", words))


@check(
    "YOY-01",
    key="change-equals-difference",
    title="增减额等于两数之差",
    severity=Severity.ERROR,
    needs="同一句话里的两个金额及其增减额、顺差或差额",
    fails="2024年预算安排50.00万元，2023年预算执行数40.00万元，比2023年预算执行数增加15.00万元。",
    passes="2024年预算安排50.00万元，2023年预算执行数40.00万元，比2023年预算执行数增加10.00万元。",
)
def DIFFERENCE(rule: Check, reading: Reading) -> Iterable[Finding]:
    """写出两数又写出增减额的，增减额应等于两数之差，方向也应一致。"""
    for relation in reading.relations:
        if relation.kind is not Kind.DIFFERENCE:
            continue
        first, second = (term.statement for term in relation.terms)
        stated = relation.stated
        change = (first.amount - second.amount) / stated.scale
        expected = change * (stated.sign or 1)
        difference = stated.figure.value - expected
        reach = (first.interval - second.interval) * (Decimal(stated.sign or 1) / stated.scale)
        if difference == 0:
            verdict = Verdict.AGREES
        elif reach.meets(stated.figure.interval(stated.places)):
            verdict = Verdict.ROUNDING
        elif not relation.certain:
            continue
        else:
            verdict = Verdict.CONTRADICTION
        what = name_of(stated) if stated.role is Role.LEVEL else "增减额"
        yield rule.finding(
            verdict,
            {
                Verdict.AGREES: f"{what}与两数之差相等。",
                Verdict.ROUNDING: f"{what}与两数之差有尾数差。",
            }.get(verdict, f"{what}写为{stated.figure}，两数之差为{expected}{stated.figure.unit}。"),
            severity=Severity.HINT if verdict is Verdict.ROUNDING else None,
            spans=(stated.named_span, first.named_span, second.named_span),
            working=f"{first.figure.value} − {second.figure.value} = {change}{stated.figure.unit}；文中为{stated.figure}",
            stated=stated.figure.value,
            computed=expected,
            difference=difference,
            unit=stated.figure.unit,
            kind=Kind.DIFFERENCE.value,
            key=name_of(stated),
        )
