"""The tables of a package become a year again, and everything that follows from them is written anew.

Building a package and verifying one go through this module alike: what is published is what a stranger recomputes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from hengping.reports.annex import WrittenAnswer, with_answers
from hengping.reports.compose import compose
from hengping.reports.model import Facts, Report
from hengping.reports.published import LastYear, PublicPage, public_page
from hengping_io import (
    publication_tables,
    year_casework,
    year_evaluation,
    year_folder,
    year_layouts,
    year_report,
    year_scheme,
)
from hengping_io.data_package import Table, read_package
from hengping_io.data_problems import Problems
from hengping_io.publication_tables import COUNTED, COUNTS, WITHHELD, csv_of, text
from hengping_io.write_html import write_html
from hengping_io.year_evaluation import Year
from hengping_io.year_folder import YearFolder
from hengping_io.year_result import result_data

RESULT, PAGE = "result.json", "page.json"
FIGURES, SCORES, INDICATORS = "report_figures.csv", "scores.csv", "indicators.csv"
REPORT = "report.html"
PAGE_FORMAT = "hengping-page/1"

DOWNLOADS: Mapping[str, str] = {
    "report.docx": "Word 文档",
    "report.pdf": "PDF",
    "report.html": "网页",
    "base-data.xlsx": "基础数据表",
    "department-self-evaluation.xlsx": "部门整体支出绩效自评表",
    "project-self-evaluation.xlsx": "项目支出绩效自评表",
}
"""The finished files of a year, in the order they are offered."""

Data = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Recomputed:
    """A year as it follows from the tables of a package."""

    folder: YearFolder
    year: Year
    facts: Facts
    report: Report
    result: Data
    page: PublicPage
    tables: Mapping[str, Table]


def recompute(folder: Path, problems: Problems) -> Recomputed:
    """Read the tables of a package and compute the year from them; what breaks a rule goes to ``problems``.

    Raises ``Unreadable`` where there is no package, ``InvalidPackage`` where its tables cannot be computed with.
    """
    found = read_package(folder, publication_tables.layouts(), problems)
    problems.raise_if_any()
    given = {name: table for name, table in found.items() if name in year_layouts.layouts()}
    own = frozenset(given["targets"]["indicator"]) if "targets" in given else frozenset()
    year_folder.check_year(None, given, own, problems)
    if any(problem.rule == year_scheme.RULE for problem in problems.found):
        problems.raise_if_any()
    return _computed(YearFolder(folder, year_folder.with_absent({**given, **dict(_stand_ins(found))})), found)


def _stand_ins(found: Mapping[str, Table]) -> Iterator[tuple[str, Table]]:
    """Yield tables that were counted and not published: as long as they were, and empty."""
    if COUNTS not in found or WITHHELD not in found:
        return
    for row in found[WITHHELD].rows():
        if row["table"] in COUNTED:
            layout = year_layouts.layouts()[row["table"]]
            yield row["table"], Table(layout, found[COUNTS].file, {}, range(row["rows"]))


def _computed(folder: YearFolder, found: Mapping[str, Table]) -> Recomputed:
    year = year_evaluation.evaluate_year(folder, _counted(found))
    facts = year_report.facts(
        folder,
        year.book,
        evaluation=year.evaluation,
        projects=year.projects,
        casework=year_casework.casework(folder, year),
    )
    report = with_answers(compose(facts), tuple(_answers(found)))
    return Recomputed(
        folder=folder,
        year=year,
        facts=facts,
        report=report,
        result=result_data(folder, year, report),
        page=public_page(facts, report, year.values, dict(_before(found))),
        tables=found,
    )


def _counted(found: Mapping[str, Table]) -> dict[str, int | Decimal | None]:
    table = found.get(COUNTS)
    return {} if table is None else {row["column"]: row["count"] for row in table.rows()}


def _answers(found: Mapping[str, Table]) -> Iterator[WrittenAnswer]:
    for row in found["answers"].rows() if "answers" in found else ():
        yield WrittenAnswer(
            check=row["check"],
            asked=row["finding"],
            answer=row["answer"],
            answered_by=row["answered_by"],
            answered_on=row["answered_on"],
        )


def _before(found: Mapping[str, Table]) -> Iterator[tuple[str, LastYear]]:
    for row in found["last_year"].rows() if "last_year" in found else ():
        yield row["name"], LastYear(printed=row["printed"], value=row["value"])


# ── what follows, written ──────────────────────────────────────────────────────────────────────────────────────


def derived(year: Recomputed, files: Mapping[str, Any]) -> dict[str, bytes]:
    """Return every file of a package that follows from its tables; ``files`` are the names of the finished files."""
    return {
        RESULT: _json(year.result),
        PAGE: _json(page_data(year.page)),
        FIGURES: _figures(year),
        SCORES: _scores(year.result),
        INDICATORS: _indicators(year.result),
        REPORT: report_page(year.report, files),
    }


def report_page(report: Report, files: Mapping[str, Any]) -> bytes:
    """Return the report as a page, with links to the finished files beside it."""
    links = [(title, name) for name, title in DOWNLOADS.items() if name in files and name != REPORT]
    return write_html(report, links).encode("utf-8", "backslashreplace")


def page_data(page: PublicPage) -> Data:
    """Return the public page as plain data: exact numbers as text, what is missing as null."""
    found: Data = _plain(asdict(page))
    return {"format": PAGE_FORMAT, **found}


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return f"{value:f}"
        case dict():
            return {name: _plain(one) for name, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
    return value


def _json(data: Data) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8", "backslashreplace")


FIGURE_COLUMNS = ("name", "title", "printed", "exact", "adjustment", "formula", "working", "operands", "in_report")
SCORE_COLUMNS = (
    "project",
    "indicator",
    "title",
    "block",
    "target",
    "actual",
    "unit",
    "possible",
    "points",
    "scoring",
    "working",
)
INDICATOR_COLUMNS = ("key", "title", "formula", "outcome", "actual", "unit", "operands", "reason")


def _figures(year: Recomputed) -> bytes:
    used = frozenset(year.report.used)
    rows = (
        (
            working.name,
            working.title,
            working.text,
            text(working.exact),
            text(working.adjustment),
            working.formula,
            "；".join(working.lines),
            text(working.operands),
            text(working.name in used),
        )
        for working in year.report.named.values()
    )
    return csv_of(FIGURE_COLUMNS, rows)


def _scores(result: Data) -> bytes:
    return csv_of(SCORE_COLUMNS, _score_rows(result))


def _score_rows(result: Data) -> Iterator[tuple[str, ...]]:
    evaluations = [("", result["evaluation"]), *result["projects"].items()]
    for project, evaluation in evaluations:
        for score in evaluation["scores"] if evaluation else ():
            value = score["value"]
            yield (
                project,
                score["indicator"],
                score["title"],
                score["block"],
                score["target"],
                text(value["amount"]),
                value["unit"],
                text(score["possible"]),
                text(score["points"]),
                score["scoring"],
                score["working"],
            )
        if evaluation:
            total = (text(evaluation["possible"]), text(evaluation["total"]))
            yield (project, "", "合计", "", "", "", "", *total, "", evaluation["grade"])


def _indicators(result: Data) -> bytes:
    rows = (
        (
            one["key"],
            one["title"],
            one["formula"],
            one["outcome"],
            text(one["amount"]),
            one["unit"],
            one["operands"],
            one["reason"],
        )
        for one in result["indicators"]
    )
    return csv_of(INDICATOR_COLUMNS, rows)
