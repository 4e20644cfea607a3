"""Problems, measures and last year's promises as tables of the year folder.

Promises of a year that this site holds are written from its measures as they stood on the report's day; those that were
typed or loaded, because last year is not here, follow after them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from hengping_web.accounts.models import User
from hengping_web.cycle import queries as cycle
from hengping_web.cycle import services
from hengping_web.cycle.models import EvaluationYear
from hengping_web.followup import queries

NAMES = (queries.PROBLEMS, queries.MEASURES, queries.CARRIED)


def rows(evaluation_year: EvaluationYear) -> Mapping[str, Iterable[Mapping[str, str]]]:
    """Return the tables that are given."""
    given = cycle.given_tables(evaluation_year)
    found: dict[str, Iterable[Mapping[str, str]]] = {
        name: cycle.table_rows(evaluation_year, name) for name in (queries.PROBLEMS, queries.MEASURES) if name in given
    }
    carried = queries.carried(evaluation_year)
    if carried is not None or queries.CARRIED in given:
        found[queries.CARRIED] = [*(carried or ()), *cycle.table_rows(evaluation_year, queries.CARRIED)]
    return found


def load(
    evaluation_year: EvaluationYear, tables: Mapping[str, Sequence[Mapping[str, str]]], actor: User | None
) -> None:
    """Take tables in, each row at its place."""
    for name, records in tables.items():
        services.load_rows(evaluation_year, name, records, actor)
