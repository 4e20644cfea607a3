"""What the statistics page asks the database: each count once, kept until an act or a minute has passed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from django.conf import settings
from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth

from hengping.petitions import model as core
from hengping_web.accounts.models import User
from hengping_web.accounts.scoping import reach_of
from hengping_web.petitions.models import Event, Facts, Matter
from hengping_web.petitions.queries import PAGE, Slice, matters
from hengping_web.petitions.statistics import CLOSINGS, Statistic, Tally, counted, rated, tally

FRESH = 60
"""Seconds after which counts are made anew even where no act was recorded: an office may have been renamed."""

OVER = [state.value for state in core.State if not state.is_open and state is not core.State.NEW]


def years() -> list[int]:
    """Return the years there are facts of, newest first."""
    return list(Facts.objects.order_by("-year").values_list("year", flat=True).distinct())


def facts(user: User, year: int) -> QuerySet[Facts]:
    """Return the facts of a year, of the matters an account may see."""
    return Facts.objects.filter(year=year, matter__in=matters(user).order_by().values("pk"))


def closed(user: User, year: int) -> QuerySet[Matter]:
    """Return the matters that ended in a year."""
    begin, end = date(year, 1, 1), date(year + 1, 1, 1)
    return matters(user).filter(state__in=OVER, last_on__gte=begin, last_on__lt=end)


def year_of(user: User, year: int) -> Tally:
    """Return the counts of a year, of the matters an account may see.

    Whoever is of the same organisation and sees as far sees the same, so that the counts are made once for all of them.
    """
    last = Event.objects.order_by("-pk").values_list("pk", flat=True).first()
    stamp = (settings.DATABASES["default"]["NAME"], last, int(time.time()) // FRESH)
    return _kept(_Scope(user), year, stamp)


def forget() -> None:
    """Forget every count, so that the next page makes them anew."""
    _kept.cache_clear()


class _Scope:
    """An account as far as what it sees goes; two that see the same are equal."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.same = (user.organisation_id, reach_of(user), user.is_active)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Scope) and self.same == other.same

    def __hash__(self) -> int:
        return hash(self.same)


@lru_cache(maxsize=64)
def _kept(scope: _Scope, year: int, _stamp: object) -> Tally:
    rows = facts(scope.user, year).values_list(
        "region", "month", "kind", "matter__channel", "matter__category", "counts"
    )
    months = closed(scope.user, year).order_by().annotate(month=TruncMonth("last_on")).values("month")
    closings = {f"{row['month']:%Y-%m}": row["count"] for row in months.annotate(count=Count("pk"))}
    return tally(rows.order_by().iterator(chunk_size=5_000), closings)


def statistics(user: User, year: int) -> list[Statistic]:
    """Count every rated indicator."""
    found = year_of(user, year)
    return [counted(one, found) for one in rated()]


def behind(user: User, year: int, column: str, where: Mapping[str, str], after: str = "") -> Slice:
    """Return exactly the matters a count is made of; ``where`` keeps those of one region, month, channel and so on."""
    fields = {"channel": "matter__channel", "category": "matter__category"}
    wanted = {fields.get(name, name): value for name, value in where.items()}
    rows = facts(user, year).filter(counts__has_key=column, **wanted).select_related("matter", "matter__holder")
    if _is_key(after):
        rows = rows.filter(id__gt=int(after))
    shown = list(rows.order_by("id")[: PAGE + 1])
    return Slice([row.matter for row in shown[:PAGE]], str(shown[PAGE - 1].pk) if len(shown) > PAGE else "")


def behind_closings(user: User, year: int, month: str, after: str = "") -> Slice:
    """Return exactly the matters that ended in a month, or in the whole year where none is given."""
    rows = closed(user, year)
    if month:
        rows = rows.filter(last_on__month=int(month[-2:]))
    if _is_key(after):
        rows = rows.filter(id__gt=int(after))
    shown = list(rows.order_by("id")[: PAGE + 1])
    return Slice(shown[:PAGE], str(shown[PAGE - 1].pk) if len(shown) > PAGE else "")


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


__all__ = ["CLOSINGS", "behind", "behind_closings", "closed", "facts", "forget", "statistics", "year_of", "years"]
