"""Turn the tables of a year folder into the ledger's own nouns: books, stated base figures, assertions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from hengping.figures import ZERO
from hengping.ledger.accounts import Assertion
from hengping.ledger.balances import scope
from hengping.ledger.facts import COUNTED, Checkpoint
from hengping.ledger.model import Account, Adjustment, Book, Entry, Fund, Part, Phase, Project
from hengping_io.data_package import Table
from hengping_io.year_layouts import layouts

Tables = Mapping[str, Table]
Amount = Decimal | int


def book(tables: Tables) -> Book:
    """Return the year's book."""
    unit = next(tables["unit"].rows())
    declared = frozenset(_phase(word) for word in unit["complete"])
    return Book(unit["fiscal_year"], tuple(_entries(tables["ledger"])), _projects(tables), declared)


def last_book(tables: Tables) -> Book | None:
    """Return last year's book of totals, or None where the folder gives none."""
    if not _given(tables, "last_ledger"):
        return None
    year = next(tables["unit"].rows())["fiscal_year"] - 1
    return Book(year, tuple(_entries(tables["last_ledger"])))


def checkpoint(tables: Tables) -> Checkpoint | None:
    """Return the day by which a share of the budget was planned to be paid, where both are stated."""
    unit = next(tables["unit"].rows())
    if unit["checkpoint_on"] is None or unit["checkpoint_planned"] is None:
        return None
    return Checkpoint(on=unit["checkpoint_on"], planned=unit["checkpoint_planned"])


def stated(tables: Tables) -> dict[str, Amount]:
    """Return the base figures the unit states beside its book, by column of ``BookFacts``."""
    found: dict[str, Amount] = {}
    for column, values in _stated_parts(tables):
        found[column] = _add(values, column)
    return found


def stated_evidence(tables: Tables) -> dict[str, tuple[str, ...]]:
    """Return the papers each stated base figure rests on, by column of ``BookFacts``."""
    found: dict[str, tuple[str, ...]] = {}
    for column, rows in _stated_rows(tables).items():
        papers = tuple(dict.fromkeys(paper for row, _ in rows for paper in row["evidence"]))
        if papers and all(row["evidence"] for row, _ in rows):
            found[column] = papers
    return found


def figures(tables: Tables) -> dict[str, Decimal]:
    """Return the rows of the base figures table by item."""
    return {row["item"]: row["value"] for row in tables["figures"].rows()} if "figures" in tables else {}


def assertions(tables: Tables) -> Iterator[Assertion]:
    """Yield what the unit says its ledger comes to."""
    if not _given(tables, "balances"):
        return
    table = tables["balances"]
    for line, row in zip(table.lines, table.rows(), strict=True):
        words = [_phase(row["phase"]).label]
        words += [layouts()["balances"].column(name).values.get(row[name], row[name]) for name in _AXES if row[name]]
        asked = scope(
            _phase(row["phase"]),
            Part(row["part"]) if row["part"] else None,
            Fund(row["fund"]) if row["fund"] else None,
            row["functional"],
            row["economic"],
            row["project"],
        )
        yield Assertion(asked=asked, amount=row["amount"], title="、".join(words), file=table.file, line=line)


_AXES = ("part", "fund", "functional", "economic", "project")

_PARTS: Mapping[str, tuple[str, ...]] = {
    "income": ("income",),
    "carry_over": ("carry_over", "surplus"),
    "carry_over_last": ("last_carry_over", "last_surplus"),
    "assets_total": ("assets_total",),
    "assets_in_use": ("assets_in_use",),
    "work_planned": ("work_planned",),
    "work_completed": ("work_completed",),
    "work_on_time": ("work_on_time",),
    "work_up_to_standard": ("work_up_to_standard",),
    "key_tasks_assigned": ("key_tasks_assigned",),
    "key_tasks_completed": ("key_tasks_completed",),
}
"""Column of BookFacts → the items of the figures table it adds up; all of them must be given."""

_BUILDING = {
    "area_built": "actual_area",
    "area_approved": "approved_area",
    "investment_actual": "actual",
    "investment_approved": "budget",
}


def _stated_rows(tables: Tables) -> dict[str, list[tuple[dict[str, Any], str]]]:
    """Return, for every stated column, the rows it comes from and the field of the row that holds the number."""
    found: dict[str, list[tuple[dict[str, Any], str]]] = {}
    rows = {row["item"]: row for row in tables["figures"].rows()} if "figures" in tables else {}
    for column, items in _PARTS.items():
        if all(item in rows for item in items):
            found[column] = [(rows[item], "value") for item in items]
    for row in tables["staffing"].rows():
        if row["kind"] == "total":
            found |= {"posts_approved": [(row, "posts")], "staff_on_post": [(row, "people")]}
    if not _given(tables, "buildings"):
        return found
    buildings = list(tables["buildings"].rows())
    for column, field in _BUILDING.items():
        if all(row[field] is not None for row in buildings):
            found[column] = [(row, field) for row in buildings]
    return found


def _stated_parts(tables: Tables) -> Iterator[tuple[str, list[Amount]]]:
    for column, rows in _stated_rows(tables).items():
        values = [row[field] for row, field in rows]
        if None not in values:
            yield column, values


def _add(values: list[Amount], column: str) -> Amount:
    whole = sum(values, ZERO)
    return int(whole) if column in COUNTED else whole


def _given(tables: Tables, name: str) -> bool:
    return name in tables and bool(tables[name].file)


def _phase(word: str) -> Phase:
    return next(phase for phase in Phase if word in (phase.value, phase.label))


def _entries(table: Table) -> Iterator[Entry]:
    for line, row in zip(table.lines, table.rows(), strict=True):
        account = Account(
            Phase(row["phase"]),
            Part(row["part"]),
            Fund(row["fund"]),
            row["functional"],
            row["economic"],
            row["project"],
        )
        yield Entry(
            account=account,
            amount=row["amount"],
            voucher=row.get("voucher") or row["entry"],
            on=row.get("on"),
            adjustment=Adjustment(row["adjustment"]) if row.get("adjustment") else None,
            policy=bool(row.get("policy")),
            procurement=bool(row["procurement"]),
            note=row["note"],
            file=table.file,
            line=line,
        )


def _projects(tables: Tables) -> dict[str, Project]:
    if not _given(tables, "projects"):
        return {}
    table = tables["projects"]
    categories = layouts()["projects"].column("category").values
    return {
        row["code"]: Project(
            code=row["code"], title=row["title"], category=categories[row["category"]], key=bool(row["key"])
        )
        for row in table.rows()
    }
