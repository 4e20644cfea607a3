"""Measure a year: records with their evidence, counts, and the scheme in force filled with the year's own targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from hengping.ledger.facts import TITLES, book_facts, evidence, reasons
from hengping.ledger.model import Book
from hengping.performance.evaluate import Measured, evaluate, measure
from hengping.performance.library import INDICATORS
from hengping.performance.model import Evaluation, Record, Scheme, Value
from hengping.petitions.columns import COLUMNS
from hengping_io import year_book, year_scheme
from hengping_io.year_counts import Counted
from hengping_io.year_folder import YearFolder

PETITION_TITLES = {column.name: column.meaning for column in COLUMNS if column.counts}


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """Everything a year came to: what was measured, every indicator's value, and the evaluations."""

    book: Book
    measured: Measured
    values: Mapping[str, Value]
    evaluation: Evaluation | None
    projects: Mapping[str, Evaluation]


def evaluate_year(folder: YearFolder, counted: Counted) -> Year:
    """Evaluate the department and every project that has targets of its own."""
    book = year_book.book(folder.tables)
    measured = _measured(folder, book, counted)
    day = folder.unit["reported_on"]
    scheme = year_scheme.scheme_of(folder.tables)
    return Year(
        book=book,
        measured=measured,
        values={indicator.key: measure(indicator, measured) for indicator in INDICATORS.on(day)},
        evaluation=None if scheme is None else _evaluated(folder, scheme, measured),
        projects={} if scheme is None else dict(_projects(folder, scheme, book)),
    )


def _evaluated(folder: YearFolder, scheme: Scheme, measured: Measured, project: str = "") -> Evaluation:
    filled = year_scheme.filled(scheme, folder.tables, project)
    return evaluate(filled, INDICATORS, measured, folder.unit["reported_on"])


def _projects(folder: YearFolder, scheme: Scheme, book: Book) -> Iterator[tuple[str, Evaluation]]:
    for code in year_scheme.with_targets(folder.tables):
        yield code, _evaluated(folder, scheme, _of_project(folder, book, code), code)


def _measured(folder: YearFolder, book: Book, counted: Counted) -> Measured:
    stated = year_book.stated(folder.tables)
    columns = book_facts(book, stated, year_book.last_book(folder.tables), year_book.checkpoint(folder.tables))
    return Measured(
        counts={**columns.counts(), **counted},
        records=_records(folder, ""),
        evidence=evidence(book, year_book.stated_evidence(folder.tables)),
        titles={**TITLES, **PETITION_TITLES},
        reasons=reasons(book),
    )


def _of_project(folder: YearFolder, book: Book, code: str) -> Measured:
    """A project is measured on its own entries and its own records."""
    entries = tuple(entry for entry in book.entries if entry.account.project == code)
    own = replace(book, entries=entries)
    return Measured(
        counts=book_facts(own).counts(),
        records=_records(folder, code),
        evidence=evidence(own),
        titles=TITLES,
        reasons=reasons(own),
    )


def _records(folder: YearFolder, project: str) -> dict[str, Record]:
    return {row["indicator"]: _record(row) for row in folder.rows("measures") if row["project"] == project}


def _record(row: Mapping[str, Any]) -> Record:
    return Record(
        value=row["value"],
        level=row["level"],
        share=row["share"],
        passed=tuple(answer == "是" for answer in row["passed"]),
        evidence=row["evidence"],
        text=row["text"],
        cause=row["cause"],
        remedy=row["remedy"],
    )
