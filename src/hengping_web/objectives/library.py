"""Pages of the library: indicators, schemes, frameworks and the checks on targets, as the rulebook has them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from hengping.errors import HengpingError
from hengping.ledger.facts import TITLES as MONEY_TITLES
from hengping.performance import schemes as scheme_rules
from hengping.performance.frameworks import frameworks, lines_of
from hengping.performance.library import INDICATORS
from hengping.performance.model import Indicator, Ratio, Recorded, Scheme, Total
from hengping.performance.schemes import schemes
from hengping.performance.targets import CHECKS
from hengping.petitions.columns import COLUMNS as CASE_COLUMNS
from hengping_web.accounts.models import User
from hengping_web.base.forms import status_of
from hengping_web.base.submission import repeatable
from hengping_web.objectives import forms, queries

shows_and_takes = require_http_methods(["GET", "HEAD", "POST"])
COLUMN_TITLES = {**MONEY_TITLES, **{column.name: column.meaning for column in CASE_COLUMNS}}


def _frame(request: HttpRequest, more: dict[str, Any]) -> dict[str, Any]:
    """The library is part of the rulebook and open to everybody; the staff see it inside their own menu."""
    return {"frame": "work.html" if request.user.is_authenticated else "public.html", **more}


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """List every indicator of the rulebook, filtered."""
    form = forms.Filter(request.GET)
    form.is_valid()
    wanted = {name: form.cleaned_data.get(name) or "" for name in form.fields} if form.is_bound else {}
    latest = [INDICATORS.get(key) for key in INDICATORS.keys()]  # noqa: SIM118 - a catalogue is no mapping
    shown = [one for one in latest if _fits(one, wanted)]
    rows = [(one, schemes_of(one.key), lines_of(one.key)) for one in shown]
    context = {"form": form, "rows": rows, "count": len(latest), "frameworks": list(frameworks())}
    return render(request, "objectives/library.html", _frame(request, context))


def _fits(one: Indicator, wanted: dict[str, str]) -> bool:
    text = wanted.get("text", "")
    recorded = isinstance(one.measure, Recorded)
    return (
        (not text or text in one.title or text in one.key or text in one.formula)
        and (not wanted.get("level") or one.level1 == wanted["level"])
        and (not wanted.get("source") or any(cite.source.key == wanted["source"] for cite in one.cites))
        and (not wanted.get("kind") or recorded == (wanted["kind"] == "recorded"))
    )


def schemes_of(key: str) -> list[tuple[Scheme, Any]]:
    """Return the schemes that prescribe an indicator, each with its row."""
    return [(scheme, row) for scheme in schemes() for row in scheme.rows if row.indicator == key]


@require_safe
def indicator(request: HttpRequest, key: str) -> HttpResponse:
    """Show one indicator: what it is, by which text, which base, how scored, its versions, and who uses it."""
    if key not in INDICATORS:
        raise Http404
    found = INDICATORS.get(key)
    uses = queries.uses(key, request.user) if isinstance(request.user, User) else []
    context = {
        "indicator": found,
        "versions": [one for one in INDICATORS if one.key == key],
        "operands": list(_operands(found)),
        "schemes": schemes_of(key),
        "frameworks": lines_of(key),
        "uses": uses,
    }
    return render(request, "objectives/indicator.html", _frame(request, context))


def _operands(found: Indicator) -> Iterator[tuple[str, str, str]]:
    """Name the columns an indicator reads: which is divided, which is the base."""
    match found.measure:
        case Ratio(met=met, of=of):
            yield gettext("分子"), COLUMN_TITLES.get(met, met), met
            yield gettext("分母（基数）"), COLUMN_TITLES.get(of, of), of
        case Total(column=column):
            yield gettext("合计"), COLUMN_TITLES.get(column, column), column
        case Recorded():
            return


@require_safe
def scheme_list(request: HttpRequest) -> HttpResponse:
    """List the schemes by authority, those in force in a year marked."""
    year = _year(request)
    found: dict[str, list[tuple[Scheme, bool]]] = {}
    for scheme in schemes():
        found.setdefault(scheme.authority, []).append((scheme, _in_force(scheme, year)))
    years = range(timezone.localdate().year, 2013, -1)
    context = {"authorities": list(found.items()), "year": year, "years": years}
    return render(request, "objectives/schemes.html", _frame(request, context))


def _year(request: HttpRequest) -> int:
    text = request.GET.get("year", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else timezone.localdate().year


def _in_force(scheme: Scheme, year: int) -> bool:
    """A scheme is a year's if it is in force when the year is reported on, in the spring that follows."""
    return year > 0 and scheme.in_force(date(year, 12, 31))


@require_safe
def scheme(request: HttpRequest, key: str) -> HttpResponse:
    """Show one scheme: its groups, its rows with points and targets, what is not known of it."""
    if key not in schemes():
        raise Http404
    found = schemes().get(key)
    blocks = [(block, [row for row in found.rows if row.block == block.title]) for block in found.blocks]
    titles = {one.key: one.title for one in INDICATORS}
    context = {
        "scheme": found,
        "blocks": [(block, [(row, titles[row.indicator]) for row in rows]) for block, rows in blocks],
        "versions": [one for one in schemes() if one.key == key],
    }
    return render(request, "objectives/scheme.html", _frame(request, context))


@shows_and_takes
@repeatable
def check_scheme(request: HttpRequest) -> HttpResponse:
    """Judge a scheme written as the rulebook writes them; nothing is kept."""
    form = forms.SchemeText(request.POST or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            faults = scheme_rules.faults_of_table(tomllib.loads(form.cleaned_data["text"]))
        except tomllib.TOMLDecodeError as error:
            form.add_error("text", gettext("不是合格的 TOML：%(error)s") % {"error": error})
        except HengpingError as error:
            form.add_error("text", str(error))
        else:
            context["faults"] = faults
            context["checked"] = True
    return render(request, "objectives/check_scheme.html", _frame(request, context), status=status_of(form))


@require_safe
def framework(request: HttpRequest, key: str) -> HttpResponse:
    """Show one published framework, each row with the indicator of the rulebook that reckons the same."""
    if key not in frameworks():
        raise Http404
    return render(request, "objectives/framework.html", _frame(request, {"framework": frameworks().get(key)}))


@require_safe
def checks(request: HttpRequest) -> HttpResponse:
    """List what is asked of every plan, by which text, and what becomes of it."""
    return render(request, "objectives/checks.html", _frame(request, {"checks": CHECKS}))
