"""Pages of the year: the list, where one year stands and whose turn it is, and the plain tables nobody else owns."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hengping.errors import Refusal
from hengping.performance.schemes import schemes
from hengping_io.data_package import Layout
from hengping_io.year_layouts import layouts
from hengping_web.accounts.models import User
from hengping_web.accounts.queries import organisations
from hengping_web.accounts.roles import Role
from hengping_web.accounts.scoping import may_see, visible
from hengping_web.base.forms import status_of
from hengping_web.cycle import forms, queries, rooms, services, tables, year_tables
from hengping_web.cycle.models import EvaluationYear, State
from hengping_web.cycle.rooms import Room
from hengping_web.cycle.services import Changed, Edit, Opening

shows_and_takes = require_http_methods(["GET", "HEAD", "POST"])

HERE = ("unit", "functions", "offices", "staffing", "buildings", "hospitality")
"""The tables this room offers to fill in; the others it merely keeps have pages in other rooms."""

BY_THE_YEAR = frozenset({"fiscal_year", "reported_on", "scheme"})
"""Columns of the unit that the year itself knows."""


def person(request: HttpRequest) -> User:
    """Return who is signed in; the permission table has seen to it that somebody is."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


def year_or_404(request: HttpRequest, organisation: str, year: int) -> EvaluationYear:
    """Return a year the reader may see; for anybody else there is no such page."""
    found = queries.year_of(organisation, year)
    if found is None or not may_see(person(request), found.organisation):
        raise Http404
    return found


@require_safe
def years(request: HttpRequest) -> HttpResponse:
    """List the years the reader may see."""
    return render(request, "cycle/years.html", {"years": queries.years(person(request))})


@shows_and_takes
def open_year(request: HttpRequest) -> HttpResponse:
    """Open a year of one's department, taking over from the last one what does not change by itself."""
    user, today = person(request), timezone.localdate()
    mine = visible(organisations().filter(is_active=True), user, "pk")
    form = forms.OpenYear(
        request.POST or None,
        organisations=mine,
        today=today,
        initial={"year": today.year, "organisation": user.organisation.key},
    )
    if request.method == "POST" and form.is_valid():
        opening = Opening(
            organisation=form.chosen,
            year=form.cleaned_data["year"],
            scheme=form.cleaned_data["scheme"],
            reported_on=form.cleaned_data["reported_on"],
        )
        try:
            made = services.open_from_last(opening, user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("cycle:year", made.organisation.key, made.year)
    return render(request, "cycle/open.html", {"form": form}, status=status_of(form))


@require_safe
def year(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Show where a year stands, what comes next and whose turn it is, and the way into every room."""
    found = year_or_404(request, organisation, year)
    following, turn = rooms.TURNS[State(found.state)]
    context = {
        "year": found,
        "rooms": list(rooms.rooms(found, person(request))),
        "states": [(state.label, state == found.state) for state in State],
        "next": gettext(following),
        "scheme": next((one.title for one in schemes().on(found.reported_on) if one.key == found.scheme), ""),
        "turn": turn.english if request.LANGUAGE_CODE == "en" else turn.label,
        "reopen": forms.Reopen(initial={"version": found.version}),
        "head": person(request).has(Role.DEPARTMENT_HEAD),
    }
    return render(request, "cycle/year.html", context)


@require_POST
def reopen(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Take a settled year back into self-evaluation, with the reason."""
    found = year_or_404(request, organisation, year)
    form = forms.Reopen(request.POST)
    if form.is_valid():
        services.reopen(found, form.cleaned_data["reason"], form.cleaned_data["version"], actor=person(request))
        messages.success(request, gettext("本年度已重新打开，原因已记入日志。"))
    else:
        messages.error(request, gettext("请写明重新打开的原因。"))
    return redirect("cycle:year", organisation, year)


@require_POST
def begin(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Begin the self-evaluation of a year whose objectives were approved."""
    found = year_or_404(request, organisation, year)
    services.begin_evaluation(found, int(request.POST.get("version", "0") or 0), actor=person(request))
    messages.success(request, gettext("自评已启动。"))
    return redirect("cycle:year", organisation, year)


def _layout(name: str) -> Layout:
    if name not in HERE or name in tables.owned_elsewhere():
        raise Http404
    return layouts()[name]


def facts_room(evaluation_year: EvaluationYear, _user: User) -> Room:
    """Say how much of the unit's own particulars is there."""
    given = queries.given_tables(evaluation_year) - tables.owned_elsewhere()
    told = [layouts()[name].title for name in HERE if name in given]
    missing = [layouts()[name].title for name in HERE if name not in given]
    line = gettext("已填：%(told)s") % {"told": "、".join(told) or "—"}
    if missing:
        line += gettext("；未提供：%(missing)s") % {"missing": "、".join(missing)}
    address = reverse("cycle:facts", args=[evaluation_year.organisation.key, evaluation_year.year])
    return Room(title=gettext("单位基本情况"), address=address, line=line, done=not missing)


@require_safe
def facts(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """List the plain tables of a year: what the unit is, who works there, what it owns."""
    found = year_or_404(request, organisation, year)
    given = queries.given_tables(found)
    shown = [
        (layouts()[name], name in given, sum(1 for _ in queries.table_rows(found, name)))
        for name in HERE
        if name not in tables.owned_elsewhere()
    ]
    return render(request, "cycle/facts.html", {"year": found, "tables": shown})


@shows_and_takes
def table(request: HttpRequest, organisation: str, year: int, table: str) -> HttpResponse:
    """Show one plain table; sending the form declares that it is given and may be empty."""
    found, layout = year_or_404(request, organisation, year), _layout(table)
    if request.method == "POST":
        services.declare(found, table, person(request))
        messages.success(request, gettext("已声明本年度没有此项。"))
        return redirect("cycle:table", organisation, year, table)
    rows = [
        (row, [_shown(column, row.values) for column in layout.columns]) for row in queries.latest_rows(found, table)
    ]
    context = {"year": found, "layout": layout, "rows": rows, "given": table in queries.given_tables(found)}
    return render(request, "cycle/table.html", context)


def _shown(column: object, values: dict[str, str]) -> str:
    text = values.get(column.name, "")  # type: ignore[attr-defined]
    return str(column.values.get(text, text))  # type: ignore[attr-defined]


@shows_and_takes
def add(request: HttpRequest, organisation: str, year: int, table: str) -> HttpResponse:
    """Add a row to a plain table."""
    found, layout = year_or_404(request, organisation, year), _layout(table)
    initial = year_tables.unit(found) if table == "unit" else {}
    form = _form(request, layout, initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_row(found, Edit(table=table, values=form.values), person(request))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("cycle:table", organisation, year, table)
    return render(request, "cycle/row.html", {"year": found, "layout": layout, "form": form}, status=status_of(form))


@shows_and_takes
def row(request: HttpRequest, organisation: str, year: int, table: str, place: int) -> HttpResponse:
    """Change or withdraw a row; where somebody was faster, show what they wrote beside what is written here."""
    found, layout = year_or_404(request, organisation, year), _layout(table)
    last = queries.row_at(found, table, place)
    if last is None or not place:
        raise Http404
    form = _form(request, layout, {**last.values, "seen": last.revision})
    context = {"year": found, "layout": layout, "form": form, "row": last}
    if request.method == "POST" and form.is_valid():
        edit = Edit(
            table=table,
            values=form.values,
            place=place,
            seen=form.seen_revision,
            withdrawn="withdraw" in request.POST,
        )
        try:
            services.save_row(found, edit, person(request))
        except Changed as changed:
            form.add_error(None, str(changed))
            form.data = {**form.data.dict(), "seen": str(last.revision)}  # type: ignore[attr-defined]
            context["theirs"] = forms.changed_text(form.values, changed.theirs, layout)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("cycle:table", organisation, year, table)
    context["history"] = queries.history_of(found, table, place)
    return render(request, "cycle/row.html", context, status=status_of(form))


def _form(request: HttpRequest, layout: Layout, initial: dict[str, object] | dict[str, str]) -> forms.RowForm:
    without = BY_THE_YEAR if layout.name == "unit" else frozenset()
    return forms.RowForm(layout, request.POST if request.method == "POST" else None, initial=initial, without=without)
