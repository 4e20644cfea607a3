"""The ledger as a table of the year folder, and back; what is stated beside it are rows of the year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from hengping_web.accounts.models import User
from hengping_web.cycle.models import EvaluationYear
from hengping_web.ledger import queries, services

NAMES = ("ledger",)


def rows(evaluation_year: EvaluationYear) -> Mapping[str, Iterable[Mapping[str, str]]]:
    """Return every entry in the order it was made, corrections among them."""
    return {"ledger": queries.table_rows(evaluation_year)}


def load(
    evaluation_year: EvaluationYear, tables: Mapping[str, Sequence[Mapping[str, str]]], actor: User | None
) -> None:
    """Enter the rows of a ledger as they are; they were judged as a folder."""
    services.load(evaluation_year, tables["ledger"], actor)
