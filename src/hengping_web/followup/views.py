"""Pages of rectification and of the next budget request. Each is form → service or query → page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hengping.errors import InvalidPackage, Refusal
from hengping.ledger import request as core
from hengping.ledger.model import Part
from hengping.performance.library import INDICATORS
from hengping.performance.rectification import Progress, basis_of_use
from hengping_web.accounts.models import User
from hengping_web.attachments.answers import download
from hengping_web.base.forms import status_of
from hengping_web.cycle.models import EvaluationYear
from hengping_web.cycle.rooms import Room
from hengping_web.cycle.services import Changed
from hengping_web.cycle.views import person, year_or_404
from hengping_web.followup import forms, queries, services
from hengping_web.followup.models import BudgetRequest, RequestItem
from hengping_web.followup.queries import Measure, Problem
from hengping_web.followup.services import Report

shows_and_takes = require_http_methods(["GET", "HEAD", "POST"])


def _today() -> date:
    return timezone.localdate()


def room(evaluation_year: EvaluationYear, _user: User) -> Room:
    """Say on the year's page how rectification stands."""
    measures = queries.measures_of([evaluation_year], _today())
    late = sum(one.standing.overdue for one in measures)
    done = sum(one.standing.progress.is_over for one in measures)
    line = gettext("%(count)s 条措施，%(done)s 条办结，%(late)s 条逾期")
    address = reverse("followup:board", args=[evaluation_year.organisation.key, evaluation_year.year])
    told = line % {"count": len(measures), "done": done, "late": late}
    return Room(title=gettext("问题整改"), address=address, line=told, done=bool(measures) and done == len(measures))


def request_room(evaluation_year: EvaluationYear, _user: User) -> Room:
    """Say on the year's page how the request for the year after the next stands."""
    asked = evaluation_year.year + 2
    found = queries.request_of(evaluation_year.organisation, asked)
    items = queries.items_of(found)
    line = gettext("%(year)s 年度预算，%(count)s 项") % {"year": asked, "count": len(items)}
    address = reverse("followup:request", args=[evaluation_year.organisation.key, evaluation_year.year])
    done = found is not None and found.state == BudgetRequest.SUBMITTED
    return Room(title=gettext("结果应用：预算申报"), address=address, line=line, done=done)


@require_safe
def owed(request: HttpRequest) -> HttpResponse:
    """Show what is still owed anywhere the reader may see, what is late on top."""
    found = queries.owed(person(request), _today())
    return render(
        request, "followup/owed.html", {"measures": found, "late": sum(one.standing.overdue for one in found)}
    )


@require_safe
def board(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Show the problems of a year with their measures and how each stands."""
    found = year_or_404(request, organisation, year)
    problems = queries.problems(found, _today())
    return render(request, "followup/board.html", {"year": found, "problems": problems})


def _problem(found: EvaluationYear, place: int) -> Problem:
    one = queries.problem(found, place, _today())
    if one is None:
        raise Http404
    return one


def _measure(found: EvaluationYear, place: int) -> Measure:
    one = queries.measure(found, place, _today())
    if one is None:
        raise Http404
    return one


def _indicators(found: EvaluationYear) -> list[tuple[str, str]]:
    return [(one.key, one.title) for one in INDICATORS.on(found.reported_on)]


@shows_and_takes
def add_problem(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Write down a problem."""
    return _edit_problem(request, year_or_404(request, organisation, year), None)


@shows_and_takes
def problem(request: HttpRequest, organisation: str, year: int, place: int) -> HttpResponse:
    """Change a problem; its earlier wordings stay."""
    found = year_or_404(request, organisation, year)
    return _edit_problem(request, found, _problem(found, place))


def _edit_problem(request: HttpRequest, found: EvaluationYear, one: Problem | None) -> HttpResponse:
    initial: dict[str, Any] = {}
    if one is not None:
        initial = {name: getattr(one, name) for name in ("title", "detail", "cause", "owner", "due_on")}
        initial |= {"indicators": list(one.indicators), "seen": one.revision}
    form = forms.ProblemForm(request.POST or None, indicators=_indicators(found), initial=initial)
    context = {"year": found, "problem": one, "form": form, "offices": queries.offices(found)}
    if request.method == "POST" and form.is_valid():
        values = form.values | ({"problem": one.key} if one else {})
        try:
            services.save_problem(
                found, values, place=one.place if one else None, seen=_seen(form), actor=person(request)
            )
        except Changed as changed:
            _told_changed(form, changed, context, form.values, one.revision if one else 0)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("问题已保存。"))
            return redirect("followup:board", found.organisation.key, found.year)
    return render(request, "followup/problem.html", context, status=status_of(form))


def _seen(form: Any) -> int:
    return int(form.cleaned_data.get("seen") or 0)


def _told_changed(form: Any, changed: Changed, context: dict[str, Any], mine: dict[str, str], last: int) -> None:
    """Put both texts side by side; sending again then means: mine."""
    form.add_error(None, str(changed))
    form.data = {**form.data.dict(), "seen": str(last)}
    labels = {name: str(field.label) for name, field in form.fields.items()}
    context["theirs"] = [
        (labels.get(name, name), mine.get(name, ""), text)
        for name, text in changed.theirs.items()
        if name in labels and mine.get(name, "") != text
    ]


@shows_and_takes
def add_measure(request: HttpRequest, organisation: str, year: int, problem: int) -> HttpResponse:
    """Write down a measure against a problem."""
    found = year_or_404(request, organisation, year)
    one = _problem(found, problem)
    return _edit_measure(request, found, one.key, one.title, None)


@shows_and_takes
def edit_measure(request: HttpRequest, organisation: str, year: int, place: int) -> HttpResponse:
    """Change a measure; its earlier wordings stay."""
    found = year_or_404(request, organisation, year)
    one = _measure(found, place)
    return _edit_measure(request, found, one.problem, one.text, one)


def _edit_measure(
    request: HttpRequest, found: EvaluationYear, key: str, heading: str, one: Measure | None
) -> HttpResponse:
    initial: dict[str, Any] = {}
    if one is not None:
        initial = {"text": one.text, "owner": one.owner, "due_on": one.due_on, "seen": one.revision}
    form = forms.MeasureForm(request.POST or None, initial=initial)
    context = {"year": found, "measure": one, "heading": heading, "form": form, "offices": queries.offices(found)}
    if request.method == "POST" and form.is_valid():
        values = form.values | {"problem": key}
        try:
            services.save_measure(
                found, values, place=one.place if one else None, seen=_seen(form), actor=person(request)
            )
        except Changed as changed:
            _told_changed(form, changed, context, form.values, one.revision if one else 0)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("措施已保存。"))
            return redirect("followup:board", found.organisation.key, found.year)
    return render(request, "followup/measure_edit.html", context, status=status_of(form))


@shows_and_takes
def measure(request: HttpRequest, organisation: str, year: int, place: int) -> HttpResponse:
    """Show a measure with every report on it, and take the next one."""
    found, today = year_or_404(request, organisation, year), _today()
    one = _measure(found, place)
    initial = {"on": today, "progress": Progress.UNDERWAY.value, "seen": len(one.notes)}
    form = forms.ReportForm(request.POST or None, request.FILES or None, initial=initial)
    context: dict[str, Any] = {"year": found, "measure": one, "form": form}
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        told = Report(
            on=data["on"],
            progress=Progress(data["progress"]),
            text=data["text"],
            seen=data["seen"],
            files=[(file.name, file.read()) for file in data["evidence"]],
        )
        try:
            services.report(found, place, told, today, person(request))
        except Changed as changed:
            _told_changed(form, changed, context, {"text": data["text"]}, len(one.notes))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("进展已记录，先前的记录不变。"))
            return redirect("followup:measure", organisation, year, place)
    return render(request, "followup/measure.html", context, status=status_of(form))


@require_safe
def evidence(request: HttpRequest, organisation: str, year: int, place: int, key: str) -> HttpResponse:
    """Give a file of evidence."""
    found = year_or_404(request, organisation, year)
    read = services.read_evidence(found, place, key, person(request))
    if read is None:
        raise Http404
    content, kind, name = read
    return download(content, kind, name)


@require_safe
def promises(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Show last year's promises beside this year's facts."""
    found = year_or_404(request, organisation, year)
    context = {"year": found, "promises": queries.promises(found, _today())}
    return render(request, "followup/promises.html", context)


# The request for the next budget


@require_safe
def budget(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Show the request that can refer to this year's results: its lines, its sums, and the results beside it."""
    found = year_or_404(request, organisation, year)
    return render(request, "followup/request.html", _request_context(found))


def _asked(found: EvaluationYear) -> int:
    """Return the year money is asked for: results of a year are known in the next, when the budget after it is made."""
    return found.year + 2


def _request_context(found: EvaluationYear) -> dict[str, Any]:
    today = _today()
    request = queries.request_of(found.organisation, _asked(found))
    items = queries.items_of(request)
    worked = queries.worked(found)
    known = {one.key: one.title for one in queries.references(found, today, worked)}
    asked = queries.core_request(_asked(found), items)
    return {
        "year": found,
        "asked_year": _asked(found),
        "request_row": request,
        "lines": [_line(row, known) for row in items],
        "total": asked.total,
        "basic": asked.of_part(Part.BASIC),
        "project": asked.of_part(Part.PROJECT),
        "beside": core.beside_last(asked, queries.last_accounts(worked)),
        "evaluation": worked.year.evaluation if worked else None,
        "problems": queries.problems(found, today),
        "basis": basis_of_use(),
    }


def _line(row: RequestItem, known: dict[str, str]) -> dict[str, Any]:
    item = row.to_core()
    return {"row": row, "item": item, "refers": [known.get(key, key) for key in item.refers]}


@require_POST
def begin_request(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Begin a request."""
    found = year_or_404(request, organisation, year)
    services.open_request(found.organisation, _asked(found), person(request))
    return redirect("followup:request", organisation, year)


def _request(found: EvaluationYear) -> BudgetRequest:
    one = queries.request_of(found.organisation, _asked(found))
    if one is None:
        raise Http404
    return one


@shows_and_takes
def add_item(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Ask for something, with its drivers."""
    found = year_or_404(request, organisation, year)
    return _edit_item(request, found, _request(found), None)


@shows_and_takes
def item(request: HttpRequest, organisation: str, year: int, place: int) -> HttpResponse:
    """Change or withdraw a line of a request."""
    found = year_or_404(request, organisation, year)
    asked = _request(found)
    row = queries.item_at(asked, place)
    if row is None or row.withdrawn:
        raise Http404
    if request.method == "POST" and "withdraw" in request.POST:
        services.withdraw_item(asked, place, row.revision, person(request))
        messages.success(request, gettext("这一项已撤回，记录保留。"))
        return redirect("followup:request", organisation, year)
    return _edit_item(request, found, asked, row)


def _edit_item(
    request: HttpRequest, found: EvaluationYear, asked: BudgetRequest, row: RequestItem | None
) -> HttpResponse:
    listed = queries.references(found, _today(), queries.worked(found))
    references = [(one.key, one.title) for one in listed]
    initial: dict[str, Any] = {}
    if row is not None:
        initial = {name: getattr(row, name) for name in ("title", "part", "economic", "purpose", "refers")}
        initial["seen"] = row.revision
    form = forms.ItemForm(request.POST or None, year=asked.year, references=references, initial=initial)
    drivers = forms.Drivers(request.POST or None, prefix="driver", initial=row.drivers if row else None)
    context: dict[str, Any] = {"year": found, "form": form, "drivers": drivers, "row_kept": row}
    if request.method == "POST" and all([form.is_valid(), drivers.is_valid()]):
        wanted = forms.item_of(form, drivers, str(row.place) if row else "")
        try:
            services.save_item(
                asked,
                replace(wanted, key=wanted.key or "new"),
                place=row.place if row else None,
                seen=_seen(form),
                known=[key for key, _ in references],
                actor=person(request),
            )
        except InvalidPackage as wrong:
            for problem in wrong.problems:
                form.add_error(None, f"{problem.message}。{problem.remedy}")
        except Changed as changed:
            _told_changed(form, changed, context, {"title": wanted.title}, row.revision if row else 0)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("申报项已保存，金额由测算因素算出。"))
            return redirect("followup:request", found.organisation.key, found.year)
    bad = status_of(form) if form.errors else 422 if drivers.is_bound and drivers.total_error_count() else 200
    return render(request, "followup/item.html", context, status=bad)


@require_POST
def submit_request(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Submit a request; a faulty one comes back with every fault."""
    found = year_or_404(request, organisation, year)
    known = [one.key for one in queries.references(found, _today(), queries.worked(found))]
    try:
        services.submit(_request(found), known, timezone.now(), person(request))
    except InvalidPackage as wrong:
        context = _request_context(found) | {"faults": wrong.problems}
        return render(request, "followup/request.html", context, status=422)
    messages.success(request, gettext("预算申报已报送。"))
    return redirect("followup:request", organisation, year)
