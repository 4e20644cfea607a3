"""Questions about monitoring: what was told of targets by a day, what the core makes of both halves, what was filed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from hengping.errors import HengpingError
from hengping.performance import plan as core
from hengping.performance.goal_watch import Progress
from hengping.performance.model import Value
from hengping.performance.monitoring import Monitoring, monitor
from hengping.performance.thresholds import Chance, Light, regime
from hengping_web.cycle import folder
from hengping_web.cycle.models import EvaluationYear
from hengping_web.ledger import queries as ledger
from hengping_web.monitoring.models import Alert, Decision, ProgressNote, Report
from hengping_web.objectives import queries as plans
from hengping_web.objectives.models import TARGETS, PlanRow

Key = tuple[str, str]


def notes(evaluation_year: EvaluationYear) -> QuerySet[ProgressNote]:
    """Return what was told of the targets of a year, oldest first; of one day the last telling comes last."""
    return ProgressNote.objects.filter(evaluation_year=evaluation_year).select_related("by").order_by("on", "pk")


def notes_of(evaluation_year: EvaluationYear, key: Key) -> QuerySet[ProgressNote]:
    """Return what was told of one target, newest first."""
    return notes(evaluation_year).filter(indicator=key[0], project=key[1]).order_by("-on", "-pk")


def progress(evaluation_year: EvaluationYear) -> dict[Key, list[Progress]]:
    """Return what was told, as the core takes it; a later telling of the same day replaces the earlier."""
    found: dict[Key, dict[date, Progress]] = {}
    for row in notes(evaluation_year):
        told = Progress(
            on=row.on,
            value=core.number(row.value),
            chance=Chance(row.chance) if row.chance else None,
            note=row.note,
        )
        found.setdefault((row.indicator, row.project), {})[row.on] = told
    return {key: list(days.values()) for key, days in found.items()}


def latest_notes(evaluation_year: EvaluationYear) -> dict[Key, ProgressNote]:
    """Return the last telling of every target."""
    return {(row.indicator, row.project): row for row in notes(evaluation_year)}


def target_rows(evaluation_year: EvaluationYear) -> list[PlanRow]:
    """Return the targets that count, as rows."""
    return list(plans.latest(evaluation_year, TARGETS))


def watched(evaluation_year: EvaluationYear, day: date, key: str) -> Monitoring:
    """Return both halves of a year on a day under one place's thresholds."""
    rules = regime(key, day)
    book = ledger.book(evaluation_year)
    return monitor(book, plans.targets(evaluation_year), progress(evaluation_year), day, rules)


def reports(evaluation_year: EvaluationYear) -> QuerySet[Report]:
    """Return what was filed, the last day looked at first."""
    rows = Report.objects.filter(evaluation_year=evaluation_year).select_related("by")
    return rows.prefetch_related("alerts__decisions").order_by("-day", "-pk")


def report(evaluation_year: EvaluationYear, number: int) -> Report | None:
    """Return one filed monitoring."""
    return reports(evaluation_year).filter(pk=number).prefetch_related("deviations").first()


def alert(evaluation_year: EvaluationYear, number: int) -> Alert | None:
    """Return one alert of a year."""
    found = Alert.objects.select_related("report").filter(pk=number, report__evaluation_year=evaluation_year)
    return found.first()


@dataclass(frozen=True, slots=True)
class Waiting:
    """An alert with its decisions, the last first, and how it stands against its clock."""

    alert: Alert
    decisions: Sequence[Decision]
    light: Light
    said: str


def decisions(alert: Alert) -> list[Decision]:
    """Return what was decided on an alert, the last first."""
    return list(alert.decisions.select_related("by").order_by("-pk"))


def undecided(evaluation_year: EvaluationYear | None = None) -> QuerySet[Alert]:
    """Return the alerts nobody has decided on, those due first on top."""
    rows = Alert.objects.filter(decisions=None).select_related("report__evaluation_year__organisation")
    if evaluation_year is not None:
        rows = rows.filter(report__evaluation_year=evaluation_year)
    return rows.order_by("due_on", "pk")


def known_values(evaluation_year: EvaluationYear) -> Mapping[str, Value]:
    """Return what the site itself can count by now, by indicator; nothing where the year cannot be read yet."""
    try:
        return folder.preview(evaluation_year).year.values
    except HengpingError:
        return {}


def silent_targets(evaluation_year: EvaluationYear, since: date) -> Iterator[PlanRow]:
    """Yield the targets of which nothing was told for a day in the period that began on ``since``."""
    told = {
        (row.indicator, row.project)
        for row in ProgressNote.objects.filter(evaluation_year=evaluation_year, on__gte=since)
    }
    for row in target_rows(evaluation_year):
        if (row.values.get("indicator", ""), row.values.get("project", "")) not in told:
            yield row
