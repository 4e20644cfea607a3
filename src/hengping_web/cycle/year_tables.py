"""The tables of the year folder that no other room owns: kept as rows of this room, written back as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from hengping_web.accounts.models import User
from hengping_web.cycle import queries, services, tables
from hengping_web.cycle.models import EvaluationYear


def rows(evaluation_year: EvaluationYear) -> Mapping[str, Iterable[Mapping[str, str]]]:
    """Return every table given here that no other room owns; the unit's row says the year, scheme and report date."""
    elsewhere = tables.owned_elsewhere()
    found: dict[str, Iterable[Mapping[str, str]]] = {
        name: queries.table_rows(evaluation_year, name)
        for name in sorted(queries.given_tables(evaluation_year) - elsewhere)
    }
    found["unit"] = [unit(evaluation_year)]
    return found


def unit(evaluation_year: EvaluationYear) -> dict[str, str]:
    """Return the row of the unit; what the year itself knows stands before what was typed."""
    typed = next(queries.table_rows(evaluation_year, "unit"), {})
    own = {
        "fiscal_year": str(evaluation_year.year),
        "reported_on": evaluation_year.reported_on.isoformat(),
        "scheme": evaluation_year.scheme,
    }
    return {"name": evaluation_year.organisation.name, **{name: text for name, text in typed.items() if text}, **own}


def load(evaluation_year: EvaluationYear, found: Mapping[str, Sequence[Mapping[str, str]]], actor: User | None) -> None:
    """Take tables in, each row at its place."""
    for name, records in found.items():
        services.load_rows(evaluation_year, name, records, actor)
