"""The statistics pages: charts with their tables and definitions, and for every number exactly the matters behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from hengping.figures import percentage
from hengping.petitions import model as core
from hengping.petitions.parameters import categories
from hengping_web.accounts.models import User
from hengping_web.base.english import spoken
from hengping_web.petitions import charts
from hengping_web.petitions.forms import CATEGORY_SCHEME
from hengping_web.petitions.statistics import (
    CLOSINGS,
    GROUPINGS,
    REGISTRATIONS,
    SMALL,
    TIMELY,
    Statistic,
    Tally,
    counted,
    queries,
    rated,
)


@dataclass(frozen=True, slots=True)
class Panel:
    """One chart of the page, the same as a table, and the id and words of what it counts."""

    chart: charts.Chart | None
    heads: tuple[str, ...]
    rows: list[tuple[str, list[tuple[str, str]]]]
    definition: str
    meaning: str


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


def _query(request: HttpRequest, name: str, most: int = 60) -> str:
    return request.GET.get(name, "")[:most].replace("\0", "")


def _year(request: HttpRequest) -> int:
    known = queries.years()
    asked = _query(request, "year", 4)
    if asked.isascii() and asked.isdecimal() and int(asked) in known:
        return int(asked)
    return known[0] if known else timezone.localdate().year


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """Show the charts and the indicators of a year, each with its definition and the way to the matters."""
    user, year = _person(request), _year(request)
    outside = not user.organisation.petition_office
    found = queries.year_of(user, year)
    stated = [counted(one, found) for one in rated()]
    context = {
        "rows": [_rate(one, outside=outside) for one in stated],
        "year": year,
        "years": queries.years(),
        "panels": _panels(found, stated, year, outside=outside),
    }
    return render(request, "petitions/statistics.html", context)


def _panels(found: Tally, stated: list[Statistic], year: int, *, outside: bool) -> list[Panel]:
    return [
        _by_month(found, year, outside=outside),
        _kept_clocks(stated, year, outside=outside),
        _by(found, year, "channel", gettext("信访形式"), _channel, outside=outside),
        _by(found, year, "category", gettext("内容分类"), _category, outside=outside),
        _by(found, year, "kind", gettext("类别"), _kind, outside=outside),
        _by(found, year, "region", gettext("属地"), str, outside=outside),
    ]


def _address(name: str, year: int, **where: str) -> str:
    return f"{reverse('petitions:count', args=[name])}?{urlencode({'year': year, **where})}"


def _by_month(found: Tally, year: int, *, outside: bool) -> Panel:
    all_came, all_went = found.by("month", REGISTRATIONS), dict(found.closings)
    came, went = _shown(all_came, outside=outside), _shown(all_went, outside=outside)
    months = [f"{year}-{month:02d}" for month in range(1, 13)]
    series = [
        charts.Series(gettext("登记"), came, {one: _address(REGISTRATIONS, year, month=one) for one in came}),
        charts.Series(gettext("办结"), went, {one: _address(CLOSINGS, year, month=one) for one in went}),
    ]
    said = gettext("全年登记 %(came)s 件，办结 %(went)s 件") % {
        "came": _total(all_came, outside=outside),
        "went": _total(all_went, outside=outside),
    }
    rows = [
        (one, [(str(part.counts.get(one, "")), part.links.get(one, "")) for part in series])
        for one in months
        if one in came or one in went
    ]
    meaning = gettext("登记：按登记日；办结：最后一步使事项终结的，按该步之日。")
    heads = (gettext("月份"), *(one.name for one in series))
    return Panel(charts.standing(months, series, said), heads, rows, f"{REGISTRATIONS} · {CLOSINGS}", meaning)


def _kept_clocks(stated: list[Statistic], year: int, *, outside: bool) -> Panel:
    known = {one.indicator.key: one for one in stated}
    kept = [known[key] for key in TIMELY if known[key].of and not (outside and known[key].suppressed)]
    shares, rows = [], []
    for one in kept:
        link = f"{reverse('petitions:statistic', args=[one.indicator.key])}?year={year}"
        name, rate = spoken(one.indicator.title), str(percentage(Decimal(one.met), Decimal(one.of)))
        shares.append(charts.Share(name, one.met, one.of, f"{one.met}/{one.of} {rate}", link))
        rows.append((name, [(str(one.met), f"{link}&of=met"), (str(one.of), link), (rate, link)]))
    lowest = min(kept, key=lambda one: Decimal(one.met) / one.of, default=None)
    said = (
        gettext("各类期限按期办理的比率")
        if lowest is None
        else gettext("按期比率最低的是%s") % spoken(lowest.indicator.title)
    )
    heads = (gettext("指标"), gettext("分子"), gettext("分母"), gettext("比率"))
    meaning = gettext("届满日在年内的期限中，届满之前办到的；含逾期未办的。")
    return Panel(charts.lying(shares, said), heads, rows, " · ".join(one.indicator.key for one in kept), meaning)


def _by(found: Tally, year: int, grouping: str, title: str, words: Callable[[str], str], *, outside: bool) -> Panel:
    counts = _shown(found.by(grouping, REGISTRATIONS), outside=outside)
    ordered = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    most = max(counts.values(), default=0)
    links = {key: _address(REGISTRATIONS, year, **{grouping: key}) for key in counts}
    shares = [charts.Share(words(key), value, most, str(value), links[key]) for key, value in ordered]
    said = charts.most_at(gettext("登记件次"), {words(key): value for key, value in counts.items()})
    rows = [(words(key), [(str(value), links[key])]) for key, value in ordered]
    return Panel(charts.lying(shares, said), (title, gettext("登记件次")), rows, f"{REGISTRATIONS} / {grouping}", "")


def _shown(counts: Mapping[str, int], *, outside: bool) -> dict[str, int]:
    """Leave out, for whoever is not of the petition office, what is too small to be shown."""
    return {key: value for key, value in counts.items() if not outside or value >= SMALL}


def _total(counts: Mapping[str, int], *, outside: bool) -> str:
    total = sum(counts.values())
    return gettext("不足 5") if outside and 0 < total < SMALL else str(total)


def _channel(key: str) -> str:
    return spoken(core.Channel(key).label) if key in set(core.Channel) else key


def _kind(key: str) -> str:
    return spoken(core.Kind(key).label if key in set(core.Kind) else "未分类")


def _category(key: str) -> str:
    known = {one.code: one.name for one in categories(CATEGORY_SCHEME)}
    return spoken(known.get(key, "其他"))


def _rate(one: Statistic, *, outside: bool) -> dict[str, Any]:
    hidden = outside and one.suppressed
    return {
        "indicator": one.indicator,
        "met": one.met,
        "of": one.of,
        "hidden": hidden,
        "rate": percentage(Decimal(one.met), Decimal(one.of)) if one.of and not hidden else None,
    }


@require_safe
def statistic(request: HttpRequest, key: str) -> HttpResponse:
    """Show one indicator: formula, text, regions that add up, and exactly the matters it counts."""
    user, year = _person(request), _year(request)
    indicator = next((found for found in rated() if found.key == key), None)
    if indicator is None:
        raise Http404
    one = counted(indicator, queries.year_of(user, year))
    outside = not user.organisation.petition_office
    met, of = indicator.measure.columns
    column = met if _query(request, "of") == "met" else of
    region = _query(request, "region")
    where = {"region": region} if region else {}
    context = {
        **_rate(one, outside=outside),
        "regions": [(name, part, whole, outside and 0 < whole < SMALL) for name, part, whole in one.regions if whole],
        "slice": None
        if outside and one.suppressed
        else queries.behind(user, year, column, where, _query(request, "after")),
        "column": column,
        "region": region,
        "year": year,
        "key": key,
    }
    return render(request, "petitions/statistic.html", context)


@require_safe
def count(request: HttpRequest, name: str) -> HttpResponse:
    """Show one plain count, of a month, a channel and so on, and exactly the matters it counts."""
    user, year = _person(request), _year(request)
    if name not in (CLOSINGS, REGISTRATIONS):
        raise Http404
    grouping = next((one for one in GROUPINGS if one in request.GET), "")
    where = {grouping: _query(request, grouping)} if grouping else {}
    found = queries.year_of(user, year)
    number = _number(found, name, where)
    hidden = not user.organisation.petition_office and 0 < number < SMALL
    after = _query(request, "after")
    if name == CLOSINGS:
        listed = queries.behind_closings(user, year, _month(where), after)
    else:
        listed = queries.behind(user, year, name, where, after)
    context = {
        "name": name,
        "year": year,
        "where": [_in_words(*one) for one in where.items()],
        "number": number,
        "hidden": hidden,
        "slice": None if hidden else listed,
    }
    return render(request, "petitions/count.html", context)


def _month(where: Mapping[str, str]) -> str:
    month = where.get("month", "")
    return month if month[-2:] in {f"{one:02d}" for one in range(1, 13)} else ""


def _number(found: Tally, name: str, where: Mapping[str, str]) -> int:
    if name == CLOSINGS:
        month = _month(where)
        return sum(value for key, value in found.closings.items() if not month or key == month)
    for grouping, wanted in where.items():
        return found.by(grouping, name).get(wanted, 0)
    return sum(found.by("region", name).values())


def _in_words(grouping: str, value: str) -> str:
    words = {"channel": _channel, "category": _category, "kind": _kind}
    return words[grouping](value) if grouping in words else value
