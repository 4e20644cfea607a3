"""Questions about tasks, records with their papers, judgements, and frozen years."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

from django.db.models import QuerySet

from hengping_web.attachments.models import Attachment
from hengping_web.cycle import queries as cycle
from hengping_web.cycle.models import EvaluationYear, State, YearRow
from hengping_web.selfevaluation.models import Points, SiteNote, Snapshot, SnapshotFile, Task, Verdict

Row: TypeAlias = tuple[str, str]
"""Indicator and project of a row of the scheme; the project is empty for the department."""

MEASURES, EVIDENCE = "measures", "evidence"


def tasks(evaluation_year: EvaluationYear) -> QuerySet[Task]:
    """Return the tasks of a year."""
    return Task.objects.filter(evaluation_year=evaluation_year)


def open_tasks_due(by: date) -> QuerySet[Task]:
    """Return the tasks due by a day in years that are still being filled in."""
    settled = (State.FROZEN, State.PASSED, State.PUBLISHED)
    found = Task.objects.filter(due_on__lte=by).exclude(evaluation_year__state__in=settled)
    return found.select_related("evaluation_year__organisation").order_by("due_on", "pk")


def measures(evaluation_year: EvaluationYear) -> dict[Row, YearRow]:
    """Return what was recorded by hand, by row."""
    found = cycle.latest_rows(evaluation_year, MEASURES)
    return {(row.values.get("indicator", ""), row.values.get("project", "")): row for row in found}


def papers(evaluation_year: EvaluationYear) -> dict[str, YearRow]:
    """Return the papers of a year by their key, as they stand now."""
    return {row.values.get("evidence", ""): row for row in cycle.latest_rows(evaluation_year, EVIDENCE)}


def attachment_of(row: YearRow) -> Attachment | None:
    """Return the file behind a paper."""
    return Attachment.objects.filter(key=row.values.get("attachment", "")).first()


def last_verdicts(evaluation_year: EvaluationYear) -> dict[Row, Verdict]:
    """Return the last judgement of every record."""
    found = Verdict.objects.filter(evaluation_year=evaluation_year).select_related("by").order_by("pk")
    return {(one.indicator, one.project): one for one in found}


def last_points(evaluation_year: EvaluationYear) -> Mapping[tuple[str, str, str], Points]:
    """Return the last points given to every row, by indicator, project and kind."""
    found = Points.objects.filter(evaluation_year=evaluation_year).select_related("by").order_by("revision")
    return {(one.indicator, one.project, one.kind): one for one in found}


def points_history(evaluation_year: EvaluationYear, row: Row) -> QuerySet[Points]:
    """Return all points ever given to a row, newest first."""
    mine = Points.objects.filter(evaluation_year=evaluation_year, indicator=row[0], project=row[1])
    return mine.select_related("by").order_by("-pk")


def notes(evaluation_year: EvaluationYear, row: Row) -> QuerySet[SiteNote]:
    """Return what was seen on the spot for a row."""
    mine = SiteNote.objects.filter(evaluation_year=evaluation_year, indicator=row[0], project=row[1])
    return mine.select_related("by")


def snapshot(evaluation_year: EvaluationYear) -> Snapshot | None:
    """Return the last frozen state of a year."""
    return Snapshot.objects.filter(evaluation_year=evaluation_year).select_related("by").first()


def snapshots(evaluation_year: EvaluationYear) -> QuerySet[Snapshot]:
    """Return every frozen state of a year, newest first."""
    return Snapshot.objects.filter(evaluation_year=evaluation_year).select_related("by")


def snapshot_files(found: Snapshot, kind: str = "") -> QuerySet[SnapshotFile]:
    """Return the files of a frozen year, without their content."""
    files = SnapshotFile.objects.filter(snapshot=found).defer("content")
    return files.filter(kind=kind) if kind else files


def snapshot_file(found: Snapshot, kind: str, path: str) -> SnapshotFile | None:
    """Return one file of a frozen year."""
    return SnapshotFile.objects.filter(snapshot=found, kind=kind, path=path).first()


def office_before(evaluation_year: EvaluationYear) -> dict[Row, str]:
    """Return which office recorded each row last year."""
    last = cycle.year_before(evaluation_year)
    if last is None:
        return {}
    return {row: found.values.get("recorded_by", "") for row, found in measures(last).items()}
