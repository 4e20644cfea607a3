"""The money of a year from rows of text, as a site keeps them: parsed like the folder's, measured like the folder's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hengping.errors import InvalidPackage, Problem
from hengping.ledger.accounts import Assertion
from hengping.ledger.facts import TITLES, Checkpoint, Stated, book_facts, evidence, reasons
from hengping.ledger.model import Book, Phase, Project
from hengping.performance.evaluate import Measured
from hengping_io import year_book
from hengping_io.data_columns import Rejected, parse
from hengping_io.data_package import Table
from hengping_io.year_layouts import layouts

Rows = Iterable[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Beside:
    """What a unit states beside its book."""

    stated: Stated
    papers: Mapping[str, tuple[str, ...]]
    projects: tuple[Project, ...]
    declared: frozenset[Phase]
    partial: bool
    last: Book | None
    checkpoint: Checkpoint | None
    assertions: tuple[Assertion, ...]


BESIDE = ("unit", "staffing", "figures", "projects", "buildings", "balances", "last_ledger")
"""The tables that are stated beside the book."""


def beside(rows: Mapping[str, Rows]) -> Beside:
    """Return what is stated beside the book; raise ``InvalidPackage`` where a cell cannot be read."""
    tables = {name: table(name, found) for name, found in rows.items()}
    for name in ("staffing", "ledger"):
        tables.setdefault(name, Table(layouts()[name], "", _columns(name, []), ()))
    whole = year_book.book(tables)
    return Beside(
        stated=year_book.stated(tables),
        papers=year_book.stated_evidence(tables),
        projects=tuple(whole.projects.values()),
        declared=whole.declared,
        partial=bool(next(tables["unit"].rows())["partial"]),
        last=year_book.last_book(tables),
        checkpoint=year_book.checkpoint(tables),
        assertions=tuple(year_book.assertions(tables)),
    )


def measured(book: Book, known: Beside) -> Measured:
    """Return the money of a year for its indicators."""
    columns = book_facts(book, known.stated, known.last, known.checkpoint)
    return Measured(
        counts=columns.counts(), evidence=evidence(book, known.papers), titles=TITLES, reasons=reasons(book)
    )


def table(name: str, rows: Rows) -> Table:
    """Return rows of text as a table, every cell read as the layout asks; the rows count from 1."""
    kept = list(rows)
    layout = layouts()[name]
    return Table(layout, layout.title, _columns(name, kept), range(1, len(kept) + 1))


def problems_of(name: str, values: Mapping[str, str]) -> list[Problem]:
    """Return what is wrong with the cells of one row."""
    layout = layouts()[name]
    found = []
    for column in layout.columns:
        try:
            parse(values.get(column.name, ""), column)
        except Rejected as error:
            found.append(
                Problem(file=layout.title, column=column.name, message=str(error), rule=error.rule, remedy=error.remedy)
            )
    return found


def _columns(name: str, rows: list[Mapping[str, str]]) -> dict[str, list[object]]:
    wrong = [problem for values in rows for problem in problems_of(name, values)]
    if wrong:
        raise InvalidPackage(wrong)
    return {
        column.name: [parse(values.get(column.name, ""), column) for values in rows]
        for column in layouts()[name].columns
    }
