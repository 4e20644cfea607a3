"""Objectives and targets as tables of the year folder, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from hengping_web.accounts.models import User
from hengping_web.cycle.models import EvaluationYear
from hengping_web.objectives import queries, services
from hengping_web.objectives.models import OBJECTIVES, TARGETS

NAMES = (OBJECTIVES, TARGETS)


def rows(evaluation_year: EvaluationYear) -> Mapping[str, Iterable[Mapping[str, str]]]:
    """Return the tables that were given: the rows that count, adjusted ones at their place."""
    return {name: queries.table_rows(evaluation_year, name) for name in NAMES if queries.given(evaluation_year, name)}


def load(
    evaluation_year: EvaluationYear, tables: Mapping[str, Sequence[Mapping[str, str]]], actor: User | None
) -> None:
    """Take the tables in as they are; they were judged as a folder."""
    for name in NAMES:
        if name in tables:
            services.load(evaluation_year, name, tables[name], actor)
    services.load_results(evaluation_year, tables.get(OBJECTIVES, ()), actor)
