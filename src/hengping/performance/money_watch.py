"""The money of a year on a day: what was executed against the budget of that day, time, and the lines in force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from hengping.figures import ZERO, money, print_number, round_half_up
from hengping.ledger import book as books
from hengping.ledger.book import Slice
from hengping.ledger.model import Book, Phase
from hengping.performance.plan import WHOLE
from hengping.performance.sight import Elapsed, Judged, Projection, elapsed, percent_of, worst
from hengping.performance.thresholds import (
    ALERT_LINE,
    EXECUTION_PACE,
    LINEAR_PROJECTION,
    OVERSPENT,
    RECENT_PROJECTION,
    Light,
    Regime,
)

MONTHS = 3
"""How many months the second projection looks back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyWatch:
    """The money of the department, or of one project, on a day; amounts in 元, None where the book cannot know."""

    project: str
    title: str
    elapsed: Elapsed
    budget: Decimal | None
    executed: Decimal | None
    expected: Decimal | None
    rate: Decimal | None
    pace: Decimal | None
    judged: tuple[Judged, ...]
    projections: tuple[Projection, ...]
    remarks: tuple[str, ...] = ()
    explain: str = ""

    @property
    def subject(self) -> str:
        """Return what the watch is known by in a stored report."""
        return f"money:{self.project}"

    @property
    def light(self) -> Light:
        """Return the worst light of its questions."""
        return worst(self.judged)


def watch_money(book: Book, day: date, rules: Regime, project: str = "") -> MoneyWatch:
    """Compare what was executed by a day with the budget of that day, time, and the lines in force."""
    passed = elapsed(day, book.year)
    budget, remarks = _budget(book, day, project)
    executed, why = _executed(book, day, project)
    expected = None if budget is None else budget * passed.share
    rate = percent_of(executed, budget)
    pace = percent_of(executed, expected)
    judged = tuple(_judge_money(rules, day, passed, budget, executed, expected, why))
    named = book.projects.get(project)
    return MoneyWatch(
        project=project,
        title=WHOLE if not project else named.title if named else project,
        elapsed=passed,
        budget=budget,
        executed=executed,
        expected=expected,
        rate=rate,
        pace=pace,
        judged=judged,
        projections=tuple(_project_money(book, day, passed, budget, executed, project)),
        remarks=remarks,
        explain=_explain_money(rules, passed, rate, judged),
    )


def budget_on(book: Book, day: date, project: str = "") -> Decimal | None:
    """Return the budget as it stood on a day: the initial one and what was adjusted by then; None where unknown."""
    return _budget(book, day, project)[0]


def executed_by(book: Book, day: date, project: str = "") -> Decimal | None:
    """Return what was executed by a day; None where the book cannot know."""
    return _executed(book, day, project)[0]


def _budget(book: Book, day: date, project: str) -> tuple[Decimal | None, tuple[str, ...]]:
    initial = books.total(book, Slice(phases=books.INITIAL, project=project))
    if initial is None:
        return None, ("账内没有年初预算数",)
    remarks = []
    if Phase.ADJUSTMENT not in book.phases:
        remarks.append("账内没有预算调整数，按没有调整计")
    moved = list(books.entries(book, Slice(phases=books.ADJUSTED, project=project)))
    undated = sum(1 for entry in moved if entry.on is None)
    if undated:
        remarks.append(f"有 {undated} 笔预算调整没有日期，计入当日的预算")
    return initial + sum((entry.amount for entry in moved if entry.on is None or entry.on <= day), ZERO), tuple(remarks)


def _executed(book: Book, day: date, project: str) -> tuple[Decimal | None, str]:
    asked = Slice(phases=books.EXECUTED, project=project)
    found = books.paid_until(book, asked, day)
    if found is not None:
        return found, ""
    undated = sum(1 for entry in books.entries(book, asked) if entry.on is None)
    return None, books.unknown(book, asked) or f"有 {undated} 笔支付没有日期，不能按日计算"


def _judge_money(
    rules: Regime,
    day: date,
    passed: Elapsed,
    budget: Decimal | None,
    executed: Decimal | None,
    expected: Decimal | None,
    why: str,
) -> Iterator[Judged]:
    if budget is None or executed is None or expected is None:
        yield Judged(EXECUTION_PACE, Light.UNKNOWN, why or "账内没有年初预算数")
        return
    if executed > budget:
        over = money(executed - budget)
        yield Judged(OVERSPENT, Light.ALERT, f"执行 {money(executed)}，预算 {money(budget)}，超出 {over}")
    pace = percent_of(executed, expected)
    if pace is None:
        yield Judged(EXECUTION_PACE, Light.UNKNOWN, "预算数为零或年度尚未开始，序时比较没有意义")
        return
    light = Light.NORMAL if pace >= rules.pace_normal else Light.WATCH if pace >= rules.pace_watch else Light.ALERT
    yield Judged(
        EXECUTION_PACE,
        light,
        f"执行 {money(executed)}÷序时应执行 {money(expected)}（{money(budget)}×{passed}）＝{print_number(pace, 2)}%，"
        f"{rules.pace_normal:f}% 以上为正常，{rules.pace_watch:f}% 以上为关注",
    )
    yield from _judge_line(rules, day, budget, executed)


def _judge_line(rules: Regime, day: date, budget: Decimal, executed: Decimal) -> Iterator[Judged]:
    line, rate = rules.line(day), percent_of(executed, budget)
    if line is None or rate is None:
        return
    light = Light.ALERT if rate < line.value else Light.NORMAL
    word = "低于" if light is Light.ALERT else "不低于"
    yield Judged(
        ALERT_LINE, light, f"执行率 {print_number(rate, 2)}%，{word}{line.title} {line.value:f}%（{line.basis}）"
    )


def _explain_money(rules: Regime, passed: Elapsed, rate: Decimal | None, judged: Sequence[Judged]) -> str:
    if worst(judged) in (Light.WATCH, Light.ALERT):
        return "；".join(one.said for one in judged if one.light in (Light.WATCH, Light.ALERT))
    if rate is not None and abs(rate - passed.percent) > rules.explain_points:
        away = print_number(rate - passed.percent, 2)
        return f"执行率与序时进度相差 {away} 个百分点，超过 {rules.explain_points:f} 个百分点"
    return ""


def _project_money(
    book: Book, day: date, passed: Elapsed, budget: Decimal | None, executed: Decimal | None, project: str
) -> Iterator[Projection]:
    if budget is None or executed is None or passed.days == 0:
        reason = "没有可据以推算的预算数或执行数"
        yield from (Projection(rule=rule, reason=reason) for rule in (LINEAR_PROJECTION, RECENT_PROJECTION))
        return
    left = passed.of - passed.days
    whole = executed / passed.days * passed.of
    yield Projection(
        rule=LINEAR_PROJECTION,
        amount=round_half_up(whole, 2),
        percent=percent_of(whole, budget),
        working=f"{money(executed)}÷{passed.days} 日×{passed.of} 日＝{money(whole)}",
    )
    begin = _months_before(day)
    if begin.year < book.year:
        yield Projection(rule=RECENT_PROJECTION, reason=f"年初至今不足{MONTHS}个月")
        return
    earlier = books.paid_until(book, Slice(phases=books.EXECUTED, project=project), begin)
    recent = executed - (earlier or ZERO)
    days = (min(day, date(book.year, 12, 31)) - begin).days
    whole = executed + recent / days * left
    yield Projection(
        rule=RECENT_PROJECTION,
        amount=round_half_up(whole, 2),
        percent=percent_of(whole, budget),
        working=(
            f"{money(executed)}＋{(begin + timedelta(days=1)).isoformat()} 至 {day.isoformat()} 执行 {money(recent)}"
            f"÷{days} 日×余下 {left} 日＝{money(whole)}"
        ),
    )


def _months_before(day: date) -> date:
    """Return the last day before the three months that end on a day.

    >>> _months_before(date(2024, 9, 30)), _months_before(date(2024, 5, 31))
    (datetime.date(2024, 6, 30), datetime.date(2024, 2, 29))
    """
    months = day.year * 12 + day.month - 1 - MONTHS
    year, month = divmod(months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    whole_month = (day + timedelta(days=1)).day == 1
    return date(year, month + 1, last if whole_month else min(day.day, last))
