"""Pages of monitoring: both halves on any day, progress, filing with reasons, reports, decisions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hengping.errors import Refusal
from hengping.performance.monitoring import decision_standing
from hengping.performance.plan import Standing
from hengping.performance.thresholds import Choice, Light
from hengping_web.accounts.models import User
from hengping_web.base.forms import status_of
from hengping_web.cycle.models import EvaluationYear
from hengping_web.cycle.rooms import Room
from hengping_web.cycle.views import person, year_or_404
from hengping_web.ledger import queries as ledger
from hengping_web.monitoring import charts, forms, pages, queries, services
from hengping_web.monitoring.models import Alert, Report
from hengping_web.objectives import queries as plans

shows_and_takes = require_http_methods(["GET", "HEAD", "POST"])


def _last_day(found: EvaluationYear) -> date:
    """Return today, or the last day of a year that is over."""
    return min(timezone.localdate(), date(found.year, 12, 31))


def room(evaluation_year: EvaluationYear, _user: User) -> Room:
    """Say on the year's page when the year was last monitored and what waits for a decision."""
    address = reverse("monitoring:watch", args=[evaluation_year.organisation.key, evaluation_year.year])
    last = queries.reports(evaluation_year).first()
    waiting = queries.undecided(evaluation_year).count()
    line = gettext("尚未记录监控")
    if last is not None:
        line = gettext("最近监控日 %(day)s：%(light)s") % {"day": last.day.isoformat(), "light": last.light_label}
    if waiting:
        line += gettext("；%(count)s 项预警待决定") % {"count": waiting}
    return Room(title=gettext("绩效运行监控"), address=address, line=line)


@require_safe
def watch(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Show both halves of a year on any day under the thresholds in force."""
    found = year_or_404(request, organisation, year)
    form = forms.When(request.GET)
    day, regime = form.chosen(_last_day(found))
    today = timezone.localdate()
    context: dict[str, Any] = {
        "year": found,
        "when": forms.When(initial={"on": day, "regime": regime}),
        "reports": queries.reports(found),
        "waiting": [_standing(alert, today) for alert in queries.undecided(found)],
        "fixed": plans.standing(found) is Standing.FIXED,
        "day": day,
        "regime": regime,
    }
    if day > today or day.year != found.year:
        context["refused"] = gettext("监控日须在 %(year)s 年内，且不晚于今天。") % {"year": found.year}
    else:
        context |= _looked_at(found, day, regime)
    return render(request, "monitoring/watch.html", context)


def _looked_at(found: EvaluationYear, day: date, regime: str) -> dict[str, Any]:
    try:
        shown = pages.content(queries.watched(found, day, regime))
    except Refusal as refusal:
        return {"refused": str(refusal)}
    return {"shown": shown, "chart": charts.chart(ledger.book(found), day)}


def _standing(alert: Alert, today: date) -> queries.Waiting:
    made = queries.decisions(alert)
    if alert.due_on is None:
        return queries.Waiting(alert, made, Light.UNKNOWN, gettext("期限无法计算"))
    light, said = decision_standing(alert.due_on, made[-1].on if made else None, today)
    return queries.Waiting(alert, made, light, said)


# ── progress ───────────────────────────────────────────────────────────────────────────────────────────────────


@shows_and_takes
def progress(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Tell what was reached of the targets up to a day, all on one page."""
    found = year_or_404(request, organisation, year)
    rows = queries.target_rows(found)
    counted = "system" in request.GET
    form = forms.ProgressForm(
        request.POST if request.method == "POST" else None,
        rows=rows,
        known=_counted(found) if counted else {},
        initial={"on": _last_day(found)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.tell(found, form.cleaned_data["on"], form.told, timezone.localdate(), person(request))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("进度已保存。"))
            return redirect("monitoring:watch", organisation, year)
    last = queries.latest_notes(found)
    lines = [(row, plans.target(row), last.get(plans.target(row).key), form.fields_of(row)) for row in rows]
    context = {
        "year": found,
        "form": form,
        "lines": lines,
        "counted": counted,
        "fixed": plans.standing(found) is Standing.FIXED,
    }
    return render(request, "monitoring/progress.html", context, status=status_of(form))


def _counted(found: EvaluationYear) -> Mapping[str, str]:
    """Return what the site itself counts by now, as numbers to begin with."""
    values = queries.known_values(found)
    return {key: f"{value.amount:f}" for key, value in values.items() if value.amount is not None and value.operands}


@require_safe
def history(request: HttpRequest, organisation: str, year: int, place: int) -> HttpResponse:
    """Show everything that was told of one target."""
    found = year_or_404(request, organisation, year)
    row = plans.row_at(found, "targets", place)
    if row is None:
        raise Http404
    target = plans.target(row)
    context = {"year": found, "row": row, "target": target, "notes": queries.notes_of(found, target.key)}
    return render(request, "monitoring/history.html", context)


# ── filing, reports, decisions ─────────────────────────────────────────────────────────────────────────────────


@shows_and_takes
def file(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Ask for the reasons of what deviates, and fix the monitoring of a day."""
    found = year_or_404(request, organisation, year)
    given = request.POST if request.method == "POST" else request.GET
    day, regime = forms.When(given).chosen(_last_day(found))
    watched = queries.watched(found, day, regime)
    form = forms.FileForm(
        request.POST if request.method == "POST" else None,
        asked=watched.to_explain,
        initial={"on": day, "regime": regime},
    )
    if request.method == "POST" and form.is_valid():
        filing = services.Filing(day=day, regime=regime, reasons=form.reasons)
        try:
            made = services.file(found, filing, timezone.localdate(), person(request))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("监控已记录。"))
            return redirect("monitoring:report", organisation, year, made.pk)
    context = {"year": found, "form": form, "day": day, "shown": pages.content(watched)}
    return render(request, "monitoring/file.html", context, status=status_of(form))


def _report(found: EvaluationYear, number: int) -> Report:
    made = queries.report(found, number)
    if made is None:
        raise Http404
    return made


@require_safe
def report(request: HttpRequest, organisation: str, year: int, number: int) -> HttpResponse:
    """Show a monitoring as it was filed, with its reasons and decisions; it prints as it stands."""
    found = year_or_404(request, organisation, year)
    made = _report(found, number)
    today = timezone.localdate()
    context = {
        "year": found,
        "report": made,
        "shown": made.content,
        "deviations": list(made.deviations.all()),
        "alerts": [_standing(alert, today) for alert in made.alerts.order_by("pk")],
        "form": forms.DecisionForm(),
        "chart": charts.chart(ledger.book(found), made.day),
    }
    return render(request, "monitoring/report.html", context)


@require_POST
def decide(request: HttpRequest, organisation: str, year: int, number: int) -> HttpResponse:
    """Keep what is decided on an alert."""
    found = year_or_404(request, organisation, year)
    alert = queries.alert(found, number)
    if alert is None:
        raise Http404
    form = forms.DecisionForm(request.POST)
    if form.is_valid():
        choice = Choice(form.cleaned_data["choice"])
        services.decide(alert, choice, form.cleaned_data["reason"], timezone.localdate(), person(request))
        messages.success(request, gettext("决定已记录。"))
    else:
        messages.error(request, gettext("请选择决定并写明理由。"))
    return redirect("monitoring:report", organisation, year, alert.report_id)
