"""Turn the tables of a year folder, and what was measured on them, into the facts a report is composed from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hengping.ledger.model import Book, Phase
from hengping.performance.model import Evaluation
from hengping.reports.amounts import UNLISTED
from hengping.reports.model import (
    Building,
    Counted,
    Facts,
    FollowUp,
    Headcount,
    Holdings,
    Hospitality,
    Narrative,
    Objective,
    ProjectResult,
    Remainder,
    Remedy,
    Staffing,
    Subordinate,
    Unit,
    Weakness,
)
from hengping.reports.statements import FINAL, GENERAL
from hengping_io import year_book
from hengping_io.year_folder import YearFolder
from hengping_io.year_layouts import layouts

HOLDINGS: Mapping[str, str] = {
    "carry_over": "carry_over",
    "surplus": "surplus",
    "last_carry_over": "last_carry_over",
    "last_surplus": "last_surplus",
    "reclaimed": "reclaimed",
    "assets": "assets",
    "assets_total": "fixed_assets",
    "assets_in_use": "fixed_assets_in_use",
}
"""Item of the base figures table → field of Holdings."""

Row = Mapping[str, Any]


def facts(
    folder: YearFolder,
    book: Book,
    *,
    evaluation: Evaluation | None,
    projects: Mapping[str, Evaluation],
    casework: tuple[Counted, ...],
) -> Facts:
    """Return everything the report is composed from; a table that was not given is a fact that is missing."""
    unit = folder.unit
    return Facts(
        unit=_unit(unit),
        fiscal_year=unit["fiscal_year"],
        reported_on=unit["reported_on"],
        book=book,
        last_book=year_book.last_book(folder.tables),
        label=unit["label"],
        staffing=_staffing(folder),
        functions=tuple(row["text"] for row in sorted(folder.rows("functions"), key=lambda row: row["number"])),
        offices=tuple(row["name"] for row in folder.rows("offices") if row["kind"] == "office"),
        subordinates=tuple(
            Subordinate(name=row["name"], nature=row["nature"])
            for row in folder.rows("offices")
            if row["kind"] == "subordinate"
        ),
        evaluation=evaluation,
        objectives=tuple(_objective(row) for row in folder.rows("objectives")),
        casework=casework,
        projects=tuple(_project(row, projects.get(row["code"])) for row in folder.rows("projects")),
        buildings=tuple(_building(row) for row in folder.rows("buildings")),
        hospitality=next((Hospitality(**row) for row in folder.rows("hospitality")), None),
        holdings=_holdings(folder),
        weaknesses=tuple(_weaknesses(folder)),
        follow_ups=tuple(_follow_up(row) for row in folder.rows("follow_ups")) if folder.has("follow_ups") else None,
        remainders=tuple(_remainders(book)),
        narratives=tuple(_narratives(folder)),
        thrift=unit["thrift"],
        publication=unit["publication"],
    )


def _unit(row: Row) -> Unit:
    return Unit(
        name=row["name"],
        short_name=row["short_name"] or "本单位",
        department=row["department"],
        code=row["code"],
    )


def _staffing(folder: YearFolder) -> Staffing:
    labels = layouts()["staffing"].column("kind").values
    rows = {row["kind"]: row for row in folder.rows("staffing")}
    whole, retired = rows.get("total", {}), rows.get("retired", {})
    kinds = tuple(
        Headcount(kind=labels[kind], posts=rows[kind]["posts"], in_post=rows[kind]["people"])
        for kind in labels
        if kind in rows and kind not in ("total", "retired")
    )
    return Staffing(posts=whole.get("posts"), in_post=whole.get("people"), retired=retired.get("people"), kinds=kinds)


def _objective(row: Row) -> Objective:
    return Objective(
        key=row["objective"],
        title=row["title"],
        expected=row["expected"],
        result=row["result"],
        indicators=row["indicators"],
    )


def _project(row: Row, evaluation: Evaluation | None) -> ProjectResult:
    return ProjectResult(
        code=row["code"],
        department=row["department"],
        implementer=row["implementer"],
        expected=row["expected"],
        result=row["result"],
        evaluation=evaluation,
    )


def _building(row: Row) -> Building:
    return Building(**{name: value for name, value in row.items() if name != "evidence"})


def _holdings(folder: YearFolder) -> Holdings | None:
    stated = year_book.figures(folder.tables)
    return Holdings(**{field: stated.get(item) for item, field in HOLDINGS.items()}) if stated else None


def _weaknesses(folder: YearFolder) -> Iterator[Weakness]:
    remedies: dict[str, list[Remedy]] = {}
    for row in folder.rows("remedies"):
        remedy = Remedy(text=row["text"], owner=row["owner"], due_on=row["due_on"])
        remedies.setdefault(row["problem"], []).append(remedy)
    for row in folder.rows("problems"):
        yield Weakness(
            key=row["problem"],
            title=row["title"],
            detail=row["detail"],
            cause=row["cause"],
            remedies=tuple(remedies.get(row["problem"], ())),
            owner=row["owner"],
            due_on=row["due_on"],
        )


def _follow_up(row: Row) -> FollowUp:
    return FollowUp(
        problem=row["problem"],
        measure=row["measure"],
        owner=row["owner"],
        result=row["result"],
        done=row["done"],
    )


def _remainders(book: Book) -> Iterator[Remainder]:
    """Yield the notes of ledger lines that say they were not itemised, under the name of their working."""
    for entry in book.entries:
        account = entry.account
        if account.phase is Phase.FINAL and not account.itemised and entry.note:
            place = f"{FINAL}.{GENERAL}.{account.part.value}"
            name = f"{place}.{account.economic}.{UNLISTED}" if account.economic else f"{place}.{UNLISTED}"
            yield Remainder(name=name, note=entry.note)


def _narratives(folder: YearFolder) -> Iterator[Narrative]:
    table = folder.tables["narrative"]
    for line, row in zip(table.lines, table.rows(), strict=True):
        yield Narrative(key=row["key"], title=row["title"], text=row["text"], file=table.file, row=line)
