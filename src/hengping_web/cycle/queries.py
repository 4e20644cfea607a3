"""Questions about years and their rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery

from hengping.petitions.model import State as PetitionState
from hengping_web.accounts.models import User
from hengping_web.accounts.scoping import visible
from hengping_web.cycle.models import CaseCount, EvaluationYear, YearRow
from hengping_web.petitions.models import EarlierLink, Event, Matter


def years(user: User) -> QuerySet[EvaluationYear]:
    """Return the years an account may see, newest first."""
    return visible(EvaluationYear.objects.select_related("organisation"), user, "organisation")


def year_of(organisation: str, year: int) -> EvaluationYear | None:
    """Return one year, whoever asks."""
    found = EvaluationYear.objects.select_related("organisation")
    return found.filter(organisation__key=organisation, year=year).first()


def year_before(evaluation_year: EvaluationYear) -> EvaluationYear | None:
    """Return the same department's latest year before this one."""
    earlier = EvaluationYear.objects.select_related("organisation").filter(organisation=evaluation_year.organisation)
    return earlier.filter(year__lt=evaluation_year.year).order_by("-year").first()


def latest_rows(evaluation_year: EvaluationYear, table: str) -> QuerySet[YearRow]:
    """Return what counts of a table: the last revision at each place, unless it was withdrawn, in order."""
    mine = YearRow.objects.filter(evaluation_year=evaluation_year, table=table)
    newest = mine.filter(place=OuterRef("place")).order_by("-revision").values("pk")[:1]
    last = mine.exclude(place=YearRow.DECLARED).filter(pk=Subquery(newest), withdrawn=False)
    return last.select_related("by").order_by("place")


def row_at(evaluation_year: EvaluationYear, table: str, place: int) -> YearRow | None:
    """Return the last revision of one row, withdrawn or not."""
    mine = YearRow.objects.filter(evaluation_year=evaluation_year, table=table, place=place)
    return mine.select_related("by").order_by("-revision").first()


def history_of(evaluation_year: EvaluationYear, table: str, place: int) -> QuerySet[YearRow]:
    """Return every revision of one row, newest first."""
    mine = YearRow.objects.filter(evaluation_year=evaluation_year, table=table, place=place)
    return mine.select_related("by").order_by("-revision")


def given_tables(evaluation_year: EvaluationYear) -> set[str]:
    """Return the tables that were given, be they empty."""
    return set(YearRow.objects.filter(evaluation_year=evaluation_year).values_list("table", flat=True).distinct())


def table_rows(evaluation_year: EvaluationYear, table: str) -> Iterator[dict[str, str]]:
    """Yield what counts of a table, in order."""
    yield from latest_rows(evaluation_year, table).values_list("values", flat=True)


def next_place(evaluation_year: EvaluationYear, table: str) -> int:
    """Return the position after the last of a table."""
    last = YearRow.objects.filter(evaluation_year=evaluation_year, table=table).order_by("-place").first()
    return last.place + 1 if last else 1


def matters_of(evaluation_year: EvaluationYear) -> QuerySet[Matter]:
    """Return the matters a year speaks of: the office's own, filed by the report date, and not over before last year.

    Matters of the year before are kept although they are over: a repeat in this year points back to them.
    """
    begun = date(evaluation_year.year - 1, 1, 1)
    recent = Q(filed_on__gte=begun) | Q(last_on__gte=evaluation_year.first_day)
    open_states = [state.value for state in PetitionState if state.is_open]
    mine = Matter.objects.filter(office=evaluation_year.organisation, filed_on__lte=evaluation_year.reported_on)
    return mine.filter(recent | Q(state__in=open_states))


def matter_rows(evaluation_year: EvaluationYear) -> Iterator[Matter]:
    """Yield the matters of a year in the order of their numbers."""
    found = matters_of(evaluation_year).select_related("holder", "office").order_by("number")
    yield from found.iterator(chunk_size=2000)


def event_rows(evaluation_year: EvaluationYear) -> Iterator[tuple[str, int, date, str, str, str, dict[str, str]]]:
    """Yield the events of a year up to its report date: number, sequence, day, step, role, organisation, details."""
    columns = ("matter__number", "sequence", "on", "step", "by", "organisation", "details")
    found = _events_of(evaluation_year).order_by("matter__number", "sequence").values_list(*columns)
    yield from found.iterator(chunk_size=5000)


def _events_of(evaluation_year: EvaluationYear) -> QuerySet[Event]:
    return Event.objects.filter(matter__in=matters_of(evaluation_year), on__lte=evaluation_year.reported_on)


def repeats_noted(evaluation_year: EvaluationYear) -> dict[str, str]:
    """Return the number of a repeat → the number of the earlier matter on which it was noted, or linked by a person."""
    noted = _events_of(evaluation_year).filter(step="note-repeat").order_by("matter__number", "sequence")
    found: dict[str, str] = {}
    for number, details in noted.values_list("matter__number", "details"):
        found.setdefault(details.get("后件编号", ""), number)
    linked = EarlierLink.objects.filter(matter__in=matters_of(evaluation_year)).order_by("pk")
    for number, earlier in linked.values_list("matter__number", "earlier__number"):
        found.setdefault(number, earlier)
    return found


def unclear_matters(evaluation_year: EvaluationYear) -> set[str]:
    """Return the numbers of the matters whose petitioner's name or address was last recorded as unclear."""
    found: dict[str, bool] = {}
    told = _events_of(evaluation_year).filter(details__has_key="姓名住址不清").order_by("matter__number", "sequence")
    for number, details in told.values_list("matter__number", "details"):
        found[number] = details["姓名住址不清"] == "是"
    return {number for number, unclear in found.items() if unclear}


def casework_reached(evaluation_year: EvaluationYear) -> tuple[int, int]:
    """Return how many events the office's casework has, and the number of the last: what a count was taken up to."""
    found = _events_of(evaluation_year).aggregate(count=Count("pk"), last=Max("pk"))
    return found["count"], found["last"] or 0


def case_count(evaluation_year: EvaluationYear) -> CaseCount | None:
    """Return what the casework came to when it was last counted."""
    return CaseCount.objects.filter(evaluation_year=evaluation_year).first()


def linked_matters(evaluation_year: EvaluationYear) -> set[str]:
    """Return the numbers of the matters a person linked to an earlier one."""
    linked = EarlierLink.objects.filter(matter__in=matters_of(evaluation_year))
    return set(linked.values_list("matter__number", flat=True))


def any_year() -> bool:
    """Tell whether the site holds a year of any department."""
    return EvaluationYear.objects.exists()
