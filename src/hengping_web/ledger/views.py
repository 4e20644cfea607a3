"""Pages of the ledger: the year at a glance, its entries, rates with their working, balances, entering, importing.

Every amount leads to its entries. Nothing is added up, divided or rounded here; the core does, and says what is unequal.
"""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hengping.classification import Kind, subject
from hengping.errors import Refusal
from hengping.ledger import balances as stated_balances
from hengping.ledger import overview as glance
from hengping.ledger.accounts import check_book, doubts, overspending
from hengping.ledger.facts import COLUMNS, LAST_YEAR, SLICES, parts_of
from hengping.ledger.overview import Axis
from hengping.performance import rates as watched
from hengping_io import year_money
from hengping_io.data_package import Layout
from hengping_io.ledger_preview import Preview
from hengping_io.year_layouts import layouts
from hengping_web.accounts.models import User
from hengping_web.base.forms import status_of
from hengping_web.base.submission import repeatable
from hengping_web.cycle import queries as years
from hengping_web.cycle import services as year_services
from hengping_web.cycle.forms import RowForm, changed_text
from hengping_web.cycle.models import EvaluationYear
from hengping_web.cycle.rooms import Room
from hengping_web.cycle.services import Changed, Edit
from hengping_web.cycle.views import person, year_or_404
from hengping_web.ledger import forms, queries, services
from hengping_web.ledger.models import LedgerEntry

shows_and_takes = require_http_methods(["GET", "HEAD", "POST"])

BESIDE = ("balances", "projects", "figures", "last_ledger")
"""The tables that are stated beside the book and filled in here."""
MOST_SHOWN = 1500
"""Rows of a preview on one page; the rest are counted."""
MOST_PLACES = 2**31
HEADS = {"initial": "年初预算", "adjustment": "预算调整", "granted": "全年预算", "paid": "执行", "final": "决算"}


def room(evaluation_year: EvaluationYear, _user: User) -> Room:
    """Say how many entries the year has, and how many balances do not hold."""
    address = _at("overview", evaluation_year)
    count = queries.last_code(evaluation_year)
    if not count:
        return Room(title=gettext("预算账"), address=address, line=gettext("还没有账目"), done=False)
    standings = _standings(evaluation_year)
    wrong = sum(not one.holds for one in standings)
    line = gettext("账目 %(count)s 笔；平衡数 %(stated)s 项，不符 %(wrong)s 项") % {
        "count": count,
        "stated": len(standings),
        "wrong": wrong,
    }
    return Room(title=gettext("预算账"), address=address, line=line, done=bool(standings) and not wrong)


def _at(name: str, evaluation_year: EvaluationYear, *more: object) -> str:
    return reverse(f"ledger:{name}", args=[evaluation_year.organisation.key, evaluation_year.year, *more])


@require_safe
def overview(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Show the year at a glance along one axis: granted, added, paid, accounted for."""
    found = year_or_404(request, organisation, year)
    asked = request.GET.get("by", "")
    axis = Axis(asked) if asked in set(Axis) else Axis.PART
    book = queries.book(found)
    context = {
        "year": found,
        "axis": axis,
        "axes": list(Axis),
        "heads": list(HEADS.values()),
        "lines": [_line(found, axis, line) for line in (*glance.lines(book, axis), glance.total(book))],
        "count": queries.last_code(found),
        "doubts": doubts(book),
        "given": years.given_tables(found),
    }
    return render(request, "ledger/overview.html", context | {"here": "overview"})


def _line(found: EvaluationYear, axis: Axis, line: glance.Line) -> dict[str, Any]:
    """Return a line with the address of the entries behind every amount."""
    cells = [
        (amount, f"{_at('entries', found)}?{_question(axis, line, name)}") for name, amount in line.amounts.items()
    ]
    return {"line": line, "cells": cells}


FIELDS = {
    Axis.PART: "part",
    Axis.FUND: "fund",
    Axis.CLASS: "economic",
    Axis.FUNCTION: "functional",
    Axis.PROJECT: "project",
}


def _question(axis: Axis, line: glance.Line, column: str) -> str:
    pairs = [("phase", phase.value) for phase in sorted(glance.COLUMNS[column])]
    if not line.whole:
        pairs.append((FIELDS[axis], line.key or queries.NONE))
    return urlencode(pairs)


@require_safe
def entries(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Find entries: filters and a search by voucher, oldest first, with what they come to."""
    found = year_or_404(request, organisation, year)
    form = forms.Filters(request.GET)
    form.is_valid()
    wanted = form.wanted()
    question = urlencode([(name, value) for name in request.GET for value in request.GET.getlist(name) if value])
    context = {"year": found, "form": form, "slice": queries.found(found, wanted), "question": question[:600]}
    return render(request, "ledger/entries.html", context | {"here": "entries"})


@require_safe
def entry(request: HttpRequest, organisation: str, year: int, pk: int) -> HttpResponse:
    """Show one entry: what it says, where it came from, what corrects it."""
    found = year_or_404(request, organisation, year)
    shown = _entry_or_404(found, pk)
    context = {
        "year": found,
        "entry": shown,
        "core": shown.to_core(),
        "functional": subject(shown.functional, Kind.FUNCTIONAL) or shown.functional,
        "economic": subject(shown.economic) or shown.economic,
        "project": queries.project_title(found, shown.project),
        "corrections": queries.corrections(shown),
        "reversed": any(one.reversal for one in queries.corrections(shown)),
        "beside": _same_voucher(found, shown),
    }
    return render(request, "ledger/entry.html", context)


def _same_voucher(found: EvaluationYear, shown: LedgerEntry) -> list[LedgerEntry]:
    return queries.same_voucher(found, shown) if shown.voucher else []


def _entry_or_404(found: EvaluationYear, pk: int) -> LedgerEntry:
    shown = queries.entry(found, pk)
    if shown is None:
        raise Http404
    return shown


@shows_and_takes
def enter(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Make one entry."""
    found = year_or_404(request, organisation, year)
    form = forms.EntryForm(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.enter(found, form.entry, person(request))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("已记账，编号 %(code)s。") % {"code": made.code})
            return redirect("ledger:entry", organisation, year, made.pk)
    return render(request, "ledger/enter.html", {"year": found, "form": form}, status=status_of(form))


@shows_and_takes
def correct(request: HttpRequest, organisation: str, year: int, pk: int) -> HttpResponse:
    """Take an entry back and make the right one; the wrong one stays as it is."""
    found = year_or_404(request, organisation, year)
    wrong = _entry_or_404(found, pk)
    form = forms.CorrectionForm(found, wrong, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = services.correct(wrong, form.right, given["reason"], on=given["on"], actor=person(request))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("已更正，新记 %(count)s 笔。") % {"count": len(made)})
            return redirect("ledger:entry", organisation, year, wrong.pk)
    context = {"year": found, "form": form, "entry": wrong}
    return render(request, "ledger/correct.html", context, status=status_of(form))


@require_POST
@repeatable
def export(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Give the entries that fit as CSV in the layout of the year folder; logged."""
    found = year_or_404(request, organisation, year)
    form = forms.Filters(request.POST)
    form.is_valid()
    rows = list(queries.table_rows(found, queries.filtered(found, form.wanted())))
    paper = io.StringIO()
    writer = csv.DictWriter(paper, [column.name for column in layouts()["ledger"].columns], lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _harmless(text) for name, text in row.items()} for row in rows)
    services.exported(found, len(rows), person(request))
    response = HttpResponse("\ufeff" + paper.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="ledger.csv"'
    return response


def _harmless(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula; a negative amount is no formula."""
    return f"'{text}" if text[:1] in ("=", "+", "@", "\t", "\r") else text


# ── rates ──────────────────────────────────────────────────────────────────────────────────────────────────────


@require_safe
def rates(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Show the watched rates, each with its part, its base by name, and why one is not known."""
    found = year_or_404(request, organisation, year)
    measured = year_money.measured(queries.book(found), queries.beside(found))
    context = {"year": found, "rates": watched.rates(measured, found.reported_on)}
    return render(request, "ledger/rates.html", context | {"here": "rates"})


@require_safe
def rate(request: HttpRequest, organisation: str, year: int, key: str) -> HttpResponse:
    """Show one rate as evidence: the number, its formula, its operands, the rule."""
    found = year_or_404(request, organisation, year)
    measured = year_money.measured(queries.book(found), queries.beside(found))
    try:
        shown = watched.rate(key, measured, found.reported_on)
    except KeyError:
        raise Http404 from None
    return render(request, "ledger/rate.html", {"year": found, "rate": shown})


@require_safe
def figure(request: HttpRequest, organisation: str, year: int, column: str) -> HttpResponse:
    """Show one base figure: the entries it adds up, the figures it is computed from, or where it was stated."""
    found = year_or_404(request, organisation, year)
    if column not in COLUMNS:
        raise Http404
    stated = queries.beside(found).stated
    measured = year_money.measured(queries.book(found), queries.beside(found))
    after = request.GET.get("after", "0")
    start = int(after) if after.isascii() and after.isdecimal() and len(after) < 8 else 0
    rows, following, count = queries.behind(found, column, start)
    context = {
        "year": found,
        "column": column,
        "known": COLUMNS[column],
        "amount": measured.counts.get(column),
        "reason": measured.reasons.get(column, ""),
        "papers": measured.evidence.get(column, ()) if column not in SLICES else (),
        "stated": column in stated and column not in SLICES,
        "parts": [(name, COLUMNS[name].title, measured.counts.get(name)) for name in parts_of(column, stated)],
        "last": COLUMNS[LAST_YEAR[column]].title if column in LAST_YEAR else "",
        "rows": rows,
        "following": following,
        "count": count,
    }
    return render(request, "ledger/figure.html", context)


# ── balances, and what else is stated beside the book ──────────────────────────────────────────────────────────


def _standings(found: EvaluationYear) -> tuple[stated_balances.Standing, ...]:
    return stated_balances.standings(queries.book(found), queries.beside(found).assertions)


@require_safe
def balances(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Show every stated balance against the book, and everything else in the book that is not equal."""
    found = year_or_404(request, organisation, year)
    book, known = queries.book(found), queries.beside(found)
    standings = stated_balances.standings(book, known.assertions)
    context = {
        "year": found,
        "rows": list(zip(queries.balance_rows(found), standings, strict=True)),
        "wrong": sum(not one.holds for one in standings),
        "problems": check_book(book, known.stated, partial=known.partial),
        "overspent": overspending(book),
    }
    return render(request, "ledger/balances.html", context | {"here": "balances"})


def _layout(name: str) -> Layout:
    if name not in BESIDE:
        raise Http404
    return layouts()[name]


@require_safe
def table(request: HttpRequest, organisation: str, year: int, table: str) -> HttpResponse:
    """Show one table that is stated beside the book."""
    found, layout = year_or_404(request, organisation, year), _layout(table)
    rows = [
        (row, [(column.type, _shown(layout, column.name, row.values)) for column in layout.columns])
        for row in years.latest_rows(found, table)
    ]
    return render(request, "ledger/table.html", {"year": found, "layout": layout, "rows": rows})


def _shown(layout: Layout, name: str, values: dict[str, str]) -> str:
    text = str(values.get(name, ""))
    return str(layout.column(name).values.get(text, text))


@shows_and_takes
def add(request: HttpRequest, organisation: str, year: int, table: str) -> HttpResponse:
    """Add a row to a table stated beside the book."""
    found, layout = year_or_404(request, organisation, year), _layout(table)
    form = RowForm(layout, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _sound(found, form):
        try:
            year_services.save_row(found, Edit(table=table, values=form.values), person(request))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(_back(found, table))
    return render(request, "ledger/row.html", {"year": found, "layout": layout, "form": form}, status=status_of(form))


def _sound(found: EvaluationYear, form: RowForm) -> bool:
    """Have the core judge the account a balance names, and say what is wrong at its field."""
    if form.layout.name != "balances":
        return True
    account = {name: form.values[name] for name in ("functional", "economic", "project")}
    for problem in stated_balances.faults(queries.book(found), **account):
        form.add_error(problem.column, f"{problem.message}。{problem.remedy}")
    return not form.errors


def _back(found: EvaluationYear, table: str) -> str:
    return _at("balances", found) if table == "balances" else _at("table", found, table)


@shows_and_takes
def row(request: HttpRequest, organisation: str, year: int, table: str, place: int) -> HttpResponse:
    """Change or withdraw a row; the second of two editors sees both texts and loses nothing."""
    found, layout = year_or_404(request, organisation, year), _layout(table)
    last = years.row_at(found, table, place) if 0 < place < MOST_PLACES else None
    if last is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = RowForm(layout, data, initial={**last.values, "seen": last.revision})
    context: dict[str, Any] = {"year": found, "layout": layout, "form": form, "row": last}
    if data is not None and form.is_valid() and ("withdraw" in request.POST or _sound(found, form)):
        edit = Edit(
            table=table,
            values=form.values,
            place=place,
            seen=form.seen_revision,
            withdrawn="withdraw" in request.POST,
        )
        try:
            year_services.save_row(found, edit, person(request))
        except Changed as changed:
            form.add_error(None, str(changed))
            form.data = {**request.POST.dict(), "seen": str(last.revision)}
            context["theirs"] = changed_text(form.values, changed.theirs, layout)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(_back(found, table))
    context["history"] = years.history_of(found, table, place)
    return render(request, "ledger/row.html", context, status=status_of(form))


@require_POST
def take_last(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Take last year's totals over from last year's ledger on this site."""
    found = year_or_404(request, organisation, year)
    count = services.take_last_year(found, person(request))
    messages.success(request, gettext("已取得上年账目合计 %(count)s 行。") % {"count": count})
    return redirect("ledger:table", organisation, year, "last_ledger")


# ── importing ──────────────────────────────────────────────────────────────────────────────────────────────────


@shows_and_takes
def import_file(request: HttpRequest, organisation: str, year: int) -> HttpResponse:
    """Take a file, show what it would enter row by row, and enter it on a second button."""
    found, user = year_or_404(request, organisation, year), person(request)
    if request.method == "POST" and "digest" in request.POST:
        return _answered(request, found, user)
    form = forms.Upload(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        data = file.read()
        try:
            shown = services.preview(found, file.name, data, services.NO_ANSWERS)
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            digest = services.keep_upload(found, file.name, data, user)
            return _preview(request, found, shown, digest)
    context = {"year": found, "form": form, "batches": queries.batches(found)[:50]}
    return render(request, "ledger/import.html", context, status=status_of(form))


def _answered(request: HttpRequest, found: EvaluationYear, user: User) -> HttpResponse:
    """Enter what was previewed, or show the preview again with the answers given."""
    form = forms.Answers(request.POST)
    if not form.is_valid():
        raise BadRequest
    digest, answers = form.cleaned_data["digest"], forms.answers_in(request.POST)
    if "confirm" not in request.POST:
        name, data = services.kept_upload(found, digest, user)
        return _preview(request, found, services.preview(found, name, data, answers), digest)
    made = services.post_kept(found, digest, answers, user)
    messages.success(request, gettext("已导入 %(count)s 笔账目。") % {"count": made.entered})
    return redirect(f"{_at('entries', found)}?batch={made.pk}")


def _preview(request: HttpRequest, found: EvaluationYear, shown: Preview, digest: str) -> HttpResponse:
    fitting = [row for row in shown.rows if row.fits]
    context = {
        "year": found,
        "preview": shown,
        "form": forms.Answers(initial={"digest": digest}, questions=shown.questions),
        "earlier": queries.batch_of(found, digest),
        "fitting": fitting[:MOST_SHOWN],
        "misfits": shown.misfits[:MOST_SHOWN],
        "skipped": shown.skipped[:MOST_SHOWN],
        "fits": len(fitting),
        "entered": len(shown.entries),
        "stated": len(shown.balances),
        "unfit": len(shown.misfits),
        "aside": len(shown.skipped),
        "most": MOST_SHOWN,
        "day": timezone.localdate(),
    }
    return render(request, "ledger/preview.html", context)
