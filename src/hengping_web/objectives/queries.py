"""Questions about plans: what counts now, what was before, what last year came to, and who uses an indicator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from django.db.models import OuterRef, QuerySet, Subquery

from hengping.errors import HengpingError
from hengping.performance import plan as core
from hengping.performance.library import INDICATORS
from hengping.performance.model import Scheme
from hengping.performance.plan import LastYear, Objective, Plan, Standing, Target
from hengping.performance.schemes import DEFAULT, schemes
from hengping_web.accounts.models import User
from hengping_web.cycle import queries as years
from hengping_web.cycle.models import EvaluationYear, State
from hengping_web.objectives.models import (
    OBJECTIVES,
    TARGETS,
    Adjustment,
    ObjectiveResult,
    PlanDue,
    PlanMove,
    PlanRow,
)
from hengping_web.trail.queries import entries

Key = tuple[str, str]
LEVELS = frozenset({"%", "‰", "小时", "分钟"})
"""Units of rates and durations, which do not add up through a year."""
NUMBERS = 10
"""Digits of a number no version reaches."""


def latest(evaluation_year: EvaluationYear, table: str) -> QuerySet[PlanRow]:
    """Return what counts of a table: the last revision at each place, unless it was withdrawn, in order."""
    mine = PlanRow.objects.filter(evaluation_year=evaluation_year, table=table)
    newest = mine.filter(place=OuterRef("place")).order_by("-revision").values("pk")[:1]
    rows = mine.exclude(place=PlanRow.DECLARED).filter(pk=Subquery(newest), withdrawn=False)
    return rows.select_related("by", "adjustment").order_by("place")


def row_at(evaluation_year: EvaluationYear, table: str, place: int) -> PlanRow | None:
    """Return the last revision of one row, withdrawn or not."""
    return history(evaluation_year, table, place).first()


def history(evaluation_year: EvaluationYear, table: str, place: int) -> QuerySet[PlanRow]:
    """Return every revision of one row, newest first."""
    mine = PlanRow.objects.filter(evaluation_year=evaluation_year, table=table, place=place).exclude(place=0)
    return mine.select_related("by", "adjustment").order_by("-revision")


def given(evaluation_year: EvaluationYear, table: str) -> bool:
    """Tell whether a table was given, be it empty."""
    return PlanRow.objects.filter(evaluation_year=evaluation_year, table=table).exists()


def indicators_ever(evaluation_year: EvaluationYear) -> set[str]:
    """Return every indicator a target of the year ever had, withdrawn ones too."""
    rows = PlanRow.objects.filter(evaluation_year=evaluation_year, table=TARGETS)
    return {values.get("indicator", "") for values in rows.values_list("values", flat=True)}


def next_place(evaluation_year: EvaluationYear, table: str) -> int:
    """Return the position after the last of a table."""
    last = PlanRow.objects.filter(evaluation_year=evaluation_year, table=table).order_by("-place").first()
    return last.place + 1 if last else 1


def moves(evaluation_year: EvaluationYear) -> list[PlanMove]:
    """Return the plan's moves in order."""
    rows = PlanMove.objects.filter(evaluation_year=evaluation_year).select_related("by", "evaluation_year")
    return list(rows.order_by("sequence"))


def standing(evaluation_year: EvaluationYear, made: Sequence[PlanMove] | None = None) -> Standing:
    """Return where the plan stands; once the year itself has moved on, the plan is fixed."""
    if evaluation_year.state != State.PLANNING:
        return Standing.FIXED
    found = moves(evaluation_year) if made is None else made
    return core.standing(move.to_core() for move in found)


def due(evaluation_year: EvaluationYear) -> PlanDue | None:
    """Return the day by which the plan is to be submitted, where one was set."""
    return PlanDue.objects.filter(evaluation_year=evaluation_year).order_by("-pk").first()


def adjustments(evaluation_year: EvaluationYear) -> QuerySet[Adjustment]:
    """Return the adjustments of a fixed plan, in order, with the rows they wrote."""
    rows = Adjustment.objects.filter(evaluation_year=evaluation_year).select_related("by")
    return rows.prefetch_related("rows").order_by("pk")


def before(row: PlanRow) -> PlanRow | None:
    """Return the revision a row replaced."""
    return PlanRow.objects.filter(
        evaluation_year=row.evaluation_year_id, table=row.table, place=row.place, revision=row.revision - 1
    ).first()


def results(evaluation_year: EvaluationYear) -> dict[str, str]:
    """Return what was last written of what came of each objective."""
    rows = ObjectiveResult.objects.filter(evaluation_year=evaluation_year).order_by("pk")
    return dict(rows.values_list("objective", "text"))


def table_rows(evaluation_year: EvaluationYear, table: str) -> Iterator[dict[str, str]]:
    """Yield what counts of a table as rows of the year folder."""
    told = results(evaluation_year) if table == OBJECTIVES else {}
    for values in latest(evaluation_year, table).values_list("values", flat=True):
        text = told.get(values.get("objective", ""))
        yield {**values, "result": text} if text else values


# ── as the core takes it ───────────────────────────────────────────────────────────────────────────────────────


def target(row: PlanRow) -> Target:
    """Return a target as the core takes it; a schedule that cannot be read counts as none."""
    more: Mapping[str, str] = row.more
    try:
        milestones = core.milestones_of(more.get("milestones", ""))
    except ValueError:
        milestones = ()
    return replace(
        core.target_of(row.values),
        cumulative=cumulative(row),
        milestones=milestones,
        reason=more.get("reason", ""),
    )


def cumulative(row: PlanRow) -> bool:
    """Tell whether a target grows from the start of the year; where nobody said so, what is counted does."""
    said = row.more.get("cumulative", "")
    level = row.values.get("unit", "") in LEVELS or "平均" in row.values.get("level3", "")
    counted = not level and row.values.get("operator", "") not in {"定性", "="}
    return said == "true" if said else counted


def targets(evaluation_year: EvaluationYear) -> tuple[Target, ...]:
    """Return the year's targets that count."""
    return tuple(target(row) for row in latest(evaluation_year, TARGETS))


def objectives(evaluation_year: EvaluationYear) -> tuple[Objective, ...]:
    """Return the year's objectives that count."""
    return tuple(
        Objective(
            key=row.key,
            title=row.values.get("title", ""),
            expected=row.values.get("expected", ""),
            indicators=tuple(part for part in row.values.get("indicators", "").split(";") if part),
        )
        for row in latest(evaluation_year, OBJECTIVES)
    )


def scheme(evaluation_year: EvaluationYear) -> Scheme:
    """Return the scheme of a year; the national one where it names none, so that targets can be checked at all."""
    catalogue, day = schemes(), evaluation_year.reported_on
    known = {one.key for one in catalogue.on(day)}
    return catalogue.get(evaluation_year.scheme if evaluation_year.scheme in known else DEFAULT, day)


def plan(evaluation_year: EvaluationYear, rows: Sequence[PlanRow] | None = None) -> Plan:
    """Return everything the core looks at to check the year's targets."""
    found = list(latest(evaluation_year, TARGETS)) if rows is None else rows
    submitted = [move.on for move in moves(evaluation_year) if move.move == core.Move.SUBMIT]
    wanted = due(evaluation_year)
    return Plan(
        year=evaluation_year.year,
        scheme=scheme(evaluation_year),
        catalogue=INDICATORS,
        targets=tuple(target(row) for row in found),
        objectives=objectives(evaluation_year),
        last=last_year(evaluation_year, found),
        due_on=wanted.due_on if wanted else None,
        submitted_on=submitted[-1] if submitted else None,
    )


def last_year(evaluation_year: EvaluationYear, rows: Sequence[PlanRow]) -> dict[Key, LastYear]:
    """Return what last year came to for each row: as the site worked it out, or as the row says where it did not."""
    earlier = years.year_before(evaluation_year)
    found: dict[Key, LastYear] = {}
    if earlier is not None:
        values = _values_of(earlier.pk, _version(earlier))
        aimed = {row.key: row.target for row in targets(earlier)}
        found = {key: LastYear(value=values.get(key), target=aimed.get(key)) for key in {*values, *aimed}}
    for row in rows:
        key, told = target(row).key, core.number(row.more.get("last"))
        known = found.get(key)
        if told is not None and (known is None or known.value is None):
            found[key] = LastYear(value=told, target=known.target if known else None)
    return found


def _version(evaluation_year: EvaluationYear) -> int:
    """Every act on a year adds a row to the log: the last of them says whether the year has changed."""
    last = entries(subject=evaluation_year.subject).first()
    return last.sequence if last else 0


@lru_cache(maxsize=64)
def _values_of(pk: int, _version: int) -> dict[Key, Decimal | None]:
    from hengping_web.cycle import folder

    evaluation_year = EvaluationYear.objects.select_related("organisation").get(pk=pk)
    try:
        year = folder.preview(evaluation_year).year
    except HengpingError:
        return {}
    found = {(key, ""): value.amount for key, value in year.values.items() if value.amount is not None}
    scored = [("", year.evaluation)] if year.evaluation else []
    for project, evaluation in [*scored, *year.projects.items()]:
        found |= {
            (score.indicator.key, project): score.value.amount
            for score in evaluation.scores
            if score.value.amount is not None
        }
    return dict(found)


# ── who uses an indicator ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Use:
    """A year in which an indicator counts, with its points and target, or a scheme that prescribes it."""

    evaluation_year: EvaluationYear
    points: str
    aim: str
    project: str = ""


def uses(indicator: str, user: User) -> list[Use]:
    """Return the years within a reader's reach in which an indicator counts, newest first."""
    mine = {one.pk: one for one in years.years(user)}
    prescribing = {one.key: row for one in schemes() for row in one.rows if row.indicator == indicator}
    found = [
        Use(one, f"{prescribing[one.scheme].points:f}", prescribing[one.scheme].aim)
        for one in mine.values()
        if one.scheme in prescribing
    ]
    rows = PlanRow.objects.filter(table=TARGETS, key__startswith=f"{indicator}|", evaluation_year__in=mine)
    for pk in dict.fromkeys(rows.order_by("-evaluation_year__year").values_list("evaluation_year", flat=True)):
        for row in latest(mine[pk], TARGETS).filter(key__startswith=f"{indicator}|"):
            aimed = target(row)
            points = "" if aimed.points is None else f"{aimed.points:f}"
            found.append(Use(mine[pk], points, aimed.aim, aimed.project))
    return sorted(found, key=lambda use: (-use.evaluation_year.year, use.evaluation_year.organisation.path))
