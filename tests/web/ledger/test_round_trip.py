"""The model year's ledger loaded and written back is the same, and its money comes to what the folder's does."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hengping.performance.rates import rates
from hengping_io import year_book, year_folder, year_money
from hengping_web.cycle import loading
from hengping_web.cycle import services as years
from hengping_web.cycle.models import EvaluationYear
from hengping_web.ledger import queries, year_tables

pytestmark = pytest.mark.django_db

MODEL_YEAR = Path(__file__).resolve().parents[3] / "demo" / "model-year"


@pytest.fixture
def loaded(bureau: Any) -> EvaluationYear:
    if not (MODEL_YEAR / "datapackage.json").is_file():
        pytest.skip("the model year is not generated: demo/generate_model_year.py")
    found = loading.texts(MODEL_YEAR)
    made = years.open_year(
        years.Opening(organisation=bureau.office, year=2024, scheme="", reported_on=date(2025, 3, 14))
    )
    year_tables.load(made, {"ledger": found["ledger"]}, None)
    for name in ("unit", "staffing", "projects", "figures", "balances", "last_ledger", "buildings"):
        years.load_rows(made, name, found[name])
    return made


def test_every_row_is_written_back_as_it_was(loaded: EvaluationYear) -> None:
    written = list(year_tables.rows(loaded)["ledger"])

    assert written == [dict(row) for row in loading.texts(MODEL_YEAR)["ledger"]]


def test_book_rates_and_balances_are_those_of_the_folder(loaded: EvaluationYear) -> None:
    folder = year_folder.read(MODEL_YEAR)
    theirs = year_book.book(folder.tables)
    known = year_money.beside({name: loading.texts(MODEL_YEAR)[name] for name in year_money.BESIDE})

    mine = queries.book(loaded)

    assert mine.balances == theirs.balances
    assert mine.lots == theirs.lots
    assert mine.projects == theirs.projects
    measured = year_money.measured(mine, queries.beside(loaded))
    assert [str(one.value) for one in rates(measured, loaded.reported_on)] == [
        str(one.value) for one in rates(year_money.measured(theirs, known), loaded.reported_on)
    ]
    assert [str(one.value) for one in rates(measured, loaded.reported_on)][:1] == ["99.09%"]
