"""Acts of monitoring: telling progress, filing a monitoring with its reasons, deciding on alerts, reminding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from hengping.dates import official_calendar
from hengping.errors import OutsideCalendar, Refusal
from hengping.performance import monitoring as core
from hengping.performance import plan as plan_core
from hengping.performance.monitoring import Monitoring
from hengping.performance.thresholds import MONITORING, Chance, Choice, Light
from hengping_web.accounts.models import User
from hengping_web.accounts.roles import Role
from hengping_web.cycle import services as cycle
from hengping_web.cycle.models import EvaluationYear, State
from hengping_web.monitoring import pages, queries
from hengping_web.monitoring.models import Alert, Decision, Deviation, ProgressNote, Reminder, Report
from hengping_web.objectives import queries as plans
from hengping_web.objectives.services import staff
from hengping_web.outbox.services import tell_account
from hengping_web.trail.services import Kind, record

TELL = "填报绩效进度"
REMIND_FROM_DAY = 20
"""The day of a month from which the offices are reminded of what was not told in it (衡评核对规则 MON-07)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What somebody tells of one target."""

    indicator: str
    project: str = ""
    value: str = ""
    chance: str = ""
    note: str = ""


def tell(
    evaluation_year: EvaluationYear, on: date, told: Sequence[Told], today: date, actor: User
) -> list[ProgressNote]:
    """Keep what was told of targets up to a day; the same day may be told again, and both tellings stay."""
    with transaction.atomic():
        held = cycle.writable(evaluation_year, TELL)
        _tellable(held, on, told, today)
        made = [
            ProgressNote.objects.create(
                evaluation_year=held,
                indicator=one.indicator,
                project=one.project,
                on=on,
                value=one.value,
                chance=one.chance,
                note=one.note,
                by=actor,
            )
            for one in told
        ]
        record(
            Kind.WRITE,
            "monitoring.tell",
            subject=held.subject,
            actor=actor,
            details={"on": on.isoformat(), "targets": len(made)},
        )
    return made


def _tellable(held: EvaluationYear, on: date, told: Sequence[Told], today: date) -> None:
    if plans.standing(held) is not plan_core.Standing.FIXED:
        raise Refusal(TELL, "年度指标还没有审定", "请先提交并审定年度指标。", str(MONITORING))
    if on > today or on.year != held.year:
        raise Refusal(TELL, f"{on.isoformat()} 不在 {held.year} 年内或在今天之后", "请核对进度截至的日期。")
    if not told:
        raise Refusal(TELL, "没有填写任何一项", "请至少填写一项的完成值或完成的可能性。")
    known = {target.key for target in plans.targets(held)}
    for one in told:
        if (one.indicator, one.project) not in known:
            raise Refusal(TELL, f"年度指标里没有“{one.indicator}”", "请返回列表重新打开。")
        if one.value and plan_core.number(one.value) is None:
            raise Refusal(TELL, f"“{one.value}”不是数", "请填写阿拉伯数字，不带单位。")
        if one.chance:
            Chance(one.chance)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """A monitoring to be filed: the day, the thresholds, and the reasons by subject."""

    day: date
    regime: str
    reasons: Mapping[str, core.Deviation]


def file(evaluation_year: EvaluationYear, filing: Filing, today: date, actor: User) -> Report:
    """Fix what both halves came to on a day, with the reasons; alerts start the clock of their decision."""
    with transaction.atomic():
        held = cycle.writable(evaluation_year, "记录绩效运行监控")
        if plans.standing(held) is not plan_core.Standing.FIXED:
            raise Refusal("记录绩效运行监控", "年度指标还没有审定", "请先提交并审定年度指标。", str(MONITORING))
        if filing.day > today or filing.day.year != held.year:
            raise Refusal("记录绩效运行监控", f"{filing.day.isoformat()} 不在本年度内或在今天之后", "请核对监控日。")
        found = queries.watched(held, filing.day, filing.regime)
        core.complete(found, filing.reasons)
        made = Report.objects.create(
            evaluation_year=held,
            day=filing.day,
            regime=found.regime.key,
            since=found.regime.since,
            filed_on=today,
            light=found.light.value,
            content=pages.content(found),
            by=actor,
        )
        _keep_reasons(made, found, filing.reasons)
        alerts = _raise_alerts(made, found, today)
        if alerts:
            for user in staff(held, Role.DEPARTMENT_HEAD, Role.EVALUATION_TEAM):
                tell_account(user, "monitoring-alert", {"count": str(len(alerts)), "day": _soonest(alerts, today)})
        record(
            Kind.WRITE,
            "monitoring.file",
            subject=held.subject,
            actor=actor,
            details={
                "report": made.pk,
                "day": filing.day.isoformat(),
                "regime": found.regime.key,
                "light": found.light.value,
                "alerts": len(alerts),
            },
        )
    return made


def _keep_reasons(made: Report, found: Monitoring, given: Mapping[str, core.Deviation]) -> None:
    rows = [
        Deviation(
            report=made,
            subject=subject,
            title=title,
            cause=given[subject].cause.value,
            reason=given[subject].reason,
            remedy=given[subject].remedy,
        )
        for subject, title, _ in found.to_explain
    ]
    Deviation.objects.bulk_create(rows)


def _raise_alerts(made: Report, found: Monitoring, today: date) -> list[Alert]:
    """An alert runs from the day it is filed; outside the published calendars its last day stays open and says so."""
    try:
        deadline = core.decision_due(today, found.regime, official_calendar())
        due, working = deadline.due, list(deadline.working())
    except OutsideCalendar as outside:
        due, working = None, [str(outside)]
    rows = [
        Alert(report=made, subject=subject, title=title, due_on=due, working=working) for subject, title in found.alerts
    ]
    return Alert.objects.bulk_create(rows)


def _soonest(alerts: Sequence[Alert], today: date) -> str:
    return min((alert.due_on for alert in alerts if alert.due_on), default=today).isoformat()


def decide(alert: Alert, choice: Choice, reason: str, today: date, actor: User) -> Decision:
    """Keep what was decided on an alert, by whom and when."""
    with transaction.atomic():
        evaluation_year = cycle.writable(alert.report.evaluation_year, "预警后的决定")
        core.decide(alert.report.filed_on, today, reason.strip())
        made = Decision.objects.create(alert=alert, choice=choice.value, reason=reason.strip(), on=today, by=actor)
        standing, _ = core.decision_standing(alert.due_on or today, today, today)
        record(
            Kind.WRITE,
            "monitoring.decide",
            subject=evaluation_year.subject,
            actor=actor,
            details={
                "alert": alert.pk,
                "choice": choice.value,
                "on": today.isoformat(),
                "in_time": "no" if standing is Light.ALERT else "yes",
            },
        )
    return made


# ── reminding ──────────────────────────────────────────────────────────────────────────────────────────────────


def remind(today: date, _now: datetime) -> int:
    """Remind the offices of progress not told this month, and the heads of alerts nobody decided; return how many.

    Running twice tells nobody twice: each reminder is noted with its period.
    """
    running = EvaluationYear.objects.select_related("organisation").filter(year=today.year)
    open_years = running.filter(state__in=(State.APPROVED, State.EVALUATING))
    return sum(_remind_progress(one, today) for one in open_years) + _remind_decisions(today)


def _remind_progress(evaluation_year: EvaluationYear, today: date) -> int:
    if today.day < REMIND_FROM_DAY:
        return 0
    with transaction.atomic():
        silent = sum(1 for _ in queries.silent_targets(evaluation_year, today.replace(day=1)))
        if not silent:
            return 0
        last = (today.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        parameters = {"count": str(silent), "day": last.isoformat()}
        told = 0
        for user in staff(evaluation_year, Role.OFFICE_CLERK):
            if _fresh(evaluation_year, user, "progress", f"{today:%Y-%m}", today):
                tell_account(user, "progress-due", parameters)
                told += 1
        if told:
            details = {"told": told, "targets": silent}
            record(Kind.WRITE, "monitoring.remind", subject=evaluation_year.subject, details=details)
    return told


def _remind_decisions(today: date) -> int:
    """Remind once when half of the time is gone (the day before the last at the latest), and once when it is over."""
    waiting: dict[EvaluationYear, list[Alert]] = {}
    for alert in queries.undecided().filter(due_on__lte=today + timedelta(days=2)):
        if not alert.report.evaluation_year.settled:
            waiting.setdefault(alert.report.evaluation_year, []).append(alert)
    return sum(_remind_alerts(evaluation_year, alerts, today) for evaluation_year, alerts in waiting.items())


def _remind_alerts(evaluation_year: EvaluationYear, alerts: Sequence[Alert], today: date) -> int:
    due = min(alert.due_on for alert in alerts if alert.due_on)
    kind = "decision-late" if today > due else "decision-soon"
    told = 0
    with transaction.atomic():
        for user in staff(evaluation_year, Role.DEPARTMENT_HEAD):
            if _fresh(evaluation_year, user, kind, due.isoformat(), today):
                tell_account(user, "monitoring-alert", {"count": str(len(alerts)), "day": due.isoformat()})
                told += 1
        if told:
            details = {"told": told, "alerts": len(alerts)}
            record(Kind.WRITE, "monitoring.remind", subject=evaluation_year.subject, details=details)
    return told


def _fresh(evaluation_year: EvaluationYear, user: User, kind: str, period: str, today: date) -> bool:
    _, fresh = Reminder.objects.get_or_create(
        evaluation_year=evaluation_year, account=user, kind=kind, period=period, defaults={"sent_on": today}
    )
    return fresh
