"""Monitoring of both halves of a year at any day: what the money has come to, and what the goals have come to.

What is compared is said with its working, and every light has its words. A projection is called one and shows how it
was made; it is neither a promise nor a result. Thresholds are those in force on the day, from the rulebook.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hengping.dates import Calendar, Counting, Deadline
from hengping.errors import Refusal
from hengping.figures import HUNDRED, ZERO, print_number, round_half_up
from hengping.ledger.limits import Term, limit, terms
from hengping.ledger.model import Book
from hengping.performance.goal_watch import GoalWatch, Progress, watch_goal
from hengping.performance.money_watch import MoneyWatch, watch_money
from hengping.performance.plan import Target
from hengping.performance.sight import Judged, worst_light
from hengping.performance.thresholds import DECISION, EXPLANATION, PROGRESS_GAP, Cause, Light, Regime


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitoring:
    """Both halves on a day, under the thresholds in force."""

    day: date
    regime: Regime
    money: tuple[MoneyWatch, ...]
    goals: tuple[GoalWatch, ...]
    gap: Judged | None

    @property
    def light(self) -> Light:
        """Return the worst light of all."""
        found = [*(one.light for one in self.money), *(one.light for one in self.goals)]
        return worst_light([*found, *([self.gap.light] if self.gap else [])])

    @property
    def to_explain(self) -> tuple[tuple[str, str, str], ...]:
        """Return what must be explained: subject, title, why."""
        watches: list[MoneyWatch | GoalWatch] = [*self.money, *self.goals]
        return tuple((one.subject, one.title, one.explain) for one in watches if one.explain)

    @property
    def alerts(self) -> tuple[tuple[str, str], ...]:
        """Return what must be decided: subject and title of every alert."""
        watches: list[MoneyWatch | GoalWatch] = [*self.money, *self.goals]
        found = [(one.subject, one.title) for one in watches if one.light is Light.ALERT]
        gap = [("gap:", PROGRESS_GAP.title)] if self.gap and self.gap.light is Light.ALERT else []
        return (*found, *gap)


Progresses = Mapping[tuple[str, str], Sequence[Progress]]


def monitor(book: Book, targets: Sequence[Target], reports: Progresses, day: date, rules: Regime) -> Monitoring:
    """Watch the department, every project that has money or targets, and every target, on one day."""
    paid = (account.project for account in book.balances)
    codes = [code for code in dict.fromkeys([*book.projects, *paid, *(row.project for row in targets)]) if code]
    whole = watch_money(book, day, rules)
    parts = [watch_money(book, day, rules, code) for code in codes]
    goals = [watch_goal(row, reports.get(row.key, ()), day, book.year, rules) for row in targets]
    return Monitoring(
        day=day,
        regime=rules,
        money=(whole, *parts),
        goals=tuple(goals),
        gap=watch_gap(whole, goals, rules, day),
    )


# ── both together ──────────────────────────────────────────────────────────────────────────────────────────────


def watch_gap(whole: MoneyWatch, goals: Sequence[GoalWatch], rules: Regime, day: date) -> Judged | None:
    """Compare the progress of the department's goals, weighted by points, with the execution rate."""
    counted = [
        (min(one.share, HUNDRED), one.target.points)
        for one in goals
        if one.share is not None and one.target.points and not one.target.project and _upward(one.target)
    ]
    if not counted or whole.rate is None:
        return None
    points = sum((weight for _, weight in counted), ZERO)
    progress = round_half_up(sum((share * weight for share, weight in counted), ZERO) / points, 2)
    away = progress - whole.rate
    said = (
        f"{len(counted)} 项累计类指标按分值加权完成 {print_number(progress, 2)}%，执行率 {print_number(whole.rate, 2)}%，"
        f"相差 {print_number(away, 2)} 个百分点"
    )
    bound = limit(rules.gap, day) if rules.gap else None
    if bound is None:
        return Judged(PROGRESS_GAP, Light.NORMAL, f"{said}（所选办法没有规定界限，只列示）")
    light = Light.ALERT if abs(away) > bound.value else Light.NORMAL
    word = "超过" if light is Light.ALERT else "不超过"
    return Judged(PROGRESS_GAP, light, f"{said}，{word} {bound.value:f} 个百分点（{bound.basis}）")


# ── reasons and decisions ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """Why something deviates, and what will be done."""

    cause: Cause
    reason: str
    remedy: str


def unexplained(found: Monitoring, given: Mapping[str, Deviation]) -> tuple[tuple[str, str, str], ...]:
    """Return what must still be explained before the monitoring may be filed: subject, title, why."""
    answered = {subject for subject, one in given.items() if one.reason and one.remedy}
    return tuple(row for row in found.to_explain if row[0] not in answered)


def complete(found: Monitoring, given: Mapping[str, Deviation]) -> None:
    """Raise ``Refusal`` where a deviation beyond the threshold has no reason or no remedy."""
    rest = unexplained(found, given)
    if rest:
        names = "、".join(title for _, title, _ in rest)
        raise Refusal(
            "记录绩效运行监控", f"{names}的偏差没有说明原因和改进措施", "请逐项填写后再记录", EXPLANATION.basis
        )


def term_of(rules: Regime) -> Term:
    """Return the period within which an alert is decided."""
    return terms().get(rules.term)


def decision_due(alerted_on: date, rules: Regime, calendar: Calendar) -> Deadline:
    """Return by when an alert raised on a day has to be decided."""
    term = term_of(rules)
    assert term.length is not None  # noqa: S101 - the rulebook gives this period a length
    counting = Counting.WORKING if term.unit == Counting.WORKING else Counting.CALENDAR
    return calendar.count(alerted_on, term.length, counting)


def decide(alerted_on: date, decided_on: date, reason: str) -> None:
    """Raise ``Refusal`` where a decision on an alert cannot be recorded."""
    if not reason:
        raise Refusal(DECISION.title, "没有写明理由", "请写明继续、调整或者撤销的理由", DECISION.basis)
    if decided_on < alerted_on:
        raise Refusal(
            DECISION.title,
            f"决定日 {decided_on.isoformat()} 早于预警日 {alerted_on.isoformat()}",
            "请核对日期",
            DECISION.basis,
        )


def decision_standing(due: date, decided_on: date | None, today: date) -> tuple[Light, str]:
    """Return how a decision stands against its clock, with its words."""
    if decided_on is not None:
        late = (decided_on - due).days
        return (Light.ALERT, f"逾期 {late} 日作出") if late > 0 else (Light.NORMAL, "按期作出")
    if today > due:
        return Light.ALERT, f"逾期 {(today - due).days} 日未作出"
    return Light.WATCH, f"待作出，{due.isoformat()} 届满"


def _upward(target: Target) -> bool:
    return target.operator is not None and target.operator.upward
