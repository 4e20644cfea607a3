"""Pages of a plan: what it holds, what the checks say, its rows, its way to being fixed, and what was adjusted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hengping.errors import Refusal
from hengping.performance import plan as core
from hengping.performance.library import INDICATORS
from hengping.performance.plan import Plan, Standing, block_sums
from hengping.performance.targets import Concern, examine, stopping
from hengping_io.year_layouts import layouts
from hengping_web.accounts.models import User
from hengping_web.base.forms import status_of
from hengping_web.cycle import queries as years
from hengping_web.cycle.models import EvaluationYear
from hengping_web.cycle.rooms import Room
from hengping_web.cycle.services import Changed
from hengping_web.cycle.views import person, year_or_404
from hengping_web.objectives import forms, queries, services
from hengping_web.objectives.models import OBJECTIVES, TARGETS, PlanMove, PlanRow
from hengping_web.objectives.services import Edit

shows_and_takes = require_http_methods(["GET", "HEAD", "POST"])


def room(evaluation_year: EvaluationYear, _user: User) -> Room:
    """Say on the year's page how the plan stands."""
    now = queries.standing(evaluation_year)
    counts = {table: queries.latest(evaluation_year, table).count() for table in services.TABLES}
    line = gettext("%(objectives)s 个目标，%(targets)s 条指标；%(standing)s") % {**counts, "standing": now.label}
    address = reverse("objectives:plan", args=[evaluation_year.organisation.key, evaluation_year.year])
    return Room(title=gettext("绩效目标与指标"), address=address, line=line, done=now is Standing.FIXED)


@require_safe
def plan(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Show the plan of a year, what the checks say of it, and what may be done with it now."""
    found = year_or_404(request, organisation, year)
    rows = list(queries.latest(found, TARGETS))
    whole = queries.plan(found, rows)
    made = queries.moves(found)
    now = queries.standing(found, made)
    concerns = examine(whole) if now is not Standing.FIXED else ()
    context = {
        "year": found,
        "standing": now,
        "open": now.open and not found.settled,
        "fixed": now is Standing.FIXED,
        "submitted": now is Standing.SUBMITTED,
        "concerns": concerns,
        "stopping": len(stopping(concerns)),
        "objectives": _objectives(found),
        "groups": _groups(whole, rows, concerns),
        "moves": made,
        "digest": _digest(found, made),
        "due": queries.due(found),
        "due_form": forms.Due(),
        "return_form": forms.Return(),
        "adjustments": _adjustments(found),
        "scheme": whole.scheme,
        "own_scheme": bool(found.scheme),
    }
    return render(request, "objectives/plan.html", context)


def _objectives(found: EvaluationYear) -> list[tuple[PlanRow, str, list[tuple[str, str, bool]]]]:
    """Return every objective with what came of it, and the indicators that show it, named where the plan names them."""
    told = queries.results(found)
    titles = {row.values.get("indicator", ""): row.values.get("level3", "") for row in queries.latest(found, TARGETS)}
    result = []
    for row in queries.latest(found, OBJECTIVES):
        keys = [key for key in row.values.get("indicators", "").split(";") if key]
        shown = [(key, titles.get(key) or _title(key), key in INDICATORS) for key in keys]
        result.append((row, told.get(row.key, ""), shown))
    return result


def _title(key: str) -> str:
    return INDICATORS.get(key).title if key in INDICATORS else key


def _groups(whole: Plan, rows: Sequence[PlanRow], concerns: Sequence[Concern]) -> list[dict[str, Any]]:
    by_key = {queries.target(row).key: row for row in rows}
    said: dict[core.Target, list[Concern]] = {}
    for concern in concerns:
        for one in whole.targets:
            if one.key in concern.keys and len(concern.keys) <= MOST_MARKED:
                said.setdefault(one, []).append(concern)
    groups = []
    for project in whole.projects:
        blocks = [
            (block, [_line(one, by_key[one.key], whole, said.get(one, [])) for one in block.rows])
            for block in block_sums(whole, project)
        ]
        placed = {one for block in block_sums(whole, project) for one in block.rows}
        rest = [_line(one, by_key[one.key], whole, said.get(one, [])) for one in whole.of(project) if one not in placed]
        groups.append({"project": project, "blocks": blocks, "rest": rest})
    return groups


MOST_MARKED = 4
"""A concern about more rows than this is about their group, and is not repeated at each of them."""


def _line(one: core.Target, row: PlanRow, whole: Plan, concerns: Sequence[Concern]) -> dict[str, Any]:
    last = whole.last.get(one.key)
    return {
        "target": one,
        "row": row,
        "last": None if last is None or last.value is None else f"{last.value:f}{one.unit}",
        "known": one.indicator in INDICATORS,
        "concerns": concerns,
        "before": queries.target(earlier).aim if (earlier := _before(row)) else "",
    }


def _before(row: PlanRow) -> PlanRow | None:
    return queries.before(row) if row.adjustment_id else None


def _digest(found: EvaluationYear, made: Sequence[PlanMove]) -> tuple[str, bool] | None:
    """Return the digest the plan was fixed with, and whether it is still the same; adjustments change it."""
    fixed = [move.digest for move in made if move.move == core.Move.APPROVE]
    return (fixed[-1], fixed[-1] == services.digest(found)) if fixed else None


def _adjustments(found: EvaluationYear) -> list[tuple[Any, list[dict[str, Any]]]]:
    """Return every adjustment with what each row was before and is after it."""
    shown = []
    for one in queries.adjustments(found):
        rows = []
        for row in one.rows.all():
            earlier = queries.before(row)
            names = forms.CHANGEABLE[row.table]
            was = earlier.values if earlier else {}
            changes = [
                (forms.TITLES[name], was.get(name, ""), row.values.get(name, ""))
                for name in names
                if was.get(name, "") != row.values.get(name, "")
            ]
            rows.append({"row": row, "name": _name(row), "changes": changes})
        shown.append((one, rows))
    return shown


def _name(row: PlanRow) -> str:
    return str(row.values.get("title") or row.values.get("level3") or row.key)


# ── rows ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _table(name: str) -> str:
    if name not in services.TABLES:
        raise Http404
    return name


def _form(request: HttpRequest, found: EvaluationYear, table: str, initial: dict[str, Any]) -> Any:
    given = request.POST if request.method == "POST" else None
    if table == OBJECTIVES:
        return forms.ObjectiveForm(given, initial=initial)
    named = [(row["code"], f"{row['code']} {row['title']}") for row in years.table_rows(found, "projects")]
    return forms.TargetForm(given, initial=initial, scheme=queries.scheme(found), projects=named)


def _own_key(found: EvaluationYear, values: dict[str, str]) -> dict[str, str]:
    """Give a target the unit set itself the next free key where nobody chose one."""
    if values.get("indicator") != forms.UNNAMED:
        return values
    used = queries.indicators_ever(found)
    number = next(count for count in range(1, len(used) + 2) if f"own-{count}" not in used)
    return {**values, "indicator": f"own-{number}"}


@shows_and_takes
def add(request: HttpRequest, organisation: str, year: int, table: str) -> HttpResponse:
    """Add an objective or a target."""
    found, name = year_or_404(request, organisation, year), _table(table)
    form = _form(request, found, name, _begin(found, name, request.GET.get("indicator", "")))
    if request.method == "POST" and form.is_valid():
        try:
            edit = Edit(table=name, values=_own_key(found, form.values), more=form.more)
            services.save_row(found, edit, person(request))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("已保存。"))
            return redirect("objectives:plan", organisation, year)
    return _row_page(request, found, name, {"form": form})


def _begin(found: EvaluationYear, table: str, indicator: str) -> dict[str, str]:
    """Return what a new row begins with: the next number of an objective, what the library says of an indicator."""
    if table == OBJECTIVES:
        return {"objective": f"O{queries.next_place(found, table)}"}
    if indicator not in INDICATORS:
        return {}
    known = INDICATORS.get(indicator)
    sign = {"higher": "≥", "lower": "≤", "exact": "="}[known.better.value]
    return {
        "indicator": known.key,
        "level3": known.title,
        "unit": known.unit,
        "operator": "定性" if known.judged else sign,
        "cumulative": "false" if known.unit == "%" else "true",
    }


@shows_and_takes
def row(request: HttpRequest, organisation: str, year: int, table: str, place: int) -> HttpResponse:
    """Change or withdraw a row while the plan is open; later show it with its history."""
    found, name = year_or_404(request, organisation, year), _table(table)
    last = queries.row_at(found, name, place)
    if last is None:
        raise Http404
    cumulative = "true" if name == TARGETS and queries.cumulative(last) else "false"
    form = _form(request, found, name, {"cumulative": cumulative, **last.values, **last.more, "seen": last.revision})
    context: dict[str, Any] = {"form": form, "row": last, "title": _name(last)}
    if request.method == "POST" and form.is_valid():
        edit = Edit(
            table=name,
            values=_kept_key(form.values, last),
            more=form.more,
            place=place,
            seen=form.seen_revision,
            withdrawn="withdraw" in request.POST,
        )
        try:
            services.save_row(found, edit, person(request))
        except Changed as changed:
            form.add_error(None, str(changed))
            form.data = {**form.data.dict(), "seen": str(last.revision)}
            context["theirs"] = _both(form, changed.theirs)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("已保存。"))
            return redirect("objectives:plan", organisation, year)
    return _row_page(request, found, name, context)


def _kept_key(values: dict[str, str], last: PlanRow) -> dict[str, str]:
    """A row whose key was emptied keeps the one it had."""
    unnamed = values.get("indicator") == forms.UNNAMED
    return {**values, "indicator": last.values.get("indicator", "")} if unnamed else values


def _both(form: Any, theirs: dict[str, str]) -> list[tuple[str, str, str]]:
    mine = {**form.values, **form.more}
    return [
        (str(form.fields[field].label), mine.get(field, ""), theirs.get(field, ""))
        for field in mine
        if field in form.fields and mine.get(field, "") != theirs.get(field, "")
    ]


def _row_page(request: HttpRequest, found: EvaluationYear, table: str, more: dict[str, Any]) -> HttpResponse:
    now = queries.standing(found)
    last: PlanRow | None = more.get("row")
    context = {
        "year": found,
        "table": table,
        "layout": layouts()[table],
        "open": now.open and not found.settled,
        "standing": now,
        "library": [(one.key, one.title) for one in INDICATORS],
        "levels": forms.LEVELS,
        "history": list(queries.history(found, table, last.place)) if last else [],
        **more,
    }
    if table == OBJECTIVES and last is not None and not now.open:
        context["result_form"] = forms.ResultForm(initial={"text": queries.results(found).get(last.key, "")})
    return render(request, "objectives/row.html", context, status=status_of(more["form"]))


@require_POST
def result(request: HttpRequest, organisation: str, year: int, place: int) -> HttpResponse:
    """Write what came of an objective."""
    found = year_or_404(request, organisation, year)
    last, form = queries.row_at(found, OBJECTIVES, place), forms.ResultForm(request.POST)
    if last is None or not form.is_valid():
        raise Http404
    services.write_result(found, last.key, form.cleaned_data["text"], person(request))
    messages.success(request, gettext("已保存。"))
    return redirect("objectives:plan", organisation, year)


# ── the whole ──────────────────────────────────────────────────────────────────────────────────────────────────


@require_POST
def submit(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Hand the plan in."""
    found = year_or_404(request, organisation, year)
    services.submit(found, timezone.localdate(), person(request))
    messages.success(request, gettext("已提交，等待审核。"))
    return redirect("objectives:plan", organisation, year)


@require_POST
def give_back(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Give the plan back with the reason."""
    found = year_or_404(request, organisation, year)
    form = forms.Return(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    services.give_back(found, reason, timezone.localdate(), person(request))
    messages.success(request, gettext("已退回，并通知提交人。"))
    return redirect("objectives:plan", organisation, year)


@require_POST
def approve(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Fix the plan."""
    found = year_or_404(request, organisation, year)
    text = request.POST.get("version", "")
    version = int(text) if text.isascii() and text.isdecimal() and len(text) < queries.NUMBERS else 0
    services.approve(found, version, timezone.localdate(), person(request))
    messages.success(request, gettext("已审定并固化。此后改动须另行记录调整。"))
    return redirect("objectives:plan", organisation, year)


@require_POST
def set_due(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Set the day by which the offices submit."""
    found = year_or_404(request, organisation, year)
    form = forms.Due(request.POST)
    if form.is_valid():
        services.set_due(found, form.cleaned_data["due_on"], person(request))
        messages.success(request, gettext("已规定日期并通知各科室。"))
    else:
        messages.error(request, gettext("请填写日期。"))
    return redirect("objectives:plan", organisation, year)


@shows_and_takes
def adjust(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Record an adjustment of a fixed plan: all of its changes on one page, with the document that allowed them."""
    found = year_or_404(request, organisation, year)
    form = forms.AdjustForm(
        request.POST if request.method == "POST" else None,
        targets=list(queries.latest(found, TARGETS)),
        objectives=list(queries.latest(found, OBJECTIVES)),
        initial={"on": timezone.localdate()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.adjust(found, form.grounds, form.edits(), person(request))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("调整已记录，原值与现值并列保留。"))
            return redirect("objectives:plan", organisation, year)
    context = {"year": found, "form": form, "standing": queries.standing(found)}
    return render(request, "objectives/adjust.html", context, status=status_of(form))
