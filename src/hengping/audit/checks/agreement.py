"""Checks of one figure stated more than once: in a heading and its sentence, in two paragraphs, in text and table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from hengping.audit.checks.sums import name_of
from hengping.audit.extraction.breakdowns import subject_key
from hengping.audit.model import Check, Finding, Kind, Phase, Role, Severity, Statement, Verdict, check
from hengping.figures import ZERO

if TYPE_CHECKING:
    from hengping.audit.reading import Reading

UNIQUE_TOTALS = re.compile(
    r"(?:^|[^政款])(?P<name>收入支出总计|财政拨款收入支出总计|本年收入合计|本年支出合计|一般公共预算财政拨款支出|一般公共预算财政拨款基本支出"
    r"|“?三公”?经费财政拨款支出|机关运行经费支出)$"
)
PARTS_OF_TOTALS = (
    ("财政拨款收入支出总计", "一般公共预算财政拨款支出"),
    ("收入支出总计", "本年支出合计"),
    ("本年支出合计", "一般公共预算财政拨款支出"),
)


@check(
    "XRF-02",
    key="same-figure-in-text",
    title="同一数字前后一致",
    severity=Severity.ERROR,
    needs="同一科目或合计在文中出现两次以上的金额",
    spares=("基本支出与项目支出中的同名科目", "不同年度、不同预算阶段的金额", "相差一个末位的尾数"),
    fails="1、住房保障支出（类）住房改革支出（款）住房公积金（项）20.80万元。年初预算为19.00万元，支出决算为20.15万元。",
    passes="1、住房保障支出（类）住房改革支出（款）住房公积金（项）20.15万元。年初预算为19.00万元，支出决算为20.15万元。",
)
def SAME_FIGURE(rule: Check, reading: Reading) -> Iterable[Finding]:
    """同一项目标题里的金额与正文里的金额、同一合计在各处的金额应当一致；整体不应小于它的组成部分。"""
    for relation in reading.relations:
        if relation.kind is Kind.EQUAL:
            yield _pair(rule, relation.terms[0].statement, relation.stated)
    yield from _repeated_totals(rule, reading)
    yield from _part_above_whole(rule, reading)


def _pair(rule: Check, head: Statement, again: Statement) -> Finding:
    difference = (head.amount - again.amount) / again.scale
    if difference == 0:
        verdict, severity = Verdict.AGREES, None
    elif head.interval.meets(again.interval) or abs(difference) * again.scale <= max(
        head.interval.width, again.interval.width
    ):
        verdict, severity = Verdict.ROUNDING, Severity.HINT
    else:
        verdict, severity = Verdict.CONTRADICTION, None
    name = name_of(head)
    return rule.finding(
        verdict,
        {
            Verdict.AGREES: f"{name}前后金额一致。",
            Verdict.ROUNDING: f"{name}前后金额有尾数差。",
        }.get(verdict, f"{name}先写{head.figure}，后写{again.figure}。"),
        severity=severity,
        spans=(again.span, head.named_span),
        working=f"{head.figure} 与 {again.figure} 相差 {abs(difference)}{again.figure.unit}",
        stated=again.figure.value,
        computed=head.amount / again.scale,
        difference=-difference if difference else ZERO,
        unit=again.figure.unit,
        kind=Kind.EQUAL.value,
        key=name,
    )


def _totals(reading: Reading) -> dict[tuple[str, int], list[Statement]]:
    found: dict[tuple[str, int], list[Statement]] = {}
    for statement in reading.statements:
        if (
            statement.role is not Role.LEVEL
            or statement.family != "money"
            or statement.phase not in (None, Phase.FINAL)
        ):
            continue
        match = UNIQUE_TOTALS.search(statement.subject)
        if match and statement.year in (None, reading.year):
            name = match.group("name").replace("“", "").replace("”", "")
            found.setdefault((name, 0), []).append(statement)
    return found


def _repeated_totals(rule: Check, reading: Reading) -> Iterator[Finding]:
    for statements in _totals(reading).values():
        if len(statements) < 2 or len({s.passage for s in statements}) < 2:
            continue
        amounts = [s.amount for s in statements]
        usual = max(set(amounts), key=lambda amount: (amounts.count(amount), -amounts.index(amount)))
        first = next(s for s in statements if s.amount == usual)
        for statement in statements:
            if statement is not first:
                yield _pair(rule, first, statement)


def _part_above_whole(rule: Check, reading: Reading) -> Iterator[Finding]:
    totals = {name: statements[0] for (name, _), statements in _totals(reading).items()}
    for whole_name, part_name in PARTS_OF_TOTALS:
        whole, part = totals.get(whole_name), totals.get(part_name)
        if whole is None or part is None or part.interval.low <= whole.interval.high:
            continue
        yield rule.finding(
            Verdict.CONTRADICTION,
            f"{name_of(whole)}写为{whole.figure}，小于其中的{name_of(part)}{part.figure}。",
            spans=(whole.named_span, part.named_span),
            working=f"{whole.figure} < {part.figure}",
            stated=whole.figure.value,
            computed=part.amount / whole.scale,
            difference=(whole.amount - part.amount) / whole.scale,
            unit=whole.figure.unit,
            kind=Kind.EQUAL.value,
            key=subject_key(whole.subject),
        )
