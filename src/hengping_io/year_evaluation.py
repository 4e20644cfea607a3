"""Measure a year: records with their evidence, counts, and the scheme in force filled with the year's own targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from hengping.errors import InvalidPackage, Problem
from hengping.law import Catalogue
from hengping.ledger.facts import TITLES, book_facts, evidence, reasons
from hengping.ledger.model import Book
from hengping.performance.evaluate import Measured, evaluate, measure
from hengping.performance.library import INDICATORS
from hengping.performance.model import Evaluation, Indicator, Record, Scheme, Value, Weighing
from hengping.performance.schemes import fill, schemes, targeted
from hengping.petitions.columns import COLUMNS
from hengping_io import year_book
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
    known = INDICATORS.on(day)
    scheme = _scheme(folder)
    targets = tuple(_targets(folder))
    projects: dict[str, Evaluation] = {}
    if scheme is not None:
        for code in book.projects:
            own = [row for row in targets if row.project == code]
            if own:
                filled = fill(scheme, own, INDICATORS, _file(folder))
                projects[code] = evaluate(filled, INDICATORS, _of_project(folder, book, code), day)
    return Year(
        book=book,
        measured=measured,
        values={indicator.key: measure(indicator, measured) for indicator in known},
        evaluation=_whole(folder, scheme, targets, measured),
        projects=projects,
    )


def _whole(
    folder: YearFolder, scheme: Scheme | None, targets: tuple[Weighing, ...], measured: Measured
) -> Evaluation | None:
    if scheme is None:
        return None
    own = [row for row in targets if not row.project]
    filled = fill(scheme, own, INDICATORS, _file(folder))
    return evaluate(filled, INDICATORS, measured, folder.unit["reported_on"])


def indicators() -> Catalogue[Indicator]:
    """Return the catalogue a year is measured by."""
    return INDICATORS


def _file(folder: YearFolder) -> str:
    return folder.tables["targets"].file or "unit.csv"


def _scheme(folder: YearFolder) -> Scheme | None:
    key = folder.unit["scheme"]
    if not key:
        return None
    day = folder.unit["reported_on"]
    try:
        return schemes().get(key, day)
    except KeyError:
        choices = "、".join(scheme.key for scheme in schemes().on(day))
        raise InvalidPackage(
            [
                Problem(
                    file=folder.tables["unit"].file,
                    row=2,
                    column="scheme",
                    message=f"规则手册里没有在 {day} 有效的评分表“{key}”",
                    rule="评分表",
                    remedy=f"可用：{choices}。",
                )
            ]
        ) from None


def _targets(folder: YearFolder) -> Iterator[Weighing]:
    for row in folder.rows("targets"):
        yield targeted(row)


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
